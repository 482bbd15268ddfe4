"""The only code that writes the register of conflicts and the yearly declarations (§3, §5a)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from app.access.independence import Tie
from app.access.lifecycle import Kind
from app.access.models import Person
from app.access.queries import kind_of
from app.assessors.conflicts import queries
from app.assessors.conflicts.lifecycle import CONFLICT, OFFICERS, Facts, Source
from app.assessors.conflicts.models import ConflictRecord, Declaration
from app.kernel.dates import day_of
from app.kernel.errors import FieldError, Forbidden, Invalid
from app.kernel.identifiers import is_id, new_id
from app.kernel.roles import Actor, Role
from app.lifecycle import journal
from app.lifecycle.journal import Work
from app.scheme import queries as scheme

_OF_PEOPLE_ALONE = frozenset({Tie.FAMILY, Tie.PERSONAL})


@dataclass(frozen=True, slots=True)
class NewConflict:
    """A tie to put on record: with the organisation of which recruiter, since and until when."""

    organisation: str
    tie: Tie
    since: date
    until: date | None = None


def declare(work: Work, conflicts: Sequence[NewConflict]) -> Declaration:
    """The yearly declaration of the person who acts: nothing to declare, or these conflicts.

    What is on record already stays on record, whether it is named again or not. Raises Forbidden
    for a machine, Invalid, RoleRefused, MoveRefused.
    """
    if work.actor.person is None:
        raise Forbidden("A named person declares their conflicts, not a machine.")
    records = [
        record(work, new, Source.DECLARED, person=work.actor.person, pointer=f"/conflicts/{place}")
        for place, new in enumerate(conflicts)
    ]
    declaration = Declaration(
        id=new_id(work.now),
        person_id=work.actor.person,
        declared_at=work.now,
        conflicts=[made.id for made in records],
    )
    work.session.add(declaration)
    return declaration


def record(
    work: Work,
    new: NewConflict,
    source: Source,
    *,
    person: str | None = None,
    audit_company: str | None = None,
    pointer: str = "",
) -> ConflictRecord:
    """Put a conflict of one person, or of one whole audit company, on record.

    Every decision that they touched is flagged in the same transaction. Raises Invalid,
    RoleRefused, NotIndependent, MoveRefused.
    """
    if (person is None) == (audit_company is None):
        raise _wrong(f"{pointer}/person_id", "Name either a person or an audit company.")
    if person is not None and (not is_id(person) or work.session.get(Person, person) is None):
        raise _wrong(f"{pointer}/person_id", "There is no such person.")
    if audit_company is not None and _kind(work, audit_company) is not Kind.AUDIT_COMPANY:
        raise _wrong(f"{pointer}/audit_company_id", "There is no such audit company.")
    with_whom = _kind(work, new.organisation)
    if with_whom is None:
        raise _wrong(f"{pointer}/organisation_id", "There is no such organisation.")
    made = ConflictRecord(
        id=new_id(work.now),
        person_id=person,
        audit_company_id=audit_company,
        organisation_id=new.organisation,
        tie=new.tie.value,
        source=source.value,
        since_on=new.since,
        until_on=new.until,
    )
    facts = facts_of(
        work.session,
        work.actor,
        work.now,
        made,
        source=source,
        until=new.until,
        with_whom=with_whom,
    )
    journal.move(
        work,
        CONFLICT,
        made,
        "declare",
        facts,
        reason=new.tie.value,
        details={
            "person": person,
            "audit_company": audit_company,
            "organisation": new.organisation,
            "source": source.value,
        },
    )
    return made


def end(
    work: Work, conflict_id: str, until: date | None, *, expected_version: int | None = None
) -> ConflictRecord:
    """Record the last day of a conflict; it bars for 24 months more.

    Raises NotFound, StaleVersion, RoleRefused, NotIndependent, MoveRefused.
    """
    found = queries.conflict(work.session, work.actor, conflict_id)
    found = journal.lock(work, ConflictRecord, found.id)
    source = Source(found.source)
    journal.move(
        work,
        CONFLICT,
        found,
        "end",
        facts_of(work.session, work.actor, work.now, found, source=source, until=until),
        reason=found.tie,
        changes={"until_on": until},
        details={"until": str(until)},
        expected_version=expected_version,
    )
    return found


def facts_of(
    session: Session,
    actor: Actor,
    now: datetime,
    conflict: ConflictRecord,
    *,
    source: Source,
    until: date | None,
    with_whom: Kind = Kind.RECRUITER,
) -> Facts:
    """What the guards look at, as the actor meets this conflict."""
    return Facts(
        today=day_of(now, scheme.policy_in_force(session, now).zone),
        source=source,
        own=actor.person is not None
        and (
            conflict.person_id == actor.person
            or (
                conflict.audit_company_id is not None
                and conflict.audit_company_id == actor.organisation
                and Role.PROGRAMME_MANAGER in actor.roles
            )
        ),
        officer=bool(actor.roles & OFFICERS),
        since=conflict.since_on,
        until=until,
        with_recruiter=with_whom is Kind.RECRUITER,
        company_ties=conflict.audit_company_id is None or Tie(conflict.tie) not in _OF_PEOPLE_ALONE,
    )


def _kind(work: Work, organisation: str) -> Kind | None:
    return kind_of(work.session, organisation) if is_id(organisation) else None


def _wrong(pointer: str, detail: str) -> Invalid:
    return Invalid(detail, errors=[FieldError(pointer, detail)])
