"""The databases that all other tests stand on."""

from collections.abc import Iterator

import psycopg
import pytest
from sqlalchemy import inspect, make_url, text

from app.platform.database import Database
from tests.databases import PostgreSQLTemplates, SQLiteTemplates, Templates, find_server
from tests.effort import SOAK


def _first_table(database: Database) -> None:
    with database.write() as session:
        session.execute(text("CREATE TABLE first (word text)"))


def _hello(database: Database) -> None:
    with database.write() as session:
        session.execute(text("INSERT INTO first VALUES ('hello')"))


def _words(url: str) -> list[str]:
    database = Database(url)
    with database.read() as session:
        words = list(session.execute(text("SELECT word FROM first")).scalars())
    database.dispose()
    return words


@pytest.fixture(params=["sqlite", "postgresql"])
def small(request: pytest.FixtureRequest) -> Iterator[Templates]:
    """Templates over a schema of one table, of the test's own."""
    if request.param == "sqlite":
        yield SQLiteTemplates(request.getfixturevalue("tmp_path"), _first_table)
    else:
        templates = PostgreSQLTemplates(request.getfixturevalue("postgresql_server"), _first_table)
        yield templates
        templates.close()


def test_each_test_gets_a_migrated_database_of_its_own(small: Templates) -> None:
    with small.database() as one, small.database() as other:
        database = Database(one)
        _hello(database)
        database.dispose()

        assert _words(one) == ["hello"]
        assert _words(other) == []


def test_a_richer_template_is_built_once_upon_the_schema(small: Templates) -> None:
    built = []

    def build(database: Database) -> None:
        built.append(database.url)
        _hello(database)

    for _ in range(3):
        with small.database("world", build) as url:
            assert _words(url) == ["hello"]
    with small.database() as url:
        assert _words(url) == []
    assert len(built) == 1


def test_an_empty_database_has_no_tables(small: Templates) -> None:
    with small.empty() as url:
        database = Database(url)
        tables = inspect(database.engine).get_table_names()
        database.dispose()
    assert tables == []


def test_a_database_comes_back_as_it_was(small: Templates) -> None:
    with small.database("world", _hello) as url:
        _hello(database := Database(url))
        database.dispose()
        assert _words(url) == ["hello", "hello"]
    with small.database("world", _hello) as url:
        assert _words(url) == ["hello"]


def test_a_database_is_lent_again_even_when_a_connection_was_left_open(
    postgresql_server: str,
) -> None:
    templates = PostgreSQLTemplates(postgresql_server, _first_table)
    with templates.database() as url:
        connection = psycopg.connect(url)
    with pytest.raises(psycopg.OperationalError):
        connection.execute("SELECT 1")
    connection.close()
    with templates.database() as again:
        assert again == url
    templates.close()


@pytest.mark.parametrize(
    "change",
    [
        "ALTER TABLE first ADD COLUMN more text",
        "ALTER TABLE first ADD CHECK (word <> 'no')",
        "CREATE TABLE second (word text)",
        "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "DROP TABLE first",
    ],
)
def test_a_database_whose_schema_was_changed_is_not_lent_again(
    change: str, postgresql_server: str
) -> None:
    templates = PostgreSQLTemplates(postgresql_server, _first_table)
    with templates.database() as url, psycopg.connect(url, autocommit=True) as connection:
        connection.execute(change.encode())
    with templates.database() as other:
        assert other != url
        assert _words(other) == []
    assert make_url(url).database not in _databases(postgresql_server)
    templates.close()


def test_databases_of_a_killed_run_are_removed_and_those_of_a_living_one_are_not(
    postgresql_server: str,
) -> None:
    with psycopg.connect(postgresql_server, autocommit=True) as killed:
        killed.execute("CREATE DATABASE erc_test_0123456789ab_7")
    living = PostgreSQLTemplates(postgresql_server, _first_table)
    with living.empty() as url:
        PostgreSQLTemplates(postgresql_server, _first_table).close()

        left = _databases(postgresql_server)
        assert "erc_test_0123456789ab_7" not in left
        assert make_url(url).database in left
    living.close()


def test_nothing_is_left_behind(postgresql_server: str) -> None:
    templates = PostgreSQLTemplates(postgresql_server, _first_table)
    with templates.database("world", _hello) as url:
        owner = (make_url(url).database or "").rpartition("_")[0]
    templates.close()
    assert not [name for name in _databases(postgresql_server) if name.startswith(owner)]


def test_the_server_that_was_named_is_used_and_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ERC_TEST_POSTGRES_URL", "postgresql://somewhere.test/postgres")
    assert find_server() == "postgresql://somewhere.test/postgres"


@pytest.mark.skipif(not SOAK, reason="starts a server of its own: make soak")
def test_without_a_server_one_is_started_from_the_wheel(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ERC_TEST_POSTGRES_URL", raising=False)
    server = find_server(usual="postgresql://postgres@127.0.0.1:1/postgres")
    templates = PostgreSQLTemplates(server, _first_table)
    with templates.database("world", _hello) as url:
        assert _words(url) == ["hello"]
    templates.close()


def _databases(server: str) -> set[str]:
    with psycopg.connect(server) as session:
        return {name for (name,) in session.execute("SELECT datname FROM pg_database")}
