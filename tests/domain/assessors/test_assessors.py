"""Companies, auditors and the register in the database (DOMAIN §5a; SECURITY S2, S3, S5)."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DatabaseError

from app.access.independence import Tie
from app.access.lifecycle import Kind
from app.access.tasks import TaskItem
from app.assessors import queries, service, tasks
from app.assessors.competence import Competence
from app.assessors.conflicts import queries as register
from app.assessors.conflicts import service as conflicts
from app.assessors.conflicts.lifecycle import Source
from app.assessors.conflicts.service import NewConflict
from app.assessors.lifecycle import AuditorState, CompanyState
from app.assessors.models import AuditCompany, Schooling, Seat
from app.assessors.reasons import Reason
from app.assessors.service import Qualified, TakenPart
from app.kernel.clock import MovableClock
from app.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from app.kernel.roles import SYSTEM, Actor, Role
from app.lifecycle.approvals import SecondSignatureRefused
from app.lifecycle.journal import MoveRefused, NotIndependent, RoleRefused, Work, Workbench
from app.platform.database import Database
from app.recruiters import ownership
from app.recruiters import service as recruiters_service
from app.recruiters.models import Recruiter
from app.recruiters.profile import Owner, Profile
from tests.making import access, assessors, recruiters
from tests.making.access import Someone
from tests.making.assessors import COMPETENCE, Officers

START = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
TODAY = START.date()


class Stage:
    """An approved company with two of its people, and the scheme's officers."""

    def __init__(self, database: Database) -> None:
        self.clock = MovableClock(START)
        self.workbench = Workbench(database, self.clock)
        with self.workbench.begin(SYSTEM) as work:
            company = access.organisation(work)
            self.officers = Officers(work)
            self.manager = access.person(work, company, Role.PROGRAMME_MANAGER)
            self.auditor = access.person(work, company, Role.AUDITOR)
            self.organisation = company.id
            self.recruiter = recruiters.recruiter(work, name="Seven Kites").organisation_id


@pytest.fixture
def stage(database: Database) -> Stage:
    return Stage(database)


def test_every_state_of_a_company_is_reached_and_told(stage: Stage) -> None:
    reached = {}
    for state in CompanyState:
        with stage.workbench.begin(SYSTEM) as work:
            manager = access.person(work, Kind.AUDIT_COMPANY, Role.PROGRAMME_MANAGER)
            made = assessors.company(work, stage.officers, manager, state)
            reached[state] = made.organisation_id
    with stage.workbench.database.read() as session:
        told = {
            state: queries.company_approval(session, organisation)
            for state, organisation in reached.items()
        }
        assert {state: found and found.state for state, found in told.items()} == {
            state: state for state in CompanyState
        }
        assert queries.company_approval(session, stage.organisation) is None
        assert {
            state for state, one in reached.items() if queries.company_stands(session, one)
        } == {
            CompanyState.APPLIED,
            CompanyState.APPROVED,
            CompanyState.WARNED,
            CompanyState.SUSPENDED,
        }


def test_an_approval_takes_two_people_of_the_role_and_the_same_reason_s5(stage: Stage) -> None:
    with stage.workbench.begin(stage.manager.actor) as work:
        company = service.apply_as_company(work).id
    with (
        pytest.raises(MoveRefused, match="has applied or is approved already"),
        stage.workbench.begin(stage.manager.actor) as work,
    ):
        service.apply_as_company(work)

    def sign(someone: Someone, action: str, reason: Reason) -> object:
        with stage.workbench.begin(someone.actor) as work:
            return service.move_company(work, company, action, reason)

    officers = stage.officers
    sign(officers.manager, "approve", Reason.REQUIREMENTS_MET)
    with pytest.raises(SecondSignatureRefused, match="another person must too"):
        sign(officers.manager, "approve", Reason.REQUIREMENTS_MET)
    with pytest.raises(RoleRefused):
        sign(officers.integrity, "approve", Reason.REQUIREMENTS_MET)
    with stage.workbench.database.read() as session:
        assert session.get_one(AuditCompany, company).state == "applied"
    sign(officers.second_manager, "approve", Reason.REQUIREMENTS_MET)
    sign(officers.integrity, "suspend", Reason.UNDER_INVESTIGATION)
    sign(officers.integrity, "reinstate", Reason.UNFOUNDED)
    with pytest.raises(Conflict, match="other terms"):
        sign(officers.second_integrity, "reinstate", Reason.REMEDIED)
    waiting = _tasks(stage, officers.second_integrity)
    assert [(task.kind, task.action) for task in waiting] == [("audit_company", "reinstate")]
    assert _tasks(stage, officers.integrity) == []
    sign(officers.second_integrity, "reinstate", Reason.UNFOUNDED)
    with stage.workbench.database.read() as session:
        assert session.get_one(AuditCompany, company).state == "approved"


