"""What the records say about one audit, gathered for the guards of its lifecycle."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from app.access import queries as access
from app.applications import queries as applications
from app.audits.checklist import Answer, Result, WorkStatus, unanswered, without_finding
from app.audits.findings.lifecycle import State as FindingState
from app.audits.findings.models import Finding
from app.audits.kinds import Kind, Readiness
from app.audits.lifecycle import Facts, State
from app.audits.models import Audit, AuditAnswer, Comment, TeamMember
from app.audits.team import Member, Parties, roles_on, seat_of
from app.audits.timers import Moved, confirm_until
from app.kernel.roles import Actor, Role
from app.lifecycle.journal import JournalEntry
from app.scheme import policy, standard
from app.scheme.standard import Indicator

Id = InstrumentedAttribute[str]

# Made once: an alias costs more than the statements it stands in.
_OPENED, _BEFORE = aliased(JournalEntry), aliased(JournalEntry)


def gather(session: Session, audit: Audit, actor: Actor, now: datetime, **given: Any) -> Facts:
    """The facts of this audit as this actor meets it; `given` comes with the move itself."""
    rules = policy.current()
    pinned = standard.load(audit.standard)
    answers = answers_of(session, audit.id)
    team = team_of(session, audit)
    kind = Kind(audit.kind)
    return Facts(
        now=now,
        policy=rules,
        kind=kind,
        case_state=applications.case(session, audit.application_id).state,
        unannounced=audit.unannounced,
        confirm_until=confirm_until(
            kind,
            unannounced=audit.unannounced,
            planned_from=audit.planned_from,
            policy=rules,
        ),
        moves=moves_of(session, Audit.machine, audit.id),
        team=team,
        planners=frozenset({audit.planned_by, actor.person or audit.planned_by}),
        stage_1=_stage_1(session, audit.application_id),
        indicators=len(pinned.indicators()),
        unanswered=unanswered(pinned, answers),
        without_finding=without_finding(pinned, answers, _criteria_found(session, audit.id)),
        open_comments=_open_comments(session, audit.id),
        person=actor.person,
        roles=roles_on(actor, parties_of(audit), seat_of(actor.person, team)),
        involvements=access.involved(session, audit.application_id),
        **given,
    )


def parties_of(audit: Audit) -> Parties:
    """The two organisations of an audit."""
    return Parties(audit.audit_company_id, audit.recruiter_organisation_id)


def team_of(session: Session, audit: Audit) -> frozenset[Member]:
    """The team that was proposed last; nobody before the first proposal."""
    seats = select(TeamMember.person_id, TeamMember.role).where(
        TeamMember.audit_id == audit.id, TeamMember.proposal == audit.proposal
    )
    return frozenset(Member(person, Role(role)) for person, role in session.execute(seats))


def moves_of(session: Session, machine: str, subject: str) -> tuple[Moved, ...]:
    """Every move of one audit or finding, oldest first."""
    moves = (
        select(JournalEntry.action, JournalEntry.recorded_at)
        .where(JournalEntry.machine == machine, JournalEntry.subject == subject)
        .order_by(JournalEntry.version)
    )
    return tuple(Moved(action, at) for action, at in session.execute(moves))


def moves_of_all(
    session: Session, machine: str, subjects: Sequence[str]
) -> dict[str, tuple[Moved, ...]]:
    """Every move of each of these audits or findings, oldest first; read in one go."""
    moves: dict[str, tuple[Moved, ...]] = dict.fromkeys(subjects, ())
    asked = (
        select(JournalEntry.subject, JournalEntry.action, JournalEntry.recorded_at)
        .where(JournalEntry.machine == machine, JournalEntry.subject.in_(subjects))
        .order_by(JournalEntry.version)
    )
    for subject, action, at in session.execute(asked):
        moves[subject] += (Moved(action, at),)
    return moves


def answers_of(session: Session, audit_id: str) -> tuple[Answer, ...]:
    """Every answer given so far."""
    given = select(
        AuditAnswer.criterion,
        AuditAnswer.element,
        AuditAnswer.work_status,
        AuditAnswer.result,
        AuditAnswer.note,
    ).where(AuditAnswer.audit_id == audit_id)
    return tuple(
        Answer(Indicator(criterion, element), WorkStatus(work_status), Result(result), note)
        for criterion, element, work_status, result, note in session.execute(given)
    )


def began_after(later: Id, earlier: Id | str) -> ColumnElement[bool]:
    """Whether one audit began after another, as a condition on their ids.

    The journal's order counts, not the clock's: in a sandbox the clock may stand still.
    """
    return exists().where(
        _OPENED.machine == Audit.machine,
        _OPENED.subject == later,
        _OPENED.action == "open",
        _BEFORE.machine == Audit.machine,
        _BEFORE.subject == earlier,
        _BEFORE.action == "open",
        _OPENED.position > _BEFORE.position,
    )


def _criteria_found(session: Session, audit_id: str) -> set[str]:
    standing = select(Finding.criterion).where(
        Finding.audit_id == audit_id, Finding.state != FindingState.VOIDED
    )
    return set(session.scalars(standing))


def _open_comments(session: Session, audit_id: str) -> int:
    waiting = select(func.count()).where(Comment.audit_id == audit_id, Comment.outcome.is_(None))
    return session.scalar(waiting) or 0


def _stage_1(session: Session, application_id: str) -> Readiness | None:
    closed = (
        select(Audit.readiness)
        .join(
            JournalEntry,
            and_(
                JournalEntry.machine == Audit.machine,
                JournalEntry.subject == Audit.id,
                JournalEntry.version == Audit.version,
            ),
        )
        .where(
            Audit.application_id == application_id,
            Audit.kind == Kind.STAGE_1,
            Audit.state == State.CLOSED,
        )
        .order_by(JournalEntry.position.desc())
        .limit(1)
    )
    readiness = session.scalars(closed).first()
    return None if readiness is None else Readiness(readiness)
