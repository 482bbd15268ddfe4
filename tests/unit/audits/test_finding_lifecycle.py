"""The table of DOMAIN §7, written down by hand, and each of its guards."""

from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import product

import pytest

from app.audits.findings.grades import Grade, grade_on, is_forced
from app.audits.findings.lifecycle import FINDING, MISSING_GUARDS, OPEN, Facts, Plan, State
from app.audits.lifecycle import State as AuditState
from app.audits.timers import Moved
from app.kernel.roles import Role
from app.lifecycle.machine import BORN, Cause, Refused, Rule
from app.scheme.shipped import first_standard
from tests.making.audit_facts import NOW, PLAN, of_finding

AUDITOR = {"lead_auditor", "auditor"}
LEAD_AUDITOR = {"lead_auditor"}
RECRUITER = {"recruiter_admin", "recruiter_staff"}
REVIEWER = {"reviewer"}

# DOMAIN §7, row by row: from, action, to, who.
TABLE = [
    ("", "issue", "issued", AUDITOR),
    ("issued", "dispute", "disputed", RECRUITER),
    ("disputed", "uphold", "issued", REVIEWER),
    ("disputed", "regrade", "issued", REVIEWER),
    ("issued", "respond", "responded", RECRUITER),
    ("responded", "reject_plan", "issued", LEAD_AUDITOR),
    ("responded", "accept_plan", "plan_accepted", LEAD_AUDITOR),
    ("plan_accepted", "submit_evidence", "evidence_submitted", RECRUITER),
    ("evidence_submitted", "verify", "closed", AUDITOR),
    ("evidence_submitted", "reopen", "plan_accepted", AUDITOR),
    ("issued", "escalate", "issued", LEAD_AUDITOR),
    ("responded", "escalate", "responded", LEAD_AUDITOR),
    ("plan_accepted", "escalate", "plan_accepted", LEAD_AUDITOR),
    ("evidence_submitted", "escalate", "evidence_submitted", LEAD_AUDITOR),
    ("issued", "void", "voided", REVIEWER),
    ("disputed", "void", "voided", REVIEWER),
    ("responded", "void", "voided", REVIEWER),
    ("plan_accepted", "void", "voided", REVIEWER),
    ("evidence_submitted", "void", "voided", REVIEWER),
]
ROWS = {(source, action): (target, who) for source, action, target, who in TABLE}
ACTIONS = sorted({action for _, action, _, _ in TABLE})


def refused(action: str, source: str, facts: Facts, role: Role) -> str:
    """Why this move is refused; fails when it is not."""
    verdict = FINDING.decide(source, action, {role}, facts)
    assert isinstance(verdict, Refused)
    return "; ".join(verdict.reasons)


def accepted(action: str, source: str, facts: Facts, role: Role) -> bool:
    return isinstance(FINDING.decide(source, action, {role}, facts), Rule)


def test_the_table_is_that_of_section_7() -> None:
    assert {
        (source, rule.action): (rule.target, set(rule.roles))
        for rule in FINDING.rules
        for source in rule.sources
    } == ROWS
    assert not any(rule.second for rule in FINDING.rules)
    assert FINDING.terminal() == {"closed", "voided"}
    assert set(State) - FINDING.terminal() == OPEN


@pytest.mark.parametrize("action", ACTIONS)
def test_a_move_is_made_from_its_states_by_its_roles_and_by_nobody_else_s_7(action: str) -> None:
    possible = set().union(*(who for (_, named), (_, who) in ROWS.items() if named == action))
    for source, role in product([BORN, *State], Role):
        verdict = FINDING.decide(source, action, {role}, of_finding())
        row = ROWS.get((source, action))
        if row is not None and role in row[1]:
            assert isinstance(verdict, Rule)
            assert verdict.target == row[0]
        else:
            assert isinstance(verdict, Refused)
            by_role = role not in (row[1] if row else possible)
            assert verdict.cause is (Cause.ROLE if by_role else Cause.STATE)


