"""One process group serves an SQLite file: a second `serve` or `work` is refused (DESIGN §4)."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class AlreadyRunning(Exception):
    """Another process holds the folder's lock."""


@contextmanager
def sole_process(database_file: Path) -> Iterator[None]:
    """Hold the lock beside the database file until the block ends; the system drops it at a crash.

    Raises AlreadyRunning, naming the process that holds it.
    """
    path = database_file.with_name(database_file.name + ".lock")
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(descriptor, 32, 0).decode() or "another process"
            raise AlreadyRunning(
                f"{database_file} is served by process {holder} already;"
                " an SQLite database has one server (use PostgreSQL for several)"
            ) from None
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, str(os.getpid()).encode(), 0)
        yield
    finally:
        os.close(descriptor)
