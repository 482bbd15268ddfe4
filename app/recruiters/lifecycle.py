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


def not_listed_yet(facts: Facts) -> str | None:
    """One legal entity has one entry, and so one number for ever (DOMAIN §5)."""
    return "this organisation is listed as a recruiter already" if facts.listed_already else None


def is_another_name(facts: Facts) -> str | None:
    """A renaming changes something."""
    return "this is the recruiter's name already" if facts.same_name else None


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
        Rule(
            "clear_licence",
            _LISTED,
            State.LISTED,
            frozenset({Role.SYSTEM, Role.SCHEME_MANAGER}),
        ),
        Rule("merge", _LISTED, State.MERGED, frozenset({Role.SCHEME_MANAGER})),
    ],
)

MISSING_GUARDS: tuple[tuple[str, str], ...] = (
    ("list", "Candidates that may be the same or a reborn company are shown to a reviewer."),
    ("signal_licence", "The register shows a licence suspended or missing."),
    ("clear_licence", "The register shows the licence in order again."),
    ("merge", "Two entries are one legal entity; both keep answering."),
)
"""(action, what is asked for and not built yet)."""

NOT_ON_THE_WIRE: tuple[str, ...] = ("signal_licence", "clear_licence", "merge")
"""Moves that stand in the table and that nothing carries out yet."""
