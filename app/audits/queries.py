"""What may be read of audits, limited to what the caller may see; what is not seen is NotFound.

The audit company sees its audits, a team those it sits in, the scheme all, the recruiter its own:
an unannounced one not before it has begun, by any route (DOMAIN §6).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, exists, false, or_, select, true
from sqlalchemy.orm import Session

from app.access.visibility import sight
from app.audits.checklist import Answer
from app.audits.facts import answers_of, parties_of, team_of
from app.audits.findings.lifecycle import State as FindingState
from app.audits.findings.models import Finding
from app.audits.lifecycle import NEVER_OPENED, RELEASED, State
from app.audits.models import Audit, Comment, Objection, Remark, Report, Review, TeamMember
from app.audits.team import roles_on, seat_of
from app.kernel.errors import Forbidden, NotFound
from app.kernel.identifiers import is_id
from app.kernel.roles import RECRUITER, Actor
from app.lifecycle.journal import JournalEntry
from app.platform.pagination import Paging
from app.scheme import queries as scheme
from app.scheme.policy import Policy
from app.scheme.standard import Standard


@dataclass(frozen=True, slots=True)
class FindingBrief:
    """What a decision must know of one finding."""

    id: str
    criterion: str
    grade: str
    state: str


@dataclass(frozen=True, slots=True)
class AuditForDecision:
    """What a decision rests on. The findings are those of the whole case that are not voided."""

    id: str
    kind: str
    state: str
    version: int
    case: str
    recruiter: str
    audit_company: str
    standard: str
    fieldwork_ended_on: date | None
    findings: tuple[FindingBrief, ...]
    readiness: str | None


@dataclass(frozen=True, slots=True)
class Pins:
    """The versions of the rules that an audit and its findings are judged by."""

    standard: Standard
    policy: Policy


@dataclass(frozen=True, slots=True)
class Step:
    """One move of the past as it is shown: never who, always in which role."""

    action: str
    state: str
    at: datetime
    role: str
    reason_code: str | None
    remark: str | None


def seen(actor: Actor) -> ColumnElement[bool]:
    """Which audits this actor sees, as a condition on `Audit`."""
    rule = sight(actor)
    if rule.everything:
        return true()
    conditions: list[ColumnElement[bool]] = [false()]
    if rule.of_audit_company is not None:
        conditions.append(Audit.audit_company_id == rule.of_audit_company)
    if rule.of_recruiter is not None:
        conditions.append(
            and_(
                Audit.recruiter_organisation_id == rule.of_recruiter,
                or_(Audit.unannounced.is_(False), Audit.state.not_in(NEVER_OPENED)),
            )
        )
    if rule.assigned_to is not None:
        conditions.append(
            exists().where(
                TeamMember.audit_id == Audit.id,
                TeamMember.proposal == Audit.proposal,
                TeamMember.person_id == rule.assigned_to,
                Audit.audit_company_id == actor.organisation,
            )
        )
    return or_(*conditions)


def audit(session: Session, actor: Actor, audit_id: str) -> Audit:
    """One audit. Raises NotFound."""
    found = None
    if is_id(audit_id):
        asked = select(Audit).where(Audit.id == audit_id, seen(actor))
        found = session.scalars(asked).one_or_none()
    if found is None:
        raise NotFound(f"there is no audit {audit_id[:36]}")
    return found


def audits(
    session: Session,
    actor: Actor,
    paging: Paging,
    *,
    application_id: str | None = None,
    state: State | None = None,
) -> Sequence[Audit]:
    """The audits that the caller sees, oldest first; of one application or state if given."""
    asked = select(Audit).where(seen(actor))
    if application_id is not None:
        asked = asked.where(Audit.application_id == application_id)
    if state is not None:
        asked = asked.where(Audit.state == state)
    if paging.after is not None:
        asked = asked.where(Audit.id > paging.after[0])
    return session.scalars(asked.order_by(Audit.id).limit(paging.fetch)).all()


def reads_as_the_recruiter(session: Session, actor: Actor, audit: Audit) -> bool:
    """Whether this actor sees the audit as the audited recruiter and as nobody else."""
    seat = seat_of(actor.person, team_of(session, audit))
    roles = roles_on(actor, parties_of(audit), seat)
    return bool(roles & RECRUITER) and not sight(replace(actor, roles=roles - RECRUITER)).covers(
        audit_company=audit.audit_company_id,
        recruiter_organisation=None,
        assigned=seat is not None,
    )


def answers(session: Session, actor: Actor, audit_id: str) -> tuple[Answer, ...]:
    """The answers of an audit; for the recruiter from the draft report on, and without the notes.

    Raises NotFound, Forbidden while they are not released.
    """
    found = audit(session, actor, audit_id)
    given = answers_of(session, found.id)
    if not reads_as_the_recruiter(session, actor, found):
        return given
    if found.state not in RELEASED:
        raise Forbidden("The answers are shown to the recruiter with the draft report.")
    return tuple(replace(answer, note=None) for answer in given)


def comments(session: Session, actor: Actor, audit_id: str) -> Sequence[Comment]:
    """What the recruiter said of the draft report, oldest first. Raises NotFound."""
    found = audit(session, actor, audit_id)
    asked = select(Comment).where(Comment.audit_id == found.id)
    return session.scalars(asked.order_by(Comment.made_at, Comment.id)).all()


def reports(
    session: Session, actor: Actor, audit_id: str
) -> tuple[Sequence[Report], Sequence[Review]]:
    """Every edition of the report, and what the reviewer said; for the recruiter once closed.

    Raises NotFound, Forbidden while it is not shown to the recruiter.
    """
    found = audit(session, actor, audit_id)
    if found.state != State.CLOSED and reads_as_the_recruiter(session, actor, found):
        raise Forbidden("The report is shown to the recruiter once the audit is closed.")
    editions = select(Report).where(Report.audit_id == found.id).order_by(Report.edition)
    reviews = select(Review).where(Review.audit_id == found.id).order_by(Review.audit_version)
    return session.scalars(editions).all(), session.scalars(reviews).all()


def objections(session: Session, audit_id: str) -> Sequence[Objection]:
    """The recruiter's objections to proposed teams, oldest first, of an audit that is seen."""
    asked = select(Objection).where(Objection.audit_id == audit_id)
    return session.scalars(asked.order_by(Objection.proposal)).all()


