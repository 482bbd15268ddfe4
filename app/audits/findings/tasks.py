"""What waits for whom in findings (DOMAIN §7), for `GET /v1/me/tasks`."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from app.access.queries import has_touched
from app.access.tasks import MOST, TaskItem
from app.audits.facts import moves_of_all, parties_of
from app.audits.findings import queries
from app.audits.findings.grades import Grade
from app.audits.findings.lifecycle import FINDING, State
from app.audits.findings.models import Finding
from app.audits.findings.timers import deadline
from app.audits.models import Audit, TeamMember
from app.audits.team import FITTING, roles_on
from app.kernel.dates import end_of_day
from app.kernel.roles import AUDITOR, RECRUITER, Actor, Role
from app.lifecycle.journal import JournalEntry
from app.scheme import queries as scheme


@dataclass(frozen=True, slots=True)
class _ToDo:
    action: str
    roles: frozenset[Role]
    what: str
    independent: bool = False


TO_DO: Mapping[str, _ToDo] = MappingProxyType(
    {
        State.ISSUED: _ToDo("respond", RECRUITER, "Answer the finding with a plan, or dispute it."),
        State.DISPUTED: _ToDo(
            "uphold",
            frozenset({Role.REVIEWER}),
            "Rule on the dispute: uphold the finding or regrade it.",
            independent=True,
        ),
        State.RESPONDED: _ToDo(
            "accept_plan", frozenset({Role.LEAD_AUDITOR}), "Accept the plan or reject it."
        ),
        State.PLAN_ACCEPTED: _ToDo(
            "submit_evidence", RECRUITER, "Submit the evidence of the correction."
        ),
        State.EVIDENCE_SUBMITTED: _ToDo(
            "verify", AUDITOR, "Verify the correction, or reopen the finding."
        ),
    }
)

_OPENED = and_(
    JournalEntry.machine == Audit.machine,
    JournalEntry.subject == Audit.id,
    JournalEntry.action == "open",
)
"""Joins an audit with the move by which it began."""


def waiting(session: Session, actor: Actor, _now: datetime) -> Iterator[TaskItem]:
    """The findings whose next move is this actor's; three queries.

    Nobody has to answer an observation, and nobody is late before the next audit of a minor.
    """
    states = [state for state, todo in TO_DO.items() if todo.roles & actor.roles]
    if not states:
        return
    asked = (
        select(
            Finding,
            Audit,
            JournalEntry.position,
            has_touched(actor.person, case=Finding.application_id).label("touched"),
        )
        .join(Audit, Audit.id == Finding.audit_id)
        .join(JournalEntry, _OPENED)
        .where(
            queries.seen(actor),
            Finding.state.in_(states),
            ~and_(Finding.state == State.ISSUED, Finding.grade == Grade.OBSERVATION),
        )
        .order_by(Finding.id)
        .limit(MOST)
    )
    found = session.execute(asked).all()
    moves = moves_of_all(session, Finding.machine, [finding.id for finding, *_ in found])
    seats = _seats(session, actor.person, [audit.application_id for _, audit, *_ in found])
    for finding, audit, began, touched in found:
        todo = TO_DO[finding.state]
        seat = _seat(seats[audit.application_id], audit.id, began)
        roles = roles_on(actor, parties_of(audit), seat)
        if not todo.roles & roles or (todo.independent and touched):
            continue
        rules = scheme.policy(session, audit.policy)
        due = deadline(
            finding.state,
            Grade(finding.grade),
            moves[finding.id],
            rules,
            scheme.stops(session, finding.application_id),
        )
        address = f"/v1/findings/{finding.id}"
        yield TaskItem(
            kind=FINDING.name,
            subject=address,
            what=todo.what,
            due=None if due is None else end_of_day(due.on, rules.zone),
            action=todo.action,
            href=f"{address}/{todo.action}",
        )


@dataclass(frozen=True, slots=True)
class _Seat:
    """A seat of the actor in the team of one audit, and when in the journal that audit began."""

    audit: str
    role: Role
    began: int


def _seats(
    session: Session, person: str | None, cases: Sequence[str]
) -> Mapping[str, Sequence[_Seat]]:
    """The actor's seats in these cases, by case."""
    seats: defaultdict[str, list[_Seat]] = defaultdict(list)
    asked = (
        select(Audit.application_id, Audit.id, TeamMember.role, JournalEntry.position)
        .join(
            TeamMember,
            and_(TeamMember.audit_id == Audit.id, TeamMember.proposal == Audit.proposal),
        )
        .join(JournalEntry, _OPENED)
        .where(TeamMember.person_id == person, Audit.application_id.in_(cases))
    )
    for case, audit, role, began in session.execute(asked):
        seats[case].append(_Seat(audit, Role(role), began))
    return seats


def _seat(seats: Sequence[_Seat], audit: str, began: int) -> Role | None:
    """The seat in that audit's team, or in the team of a later audit of the case."""
    held = {seat.role for seat in seats if seat.audit == audit or seat.began > began}
    return next((seat for seat in FITTING if seat in held), None)
