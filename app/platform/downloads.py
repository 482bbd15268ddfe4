"""Files that a caller downloads: never shown in place, never guessed at (SECURITY R41).

Used by the `api.py` of rooms that hand out files.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import quote

from fastapi import Response
from fastapi.responses import StreamingResponse

_PLAIN = re.compile(r"[^A-Za-z0-9._ -]")

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cache-Control": "private, no-store",
}


def attachment(name: str) -> str:
    """The Content-Disposition of a file to be saved under this name, in any script (RFC 6266)."""
    plain = _PLAIN.sub("_", name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def streamed(chunks: Iterator[bytes], name: str, media_type: str, size: int) -> Response:
    """A file as it is read, chunk by chunk."""
    headers = {**HEADERS, "Content-Disposition": attachment(name), "Content-Length": str(size)}
    return StreamingResponse(chunks, headers=headers, media_type=media_type)


def whole(content: bytes, name: str, media_type: str) -> Response:
    """A file that was just made."""
    headers = {**HEADERS, "Content-Disposition": attachment(name)}
    return Response(content, headers=headers, media_type=media_type)


def gives(media_types: Iterable[str], description: str) -> dict[str, Any]:
    """What a route declares to `Router.query` besides the rest, whose answer is such a file."""
    binary = {"schema": {"type": "string", "format": "binary"}}
    said = {
        "description": description,
        "content": dict.fromkeys(media_types, binary),
        "headers": {
            "Content-Disposition": {
                "description": "The name to save it under (RFC 6266).",
                "schema": {"type": "string"},
            }
        },
    }
    return {"response_model": None, "response_class": Response, "responses": {200: said}}
