"""The lifecycle of a look-alike: – → proposed → confirmed / dismissed, confirmed → cleared. Pure.

Two records that may be one company, or a deregistered one under another name (DOMAIN §12). What
the comparison finds is proposed; people decide.
"""

from dataclasses import dataclass
from enum import StrEnum

from app.kernel.roles import Role
from app.lifecycle.machine import BORN, Machine, Rule


class State(StrEnum):
    """Dismissed: they are two. Cleared: the link is real, and stands in nobody's way any more."""

    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    DISMISSED = "dismissed"
    CLEARED = "cleared"


@dataclass(frozen=True, slots=True)
class Facts:
    """What the guards look at."""

    note: str | None = None
    """Why, in words; kept beside the journal."""


def is_explained(facts: Facts) -> str | None:
    """Whoever lets a link stand says why."""
    return None if facts.note else "no explanation is given"


_REVIEWERS = frozenset({Role.APPLICATION_REVIEWER, Role.SCHEME_MANAGER})
_PROPOSED = frozenset({State.PROPOSED.value})

LOOK_ALIKE: Machine[Facts] = Machine(
    "look_alike",
    State,
    [
        Rule("propose", frozenset({BORN}), State.PROPOSED, frozenset({Role.SYSTEM})),
        Rule("confirm", _PROPOSED, State.CONFIRMED, _REVIEWERS, guards=(is_explained,)),
        Rule("dismiss", _PROPOSED, State.DISMISSED, _REVIEWERS, guards=(is_explained,)),
        Rule(
            "clear",
            frozenset({State.CONFIRMED.value}),
            State.CLEARED,
            frozenset({Role.INTEGRITY_OFFICER}),
            guards=(is_explained,),
        ),
    ],
)
