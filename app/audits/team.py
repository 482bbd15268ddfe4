"""Who audits: the roles of a team, and as whom somebody acts on one audit. Pure (DOMAIN §3, §6).

A role counts where it belongs: a lead auditor leads the audits whose lead they are, a programme
manager the audits of their own company. Used by the guards and services of this room.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from app.access.independence import Conflict
from app.assessors.approval import Approval
from app.kernel.roles import AUDITOR, RECRUITER, Actor, Role

FITTING: Mapping[Role, frozenset[Role]] = MappingProxyType(
    {
        Role.LEAD_AUDITOR: frozenset({Role.LEAD_AUDITOR}),
        Role.AUDITOR: AUDITOR,
        Role.TECHNICAL_EXPERT: frozenset({Role.TECHNICAL_EXPERT}),
    }
)
"""The seats of a team, and which role somebody holds to take one."""

_OF_THE_COMPANY = frozenset({Role.PROGRAMME_MANAGER, Role.REVIEWER, Role.DECISION_MAKER})
_BOUND = _OF_THE_COMPANY | RECRUITER | FITTING.keys()


@dataclass(frozen=True, slots=True)
class Member:
    """One person's seat in a team."""

    person: str
    role: Role


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody proposed for a seat, and what the records say about them."""

    person: str
    role: Role
    of_the_company: bool
    holds: frozenset[Role]
    approval: Approval | None = None
    """As an auditor; None where none is on record."""
    conflicts: tuple[Conflict, ...] = ()
    """With the recruiter, own or of the whole company."""
    declared_on: date | None = None
    """When they last declared their conflicts."""
    cycles_led: int = 0
    """In how many cycles in a row, until now, they led audits of the recruiter."""

    @property
    def fits(self) -> bool:
        """Whether a role they hold lets them take the seat."""
        return bool(self.holds & FITTING[self.role])


@dataclass(frozen=True, slots=True)
class Parties:
    """The two organisations of an audit."""

    audit_company: str
    recruiter: str


def seat_of(person: str | None, team: Collection[Member]) -> Role | None:
    """The seat of this person in the team, if they have one."""
    return next((member.role for member in team if member.person == person), None)


def roles_on(actor: Actor, parties: Parties, seat: Role | None) -> frozenset[Role]:
    """The roles that the actor has on one audit, out of those they hold.

    A seat gives its own role and no other; it counts only inside the audit company.
    """
    roles = actor.roles - _BOUND
    if actor.organisation == parties.audit_company:
        roles |= actor.roles & _OF_THE_COMPANY
        if seat is not None and actor.roles & FITTING[seat]:
            roles |= {seat}
    if actor.organisation == parties.recruiter:
        roles |= actor.roles & RECRUITER
    return roles
