"""What waits for whom among recruiters, for `GET /v1/me/tasks` (DOMAIN §12)."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access.tasks import MOST, TaskItem
from app.kernel.roles import RECRUITER, Actor
from app.recruiters import queries
from app.recruiters.look_alike_lifecycle import LOOK_ALIKE, State
from app.recruiters.models import LookAlike, Recruiter

_TO_DO = (
    (State.PROPOSED, "confirm", "Two records may be one company: confirm the link or dismiss it."),
    (State.CONFIRMED, "clear", "A confirmed link may block an acceptance: rule on it."),
)


def waiting(session: Session, actor: Actor, now: datetime) -> Iterator[TaskItem]:  # noqa: ARG001
    """Look-alikes for whoever rules on them; a recruiter's licences that a register disputes."""
    for state, action, what in _TO_DO:
        if LOOK_ALIKE.rule(state.value, action).roles & actor.roles:
            asked = select(LookAlike.id).where(LookAlike.state == state).order_by(LookAlike.id)
            for look_alike_id in session.scalars(asked.limit(MOST)):
                address = f"/v1/look-alikes/{look_alike_id}"
                yield TaskItem(LOOK_ALIKE.name, address, what, None, action, f"{address}/{action}")
    if RECRUITER & actor.roles:
        yield from _licences(session, actor)


def _licences(session: Session, actor: Actor) -> Iterator[TaskItem]:
    own = select(Recruiter.id).where(Recruiter.organisation_id == actor.organisation)
    for recruiter_id in session.scalars(own):
        for signal in queries.licence_signals(session, recruiter_id):
            address = f"/v1/recruiters/{recruiter_id}"
            yield TaskItem(
                kind="recruiter",
                subject=address,
                what=f"Mend or explain {signal.in_words()}.",
                due=None,
                action="state_licence",
                href=f"{address}/licences",
            )
