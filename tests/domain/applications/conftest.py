"""A cast of people over a fresh database of either kind, and a clock to move."""

from datetime import UTC, datetime

import pytest

from app.kernel.clock import MovableClock
from app.kernel.roles import SYSTEM
from app.lifecycle.journal import Workbench
from app.platform.database import Database
from tests.making import applications
from tests.making.applications import Cast


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock(datetime(2026, 3, 2, 9, 30, tzinfo=UTC))


@pytest.fixture
def workbench(database: Database, clock: MovableClock) -> Workbench:
    return Workbench(database, clock)


@pytest.fixture
def people(workbench: Workbench) -> Cast:
    with workbench.begin(SYSTEM) as work:
        return applications.cast(work)
