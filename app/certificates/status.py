"""What a certificate's status is, at any two clocks: the one function that everything else asks.

The history compiles to a timeline of half-open stretches; `status_at` reads it (DOMAIN §10). Pure.
Only this module reads validity dates, and it alone spells and reads what the journal's entries
say of them. Whoever tells a status imports it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from functools import cached_property
from itertools import takewhile
from types import MappingProxyType
from typing import Any, Protocol, Self
from zoneinfo import ZoneInfo

from app.kernel.dates import Interval, day_of


class Result(StrEnum):
    """What a certificate can be at one instant, in the order in which it is judged (DOMAIN §10)."""

    ANNULLED = "annulled"
    WITHDRAWN = "withdrawn"
    TERMINATED = "terminated"
    TRANSFERRED_OUT = "transferred_out"
    NOT_YET_VALID = "not_yet_valid"
    EXPIRED = "expired"
    OUT_OF_SCOPE = "out_of_scope"
    SUSPENDED = "suspended"
    ACTIVE = "active"


ENDS: Mapping[str, Result] = MappingProxyType(
    {
        "withdraw": Result.WITHDRAWN,
        "terminate": Result.TERMINATED,
        "transfer_out": Result.TRANSFERRED_OUT,
    }
)
"""The actions that end a certificate, and what it is after them."""

REVIVALS = frozenset({"overturn", "overturn_to_suspended"})
"""The actions that undo an end."""


@dataclass(frozen=True, slots=True)
class Move:
    """One move of a certificate as the journal tells it."""

    action: str
    effective_at: datetime
    recorded_at: datetime
    reason_code: str | None = None
    particulars: Mapping[str, Any] = field(default_factory=dict)
    """Written by `new_edition`, `opens`, `lifts` and `succeeded_by`."""


@dataclass(frozen=True, slots=True)
class Term:
    """The time of one edition: from its start until it expires or another one begins."""

    edition: int
    start: datetime
    end: datetime
    corridors: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Suspension:
    """One reason that holds the whole certificate suspended, or one corridor of it."""

    id: str
    reason_code: str | None
    corridor: str | None
    during: Interval


@dataclass(frozen=True, slots=True)
class End:
    """A stretch in which the certificate was withdrawn, terminated or transferred."""

    result: Result
    reason_code: str | None
    successor: str | None
    during: Interval


@dataclass(frozen=True, slots=True)
class Void:
    """The annulment: nothing counts from `start` on."""

    start: datetime
    reason_code: str | None


@dataclass(frozen=True)
class Timeline:
    """A certificate's history as known at some instant, compiled; all stretches are half-open."""

    terms: tuple[Term, ...]
    """In order; they touch or leave a gap, and never overlap. There is at least one."""
    suspensions: tuple[Suspension, ...] = ()
    """In the order in which they were opened."""
    ends: tuple[End, ...] = ()
    void: Void | None = None

    @cached_property
    def boundaries(self) -> tuple[datetime, ...]:
        """Every instant at which some answer may change, ascending."""
        found = {bound for term in self.terms for bound in (term.start, term.end)}
        for during in (*(s.during for s in self.suspensions), *(e.during for e in self.ends)):
            found |= {during.start, during.end or during.start}
        if self.void is not None:
            found.add(self.void.start)
        return tuple(sorted(found))

    def to_json(self) -> dict[str, Any]:
        """A compact JSON value, for the registry's row."""
        written: dict[str, Any] = {
            "terms": [[t.edition, _text(t.start), _text(t.end), *t.corridors] for t in self.terms]
        }
        if self.suspensions:
            written["suspensions"] = [
                [s.id, s.reason_code, s.corridor, *_bounds(s.during)] for s in self.suspensions
            ]
        if self.ends:
            written["ends"] = [
                [e.result.value, e.reason_code, e.successor, *_bounds(e.during)] for e in self.ends
            ]
        if self.void is not None:
            written["void"] = [_text(self.void.start), self.void.reason_code]
        return written

    @classmethod
    def from_json(cls, written: Mapping[str, Any]) -> Self:
        """Read what `to_json` wrote."""
        void = written.get("void")
        return cls(
            terms=tuple(
                Term(edition, _instant(start), _instant(end), tuple(corridors))
                for edition, start, end, *corridors in written["terms"]
            ),
            suspensions=tuple(
                Suspension(identity, code, corridor, _interval(*bounds))
                for identity, code, corridor, *bounds in written.get("suspensions", ())
            ),
            ends=tuple(
                End(Result(result), code, successor, _interval(*bounds))
                for result, code, successor, *bounds in written.get("ends", ())
            ),
            void=None if void is None else Void(_instant(void[0]), void[1]),
        )


