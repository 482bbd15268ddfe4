"""What may be read of assessors: by the rooms above, whoever asks, and by callers.

Approved audit companies are public. Of the rest officers of the scheme see all, a programme manager
their own company and its people, everybody themselves; what is not seen is NotFound.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select, true
from sqlalchemy.orm import Session

from app.access.models import Person
from app.assessors.approval import Approval, Audited, CompanyApproval, term
from app.assessors.competence import Aspect, Competence
from app.assessors.conflicts.queries import conflicts_of as conflicts_of
from app.assessors.lifecycle import (
    AUDITOR,
    COMPANY_ACTIVE,
    COMPANY_ENDED,
    AuditorState,
    CompanyState,
)
from app.assessors.models import (
    AuditCompany,
    Auditor,
    AuditorCompetence,
    AuditorQualification,
    AuditRecord,
)
from app.kernel.dates import day_of
from app.kernel.errors import NotFound
from app.kernel.identifiers import is_id
from app.kernel.roles import Actor, Role
from app.lifecycle.journal import JournalEntry
from app.platform.pagination import Paging
from app.scheme import queries as scheme

_SEES_ALL = frozenset({Role.SCHEME_MANAGER, Role.INTEGRITY_OFFICER})


def company_approval(session: Session, organisation_id: str) -> CompanyApproval | None:
    """Where the approval of this organisation stands, whoever asks; None: it never applied."""
    asked = (
        select(AuditCompany.state)
        .where(AuditCompany.organisation_id == organisation_id)
        .order_by(AuditCompany.state.in_(COMPANY_ENDED), AuditCompany.id.desc())
        .limit(1)
    )
    state = session.scalars(asked).one_or_none()
    return None if state is None else CompanyApproval(CompanyState(state))


def approvals(session: Session, people: Collection[str], at: datetime) -> Mapping[str, Approval]:
    """The approvals of these people that are not withdrawn, by person, whoever asks."""
    held = session.scalars(
        select(Auditor).where(
            Auditor.person_id.in_(people), Auditor.state != AuditorState.WITHDRAWN
        )
    ).all()
    return {approval.person: approval for approval in approvals_of(session, held, at)}


def approvals_of(session: Session, auditors: Sequence[Auditor], at: datetime) -> list[Approval]:
    """These auditors with the facts that their approvals rest on, in the order given."""
    ids = [auditor.id for auditor in auditors]
    rules = scheme.policy_in_force(session, at)
    approved = {
        subject: day_of(approved_at, rules.zone)
        for subject, approved_at in session.execute(
            select(JournalEntry.subject, JournalEntry.recorded_at).where(
                JournalEntry.machine == AUDITOR.name,
                JournalEntry.subject.in_(ids),
                JournalEntry.action == "approve",
            )
        )
    }
    competences, audited = _competences(session, ids), _audited(session, ids)
    return [
        Approval(
            auditor=auditor.id,
            person=auditor.person_id,
            state=AuditorState(auditor.state),
            competence=Competence.of(competences[auditor.id]),
            term=(
                term(approved[auditor.id], audited[auditor.id], rules)
                if auditor.id in approved
                else None
            ),
        )
        for auditor in auditors
    ]


def competence_available(
    session: Session,
    audit_company: str | None,
    corridors: Collection[str],
    at: datetime,
) -> frozenset[str]:
    """Those of the corridors for which some approved auditor of an active audit company is
    competent and speaks a language of the workers: of one audit company if it is named.
    """
    asked = (
        select(Auditor)
        .join(Person, Person.id == Auditor.person_id)
        .join(AuditCompany, AuditCompany.organisation_id == Person.organisation_id)
        .where(
            Auditor.state == AuditorState.APPROVED,
            AuditCompany.state.in_(COMPANY_ACTIVE),
            Auditor.id.in_(
                select(AuditorCompetence.auditor_id).where(
                    AuditorCompetence.aspect == Aspect.CORRIDOR,
                    AuditorCompetence.code.in_(corridors),
                )
            ),
        )
    )
    if audit_company is not None:
        asked = asked.where(Person.organisation_id == audit_company)
    day = day_of(at, scheme.policy_in_force(session, at).zone)
    able = [
        approval.competence
        for approval in approvals_of(session, session.scalars(asked).all(), at)
        if approval.gap(day) is None
    ]
    return frozenset(
        corridor for corridor in corridors if any(competence.takes(corridor) for competence in able)
    )


def audit_company(session: Session, actor: Actor, company_id: str) -> AuditCompany:
    """One audit company's approval. Raises NotFound."""
    found = None
    if is_id(company_id):
        found = session.scalars(
            select(AuditCompany).where(AuditCompany.id == company_id, _companies_seen(actor))
        ).one_or_none()
    if found is None:
        raise NotFound(f"there is no audit company {company_id[:36]}")
    return found


