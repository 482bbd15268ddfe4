"""The routes of sessions: sign in, refresh, sign out, and one's own sessions and password."""

from typing import Annotated

from fastapi import Depends, Request, Response

from app.access.guard import accounts_of
from app.access.http import ANYONE_MAY, SIGNED_IN, Acting, Asking, Commanding, Router
from app.access.sessions import queries
from app.access.sessions.lifecycle import SESSION, EndReason, Facts
from app.access.sessions.models import PersonSession
from app.access.sessions.schemas import (
    ChangePassword,
    PasswordChangedView,
    Refresh,
    SessionView,
    SignedInView,
    SignIn,
)
from app.access.sessions.service import SignedIn
from app.access.tokens import LIFETIME, Tokens
from app.access.views import offers_view
from app.kernel.roles import Actor, Role
from app.platform.pagination import Page, Paging, paging
from app.platform.wire import IdText

router = Router(prefix="/v1")

Paged = Annotated[Paging, Depends(paging)]


@router.secret_command(
    "/sessions",
    action="session.open",
    roles=ANYONE_MAY,
    response_model=SignedInView,
    status_code=201,
    refuses=("sign-in-refused",),
    operation_id="sessions_open",
)
def sign_in(request: Request, acting: Acting, body: SignIn) -> Response:
    """Sign in with address and password."""
    accounts = accounts_of(request)
    signed_in = accounts.sign_in(body.email, body.password, body.device_token)
    return acting.answer(signed_in_view(request, signed_in))


@router.secret_command(
    "/sessions/refresh",
    action="session.refresh",
    roles=ANYONE_MAY,
    response_model=SignedInView,
    refuses=("sign-in-refused",),
    operation_id="sessions_refresh",
)
def refresh(request: Request, acting: Acting, body: Refresh) -> Response:
    """Ask for a new access token, and the next refresh token.

    A refresh token is good once, without grace. Whoever sends one again ends the session.
    """
    accounts = accounts_of(request)
    return acting.answer(signed_in_view(request, accounts.refresh(body.refresh_token)))


@router.query(
    "/sessions",
    action="session.read",
    roles=SIGNED_IN,
    response_model=Page[SessionView],
    operation_id="sessions_list",
)
def list_sessions(request: Request, asking: Asking, paging: Paged) -> Response:
    """List your own sessions, the newest first."""
    accounts = accounts_of(request)
    return asking.answer(
        lambda session: paging.page(
            queries.sessions(session, asking.actor, paging),
            position=lambda found: (found.id,),
            item=lambda found: _session_view(
                asking.actor, found, is_over=accounts.is_over(found, asking.now)
            ),
        )
    )


@router.command(
    "/sessions/current/end",
    action="session.end",
    roles=SIGNED_IN,
    response_model=SessionView,
    operation_id="sessions_sign_out",
)
def sign_out(request: Request, commanding: Commanding) -> Response:
    """Sign out: end the session that you ask by."""
    return _end(request, commanding, str(commanding.actor.client), EndReason.SIGNED_OUT)


@router.command(
    "/sessions/{session_id}/end",
    action="session.end",
    roles=SIGNED_IN,
    response_model=SessionView,
)
def end(request: Request, commanding: Commanding, session_id: IdText) -> Response:
    """End a session of your own, on whatever device it is."""
    return _end(request, commanding, session_id, EndReason.ENDED_ELSEWHERE)


@router.secret_command(
    "/me/password",
    action="password.change",
    roles=SIGNED_IN,
    response_model=PasswordChangedView,
    refuses=("conflict", "move-refused"),
    operation_id="me_password",
)
def change_password(request: Request, acting: Acting, body: ChangePassword) -> Response:
    """Change your password; your other sessions end, and no device of yours is known any more."""
    accounts = accounts_of(request)
    accounts.change_password(acting.actor, body.current_password, body.new_password)
    return acting.answer(PasswordChangedView(changed=True, said="Your other sessions have ended."))


def signed_in_view(request: Request, signed_in: SignedIn) -> SignedInView:
    """A session with the tokens that nobody can be shown again."""
    tokens: Tokens = request.app.state.tokens
    accounts = accounts_of(request)
    session = signed_in.session
    return SignedInView(
        session_id=session.id,
        access_token=tokens.issue_in(session, accounts.workbench.clock.now()),
        token_type="Bearer",  # noqa: S106 (the name of a scheme)
        expires_in=int(LIFETIME.total_seconds()),
        refresh_token=signed_in.refresh_token,
        session_expires_at=session.expires_at,
        device_token=signed_in.device_token,
    )


def _end(request: Request, commanding: Commanding, session_id: str, reason: EndReason) -> Response:
    accounts = accounts_of(request)
    return commanding.run(
        lambda work: accounts.end(work, session_id, reason),
        lambda work, session: _session_view(work.actor, session, is_over=True),
    )


def _session_view(actor: Actor, session: PersonSession, *, is_over: bool) -> SessionView:
    return SessionView(
        id=session.id,
        state=session.state,
        version=session.version,
        current=session.id == actor.client,
        expired=is_over and session.state == "open",
        opened_at=session.opened_at,
        refreshed_at=session.refreshed_at,
        expires_at=session.expires_at,
        allowed_actions=offers_view(
            SESSION, session, frozenset({Role.PUBLIC}), Facts(), f"/v1/sessions/{session.id}"
        ),
    )
