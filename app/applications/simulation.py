"""Which deadlines of applications a policy would move (DOMAIN §5), for a simulation."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from app.applications import queries
from app.applications.lifecycle import APPLICATION
from app.applications.timers import RUNNING, due
from app.scheme.policy import Policy
from app.scheme.simulation import Deadline

_LEAST = timedelta(microseconds=1)


def deadlines(session: Session, policy: Policy, now: datetime) -> Iterator[Deadline]:
    """Of every application whose time runs; a draft follows the policy, all others keep theirs."""
    for standing in queries.waiting(session, RUNNING, now, now + _LEAST):
        found = standing.application
        clock = (found.state, standing.since)
        own = due(*clock, standing.policy, standing.stops)
        other = due(*clock, policy, standing.stops)
        if own is not None and other is not None:
            yield Deadline(
                kind=APPLICATION.name,
                subject=f"/v1/applications/{found.id}",
                waits_for=found.state,
                judged_by=standing.policy.version,
                follows=found.policy is None,
                before=own.until,
                after=other.until,
            )
