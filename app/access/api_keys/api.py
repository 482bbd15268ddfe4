"""The routes of API keys."""

from datetime import datetime
from typing import Annotated

from fastapi import Depends, FastAPI, Request, Response

from app.access import route_table
from app.access.api_keys import queries, service
from app.access.api_keys.lifecycle import API_KEY, Facts
from app.access.api_keys.models import ApiKey
from app.access.api_keys.schemas import (
    ApiKeyView,
    LeakedKey,
    NewApiKeyBody,
    NewApiKeyView,
    ThanksView,
)
from app.access.api_keys.service import NewKey
from app.access.guard import accounts_of
from app.access.http import ANYONE_MAY, SIGNED_IN, Acting, Asking, Commanding, Router
from app.access.schemas import ReasonBody
from app.access.views import offers_view
from app.kernel.roles import Role
from app.lifecycle.journal import Work
from app.platform.pagination import Page, Paging, paging
from app.platform.wire import IdText

router = Router(prefix="/v1")

Paged = Annotated[Paging, Depends(paging)]


@router.command(
    "/api-keys",
    action="api_key.create",
    roles=SIGNED_IN,
    response_model=NewApiKeyView,
    status_code=201,
)
def create(request: Request, commanding: Commanding, body: NewApiKeyBody) -> Response:
    """Make a key that reads for you, and show it, this once."""
    accounts = accounts_of(request)
    return commanding.run(
        lambda work: service.create(
            work,
            accounts.rules,
            name=body.name,
            scopes=body.scopes,
            reachable=reachable(request.app),
            expires_at=body.expires_at,
        ),
        lambda work, made: _new_view(made, work.now),
        shown_once=("api_key",),
    )


@router.query(
    "/api-keys",
    action="api_key.read",
    roles=SIGNED_IN,
    response_model=Page[ApiKeyView],
    operation_id="api_keys_list",
)
def list_keys(asking: Asking, paging: Paged) -> Response:
    """List your keys, revoked ones too, in the order they were made; a manager sees all."""
    return asking.answer(
        lambda session: paging.page(
            queries.api_keys(session, asking.actor, paging),
            position=lambda record: (record.id,),
            item=lambda record: _view(record, asking.now),
        )
    )


@router.query(
    "/api-keys/{key_id}",
    action="api_key.read",
    roles=SIGNED_IN,
    response_model=ApiKeyView,
    operation_id="api_keys_read",
)
def read_key(asking: Asking, key_id: IdText) -> Response:
    """Read what is known of one key, but not the key."""
    return asking.answer(
        lambda session: _view(queries.api_key(session, asking.actor, key_id), asking.now)
    )


@router.command(
    "/api-keys/{key_id}/revoke",
    action="api_key.revoke",
    roles=SIGNED_IN,
    response_model=ApiKeyView,
)
def revoke(commanding: Commanding, key_id: IdText, body: ReasonBody) -> Response:
    """End a key: it counts no more from the next request on."""

    def effect(work: Work) -> ApiKey:
        queries.api_key(work.session, work.actor, key_id)
        return service.revoke(
            work,
            key_id,
            reason=body.reason_code,
            expected_version=commanding.expected_version,
        )

    return commanding.run(effect, lambda work, record: _view(record, work.now))


@router.secret_command(
    "/api-keys/revoke-leaked",
    action="api_key.revoke_leaked",
    roles=ANYONE_MAY,
    response_model=ThanksView,
    status_code=202,
    operation_id="api_keys_revoke_leaked",
)
def revoke_leaked(request: Request, acting: Acting, body: LeakedKey) -> Response:
    """End a key that you found somewhere, whosever it is. The answer is always the same."""
    accounts = accounts_of(request)
    if not service.revoke_leaked(accounts.workbench, body.api_key):
        accounts.limits.count(accounts.rules.wrong_secrets_in_total)
    return acting.answer(ThanksView(said="If this was a key, it is one no more."))


def reachable(app: FastAPI) -> frozenset[str]:
    """The actions that a key can be made for: those that only read and need somebody."""
    return frozenset(
        route.access.action
        for route in route_table.routes(app)
        if route.access and not route.access.writes and Role.PUBLIC not in route.access.roles
    )


def _view(record: ApiKey, now: datetime) -> ApiKeyView:
    return ApiKeyView(
        id=record.id,
        state=record.state,
        version=record.version,
        start=record.start,
        name=record.name,
        person_id=record.person_id,
        organisation_id=record.organisation_id,
        scopes=record.scopes,
        created_at=record.created_at,
        expires_at=record.expires_at,
        expired=now >= record.expires_at,
        last_used_at=record.last_used_at,
        revoked_at=record.revoked_at,
        allowed_actions=offers_view(
            API_KEY, record, frozenset({Role.PUBLIC}), Facts(), f"/v1/api-keys/{record.id}"
        ),
    )


def _new_view(made: NewKey, now: datetime) -> NewApiKeyView:
    return NewApiKeyView(**_view(made.record, now).model_dump(), api_key=made.key)
