"""Assignments and touches, and what follows from them (DOMAIN §3, SECURITY S1, S7)."""

import time
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DBAPIError

from app.access import queries, service
from app.access.independence import Involvement, Way, bars
from app.access.lifecycle import Kind
from app.access.models import Assignment, Organisation, Person, Touch
from app.kernel.clock import MovableClock
from app.kernel.identifiers import new_id
from app.kernel.roles import SYSTEM, Actor, Role
from app.lifecycle.journal import Work, Workbench
from tests.making import access as make
from tests.making.access import Someone


@pytest.fixture
def lead(workbench: Workbench) -> Someone:
    with workbench.begin(SYSTEM) as work:
        return make.person(work, Kind.AUDIT_COMPANY, Role.LEAD_AUDITOR)


@pytest.fixture
def ids(clock: MovableClock) -> list[str]:
    return [new_id(clock.now()) for _ in range(3)]


def assign(work: Work, someone: Someone, ids: list[str], audit: int = 1) -> None:
    service.assign(
        work,
        person=someone.person,
        case=ids[0],
        audit=ids[audit],
        recruiter=ids[0],
        role=Role.LEAD_AUDITOR,
    )


def touch(work: Work, ids: list[str], way: Way, audit: int = 1) -> None:
    service.touch(work, case=ids[0], audit=ids[audit], recruiter=ids[0], way=way)


def involved(workbench: Workbench, case: str) -> tuple[Involvement, ...]:
    with workbench.database.read() as session:
        return queries.involved(session, case)


def test_members_of_the_team_and_those_who_touched_are_the_computed_set(
    workbench: Workbench, lead: Someone, ids: list[str]
) -> None:
    with workbench.begin(SYSTEM) as work:
        expert = make.person(work, Kind.AUDIT_COMPANY, Role.TECHNICAL_EXPERT)
        assign(work, lead, ids)
    for someone, way in [(lead, Way.FINDING), (lead, Way.REPORT), (expert, Way.EVIDENCE)]:
        with workbench.begin(someone.actor) as work:
            touch(work, ids, way, audit=2)

    found = involved(workbench, ids[0])

    assert set(found) == {
        Involvement(lead.person, frozenset({Way.TEAM, Way.FINDING, Way.REPORT})),
        Involvement(expert.person, frozenset({Way.EVIDENCE})),
    }
    assert bars(lead.person, found) is not None
    assert involved(workbench, ids[1]) == ()


def test_the_same_touch_is_kept_once(workbench: Workbench, lead: Someone, ids: list[str]) -> None:
    for _ in range(2):
        with workbench.begin(lead.actor) as work:
            touch(work, ids, Way.ANSWER)
            touch(work, ids, Way.ANSWER)
    with workbench.database.read() as session:
        assert len(session.scalars(select(Touch.id)).all()) == 1


def test_two_calls_of_one_person_at_the_same_moment_touch_once(
    workbench: Workbench, lead: Someone, ids: list[str]
) -> None:
    touched = Event()

    def other_call() -> None:
        with workbench.begin(lead.actor) as work:
            touch(work, ids, Way.ANSWER)
            touched.set()
            time.sleep(0.3)

    with ThreadPoolExecutor() as threads:
        other = threads.submit(other_call)
        assert touched.wait(5)
        with workbench.begin(lead.actor) as work:
            touch(work, ids, Way.ANSWER)
        other.result()

    with workbench.database.read() as session:
        assert len(session.scalars(select(Touch.id)).all()) == 1


def test_a_machine_touches_no_evidence(workbench: Workbench, ids: list[str]) -> None:
    with pytest.raises(RuntimeError, match="touched by a person"), workbench.begin(SYSTEM) as work:
        touch(work, ids, Way.ANSWER)


def test_a_touch_by_nobody_we_know_is_refused(workbench: Workbench, ids: list[str]) -> None:
    stranger = Actor(ids[2], None, frozenset({Role.AUDITOR}))
    with pytest.raises(DBAPIError), workbench.begin(stranger) as work:
        touch(work, ids, Way.ANSWER)


@pytest.mark.parametrize("statement", [update(Touch).values(way="team"), delete(Touch)])
def test_the_database_keeps_every_touch(
    workbench: Workbench, lead: Someone, ids: list[str], statement: object
) -> None:
    with workbench.begin(lead.actor) as work:
        touch(work, ids, Way.ANSWER)
    with pytest.raises(DBAPIError), workbench.database.write() as session:
        session.execute(statement)  # type: ignore[call-overload]


def test_a_team_that_was_replaced_sees_the_audit_no_more_and_stays_barred(
    workbench: Workbench, lead: Someone, ids: list[str]
) -> None:
    with workbench.begin(SYSTEM) as work:
        assign(work, lead, ids)
        assign(work, lead, ids)
    with workbench.database.read() as session:
        assert len(session.scalars(select(Assignment.id)).all()) == 1
        assert queries.is_assigned(session, lead.person, audit=ids[1])
        assert queries.is_assigned(session, lead.person, case=ids[0])
        assert not queries.is_assigned(session, lead.person, audit=ids[2])
        assert not queries.is_assigned(session, lead.person, case=ids[1])
        assert not queries.is_assigned(session, None, audit=ids[1])

    with workbench.begin(SYSTEM) as work:
        service.end_assignments(work, audit=ids[1])

    with workbench.database.read() as session:
        assert not queries.is_assigned(session, lead.person, audit=ids[1])
    assert bars(lead.person, involved(workbench, ids[0])) is not None

    with workbench.begin(SYSTEM) as work:
        assign(work, lead, ids)
    with workbench.database.read() as session:
        assert queries.is_assigned(session, lead.person, audit=ids[1])


def test_a_list_shows_what_the_plain_rule_shows(
    workbench: Workbench, lead: Someone, ids: list[str]
) -> None:
    """`seen` over a table: each assignment stands for an audit, its person's organisation for both
    parties."""
    with workbench.begin(SYSTEM) as work:
        other = make.person(work, Kind.AUDIT_COMPANY, Role.LEAD_AUDITOR)
        assign(work, lead, ids, audit=1)
        assign(work, other, ids, audit=2)
        home = work.session.get_one(Organisation, lead.actor.organisation)
        assign(work, make.person(work, home, Role.LEAD_AUDITOR), ids, audit=2)

    def seen(role: Role, someone: Someone = lead, by_case: bool = False) -> int:
        actor = Actor(someone.person, someone.actor.organisation, frozenset({role}))
        query = (
            select(Assignment.id)
            .join(Person, Person.id == Assignment.person_id)
            .join(Organisation, Organisation.id == Person.organisation_id)
            .where(
                queries.seen(
                    actor,
                    audit_company=Organisation.id,
                    recruiter_organisation=Organisation.id,
                    case=Assignment.case_id if by_case else None,
                    audit=None if by_case else Assignment.audit_id,
                )
            )
        )
        with workbench.database.read() as session:
            return len(session.scalars(query).all())

    assert seen(Role.SCHEME_MANAGER) == 3
    assert seen(Role.PROGRAMME_MANAGER) == 2
    assert seen(Role.RECRUITER_STAFF) == 2
    assert seen(Role.LEAD_AUDITOR) == 1
    assert seen(Role.LEAD_AUDITOR, by_case=True) == 2, "not what another company does (S10)"
    assert seen(Role.EMPLOYER) == 0
