"""The lifecycles of audit companies and auditors, row by row as in DOMAIN §5a. Pure.

SECURITY S5 asks for two people where an audit company's accreditation changes: whatever gives an
approval back or takes it for ever (approve, reinstate, withdraw) is signed by two people in the
one role that §5a names. A warning changes no accreditation, and a suspension protects workers and
must not wait: one integrity officer signs these, and only two can undo the suspension.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from app.assessors.competence import Competence
from app.assessors.reasons import Reason, reason_for
from app.kernel.roles import Role
from app.lifecycle.machine import BORN, Machine, Rule


class CompanyState(StrEnum):
    """Where an audit company's approval stands."""

    APPLIED = "applied"
    APPROVED = "approved"
    REFUSED = "refused"
    WARNED = "warned"
    SUSPENDED = "suspended"
    WITHDRAWN = "withdrawn"


class AuditorState(StrEnum):
    """Where an auditor's approval stands; when it ends by itself, the clock says (`approval`)."""

    APPLIED = "applied"
    TRAINED = "trained"
    EXAMINED = "examined"
    WITNESSED = "witnessed"
    APPROVED = "approved"
    SUSPENDED = "suspended"
    WITHDRAWN = "withdrawn"


COMPANY_ENDED = frozenset({CompanyState.REFUSED, CompanyState.WITHDRAWN})
"""After which a company may apply anew."""

