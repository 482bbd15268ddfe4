"""Calls an ASGI application in this process, byte for byte: any header, any chunk."""

import asyncio
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.types import ASGIApp, Message, Scope


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    raw_headers: Sequence[tuple[bytes, bytes]]
    body: bytes

    @property
    def headers(self) -> dict[str, str]:
        return {name.decode().lower(): value.decode() for name, value in self.raw_headers}

    @property
    def json(self) -> Any:
        return json.loads(self.body)


def call(
    app: ASGIApp,
    method: str,
    path: str,
    *,
    headers: Iterable[tuple[str, str]] = (),
    body: bytes | Iterable[bytes] = b"",
) -> Answer:
    """The application's answer to one request; an iterable body is sent chunk by chunk."""
    target, _, query = path.partition("?")
    scope: Scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": target,
        "raw_path": target.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [(name.lower().encode(), value.encode("latin-1")) for name, value in headers],
        "client": ("192.0.2.7", 4711),
        "server": ("testserver", 80),
        "state": {},
    }
    chunks = iter((body,) if isinstance(body, bytes) else body)
    sent: list[Message] = []
    whole = False

    async def receive() -> Message:
        nonlocal whole
        if whole:  # the client stays and says nothing more
            await asyncio.Event().wait()
        chunk = next(chunks, None)
        whole = chunk is None
        return {"type": "http.request", "body": chunk or b"", "more_body": not whole}

    async def send(message: Message) -> None:
        sent.append(message)

    asyncio.run(app(scope, receive, send))  # type: ignore[arg-type]
    start, *rest = sent
    return Answer(start["status"], start["headers"], b"".join(m.get("body", b"") for m in rest))


def send_json(
    app: ASGIApp,
    method: str,
    path: str,
    body: Any,
    *,
    headers: Iterable[tuple[str, str]] = (),
) -> Answer:
    """The answer to a JSON body; bytes are sent as they are."""
    document = body if isinstance(body, bytes) else json.dumps(body).encode()
    return call(
        app,
        method,
        path,
        headers=[("content-type", "application/json"), *headers],
        body=document,
    )