def audit_companies(
    session: Session, actor: Actor, paging: Paging, *, state: CompanyState | None = None
) -> Sequence[AuditCompany]:
    """The audit companies that the caller may see, in the order they applied."""
    asked = select(AuditCompany).where(_companies_seen(actor))
    if state is not None:
        asked = asked.where(AuditCompany.state == state)
    if paging.after is not None:
        asked = asked.where(AuditCompany.id > paging.after[0])
    return session.scalars(asked.order_by(AuditCompany.id).limit(paging.fetch)).all()


def approved_companies(session: Session, paging: Paging) -> Sequence[AuditCompany]:
    """The audit companies with which a recruiter may contract, for anybody."""
    asked = select(AuditCompany).where(AuditCompany.state.in_(COMPANY_ACTIVE))
    if paging.after is not None:
        asked = asked.where(AuditCompany.id > paging.after[0])
    return session.scalars(asked.order_by(AuditCompany.id).limit(paging.fetch)).all()


def company_stands(session: Session, organisation_id: str) -> bool:
    """Has this organisation applied, or is it approved, and has that not ended?"""
    asked = select(AuditCompany.id).where(
        AuditCompany.organisation_id == organisation_id, AuditCompany.state.not_in(COMPANY_ENDED)
    )
    return session.scalars(asked).first() is not None


def auditor_stands(session: Session, person_id: str) -> bool:
    """Has this person applied, or is approved, and is that not withdrawn?"""
    asked = select(Auditor.id).where(
        Auditor.person_id == person_id, Auditor.state != AuditorState.WITHDRAWN
    )
    return session.scalars(asked).first() is not None


def auditor(session: Session, actor: Actor, auditor_id: str) -> Auditor:
    """One auditor. Raises NotFound."""
    found = None
    if is_id(auditor_id):
        found = session.scalars(
            select(Auditor).where(Auditor.id == auditor_id, _auditors_seen(actor))
        ).one_or_none()
    if found is None:
        raise NotFound(f"there is no auditor {auditor_id[:36]}")
    return found


def auditors(
    session: Session,
    actor: Actor,
    paging: Paging,
    *,
    state: AuditorState | None = None,
    person_id: str | None = None,
) -> Sequence[Auditor]:
    """The auditors that the caller may see, in the order they applied."""
    asked = select(Auditor).where(_auditors_seen(actor))
    if state is not None:
        asked = asked.where(Auditor.state == state)
    if person_id is not None:
        asked = asked.where(Auditor.person_id == person_id)
    if paging.after is not None:
        asked = asked.where(Auditor.id > paging.after[0])
    return session.scalars(asked.order_by(Auditor.id).limit(paging.fetch)).all()


def qualifications(session: Session, auditor_id: str) -> Sequence[AuditorQualification]:
    """Education, experience, training and examinations of an auditor, as they were recorded."""
    return session.scalars(
        select(AuditorQualification)
        .where(AuditorQualification.auditor_id == auditor_id)
        .order_by(AuditorQualification.id)
    ).all()


def audit_records(session: Session, auditor_id: str) -> Sequence[AuditRecord]:
    """The audits of an auditor, as they were recorded; struck ones too."""
    return session.scalars(
        select(AuditRecord).where(AuditRecord.auditor_id == auditor_id).order_by(AuditRecord.id)
    ).all()


def audit_record(session: Session, auditor_id: str, record_id: str) -> AuditRecord:
    """One audit of an auditor. Raises NotFound."""
    found = session.get(AuditRecord, record_id) if is_id(record_id) else None
    if found is None or found.auditor_id != auditor_id:
        raise NotFound(f"there is no audit record {record_id[:36]}")
    return found


def _competences(
    session: Session, ids: Collection[str]
) -> defaultdict[str, list[tuple[Aspect, str]]]:
    found: defaultdict[str, list[tuple[Aspect, str]]] = defaultdict(list)
    asked = select(
        AuditorCompetence.auditor_id, AuditorCompetence.aspect, AuditorCompetence.code
    ).where(AuditorCompetence.auditor_id.in_(ids))
    for identity, aspect, code in session.execute(asked):
        found[identity].append((Aspect(aspect), code))
    return found


def _audited(session: Session, ids: Collection[str]) -> defaultdict[str, list[Audited]]:
    found: defaultdict[str, list[Audited]] = defaultdict(list)
    asked = select(
        AuditRecord.auditor_id, AuditRecord.ended_on, AuditRecord.hours, AuditRecord.witnessed_by
    ).where(AuditRecord.auditor_id.in_(ids), AuditRecord.struck_at.is_(None))
    for identity, ended_on, hours, witness in session.execute(asked):
        found[identity].append(Audited(ended_on, hours, witness is not None))
    return found


def _companies_seen(actor: Actor) -> ColumnElement[bool]:
    return true() if actor.roles & _SEES_ALL else AuditCompany.organisation_id == actor.organisation


def _auditors_seen(actor: Actor) -> ColumnElement[bool]:
    if actor.roles & _SEES_ALL:
        return true()
    own = Auditor.person_id == actor.person
    if Role.PROGRAMME_MANAGER not in actor.roles:
        return own
    colleagues = select(Person.id).where(Person.organisation_id == actor.organisation)
    return or_(own, Auditor.person_id.in_(colleagues))
