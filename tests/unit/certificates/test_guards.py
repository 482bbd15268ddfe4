"""Every guard of a certificate's moves, with the words in which it refuses (DOMAIN §7, §9, §10)."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from app.access.independence import Conflict, Tie
from app.certificates.facts import Facts, Finding, Opening, Proposal
from app.certificates.lifecycle import CERTIFICATE, REFUSAL
from app.certificates.reasons import Reason
from app.certificates.status import Result, Status
from app.kernel.roles import Role
from app.lifecycle.machine import BORN, Cause, Refused, Rule, reasons
from tests.making import certificate_facts as facts
from tests.making.certificate_facts import CLEAN, audited, held, of, proposing, reason

ROLES = {
    Role.DECISION_MAKER,
    Role.INTEGRITY_OFFICER,
    Role.SYSTEM,
    Role.PROGRAMME_MANAGER,
    Role.APPEAL_PANEL,
}


def refused(action: str, known: Facts, source: str = "active") -> tuple[str, ...]:
    """The reasons, or nothing where the move is allowed."""
    verdict = CERTIFICATE.decide(source, action, ROLES, known)
    return verdict.reasons if isinstance(verdict, Refused) else ()


def issuing(**changes: Any) -> tuple[str, ...]:
    return refused("issue", of("issue", **changes), BORN)


def issuing_as(**said: Any) -> tuple[str, ...]:
    return refused("issue", proposing("issue", **said), BORN)


def test_a_grant_says_why_and_on_whose_recommendation() -> None:
    assert issuing_as(reasons=()) == ("give a reason code: standard_met",)
    assert issuing_as(reasons=(Reason.FRAUD, Reason.STANDARD_MET)) == (
        "fraud is no reason to issue; these are: standard_met",
    )
    assert issuing_as(recommendation=None) == ("state the recommendation",)


def test_a_grant_rests_on_a_reviewed_stage_2_audit() -> None:
    assert issuing(audit=None) == ("name the reviewed stage_2 audit that this rests on",)
    assert issuing(audit=audited("stage_1", state="closed")) == (
        "this rests on a stage_2 audit; the audit named is stage_1",
        "the audit is closed; it is decided on once it is reviewed",
    )


@pytest.mark.parametrize(
    ("grade", "state", "wanted"),
    [
        ("critical", "issued", "closed"),
        ("critical", "evidence_submitted", "closed"),
        ("major", "plan_accepted", "closed"),
        ("major", "evidence_submitted", "closed"),
        ("minor", "issued", "at least plan_accepted"),
        ("minor", "disputed", "at least plan_accepted"),
        ("minor", "responded", "at least plan_accepted"),
    ],
)
def test_an_open_finding_stands_against_a_grant(grade: str, state: str, wanted: str) -> None:
    """§7: critical and major closed, minor at least plan_accepted."""
    found = audited("stage_2", findings=(Finding("L-B.2", grade, state),))
    assert issuing(audit=found) == (
        f"the {grade} finding on L-B.2 is {state}; it must be {wanted}",
    )


@pytest.mark.parametrize(
    ("grade", "state"),
    [
        ("critical", "closed"),
        ("major", "closed"),
        ("major", "voided"),
        ("minor", "plan_accepted"),
        ("minor", "evidence_submitted"),
        ("minor", "closed"),
        ("observation", "issued"),
    ],
)
def test_a_resolved_finding_does_not(grade: str, state: str) -> None:
    assert issuing(audit=audited("stage_2", findings=(Finding("L-B.2", grade, state),))) == ()


def test_every_offending_finding_is_named_in_its_own_reason() -> None:
    found = audited(
        "stage_2",
        findings=(
            Finding("A.1", "major", "issued"),
            Finding("A.2", "minor", "closed"),
            Finding("L-B.2", "minor", "issued"),
        ),
    )
    assert [told.split(";")[0] for told in issuing(audit=found)] == [
        "the major finding on A.1 is issued",
        "the minor finding on L-B.2 is issued",
    ]


def test_no_decision_is_dated_before_the_audits_end() -> None:
    assert issuing(audit=audited("stage_2", fieldwork_ended_on=date(2026, 6, 1))) == ()
    assert issuing(audit=audited("stage_2", fieldwork_ended_on=date(2026, 6, 2))) == (
        "the fieldwork ended on 2026-06-02, after this decision (2026-06-01)",
    )
    assert issuing(audit=audited("stage_2", fieldwork_ended_on=None)) == (
        "the fieldwork of the audit has not ended",
    )


def test_a_grant_needs_the_agreement_and_stays_inside_it() -> None:
    assert issuing(contracted=False) == ("the agreement is not signed by both sides",)
    assert issuing_as(corridors=()) == ("name at least one corridor",)
    assert issuing_as(corridors=("NP-MY", "NP-AE", "NP-SA")) == (
        "NP-AE is not in the contracted scope",
        "NP-SA is not in the contracted scope",
    )


def test_nothing_takes_effect_before_it_is_decided() -> None:
    assert issuing_as(effective_on=date(2026, 5, 31), expires_on=date(2029, 5, 30)) == (
        "2026-05-31 lies before the decision (2026-06-01)",
    )
    assert issuing_as(effective_on=None) == (
        "name the day from which it takes effect (effective_on)",
    )


def test_a_certificate_lasts_one_cycle_at_most() -> None:
    assert issuing_as(expires_on=date(2026, 6, 1)) == ()
    assert issuing_as(expires_on=date(2029, 6, 1)) == (
        "2029-06-01 is too late: 36 months from 2026-06-01 end on 2029-05-31",
    )
    assert issuing_as(expires_on=date(2026, 5, 31)) == (
        "2026-05-31 lies before the first day, 2026-06-01",
    )
    assert issuing_as(expires_on=None) == ("name the last day of validity (expires_on)",)


def test_a_cycle_from_29_february_ends_on_27_february() -> None:
    now = datetime(2028, 2, 29, tzinfo=UTC)
    on_leap_day = {"effective_on": date(2028, 2, 29)}
    known = proposing("issue", **on_leap_day, expires_on=date(2031, 2, 27))
    later = proposing("issue", **on_leap_day, expires_on=date(2031, 2, 28))
    for given, allowed in ((known, True), (later, False)):
        changed = of(
            "issue",
            now=now,
            proposal=given.proposal,
            checked=replace(CLEAN, made_on=date(2028, 2, 1)),
        )
        assert (refused("issue", changed, BORN) == ()) is allowed


def test_one_recruiter_has_one_certificate_per_corridor() -> None:
    assert issuing(taken=(("NP-MY", "7K3M-9QXR-2V8D-4HT9"),)) == (
        "NP-MY is covered by certificate 7K3M-9QXR-2V8D-4HT9 already",
    )


def test_a_refusal_rests_on_an_audit_and_has_its_reasons() -> None:
    assert reasons(REFUSAL.guards, of("refuse")) == ()
    assert reasons(REFUSAL.guards, of("refuse", audit=audited("stage_1"))) == (
        "this rests on a stage_2 or recertification or transfer_review audit;"
        " the audit named is stage_1",
    )


def test_a_renewal_comes_before_expiry_and_leaves_no_gap() -> None:
    expired = held(status=facts.EXPIRED)
    assert "the certificate expired on 2026-03-14" in refused("renew", of("renew", held=expired))
    at_the_end = proposing("renew", effective_on=date(2029, 3, 15))
    assert refused("renew", at_the_end) == ()
    later = proposing("renew", effective_on=date(2029, 3, 16))
    assert refused("renew", later) == (
        "2029-03-16 leaves a gap: the certificate expires on 2029-03-14",
    )


def test_a_renewal_keeps_the_anniversary_at_most() -> None:
    assert refused("renew", proposing("renew", expires_on=date(2032, 3, 15))) == (
        "2032-03-15 is too late: 36 months from 2029-03-15 end on 2032-03-14",
    )


def test_editions_begin_in_the_order_in_which_they_were_decided() -> None:
    ahead = held(newest_begins=datetime(2026, 9, 1, tzinfo=UTC))
    assert refused("renew", of("renew", held=ahead)) == (
        "an edition begins on 2026-09-01; the next one not earlier",
    )
    known = proposing("restore", corridors=("NP-QA",))
    told = refused(
        "restore",
        of(
            "restore",
            proposal=known.proposal,
            held=held(reasons=(reason(),), newest_begins=datetime(2026, 9, 1, tzinfo=UTC)),
        ),
        "suspended",
    )
    assert told == ("an edition begins on 2026-09-01; the next one not earlier",)


def test_a_suspension_says_what_must_be_done_whom_to_ask_and_by_when() -> None:
    bare = proposing("suspend", remedies=(), contact=None, deadline=None)
    assert refused("suspend", bare) == (
        "list what the holder must do (remedies)",
        "name a contact",
        "give a deadline after today",
    )
    assert refused("suspend", proposing("suspend", deadline=date(2026, 6, 1))) == (
        "give a deadline after today",
    )


def test_only_corridors_of_the_scope_are_suspended() -> None:
    assert refused("suspend_corridors", proposing("suspend_corridors", corridors=())) == (
        "name the corridors",
    )
    assert refused("suspend_corridors", proposing("suspend_corridors", corridors=("BD-MY",))) == (
        "BD-MY is not in the certificate's scope",
    )


def test_a_corridor_is_restored_when_each_of_its_reasons_is_lifted() -> None:
    two = held(reasons=(reason(corridor="NP-MY"), reason("b", corridor="NP-MY"), reason("c")))
    assert refused("restore_corridors", of("restore_corridors", held=two)) == (
        "not lifted: obligations_unmet for NP-MY, open since 2026-04-01 (b)",
    )
    whole = proposing("restore_corridors", suspensions=("a", "c"), corridors=("NP-MY", "NP-QA"))
    one = of(
        "restore_corridors",
        proposal=whole.proposal,
        held=held(reasons=(reason(corridor="NP-MY"), reason("c"))),
    )
    assert refused("restore_corridors", one) == (
        "NP-QA is not suspended by itself",
        "c is no open reason of these corridors",
    )
    assert refused("restore_corridors", proposing("restore_corridors", corridors=())) == (
        "name the corridors",
    )


def test_a_suspension_by_decision_needs_no_confirmation_and_no_other_a_second_one() -> None:
    def confirming(**changes: Any) -> tuple[str, ...]:
        known = of("confirm_suspension", held=held(reasons=(reason(**changes),)))
        return refused("confirm_suspension", known, "suspended")

    assert confirming(opening=Opening.POLICY) == ()
    assert confirming(opening=Opening.DECISION) == (
        "obligations_unmet, open since 2026-04-01 (a) was opened by a decision and needs no"
        " confirmation",
    )
    assert confirming(opening=Opening.EMERGENCY, confirmed=True) == (
        "obligations_unmet, open since 2026-04-01 (a) is confirmed already",
    )
    assert confirming(identity="b") == ("a is no open reason",)
    unnamed = proposing("confirm_suspension", suspensions=())
    assert refused("confirm_suspension", unnamed, "suspended") == (
        "name one open reason: obligations_unmet, open since 2026-04-01 (a)",
    )
    none = of("confirm_suspension", held=held(), proposal=unnamed.proposal)
    assert refused("confirm_suspension", none, "suspended") == ("no reason is open",)


def test_the_last_reason_is_lifted_by_restore_alone() -> None:
    known = of("lift_reason", held=held(reasons=(reason(),)))
    assert refused("lift_reason", known, "suspended") == (
        "obligations_unmet, open since 2026-04-01 (a) is the only reason left; restore lifts it",
    )
    unknown = of("lift_reason", held=held())
    assert refused("lift_reason", unknown, "suspended") == ("a is no open reason",)


def test_a_corridors_reason_may_be_lifted_while_the_whole_is_suspended() -> None:
    known = of("lift_reason", held=held(reasons=(reason(corridor="NP-MY"), reason("b"))))
    assert refused("lift_reason", known, "suspended") == ()


def test_every_open_reason_is_named_when_one_restores_too_early() -> None:
    three = held(reasons=(reason(), reason("b", code="licence_lapsed"), reason("c")))
    assert refused("restore", of("restore", held=three), "suspended") == (
        "not lifted: licence_lapsed, open since 2026-04-01 (b)",
        "not lifted: obligations_unmet, open since 2026-04-01 (c)",
    )
    unnamed = proposing("restore", suspensions=())
    assert (
        len(refused("restore", of("restore", held=three, proposal=unnamed.proposal), "suspended"))
        == 3
    )
    several = proposing("restore", suspensions=("a", "b"))
    assert refused("restore", several, "suspended") == ("restore lifts one reason, the last",)
    other = proposing("restore", suspensions=("z",))
    assert refused("restore", other, "suspended") == (
        "z is no open reason of the whole certificate",
    )


def test_an_expired_certificate_is_not_restored() -> None:
    known = of("restore", held=held(status=facts.EXPIRED, reasons=(reason(),)))
    assert refused("restore", known, "suspended") == ("the certificate expired on 2026-03-14",)


def test_a_restoration_may_come_with_a_reduced_scope() -> None:
    assert refused("restore", proposing("restore", corridors=("NP-QA",)), "suspended") == ()
    assert refused("restore", proposing("restore", corridors=facts.SCOPE), "suspended") == (
        "the corridors that remain must be fewer than now",
    )


def test_a_reduction_names_what_remains() -> None:
    def reducing(*corridors: str) -> tuple[str, ...]:
        return refused("reduce_scope", proposing("reduce_scope", corridors=corridors))

    assert reducing("NP-MY") == ()
    assert reducing() == ("name the corridors that remain",)
    assert reducing("NP-MY", "NP-QA") == ("the corridors that remain must be fewer than now",)
    assert reducing("BD-MY") == ("BD-MY is not in the certificate's scope",)


def test_an_extension_keeps_the_scope_and_adds_to_it() -> None:
    assert refused("extend_scope", proposing("extend_scope", corridors=facts.SCOPE)) == (
        "name the scope and what is added",
    )


def test_a_certificate_that_has_not_expired_is_renewed_and_not_restored() -> None:
    assert refused("restore_expired", of("restore_expired", held=held())) == (
        "the certificate has not expired",
    )


@pytest.mark.parametrize(
    ("today", "allowed"),
    [(date(2026, 9, 14), True), (date(2026, 9, 15), False)],
)
def test_an_expired_certificate_is_restored_within_six_months(today: date, allowed: bool) -> None:
    """C13: not at six months and a day. It expired on 14 March 2026."""
    now = datetime(today.year, today.month, today.day, 23, 59, 59, tzinfo=UTC)
    told = refused("restore_expired", of("restore_expired", now=now))
    assert (told == ()) is allowed
    if not allowed:
        assert told == ("it could be restored until 2026-09-14, 6 months after expiry",)


def test_a_late_restore_counts_from_the_prior_cycle() -> None:
    late = proposing("restore_expired", expires_on=date(2029, 3, 15))
    assert refused("restore_expired", late) == (
        "2029-03-15 is too late: 36 months from 2026-03-15 end on 2029-03-14",
    )


def test_an_active_certificate_is_withdrawn_for_cause_only() -> None:
    assert refused("withdraw", proposing("withdraw", reasons=(Reason.RETALIATION,))) == ()
    told = refused("withdraw", proposing("withdraw", reasons=(Reason.WORSE_FACTS,)))
    assert told[0].startswith("a certificate that is not suspended is withdrawn for cause: fraud")


def test_who_withdraws_for_a_deadline_shows_one_that_passed() -> None:
    known = proposing("withdraw", reasons=(Reason.DEADLINE_PASSED,))

    def withdrawing(deadline: date) -> tuple[str, ...]:
        given = of(
            "withdraw", proposal=known.proposal, held=held(reasons=(reason(deadline=deadline),))
        )
        return refused("withdraw", given, "suspended")

    assert withdrawing(date(2026, 5, 31)) == ()
    assert withdrawing(date(2026, 6, 1)) == ("the first deadline is 2026-06-01; it has not passed",)


def test_nothing_is_transferred_while_suspended() -> None:
    known = of("transfer_out", held=held(reasons=(reason(corridor="NP-MY"),)))
    assert refused("transfer_out", known) == (
        "not lifted: obligations_unmet for NP-MY, open since 2026-04-01 (a)",
    )


def test_an_annulment_names_a_day_that_has_come() -> None:
    assert refused("annul", proposing("annul", void_from=None)) == (
        "name the day from which it is void (void_from)",
    )
    assert refused("annul", proposing("annul", void_from=date(2026, 6, 2))) == (
        "2026-06-02 lies ahead; an annulment reaches back or takes effect today",
    )
    assert refused("annul", proposing("annul", void_from=date(2026, 6, 1))) == ()


def test_an_overturn_names_the_ruling_and_goes_where_the_reasons_say() -> None:
    assert refused("overturn", proposing("overturn", panel_reference=None), "withdrawn") == (
        "name the appeal panel's ruling",
    )
    suspended = of("overturn", held=held(reasons=(reason(),)))
    assert refused("overturn", suspended, "withdrawn") == (
        "not lifted: obligations_unmet, open since 2026-04-01 (a); overturn it to suspended",
    )
    nothing_open = of("overturn_to_suspended", held=held())
    assert refused("overturn_to_suspended", nothing_open, "withdrawn") == (
        "no reason for suspension stood open when it was withdrawn",
    )


def test_whoever_proposes_nothing_is_told_all_that_a_decision_needs() -> None:
    """So `allowed_actions` says it before anybody decides."""
    for rule in CERTIFICATE.rules:
        source = min(rule.sources)
        known = of(rule.action, proposal=Proposal(), held=held(reasons=(reason(), reason("b"))))
        if not source:
            known = of(rule.action, proposal=Proposal())
        told = refused(rule.action, known, source)
        assert told[0].startswith("give a reason code: "), rule.action
        assert len(told) == len(set(told))


def test_a_certificate_that_ended_is_judged_without_an_expiry() -> None:
    ended = held(status=Status(Result.WITHDRAWN, facts.NOW, "fraud", None, 1))
    assert refused("renew", of("renew", held=ended)) == ()
    assert refused("restore_expired", of("restore_expired", held=ended)) == (
        "the certificate has not expired",
    )


@pytest.mark.parametrize("action", ["issue", "renew", "restore_expired"])
@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"unremedied": 3}, "3 workers bore costs that were neither repaid in full"),
        ({"unclear": 1}, "of 1 workers nobody knows who bore a cost"),
        ({"workers": 0}, "covers no worker"),
        ({"outdated": True}, "recorded after the employer-pays check"),
        ({"made_on": date(2025, 12, 2)}, "older than 180 days"),
    ],
)
def test_a_certificate_rests_on_a_clean_and_recent_employer_pays_check(
    action: str, changes: dict[str, Any], said: str
) -> None:
    state = BORN if action == "issue" else "active"
    found = refused(action, of(action, checked=replace(CLEAN, **changes)), state)
    assert len(found) == 1
    assert said in found[0]
    on_the_day = replace(CLEAN, made_on=date(2025, 12, 3))
    assert refused(action, of(action, checked=on_the_day), state) == ()
    assert refused(action, of(action, checked=None), state) == (
        "no employer-pays check of the recruiter as a whole was made by its auditors",
    )


def test_nobody_decides_with_a_conflict_of_interest_s2() -> None:
    ended = Conflict(Tie.EMPLOYMENT, date(2020, 1, 1), date(2024, 6, 1))
    for action, source in (("issue", BORN), ("suspend", "active"), ("withdraw", "active")):
        barred = CERTIFICATE.decide(
            source, action, {Role.DECISION_MAKER}, of(action, conflicts=(ended,))
        )
        assert isinstance(barred, Refused)
        assert barred.cause is Cause.INDEPENDENCE
        assert "until 2024-06-01: that bars for 24 months, until 2026-06-01" in barred.reasons[0]
    a_day_older = replace(ended, until=date(2024, 5, 31))
    known = of("issue", conflicts=(a_day_older,))
    assert isinstance(CERTIFICATE.decide(BORN, "issue", {Role.DECISION_MAKER}, known), Rule)
