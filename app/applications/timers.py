"""When an application must have moved on, and what happens then. Pure (DOMAIN §5, §11).

A deadline of days or months ends with its last day in the scheme's zone; the day of the event is
not counted. Deadlines are computed whenever they are asked for and never stored.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from types import MappingProxyType

from app.kernel.dates import add_months, day_of, end_of_day
from app.scheme.policy import Policy


@dataclass(frozen=True, slots=True)
class Due:
    """What is due for an application in its present state, and until when."""

    by: date
    """The last day on which it is in time, in the scheme's zone."""
    until: datetime
    """The instant after that day: from then on it is too late."""
    then: str
    """What happens then, in words."""
    action: str | None
    """The system's own move when the time is over; none where somebody is merely late."""

    def is_over(self, now: datetime) -> bool:
        """Has the time run out?"""
        return now >= self.until


@dataclass(frozen=True, slots=True)
class _Timer:
    last_day: Callable[[date, Policy], date]
    then: str
    action: str | None = None


def _draft(day: date, policy: Policy) -> date:
    return add_months(day, policy.application_draft_months)


def _review(day: date, policy: Policy) -> date:
    return day + timedelta(days=policy.review_days)


def _deferral(day: date, policy: Policy) -> date:
    return day + timedelta(days=policy.deferral_days)


def _offer(day: date, policy: Policy) -> date:
    return day + timedelta(days=policy.offer_days)


_TIMERS: Mapping[str, _Timer] = MappingProxyType(
    {
        "draft": _Timer(_draft, "the draft is dropped", "drop"),
        "in_review": _Timer(_review, "the review is late"),
        "deferred": _Timer(
            _deferral, "the application lapses, and a new one costs a new fee", "lapse"
        ),
        "accepted": _Timer(_offer, "the offer lapses", "lapse"),
    }
)


TIMED = frozenset(state for state, timer in _TIMERS.items() if timer.action)
"""The states that the system ends when their time is over."""


def shortest(policy: Policy) -> timedelta:
    """Whatever entered a state of `TIMED` less long ago than this cannot be over."""
    draft_days = 28 * policy.application_draft_months
    return timedelta(days=min(draft_days, policy.deferral_days, policy.offer_days))


def due(state: str, since: datetime, policy: Policy) -> Due | None:
    """What is due for an application that entered `state` at `since`; None where nothing is."""
    timer = _TIMERS.get(state)
    if timer is None:
        return None
    by = timer.last_day(day_of(since, policy.zone), policy)
    return Due(by=by, until=end_of_day(by, policy.zone), then=timer.then, action=timer.action)


def appealable(rejected_at: datetime, policy: Policy) -> Due:
    """Until when a rejection can be appealed against (DOMAIN §5, §13)."""
    by = day_of(rejected_at, policy.zone) + timedelta(days=policy.appeal_days)
    return Due(by=by, until=end_of_day(by, policy.zone), then="the rejection is final", action=None)


def due_action(state: str, since: datetime, now: datetime, policy: Policy) -> str | None:
    """The move that the system owes an application at this moment, if any."""
    waiting = due(state, since, policy)
    return waiting.action if waiting is not None and waiting.is_over(now) else None
