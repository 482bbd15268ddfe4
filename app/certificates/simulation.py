"""What a policy would move of certificates (DOMAIN §10, §11), for a simulation."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.certificates import queries
from app.certificates.lifecycle import CERTIFICATE, State
from app.certificates.models import Certificate
from app.certificates.status import Result, status_at
from app.certificates.timers import renewed_until, restorable_until
from app.kernel.dates import end_of_day
from app.scheme import queries as scheme
from app.scheme.policy import Policy
from app.scheme.simulation import Deadline

_AT_ONCE = 500


def deadlines(session: Session, policy: Policy, now: datetime) -> Iterator[Deadline]:
    """How far the next renewal of each certificate would reach, and how long it can be restored.

    Its present term is printed and moves with nothing. A renewal follows the policy in force; what
    expired keeps the policy that it was granted or last renewed under.
    """
    in_force = scheme.policy_in_force(session, now)
    held = select(Certificate).where(Certificate.state.in_((State.ACTIVE, State.SUSPENDED)))
    for certificates in session.scalars(held.order_by(Certificate.id)).partitions(_AT_ONCE):
        timelines = queries.timelines(session, [certificate.id for certificate in certificates])
        for certificate in certificates:
            status = status_at(timelines[certificate.id], now)
            if status.expires_at is None:
                continue
            is_over = status.result is Result.EXPIRED
            own = scheme.policy(session, certificate.policy) if is_over else in_force
            until = restorable_until if is_over else renewed_until
            before, after = (
                end_of_day(until(status.expires_at, rules), rules.zone) for rules in (own, policy)
            )
            yield Deadline(
                kind=CERTIFICATE.name,
                subject=f"/v1/certificates/{certificate.number}",
                waits_for="restore_expired" if is_over else "end of the next cycle",
                judged_by=own.version,
                follows=not is_over,
                before=before,
                after=after,
            )
