"""A contracted recruiter with an audit in progress, over a database of either kind."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import pytest

from app.access.lifecycle import Kind
from app.audits.lifecycle import State
from app.kernel.clock import MovableClock
from app.kernel.roles import SYSTEM, Role
from app.lifecycle.journal import Workbench
from app.platform.database import Database
from tests.databases import Templates
from tests.making import access, audits
from tests.making.access import Someone
from tests.making.audits import Scene

START = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Fees:
    """A scene with an audit in progress, and who tells of charges in it."""

    scene: Scene
    recruiter: str
    audit: str
    employer: Someone
    other_employer: Someone


_made: dict[str, Fees] = {}


@pytest.fixture
def fees(templates: Templates) -> Iterator[Fees]:
    kind = type(templates).__name__

    def build(database: Database) -> None:
        workbench = Workbench(database, MovableClock(START))
        scene = Scene(workbench, audits.cast(workbench))
        audit = scene.audit(State.IN_PROGRESS)
        recruiter = scene.stored(audit).recruiter_id
        with workbench.begin(SYSTEM) as work:
            employers = [access.person(work, Kind.EMPLOYER, Role.EMPLOYER) for _ in range(2)]
        _made[kind] = Fees(scene, recruiter, audit, *employers)

    with templates.database("an audit in progress", build) as url:
        database = Database(url)
        made = _made[kind]
        workbench = Workbench(database, MovableClock(START))
        yield replace(made, scene=Scene(workbench, made.scene.cast))
        database.dispose()
