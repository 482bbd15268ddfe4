"""How findings are shown on the wire. Used by api.py."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.access import queries as access
from app.audits import queries as audits
from app.audits.facts import moves_of_all
from app.audits.findings import queries
from app.audits.findings.facts import gather
from app.audits.findings.grades import Grade, is_forced
from app.audits.findings.lifecycle import FINDING, State
from app.audits.findings.models import Evidence, Finding, FindingPlan, Purpose, Verification
from app.audits.findings.schemas import (
    CorrectionPlanView,
    EvidenceView,
    FindingSummary,
    FindingVerificationView,
    FindingView,
)
from app.audits.findings.timers import deadline, dispute_until
from app.audits.models import Audit
from app.audits.queries import Pins
from app.audits.timers import Moved, first
from app.audits.views import deadline_view, timeline_view
from app.kernel.roles import Actor
from app.lifecycle.journal import Work
from app.platform.wire import AllowedAction
from app.scheme import queries as scheme
from app.scheme.tolling import Stops

_INTERVIEW = "_interview"


def shown(work: Work, finding: Finding) -> FindingView:
    """The finding after a move, as whoever made it sees it."""
    work.session.flush()
    return finding_view(work.session, work.actor, finding, work.now)


def summaries(session: Session, findings: Sequence[Finding], now: datetime) -> list[FindingSummary]:
    """Findings in a list, in the order given; read in one go."""
    moves = moves_of_all(session, Finding.machine, [finding.id for finding in findings])
    pins = audits.pins(session, {finding.audit_id for finding in findings})
    return [
        FindingSummary(
            **_summary(
                finding,
                moves[finding.id],
                pins[finding.audit_id],
                scheme.stops(session, finding.application_id),
                now,
            )
        )
        for finding in findings
    ]


def finding_view(session: Session, actor: Actor, finding: Finding, now: datetime) -> FindingView:
    """One finding as this actor sees it."""
    audit = session.get_one(Audit, finding.audit_id)
    facts = gather(session, finding, audit, actor, now)
    pins = audits.pins(session, {audit.id})
    record = queries.record(session, finding.id)
    is_recruiter = audits.reads_as_the_recruiter(session, actor, audit)
    return FindingView(
        **_summary(finding, facts.moves, pins[audit.id], facts.stops, now),
        statement=finding.statement,
        issued_at=first(facts.moves, "issue"),
        dispute_until=dispute_until(facts.moves, facts.policy, facts.stops),
        evidence=[
            _evidence(piece)
            for piece in record.evidence
            if not (is_recruiter and _is_interview(piece))
        ],
        plans=[_plan(plan) for plan in record.plans],
        verification=(
            None if record.verification is None else _verification(session, record.verification)
        ),
        timeline=timeline_view(session, Finding.machine, finding.id),
        allowed_actions=[
            AllowedAction(
                action=offer.action,
                href=f"/v1/findings/{finding.id}/{offer.action}",
                missing=list(offer.missing),
            )
            for offer in FINDING.allowed(finding.state, facts.roles, facts)
        ],
    )


def _summary(
    finding: Finding, moves: Sequence[Moved], pins: Pins, stops: Stops, now: datetime
) -> dict[str, Any]:
    grade = Grade(finding.grade)
    rules, criterion = pins.policy, pins.standard.criterion(finding.criterion)
    due = deadline(finding.state, grade, moves, rules, stops)
    return {
        "id": finding.id,
        "state": State(finding.state),
        "version": finding.version,
        "audit_id": finding.audit_id,
        "application_id": finding.application_id,
        "criterion": finding.criterion,
        "element": finding.element,
        "grade": grade,
        "grade_is_forced": is_forced(criterion, grade),
        "due": None if due is None else deadline_view(due, now, rules),
        "overdue": due is not None and due.is_overdue(now, rules),
    }


def _is_interview(piece: Evidence) -> bool:
    return piece.purpose == Purpose.FINDING and piece.kind.endswith(_INTERVIEW)


def _evidence(piece: Evidence) -> EvidenceView:
    return EvidenceView(
        id=piece.id,
        purpose=Purpose(piece.purpose),
        kind=piece.kind,
        title=piece.title,
        sha256=piece.sha256,
        effective_on=piece.effective_on,
        recorded_at=piece.recorded_at,
    )


def _plan(plan: FindingPlan) -> CorrectionPlanView:
    return CorrectionPlanView(
        edition=plan.edition,
        root_cause=plan.root_cause,
        correction=plan.correction,
        corrective_action=plan.corrective_action,
        owner=plan.owner,
        due_on=plan.due_on,
        submitted_at=plan.submitted_at,
    )


def _verification(session: Session, verification: Verification) -> FindingVerificationView:
    people = access.named(session, [verification.verifier_id])
    return FindingVerificationView(
        verifier_id=verification.verifier_id,
        verifier=people[verification.verifier_id].name,
        effectiveness=verification.effectiveness,
        verified_at=verification.verified_at,
    )
