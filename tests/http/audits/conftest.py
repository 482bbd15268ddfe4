"""A contracted recruiter and its audit company behind the API, over a database of either kind."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.kernel.clock import MovableClock
from app.lifecycle.journal import Workbench
from app.platform.database import Database
from tests.api import Api, open_api
from tests.databases import Templates
from tests.making import audits
from tests.making.audits import Cast, Scene

START = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Stage:
    """The API, and a scene over its database."""

    api: Api
    scene: Scene

    @property
    def cast(self) -> Cast:
        """Who calls."""
        return self.scene.cast


@pytest.fixture(scope="session")
def casts() -> dict[str, Cast]:
    """Who was cast into the template of each kind of database."""
    return {}


@pytest.fixture
def stage(templates: Templates, casts: dict[str, Cast], tmp_path: Path) -> Iterator[Stage]:
    kind = type(templates).__name__

    def build(database: Database) -> None:
        casts[kind] = audits.cast(Workbench(database, MovableClock(START)))

    with templates.database("a contracted recruiter behind the API", build) as url:
        api = open_api(url, tmp_path, MovableClock(START))
        yield Stage(api, Scene(api.workbench, casts[kind]))
        api.workbench.database.dispose()
