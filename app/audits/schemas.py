"""The wire format of audits."""

from datetime import date
from typing import Annotated

from pydantic import Field

from app.audits.checklist import Draft, Result, WorkStatus
from app.audits.kinds import (
    AbortReason,
    Acknowledgement,
    CommentOutcome,
    Kind,
    Readiness,
    Recommendation,
    ReviewOutcome,
)
from app.audits.lifecycle import State
from app.audits.team import Member
from app.kernel.roles import Role
from app.platform.wire import (
    AllowedAction,
    Body,
    Day,
    IdText,
    Instant,
    Line,
    Lines,
    Statement,
    View,
)
from app.scheme.standard import Wording

IndicatorCode = Annotated[str, Line(64)]


class AuditPlanBody(Body):
    """An audit to plan."""

    application_id: IdText
    kind: Annotated[Kind, Field(strict=False)] = Field(examples=["stage_2"])
    planned_from: Day = Field(description="The first day on site.", examples=["2026-05-04"])
    planned_until: Day = Field(description="The last day, inclusive.", examples=["2026-05-08"])
    unannounced: bool = Field(
        default=False, description="The recruiter learns of it when it begins."
    )


class MemberBody(Body):
    """A seat in the team."""

    person_id: IdText
    role: Annotated[Role, Field(strict=False)] = Field(
        description="lead_auditor, auditor or technical_expert.", examples=["lead_auditor"]
    )

    def member(self) -> Member:
        """The seat as the domain holds it."""
        return Member(self.person_id, self.role)


class TeamBody(Body):
    """A team to put forward."""

    members: list[MemberBody] = Field(min_length=1, max_length=50)
    objection_refused_because: Statement | None = Field(
        default=None, description="After an objection: why the same team is proposed again."
    )


class TeamCheckBody(Body):
    """A team to try out."""

    members: list[MemberBody] = Field(min_length=1, max_length=50)


class CheckView(View):
    """One check: passed, or why not."""

    check: str = Field(examples=["corridors"])
    passed: bool
    reasons: list[str] = Field(examples=[["is not approved for NP-QA"]])


class MemberCheckView(View):
    """Every check of one member."""

    person_id: IdText
    role: Role
    passed: bool
    checks: list[CheckView]


class TeamCheckView(View):
    """What would be said of a team; nothing is stored."""

    passed: bool
    team: list[CheckView]
    members: list[MemberCheckView]


class AuditReasonBody(Body):
    """Why."""

    reason: Statement = Field(examples=["One member left our company ten months ago."])


class PostponeBody(Body):
    """Later days for the audit."""

    planned_from: Day = Field(examples=["2026-06-01"])
    planned_until: Day = Field(description="The last day, inclusive.", examples=["2026-06-05"])
    reason: Statement = Field(examples=["The office is closed after the flood."])


class AbortBody(Body):
    """Why the audit is broken off."""

    reason_code: Annotated[AbortReason, Field(strict=False)] = Field(examples=["access_refused"])
    note: Statement | None = None


class CloseFieldworkBody(Body):
    """How the fieldwork ended."""

    acknowledgement: Annotated[Acknowledgement, Field(strict=False)] | None = Field(
        default=None,
        description="Did the recruiter sign the list of findings?",
        examples=["signed"],
    )
    ended_on: Day | None = Field(
        default=None,
        description="The last day on site; today if not said.",
        examples=["2026-05-08"],
    )


class IndicatorAnswerBody(Body):
    """What the team says of one indicator."""

    criterion: IndicatorCode = Field(examples=["A.1"])
    element: IndicatorCode = Field(examples=["monitoring"])
    work_status: IndicatorCode = Field(
        examples=["done"], json_schema_extra={"enum": [status.value for status in WorkStatus]}
    )
    result: IndicatorCode = Field(
        examples=["conforms"], json_schema_extra={"enum": [result.value for result in Result]}
    )
    note: Statement | None = Field(
        default=None, description="A working note of the team; the recruiter never sees it."
    )

    def draft(self) -> Draft:
        """The answer as the domain checks it, together with the others."""
        return Draft(self.criterion, self.element, self.work_status, self.result, self.note)


class AuditAnswersBody(Body):
    """Answers to as many indicators as there are, stored whole or not at all."""

    answers: list[IndicatorAnswerBody] = Field(min_length=1, max_length=1000)


class CommentBody(Body):
    """What the recruiter says of the draft report."""

    text: Statement = Field(examples=["The contract of 12 March was overlooked."])


class CommentAnswerBody(Body):
    """What the lead auditor answers."""

    outcome: Annotated[CommentOutcome, Field(strict=False)] = Field(examples=["refused"])
    reason: Statement | None = Field(
        default=None,
        description="Needed for a refusal.",
        examples=["The contract ended before the period under audit."],
    )


