"""Every refusal on the wire is an RFC 9457 problem; nothing internal ever is (SECURITY R58).

Rooms raise `DomainError`s and know no HTTP; their slugs are looked up in `problem_types.py`, and
a slug without a row there fails a test. `main.py` calls `install` once; routes name what they may
answer by `documented`.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import iter_route_contexts
from sqlalchemy.exc import SQLAlchemyError
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.kernel.clock import UnreadableClock
from app.kernel.errors import DomainError
from app.platform.database import is_unavailable
from app.platform.logging import request_id
from app.platform.openapi import operations
from app.platform.problem_types import PROBLEMS, SCHEMA
from app.platform.rate_limits import TooManyRequests

MEDIA_TYPE = "application/problem+json"

MOST_HEADERS = 100
"""How many headers a request may have (SECURITY R26)."""

_MOST_ERRORS = 100
_REFUSALS = (
    DomainError,
    RequestValidationError,
    HTTPException,
    SQLAlchemyError,
    UnreadableClock,
)
_log = structlog.get_logger(__name__)

_BY_STATUS: Mapping[int, str] = {
    400: "malformed-request",
    401: "unauthenticated",
    403: "forbidden",
    404: "not-found",
    405: "method-not-allowed",
    413: "body-too-large",
    415: "unsupported-media-type",
}
"""What the framework refuses by itself."""

_WITHOUT_HEADER: Mapping[str, str] = {"idempotency-key": "idempotency-key-missing"}
"""Headers whose absence is a problem of its own."""

_OF_EVERY_CALL = ("invalid-input", "headers-too-large")
_OF_EVERY_BODY = ("body-too-slow", "body-too-large")
_OF_EVERY_JSON_BODY = ("malformed-json", "unsupported-media-type", "invalid-input")


def install(app: FastAPI, *, public_url: str) -> None:
    """Answer everything that goes wrong in this application with a problem.

    Call it before `RequestLog` is added, which gives these answers their headers as well.
    """
    answers = _Answers(public_url)
    for refusal in _REFUSALS:
        app.add_exception_handler(refusal, answers.answer)
    app.add_middleware(_FailClosed, answers=answers)
    app.add_middleware(_HeaderLimit, answers=answers)


def documented(*slugs: str) -> dict[int | str, dict[str, Any]]:
    """The `responses` of a route that may answer with these problems."""
    responses: dict[str, Any] = {}
    for slug in slugs:
        _document(responses, slug)
    return {int(status): response for status, response in responses.items()}


def complete(description: dict[str, Any]) -> None:
    """Write into an OpenAPI document what holds for every operation, and the problem's schema."""
    schemas = description.setdefault("components", {}).setdefault("schemas", {})
    schemas["Problem"] = dict(SCHEMA)
    schemas.pop("HTTPValidationError", None)
    schemas.pop("ValidationError", None)
    for operation in operations(description):
        responses = operation["responses"]
        if "application/json" in responses.get("422", {}).get("content", {}):
            del responses["422"]
        parameters = {parameter["name"] for parameter in operation.get("parameters", ())}
        for slug in _OF_EVERY_CALL:
            _document(responses, slug)
        if "cursor" in parameters:
            _document(responses, "invalid-cursor")
        content = operation.get("requestBody", {}).get("content", {})
        for slug in _OF_EVERY_BODY if content else ():
            _document(responses, slug)
        for slug in _OF_EVERY_JSON_BODY if "application/json" in content else ():
            _document(responses, slug)
        _document(responses, "unavailable")


def _document(responses: dict[str, Any], slug: str) -> None:
    """Add a kind of problem to the response of its status."""
    problem = PROBLEMS[slug]
    response = responses.setdefault(str(problem.status), {})
    kinds = response.setdefault("x-problems", [])
    if slug in kinds:
        return
    kinds.append(slug)
    said = f"{problem.title} (`{slug}`)"
    response["description"] = "; ".join(filter(None, (response.get("description"), said)))
    schema = {"$ref": "#/components/schemas/Problem"}
    response.setdefault("content", {})[MEDIA_TYPE] = {"schema": schema}
    for name in problem.headers:
        response.setdefault("headers", {})[name] = {"schema": {"type": "string"}}


