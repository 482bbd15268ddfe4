"""When an auditor's approval ends by itself: computed from dated records, never stored (§5a).

Pure. An approval runs `approval_months` from its day and goes on as long as, in the same time
before each day, the audit hours reach their number and enough audits were witnessed. Once it has
ended, later records do not bring it back: the person applies anew. Days are in the scheme's zone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.kernel.dates import last_day
from app.scheme.policy import Policy


@dataclass(frozen=True, slots=True)
class Audited:
    """One audit of an auditor: the day it ended, the hours, whether somebody witnessed it."""

    on: date
    hours: int
    witnessed: bool


@dataclass(frozen=True, slots=True)
class Term:
    """How long an approval runs, on its records of today."""

    ends_on: date
    """Its last day."""
    reasons: tuple[str, ...]
    """What is missing for it to go on after that day."""

    def covers(self, day: date) -> bool:
        """Does it still run on that day?"""
        return day <= self.ends_on


def term(approved_on: date, audits: Sequence[Audited], policy: Policy) -> Term:
    """The term of an approval given on that day."""
    ends_on = last_day(approved_on, policy.approval_months)
    while (carried := _carried(_until(ends_on, audits), policy)) is not None and carried > ends_on:
        ends_on = carried
    return Term(ends_on, _missing(ends_on, audits, policy))


def _until(day: date, audits: Sequence[Audited]) -> list[Audited]:
    return [audit for audit in audits if audit.on <= day]


def _carried(audits: Sequence[Audited], policy: Policy) -> date | None:
    """The last day on which these audits still suffice; None where they never do."""
    by_hours = _newest_that_reach(audits, policy.approval_hours, policy)
    by_witness = _newest_that_reach(
        [Audited(audit.on, 1, True) for audit in audits if audit.witnessed],
        policy.approval_witnessed,
        policy,
    )
    if by_hours is None or by_witness is None:
        return None
    return min(by_hours, by_witness)


def _newest_that_reach(audits: Sequence[Audited], needed: int, policy: Policy) -> date | None:
    """The last day on which the newest of these audits still add up to what is needed."""
    total = 0
    for audit in sorted(audits, key=lambda audit: audit.on, reverse=True):
        total += audit.hours
        if total >= needed:
            return last_day(audit.on, policy.approval_months)
    return None


def _missing(ends_on: date, audits: Sequence[Audited], policy: Policy) -> tuple[str, ...]:
    """What does not suffice on the day after the last one."""
    counted = [
        audit
        for audit in _until(ends_on, audits)
        if last_day(audit.on, policy.approval_months) > ends_on
    ]
    months = policy.approval_months
    hours, witnessed = sum(a.hours for a in counted), sum(a.witnessed for a in counted)
    reasons = []
    if hours < policy.approval_hours:
        reasons.append(
            f"{hours} of {policy.approval_hours} audit hours in the {months} months to {ends_on}"
        )
    if witnessed < policy.approval_witnessed:
        reasons.append(
            f"{witnessed} of {policy.approval_witnessed} witnessed audits in the {months} months"
            f" to {ends_on}"
        )
    return tuple(reasons)
