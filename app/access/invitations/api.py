"""How people enter: the routes of invitations, of employers, and of those who leave."""

from datetime import datetime
from typing import Annotated

from fastapi import Depends, Request, Response
from sqlalchemy.orm import Session

from app.access import queries as access
from app.access.guard import accounts_of
from app.access.http import ANYONE_MAY, Acting, Asking, Commanding, Router
from app.access.invitations import departures, employers, queries, service
from app.access.invitations.lifecycle import INVITATION
from app.access.invitations.models import Invitation
from app.access.invitations.schemas import (
    AcceptInvitation,
    InvitationView,
    NewEmployer,
    NewInvitationBody,
    NewInvitationView,
    SignedUpView,
)
from app.access.invitations.service import NewInvitation
from app.access.lifecycle import ADMINISTRATORS
from app.access.models import Person
from app.access.schemas import PersonView, ReasonBody
from app.access.sessions.api import signed_in_view
from app.access.sessions.schemas import SignedInView
from app.access.views import offers_view, person_view
from app.kernel.roles import Actor, Role
from app.lifecycle.journal import Work
from app.platform.pagination import Page, Paging, paging
from app.platform.wire import IdText

router = Router(prefix="/v1")

INVITES = frozenset({Role.SCHEME_MANAGER, *ADMINISTRATORS.values()})
"""Scheme managers invite into every organisation, the others into their own."""

Paged = Annotated[Paging, Depends(paging)]
_BY_HAND = "No mail is sent yet: hand the token to the person yourself, in confidence."


@router.command(
    "/invitations",
    action="invitation.invite",
    roles=INVITES,
    response_model=NewInvitationView,
    status_code=201,
)
def invite(request: Request, commanding: Commanding, body: NewInvitationBody) -> Response:
    """Ask somebody into an organisation; the answer shows the token, this once."""
    accounts = accounts_of(request)
    return commanding.run(
        lambda work: service.invite(
            work,
            accounts.rules,
            email=body.email,
            roles=body.roles,
            organisation=body.organisation_id,
        ),
        _new_view,
        shown_once=("token",),
    )


@router.query(
    "/invitations",
    action="invitation.read",
    roles=INVITES,
    response_model=Page[InvitationView],
    operation_id="invitations_list",
)
def list_invitations(asking: Asking, paging: Paged) -> Response:
    """List the invitations of your organisation, in the order they were written."""
    return asking.answer(
        lambda session: paging.page(
            queries.invitations(session, asking.actor, paging),
            position=lambda invitation: (invitation.id,),
            item=lambda invitation: _view(session, asking.actor, invitation, asking.now),
        )
    )


@router.query(
    "/invitations/{invitation_id}",
    action="invitation.read",
    roles=INVITES,
    response_model=InvitationView,
    operation_id="invitations_read",
)
def read_invitation(asking: Asking, invitation_id: IdText) -> Response:
    """Read one invitation."""
    return asking.answer(
        lambda session: _view(
            session,
            asking.actor,
            queries.invitation(session, asking.actor, invitation_id),
            asking.now,
        )
    )


@router.command(
    "/invitations/{invitation_id}/withdraw",
    action="invitation.withdraw",
    roles=INVITES,
    response_model=InvitationView,
)
def withdraw(commanding: Commanding, invitation_id: IdText, body: ReasonBody) -> Response:
    """Withdraw an invitation that is still open."""

    def effect(work: Work) -> Invitation:
        queries.invitation(work.session, work.actor, invitation_id)
        return service.withdraw(
            work,
            invitation_id,
            reason=body.reason_code,
            expected_version=commanding.expected_version,
        )

    return commanding.run(
        effect,
        lambda work, invitation: _view(work.session, work.actor, invitation, work.now),
    )


@router.secret_command(
    "/invitations/accept",
    action="invitation.accept",
    roles=ANYONE_MAY,
    response_model=SignedInView,
    status_code=201,
    refuses=("not-found", "conflict", "move-refused"),
    operation_id="invitations_accept",
)
def accept(request: Request, acting: Acting, body: AcceptInvitation) -> Response:
    """Enter by an invitation: set your name and password, and be signed in."""
    accounts = accounts_of(request)
    entered = service.accept(accounts, body.token, name=body.name, password=body.password)
    return acting.answer(signed_in_view(request, entered))


@router.secret_command(
    "/employers",
    action="employer.sign_up",
    roles=ANYONE_MAY,
    response_model=SignedUpView,
    status_code=202,
    operation_id="employers_sign_up",
)
def sign_up(request: Request, acting: Acting, body: NewEmployer) -> Response:
    """Sign an employer up, with its first person; nobody has to approve.

    The answer does not say whether the address was here before. Then sign in.
    """
    accounts = accounts_of(request)
    employers.sign_up(
        accounts,
        organisation=body.organisation,
        country=body.country,
        name=body.name,
        email=body.email,
        password=body.password,
        caller=request.client.host if request.client else "",
    )
    return acting.answer(
        SignedUpView(said="If this address is new here, the account is ready: sign in with it.")
    )


@router.command(
    "/people/{person_id}/leave",
    action="person.leave",
    roles=INVITES,
    response_model=PersonView,
)
def leave(commanding: Commanding, person_id: IdText, body: ReasonBody) -> Response:
    """Let a person leave their organisation: roles, clients, sessions and keys end at once."""

    def effect(work: Work) -> Person:
        access.person(work.session, work.actor, person_id)
        return departures.leave(
            work,
            person_id,
            reason=body.reason_code,
            expected_version=commanding.expected_version,
        )

    return commanding.run(
        effect, lambda work, person: person_view(work.session, work.actor, person)
    )


def _view(session: Session, actor: Actor, invitation: Invitation, now: datetime) -> InvitationView:
    return InvitationView(
        id=invitation.id,
        state=invitation.state,
        version=invitation.version,
        expired=invitation.state == "open" and now >= invitation.expires_at,
        organisation_id=invitation.organisation_id,
        email=invitation.email,
        roles=[Role(role) for role in invitation.roles],
        invited_by=invitation.invited_by,
        invited_at=invitation.invited_at,
        expires_at=invitation.expires_at,
        person_id=invitation.person_id,
        allowed_actions=offers_view(
            INVITATION,
            invitation,
            actor.roles,
            queries.facts(session, invitation, now),
            f"/v1/invitations/{invitation.id}",
        ),
    )


def _new_view(work: Work, made: NewInvitation) -> NewInvitationView:
    shown = _view(work.session, work.actor, made.invitation, work.now)
    return NewInvitationView(**shown.model_dump(), token=made.token, delivery=_BY_HAND)