class _Answers:
    """The problem for each kind of exception."""

    def __init__(self, public_url: str) -> None:
        self._types = f"{public_url}/problems/"

    async def answer(self, request: Request, error: Exception) -> Response:
        """What the client is told; whatever is not a refusal is raised on."""
        match error:
            case TooManyRequests():
                wait = {"Retry-After": str(error.retry_after)}
                return self.problem(request.scope, error.slug, error.detail, headers=wait)
            case DomainError():
                errors = [{"pointer": e.pointer, "detail": e.detail} for e in error.errors]
                return self.problem(
                    request.scope, error.slug, error.detail, errors=errors, reasons=error.reasons
                )
            case RequestValidationError():
                return self._invalid(request.scope, error)
            case HTTPException() if error.status_code in _BY_STATUS:
                slug, headers = _BY_STATUS[error.status_code], error.headers
                if slug == "method-not-allowed":
                    headers = {"Allow": _methods(request)}
                return self.problem(
                    request.scope, slug, f"{PROBLEMS[slug].title}.", headers=headers
                )
            case UnreadableClock():
                _log.error("clock unreadable", exc_info=error)
                return self.problem(
                    request.scope, "unavailable", "The service does not know what time it is."
                )
            case SQLAlchemyError() if is_unavailable(error):
                _log.warning("database unavailable", exc_info=error)
                return self.problem(
                    request.scope, "unavailable", "The database did not answer; try again."
                )
        raise error

    def problem(
        self,
        scope: Scope,
        slug: str,
        detail: str,
        *,
        errors: Sequence[Mapping[str, str]] = (),
        reasons: Sequence[str] = (),
        headers: Mapping[str, str] | None = None,
    ) -> Response:
        """The problem document, with the headers of its type."""
        kind = PROBLEMS[slug]
        document: dict[str, Any] = {
            "type": f"{self._types}{slug}",
            "title": kind.title,
            "status": kind.status,
            "detail": detail,
            "instance": request_id(scope),
        }
        if errors:
            document["errors"] = list(errors)
        if reasons:
            document["reasons"] = list(reasons)
        return Response(
            json.dumps(document),
            kind.status,
            {**kind.headers, **(headers or {})},
            media_type=MEDIA_TYPE,
        )

    def _invalid(self, scope: Scope, error: RequestValidationError) -> Response:
        for fault in error.errors():
            slug = _WITHOUT_HEADER.get(str(fault["loc"][-1]).lower())
            if slug and fault["loc"][0] == "header" and fault["type"] == "missing":
                return self.problem(scope, slug, f"Send the header {fault['loc'][-1]}.")
        faults = error.errors()[:_MOST_ERRORS]
        count = len(error.errors())
        detail = f"{count} values are wrong." if count > 1 else "One value is wrong."
        if count > _MOST_ERRORS:
            detail += f" The first {_MOST_ERRORS} are listed."
        return self.problem(
            scope, "invalid-input", detail, errors=[_fault(f, error.body) for f in faults]
        )


def _methods(request: Request) -> str:
    """All that this address takes (RFC 9110 §15.5.6); the framework names its first route's."""
    path = request.scope["path"]
    return ", ".join(
        sorted(
            method
            for route in iter_route_contexts(request.app.routes)
            if route.path_regex.match(path)
            for method in route.methods or ()
        )
    )


def _fault(fault: Mapping[str, Any], body: Any) -> dict[str, str]:
    """Where one value is wrong, and what would be right; never the value itself."""
    source, *way = fault["loc"]
    detail = str(fault["msg"]).removeprefix("Value error, ").removeprefix("Assertion failed, ")
    if source != "body" or isinstance(body, FormData):
        return {"parameter": str(way[-1]) if way else str(source), "detail": detail}
    return {"pointer": _pointer(way, body, missing=fault["type"] == "missing"), "detail": detail}


def _pointer(way: Sequence[str | int], body: Any, *, missing: bool) -> str:
    """The place in the body as it was sent.

    Pydantic's way also names the branches of a union that it tried; those are no place.
    """
    keys: list[str] = []
    here = body
    for number, key in enumerate(way, start=1):
        if _leads_on(here, key):
            here = here[key]
        elif not (missing and number == len(way)):
            continue
        keys.append(str(key).replace("~", "~0").replace("/", "~1"))
    return "".join(f"/{key}" for key in keys)


def _leads_on(here: Any, key: str | int) -> bool:
    if isinstance(here, list):
        return isinstance(key, int) and key < len(here)
    return isinstance(here, dict) and key in here


class _HeaderLimit:
    """Refuses a request with more headers than any client needs, before anything looks at them."""

    def __init__(self, app: ASGIApp, answers: _Answers) -> None:
        self._app = app
        self._answers = answers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        app = self._app
        if scope["type"] == "http" and len(scope["headers"]) > MOST_HEADERS:
            said = f"A request may have at most {MOST_HEADERS} headers."
            app = self._answers.problem(scope, "headers-too-large", said)
        await app(scope, receive, send)


class _FailClosed:
    """Turns what nobody caught into a 500 that says nothing, and logs all of it."""

    def __init__(self, app: ASGIApp, answers: _Answers) -> None:
        self._app = app
        self._answers = answers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = False

        async def watched(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, watched)
        except Exception:
            _log.exception("unhandled")
            if started:
                raise  # half an answer must not look whole: the server cuts the connection
            answer = self._answers.problem(scope, "internal", "The fault has been logged.")
            await answer(scope, receive, send)
