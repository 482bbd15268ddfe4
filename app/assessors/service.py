"""The only code that writes audit companies, auditors and their records (DOMAIN §5a)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from app.access import queries as access
from app.access.models import Person
from app.assessors import queries
from app.assessors.competence import Competence
from app.assessors.gathering import auditor_facts, company_facts
from app.assessors.lifecycle import AUDIT_COMPANY, AUDITOR
from app.assessors.models import (
    AuditCompany,
    Auditor,
    AuditorCompetence,
    AuditorQualification,
    AuditRecord,
    Schooling,
    Seat,
)
from app.assessors.reasons import Reason
from app.kernel.dates import day_of
from app.kernel.errors import Conflict, FieldError, Forbidden, Invalid
from app.kernel.identifiers import is_id, new_id
from app.kernel.roles import Role
from app.lifecycle import approvals, journal
from app.lifecycle.journal import RoleRefused, Work
from app.scheme import queries as scheme


@dataclass(frozen=True, slots=True)
class Qualified:
    """Education, experience, a training or an examination, with its first and last day."""

    kind: Schooling
    title: str
    from_on: date
    until_on: date | None = None


@dataclass(frozen=True, slots=True)
class TakenPart:
    """An audit in which somebody took part: one of this service, or one elsewhere by reference."""

    seat: Seat
    ended_on: date
    hours: int
    audit: str | None = None
    reference: str | None = None
    witnessed_by: str | None = None


def apply_as_company(work: Work) -> AuditCompany:
    """The actor's audit company asks to be approved. Raises RoleRefused, MoveRefused."""
    company = AuditCompany(id=new_id(work.now), organisation_id=str(work.actor.organisation))
    try:
        with work.session.begin_nested():
            journal.move(
                work,
                AUDIT_COMPANY,
                company,
                "apply",
                company_facts(work.session, company),
                details={"organisation": company.organisation_id},
            )
    except IntegrityError as error:
        raise Conflict("this company's application was made at the same moment") from error
    return company


def move_company(
    work: Work,
    company_id: str,
    action: str,
    reason: Reason | None,
    *,
    expected_version: int | None = None,
) -> AuditCompany | approvals.Approval:
    """Approve, refuse, warn, clear, suspend, reinstate or withdraw, for a reason by code.

    The first of two signatures answers with an Approval. Raises NotFound, StaleVersion,
    RoleRefused, MoveRefused, SecondSignatureRefused.
    """
    found = queries.audit_company(work.session, work.actor, company_id)
    company = journal.lock(work, AuditCompany, found.id)
    code = None if reason is None else reason.value
    entry = journal.record(
        work,
        AUDIT_COMPANY,
        company,
        action,
        company_facts(work.session, company, reason=reason),
        reason=code,
        terms={"reason": code},
        details={"organisation": company.organisation_id},
        expected_version=expected_version,
    )
    return entry if isinstance(entry, approvals.Approval) else company


def apply_as_auditor(
    work: Work, person_id: str, qualifications: Sequence[Qualified] = ()
) -> Auditor:
    """A person is put forward as an auditor, with what they have learnt and done.

    Raises Invalid, RoleRefused, MoveRefused.
    """
    person = None
    if is_id(person_id):
        person = work.session.get(Person, person_id, with_for_update=True)
    if person is None:
        raise _wrong("/person_id", "There is no such person.")
    auditor = Auditor(id=new_id(work.now), person_id=person.id)
    facts = auditor_facts(work.session, auditor, work.now)
    journal.move(work, AUDITOR, auditor, "apply", facts, details={"person": person.id})
    add_qualifications(work, auditor, qualifications)
    return auditor


def train(
    work: Work, auditor_id: str, on: date, title: str, *, expected_version: int | None = None
) -> Auditor:
    """The scheme's training was completed. Raises NotFound, StaleVersion, RoleRefused, …"""
    return _schooled(work, auditor_id, "train", Schooling.TRAINING, on, title, expected_version)


def examine(
    work: Work, auditor_id: str, on: date, title: str, *, expected_version: int | None = None
) -> Auditor:
    """The examination was passed. Raises NotFound, StaleVersion, RoleRefused, MoveRefused."""
    return _schooled(
        work, auditor_id, "examine", Schooling.EXAMINATION, on, title, expected_version
    )


