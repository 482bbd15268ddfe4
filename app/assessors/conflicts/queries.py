"""What may be read of the register. Officers read all of it, a programme manager that of the
company and its people, everybody their own; what is not seen is NotFound.

The rooms above ask `conflicts_of`, `conflicts_of_company` and `declared_on`, whoever asks.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.access.independence import Conflict, Tie
from app.access.models import Person
from app.assessors.conflicts.lifecycle import OFFICERS
from app.assessors.conflicts.models import ConflictRecord, Declaration
from app.kernel.dates import day_of
from app.kernel.errors import NotFound
from app.kernel.identifiers import is_id
from app.kernel.roles import Actor, Role
from app.platform.pagination import Paging
from app.recruiters import ownership
from app.scheme import queries as scheme


def conflicts_of(session: Session, person: str, recruiter: str) -> tuple[Conflict, ...]:
    """What is on record between this person and a recruiter, ended or not: their own conflicts with
    it or an affiliate in its ownership group, and those of their whole company (S2, S3).

    Which of them bar on a day, `independence.conflict_bars` says.
    """
    return conflicts_of_people(session, [person], recruiter)[person]


def conflicts_of_people(
    session: Session, people: Collection[str], recruiter: str
) -> Mapping[str, tuple[Conflict, ...]]:
    """The same of several people, by person; one query where none of them has any."""
    asked = (
        select(Person.id, ConflictRecord)
        .join(
            ConflictRecord,
            or_(
                ConflictRecord.person_id == Person.id,
                ConflictRecord.audit_company_id == Person.organisation_id,
            ),
        )
        .where(Person.id.in_(people))
        .order_by(ConflictRecord.id)
    )
    rows = session.execute(asked).all()
    group = ownership.group(session, recruiter) if rows else frozenset()
    found: defaultdict[str, list[Conflict]] = defaultdict(list)
    for person, record in rows:
        if record.organisation_id in group:
            found[person].append(as_conflict(record))
    return {person: tuple(found[person]) for person in people}


def conflicts_of_company(
    session: Session, audit_company: str, recruiter: str
) -> tuple[Conflict, ...]:
    """What is on record between a whole audit company and a recruiter, ended or not (S3)."""
    asked = (
        select(ConflictRecord)
        .where(ConflictRecord.audit_company_id == audit_company)
        .order_by(ConflictRecord.id)
    )
    records = session.scalars(asked).all()
    group = ownership.group(session, recruiter) if records else frozenset()
    return tuple(as_conflict(record) for record in records if record.organisation_id in group)


def declared_on(session: Session, people: Collection[str], at: datetime) -> Mapping[str, date]:
    """The day, in the scheme's zone, on which each of these people last declared."""
    asked = (
        select(Declaration.person_id, func.max(Declaration.declared_at))
        .where(Declaration.person_id.in_(people))
        .group_by(Declaration.person_id)
    )
    zone = scheme.policy_in_force(session, at).zone
    return {person: day_of(declared, zone) for person, declared in session.execute(asked)}


def as_conflict(record: ConflictRecord) -> Conflict:
    """The record as the rules of independence read it."""
    return Conflict(
        tie=Tie(record.tie),
        since=record.since_on,
        until=record.until_on,
        of_company=record.audit_company_id is not None,
    )


def conflict(session: Session, actor: Actor, conflict_id: str) -> ConflictRecord:
    """One conflict. Raises NotFound."""
    found = None
    if is_id(conflict_id):
        found = session.scalars(
            select(ConflictRecord).where(ConflictRecord.id == conflict_id, _seen(actor))
        ).one_or_none()
    if found is None:
        raise NotFound(f"there is no conflict {conflict_id[:36]}")
    return found


def conflicts(
    session: Session, actor: Actor, paging: Paging, *, person_id: str | None = None
) -> Sequence[ConflictRecord]:
    """The conflicts that the caller may see, in the order they came on record."""
    asked = select(ConflictRecord).where(_seen(actor))
    if person_id is not None:
        asked = asked.where(ConflictRecord.person_id == person_id)
    if paging.after is not None:
        asked = asked.where(ConflictRecord.id > paging.after[0])
    return session.scalars(asked.order_by(ConflictRecord.id).limit(paging.fetch)).all()


def declarations(
    session: Session, actor: Actor, paging: Paging, *, person_id: str | None = None
) -> Sequence[Declaration]:
    """The declarations that the caller may see, oldest first."""
    asked = select(Declaration).where(_of_people_seen(actor, Declaration.person_id))
    if person_id is not None:
        asked = asked.where(Declaration.person_id == person_id)
    if paging.after is not None:
        asked = asked.where(Declaration.id > paging.after[0])
    return session.scalars(asked.order_by(Declaration.id).limit(paging.fetch)).all()


def _seen(actor: Actor) -> ColumnElement[bool]:
    own = _of_people_seen(actor, ConflictRecord.person_id)
    if Role.PROGRAMME_MANAGER in actor.roles:
        return or_(own, ConflictRecord.audit_company_id == actor.organisation)
    return own


def _of_people_seen(
    actor: Actor, person: InstrumentedAttribute[str] | InstrumentedAttribute[str | None]
) -> ColumnElement[bool]:
    if actor.roles & OFFICERS:
        return true()
    if Role.PROGRAMME_MANAGER in actor.roles:
        return person.in_(select(Person.id).where(Person.organisation_id == actor.organisation))
    return person == actor.person
