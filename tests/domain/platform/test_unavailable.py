"""Which faults of the databases pass by themselves: they answer 503, all others 500 (DESIGN §4)."""

from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import (
    DBAPIError,
    IntegrityError,
    InvalidRequestError,
    OperationalError,
    ProgrammingError,
    SQLAlchemyError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeout

from app.platform.database import Database, is_unavailable, try_lock


def _fault(database: Database, *statements: str) -> SQLAlchemyError:
    with pytest.raises(SQLAlchemyError) as fault, database.write() as session:
        for statement in statements:
            session.execute(text(statement))
    return fault.value


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM no_such_table",
        "SELEC 1",
        "INSERT INTO effect VALUES (NULL)",
    ],
)
def test_a_fault_of_ours_is_not_taken_for_a_passing_one(database: Database, statement: str) -> None:
    fault = _fault(database, statement)
    assert isinstance(fault, IntegrityError | OperationalError | ProgrammingError)
    assert not is_unavailable(fault)


def test_a_write_in_a_reading_transaction_is_a_fault_of_ours(database: Database) -> None:
    with pytest.raises(DBAPIError) as fault, database.read() as session:
        session.execute(text("INSERT INTO effect VALUES ('a')"))
    assert not is_unavailable(fault.value)


def test_a_fault_of_the_mapper_is_a_fault_of_ours() -> None:
    assert not is_unavailable(InvalidRequestError("no such attribute"))


def test_a_pool_without_a_free_connection_passes(tmp_path: Path) -> None:
    engine = create_engine(
        f"sqlite:///{tmp_path}/x.db", pool_size=1, max_overflow=0, pool_timeout=0.01
    )
    with engine.connect(), pytest.raises(PoolTimeout) as fault:
        engine.connect()
    assert is_unavailable(fault.value)
    engine.dispose()


def test_a_lock_that_is_not_to_be_had_passes(postgresql: Database) -> None:
    with postgresql.write() as holder:
        holder.execute(text("LOCK TABLE effect"))
        fault = _fault(postgresql, "SET LOCAL lock_timeout = '10ms'", "SELECT * FROM effect")
    assert is_unavailable(fault)


def test_a_statement_that_takes_too_long_passes(postgresql: Database) -> None:
    assert is_unavailable(
        _fault(postgresql, "SET LOCAL statement_timeout = '10ms'", "SELECT pg_sleep(5)")
    )


def test_a_connection_that_the_server_ended_passes(postgresql: Database) -> None:
    fault = _fault(postgresql, "SELECT pg_terminate_backend(pg_backend_pid())", "SELECT 1")
    assert is_unavailable(fault)
    with postgresql.read() as session:
        assert session.scalar(text("SELECT 1")) == 1


def test_a_server_that_is_not_there_passes() -> None:
    away = Database("postgresql://postgres@127.0.0.1:9/erc")
    assert is_unavailable(_fault(away, "SELECT 1"))
    away.dispose()


def test_a_full_disk_passes(sqlite: Database) -> None:
    fault = _fault(
        sqlite,
        "CREATE TABLE large (content BLOB)",
        "PRAGMA max_page_count = 10",
        "INSERT INTO large VALUES (zeroblob(1000000))",
    )
    assert is_unavailable(fault)


def test_a_file_that_cannot_be_opened_passes(tmp_path: Path) -> None:
    away = Database(f"sqlite:///{tmp_path}/missing/x.db")
    assert is_unavailable(_fault(away, "SELECT 1"))
    away.dispose()


def test_a_named_lock_is_held_until_its_transaction_ends(postgresql: Database) -> None:
    with postgresql.write() as one, postgresql.write() as other:
        assert try_lock(one, "import BD")
        assert try_lock(one, "import BD")
        assert not try_lock(other, "import BD")
        assert try_lock(other, "import NP")
    with postgresql.write() as later:
        assert try_lock(later, "import BD")