def witness(
    work: Work, auditor_id: str, audit: TakenPart, *, expected_version: int | None = None
) -> Auditor:
    """An audit of theirs was witnessed: it is recorded with its hours.

    Raises NotFound, Invalid, StaleVersion, RoleRefused, MoveRefused.
    """
    auditor = _locked(work, auditor_id)
    facts = auditor_facts(
        work.session,
        auditor,
        work.now,
        on=audit.ended_on,
        by_another=audit.witnessed_by not in {None, auditor.person_id},
    )
    journal.move(work, AUDITOR, auditor, "witness", facts, expected_version=expected_version)
    _record(work, auditor, [audit])
    return auditor


def approve(
    work: Work,
    auditor_id: str,
    competence: Competence,
    reason: Reason | None = Reason.REQUIREMENTS_MET,
    *,
    expected_version: int | None = None,
) -> Auditor:
    """Approve for kinds of audit, standards, corridors and languages; they stay as they are.

    Raises NotFound, Invalid, StaleVersion, RoleRefused, MoveRefused.
    """
    auditor = _locked(work, auditor_id)
    known = scheme.published_standards(work.session)
    if unknown := sorted(competence.standards.difference(known)):
        reasons = f"There is no standard {unknown[0][:32]!a}; published are {', '.join(known)}."
        raise Invalid(reasons, errors=[FieldError("/standards", reasons)])
    journal.move(
        work,
        AUDITOR,
        auditor,
        "approve",
        auditor_facts(work.session, auditor, work.now, competence=competence, reason=reason),
        reason=None if reason is None else reason.value,
        expected_version=expected_version,
    )
    work.session.execute(
        insert(AuditorCompetence),
        [
            {"auditor_id": auditor.id, "aspect": aspect.value, "code": code}
            for aspect, code in competence.entries()
        ],
    )
    return auditor


def move_auditor(
    work: Work,
    auditor_id: str,
    action: str,
    reason: Reason | None,
    *,
    expected_version: int | None = None,
) -> Auditor:
    """Suspend, reinstate or withdraw, for a reason by code.

    Raises NotFound, StaleVersion, RoleRefused, MoveRefused.
    """
    auditor = _locked(work, auditor_id)
    journal.move(
        work,
        AUDITOR,
        auditor,
        action,
        auditor_facts(work.session, auditor, work.now, reason=reason),
        reason=None if reason is None else reason.value,
        expected_version=expected_version,
    )
    return auditor


def qualify(work: Work, auditor_id: str, qualifications: Sequence[Qualified]) -> Auditor:
    """Record education and experience. Raises NotFound, Invalid."""
    auditor = _locked(work, auditor_id)
    if any(q.kind not in {Schooling.EDUCATION, Schooling.EXPERIENCE} for q in qualifications):
        raise _wrong("/qualifications", "Training and examinations are recorded by their moves.")
    add_qualifications(work, auditor, qualifications)
    return auditor


def record_audits(work: Work, auditor_id: str, audits: Sequence[TakenPart]) -> Auditor:
    """Record audits with their hours, all or none.

    A programme manager records audits of this service in which the person sat; audits elsewhere
    the scheme manager. Raises NotFound, Invalid, RoleRefused.
    """
    auditor = _locked(work, auditor_id)
    if Role.SCHEME_MANAGER not in work.actor.roles:
        if auditor.person_id == work.actor.person:
            raise Forbidden("Somebody else records your audits.")
        if any(audit.audit is None for audit in audits):
            why = "audits outside this service are recorded by the scheme manager"
            raise RoleRefused(why, reasons=(why,))
    _record(work, auditor, audits)
    return auditor


def strike_record(work: Work, auditor_id: str, record_id: str) -> Auditor:
    """Strike out a record that was wrong: it stays, and counts no more.

    Raises NotFound, Conflict.
    """
    auditor = _locked(work, auditor_id)
    found = queries.audit_record(work.session, auditor.id, record_id)
    if found.struck_at is not None:
        raise Conflict(f"the record was struck out on {found.struck_at.date()} already")
    found.struck_at, found.struck_by = work.now, _person(work)
    return auditor


