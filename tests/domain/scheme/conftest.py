"""A workbench over a fresh database of either kind, and a clock to move."""

from datetime import UTC, datetime

import pytest

from app.kernel.clock import MovableClock
from app.lifecycle.journal import Workbench
from app.platform.database import Database


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock(datetime(2026, 3, 2, 9, 30, tzinfo=UTC))


@pytest.fixture
def workbench(database: Database, clock: MovableClock) -> Workbench:
    return Workbench(database, clock)
