"""What every test may ask for: a fresh database of either kind, the shared data, no network."""

import os
import sys
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import pytest
from coverage import Coverage

from app.platform.database import Database
from tests import effort  # noqa: F401  (loads the hypothesis profile)
from tests.databases import (
    NoServer,
    PostgreSQLTemplates,
    SQLiteTemplates,
    Templates,
    find_server,
)
from tests.needs import Need, lacking, required, summary

CHECKOUT = Path(__file__).resolve().parent.parent


def pytest_configure(config: pytest.Config) -> None:
    """The settings of whoever runs the tests decide nothing in them."""
    try:
        required()
    except ValueError as error:
        raise pytest.UsageError(f"ERC_TEST_REQUIRE: {error}") from error
    for name in [n for n in os.environ if n.startswith("ERC_") and not n.startswith("ERC_TEST_")]:
        del os.environ[name]
    sys.addaudithook(_refuse_network)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    skipped = terminalreporter.stats.get("skipped", [])
    lines = summary(str(report.longrepr[2]) for report in skipped if report.longrepr)
    if lines:
        terminalreporter.section("NOT TESTED HERE", sep="!", red=True, bold=True)
        for line in lines:
            terminalreporter.line(line, red=True, bold=True)


def _refuse_network(event: str, arguments: tuple[Any, ...]) -> None:
    if event != "socket.connect" or isinstance(arguments[1], str | bytes):
        return
    host = str(arguments[1][0])
    if not (host.startswith("127.") or host in {"::1", "localhost"}):
        raise PermissionError(f"a test tried to reach {host}: tests use no network")


pytest_plugins = ["tests.demonstration"]

_MEASURED_ON_BOTH = ("domain/lifecycle/", "domain/platform/", "migrations/", "infrastructure/")
_MEASURED_ELSEWHERE = ("contract/test_schemathesis.py", "security/test_roles_by_route.py")


def _is_measured(item: pytest.Item) -> bool:
    """Does this test add to the coverage that is measured?

    Tracing costs half of a test's time again. The second database runs the same lines as the
    first but where dialects differ, and the tests of the whole service run those that the rooms'
    own tests run one by one.
    """
    place = item.nodeid.removeprefix("tests/")
    if place.startswith(_MEASURED_ON_BOTH):
        return True
    return "[postgresql" not in place and not place.startswith(_MEASURED_ELSEWHERE)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None]:
    coverage = None if _is_measured(item) else Coverage.current()
    if coverage is None:
        return (yield)
    coverage.stop()
    try:
        return (yield)
    finally:
        coverage.start()


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of data shared beside the checkout (ERC_TEST_SHARED, else ../shared)."""
    folder = Path(os.environ.get("ERC_TEST_SHARED", CHECKOUT.parent / "shared"))
    if not (folder / "data").is_dir():
        lacking(Need.SHARED, f"no data at {folder}")
    return folder


def _migrate(database: Database) -> None:
    # Imported here: a test of one room does not load the whole service.
    from app.main import MACHINES
    from app.migration import migrate

    migrate(database, MACHINES)


@pytest.fixture(scope="session")
def sqlite_templates(tmp_path_factory: pytest.TempPathFactory) -> Templates:
    return SQLiteTemplates(tmp_path_factory.mktemp("sqlite"), _migrate)


@pytest.fixture(scope="session")
def postgresql_server() -> str:
    """The URL of a server on which the tests may create databases."""
    try:
        return find_server()
    except NoServer as error:
        lacking(Need.POSTGRESQL, str(error))


@pytest.fixture(scope="session")
def postgresql_templates(postgresql_server: str) -> Iterator[Templates]:
    templates = PostgreSQLTemplates(postgresql_server, _migrate)
    yield templates
    templates.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def templates(request: pytest.FixtureRequest) -> Templates:
    """Databases by template, of each kind in turn: `templates.database("world", build)`."""
    templates: Templates = request.getfixturevalue(f"{request.param}_templates")
    return templates


@pytest.fixture
def database_url(templates: Templates) -> Iterator[str]:
    """The URL of a fresh, migrated database."""
    with templates.database() as url:
        yield url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A fresh, migrated database."""
    database = Database(database_url)
    yield database
    database.dispose()
