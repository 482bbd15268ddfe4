"""Walls that stand whatever a session says; a role that serves and owns nothing (PostgreSQL)."""

from collections.abc import Iterator
from secrets import token_hex

import psycopg
import pytest
from sqlalchemy import make_url, text
from sqlalchemy.exc import DBAPIError

from app.access.lifecycle import Kind
from app.kernel.clock import SystemClock
from app.kernel.roles import SYSTEM, Role
from app.lifecycle.journal import Workbench
from app.main import MACHINES, READERS
from app.migration import is_current, migrate
from app.platform.database import Database
from app.platform.walls import UnusableRole
from app.platform.write_probe import can_write
from tests.databases import Templates
from tests.making import access as make


@pytest.fixture
def url(postgresql_templates: Templates) -> Iterator[str]:
    with postgresql_templates.database() as url:
        yield url


@pytest.fixture
def role(postgresql_server: str) -> Iterator[str]:
    name = f"erc_serves_{token_hex(4)}"
    with psycopg.connect(postgresql_server, autocommit=True) as server:
        server.execute(f"CREATE ROLE {name} LOGIN".encode())
    yield name
    with psycopg.connect(postgresql_server, autocommit=True) as server:
        server.execute(f"DROP ROLE {name}".encode())


def _refused(database: Database, *statements: str) -> str:
    with pytest.raises(DBAPIError) as refused, database.write() as session:
        for statement in statements:
            session.execute(text(statement))
    return str(refused.value.orig)


def test_no_setting_of_a_session_lets_the_journal_be_edited(url: str) -> None:
    database = Database(url)
    for edit, wall in (
        ("UPDATE lifecycle_rule SET target = 'held'", "erc migrate alone"),
        ("DELETE FROM journal_entry", "append-only"),
        ("UPDATE journal_head SET position = 7", "follows the journal"),
    ):
        said = _refused(database, "SET LOCAL session_replication_role = replica", edit)
        assert wall in said
    low = "SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'A'"
    with database.read() as session:
        assert session.scalar(text(low)) == 0
    database.dispose()


def test_the_role_that_serves_works_and_reaches_no_wall(url: str, role: str) -> None:
    owner = Database(url)
    migrate(owner, MACHINES, grant_to=role)
    migrate(owner, MACHINES, grant_to=role)
    serving = Database(
        make_url(url).set(username=role, password=None).render_as_string(hide_password=False)
    )
    assert is_current(serving, MACHINES)
    assert can_write(serving, SystemClock().now())
    with Workbench(serving, SystemClock(), READERS).begin(SYSTEM) as work:
        made = make.person(work, Kind.AUDIT_COMPANY, Role.REVIEWER)
    assert made.person
    for statement in (
        "UPDATE journal_entry SET role = 'system'",
        "DELETE FROM role_grant",
        "INSERT INTO lifecycle_rule VALUES ('a', 'b', 'c', 'd')",
        "TRUNCATE idempotency_key",
        "ALTER TABLE journal_entry DISABLE TRIGGER USER",
        "UPDATE alembic_version SET version_num = '0'",
        "CREATE TABLE mine (id int)",
        "SET session_replication_role = replica",
    ):
        assert "denied" in _refused(serving, statement) or "owner" in _refused(serving, statement)
    serving.dispose()
    with owner.write() as session:
        session.execute(text(f"DROP OWNED BY {role}"))
    owner.dispose()


def test_a_role_that_could_do_more_is_refused(url: str, sqlite_templates: Templates) -> None:
    database = Database(url)
    for name, said in (("no_such_role", "there is no role"), ("postgres", "superuser")):
        with pytest.raises(UnusableRole, match=said):
            migrate(database, MACHINES, grant_to=name)
    database.dispose()
    with sqlite_templates.database() as file:
        one_file = Database(file)
        with pytest.raises(UnusableRole, match="has no roles"):
            migrate(one_file, MACHINES, grant_to="erc_service")
        one_file.dispose()
