"""Where a demonstration goes: into an empty database, and only whole (`data.py`).

A database that anybody could have used is neither removed nor written over. An SQLite one is held
closed to everybody while the demonstration is made in a file beside it, `<database file>.demo`, and
is then replaced by it in one transaction: whoever is interrupted leaves it as empty as it was.
"""

import sqlite3
from collections.abc import Callable, Collection, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import event, inspect, select, table
from sqlalchemy.engine.interfaces import DBAPIConnection

from app.kernel.errors import Conflict
from app.platform.database import Base, Database, UnusableDatabase
from app.platform.sole_process import sole_process

_OF_EVERY_DATABASE = frozenset(
    {
        "alembic_version",
        "journal_head",
        "lifecycle_rule",
        "published_version",
        "two_person_rule",
        "write_probe",
    }
)
"""The tables that `erc migrate` and the readiness probe fill: rows there are nobody's work."""

_OCCUPIED = "the database holds a scheme already: demonstrate in an empty one, as in"


@contextmanager
def beside(final: Database) -> Iterator[Database]:
    """An empty database file; what it holds when the block ends is the final SQLite database.

    Raises Conflict where the final one holds anything or is open elsewhere, AlreadyRunning where it
    is served, UnusableDatabase where its folder is not there.
    """
    file = Path(final.url.database or "")
    if not file.parent.is_dir():
        raise UnusableDatabase(f"the folder {file.parent} is not there: make it first")
    final.dispose()
    with sole_process(file), _held(file) as held, _aside(file) as aside:
        url = final.url.set(database=str(aside)).render_as_string(hide_password=False)
        database = Database(url)
        try:
            yield database
        finally:
            database.dispose()
        with closing(sqlite3.connect(aside)) as made:
            made.backup(held)


def do_not_wait_for_the_disk(aside: Database) -> None:
    """For a file that counts only once it has been copied whole, and synced then."""

    @event.listens_for(aside.engine, "connect")
    def hurry(connection: DBAPIConnection, _record: object) -> None:
        connection.execute("PRAGMA synchronous=OFF")


def check_empty(database: Database) -> None:
    """Raises Conflict where a PostgreSQL database holds anything of ours."""
    with database.read() as session:
        ours = Base.metadata.tables.keys() & set(inspect(session.connection()).get_table_names())

        def has_rows(name: str) -> bool:
            return session.execute(select(1).select_from(table(name)).limit(1)).first() is not None

        if _hold(ours, has_rows):
            raise Conflict(
                f"{_OCCUPIED} ERC_DATABASE_URL=postgresql://…/another;"
                " a demonstration that was interrupted needs a new one too"
            )


@contextmanager
def _held(file: Path) -> Iterator[sqlite3.Connection]:
    """The only connection to the file, which holds nothing. Raises Conflict."""
    with closing(sqlite3.connect(file, isolation_level=None)) as held:
        try:
            # In this order: a lock that is exclusive from the first access keeps every other
            # connection out until this one is closed, between transactions too.
            held.execute("PRAGMA locking_mode=EXCLUSIVE")
            held.execute("PRAGMA journal_mode=WAL")
            held.execute("BEGIN EXCLUSIVE")
            held.execute("COMMIT")
        except sqlite3.OperationalError as error:
            raise Conflict(f"{file} is in use: close what has it open ({error})") from None
        except sqlite3.DatabaseError as error:
            raise UnusableDatabase(f"{file} is no SQLite database: {error}") from None

        def has_rows(name: str) -> bool:
            return held.execute(f'SELECT 1 FROM "{name}" LIMIT 1').fetchone() is not None  # noqa: S608 (a name that the database gave)

        there = {
            str(name)
            for (name,) in held.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")
        }
        if there - Base.metadata.tables.keys() - _OF_EVERY_DATABASE or _hold(there, has_rows):
            raise Conflict(f"{_OCCUPIED} ERC_DATA_DIR=demonstration make run")
        yield held


def _hold(tables: Collection[str], has_rows: Callable[[str], bool]) -> bool:
    return any(has_rows(name) for name in sorted(set(tables) - _OF_EVERY_DATABASE))


@contextmanager
def _aside(file: Path) -> Iterator[Path]:
    """The path of a file that is not there, and is not there afterwards."""
    aside = file.with_name(f"{file.name}.demo")
    _remove(aside)
    try:
        yield aside
    finally:
        _remove(aside)


def _remove(aside: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        aside.with_name(aside.name + suffix).unlink(missing_ok=True)