class ReportBody(Body):
    """The report, handed to the reviewer."""

    summary: Annotated[str, Lines(20_000)] = Field(examples=["The recruiter bears all costs."])
    recommendation: Annotated[Recommendation, Field(strict=False)] = Field(
        description="For stage 1 its readiness, else the decision that the team recommends.",
        examples=["grant"],
    )


class ReturnBody(Body):
    """What the reviewer wants mended."""

    reasons: list[Statement] = Field(
        min_length=1, max_length=50, examples=[["The sampling of sub-agents is not explained."]]
    )


class CloseBody(Body):
    """With what a stage 1 audit ends."""

    readiness: Annotated[Readiness, Field(strict=False)] = Field(examples=["ready"])


class DeadlineView(View):
    """What is to be done, until the end of which day, and whether that day is over."""

    action: str = Field(examples=["submit_report"])
    on: date = Field(description="The last day, in the scheme's zone.")
    overdue: bool


class MemberView(View):
    """A seat in the team."""

    person_id: IdText
    name: str = Field(examples=["Amina Rahman"])
    role: Role


class ObjectionView(View):
    """An objection to a proposed team."""

    proposal: int = Field(description="The number of the team objected to.", examples=[1])
    reason: str
    objected_at: Instant
    refused_because: str | None


class AuditStepView(View):
    """One move: what was done, by which role, when, and what was written to it."""

    action: str = Field(examples=["confirm"])
    state: str = Field(examples=["confirmed"])
    at: Instant
    role: str = Field(examples=["lead_auditor"])
    reason_code: str | None
    remark: str | None


class AuditSummary(View):
    """An audit in a list."""

    id: IdText
    state: State
    version: int = Field(examples=[3])
    kind: Kind
    application_id: IdText
    recruiter_id: IdText
    audit_company_id: IdText
    standard: str = Field(examples=["iris-1.2"])
    policy: str = Field(description="Both as in force at the plan.", examples=["2026.1"])
    unannounced: bool
    planned_from: date
    planned_until: date
    fieldwork_ended_on: date | None
    readiness: Readiness | None


class AuditView(AuditSummary):
    """One audit: who carries it out, how far it is, what is due, what the caller may do next."""

    proposal: int = Field(description="Which team stands, counted from 1; 0: none yet.")
    team: list[MemberView]
    objections: list[ObjectionView]
    acknowledgement: Acknowledgement | None
    indicators: int = Field(description="How many the standard has.", examples=[120])
    unanswered: int = Field(description="How many have no final answer yet.", examples=[0])
    open_comments: int
    deadlines: list[DeadlineView]
    timeline: list[AuditStepView]
    allowed_actions: list[AllowedAction]


class IndicatorAnswerView(View):
    """What the team says of one indicator."""

    criterion: str
    element: str
    work_status: WorkStatus
    result: Result
    note: str | None = Field(description="Null for the recruiter.")


class IndicatorView(View):
    """An indicator of the standard."""

    criterion: str
    element: str


class CriterionTextView(View):
    """What a criterion of the checklist says, and whose words these are."""

    code: str = Field(examples=["A.1"])
    title: str
    wording: Wording = Field(
        description="working wording: ours, never to be quoted as the standard's own."
    )


class AuditAnswersView(View):
    """The checklist, in the standard's order."""

    audit_id: IdText
    version: int = Field(description="Of the audit.")
    standard: str = Field(examples=["iris-1.2"])
    criteria: list[CriterionTextView]
    answers: list[IndicatorAnswerView]
    unanswered: list[IndicatorView]


class CommentView(View):
    """A comment on the draft report, and its answer."""

    id: IdText
    text: str
    made_at: Instant
    outcome: CommentOutcome | None
    reason: str | None
    answered_at: Instant | None


class CommentsView(View):
    """The comments on the draft report, oldest first."""

    audit_id: IdText
    items: list[CommentView]


class ReportView(View):
    """One edition of the report, and what changed since the one before."""

    edition: int = Field(examples=[1])
    summary: str
    recommendation: Recommendation
    submitted_at: Instant
    changed: list[str] = Field(
        description="Which parts differ from the edition before.", examples=[["summary"]]
    )


class ReviewView(View):
    """What the independent reviewer said."""

    outcome: ReviewOutcome
    reasons: list[str]
    reviewed_at: Instant


class ReportsView(View):
    """Every edition of the report, and every review, oldest first."""

    audit_id: IdText
    editions: list[ReportView]
    reviews: list[ReviewView]
