"""Brings a database to this version: schema, machines' rules, the scheme's first versions.

For `erc migrate`.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from app.employer_pays import rule_sets
from app.lifecycle.machine import Machine
from app.lifecycle.publication import is_published, publish
from app.platform import walls
from app.platform.database import Database
from app.scheme import service as scheme
from app.scheme.shipped import VERSIONS

FIRST_VERSIONS = (*VERSIONS, *rule_sets.SHIPPED)
"""Of the scheme's rules: what is in force in a database that has only been migrated."""

SCRIPTS = Path(__file__).resolve().parent.parent / "migrations"


def migrate(
    database: Database, machines: Iterable[Machine[Any]], *, grant_to: str | None = None
) -> int:
    """Upgrade to the newest revision; publish the rules and first versions: one transaction.

    Every trigger then stands as a wall; `grant_to` is the PostgreSQL role that serves. Running it
    again changes nothing. Answers how many rules were added. Raises UnusableRole.
    """
    with database.engine.begin() as connection:
        command.upgrade(_config(connection), "head")
        with Session(connection) as session:
            added = publish(session, machines)
            scheme.publish_shipped(session, FIRST_VERSIONS)
            session.flush()
            walls.raise_walls(session)
            if grant_to is not None:
                walls.grant(session, grant_to)
    return added


def is_current(database: Database, machines: Iterable[Machine[Any]]) -> bool:
    """Is the schema at this version's newest revision, with these machines and first versions?"""
    with database.read() as session:
        context = MigrationContext.configure(session.connection())
        head = ScriptDirectory(str(SCRIPTS)).get_current_head()
        return (
            context.get_current_revision() == head
            and is_published(session, machines)
            and scheme.has_shipped(session, FIRST_VERSIONS)
        )


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    config.attributes["connection"] = connection
    return config
