"""What waits for whom about certificates, for `GET /v1/me/tasks`: flagged decisions (R20)."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access.tasks import MOST, TaskItem
from app.certificates.models import DecisionFlag
from app.kernel.roles import Actor, Role


def waiting(session: Session, actor: Actor, _now: datetime) -> Iterator[TaskItem]:
    """The flags that an integrity officer has to settle, oldest first; one query."""
    if Role.INTEGRITY_OFFICER not in actor.roles:
        return
    unsettled = (
        select(DecisionFlag.id, DecisionFlag.stood)
        .where(DecisionFlag.settled_at.is_(None))
        .order_by(DecisionFlag.id)
        .limit(MOST)
    )
    for flag, stood in session.execute(unsettled):
        when = "stood" if stood else "did not stand"
        yield TaskItem(
            kind="decision_flag",
            subject=f"/v1/decision-flags/{flag}",
            what=f"A conflict that {when} then touched a decision: say what follows from it.",
            due=None,
            action="settle",
            href=f"/v1/decision-flags/{flag}/settle",
        )
