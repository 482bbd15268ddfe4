"""The lifecycle of a recruiter's entry: – → listed → merged (DESIGN §3). Pure."""

from dataclasses import dataclass
from enum import StrEnum

from app.kernel.roles import Role
from app.lifecycle.machine import BORN, Machine, Rule


class State(StrEnum):
    """A merged entry keeps answering under its number, for the one it went into."""

    LISTED = "listed"
    MERGED = "merged"


@dataclass(frozen=True, slots=True)
class Facts:
    """What the guards look at."""

    listed_already: bool = False
    """Has the organisation an entry of its own?"""
    same_name: bool = False
    """For a new name: is it the name that the recruiter has?"""
    into_itself: bool = False
    """For a merger: is the other entry the same one?"""
    into_state: str = State.LISTED.value
    """For a merger: where the other entry stands."""


def not_listed_yet(facts: Facts) -> str | None:
    """One legal entity has one entry, and so one number for ever (DOMAIN §5)."""
    return "this organisation is listed as a recruiter already" if facts.listed_already else None


def is_another_name(facts: Facts) -> str | None:
    """A renaming changes something."""
    return "this is the recruiter's name already" if facts.same_name else None


def is_into_another(facts: Facts) -> str | None:
    """Two entries are merged, not one."""
    return "an entry is not merged into itself" if facts.into_itself else None


def is_into_a_listed_one(facts: Facts) -> str | None:
    """The entry that goes on is one that still stands by itself."""
    if facts.into_state == State.LISTED:
        return None
    return f"the other entry is {facts.into_state}: name the one that it was merged into"


_LISTED = frozenset({State.LISTED.value})

RECRUITER_ENTRY: Machine[Facts] = Machine(
    "recruiter",
    State,
    [
        Rule(
            "list",
            frozenset({BORN}),
            State.LISTED,
            frozenset({Role.SCHEME_MANAGER, Role.RECRUITER_ADMIN}),
            guards=(not_listed_yet,),
        ),
        Rule(
            "rename",
            _LISTED,
            State.LISTED,
            frozenset({Role.SCHEME_MANAGER}),
            guards=(is_another_name,),
        ),
        Rule("signal_licence", _LISTED, State.LISTED, frozenset({Role.SYSTEM})),
        Rule("clear_licence", _LISTED, State.LISTED, frozenset({Role.SYSTEM})),
        Rule(
            "merge",
            _LISTED,
            State.MERGED,
            frozenset({Role.SCHEME_MANAGER}),
            guards=(is_into_another, is_into_a_listed_one),
        ),
    ],
)
