"""Idempotency keys: a call repeated after a lost answer has one effect and one answer.

The stored answer is written in the effect's own transaction, so both are there or neither is
(DESIGN §5, SECURITY R33). Used by the routes of every room that change state, inside
`database.write()`:

    if stored := replay_or_claim(session, client, key, fingerprint, now):
        return stored.response()
    …the effect…
    store(session, client, key, fingerprint, answer, now)
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Annotated

from fastapi import Header, Response
from sqlalchemy import LargeBinary, String, Table, bindparam, delete, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.kernel.canonical import digest
from app.kernel.errors import DomainError
from app.platform.database import Base, Json, UTCDateTime, try_lock

KEPT = timedelta(days=7)

IdempotencyKey = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=255,
        pattern=r"^[!-~]+$",
        description="Names this one call. Send it again with the same body to get the same"
        " answer and no second effect; kept for 7 days.",
    ),
]
"""1 to 255 visible ASCII characters; `problems.py` says what a call without it gets."""


class IdempotencyKeyReused(DomainError):
    """The key named another call before."""

    slug = "idempotency-key-reused"


class IdempotencyInFlight(DomainError):
    """The first call of this key has not ended yet."""

    slug = "idempotency-in-flight"


class IdempotencyRow(Base):
    """The answer that a client's key got."""

    __tablename__ = "idempotency_key"

    client: Mapped[str] = mapped_column(String(64), primary_key=True)
    key: Mapped[str] = mapped_column(String(255), primary_key=True)
    fingerprint: Mapped[str] = mapped_column(String(64))
    status: Mapped[int]
    headers: Mapped[dict[str, str]] = mapped_column(Json)
    body: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)


# Put at every command, so made once.
_ROWS: Table = IdempotencyRow.__table__  # type: ignore[assignment]
_NAMED = (_ROWS.c.client == bindparam("of_client"), _ROWS.c.key == bindparam("named"))
_KEPT, _FORGOTTEN, _STORED = (
    select(_ROWS).where(*_NAMED),
    delete(_ROWS).where(*_NAMED),
    insert(_ROWS),
)


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """What a client was told: enough to say it again, byte for byte."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)

    def response(self) -> Response:
        """The answer on the wire; JSON unless the headers say otherwise."""
        return Response(
            self.body, self.status, {"content-type": "application/json", **self.headers}
        )


def fingerprint(method: str, path: str, body: object) -> str:
    """Which call this is: SHA-256 over method, path and the body's digest, 64 digits.

    Raises `NotCanonical`, pointing into the body, for what has no canonical JSON: fractions.
    """
    return digest([method, path, digest(body)])


def replay_or_claim(
    session: Session, client: str, key: str, fingerprint: str, now: datetime
) -> StoredAnswer | None:
    """The answer this key got already, or none: then the call is this transaction's to make.

    Until the transaction ends nobody else can claim the key. Raises `IdempotencyKeyReused` for
    another call under the same key, `IdempotencyInFlight` while the first one is being made.
    """
    if not try_lock(session, f"idempotency {client} {key}"):
        raise IdempotencyInFlight("The first call with this Idempotency-Key is still being made.")
    named = {"of_client": client, "named": key}
    row = session.execute(_KEPT, named).one_or_none()
    if row is None:
        return None
    if row.created_at <= now - KEPT:
        session.execute(_FORGOTTEN, named)
        return None
    if row.fingerprint != fingerprint:
        raise IdempotencyKeyReused(
            "This Idempotency-Key named another call before; use a new one for each new call."
        )
    return StoredAnswer(row.status, row.body, row.headers)


def store(
    session: Session,
    client: str,
    key: str,
    fingerprint: str,
    answer: StoredAnswer,
    now: datetime,
) -> None:
    """Keep the answer of a claimed key, in the transaction of its effect."""
    session.execute(
        _STORED,
        {
            "client": client,
            "key": key,
            "fingerprint": fingerprint,
            "status": answer.status,
            "headers": dict(answer.headers),
            "body": answer.body,
            "created_at": now,
        },
    )


def purge(session: Session, now: datetime) -> int:
    """Forget what is older than seven days; answers how many keys went."""
    old = delete(IdempotencyRow).where(IdempotencyRow.created_at <= now - KEPT)
    return len(session.scalars(old.returning(IdempotencyRow.key)).all())
