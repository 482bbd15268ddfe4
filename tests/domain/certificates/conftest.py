"""A case whose stage 2 audit is reviewed, over a database of either kind, and a clock."""

from collections.abc import Iterator

import pytest

from app.kernel.clock import MovableClock
from app.platform.database import Database
from tests import worlds
from tests.databases import Templates
from tests.making import certificates
from tests.making.certificates import World


@pytest.fixture
def world(templates: Templates) -> Iterator[World]:
    with worlds.database_url(templates) as url:
        database = Database(url)
        workbench = certificates.workbench(database, MovableClock(worlds.START))
        yield worlds.world(templates, workbench)
        database.dispose()
