"""Lists by keyset pages: `{"items": […], "next_cursor": …}`, for the routes of every room.

A cursor says after which row the next page begins. It is signed and bound to its query, so a
client can neither make one up nor carry one to another list (DESIGN §5).
"""

import hmac
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Annotated, Generic, TypeVar

from fastapi import Query, Request
from pydantic import BaseModel, Field

from app.kernel.canonical import canonical_json
from app.kernel.errors import DomainError
from app.platform import base64url
from app.platform.strict_json import parse

Position = Sequence[str | int | None]
"""The sort key of the last row seen, its columns in order."""

LARGEST_PAGE = 200
USUAL_PAGE = 50

_TAG_BYTES = sha256().digest_size
_LONGEST_CURSOR = 1024
_NOT_OF_THE_QUERY = frozenset({"cursor", "limit"})

Row = TypeVar("Row")
Item = TypeVar("Item")


class InvalidCursor(DomainError):
    """Not a cursor that this list gave out for this query."""

    slug = "invalid-cursor"

    def __init__(self) -> None:
        super().__init__(
            "Send next_cursor as the page before gave it, with the same filters; or leave it out"
            " to begin again."
        )


class Page(BaseModel, Generic[Item]):
    """One page of a list."""

    items: list[Item]
    next_cursor: str | None = Field(
        description="Send it as `cursor` for the next page; null on the last one."
    )


class Cursors:
    """Seals and opens cursors with one secret of 32 bytes."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def seal(self, query: object, position: Position) -> str:
        """The cursor of this position in this query; the query is anything canonical JSON takes."""
        content = canonical_json(list(position))
        return base64url.encode(self._tag(query, content) + content)

    def open(self, query: object, cursor: str) -> Position:
        """The position that was sealed for this query. Raises `InvalidCursor`."""
        if len(cursor) > _LONGEST_CURSOR:
            raise InvalidCursor
        try:
            sealed = base64url.decode(cursor)
        except base64url.NotBase64Url as error:
            raise InvalidCursor from error
        tag, content = sealed[:_TAG_BYTES], sealed[_TAG_BYTES:]
        if not hmac.compare_digest(tag, self._tag(query, content)):
            raise InvalidCursor
        position: list[str | int | None] = parse(content)
        return position

    def _tag(self, query: object, content: bytes) -> bytes:
        bound = sha256(canonical_json(query)).digest() + content
        return hmac.digest(self._secret, b"cursor 1\0" + bound, "sha256")


@dataclass(frozen=True, slots=True)
class Paging:
    """Which page of which query is asked for; routes take it by `Depends(paging)`."""

    limit: int
    after: Position | None
    """Where to go on; none: at the beginning."""
    query: object
    cursors: Cursors

    @property
    def fetch(self) -> int:
        """How many rows to ask for: one more than is shown tells whether the list goes on."""
        return self.limit + 1

    def page(
        self,
        rows: Sequence[Row],
        *,
        position: Callable[[Row], Position],
        item: Callable[[Row], Item],
    ) -> Page[Item]:
        """The page of up to `fetch` rows that come after `after`, in order."""
        shown = rows[: self.limit]
        goes_on = len(rows) > self.limit
        cursor = self.cursors.seal(self.query, position(shown[-1])) if goes_on else None
        return Page(items=[item(row) for row in shown], next_cursor=cursor)


def paging(
    request: Request,
    limit: Annotated[
        int, Query(ge=1, le=LARGEST_PAGE, description="How many items at most.")
    ] = USUAL_PAGE,
    cursor: Annotated[
        str | None, Query(description="`next_cursor` of the page before, with the same filters.")
    ] = None,
) -> Paging:
    """The page that the request asks for; `main.py` puts `Cursors` at `app.state.cursors`."""
    cursors: Cursors = request.app.state.cursors
    asked = sorted(p for p in request.query_params.multi_items() if p[0] not in _NOT_OF_THE_QUERY)
    query = [request.scope["path"], asked]
    after = None if cursor is None else cursors.open(query, cursor)
    return Paging(limit, after, query, cursors)