def add_qualifications(work: Work, auditor: Auditor, qualifications: Sequence[Qualified]) -> None:
    """Write them down. Raises Invalid where days lie ahead or are out of order."""
    today = day_of(work.now, scheme.policy_in_force(work.session, work.now).zone)
    faults = [
        FieldError(f"/qualifications/{place}/from_on", "Name a first day that has come.")
        for place, qualified in enumerate(qualifications)
        if qualified.from_on > today
    ] + [
        FieldError(f"/qualifications/{place}/until_on", "Name a last day not before the first.")
        for place, qualified in enumerate(qualifications)
        if qualified.until_on is not None and qualified.until_on < qualified.from_on
    ]
    if faults:
        raise Invalid("Nothing is recorded; mend each fault.", errors=faults)
    if qualifications:
        work.session.execute(
            insert(AuditorQualification),
            [
                {
                    "id": new_id(work.now),
                    "auditor_id": auditor.id,
                    "kind": qualified.kind.value,
                    "title": qualified.title,
                    "from_on": qualified.from_on,
                    "until_on": qualified.until_on,
                    "recorded_by": _person(work),
                    "recorded_at": work.now,
                }
                for qualified in qualifications
            ],
        )


def _schooled(
    work: Work,
    auditor_id: str,
    action: str,
    kind: Schooling,
    on: date,
    title: str,
    expected_version: int | None,
) -> Auditor:
    auditor = _locked(work, auditor_id)
    facts = auditor_facts(work.session, auditor, work.now, on=on)
    journal.move(work, AUDITOR, auditor, action, facts, expected_version=expected_version)
    add_qualifications(work, auditor, [Qualified(kind, title, on, on)])
    return auditor


def _record(work: Work, auditor: Auditor, audits: Sequence[TakenPart]) -> None:
    if faults := _faults(work, auditor, audits):
        raise Invalid("Nothing is recorded; mend each fault.", errors=faults)
    rows = [
        {
            "id": new_id(work.now),
            "auditor_id": auditor.id,
            "audit_id": audit.audit,
            "reference": audit.reference,
            "seat": audit.seat.value,
            "ended_on": audit.ended_on,
            "hours": audit.hours,
            "witnessed_by": audit.witnessed_by,
            "recorded_by": _person(work),
            "recorded_at": work.now,
        }
        for audit in audits
    ]
    work.session.execute(insert(AuditRecord), rows)


def _faults(work: Work, auditor: Auditor, audits: Sequence[TakenPart]) -> list[FieldError]:
    today = day_of(work.now, scheme.policy_in_force(work.session, work.now).zone)
    witnesses = access.named(work.session, {a.witnessed_by for a in audits if a.witnessed_by})
    known = {
        standing.audit_id
        for standing in queries.audit_records(work.session, auditor.id)
        if standing.struck_at is None
    }
    faults = []
    for place, audit in enumerate(audits):
        at = f"/audits/{place}"
        if (audit.audit is None) == (audit.reference is None):
            faults.append(FieldError(f"{at}/audit_id", "Name an audit here, or one elsewhere."))
        elif audit.audit is not None and audit.audit in known:
            faults.append(FieldError(f"{at}/audit_id", "This audit is recorded already."))
        elif audit.audit is not None and not access.was_assigned(
            work.session, auditor.person_id, audit.audit
        ):
            faults.append(FieldError(f"{at}/audit_id", "This person was not in its team."))
        if audit.audit is not None:
            known.add(audit.audit)
        if audit.ended_on > today:
            faults.append(FieldError(f"{at}/ended_on", "Name a day that has come."))
        if audit.witnessed_by is not None and (
            audit.witnessed_by not in witnesses or audit.witnessed_by == auditor.person_id
        ):
            faults.append(FieldError(f"{at}/witnessed_by", "Name another person who is known."))
    return faults


def _locked(work: Work, auditor_id: str) -> Auditor:
    found = queries.auditor(work.session, work.actor, auditor_id)
    return journal.lock(work, Auditor, found.id)


def _person(work: Work) -> str:
    if work.actor.person is None:
        raise Forbidden("A named person records this, not a machine.")
    return work.actor.person


def _wrong(pointer: str, detail: str) -> Invalid:
    return Invalid(detail, errors=[FieldError(pointer, detail)])
