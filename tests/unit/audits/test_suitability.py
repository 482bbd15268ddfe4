"""Each check of a member of a team, and the guards that refuse by them (DOMAIN §6, §5a, S2, S3)."""

from datetime import date
from typing import Any

import pytest

from app.access.independence import Conflict, Tie
from app.assessors.approval import Approval, CompanyApproval, Term
from app.assessors.competence import Competence
from app.assessors.lifecycle import AuditorState, CompanyState
from app.audits.findings.lifecycle import FINDING
from app.audits.kinds import Kind
from app.audits.lifecycle import AUDIT, Proposal, State
from app.audits.suitability import CHECKS, checks
from app.kernel.roles import Role
from app.lifecycle.machine import BORN, Cause, Refused, Rule
from tests.making.assessors import COMPETENCE
from tests.making.audit_facts import AUDITOR, LEAD, NOW, candidate, of_audit, of_finding

EMPLOYED = Conflict(Tie.EMPLOYMENT, date(2020, 1, 1), None)
TRAINED = Conflict(Tie.TRAINING_FOR_HIRE, date(2024, 1, 1), date(2024, 6, 30), of_company=True)


def approval(**changes: Any) -> Approval:
    given: dict[str, Any] = {
        "auditor": "a",
        "person": "lead",
        "state": AuditorState.APPROVED,
        "competence": COMPETENCE,
        "term": Term(NOW.date(), ("0 of 120 hours",)),
        **changes,
    }
    return Approval(**given)


def competent(**changes: Any) -> Approval:
    given = {
        "kinds": COMPETENCE.kinds,
        "standards": COMPETENCE.standards,
        "corridors": COMPETENCE.corridors,
        "languages": COMPETENCE.languages,
        **changes,
    }
    return approval(competence=Competence(**given))


UNSUITABLE = [
    ("role", {"holds": frozenset({Role.AUDITOR})}, "holds no role for the seat lead_auditor"),
    ("approved", {"approval": None}, "is not approved as an auditor"),
    ("approved", {"approval": approval(state=AuditorState.SUSPENDED)}, "is suspended as"),
    (
        "approved",
        {"approval": approval(term=Term(date(2026, 3, 9), ("0 of 120 hours",)))},
        "was approved until 2026-03-09; it ended with 0 of 120 hours",
    ),
    ("scope", {"approval": competent(kinds=frozenset({"special"}))}, "for stage_2 audits"),
    ("scope", {"approval": competent(standards=frozenset({"x"}))}, "for the standard iris-1.2"),
    ("corridors", {"approval": competent(corridors=frozenset({"NP-MY"}))}, "for NP-QA"),
    ("languages", {"approval": competent(languages=frozenset({"en"}))}, "speaks no language of NP"),
    ("conflicts", {"conflicts": (EMPLOYED,)}, "the conflict of interest is open"),
    ("conflicts", {"conflicts": (TRAINED,)}, "this person's audit company trained for hire"),
    ("declaration", {"declared_on": date(2025, 3, 9)}, "more than 365 days ago"),
    ("declaration", {"declared_on": None}, "never declared"),
    ("rotation", {"cycles_led": 2}, "in 2 cycles in a row, and 2 are the most"),
]


def test_a_suitable_member_passes_every_check() -> None:
    assert [check.name for check in checks(LEAD, of_audit().needs)] == ["of_the_company", *CHECKS]
    assert not any(check.reasons for check in checks(LEAD, of_audit().needs))
    almost = candidate("lead", Role.LEAD_AUDITOR, cycles_led=1, declared_on=date(2025, 3, 10))
    assert not any(check.reasons for check in checks(almost, of_audit().needs))


@pytest.mark.parametrize(("name", "changes", "said"), UNSUITABLE)
def test_each_check_fails_by_itself_and_refuses_the_proposal_and_the_confirmation_s_6(
    name: str, changes: dict[str, Any], said: str
) -> None:
    member = candidate("lead", Role.LEAD_AUDITOR, **changes)
    failed = {check.name: check.reasons for check in checks(member, of_audit().needs)}
    assert said in failed[name][0]
    if changes.get("approval", LEAD.approval) is not None:
        assert [other for other, found in failed.items() if found] == [name]
    proposed = AUDIT.decide(
        State.PLANNED,
        "propose_team",
        {Role.PROGRAMME_MANAGER},
        of_audit(proposal=Proposal((member, AUDITOR))),
    )
    assert isinstance(proposed, Refused)
    assert proposed.cause is Cause.GUARD
    if name != "role":
        assert any(reason.startswith("lead: ") and said in reason for reason in proposed.reasons)
        confirmed = AUDIT.decide(
            State.TEAM_PROPOSED, "confirm", {Role.LEAD_AUDITOR}, of_audit(seated=(member,))
        )
        assert isinstance(confirmed, Refused)
        assert any(said in reason for reason in confirmed.reasons)


def test_only_the_lead_is_bound_by_the_rotation_s8() -> None:
    member = candidate("auditor", Role.AUDITOR, cycles_led=9)
    assert not any(check.reasons for check in checks(member, of_audit().needs))


def test_nothing_is_told_of_another_companys_people() -> None:
    stranger = candidate("x", Role.AUDITOR, of_the_company=False, conflicts=(EMPLOYED,))
    assert [check.name for check in checks(stranger, of_audit().needs)] == ["of_the_company"]


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("state", [None, *CompanyState])
def test_a_suspended_company_finishes_surveillance_and_starts_nothing_new_s_5a(
    state: CompanyState | None, kind: Kind
) -> None:
    company = None if state is None else CompanyApproval(state)
    facts = of_audit(company=company, kind=kind)
    possible = state in {CompanyState.APPROVED, CompanyState.WARNED} or (
        state is CompanyState.SUSPENDED and kind in {Kind.SURVEILLANCE, Kind.SPECIAL}
    )
    for source, action in ((BORN, "plan"), (State.PLANNED, "propose_team")):
        verdict = AUDIT.decide(source, action, {Role.PROGRAMME_MANAGER}, facts)
        if possible:
            assert isinstance(verdict, Rule)
        else:
            assert isinstance(verdict, Refused)
            [reason] = verdict.reasons
            assert (state or "no approval") in reason


def test_a_company_that_trained_the_recruiter_for_hire_is_blocked_whole_s3() -> None:
    for source, action in ((BORN, "plan"), (State.PLANNED, "propose_team")):
        facts = of_audit(company_conflicts=(TRAINED,))
        verdict = AUDIT.decide(source, action, {Role.PROGRAMME_MANAGER}, facts)
        assert isinstance(verdict, Refused)
        assert "audit company trained for hire" in verdict.reasons[0]


@pytest.mark.parametrize("conflict", [EMPLOYED, TRAINED])
def test_nobody_reviews_closes_or_rules_with_a_conflict_s2(conflict: Conflict) -> None:
    facts = of_audit(conflicts=(conflict,))
    for source, action in (
        (State.REPORT_SUBMITTED, "return"),
        (State.REPORT_SUBMITTED, "pass_review"),
        (State.REVIEWED, "close"),
    ):
        verdict = AUDIT.decide(source, action, {Role.REVIEWER}, facts)
        assert isinstance(verdict, Refused)
        assert verdict.cause is Cause.INDEPENDENCE
    for stands, ruled in (("disputed", "uphold"), ("disputed", "regrade"), ("issued", "void")):
        ruling = FINDING.decide(stands, ruled, {Role.REVIEWER}, of_finding(conflicts=(conflict,)))
        assert isinstance(ruling, Refused)
        assert ruling.cause is Cause.INDEPENDENCE
