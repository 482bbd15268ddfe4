"""The routes of audit companies and auditors."""

from collections.abc import Callable
from typing import Annotated

from fastapi import Depends, Response
from fastapi import Query as InQuery
from sqlalchemy.orm import Session

from app.access.http import ANYONE_MAY, Asking, Commanding, Router
from app.assessors import queries, service
from app.assessors.conflicts.lifecycle import DECLARERS
from app.assessors.lifecycle import AUDIT_COMPANY, AUDITOR, AuditorState, CompanyState
from app.assessors.schemas import (
    ApprovedCompanyView,
    AuditCompanySummary,
    AuditCompanyView,
    AuditorApplicationBody,
    AuditorSummary,
    AuditorView,
    AuditRecordBody,
    AuditRecordsBody,
    CompetenceBody,
    QualificationsBody,
    ReasonBody,
    SchoolingBody,
)
from app.assessors.views import (
    approved_views,
    auditor_shown,
    auditor_summaries,
    auditor_view,
    company_shown,
    company_summaries,
    company_view,
)
from app.kernel.roles import Role
from app.platform.pagination import Page, Paging, paging
from app.platform.strict_json import KIBIBYTE
from app.platform.wire import IdText

router = Router(prefix="/v1")

_COMPANY_READERS = frozenset({Role.SCHEME_MANAGER, Role.INTEGRITY_OFFICER, Role.PROGRAMME_MANAGER})
_RECORDERS = frozenset({Role.SCHEME_MANAGER, Role.PROGRAMME_MANAGER})
_BODY_LIMIT = 256 * KIBIBYTE

Paged = Annotated[Paging, Depends(paging)]


@router.query(
    "/approved-audit-companies",
    action="approved_audit_company.read",
    roles=ANYONE_MAY,
    response_model=Page[ApprovedCompanyView],
    operation_id="approved_audit_companies_list",
)
def list_approved(asking: Asking, paging: Paged) -> Response:
    """List the audit companies with which a recruiter may contract, in the order they applied."""

    def page(session: Session) -> Page[ApprovedCompanyView]:
        return paging.page(
            approved_views(session, queries.approved_companies(session, paging)),
            position=lambda company: (company.id,),
            item=lambda company: company,
        )

    return asking.answer(page)


@router.command(
    "/audit-companies",
    action="audit_company.apply",
    roles=AUDIT_COMPANY.roles("apply"),
    response_model=AuditCompanyView,
    status_code=201,
)
def apply_as_company(commanding: Commanding) -> Response:
    """Apply for your audit company to be approved."""
    return commanding.run(service.apply_as_company, company_shown)


@router.query(
    "/audit-companies",
    action="audit_company.read",
    roles=_COMPANY_READERS,
    response_model=Page[AuditCompanySummary],
    operation_id="audit_companies_list",
)
def list_companies(
    asking: Asking, paging: Paged, state: Annotated[CompanyState | None, InQuery()] = None
) -> Response:
    """List audit companies in any state: the scheme all, a programme manager their own."""

    def page(session: Session) -> Page[AuditCompanySummary]:
        found = queries.audit_companies(session, asking.actor, paging, state=state)
        return paging.page(
            company_summaries(session, found),
            position=lambda company: (company.id,),
            item=lambda company: company,
        )

    return asking.answer(page)


@router.query(
    "/audit-companies/{company_id}",
    action="audit_company.read",
    roles=_COMPANY_READERS,
    response_model=AuditCompanyView,
    operation_id="audit_companies_read",
)
def read_company(asking: Asking, company_id: IdText) -> Response:
    """Read one audit company's approval, its history, and what you may do with it."""
    return asking.answer(
        lambda session: company_view(
            session, asking.actor, queries.audit_company(session, asking.actor, company_id)
        )
    )


def _company_move(action: str, summary: str) -> Callable[..., Response]:
    def move(commanding: Commanding, company_id: IdText, body: ReasonBody) -> Response:
        return commanding.run(
            lambda work: service.move_company(
                work,
                company_id,
                action,
                body.reason_code,
                expected_version=commanding.expected_version,
            ),
            company_shown,
        )

    move.__name__, move.__doc__ = action, summary
    return router.command(
        f"/audit-companies/{{company_id}}/{action}",
        action=f"audit_company.{action}",
        roles=AUDIT_COMPANY.roles(action),
        response_model=AuditCompanyView,
        two_sign=any(rule.second for rule in AUDIT_COMPANY.rules if rule.action == action),
    )(move)


for _action, _summary in (
    ("approve", "Approve an audit company; two scheme managers sign."),
    ("refuse", "Refuse an audit company's application."),
    ("warn", "Warn an audit company: it stays approved."),
    ("clear", "Clear a warning."),
    ("suspend", "Suspend an audit company: it finishes surveillance and starts nothing new."),
    ("reinstate", "Give a suspended company its approval back; two integrity officers sign."),
    ("withdraw", "End a company's approval for ever; two integrity officers sign."),
):
    _company_move(_action, _summary)


@router.command(
    "/auditors",
    action="auditor.apply",
    roles=AUDITOR.roles("apply"),
    response_model=AuditorView,
    status_code=201,
    body_limit=_BODY_LIMIT,
)
def apply_as_auditor(commanding: Commanding, body: AuditorApplicationBody) -> Response:
    """Put a person of an audit company forward as an auditor."""
    return commanding.run(
        lambda work: service.apply_as_auditor(
            work, body.person_id, [given.qualified() for given in body.qualifications]
        ),
        auditor_shown,
    )


