"""Licences as recruiters state them, and what the imported registers have against them.

The only code that writes statements of licences and signals (DOMAIN §5). A signal is a move of the
recruiter by the system, so whatever follows the journal sees it in the same transaction.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select, update

from app.kernel.dates import day_of
from app.kernel.identifiers import new_id
from app.kernel.roles import SYSTEM
from app.lifecycle import journal
from app.lifecycle.journal import Work
from app.recruiters import look_alikes, queries
from app.recruiters.licence_check import Fault, fault
from app.recruiters.lifecycle import RECRUITER_ENTRY, Facts
from app.recruiters.models import LicenceSignal, Recruiter, RecruiterLicence
from app.recruiters.register import Status
from app.scheme import queries as scheme


@dataclass(frozen=True, slots=True)
class NewLicence:
    """A licence as the recruiter states it."""

    country: str
    number: str
    authority: str
    status: Status
    valid_from: date
    valid_until: date | None


def state(work: Work, recruiter_id: str, stated: NewLicence) -> RecruiterLicence:
    """Keep the statement; an earlier one of the same country and number is replaced by it.

    Where the country's register was imported, it is asked at once. Raises NotFound.
    """
    recruiter = queries.owned(work.session, work.actor, recruiter_id)
    journal.lock(work, Recruiter, queries.survivor(work.session, recruiter.id).id)
    _replace(work, recruiter.id, stated)
    made = RecruiterLicence(
        id=new_id(work.now),
        recruiter_id=recruiter.id,
        country=stated.country,
        number=stated.number,
        authority=stated.authority,
        status=stated.status.value,
        valid_from=stated.valid_from,
        valid_until=stated.valid_until,
        stated_at=work.now,
    )
    work.session.add(made)
    work.session.flush()
    judge_again(work, stated.country, only=recruiter.id)
    look_alikes.compare_recruiter(work, recruiter.id)
    return made


def judge_again(work: Work, country: str, *, only: str | None = None) -> None:
    """Compare the stated licences of a country with its register: signals are raised and cleared.

    A licence that is stated no more has no signal. Does nothing where no register was imported.
    """
    if queries.register_imported_at(work.session, country) is None:
        return
    today = day_of(work.now, scheme.policy_in_force(work.session, work.now).zone)
    stated = _stated(work, country, only)
    said = queries.registers_say(work.session, country, {row.number for row in stated})
    found = {
        row.id: against
        for row in stated
        if (against := fault(said.get(row.number), today)) is not None
    }
    standing = _open_signals(work, country, only)
    ended = [signal for signal in standing if found.get(signal.licence_id) != signal.code]
    kept = {signal.licence_id for signal in standing} - {signal.licence_id for signal in ended}
    raised = {row.id: row.recruiter_id for row in stated if row.id in found and row.id not in kept}
    _move(work, ended, raised, found)


def _move(
    work: Work,
    ended: Collection[LicenceSignal],
    raised: Mapping[str, str],
    found: Mapping[str, Fault],
) -> None:
    owners = {signal.recruiter_id for signal in ended} | set(raised.values())
    moving = {owner: queries.survivor(work.session, owner).id for owner in owners}
    locked = {}
    for recruiter_id in sorted(set(moving.values())):
        locked[recruiter_id] = journal.lock(work, Recruiter, recruiter_id)
    system = work.acting_as(SYSTEM)
    for signal in ended:
        signal.cleared_at = work.now
        journal.move(
            system,
            RECRUITER_ENTRY,
            locked[moving[signal.recruiter_id]],
            "clear_licence",
            Facts(),
            details={"licence": signal.licence_id, "code": signal.code},
        )
    for licence_id, owner in sorted(raised.items()):
        work.session.add(
            LicenceSignal(
                id=new_id(work.now),
                recruiter_id=owner,
                licence_id=licence_id,
                code=found[licence_id].value,
                raised_at=work.now,
            )
        )
        work.session.flush()
        journal.move(
            system,
            RECRUITER_ENTRY,
            locked[moving[owner]],
            "signal_licence",
            Facts(),
            details={"licence": licence_id, "code": found[licence_id].value},
        )


def _replace(work: Work, recruiter_id: str, stated: NewLicence) -> None:
    work.session.execute(
        update(RecruiterLicence)
        .where(
            RecruiterLicence.recruiter_id == recruiter_id,
            RecruiterLicence.country == stated.country,
            RecruiterLicence.number == stated.number,
            RecruiterLicence.replaced_at.is_(None),
        )
        .values(replaced_at=work.now)
    )


def _stated(work: Work, country: str, only: str | None) -> list[RecruiterLicence]:
    asked = select(RecruiterLicence).where(
        RecruiterLicence.country == country,
        RecruiterLicence.replaced_at.is_(None),
        RecruiterLicence.status != Status.CANCELLED,
    )
    if only is not None:
        asked = asked.where(RecruiterLicence.recruiter_id == only)
    return list(work.session.scalars(asked))


def _open_signals(work: Work, country: str, only: str | None) -> list[LicenceSignal]:
    asked = (
        select(LicenceSignal)
        .join(RecruiterLicence, RecruiterLicence.id == LicenceSignal.licence_id)
        .where(RecruiterLicence.country == country, LicenceSignal.cleared_at.is_(None))
        .order_by(LicenceSignal.id)
    )
    if only is not None:
        asked = asked.where(LicenceSignal.recruiter_id == only)
    return list(work.session.scalars(asked))
