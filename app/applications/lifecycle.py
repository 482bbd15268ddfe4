"""The lifecycle of an application, row by row as in DOMAIN §5. Pure."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from app.access.independence import Conflict, conflict_bars
from app.applications.content import (
    Content,
    licence_faults,
    other_faults,
    self_assessment_faults,
    unanswered_faults,
)
from app.applications.fee import Fee
from app.applications.timers import due, due_action
from app.assessors.approval import CompanyApproval
from app.assessors.lifecycle import CompanyState
from app.kernel.dates import day_of
from app.kernel.roles import RECRUITER, Role
from app.lifecycle.machine import BORN, Guard, Machine, Rule
from app.scheme.policy import Policy
from app.scheme.standard import Standard
from app.scheme.tolling import NO_STOPS, Stops


class State(StrEnum):
    """Where an application stands."""

    DRAFT = "draft"
    DROPPED = "dropped"
    SUBMITTED = "submitted"
    IN_REVIEW = "in_review"
    DEFERRED = "deferred"
    LAPSED = "lapsed"
    REJECTED = "rejected"
    ACCEPTED = "accepted"
    CONTRACTED = "contracted"
    WITHDRAWN = "withdrawn"


class RejectionReason(StrEnum):
    """Why an application is rejected."""

    NOT_ELIGIBLE = "not_eligible"
    LICENCE_NOT_VALID = "licence_not_valid"
    CAPACITY_BUILDING_MISSING = "capacity_building_missing"
    SELF_ASSESSMENT_INSUFFICIENT = "self_assessment_insufficient"
    FALSE_INFORMATION = "false_information"
    INFORMATION_WITHHELD = "information_withheld"
    SCOPE_NOT_CERTIFIABLE = "scope_not_certifiable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the guards look at: the application as it is, then what the call brings."""

    policy: Policy
    now: datetime
    state: str
    since: datetime
    """When it entered this state."""
    home: str
    """The recruiter's country."""
    content: Content
    register_faults: tuple[str, ...] = ()
    """What the imported registers have against the licences that it states."""
    look_alikes: tuple[str, ...] = ()
    """Confirmed links to recruiters that lost their right to recruit."""
    unanswered: int = 0
    """How many items of the present deferral have no answer."""
    standard: Standard
    """The version that the application was drafted under."""
    fee: Fee | None = None
    """What was invoiced and received; none before it is handed in."""
    items: tuple[str, ...] = ()
    """What a deferral asks for."""
    reasons: tuple[RejectionReason, ...] = ()
    audit_company: str | None = None
    """Whom the recruiter signs with."""
    company: CompanyApproval | None = None
    """Where the approval of that audit company stands; None: it never applied."""
    company_conflicts: tuple[Conflict, ...] = ()
    """With the recruiter, of that whole audit company."""
    competence: frozenset[str] = frozenset()
    """The corridors for which some approved auditor is competent."""
    conflicts: tuple[Conflict, ...] = ()
    """With the recruiter, of the person who acts."""
    stops: Stops = NO_STOPS
    """When its timers stand still."""

    @property
    def today(self) -> date:
        """The present day in the scheme's zone."""
        return day_of(self.now, self.policy.zone)


def names(part: str, words: str) -> Guard[Facts]:
    """The guard that this part of the content is there; `words` say that it is not."""

    def is_named(facts: Facts) -> str | None:
        return words if getattr(facts.content, part) in (None, ()) else None

    return is_named


def free_of(faults: Callable[[Facts], Iterator[str]]) -> Guard[Facts]:
    """The guard that these faults are not found."""

    def has_none(facts: Facts) -> str | None:
        return "; ".join(faults(facts)) or None

    return has_none


def register_agrees(facts: Facts) -> tuple[str, ...]:
    """Where a country's register was imported, it shows each licence in order (DOMAIN §5)."""
    return facts.register_faults


def no_look_alike_bars(facts: Facts) -> tuple[str, ...]:
    """A company that lost its right to recruit does not come back under another name (§12)."""
    return facts.look_alikes


