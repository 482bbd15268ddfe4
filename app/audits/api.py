"""The routes of audits."""

from typing import Annotated

from fastapi import Depends, Response
from fastapi import Query as InQuery

from app.access.http import Asking, Commanding, Router
from app.audits import fieldwork, queries, reporting, service
from app.audits.lifecycle import AUDIT, State
from app.audits.schemas import (
    AbortBody,
    AuditAnswersBody,
    AuditAnswersView,
    AuditPlanBody,
    AuditReasonBody,
    AuditSummary,
    AuditView,
    CloseBody,
    CloseFieldworkBody,
    CommentAnswerBody,
    CommentBody,
    CommentsView,
    CommentView,
    PostponeBody,
    ReportBody,
    ReportsView,
    ReturnBody,
    TeamBody,
    TeamCheckBody,
    TeamCheckView,
)
from app.audits.team import FITTING
from app.audits.views import (
    answers_view,
    audit_view,
    comment_view,
    comments_view,
    reports_view,
    shown,
    summary,
    team_check_view,
)
from app.kernel.roles import RECRUITER, Role
from app.platform.pagination import Page, Paging, paging
from app.platform.strict_json import KIBIBYTE, MEBIBYTE
from app.platform.wire import IdText

router = Router(prefix="/v1/audits")

READERS = (
    RECRUITER
    | FITTING.keys()
    | {
        Role.SCHEME_MANAGER,
        Role.INTEGRITY_OFFICER,
        Role.APPLICATION_REVIEWER,
        Role.APPEAL_PANEL,
        Role.PROGRAMME_MANAGER,
        Role.REVIEWER,
        Role.DECISION_MAKER,
    }
)
"""Who may ask for audits and findings; each sees only those of `queries`."""

Paged = Annotated[Paging, Depends(paging)]

_ANSWERS_LIMIT = 4 * MEBIBYTE
_REPORT_LIMIT = 256 * KIBIBYTE


@router.command(
    "",
    action="audit.plan",
    roles=AUDIT.roles("plan"),
    response_model=AuditView,
    status_code=201,
)
def plan(commanding: Commanding, body: AuditPlanBody) -> Response:
    """Plan an audit of a recruiter that has contracted with the caller's audit company."""
    return commanding.run(
        lambda work: service.plan(
            work,
            application_id=body.application_id,
            kind=body.kind,
            planned_from=body.planned_from,
            planned_until=body.planned_until,
            unannounced=body.unannounced,
        ),
        shown,
    )


@router.query(
    "",
    action="audit.read",
    roles=READERS,
    response_model=Page[AuditSummary],
    operation_id="audits_list",
)
def list_audits(
    asking: Asking,
    paging: Paged,
    application_id: Annotated[IdText | None, InQuery()] = None,
    state: Annotated[State | None, InQuery()] = None,
) -> Response:
    """List the audits that the caller may see, in the order they were planned."""
    return asking.answer(
        lambda session: paging.page(
            queries.audits(
                session, asking.actor, paging, application_id=application_id, state=state
            ),
            position=lambda audit: (audit.id,),
            item=summary,
        )
    )


@router.query(
    "/{audit_id}",
    action="audit.read",
    roles=READERS,
    response_model=AuditView,
    operation_id="audits_read",
)
def read(asking: Asking, audit_id: IdText) -> Response:
    """Read one audit: its team, how far it is, what is due, what the caller may do next."""
    return asking.answer(
        lambda session: audit_view(
            session, asking.actor, queries.audit(session, asking.actor, audit_id), asking.now
        )
    )


@router.command(
    "/{audit_id}/propose_team",
    action="audit.propose_team",
    roles=AUDIT.roles("propose_team"),
    response_model=AuditView,
)
def propose_team(commanding: Commanding, audit_id: IdText, body: TeamBody) -> Response:
    """Put a team forward, or answer the recruiter's objection to the one before."""
    return commanding.run(
        lambda work: service.propose_team(
            work,
            audit_id,
            [seat.member() for seat in body.members],
            objection_refused_because=body.objection_refused_because,
            expected_version=commanding.expected_version,
        ),
        shown,
    )


@router.query(
    "/{audit_id}/team/check",
    action="audit.check_team",
    roles=AUDIT.roles("propose_team"),
    response_model=TeamCheckView,
    method="POST",
)
def check_team(asking: Asking, audit_id: IdText, body: TeamCheckBody) -> Response:
    """Try a team out: each check of each member, passed or with its reason. Stores nothing."""
    return asking.answer(
        lambda session: team_check_view(
            session,
            asking.actor,
            queries.audit(session, asking.actor, audit_id),
            [seat.member() for seat in body.members],
            asking.now,
        )
    )


