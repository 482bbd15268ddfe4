"""What may be read of charges, limited to what the caller may see."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session, aliased

from app.employer_pays.categories import CategoryCode
from app.employer_pays.charge import (
    Charge,
    Evidence,
    Form,
    LegalException,
    Payee,
    Payer,
    Stage,
)
from app.employer_pays.charges.jobs import Told
from app.employer_pays.charges.models import (
    ChargeAnswer,
    ChargeRow,
    ChargeWorker,
    LegalExceptionRow,
    WorkerDataRead,
)
from app.employer_pays.charges.sight import Sight
from app.employer_pays.exchange import ExchangeRate, parse_rate
from app.employer_pays.triangulation import Report, Source
from app.kernel.errors import NotFound
from app.kernel.identifiers import is_id
from app.kernel.money import Money
from app.platform.pagination import Paging

_AT_ONCE = 400
"""How many keys one statement names."""

_newer = aliased(ChargeRow)
_newer_exception = aliased(LegalExceptionRow)

CURRENT: ColumnElement[bool] = ~exists().where(_newer.supersedes == ChargeRow.id)
"""That no later row corrects this one."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A charge with what stands beside it."""

    row: ChargeRow
    corridor: str
    superseded_by: str | None
    answer: ChargeAnswer | None


@dataclass(frozen=True, slots=True)
class Kept:
    """A charge as it is judged, with the rate that was kept with it."""

    pseudonym: str
    recruiter_id: str
    corridor: str
    report: Report
    rate: ExchangeRate | None


def charges(
    session: Session,
    sight: Sight,
    paging: Paging,
    recruiter_id: str,
    *,
    source: Source | None = None,
    pseudonym: str | None = None,
    current: bool = True,
) -> list[Shown]:
    """The charges of a recruiter that are seen, in the order they were recorded."""
    asked = (
        select(ChargeRow, ChargeWorker.corridor, _newer.id)
        .join(ChargeWorker, ChargeWorker.id == ChargeRow.worker_id)
        .outerjoin(_newer, _newer.supersedes == ChargeRow.id)
        .where(ChargeRow.recruiter_id == recruiter_id, sight.condition)
    )
    if source is not None:
        asked = asked.where(ChargeRow.source == source)
    if pseudonym is not None:
        asked = asked.where(ChargeRow.pseudonym == pseudonym)
    if current:
        asked = asked.where(_newer.id.is_(None))
    if paging.after is not None:
        asked = asked.where(ChargeRow.id > paging.after[0])
    rows = session.execute(asked.order_by(ChargeRow.id).limit(paging.fetch)).all()
    answers = newest_answers(session, [row.id for row, *_ in rows])
    return [Shown(row, corridor, newer, answers.get(row.id)) for row, corridor, newer in rows]


def charge(session: Session, charge_id: str) -> ChargeRow:
    """One charge, whoever asks. Raises NotFound."""
    found = session.get(ChargeRow, charge_id) if is_id(charge_id) else None
    if found is None:
        raise NotFound(f"there is no charge {charge_id[:36]}")
    return found


def newest_answers(session: Session, charge_ids: Sequence[str]) -> Mapping[str, ChargeAnswer]:
    """What employers last said of these charges, by charge."""
    found: dict[str, ChargeAnswer] = {}
    for some in chunks(charge_ids):
        asked = select(ChargeAnswer).where(ChargeAnswer.charge_id.in_(some))
        for answer in session.scalars(asked.order_by(ChargeAnswer.answered_at, ChargeAnswer.id)):
            found[answer.charge_id] = answer
    return found


def kept(
    session: Session, *conditions: ColumnElement[bool], sources: Collection[Source]
) -> Iterator[Kept]:
    """The current charges under these conditions, as they are judged; whoever asks."""
    answers = (
        select(ChargeAnswer.charge_id, ChargeAnswer.confirmed)
        .join(ChargeRow, ChargeRow.id == ChargeAnswer.charge_id)
        .join(ChargeWorker, ChargeWorker.id == ChargeRow.worker_id)
        .where(*conditions)
        .order_by(ChargeAnswer.answered_at, ChargeAnswer.id)
    )
    newest = dict(session.execute(answers).all())
    denied = {charge_id for charge_id, confirmed in newest.items() if not confirmed}
    asked = (
        select(ChargeRow, ChargeWorker.corridor)
        .join(ChargeWorker, ChargeWorker.id == ChargeRow.worker_id)
        .where(CURRENT, ChargeRow.source.in_(sources), *conditions)
        .order_by(ChargeRow.id)
    )
    for row, corridor in session.execute(asked.execution_options(yield_per=1000)):
        yield Kept(
            pseudonym=row.pseudonym,
            recruiter_id=row.recruiter_id,
            corridor=corridor,
            report=Report(
                row.id, Source(row.source), charge_of(row), row.reference, row.id in denied
            ),
            rate=rate_of(row),
        )


