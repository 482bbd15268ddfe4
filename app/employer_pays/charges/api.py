"""The routes of charges, of ledgers, of exceptions, and of who read what about workers."""

from collections.abc import Callable
from typing import Annotated

from fastapi import Depends, Response
from fastapi import Query as InQuery
from pydantic import BaseModel
from sqlalchemy.orm import Session

from app.access.http import Asking, Command, Commanding, Query, Router
from app.access.uploads import Receiving, Uploading, takes
from app.employer_pays import categories
from app.employer_pays.charge import Charge, LegalException, Payer
from app.employer_pays.charges import queries, service, sight
from app.employer_pays.charges.models import ChargeRow
from app.employer_pays.charges.queries import Shown
from app.employer_pays.charges.schemas import (
    AnswerBody,
    ChargeRowView,
    ChargesBody,
    ExceptionView,
    NewExceptionBody,
    Pseudonym,
    RecordedChargeBody,
    RecordedView,
    WorkerDataReadView,
)
from app.employer_pays.charges.service import Batch, NewCharge, NewWorker
from app.employer_pays.charges.views import charge_view, exception_view, read_view, recorded_view
from app.employer_pays.ledger import columns, importing
from app.employer_pays.ledger.importing import ImportReport, LedgerFile
from app.employer_pays.ledger.numerals import writing
from app.employer_pays.ledger.schemas import LedgerFaultView, LedgerReportView
from app.employer_pays.triangulation import Source
from app.kernel.errors import FieldError, Invalid
from app.kernel.roles import RECRUITER, Role
from app.lifecycle.journal import Work
from app.platform.pagination import Page, Paging, paging
from app.platform.pseudonym_key import PseudonymKey
from app.platform.strict_json import MEBIBYTE, UnsupportedMediaType
from app.platform.wire import IdText
from app.platform.workbook import MEDIA_TYPE

router = Router(prefix="/v1")

Paged = Annotated[Paging, Depends(paging)]

_LEDGER_TYPES = (
    "text/csv",
    MEDIA_TYPE,
)
_RECORDERS = frozenset().union(*sight.RECORDERS.values())


@router.command(
    "/recruiters/{recruiter_id}/charges",
    action="charge.record",
    roles=_RECORDERS,
    response_model=RecordedView,
    status_code=201,
    body_limit=8 * MEBIBYTE,
    operation_id="charges_record",
    tags=["charges"],
)
def record(
    commanding: Commanding, key: PseudonymKey, recruiter_id: IdText, body: ChargesBody
) -> Response:
    """Record what one source tells of workers and their charges, one or thousands.

    The ledger is the recruiter's to record, statements an audit team's, invoices an employer's or
    an audit team's on its behalf, fee schedules the scheme manager's. Who a worker is becomes a
    pseudonym and is kept nowhere. Rows never change: a correction supersedes.
    """
    places = {worker.ref: place for place, worker in enumerate(body.workers)}
    batch = Batch(
        source=body.source,
        audit_id=body.audit_id,
        workers=[
            NewWorker(
                ref=worker.ref,
                corridor=worker.corridor,
                facts=worker.facts(),
                identity=worker.identity(),
                pseudonym=worker.pseudonym,
                employer_id=worker.employer_id,
            )
            for worker in body.workers
        ],
        charges=[
            NewCharge(
                worker=places[charge.worker],
                charge=_charge(charge, body.source),
                reference=charge.reference,
                rate=charge.exchange_rate(),
                rate_digits=None if charge.rate is None else charge.rate.rate,
                supersedes=charge.supersedes,
            )
            for charge in body.charges
        ],
    )
    return commanding.run(
        lambda work: service.record(work, key, recruiter_id, batch),
        lambda _work, recorded: recorded_view(recorded),
    )


@router.command(
    "/recruiters/{recruiter_id}/charges/import",
    action="charge.import",
    roles=RECRUITER,
    response_model=LedgerReportView,
    body_limit=64 * MEBIBYTE,
    operation_id="charges_import",
    tags=["charges"],
    **takes(_LEDGER_TYPES, "The ledger: its first line names the columns."),
)
def import_ledger(
    uploading: Uploading,
    received: Receiving,
    key: PseudonymKey,
    recruiter_id: IdText,
    dry_run: Annotated[bool, InQuery(description="Read every line and record nothing.")] = False,
    locale: Annotated[
        str | None,
        InQuery(max_length=20, description="How numbers are written in it.", examples=["bn-BD"]),
    ] = None,
    mapping: Annotated[
        str | None,
        InQuery(max_length=8000, description="JSON: which column holds what."),
    ] = None,
) -> Response:
    """Import a recruiter's ledger from CSV or XLSX: all its lines, or none and every fault."""
    if received.media_type not in _LEDGER_TYPES:
        raise UnsupportedMediaType(f"Send the ledger as {' or '.join(_LEDGER_TYPES)}.")
    if locale is not None:
        writing(locale)
    ledger = LedgerFile(
        received.file,
        columns.NO_MAPPING if mapping is None else columns.read_mapping(mapping.encode()),
        locale,
    )
    report = importing.judge(ledger)
    return _imported(uploading, key, recruiter_id, ledger, report, dry_run=dry_run)