@router.command(
    "/{audit_id}/object",
    action="audit.object",
    roles=AUDIT.roles("object"),
    response_model=AuditView,
)
def object_to_team(commanding: Commanding, audit_id: IdText, body: AuditReasonBody) -> Response:
    """Object to the proposed team, within 5 working days."""
    return commanding.run(
        lambda work: service.object_to_team(
            work, audit_id, body.reason, expected_version=commanding.expected_version
        ),
        shown,
    )


@router.command(
    "/{audit_id}/confirm",
    action="audit.confirm",
    roles=AUDIT.roles("confirm"),
    response_model=AuditView,
)
def confirm(commanding: Commanding, audit_id: IdText) -> Response:
    """Confirm team and days, at least 14 days ahead."""
    return commanding.run(
        lambda work: service.confirm(work, audit_id, expected_version=commanding.expected_version),
        shown,
    )


@router.command(
    "/{audit_id}/postpone",
    action="audit.postpone",
    roles=AUDIT.roles("postpone"),
    response_model=AuditView,
)
def postpone(commanding: Commanding, audit_id: IdText, body: PostponeBody) -> Response:
    """Move the audit to later days; twice at most."""
    return commanding.run(
        lambda work: service.postpone(
            work,
            audit_id,
            planned_from=body.planned_from,
            planned_until=body.planned_until,
            reason=body.reason,
            expected_version=commanding.expected_version,
        ),
        shown,
    )


@router.command(
    "/{audit_id}/open",
    action="audit.open",
    roles=AUDIT.roles("open"),
    response_model=AuditView,
)
def open_audit(commanding: Commanding, audit_id: IdText) -> Response:
    """Begin the audit. Stage 2 needs a stage 1 that did not end as not ready."""
    return commanding.run(
        lambda work: service.open_audit(
            work, audit_id, expected_version=commanding.expected_version
        ),
        shown,
    )


@router.command(
    "/{audit_id}/abort",
    action="audit.abort",
    roles=AUDIT.roles("abort"),
    response_model=AuditView,
)
def abort(commanding: Commanding, audit_id: IdText, body: AbortBody) -> Response:
    """Break the audit off."""
    return commanding.run(
        lambda work: service.abort(
            work,
            audit_id,
            body.reason_code,
            body.note,
            expected_version=commanding.expected_version,
        ),
        shown,
    )


@router.command(
    "/{audit_id}/answers",
    action="audit.answer",
    roles=FITTING.keys(),
    response_model=AuditAnswersView,
    method="PUT",
    body_limit=_ANSWERS_LIMIT,
)
def answer(commanding: Commanding, audit_id: IdText, body: AuditAnswersBody) -> Response:
    """Answer indicators, up to all of them at once; what is not named stays as it is."""
    return commanding.run(
        lambda work: fieldwork.answer_indicators(
            work,
            audit_id,
            [given.draft() for given in body.answers],
            expected_version=commanding.expected_version,
        ),
        lambda work, audit: answers_view(
            work.session, audit, queries.answers(work.session, work.actor, audit_id)
        ),
    )


@router.query(
    "/{audit_id}/answers",
    action="audit.read_answers",
    roles=READERS,
    response_model=AuditAnswersView,
)
def answers(asking: Asking, audit_id: IdText) -> Response:
    """Read the checklist; the recruiter may from the draft report on, without the notes."""
    return asking.answer(
        lambda session: answers_view(
            session,
            queries.audit(session, asking.actor, audit_id),
            queries.answers(session, asking.actor, audit_id),
        )
    )


@router.command(
    "/{audit_id}/close_fieldwork",
    action="audit.close_fieldwork",
    roles=AUDIT.roles("close_fieldwork"),
    response_model=AuditView,
)
def close_fieldwork(commanding: Commanding, audit_id: IdText, body: CloseFieldworkBody) -> Response:
    """End the fieldwork: findings issued, and signed by the recruiter or not."""
    return commanding.run(
        lambda work: service.close_fieldwork(
            work,
            audit_id,
            body.acknowledgement,
            body.ended_on,
            expected_version=commanding.expected_version,
        ),
        shown,
    )


