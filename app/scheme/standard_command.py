"""What `erc import standard` does: reads the scheme owner's text and drafts a version of it.

All or nothing. Publishing it stays with two people (service.py). docs/standards-and-policies.md
says how the file is written. Called by the command line, which shows the report.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from app.kernel.canonical import digest
from app.kernel.errors import FieldError, Invalid
from app.kernel.roles import SYSTEM
from app.lifecycle.journal import Work, Workbench
from app.platform.strict_json import MEBIBYTE, MalformedJson, parse
from app.scheme import queries, service, standard
from app.scheme.document import Difference, difference, unclean
from app.scheme.families import OWN_CHECKS, STANDARDS, check_standard
from app.scheme.lifecycle import State
from app.scheme.models import Kind
from app.scheme.standard import Standard, Wording

LARGEST = 4 * MEBIBYTE


class UnreadableStandard(Invalid):
    """The file as a whole cannot be read."""


class Outcome(StrEnum):
    """What became of the file, or would."""

    DRAFTED = "drafted"
    REPLACED = "replaced"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What became of a standard's text."""

    outcome: Outcome
    code: str | None = None
    official: int = 0
    """Texts that the file marks as the scheme owner's own words."""
    working_wording: int = 0
    against: str | None = None
    """The version in force, with which it is compared."""
    changes: Difference = field(default_factory=Difference)
    faults: tuple[FieldError, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The report as `erc import standard … --json` prints it."""
        return asdict(self)

    def as_text(self) -> str:
        """For people: one line, and one more for each fault."""
        if self.faults:
            told = [f"{fault.pointer or 'the file'}: {fault.detail}" for fault in self.faults]
            return "\n".join([f"nothing was stored: {len(told)} to mend", *told])
        found = self.changes
        return (
            f"{self.code} {self.outcome}: {self.official} texts official,"
            f" {self.working_wording} working wording; against {self.against}:"
            f" {len(found.added)} added, {len(found.removed)} removed, {len(found.changed)} changed"
        )


def import_file(workbench: Workbench, path: Path, *, dry_run: bool = False) -> ImportReport:
    """Draft the standard of a JSON file, or replace what its draft says; report what it changes.

    A file with faults changes nothing, and the report tells each one. Raises UnreadableStandard.
    """
    document = _read(path)
    if odd := tuple(unclean(document)):
        return ImportReport(Outcome.REFUSED, faults=odd)
    try:
        found = standard.read(document)
    except Invalid as error:
        return ImportReport(Outcome.REFUSED, faults=error.errors)
    with workbench.begin(SYSTEM) as work:
        return _import(work, found, check_standard(document), dry_run=dry_run)


def _import(
    work: Work, found: Standard, document: Mapping[str, Any], *, dry_run: bool
) -> ImportReport:
    outcome = _outcome(work, found.code, document)
    if outcome is Outcome.REFUSED:
        reason = f"{found.code} was used before and never changes: give the text another code."
        return ImportReport(outcome, found.code, faults=(FieldError("/code", reason),))
    if not dry_run:
        match outcome:
            case Outcome.DRAFTED:
                service.draft(work, STANDARDS, Kind.STANDARD, found.code, document, OWN_CHECKS)
            case Outcome.REPLACED:
                service.edit(work, STANDARDS, found.code, document, OWN_CHECKS)
    present = queries.standard_in_force(work.session, work.now)
    texts = [principle.wording for principle in found.principles]
    texts += [criterion.wording for criterion in found.criteria.values()]
    return ImportReport(
        outcome,
        found.code,
        official=texts.count(Wording.OFFICIAL),
        working_wording=texts.count(Wording.WORKING),
        against=present.code,
        changes=difference(standard.written(present), document),
    )


def _outcome(work: Work, code: str, document: Mapping[str, Any]) -> Outcome:
    if not queries.is_taken(work.session, STANDARDS, code):
        return Outcome.DRAFTED
    known = queries.reading(work.session, work.actor, STANDARDS, code)
    if digest(check_standard(known.document)) == digest(document):
        return Outcome.UNCHANGED
    return Outcome.REPLACED if known.standing.state is State.DRAFTED else Outcome.REFUSED


def _read(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except OSError as error:
        raise UnreadableStandard(f"{path} cannot be read: {error.strerror}.") from error
    if len(content) > LARGEST:
        raise UnreadableStandard(f"{path} is larger than {LARGEST // MEBIBYTE} MiB.")
    try:
        document = parse(content)
    except MalformedJson as error:
        raise UnreadableStandard(f"{path}: {error.detail}") from error
    if not isinstance(document, dict):
        raise UnreadableStandard(f"{path} holds no standard: write one JSON object.")
    return document
