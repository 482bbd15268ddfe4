"""The routes of an application's workbook: downloaded, filled in offline, sent back."""

from typing import Annotated

from fastapi import Query as InQuery
from fastapi import Response

from app.access.http import Asking, Router
from app.access.uploads import Receiving, Uploading, takes
from app.applications import offline, queries, workbook
from app.applications.api import READERS
from app.applications.offline import Report
from app.applications.schemas import CellFaultView, WorkbookReport
from app.kernel.roles import RECRUITER
from app.lifecycle.journal import Work
from app.platform.downloads import gives, whole
from app.platform.wire import IdText
from app.platform.workbook import LARGEST, MEDIA_TYPE, RefusedWorkbook

router = Router(prefix="/v1/applications")


@router.query(
    "/{application_id}/workbook",
    action="application.read",
    roles=READERS,
    operation_id="applications_workbook",
    **gives([MEDIA_TYPE], "The workbook, filled in as far as the application is."),
)
def download(asking: Asking, application_id: IdText) -> Response:
    """Download the application as a workbook, to be filled in offline."""
    with asking.database.read() as session:
        content = offline.hand_out(session, asking.actor, application_id)
    return whole(content, f"application-{application_id[-12:]}.xlsx", MEDIA_TYPE)


@router.command(
    "/{application_id}/workbook",
    action="application.edit",
    roles=RECRUITER,
    response_model=WorkbookReport,
    body_limit=LARGEST,
    **takes([MEDIA_TYPE], "The workbook as it was filled in."),
)
def upload(
    commanding: Uploading,
    file: Receiving,
    application_id: IdText,
    dry_run: Annotated[
        bool, InQuery(description="Only report what would change and every fault.")
    ] = True,
) -> Response:
    """Send a filled workbook back; what it says replaces what the application says.

    Without `dry_run=false` nothing is saved. With it, a single fault saves nothing either.
    """
    with commanding.workbench.database.read() as session:
        queries.application(session, commanding.actor, application_id)
    if file.media_type != MEDIA_TYPE:
        raise RefusedWorkbook(f"Send the workbook as Content-Type: {MEDIA_TYPE}.")
    proposed = workbook.read(file.file)
    return commanding.run(
        lambda work: offline.take_back(work, application_id, proposed, dry_run=dry_run), _shown
    )


def _shown(_work: Work, report: Report) -> WorkbookReport:
    return WorkbookReport(
        application_id=report.application.id,
        version=report.application.version,
        dry_run=report.dry_run,
        saved=not report.dry_run,
        changed=list(report.changed),
        missing=list(report.missing),
        errors=[
            CellFaultView(sheet=fault.sheet, cell=fault.cell, detail=fault.detail)
            for fault in report.faults
        ],
    )
