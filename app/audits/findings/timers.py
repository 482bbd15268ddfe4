"""What the clock asks of a finding, computed from dated moves and never stored (DOMAIN §7, §11).

Pure. Days are in the scheme's zone and inclusive. A ruling or an escalation gives the time of the
finding's grade anew; the first plan that is rejected gives 14 days more, once.
"""

from collections.abc import Sequence
from datetime import date

from app.audits.findings.grades import Grade
from app.audits.timers import Deadline, Moved, first, last
from app.scheme.calendar import days_after, working_days_after
from app.scheme.policy import Policy
from app.scheme.tolling import NO_STOPS, Stops, Timer


def dispute_until(moves: Sequence[Moved], policy: Policy, stops: Stops = NO_STOPS) -> date | None:
    """The last day on which the recruiter may dispute: 5 working days after the issue."""
    issued = first(moves, "issue")
    if issued is None:
        return None
    on = working_days_after(issued, policy.dispute_working_days, policy.zone)
    return stops.day(Timer.FINDING_DISPUTE, issued, on, policy.zone)


def respond_until(
    grade: Grade, moves: Sequence[Moved], policy: Policy, stops: Stops = NO_STOPS
) -> date | None:
    """The last day for the recruiter's plan; an observation needs none."""
    begun = last(moves, "issue", "uphold", "regrade", "escalate")
    if begun is None or grade not in policy.respond_days:
        return None
    zone, timer = policy.zone, Timer.FINDING_RESPONSE
    until = stops.day(timer, begun, days_after(begun, policy.respond_days[grade], zone), zone)
    rejected = first(moves, "reject_plan")
    if rejected is None:
        return until
    more = days_after(rejected, policy.plan_extension_days, zone)
    return max(until, stops.day(timer, rejected, more, zone))


def evidence_until(
    grade: Grade, moves: Sequence[Moved], policy: Policy, stops: Stops = NO_STOPS
) -> date | None:
    """The last day for evidence of the correction; that of a minor waits for the next audit.

    A reopened finding gets no new time, an escalated one does.
    """
    begun = first(moves, "accept_plan")
    if begun is None or grade not in policy.evidence_days:
        return None
    begun = max(begun, last(moves, "escalate") or begun)
    on = days_after(begun, policy.evidence_days[grade], policy.zone)
    return stops.day(Timer.FINDING_EVIDENCE, begun, on, policy.zone)


def ruling_until(moves: Sequence[Moved], policy: Policy, stops: Stops = NO_STOPS) -> date | None:
    """The last day for the reviewer's ruling on a dispute."""
    disputed = last(moves, "dispute")
    if disputed is None:
        return None
    on = days_after(disputed, policy.ruling_days, policy.zone)
    return stops.day(Timer.FINDING_RULING, disputed, on, policy.zone)


def deadline(
    state: str,
    grade: Grade,
    moves: Sequence[Moved],
    policy: Policy,
    stops: Stops = NO_STOPS,
) -> Deadline | None:
    """What this state waits for and until when, if a timer runs in it.

    The chance to dispute is no duty and never overdue: see `dispute_until`.
    """
    due = {
        "issued": ("respond", respond_until(grade, moves, policy, stops)),
        "disputed": ("uphold", ruling_until(moves, policy, stops)),
        "plan_accepted": ("submit_evidence", evidence_until(grade, moves, policy, stops)),
    }
    action, on = due.get(state, ("", None))
    return None if on is None else Deadline(action, on)