COMPANY_ACTIVE = frozenset({CompanyState.APPROVED, CompanyState.WARNED})
"""A warned company is still approved."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyFacts:
    """What the guards of an audit company look at."""

    is_audit_company: bool = True
    standing: bool = False
    """Has the organisation an application or approval that has not ended?"""
    reason: Reason | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditorFacts:
    """What the guards of an auditor look at; the last four come with the move itself."""

    today: date
    of_audit_company: bool
    """Is the person of an audit company?"""
    educated: bool = False
    experienced: bool = False
    standing: bool = False
    """Has the person an approval, or one on its way, that is not withdrawn?"""
    on: date | None = None
    """The day of the training, of the examination or of the witnessed audit."""
    by_another: bool = True
    """Was the audit witnessed by somebody else?"""
    competence: Competence | None = None
    reason: Reason | None = None


def is_an_audit_company(facts: CompanyFacts) -> str | None:
    """Only an audit company applies to be one."""
    return None if facts.is_audit_company else "the organisation is no audit company"


def company_not_standing(facts: CompanyFacts) -> str | None:
    """One company has one approval."""
    if not facts.standing:
        return None
    return "this company has applied or is approved already; it applies anew once that has ended"


def is_of_an_audit_company(facts: AuditorFacts) -> str | None:
    """Auditors are people of audit companies (§3)."""
    return None if facts.of_audit_company else "this person belongs to no audit company"


def auditor_not_standing(facts: AuditorFacts) -> str | None:
    """One person has one approval."""
    if not facts.standing:
        return None
    return "this person has applied or is approved already; withdraw that before they apply anew"


def happened(what: str) -> Callable[[AuditorFacts], str | None]:
    """The guard that the day of it is given, and has come."""

    def has_happened(facts: AuditorFacts) -> str | None:
        if facts.on is None:
            return f"name the day of the {what}"
        return f"the {what} lies ahead, on {facts.on}" if facts.on > facts.today else None

    return has_happened


def witnessed_by_another(facts: AuditorFacts) -> str | None:
    """Nobody witnesses their own audit."""
    return None if facts.by_another else "name another person who witnessed the audit"


def education_recorded(facts: AuditorFacts) -> str | None:
    """Competence rests on education (ISO 17021-1 7.2)."""
    return None if facts.educated else "no education of this person is recorded"


def experience_recorded(facts: AuditorFacts) -> str | None:
    """Competence rests on experience (ISO 17021-1 7.2)."""
    return None if facts.experienced else "no work experience of this person is recorded"


def competence_named(facts: AuditorFacts) -> tuple[str, ...]:
    """An approval names its scope, corridors and languages (§5a)."""
    competence = facts.competence or Competence()
    return tuple(f"name the {part} it is for" for part in competence.unnamed())


_MANAGER = frozenset({Role.SCHEME_MANAGER})
_INTEGRITY = frozenset({Role.INTEGRITY_OFFICER})


def _from(*states: StrEnum) -> frozenset[str]:
    return frozenset(state.value for state in states)


AUDIT_COMPANY: Machine[CompanyFacts] = Machine(
    "audit_company",
    CompanyState,
    [
        Rule(
            "apply",
            frozenset({BORN}),
            CompanyState.APPLIED,
            frozenset({Role.PROGRAMME_MANAGER}),
            guards=(is_an_audit_company, company_not_standing),
        ),
        Rule(
            "approve",
            _from(CompanyState.APPLIED),
            CompanyState.APPROVED,
            _MANAGER,
            second=_MANAGER,
            guards=(reason_for("approve"),),
        ),
        Rule(
            "refuse",
            _from(CompanyState.APPLIED),
            CompanyState.REFUSED,
            _MANAGER,
            guards=(reason_for("refuse"),),
        ),
        Rule(
            "warn",
            _from(CompanyState.APPROVED),
            CompanyState.WARNED,
            _INTEGRITY,
            guards=(reason_for("warn"),),
        ),
        Rule(
            "clear",
            _from(CompanyState.WARNED),
            CompanyState.APPROVED,
            _INTEGRITY,
            guards=(reason_for("clear"),),
        ),
        Rule(
            "suspend",
            _from(*COMPANY_ACTIVE),
            CompanyState.SUSPENDED,
            _INTEGRITY,
            guards=(reason_for("suspend"),),
        ),
        Rule(
            "reinstate",
            _from(CompanyState.SUSPENDED),
            CompanyState.APPROVED,
            _INTEGRITY,
            second=_INTEGRITY,
            guards=(reason_for("reinstate"),),
        ),
        Rule(
            "withdraw",
            _from(*COMPANY_ACTIVE, CompanyState.SUSPENDED),
            CompanyState.WITHDRAWN,
            _INTEGRITY,
            second=_INTEGRITY,
            guards=(reason_for("withdraw"),),
        ),
    ],
)

AUDITOR: Machine[AuditorFacts] = Machine(
    "auditor",
    AuditorState,
    [
        Rule(
            "apply",
            frozenset({BORN}),
            AuditorState.APPLIED,
            _MANAGER,
            guards=(is_of_an_audit_company, auditor_not_standing),
        ),
        Rule(
            "train",
            _from(AuditorState.APPLIED),
            AuditorState.TRAINED,
            _MANAGER,
            guards=(happened("training"),),
        ),
        Rule(
            "examine",
            _from(AuditorState.TRAINED),
            AuditorState.EXAMINED,
            _MANAGER,
            guards=(happened("examination"),),
        ),
        Rule(
            "witness",
            _from(AuditorState.EXAMINED),
            AuditorState.WITNESSED,
            _MANAGER,
            guards=(happened("witnessed audit"), witnessed_by_another),
        ),
        Rule(
            "approve",
            _from(AuditorState.WITNESSED),
            AuditorState.APPROVED,
            _MANAGER,
            guards=(
                reason_for("approve"),
                education_recorded,
                experience_recorded,
                competence_named,
            ),
        ),
        Rule(
            "suspend",
            _from(AuditorState.APPROVED),
            AuditorState.SUSPENDED,
            _INTEGRITY,
            guards=(reason_for("suspend"),),
        ),
        Rule(
            "reinstate",
            _from(AuditorState.SUSPENDED),
            AuditorState.APPROVED,
            _INTEGRITY,
            guards=(reason_for("reinstate"),),
        ),
        Rule(
            "withdraw",
            _from(AuditorState.APPROVED, AuditorState.SUSPENDED),
            AuditorState.WITHDRAWN,
            _INTEGRITY,
            guards=(reason_for("withdraw"),),
        ),
    ],
)

MISSING_GUARDS: tuple[tuple[str, str], ...] = (
    ("suspend", "every certificate of the company is flagged, and unflagged when it is reinstated"),
    ("withdraw", "every certificate of the company is flagged: 6 months or expiry to transfer"),
)
"""(action, what DOMAIN §10 C18 asks of an audit company's moves and is not built yet)."""
