"""A case whose stage 2 audit is reviewed, over a database of either kind, and a clock."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from app.kernel.clock import MovableClock
from app.platform.database import Database
from tests.databases import Templates
from tests.making import certificates
from tests.making.audits import Scene
from tests.making.certificates import World

START = datetime(2026, 3, 15, 10, tzinfo=UTC)


@pytest.fixture(scope="session")
def worlds() -> dict[str, World]:
    """Who was cast into the template of each kind of database."""
    return {}


@pytest.fixture
def world(templates: Templates, worlds: dict[str, World]) -> Iterator[World]:
    kind = type(templates).__name__

    def build(database: Database) -> None:
        worlds[kind] = certificates.world(database, MovableClock(START))

    with templates.database("a reviewed stage 2 audit", build) as url:
        database = Database(url)
        cast = worlds[kind].scene.cast
        scene = Scene(certificates.workbench(database, MovableClock(START)), cast)
        yield replace(worlds[kind], scene=scene)
        database.dispose()
