"""Calendar arithmetic: months, days in a zone, working days, half-open intervals of time.

Days are `date`; instants are aware `datetime`, answered in UTC. A term is half-open inside and
inclusive on paper: DOMAIN §11 writes "expires on 2029-03-14" for what ends before
2029-03-15T00:00 in the scheme's zone. Anything may import it.
"""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Self
from zoneinfo import ZoneInfo

from app.kernel.errors import Invalid

_RFC_3339 = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt](?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"
    r"(?:\.[0-9]{1,6})?(?:[Zz]|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])"
)
_ONE_DAY = timedelta(days=1)
_WORKING_DAYS = 5


class NaiveInstant(ValueError):
    """An instant without a zone reached the domain: a fault of our code, not of the caller's."""


class DateOutOfRange(Invalid):
    """The arithmetic leaves the years 1 to 9999."""


class EmptyInterval(Invalid):
    """An interval that ends before it begins, or at its very beginning, covers nothing."""


class InvalidInstant(Invalid):
    """The text is not an instant as RFC 3339 writes it."""


def in_utc(instant: datetime) -> datetime:
    """The same instant in UTC; a naive one raises `NaiveInstant`."""
    return _in_zone(instant, UTC)


def parse_instant(text: str) -> datetime:
    """The instant, in UTC, that RFC 3339 text names; raises `InvalidInstant`.

    Up to six decimals of a second. A leap second (`:60`) is refused: no answer may depend on it.
    """
    if _RFC_3339.fullmatch(text) is None:
        raise InvalidInstant(_not_an_instant(text))
    try:
        return in_utc(datetime.fromisoformat(text.upper()))
    except (ValueError, DateOutOfRange) as error:
        raise InvalidInstant(_not_an_instant(text)) from error


def add_months(day: date, months: int) -> date:
    """The same day of the month, `months` later or earlier, or that month's last day.

    DOMAIN §11: 31 August + 6 months is 28 or 29 February. Count cycles from the first day of the
    first one: adding twice would lose the day that a short month cut off. Raises `DateOutOfRange`.
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not date.min.year <= year <= date.max.year:
        raise DateOutOfRange(f"{day} and {months} months leave the years 1 to 9999.")
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def last_day(first: date, months: int) -> date:
    """The last day, inclusive, of a term of `months` that begins on `first`.

    DOMAIN §11: effective 2026-03-15 for 36 months expires on 2029-03-14. The term is
    [first, first + months), always: the day before `add_months`, which is also the day on which
    the next term begins. So a term from a day that its last month lacks ends a day early and not
    a day late: 31 August 2026 for 6 months expires on 27 February 2027, because + 6 months is the
    28th and no certificate may outlive that.
    """
    if months < 1:
        raise ValueError(f"A term lasts at least one month, not {months}.")
    return add_months(first, months) - _ONE_DAY


def add_working_days(day: date, days: int) -> date:
    """The `days`-th working day (Monday to Friday) after `day`; raises `DateOutOfRange`.

    Public holidays are not known here: corridors differ in them.
    """
    if days < 1:
        raise ValueError(f"Count at least one working day, not {days}.")
    monday = day - timedelta(days=day.weekday())
    # From a Saturday or Sunday one counts as from the Friday before.
    weeks, weekday = divmod(min(day.weekday(), _WORKING_DAYS - 1) + days, _WORKING_DAYS)
    try:
        return monday + timedelta(weeks=weeks, days=weekday)
    except OverflowError as error:
        message = f"{day} and {days} working days leave the years 1 to 9999."
        raise DateOutOfRange(message) from error


def start_of_day(day: date, zone: ZoneInfo) -> datetime:
    """The first instant, in UTC, at which the clocks of `zone` show `day`.

    Where the clocks skip midnight (Asuncion, Beirut, Cairo) the day begins when they land in it.
    A day that a zone skipped whole begins, and ends, when the next one begins. Raises
    `DateOutOfRange`.
    """
    midnight = datetime.combine(day, time.min, zone)
    begin = in_utc(midnight)
    if begin.astimezone(zone).replace(tzinfo=None) == midnight.replace(tzinfo=None):
        return begin
    # Midnight does not exist. Read with the offset after the gap it lies before the change of the
    # clocks, with the offset before the gap at or after it: the change is between the two.
    before = in_utc(midnight.replace(fold=1))
    after = begin
    while after - before > timedelta(seconds=1):
        middle = before + timedelta(seconds=(after - before) // timedelta(seconds=2))
        if middle.astimezone(zone).date() < day:
            before = middle
        else:
            after = middle
    return after


def end_of_day(day: date, zone: ZoneInfo) -> datetime:
    """The instant, in UTC, just after `day` in `zone`: the half-open end of an inclusive date.

    DOMAIN §11: what expires on 2029-03-14 is valid before 2029-03-15T00:00 in that zone.
    """
    if day == date.max:
        raise DateOutOfRange(f"There is no day after {day}.")
    return start_of_day(day + _ONE_DAY, zone)


def day_of(instant: datetime, zone: ZoneInfo) -> date:
    """The date that the clocks of `zone` show at an instant."""
    # By way of UTC: Python leaves an instant that is in the zone already as it is, even one that
    # the clocks skipped.
    return _in_zone(in_utc(instant), zone).date()


@dataclass(frozen=True, slots=True)
class Interval:
    """Time from `start` until just before `end`, in UTC; without an end it never ends.

    Raises `NaiveInstant` for a bound without a zone, `EmptyInterval` where no instant is covered.
    """

    start: datetime
    end: datetime | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "start", in_utc(self.start))
        if self.end is None:
            return
        object.__setattr__(self, "end", in_utc(self.end))
        if self.end <= self.start:
            raise EmptyInterval(
                f"The end {self.end.isoformat()} must be later than the start "
                f"{self.start.isoformat()}."
            )

    def covers(self, instant: datetime) -> bool:
        """Whether the instant lies inside: at `start` yes, at `end` no."""
        at = in_utc(instant)
        return self.start <= at and (self.end is None or at < self.end)

    def overlaps(self, other: Self) -> bool:
        """Whether some instant lies in both; intervals that only touch do not overlap."""
        return (self.end is None or other.start < self.end) and (
            other.end is None or self.start < other.end
        )


def _in_zone(instant: datetime, zone: tzinfo) -> datetime:
    if instant.utcoffset() is None:
        raise NaiveInstant(f"{instant.isoformat()} has no zone; give an aware instant.")
    try:
        return instant.astimezone(zone)
    except OverflowError as error:
        raise DateOutOfRange(f"{instant.isoformat()} is outside the years 1 to 9999.") from error


def _not_an_instant(text: str) -> str:
    return f"{text[:40]!a} is not an instant; write it as 2026-03-15T09:30:00Z (RFC 3339)."