@dataclass(frozen=True, slots=True)
class Status:
    """The answer for one instant, and one corridor where one was asked for."""

    result: Result
    since: datetime | None
    """Since when it has been so without a break; None for what is not valid yet."""
    reason_code: str | None
    expires_at: datetime | None
    """The instant at which validity ends, or ended; None once the certificate has ended."""
    edition: int
    suspended_at_expiry: bool = False
    successor: str | None = None
    """The number of the certificate that follows a transferred one."""


def new_edition(number: int, expires_at: datetime, corridors: Iterable[str]) -> dict[str, Any]:
    """Particulars of a move that brings an edition: in force from the move's effect on."""
    return {"edition": number, "valid_until": _text(expires_at), "corridors": list(corridors)}


def opens(suspensions: Mapping[str, str | None]) -> dict[str, Any]:
    """Particulars of a suspension: its reasons' ids, each with its corridor or None for all."""
    return {"suspensions": [[identity, corridor] for identity, corridor in suspensions.items()]}


def lifts(suspensions: Iterable[str]) -> dict[str, Any]:
    """Particulars of a move that lifts reasons, by their ids."""
    return {"lifted": list(suspensions)}


def succeeded_by(number: str) -> dict[str, Any]:
    """Particulars of a transfer: the number of the certificate that follows."""
    return {"successor": number}


def compile_timeline(moves: Iterable[Move], known_at: datetime | None = None) -> Timeline | None:
    """The timeline of a certificate's moves, oldest first, as it was known at `known_at`.

    Without `known_at`: as known after the last move. None where nothing was known yet. Raises
    ValueError for a history without a first edition, or that lifts a reason never opened.
    """
    known = list(takewhile(lambda m: known_at is None or m.recorded_at <= known_at, moves))
    if not known:
        return None
    return Timeline(_terms(known), _suspensions(known), _ends(known), _void(known))


def status_at(timeline: Timeline, at: datetime, corridor: str | None = None) -> Status:
    """The certificate's effective status at an instant, judged in the order of DOMAIN §10.

    With a `corridor` (`NP-MY`): for that corridor alone.
    """
    result, cause = _judge(timeline, at, corridor)
    expires_at = None if result in _OVER else _expiry(timeline, at)
    return Status(
        result=result,
        since=_since(timeline, at, corridor, result),
        reason_code=None if cause is None else cause.reason_code,
        expires_at=expires_at,
        edition=_term(timeline, at).edition,
        suspended_at_expiry=result is Result.EXPIRED
        and any(
            s.corridor in (None, corridor) and _holds_up_to(s.during, expires_at)
            for s in timeline.suspensions
        ),
        successor=cause.successor if isinstance(cause, End) else None,
    )


def corridors_at(timeline: Timeline, at: datetime) -> tuple[str, ...]:
    """The corridors of the edition in force, or of the nearest one."""
    return _term(timeline, at).corridors


def suspended_corridors(timeline: Timeline, at: datetime) -> tuple[str, ...]:
    """The corridors of the scope that answer `suspended`."""
    return tuple(
        corridor
        for corridor in corridors_at(timeline, at)
        if _judge(timeline, at, corridor)[0] is Result.SUSPENDED
    )


def occupied(timeline: Timeline, corridors: Iterable[str], start: datetime) -> tuple[str, ...]:
    """Which of the corridors the certificate holds at `start` or later, as far as is known.

    A suspended certificate holds its corridors still; one that ended, was annulled or expired holds
    none (DOMAIN §10, one certificate per recruiter and corridor).
    """
    if timeline.void is not None or any(end.during.end is None for end in timeline.ends):
        return ()
    held = {c for term in timeline.terms if start < term.end for c in term.corridors}
    return tuple(corridor for corridor in corridors if corridor in held)


class Printed(Protocol):
    """An edition, with the two days that stand on it."""

    @property
    def effective_on(self) -> date:
        """The first day."""

    @property
    def expires_on(self) -> date:
        """The last day, inclusive."""


def printed_days(edition: Printed) -> tuple[date, date]:
    """The first and the last day of an edition, inclusive, as they are printed on it.

    Nobody decides by them: what is valid is told by `status_at`.
    """
    return edition.effective_on, edition.expires_on


def expiry_date(expires_at: datetime, zone: ZoneInfo) -> date:
    """The last day of validity, inclusive, as it is printed: the day before `expires_at`."""
    return day_of(expires_at, zone) - timedelta(days=1)


def next_change(timeline: Timeline, at: datetime) -> datetime | None:
    """The first instant after `at` on which some answer may change, as far as is known."""
    return next((boundary for boundary in timeline.boundaries if boundary > at), None)


