"""What time it is. Every rule takes the time from a clock it was given, so time can be moved.

A clock answers aware instants in UTC. Anything may import it; `app/settings.py` chooses which.
"""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

from app.kernel.dates import InvalidInstant, in_utc, parse_instant


class Clock(Protocol):
    """Whoever can say what time it is."""

    def now(self) -> datetime:
        """The present instant: aware, in UTC."""
        ...


class UnreadableClock(Exception):
    """The clock's file does not hold one instant; whoever set `ERC_CLOCK` must put it right."""


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """The machine's present instant."""
        return datetime.now(UTC)


class FileClock:
    """A sandbox's clock: stands at the instant written in a file, reread at each question.

    Several processes follow one file (DESIGN §8). Whoever moves it should write another file and
    rename it over this one, so that nobody reads half an instant.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def now(self) -> datetime:
        """The instant in the file, RFC 3339; raises `UnreadableClock`."""
        try:
            return parse_instant(self.path.read_bytes().decode("ascii").strip())
        except (OSError, UnicodeDecodeError, InvalidInstant) as error:
            raise UnreadableClock(
                f"The clock file {self.path} must hold one instant such as "
                f"2026-03-15T09:30:00Z and nothing else: {error}"
            ) from error


class MovableClock:
    """A clock that stands still until it is moved, within one process."""

    def __init__(self, start: datetime) -> None:
        self._now = in_utc(start)

    def now(self) -> datetime:
        """The instant it was last moved to."""
        return self._now

    def move_to(self, instant: datetime) -> None:
        """Set it, forwards or back."""
        self._now = in_utc(instant)

    def advance(self, by: timedelta) -> None:
        """Move it on by a duration, or back by a negative one."""
        self._now += by
