"""Counters of attempts, in memory and in the database that servers share (SECURITY R11)."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from limits import RateLimitItemPerHour
from limits.storage import MemoryStorage
from sqlalchemy import select, update

from app.platform.database import Database
from app.platform.rate_limits import (
    DatabaseStorage,
    RateLimitRow,
    RateLimits,
    TooManyRequests,
    forget_windows,
)

THREE = RateLimitItemPerHour(3, namespace="test")


def test_one_process_counts_in_memory_and_several_in_their_database(database: Database) -> None:
    storage = RateLimits.over(database)._windows.storage
    assert isinstance(storage, MemoryStorage if database.is_sqlite else DatabaseStorage)


@pytest.mark.parametrize("kind", ["memory", "database"])
def test_so_many_and_no_more_are_let_through_under_each_name(database: Database, kind: str) -> None:
    limits = RateLimits(MemoryStorage() if kind == "memory" else DatabaseStorage(database))
    for _ in range(3):
        limits.count(THREE, "amina@example.org")
    for _ in range(2):
        with pytest.raises(TooManyRequests) as refused:
            limits.count(THREE, "amina@example.org")
        assert 3590 <= refused.value.retry_after <= 3600
    limits.count(THREE, "another")
    limits.count(THREE, "\ud800", "\0")


def test_a_window_that_has_closed_counts_no_more_and_is_forgotten(database: Database) -> None:
    storage = DatabaseStorage(database)
    limits = RateLimits(storage)
    for _ in range(3):
        limits.count(THREE, "amina")
    with database.write() as session:
        [key] = session.scalars(select(RateLimitRow.key))
        assert "amina" not in key
        session.execute(update(RateLimitRow).values(until=datetime.now(UTC) - timedelta(seconds=1)))
    assert storage.get(key) == 0
    limits.count(THREE, "amina")
    assert storage.get(key) == 1
    with database.write() as session:
        assert forget_windows(session) == 0
        session.execute(update(RateLimitRow).values(until=datetime.now(UTC)))
        assert forget_windows(session) == 1
    assert abs(storage.get_expiry(key) - datetime.now(UTC).timestamp()) < 5


def test_a_storage_does_what_the_library_asks_of_one(database: Database) -> None:
    storage = DatabaseStorage(database)
    assert storage.check()
    assert [storage.incr("a", 60), storage.incr("a", 60, 5), storage.incr("b", 60)] == [1, 6, 1]
    storage.clear("a")
    assert (storage.get("a"), storage.get("b")) == (0, 1)
    assert (storage.reset(), storage.reset()) == (1, 0)


def test_attempts_at_the_same_moment_are_each_counted(database: Database) -> None:
    storage = DatabaseStorage(database)
    with ThreadPoolExecutor(8) as pool:
        counts = list(pool.map(lambda _: storage.incr("a", 60), range(24)))
    assert sorted(counts) == list(range(1, 25))
