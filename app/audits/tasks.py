"""What waits for whom in audits (DOMAIN §6), for `GET /v1/me/tasks`."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType

from sqlalchemy import and_, select
from sqlalchemy.orm import Session, aliased

from app.access.queries import has_touched
from app.access.tasks import MOST, TaskItem
from app.audits import queries
from app.audits.facts import moves_of_all, parties_of
from app.audits.kinds import Kind
from app.audits.lifecycle import AUDIT, State
from app.audits.models import Audit, TeamMember
from app.audits.team import roles_on
from app.audits.timers import Moved, confirm_until, deadlines
from app.kernel.dates import end_of_day
from app.kernel.roles import RECRUITER, Actor, Role
from app.scheme import queries as scheme
from app.scheme.policy import Policy
from app.scheme.tolling import Stops


@dataclass(frozen=True, slots=True)
class _ToDo:
    """One move that a state waits for."""

    action: str
    roles: frozenset[Role]
    what: str
    way: str = ""
    """The last part of its address, where that is not the action."""
    is_duty: bool = True
    """A mere opportunity is gone when its time is over, and never late."""
    independent: bool = False
    """Not for whoever touched the evidence of the case (DOMAIN §3)."""


_MANAGER = frozenset({Role.PROGRAMME_MANAGER})
_LEAD = frozenset({Role.LEAD_AUDITOR})
_REVIEWER = frozenset({Role.REVIEWER})
_DECIDER = frozenset({Role.DECISION_MAKER})

_SUBMIT = _ToDo("submit_report", _LEAD, "Answer every comment and submit the report.")

TO_DO: Mapping[str, tuple[_ToDo, ...]] = MappingProxyType(
    {
        State.PLANNED: (_ToDo("propose_team", _MANAGER, "Propose the audit team."),),
        State.TEAM_PROPOSED: (
            _ToDo("confirm", _LEAD, "Confirm the audit and its team."),
            _ToDo("object", RECRUITER, "Object to the proposed team, if you must.", is_duty=False),
        ),
        State.OBJECTED: (
            _ToDo("propose_team", _MANAGER, "Propose another team, or refuse the objection."),
        ),
        State.CONFIRMED: (_ToDo("open", _LEAD, "Open the audit."),),
        State.IN_PROGRESS: (
            _ToDo("close_fieldwork", _LEAD, "Finish the checklist and close the fieldwork."),
            _ToDo(
                "answer",
                frozenset({Role.AUDITOR, Role.TECHNICAL_EXPERT}),
                "Answer the indicators of the checklist.",
                way="answers",
            ),
        ),
        State.FIELDWORK_DONE: (_ToDo("release_draft", _LEAD, "Release the draft report."),),
        State.COMMENTING: (
            _ToDo(
                "comment",
                RECRUITER,
                "Comment on the draft report, if you wish.",
                way="comments",
                is_duty=False,
            ),
            _SUBMIT,
        ),
        State.REPORT_SUBMITTED: (
            _ToDo("pass_review", _REVIEWER, "Review the report.", independent=True),
        ),
        State.RETURNED: (_ToDo("submit_report", _LEAD, "Mend the report and submit it again."),),
    }
)
_CLOSE = _ToDo("close", _REVIEWER, "Close the audit with its readiness.", independent=True)
_DECIDE = _ToDo("close", _DECIDER, "Decide on the certificate.", way="decisions", independent=True)
_ROLES = frozenset().union(
    *(todo.roles for todos in TO_DO.values() for todo in todos), _CLOSE.roles, _DECIDE.roles
)


# Made once: an alias costs more than the statements it stands in.
_MINE = aliased(TeamMember)


def waiting(session: Session, actor: Actor, now: datetime) -> Iterator[TaskItem]:
    """The audits whose next move is this actor's; two queries."""
    if not _ROLES & actor.roles:
        return
    asked = (
        select(
            Audit,
            _MINE.role,
            has_touched(actor.person, case=Audit.application_id).label("touched"),
        )
        .outerjoin(
            _MINE,
            and_(
                _MINE.audit_id == Audit.id,
                _MINE.proposal == Audit.proposal,
                _MINE.person_id == actor.person,
            ),
        )
        .where(queries.seen(actor), Audit.state.in_([*TO_DO, State.REVIEWED]))
        .order_by(Audit.id)
        .limit(MOST)
    )
    found = session.execute(asked).all()
    moves = moves_of_all(session, Audit.machine, [audit.id for audit, _, _ in found])
    for audit, seat, touched in found:
        rules = scheme.policy(session, audit.policy)
        stops = scheme.stops(session, audit.application_id)
        roles = roles_on(actor, parties_of(audit), Role(seat) if seat else None)
        for todo in _todos(audit):
            if not todo.roles & roles or (todo.independent and touched):
                continue
            due = _due(audit, todo.action, moves[audit.id], rules, stops)
            if due is not None and due <= now and not todo.is_duty:
                continue
            address = f"/v1/audits/{audit.id}"
            yield TaskItem(
                kind=AUDIT.name,
                subject=address,
                what=todo.what,
                due=due,
                action=todo.action,
                href=f"{address}/{todo.way or todo.action}",
            )


def _todos(audit: Audit) -> tuple[_ToDo, ...]:
    if audit.state == State.REVIEWED:
        return (_CLOSE if audit.kind == Kind.STAGE_1 else _DECIDE,)
    return TO_DO[audit.state]


def _due(
    audit: Audit, action: str, moves: tuple[Moved, ...], rules: Policy, stops: Stops
) -> datetime | None:
    """The end of the last day on which it is in time; None where no time runs."""
    kind = Kind(audit.kind)
    running = deadlines(
        audit.state,
        moves,
        kind=kind,
        unannounced=audit.unannounced,
        planned_from=audit.planned_from,
        fieldwork_ended_on=audit.fieldwork_ended_on,
        policy=rules,
        stops=stops,
    )
    days: dict[str, date | None] = {
        "propose_team": confirm_until(
            kind, unannounced=audit.unannounced, planned_from=audit.planned_from, policy=rules
        ),
        "open": audit.planned_from,
        "answer": audit.planned_until,
        "close_fieldwork": audit.planned_until,
        **{deadline.action: deadline.on for deadline in running},
    }
    day = days.get(action)
    return None if day is None else end_of_day(day, rules.zone)
