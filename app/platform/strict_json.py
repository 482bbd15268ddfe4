"""Strict JSON input: one document, one meaning (RFC 8259, RFC 7493), or a named refusal.

`parse` reads bytes; `StrictRoute` puts it, the media type and the body's size before every route
that takes a body. The routers of every room use it as their `route_class`.
"""

import asyncio
import json
import re
from collections import Counter
from collections.abc import Callable, Coroutine
from contextlib import aclosing
from dataclasses import dataclass
from decimal import Decimal
from email.message import Message
from itertools import chain
from typing import Any, NoReturn

from fastapi import Request, Response, params
from fastapi.routing import APIRoute
from starlette.requests import ClientDisconnect
from starlette.types import Message as ASGIMessage
from starlette.types import Receive, Scope

from app.kernel.canonical import LARGEST_INTEGER
from app.kernel.errors import DomainError

DEEPEST = 32
"""How many lists and objects may lie in one another (SECURITY R24)."""

KIBIBYTE = 1024
MEBIBYTE = 1024 * KIBIBYTE
USUAL_LIMIT = 64 * KIBIBYTE
"""How many bytes a body may have where the route says nothing else."""

BODY_SECONDS = 60.0
"""How long a body may take to arrive, whatever its size (SECURITY R26)."""

_LIMIT_IN_OPENAPI = "x-body-limit"
_LONGEST_INTEGER = len(f"-{LARGEST_INTEGER}")
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
# NUL and surrogates can only stand in a document as escapes: raw ones are not JSON or not UTF-8.
_SUSPICIOUS_ESCAPE = re.compile(r"\\u(?:0000|[dD][89a-fA-F])")
_SURROGATE = re.compile(r"[\ud800-\udfff]")


class MalformedJson(DomainError):
    """The body is not one JSON document with one meaning."""

    slug = "malformed-json"


class UnsupportedMediaType(DomainError):
    """The body is not what the route reads."""

    slug = "unsupported-media-type"


class BodyTooLarge(DomainError):
    """The body has more bytes than the route takes."""

    slug = "body-too-large"


class BodyTooSlow(DomainError):
    """The body did not arrive in time."""

    slug = "body-too-slow"


def parse(document: bytes) -> Any:
    """The value of a JSON document.

    Whole numbers become `int`, others `Decimal`: nothing is rounded. Raises `MalformedJson`,
    with the place, for what RFC 8259 refuses and for what two programs could read differently:
    a repeated key, NaN and Infinity, integers beyond 2^53 - 1, numbers beyond a double, NUL,
    lone surrogates, a byte order mark, another encoding than UTF-8, nesting past `DEEPEST`.
    """
    text = _decoded(document)
    repeated: list[_Repeated] = []

    def to_object(pairs: list[tuple[str, Any]]) -> Any:
        found = dict(pairs)
        if len(found) == len(pairs):
            return found
        mark = _Repeated(pairs)
        repeated.append(mark)
        return mark

    try:
        value = json.loads(
            text,
            object_pairs_hook=to_object,
            parse_int=_integer,
            parse_float=_fraction,
            parse_constant=_constant,
        )
    except json.JSONDecodeError as error:
        raise MalformedJson(
            f"The body is not JSON: {error.msg} at line {error.lineno}, column {error.colno}."
        ) from error
    except RecursionError as error:  # the parser has no limit of its own but the stack's
        raise MalformedJson(_too_deep("somewhere")) from error
    if repeated or _is_deep(text, value) or _holds_odd_text(text, value):
        _inspect(value)
    return value


def body_limit(limit: int) -> dict[str, Any]:
    """The `openapi_extra` of a route whose body may have this many bytes instead of the usual."""
    return {_LIMIT_IN_OPENAPI: limit}


async def read_body(request: Request, *, limit: int, seconds: float = BODY_SECONDS) -> bytes:
    """The whole body. Raises what `receive_body` raises."""
    body = bytearray()
    await receive_body(request, body.extend, limit=limit, seconds=seconds)
    return bytes(body)


async def receive_body(
    request: Request,
    take: Callable[[bytes], object],
    *,
    limit: int,
    seconds: float = BODY_SECONDS,
) -> None:
    """Hand on the body chunk by chunk, counted as it arrives, whatever Content-Length claims.

    Raises `BodyTooLarge` at the first byte past `limit`, `BodyTooSlow` after `seconds`, and
    `MalformedJson` where the client hangs up half-way.
    """
    too_large = BodyTooLarge(f"The body of this request may have at most {limit} bytes.")
    declared = request.headers.get("content-length", "")
    if declared.isascii() and declared.isdigit() and int(declared[:20]) > limit:
        raise too_large
    size = 0
    try:
        async with asyncio.timeout(seconds), aclosing(request.stream()) as stream:
            async for chunk in stream:
                size += len(chunk)
                if size > limit:
                    raise too_large
                take(chunk)
    except TimeoutError as error:
        raise BodyTooSlow(f"The body must arrive within {seconds:g} seconds.") from error
    except ClientDisconnect as error:
        raise MalformedJson("The connection ended before the body did.") from error


