"""What waits for whom: every room tells its own part, and `GET /v1/me/tasks` puts them in order.

A room's `tasks.py` has `waiting(session, actor, now)`; main.py lists them. A task is computed when
it is asked for and never stored (DESIGN §3), with a number of queries that does not grow with it.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.kernel.roles import Actor
from app.platform.database import instant_text

MOST = 500
"""How many tasks one provider tells at most: those that wait longest."""

_NEVER_DUE = "~"  # sorts after every instant


@dataclass(frozen=True, slots=True)
class TaskItem:
    """One thing that waits for somebody, and the offer to act."""

    kind: str
    """What it is about, as the machine is called: `application`."""
    subject: str
    """The address of the thing."""
    what: str
    """What to do, in words."""
    due: datetime | None
    """From this instant on it is late; none where no time runs."""
    action: str
    href: str
    """Where the action is sent."""

    @property
    def position(self) -> tuple[str, str, str]:
        """Its place in the order of deadlines; no two tasks of one person share it."""
        return (_NEVER_DUE if self.due is None else instant_text(self.due), self.kind, self.href)


TaskProvider = Callable[[Session, Actor, datetime], Iterable[TaskItem]]
"""What waits for this actor in one room at this moment, in any order, `MOST` at most."""


def in_order(
    items: Iterable[TaskItem], *, kind: str | None = None, due_before: datetime | None = None
) -> list[TaskItem]:
    """The tasks by deadline, those without one last; of one kind, or due before an instant."""
    return sorted(
        (
            item
            for item in items
            if kind in (None, item.kind)
            and (due_before is None or (item.due is not None and item.due < due_before))
        ),
        key=lambda item: item.position,
    )
