"""Grant and refuse, on both databases: one transaction, its reasons, its records (DOMAIN §9)."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from threading import Barrier

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from app.audits.findings.grades import Grade
from app.audits.findings.lifecycle import State as FindingState
from app.audits.kinds import Kind
from app.audits.lifecycle import State as AuditState
from app.certificates import queries, service
from app.certificates.decisions import DecisionType, not_checked
from app.certificates.models import Certificate, Decision, Edition
from app.certificates.reasons import Reason
from app.certificates.status import Result
from app.kernel.errors import NotFound, StaleVersion
from app.kernel.identifiers import new_id, parse_certificate_number
from app.kernel.roles import Role
from app.lifecycle import journal
from app.lifecycle.journal import MoveRefused, NotIndependent, RoleRefused
from tests.making.certificates import CONTENT, World, proposal


def decisions(world: World) -> list[Decision]:
    with world.scene.workbench.database.read() as session:
        return list(session.scalars(select(Decision)))


def test_a_grant_issues_the_certificate_and_closes_the_audit(world: World) -> None:
    number = world.grant(conditions=("Report every new sub-agent.",))
    certificate = world.stored(number)
    assert parse_certificate_number(number) == number
    assert (certificate.state, certificate.version) == ("active", 1)
    assert world.scene.stored(world.audit).state == AuditState.CLOSED
    [decision] = decisions(world)
    assert (decision.type, decision.audit_id) == ("grant", world.audit)
    assert decision.person_id == world.people.decider.person
    assert decision.countersigned_by is None
    assert decision.recommendation == CONTENT
    assert decision.conditions == ["Report every new sub-agent."]
    assert decision.effective_on == world.today
    assert decision.decided_at == world.clock.now()
    assert decision.independence["outcome"] == "independent"
    involved = {found["person"] for found in decision.independence["involved"]}
    cast = world.scene.cast
    assert involved == {cast.lead.person, cast.auditor.person, cast.expert.person}
    assert "findings_resolved" in decision.completeness["met"]
    assert decision.completeness["not_checked"] == list(not_checked(DecisionType.GRANT))
    assert len(decision.inputs_hash) == 64


def test_without_a_last_day_it_lasts_a_cycle_and_covers_what_was_contracted(world: World) -> None:
    certificate = world.stored(world.grant())
    with world.scene.workbench.database.read() as session:
        [edition] = queries.editions(session, certificate.id)
    assert edition.scope["corridors"] == ["NP-MY", "NP-QA"]
    assert edition.scope["sectors"] == ["construction"]
    assert [site["name"] for site in edition.scope["sites"]] == ["Head office", "Branch"]
    assert (edition.effective_on, edition.expires_on) == (date(2026, 3, 15), date(2029, 3, 14))
    status = world.status(certificate.number)
    assert status.result is Result.ACTIVE
    assert status.expires_at == datetime(2029, 3, 15, tzinfo=UTC)
    assert status.since == world.clock.now()


def test_a_certificate_may_begin_later(world: World) -> None:
    number = world.grant(effective_on=date(2026, 4, 1))
    assert world.status(number).result is Result.NOT_YET_VALID
    world.clock.move_to(datetime(2026, 4, 1, tzinfo=UTC) - timedelta(seconds=1))
    assert world.status(number).result is Result.NOT_YET_VALID
    world.wait(seconds=1)
    assert world.status(number).result is Result.ACTIVE


def test_the_journal_holds_codes_ids_and_instants_and_no_free_text(world: World) -> None:
    certificate = world.stored(world.grant(conditions=("Report every new sub-agent.",)))
    with world.scene.workbench.database.read() as session:
        [entry] = journal.history(session, "certificate", certificate.id)
    assert set(entry.facts) == {"decision", "audit", "edition", "valid_until", "corridors"}
    told = json.dumps(entry.facts)
    assert CONTENT not in told
    assert "sub-agent" not in told
    assert entry.reason_code == "standard_met"
    assert entry.role == "decision_maker"


def test_the_lead_auditor_is_told_how_they_touched_the_evidence(world: World) -> None:
    with pytest.raises(NotIndependent) as refused:
        world.grant(world.scene.cast.lead)
    assert refused.value.reasons[0].startswith(
        "this person was in the audit team, answered indicators and wrote the report in this case"
    )
    assert decisions(world) == []
    assert world.scene.stored(world.audit).state == AuditState.REVIEWED


def test_a_second_role_does_not_make_the_lead_auditor_independent(world: World) -> None:
    lead = world.scene.cast.lead
    both = replace(lead.actor, roles=lead.actor.roles | {Role.DECISION_MAKER})
    with pytest.raises(NotIndependent):
        world.grant(replace(lead, actor=both))
    with pytest.raises(NotIndependent):
        world.scene.act(replace(lead, actor=both), service.refuse, world.audit, proposal())


def test_who_is_no_decision_maker_does_not_decide(world: World) -> None:
    with pytest.raises(RoleRefused, match="needs the role decision_maker"):
        world.grant(world.scene.cast.reviewer)
    with pytest.raises(RoleRefused, match="needs the role decision_maker"):
        world.scene.act(world.scene.cast.reviewer, service.refuse, world.audit, proposal())


def test_another_companys_audit_does_not_exist_for_a_decision_maker(world: World) -> None:
    with pytest.raises(NotFound):
        world.grant(world.people.other_decider)


def test_a_decision_with_open_findings_is_refused_with_each_of_them(world: World) -> None:
    audit = world.scene.audit(AuditState.IN_PROGRESS)
    for grade, state, criterion in (
        (Grade.MAJOR, FindingState.ISSUED, "L-B.2"),
        (Grade.MAJOR, FindingState.CLOSED, "L-A.4"),
        (Grade.MINOR, FindingState.RESPONDED, "L-B.1"),
    ):
        world.scene.finding(state, audit=audit, grade=grade, criterion=criterion)
    with pytest.raises(MoveRefused) as refused:
        world.grant(effective_on=date(2026, 3, 1), expires_on=date(2040, 1, 1))
    assert refused.value.reasons == (
        "the major finding on L-B.2 is issued; it must be closed",
        "the minor finding on L-B.1 is responded; it must be at least plan_accepted",
        "2026-03-01 lies before the decision (2026-03-15)",
        "2040-01-01 is too late: 36 months from 2026-03-01 end on 2029-02-28",
    )
    assert decisions(world) == []


def test_an_audit_that_is_not_reviewed_is_not_decided_on(world: World) -> None:
    planned = world.scene.audit(AuditState.PLANNED, Kind.STAGE_2)
    with pytest.raises(MoveRefused) as refused:
        world.grant(audit=planned)
    assert refused.value.reasons == (
        "the audit is planned; it is decided on once it is reviewed",
        "the fieldwork of the audit has not ended",
    )
    with pytest.raises(MoveRefused, match="the audit is planned"):
        world.scene.act(
            world.people.decider,
            service.refuse,
            planned,
            proposal(reasons=(Reason.SYSTEM_NOT_EFFECTIVE,)),
        )


def test_an_audit_has_one_final_decision(world: World) -> None:
    world.grant()
    with pytest.raises(MoveRefused, match="the audit is closed"):
        world.grant()
    with pytest.raises(MoveRefused, match="the audit is closed"):
        world.scene.act(
            world.people.second_decider,
            service.refuse,
            world.audit,
            proposal(reasons=(Reason.SYSTEM_NOT_EFFECTIVE,)),
        )


def test_a_decision_on_what_was_overtaken_is_stale(world: World) -> None:
    version = world.scene.stored(world.audit).version
    with pytest.raises(StaleVersion, match=f"the audit is at {version}"):
        world.scene.act(
            world.people.decider,
            service.grant,
            world.audit,
            proposal(),
            expected_version=version - 1,
        )
    decision = world.scene.act(
        world.people.decider, service.grant, world.audit, proposal(), expected_version=version
    )
    assert decision.type == "grant"


@pytest.mark.parametrize("effect", [service.grant, service.refuse])
def test_who_may_not_decide_is_told_so_before_what_was_overtaken(
    world: World, effect: Callable[..., Decision]
) -> None:
    """DESIGN §5: role and independence first."""
    for someone, refusal in (
        (world.scene.cast.lead, NotIndependent),
        (world.scene.cast.reviewer, RoleRefused),
        (world.people.decider, StaleVersion),
    ):
        with pytest.raises(refusal):
            world.scene.act(someone, effect, world.audit, proposal(), expected_version=1)


def test_a_refusal_closes_the_audit_and_leaves_no_certificate(world: World) -> None:
    decision = world.scene.act(
        world.people.decider,
        service.refuse,
        world.audit,
        proposal(reasons=(Reason.SYSTEM_NOT_EFFECTIVE, Reason.INFORMATION_WITHHELD)),
    )
    assert decision.type == "refuse"
    assert decision.certificate_id is None
    assert decision.reason_codes == ["system_not_effective", "information_withheld"]
    assert decision.completeness["not_checked"] == list(not_checked(DecisionType.REFUSE))
    assert world.scene.stored(world.audit).state == AuditState.CLOSED
    with world.scene.workbench.database.read() as session:
        assert session.scalars(select(Certificate)).all() == []


def test_a_refusal_gives_its_reasons(world: World) -> None:
    with pytest.raises(MoveRefused) as refused:
        world.scene.act(
            world.people.decider, service.refuse, world.audit, proposal(recommendation=None)
        )
    assert [told.split(";")[0] for told in refused.value.reasons] == [
        "standard_met is no reason to refuse",
        "state the recommendation",
    ]


def test_a_recruiter_has_one_certificate_per_corridor(world: World) -> None:
    first = world.grant(corridors=("NP-MY",))
    again = world.reviewed(Kind.STAGE_2)
    with pytest.raises(MoveRefused, match=f"NP-MY is covered by certificate {first} already"):
        world.grant(audit=again)
    world.suspend(first)
    with pytest.raises(MoveRefused, match="NP-MY is covered"):
        world.grant(audit=again)
    second = world.grant(audit=again, corridors=("NP-QA",))
    assert world.status(second).result is Result.ACTIVE


def test_of_two_grants_at_once_for_one_corridor_one_wins(world: World) -> None:
    """Under the recruiter's lock (§10): two audits, two deciders, one certificate."""
    audits = (world.audit, world.reviewed(Kind.STAGE_2))
    start = Barrier(len(audits))

    def decide(audit: str) -> str:
        start.wait(timeout=30)
        try:
            return world.grant(audit=audit)
        except MoveRefused as refused:
            return refused.reasons[0]

    with ThreadPoolExecutor(len(audits)) as pool:
        told = sorted(pool.map(decide, audits), key=len)
    with world.scene.workbench.database.read() as session:
        [only] = session.scalars(select(Certificate.number))
    assert told == [only, f"NP-MY is covered by certificate {only} already"]