def timeline(session: Session, machine: str, subject: str) -> tuple[Step, ...]:
    """Every move of an audit or finding that is seen, oldest first, with what was written to it."""
    asked = (
        select(JournalEntry, Remark.text)
        .outerjoin(
            Remark,
            and_(
                Remark.machine == JournalEntry.machine,
                Remark.subject == JournalEntry.subject,
                Remark.version == JournalEntry.version,
            ),
        )
        .where(JournalEntry.machine == machine, JournalEntry.subject == subject)
        .order_by(JournalEntry.version)
    )
    return tuple(
        Step(
            action=entry.action,
            state=entry.target,
            at=entry.recorded_at,
            role=entry.role,
            reason_code=entry.reason_code,
            remark=remark,
        )
        for entry, remark in session.execute(asked)
    )


def pins(session: Session, ids: Collection[str]) -> Mapping[str, Pins]:
    """The rules that these audits are pinned to, by audit, whoever asks."""
    asked = select(Audit.id, Audit.standard, Audit.policy).where(Audit.id.in_(ids))
    return {
        audit_id: Pins(scheme.standard(session, standard), scheme.policy(session, policy))
        for audit_id, standard, policy in session.execute(asked).all()
    }


def for_decision(session: Session, audit_id: str) -> AuditForDecision:
    """What a decision on this audit rests on, whoever asks. Raises NotFound."""
    found = session.get(Audit, audit_id) if is_id(audit_id) else None
    if found is None:
        raise NotFound(f"there is no audit {audit_id[:36]}")
    standing = (
        select(Finding.id, Finding.criterion, Finding.grade, Finding.state)
        .where(Finding.application_id == found.application_id, Finding.state != FindingState.VOIDED)
        .order_by(Finding.id)
    )
    return AuditForDecision(
        id=found.id,
        kind=found.kind,
        state=found.state,
        version=found.version,
        case=found.application_id,
        recruiter=found.recruiter_id,
        audit_company=found.audit_company_id,
        standard=found.standard,
        fieldwork_ended_on=found.fieldwork_ended_on,
        findings=tuple(FindingBrief(*row) for row in session.execute(standing)),
        readiness=found.readiness,
    )