class StrictRoute(APIRoute):
    """A route that reads its body strictly: 413, 408, 415 and 400 come before anything else."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """FastAPI's own handler, given a request whose body has been read and judged."""
        handle = super().get_route_handler()
        if self.body_field is None:
            return handle
        limit: int = (self.openapi_extra or {}).get(_LIMIT_IN_OPENAPI, USUAL_LIMIT)
        is_form = isinstance(self.body_field.field_info, params.Form)

        async def read_then_handle(request: Request) -> Response:
            body = await read_body(request, limit=limit)
            receive = _again(body, request.receive)
            if is_form or not body:
                return await handle(Request(request.scope, receive))
            _require_json(request)
            return await handle(_JsonRequest(request.scope, receive, parse(body)))

        return read_then_handle


class _JsonRequest(Request):
    """A request whose JSON has been parsed already."""

    def __init__(self, scope: Scope, receive: Receive, value: Any) -> None:
        super().__init__(scope, receive)
        self._value = value

    async def json(self) -> Any:
        return self._value


def _again(body: bytes, receive: Receive) -> Receive:
    """Deliver a body that was read already, then whatever comes after it."""
    waiting: list[ASGIMessage] = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive_again() -> ASGIMessage:
        return waiting.pop() if waiting else await receive()

    return receive_again


class _Repeated:
    """Stands in the parsed value for an object with a repeated key, until its place is known."""

    def __init__(self, pairs: list[tuple[str, Any]]) -> None:
        counts = Counter(key for key, _ in pairs)
        self.key = max(counts, key=lambda key: counts[key])


@dataclass(frozen=True, slots=True)
class _Step:
    """One step of the way from the document to a value in it."""

    key: str | int
    before: "_Step | None"

    def pointer(self) -> str:
        keys = []
        step: _Step | None = self
        while step is not None:
            keys.append(str(step.key).replace("~", "~0").replace("/", "~1"))
            step = step.before
        return "/" + "/".join(reversed(keys))


def _decoded(document: bytes) -> str:
    if document.startswith(_BYTE_ORDER_MARK):
        raise MalformedJson("The body begins with a byte order mark; send UTF-8 without one.")
    try:
        return document.decode()
    except UnicodeDecodeError as error:
        raise MalformedJson(f"The body is not UTF-8 at byte {error.start}.") from error


def _integer(digits: str) -> int:
    if len(digits) <= _LONGEST_INTEGER and abs(number := int(digits)) <= LARGEST_INTEGER:
        return number
    raise MalformedJson(
        f"Whole numbers lie between -{LARGEST_INTEGER} and {LARGEST_INTEGER};"
        f" the body holds {digits[:40]}."
    )


def _fraction(digits: str) -> Decimal:
    rounded = float(digits)
    number = Decimal(digits)
    if rounded in {float("inf"), float("-inf")} or (rounded == 0) is not number.is_zero():
        raise MalformedJson(f"The number {digits[:40]} is beyond what programs can hold.")
    return number


def _constant(name: str) -> NoReturn:
    raise MalformedJson(f"{name} is not a JSON value.")


def _is_deep(text: str, value: Any) -> bool:
    if text.count("[") + text.count("{") <= DEEPEST:
        return False
    level: list[Any] = [[value]]
    for _ in range(DEEPEST + 1):
        items = chain.from_iterable(v.values() if isinstance(v, dict) else v for v in level)
        level = [item for item in items if isinstance(item, dict | list)]
    return bool(level)


def _holds_odd_text(text: str, value: Any) -> bool:
    """Whether NUL or half a character may be in it; most escapes are of whole ones."""
    if not _SUSPICIOUS_ESCAPE.search(text):
        return False
    spelt = json.dumps(value, ensure_ascii=False, default=str)
    return "\\u0000" in spelt or _SURROGATE.search(spelt) is not None


def _inspect(value: Any) -> None:
    """Find, with its place, what the parser let through."""
    waiting: list[tuple[Any, _Step | None, int]] = [(value, None, 1)]
    while waiting:
        found, step, depth = waiting.pop()
        if isinstance(found, str):
            _inspect_text(found, step)
        if not isinstance(found, list | dict | _Repeated):
            continue
        if depth > DEEPEST:
            raise MalformedJson(_too_deep(_place(step)))
        if isinstance(found, _Repeated):
            raise MalformedJson(f"The key {found.key[:80]!a} is repeated in {_place(step)}.")
        if isinstance(found, dict):
            for key in found:
                _inspect_text(key, step)
        items = enumerate(found) if isinstance(found, list) else found.items()
        waiting.extend((item, _Step(key, step), depth + 1) for key, item in items)


def _inspect_text(text: str, step: _Step | None) -> None:
    if "\0" in text:
        raise MalformedJson(f"Text holds no NUL; there is one in {_place(step)}.")
    if _SURROGATE.search(text):
        raise MalformedJson(
            f"Text holds whole characters; half of one (a lone surrogate) is in {_place(step)}."
        )


def _place(step: _Step | None) -> str:
    return "the document itself" if step is None else ascii(step.pointer()[:200])[1:-1]


def _too_deep(place: str) -> str:
    return f"At most {DEEPEST} lists and objects may lie in one another; more do, in {place}."


def _require_json(request: Request) -> None:
    named = request.headers.getlist("content-type")
    message = Message()
    message["content-type"] = named[0] if len(named) == 1 else ""
    charset = message.get_param("charset", "utf-8")
    if (
        message["content-type"].partition(";")[0].strip().lower() != "application/json"
        or str(charset).lower() != "utf-8"
        or request.headers.get("content-encoding", "identity").lower() != "identity"
    ):
        raise UnsupportedMediaType(
            "Send the body as Content-Type: application/json in UTF-8, not compressed."
        )
