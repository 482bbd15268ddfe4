"""Whose cases somebody may see: one rule, as plain values and as a condition in SQL (SECURITY S7).

The rooms ask `sight(actor)` and apply it to one case, or to a list by `queries.seen`. What is not
seen does not exist for them: NotFound, never Forbidden.
"""

from dataclasses import dataclass

from app.kernel.roles import AUDITOR, RECRUITER, Actor, Role

_EVERY_CASE = frozenset(
    {
        Role.SCHEME_MANAGER,
        Role.INTEGRITY_OFFICER,
        Role.APPLICATION_REVIEWER,
        Role.APPEAL_PANEL,
        Role.SYSTEM,
    }
)
_CASES_OF_THEIR_COMPANY = frozenset({Role.PROGRAMME_MANAGER, Role.REVIEWER, Role.DECISION_MAKER})
_ASSIGNED_CASES = AUDITOR | {Role.TECHNICAL_EXPERT}


@dataclass(frozen=True, slots=True)
class Sight:
    """Which cases somebody sees: the union of what is set; nothing is set for an employer."""

    everything: bool = False
    of_audit_company: str | None = None
    """The cases of this audit company."""
    of_recruiter: str | None = None
    """The cases of the recruiter that is this organisation."""
    assigned_to: str | None = None
    """The audits in whose team this person is, and their cases."""
    assigned_from: str | None = None
    """Where that person works: an assignment ends with the audit company's part in the case."""

    def covers(
        self,
        *,
        audit_company: str | None,
        recruiter_organisation: str | None,
        assigned: bool = False,
    ) -> bool:
        """Is a case seen, whose parties these are? `assigned`: is the person in its team?"""
        return (
            self.everything
            or (self.of_audit_company is not None and self.of_audit_company == audit_company)
            or (self.of_recruiter is not None and self.of_recruiter == recruiter_organisation)
            or (self.assigned_to is not None and assigned and self.assigned_from == audit_company)
        )


def sight(actor: Actor) -> Sight:
    """What the roles of this actor let them see (DOMAIN §3)."""
    return Sight(
        everything=bool(_EVERY_CASE & actor.roles),
        of_audit_company=actor.organisation if _CASES_OF_THEIR_COMPANY & actor.roles else None,
        of_recruiter=actor.organisation if RECRUITER & actor.roles else None,
        assigned_to=actor.person if _ASSIGNED_CASES & actor.roles else None,
        assigned_from=actor.organisation if _ASSIGNED_CASES & actor.roles else None,
    )
