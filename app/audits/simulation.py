"""Which deadlines of audits a policy would move (DOMAIN §6), for a simulation."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audits.facts import moves_of_all
from app.audits.kinds import Kind
from app.audits.lifecycle import AUDIT
from app.audits.models import Audit
from app.audits.timers import deadlines as running
from app.kernel.dates import end_of_day
from app.scheme import queries as scheme
from app.scheme.policy import Policy
from app.scheme.simulation import Deadline

_AT_ONCE = 500


def deadlines(session: Session, policy: Policy, _now: datetime) -> Iterator[Deadline]:
    """Of every audit that is under way; each keeps the policy of its plan."""
    asked = select(Audit).where(Audit.state.not_in(AUDIT.terminal())).order_by(Audit.id)
    for audits in session.scalars(asked).partitions(_AT_ONCE):
        moves = moves_of_all(session, Audit.machine, [audit.id for audit in audits])
        for audit in audits:
            own = scheme.policy(session, audit.policy)
            stops = scheme.stops(session, audit.application_id)
            before, after = (
                {
                    deadline.action: end_of_day(deadline.on, rules.zone)
                    for deadline in running(
                        audit.state,
                        moves[audit.id],
                        kind=Kind(audit.kind),
                        unannounced=audit.unannounced,
                        planned_from=audit.planned_from,
                        fieldwork_ended_on=audit.fieldwork_ended_on,
                        policy=rules,
                        stops=stops,
                    )
                }
                for rules in (own, policy)
            )
            for action, instant in before.items():
                yield Deadline(
                    kind=AUDIT.name,
                    subject=f"/v1/audits/{audit.id}",
                    waits_for=action,
                    judged_by=own.version,
                    follows=False,
                    before=instant,
                    after=after[action],
                )
