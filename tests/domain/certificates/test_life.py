"""A certificate's life by decisions, on both databases (DOMAIN §10)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from app.applications.lifecycle import State as ApplicationState
from app.audits.kinds import Kind
from app.audits.lifecycle import State as AuditState
from app.certificates import queries
from app.certificates.decisions import ON_CERTIFICATES, DecisionType, NotOffered
from app.certificates.lifecycle import State
from app.certificates.models import Decision
from app.certificates.reasons import Reason
from app.certificates.status import Result
from app.kernel.errors import Conflict, Invalid, NotFound, StaleVersion
from app.kernel.roles import SYSTEM
from app.lifecycle.approvals import Approval, SecondSignatureRefused
from app.lifecycle.journal import MoveRefused, NotIndependent, RoleRefused
from tests.making import applications
from tests.making.access import Someone
from tests.making.audits import Scene
from tests.making.certificates import World, remedied


def refusal(act: Callable[[], Any]) -> tuple[str, ...]:
    with pytest.raises(MoveRefused) as refused:
        act()
    return refused.value.reasons


def test_a_suspension_has_its_remedy_contact_and_deadline(world: World) -> None:
    number = world.grant()
    reason = world.suspend(number, Reason.FEES_CHARGED_TO_WORKERS)
    status = world.status(number)
    assert (status.result, status.reason_code) == (Result.SUSPENDED, "fees_charged_to_workers")
    with world.scene.workbench.database.read() as session:
        [kept] = queries.open_reasons(session, world.stored(number).id)
    assert (kept.id, kept.code, kept.corridor) == (reason, "fees_charged_to_workers", None)
    assert (kept.remedies, kept.contact) == (["Repay the fees."], "Sunita Rai")
    assert kept.deadline == date(2026, 9, 15), "6 months by default"
    assert kept.opened_at == world.clock.now()


def test_a_suspension_with_two_reasons_needs_both_lifted(world: World) -> None:
    number = world.grant()
    first = world.suspend(number, Reason.FEES_CHARGED_TO_WORKERS)
    world.wait(days=1)
    second = world.suspend(number, Reason.LICENCE_LAPSED)
    told = refusal(lambda: world.decide(number, "restore", Reason.REMEDIED))
    assert [reason.split(",")[0] for reason in told] == [
        "not lifted: fees_charged_to_workers",
        "not lifted: licence_lapsed",
    ]
    assert first in told[0]
    world.decide(number, "lift_reason", Reason.REMEDIED, suspensions=(first,))
    assert world.open_reasons(number) == [second]
    assert world.status(number).result is Result.SUSPENDED
    told = refusal(
        lambda: world.decide(number, "lift_reason", Reason.REMEDIED, suspensions=(second,))
    )
    assert "restore lifts it" in told[0]
    world.wait(days=1)
    world.decide(number, "restore", Reason.REMEDIED)
    assert world.open_reasons(number) == []
    restored = world.status(number)
    assert (restored.result, restored.since) == (Result.ACTIVE, world.clock.now())
    assert world.stored(number).state == "active"


def test_an_emergency_suspension_is_the_integrity_officers_and_confirmed_by_a_decider(
    world: World,
) -> None:
    number = world.grant()
    terms = remedied()
    with pytest.raises(RoleRefused, match="needs the role integrity_officer"):
        world.decide(number, "suspend_emergency", Reason.DANGER_TO_WORKERS, **terms)
    world.decide(
        number, "suspend_emergency", Reason.DANGER_TO_WORKERS, world.people.integrity, **terms
    )
    [reason] = world.open_reasons(number)
    with pytest.raises(RoleRefused, match="needs the role decision_maker"):
        world.decide(
            number,
            "confirm_suspension",
            Reason.DANGER_TO_WORKERS,
            world.people.integrity,
            suspensions=(reason,),
        )

    def confirm() -> object:
        return world.decide(
            number, "confirm_suspension", Reason.DANGER_TO_WORKERS, suspensions=(reason,)
        )

    confirm()
    told = refusal(confirm)
    assert "is confirmed already" in told[0]
    assert world.status(number).result is Result.SUSPENDED


def test_a_holder_may_ask_to_be_suspended(world: World) -> None:
    number = world.grant()
    world.suspend(number, Reason.HOLDER_REQUEST)
    assert world.status(number).reason_code == "holder_request"


def test_single_corridors_are_suspended_and_restored(world: World) -> None:
    number = world.grant()
    terms = remedied(corridors=("NP-QA",))
    world.decide(number, "suspend_corridors", Reason.LICENCE_LAPSED, **terms)
    world.decide(number, "suspend_corridors", Reason.COMPLAINT_SUBSTANTIATED, **terms)
    assert world.status(number).result is Result.ACTIVE
    assert world.status(number, "NP-QA").result is Result.SUSPENDED
    assert world.status(number, "NP-MY").result is Result.ACTIVE
    first, second = world.open_reasons(number)

    def restore(*reasons: str) -> object:
        return world.decide(
            number,
            "restore_corridors",
            Reason.REMEDIED,
            corridors=("NP-QA",),
            suspensions=reasons,
        )

    told = refusal(lambda: restore(first))
    assert told[0].startswith("not lifted: complaint_substantiated for NP-QA")
    restore(first, second)
    assert world.status(number, "NP-QA").result is Result.ACTIVE
    assert world.open_reasons(number) == []


def test_a_reduced_scope_is_a_new_edition_of_the_same_term(world: World) -> None:
    number = world.grant()
    world.decide(
        number,
        "reduce_scope",
        Reason.HOLDER_REQUEST,
        corridors=("NP-MY",),
        effective_on=date(2026, 6, 1),
    )
    assert world.status(number, "NP-QA").result is Result.ACTIVE
    told = refusal(
        lambda: world.decide(number, "reduce_scope", Reason.HOLDER_REQUEST, corridors=("NP-QA",))
    )
    assert "an edition begins on 2026-06-01; the next one not earlier" in told
    world.clock.move_to(datetime(2026, 6, 2, tzinfo=UTC))
    removed = world.status(number, "NP-QA")
    assert (removed.result, removed.since) == (
        Result.OUT_OF_SCOPE,
        datetime(2026, 6, 1, tzinfo=UTC),
    )
    kept = world.status(number, "NP-MY")
    assert (kept.result, kept.edition) == (Result.ACTIVE, 2)
    with world.scene.workbench.database.read() as session:
        first, second = queries.editions(session, world.stored(number).id)
    assert second.expires_on == first.expires_on
    assert second.valid_until == first.valid_until
    assert second.scope["sites"] == first.scope["sites"]


def test_a_restoration_may_bring_a_smaller_scope(world: World) -> None:
    number = world.certificate(State.SUSPENDED)
    world.wait(days=2)
    world.decide(number, "restore", Reason.REMEDIED, corridors=("NP-MY",))
    assert world.status(number, "NP-MY").result is Result.ACTIVE
    assert world.status(number, "NP-QA").result is Result.OUT_OF_SCOPE
    assert world.status(number).expires_at == datetime(2029, 3, 15, tzinfo=UTC)


def test_surveillance_maintains_and_closes_its_audit(world: World) -> None:
    number = world.grant()
    world.wait(days=300)
    audit = world.reviewed(Kind.SURVEILLANCE)
    told = refusal(lambda: world.decide(number, "maintain", Reason.STANDARD_MET))
    assert told == ("name the reviewed surveillance audit that this rests on",)
    made = world.decide(number, "maintain", Reason.STANDARD_MET, audit_id=audit)
    assert isinstance(made, Decision)
    assert made.audit_id == audit
    assert world.scene.stored(audit).state == AuditState.CLOSED
    assert world.stored(number).version == 2
    assert world.status(number).since == datetime(2026, 3, 15, 10, tzinfo=UTC)


def test_a_renewal_keeps_the_anniversary_and_leaves_no_gap(world: World) -> None:
    number = world.grant()
    world.clock.move_to(datetime(2029, 2, 1, 12, tzinfo=UTC))
    audit = world.reviewed(Kind.RECERTIFICATION)
    world.decide(
        number,
        "renew",
        Reason.STANDARD_MET,
        audit_id=audit,
        effective_on=date(2029, 3, 15),
    )
    assert world.scene.stored(audit).state == AuditState.CLOSED
    world.clock.move_to(datetime(2029, 3, 15, tzinfo=UTC))
    renewed = world.status(number)
    assert (renewed.result, renewed.edition) == (Result.ACTIVE, 2)
    assert renewed.since == datetime(2026, 3, 15, 10, tzinfo=UTC)
    assert renewed.expires_at == datetime(2032, 3, 15, tzinfo=UTC)


def test_an_expired_certificate_is_not_renewed(world: World) -> None:
    number = world.grant()
    world.clock.move_to(datetime(2029, 3, 15, tzinfo=UTC))
    assert world.status(number).result is Result.EXPIRED
    audit = world.reviewed(Kind.RECERTIFICATION)
    told = refusal(lambda: world.decide(number, "renew", Reason.STANDARD_MET, audit_id=audit))
    assert "the certificate expired on 2029-03-14" in told


def test_a_suspended_certificate_expires_and_is_not_restored(world: World) -> None:
    number = world.certificate(State.SUSPENDED)
    world.clock.move_to(datetime(2029, 3, 15, tzinfo=UTC))
    status = world.status(number)
    assert (status.result, status.suspended_at_expiry) == (Result.EXPIRED, True)
    told = refusal(lambda: world.decide(number, "restore", Reason.REMEDIED))
    assert told == ("the certificate expired on 2029-03-14",)


def test_an_audit_of_another_case_carries_no_decision(world: World) -> None:
    number = world.grant()
    cast = world.scene.cast
    with world.scene.workbench.begin(SYSTEM) as work:
        people = replace(applications.cast(work), programme_manager=cast.programme_manager)
    case = applications.application(world.scene.workbench, people, ApplicationState.CONTRACTED)
    other = Scene(world.scene.workbench, replace(cast, case=case, recruiter=people.admin))
    audit = other.audit(AuditState.REVIEWED, Kind.SURVEILLANCE)
    with pytest.raises(Invalid) as refused:
        world.decide(number, "maintain", Reason.STANDARD_MET, audit_id=audit)
    assert [error.pointer for error in refused.value.errors] == ["/audit_id"]


def test_a_withdrawn_certificate_stays_withdrawn(world: World) -> None:
    number = world.grant()
    told = refusal(lambda: world.decide(number, "withdraw", Reason.WORSE_FACTS))
    assert "withdrawn for cause" in told[0]
    world.decide(number, "withdraw", Reason.FALSIFIED_EVIDENCE)
    told = refusal(lambda: world.decide(number, "restore", Reason.REMEDIED))
    assert told == ("the certificate is withdrawn; restore is possible from suspended",)
    world.clock.move_to(datetime(2040, 1, 1, tzinfo=UTC))
    over = world.status(number)
    assert (over.result, over.reason_code) == (Result.WITHDRAWN, "falsified_evidence")


def test_a_suspension_whose_deadline_passed_ends_in_withdrawal(world: World) -> None:
    number = world.grant()
    world.suspend(number, deadline=date(2026, 4, 1))
    told = refusal(lambda: world.decide(number, "withdraw", Reason.DEADLINE_PASSED))
    assert told == ("the first deadline is 2026-04-01; it has not passed",)
    world.clock.move_to(datetime(2026, 4, 2, tzinfo=UTC))
    world.decide(number, "withdraw", Reason.DEADLINE_PASSED)
    assert world.status(number).result is Result.WITHDRAWN


def test_a_holder_may_give_the_certificate_up(world: World) -> None:
    number = world.certificate(State.TERMINATED)
    assert world.status(number).result is Result.TERMINATED
    told = refusal(lambda: world.suspend(number))
    assert told[0].startswith("the certificate is terminated")


class TestAnnulment:
    """C19: a decision maker and the integrity officer; who granted is neither."""

    def annul(self, world: World, number: str, someone: Someone, **said: Any) -> Any:
        given = {"void_from": date(2026, 3, 20), **said}
        return world.decide(number, "annul", Reason.OBTAINED_BY_FRAUD, someone, **given)

    def test_it_reaches_back_and_both_names_are_in_the_decision(self, world: World) -> None:
        number = world.grant()
        world.wait(days=30)
        first = self.annul(world, number, world.people.integrity)
        assert isinstance(first, Approval)
        assert world.stored(number).version == 1
        world.wait(hours=23)
        decision = self.annul(world, number, world.people.second_decider)
        assert isinstance(decision, Decision)
        assert decision.person_id == world.people.second_decider.person
        assert decision.countersigned_by == world.people.integrity.person
        assert decision.effective_on == date(2026, 3, 20)
        void = world.status(number)
        assert (void.result, void.since) == (Result.ANNULLED, datetime(2026, 3, 20, tzinfo=UTC))
        told = refusal(lambda: self.annul(world, number, world.people.second_decider))
        assert told[0].startswith("the certificate is annulled")

    def test_one_person_does_not_sign_twice(self, world: World) -> None:
        number = world.grant()
        world.wait(days=30)
        self.annul(world, number, world.people.second_decider)
        with pytest.raises(SecondSignatureRefused):
            self.annul(world, number, world.people.second_decider)

    def test_who_granted_signs_on_neither_side(self, world: World) -> None:
        number = world.grant()
        world.wait(days=30)
        with pytest.raises(NotIndependent, match="others annul it"):
            self.annul(world, number, world.people.decider)

    def test_both_sign_the_same(self, world: World) -> None:
        number = world.grant()
        world.wait(days=30)
        self.annul(world, number, world.people.second_decider)
        with pytest.raises(Conflict, match="other terms"):
            self.annul(world, number, world.people.integrity, void_from=date(2026, 3, 21))


def test_a_decider_of_another_company_does_not_decide(world: World) -> None:
    number = world.grant()
    with pytest.raises(RoleRefused, match="needs the role decision_maker in this case"):
        world.decide(number, "withdraw", Reason.FRAUD, world.people.other_decider)


def test_a_decision_on_an_overtaken_version_is_stale(world: World) -> None:
    number = world.certificate(State.SUSPENDED)
    with pytest.raises(StaleVersion):
        world.decide(number, "withdraw", Reason.WORSE_FACTS, expected_version=1)
    world.decide(number, "withdraw", Reason.WORSE_FACTS, expected_version=2)


def test_an_unknown_number_is_not_found_and_a_misspelt_one_is_told_so(world: World) -> None:
    number = world.grant()
    with world.scene.workbench.database.read() as session:
        assert queries.by_number(session, number.lower().replace("-", " ")).number == number
        other = number[:-1] + ("0" if number[-1] != "0" else "1")
        with pytest.raises(NotFound, match="check symbol"):
            queries.by_number(session, other)
        with pytest.raises(NotFound, match="16 digits and letters"):
            queries.by_number(session, number[:-2])
    assert world.stored(number).number == number


def test_expiry_is_decided_by_the_clock_at_the_second(world: World) -> None:
    number = world.grant()
    version = world.stored(number).version
    world.clock.move_to(datetime(2029, 3, 15, tzinfo=UTC) - timedelta(seconds=1))
    assert world.status(number).result is Result.ACTIVE
    world.wait(seconds=1)
    assert world.status(number).result is Result.EXPIRED
    assert world.stored(number).version == version
    assert world.stored(number).state == "active", "expiry is never stored"


@pytest.mark.parametrize("decided", sorted(set(DecisionType) - set(ON_CERTIFICATES)))
def test_what_nothing_would_carry_out_is_refused_and_leaves_no_trace(
    world: World, decided: DecisionType
) -> None:
    number = world.grant()
    audit = world.reviewed(Kind.SPECIAL)
    before = (world.stored(number).version, world.scene.stored(audit).version)
    with pytest.raises(NotOffered, match=f"^{decided} is not"):
        world.decide(number, decided, Reason.STANDARD_MET, audit_id=audit, corridors=("NP-MY",))
    assert (world.stored(number).version, world.scene.stored(audit).version) == before