@pytest.mark.parametrize("state", AuditState)
def test_findings_are_issued_while_the_checklist_is_open_s_6(state: AuditState) -> None:
    facts = of_finding(audit_state=state)
    if state in {"in_progress", "fieldwork_done"}:
        assert accepted("issue", BORN, facts, Role.AUDITOR)
    else:
        assert refused("issue", BORN, facts, Role.AUDITOR) == (
            f"the audit is {state}; findings are issued while it is fieldwork_done or in_progress"
        )


@pytest.mark.parametrize(
    ("action", "source", "role"),
    [
        ("issue", BORN, Role.AUDITOR),
        ("submit_evidence", State.PLAN_ACCEPTED, Role.RECRUITER_STAFF),
    ],
)
@pytest.mark.parametrize("evidence", [None, ()])
def test_a_finding_and_its_correction_rest_on_evidence_s_7(
    action: str, source: str, role: Role, evidence: tuple[date, ...] | None
) -> None:
    facts = of_finding(evidence=evidence)
    assert refused(action, source, facts, role) == "name the evidence, one piece at least"


@pytest.mark.parametrize(
    ("now", "in_time"),
    [
        (datetime(2026, 3, 17, 23, 59, 59, tzinfo=UTC), True),
        (datetime(2026, 3, 18, tzinfo=UTC), False),
    ],
)
def test_a_dispute_comes_within_5_working_days_s_7(now: datetime, in_time: bool) -> None:
    facts = of_finding(now=now)
    if in_time:
        assert accepted("dispute", State.ISSUED, facts, Role.RECRUITER_ADMIN)
    else:
        assert refused("dispute", State.ISSUED, facts, Role.RECRUITER_ADMIN) == (
            "this finding could be disputed until 2026-03-17"
        )


@pytest.mark.parametrize("action", ["uphold", "regrade", "void"])
def test_a_reviewer_who_touched_the_evidence_neither_rules_nor_voids_s_7(action: str) -> None:
    for source in State:
        verdict = FINDING.decide(source, action, {Role.REVIEWER}, of_finding(person="lead"))
        assert isinstance(verdict, Refused)
        assert verdict.cause is Cause.INDEPENDENCE


@pytest.mark.parametrize(
    ("critical", "grade", "new", "reason"),
    [
        (False, Grade.MINOR, Grade.MAJOR, None),
        (False, Grade.CRITICAL, Grade.MINOR, None),
        (False, Grade.MAJOR, Grade.OBSERVATION, None),
        (False, Grade.MINOR, None, "say which grade it is to have"),
        (False, Grade.MINOR, Grade.MINOR, "the finding is minor already; uphold it instead"),
        (True, Grade.OBSERVATION, Grade.CRITICAL, None),
        *(
            (True, before, after, "the standard marks this criterion critical")
            for before, after in [
                (Grade.CRITICAL, Grade.MAJOR),
                (Grade.CRITICAL, Grade.MINOR),
                (Grade.CRITICAL, Grade.OBSERVATION),
                (Grade.OBSERVATION, Grade.MINOR),
            ]
        ),
    ],
)
def test_a_ruling_gives_another_grade_but_never_lowers_a_forced_one_s_7(
    critical: bool, grade: Grade, new: Grade | None, reason: str | None
) -> None:
    facts = of_finding(criterion_is_critical=critical, grade=grade, new_grade=new)
    if reason is None:
        assert accepted("regrade", State.DISPUTED, facts, Role.REVIEWER)
    else:
        assert refused("regrade", State.DISPUTED, facts, Role.REVIEWER).startswith(reason)


@pytest.mark.parametrize("judged", Grade)
def test_a_critical_criterion_forces_every_nonconformity_to_be_critical_s_7(judged: Grade) -> None:
    rules = first_standard()
    critical, usual = rules.criterion("A.2"), rules.criterion("A.1")
    assert grade_on(usual, judged) is judged
    assert not is_forced(usual, judged)
    forced = judged is not Grade.OBSERVATION
    assert is_forced(critical, judged) is forced
    assert grade_on(critical, judged) is (Grade.CRITICAL if forced else Grade.OBSERVATION)


