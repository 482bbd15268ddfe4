"""How audit companies and auditors are shown on the wire. Used by api.py."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy.orm import Session

from app.access import queries as access
from app.access.models import Organisation, Person
from app.assessors import queries
from app.assessors.approval import Approval, CompanyApproval
from app.assessors.conflicts import queries as register
from app.assessors.gathering import auditor_facts, company_facts
from app.assessors.lifecycle import AUDIT_COMPANY, AUDITOR, AuditorState, CompanyState
from app.assessors.models import AuditCompany, Auditor, Schooling, Seat
from app.assessors.schemas import (
    ApprovedCompanyView,
    AssessorStepView,
    AuditCompanySummary,
    AuditCompanyView,
    AuditorSummary,
    AuditorView,
    AuditRecordView,
    QualificationView,
)
from app.kernel.dates import day_of
from app.kernel.roles import Actor
from app.lifecycle import journal
from app.lifecycle.journal import Work
from app.lifecycle.machine import Offer
from app.platform.wire import AllowedAction
from app.scheme import queries as scheme
from app.scheme.audit_kinds import AuditKind


def company_shown(work: Work, company: AuditCompany) -> AuditCompanyView:
    """The company after a move, as whoever made it sees it."""
    return company_view(work.session, work.actor, company)


def auditor_shown(work: Work, auditor: Auditor) -> AuditorView:
    """The auditor after a move, as whoever made it sees it."""
    work.session.flush()
    return auditor_view(work.session, work.actor, auditor, work.now)


def company_summaries(
    session: Session, companies: Sequence[AuditCompany]
) -> list[AuditCompanySummary]:
    """Companies in a list, in the order given; read in one go."""
    known = access.organisations_by_id(session, {c.organisation_id for c in companies})
    return [_company(company, known[company.organisation_id]) for company in companies]


def approved_views(
    session: Session, companies: Sequence[AuditCompany]
) -> list[ApprovedCompanyView]:
    """Companies as the public knows them, in the order given; read in one go."""
    return [
        ApprovedCompanyView(
            id=summary.id,
            organisation_id=summary.organisation_id,
            name=summary.name,
            country=summary.country,
        )
        for summary in company_summaries(session, companies)
    ]


def company_view(session: Session, actor: Actor, company: AuditCompany) -> AuditCompanyView:
    """One company's approval, and what this caller may do with it."""
    organisation = session.get_one(Organisation, company.organisation_id)
    facts = company_facts(session, company)
    return AuditCompanyView(
        **_company(company, organisation).model_dump(),
        may_start=CompanyApproval(CompanyState(company.state)).is_active,
        timeline=_timeline(session, AuditCompany.machine, company.id),
        allowed_actions=_offers(
            f"/v1/audit-companies/{company.id}",
            AUDIT_COMPANY.allowed(company.state, actor.roles, facts),
        ),
    )


def auditor_summaries(
    session: Session, auditors: Sequence[Auditor], now: datetime
) -> list[AuditorSummary]:
    """Auditors in a list, in the order given; read in one go."""
    people = access.named(session, {auditor.person_id for auditor in auditors})
    today = day_of(now, scheme.policy_in_force(session, now).zone)
    return [
        _auditor(auditor, approval, people[auditor.person_id], today)
        for auditor, approval in zip(
            auditors, queries.approvals_of(session, auditors, now), strict=True
        )
    ]


def auditor_view(session: Session, actor: Actor, auditor: Auditor, now: datetime) -> AuditorView:
    """One auditor, the records, and what this caller may do next."""
    [approval] = queries.approvals_of(session, [auditor], now)
    person = access.named(session, [auditor.person_id])[auditor.person_id]
    competence = approval.competence
    facts = auditor_facts(session, auditor, now)
    return AuditorView(
        **_auditor(auditor, approval, person, facts.today).model_dump(),
        kinds=[kind for kind in AuditKind if kind in competence.kinds],
        standards=sorted(competence.standards),
        corridors=sorted(competence.corridors),
        languages=sorted(competence.languages),
        declared_on=register.declared_on(session, [person.id], now).get(person.id),
        qualifications=[
            QualificationView(
                kind=Schooling(row.kind),
                title=row.title,
                from_on=row.from_on,
                until_on=row.until_on,
            )
            for row in queries.qualifications(session, auditor.id)
        ],
        audits=[
            AuditRecordView(
                id=row.id,
                audit_id=row.audit_id,
                reference=row.reference,
                seat=Seat(row.seat),
                ended_on=row.ended_on,
                hours=row.hours,
                witnessed_by=row.witnessed_by,
                struck_at=row.struck_at,
            )
            for row in queries.audit_records(session, auditor.id)
        ],
        timeline=_timeline(session, Auditor.machine, auditor.id),
        allowed_actions=_offers(
            f"/v1/auditors/{auditor.id}", AUDITOR.allowed(auditor.state, actor.roles, facts)
        ),
    )


def _company(company: AuditCompany, organisation: Organisation) -> AuditCompanySummary:
    return AuditCompanySummary(
        id=company.id,
        state=CompanyState(company.state),
        version=company.version,
        organisation_id=organisation.id,
        name=organisation.name,
        country=organisation.country,
    )


def _auditor(auditor: Auditor, approval: Approval, person: Person, today: date) -> AuditorSummary:
    term = approval.term
    return AuditorSummary(
        id=auditor.id,
        state=AuditorState(auditor.state),
        version=auditor.version,
        person_id=person.id,
        name=person.name,
        organisation_id=person.organisation_id,
        approval_ends_on=None if term is None else term.ends_on,
        ends_because=[] if term is None else list(term.reasons),
        may_audit=approval.gap(today) is None,
    )


def _timeline(session: Session, machine: str, subject: str) -> list[AssessorStepView]:
    return [
        AssessorStepView(
            action=entry.action,
            state=entry.target,
            at=entry.recorded_at,
            role=entry.role,
            reason_code=entry.reason_code,
        )
        for entry in journal.history(session, machine, subject)
    ]


def _offers(address: str, offers: Sequence[Offer]) -> list[AllowedAction]:
    return [
        AllowedAction(
            action=offer.action, href=f"{address}/{offer.action}", missing=list(offer.missing)
        )
        for offer in offers
    ]
