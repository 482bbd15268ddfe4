"""The service over a case whose stage 2 audit is reviewed."""

from collections.abc import Iterator

import pytest

from app.kernel.clock import MovableClock
from tests import worlds
from tests.api import Api
from tests.databases import Templates
from tests.making.certificates import World


@pytest.fixture
def database_url(templates: Templates) -> Iterator[str]:
    with worlds.database_url(templates) as url:
        yield url


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock(worlds.START)


@pytest.fixture
def world(templates: Templates, api: Api) -> World:
    return worlds.world(templates, api.workbench)
