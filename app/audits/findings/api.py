"""The routes of findings."""

from typing import Annotated

from fastapi import Depends, Response
from fastapi import Query as InQuery
from sqlalchemy.orm import Session

from app.access.http import Asking, Commanding, Router
from app.audits.api import READERS
from app.audits.findings import queries, service
from app.audits.findings.lifecycle import FINDING, State
from app.audits.findings.schemas import (
    CorrectionPlanBody,
    FindingReasonBody,
    FindingSummary,
    FindingView,
    NewFinding,
    RegradeBody,
    SubmitEvidenceBody,
    VerifyBody,
)
from app.audits.findings.views import finding_view, shown, summaries
from app.platform.pagination import Page, Paging, paging
from app.platform.wire import IdText

router = Router(prefix="/v1/findings")

Paged = Annotated[Paging, Depends(paging)]


@router.command(
    "",
    action="finding.issue",
    roles=FINDING.roles("issue"),
    response_model=FindingView,
    status_code=201,
)
def issue(commanding: Commanding, body: NewFinding) -> Response:
    """State what was found, with its evidence, while the audit is in progress."""
    return commanding.run(
        lambda work: service.issue(
            work,
            audit_id=body.audit_id,
            criterion=body.criterion,
            element=body.element,
            grade=body.grade,
            statement=body.statement,
            evidence=[given.piece() for given in body.evidence],
        ),
        shown,
    )


@router.query(
    "",
    action="finding.read",
    roles=READERS,
    response_model=Page[FindingSummary],
    operation_id="findings_list",
)
def list_findings(
    asking: Asking,
    paging: Paged,
    audit_id: Annotated[IdText | None, InQuery()] = None,
    application_id: Annotated[IdText | None, InQuery()] = None,
    state: Annotated[State | None, InQuery()] = None,
) -> Response:
    """List the findings that the caller may see, in the order they were issued."""

    def page(session: Session) -> Page[FindingSummary]:
        found = queries.findings(
            session,
            asking.actor,
            paging,
            audit_id=audit_id,
            application_id=application_id,
            state=state,
        )
        views = summaries(session, found, asking.now)
        return paging.page(views, position=lambda view: (view.id,), item=lambda view: view)

    return asking.answer(page)


@router.query(
    "/{finding_id}",
    action="finding.read",
    roles=READERS,
    response_model=FindingView,
    operation_id="findings_read",
)
def read(asking: Asking, finding_id: IdText) -> Response:
    """Read one finding: what was found, how it was answered, what is due, who may do what."""
    return asking.answer(
        lambda session: finding_view(
            session, asking.actor, queries.finding(session, asking.actor, finding_id), asking.now
        )
    )


@router.command(
    "/{finding_id}/dispute",
    action="finding.dispute",
    roles=FINDING.roles("dispute"),
    response_model=FindingView,
)
def dispute(commanding: Commanding, finding_id: IdText, body: FindingReasonBody) -> Response:
    """Contradict a finding, within 5 working days."""
    return commanding.run(
        lambda work: service.dispute(
            work, finding_id, body.reason, expected_version=commanding.expected_version
        ),
        shown,
    )


@router.command(
    "/{finding_id}/uphold",
    action="finding.uphold",
    roles=FINDING.roles("uphold"),
    response_model=FindingView,
)
def uphold(commanding: Commanding, finding_id: IdText, body: FindingReasonBody) -> Response:
    """Rule, as an independent reviewer, that a disputed finding stands."""
    return commanding.run(
        lambda work: service.uphold(
            work, finding_id, body.reason, expected_version=commanding.expected_version
        ),
        shown,
    )


@router.command(
    "/{finding_id}/regrade",
    action="finding.regrade",
    roles=FINDING.roles("regrade"),
    response_model=FindingView,
)
def regrade(commanding: Commanding, finding_id: IdText, body: RegradeBody) -> Response:
    """Rule, as an independent reviewer, that a disputed finding gets another grade."""
    return commanding.run(
        lambda work: service.regrade(
            work,
            finding_id,
            body.grade,
            body.reason,
            expected_version=commanding.expected_version,
        ),
        shown,
    )


