"""How charges and what stands beside them are shown on the wire."""

from app.employer_pays.charge import Evidence, Form, Payee, Payer, Stage
from app.employer_pays.charges.models import LegalExceptionRow, WorkerDataRead
from app.employer_pays.charges.queries import Shown
from app.employer_pays.charges.schemas import (
    AnswerView,
    ChargeRowView,
    ExceptionView,
    KeptRateView,
    RecordedView,
    RecordedWorkerView,
    WorkerDataReadView,
)
from app.employer_pays.charges.service import Recorded
from app.employer_pays.triangulation import Source
from app.kernel.money import Money
from app.platform.wire import MoneyBody


def recorded_view(recorded: Recorded) -> RecordedView:
    """What was recorded."""
    return RecordedView(
        source=recorded.source,
        workers=[
            RecordedWorkerView(ref=ref, pseudonym=pseudonym)
            for ref, pseudonym in recorded.pseudonyms.items()
        ],
        charges=list(recorded.charges),
        without_rate=list(recorded.without_rate),
    )


def charge_view(shown: Shown) -> ChargeRowView:
    """One charge."""
    row = shown.row
    rate = None
    if row.rate is not None and row.rate_on is not None:
        rate = KeptRateView(
            base=str(row.rate_base),
            quote=str(row.rate_quote),
            rate=row.rate,
            on=row.rate_on,
            source=str(row.rate_source),
        )
    answer = None
    if shown.answer is not None:
        answer = AnswerView(confirmed=shown.answer.confirmed, answered_at=shown.answer.answered_at)
    return ChargeRowView(
        id=row.id,
        source=Source(row.source),
        pseudonym=row.pseudonym,
        corridor=shown.corridor,
        employer_id=row.employer_id,
        category=row.category,
        payee=Payee(row.payee),
        stage=Stage(row.stage) if row.stage else None,
        form=Form(row.form) if row.form else None,
        paid_by=Payer(row.paid_by),
        charged_on=row.charged_on,
        amount=MoneyBody.of(Money(row.amount_minor, row.currency)),
        repaid=MoneyBody.of(Money(row.repaid_minor, row.currency)),
        evidence=Evidence(row.evidence) if row.evidence else None,
        reference=row.reference,
        rate=rate,
        supersedes=row.supersedes,
        superseded_by=shown.superseded_by,
        answer=answer,
        recorded_at=row.recorded_at,
    )


def exception_view(row: LegalExceptionRow, superseded_by: str | None = None) -> ExceptionView:
    """One recorded exception."""
    return ExceptionView(
        id=row.id,
        country=row.country,
        legal_basis=row.legal_basis,
        worker_category=row.worker_category,
        service_type=row.service_type,
        disclosed_before_acceptance=row.disclosed_before_acceptance,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        supersedes=row.supersedes,
        superseded_by=superseded_by,
        recorded_at=row.recorded_at,
    )


def read_view(row: WorkerDataRead) -> WorkerDataReadView:
    """Who read what, and how much of it."""
    return WorkerDataReadView(
        person_id=row.person_id,
        organisation_id=row.organisation_id,
        recruiter_id=row.recruiter_id,
        what=row.what,
        subject=row.subject,
        rows=row.row_count,
        read_at=row.read_at,
    )
