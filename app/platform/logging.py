"""Logs: one JSON line per event on stderr, with the request's id and without secrets.

`configure` is called once per process by the command line; before it, only warnings and worse
are written. `RequestLog` goes around the whole application in `main.py`. No address of a caller
is ever written (SECURITY R44, R51).
"""

import json
import logging
import re
import sys
import time
import traceback
from collections.abc import Iterator, Mapping, MutableMapping
from math import isfinite
from typing import Any, TextIO
from uuid import uuid4

import structlog
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

Event = MutableMapping[str, Any]

_REDACTED = "[redacted]"
_LONGEST_TEXT = 4096
_LONGEST_SEARCHED = 16 * _LONGEST_TEXT
_DEEPEST = 8
_MOST_FRAMES = 20
_SECRET_NAMES = re.compile(
    r"authorization|cookie|secret|password|passphrase|credential|assertion|private"
    r"|(?:^|[_-])(?:token|jwt|pem)s?$|api[_-]?keys?$",
    re.IGNORECASE,
)
# Nothing here reads a text twice over: hostile ones cost linear time.
_SECRETS = re.compile(
    r"(?<![a-z0-9])erc_[\w-]+"  # our own keys
    r"|(?<![\w-])eyJ[\w-]+(?:\.[\w-]*)+"  # JOSE
    r"|-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)"
    r"|\b(?:bearer|basic)\s+[\w.~+/=-]{8,}"
    r"|(?<=://)[^/\s@:]*:[^/\s]*(?=@)"  # name and password in an address
    r"|(?P<name>authorization[\\\"']*\s*[=:]\s*)[\\\"']*(?:\w+\s+)?[^\s\\\"',;]+"
    r"|(?P<other>(?:secret|pass(?:word|phrase)|token|assertion|cookie|credential|api[_-]?key"
    r"|private_key)\w{0,12}[\\\"']*\s*[=:]\s*)"
    r"(?:\\?\"[^\"]*\"?|'[^']*'?|\[[^]]*|\{[^}]*|[^\s&\"',;]+)",
    re.IGNORECASE | re.DOTALL,
)
_DELETE = "\x7f"
_GIVEN_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]{7,63}")
_ID_HEADER = "x-request-id"

_log = structlog.get_logger(__name__)


def configure(level: str, *, stream: TextIO | None = None) -> None:
    """Write this process's logs, ours and the libraries', to stderr as JSON from this level up."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=_PREPARE,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, _one_line],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    logging.getLogger("alembic").setLevel(logging.WARNING)  # it tells of every look at the schema


def request_id(scope: Scope) -> str:
    """The id of this request, in its answer and in its log lines; empty outside `RequestLog`."""
    return str(scope.get("state", {}).get("request_id", ""))


class RequestLog:
    """Gives each request its id, each answer its security headers, and the log one line of both.

    A room may set `request.state.client` to the id of the client that calls. Headers an answer
    sets itself are kept.
    """

    def __init__(self, app: ASGIApp, *, public_url: str) -> None:
        self._app = app
        self._headers = {
            "cache-control": "no-store",
            "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
            "cross-origin-opener-policy": "same-origin",
            "referrer-policy": "no-referrer",
            "x-content-type-options": "nosniff",
            "x-frame-options": "DENY",
        }
        if public_url.startswith("https:"):
            self._headers["strict-transport-security"] = "max-age=63072000"
        self._templates: dict[int, str] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        state = scope.setdefault("state", {})
        state["request_id"] = _given_id(scope) or str(uuid4())
        status: int | None = None

        async def answer(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
                headers[_ID_HEADER] = state["request_id"]
            await send(message)

        begun = time.perf_counter()
        with structlog.contextvars.bound_contextvars(request_id=state["request_id"]):
            try:
                await self._app(scope, receive, answer)
            finally:
                _log.log(
                    logging.INFO if status is not None and status < 500 else logging.ERROR,
                    "request",
                    method=scope["method"],
                    path=self._template(scope),
                    status=status,
                    ms=round((time.perf_counter() - begun) * 1000, 1),
                    client=state.get("client"),
                )

    def _template(self, scope: Scope) -> str | None:
        """The path as the route declares it: what stands in for `{…}` may be nobody's business."""
        if self._templates is None:
            self._templates = dict(_path_templates(scope.get("app")))
        return self._templates.get(id(scope.get("route"))) or self._templates.get(
            id(scope.get("endpoint"))
        )


def _path_templates(app: Any) -> Iterator[tuple[int, str]]:
    if not isinstance(app, FastAPI):
        return
    for context in iter_route_contexts(app.routes):
        if context.path_format is not None:
            yield id(context.original_route), context.path_format
            yield id(context.endpoint), context.path_format


def _given_id(scope: Scope) -> str | None:
    given = Headers(scope=scope).getlist(_ID_HEADER)
    return given[0] if len(given) == 1 and _GIVEN_ID.fullmatch(given[0]) else None


def _explain_exception(_logger: object, _method: str, event: Event) -> Event:
    """The chain of exceptions by type, place and the first line of the message.

    What follows the first line in messages of Pydantic and of the databases is the data itself.
    """
    error = sys.exc_info()[1] if (given := event.pop("exc_info", None)) is True else given
    if isinstance(error, tuple):
        error = error[1]
    chain: list[dict[str, Any]] = []
    while isinstance(error, BaseException) and len(chain) < _DEEPEST:
        frames = [
            f"{frame.f_code.co_filename}:{line} {frame.f_code.co_name}"
            for frame, line in traceback.walk_tb(error.__traceback__)
        ]
        chain.append(
            {
                "type": type(error).__qualname__,
                "message": str(error).partition("\n")[0],
                "frames": frames[-_MOST_FRAMES:],
            }
        )
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if chain:
        event["exception"] = chain
    return event


def _without_secrets(_logger: object, _method: str, event: Event) -> Event:
    return {str(name): _clean(str(name), value, 0) for name, value in event.items()}


def _clean(name: str, value: Any, depth: int) -> Any:
    if value is not None and _SECRET_NAMES.search(name):
        return _REDACTED
    if value is None or isinstance(value, int) or (isinstance(value, float) and isfinite(value)):
        return value
    if isinstance(value, Mapping) and depth < _DEEPEST:
        return {_clean_text(str(k)): _clean(str(k), v, depth + 1) for k, v in value.items()}
    if isinstance(value, list | tuple | set | frozenset) and depth < _DEEPEST:
        return [_clean(name, item, depth + 1) for item in value]
    return _clean_text(value if isinstance(value, str) else repr(value))


def _clean_text(text: str) -> str:
    return _SECRETS.sub(_hide, text[:_LONGEST_SEARCHED])[:_LONGEST_TEXT]


def _hide(found: re.Match[str]) -> str:
    return (found["name"] or found["other"] or "") + _REDACTED


def _one_line(_logger: object, _method: str, event: Event) -> str:
    return json.dumps(event).replace(_DELETE, "\\u007f")


_PREPARE: tuple[structlog.typing.Processor, ...] = (
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
    _explain_exception,
    _without_secrets,
)

# From the first import on, so that structlog never writes to stdout: that belongs to `--json`.
structlog.configure(
    processors=[
        structlog.stdlib.filter_by_level,
        *_PREPARE,
        structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
    ],
    logger_factory=structlog.stdlib.LoggerFactory(),
    wrapper_class=structlog.stdlib.BoundLogger,
)
