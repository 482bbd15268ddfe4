"""The wire format of findings."""

from datetime import date
from typing import Annotated

from pydantic import Field

from app.audits.findings.grades import Grade
from app.audits.findings.lifecycle import Plan, State
from app.audits.findings.models import Purpose
from app.audits.findings.service import Piece
from app.audits.schemas import AuditStepView, DeadlineView, IndicatorCode
from app.platform.wire import AllowedAction, Body, Day, IdText, Instant, Name, Statement, View

_SHA256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"


class EvidenceBody(Body):
    """One piece of evidence, by its hash."""

    kind: IndicatorCode = Field(
        description="An evidence stream of the standard.", examples=["document"]
    )
    title: Name = Field(examples=["Service agreement of 12 March"])
    sha256: str = Field(
        pattern="^[0-9a-f]{64}$", description="SHA-256 of the content.", examples=[_SHA256]
    )
    effective_on: Day = Field(
        description="The day from which it holds, not that of its upload.", examples=["2026-05-20"]
    )

    def piece(self) -> Piece:
        """The evidence as the domain takes it."""
        return Piece(self.kind, self.title, self.sha256, self.effective_on)


class NewFinding(Body):
    """What the team found."""

    audit_id: IdText
    criterion: IndicatorCode = Field(examples=["L-1.2"])
    element: IndicatorCode = Field(examples=["monitoring"])
    grade: Annotated[Grade, Field(strict=False)] = Field(
        description="On a critical criterion every nonconformity becomes critical.",
        examples=["major"],
    )
    statement: Statement = Field(examples=["Two of five agreements leave visa costs open."])
    evidence: list[EvidenceBody] = Field(max_length=100)


class FindingReasonBody(Body):
    """Why."""

    reason: Statement = Field(examples=["The agreement of 12 March settles these costs."])


class RegradeBody(Body):
    """The grade that the finding gets instead."""

    grade: Annotated[Grade, Field(strict=False)] = Field(examples=["minor"])
    reason: Statement = Field(examples=["One agreement only, and it was mended at once."])


class CorrectionPlanBody(Body):
    """How the recruiter answers a finding. A refusal names whatever is missing."""

    root_cause: Statement | None = Field(default=None, examples=["The template is of 2019."])
    correction: Statement | None = Field(default=None, examples=["Both agreements are amended."])
    corrective_action: Statement | None = Field(
        default=None, examples=["Legal reviews the template every year."]
    )
    owner: Name | None = Field(default=None, examples=["Head of operations"])
    due_on: Day | None = Field(default=None, examples=["2026-06-30"])

    def plan(self) -> Plan:
        """The plan as the domain judges it."""
        return Plan(
            self.root_cause, self.correction, self.corrective_action, self.owner, self.due_on
        )


class SubmitEvidenceBody(Body):
    """What shows that the finding is corrected."""

    evidence: list[EvidenceBody] = Field(max_length=100)


class VerifyBody(Body):
    """How the correction proved effective."""

    effectiveness: Statement | None = Field(
        default=None, examples=["Ten agreements since June, sampled at random, are complete."]
    )


class EvidenceView(View):
    """One piece of evidence, by its hash."""

    id: IdText
    purpose: Purpose
    kind: str = Field(examples=["document"])
    title: str
    sha256: str = Field(examples=[_SHA256])
    effective_on: date
    recorded_at: Instant


class CorrectionPlanView(View):
    """How the recruiter answered."""

    edition: int = Field(examples=[1])
    root_cause: str
    correction: str
    corrective_action: str
    owner: str
    due_on: date
    submitted_at: Instant


class FindingVerificationView(View):
    """Who verified the correction, and how they know that it works."""

    verifier_id: IdText
    verifier: str = Field(examples=["Amina Rahman"])
    effectiveness: str
    verified_at: Instant


class FindingSummary(View):
    """A finding in a list: what is to be done next, until when, and whether that day is over."""

    id: IdText
    state: State
    version: int = Field(examples=[2])
    audit_id: IdText
    application_id: IdText
    criterion: str = Field(examples=["L-1.2"])
    element: str = Field(examples=["monitoring"])
    grade: Grade
    grade_is_forced: bool = Field(description="The standard marks the criterion critical.")
    due: DeadlineView | None
    overdue: bool


class FindingView(FindingSummary):
    """One finding, its answers and its evidence, and what the caller may do next."""

    statement: str
    issued_at: Instant
    dispute_until: date | None = Field(description="The last day on which it may be disputed.")
    evidence: list[EvidenceView] = Field(
        description="The recruiter is not shown what was said in interviews, nor by whom."
    )
    plans: list[CorrectionPlanView]
    verification: FindingVerificationView | None
    timeline: list[AuditStepView]
    allowed_actions: list[AllowedAction]
