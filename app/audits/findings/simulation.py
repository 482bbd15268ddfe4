"""Which deadlines of findings a policy would move (DOMAIN §7), for a simulation."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audits import queries as audits
from app.audits.facts import moves_of_all
from app.audits.findings.grades import Grade
from app.audits.findings.lifecycle import FINDING
from app.audits.findings.models import Finding
from app.audits.findings.timers import deadline
from app.kernel.dates import end_of_day
from app.scheme import queries as scheme
from app.scheme.policy import Policy
from app.scheme.simulation import Deadline

_AT_ONCE = 500


def deadlines(session: Session, policy: Policy, _now: datetime) -> Iterator[Deadline]:
    """Of every finding that is open; each keeps the policy of its audit."""
    asked = select(Finding).where(Finding.state.not_in(FINDING.terminal())).order_by(Finding.id)
    for findings in session.scalars(asked).partitions(_AT_ONCE):
        moves = moves_of_all(session, Finding.machine, [finding.id for finding in findings])
        pins = audits.pins(session, {finding.audit_id for finding in findings})
        for finding in findings:
            own = pins[finding.audit_id].policy
            clock = (finding.state, Grade(finding.grade), moves[finding.id])
            stops = scheme.stops(session, finding.application_id)
            before, after = (deadline(*clock, rules, stops) for rules in (own, policy))
            if before is not None and after is not None:
                yield Deadline(
                    kind=FINDING.name,
                    subject=f"/v1/findings/{finding.id}",
                    waits_for=before.action,
                    judged_by=own.version,
                    follows=False,
                    before=end_of_day(before.on, own.zone),
                    after=end_of_day(after.on, policy.zone),
                )
