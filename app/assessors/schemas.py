"""The wire format of audit companies and auditors."""

from datetime import date
from typing import Annotated

from pydantic import AfterValidator, Field

from app.assessors.competence import Competence, language
from app.assessors.lifecycle import AuditorState, CompanyState
from app.assessors.models import Schooling, Seat
from app.assessors.reasons import REASONS, Reason
from app.assessors.service import Qualified, TakenPart
from app.platform.wire import (
    AllowedAction,
    Body,
    CorridorCode,
    CountryCode,
    Day,
    IdText,
    Instant,
    Line,
    Name,
    View,
    said,
)
from app.scheme.audit_kinds import AuditKind
from app.scheme.shipped import STANDARD

_COMPANY = "Plumb Line Assessors"
_DEGREE = "LL.M. in labour law, University of Nairobi"

LanguageCode = Annotated[
    str,
    AfterValidator(said(language)),
    Field(json_schema_extra={"pattern": "^[a-z]{2,3}$"}, examples=["ne"]),
]
"""A language: ISO 639, as BCP 47 writes it."""

Hours = Annotated[int, Field(ge=1, le=400, examples=[24])]


class ReasonBody(Body):
    """Why the move is made."""

    reason_code: Annotated[Reason, Field(strict=False)] = Field(
        description="; ".join(f"{action}: {', '.join(fit)}" for action, fit in REASONS.items()),
        examples=["requirements_met"],
    )


class QualificationBody(Body):
    """Education or experience, with its first and last day."""

    kind: Annotated[Schooling, Field(strict=False)] = Field(
        description="education or experience.", examples=["education"]
    )
    title: Name = Field(examples=[_DEGREE])
    from_on: Day = Field(examples=["2012-09-01"])
    until_on: Day | None = Field(default=None, description="Inclusive; null while it lasts.")

    def qualified(self) -> Qualified:
        """As the domain holds it."""
        return Qualified(self.kind, self.title, self.from_on, self.until_on)


Qualifications = Annotated[list[QualificationBody], Field(max_length=50)]


class AuditorApplicationBody(Body):
    """A person to put forward as an auditor."""

    person_id: IdText
    qualifications: Qualifications = Field(
        default=[], description="Education and experience; more may be recorded later."
    )


class QualificationsBody(Body):
    """Education and experience to record."""

    qualifications: Annotated[list[QualificationBody], Field(min_length=1, max_length=50)]


class SchoolingBody(Body):
    """A training completed, or an examination passed."""

    on: Day = Field(examples=["2026-03-02"])
    title: Name = Field(examples=["Scheme auditor course, 5 days"])


class AuditRecordBody(Body):
    """An audit in which the person took part."""

    audit_id: IdText | None = Field(default=None, description="An audit of this service.")
    reference: Name | None = Field(
        default=None,
        description="An audit elsewhere, by its name there.",
        examples=["SMETA 4-pillar, Lalitpur"],
    )
    seat: Annotated[Seat, Field(strict=False)] = Field(examples=["auditor"])
    ended_on: Day = Field(examples=["2026-02-20"])
    hours: Hours = Field(description="Hours of audit.")
    witnessed_by: IdText | None = Field(default=None, description="Who watched it, if anybody did.")

    def taken_part(self) -> TakenPart:
        """As the domain holds it."""
        return TakenPart(
            seat=self.seat,
            ended_on=self.ended_on,
            hours=self.hours,
            audit=self.audit_id,
            reference=self.reference,
            witnessed_by=self.witnessed_by,
        )


class AuditRecordsBody(Body):
    """Audits to record, whole or not at all."""

    audits: Annotated[list[AuditRecordBody], Field(min_length=1, max_length=200)]


class CompetenceBody(Body):
    """For what somebody is approved."""

    kinds: Annotated[
        list[Annotated[AuditKind, Field(strict=False)]], Field(min_length=1, max_length=6)
    ] = Field(examples=[["stage_1", "stage_2", "surveillance"]])
    standards: Annotated[list[Annotated[str, Line(32)]], Field(min_length=1, max_length=20)] = (
        Field(description="Codes of published versions of the standard.", examples=[[STANDARD]])
    )
    corridors: Annotated[list[CorridorCode], Field(min_length=1, max_length=1000)]
    languages: Annotated[list[LanguageCode], Field(min_length=1, max_length=100)]
    reason_code: Annotated[Reason, Field(strict=False)] = Reason.REQUIREMENTS_MET

    def competence(self) -> Competence:
        """As the domain holds it."""
        return Competence(
            kinds=frozenset(kind.value for kind in self.kinds),
            standards=frozenset(self.standards),
            corridors=frozenset(self.corridors),
            languages=frozenset(self.languages),
        )


class ApprovedCompanyView(View):
    """An audit company with which a recruiter may contract."""

    id: IdText
    organisation_id: IdText
    name: str = Field(examples=[_COMPANY])
    country: CountryCode | None


class AssessorStepView(View):
    """One move of the past: what, when, in which role, why."""

    action: str = Field(examples=["approve"])
    state: str = Field(examples=["approved"])
    at: Instant
    role: str = Field(examples=["scheme_manager"])
    reason_code: str | None


class AuditCompanySummary(View):
    """An audit company in a list."""

    id: IdText
    state: CompanyState
    version: int
    organisation_id: IdText
    name: str = Field(examples=[_COMPANY])
    country: CountryCode | None


class AuditCompanyView(AuditCompanySummary):
    """An audit company's approval."""

    may_start: bool = Field(description="May it take on anything new?")
    timeline: list[AssessorStepView]
    allowed_actions: list[AllowedAction]


class AuditorSummary(View):
    """An auditor in a list, as of today."""

    id: IdText
    state: AuditorState
    version: int
    person_id: IdText
    name: str = Field(examples=["Halima Noor"])
    organisation_id: IdText
    approval_ends_on: date | None = Field(
        description="The last day of the approval on the records of today; null before it is given."
    )
    ends_because: list[str] = Field(
        description="What is missing for the approval to go on after that day.",
        examples=[["40 of 120 audit hours in the 36 months to 2029-03-14"]],
    )
    may_audit: bool = Field(description="Is the approval active today?")


class QualificationView(View):
    """Education, experience, training or an examination."""

    kind: Schooling
    title: str = Field(examples=[_DEGREE])
    from_on: Day
    until_on: Day | None


class AuditRecordView(View):
    """An audit in which the person took part."""

    id: IdText
    audit_id: IdText | None
    reference: str | None
    seat: Seat
    ended_on: Day
    hours: int
    witnessed_by: IdText | None
    struck_at: Instant | None = Field(description="Struck out as wrong: it counts no more.")


class AuditorView(AuditorSummary):
    """An auditor: approval, competence, and the records that both rest on."""

    kinds: list[AuditKind]
    standards: list[str]
    corridors: list[CorridorCode]
    languages: list[str]
    declared_on: date | None = Field(description="The day of the last declaration of conflicts.")
    qualifications: list[QualificationView]
    audits: list[AuditRecordView]
    timeline: list[AssessorStepView]
    allowed_actions: list[AllowedAction]
