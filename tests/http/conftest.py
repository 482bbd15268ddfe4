"""The service over a fresh database of either kind, its clock standing still until moved."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.kernel.clock import MovableClock
from tests.api import Api, open_api

START = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock(START)


@pytest.fixture
def api(database_url: str, tmp_path: Path, clock: MovableClock) -> Iterator[Api]:
    opened = open_api(database_url, tmp_path, clock)
    routes = list(opened.app.router.routes)
    yield opened
    opened.app.router.routes[:] = routes  # a test may have added some
    opened.workbench.database.dispose()
