"""How conflicts and declarations are shown on the wire. Used by api.py."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from app.access.independence import Tie
from app.assessors.conflicts import queries
from app.assessors.conflicts.lifecycle import CONFLICT, Source, State
from app.assessors.conflicts.models import ConflictRecord, Declaration
from app.assessors.conflicts.schemas import ConflictView, DeclarationView
from app.assessors.conflicts.service import facts_of
from app.kernel.dates import day_of
from app.kernel.roles import Actor
from app.lifecycle.journal import Work
from app.platform.wire import AllowedAction
from app.scheme import queries as scheme


def conflict_shown(work: Work, record: ConflictRecord) -> ConflictView:
    """The conflict after a move, as whoever made it sees it."""
    return conflict_view(work.session, work.actor, record, work.now)


def conflict_view(
    session: Session, actor: Actor, record: ConflictRecord, now: datetime
) -> ConflictView:
    """One conflict, until when it bars, and whether this caller may end it."""
    facts = facts_of(
        session, actor, now, record, source=Source(record.source), until=record.until_on
    )
    return ConflictView(
        id=record.id,
        state=State(record.state),
        version=record.version,
        person_id=record.person_id,
        audit_company_id=record.audit_company_id,
        organisation_id=record.organisation_id,
        tie=Tie(record.tie),
        source=Source(record.source),
        since=record.since_on,
        until=record.until_on,
        bars_until=queries.as_conflict(record).bars_until(
            scheme.policy_in_force(session, now).conflict_months
        ),
        allowed_actions=[
            AllowedAction(
                action=offer.action,
                href=f"/v1/conflicts/{record.id}/{offer.action}",
                missing=list(offer.missing),
            )
            for offer in CONFLICT.allowed(record.state, actor.roles, facts)
        ],
    )


def declaration_view(session: Session, declaration: Declaration, now: datetime) -> DeclarationView:
    """A declaration, and until when it counts."""
    rules = scheme.policy_in_force(session, now)
    declared_on = day_of(declaration.declared_at, rules.zone)
    return DeclarationView(
        id=declaration.id,
        person_id=declaration.person_id,
        declared_at=declaration.declared_at,
        nothing_to_declare=not declaration.conflicts,
        conflicts=declaration.conflicts,
        counts_until=declared_on + timedelta(days=rules.declaration_days),
    )
