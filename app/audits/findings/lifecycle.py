"""The lifecycle of a finding: DOMAIN §7 as a table, with its guards. Pure.

What §7 asks for and nothing checks yet stands in `MISSING_GUARDS`.
"""

from collections.abc import Collection
from dataclasses import dataclass, fields
from datetime import date, datetime
from enum import StrEnum

from app.access.independence import Conflict, Involvement, bars, conflict_bars
from app.audits.findings.grades import Grade
from app.audits.findings.timers import dispute_until
from app.audits.lifecycle import CHECKLIST_OPEN
from app.audits.timers import Moved, has_passed
from app.kernel.dates import day_of
from app.kernel.roles import AUDITOR, RECRUITER, Role
from app.lifecycle.machine import BORN, Machine, Rule
from app.scheme.policy import Policy
from app.scheme.tolling import NO_STOPS, Stops


class State(StrEnum):
    """Where a finding is."""

    ISSUED = "issued"
    DISPUTED = "disputed"
    RESPONDED = "responded"
    PLAN_ACCEPTED = "plan_accepted"
    EVIDENCE_SUBMITTED = "evidence_submitted"
    CLOSED = "closed"
    VOIDED = "voided"


OPEN = frozenset(State) - {State.CLOSED, State.VOIDED}
"""The states of a finding that somebody still works on."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How the recruiter answers a finding; what is None is not given."""

    root_cause: str | None = None
    correction: str | None = None
    corrective_action: str | None = None
    owner: str | None = None
    due_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the guards ask about: the records first, then what comes with the move itself.

    The inputs of a move are None while nobody has given them, as when its offer is worked out.
    """

    now: datetime
    policy: Policy
    audit_state: str
    grade: Grade
    criterion_is_critical: bool
    """Does the standard make every nonconformity with it critical?"""
    moves: tuple[Moved, ...]
    minors_on_criterion: int
    """How many minor findings of this audit stand on the criterion, this one included."""
    later_audit: bool
    """Has another audit of the case begun since the one that issued it?"""
    open_remainders: int = 0
    """For a finding on fees: how many workers of the recruiter are owed what is not settled."""
    person: str | None
    roles: frozenset[Role]
    involvements: Collection[Involvement]
    conflicts: tuple[Conflict, ...]
    """With the recruiter, of the person who acts."""

    evidence: tuple[date, ...] | None = None
    """The dates from which each piece of evidence given with the move holds."""
    plan: Plan | None = None
    new_grade: Grade | None = None
    effectiveness: str | None = None
    stops: Stops = NO_STOPS
    """When its timers stand still."""


def taken_by_the_audit(facts: Facts) -> str | None:
    """Findings are issued during fieldwork and until the draft report is released (§6)."""
    if facts.audit_state in CHECKLIST_OPEN:
        return None
    states = " or ".join(sorted(CHECKLIST_OPEN))
    return f"the audit is {facts.audit_state}; findings are issued while it is {states}"


def rests_on_evidence(facts: Facts) -> str | None:
    """Nothing is found, and nothing corrected, without evidence (§7)."""
    return None if facts.evidence else "name the evidence, one piece at least"


def inside_the_dispute_time(facts: Facts) -> str | None:
    """5 working days after the finding was issued (§7)."""
    until = dispute_until(facts.moves, facts.policy, facts.stops)
    if until is None or not has_passed(until, facts.now, facts.policy):
        return None
    return f"this finding could be disputed until {until}"


def independent(facts: Facts) -> str | None:
    """The reviewer rules, never the lead nor anyone else who touched the evidence (§3, §7)."""
    return bars(facts.person, facts.involvements)


def unconflicted(facts: Facts) -> str | None:
    """Nobody rules with a conflict of interest, open or of the last 24 months (§3)."""
    today = day_of(facts.now, facts.policy.zone)
    return "; ".join(conflict_bars(facts.conflicts, today, facts.policy.conflict_months)) or None


def another_grade(facts: Facts) -> str | None:
    """To regrade is to give another grade; to confirm the one it has is to uphold (§7)."""
    if facts.new_grade is None:
        return "say which grade it is to have"
    if facts.new_grade is facts.grade:
        return f"the finding is {facts.grade} already; uphold it instead"
    return None


def forced_grade_kept(facts: Facts) -> str | None:
    """On a criterion that the standard marks critical, no lower grade is given (§7)."""
    if not facts.criterion_is_critical or facts.new_grade in (None, Grade.CRITICAL):
        return None
    return "the standard marks this criterion critical: no finding on it is given a lower grade"


_WORDS = {
    "root_cause": "the root cause",
    "correction": "the correction",
    "corrective_action": "the corrective action",
    "owner": "the owner",
    "due_on": "the date by which it is done",
}


def plan_complete(facts: Facts) -> str | None:
    """Root cause, correction, corrective action, owner, date: all present (§7)."""
    plan = facts.plan or Plan()
    missing = [_WORDS[f.name] for f in fields(plan) if getattr(plan, f.name) is None]
    return f"the plan lacks {', '.join(missing)}" if missing else None


def evidence_after_the_finding(facts: Facts) -> str | None:
    """Evidence of a correction is not older than the finding, nor of a day to come (§7).

    Of the finding's own day it may be: days do not tell the hour.
    """
    found = min((moved.at for moved in facts.moves if moved.action == "issue"), default=facts.now)
    earliest, latest = day_of(found, facts.policy.zone), day_of(facts.now, facts.policy.zone)
    wrong = [day for day in facts.evidence or () if not earliest <= day <= latest]
    if not wrong:
        return None
    days = ", ".join(str(day) for day in sorted(set(wrong)))
    return (
        f"evidence of a correction is dated from the finding ({earliest}) to today ({latest}),"
        f" not {days}"
    )


def effectiveness_verified(facts: Facts) -> str | None:
    """The verifier says how they know that the correction works (§7)."""
    return None if facts.effectiveness else "state how the correction proved effective"


def fees_repaid(facts: Facts) -> str | None:
    """Fee findings: every repayment is verified, or an unreachable worker's money is held apart
    and its bank record checked; an unpaid remainder keeps the finding open (§7, §8)."""
    if not facts.open_remainders:
        return None
    return (
        f"{facts.open_remainders} of the recruiter's workers are owed what is neither repaid and"
        " verified nor, for the unreachable, held apart with the bank record checked"
    )


def outgrown_minor(facts: Facts) -> str | None:
    """Minor → major: open at the next audit, or the third minor on its criterion (§7)."""
    if facts.grade is not Grade.MINOR:
        return f"only a minor finding is escalated, and this one is {facts.grade}"
    most = facts.policy.minors_to_major
    if facts.later_audit or facts.minors_on_criterion >= most:
        return None
    return (
        "a minor finding is escalated when it is still open at the next audit, or when"
        f" {most} minor findings stand on its criterion, and there are {facts.minors_on_criterion}"
    )


_INDEPENDENT = (independent, unconflicted)
_LEAD = frozenset({Role.LEAD_AUDITOR})
_REVIEWER = frozenset({Role.REVIEWER})


def _from(*states: State) -> frozenset[str]:
    return frozenset(states)


FINDING: Machine[Facts] = Machine(
    "finding",
    State,
    [
        Rule(
            "issue",
            frozenset({BORN}),
            State.ISSUED,
            AUDITOR,
            guards=(taken_by_the_audit, rests_on_evidence),
        ),
        Rule(
            "dispute",
            _from(State.ISSUED),
            State.DISPUTED,
            RECRUITER,
            guards=(inside_the_dispute_time,),
        ),
        Rule("uphold", _from(State.DISPUTED), State.ISSUED, _REVIEWER, bars=_INDEPENDENT),
        Rule(
            "regrade",
            _from(State.DISPUTED),
            State.ISSUED,
            _REVIEWER,
            bars=_INDEPENDENT,
            guards=(another_grade, forced_grade_kept),
        ),
        Rule("respond", _from(State.ISSUED), State.RESPONDED, RECRUITER, guards=(plan_complete,)),
        Rule("reject_plan", _from(State.RESPONDED), State.ISSUED, _LEAD),
        Rule("accept_plan", _from(State.RESPONDED), State.PLAN_ACCEPTED, _LEAD),
        Rule(
            "submit_evidence",
            _from(State.PLAN_ACCEPTED),
            State.EVIDENCE_SUBMITTED,
            RECRUITER,
            guards=(rests_on_evidence, evidence_after_the_finding),
        ),
        Rule(
            "verify",
            _from(State.EVIDENCE_SUBMITTED),
            State.CLOSED,
            AUDITOR,
            guards=(effectiveness_verified, fees_repaid),
        ),
        Rule("reopen", _from(State.EVIDENCE_SUBMITTED), State.PLAN_ACCEPTED, AUDITOR),
        *(
            Rule("escalate", _from(state), state, _LEAD, guards=(outgrown_minor,))
            for state in (
                State.ISSUED,
                State.RESPONDED,
                State.PLAN_ACCEPTED,
                State.EVIDENCE_SUBMITTED,
            )
        ),
        Rule("void", _from(*OPEN), State.VOIDED, _REVIEWER, bars=_INDEPENDENT),
    ],
)

MISSING_GUARDS: tuple[tuple[str, str], ...] = (
    ("issue", "the scheme manager is told of a critical finding within 24 hours"),
    ("respond", "a critical finding is contained within 48 hours"),
    ("escalate", "the system proposes the escalation"),
)
"""(action, what DOMAIN §7 asks for and is not checked yet)."""
