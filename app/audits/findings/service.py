"""The only code that writes findings: the moves of DOMAIN §7, each one act of one party."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from app.access import service as access_service
from app.access.independence import Way
from app.audits.findings import queries
from app.audits.findings.facts import gather
from app.audits.findings.grades import Grade, grade_on
from app.audits.findings.lifecycle import FINDING, Plan
from app.audits.findings.models import Evidence, Finding, FindingPlan, Purpose, Verification
from app.audits.models import Audit
from app.audits.moves import locked, make, person_of
from app.kernel.errors import FieldError, Invalid
from app.kernel.identifiers import new_id
from app.lifecycle import journal
from app.lifecycle.journal import Work
from app.scheme import queries as scheme


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of evidence as it is handed in: its stream, SHA-256, and the day it holds from."""

    kind: str
    title: str
    sha256: str
    effective_on: date


def issue(
    work: Work,
    *,
    audit_id: str,
    criterion: str,
    element: str,
    grade: Grade,
    statement: str,
    evidence: Sequence[Piece],
) -> Finding:
    """The team states what it found. A nonconformity on a critical criterion becomes critical.

    Raises NotFound, Invalid, RoleRefused, MoveRefused.
    """
    audit = locked(work, audit_id)
    pinned = scheme.standard(work.session, audit.standard)
    faults = _unknown_streams(work, audit, evidence)
    if criterion not in pinned.criteria:
        faults.append(FieldError("/criterion", f"{pinned.code} has no criterion {criterion!a}."))
    if element not in pinned.elements:
        faults.append(FieldError("/element", f"Write one of {', '.join(pinned.elements)}."))
    if faults:
        raise Invalid("The finding is not stored; mend each fault.", errors=faults)
    finding = Finding(
        id=new_id(work.now),
        audit_id=audit.id,
        application_id=audit.application_id,
        criterion=criterion,
        element=element,
        grade=grade_on(pinned.criterion(criterion), grade).value,
        statement=statement,
        issued_by=person_of(work),
    )
    facts = gather(work.session, finding, audit, work.actor, work.now, evidence=_dates(evidence))
    details = {"audit": audit.id, "criterion": criterion, "grade": finding.grade}
    make(work, FINDING, finding, "issue", facts, roles=facts.roles, details=details)
    _store(work, finding, Purpose.FINDING, evidence)
    _touch(work, audit, Way.FINDING)
    return finding


def dispute(
    work: Work, finding_id: str, reason: str, *, expected_version: int | None = None
) -> Finding:
    """The recruiter contradicts. Raises NotFound, StaleVersion, RoleRefused, MoveRefused."""
    return _said(work, finding_id, "dispute", reason, expected_version)


def uphold(
    work: Work, finding_id: str, reason: str, *, expected_version: int | None = None
) -> Finding:
    """The independent reviewer lets the finding stand as it is.

    Raises NotFound, StaleVersion, RoleRefused, NotIndependent, MoveRefused.
    """
    return _said(work, finding_id, "uphold", reason, expected_version)


def regrade(
    work: Work,
    finding_id: str,
    grade: Grade,
    reason: str,
    *,
    expected_version: int | None = None,
) -> Finding:
    """The independent reviewer gives another grade.

    Raises NotFound, StaleVersion, RoleRefused, NotIndependent, MoveRefused.
    """
    audit, finding = _locked(work, finding_id)
    facts = gather(work.session, finding, audit, work.actor, work.now, new_grade=grade)
    make(
        work,
        FINDING,
        finding,
        "regrade",
        facts,
        roles=facts.roles,
        remark=reason,
        details={"from": finding.grade, "to": grade.value},
        changes={"grade": grade.value},
        expected_version=expected_version,
    )
    return finding


def respond(
    work: Work, finding_id: str, plan: Plan, *, expected_version: int | None = None
) -> Finding:
    """The recruiter says why it happened and what is done about it, by whom and when.

    Raises NotFound, StaleVersion, RoleRefused, MoveRefused naming every part that is missing.
    """
    audit, finding = _locked(work, finding_id)
    facts = gather(work.session, finding, audit, work.actor, work.now, plan=plan)
    make(
        work,
        FINDING,
        finding,
        "respond",
        facts,
        roles=facts.roles,
        expected_version=expected_version,
    )
    editions = select(func.count()).where(FindingPlan.finding_id == finding.id)
    work.session.add(
        FindingPlan(
            finding_id=finding.id,
            edition=1 + (work.session.scalar(editions) or 0),
            root_cause=plan.root_cause,
            correction=plan.correction,
            corrective_action=plan.corrective_action,
            owner=plan.owner,
            due_on=plan.due_on,
            submitted_by=person_of(work),
            submitted_at=work.now,
        )
    )
    _touch(work, audit, Way.FINDING)
    return finding


def reject_plan(
    work: Work, finding_id: str, reason: str, *, expected_version: int | None = None
) -> Finding:
    """The lead auditor asks for another plan; the first time with 14 days more.

    Raises NotFound, StaleVersion, RoleRefused, MoveRefused.
    """
    return _said(work, finding_id, "reject_plan", reason, expected_version, way=Way.FINDING)


def accept_plan(work: Work, finding_id: str, *, expected_version: int | None = None) -> Finding:
    """The lead auditor accepts. Raises NotFound, StaleVersion, RoleRefused, MoveRefused."""
    return _said(work, finding_id, "accept_plan", None, expected_version, way=Way.FINDING)


