"""When an application must have moved on, and what happens then. Pure (DOMAIN §5, §11).

A deadline of days or months ends with its last day in the scheme's zone; the day of the event is
not counted. Deadlines are computed whenever they are asked for and never stored.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from types import MappingProxyType

from app.kernel.dates import end_of_day
from app.scheme.calendar import days_after, months_after
from app.scheme.policy import Policy
from app.scheme.tolling import NO_STOPS, Stops, Timer


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
    timer: Timer
    last_day: Callable[[datetime, Policy], date]
    then: str
    action: str | None = None


def _draft(since: datetime, policy: Policy) -> date:
    return months_after(since, policy.application_draft_months, policy.zone)


def _review(since: datetime, policy: Policy) -> date:
    return days_after(since, policy.review_days, policy.zone)


def _deferral(since: datetime, policy: Policy) -> date:
    return days_after(since, policy.deferral_days, policy.zone)


def _offer(since: datetime, policy: Policy) -> date:
    return days_after(since, policy.offer_days, policy.zone)


_TIMERS: Mapping[str, _Timer] = MappingProxyType(
    {
        "draft": _Timer(Timer.APPLICATION_DRAFT, _draft, "the draft is dropped", "drop"),
        "in_review": _Timer(Timer.APPLICATION_REVIEW, _review, "the review is late"),
        "deferred": _Timer(
            Timer.APPLICATION_DEFERRAL,
            _deferral,
            "the application lapses, and a new one costs a new fee",
            "lapse",
        ),
        "accepted": _Timer(Timer.APPLICATION_OFFER, _offer, "the offer lapses", "lapse"),
    }
)


RUNNING = frozenset(_TIMERS)
"""The states in which some time runs."""

TIMED = frozenset(state for state, timer in _TIMERS.items() if timer.action)
"""The states that the system ends when their time is over."""


def shortest(policy: Policy) -> timedelta:
    """Whatever entered a state of `TIMED` less long ago than this cannot be over."""
    draft_days = 28 * policy.application_draft_months
    return timedelta(days=min(draft_days, policy.deferral_days, policy.offer_days))


def due(state: str, since: datetime, policy: Policy, stops: Stops = NO_STOPS) -> Due | None:
    """What is due for an application that entered `state` at `since`; None where nothing is.

    Tolled time (`stops`) does not count.
    """
    timer = _TIMERS.get(state)
    if timer is None:
        return None
    by = stops.day(timer.timer, since, timer.last_day(since, policy), policy.zone)
    return Due(by=by, until=end_of_day(by, policy.zone), then=timer.then, action=timer.action)


def appealable(rejected_at: datetime, policy: Policy) -> Due:
    """Until when a rejection can be appealed against (DOMAIN §5, §13)."""
    by = days_after(rejected_at, policy.appeal_days, policy.zone)
    return Due(by=by, until=end_of_day(by, policy.zone), then="the rejection is final", action=None)


def due_action(
    state: str, since: datetime, now: datetime, policy: Policy, stops: Stops = NO_STOPS
) -> str | None:
    """The move that the system owes an application at this moment, if any."""
    waiting = due(state, since, policy, stops)
    return waiting.action if waiting is not None and waiting.is_over(now) else None
