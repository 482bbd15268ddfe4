"""What waits for whom in repayments (DOMAIN §8), for `GET /v1/me/tasks`."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from sqlalchemy.orm import Session

from app.access.tasks import MOST, TaskItem
from app.employer_pays.repayment import queries
from app.employer_pays.repayment.lifecycle import REPAYMENT, State
from app.kernel.dates import end_of_day
from app.kernel.roles import AUDITOR, RECRUITER, Actor, Role
from app.scheme import queries as scheme


@dataclass(frozen=True, slots=True)
class _ToDo:
    action: str
    roles: frozenset[Role]
    what: str


TO_DO: Mapping[str, _ToDo] = MappingProxyType(
    {
        State.IDENTIFIED: _ToDo("quantify", RECRUITER, "Quantify what the worker is owed."),
        State.QUANTIFIED: _ToDo(
            "agree", AUDITOR, "Give the worker a code, or agree on the worker's behalf."
        ),
        State.AGREED: _ToDo("schedule", RECRUITER, "Schedule the instalments."),
        State.SCHEDULED: _ToDo("pay_instalment", RECRUITER, "Pay the first instalment."),
        State.PART_PAID: _ToDo("pay_instalment", RECRUITER, "Pay the next instalment."),
        State.PAID: _ToDo(
            "verify", AUDITOR, "Verify that the money arrived: by the worker, or a bank record."
        ),
    }
)


def waiting(session: Session, actor: Actor, now: datetime) -> Iterator[TaskItem]:
    """The repayments whose next move is this actor's; two queries.

    An instalment is due at the end of its day; nothing else has a time of its own.
    """
    if not (RECRUITER | AUDITOR) & actor.roles:
        return
    found = [
        it for it in queries.going_on(session, actor, MOST) if TO_DO[it.state].roles & actor.roles
    ]
    due = queries.next_due(session, found)
    zone = scheme.policy_in_force(session, now).zone
    for it in found:
        todo, on = TO_DO[it.state], due.get(it.id)
        address = f"/v1/repayments/{it.id}"
        yield TaskItem(
            kind=REPAYMENT.name,
            subject=address,
            what=todo.what,
            due=None if on is None else end_of_day(on, zone),
            action=todo.action,
            href=f"{address}/{todo.action}",
        )
