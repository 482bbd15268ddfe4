from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import text

from app.platform.database import Base, Database
from tests.databases import Templates


@contextmanager
def _small(templates: Templates) -> Iterator[Database]:
    """A database with the table of keys, and one to see effects in."""
    with templates.empty() as url:
        database = Database(url, pool_size=16)
        Base.metadata.create_all(database.engine, [Base.metadata.tables["idempotency_key"]])
        with database.write() as session:
            session.execute(text("CREATE TABLE effect (key varchar(255) NOT NULL)"))
        yield database
        database.dispose()


@pytest.fixture
def database(templates: Templates) -> Iterator[Database]:
    with _small(templates) as database:
        yield database


@pytest.fixture
def postgresql(postgresql_templates: Templates) -> Iterator[Database]:
    with _small(postgresql_templates) as database:
        yield database


@pytest.fixture
def sqlite(sqlite_templates: Templates) -> Iterator[Database]:
    with _small(sqlite_templates) as database:
        yield database
