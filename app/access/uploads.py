"""Routes whose body is a file: it is received outside memory, and its hash is in the fingerprint.

Used by the `api.py` of rooms that take files, beside `http.py`.
"""

from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import IO, Annotated, Any

from fastapi import Depends, Request

from app.access.guard import declared
from app.access.http import Command, IfMatch, command_of
from app.platform.idempotency import IdempotencyKey
from app.platform.problems import documented
from app.platform.storage import received
from app.platform.strict_json import receive_body

_SECONDS = 300.0
"""How long a file may take to arrive."""


@dataclass(frozen=True, slots=True)
class Received:
    """A file that a caller sent as the body, outside memory, and what it is said to be."""

    file: IO[bytes]
    sha256: str
    size: int
    media_type: str


async def receiving(request: Request) -> AsyncIterator[Received]:
    """The file of this request, gone when it was answered. Raises BodyTooLarge, BodyTooSlow."""
    access = declared(request.scope["route"])
    if access is None:
        raise RuntimeError(f"{request.url.path} was not declared through Router")
    digest, media_type = sha256(), request.headers.get("content-type", "").partition(";")[0]
    with received() as file:

        def take(chunk: bytes) -> None:
            digest.update(chunk)
            file.write(chunk)

        await receive_body(request, take, limit=access.body_limit, seconds=_SECONDS)
        size = file.tell()
        file.seek(0)
        yield Received(file, digest.hexdigest(), size, media_type.strip().lower())


Receiving = Annotated[Received, Depends(receiving)]
"""The file that is the body, read from its beginning."""


async def uploading(
    request: Request, file: Receiving, idempotency_key: IdempotencyKey, if_match: IfMatch = None
) -> Command:
    """The command of a request whose body is a file."""
    call = [request.url.query, file.media_type, file.sha256]
    return command_of(request, idempotency_key, if_match, call)


Uploading = Annotated[Command, Depends(uploading)]
"""What an endpoint takes whose body is a file."""


def takes(media_types: Iterable[str], description: str) -> dict[str, Any]:
    """What a route declares to `Router.command` besides the rest, whose body is such a file."""
    binary = {"schema": {"type": "string", "format": "binary"}}
    return {
        "openapi_extra": {
            "requestBody": {
                "required": True,
                "description": description,
                "content": dict.fromkeys(media_types, binary),
            }
        },
        "responses": documented("unsupported-media-type", "invalid-input", "malformed-json"),
    }