@pytest.mark.parametrize(
    ("part", "words"),
    [
        ("root_cause", "the root cause"),
        ("correction", "the correction"),
        ("corrective_action", "the corrective action"),
        ("owner", "the owner"),
        ("due_on", "the date by which it is done"),
    ],
)
def test_an_answer_needs_all_five_parts_and_names_what_is_missing_s_7(
    part: str, words: str
) -> None:
    facts = of_finding(plan=replace(PLAN, **{part: None}))
    assert refused("respond", State.ISSUED, facts, Role.RECRUITER_STAFF) == (
        f"the plan lacks {words}"
    )


@pytest.mark.parametrize("plan", [None, Plan()])
def test_an_empty_answer_is_told_all_that_it_lacks_s_7(plan: Plan | None) -> None:
    reason = refused("respond", State.ISSUED, of_finding(plan=plan), Role.RECRUITER_STAFF)
    assert reason == (
        "the plan lacks the root cause, the correction, the corrective action, the owner,"
        " the date by which it is done"
    )


@pytest.mark.parametrize(
    ("days", "wrong"),
    [
        ([date(2026, 3, 9), date(2026, 3, 12)], "2026-03-09"),
        ([date(2026, 3, 21), date(2026, 3, 1), date(2026, 3, 1)], "2026-03-01, 2026-03-21"),
        ([date(2026, 3, 10), date(2026, 3, 20)], None),
    ],
)
def test_evidence_is_dated_after_the_finding_and_not_ahead_s_7(
    days: list[date], wrong: str | None
) -> None:
    facts = of_finding(
        now=datetime(2026, 3, 20, 23, tzinfo=UTC),
        moves=(Moved("issue", NOW),),
        evidence=tuple(days),
    )
    if wrong is None:
        assert accepted("submit_evidence", State.PLAN_ACCEPTED, facts, Role.RECRUITER_STAFF)
    else:
        assert refused("submit_evidence", State.PLAN_ACCEPTED, facts, Role.RECRUITER_STAFF) == (
            "evidence of a correction is dated from the finding (2026-03-10) to today"
            f" (2026-03-20), not {wrong}"
        )


@pytest.mark.parametrize("said", [None, ""])
def test_a_verifier_says_how_the_correction_proved_effective_s_7(said: str | None) -> None:
    facts = of_finding(effectiveness=said)
    assert refused("verify", State.EVIDENCE_SUBMITTED, facts, Role.AUDITOR) == (
        "state how the correction proved effective"
    )


@pytest.mark.parametrize(
    ("grade", "minors", "later", "allowed"),
    [
        (Grade.MINOR, 3, False, True),
        (Grade.MINOR, 2, False, False),
        (Grade.MINOR, 1, True, True),
        (Grade.MAJOR, 3, True, False),
        (Grade.OBSERVATION, 3, True, False),
    ],
)
def test_a_minor_grows_at_the_next_audit_or_as_the_third_on_its_criterion_s_7(
    grade: Grade, minors: int, later: bool, allowed: bool
) -> None:
    facts = of_finding(grade=grade, minors_on_criterion=minors, later_audit=later)
    for state in (
        State.ISSUED,
        State.RESPONDED,
        State.PLAN_ACCEPTED,
        State.EVIDENCE_SUBMITTED,
    ):
        assert accepted("escalate", state, facts, Role.LEAD_AUDITOR) is allowed
    if grade is not Grade.MINOR:
        assert refused("escalate", State.ISSUED, facts, Role.LEAD_AUDITOR) == (
            f"only a minor finding is escalated, and this one is {grade}"
        )
    elif not allowed:
        reason = refused("escalate", State.ISSUED, facts, Role.LEAD_AUDITOR)
        assert "3 minor findings stand on its criterion, and there are 2" in reason


def test_what_is_not_guarded_yet_is_listed() -> None:
    assert {action for action, _ in MISSING_GUARDS} <= set(FINDING.actions())
