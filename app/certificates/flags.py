"""A conflict that comes on record flags every decision that its person touched (SECURITY R20).

`follow` reads the journal inside the transaction in which the conflict is recorded; `flag_new`
covers what is decided after it came to be known. Touched are the decisions on that recruiter that
somebody decided or countersigned, whose reports they reviewed, or whose evidence they had touched
before; a whole audit company touched all that it decided. Written here alone, settled by an
integrity officer; the decision itself is never changed.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, insert, select, true
from sqlalchemy.orm import Session

from app.access.models import Assignment, Touch
from app.access.visibility import sight
from app.assessors.conflicts.lifecycle import CONFLICT
from app.assessors.conflicts.models import ConflictRecord
from app.assessors.conflicts.queries import as_conflict
from app.audits.models import Review
from app.certificates.models import Decision, DecisionFlag, FlagOutcome
from app.kernel.dates import day_of
from app.kernel.errors import Conflict, Forbidden, NotFound
from app.kernel.identifiers import is_id, new_id
from app.kernel.roles import Actor
from app.lifecycle.journal import JournalEntry, Work
from app.platform.pagination import Paging
from app.recruiters import ownership
from app.scheme import queries as scheme
from app.scheme.policy import Policy


class Part(StrEnum):
    """How somebody touched a decision."""

    DECIDED = "decided"
    COUNTERSIGNED = "countersigned"
    REVIEWED = "reviewed"
    TOOK_PART = "took_part"
    COMPANY = "company"


def follow(work: Work, entry: JournalEntry) -> None:
    """Flag what a conflict touches, as it comes on record; other entries concern nobody here."""
    if entry.machine != CONFLICT.name or entry.action != "declare":
        return
    record = work.session.get_one(ConflictRecord, entry.subject)
    decisions = work.session.scalars(
        select(Decision)
        .where(
            Decision.recruiter_organisation_id.in_(
                ownership.group_of_organisation(work.session, record.organisation_id)
            )
        )
        .order_by(Decision.id)
    ).all()
    _flag(work, [(record, decision) for decision in decisions])


def flag_new(work: Work, decision: Decision) -> None:
    """Flag a decision as it is made, where a conflict became known while its evidence was taken."""
    rules = scheme.policy_in_force(work.session, work.now)
    known = work.session.scalars(
        select(ConflictRecord)
        .where(
            ConflictRecord.organisation_id.in_(
                ownership.group_of_organisation(work.session, decision.recruiter_organisation_id)
            )
        )
        .order_by(ConflictRecord.id)
    ).all()
    _flag(work, [(record, decision) for record in known if _stood(record, decision, rules)])


def parts_in(
    session: Session, record: ConflictRecord, decisions: Sequence[Decision]
) -> Mapping[str, frozenset[Part]]:
    """How whoever has this conflict touched these decisions, by decision; untouched are left out.

    Work on a case after a decision did not touch it.
    """
    if record.person_id is None:
        return {
            decision.id: frozenset({Part.COMPANY})
            for decision in decisions
            if decision.audit_company_id == record.audit_company_id
        }
    reviewed = _first_by_case(session, Review.case_id, Review.reviewed_at, record.person_id)
    seated = _first_by_case(session, Assignment.case_id, Assignment.assigned_at, record.person_id)
    worked = _first_by_case(session, Touch.case_id, Touch.touched_at, record.person_id)
    found = {}
    for decision in decisions:
        case, at = decision.case_id, decision.decided_at
        parts = {
            Part.DECIDED: decision.person_id == record.person_id,
            Part.COUNTERSIGNED: decision.countersigned_by == record.person_id,
            Part.REVIEWED: case in reviewed and reviewed[case] <= at,
            Part.TOOK_PART: (case in seated and seated[case] <= at)
            or (case in worked and worked[case] <= at),
        }
        if any(parts.values()):
            found[decision.id] = frozenset(part for part, is_so in parts.items() if is_so)
    return found


def flags_of(session: Session, decisions: Sequence[str]) -> Mapping[str, list[DecisionFlag]]:
    """The flags of these decisions, by decision, oldest first."""
    found: defaultdict[str, list[DecisionFlag]] = defaultdict(list)
    asked = select(DecisionFlag).where(DecisionFlag.decision_id.in_(decisions))
    for raised in session.scalars(asked.order_by(DecisionFlag.id)):
        found[raised.decision_id].append(raised)
    return found


def flags(
    session: Session, actor: Actor, paging: Paging, *, settled: bool | None = None
) -> Sequence[DecisionFlag]:
    """The flags that the caller may see, oldest first: of the scheme, or of the audit company."""
    asked = select(DecisionFlag).join(Decision, Decision.id == DecisionFlag.decision_id)
    asked = asked.where(_seen(actor))
    if settled is not None:
        asked = asked.where(DecisionFlag.settled_at.is_not(None) == settled)
    if paging.after is not None:
        asked = asked.where(DecisionFlag.id > paging.after[0])
    return session.scalars(asked.order_by(DecisionFlag.id).limit(paging.fetch)).all()


def flag(session: Session, actor: Actor, flag_id: str) -> DecisionFlag:
    """One flag. Raises NotFound."""
    found = None
    if is_id(flag_id):
        found = session.scalars(
            select(DecisionFlag)
            .join(Decision, Decision.id == DecisionFlag.decision_id)
            .where(DecisionFlag.id == flag_id, _seen(actor))
        ).one_or_none()
    if found is None:
        raise NotFound(f"there is no flag {flag_id[:36]}")
    return found


def settle(work: Work, flag_id: str, outcome: FlagOutcome) -> DecisionFlag:
    """The integrity officer says what follows from a flag, once.

    Raises NotFound, Conflict where it is settled, Forbidden for whoever it is about.
    """
    found = flag(work.session, work.actor, flag_id)
    work.session.refresh(found, with_for_update=True)
    if found.settled_at is not None:
        raise Conflict(f"the flag was settled on {found.settled_at.date()} as {found.outcome}")
    about = work.session.get_one(ConflictRecord, found.conflict_id)
    if work.actor.person is None or work.actor.person == about.person_id:
        raise Forbidden("Somebody else settles a flag that is about yourself.")
    found.settled_at, found.settled_by = work.now, work.actor.person
    found.outcome = outcome.value
    return found


def _flag(work: Work, pairs: Sequence[tuple[ConflictRecord, Decision]]) -> None:
    by_record: defaultdict[str, list[Decision]] = defaultdict(list)
    records = {record.id: record for record, _ in pairs}
    for record, decision in pairs:
        by_record[record.id].append(decision)
    rules = scheme.policy_in_force(work.session, work.now)
    rows = [
        {
            "id": new_id(work.now),
            "decision_id": decision.id,
            "conflict_id": identity,
            "ways": [part.value for part in Part if part in parts[decision.id]],
            "stood": _stood(records[identity], decision, rules),
            "flagged_at": work.now,
        }
        for identity, decisions in by_record.items()
        for parts in [parts_in(work.session, records[identity], decisions)]
        for decision in decisions
        if decision.id in parts
    ]
    if rows:
        work.session.execute(insert(DecisionFlag), rows)


def _stood(record: ConflictRecord, decision: Decision, rules: Policy) -> bool:
    """Did the conflict bar when it was decided, known or not?"""
    conflict, day = as_conflict(record), day_of(decision.decided_at, rules.zone)
    return conflict.since <= day and conflict.bars_on(day, rules.conflict_months)


def _first_by_case(session: Session, case: Any, at: Any, person: str) -> Mapping[str, datetime]:
    """When this person first did so in each case."""
    model = case.class_
    first: dict[str, datetime] = {}
    asked = select(case, at).where(model.person_id == person).order_by(at)
    for found, when in session.execute(asked):
        first.setdefault(found, when)
    return first


def _seen(actor: Actor) -> ColumnElement[bool]:
    rule = sight(actor)
    if rule.everything:
        return true()
    return Decision.audit_company_id == rule.of_audit_company
