"""How often something may be tried: counters per hour, by the `limits` library (SECURITY R11).

One process counts in its memory; that is the SQLite case, where only one serves. Servers that share
a PostgreSQL share their counters there too. Windows run by the machine's clock, never a sandbox's:
they are about real load.
"""

import math
import time
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from limits import RateLimitItem
from limits.storage import MemoryStorage, Storage
from limits.strategies import FixedWindowRateLimiter
from sqlalchemy import Integer, String, case, delete, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.kernel.errors import DomainError
from app.platform.database import Base, Database, UTCDateTime, insert_into


class TooManyRequests(DomainError):
    """It was tried too often; `retry_after` seconds from now it may be tried again."""

    slug = "too-many-requests"

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"Too many attempts; try again in {retry_after} seconds.")
        self.retry_after = retry_after


class RateLimitRow(Base):
    """How often something was tried in the window that is open, for servers that share it."""

    __tablename__ = "rate_limit"

    key: Mapped[str] = mapped_column(String(255), primary_key=True)
    count: Mapped[int] = mapped_column(Integer)
    until: Mapped[datetime] = mapped_column(UTCDateTime, index=True)


class RateLimits:
    """Counts attempts, and refuses those over a limit."""

    def __init__(self, storage: Storage) -> None:
        self._windows = FixedWindowRateLimiter(storage)

    @classmethod
    def over(cls, database: Database) -> "RateLimits":
        """Counters as wide as the service is: in memory for one process, else in the database."""
        return cls(MemoryStorage() if database.is_sqlite else DatabaseStorage(database))

    def count(self, limit: RateLimitItem, *names: str) -> None:
        """Count one attempt under these names. Raises `TooManyRequests` over the limit.

        A window begins with its first attempt: of the attempts in any hour at most twice the limit
        are let through. Names are hashed: nobody reads in a counter who tried to sign in.
        """
        named = sha256("\0".join(names).encode(errors="surrogatepass")).hexdigest()
        if not self._windows.hit(limit, named):
            left = self._windows.get_window_stats(limit, named).reset_time - time.time()
            raise TooManyRequests(max(1, math.ceil(left)))


class DatabaseStorage(Storage):
    """Counters in the database: one statement each, in a transaction of its own."""

    STORAGE_SCHEME = None

    def __init__(self, database: Database) -> None:
        super().__init__()
        self._database = database

    @property
    def base_exceptions(self) -> type[Exception] | tuple[type[Exception], ...]:
        """What the database may raise."""
        return SQLAlchemyError

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Count on in the open window, or open a new one of `expiry` seconds."""
        now = datetime.now(UTC)
        row = {"key": key, "count": amount, "until": now + timedelta(seconds=expiry)}
        is_over = RateLimitRow.until <= now
        with self._database.write() as session:
            added = insert_into(session, RateLimitRow).values(row)
            counted = added.on_conflict_do_update(
                index_elements=["key"],
                set_={
                    "count": case((is_over, amount), else_=RateLimitRow.count + amount),
                    "until": case((is_over, added.excluded.until), else_=RateLimitRow.until),
                },
            ).returning(RateLimitRow.count)
            return int(session.execute(counted).scalar_one())

    def get(self, key: str) -> int:
        """The count of the open window."""
        return self._open(key, RateLimitRow.count) or 0

    def get_expiry(self, key: str) -> float:
        """When the open window ends, in seconds since 1970; now where none is open."""
        until: datetime | None = self._open(key, RateLimitRow.until)
        return time.time() if until is None else until.timestamp()

    def check(self) -> bool:
        """The database's own readiness is asked elsewhere."""
        return True

    def reset(self) -> int | None:
        """Forget every counter; how many there were."""
        with self._database.write() as session:
            return len(session.scalars(delete(RateLimitRow).returning(RateLimitRow.key)).all())

    def clear(self, key: str) -> None:
        """Forget one counter."""
        with self._database.write() as session:
            session.execute(delete(RateLimitRow).where(RateLimitRow.key == key))

    def _open(self, key: str, column: Any) -> Any:
        asked = select(column).where(
            RateLimitRow.key == key, RateLimitRow.until > datetime.now(UTC)
        )
        with self._database.read() as session:
            return session.scalars(asked).first()


def forget_windows(session: Session) -> int:
    """Remove the counters whose windows have closed; how many went."""
    closed = delete(RateLimitRow).where(RateLimitRow.until <= datetime.now(UTC))
    return len(session.scalars(closed.returning(RateLimitRow.key)).all())
