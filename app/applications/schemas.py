"""The wire format of applications."""

from datetime import date
from typing import Annotated, Any, Self

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from app.access.schemas import ApprovalView
from app.applications.content import Content
from app.applications.lifecycle import Payment, RejectionReason
from app.kernel.roles import Role
from app.platform.wire import (
    AllowedAction,
    Body,
    Code,
    CorridorCode,
    CountryCode,
    Day,
    IdText,
    Instant,
    Line,
    MoneyBody,
    Name,
    Statement,
    View,
)

Number = Annotated[str, Line(64)]
IndicatorCode = Annotated[str, Line(64)]
"""A code of the standard that the application is pinned to (`content.check_indicators`)."""


def _each_once(values: list[Any]) -> list[Any]:
    repeated = next((value for value in values if values.count(value) > 1), None)
    if repeated is not None:
        raise PydanticCustomError("repeated", "Name {value} once.", {"value": repr(repeated)})
    return values


class SiteBody(Body):
    """Where the recruiter works from."""

    name: Name = Field(examples=["Head office"])
    country: CountryCode
    city: Name = Field(examples=["Kathmandu"])


class LicenceBody(Body):
    """A licence that the recruiter holds."""

    country: CountryCode
    number: Number = Field(examples=["1203/076/77"])
    valid_from: Day = Field(examples=["2024-01-01"])
    valid_until: Day = Field(description="The last day, inclusive.", examples=["2027-12-31"])

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        if self.valid_until < self.valid_from:
            raise PydanticCustomError("period", "The licence ends before it begins.")
        return self


class MaturityBody(Body):
    """One answer of the self-assessment."""

    criterion: IndicatorCode = Field(examples=["A.1"])
    element: IndicatorCode = Field(examples=["monitoring"])
    maturity: int = Field(ge=0, le=4, description="From 0, nothing there, to 4, improving.")


class SelfAssessmentBody(Body):
    """The recruiter's own view of itself against the standard."""

    completed_on: Day = Field(examples=["2026-02-20"])
    answers: list[MaturityBody] = Field(default=[], max_length=1000)

    @model_validator(mode="after")
    def _answers_each_indicator_once(self) -> Self:
        _each_once([f"{answer.criterion} {answer.element}" for answer in self.answers])
        return self


class Iso9001Body(Body):
    """A quality management certificate that the recruiter claims."""

    number: Number = Field(examples=["QMS-4711"])
    issuer: Name = Field(examples=["Example Assurance"])
    valid_until: Day = Field(examples=["2027-06-30"])


class ContentBody(Body):
    """What an application states. A draft may leave anything out; what is sent replaces."""

    corridors: Annotated[list[CorridorCode], AfterValidator(_each_once)] = Field(
        default=[], max_length=200
    )
    sectors: Annotated[list[Code], AfterValidator(_each_once)] = Field(
        default=[], max_length=50, examples=[["construction", "domestic_work"]]
    )
    sites: list[SiteBody] = Field(default=[], max_length=500)
    workers_per_year: int | None = Field(
        default=None, ge=0, le=10_000_000, description="Workers placed in a year."
    )
    licences: list[LicenceBody] = Field(default=[], max_length=100)
    capacity_building_completed_on: Day | None = Field(default=None, examples=["2025-11-03"])
    self_assessment: SelfAssessmentBody | None = None
    iso_9001: Iso9001Body | None = None

    def content(self) -> Content:
        """The statements as the domain holds them."""
        return Content.from_json(self.model_dump(mode="json", include=_PARTS))

    def changes(self) -> dict[str, Any]:
        """Only the parts that were sent."""
        content = self.content()
        return {part: getattr(content, part) for part in self.model_fields_set & _PARTS}


_PARTS = set(ContentBody.model_fields)


class NewApplication(ContentBody):
    """An application to draft."""

    recruiter_id: IdText


