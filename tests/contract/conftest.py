"""The service over the demonstration, with a caller of every role, on either kind of database."""

import fcntl
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import create_engine, func, insert, select, text

from app.main import create_app
from app.platform.database import Base, Database, triggers_paused
from tests.contract import callers
from tests.contract.house import House, opened
from tests.databases import Build, Templates


@pytest.fixture(scope="session")
def gathered(demonstration_template: Path) -> Path:
    """The folder that `callers.gather` has filled, once per run; never written to again."""
    folder = demonstration_template.with_name("contract")
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            shutil.copytree(demonstration_template, folder)
            callers.gather(folder)
    return folder


KINDS = ("sqlite", "postgresql")


@pytest.fixture(scope="session", params=KINDS)
def house(request: pytest.FixtureRequest, gathered: Path) -> Iterator[House]:
    """The service and its callers, over a database of either kind."""
    kind: str = request.param
    templates: Templates = request.getfixturevalue(f"{kind}_templates")
    with templates.database("callers", _copy_of(gathered / "certification.db")) as url:
        app = create_app(callers.settings(gathered, database_url=url))
        first = app.state.workbench.database
        everybody = callers.gathered(gathered)
        lend = partial(templates.database, "callers")
        with opened(app, everybody, lend, KINDS.index(kind)) as house:
            yield house
        first.dispose()


def _copy_of(file: Path) -> Build:
    def build(database: Database) -> None:
        if database.is_sqlite:
            target = sqlite3.connect(str(database.url.database))
            with closing(sqlite3.connect(file)) as source, closing(target):
                source.backup(target)
        else:
            _into_postgresql(file, database)

    return build


def _into_postgresql(file: Path, database: Database) -> None:
    """Row by row, the database's own rules put aside: they held when the rows came to be."""
    source = create_engine(f"sqlite:///{file}")
    with source.connect() as read, database.write() as write, ExitStack() as paused:
        for table in Base.metadata.sorted_tables:
            paused.enter_context(triggers_paused(write, table.name))
        write.execute(text("SET LOCAL session_replication_role = replica"))
        for table in Base.metadata.sorted_tables:
            write.execute(table.delete())
            if rows := read.execute(select(table)).mappings().all():
                write.execute(insert(table), [dict(row) for row in rows])
            if (counted := table.autoincrement_column) is not None:
                sequence = func.pg_get_serial_sequence(table.name, counted.name)
                write.execute(
                    select(func.setval(sequence, select(func.max(counted)).scalar_subquery()))
                )
    source.dispose()