@router.query(
    "/auditors",
    action="auditor.read",
    roles=DECLARERS,
    response_model=Page[AuditorSummary],
    operation_id="auditors_list",
)
def list_auditors(
    asking: Asking,
    paging: Paged,
    state: Annotated[AuditorState | None, InQuery()] = None,
    person_id: Annotated[IdText | None, InQuery()] = None,
) -> Response:
    """List auditors: officers all, a programme manager those of the company, others themselves."""

    def page(session: Session) -> Page[AuditorSummary]:
        found = queries.auditors(session, asking.actor, paging, state=state, person_id=person_id)
        return paging.page(
            auditor_summaries(session, found, asking.now),
            position=lambda auditor: (auditor.id,),
            item=lambda auditor: auditor,
        )

    return asking.answer(page)


@router.query(
    "/auditors/{auditor_id}",
    action="auditor.read",
    roles=DECLARERS,
    response_model=AuditorView,
    operation_id="auditors_read",
)
def read_auditor(asking: Asking, auditor_id: IdText) -> Response:
    """Read one auditor: competence, hours, until when the approval runs, and why it ends."""
    return asking.answer(
        lambda session: auditor_view(
            session,
            asking.actor,
            queries.auditor(session, asking.actor, auditor_id),
            asking.now,
        )
    )


@router.command(
    "/auditors/{auditor_id}/train",
    action="auditor.train",
    roles=AUDITOR.roles("train"),
    response_model=AuditorView,
)
def train(commanding: Commanding, auditor_id: IdText, body: SchoolingBody) -> Response:
    """Record that the training was completed."""
    return commanding.run(
        lambda work: service.train(
            work, auditor_id, body.on, body.title, expected_version=commanding.expected_version
        ),
        auditor_shown,
    )


@router.command(
    "/auditors/{auditor_id}/examine",
    action="auditor.examine",
    roles=AUDITOR.roles("examine"),
    response_model=AuditorView,
)
def examine(commanding: Commanding, auditor_id: IdText, body: SchoolingBody) -> Response:
    """Record that the examination was passed."""
    return commanding.run(
        lambda work: service.examine(
            work, auditor_id, body.on, body.title, expected_version=commanding.expected_version
        ),
        auditor_shown,
    )


@router.command(
    "/auditors/{auditor_id}/witness",
    action="auditor.witness",
    roles=AUDITOR.roles("witness"),
    response_model=AuditorView,
)
def witness(commanding: Commanding, auditor_id: IdText, body: AuditRecordBody) -> Response:
    """Record the audit that somebody witnessed, with its hours."""
    return commanding.run(
        lambda work: service.witness(
            work, auditor_id, body.taken_part(), expected_version=commanding.expected_version
        ),
        auditor_shown,
    )


@router.command(
    "/auditors/{auditor_id}/approve",
    action="auditor.approve",
    roles=AUDITOR.roles("approve"),
    response_model=AuditorView,
    body_limit=_BODY_LIMIT,
)
def approve(commanding: Commanding, auditor_id: IdText, body: CompetenceBody) -> Response:
    """Approve for kinds of audit, standards, corridors and languages."""
    return commanding.run(
        lambda work: service.approve(
            work,
            auditor_id,
            body.competence(),
            body.reason_code,
            expected_version=commanding.expected_version,
        ),
        auditor_shown,
    )


def _auditor_move(action: str, summary: str) -> Callable[..., Response]:
    def move(commanding: Commanding, auditor_id: IdText, body: ReasonBody) -> Response:
        return commanding.run(
            lambda work: service.move_auditor(
                work,
                auditor_id,
                action,
                body.reason_code,
                expected_version=commanding.expected_version,
            ),
            auditor_shown,
        )

    move.__name__, move.__doc__ = action, summary
    return router.command(
        f"/auditors/{{auditor_id}}/{action}",
        action=f"auditor.{action}",
        roles=AUDITOR.roles(action),
        response_model=AuditorView,
    )(move)


for _action, _summary in (
    ("suspend", "Suspend an auditor: they are proposed for no team."),
    ("reinstate", "Give a suspended auditor the approval back."),
    ("withdraw", "End an auditor's approval; they may be put forward anew."),
):
    _auditor_move(_action, _summary)


@router.command(
    "/auditors/{auditor_id}/qualifications",
    action="auditor.qualify",
    roles=_RECORDERS,
    response_model=AuditorView,
    status_code=201,
    body_limit=_BODY_LIMIT,
)
def qualify(commanding: Commanding, auditor_id: IdText, body: QualificationsBody) -> Response:
    """Record education and experience."""
    return commanding.run(
        lambda work: service.qualify(
            work, auditor_id, [given.qualified() for given in body.qualifications]
        ),
        auditor_shown,
    )


@router.command(
    "/auditors/{auditor_id}/audits",
    action="auditor.record_audits",
    roles=_RECORDERS,
    response_model=AuditorView,
    status_code=201,
    body_limit=_BODY_LIMIT,
)
def record_audits(commanding: Commanding, auditor_id: IdText, body: AuditRecordsBody) -> Response:
    """Record audits with their hours, and who witnessed them."""
    return commanding.run(
        lambda work: service.record_audits(
            work, auditor_id, [given.taken_part() for given in body.audits]
        ),
        auditor_shown,
    )


@router.command(
    "/auditors/{auditor_id}/audits/{record_id}/strike",
    action="auditor.strike_record",
    roles={Role.SCHEME_MANAGER},
    response_model=AuditorView,
)
def strike_record(commanding: Commanding, auditor_id: IdText, record_id: IdText) -> Response:
    """Strike out a record that was wrong: it stays, and counts no more."""
    return commanding.run(
        lambda work: service.strike_record(work, auditor_id, record_id), auditor_shown
    )