class PaymentBody(Body):
    """The application fee as it was received."""

    invoice_number: Number = Field(examples=["INV-2026-0042"])
    amount: MoneyBody = Field(examples=[{"amount": "1000.00", "currency": "USD"}])
    received_on: Day = Field(examples=["2026-03-02"])

    def payment(self) -> Payment:
        """The payment as the domain holds it."""
        return Payment(self.invoice_number, self.amount.money(), self.received_on)


class RequestBody(Body):
    """One thing that is missing."""

    request: Statement = Field(examples=["A copy of the licence for Malaysia."])


class DeferralBody(Body):
    """What the recruiter has to bring."""

    items: list[RequestBody] = Field(min_length=1, max_length=100)


class AnswerBody(Body):
    """The answer to one item of a deferral."""

    answer: Statement = Field(examples=["The licence was added to the application."])


class RejectionBody(Body):
    """Why the application is rejected; both reviewers send the same."""

    reasons: Annotated[
        list[Annotated[RejectionReason, Field(strict=False)]], AfterValidator(_each_once)
    ] = Field(min_length=1, examples=[["not_eligible"]])


class ContractBody(Body):
    """Who certifies; both sides send the same."""

    audit_company: IdText


class SiteView(View):
    """Where the recruiter works from."""

    name: str
    country: CountryCode
    city: str


class LicenceView(View):
    """A licence that the recruiter states."""

    country: CountryCode
    number: str
    valid_from: date
    valid_until: date


class MaturityView(View):
    """One answer of the self-assessment."""

    criterion: str
    element: str
    maturity: int


class SelfAssessmentView(View):
    """The recruiter's own view of itself."""

    completed_on: date
    answers: list[MaturityView]


class Iso9001View(View):
    """A quality management certificate that the recruiter claims."""

    number: str
    issuer: str
    valid_until: date


class PaymentView(View):
    """The fee, received in full."""

    invoice_number: str
    amount: MoneyBody
    received_on: date


class DeferralItemView(View):
    """One thing that a deferral asked for, and the answer."""

    id: IdText
    request: str
    answer: str | None
    answered_at: Instant | None
    present: bool = Field(description="Does the present deferral wait for it?")


class TimelineEntry(View):
    """One move: what was done, by which role, when."""

    action: str = Field(examples=["submit"])
    state: str = Field(examples=["submitted"])
    at: Instant
    role: str = Field(examples=["recruiter_admin"])
    reasons: list[str] = Field(examples=[["not_eligible"]])


class DueView(View):
    """By when the next move must be made, and what happens otherwise."""

    by: date = Field(description="The last day, in the scheme's zone.")
    until: Instant = Field(description="The instant after that day: from then on it is too late.")
    then: str = Field(examples=["the offer lapses"])
    overdue: bool


class ApplicationSummary(View):
    """An application in a list."""

    id: IdText
    state: str = Field(examples=["submitted"])
    version: int = Field(examples=[2])
    recruiter_id: IdText
    corridors: list[CorridorCode]
    since: Instant = Field(description="When it entered this state.")
    waiting_on: list[Role] = Field(description="Whose turn it is.")
    due: DueView | None


class ApplicationView(ApplicationSummary):
    """An application: what it states, where it stands, whose turn it is, by when."""

    standard: str = Field(
        description="The version in force when it was drafted.", examples=["iris-1.2"]
    )
    policy: str = Field(
        description="The version in force when it was submitted; for a draft, the one in force"
        " now.",
        examples=["2026.1"],
    )
    sectors: list[str]
    sites: list[SiteView]
    workers_per_year: int | None
    licences: list[LicenceView]
    capacity_building_completed_on: date | None
    self_assessment: SelfAssessmentView | None
    iso_9001: Iso9001View | None
    payment: PaymentView | None
    deferral_items: list[DeferralItemView]
    audit_company: IdText | None
    stage_1_days: int | None = Field(description="Computed at acceptance.")
    stage_2_days: int | None
    sites_to_sample: int | None
    approval: ApprovalView | None = Field(
        description="A first signature that waits for the second."
    )
    timeline: list[TimelineEntry]
    allowed_actions: list[AllowedAction]
