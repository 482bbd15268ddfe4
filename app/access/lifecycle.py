"""Kinds of organisation, the roles in each, and the lifecycle of a role grant. Pure (DOMAIN §3).

A role grant is – → held → ended (DESIGN §3): whatever changes a right is a machine.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from app.kernel.roles import RECRUITER, Role
from app.lifecycle.machine import BORN, Machine, Rule


class Kind(StrEnum):
    """What an organisation is."""

    SCHEME_OWNER = "scheme_owner"
    SCHEME_MANAGER = "scheme_manager"
    AUDIT_COMPANY = "audit_company"
    RECRUITER = "recruiter"
    EMPLOYER = "employer"
    GOVERNMENT_BODY = "government_body"


class State(StrEnum):
    """Ended grants stay ended: whoever gets the role back gets a new grant."""

    HELD = "held"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Facts:
    """What the guards look at."""

    actor: str | None
    """The person who acts."""
    person: str
    """The person whose role it is."""
    role: Role
    kind: Kind
    """The kind of that person's organisation."""
    held: bool = False
    """Does the person hold the role already?"""


_OF_THE_SCHEME = frozenset(
    {
        Role.SCHEME_MANAGER,
        Role.APPLICATION_REVIEWER,
        Role.INTEGRITY_OFFICER,
        Role.APPEAL_PANEL,
        Role.COMPLAINT_HANDLER,
    }
)

ROLES_IN: Mapping[Kind, frozenset[Role]] = MappingProxyType(
    {
        Kind.SCHEME_OWNER: _OF_THE_SCHEME,
        Kind.SCHEME_MANAGER: _OF_THE_SCHEME,
        Kind.AUDIT_COMPANY: frozenset(
            {
                Role.PROGRAMME_MANAGER,
                Role.LEAD_AUDITOR,
                Role.AUDITOR,
                Role.TECHNICAL_EXPERT,
                Role.REVIEWER,
                Role.DECISION_MAKER,
            }
        ),
        Kind.RECRUITER: RECRUITER,
        Kind.EMPLOYER: frozenset({Role.EMPLOYER}),
        Kind.GOVERNMENT_BODY: frozenset({Role.OBSERVER}),
    }
)
"""Which roles the people of which kind of organisation may hold."""

ORGANISATIONS_THAT_ACT = frozenset({Kind.EMPLOYER, Kind.GOVERNMENT_BODY})
"""The kinds for which a client may act without a named person: they only read (DESIGN §6)."""


def not_their_own(facts: Facts) -> str | None:
    """Nobody grants or ends a role of their own (SECURITY S6)."""
    if facts.actor is not None and facts.actor == facts.person:
        return "nobody grants or ends their own roles; another scheme manager must"
    return None


def fits_the_organisation(facts: Facts) -> str | None:
    """A role is held inside the kind of organisation that it belongs to."""
    if facts.role in ROLES_IN[facts.kind]:
        return None
    fitting = " or ".join(sorted(kind for kind, roles in ROLES_IN.items() if facts.role in roles))
    if not fitting:
        return f"nobody is granted the role {facts.role}"
    return f"the role {facts.role} belongs to the kind {fitting}, not to {facts.kind}"


def not_held_yet(facts: Facts) -> str | None:
    """One person holds one role once."""
    return f"this person holds the role {facts.role} already" if facts.held else None


_ADMINISTRATORS = frozenset({Role.SCHEME_MANAGER, Role.SYSTEM})

ROLE_GRANT: Machine[Facts] = Machine(
    "role_grant",
    State,
    [
        Rule(
            "grant",
            frozenset({BORN}),
            State.HELD,
            _ADMINISTRATORS,
            bars=(not_their_own,),
            guards=(fits_the_organisation, not_held_yet),
        ),
        Rule(
            "end",
            frozenset({State.HELD}),
            State.ENDED,
            _ADMINISTRATORS,
            bars=(not_their_own,),
        ),
    ],
)
"""SYSTEM acts only on the command line: `erc admin create` and the demonstration."""

MISSING_GUARDS: tuple[tuple[str, str], ...] = ()
"""(action, what DOMAIN asks): nothing is missing here."""