def told(
    session: Session, *conditions: ColumnElement[bool], sources: Collection[Source]
) -> Iterator[tuple[str, str, str, Told]]:
    """(recruiter, pseudonym, corridor, what was told) of workers under these conditions."""
    asked = (
        select(ChargeWorker)
        .where(ChargeWorker.source.in_(sources), *conditions)
        .order_by(ChargeWorker.id)
    )
    for row in session.scalars(asked.execution_options(yield_per=1000)):
        source = Source(row.source)
        yield (
            row.recruiter_id,
            row.pseudonym,
            row.corridor,
            Told(source, row.recorded_at, row.facts, row.id),
        )


def exceptions(session: Session, recruiter_id: str) -> tuple[LegalException, ...]:
    """The exceptions that hold for a recruiter, each in its newest version."""
    asked = select(LegalExceptionRow).where(
        LegalExceptionRow.recruiter_id == recruiter_id,
        ~exists().where(_newer_exception.supersedes == LegalExceptionRow.id),
    )
    return tuple(
        LegalException(
            country=row.country,
            legal_basis=row.legal_basis,
            worker_category=row.worker_category,
            service_type=row.service_type,
            disclosed_before_acceptance=row.disclosed_before_acceptance,
            valid_from=row.valid_from,
            valid_until=row.valid_until,
        )
        for row in session.scalars(asked.order_by(LegalExceptionRow.id))
    )


def exception_rows(
    session: Session, paging: Paging, recruiter_id: str
) -> list[tuple[LegalExceptionRow, str | None]]:
    """Every record of a recruiter's exceptions, and which later one corrects it."""
    asked = (
        select(LegalExceptionRow, _newer_exception.id)
        .outerjoin(_newer_exception, _newer_exception.supersedes == LegalExceptionRow.id)
        .where(LegalExceptionRow.recruiter_id == recruiter_id)
    )
    if paging.after is not None:
        asked = asked.where(LegalExceptionRow.id > paging.after[0])
    rows = session.execute(asked.order_by(LegalExceptionRow.id).limit(paging.fetch))
    return [(row, newer) for row, newer in rows]


def reads(
    session: Session, paging: Paging, *, recruiter_id: str | None = None
) -> Sequence[WorkerDataRead]:
    """Who read workers' rows, oldest first."""
    asked = select(WorkerDataRead)
    if recruiter_id is not None:
        asked = asked.where(WorkerDataRead.recruiter_id == recruiter_id)
    if paging.after is not None:
        asked = asked.where(WorkerDataRead.id > paging.after[0])
    return session.scalars(asked.order_by(WorkerDataRead.id).limit(paging.fetch)).all()


def charge_of(row: ChargeRow) -> Charge:
    """A row as the engine judges it."""
    return Charge(
        category=CategoryCode(row.category),
        amount=Money(row.amount_minor, row.currency),
        paid_by=Payer(row.paid_by),
        charged_on=row.charged_on,
        payee=Payee(row.payee),
        form=Form(row.form) if row.form else None,
        stage=Stage(row.stage) if row.stage else None,
        evidence=Evidence(row.evidence) if row.evidence else None,
        repaid=Money(row.repaid_minor, row.currency) if row.repaid_minor else None,
    )


def rate_of(row: ChargeRow) -> ExchangeRate | None:
    """The rate that was kept with a charge."""
    if row.rate is None or row.rate_on is None:
        return None
    return ExchangeRate(
        str(row.rate_base), str(row.rate_quote), parse_rate(row.rate), row.rate_on,
        str(row.rate_source),
    )  # fmt: skip


def days_of(charges: Collection[Kept]) -> set[date]:
    """The days on which charges were made."""
    return {it.report.charge.charged_on for it in charges if it.report.charge.charged_on}


def chunks(values: Sequence[Any]) -> Iterator[list[Any]]:
    """The values in lists short enough for one statement."""
    waiting = iter(values)
    while some := list(islice(waiting, _AT_ONCE)):
        yield some


def corridor_of(session: Session, row: ChargeRow) -> str:
    """The corridor of a charge's worker."""
    return session.get_one(ChargeWorker, row.worker_id).corridor