@router.query(
    "/recruiters/{recruiter_id}/charges",
    action="charge.read",
    roles=sight.READERS,
    response_model=Page[ChargeRowView],
    operation_id="charges_list",
    tags=["charges"],
)
def list_charges(
    asking: Asking,
    paging: Paged,
    recruiter_id: IdText,
    source: Annotated[Source | None, InQuery()] = None,
    pseudonym: Annotated[Pseudonym | None, InQuery()] = None,
    current: Annotated[bool, InQuery(description="Leave out what was corrected.")] = True,
) -> Response:
    """List the charges of a recruiter that the caller may see, in the order they were recorded.

    A recruiter does not see what workers said, an employer only what names it. Whoever reads from
    outside the recruiter is noted.
    """

    def read(session: Session) -> Page[ChargeRowView]:
        seen = sight.sight(session, asking.actor, recruiter_id)
        found = queries.charges(
            session,
            seen,
            paging,
            recruiter_id,
            source=source,
            pseudonym=pseudonym,
            current=current,
        )
        shown = found[: paging.limit]
        service.noted(session, asking.actor, asking.now, seen, recruiter_id, shown)
        return paging.page(found, position=lambda it: (it.row.id,), item=charge_view)

    return noting(asking, read)


@router.command(
    "/charges/{charge_id}/answer",
    action="charge.answer",
    roles={Role.EMPLOYER},
    response_model=ChargeRowView,
    operation_id="charges_answer",
    tags=["charges"],
)
def answer(commanding: Commanding, charge_id: IdText, body: AnswerBody) -> Response:
    """Confirm or deny, as the employer, that you paid what a recruiter's ledger says you paid."""
    return commanding.run(
        lambda work: service.answer(work, charge_id, confirmed=body.confirmed), _answered
    )


@router.command(
    "/recruiters/{recruiter_id}/exceptions",
    action="legal_exception.record",
    roles={Role.SCHEME_MANAGER},
    response_model=ExceptionView,
    status_code=201,
    operation_id="legal_exceptions_record",
    tags=["charges"],
)
def record_exception(
    commanding: Commanding, recruiter_id: IdText, body: NewExceptionBody
) -> Response:
    """Record an exception under ILO C181 Art. 7(2); it changes national law alone."""
    exception = LegalException(**body.model_dump(exclude={"supersedes"}))
    return commanding.run(
        lambda work: service.record_exception(work, recruiter_id, exception, body.supersedes),
        lambda _work, row: exception_view(row),
    )


@router.query(
    "/recruiters/{recruiter_id}/exceptions",
    action="legal_exception.read",
    roles=sight.READERS - {Role.EMPLOYER},
    response_model=Page[ExceptionView],
    operation_id="legal_exceptions_list",
    tags=["charges"],
)
def list_exceptions(asking: Asking, paging: Paged, recruiter_id: IdText) -> Response:
    """List every record of a recruiter's exceptions, corrected ones too."""

    def read(session: Session) -> Page[ExceptionView]:
        sight.sight(session, asking.actor, recruiter_id)
        return paging.page(
            queries.exception_rows(session, paging, recruiter_id),
            position=lambda it: (it[0].id,),
            item=lambda it: exception_view(*it),
        )

    return asking.answer(read)


@router.query(
    "/worker-data-reads",
    action="worker_data_read.read",
    roles=sight.OVERSEES,
    response_model=Page[WorkerDataReadView],
    operation_id="worker_data_reads_list",
    tags=["charges"],
)
def list_reads(
    asking: Asking, paging: Paged, recruiter_id: Annotated[IdText | None, InQuery()] = None
) -> Response:
    """List who from outside a recruiter read rows about its workers, oldest first."""
    return asking.answer(
        lambda session: paging.page(
            queries.reads(session, paging, recruiter_id=recruiter_id),
            position=lambda row: (row.id,),
            item=read_view,
        )
    )


def noting(asking: Query, read: Callable[[Session], BaseModel]) -> Response:
    """Answer a question that is noted, in the transaction that notes it."""
    with asking.database.write() as session:
        answered = read(session).model_dump_json(by_alias=True)
    return Response(answered, 200, media_type="application/json")


def _charge(body: RecordedChargeBody, source: Source) -> Charge:
    """What an employer bills, it paid, unless the invoice says who did."""
    payer = body.paid_by
    if source is Source.INVOICE and payer is Payer.UNKNOWN:
        payer = Payer.EMPLOYER
    return Charge(
        category=categories.category(body.category),
        amount=body.amount.money(),
        paid_by=payer,
        charged_on=body.charged_on,
        payee=body.payee,
        form=body.form,
        stage=body.stage,
        evidence=body.evidence,
        repaid=None if body.repaid is None else body.repaid.money(),
    )


def _imported(
    uploading: Command,
    key: bytes,
    recruiter_id: str,
    ledger: LedgerFile,
    report: ImportReport,
    *,
    dry_run: bool,
) -> Response:
    def effect(work: Work) -> ImportReport:
        recruiter = sight.check_recorder(
            work.session, work.actor, recruiter_id, Source.LEDGER, None
        )
        if dry_run:
            return report
        if report.faulty:
            raise _refused(report)
        recorded = importing.record(work, key, recruiter, ledger)
        return ImportReport(report.lines, recorded, 0, (), dry_run=False)

    return uploading.run(effect, lambda _work, done: _report_view(done))


def _refused(report: ImportReport) -> Invalid:
    return Invalid(
        f"Nothing was imported: {report.faulty} of {report.lines} lines have a fault.",
        errors=[
            FieldError(f"/lines/{fault.line}/{fault.field}", fault.detail)
            for fault in report.faults
        ],
    )


def _report_view(report: ImportReport) -> LedgerReportView:
    return LedgerReportView(
        lines=report.lines,
        recorded=report.recorded,
        faulty=report.faulty,
        dry_run=report.dry_run,
        faults=[
            LedgerFaultView(line=fault.line, field=fault.field, detail=fault.detail)
            for fault in report.faults
        ],
    )


def _answered(work: Work, charge: ChargeRow) -> ChargeRowView:
    answers = queries.newest_answers(work.session, [charge.id])
    corridor = queries.corridor_of(work.session, charge)
    return charge_view(Shown(charge, corridor, None, answers[charge.id]))