@router.command(
    "/{audit_id}/release_draft",
    action="audit.release_draft",
    roles=AUDIT.roles("release_draft"),
    response_model=AuditView,
)
def release_draft(commanding: Commanding, audit_id: IdText) -> Response:
    """Show the recruiter the draft report; every indicator is answered."""
    return commanding.run(
        lambda work: reporting.release_draft(
            work, audit_id, expected_version=commanding.expected_version
        ),
        shown,
    )


@router.command(
    "/{audit_id}/comments",
    action="audit.comment",
    roles=RECRUITER,
    response_model=CommentView,
    status_code=201,
)
def comment(commanding: Commanding, audit_id: IdText, body: CommentBody) -> Response:
    """Say something of the draft report, within 10 days of its release."""
    return commanding.run(
        lambda work: reporting.comment(work, audit_id, body.text),
        lambda _, made: comment_view(made),
    )


@router.query(
    "/{audit_id}/comments",
    action="audit.read_comments",
    roles=READERS,
    response_model=CommentsView,
)
def comments(asking: Asking, audit_id: IdText) -> Response:
    """Read the comments on the draft report, and what was answered."""
    return asking.answer(
        lambda session: comments_view(audit_id, queries.comments(session, asking.actor, audit_id))
    )


@router.command(
    "/{audit_id}/comments/{comment_id}/answer",
    action="audit.answer_comment",
    roles=AUDIT.roles("submit_report"),
    response_model=CommentView,
)
def answer_comment(
    commanding: Commanding, audit_id: IdText, comment_id: IdText, body: CommentAnswerBody
) -> Response:
    """Accept a comment, or refuse it with a reason."""
    return commanding.run(
        lambda work: reporting.answer_comment(
            work, audit_id, comment_id, body.outcome, body.reason
        ),
        lambda _, answered: comment_view(answered),
    )


@router.command(
    "/{audit_id}/submit_report",
    action="audit.submit_report",
    roles=AUDIT.roles("submit_report"),
    response_model=AuditView,
    body_limit=_REPORT_LIMIT,
)
def submit_report(commanding: Commanding, audit_id: IdText, body: ReportBody) -> Response:
    """Hand the report to the reviewer, for the first time or mended."""
    return commanding.run(
        lambda work: reporting.submit_report(
            work,
            audit_id,
            summary=body.summary,
            recommendation=body.recommendation,
            expected_version=commanding.expected_version,
        ),
        shown,
    )


@router.query(
    "/{audit_id}/reports",
    action="audit.read_reports",
    roles=READERS,
    response_model=ReportsView,
)
def reports(asking: Asking, audit_id: IdText) -> Response:
    """Read every edition of the report and what the reviewer said; the recruiter, once closed."""
    return asking.answer(
        lambda session: reports_view(audit_id, *queries.reports(session, asking.actor, audit_id))
    )


@router.command(
    "/{audit_id}/return",
    action="audit.return",
    roles=AUDIT.roles("return"),
    response_model=AuditView,
)
def return_report(commanding: Commanding, audit_id: IdText, body: ReturnBody) -> Response:
    """Send the report back to the lead auditor, as an independent reviewer."""
    return commanding.run(
        lambda work: service.return_report(
            work, audit_id, body.reasons, expected_version=commanding.expected_version
        ),
        shown,
    )


@router.command(
    "/{audit_id}/pass_review",
    action="audit.pass_review",
    roles=AUDIT.roles("pass_review"),
    response_model=AuditView,
)
def pass_review(commanding: Commanding, audit_id: IdText) -> Response:
    """Find the report in order, as an independent reviewer."""
    return commanding.run(
        lambda work: service.pass_review(
            work, audit_id, expected_version=commanding.expected_version
        ),
        shown,
    )


@router.command(
    "/{audit_id}/close",
    action="audit.close",
    roles={Role.REVIEWER},
    response_model=AuditView,
)
def close(commanding: Commanding, audit_id: IdText, body: CloseBody) -> Response:
    """Close a stage 1 audit with its readiness; any other closes with the decision made on it."""
    return commanding.run(
        lambda work: service.close_stage_1(
            work, audit_id, body.readiness, expected_version=commanding.expected_version
        ),
        shown,
    )


@router.command(
    "/{audit_id}/cancel",
    action="audit.cancel",
    roles=AUDIT.roles("cancel"),
    response_model=AuditView,
)
def cancel(commanding: Commanding, audit_id: IdText, body: AuditReasonBody) -> Response:
    """Give the audit up before it begins."""
    return commanding.run(
        lambda work: service.cancel(
            work, audit_id, body.reason, expected_version=commanding.expected_version
        ),
        shown,
    )
