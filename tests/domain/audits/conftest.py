"""A contracted recruiter and its audit company over a database of either kind, and a clock."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from app.kernel.clock import MovableClock
from app.lifecycle.journal import Workbench
from app.platform.database import Database
from tests.databases import Templates
from tests.making import audits
from tests.making.audits import Cast, Scene

START = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


@pytest.fixture(scope="session")
def casts() -> dict[str, Cast]:
    """Who was cast into the template of each kind of database."""
    return {}


@pytest.fixture
def scene(templates: Templates, casts: dict[str, Cast]) -> Iterator[Scene]:
    kind = type(templates).__name__

    def build(database: Database) -> None:
        casts[kind] = audits.cast(Workbench(database, MovableClock(START)))

    with templates.database("a contracted recruiter", build) as url:
        database = Database(url)
        yield Scene(Workbench(database, MovableClock(START)), casts[kind])
        database.dispose()
