"""The lifecycle of an invitation, and who may invite whom. Pure (DOMAIN §3, SECURITY S6).

Whether one has expired is computed from `expires_at` whenever it is asked (DESIGN §3).
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.access.lifecycle import ADMINISTRATORS, ROLES_IN, Kind
from app.kernel.roles import Role
from app.lifecycle.machine import BORN, Machine, Rule


class State(StrEnum):
    """Single use: an accepted invitation is never open again."""

    OPEN = "open"
    ACCEPTED = "accepted"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Facts:
    """What the guards look at."""

    now: datetime
    expires_at: datetime
    kind: Kind
    """The kind of the organisation that invites."""
    roles: frozenset[Role]
    """With which the person shall enter."""
    inviter_roles: frozenset[Role]
    """What the inviter may do there now: nothing, once they lost their role."""
    enters: bool = True
    """May the address enter? `queries.may_enter` says for whom it may."""
    widens: frozenset[Role] = frozenset()
    """The roles that the inviter would give to themselves, at an address of their own."""


def inviters(kind: Kind) -> frozenset[Role]:
    """Who may invite into an organisation of this kind: its own administrator, or the manager."""
    own = ADMINISTRATORS.get(kind)
    return frozenset({Role.SCHEME_MANAGER} | ({own} if own else set()))


def names_fitting_roles(facts: Facts) -> str | None:
    """A role is held inside the kind of organisation that it belongs to."""
    if not facts.roles:
        return "name at least one role"
    if strange := sorted(facts.roles - ROLES_IN[facts.kind]):
        return f"nobody holds the role {' or '.join(strange)} in the kind {facts.kind}"
    return None


def not_expired(facts: Facts) -> str | None:
    """An invitation is good until it expires."""
    return None if facts.now < facts.expires_at else f"it expired on {facts.expires_at.date()}"


def inviter_still_may(facts: Facts) -> str | None:
    """Whoever lost the right to invite leaves no open door behind."""
    if facts.inviter_roles & inviters(facts.kind):
        return None
    return "whoever invited you may do so no more; ask for a new invitation"


def address_may_enter(facts: Facts) -> str | None:
    """One address is one person. Whoever can sign in needs no invitation, and as somebody who is
    here or was here nobody enters by the word of less than the scheme manager.
    """
    if facts.enters:
        return None
    return "somebody of this address is known here: sign in, or ask the scheme manager to invite"


def widens_no_own_rights(facts: Facts) -> str | None:
    """Nobody grants a role to themselves, by whatever way (SECURITY S6)."""
    if not facts.widens:
        return None
    return f"nobody gives themselves the role {' or '.join(sorted(facts.widens))}"


_INVITERS = frozenset({Role.SCHEME_MANAGER, *ADMINISTRATORS.values()})

INVITATION: Machine[Facts] = Machine(
    "invitation",
    State,
    [
        Rule(
            "invite",
            frozenset({BORN}),
            State.OPEN,
            _INVITERS,
            bars=(widens_no_own_rights,),
            guards=(names_fitting_roles,),
        ),
        Rule(
            "accept",
            frozenset({State.OPEN}),
            State.ACCEPTED,
            frozenset({Role.PUBLIC}),
            guards=(not_expired, inviter_still_may, address_may_enter, widens_no_own_rights),
        ),
        Rule("withdraw", frozenset({State.OPEN}), State.WITHDRAWN, _INVITERS),
    ],
)

MISSING_GUARDS: tuple[tuple[str, str], ...] = (
    ("invite", "The invitation reaches the address by mail, and nobody else sees its token."),
)
"""(action, what is asked for and not built yet)."""
