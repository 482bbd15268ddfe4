"""The one engine module: both databases behind `Database`, and the column types that carry.

Dialect branches live here and in migrations only (DESIGN §9). Any room may import it.
"""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import (
    JSON,
    URL,
    Connection,
    Dialect,
    Engine,
    MetaData,
    String,
    Table,
    create_engine,
    event,
    func,
    make_url,
    select,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import (
    ArgumentError,
    DatabaseError,
    DBAPIError,
    OperationalError,
    SQLAlchemyError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import TypeDecorator, TypeEngine

# A statement waits this long for a lock, runs this long, and a transaction idles this long.
_POSTGRES_LIMITS = (
    "-c timezone=UTC -c lock_timeout=3s -c statement_timeout=15s"
    " -c idle_in_transaction_session_timeout=30s"
)
_SQLITE_BUSY_SECONDS = 5
# Result codes: the low byte is the kind. Busy, locked, error of the disk, disk full, cannot open.
_SQLITE_PRIMARY = 0xFF
_SQLITE_PASSING = frozenset({5, 6, 10, 13, 14})
# Connection lost, out of resources, server stopping or statement stopped, lock not to be had,
# transaction idle for too long, serialisation failed, deadlock.
_NO_RIGHT = "42501"
_POSTGRES_PASSING = ("08", "53", "57", "55P03", "25P03", "40001", "40P01")


class UnusableDatabase(Exception):
    """`ERC_DATABASE_URL` names no database that can serve."""


class Base(DeclarativeBase):
    """Every table of every room."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class Id(TypeDecorator[str]):
    """A UUIDv7 as 36 characters in Python; `uuid` on PostgreSQL, text on SQLite."""

    impl = String(36)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "postgresql":
            return dialect.type_descriptor(postgresql.UUID(as_uuid=False))
        return dialect.type_descriptor(String(36))


class UTCDateTime(TypeDecorator[datetime]):
    """An instant. Refuses naive values; reads back in UTC, to the microsecond, on both databases.

    SQLite stores `2026-03-15T00:00:00.000000Z`, which sorts as it counts.
    """

    impl = String(27)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "postgresql":
            return dialect.type_descriptor(postgresql.TIMESTAMP(timezone=True))
        return dialect.type_descriptor(String(27))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"an instant needs a time zone: {value.isoformat()}")
        if dialect.name == "postgresql":
            return value
        return instant_text(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if isinstance(value, str):
            return datetime.fromisoformat(value)
        return value.astimezone(UTC)  # type: ignore[no-any-return]


def instant_text(value: datetime) -> str:
    """The instant in UTC with six decimals: `2026-03-15T00:00:00.000000Z`."""
    return value.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


Json = JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


class Database:
    """One database: `write()` is a transaction that commits at its end, `read()` cannot write.

    SQLite: WAL, synchronous=FULL, foreign keys on, every write `BEGIN IMMEDIATE` (DESIGN §4).
    PostgreSQL: READ COMMITTED with lock, statement and idle limits.
    """

    def __init__(self, url: str, *, pool_size: int = 10) -> None:
        self.url = _driver_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        if self.is_sqlite:
            self._writer = _sqlite_engine(self.url, pool_size, begin="BEGIN IMMEDIATE")
            self._reader = _sqlite_engine(self.url, pool_size, begin="BEGIN", query_only=True)
        else:
            self._writer = create_engine(
                self.url,
                pool_size=pool_size,
                pool_pre_ping=True,
                connect_args={"options": _POSTGRES_LIMITS},
            )
            self._reader = self._writer.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )

    @property
    def engine(self) -> Engine:
        """The engine that may write: for migrations and for tests in plain SQL."""
        return self._writer

    @contextmanager
    def write(self) -> Iterator[Session]:
        """One transaction, committed when the block ends, rolled back when it raises."""
        with Session(self._writer, expire_on_commit=False) as session, session.begin():
            yield session

    @contextmanager
    def read(self) -> Iterator[Session]:
        """One consistent view; the database itself refuses a write in it."""
        with Session(self._reader, expire_on_commit=False) as session, session.begin():
            yield session

    def dispose(self) -> None:
        self._writer.dispose()
        self._reader.dispose()


def insert_into(session: Session, table: Any) -> Any:
    """An insert that may say what to do on conflict, as both databases understand it."""
    on_postgres = session.get_bind().dialect.name == "postgresql"
    return (postgresql.insert if on_postgres else sqlite.insert)(table)


def upsert(
    session: Session,
    table: Table,
    rows: Sequence[Mapping[str, Any]],
    *,
    key: Sequence[str],
) -> None:
    """Insert the rows; where `key` exists, the other columns are replaced.

    All rows name the same columns. One statement, compiled once and run for every row by the
    driver: per row this costs an eighth of a statement with many rows of values (measured).
    """
    if not rows:
        return
    statement = insert_into(session, table)
    session.execute(
        statement.on_conflict_do_update(
            index_elements=list(key),
            set_={column: statement.excluded[column] for column in rows[0] if column not in key},
        ),
        rows,
    )


@contextmanager
def triggers_paused(session: Session, table: str) -> Iterator[None]:
    """Let this transaction alone write to a table that triggers keep read-only."""
    if session.get_bind().dialect.name == "postgresql":
        always = session.scalars(
            text("""SELECT tgname FROM pg_trigger WHERE tgrelid = to_regclass(:table)
                AND NOT tgisinternal AND tgenabled = 'A'"""),
            {"table": table},
        ).all()
        session.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
        yield
        session.execute(text(f"ALTER TABLE {table} ENABLE TRIGGER USER"))
        for trigger in always:  # whatever session_replication_role says (walls.py)
            session.execute(text(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {trigger}"))
        return
    triggers = session.execute(
        text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :table"),
        {"table": table},
    ).all()
    for trigger in triggers:
        session.execute(text(f"DROP TRIGGER {trigger.name}"))
    yield
    for trigger in triggers:
        session.connection().exec_driver_sql(trigger.sql)


def try_lock(session: Session, name: str) -> bool:
    """Hold the lock of this name until the transaction ends; false where another one holds it.

    On SQLite always true: a write transaction there is alone.
    """
    if session.get_bind().dialect.name != "postgresql":
        return True
    number = int.from_bytes(sha256(name.encode()).digest()[:8], "big", signed=True)
    return bool(session.scalar(select(func.pg_try_advisory_xact_lock(number))))


def is_unavailable(error: SQLAlchemyError) -> bool:
    """Whether the database is away, busy or full: the same call may succeed a little later."""
    if isinstance(error, PoolTimeout):
        return True
    if not isinstance(error, DBAPIError):
        return False
    code = getattr(error.orig, "sqlite_errorcode", None)
    if code is not None:
        return code & _SQLITE_PRIMARY in _SQLITE_PASSING
    state = getattr(error.orig, "sqlstate", None)
    if state is None:
        return error.connection_invalidated or isinstance(error, OperationalError)
    return str(state).startswith(_POSTGRES_PASSING)


def is_unusable(error: DatabaseError) -> bool:
    """Whether the database is none, is away, or gives us no right: a person can mend that."""
    state = str(getattr(error.orig, "sqlstate", None))
    return type(error) in {DatabaseError, OperationalError} or state == _NO_RIGHT


def _driver_url(url: str) -> URL:
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise UnusableDatabase("ERC_DATABASE_URL is no database URL") from error
    if parsed.get_backend_name() == "postgresql":
        return parsed.set(drivername="postgresql+psycopg")
    if parsed.get_backend_name() != "sqlite":
        raise UnusableDatabase("ERC_DATABASE_URL must begin with sqlite:/// or postgresql://")
    if parsed.database in (None, "", ":memory:"):
        raise UnusableDatabase(
            "an SQLite database needs a file: sqlite:////folder/certification.db"
        )
    return parsed


def _sqlite_engine(url: URL, pool_size: int, *, begin: str, query_only: bool = False) -> Engine:
    engine = create_engine(url, pool_size=pool_size, connect_args={"timeout": _SQLITE_BUSY_SECONDS})

    @event.listens_for(engine, "connect")
    def configure(connection: DBAPIConnection, _record: object) -> None:
        connection.isolation_level = None  # the driver must not open transactions of its own
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA foreign_keys=ON")
        if query_only:
            cursor.execute("PRAGMA query_only=ON")
        cursor.close()

    @event.listens_for(engine, "begin")
    def start(connection: Connection) -> None:
        # Past the engine's own way for statements, which costs several times what SQLite does.
        driver: sqlite3.Connection = connection.connection.driver_connection  # type: ignore[assignment]
        try:
            driver.execute(begin)
        except sqlite3.OperationalError as error:
            raise OperationalError(begin, None, error) from error

    return engine
