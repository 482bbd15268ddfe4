"""Where approvals stand, and when an auditor's ends by itself: never stored, computed (§5a).

Pure. An auditor's approval runs `approval_months` from its day and goes on as long as, in the same
time before each day, the audit hours reach their number and enough audits were witnessed. Once it
has ended, later records do not bring it back: the person applies anew. Days are in the scheme's
zone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.assessors.competence import Competence
from app.assessors.lifecycle import COMPANY_ACTIVE, AuditorState, CompanyState
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


@dataclass(frozen=True, slots=True)
class CompanyApproval:
    """Where the approval of an audit company stands."""

    state: CompanyState

    @property
    def is_active(self) -> bool:
        """May the company take on anything new?"""
        return self.state in COMPANY_ACTIVE

    @property
    def may_finish(self) -> bool:
        """May it at least finish what it has begun (a suspended one, §5a)?"""
        return self.is_active or self.state is CompanyState.SUSPENDED


@dataclass(frozen=True, slots=True)
class Approval:
    """An auditor's approval with the facts that it rests on."""

    auditor: str
    person: str
    state: AuditorState
    competence: Competence
    term: Term | None
    """How long it runs; none before it was given."""

    def gap(self, day: date) -> str | None:
        """Why this person may not audit on that day, in the scheme's zone, or None."""
        if self.state is not AuditorState.APPROVED or self.term is None:
            return f"is {self.state} as an auditor, not approved"
        if self.term.covers(day):
            return None
        return (
            f"was approved until {self.term.ends_on}; it ended with"
            f" {' and '.join(self.term.reasons)}"
        )


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
