"""The routes of checks."""

from typing import Annotated, Any

from fastapi import Depends, Response
from fastapi import Query as InQuery
from sqlalchemy.orm import Session

from app.access.http import Asking, Commanding, Query, Router
from app.employer_pays.charges import service as charges
from app.employer_pays.charges.api import noting
from app.employer_pays.charges.sight import OVERSEES, TEAM
from app.employer_pays.checks import queries, service, spreadsheet
from app.employer_pays.checks.models import Check, CheckedWorker
from app.employer_pays.checks.schemas import (
    CheckBody,
    CheckedWorkerView,
    CheckResult,
    CheckSummary,
    CheckView,
    ScopeView,
)
from app.kernel.roles import RECRUITER, Actor
from app.platform.pagination import Page, Paging, paging
from app.platform.wire import IdText
from app.platform.workbook import MEDIA_TYPE

router = Router(prefix="/v1/checks")

Paged = Annotated[Paging, Depends(paging)]

MAKERS = TEAM | OVERSEES | RECRUITER
READERS = MAKERS | queries.OF_THE_AUDIT_COMPANY

_WORKBOOK: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The workbook.",
        "content": {
            MEDIA_TYPE: {"schema": {"type": "string", "format": "binary"}},
        },
    }
}


@router.command(
    "",
    action="check.make",
    roles=MAKERS,
    response_model=CheckView,
    status_code=201,
    operation_id="checks_make",
)
def make(commanding: Commanding, body: CheckBody) -> Response:
    """Check the charges of a recruiter, an audit, a corridor or a cohort, and store the result.

    It never changes: what it judged is hashed and the rules are pinned. A recruiter may check
    itself, without what its workers said; a certificate rests on a check that saw every source.
    """
    scope = body.scope()
    with commanding.workbench.database.read() as session:
        prepared = service.prepare(
            session, commanding.actor, commanding.workbench.clock.now(), scope
        )
    return commanding.run(
        lambda work: service.store(work, prepared), lambda _work, check: check_view(check)
    )


@router.query(
    "",
    action="check.read",
    roles=READERS,
    response_model=Page[CheckSummary],
    operation_id="checks_list",
)
def list_checks(
    asking: Asking, paging: Paged, recruiter_id: Annotated[IdText, InQuery()]
) -> Response:
    """List the checks of a recruiter that the caller may see, oldest first."""
    return asking.answer(
        lambda session: paging.page(
            queries.checks(session, asking.actor, paging, recruiter_id),
            position=lambda check: (check.id,),
            item=lambda check: CheckSummary(**_summary(check)),
        )
    )


@router.query(
    "/{check_id}",
    action="check.read",
    roles=READERS,
    response_model=CheckView,
    operation_id="checks_read",
)
def read(asking: Asking, check_id: IdText) -> Response:
    """Read one check: totals, verdicts, prevalence, indicator, proposed findings, series."""
    return asking.answer(lambda session: check_view(queries.check(session, asking.actor, check_id)))


@router.query(
    "/{check_id}/workers",
    action="check.read_workers",
    roles=READERS,
    response_model=Page[CheckedWorkerView],
    operation_id="checks_workers",
)
def list_workers(asking: Asking, paging: Paged, check_id: IdText) -> Response:
    """List the workers of a check, with both verdicts, the rules' arithmetic and the sources.

    Whoever reads from outside the recruiter is noted.
    """

    def page(session: Session) -> Page[CheckedWorkerView]:
        check = queries.check(session, asking.actor, check_id)
        found = queries.workers(session, check, paging)
        _note(session, asking.actor, check, len(found[: paging.limit]), asking)
        return paging.page(found, position=lambda it: (it.place,), item=worker_view)

    return noting(asking, page)


@router.query(
    "/{check_id}/report.xlsx",
    action="check.export",
    roles=READERS,
    response_model=None,
    responses=_WORKBOOK,
    operation_id="checks_report",
)
def report(asking: Asking, check_id: IdText) -> Response:
    """Take a check as a workbook, with every worker. Whoever takes it is noted."""
    with asking.database.write() as session:
        check = queries.check(session, asking.actor, check_id)
        workers = [worker_view(it) for it in queries.every_worker(session, check)]
        _note(session, asking.actor, check, len(workers), asking)
        shown = check_view(check)
    return Response(
        spreadsheet.workbook(shown, workers),
        media_type=MEDIA_TYPE,
        headers={
            "content-disposition": f'attachment; filename="check-{check.id}.xlsx"',
            "x-content-type-options": "nosniff",
        },
    )


def check_view(check: Check) -> CheckView:
    """One stored check."""
    return CheckView(
        **_summary(check),
        result=CheckResult.model_validate(check.result),
        workers_href=f"/v1/checks/{check.id}/workers",
        report_href=f"/v1/checks/{check.id}/report.xlsx",
    )


def worker_view(row: CheckedWorker) -> CheckedWorkerView:
    """One worker as the check was stored."""
    return CheckedWorkerView.model_validate(row.detail)


def _summary(check: Check) -> dict[str, object]:
    return {
        "id": check.id,
        "scope": ScopeView.model_validate(check.scope),
        "made_at": check.made_at,
        "every_source": check.every_source,
        "inputs": check.inputs,
        "rules": check.rules,
        "policy": check.policy,
        "standard": check.standard,
    }


def _note(session: Session, actor: Actor, check: Check, rows: int, asking: Query) -> None:
    if check.recruiter_id is not None and queries.is_own(session, actor, check.recruiter_id):
        return
    charges.note_read(
        session,
        actor,
        asking.now,
        what="check",
        rows=rows,
        recruiter_id=check.recruiter_id,
        subject=check.id,
    )
