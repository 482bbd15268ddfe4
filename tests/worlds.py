"""The world of certificates as a template: built once per kind of database, copied per test."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime

from app.kernel.clock import MovableClock
from app.lifecycle.journal import Workbench
from app.platform.database import Database
from tests.databases import Templates
from tests.making import certificates
from tests.making.audits import Scene
from tests.making.certificates import World

START = datetime(2026, 3, 15, 10, tzinfo=UTC)
"""When a world begins: its stage 2 audit is reviewed."""

_made: dict[str, World] = {}


@contextmanager
def database_url(templates: Templates) -> Iterator[str]:
    """The URL of a database that holds the world, gone when the block ends."""

    def build(database: Database) -> None:
        _made[type(templates).__name__] = certificates.world(database, MovableClock(START))

    with templates.database("a reviewed stage 2 audit", build) as url:
        yield url


def world(templates: Templates, workbench: Workbench) -> World:
    """The world that the database of `database_url` holds, at work in this workbench."""
    made = _made[type(templates).__name__]
    return replace(made, scene=Scene(workbench, made.scene.cast))
