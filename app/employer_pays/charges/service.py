"""The only code that writes charges, answers, exceptions, and who read what about workers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from app.access.lifecycle import Kind
from app.access.queries import kind_of
from app.employer_pays.charge import Charge, LegalException, Payer
from app.employer_pays.charges import queries
from app.employer_pays.charges.models import (
    ChargeAnswer,
    ChargeRow,
    ChargeWorker,
    LegalExceptionRow,
    WorkerDataRead,
)
from app.employer_pays.charges.sight import Sight, check_recorder
from app.employer_pays.exchange import ExchangeRate
from app.employer_pays.rates import queries as rates
from app.employer_pays.triangulation import Source
from app.kernel.errors import Conflict, FieldError, Invalid, NotFound
from app.kernel.identifiers import new_id
from app.kernel.money import Money
from app.kernel.roles import Actor, Role
from app.lifecycle.journal import Work
from app.platform.database import try_lock
from app.recruiters import queries as recruiters
from app.recruiters.models import Recruiter
from app.recruiters.pseudonyms import Identity, pseudonym

LARGEST_CHARGE = 10**13
"""The most minor units one charge may have: sums of them stay within what an amount can hold."""


@dataclass(frozen=True, slots=True)
class NewWorker:
    """A worker as a source tells them; `identity` is forgotten once it is a pseudonym."""

    ref: str
    corridor: str
    facts: Mapping[str, Any]
    identity: Identity | None = None
    pseudonym: str | None = None
    employer_id: str | None = None


@dataclass(frozen=True, slots=True)
class NewCharge:
    """A charge as a source tells it; `worker` is the place of its worker in the batch."""

    worker: int
    charge: Charge
    reference: str | None = None
    rate: ExchangeRate | None = None
    rate_digits: str | None = None
    """The rate as it was written."""
    supersedes: str | None = None


@dataclass(frozen=True, slots=True)
class Batch:
    """What one source tells at one time."""

    source: Source
    workers: Sequence[NewWorker]
    charges: Sequence[NewCharge]
    audit_id: str | None = None


@dataclass(frozen=True, slots=True)
class Recorded:
    """What became of a batch: pseudonyms by ref, ids in order, and the rates that are missing."""

    source: Source
    pseudonyms: Mapping[str, str]
    charges: Sequence[str]
    without_rate: Sequence[str]


def record(work: Work, key: bytes, recruiter_id: str, batch: Batch) -> Recorded:
    """Store what a source tells, all of it or nothing, in two statements.

    `key` turns identities into pseudonyms. Raises NotFound, RoleRefused, Invalid at each fault,
    Conflict where another correction is being recorded.
    """
    recruiter = check_recorder(work.session, work.actor, recruiter_id, batch.source, batch.audit_id)
    return insert_batch(work, key, recruiter, batch)


def insert_batch(work: Work, key: bytes, recruiter: Recruiter, batch: Batch) -> Recorded:
    """The same for a batch that the actor is known to be allowed to record."""
    _check_amounts(batch)
    batch = replace(batch, workers=_with_employers(work, batch))
    names = [it.pseudonym or pseudonym(key, recruiter.id, _identity(it)) for it in batch.workers]
    _check_corrections(work, recruiter, batch, names)
    workers = [
        {
            "id": new_id(work.now),
            "recruiter_id": recruiter.id,
            "pseudonym": name,
            "source": batch.source.value,
            "audit_id": batch.audit_id,
            "employer_id": it.employer_id,
            "corridor": it.corridor,
            "facts": dict(it.facts),
            "recorded_at": work.now,
            "recorded_by": work.actor.person,
            "recorded_for": work.actor.organisation,
        }
        for it, name in zip(batch.workers, names, strict=True)
    ]
    found, without = _rates(work.session, batch)
    rows = [
        _row(it, workers[it.worker], rate, work.now)
        for it, rate in zip(batch.charges, found, strict=True)
    ]
    work.session.execute(insert(ChargeWorker), workers)
    if rows:
        work.session.execute(insert(ChargeRow), rows)
    return Recorded(
        source=batch.source,
        pseudonyms={it.ref: name for it, name in zip(batch.workers, names, strict=True)},
        charges=[row["id"] for row in rows],
        without_rate=without,
    )


def answer(work: Work, charge_id: str, *, confirmed: bool) -> ChargeRow:
    """The employer says whether it paid what a ledger says it paid.

    Raises NotFound, Conflict where the charge was corrected.
    """
    charge = queries.charge(work.session, charge_id)
    is_about_it = (
        charge.employer_id == work.actor.organisation
        and charge.source == Source.LEDGER
        and charge.paid_by == Payer.EMPLOYER
    )
    if Role.EMPLOYER not in work.actor.roles or not is_about_it:
        raise NotFound(f"there is no charge {charge_id[:36]} that a ledger says you paid")
    newer = select(ChargeRow.id).where(ChargeRow.supersedes == charge.id)
    if work.session.scalars(newer).first() is not None:
        raise Conflict("the recruiter corrected this charge: answer the correction")
    work.session.add(
        ChargeAnswer(
            id=new_id(work.now),
            charge_id=charge.id,
            employer_id=work.actor.organisation,
            confirmed=confirmed,
            answered_at=work.now,
            answered_by=work.actor.person,
        )
    )
    return charge


def record_exception(
    work: Work, recruiter_id: str, exception: LegalException, supersedes: str | None = None
) -> LegalExceptionRow:
    """Record an exception under C181 Art. 7(2) that a recruiter made use of.

    Raises NotFound, Invalid where what it corrects is not there or was corrected.
    """
    recruiter = recruiters.recruiter(work.session, work.actor, recruiter_id)
    if exception.valid_until is not None and exception.valid_until < exception.valid_from:
        raise _invalid("/valid_until", "The exception ends before it begins.")
    if supersedes is not None:
        _lock_corrections(work, recruiter)
        former = work.session.get(LegalExceptionRow, supersedes)
        newer = select(LegalExceptionRow.id).where(LegalExceptionRow.supersedes == supersedes)
        if former is None or former.recruiter_id != recruiter.id:
            raise _invalid("/supersedes", "There is no such exception of this recruiter.")
        if work.session.scalars(newer).first() is not None:
            raise _invalid("/supersedes", "It was corrected already: correct the newest one.")
    row = LegalExceptionRow(
        id=new_id(work.now),
        recruiter_id=recruiter.id,
        country=exception.country,
        legal_basis=exception.legal_basis,
        worker_category=exception.worker_category,
        service_type=exception.service_type,
        disclosed_before_acceptance=exception.disclosed_before_acceptance,
        valid_from=exception.valid_from,
        valid_until=exception.valid_until,
        supersedes=supersedes,
        recorded_at=work.now,
        recorded_by=work.actor.person,
    )
    work.session.add(row)
    return row


def note_read(
    session: Session,
    actor: Actor,
    now: datetime,
    *,
    what: str,
    rows: int,
    recruiter_id: str | None,
    subject: str | None = None,
) -> None:
    """Keep that somebody from outside a recruiter read rows about its workers."""
    session.add(
        WorkerDataRead(
            id=new_id(now),
            person_id=actor.person,
            organisation_id=actor.organisation,
            recruiter_id=recruiter_id,
            what=what,
            subject=subject,
            row_count=rows,
            read_at=now,
        )
    )


def noted(
    session: Session,
    actor: Actor,
    now: datetime,
    sight: Sight,
    recruiter_id: str,
    found: Sequence[Any],
) -> None:
    """Keep that charges were read, unless it was the recruiter itself."""
    if not sight.of_the_recruiter:
        note_read(session, actor, now, what="charges", rows=len(found), recruiter_id=recruiter_id)


def _check_amounts(batch: Batch) -> None:
    faults = [
        FieldError(
            f"/charges/{place}/amount",
            f"One charge is at most {Money(LARGEST_CHARGE, it.charge.amount.currency)}.",
        )
        for place, it in enumerate(batch.charges)
        if it.charge.amount.minor > LARGEST_CHARGE
        or (it.charge.repaid is not None and it.charge.repaid.minor > LARGEST_CHARGE)
    ]
    if faults:
        raise Invalid("Nothing was recorded; mend each fault.", errors=faults)


def _with_employers(work: Work, batch: Batch) -> list[NewWorker]:
    """An employer's own invoice names itself; whom others name is an employer we know."""
    if batch.source is Source.INVOICE and batch.audit_id is None:
        own = work.actor.organisation
        if any(it.employer_id not in (None, own) for it in batch.workers):
            raise _invalid("/workers", "An employer records its own invoices.")
        return [replace(it, employer_id=own) for it in batch.workers]
    faults = []
    known: dict[str, bool] = {}
    for place, worker in enumerate(batch.workers):
        named = worker.employer_id
        if named is None:
            if batch.source is Source.INVOICE:
                faults.append(
                    FieldError(f"/workers/{place}/employer_id", "Name the employer of the invoice.")
                )
            continue
        if named not in known:
            known[named] = kind_of(work.session, named) is Kind.EMPLOYER
        if not known[named]:
            faults.append(
                FieldError(f"/workers/{place}/employer_id", f"There is no employer {named}.")
            )
    if faults:
        raise Invalid("Nothing was recorded; mend each fault.", errors=faults)
    return list(batch.workers)


