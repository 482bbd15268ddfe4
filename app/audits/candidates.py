"""Candidates for a team as the records know them, read in one go for all of them."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from app.access import queries as access
from app.assessors import queries as assessors
from app.assessors.conflicts import queries as register
from app.audits.kinds import Kind
from app.audits.lifecycle import NEVER_OPENED
from app.audits.models import Audit, TeamMember
from app.audits.rotation import Led, cycles_in_a_row
from app.audits.team import FITTING, Candidate, Member
from app.kernel.errors import FieldError, Invalid
from app.kernel.roles import Role
from app.lifecycle.journal import JournalEntry


def proposed(
    session: Session, audit: Audit, members: Sequence[Member], at: datetime
) -> tuple[Candidate, ...]:
    """The members as the records know them. Raises Invalid: no such seat, one person twice."""
    faults = [
        FieldError(f"/members/{place}/role", f"Write one of {', '.join(FITTING)}.")
        for place, member in enumerate(members)
        if member.role not in FITTING
    ]
    people = [member.person for member in members]
    faults += [
        FieldError(f"/members/{place}/person_id", "Name each person once.")
        for place, person in enumerate(people)
        if person in people[:place]
    ]
    if faults:
        raise Invalid("This is no team; mend each fault.", errors=faults)
    return candidates(session, audit, members, at)


def candidates(
    session: Session, audit: Audit, members: Sequence[Member], at: datetime
) -> tuple[Candidate, ...]:
    """These members, each with what stands for and against them in this audit at that moment."""
    people = [member.person for member in members]
    known = access.named(session, people)
    roles = access.roles_of_people(session, people)
    approvals = assessors.approvals(session, people, at)
    conflicts = register.conflicts_of_people(session, people, audit.recruiter_id)
    declared = register.declared_on(session, people, at)
    history = _history(session, audit)
    return tuple(
        Candidate(
            member.person,
            member.role,
            of_the_company=(
                member.person in known
                and known[member.person].organisation_id == audit.audit_company_id
            ),
            holds=roles[member.person],
            approval=approvals.get(member.person),
            conflicts=conflicts[member.person],
            declared_on=declared.get(member.person),
            cycles_led=cycles_in_a_row(
                member.person, history, audit.application_id, Kind(audit.kind)
            ),
        )
        for member in members
    )


def _history(session: Session, audit: Audit) -> list[Led]:
    """The recruiter's other audits in the order in which they began, with their leads."""
    asked = (
        select(Audit.application_id, Audit.kind, TeamMember.person_id)
        .join(
            TeamMember,
            and_(
                TeamMember.audit_id == Audit.id,
                TeamMember.proposal == Audit.proposal,
                TeamMember.role == Role.LEAD_AUDITOR,
            ),
        )
        .join(
            JournalEntry,
            and_(
                JournalEntry.machine == Audit.machine,
                JournalEntry.subject == Audit.id,
                JournalEntry.action == "open",
            ),
        )
        .where(
            Audit.recruiter_id == audit.recruiter_id,
            Audit.id != audit.id,
            Audit.state.not_in(NEVER_OPENED),
        )
        .order_by(JournalEntry.position)
    )
    return [Led(case, Kind(kind), lead) for case, kind, lead in session.execute(asked)]
