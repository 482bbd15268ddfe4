"""What `erc import ledger` does: judges the file, then records it whole."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.employer_pays.ledger.columns import (
    NO_MAPPING,
    LedgerMapping,
    UnreadableLedger,
    UnreadableMapping,
    read_mapping,
)
from app.employer_pays.ledger.importing import ImportReport, LedgerFile, judge, record
from app.employer_pays.ledger.numerals import writing
from app.kernel.errors import NotFound
from app.kernel.identifiers import is_id
from app.kernel.roles import SYSTEM
from app.lifecycle.journal import Workbench
from app.recruiters.models import Recruiter

OnProgress = Callable[[int, int], None]
"""Told how many bytes of how many have been read; the file is read twice."""


@dataclass(frozen=True, slots=True)
class Options:
    """How a ledger is to be read, and whether it is recorded."""

    mapping: Path | None = None
    locale: str | None = None
    dry_run: bool = False


def import_file(
    workbench: Workbench,
    key: bytes,
    path: Path,
    recruiter: str,
    options: Options,
    on_progress: OnProgress,
) -> ImportReport:
    """Import a recruiter's ledger, CSV or XLSX: every line of it, or none where one has a fault.

    `recruiter` is its id or its number. Raises UnreadableLedger, UnreadableMapping, UnknownLocale,
    NotFound, Invalid.
    """
    if options.locale is not None:
        writing(options.locale)
    mapping = NO_MAPPING if options.mapping is None else _mapping(options.mapping)
    with workbench.database.read() as session:
        recruiter_id = _named(session, recruiter).id
    try:
        with path.open("rb") as file:
            size = path.stat().st_size
            ledger = LedgerFile(file, mapping, options.locale)
            report = judge(ledger, lambda done: on_progress(done, 2 * size))
            if options.dry_run or report.faulty:
                return ImportReport(
                    report.lines, 0, report.faulty, report.faults, dry_run=options.dry_run
                )
            with workbench.begin(SYSTEM) as work:
                found = work.session.get_one(Recruiter, recruiter_id)
                recorded = record(
                    work, key, found, ledger, lambda done: on_progress(size + done, 2 * size)
                )
    except OSError as error:
        raise UnreadableLedger(f"{path} cannot be read: {error.strerror}.") from error
    return ImportReport(report.lines, recorded, 0, (), dry_run=False)


def _mapping(path: Path) -> LedgerMapping:
    try:
        return read_mapping(path.read_bytes())
    except OSError as error:
        raise UnreadableMapping(f"{path} cannot be read: {error.strerror}.") from error


def _named(session: Session, recruiter: str) -> Recruiter:
    named = [Recruiter.number == recruiter]
    if is_id(recruiter):
        named.append(Recruiter.id == recruiter)
    found = session.scalars(select(Recruiter).where(or_(*named))).one_or_none()
    if found is None:
        raise NotFound(f"there is no recruiter {recruiter[:40]!a}: give its number or its id")
    return found