def test_a_corridor_is_free_again_once_a_certificate_has_ended(world: World) -> None:
    first = world.grant()
    world.decide(first, "withdraw", Reason.FRAUD)
    assert world.grant(audit=world.reviewed(Kind.STAGE_2)) != first


class TestTheDatabaseItself:
    """What SQL can say, it refuses from any client."""

    def refuses(self, world: World, statement: str, **values: object) -> None:
        with (
            pytest.raises(DBAPIError),
            world.scene.workbench.database.write() as session,
        ):
            session.execute(text(statement), values)

    def test_a_decision_is_never_changed_or_removed(self, world: World) -> None:
        world.grant()
        self.refuses(world, "UPDATE decision SET type = 'refuse'")
        self.refuses(world, "DELETE FROM decision")
        self.refuses(world, "UPDATE certificate_edition SET expires_on = '2040-01-01'")
        self.refuses(world, "DELETE FROM certificate_edition")

    def test_an_audit_has_one_decision(self, world: World) -> None:
        world.grant()
        self.insert(world, person=world.people.decider.person, audit_id=None)  # the control
        self.refuses_insert(world, person=world.people.decider.person, audit_id=world.audit)

    def test_nobody_who_touched_the_evidence_decides(self, world: World) -> None:
        world.grant()
        self.refuses_insert(world, person=world.scene.cast.lead.person, audit_id=None)

    def insert(self, world: World, *, person: str, audit_id: str | None) -> None:
        granted = decisions(world)[0]
        columns = {c: getattr(granted, c) for c in Decision.__table__.columns.keys()}  # noqa: SIM118
        columns |= {"id": new_id(world.clock.now()), "person_id": person, "audit_id": audit_id}
        with world.scene.workbench.database.write() as session:
            session.add(Decision(**columns))

    def refuses_insert(self, world: World, *, person: str, audit_id: str | None) -> None:
        with pytest.raises(DBAPIError):
            self.insert(world, person=person, audit_id=audit_id)

    def test_an_edition_ends_after_it_begins(self, world: World) -> None:
        number = world.grant()
        [granted] = decisions(world)
        start = world.clock.now()
        for edition, ends, legal in ((2, start + timedelta(days=1), True), (3, start, False)):
            row = Edition(
                id=new_id(start),
                certificate_id=world.stored(number).id,
                edition=edition,
                decision_id=granted.id,
                scope={},
                valid_from=start,
                valid_until=ends,
                effective_on=world.today,
                expires_on=world.today,
            )
            if legal:
                with world.scene.workbench.database.write() as session:
                    session.add(row)
            else:
                with (
                    pytest.raises(DBAPIError),
                    world.scene.workbench.database.write() as session,
                ):
                    session.add(row)