STATED: tuple[Guard[Facts], ...] = (
    names("corridors", "no corridor is named"),
    names("sectors", "no sector is named"),
    names("sites", "no site is named"),
    names("workers_per_year", "the number of workers placed in a year is not given"),
    names("licences", "no licence is given"),
    names(
        "capacity_building_completed_on",
        "the day on which the capacity-building programme was completed is not given",
    ),
    names("capacity_building_provider", "who gave the capacity-building programme is not given"),
    names("self_assessment", "the self-assessment is not given"),
    free_of(lambda facts: unanswered_faults(facts.content, facts.standard)),
    free_of(lambda facts: licence_faults(facts.content, facts.home, facts.today)),
    register_agrees,
)
"""Everything is there, and the licences are valid today: each gap named."""
COMPLETE: tuple[Guard[Facts], ...] = (
    *STATED,
    free_of(
        lambda facts: self_assessment_faults(
            facts.content, facts.today, facts.policy.self_assessment_months
        )
    ),
    free_of(lambda facts: other_faults(facts.content, facts.today)),
)
"""A complete application whose days count on the day when it is handed in."""


def fee_is_received(facts: Facts) -> str | None:
    """The review starts when the fee is there in full (DOMAIN §5)."""
    fee = facts.fee
    if fee is None or not fee.payments:
        due = facts.policy.application_fee if fee is None else fee.amount
        return f"the application fee of {due} has not been received"
    if fee.missing.minor == 0:
        return None
    return (
        f"the application fee is {fee.amount}; {fee.received} were received,"
        f" {fee.missing} are missing"
    )


def items_are_listed(facts: Facts) -> str | None:
    """A deferral says what is missing."""
    return None if facts.items else "no missing item is listed"


def items_are_answered(facts: Facts) -> str | None:
    """The review goes on when every item is answered."""
    if facts.unanswered == 0:
        return None
    items = "1 item" if facts.unanswered == 1 else f"{facts.unanswered} items"
    return f"{items} of the deferral still without an answer"


def is_in_time(facts: Facts) -> str | None:
    """What has a deadline happens before it ends."""
    waiting = due(facts.state, facts.since, facts.policy, facts.stops)
    if waiting is None or not waiting.is_over(facts.now):
        return None
    return f"the time for it ended with {waiting.by}: {waiting.then}"


def time_is_over(facts: Facts) -> str | None:
    """The system acts when the time has run out, not before."""
    if due_action(facts.state, facts.since, facts.now, facts.policy, facts.stops):
        return None
    waiting = due(facts.state, facts.since, facts.policy, facts.stops)
    return f"the time runs until the end of {waiting.by}" if waiting else "no time runs"


def reasons_are_given(facts: Facts) -> str | None:
    """A rejection says why, by code."""
    return None if facts.reasons else "no reason code is given"


def audit_company_is_named(facts: Facts) -> str | None:
    """An agreement has two sides."""
    return None if facts.audit_company is not None else "no audit company is named"


def offer_time(facts: Facts) -> timedelta:
    """How long the offer of a contract is valid, so how long a first signature waits."""
    return timedelta(days=facts.policy.offer_days)


def audit_company_is_approved(facts: Facts) -> str | None:
    """The audit company's approval is active (§5); a suspended one starts nothing new (§5a)."""
    if facts.audit_company is None or (facts.company is not None and facts.company.is_active):
        return None
    if facts.company is None:
        return "the audit company has no approval of the scheme"
    return f"the audit company is {facts.company.state}, not approved; name one that is"


def audit_company_is_unconflicted(facts: Facts) -> tuple[str, ...]:
    """A company that gave consultancy or training to the recruiter is blocked whole (S3)."""
    return conflict_bars(facts.company_conflicts, facts.today, facts.policy.conflict_months)


def competence_is_available(facts: Facts) -> str | None:
    """For each corridor there is an approved auditor who speaks its workers' language (§5)."""
    missing = [corridor for corridor in facts.content.corridors if corridor not in facts.competence]
    if not missing:
        return None
    return (
        f"no approved auditor is competent for {', '.join(missing)} and speaks a language of its"
        " workers"
    )


def unconflicted(facts: Facts) -> str | None:
    """Nobody reviews an application with a conflict, open or of the last 24 months (S2)."""
    found = conflict_bars(facts.conflicts, facts.today, facts.policy.conflict_months)
    return "; ".join(found) or None


