"""What the records say about one finding, gathered for the guards of its lifecycle."""

from datetime import datetime
from typing import Any

from sqlalchemy import and_, exists, func, or_, select
from sqlalchemy.orm import Session

from app.access import queries as access
from app.audits.facts import began_after, conflicts_of, moves_of, parties_of
from app.audits.findings.grades import Grade
from app.audits.findings.lifecycle import Facts, State
from app.audits.findings.models import Finding
from app.audits.models import Audit, TeamMember
from app.audits.team import FITTING, roles_on
from app.employer_pays.categories import FEES_PRINCIPLE
from app.employer_pays.repayment import standing
from app.kernel.roles import Actor, Role
from app.scheme import queries as scheme
from app.scheme.standard import Standard


def gather(
    session: Session, finding: Finding, audit: Audit, actor: Actor, now: datetime, **given: Any
) -> Facts:
    """The facts of this finding as this actor meets it; `given` comes with the move itself.

    It is judged by the rules that its audit is pinned to.
    """
    pinned = scheme.standard(session, audit.standard)
    return Facts(
        now=now,
        policy=scheme.policy(session, audit.policy),
        audit_state=audit.state,
        grade=Grade(finding.grade),
        criterion_is_critical=pinned.criterion(finding.criterion).critical,
        moves=moves_of(session, Finding.machine, finding.id),
        minors_on_criterion=_minors(session, finding),
        later_audit=_later_audit(session, audit),
        open_remainders=_open_remainders(session, pinned, finding, audit),
        person=actor.person,
        roles=roles_on(actor, parties_of(audit), _seat(session, actor.person, audit)),
        involvements=access.involved(session, finding.application_id),
        conflicts=conflicts_of(session, actor, audit),
        stops=scheme.stops(session, finding.application_id),
        **given,
    )


def _open_remainders(session: Session, pinned: Standard, finding: Finding, audit: Audit) -> int:
    """How many workers wait for a repayment, where the finding is one on fees."""
    if pinned.principle_of(finding.criterion).code != FEES_PRINCIPLE:
        return 0
    return standing.open_remainders(session, audit.recruiter_id)


def _minors(session: Session, finding: Finding) -> int:
    standing = select(func.count()).where(
        Finding.audit_id == finding.audit_id,
        Finding.criterion == finding.criterion,
        Finding.grade == Grade.MINOR,
        Finding.state != State.VOIDED,
    )
    return session.scalar(standing) or 0


def _later_audit(session: Session, audit: Audit) -> bool:
    later = exists().where(
        Audit.application_id == audit.application_id, began_after(Audit.id, audit.id)
    )
    return bool(session.scalar(select(later)))


def _seat(session: Session, person: str | None, audit: Audit) -> Role | None:
    """The seat of this person in the audit's team, or in that of a later audit of the case.

    Whoever verifies a finding at the next audit sits in the next audit's team (DOMAIN §7).
    """
    if person is None:
        return None
    seats = (
        select(TeamMember.role)
        .join(Audit, and_(Audit.id == TeamMember.audit_id, Audit.proposal == TeamMember.proposal))
        .where(
            TeamMember.person_id == person,
            Audit.application_id == audit.application_id,
            or_(Audit.id == audit.id, began_after(Audit.id, audit.id)),
        )
    )
    held = {Role(role) for role in session.scalars(seats)}
    return next((seat for seat in FITTING if seat in held), None)