def test_an_auditor_goes_step_by_step_and_may_apply_anew_after_a_withdrawal(stage: Stage) -> None:
    officers, person = stage.officers, stage.auditor.person
    with stage.workbench.begin(SYSTEM) as work:
        for state in AuditorState:
            someone = access.person(work, Kind.AUDIT_COMPANY, Role.AUDITOR)
            made = assessors.auditor(work, officers, someone.person, state)
            assert made.state == state
    ahead = Qualified(Schooling.EDUCATION, "Law", TODAY + timedelta(days=1), TODAY)
    for whose, qualified, said in (
        (stage.organisation, [], "no such person"),
        (person, [ahead], "mend each fault"),
    ):
        with (
            pytest.raises(Invalid, match=said),
            stage.workbench.begin(officers.manager.actor) as work,
        ):
            service.apply_as_auditor(work, whose, qualified)
    with stage.workbench.begin(SYSTEM) as work:
        first = assessors.auditor(work, officers, person, AuditorState.WITHDRAWN).id
    with stage.workbench.begin(SYSTEM) as work:
        second = assessors.auditor(work, officers, person).id
    with stage.workbench.database.read() as session:
        found = queries.approvals(session, [person], START)[person]
        assert (found.auditor, found.competence) == (second, COMPETENCE)
        assert found.term is not None
        assert found.term.ends_on == date(2029, 3, 1)
        assert second != first
    with (
        pytest.raises(MoveRefused, match="withdraw that before"),
        stage.workbench.begin(officers.manager.actor) as work,
    ):
        service.apply_as_auditor(work, person)
    with (
        pytest.raises(Invalid, match="recorded by their moves"),
        stage.workbench.begin(officers.manager.actor) as work,
    ):
        service.qualify(work, second, [Qualified(Schooling.TRAINING, "Course", TODAY)])
    with stage.workbench.begin(officers.manager.actor) as work:
        service.qualify(work, second, [Qualified(Schooling.EDUCATION, "Thai", TODAY, TODAY)])
        kinds = [row.kind for row in queries.qualifications(work.session, second)]
        assert sorted(kinds) == ["education", "education", "examination", "experience", "training"]


def test_audits_are_recorded_once_by_others_and_struck_where_they_were_wrong(stage: Stage) -> None:
    officers = stage.officers
    with stage.workbench.begin(SYSTEM) as work:
        auditor = assessors.auditor(work, officers, stage.auditor.person).id
    part = assessors.part(TODAY, officers, hours=200)
    with stage.workbench.begin(officers.manager.actor) as work:
        faulty = [
            TakenPart(Seat.AUDITOR, TODAY, 8),
            TakenPart(Seat.AUDITOR, TODAY, 8, audit=stage.recruiter),
            TakenPart(Seat.AUDITOR, TODAY + timedelta(days=1), 8, reference="Ahead"),
            TakenPart(Seat.AUDITOR, TODAY, 8, reference="A", witnessed_by=stage.auditor.person),
            TakenPart(Seat.AUDITOR, TODAY, 8, reference="B", witnessed_by=stage.organisation),
        ]
        with pytest.raises(Invalid) as caught:
            service.record_audits(work, auditor, faulty)
    assert [fault.pointer for fault in caught.value.errors] == [
        "/audits/0/audit_id",
        "/audits/1/audit_id",
        "/audits/2/ended_on",
        "/audits/3/witnessed_by",
        "/audits/4/witnessed_by",
    ]
    with (
        pytest.raises(RoleRefused, match="recorded by the scheme manager"),
        stage.workbench.begin(stage.manager.actor) as work,
    ):
        service.record_audits(work, auditor, [part])
    themselves = Actor(
        stage.auditor.person, stage.organisation, frozenset({Role.PROGRAMME_MANAGER})
    )
    with pytest.raises(Forbidden), stage.workbench.begin(themselves) as work:
        service.record_audits(work, auditor, [part])
    stage.clock.advance(timedelta(days=400))
    later = assessors.part(stage.clock.now().date(), officers, hours=200)
    with stage.workbench.begin(officers.manager.actor) as work:
        service.record_audits(work, auditor, [later])
        [record] = [r for r in queries.audit_records(work.session, auditor) if r.hours == 200]
        ends = _ends_on(work, stage)
    with stage.workbench.begin(officers.manager.actor) as work:
        service.strike_record(work, auditor, record.id)
        assert (ends, _ends_on(work, stage)) == (date(2030, 4, 5), date(2029, 3, 1))
    with pytest.raises(Conflict), stage.workbench.begin(officers.manager.actor) as work:
        service.strike_record(work, auditor, record.id)
    with pytest.raises(NotFound), stage.workbench.begin(officers.manager.actor) as work:
        service.strike_record(work, auditor, stage.recruiter)


