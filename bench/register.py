"""How fast a register is imported, against reading the same file and inserting it plainly.

    .venv/bin/python -m bench.register [--rows 100000] [--postgresql URL]

Writes a register of invented licences. Then, for each database and in one process:

- reference: `csv` reads every line, and one prepared statement inserts 1,000 rows at a time into a
  table with the columns and indexes of `register_licence`; one transaction, durable at its end;
- import: what `erc import register` does, up to the end of its transaction: every field checked,
  licences that stand there twice and namesakes found, compared with what is known, written;
- again: the same file once more, which changes nothing;
- compare: every row under its blocks and compared with the recruiters (look_alikes.py), which the
  command does after the import; no limit binds it.

Limits: import and again ≥ 0.3 × the rate of the reference; 100,000 rows take as much memory as
10,000, within 8 MiB, each in a process of its own. Exits with 1 where a limit is not kept. Rates
are rows per second of wall time, the best of the rounds: the database's own process counts too.
"""

import argparse
import csv
import resource
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from uuid import uuid4

from sqlalchemy import create_engine, make_url, text

from app.kernel.clock import SystemClock
from app.lifecycle.journal import Workbench
from app.main import MACHINES, READERS
from app.migration import migrate
from app.platform.database import Database
from app.recruiters.look_alikes import compare_imports
from app.recruiters.register_command import imported

ROWS = 100_000
AT_ONCE = 1000
LEAST = 0.3
MORE_MEMORY = 8 * 1024  # KiB
ROUNDS = 2
COLUMNS = "key, country, licence_number, name, address, imported_at, changed_at"
WORDS = ("Amber", "Birch", "Cedar", "Delta", "Ember", "Fjord", "Grove", "Heron", "Ivory", "Juniper")


def write(path: Path, rows: int) -> None:
    """Write a register: the same for the same size."""
    with path.open("w", newline="", encoding="utf-8") as file:
        out = csv.writer(file)
        out.writerow(("licence_country", "licence_number", "name", "address"))
        for number in range(rows):
            name = " ".join(WORDS[int(digit)] for digit in f"{number:06}"[::2])
            out.writerow(
                ("BD", f"RL-{number:06}", f"{name} {number} Ltd", f"{number} Lake View, Dhaka-1212")
            )


def reference(database: Database, path: Path) -> None:
    """Read the same CSV, and insert it with one prepared statement per 1,000 rows."""
    mark = "?" if database.is_sqlite else "%s"
    one = "(" + ", ".join([mark] * 7) + ")"
    when = "2026-03-02T09:30:00.000000Z"
    with database.engine.begin() as connection, path.open(newline="", encoding="utf-8") as file:
        cursor = connection.connection.cursor()
        lines = csv.reader(file)
        next(lines)
        while batch := list(islice(lines, AT_ONCE)):
            values: list[str] = []
            for country, number, name, address in batch:
                values += (f"{country}:{number}", country, number, name, address, when, when)
            rows = ", ".join([one] * len(batch))
            statement = f"INSERT INTO plain_register ({COLUMNS}) VALUES {rows}"  # noqa: S608
            if database.is_sqlite:
                cursor.execute(statement, values)
            else:
                cursor.execute(statement, values, prepare=True)
        cursor.close()


def measured(database: Database, path: Path) -> dict[str, float]:
    """Seconds of each part, the best of the rounds."""
    workbench = Workbench(database, SystemClock(), READERS)
    best: dict[str, float] = {}
    with database.engine.begin() as connection:
        connection.execute(text("CREATE TABLE plain_register AS SELECT * FROM register_licence"))
        connection.execute(text("CREATE UNIQUE INDEX plain_key ON plain_register (key)"))
        connection.execute(
            text("CREATE INDEX plain_number ON plain_register (country, licence_number)")
        )

    def take(name: str, what: Callable[[], object]) -> None:
        began = perf_counter()
        what()
        took = perf_counter() - began
        best[name] = min(best.get(name, took), took)

    def run() -> None:
        with imported(workbench, path, "BD", lambda _done, _size: None):
            pass

    for _ in range(ROUNDS):
        with database.engine.begin() as connection:
            connection.execute(text("DELETE FROM plain_register"))
            connection.execute(text("DELETE FROM register_licence"))
        take("reference", lambda: reference(database, path))
        take("import", run)
        take("again", run)
    take("compare", lambda: compare_imports(workbench))
    return best


@contextmanager
def sqlite(folder: Path) -> Iterator[Database]:
    """A fresh database in a file."""
    yield from _migrated(f"sqlite:///{folder / 'bench.db'}")


@contextmanager
def postgresql(server: str) -> Iterator[Database]:
    """A fresh database on a server, gone at the end."""
    name = f"bench_{uuid4().hex[:12]}"
    admin = create_engine(make_url(server).set(drivername="postgresql+psycopg"))
    with admin.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
        try:
            url = make_url(server).set(database=name)
            yield from _migrated(url.render_as_string(hide_password=False))
        finally:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


def _migrated(url: str) -> Iterator[Database]:
    database = Database(url)
    migrate(database, MACHINES)
    yield database
    database.dispose()


def memory(rows: int) -> int:
    """The most memory, in KiB, that a process takes which imports so many rows."""
    code = f"from bench.register import peak; peak({rows})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return int(done.stdout)


def peak(rows: int) -> None:
    """Import so many rows into SQLite and print the most memory this process took, in KiB."""
    with TemporaryDirectory() as folder, sqlite(Path(folder)) as database:
        path = Path(folder) / "register.csv"
        write(path, rows)
        workbench = Workbench(database, SystemClock(), READERS)
        with imported(workbench, path, "BD", lambda _done, _size: None) as report:
            assert sum(1 for _ in report.rows()) == rows
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--rows", type=int, default=ROWS)
    arguments.add_argument("--postgresql", metavar="URL")
    chosen = arguments.parse_args()
    kept = True
    with TemporaryDirectory() as folder:
        path = Path(folder) / "register.csv"
        write(path, chosen.rows)
        print("| database | part | rows/s | × reference |\n|---|---|---|---|")
        places: list[tuple[str, Callable[[], object]]] = [("SQLite", lambda: sqlite(Path(folder)))]
        if chosen.postgresql:
            places.append(("PostgreSQL", lambda: postgresql(chosen.postgresql)))
        for name, place in places:
            with place() as database:  # type: ignore[attr-defined]
                seconds = measured(database, path)
            for part, took in seconds.items():
                times = seconds["reference"] / took
                print(f"| {name} | {part} | {chosen.rows / took:,.0f} | {times:.2f} |")
                kept &= part not in {"import", "again"} or times >= LEAST
    little, much = memory(chosen.rows // 10), memory(chosen.rows)
    print(f"\nKiB for {chosen.rows // 10:,} rows: {little:,}; for {chosen.rows:,}: {much:,}")
    return 0 if kept and much - little <= MORE_MEMORY else 1


if __name__ == "__main__":
    sys.exit(main())
