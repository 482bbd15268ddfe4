"""A small journal: two role grants, one of them ended; and a plain connection beside it."""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest
from sqlalchemy import make_url

from app.access import service
from app.access.lifecycle import ROLE_GRANT, Facts, Kind
from app.access.models import RoleGrant
from app.kernel.clock import MovableClock
from app.kernel.identifiers import new_id
from app.kernel.roles import SYSTEM, Role
from app.lifecycle import journal
from app.lifecycle.journal import Workbench
from app.platform.database import Database

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
FACTS = Facts(actor=None, person="", role=Role.REVIEWER, kind=Kind.AUDIT_COMPANY)


@dataclass(frozen=True)
class Small:
    """Positions: 1 to 4 register an organisation and three people; 5 grants `held`, 6 grants
    `ended`, 7 ends it."""

    workbench: Workbench
    held: str
    ended: str
    people: tuple[str, ...]

    @property
    def next_position(self) -> int:
        return 8


@pytest.fixture
def workbench(database: Database) -> Workbench:
    return Workbench(database, MovableClock(START))


@pytest.fixture
def small(workbench: Workbench) -> Small:
    with workbench.begin(SYSTEM) as work:
        company = service.create_organisation(work, kind=Kind.AUDIT_COMPANY, name="A")
        people = [
            service.create_person(
                work, organisation=company.id, name=name, email=f"{name}@example.org"
            )
            for name in ("one", "two", "three")
        ]
        grants = [
            RoleGrant(id=new_id(work.now), person_id=person.id, role=Role.REVIEWER.value)
            for person in people[:2]
        ]
        for grant in grants:
            journal.move(work, ROLE_GRANT, grant, "grant", FACTS)
        journal.move(work, ROLE_GRANT, grants[1], "end", FACTS)
        return Small(workbench, grants[0].id, grants[1].id, tuple(p.id for p in people))


class Plain:
    """A connection of the driver's own, without our pragmas, settings or code."""

    def __init__(self, url: str) -> None:
        self.is_sqlite = url.startswith("sqlite")
        self._connection: Any
        if self.is_sqlite:
            self._connection = sqlite3.connect(make_url(url).database or "")
        else:
            parsed = make_url(url).set(drivername="postgresql")
            self._connection = psycopg.connect(parsed.render_as_string(hide_password=False))

    def run(self, sql: str) -> int:
        """Execute and commit; the number of rows. Raises what the database refuses."""
        try:
            cursor = self._connection.execute(sql)
            self._connection.commit()
            return int(cursor.rowcount)
        except Exception:
            self._connection.rollback()
            raise

    def ask(self, sql: str) -> list[tuple[Any, ...]]:
        rows = [tuple(row) for row in self._connection.execute(sql).fetchall()]
        self._connection.rollback()
        return rows

    def close(self) -> None:
        self._connection.close()


@pytest.fixture
def plain(database_url: str) -> Iterator[Plain]:
    connection = Plain(database_url)
    yield connection
    connection.close()