def test_competence_is_there_where_an_active_company_has_an_approved_auditor(stage: Stage) -> None:
    officers = stage.officers
    corridors = ["NP-MY", "NP-QA", "ET-SA"]
    nepali = Competence(
        kinds=COMPETENCE.kinds,
        standards=COMPETENCE.standards,
        corridors=frozenset({"NP-MY", "ET-SA"}),
        languages=frozenset({"ne"}),
    )

    def available(audit_company: str | None = None, at: datetime = START) -> frozenset[str]:
        with stage.workbench.database.read() as session:
            return queries.competence_available(session, audit_company, corridors, at)

    with stage.workbench.begin(SYSTEM) as work:
        company = assessors.company(work, officers, stage.manager).id
        assessors.auditor(work, officers, stage.auditor.person, competence=nepali)
    assert available() == available(stage.organisation) == {"NP-MY"}
    assert available(stage.recruiter) == frozenset()
    assert available(at=datetime(2029, 3, 1, 23, 59, 59, tzinfo=UTC)) == {"NP-MY"}
    assert available(at=datetime(2029, 3, 2, tzinfo=UTC)) == frozenset()
    with stage.workbench.begin(officers.integrity.actor) as work:
        service.move_company(work, company, "suspend", Reason.UNDER_INVESTIGATION)
    assert available() == frozenset()


def test_one_sees_oneself_a_programme_manager_the_company_and_officers_all(stage: Stage) -> None:
    officers = stage.officers
    with stage.workbench.begin(SYSTEM) as work:
        company = assessors.company(work, officers, stage.manager).id
        auditor = assessors.auditor(work, officers, stage.auditor.person).id
        record = assessors.conflict(
            work, officers.integrity.actor, stage.recruiter, person=stage.auditor.person
        )
        blocked = assessors.conflict(
            work,
            officers.integrity.actor,
            stage.recruiter,
            audit_company=stage.organisation,
            tie=Tie.CONSULTANCY,
        )
        stranger = access.person(work, Kind.AUDIT_COMPANY, Role.PROGRAMME_MANAGER)
        colleague = access.person(work, Kind.AUDIT_COMPANY, Role.AUDITOR)

    def sees(someone: Someone) -> list[str]:
        found = []
        with stage.workbench.database.read() as session:
            for name, ask, one in (
                ("company", queries.audit_company, company),
                ("auditor", queries.auditor, auditor),
                ("own", register.conflict, record),
                ("company's", register.conflict, blocked),
            ):
                try:
                    ask(session, someone.actor, one)
                except NotFound:
                    continue
                found.append(name)
        return found

    everything = ["company", "auditor", "own", "company's"]
    assert sees(officers.manager) == sees(officers.integrity) == sees(stage.manager) == everything
    assert sees(stage.auditor) == ["company", "auditor", "own"]
    assert sees(stranger) == sees(colleague) == []


