"""What the records say about one audit, gathered for the guards of its lifecycle."""

from collections.abc import Sequence
from datetime import datetime
from operator import attrgetter
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, exists, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from app.access import queries as access
from app.access.independence import Conflict
from app.applications.models import Application
from app.assessors import queries as assessors
from app.assessors.conflicts import queries as register
from app.audits.candidates import candidates
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
from app.scheme import queries as scheme
from app.scheme.standard import Indicator

Id = InstrumentedAttribute[str]

_JUDGES = frozenset({Role.REVIEWER, Role.DECISION_MAKER})

# Made once: an alias costs more than the statements it stands in, and making a statement as much
# as putting it. Those that every move of an audit puts are made of tables.
_OPENED, _BEFORE = aliased(JournalEntry), aliased(JournalEntry)
_AUDITS, _ENTRIES = Audit.__table__.c, JournalEntry.__table__.c
_SEATS, _ANSWERS = TeamMember.__table__.c, AuditAnswer.__table__.c
_FINDINGS, _COMMENTS = Finding.__table__.c, Comment.__table__.c

_STAGE_1 = (
    select(_AUDITS.readiness)
    .join(
        JournalEntry.__table__,
        and_(
            _ENTRIES.machine == Audit.machine,
            _ENTRIES.subject == _AUDITS.id,
            _ENTRIES.version == _AUDITS.version,
        ),
    )
    .where(
        _AUDITS.application_id == bindparam("case"),
        _AUDITS.kind == Kind.STAGE_1.value,
        _AUDITS.state == State.CLOSED.value,
    )
    .order_by(_ENTRIES.position.desc())
    .limit(1)
)
_WAITING = select(func.count()).where(
    _COMMENTS.audit_id == bindparam("audit"), _COMMENTS.outcome.is_(None)
)
_STANDING = select(
    Application.__table__.c.state.label("case"),
    Application.__table__.c.content["corridors"].label("corridors"),
    _STAGE_1.scalar_subquery().label("stage_1"),
    _WAITING.scalar_subquery().label("open_comments"),
).where(Application.__table__.c.id == bindparam("case"))
"""How the case stands: state, corridors, with what its stage 1 ended, which comments wait."""

_TEAM = select(_SEATS.person_id, _SEATS.role).where(
    _SEATS.audit_id == bindparam("audit"), _SEATS.proposal == bindparam("proposal")
)
_MOVES = (
    select(_ENTRIES.action, _ENTRIES.recorded_at)
    .where(_ENTRIES.machine == bindparam("machine"), _ENTRIES.subject == bindparam("subject"))
    .order_by(_ENTRIES.version)
)
_GIVEN = select(
    _ANSWERS.criterion, _ANSWERS.element, _ANSWERS.work_status, _ANSWERS.result, _ANSWERS.note
).where(_ANSWERS.audit_id == bindparam("audit"))
_FOUND = (
    select(_FINDINGS.criterion)
    .where(_FINDINGS.audit_id == bindparam("audit"), _FINDINGS.state != FindingState.VOIDED.value)
    .distinct()
)


def gather(session: Session, audit: Audit, actor: Actor, now: datetime, **given: Any) -> Facts:
    """The facts of this audit as this actor meets it; `given` comes with the move itself."""
    rules = scheme.policy(session, audit.policy)
    pinned = scheme.standard(session, audit.standard)
    answers = answers_of(session, audit.id)
    team = team_of(session, audit)
    kind = Kind(audit.kind)
    standing = session.execute(_STANDING, {"audit": audit.id, "case": audit.application_id}).one()
    found = set(session.execute(_FOUND, {"audit": audit.id}).scalars())
    return Facts(
        now=now,
        policy=rules,
        kind=kind,
        case_state=standing.case,
        standard=audit.standard,
        corridors=tuple(standing.corridors),
        company=assessors.company_approval(session, audit.audit_company_id),
        company_conflicts=register.conflicts_of_company(
            session, audit.audit_company_id, audit.recruiter_id
        ),
        conflicts=conflicts_of(session, actor, audit),
        unannounced=audit.unannounced,
        confirm_until=confirm_until(
            kind,
            unannounced=audit.unannounced,
            planned_from=audit.planned_from,
            policy=rules,
        ),
        moves=moves_of(session, Audit.machine, audit.id),
        team=team,
        seated=(
            candidates(session, audit, sorted(team, key=attrgetter("person")), now)
            if audit.state == State.TEAM_PROPOSED
            else ()
        ),
        planners=frozenset({audit.planned_by, actor.person or audit.planned_by}),
        stage_1=None if standing.stage_1 is None else Readiness(standing.stage_1),
        indicators=len(pinned.indicators()),
        unanswered=unanswered(pinned, answers),
        without_finding=without_finding(pinned, answers, found),
        open_comments=standing.open_comments,
        person=actor.person,
        roles=roles_on(actor, parties_of(audit), seat_of(actor.person, team)),
        involvements=access.involved(session, audit.application_id),
        stops=scheme.stops(session, audit.application_id),
        **given,
    )


def conflicts_of(session: Session, actor: Actor, audit: Audit) -> tuple[Conflict, ...]:
    """What bars the actor from reviewing or deciding this audit; asked of those who may."""
    if actor.person is None or not actor.roles & _JUDGES:
        return ()
    return register.conflicts_of(session, actor.person, audit.recruiter_id)


def parties_of(audit: Audit) -> Parties:
    """The two organisations of an audit."""
    return Parties(audit.audit_company_id, audit.recruiter_organisation_id)


def team_of(session: Session, audit: Audit) -> frozenset[Member]:
    """The team that was proposed last; nobody before the first proposal."""
    seats = session.execute(_TEAM, {"audit": audit.id, "proposal": audit.proposal})
    return frozenset(Member(person, Role(role)) for person, role in seats)


def moves_of(session: Session, machine: str, subject: str) -> tuple[Moved, ...]:
    """Every move of one audit or finding, oldest first."""
    moves = session.execute(_MOVES, {"machine": machine, "subject": subject})
    return tuple(Moved(action, at) for action, at in moves)


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
    given = session.execute(_GIVEN, {"audit": audit_id})
    return tuple(
        Answer(Indicator(criterion, element), WorkStatus(work_status), Result(result), note)
        for criterion, element, work_status, result, note in given
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
