"""What a policy would move before it is published, told by the rooms above (DOMAIN §11).

Each room computes its running deadlines twice with its own timer functions: by the policy that
judges them now, and by the other one. main.py lists who tells.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.scheme.policy import Policy

MOST = 500
"""How many deadlines a simulation tells one by one; it counts all."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """One deadline that runs now, by both policies. From its instant on it is too late."""

    kind: str
    """What it is about, as the machine is called."""
    subject: str
    """The address of the thing."""
    waits_for: str
    """What is to be done until then."""
    judged_by: str
    """The version of the policy that judges it now."""
    follows: bool
    """Does the case follow the policy in force, so that publishing the other one moves it?"""
    before: datetime
    after: datetime

    @property
    def differs(self) -> bool:
        """Would the other policy set another instant?"""
        return self.before != self.after

    def newly_overdue(self, at: datetime) -> bool:
        """Would it be over at that instant by the other policy alone?"""
        return self.after <= at < self.before

    def no_longer_overdue(self, at: datetime) -> bool:
        """Would it be over at that instant but for the other policy?"""
        return self.before <= at < self.after


Simulator = Callable[[Session, Policy, datetime], Iterable[Deadline]]
"""The deadlines of one room that run at this moment, each by its own policy and by this one."""


@dataclass(frozen=True, slots=True)
class Count:
    """How many deadlines of one kind run, and what becomes of them."""

    kind: str
    running: int
    moved: int
    """That the publication itself would move."""
    kept: int
    """That the version would set otherwise, but whose case keeps the policy it is pinned to."""
    newly_overdue: int
    """Of those that are moved."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a policy would move."""

    counts: tuple[Count, ...]
    deadlines: tuple[Deadline, ...]
    """Those that differ: first those that move, the newly overdue before the others."""


def outcome(found: Iterable[Deadline], at: datetime) -> Outcome:
    """What differs if the policy is in force from that instant on."""
    running: Counter[str] = Counter()
    differing: list[Deadline] = []
    for deadline in found:
        running[deadline.kind] += 1
        if deadline.differs:
            differing.append(deadline)
    differing.sort(
        key=lambda one: (not one.follows, not one.newly_overdue(at), one.after, one.subject)
    )
    return Outcome(
        tuple(_count(kind, number, differing, at) for kind, number in sorted(running.items())),
        tuple(differing[:MOST]),
    )


def _count(kind: str, running: int, differing: Sequence[Deadline], at: datetime) -> Count:
    own = [one for one in differing if one.kind == kind]
    moved = [one for one in own if one.follows]
    return Count(
        kind=kind,
        running=running,
        moved=len(moved),
        kept=len(own) - len(moved),
        newly_overdue=sum(one.newly_overdue(at) for one in moved),
    )
