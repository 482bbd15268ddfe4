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
    """May the address enter? Not one of somebody who is here and can sign in."""


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
    """One address is one person; whoever can sign in needs no invitation."""
    return None if facts.enters else "somebody of this address is here already; sign in instead"


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
            guards=(names_fitting_roles,),
        ),
        Rule(
            "accept",
            frozenset({State.OPEN}),
            State.ACCEPTED,
            frozenset({Role.PUBLIC}),
            guards=(not_expired, inviter_still_may, address_may_enter),
        ),
        Rule("withdraw", frozenset({State.OPEN}), State.WITHDRAWN, _INVITERS),
    ],
)

MISSING_GUARDS: tuple[tuple[str, str], ...] = (
    ("invite", "The invitation reaches the address by mail, and nobody else sees its token."),
)
"""(action, what is asked for and not built yet)."""
