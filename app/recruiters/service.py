"""The only code that writes recruiters: entries, names, numbers, and the imported registers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table, select

from app.access import queries as access
from app.access.lifecycle import Kind
from app.kernel.dates import day_of
from app.kernel.errors import Conflict, FieldError, Invalid
from app.kernel.identifiers import new_id, recruiter_number
from app.lifecycle import journal
from app.lifecycle.journal import Work
from app.platform.database import try_lock, upsert
from app.recruiters import queries
from app.recruiters.lifecycle import RECRUITER_ENTRY, Facts
from app.recruiters.models import Recruiter, RecruiterName, RecruiterNumber, RegisterLicence
from app.recruiters.register import Licence, Outcome, RefusedRow
from app.scheme import queries as scheme

_REGISTER: Table = RegisterLicence.__table__  # type: ignore[assignment]


@dataclass(frozen=True, slots=True)
class RowReport:
    """What became of one row of a register."""

    line: int
    outcome: Outcome
    licence_number: str | None
    name: str | None
    reason: str | None = None
    warning: str | None = None


def list_recruiter(work: Work, *, organisation_id: str, name: str, country: str) -> Recruiter:
    """Enter an organisation as a recruiter, under its legal name, in its own country.

    A recruiter admin does so for their own organisation alone. Raises NotFound, Invalid for an
    organisation of another kind, RoleRefused, MoveRefused, Conflict.
    """
    organisation = access.organisation(work.session, work.actor, organisation_id)
    if organisation.kind != Kind.RECRUITER:
        reason = f"this organisation is a {organisation.kind}; only a recruiter is entered as one"
        raise Invalid(reason, errors=[FieldError("/organisation_id", reason)])
    if not try_lock(work.session, f"recruiter of organisation {organisation.id}"):
        raise Conflict("this organisation is being entered as a recruiter at this moment")
    recruiter = Recruiter(
        id=new_id(work.now), organisation_id=organisation.id, name=name, country=country
    )
    facts = Facts(listed_already=queries.is_listed(work.session, organisation.id))
    journal.move(work, RECRUITER_ENTRY, recruiter, "list", facts)
    return recruiter


def rename(
    work: Work,
    recruiter_id: str,
    name: str,
    reason_code: str,
    *,
    expected_version: int | None = None,
) -> Recruiter:
    """Give the recruiter another name; the former one is kept beside it.

    Raises NotFound, RoleRefused, MoveRefused, StaleVersion.
    """
    recruiter = journal.lock(work, Recruiter, recruiter_id)
    former = recruiter.name
    journal.move(
        work,
        RECRUITER_ENTRY,
        recruiter,
        "rename",
        Facts(same_name=former == name),
        reason=reason_code,
        expected_version=expected_version,
    )
    recruiter.name = name
    work.session.add(
        RecruiterName(id=new_id(work.now), recruiter_id=recruiter.id, name=former, until=work.now)
    )
    return recruiter


def issue_number(work: Work, recruiter: Recruiter) -> str:
    """The recruiter's number: the one it has, else the next of the sequence with today's month.

    Permanent for the legal entity (DOMAIN §5). The recruiter must be locked.
    """
    if recruiter.number is None:
        issued = RecruiterNumber(recruiter_id=recruiter.id, issued_at=work.now)
        work.session.add(issued)
        work.session.flush()
        today = day_of(work.now, scheme.policy_in_force(work.session, work.now).zone)
        recruiter.number = recruiter_number(issued.id, today)
    return recruiter.number


def import_register(
    work: Work, rows: Sequence[Licence | RefusedRow], country: str
) -> list[RowReport]:
    """Bring what is known of one country's licences to what its register says now.

    `rows` come from `register.read`; the same rows again change nothing. Licences that the
    register does not name any more stay as they are. Raises Conflict where another import runs.
    """
    if not try_lock(work.session, f"register of {country}"):
        raise Conflict(f"another import of the register of {country} is running; wait for it")
    known = {
        licence.key: licence
        for licence in work.session.execute(
            select(_REGISTER).where(RegisterLicence.country == country)
        )
    }
    reports: list[RowReport] = []
    changes: list[Mapping[str, Any]] = []
    for row in rows:
        if isinstance(row, RefusedRow):
            reports.append(
                RowReport(row.line, Outcome.REFUSED, row.number, row.name, reason=row.reason)
            )
            continue
        key = row.key
        before = known.get(key)
        outcome = _compared(row, before)
        warning = "; ".join(row.warnings) or None
        reports.append(RowReport(row.line, outcome, row.number, row.name, warning=warning))
        if outcome is not Outcome.UNCHANGED:
            changes.append(
                {
                    "key": key,
                    "country": row.country,
                    "licence_number": row.number,
                    "name": row.name,
                    "address": row.address,
                    "imported_at": before.imported_at if before else work.now,
                    "changed_at": work.now,
                }
            )
    upsert(work.session, _REGISTER, changes, key=["key"])
    return reports


def _compared(row: Licence, before: Any) -> Outcome:
    if before is None:
        return Outcome.IMPORTED
    same = (row.name, row.address) == (before.name, before.address)
    return Outcome.UNCHANGED if same else Outcome.UPDATED