def as_called_in_full(facts: Facts) -> Facts:
    """These facts, as if the call brought all that it has to bring: what is missing beside that?"""
    return replace(
        facts,
        items=("",),
        reasons=(RejectionReason.NOT_ELIGIBLE,),
        audit_company="",
        company=CompanyApproval(CompanyState.APPROVED),
    )


_REVIEWER = frozenset({Role.APPLICATION_REVIEWER})
_SYSTEM = frozenset({Role.SYSTEM})
_UNCONFLICTED: tuple[Guard[Facts], ...] = (unconflicted,)


def _from(*states: State) -> frozenset[str]:
    return frozenset(state.value for state in states)


APPLICATION: Machine[Facts] = Machine(
    "application",
    State,
    [
        Rule("draft", frozenset({BORN}), State.DRAFT, RECRUITER),
        Rule("drop", _from(State.DRAFT), State.DROPPED, _SYSTEM, guards=(time_is_over,)),
        Rule(
            "submit",
            _from(State.DRAFT),
            State.SUBMITTED,
            RECRUITER,
            guards=(*COMPLETE, is_in_time),
        ),
        Rule(
            "clear_payment",
            _from(State.SUBMITTED),
            State.IN_REVIEW,
            frozenset({Role.SCHEME_MANAGER}),
            guards=(fee_is_received,),
        ),
        Rule(
            "defer",
            _from(State.IN_REVIEW),
            State.DEFERRED,
            _REVIEWER,
            bars=_UNCONFLICTED,
            guards=(items_are_listed,),
        ),
        Rule(
            "resume",
            _from(State.DEFERRED),
            State.IN_REVIEW,
            RECRUITER,
            guards=(items_are_answered, is_in_time),
        ),
        Rule("lapse", _from(State.DEFERRED), State.LAPSED, _SYSTEM, guards=(time_is_over,)),
        Rule(
            "reject",
            _from(State.IN_REVIEW),
            State.REJECTED,
            _REVIEWER,
            second=_REVIEWER,
            bars=_UNCONFLICTED,
            guards=(reasons_are_given,),
        ),
        Rule(
            "accept",
            _from(State.IN_REVIEW),
            State.ACCEPTED,
            _REVIEWER,
            bars=_UNCONFLICTED,
            guards=(*STATED, no_look_alike_bars, competence_is_available),
        ),
        Rule(
            "contract",
            _from(State.ACCEPTED),
            State.CONTRACTED,
            frozenset({Role.RECRUITER_ADMIN}),
            second=frozenset({Role.PROGRAMME_MANAGER}),
            second_within=offer_time,
            guards=(
                audit_company_is_named,
                audit_company_is_approved,
                audit_company_is_unconflicted,
                is_in_time,
            ),
        ),
        Rule("lapse", _from(State.ACCEPTED), State.LAPSED, _SYSTEM, guards=(time_is_over,)),
        Rule(
            "withdraw",
            _from(
                State.DRAFT,
                State.SUBMITTED,
                State.IN_REVIEW,
                State.DEFERRED,
                State.ACCEPTED,
            ),
            State.WITHDRAWN,
            RECRUITER,
        ),
    ],
)

EDITABLE = _from(State.DRAFT, State.DEFERRED)
"""Where the recruiter may change the content: while drafting, and to answer a deferral."""

_WAITS_FOR: dict[str, tuple[Role, ...]] = {
    State.DRAFT: (Role.RECRUITER_ADMIN, Role.RECRUITER_STAFF),
    State.SUBMITTED: (Role.SCHEME_MANAGER,),
    State.IN_REVIEW: (Role.APPLICATION_REVIEWER,),
    State.DEFERRED: (Role.RECRUITER_ADMIN, Role.RECRUITER_STAFF),
    State.ACCEPTED: (Role.RECRUITER_ADMIN, Role.PROGRAMME_MANAGER),
}


def waiting_on(state: str, signed_by: str | None = None) -> tuple[Role, ...]:
    """Whose turn it is, by role; whoever signed first (`signed_by`) is not waited for.

    A rejection that one reviewer signed waits for another reviewer.
    """
    waited_for = _WAITS_FOR.get(state, ())
    if len(waited_for) == 1:
        return waited_for
    return tuple(role for role in waited_for if role != signed_by)
