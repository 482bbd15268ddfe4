"""The service over a fresh database of either kind."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.kernel.clock import MovableClock
from tests.api import Api, open_api


@pytest.fixture
def api(database_url: str, tmp_path: Path) -> Iterator[Api]:
    opened = open_api(database_url, tmp_path, MovableClock(datetime(2026, 3, 2, 9, tzinfo=UTC)))
    yield opened
    opened.workbench.database.dispose()