_OVER = frozenset({Result.ANNULLED, *ENDS.values()})


def _terms(moves: Sequence[Move]) -> tuple[Term, ...]:
    editions = sorted(
        ((m.effective_at, m.particulars) for m in moves if "edition" in m.particulars),
        key=lambda edition: edition[0],
    )
    if not editions:
        raise ValueError("a certificate's history begins with an edition")
    next_starts = [start for start, _ in editions[1:]]
    terms = []
    for (start, edition), next_start in zip(editions, [*next_starts, None], strict=True):
        expires_at = _instant(edition["valid_until"])
        end = expires_at if next_start is None else min(expires_at, next_start)
        if start < end:
            terms.append(Term(edition["edition"], start, end, tuple(edition["corridors"])))
    if not terms:
        raise ValueError("a certificate is valid at some instant")
    return tuple(terms)


def _suspensions(moves: Sequence[Move]) -> tuple[Suspension, ...]:
    opened: dict[str, tuple[Move, str | None]] = {}
    lifted: dict[str, datetime] = {}
    for move in moves:
        for identity, corridor in move.particulars.get("suspensions", ()):
            opened[identity] = (move, corridor)
        for identity in move.particulars.get("lifted", ()):
            if identity not in opened:
                raise ValueError(f"the reason {identity} was lifted and never opened")
            lifted[identity] = move.effective_at
    return tuple(
        Suspension(identity, move.reason_code, corridor, Interval(move.effective_at, end))
        for identity, (move, corridor) in opened.items()
        if (end := lifted.get(identity)) is None or move.effective_at < end
    )


def _ends(moves: Sequence[Move]) -> tuple[End, ...]:
    ends: list[End] = []
    ending: Move | None = None
    for move in moves:
        if move.action in ENDS:
            ending = move
        elif ending is not None and move.action in REVIVALS:
            if ending.effective_at < move.effective_at:
                ends.append(_end(ending, move.effective_at))
            ending = None
    if ending is not None:
        ends.append(_end(ending, None))
    return tuple(ends)


def _end(move: Move, until: datetime | None) -> End:
    successor = move.particulars.get("successor")
    return End(ENDS[move.action], move.reason_code, successor, Interval(move.effective_at, until))


def _void(moves: Sequence[Move]) -> Void | None:
    return next((Void(m.effective_at, m.reason_code) for m in moves if m.action == "annul"), None)


def _judge(
    timeline: Timeline, at: datetime, corridor: str | None
) -> tuple[Result, Void | End | Suspension | None]:
    """The result at an instant, and what it rests on."""
    if timeline.void is not None and timeline.void.start <= at:
        return Result.ANNULLED, timeline.void
    for end in timeline.ends:
        if end.during.covers(at):
            return end.result, end
    if at < timeline.terms[0].start:
        return Result.NOT_YET_VALID, None
    term = _term(timeline, at)
    if not at < term.end:
        return Result.EXPIRED, None
    if corridor is not None and corridor not in term.corridors:
        return Result.OUT_OF_SCOPE, None
    for suspension in timeline.suspensions:
        if suspension.corridor in (None, corridor) and suspension.during.covers(at):
            return Result.SUSPENDED, suspension
    return Result.ACTIVE, None


def _term(timeline: Timeline, at: datetime) -> Term:
    """The last term that has begun, or the first."""
    begun = timeline.terms[0]
    for term in timeline.terms[1:]:
        if at < term.start:
            break
        begun = term
    return begun


def _expiry(timeline: Timeline, at: datetime) -> datetime:
    """When the unbroken validity around `at` ends; that of the last term begun, or the first."""
    expiry = timeline.terms[0].end
    for term in timeline.terms[1:]:
        if at < term.start and term.start != expiry:
            break
        expiry = term.end
    return expiry


def _since(
    timeline: Timeline, at: datetime, corridor: str | None, result: Result
) -> datetime | None:
    if result is Result.NOT_YET_VALID:
        return None
    since = at
    for boundary in reversed(timeline.boundaries):
        if boundary > at:
            continue
        if _judge(timeline, boundary, corridor)[0] is not result:
            break
        since = boundary
    return since


def _holds_up_to(during: Interval, instant: datetime | None) -> bool:
    """Does the stretch cover the last moment before the instant?"""
    return (
        instant is not None
        and during.start < instant
        and (during.end is None or instant <= during.end)
    )


def _text(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _bounds(during: Interval) -> list[str]:
    return [_text(bound) for bound in (during.start, during.end) if bound is not None]


def _interval(start: str, end: str | None = None) -> Interval:
    return Interval(_instant(start), None if end is None else _instant(end))
