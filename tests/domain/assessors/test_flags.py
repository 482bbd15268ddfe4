"""A conflict discovered later flags every decision that its person touched (SECURITY R19, R20)."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.exc import DatabaseError

from app.access.independence import Tie
from app.access.models import Assignment, Person, Touch
from app.assessors import queries as assessor_queries
from app.assessors import service as assessor_service
from app.assessors.models import AuditRecord, Seat
from app.assessors.service import TakenPart
from app.audits import service as audits
from app.audits.kinds import Kind
from app.audits.lifecycle import State as AuditState
from app.audits.models import Review
from app.certificates import flags, tasks
from app.certificates.models import Decision, DecisionFlag, FlagOutcome
from app.certificates.reasons import Reason
from app.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from app.kernel.identifiers import new_id
from app.kernel.roles import Actor, Role
from app.lifecycle.approvals import Approval
from app.lifecycle.journal import MoveRefused, NotIndependent
from tests.making import assessors
from tests.making.certificates import World


def recruiter_of(world: World) -> str:
    """The organisation of the recruiter in the case."""
    return str(world.scene.cast.recruiter.actor.organisation)


def discover(world: World, **whose: object) -> str:
    """The id of a conflict that came on record now."""
    manager, integrity = world.scene.cast.scheme_manager, world.people.integrity
    officer = (integrity if whose.get("person") == manager.person else manager).actor
    with world.scene.workbench.begin(officer) as work:
        return assessors.conflict(
            work,
            officer,
            recruiter_of(world),
            **whose,  # type: ignore[arg-type]
        )


def flagged(world: World, conflict: str) -> dict[str, tuple[list[str], bool]]:
    """The decisions that this conflict flagged: how, and whether it stood then."""
    with world.scene.workbench.database.read() as session:
        asked = select(DecisionFlag).where(DecisionFlag.conflict_id == conflict)
        return {flag.decision_id: (flag.ways, flag.stood) for flag in session.scalars(asked)}


def test_whoever_touched_a_decision_it_is_flagged_and_nobody_elses_r20(world: World) -> None:
    """Every person there is, against the records read in the plainest way."""
    number = world.grant()
    world.wait(days=30)
    surveillance = world.reviewed(Kind.SURVEILLANCE)
    world.decide(number, "maintain", Reason.STANDARD_MET, audit_id=surveillance)
    for signer in (world.people.second_decider, world.people.integrity):
        world.decide(number, "annul", Reason.ISSUED_IN_ERROR, signer, void_from=world.today)
    with world.scene.workbench.database.read() as session:
        people = list(session.scalars(select(Person.id)))
        decisions = list(session.scalars(select(Decision)))
        models: tuple[tuple[Any, str], ...] = (
            (Assignment, "assigned_at"),
            (Touch, "touched_at"),
            (Review, "reviewed_at"),
        )
        work_of = [
            (row.person_id, row.case_id, getattr(row, when))
            for model, when in models
            for row in session.scalars(select(model))
        ]
    total = 0
    for person in people:
        expected = {
            decision.id
            for decision in decisions
            if person in (decision.person_id, decision.countersigned_by)
            or any(
                (who, case) == (person, decision.case_id) and at <= decision.decided_at
                for who, case, at in work_of
            )
        }
        found = flagged(world, discover(world, person=person))
        assert set(found) == expected
        assert all(stood for _, stood in found.values())
        total += len(expected)
    assert len(decisions) == 3
    assert total > 12


def test_the_company_flags_all_it_decided_and_a_tie_that_began_later_did_not_stand(
    world: World,
) -> None:
    world.grant()
    world.wait(days=400)
    company = str(world.people.decider.actor.organisation)
    later = discover(world, audit_company=company, tie=Tie.CONSULTANCY, since=world.today)
    [(ways, stood)] = flagged(world, later).values()
    assert (ways, stood) == (["company"], False)
    old = discover(world, person=world.people.decider.person, until=date(2020, 5, 1))
    [(ways, stood)] = flagged(world, old).values()
    assert (ways, stood) == (["decided"], False)
    assert flagged(world, discover(world, person=world.people.other_decider.person)) == {}


def test_what_is_decided_after_a_reviewers_conflict_is_known_is_flagged_as_it_is_made_r20(
    world: World,
) -> None:
    known = discover(world, person=world.scene.cast.reviewer.person)
    assert flagged(world, known) == {}
    world.grant()
    [(ways, stood)] = flagged(world, known).values()
    assert (ways, stood) == (["reviewed"], True)


def test_an_integrity_officer_settles_a_flag_once_and_sees_it_as_a_task(world: World) -> None:
    world.grant()
    discover(world, person=world.people.decider.person)
    officer, manager = world.people.integrity, world.scene.cast.programme_manager
    workbench = world.scene.workbench
    with workbench.database.read() as session:
        [task] = tasks.waiting(session, officer.actor, world.clock.now())
        assert list(tasks.waiting(session, manager.actor, world.clock.now())) == []
        flag = task.subject.rpartition("/")[2]
        assert flags.flag(session, manager.actor, flag).stood
        with pytest.raises(NotFound):
            flags.flag(session, world.people.other_decider.actor, flag)
    own = Actor(
        world.people.decider.person, officer.actor.organisation, frozenset({Role.INTEGRITY_OFFICER})
    )
    with pytest.raises(Forbidden), workbench.begin(own) as work:
        flags.settle(work, flag, FlagOutcome.NO_EFFECT)
    with workbench.begin(officer.actor) as work:
        assert flags.settle(work, flag, FlagOutcome.AUDIT_ORDERED).settled_by == officer.person
    with pytest.raises(Conflict), workbench.begin(officer.actor) as work:
        flags.settle(work, flag, FlagOutcome.NO_EFFECT)
    with workbench.database.read() as session:
        assert list(tasks.waiting(session, officer.actor, world.clock.now())) == []
    undone = f"UPDATE decision_flag SET settled_at = NULL WHERE id = '{flag}'"
    with pytest.raises(DatabaseError), workbench.database.write() as session:
        session.execute(text(undone))


def test_with_a_conflict_nobody_decides_and_the_database_refuses_too_r19(world: World) -> None:
    decider = world.people.decider.person
    until = world.today - timedelta(days=100)
    discover(world, person=decider, since=date(2020, 1, 1), until=until)
    with pytest.raises(NotIndependent, match="that bars for 24 months"):
        world.grant()
    number = world.grant(world.people.second_decider)
    with world.scene.workbench.database.read() as session:
        kept = session.scalars(select(Decision)).one()
        row = {c.key: getattr(kept, c.key) for c in Decision.__table__.columns}
    again = {**row, "audit_id": None, "certificate_id": row["certificate_id"]}
    with world.scene.workbench.database.write() as session:
        session.execute(insert(Decision), again | {"id": new_id(world.clock.now())})
    discover(world, person=world.people.second_decider.person)
    for broken in ({}, {"person_id": decider, "countersigned_by": row["person_id"]}):
        planted = again | {"id": new_id(world.clock.now())} | broken
        with pytest.raises(DatabaseError), world.scene.workbench.database.write() as session:
            session.execute(insert(Decision), planted)
    with pytest.raises(NotIndependent, match="is open"):
        world.decide(number, "suspend", Reason.OBLIGATIONS_UNMET)


def test_the_signature_of_one_who_came_into_a_conflict_since_counts_no_more(world: World) -> None:
    number = world.grant()
    world.decide(
        number, "annul", Reason.ISSUED_IN_ERROR, world.people.second_decider, void_from=world.today
    )
    discover(world, person=world.people.second_decider.person)
    said = world.decide(
        number, "annul", Reason.ISSUED_IN_ERROR, world.people.integrity, void_from=world.today
    )
    assert isinstance(said, Approval)
    assert said.first_person == world.people.integrity.person
    assert said.completed_at is None


def test_a_conflict_found_after_the_proposal_stands_against_the_confirmation_s2(
    world: World,
) -> None:
    scene = world.scene
    audit = scene.audit(AuditState.TEAM_PROPOSED)
    conflict = discover(world, person=scene.cast.auditor.person)
    with pytest.raises(MoveRefused, match="the conflict of interest is open"):
        scene.act(scene.cast.lead, audits.confirm, audit)
    with scene.workbench.database.write() as session:
        seat = Assignment(
            id=new_id(world.clock.now()),
            person_id=scene.cast.auditor.person,
            role=Role.AUDITOR.value,
            case_id=scene.cast.case,
            audit_id=audit,
            recruiter_id=scene.stored(audit).recruiter_id,
            assigned_at=world.clock.now(),
        )
        with pytest.raises(DatabaseError), session.begin_nested():
            session.add(seat)
            session.flush()
    assert flagged(world, conflict) == {}


def test_a_programme_manager_records_audits_of_this_service_once_each(world: World) -> None:
    scene = world.scene
    with scene.workbench.database.read() as session:
        held = assessor_queries.approvals(session, [scene.cast.lead.person], world.clock.now())
    auditor = held[scene.cast.lead.person].auditor
    sat = TakenPart(Seat.LEAD_AUDITOR, world.today, 24, audit=world.audit)
    scene.act(scene.cast.programme_manager, assessor_service.record_audits, auditor, [sat])
    with pytest.raises(Invalid, match="mend each fault") as caught:
        scene.act(scene.cast.programme_manager, assessor_service.record_audits, auditor, [sat])
    assert [fault.detail for fault in caught.value.errors] == ["This audit is recorded already."]
    machine = Actor(None, None, frozenset({Role.SCHEME_MANAGER}))
    with pytest.raises(Forbidden), scene.workbench.begin(machine) as work:
        elsewhere = TakenPart(Seat.AUDITOR, world.today, 8, reference="Elsewhere")
        assessor_service.record_audits(work, auditor, [elsewhere])
    with scene.workbench.database.write() as session:
        planted = {"auditor_id": auditor, "seat": "auditor", "ended_on": world.today, "hours": -1}
        with pytest.raises(DatabaseError), session.begin_nested():
            session.execute(
                insert(AuditRecord),
                planted
                | {"id": new_id(world.clock.now()), "recorded_at": world.clock.now()}
                | {"recorded_by": scene.cast.lead.person},
            )