def submit_evidence(
    work: Work,
    finding_id: str,
    evidence: Sequence[Piece],
    *,
    expected_version: int | None = None,
) -> Finding:
    """The recruiter shows what was done. Raises NotFound, Invalid, StaleVersion, RoleRefused,
    MoveRefused."""
    audit, finding = _locked(work, finding_id)
    if faults := _unknown_streams(work, audit, evidence):
        raise Invalid("The evidence is not stored; mend each fault.", errors=faults)
    facts = gather(work.session, finding, audit, work.actor, work.now, evidence=_dates(evidence))
    make(
        work,
        FINDING,
        finding,
        "submit_evidence",
        facts,
        roles=facts.roles,
        details={"sha256": [piece.sha256 for piece in evidence]},
        expected_version=expected_version,
    )
    _store(work, finding, Purpose.CORRECTION, evidence)
    _touch(work, audit, Way.EVIDENCE)
    return finding


def verify(
    work: Work,
    finding_id: str,
    effectiveness: str | None,
    *,
    expected_version: int | None = None,
) -> Finding:
    """The auditor who acts verifies, by name, that the correction works: the finding is closed.

    Raises NotFound, StaleVersion, RoleRefused, MoveRefused.
    """
    audit, finding = _locked(work, finding_id)
    facts = gather(work.session, finding, audit, work.actor, work.now, effectiveness=effectiveness)
    make(
        work,
        FINDING,
        finding,
        "verify",
        facts,
        roles=facts.roles,
        expected_version=expected_version,
    )
    work.session.add(
        Verification(
            finding_id=finding.id,
            verifier_id=person_of(work),
            effectiveness=effectiveness,
            verified_at=work.now,
        )
    )
    _touch(work, audit, Way.EVIDENCE)
    return finding


def reopen(
    work: Work, finding_id: str, reason: str, *, expected_version: int | None = None
) -> Finding:
    """The auditor asks for better evidence. Raises NotFound, StaleVersion, RoleRefused,
    MoveRefused."""
    return _said(work, finding_id, "reopen", reason, expected_version, way=Way.EVIDENCE)


def escalate(work: Work, finding_id: str, *, expected_version: int | None = None) -> Finding:
    """The lead auditor makes a minor finding major, with the deadlines of a major one.

    Raises NotFound, StaleVersion, RoleRefused, MoveRefused.
    """
    audit, finding = _locked(work, finding_id)
    facts = gather(work.session, finding, audit, work.actor, work.now)
    make(
        work,
        FINDING,
        finding,
        "escalate",
        facts,
        roles=facts.roles,
        reason="open_at_the_next_audit" if facts.later_audit else "minors_on_one_criterion",
        changes={"grade": Grade.MAJOR.value},
        expected_version=expected_version,
    )
    _touch(work, audit, Way.FINDING)
    return finding


def void(
    work: Work, finding_id: str, reason: str, *, expected_version: int | None = None
) -> Finding:
    """The independent reviewer declares it raised in error; it stays in the history.

    Raises NotFound, StaleVersion, RoleRefused, NotIndependent, MoveRefused.
    """
    return _said(work, finding_id, "void", reason, expected_version)


def _said(
    work: Work,
    finding_id: str,
    action: str,
    reason: str | None,
    expected_version: int | None,
    *,
    way: Way | None = None,
) -> Finding:
    """A move that brings no more than what is said with it."""
    audit, finding = _locked(work, finding_id)
    facts = gather(work.session, finding, audit, work.actor, work.now)
    make(
        work,
        FINDING,
        finding,
        action,
        facts,
        roles=facts.roles,
        remark=reason,
        expected_version=expected_version,
    )
    if way is not None:
        _touch(work, audit, way)
    return finding


def _locked(work: Work, finding_id: str) -> tuple[Audit, Finding]:
    """The finding and its audit, both held: a decision on the audit waits, or this move does."""
    seen = queries.finding(work.session, work.actor, finding_id)
    journal.lock_all(work, [(Audit, seen.audit_id), (Finding, seen.id)])
    finding = queries.finding(work.session, work.actor, finding_id)
    return work.session.get_one(Audit, finding.audit_id), finding


def _dates(evidence: Sequence[Piece]) -> tuple[date, ...]:
    return tuple(piece.effective_on for piece in evidence)


def _unknown_streams(work: Work, audit: Audit, evidence: Sequence[Piece]) -> list[FieldError]:
    streams = scheme.standard(work.session, audit.standard).evidence_streams
    return [
        FieldError(f"/evidence/{place}/kind", f"Write one of {', '.join(streams)}.")
        for place, piece in enumerate(evidence)
        if piece.kind not in streams
    ]


def _store(work: Work, finding: Finding, purpose: Purpose, evidence: Sequence[Piece]) -> None:
    work.session.add_all(
        Evidence(
            id=new_id(work.now),
            finding_id=finding.id,
            purpose=purpose.value,
            kind=piece.kind,
            title=piece.title,
            sha256=piece.sha256,
            effective_on=piece.effective_on,
            recorded_by=person_of(work),
            recorded_at=work.now,
        )
        for piece in evidence
    )


def _touch(work: Work, audit: Audit, way: Way) -> None:
    access_service.touch(
        work,
        case=audit.application_id,
        audit=audit.id,
        recruiter=audit.recruiter_id,
        way=way,
    )
