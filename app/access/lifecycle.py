"""Kinds of organisation, the roles in each, and the lifecycles that rights hang on. Pure.

Organisations, people, role grants and clients (DOMAIN §3): whatever changes a right is a machine
(DESIGN §3, SECURITY R52). Invitations, sessions and API keys have rooms of their own beside this.

Where a rule names the role PUBLIC, no role is asked for: whoever moves it has shown that it is
theirs, by a password, a token or a secret.
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


class OrganisationState(StrEnum):
    """Nobody acts for a closed organisation, by any credential."""

    ACTIVE = "active"
    CLOSED = "closed"


class PersonState(StrEnum):
    """Whoever is locked or has left has no right at all; one who left may be invited again."""

    ACTIVE = "active"
    LOCKED = "locked"
    LEFT = "left"


class ClientState(StrEnum):
    """A revoked client is never used again."""

    ACTIVE = "active"
    REVOKED = "revoked"


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


@dataclass(frozen=True, slots=True)
class OrganisationFacts:
    """What the guards of an organisation look at."""

    actor: str | None
    """The organisation of whoever acts."""
    organisation: str


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """What the guards of a person look at."""

    actor: str | None
    """The person who acts."""
    person: str
    has_password: bool = False


@dataclass(frozen=True, slots=True)
class ClientFacts:
    """What the guards of a client look at."""

    is_own: bool
    """Does it act for whom the actor acts for?"""
    has_password: bool = False
    """Can the person it acts for sign in, and so make clients without anybody?"""


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


ADMINISTRATORS: Mapping[Kind, Role] = MappingProxyType(
    {
        Kind.AUDIT_COMPANY: Role.PROGRAMME_MANAGER,
        Kind.RECRUITER: Role.RECRUITER_ADMIN,
        Kind.EMPLOYER: Role.EMPLOYER,
    }
)
"""Who invites and removes people of their own organisation; elsewhere the scheme manager does."""


def not_the_own_organisation(facts: OrganisationFacts) -> str | None:
    """Nobody closes the door behind which they sit, nor opens it (SECURITY S6)."""
    if facts.actor is not None and facts.actor == facts.organisation:
        return "nobody closes or reopens their own organisation"
    return None


def not_oneself(facts: PersonFacts) -> str | None:
    """Nobody changes their own standing (SECURITY S6)."""
    if facts.actor is not None and facts.actor == facts.person:
        return "nobody locks, unlocks or removes themselves; somebody else must"
    return None


def has_no_password_yet(facts: PersonFacts) -> str | None:
    """A password that somebody set is changed by them alone."""
    if not facts.has_password:
        return None
    return "this person has a password already, which only they can change"


def is_theirs_to_make(facts: ClientFacts) -> str | None:
    """Whoever can sign in makes their own clients: nobody else holds a secret in their name."""
    if facts.is_own or not facts.has_password:
        return None
    return "this person can sign in, and makes their own clients"


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


_MANAGER = frozenset({Role.SCHEME_MANAGER})
_ADMINISTRATORS = _MANAGER | {Role.SYSTEM}
_OF_THEIR_ORGANISATION = _MANAGER | frozenset(ADMINISTRATORS.values())
_WHOSE_IT_IS = frozenset({Role.PUBLIC})


def _from(*states: StrEnum) -> frozenset[str]:
    return frozenset(state.value for state in states)


ORGANISATION: Machine[OrganisationFacts] = Machine(
    "organisation",
    OrganisationState,
    [
        Rule("register", frozenset({BORN}), OrganisationState.ACTIVE, _ADMINISTRATORS),
        Rule("sign_up", frozenset({BORN}), OrganisationState.ACTIVE, _WHOSE_IT_IS),
        Rule(
            "close",
            _from(OrganisationState.ACTIVE),
            OrganisationState.CLOSED,
            _MANAGER,
            bars=(not_the_own_organisation,),
        ),
        Rule(
            "reopen",
            _from(OrganisationState.CLOSED),
            OrganisationState.ACTIVE,
            _MANAGER,
            bars=(not_the_own_organisation,),
        ),
    ],
)
"""An employer signs itself up (DOMAIN §3), every other organisation is registered."""

PERSON: Machine[PersonFacts] = Machine(
    "person",
    PersonState,
    [
        Rule("register", frozenset({BORN}), PersonState.ACTIVE, _ADMINISTRATORS),
        Rule("join", frozenset({BORN}), PersonState.ACTIVE, _WHOSE_IT_IS),
        Rule("sign_up", frozenset({BORN}), PersonState.ACTIVE, _WHOSE_IT_IS),
        Rule(
            "set_password",
            _from(PersonState.ACTIVE),
            PersonState.ACTIVE,
            _WHOSE_IT_IS,
            guards=(has_no_password_yet,),
        ),
        Rule("change_password", _from(PersonState.ACTIVE), PersonState.ACTIVE, _WHOSE_IT_IS),
        Rule(
            "lock",
            _from(PersonState.ACTIVE),
            PersonState.LOCKED,
            _MANAGER,
            bars=(not_oneself,),
        ),
        Rule(
            "unlock",
            _from(PersonState.LOCKED),
            PersonState.ACTIVE,
            _MANAGER,
            bars=(not_oneself,),
        ),
        Rule(
            "leave",
            _from(PersonState.ACTIVE, PersonState.LOCKED),
            PersonState.LEFT,
            _OF_THEIR_ORGANISATION,
            bars=(not_oneself,),
        ),
        Rule("rejoin", _from(PersonState.LEFT), PersonState.ACTIVE, _WHOSE_IT_IS),
    ],
)
"""People join by invitation; the scheme manager may register one who then needs an invitation to
sign in. Whoever comes back keeps what independence counts: it is the same person."""

CLIENT: Machine[ClientFacts] = Machine(
    "client",
    ClientState,
    [
        Rule(
            "create",
            frozenset({BORN}),
            ClientState.ACTIVE,
            _ADMINISTRATORS | _WHOSE_IT_IS,
            guards=(is_theirs_to_make,),
        ),
        Rule(
            "revoke",
            _from(ClientState.ACTIVE),
            ClientState.REVOKED,
            _ADMINISTRATORS | _WHOSE_IT_IS,
        ),
    ],
)

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
"""SYSTEM acts for the command line (`erc admin create`), for an invitation that is accepted, for an
employer that signs itself up, and for whoever leaves: their roles end with them."""

MISSING_GUARDS: tuple[tuple[str, str], ...] = ()
"""(action, what DOMAIN asks): nothing is missing here."""
