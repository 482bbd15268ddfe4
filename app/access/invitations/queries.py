"""Which invitations may be read: those of one's own organisation, and by the manager all."""

from datetime import datetime

from sqlalchemy import ColumnElement, select, true
from sqlalchemy.orm import Session

from app.access.invitations.lifecycle import Facts
from app.access.invitations.models import Invitation
from app.access.lifecycle import Kind, PersonState
from app.access.models import Organisation, Person
from app.access.queries import one, paged, roles_of
from app.kernel.roles import Actor, Role
from app.platform.pagination import Paging


def invitations(session: Session, actor: Actor, paging: Paging) -> list[Invitation]:
    """The invitations that this actor may see, in the order they were written."""
    found = select(Invitation).where(_own(actor))
    return list(session.scalars(paged(found, Invitation.id, paging)))


def invitation(session: Session, actor: Actor, invitation_id: str) -> Invitation:
    """One invitation. Raises NotFound."""
    return one(session, Invitation, invitation_id, _own(actor))


def facts(session: Session, invitation: Invitation, now: datetime) -> Facts:
    """What the guards of an invitation look at, at this moment."""
    organisation = session.get_one(Organisation, invitation.organisation_id)
    inviter = session.get_one(Person, invitation.invited_by)
    may = roles_of(session, inviter.id)
    if inviter.organisation_id != organisation.id:
        may &= {Role.SCHEME_MANAGER}
    roles = frozenset(Role(role) for role in invitation.roles)
    asked = select(Person).where(Person.email == invitation.email)
    person = session.scalars(asked).one_or_none()
    is_own = person is not None and person.id == inviter.id
    return Facts(
        now=now,
        expires_at=invitation.expires_at,
        kind=Kind(organisation.kind),
        roles=roles,
        inviter_roles=may,
        enters=_may_enter(person, invitation.organisation_id, may),
        widens=roles - may if is_own else frozenset(),
    )


def _may_enter(person: Person | None, organisation: str, inviter: frozenset[Role]) -> bool:
    """Somebody new; or, asked by the scheme manager, who left or cannot sign in there yet."""
    if person is None:
        return True
    if Role.SCHEME_MANAGER not in inviter:
        return False
    if person.state == PersonState.LEFT:
        return True
    return (
        person.state == PersonState.ACTIVE
        and person.password_hash is None
        and person.organisation_id == organisation
    )


def _own(actor: Actor) -> ColumnElement[bool]:
    if Role.SCHEME_MANAGER in actor.roles:
        return true()
    return Invitation.organisation_id == actor.organisation
