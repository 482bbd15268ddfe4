"""What the clock asks of a finding, computed from dated moves and never stored (DOMAIN §7, §11).

Pure. Days are in the scheme's zone and inclusive. A ruling or an escalation gives the time of the
finding's grade anew; the first plan that is rejected gives 14 days more, once.
"""

from collections.abc import Sequence
from datetime import date, timedelta

from app.audits.findings.grades import Grade
from app.audits.timers import Deadline, Moved, first, last
from app.kernel.dates import add_working_days, day_of
from app.scheme.policy import Policy


def dispute_until(moves: Sequence[Moved], policy: Policy) -> date | None:
    """The last day on which the recruiter may dispute: 5 working days after the issue."""
    issued = first(moves, "issue")
    if issued is None:
        return None
    return add_working_days(day_of(issued, policy.zone), policy.dispute_working_days)


def respond_until(grade: Grade, moves: Sequence[Moved], policy: Policy) -> date | None:
    """The last day for the recruiter's plan; an observation needs none."""
    begun = last(moves, "issue", "uphold", "regrade", "escalate")
    if begun is None or grade not in policy.respond_days:
        return None
    until = day_of(begun, policy.zone) + timedelta(days=policy.respond_days[grade])
    rejected = first(moves, "reject_plan")
    if rejected is None:
        return until
    return max(until, day_of(rejected, policy.zone) + timedelta(days=policy.plan_extension_days))


def evidence_until(grade: Grade, moves: Sequence[Moved], policy: Policy) -> date | None:
    """The last day for evidence of the correction; that of a minor waits for the next audit.

    A reopened finding gets no new time, an escalated one does.
    """
    begun = first(moves, "accept_plan")
    if begun is None or grade not in policy.evidence_days:
        return None
    begun = max(begun, last(moves, "escalate") or begun)
    return day_of(begun, policy.zone) + timedelta(days=policy.evidence_days[grade])


def ruling_until(moves: Sequence[Moved], policy: Policy) -> date | None:
    """The last day for the reviewer's ruling on a dispute."""
    disputed = last(moves, "dispute")
    if disputed is None:
        return None
    return day_of(disputed, policy.zone) + timedelta(days=policy.ruling_days)


def deadline(state: str, grade: Grade, moves: Sequence[Moved], policy: Policy) -> Deadline | None:
    """What this state waits for and until when, if a timer runs in it.

    The chance to dispute is no duty and never overdue: see `dispute_until`.
    """
    due = {
        "issued": ("respond", respond_until(grade, moves, policy)),
        "disputed": ("uphold", ruling_until(moves, policy)),
        "plan_accepted": ("submit_evidence", evidence_until(grade, moves, policy)),
    }
    action, on = due.get(state, ("", None))
    return None if on is None else Deadline(action, on)
