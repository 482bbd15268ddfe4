"""What `erc import register` does: reads the file, imports it in one transaction, reports.

Called by the command line, which shows the progress and the report.
"""

import os
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, BinaryIO

from app.kernel.roles import SYSTEM
from app.lifecycle.journal import Workbench
from app.recruiters.register import Outcome, UnreadableRegister, read
from app.recruiters.service import RowReport, import_register

OnProgress = Callable[[int, int], None]
"""Told how many bytes of how many have been read."""

_LINES_A_STEP = 500


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What became of a register, row by row in the file's order."""

    rows: tuple[RowReport, ...]

    @property
    def counts(self) -> dict[Outcome, int]:
        """How many rows ended in each outcome."""
        counted = Counter(row.outcome for row in self.rows)
        return {outcome: counted[outcome] for outcome in Outcome}

    def as_json(self) -> dict[str, Any]:
        """The report as `erc import register … --json` prints it."""
        counts = {outcome.value: count for outcome, count in self.counts.items()}
        return counts | {"rows": [asdict(row) for row in self.rows]}


def import_file(
    workbench: Workbench, path: Path, country: str, on_progress: OnProgress
) -> ImportReport:
    """Import one country's licence register from a CSV file: all of it, or nothing.

    A row that is refused does not keep the others out; the report says why. Raises
    `UnreadableRegister` where the file as a whole is at fault, `UnknownCountry`, and `Conflict`
    where another import of this register runs: then nothing has changed.
    """
    try:
        with path.open("rb") as file:
            rows = read(_watched(file, on_progress), country)
    except OSError as error:
        raise UnreadableRegister(f"{path} cannot be read: {error.strerror}.") from error
    with workbench.begin(SYSTEM) as work:
        return ImportReport(tuple(import_register(work, rows, country)))


def _watched(file: BinaryIO, on_progress: OnProgress) -> Iterator[bytes]:
    size = os.fstat(file.fileno()).st_size
    done = 0
    for number, line in enumerate(file):
        if number % _LINES_A_STEP == 0:
            on_progress(done, size)
        done += len(line)
        yield line
    on_progress(done, size)