def _check_corrections(
    work: Work, recruiter: Recruiter, batch: Batch, names: Sequence[str]
) -> None:
    """A correction is of the same source and worker, and of a charge that nobody corrected."""
    places = {
        it.supersedes: place for place, it in enumerate(batch.charges) if it.supersedes is not None
    }
    if not places:
        return
    _lock_corrections(work, recruiter)
    faults = []
    if len(places) < sum(it.supersedes is not None for it in batch.charges):
        faults.append(FieldError("/charges", "Correct each charge once."))
    former: dict[str, ChargeRow] = {}
    corrected: set[str] = set()
    for some in queries.chunks(list(places)):
        former |= {
            row.id: row
            for row in work.session.scalars(select(ChargeRow).where(ChargeRow.id.in_(some)))
        }
        newer = select(ChargeRow.supersedes).where(ChargeRow.supersedes.in_(some))
        corrected |= set(work.session.scalars(newer))
    for charge_id, place in places.items():
        row, it = former.get(charge_id), batch.charges[place]
        wanted = (recruiter.id, batch.source.value, names[it.worker])
        same = row is not None and (row.recruiter_id, row.source, row.pseudonym) == wanted
        if same and batch.source is Source.INVOICE and row is not None:
            same = row.employer_id == batch.workers[it.worker].employer_id
        if not same:
            detail = f"There is no {batch.source} charge {charge_id} of this worker."
        elif charge_id in corrected:
            detail = f"{charge_id} was corrected already: correct the newest one."
        else:
            continue
        faults.append(FieldError(f"/charges/{place}/supersedes", detail))
    if faults:
        raise Invalid("Nothing was recorded; mend each fault.", errors=faults)


