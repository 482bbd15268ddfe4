"""What `erc import register` does: reads the file, imports it in one transaction, reports.

Called by the command line, which shows the progress and the report.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, BinaryIO

from app.kernel.roles import SYSTEM
from app.lifecycle.journal import Workbench
from app.recruiters.register import PLAIN, Mapping, Outcome, UnreadableRegister, parse
from app.recruiters.register_import import import_register
from app.recruiters.staging import RowReport, Staging, staged

OnProgress = Callable[[int, int], None]
"""Told how many bytes of how many have been read."""

LONGEST_LINE = 1_048_576
"""Bytes; a line that goes on after that is none of a register."""

_LINES_A_STEP = 500


@dataclass(frozen=True, slots=True)
class Options:
    """How a file is to be read and what may be done."""

    mapping: Mapping = PLAIN
    dry_run: bool = False
    """Find out what would happen, and change nothing."""
    may_shrink: bool = False
    """Is it the whole register, even where it lacks more than half of what is known?"""


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What became of a register: how many rows ended how, and every row while it is open."""

    counts: dict[Outcome, int]
    _staging: Staging

    def rows(self) -> Iterator[RowReport]:
        """Row by row in the file's order, then the licences that have vanished from it."""
        return self._staging.reports()

    def as_json(self) -> dict[str, Any]:
        """The counts as `erc import register … --json` prints them, before the rows."""
        return {outcome.value: count for outcome, count in self.counts.items()}


class _DryRun(Exception):
    """Ends a transaction that must leave nothing behind."""


@contextmanager
def imported(
    workbench: Workbench,
    path: Path,
    country: str,
    on_progress: OnProgress,
    options: Options | None = None,
) -> Iterator[ImportReport]:
    """Import one country's licence register from a CSV file: all of it, or nothing.

    A row that is refused does not keep the others out; the report says why. Raises
    `UnreadableRegister` where the file as a whole is at fault, `UnknownCountry`, `RegisterShrunk`,
    and `Conflict` where another import of this register runs: then nothing has changed.
    """
    chosen = options or Options()
    with _open(path) as file:
        rows = parse(_watched(file, on_progress), country, chosen.mapping)
        with staged(rows, country) as staging:
            try:
                with workbench.begin(SYSTEM) as work:
                    import_register(work, staging, country, may_shrink=chosen.may_shrink)
                    if chosen.dry_run:
                        raise _DryRun
            except _DryRun:
                pass
            yield ImportReport(staging.counts(), staging)


def row_as_json(row: RowReport) -> dict[str, Any]:
    """One row of the report as `--json` prints it."""
    return asdict(row)


@contextmanager
def _open(path: Path) -> Iterator[BinaryIO]:
    try:
        file = path.open("rb")
    except OSError as error:
        raise UnreadableRegister(f"{path} cannot be read: {error.strerror}.") from error
    with file:
        yield file


def _watched(file: BinaryIO, on_progress: OnProgress) -> Iterator[bytes]:
    size = os.fstat(file.fileno()).st_size
    done = number = 0
    try:
        while line := file.readline(LONGEST_LINE + 1):
            number += 1
            if len(line) > LONGEST_LINE:
                raise UnreadableRegister(
                    f"Line {number} is longer than {LONGEST_LINE} bytes: this is no register."
                )
            if number % _LINES_A_STEP == 1:
                on_progress(done, size)
            done += len(line)
            yield line
    except OSError as error:
        raise UnreadableRegister(f"The file cannot be read on: {error.strerror}.") from error
    on_progress(done, size)
