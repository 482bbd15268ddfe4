"""What may be read of findings, limited to what the caller may see; what is not seen is NotFound.

Whoever sees an audit sees its findings; so does the team of a later audit of the case, which finds
them open there.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import Session, aliased

from app.access.visibility import sight
from app.audits import queries as audits
from app.audits.facts import began_after
from app.audits.findings.lifecycle import State
from app.audits.findings.models import Evidence, Finding, FindingPlan, Verification
from app.audits.models import Audit, TeamMember
from app.kernel.errors import NotFound
from app.kernel.identifiers import is_id
from app.kernel.roles import Actor
from app.platform.pagination import Paging


@dataclass(frozen=True, slots=True)
class Record:
    """Everything that stands beside a finding."""

    plans: Sequence[FindingPlan]
    evidence: Sequence[Evidence]
    verification: Verification | None


def finding(session: Session, actor: Actor, finding_id: str) -> Finding:
    """One finding. Raises NotFound."""
    found = None
    if is_id(finding_id):
        asked = select(Finding).join(Audit, Audit.id == Finding.audit_id)
        found = session.scalars(asked.where(Finding.id == finding_id, seen(actor))).one_or_none()
    if found is None:
        raise NotFound(f"there is no finding {finding_id[:36]}")
    return found


def findings(
    session: Session,
    actor: Actor,
    paging: Paging,
    *,
    audit_id: str | None = None,
    application_id: str | None = None,
    state: State | None = None,
) -> Sequence[Finding]:
    """The findings that the caller sees, oldest first; of one audit, case or state if given."""
    asked = select(Finding).join(Audit, Audit.id == Finding.audit_id).where(seen(actor))
    if audit_id is not None:
        asked = asked.where(Finding.audit_id == audit_id)
    if application_id is not None:
        asked = asked.where(Finding.application_id == application_id)
    if state is not None:
        asked = asked.where(Finding.state == state)
    if paging.after is not None:
        asked = asked.where(Finding.id > paging.after[0])
    return session.scalars(asked.order_by(Finding.id).limit(paging.fetch)).all()


def record(session: Session, finding_id: str) -> Record:
    """Plans, evidence and verification of a finding that is seen."""
    plans = select(FindingPlan).where(FindingPlan.finding_id == finding_id)
    evidence = select(Evidence).where(Evidence.finding_id == finding_id)
    return Record(
        plans=session.scalars(plans.order_by(FindingPlan.edition)).all(),
        evidence=session.scalars(evidence.order_by(Evidence.recorded_at, Evidence.id)).all(),
        verification=session.get(Verification, finding_id),
    )


def seen(actor: Actor) -> ColumnElement[bool]:
    """Which findings this actor sees, as a condition on `Finding` joined with its `Audit`."""
    person = sight(actor).assigned_to
    if person is None:
        return audits.seen(actor)
    later = aliased(Audit)
    return or_(
        audits.seen(actor),
        exists().where(
            TeamMember.person_id == person,
            TeamMember.audit_id == later.id,
            TeamMember.proposal == later.proposal,
            later.application_id == Finding.application_id,
            began_after(later.id, Finding.audit_id),
            later.audit_company_id == actor.organisation,
        ),
    )
