"""What the clock asks of an audit, computed from dated moves and never stored (DOMAIN §6, §11).

Pure. Days are in the scheme's zone and inclusive: a deadline has passed when its day is over. Used
by the guards, views and findings of this room.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from app.audits.kinds import Kind
from app.kernel.dates import add_working_days, day_of, end_of_day
from app.scheme.policy import Policy


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
    return now >= end_of_day(day, policy.zone)


def last(moves: Sequence[Moved], *actions: str) -> datetime | None:
    """When one of these moves was made for the last time; None if never."""
    return max((moved.at for moved in moves if moved.action in actions), default=None)


def first(moves: Sequence[Moved], *actions: str) -> datetime | None:
    """When one of these moves was made for the first time; None if never."""
    return min((moved.at for moved in moves if moved.action in actions), default=None)


def times(moves: Sequence[Moved], action: str) -> int:
    """How often this move was made."""
    return sum(moved.action == action for moved in moves)


def objection_until(moves: Sequence[Moved], policy: Policy) -> date | None:
    """The last day on which the recruiter may object to the team proposed last."""
    proposed = last(moves, "propose_team")
    if proposed is None:
        return None
    return add_working_days(day_of(proposed, policy.zone), policy.objection_working_days)


def comments_until(moves: Sequence[Moved], policy: Policy) -> date | None:
    """The last day on which the recruiter may comment on the draft report."""
    released = last(moves, "release_draft")
    return None if released is None else _days_after(released, policy.comment_days, policy)


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
) -> tuple[Deadline, ...]:
    """What is to be done in this state, and until when (the timers of DOMAIN §6)."""

    def after(action: str, days: int) -> date | None:
        moved = last(moves, action)
        return None if moved is None else _days_after(moved, days, policy)

    confirm = confirm_until(kind, unannounced=unannounced, planned_from=planned_from, policy=policy)
    drafted = (
        None
        if fieldwork_ended_on is None
        else fieldwork_ended_on + timedelta(days=policy.draft_report_days)
    )
    of_state: dict[str, tuple[tuple[str, date | None], ...]] = {
        "team_proposed": (
            ("object", None if unannounced else objection_until(moves, policy)),
            ("confirm", confirm),
        ),
        "fieldwork_done": (("release_draft", drafted),),
        "commenting": (
            ("comment", comments_until(moves, policy)),
            ("submit_report", after("release_draft", policy.submit_report_days)),
        ),
        "report_submitted": (("pass_review", after("submit_report", policy.review_report_days)),),
        "returned": (("submit_report", after("return", policy.return_days)),),
    }
    return tuple(Deadline(action, on) for action, on in of_state.get(state, ()) if on is not None)


def _days_after(instant: datetime, days: int, policy: Policy) -> date:
    return day_of(instant, policy.zone) + timedelta(days=days)
