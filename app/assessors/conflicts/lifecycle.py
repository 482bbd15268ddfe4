"""The lifecycle of a conflict of interest: – → declared → ended (DESIGN §3). Pure.

A person declares their own, a programme manager those of the audit company; an integrity officer
or scheme manager records what was imported or discovered about others, and ends a conflict: whoever
has one does not lift it. It bars for 24 months after its last day even so (SECURITY S2).
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from app.kernel.roles import AUDITOR, Role
from app.lifecycle.machine import BORN, Machine, Rule


class State(StrEnum):
    """Where a conflict stands; when it stops barring, the clock says."""

    DECLARED = "declared"
    ENDED = "ended"


class Source(StrEnum):
    """How a conflict came on record."""

    DECLARED = "declared"
    IMPORTED = "imported"
    DISCOVERED = "discovered"


OFFICERS = frozenset({Role.SCHEME_MANAGER, Role.INTEGRITY_OFFICER})

DECLARERS = (
    AUDITOR
    | OFFICERS
    | {
        Role.TECHNICAL_EXPERT,
        Role.PROGRAMME_MANAGER,
        Role.REVIEWER,
        Role.DECISION_MAKER,
        Role.APPLICATION_REVIEWER,
        Role.APPEAL_PANEL,
        Role.COMPLAINT_HANDLER,
    }
)
"""Who must be independent, and so declares: everybody of the scheme and of audit companies."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the guards look at."""

    today: date
    source: Source
    own: bool
    """Is it the actor's own, or that of the audit company whose programme manager the actor is?"""
    officer: bool
    """Is the actor an integrity officer or a scheme manager?"""
    since: date
    until: date | None
    with_recruiter: bool = True
    """Is the other side a recruiter?"""
    company_ties: bool = True
    """Is what ties the company, if it is one, a tie that a company can have?"""


def declared_by_whom_it_concerns(facts: Facts) -> str | None:
    """One declares one's own; others record what they found, never about themselves."""
    if facts.source is Source.DECLARED:
        return None if facts.own else "a conflict is declared by the person or company it concerns"
    if not facts.officer:
        return f"what was {facts.source} is recorded by an integrity officer or a scheme manager"
    return "nobody records a discovery about themselves; declare it" if facts.own else None


def not_their_own(facts: Facts) -> str | None:
    """Whoever has a conflict does not end it."""
    return "another officer ends your own conflict" if facts.own else None


def is_with_a_recruiter(facts: Facts) -> str | None:
    """Conflicts are with recruiters: only they are audited."""
    return None if facts.with_recruiter else "the organisation is no recruiter"


def company_can_have_it(facts: Facts) -> str | None:
    """A company has no family and no friends."""
    return None if facts.company_ties else "an audit company cannot have such a tie"


def has_begun(facts: Facts) -> str | None:
    """What is declared is so already."""
    if facts.since <= facts.today:
        return None
    return f"{facts.since} lies ahead: declare it when it begins"


def days_in_order(facts: Facts) -> str | None:
    """It does not end before it begins."""
    if facts.until is None or facts.since <= facts.until:
        return None
    return f"its last day, {facts.until}, lies before its first, {facts.since}"


def has_ended(facts: Facts) -> str | None:
    """An end is a day that has come."""
    if facts.until is None:
        return "name its last day"
    return f"its last day, {facts.until}, lies ahead" if facts.until > facts.today else None


CONFLICT: Machine[Facts] = Machine(
    "conflict",
    State,
    [
        Rule(
            "declare",
            frozenset({BORN}),
            State.DECLARED,
            DECLARERS,
            bars=(declared_by_whom_it_concerns,),
            guards=(is_with_a_recruiter, company_can_have_it, has_begun, days_in_order),
        ),
        Rule(
            "end",
            frozenset({State.DECLARED.value}),
            State.ENDED,
            OFFICERS,
            bars=(not_their_own,),
            guards=(has_ended, days_in_order),
        ),
    ],
)

MISSING_GUARDS: tuple[tuple[str, str], ...] = (
    ("declare", "a conflict with the other side of a complaint bars its handling"),
)
"""(action, what SECURITY S2 asks for and is not built yet): complaints are not there."""
