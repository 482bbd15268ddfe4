"""Who may record and who may read which charges of a recruiter (DOMAIN §8, SECURITY S7).

A recruiter never reads what workers said; an employer reads what concerns itself. What somebody may
not see does not exist for them: NotFound.
"""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, true
from sqlalchemy.orm import Session

from app.access import queries as access
from app.employer_pays.charges.models import ChargeRow
from app.employer_pays.triangulation import Source
from app.kernel.errors import NotFound
from app.kernel.roles import AUDITOR, RECRUITER, Actor, Role
from app.lifecycle.journal import RoleRefused
from app.recruiters import queries as recruiters
from app.recruiters.models import Recruiter

EVERY_SOURCE = frozenset(Source)
OF_THE_RECRUITER = EVERY_SOURCE - {Source.STATEMENT}
TEAM = AUDITOR | {Role.TECHNICAL_EXPERT}
"""Who works in the team of an audit."""

OVERSEES = frozenset({Role.SCHEME_MANAGER, Role.INTEGRITY_OFFICER})
RECORDERS = {
    Source.LEDGER: RECRUITER,
    Source.STATEMENT: TEAM,
    Source.INVOICE: TEAM | {Role.EMPLOYER},
    Source.SCHEDULE: frozenset({Role.SCHEME_MANAGER}),
}
"""Who may record what (§8)."""

READERS = RECRUITER | TEAM | OVERSEES | {Role.EMPLOYER}


@dataclass(frozen=True, slots=True)
class Sight:
    """What somebody sees of a recruiter's charges."""

    sources: frozenset[Source]
    employer: str | None = None
    """Only what names this employer."""
    of_the_recruiter: bool = False
    """Is it the recruiter itself that looks?"""

    @property
    def condition(self) -> ColumnElement[bool]:
        """The same for rows of `charge`."""
        condition = true() if self.sources == EVERY_SOURCE else ChargeRow.source.in_(self.sources)
        if self.employer is None:
            return condition
        return and_(condition, ChargeRow.employer_id == self.employer)


def sight(session: Session, actor: Actor, recruiter_id: str) -> Sight:
    """What this actor sees of the recruiter's charges. Raises NotFound."""
    recruiter = recruiters.recruiter(session, actor, recruiter_id)
    if OVERSEES & actor.roles or is_team(session, actor, recruiter.id):
        return Sight(EVERY_SOURCE)
    if RECRUITER & actor.roles and recruiter.organisation_id == actor.organisation:
        return Sight(OF_THE_RECRUITER, of_the_recruiter=True)
    if Role.EMPLOYER in actor.roles:
        return Sight(frozenset({Source.INVOICE, Source.LEDGER}), employer=actor.organisation)
    raise NotFound(f"there is no recruiter {recruiter_id[:36]} whose charges you may see")


def is_team(session: Session, actor: Actor, recruiter_id: str) -> bool:
    """Is this person in the team of an audit of the recruiter, now?"""
    return bool(TEAM & actor.roles) and access.is_assigned(
        session, actor.person, recruiter=recruiter_id
    )


def check_recorder(
    session: Session, actor: Actor, recruiter_id: str, source: Source, audit_id: str | None
) -> Recruiter:
    """The recruiter of whom this actor may record such charges. Raises NotFound, RoleRefused."""
    if not RECORDERS[source] & actor.roles:
        needed = " or ".join(sorted(RECORDERS[source]))
        reason = f"charges of the source {source} are recorded by: {needed}"
        raise RoleRefused(reason, reasons=(reason,))
    recruiter = recruiters.recruiter(session, actor, recruiter_id)
    is_own = recruiter.organisation_id == actor.organisation
    by_team = (
        audit_id is not None
        and bool(TEAM & actor.roles)
        and access.is_assigned(session, actor.person, audit=audit_id, recruiter=recruiter.id)
    )
    may = {
        Source.LEDGER: is_own,
        Source.STATEMENT: by_team,
        Source.INVOICE: by_team or Role.EMPLOYER in actor.roles,
        Source.SCHEDULE: True,
    }
    if not may[source]:
        raise NotFound(
            f"there is no recruiter {recruiter_id[:36]} whose {source} you may record; an audit"
            " team names its audit as audit_id"
        )
    return recruiter
