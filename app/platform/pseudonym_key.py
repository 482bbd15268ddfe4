"""The secret behind workers' pseudonyms, for the routes that take a worker's identity."""

from typing import Annotated

from fastapi import Depends, Request


async def _pseudonym_key(request: Request) -> bytes:
    key: bytes = request.app.state.pseudonym_key
    return key


PseudonymKey = Annotated[bytes, Depends(_pseudonym_key)]
"""What an endpoint takes to make pseudonyms; `main.py` puts it at `app.state.pseudonym_key`."""
