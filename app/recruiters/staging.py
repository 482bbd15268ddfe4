"""Where the rows of a register wait between reading and writing: a scratch file of its own.

However long the register is, memory holds a thousand rows; the same licence twice and namesakes far
apart are found all the same. The file is SQLite's, beside no database of ours, gone at the end.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from app.recruiters.names import normalised
from app.recruiters.register import Licence, Outcome, RefusedRow, Status

AT_ONCE = 1000
"""Rows that are held, written and compared together."""

_MOST_NAMESAKES = 5
_SCHEMA = """
CREATE TABLE row (
    line INTEGER PRIMARY KEY, key TEXT, number TEXT, name TEXT, address TEXT, status TEXT,
    valid_until TEXT, namesake TEXT, warning TEXT, refusal TEXT);
CREATE TABLE outcome (line INTEGER PRIMARY KEY, outcome TEXT);
CREATE TABLE vanished (key TEXT PRIMARY KEY, number TEXT, name TEXT);
"""


@dataclass(frozen=True, slots=True)
class RowReport:
    """What became of one row of a register, or of a licence that has no row any more."""

    line: int | None
    outcome: Outcome
    licence_number: str | None
    name: str | None
    reason: str | None = None
    warning: str | None = None


class Staging:
    """The rows of one register, in the file's order."""

    def __init__(self, path: Path, country: str) -> None:
        self._country = country
        self._scratch = sqlite3.connect(path, isolation_level=None)
        self._scratch.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;" + _SCHEMA)

    def close(self) -> None:
        """Let the file go."""
        self._scratch.close()

    def fill(self, rows: Iterable[Licence | RefusedRow]) -> None:
        """Take every row in, then find those that stand there twice."""
        rows = iter(rows)
        self._scratch.execute("BEGIN")
        while batch := list(islice(rows, AT_ONCE)):
            self._scratch.executemany(
                "INSERT INTO row VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", map(_kept, batch)
            )
        self._scratch.execute("COMMIT")
        self._scratch.executescript(
            """
            CREATE INDEX by_key ON row (key) WHERE key IS NOT NULL;
            UPDATE row SET key = NULL,
                refusal = 'the same licence stands in line ' || first.line || ' already'
            FROM (SELECT key, min(line) AS line FROM row WHERE key IS NOT NULL
                GROUP BY key HAVING count(*) > 1) AS first
            WHERE row.key = first.key AND row.line <> first.line;
            CREATE INDEX by_name ON row (namesake, line) WHERE key IS NOT NULL;
            CREATE TABLE several AS SELECT namesake FROM row WHERE key IS NOT NULL
                GROUP BY namesake HAVING count(*) > 1;
            CREATE UNIQUE INDEX by_several ON several (namesake);
            """
        )

    def batches(self) -> Iterator[list[Licence | RefusedRow]]:
        """Every row again, each licence with its warnings, a thousand at a time."""
        read = self._scratch.execute(
            """
            SELECT line, key, number, name, address, status, valid_until, warning, refusal,
                several.namesake
            FROM row LEFT JOIN several ON several.namesake = row.namesake AND row.key IS NOT NULL
            ORDER BY line
            """
        )
        while batch := read.fetchmany(AT_ONCE):
            yield [self._read(*columns) for columns in batch]

    def note(self, outcomes: Iterable[tuple[int, Outcome]]) -> None:
        """Remember what became of rows."""
        self._scratch.executemany("INSERT INTO outcome VALUES (?, ?)", outcomes)

    def without_a_row(self, keys: Sequence[str]) -> list[str]:
        """Which of these licences the file does not name."""
        asked = ", ".join("?" * len(keys))
        read = self._scratch.execute(f"SELECT key FROM row WHERE key IN ({asked})", keys)  # noqa: S608
        named = {key for (key,) in read}
        return [key for key in keys if key not in named]

    def note_vanished(self, licences: Iterable[tuple[str, str | None, str]]) -> None:
        """Remember licences, as key, number and name, that the file does not name any more."""
        self._scratch.executemany("INSERT INTO vanished VALUES (?, ?, ?)", licences)

    def counts(self) -> dict[Outcome, int]:
        """How many rows, and vanished licences, ended in each outcome."""
        read = self._scratch.execute(
            "SELECT outcome, count(*) FROM outcome GROUP BY outcome"
            " UNION ALL SELECT 'vanished', count(*) FROM vanished"
        )
        counted: dict[str, int] = dict(read.fetchall())
        return {outcome: counted.get(outcome.value, 0) for outcome in Outcome}

    def reports(self) -> Iterator[RowReport]:
        """What became of every row, in the file's order, then of every vanished licence."""
        read = self._scratch.cursor()
        for batch in self.batches():
            lines = (batch[0].line, batch[-1].line)
            read.execute("SELECT line, outcome FROM outcome WHERE line BETWEEN ? AND ?", lines)
            outcomes = {line: Outcome(outcome) for line, outcome in read}
            for row in batch:
                if isinstance(row, RefusedRow):
                    yield RowReport(
                        row.line, Outcome.REFUSED, row.number, row.name, reason=row.reason
                    )
                else:
                    warning = "; ".join(row.warnings) or None
                    yield RowReport(
                        row.line, outcomes[row.line], row.number, row.name, warning=warning
                    )
        read.execute("SELECT number, name FROM vanished ORDER BY key")
        for number, name in read:
            yield RowReport(
                None, Outcome.VANISHED, number, name, reason="it is not in the register any more"
            )

    def _read(
        self,
        line: int,
        key: str | None,
        number: str | None,
        name: str,
        address: str,
        status: str | None,
        valid_until: str | None,
        warning: str | None,
        refusal: str | None,
        namesake: str | None,
    ) -> Licence | RefusedRow:
        if key is None:
            return RefusedRow(line, refusal or "", number, name)
        warnings = [] if warning is None else [warning]
        if namesake is not None:
            others = self._scratch.execute(
                "SELECT line FROM row WHERE namesake = ? AND line <> ? AND key IS NOT NULL"
                " ORDER BY line LIMIT ?",
                (namesake, line, _MOST_NAMESAKES),
            )
            lines = ", ".join(str(other) for (other,) in others)
            warnings.append(f"the same name stands in line {lines}")
        licence = Licence(
            line=line,
            country=self._country,
            number=number,
            name=name,
            address=address,
            status=None if status is None else Status(status),
            valid_until=None if valid_until is None else date.fromisoformat(valid_until),
            warnings=tuple(warnings),
        )
        licence.__dict__["key"] = key  # known: not to be hashed again
        return licence


@contextmanager
def staged(rows: Iterable[Licence | RefusedRow], country: str) -> Iterator[Staging]:
    """The rows of a register, read to their end, until the block ends.

    Raises what reading them raises.
    """
    with TemporaryDirectory(prefix="erc-register-") as folder:
        staging = Staging(Path(folder) / "rows.db", country)
        try:
            staging.fill(rows)
            yield staging
        finally:
            staging.close()


def _kept(row: Licence | RefusedRow) -> tuple[object, ...]:
    if isinstance(row, RefusedRow):
        return (row.line, None, row.number, row.name, None, None, None, None, None, row.reason)
    return (
        row.line,
        row.key,
        row.number,
        row.name,
        row.address,
        row.status,
        None if row.valid_until is None else row.valid_until.isoformat(),
        normalised(row.name),
        "; ".join(row.warnings) or None,
        None,
    )
