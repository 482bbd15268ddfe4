"""Revision 0005: what was there before it is journalled, and its rows follow the journal."""

from datetime import UTC, datetime

import pytest
from alembic import command
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.kernel.identifiers import new_id
from app.lifecycle.journal import first_broken_link, history
from app.main import MACHINES
from app.migration import _config, is_current, migrate
from app.platform.database import Database, instant_text
from tests.databases import Templates

BEFORE = datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_organisations_people_and_clients_of_before_have_a_history(templates: Templates) -> None:
    company, person, used, revoked = (new_id(BEFORE) for _ in range(4))
    at = instant_text(BEFORE)
    with templates.empty() as url:
        database = Database(url)
        with database.engine.begin() as connection:
            command.upgrade(_config(connection), "0004")
            for said in (
                "INSERT INTO organisation (id, kind, name, created_at)"
                f" VALUES ('{company}', 'employer', 'Works', '{at}')",
                "INSERT INTO person (id, name, email, organisation_id, created_at)"
                f" VALUES ('{person}', 'Amina', 'a@example.org', '{company}', '{at}')",
                "INSERT INTO client (id, secret_hash, person_id, name, created_at)"
                f" VALUES ('{used}', '', '{person}', 'desk', '{at}')",
                "INSERT INTO client (id, secret_hash, person_id, name, created_at, revoked_at)"
                f" VALUES ('{revoked}', '', '{person}', 'desk', '{at}', '{at}')",
            ):
                connection.execute(text(said))
        migrate(database, MACHINES)
        assert is_current(database, MACHINES)
        with database.read() as session:
            assert first_broken_link(session) is None
            for machine, subject, states in (
                ("organisation", company, ["active"]),
                ("person", person, ["active"]),
                ("client", used, ["active"]),
                ("client", revoked, ["active", "revoked"]),
            ):
                moves = history(session, machine, subject)
                assert [move.target for move in moves] == states
                assert {move.effective_at for move in moves} == {BEFORE}
                [row] = session.execute(
                    text(f"SELECT state, version FROM {machine} WHERE id = '{subject}'")
                )
                assert tuple(row) == (states[-1], len(states))
        with pytest.raises(DBAPIError), database.engine.begin() as connection:
            connection.execute(text("UPDATE person SET state = 'locked'"))
        database.dispose()
