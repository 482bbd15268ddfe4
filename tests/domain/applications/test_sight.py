"""Who sees an application (SECURITY S7): the scheme all, others their own, employers nothing."""

from datetime import timedelta

import pytest

from app.access import service as access_service
from app.access.lifecycle import Kind
from app.access.models import Organisation
from app.applications import queries
from app.applications.lifecycle import State
from app.kernel.clock import MovableClock
from app.kernel.errors import NotFound
from app.kernel.identifiers import new_id
from app.kernel.roles import ANYONE, SYSTEM, Actor, Role
from app.lifecycle.journal import Workbench
from app.platform.pagination import Cursors, Paging
from tests.making import access, applications
from tests.making.applications import Cast

ALL = Paging(limit=200, after=None, query=None, cursors=Cursors(b"0" * 32))
NOWHERE = "0190f0c4-8e2a-7c31-9b53-0d1c2e3f4a5b"


def sees(workbench: Workbench, actor: Actor, application: str) -> bool:
    """By itself and in the list alike."""
    now = workbench.clock.now()
    with workbench.database.read() as session:
        listed = {s.application.id for s in queries.applications(session, actor, ALL, now)}
        try:
            queries.reading(session, actor, application, now)
        except NotFound:
            assert application not in listed
            return False
    assert application in listed
    return True


def test_a_stranger_sees_it_only_for_the_scheme(workbench: Workbench, people: Cast) -> None:
    expected = {
        Role.SCHEME_MANAGER: True,
        Role.INTEGRITY_OFFICER: True,
        Role.APPLICATION_REVIEWER: True,
        Role.APPEAL_PANEL: True,
        Role.PROGRAMME_MANAGER: False,
        Role.LEAD_AUDITOR: False,
        Role.AUDITOR: False,
        Role.TECHNICAL_EXPERT: False,
        Role.REVIEWER: False,
        Role.DECISION_MAKER: False,
        Role.RECRUITER_ADMIN: False,
        Role.RECRUITER_STAFF: False,
        Role.EMPLOYER: False,
        Role.COMPLAINT_HANDLER: False,
        Role.OBSERVER: False,
    }
    with workbench.begin(SYSTEM) as work:
        strangers = access.one_of_each(work, expected)
    for state in (State.DRAFT, State.CONTRACTED):
        application = applications.application(workbench, people, state)
        seen = {
            role: sees(workbench, stranger.actor, application)
            for role, stranger in strangers.items()
        }
        assert seen == expected


def test_its_own_recruiter_sees_it_and_nobody_without_a_token(
    workbench: Workbench, people: Cast
) -> None:
    application = applications.application(workbench, people)
    assert sees(workbench, people.staff.actor, application)
    assert sees(workbench, people.admin.actor, application)
    assert not sees(workbench, ANYONE, application)


def test_an_audit_company_sees_it_from_the_recruiters_signature_on(
    workbench: Workbench, people: Cast
) -> None:
    application = applications.application(workbench, people, State.ACCEPTED)
    assert not sees(workbench, people.programme_manager.actor, application)
    applications.PATHS[State.CONTRACTED][-2](workbench, people, application)
    assert sees(workbench, people.programme_manager.actor, application)


def test_an_auditor_sees_the_case_of_the_audits_they_are_assigned_to(
    workbench: Workbench, people: Cast
) -> None:
    application = applications.application(workbench, people, State.CONTRACTED)
    with workbench.begin(SYSTEM) as work:
        company = work.session.get_one(Organisation, people.audit_company)
        auditor = access.person(work, company, Role.AUDITOR)
        stranger = access.person(work, Kind.AUDIT_COMPANY, Role.AUDITOR)
        for someone in (auditor, stranger):
            access_service.assign(
                work,
                person=someone.person,
                case=application,
                audit=new_id(work.now),
                recruiter=people.recruiter,
                role=Role.AUDITOR,
            )
    assert sees(workbench, auditor.actor, application)
    assert not sees(workbench, stranger.actor, application)


def test_what_does_not_exist_looks_like_what_is_not_seen(
    workbench: Workbench, people: Cast
) -> None:
    with workbench.database.read() as session:
        for unknown in (NOWHERE, "1", ""):
            with pytest.raises(NotFound):
                queries.application(session, people.reviewer.actor, unknown)


def test_a_list_is_narrowed_by_state_and_recruiter_and_goes_on_after_a_cursor(
    workbench: Workbench, people: Cast, clock: MovableClock
) -> None:
    drafts = []
    for _ in range(2):
        drafts.append(applications.application(workbench, people))
        clock.advance(timedelta(seconds=1))
    submitted = applications.application(workbench, people, State.SUBMITTED)
    actor = people.reviewer.actor
    with workbench.database.read() as session:

        def ids(paging: Paging = ALL, **narrowed: str) -> list[str]:
            found = queries.applications(session, actor, paging, clock.now(), **narrowed)  # type: ignore[arg-type]
            return [standing.application.id for standing in found]

        assert ids() == [*drafts, submitted]
        assert ids(state=State.DRAFT) == drafts
        assert ids(recruiter_id=people.recruiter) == [*drafts, submitted]
        assert ids(recruiter_id=NOWHERE) == []
        after = Paging(limit=1, after=[drafts[0]], query=None, cursors=ALL.cursors)
        assert ids(after) == [drafts[1], submitted]
