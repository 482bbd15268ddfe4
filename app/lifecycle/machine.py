"""A lifecycle is a table: who may do what, from which state, under which guards, leading where.

Pure data and pure functions (DESIGN §3). Every room's `lifecycle.py` builds its machines from this;
the API, the diagrams, the database's own rules and the tests read the same table.
"""

from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Generic, TypeVar

from app.kernel.roles import Role

F = TypeVar("F")
Guard = Callable[[F], str | Sequence[str] | None]
"""Takes the facts; answers why the move is refused, in words the reader can act on, or None.

A guard over many things (findings, reasons of a suspension) answers one reason for each.
"""

BORN = ""
"""The source of a first move."""


class Takes(StrEnum):
    """When a move may take effect, seen from the moment it is recorded (DESIGN §3)."""

    AT_ONCE = "at once"
    NOW_OR_LATER = "now or later"
    NOW_OR_EARLIER = "now or earlier"


@dataclass(frozen=True, slots=True)
class Rule(Generic[F]):
    """One row of the table."""

    action: str
    sources: frozenset[str]
    target: str
    roles: frozenset[Role]
    second: frozenset[Role] = frozenset()
    """Who must also sign; never the same person."""
    second_within: timedelta | Callable[[F], timedelta] = timedelta(hours=24)
    """How long the first signature waits; a function where policy says how long."""
    bars: tuple[Guard[F], ...] = ()
    """Guards about the person who acts (independence): judged with the role, before the state."""
    guards: tuple[Guard[F], ...] = ()
    public: bool = False
    """Do the feed and the transparency log carry it?"""
    takes: Takes = Takes.AT_ONCE

    def waits(self, facts: F) -> timedelta:
        """How long the first signature waits for the second."""
        within = self.second_within
        return within if isinstance(within, timedelta) else within(facts)

    @property
    def signers(self) -> frozenset[Role]:
        """Everyone who may sign, first or second."""
        return self.roles | self.second


class Cause(StrEnum):
    """Why a move was refused, in the order in which it is judged."""

    ROLE = "role"
    INDEPENDENCE = "independence"
    STATE = "state"
    GUARD = "guard"


@dataclass(frozen=True, slots=True)
class Refused:
    """A move that may not be made, with every reason of the first kind that stands against it."""

    cause: Cause
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Offer:
    """A move that this person may make next, and what is still missing for it."""

    action: str
    missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class Machine(Generic[F]):
    """The lifecycle of one kind of subject.

    Raises ValueError when built with two targets for one source and action, with a state that no
    move reaches or that is not declared, or with a rule that nobody may use.
    """

    name: str
    states: tuple[str, ...]
    rules: tuple[Rule[F], ...]
    _by_move: Mapping[tuple[str, str], Rule[F]] = field(init=False, repr=False, compare=False)

    def __init__(self, name: str, states: Iterable[str], rules: Sequence[Rule[F]]) -> None:
        object.__setattr__(self, "name", name)
        object.__setattr__(self, "states", tuple(str(state) for state in states))
        object.__setattr__(self, "rules", tuple(rules))
        object.__setattr__(self, "_by_move", MappingProxyType(self._moves()))
        self._check_reachable()

    def decide(
        self, state: str, action: str, roles: AbstractSet[Role], facts: F
    ) -> Rule[F] | Refused:
        """The rule that this move follows, or every reason why it is refused.

        Role and independence are judged first, then the state, then the guards (DESIGN §5).
        Raises KeyError for an action that the machine does not know.
        """
        rules = [rule for rule in self.rules if rule.action == action]
        if not rules:
            raise KeyError(f"{self.name} has no action {action!r}")
        rule = self._by_move.get((state, action))
        signers = rule.signers if rule else frozenset().union(*(r.signers for r in rules))
        if not signers & roles:
            return Refused(Cause.ROLE, (f"{action} needs the role {_either(signers)}",))
        if barred := reasons((rule or rules[0]).bars, facts):
            return Refused(Cause.INDEPENDENCE, barred)
        if rule is None:
            return Refused(Cause.STATE, (self._wrong_state(state, action),))
        if unmet := reasons(rule.guards, facts):
            return Refused(Cause.GUARD, unmet)
        return rule

    def allowed(self, state: str, roles: AbstractSet[Role], facts: F) -> list[Offer]:
        """What these roles may do next from `state`, and what is missing for each."""
        return [
            Offer(rule.action, reasons(rule.guards, facts))
            for rule in self.rules
            if state in rule.sources and rule.signers & roles and not reasons(rule.bars, facts)
        ]

    def rule(self, state: str, action: str) -> Rule[F]:
        """The rule of one move. Raises KeyError where the table has none."""
        return self._by_move[state, action]

    def actions(self) -> tuple[str, ...]:
        """Every action once, in the table's order."""
        return tuple(dict.fromkeys(rule.action for rule in self.rules))

    def roles(self, action: str) -> frozenset[Role]:
        """Everyone who may sign the action from some state."""
        return frozenset().union(*(r.signers for r in self.rules if r.action == action))

    def moves(self) -> list[tuple[str, str, str]]:
        """Every (source, action, target): the rows of `lifecycle_rule`."""
        return [(source, action, rule.target) for (source, action), rule in self._by_move.items()]

    def terminal(self) -> frozenset[str]:
        """The states that no move leaves."""
        return frozenset(self.states) - {source for source, _ in self._by_move}

    def _moves(self) -> dict[tuple[str, str], Rule[F]]:
        declared = set(self.states)
        by_move: dict[tuple[str, str], Rule[F]] = {}
        for rule in self.rules:
            if not rule.roles:
                raise ValueError(f"{self.name}: nobody may {rule.action}")
            undeclared = ({rule.target} | rule.sources) - declared - {BORN}
            if undeclared or rule.target == BORN:
                raise ValueError(f"{self.name}: {rule.action} names no state: {undeclared}")
            for source in sorted(rule.sources):
                if (source, rule.action) in by_move:
                    raise ValueError(
                        f"{self.name}: {rule.action} from {source!r} stands in the table twice"
                    )
                by_move[source, rule.action] = rule
        return by_move

    def _check_reachable(self) -> None:
        reached, waiting = {BORN}, deque([BORN])
        while waiting:
            here = waiting.popleft()
            for source, _, target in self.moves():
                if source == here and target not in reached:
                    reached.add(target)
                    waiting.append(target)
        if lost := set(self.states) - reached:
            raise ValueError(f"{self.name}: no move reaches {', '.join(sorted(lost))}")

    def _wrong_state(self, state: str, action: str) -> str:
        sources = sorted(source for source, known in self._by_move if known == action and source)
        here = f"the {self.name.replace('_', ' ')} is {state}" if state else "it does not exist yet"
        if not sources:
            return f"{here}; {action} is a first move"
        return f"{here}; {action} is possible from {' or '.join(sources)}"


def reasons(guards: Iterable[Guard[F]], facts: F) -> tuple[str, ...]:
    """Why each unmet guard refuses, in the table's order."""
    found: list[str] = []
    for guard in guards:
        match guard(facts):
            case None:
                continue
            case str() as reason:
                found.append(reason)
            case several:
                found.extend(several)
    return tuple(found)


def acting_role(roles: AbstractSet[Role]) -> Role:
    """The one role that a person with several acts in: the first in the scheme's order."""
    return next(role for role in Role if role in roles)


def _either(roles: AbstractSet[Role]) -> str:
    return " or ".join(sorted(roles))
