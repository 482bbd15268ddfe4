"""`POST /v1/oauth/token`: a client's secret for an access token (RFC 6749 §4.4).

Its refusals are RFC 6749's own (§5.2), because OAuth libraries read them; whatever is not about
the grant is a problem as everywhere.
"""

import base64
import binascii
from collections.abc import Mapping
from typing import Annotated
from urllib.parse import parse_qsl, unquote_plus

from fastapi import Depends, Request, Response

from app.access.guard import accounts_of
from app.access.http import ANYONE_MAY, Asking, Router
from app.access.schemas import TokenRefusalView, TokenView
from app.access.tokens import LIFETIME, Tokens, client_of
from app.platform.problem_types import PROBLEMS
from app.platform.strict_json import read_body

router = Router()

_MOST_BYTES = 8 * 1024
_MOST_PARAMETERS = 16
_FORM = "application/x-www-form-urlencoded"
_NOT_KEPT = {"cache-control": "no-store", "pragma": "no-cache"}
_REFUSAL = {"model": TokenRefusalView, "description": "No token; `error` says why."}
_REQUEST_BODY = {
    "required": True,
    "content": {
        _FORM: {
            "schema": {
                "type": "object",
                "required": ["grant_type"],
                "properties": {
                    "grant_type": {"const": "client_credentials"},
                    "scope": {"type": "string", "maxLength": 0, "description": "There is none."},
                },
                "additionalProperties": {"type": "string", "description": "Ignored."},
                "maxProperties": _MOST_PARAMETERS,
            }
        }
    },
}


class _Refused(Exception):
    """No token, by an error code of RFC 6749 §5.2."""

    def __init__(self, error: str, description: str) -> None:
        super().__init__(error)
        self.error = error
        self.description = description


async def _sent(request: Request) -> bytes:
    return await read_body(request, limit=_MOST_BYTES)


@router.query(
    "/v1/oauth/token",
    method="POST",
    action="token.issue",
    roles=ANYONE_MAY,
    by_token=False,
    body_limit=_MOST_BYTES,
    response_model=TokenView,
    responses={400: _REFUSAL, 401: _REFUSAL},
    openapi_extra={"requestBody": _REQUEST_BODY, "security": [{"client_secret": []}]},
)
def token(request: Request, asking: Asking, body: Annotated[bytes, Depends(_sent)]) -> Response:
    """Ask for an access token, good for ten minutes.

    Send the client's id and secret by HTTP Basic, and `grant_type=client_credentials` as a form.
    """
    tokens: Tokens = request.app.state.tokens
    accounts = accounts_of(request)
    try:
        form = _form(request.headers.get("content-type", _FORM), body)
        client_id, secret = _credentials(request.headers.get("authorization"), form)
        with asking.database.read() as session:
            client = client_of(session, client_id, secret)
        if client is None:
            accounts.limits.count(accounts.rules.wrong_secrets_in_total)
            accounts.limits.count(accounts.rules.wrong_secrets, client_id)
            raise _Refused("invalid_client", "The client is unknown or its secret is wrong.")
    except _Refused as refused:
        return _refusal(refused, tokens.issuer)
    request.state.client = client.id
    answer = TokenView(
        access_token=tokens.issue(client, asking.now),
        token_type="Bearer",  # noqa: S106 (the name of a scheme)
        expires_in=int(LIFETIME.total_seconds()),
    )
    return Response(answer.model_dump_json(), 200, _NOT_KEPT, "application/json")


def _form(content_type: str, body: bytes) -> Mapping[str, str]:
    """The parameters that have a value, each sent once. Raises _Refused."""
    if content_type.partition(";")[0].strip().lower() != _FORM:
        raise _Refused("invalid_request", f"Send the parameters as {_FORM}.")
    try:
        pairs = parse_qsl(
            body.decode("ascii"),
            keep_blank_values=True,
            strict_parsing=bool(body),
            errors="strict",
            max_num_fields=_MOST_PARAMETERS,
        )
    except ValueError as error:
        raise _Refused("invalid_request", f"The body is not {_FORM}.") from error
    form = dict(pairs)
    if len(form) < len(pairs):
        raise _Refused("invalid_request", "A parameter is sent more than once.")
    if not form.get("grant_type"):
        raise _Refused("invalid_request", "Send grant_type=client_credentials.")
    if form["grant_type"] != "client_credentials":
        raise _Refused("unsupported_grant_type", "The only grant here is client_credentials.")
    if form.get("scope"):
        raise _Refused("invalid_scope", "There are no scopes: a token may what its holder may.")
    return form


def _credentials(authorization: str | None, form: Mapping[str, str]) -> tuple[str, str]:
    """The client's id and secret by HTTP Basic (RFC 6749 §2.3.1). Raises _Refused."""
    if authorization is None or form.get("client_secret"):
        raise _Refused("invalid_client", "Send the client's id and secret by HTTP Basic, once.")
    scheme, _, encoded = authorization.partition(" ")
    try:
        decoded = base64.b64decode(encoded.strip(), validate=True).decode()
    except (binascii.Error, ValueError) as error:
        raise _Refused("invalid_client", "What HTTP Basic carries is not base64.") from error
    client_id, colon, secret = decoded.partition(":")
    if scheme.lower() != "basic" or not colon:
        raise _Refused("invalid_client", "Send the client's id and secret by HTTP Basic.")
    return unquote_plus(client_id), unquote_plus(secret)


def _refusal(refused: _Refused, issuer: str) -> Response:
    is_client = refused.error == "invalid_client"
    problem = PROBLEMS["invalid-client" if is_client else "malformed-request"]
    said = TokenRefusalView(
        error=refused.error,
        error_description=refused.description,
        error_uri=f"{issuer}/problems/{problem.slug}",
    )
    return Response(
        said.model_dump_json(),
        problem.status,
        {**_NOT_KEPT, **problem.headers},
        "application/json",
    )
