"""Entries of recruiters: one per legal entity, one number for ever (DOMAIN §5)."""

from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import func, select

from app.access.lifecycle import Kind
from app.kernel.clock import MovableClock
from app.kernel.errors import Conflict, DomainError, Invalid, NotFound, StaleVersion
from app.kernel.roles import SYSTEM, Actor, Role
from app.lifecycle import journal
from app.lifecycle.journal import MoveRefused, RoleRefused, Workbench
from app.platform.database import try_lock
from app.recruiters import queries, service
from app.recruiters.models import Recruiter, RecruiterName
from app.recruiters.service import issue_number
from tests.making import access, recruiters

NOWHERE = "0190f0c4-8e2a-7c31-9b53-0d1c2e3f4a5b"


def made(workbench: Workbench, **how: str) -> Recruiter:
    with workbench.begin(SYSTEM) as work:
        return recruiters.recruiter(work, **how)


def numbered(workbench: Workbench, recruiter_id: str) -> str:
    with workbench.begin(SYSTEM) as work:
        return issue_number(work, journal.lock(work, Recruiter, recruiter_id))


def test_a_recruiter_admin_enters_their_own_organisation(workbench: Workbench) -> None:
    with workbench.begin(SYSTEM) as work:
        admin = access.person(work, Kind.RECRUITER, Role.RECRUITER_ADMIN)
    own = str(admin.actor.organisation)
    with workbench.begin(admin.actor) as work:
        entered = service.list_recruiter(
            work, organisation_id=own, name="नदी किनार जनशक्ति", country="NP"
        )
    assert (entered.state, entered.version, entered.number) == ("listed", 1, None)
    with workbench.database.read() as session:
        assert queries.brief(session, entered.id) == queries.RecruiterBrief(
            entered.id, "नदी किनार जनशक्ति", "NP", None, own
        )


def test_a_recruiter_admin_knows_no_other_organisation(workbench: Workbench) -> None:
    with workbench.begin(SYSTEM) as work:
        admin = access.person(work, Kind.RECRUITER, Role.RECRUITER_ADMIN)
        other = access.organisation(work, Kind.RECRUITER)
    with pytest.raises(NotFound), workbench.begin(admin.actor) as work:
        service.list_recruiter(work, organisation_id=other.id, name="Other", country="NP")


def test_only_an_organisation_that_is_a_recruiter_is_entered(workbench: Workbench) -> None:
    with workbench.begin(SYSTEM) as work:
        company = access.organisation(work, Kind.AUDIT_COMPANY)
    with pytest.raises(Invalid, match="audit_company") as refused:
        made(workbench, organisation_id=company.id)
    assert refused.value.errors[0].pointer == "/organisation_id"


def test_an_organisation_is_entered_once(workbench: Workbench) -> None:
    first = made(workbench)
    with pytest.raises(MoveRefused, match="listed as a recruiter already"):
        made(workbench, organisation_id=first.organisation_id)


@pytest.mark.parametrize("templates", ["postgresql"], indirect=True)
def test_two_who_enter_one_organisation_at_once_do_not_both(workbench: Workbench) -> None:
    with workbench.begin(SYSTEM) as work:
        company = access.organisation(work, Kind.RECRUITER)
    with workbench.begin(SYSTEM) as work:
        assert try_lock(work.session, f"recruiter of organisation {company.id}")
        with pytest.raises(Conflict, match="at this moment"):
            made(workbench, organisation_id=company.id)


def test_no_other_role_enters_a_recruiter(workbench: Workbench) -> None:
    with workbench.begin(SYSTEM) as work:
        company = access.organisation(work, Kind.RECRUITER)
    for role in set(Role) - {Role.SCHEME_MANAGER, Role.RECRUITER_ADMIN}:
        actor = Actor(person=NOWHERE, organisation=company.id, roles=frozenset({role}))
        with pytest.raises(RoleRefused), workbench.begin(actor) as work:
            service.list_recruiter(work, organisation_id=company.id, name="Name", country="NP")


def test_numbers_run_on_and_stay(workbench: Workbench, clock: MovableClock) -> None:
    one, two = made(workbench), made(workbench)
    assert numbered(workbench, one.id) == "LRN00012603"
    clock.move_to(datetime(2026, 4, 1, tzinfo=UTC))
    assert numbered(workbench, two.id) == "LRN00022604"
    assert numbered(workbench, one.id) == "LRN00012603"


def test_eight_numbers_issued_at_once_all_differ(workbench: Workbench) -> None:
    entered = [made(workbench).id for _ in range(8)]
    together = Barrier(len(entered))
    issued: list[str] = []

    def issue(recruiter_id: str) -> None:
        together.wait(10)
        issued.append(numbered(workbench, recruiter_id))

    threads = [Thread(target=issue, args=(recruiter_id,)) for recruiter_id in entered]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(issued)) == len(entered)


def test_a_new_name_keeps_the_former_one_beside_it(
    workbench: Workbench, clock: MovableClock
) -> None:
    recruiter = made(workbench, name="Seven Kites")
    clock.advance(timedelta(days=1))
    with workbench.begin(recruiters.SCHEME) as work:
        renamed = service.rename(
            work, recruiter.id, "Eight Kites", "legal_name_changed", expected_version=1
        )
    assert (renamed.name, renamed.version) == ("Eight Kites", 2)
    with workbench.database.read() as session:
        former = session.scalars(select(RecruiterName)).one()
        history = journal.history(session, "recruiter", recruiter.id)
    assert (former.name, former.until) == ("Seven Kites", clock.now())
    assert [(e.action, e.reason_code, e.facts) for e in history] == [
        ("list", None, {}),
        ("rename", "legal_name_changed", {}),
    ]


@pytest.mark.parametrize(
    ("name", "version", "error"),
    [("Seven Kites", None, MoveRefused), ("Eight Kites", 2, StaleVersion)],
)
def test_a_renaming_that_is_refused_leaves_nothing(
    workbench: Workbench, name: str, version: int | None, error: type[DomainError]
) -> None:
    recruiter = made(workbench, name="Seven Kites")
    with pytest.raises(error), workbench.begin(recruiters.SCHEME) as work:
        service.rename(work, recruiter.id, name, "corrected", expected_version=version)
    with workbench.database.read() as session:
        assert session.scalars(select(func.count()).select_from(RecruiterName)).one() == 0
        assert queries.brief(session, recruiter.id).name == "Seven Kites"


def test_an_unknown_recruiter_is_not_found(workbench: Workbench) -> None:
    for unknown in (NOWHERE, "", "1", "'"):
        with workbench.database.read() as session, pytest.raises(NotFound):
            queries.brief(session, unknown)
        with workbench.begin(recruiters.SCHEME) as work, pytest.raises(NotFound):
            service.rename(work, unknown, "Name", "corrected")