@router.command(
    "/{finding_id}/respond",
    action="finding.respond",
    roles=FINDING.roles("respond"),
    response_model=FindingView,
)
def respond(commanding: Commanding, finding_id: IdText, body: CorrectionPlanBody) -> Response:
    """Answer a finding: root cause, correction, corrective action, owner, date."""
    return commanding.run(
        lambda work: service.respond(
            work, finding_id, body.plan(), expected_version=commanding.expected_version
        ),
        shown,
    )


@router.command(
    "/{finding_id}/reject_plan",
    action="finding.reject_plan",
    roles=FINDING.roles("reject_plan"),
    response_model=FindingView,
)
def reject_plan(commanding: Commanding, finding_id: IdText, body: FindingReasonBody) -> Response:
    """Ask for another plan; the first time the recruiter gets 14 days more."""
    return commanding.run(
        lambda work: service.reject_plan(
            work, finding_id, body.reason, expected_version=commanding.expected_version
        ),
        shown,
    )


@router.command(
    "/{finding_id}/accept_plan",
    action="finding.accept_plan",
    roles=FINDING.roles("accept_plan"),
    response_model=FindingView,
)
def accept_plan(commanding: Commanding, finding_id: IdText) -> Response:
    """Accept the recruiter's plan."""
    return commanding.run(
        lambda work: service.accept_plan(
            work, finding_id, expected_version=commanding.expected_version
        ),
        shown,
    )


@router.command(
    "/{finding_id}/submit_evidence",
    action="finding.submit_evidence",
    roles=FINDING.roles("submit_evidence"),
    response_model=FindingView,
)
def submit_evidence(
    commanding: Commanding, finding_id: IdText, body: SubmitEvidenceBody
) -> Response:
    """Show that the finding is corrected, by evidence not older than the finding."""
    return commanding.run(
        lambda work: service.submit_evidence(
            work,
            finding_id,
            [given.piece() for given in body.evidence],
            expected_version=commanding.expected_version,
        ),
        shown,
    )


@router.command(
    "/{finding_id}/verify",
    action="finding.verify",
    roles=FINDING.roles("verify"),
    response_model=FindingView,
)
def verify(commanding: Commanding, finding_id: IdText, body: VerifyBody) -> Response:
    """Verify, by name, that the correction works; this closes the finding."""
    return commanding.run(
        lambda work: service.verify(
            work, finding_id, body.effectiveness, expected_version=commanding.expected_version
        ),
        shown,
    )


@router.command(
    "/{finding_id}/reopen",
    action="finding.reopen",
    roles=FINDING.roles("reopen"),
    response_model=FindingView,
)
def reopen(commanding: Commanding, finding_id: IdText, body: FindingReasonBody) -> Response:
    """Ask for better evidence."""
    return commanding.run(
        lambda work: service.reopen(
            work, finding_id, body.reason, expected_version=commanding.expected_version
        ),
        shown,
    )


@router.command(
    "/{finding_id}/escalate",
    action="finding.escalate",
    roles=FINDING.roles("escalate"),
    response_model=FindingView,
)
def escalate(commanding: Commanding, finding_id: IdText) -> Response:
    """Make a minor finding major: open at the next audit, or the third on its criterion."""
    return commanding.run(
        lambda work: service.escalate(
            work, finding_id, expected_version=commanding.expected_version
        ),
        shown,
    )


@router.command(
    "/{finding_id}/void",
    action="finding.void",
    roles=FINDING.roles("void"),
    response_model=FindingView,
)
def void(commanding: Commanding, finding_id: IdText, body: FindingReasonBody) -> Response:
    """Declare a finding raised in error, as an independent reviewer; it stays in the history."""
    return commanding.run(
        lambda work: service.void(
            work, finding_id, body.reason, expected_version=commanding.expected_version
        ),
        shown,
    )
