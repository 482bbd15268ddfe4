"""The lifecycle of a session: one sign-in of one person, and all that is refreshed from it. Pure.

A session that has expired stays `open`: the clock says so at each question (DESIGN §3).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from app.kernel.roles import Role
from app.lifecycle.machine import BORN, Machine, Rule


class State(StrEnum):
    """Whoever comes back after the end signs in anew."""

    OPEN = "open"
    ENDED = "ended"


class EndReason(StrEnum):
    """Why a session ended."""

    SIGNED_OUT = "signed_out"
    ENDED_ELSEWHERE = "ended_elsewhere"
    REFRESH_REUSED = "refresh_reused"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 (a reason)
    LEFT = "left"


@dataclass(frozen=True, slots=True)
class Facts:
    """Nothing stands in the way of a session: who may open or end it is seen by its secret."""


def is_over(
    *, expires_at: datetime, refreshed_at: datetime, idle: timedelta, now: datetime
) -> bool:
    """Has it expired, by its whole time or by not being refreshed?"""
    return now >= min(expires_at, refreshed_at + idle)


_WHOSE_IT_IS = frozenset({Role.PUBLIC})

SESSION: Machine[Facts] = Machine(
    "session",
    State,
    [
        Rule("open", frozenset({BORN}), State.OPEN, _WHOSE_IT_IS),
        Rule("end", frozenset({State.OPEN}), State.ENDED, _WHOSE_IT_IS | {Role.SYSTEM}),
    ],
)

MISSING_GUARDS: tuple[tuple[str, str], ...] = ()
"""(action, what DOMAIN asks): nothing is missing here."""
