"""What the clock asks of an audit, computed from dated moves and never stored (DOMAIN §6, §11).

Pure. Days are in the scheme's zone and inclusive: a deadline has passed when its day is over. Used
by the guards, views and findings of this room.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from app.audits.kinds import Kind
from app.kernel.dates import end_of_day
from app.scheme import calendar
from app.scheme.calendar import days_after, working_days_after
from app.scheme.policy import Policy
from app.scheme.tolling import NO_STOPS, Stops, Timer


@dataclass(frozen=True, slots=True)
class Moved:
    """One move of the past, as the journal has it."""

    action: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Deadline:
    """What is to be done, and the last day on which it is in time."""

    action: str
    on: date

    def is_overdue(self, now: datetime, policy: Policy) -> bool:
        """Whether that day is over."""
        return has_passed(self.on, now, policy)


def has_passed(day: date, now: datetime, policy: Policy) -> bool:
    """Whether the day is over in the scheme's zone."""
    return calendar.has_passed(day, now, policy.zone)


def last(moves: Sequence[Moved], *actions: str) -> datetime | None:
    """When one of these moves was made for the last time; None if never."""
    return max((moved.at for moved in moves if moved.action in actions), default=None)


def first(moves: Sequence[Moved], *actions: str) -> datetime | None:
    """When one of these moves was made for the first time; None if never."""
    return min((moved.at for moved in moves if moved.action in actions), default=None)


def times(moves: Sequence[Moved], action: str) -> int:
    """How often this move was made."""
    return sum(moved.action == action for moved in moves)


def objection_until(moves: Sequence[Moved], policy: Policy, stops: Stops = NO_STOPS) -> date | None:
    """The last day on which the recruiter may object to the team proposed last."""
    proposed = last(moves, "propose_team")
    if proposed is None:
        return None
    on = working_days_after(proposed, policy.objection_working_days, policy.zone)
    return stops.day(Timer.AUDIT_OBJECTION, proposed, on, policy.zone)


def comments_until(moves: Sequence[Moved], policy: Policy, stops: Stops = NO_STOPS) -> date | None:
    """The last day on which the recruiter may comment on the draft report."""
    released = last(moves, "release_draft")
    if released is None:
        return None
    on = days_after(released, policy.comment_days, policy.zone)
    return stops.day(Timer.AUDIT_COMMENTS, released, on, policy.zone)


def confirm_until(
    kind: Kind, *, unannounced: bool, planned_from: date, policy: Policy
) -> date | None:
    """The last day on which the audit can be confirmed: 14 days ahead of its beginning.

    None for unannounced and special (short-notice) audits, whose purpose the notice would defeat.
    """
    if unannounced or kind is Kind.SPECIAL:
        return None
    return planned_from - timedelta(days=policy.team_notice_days)


def deadlines(
    state: str,
    moves: Sequence[Moved],
    *,
    kind: Kind,
    unannounced: bool,
    planned_from: date,
    fieldwork_ended_on: date | None,
    policy: Policy,
    stops: Stops = NO_STOPS,
) -> tuple[Deadline, ...]:
    """What is to be done in this state, and until when (the timers of DOMAIN §6).

    Tolled time (`stops`) does not count.
    """

    def after(action: str, days: int, timer: Timer) -> date | None:
        moved = last(moves, action)
        if moved is None:
            return None
        return stops.day(timer, moved, days_after(moved, days, policy.zone), policy.zone)

    confirm = confirm_until(kind, unannounced=unannounced, planned_from=planned_from, policy=policy)
    drafted = (
        None
        if fieldwork_ended_on is None
        else stops.day(
            Timer.AUDIT_DRAFT_REPORT,
            end_of_day(fieldwork_ended_on, policy.zone),
            fieldwork_ended_on + timedelta(days=policy.draft_report_days),
            policy.zone,
        )
    )
    of_state: dict[str, tuple[tuple[str, date | None], ...]] = {
        "team_proposed": (
            ("object", None if unannounced else objection_until(moves, policy, stops)),
            ("confirm", confirm),
        ),
        "fieldwork_done": (("release_draft", drafted),),
        "commenting": (
            ("comment", comments_until(moves, policy, stops)),
            (
                "submit_report",
                after("release_draft", policy.submit_report_days, Timer.AUDIT_REPORT),
            ),
        ),
        "report_submitted": (
            ("pass_review", after("submit_report", policy.review_report_days, Timer.AUDIT_REVIEW)),
        ),
        "returned": (("submit_report", after("return", policy.return_days, Timer.AUDIT_RETURN)),),
    }
    return tuple(Deadline(action, on) for action, on in of_state.get(state, ()) if on is not None)
