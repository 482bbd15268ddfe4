"""Who may sit in a team, check by check: each passes or has its reason. Pure (DOMAIN §3, §5a, §6).

The guards of a proposal refuse by these checks, and `POST /v1/audits/{id}/team/check` shows them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from app.access.independence import conflict_bars, declaration_bar
from app.assessors.competence import corridor_gap, language_gap, scope_gap
from app.audits.kinds import Kind
from app.audits.team import Candidate
from app.kernel.roles import Role
from app.scheme.policy import Policy


@dataclass(frozen=True, slots=True)
class Needs:
    """What an audit asks of each member of its team."""

    kind: Kind
    standard: str
    corridors: tuple[str, ...]
    today: date
    """The present day in the scheme's zone."""
    policy: Policy


@dataclass(frozen=True, slots=True)
class Check:
    """One check of one member: passed where it has no reason."""

    name: str
    reasons: tuple[str, ...]


_Check = Callable[[Candidate, Needs], str | tuple[str, ...] | None]


def _role(candidate: Candidate, _: Needs) -> str | None:
    return None if candidate.fits else f"holds no role for the seat {candidate.role}"


def _approved(candidate: Candidate, needs: Needs) -> str | None:
    if candidate.approval is None:
        return "is not approved as an auditor"
    return candidate.approval.gap(needs.today)


def _scope(candidate: Candidate, needs: Needs) -> str | None:
    if candidate.approval is None:
        return "is approved for nothing"
    return scope_gap(candidate.approval.competence, needs.kind, needs.standard)


def _corridors(candidate: Candidate, needs: Needs) -> str | None:
    if candidate.approval is None:
        return "is approved for no corridor"
    return corridor_gap(candidate.approval.competence, needs.corridors)


def _languages(candidate: Candidate, needs: Needs) -> str | None:
    if candidate.approval is None:
        return "is approved in no language"
    return language_gap(candidate.approval.competence, needs.corridors)


def _conflicts(candidate: Candidate, needs: Needs) -> tuple[str, ...]:
    return conflict_bars(candidate.conflicts, needs.today, needs.policy.conflict_months)


def _declaration(candidate: Candidate, needs: Needs) -> str | None:
    return declaration_bar(candidate.declared_on, needs.today, needs.policy.declaration_days)


def _rotation(candidate: Candidate, needs: Needs) -> str | None:
    if candidate.role is not Role.LEAD_AUDITOR or candidate.cycles_led < needs.policy.lead_cycles:
        return None
    return (
        f"led this recruiter's audits in {candidate.cycles_led} cycles in a row, and"
        f" {needs.policy.lead_cycles} are the most; somebody else leads this one"
    )


CHECKS: Mapping[str, _Check] = MappingProxyType(
    {
        "role": _role,
        "approved": _approved,
        "scope": _scope,
        "corridors": _corridors,
        "languages": _languages,
        "conflicts": _conflicts,
        "declaration": _declaration,
        "rotation": _rotation,
    }
)


def checks(candidate: Candidate, needs: Needs) -> tuple[Check, ...]:
    """Every check of one member, in order; nothing is told of other companies' people."""
    if not candidate.of_the_company:
        return (Check("of_the_company", ("is not of the audit company",)),)
    found = [Check(name, _as_reasons(check(candidate, needs))) for name, check in CHECKS.items()]
    return (Check("of_the_company", ()), *found)


def _as_reasons(found: str | tuple[str, ...] | None) -> tuple[str, ...]:
    if found is None:
        return ()
    return (found,) if isinstance(found, str) else found
