"""How the scheme's rules come into force, and how timers are stopped (DOMAIN §3, §4, §11).

Three machines of one table, and tolling. What is in force, and what is superseded, the dates of
the published versions say; no move is needed for it. Pure.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from app.kernel.roles import Role
from app.lifecycle.machine import BORN, Machine, Rule


class State(StrEnum):
    """Where a version stands."""

    DRAFTED = "drafted"
    PUBLISHED = "published"
    DISCARDED = "discarded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the guards look at."""

    today: date
    """In the scheme's zone."""
    effective_on: date | None = None
    taken: str | None = None
    """The version that takes effect on the same day already."""
    faults: tuple[str, ...] = ()
    """Why the document cannot be used as it stands."""


def day_is_named(facts: Facts) -> str | None:
    """A version has a first day."""
    return None if facts.effective_on is not None else "no first day (effective_on) is named"


def day_lies_ahead(facts: Facts) -> str | None:
    """What was decided is not judged anew: a version begins tomorrow at the earliest."""
    if facts.effective_on is None or facts.effective_on > facts.today:
        return None
    return f"it takes effect after today, {facts.today}, not on {facts.effective_on}"


def day_is_free(facts: Facts) -> str | None:
    """Of two versions that begin on one day, nobody could say which is in force."""
    if facts.taken is None:
        return None
    return f"{facts.taken} takes effect on that day already: name another one"


def document_is_usable(facts: Facts) -> tuple[str, ...]:
    """What cannot be read cannot be in force."""
    return facts.faults


DRAFTERS = frozenset({Role.SCHEME_MANAGER})
SECOND_SIGNERS = frozenset({Role.SCHEME_MANAGER, Role.INTEGRITY_OFFICER})
READERS_OF_DRAFTS = DRAFTERS | SECOND_SIGNERS | {Role.SYSTEM}
_DRAFTED = frozenset({State.DRAFTED.value})


def _machine(name: str, *also_draft: Role) -> Machine[Facts]:
    return Machine(
        name,
        State,
        [
            Rule("draft", frozenset({BORN}), State.DRAFTED, DRAFTERS | set(also_draft)),
            Rule("edit", _DRAFTED, State.DRAFTED, DRAFTERS | set(also_draft)),
            # Two people, though SECURITY S5 does not ask for it: one wrong number moves the
            # deadlines of everybody.
            Rule(
                "publish",
                _DRAFTED,
                State.PUBLISHED,
                DRAFTERS,
                second=SECOND_SIGNERS,
                guards=(day_is_named, day_lies_ahead, day_is_free, document_is_usable),
                public=True,
            ),
            Rule("discard", _DRAFTED, State.DISCARDED, DRAFTERS),
        ],
    )


STANDARD_VERSION = _machine("standard_version", Role.SYSTEM)
"""`erc import standard` drafts and edits too, as the system."""
POLICY_VERSION = _machine("policy_version")
RULE_SET_VERSION = _machine("rule_set_version")

VERSIONS: Mapping[str, Machine[Facts]] = MappingProxyType(
    {one.name: one for one in (STANDARD_VERSION, POLICY_VERSION, RULE_SET_VERSION)}
)


class TollingState(StrEnum):
    """Whether a tolling still stops its timers; past its limit it does not, whatever it says."""

    RUNNING = "running"
    ENDED = "ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class TollingFacts:
    """What the guards of a tolling look at."""

    today: date
    limit_on: date
    latest: date
    """The latest limit that policy allows."""


def limit_lies_ahead(facts: TollingFacts) -> str | None:
    """A tolling stops time that is to come, and not without an end."""
    if facts.today <= facts.limit_on <= facts.latest:
        return None
    return f"its limit is a day from today to {facts.latest}, not {facts.limit_on}"


TOLLING: Machine[TollingFacts] = Machine(
    "tolling",
    TollingState,
    [
        Rule(
            "start",
            frozenset({BORN}),
            TollingState.RUNNING,
            DRAFTERS,
            guards=(limit_lies_ahead,),
            public=True,
        ),
        Rule(
            "end",
            frozenset({TollingState.RUNNING.value}),
            TollingState.ENDED,
            DRAFTERS,
            public=True,
        ),
    ],
)
