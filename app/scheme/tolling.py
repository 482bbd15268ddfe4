"""Tolling: what a stopped timer's deadline becomes (DOMAIN §11). Pure.

A tolling is a dated public record that stops named timers, of one case or of all, from the moment
it is recorded until it is ended, never beyond its limit. Spans are half-open. What is not named
here is not tolled: a policy suspension never is (DOMAIN §10, C5).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from types import MappingProxyType
from zoneinfo import ZoneInfo

from app.kernel.dates import Interval

_LEAST = timedelta(microseconds=1)


class Timer(StrEnum):
    """The timers that can be stopped, by what they wait for."""

    APPLICATION_DRAFT = "application_draft"
    APPLICATION_REVIEW = "application_review"
    APPLICATION_DEFERRAL = "application_deferral"
    APPLICATION_OFFER = "application_offer"
    AUDIT_OBJECTION = "audit_objection"
    AUDIT_DRAFT_REPORT = "audit_draft_report"
    AUDIT_COMMENTS = "audit_comments"
    AUDIT_REPORT = "audit_report"
    AUDIT_REVIEW = "audit_review"
    AUDIT_RETURN = "audit_return"
    FINDING_DISPUTE = "finding_dispute"
    FINDING_RULING = "finding_ruling"
    FINDING_RESPONSE = "finding_response"
    FINDING_EVIDENCE = "finding_evidence"


@dataclass(frozen=True, slots=True)
class Stop:
    """One record, as far as arithmetic needs it."""

    timers: frozenset[Timer]
    span: Interval
    """From its record to its end; while it runs, to its limit."""
    case: str | None = None
    """The application whose timers stand still; none: those of every case."""


@dataclass(frozen=True, slots=True)
class Stops:
    """In which spans the timers of one case stand still."""

    spans: Mapping[Timer, tuple[Interval, ...]] = field(default_factory=dict)

    def day(self, timer: Timer, since: datetime, on: date, zone: ZoneInfo) -> date:
        """The last day in time of a timer that began at `since` and would end with the day `on`.

        What time was stopped is given back in full: a day that is begun again counts whole. The
        clocks on the wall count, so that a day stopped is a day given back, be it of 23 hours or
        of 25.
        """
        spans = self.spans.get(timer, ())
        if not spans:
            return on

        until = extended(
            _on_the_wall(since, zone),
            _midnight_after(on),
            [stopped for span in spans for stopped in _on_the_wall_between(span, zone)],
            closes=lambda until: _midnight_after((until - _LEAST).date()),
        )
        return (until - _LEAST).date()


NO_STOPS = Stops(MappingProxyType({}))


def of_case(records: Iterable[Stop], case: str) -> Stops:
    """What stands still for one case."""
    spans: dict[Timer, list[Interval]] = {}
    for record in records:
        if record.case in (None, case):
            for timer in record.timers:
                spans.setdefault(timer, []).append(record.span)
    return Stops(MappingProxyType({timer: merged(found) for timer, found in spans.items()}))


def merged(spans: Iterable[Interval]) -> tuple[Interval, ...]:
    """The same time in spans that neither overlap nor touch, in order; each has an end."""
    found: list[Interval] = []
    for span in sorted(spans, key=lambda one: one.start):
        last = found[-1] if found else None
        if last is not None and span.start <= _end(last):
            found[-1] = Interval(last.start, max(_end(last), _end(span)))
        else:
            found.append(span)
    return tuple(found)


def extended(
    since: datetime,
    until: datetime,
    spans: Iterable[Interval],
    closes: Callable[[datetime], datetime] = lambda until: until,
) -> datetime:
    """When a timer that began at `since` runs out, whose end without any stop is `until`.

    `spans` are as `merged` answers them. A span that begins when the time is over stops nothing:
    what had run out stays so; at the very instant of the end it is over. `closes` tells when that
    is, where a day that has begun counts whole.
    """
    for span in spans:
        begins = max(span.start, since)
        if begins >= closes(until):
            break
        if _end(span) > begins:
            until += _end(span) - begins
    return until


def _on_the_wall(instant: datetime, zone: ZoneInfo) -> datetime:
    """What the clocks of the zone show, as if they never changed: to count with, no instant."""
    return instant.astimezone(zone).replace(tzinfo=UTC)


def _on_the_wall_between(span: Interval, zone: ZoneInfo) -> Iterator[Interval]:
    """The same for a span; one inside the hour that the clocks show twice may be none."""
    begins, ends = _on_the_wall(span.start, zone), _on_the_wall(_end(span), zone)
    if begins < ends:
        yield Interval(begins, ends)


def _midnight_after(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time.min, UTC)


def _end(span: Interval) -> datetime:
    if span.end is None:
        raise ValueError("a stop has a limit")
    return span.end
