"""The wire format of applications."""

from datetime import date
from typing import Annotated, Any, Self

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from app.access.schemas import ApprovalView
from app.applications.content import Content, Maturity
from app.applications.document import DocumentKind
from app.applications.fee import Payment
from app.applications.lifecycle import RejectionReason
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
    evidence: Annotated[list[IdText], AfterValidator(_each_once)] = Field(
        default=[], max_length=20, description="Ids of documents that show it."
    )


def _each_indicator_once(answers: list[MaturityBody]) -> list[MaturityBody]:
    _each_once([f"{answer.criterion} {answer.element}" for answer in answers])
    return answers


Answers = Annotated[list[MaturityBody], AfterValidator(_each_indicator_once)]


class SelfAssessmentBody(Body):
    """The recruiter's own view of itself against the standard."""

    completed_on: Day = Field(examples=["2026-02-20"])
    answers: Answers = Field(default=[], max_length=1000)


class AssessmentBody(Body):
    """Answers to the self-assessment."""

    completed_on: Day | None = Field(
        default=None, description="Today where it is left out.", examples=["2026-02-20"]
    )
    answers: Answers = Field(max_length=1000)

    def maturities(self) -> list[Maturity]:
        """The answers as the domain holds them."""
        return [
            Maturity(answer.criterion, answer.element, answer.maturity, tuple(answer.evidence))
            for answer in self.answers
        ]


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
    capacity_building_provider: Name | None = Field(default=None, examples=["IOM Nepal"])
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
    """One amount that arrived for the application fee."""

    reference: Number = Field(
        description="The bank's reference of the payment.", examples=["FT26061-0042"]
    )
    amount: MoneyBody = Field(examples=[{"amount": "1000.00", "currency": "USD"}])
    received_on: Day = Field(examples=["2026-03-02"])

    def payment(self) -> Payment:
        """The payment as the domain holds it."""
        return Payment(self.reference, self.amount.money(), self.received_on)


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
    agreement_sha256: Annotated[str, Field(pattern="^[0-9a-f]{64}$")] | None = Field(
        default=None,
        description="The hash of the text that you read, from GET agreement: refused where the"
        " text is another one now.",
    )


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
    evidence: list[IdText]


class SelfAssessmentView(View):
    """The recruiter's own view of itself."""

    completed_on: date
    answers: list[MaturityView]


class IndicatorView(View):
    """A criterion seen through one element of the management system."""

    criterion: str = Field(examples=["A.1"])
    element: str = Field(examples=["monitoring"])


class DifferenceView(IndicatorView):
    """An indicator that is not answered as it was the time before."""

    before: int | None
    now: int | None


class GapView(IndicatorView):
    """An indicator whose maturity is low, or that has no answer."""

    title: str
    critical: bool
    maturity: int | None


class ScoreView(View):
    """How far some of the indicators are."""

    percent: int = Field(description="The mean maturity in percent of the highest.", examples=[62])
    answered: int
    of: int


class ElementScoreView(ScoreView):
    """How far one element of the management system is."""

    element: str = Field(examples=["monitoring"])


class PrincipleScoreView(ScoreView):
    """How far one principle is, as a whole and by element."""

    code: str = Field(examples=["A"])
    title: str
    by_element: list[ElementScoreView]


class SummaryView(View):
    """The self-assessment as figures, ready for a chart: series in the standard's order."""

    score: ScoreView
    by_principle: list[PrincipleScoreView]
    by_element: list[ElementScoreView]
    gaps: list[GapView] = Field(
        description="Critical criteria first, then what has no answer, then the lowest maturity."
    )


class FormerView(View):
    """The self-assessment of the recruiter's application before this one."""

    application_id: IdText
    completed_on: date


class AssessmentView(View):
    """The self-assessment of an application: answers, what is open, what changed, the figures."""

    application_id: IdText
    version: int = Field(examples=[1])
    standard: str = Field(examples=["iris-1.2"])
    completed_on: date | None
    answers: list[MaturityView]
    unanswered: list[IndicatorView]
    former: FormerView | None
    differences: list[DifferenceView] = Field(
        description="What is answered otherwise than in the former one; empty without one."
    )
    summary: SummaryView


class DocumentView(View):
    """A file that was given with an application."""

    id: IdText
    kind: DocumentKind
    name: str = Field(examples=["licence.pdf"])
    media_type: str = Field(examples=["application/pdf"])
    size: int = Field(description="In bytes.")
    sha256: str
    effective_from: date | None
    effective_until: date | None
    uploaded_at: Instant
    href: str = Field(description="Where the file itself is.")


class CellFaultView(View):
    """What is wrong in one cell."""

    sheet: str = Field(examples=["Licences"])
    cell: str = Field(examples=["C4"])
    detail: str


class WorkbookReport(View):
    """What became of a workbook, or, in a dry run, would become of it."""

    application_id: IdText
    version: int = Field(examples=[1])
    dry_run: bool
    saved: bool
    changed: list[str] = Field(
        description="The parts of the application that change.", examples=[["licences"]]
    )
    missing: list[str] = Field(description="What is still lacking before it can be handed in.")
    errors: list[CellFaultView]


class AgreementView(View):
    """The certification agreement, to be read before it is signed."""

    audit_company: IdText
    wording: str = Field(description="The version of the wording.", examples=["2026.1"])
    text: str
    sha256: str = Field(description="What both sides sign.")


class SignedAgreementView(View):
    """Which text was signed, once or by both sides."""

    audit_company: IdText
    wording: str
    sha256: str


class Iso9001View(View):
    """A quality management certificate that the recruiter claims."""

    number: str
    issuer: str
    valid_until: date


class PaymentView(View):
    """One amount that arrived."""

    reference: str
    amount: MoneyBody
    received_on: date


class FeeView(View):
    """The application fee: our invoice, and what was received of it."""

    invoice_number: str = Field(examples=["INV-2026-00042"])
    amount: MoneyBody
    received: MoneyBody
    missing: MoneyBody
    overpaid: MoneyBody = Field(description="What arrived beyond the fee.")
    payments: list[PaymentView]


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
    capacity_building_provider: str | None
    self_assessment: SelfAssessmentView | None
    iso_9001: Iso9001View | None
    fee: FeeView | None = Field(description="Invoiced when the application is handed in.")
    deferral_items: list[DeferralItemView]
    audit_company: IdText | None
    stage_1_days: int | None = Field(description="Computed at acceptance.")
    stage_2_days: int | None
    sites_to_sample: int | None
    agreement: SignedAgreementView | None
    approval: ApprovalView | None = Field(
        description="A first signature that waits for the second."
    )
    appealable: DueView | None = Field(
        description="For how long a rejection can be appealed against."
    )
    timeline: list[TimelineEntry]
    allowed_actions: list[AllowedAction]