def _lock_corrections(work: Work, recruiter: Recruiter) -> None:
    if not try_lock(work.session, f"corrections {recruiter.id}"):
        raise Conflict("another correction of this recruiter is being recorded; try again")


def _rates(
    session: Session, batch: Batch
) -> tuple[list[tuple[ExchangeRate, str] | None], list[str]]:
    """The rate kept with each charge: the one given, else the imported one of its day."""
    wanted: dict[int, tuple[str, str, date]] = {}
    gaps = []
    for place, it in enumerate(batch.charges):
        earned = batch.workers[it.worker].facts.get("first_month_earnings")
        own, on = it.charge.amount.currency, it.charge.charged_on
        if it.rate is not None or earned is None or earned["currency"] == own:
            continue
        if on is None:
            gaps.append(f"{own} and {earned['currency']}: a charge has no date")
        else:
            wanted[place] = (own, earned["currency"], on)
    table = {
        (frozenset((rate.base, rate.quote)), rate.on): rate
        for rate in rates.of_days(
            session, {own for own, _, _ in wanted.values()}, {on for _, _, on in wanted.values()}
        )
    }
    found: list[tuple[ExchangeRate, str] | None] = []
    for place, it in enumerate(batch.charges):
        if it.rate is not None:
            found.append((it.rate, it.rate_digits or ""))
            continue
        if place not in wanted:
            found.append(None)
            continue
        own, other, on = wanted[place]
        rate = table.get((frozenset((own, other)), on))
        found.append(None if rate is None else (rate, plain_digits(rate)))
        if rate is None:
            gaps.append(f"{own} and {other} on {on}")
    return found, sorted(set(gaps))


def plain_digits(rate: ExchangeRate) -> str:
    """A rate that was read from plain digits, as plain digits again."""
    scaled = rate.rate * 10**12
    whole, rest = divmod(scaled.numerator // scaled.denominator, 10**12)
    return f"{whole}.{rest:012d}".rstrip("0").rstrip(".")


def _row(
    new: NewCharge,
    worker: Mapping[str, Any],
    kept: tuple[ExchangeRate, str] | None,
    now: datetime,
) -> dict[str, Any]:
    charge = new.charge
    rate, digits = kept if kept is not None else (None, None)
    return {
        "id": new_id(now),
        "worker_id": worker["id"],
        "recruiter_id": worker["recruiter_id"],
        "pseudonym": worker["pseudonym"],
        "source": worker["source"],
        "employer_id": worker["employer_id"],
        "category": charge.category,
        "payee": charge.payee.value,
        "stage": _code(charge.stage),
        "form": _code(charge.form),
        "paid_by": charge.paid_by.value,
        "charged_on": charge.charged_on,
        "amount_minor": charge.amount.minor,
        "currency": charge.amount.currency,
        "repaid_minor": charge.repaid.minor if charge.repaid else 0,
        "evidence": _code(charge.evidence),
        "reference": new.reference,
        "rate_base": rate and rate.base,
        "rate_quote": rate and rate.quote,
        "rate": digits,
        "rate_on": rate and rate.on,
        "rate_source": rate and rate.source,
        "supersedes": new.supersedes,
        "recorded_at": now,
    }


def _code(value: Any) -> str | None:
    return None if value is None else str(value.value)


def _identity(worker: NewWorker) -> Identity:
    if worker.identity is None:
        raise RuntimeError("a worker has a pseudonym or an identity")
    return worker.identity


def _invalid(pointer: str, detail: str) -> Invalid:
    return Invalid(detail, errors=[FieldError(pointer, detail)])