def test_declarations_and_conflicts_reach_affiliates_and_the_whole_company_s2_s3(
    stage: Stage,
) -> None:
    officers, person = stage.officers, stage.auditor.person
    with stage.workbench.begin(SYSTEM) as work:
        affiliate = recruiters.recruiter(work, name="Paper Boat")
        holding = recruiters.recruiter(work, name="Kite Holdings")
        unrelated = recruiters.recruiter(work, name="Copper Lamp")
        kites = work.session.scalars(
            select(Recruiter).where(Recruiter.organisation_id == stage.recruiter)
        ).one()
    for one in (affiliate, kites):
        admin = Actor(person, one.organisation_id, frozenset({Role.RECRUITER_ADMIN}))
        with stage.workbench.begin(admin) as work:
            stated = Profile(owners=(Owner("Kite Holdings", "NP"),))
            recruiters_service.state_profile(work, one.id, stated)
    with stage.workbench.begin(stage.auditor.actor) as work:
        made = conflicts.declare(work, [NewConflict(stage.recruiter, Tie.FAMILY, date(2025, 1, 1))])
        assert len(made.conflicts) == 1
    with stage.workbench.database.read() as session:
        for recruiter in (kites.id, affiliate.id, holding.id):
            [known] = register.conflicts_of(session, person, recruiter)
            assert (known.tie, known.of_company) == (Tie.FAMILY, False)
        assert register.conflicts_of(session, person, unrelated.id) == ()
        assert register.conflicts_of(session, stage.manager.person, kites.id) == ()
        assert register.declared_on(session, [person], START) == {person: TODAY}
        assert ownership.group_of_organisation(session, stage.organisation) == {stage.organisation}
    with stage.workbench.begin(stage.manager.actor) as work:
        conflicts.record(
            work,
            NewConflict(affiliate.organisation_id, Tie.TRAINING_FOR_HIRE, date(2025, 1, 1)),
            Source.DECLARED,
            audit_company=stage.organisation,
        )
    with stage.workbench.database.read() as session:
        ties = {known.tie for known in register.conflicts_of(session, person, kites.id)}
        assert ties == {Tie.FAMILY, Tie.TRAINING_FOR_HIRE}
        [company] = register.conflicts_of_company(session, stage.organisation, kites.id)
        assert company.of_company
        assert register.conflicts_of_company(session, stage.organisation, unrelated.id) == ()
    faults: list[tuple[Someone, dict[str, Any], type[Exception]]] = [
        (stage.auditor, {"person": stage.manager.person}, NotIndependent),
        (stage.auditor, {"audit_company": stage.organisation}, NotIndependent),
        (stage.auditor, {}, Invalid),
        (stage.auditor, {"person": stage.recruiter}, Invalid),
        (stage.manager, {"audit_company": stage.recruiter}, Invalid),
    ]
    new = NewConflict(stage.recruiter, Tie.FAMILY, TODAY)
    for someone, whose, error in faults:
        with pytest.raises(error), stage.workbench.begin(someone.actor) as work:
            conflicts.record(work, new, Source.DECLARED, **whose)
    nowhere = NewConflict("nobody", Tie.FAMILY, TODAY)
    with (
        pytest.raises(Invalid, match="no such organisation"),
        stage.workbench.begin(stage.auditor.actor) as work,
    ):
        conflicts.declare(work, [nowhere])
    machine = Actor(None, stage.organisation, frozenset({Role.AUDITOR}))
    with pytest.raises(Forbidden), stage.workbench.begin(machine) as work:
        conflicts.declare(work, [])
    [own] = made.conflicts
    with stage.workbench.begin(officers.integrity.actor) as work:
        conflicts.end(work, own, TODAY)
    without_a_move = f"UPDATE conflict SET until_on = '2020-01-01' WHERE id = '{own}'"
    with pytest.raises(DatabaseError), stage.workbench.database.write() as session:
        session.connection().exec_driver_sql(without_a_move)


def test_tasks_say_what_waits_by_when(stage: Stage) -> None:
    officers = stage.officers
    with stage.workbench.begin(SYSTEM) as work:
        assessors.company(work, officers, stage.manager, CompanyState.APPLIED)
        trained = access.person(work, Kind.AUDIT_COMPANY, Role.AUDITOR)
        assessors.auditor(work, officers, trained.person, AuditorState.TRAINED)
        assessors.auditor(work, officers, stage.auditor.person)
    told = [(task.kind, task.action) for task in _tasks(stage, officers.manager)]
    assert told == [("audit_company", "approve"), ("auditor", "examine")]
    [declare] = _tasks(stage, stage.auditor)
    assert (declare.kind, declare.due) == ("declaration", None)
    with stage.workbench.begin(stage.auditor.actor) as work:
        conflicts.declare(work, [])
    assert _tasks(stage, stage.auditor) == []
    stage.clock.advance(timedelta(days=335))
    [again] = _tasks(stage, stage.auditor)
    assert again.due == datetime(2027, 3, 3, tzinfo=UTC)
    assert _tasks(stage, stage.manager) == []
    stage.clock.move_to(datetime(2028, 12, 1, tzinfo=UTC))
    [ends] = _tasks(stage, stage.manager)
    assert (ends.action, ends.due) == ("record_audits", datetime(2029, 3, 2, tzinfo=UTC))
    assert "0 of 120 audit hours" in ends.what


def _tasks(stage: Stage, someone: Someone) -> list[TaskItem]:
    with stage.workbench.database.read() as session:
        return list(tasks.waiting(session, someone.actor, stage.clock.now()))


def _ends_on(work: Work, stage: Stage) -> date:
    found = queries.approvals(work.session, [stage.auditor.person], work.now)
    term = found[stage.auditor.person].term
    assert term is not None
    return term.ends_on
