"""Histories of certificates, written move by move, for the tests of their status."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from app.certificates import status
from app.certificates.status import Move, Timeline, compile_timeline


def at(text: str) -> datetime:
    """`2026-03-15` or `2026-03-15T10:00:00`, in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def day_after(text: str) -> datetime:
    """The half-open instant after an inclusive date."""
    return at(date.fromisoformat(text).isoformat()).replace(hour=0) + (
        at("2026-01-02") - at("2026-01-01")
    )


@dataclass
class History:
    """Moves in the order of their recording; each takes effect then, unless told otherwise."""

    moves: list[Move] = field(default_factory=list)
    editions: int = 0

    def then(
        self,
        action: str,
        effective: str,
        *,
        code: str | None = None,
        recorded: str | None = None,
        particulars: Mapping[str, Any] | None = None,
    ) -> "History":
        self.moves.append(
            Move(action, at(effective), at(recorded or effective), code, particulars or {})
        )
        return self

    def edition(
        self,
        action: str,
        effective: str,
        expires_on: str,
        corridors: tuple[str, ...] = ("NP-MY", "NP-QA"),
        *,
        recorded: str | None = None,
        lifted: tuple[str, ...] = (),
    ) -> "History":
        self.editions += 1
        particulars = status.new_edition(self.editions, day_after(expires_on), corridors)
        if lifted:
            particulars |= status.lifts(lifted)
        return self.then(action, effective, recorded=recorded, particulars=particulars)

    def suspended(
        self, effective: str, reason: str, *corridors: str, code: str = "obligations_unmet"
    ) -> "History":
        """Suspended for the whole, or for corridors: reason `r` has the ids `r/NP-MY` then."""
        if not corridors:
            opened: dict[str, str | None] = {reason: None}
            return self.then("suspend", effective, code=code, particulars=status.opens(opened))
        opened = {f"{reason}/{corridor}": corridor for corridor in corridors}
        return self.then(
            "suspend_corridors", effective, code=code, particulars=status.opens(opened)
        )

    def lifted(self, action: str, effective: str, *reasons: str) -> "History":
        return self.then(action, effective, code="remedied", particulars=status.lifts(reasons))

    def timeline(self, known_at: str | None = None) -> Timeline:
        timeline = compile_timeline(self.moves, None if known_at is None else at(known_at))
        assert timeline is not None
        return timeline


def issued() -> History:
    """Issued on 15 March 2026 at 10:00 for 36 months: expires on 14 March 2029."""
    return History().edition("issue", "2026-03-15T10:00:00", "2029-03-14")
