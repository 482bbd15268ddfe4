"""What an import of a ledger does: read every line, then record all of them or none.

The file is read twice, first without holding the database, so that one long file locks nobody out
while it is judged; a thousand lines are in memory at a time.
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from itertools import islice
from typing import IO, Any

from app.employer_pays.charges.service import Batch, NewCharge, NewWorker, insert_batch
from app.employer_pays.ledger.columns import NO_MAPPING, LedgerMapping, UnreadableLedger, match
from app.employer_pays.ledger.files import OnBytes, rows
from app.employer_pays.ledger.lines import Fault, Line, read_line
from app.employer_pays.triangulation import Source
from app.kernel.errors import Conflict
from app.lifecycle.journal import Work
from app.recruiters.models import Recruiter

_AT_ONCE = 1000
MOST_FAULTS = 200
"""How many faults are told one by one; the others are counted."""


@dataclass(frozen=True, slots=True)
class LedgerFile:
    """A file, opened, and how it is to be read."""

    file: IO[bytes]
    mapping: LedgerMapping = NO_MAPPING
    locale: str | None = None

    def lines(self, on_bytes: OnBytes = lambda _read: None) -> Iterator[Line | list[Fault]]:
        """Every line that is not empty, as a line or its faults. Raises UnreadableLedger."""
        self.file.seek(0)
        found = rows(self.file, on_bytes)
        headers = next(found, None)
        if headers is None or not any(headers):
            raise UnreadableLedger("The file is empty: its first line names the columns.")
        columns = match(headers, self.mapping)
        for number, cells in enumerate(found, start=2):
            if any(cell not in (None, "") for cell in cells):
                yield read_line(number, columns.told(cells), self.mapping, self.locale)


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What became of a ledger."""

    lines: int
    recorded: int
    faulty: int
    """Lines with a fault."""
    faults: tuple[Fault, ...]
    dry_run: bool

    def as_json(self) -> dict[str, Any]:
        """The report for machines."""
        return {
            "lines": self.lines,
            "recorded": self.recorded,
            "faulty": self.faulty,
            "dry_run": self.dry_run,
            "faults": [asdict(fault) for fault in self.faults],
        }


def judge(ledger: LedgerFile, on_bytes: OnBytes = lambda _read: None) -> ImportReport:
    """Read every line and record nothing. Raises UnreadableLedger."""
    lines = faulty = 0
    faults: list[Fault] = []
    for line in ledger.lines(on_bytes):
        lines += 1
        if isinstance(line, list):
            faulty += 1
            faults += line[: MOST_FAULTS - len(faults)]
    return ImportReport(lines, 0, faulty, tuple(faults), dry_run=True)


def record(
    work: Work,
    key: bytes,
    recruiter: Recruiter,
    ledger: LedgerFile,
    on_bytes: OnBytes = lambda _read: None,
) -> int:
    """Record every line of a ledger that was judged faultless; how many charges.

    Raises Conflict where the file is another one by now, Invalid.
    """
    lines = iter(ledger.lines(on_bytes))
    recorded = 0
    while some := list(islice(lines, _AT_ONCE)):
        good = [line for line in some if isinstance(line, Line)]
        if len(good) < len(some):
            raise Conflict("the file changed while it was being imported; import it again")
        insert_batch(work, key, recruiter, _batch(good))
        recorded += len(good)
    return recorded


def _batch(lines: list[Line]) -> Batch:
    """Lines of one worker that tell the same of the job make one worker."""
    workers: dict[tuple[object, ...], int] = {}
    new: list[NewWorker] = []
    charges = []
    for line in lines:
        same = (
            line.identity,
            line.pseudonym,
            line.corridor,
            line.employer_id,
            tuple(sorted((name, str(fact)) for name, fact in line.facts.items())),
        )
        if same not in workers:
            workers[same] = len(new)
            new.append(
                NewWorker(
                    ref=str(len(new)),
                    corridor=line.corridor,
                    facts=line.facts,
                    identity=line.identity,
                    pseudonym=line.pseudonym,
                    employer_id=line.employer_id,
                )
            )
        charges.append(NewCharge(workers[same], line.charge, line.reference))
    return Batch(Source.LEDGER, new, charges)
