"""What waits for whom in applications (DOMAIN §5), for `GET /v1/me/tasks`."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from types import MappingProxyType

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from app.access.queries import seen
from app.access.tasks import MOST, TaskItem
from app.applications import queries, timers
from app.applications.lifecycle import APPLICATION, State, waiting_on
from app.applications.models import Application
from app.kernel.roles import Actor
from app.lifecycle.approvals import Approval
from app.lifecycle.journal import JournalEntry
from app.recruiters.models import Recruiter
from app.scheme import queries as scheme

_TO_DO: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        State.DRAFT: ("submit", "Complete the application and submit it."),
        State.SUBMITTED: ("clear_payment", "Record the application fee once it is received."),
        State.IN_REVIEW: ("accept", "Review the application: accept, defer or reject it."),
        State.DEFERRED: ("resume", "Answer every item that is missing, then resume the review."),
        State.ACCEPTED: ("contract", "Sign the certification agreement."),
    }
)
_SECOND_REJECTION = ("reject", "Another reviewer signed a rejection: sign it too, or decide anew.")


def waiting(session: Session, actor: Actor, now: datetime) -> Iterator[TaskItem]:
    """The applications whose next move is this actor's; one query."""
    states = [state for state in _TO_DO if actor.roles.intersection(waiting_on(state))]
    if not states:
        return
    asked = (
        select(Application, JournalEntry.recorded_at, Approval)
        .join(Recruiter, Recruiter.id == Application.recruiter_id)
        .join(
            JournalEntry,
            and_(
                JournalEntry.machine == APPLICATION.name,
                JournalEntry.subject == Application.id,
                JournalEntry.version == Application.version,
            ),
        )
        .outerjoin(
            Approval,
            and_(
                Approval.machine == APPLICATION.name,
                Approval.subject == Application.id,
                Approval.subject_version == Application.version,
                Approval.lapsed_at.is_(None),
                Approval.completed_at.is_(None),
                Approval.expires_at > now,
            ),
        )
        .where(
            Application.state.in_(states),
            seen(
                actor,
                audit_company=Application.audit_company_id,
                recruiter_organisation=Recruiter.organisation_id,
            ),
        )
        .order_by(JournalEntry.position)
        .limit(MOST)
    )
    for application, since, signed in session.execute(asked):
        offer = _offer(application.state, signed, actor)
        if offer is None:
            continue
        action, what = offer
        rules = queries.policy_of(session, application, now)
        due = timers.due(application.state, since, rules, scheme.stops(session, application.id))
        address = f"/v1/applications/{application.id}"
        yield TaskItem(
            kind=APPLICATION.name,
            subject=address,
            what=what,
            due=None if due is None else due.until,
            action=action,
            href=f"{address}/{action}",
        )


def _offer(state: str, signed: Approval | None, actor: Actor) -> tuple[str, str] | None:
    """The move that waits for this actor and what it is in words; none after they signed it."""
    if signed is None:
        return _TO_DO[state]
    if signed.first_person == actor.person:
        return None
    if not actor.roles.intersection(waiting_on(state, signed.first_role)):
        return None
    return _SECOND_REJECTION if signed.action == _SECOND_REJECTION[0] else _TO_DO[state]
