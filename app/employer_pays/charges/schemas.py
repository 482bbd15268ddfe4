"""The wire format of recorded charges and of what stands beside them."""

from datetime import date
from typing import Annotated, Any, Self

from pydantic import AfterValidator, ConfigDict, Field, model_validator
from pydantic.config import JsonDict
from pydantic_core import PydanticCustomError

from app.employer_pays.charge import EndReason, Evidence, Form, Payee, Payer, Stage
from app.employer_pays.charges.jobs import facts_of
from app.employer_pays.exchange import ExchangeRate
from app.employer_pays.schemas import (
    CategoryText,
    ChargeBody,
    ExceptionBody,
    ExchangeRateBody,
    Region,
    WorkerBody,
)
from app.employer_pays.triangulation import Source
from app.platform.wire import (
    Body,
    CorridorCode,
    CountryCode,
    Day,
    IdText,
    Instant,
    Line,
    MoneyBody,
    Name,
    View,
    said,
)
from app.recruiters.pseudonyms import GIVEN_PATTERN, Document, Identity, NameAndBirth, given

MOST_WORKERS = 2000
MOST_CHARGES = 5000

Reference = Annotated[
    str,
    Field(
        pattern=r"^[A-Za-z0-9][A-Za-z0-9./-]{0,39}$",
        description="The number of a receipt or invoice, never a name.",
        examples=["R-2023/114"],
    ),
]
Pseudonym = Annotated[
    str, AfterValidator(said(given)), Field(json_schema_extra={"pattern": GIVEN_PATTERN})
]
Ref = Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{1,64}$", examples=["w1"])]

_EXAMPLE: JsonDict = {
    "source": "ledger",
    "workers": [
        {
            "ref": "w1",
            "document": {"country": "BD", "number": "BX0123456"},
            "corridor": "BD-MY",
            "worker": {"first_month_earnings": {"amount": "1500.00", "currency": "MYR"}},
            "arrived_on": "2023-02-11",
        }
    ],
    "charges": [
        {
            "worker": "w1",
            "category": "fee.placement",
            "amount": {"amount": "78000.00", "currency": "BDT"},
            "paid_by": "worker",
            "charged_on": "2023-01-20",
            "evidence": "receipt",
            "reference": "R-2023/114",
        }
    ],
}


class DocumentBody(Body):
    """An identity document. It is turned into the pseudonym and kept nowhere."""

    country: CountryCode
    number: Annotated[str, Line(64)]

    def identity(self) -> Identity:
        return Document(self.country, self.number)


class NameAndBirthBody(Body):
    """Who somebody is where no document is known. Turned into the pseudonym and kept nowhere."""

    name: Name
    born_on: Day

    def identity(self) -> Identity:
        return NameAndBirth(self.name, self.born_on)


class ChargedWorkerBody(Body):
    """One worker and their job as the source tells them; what is left out is not known."""

    ref: Ref
    pseudonym: Pseudonym | None = Field(None, description="As it was given out before.")
    document: DocumentBody | None = None
    person: NameAndBirthBody | None = None
    corridor: CorridorCode
    employer_id: IdText | None = None
    worker: WorkerBody | None = None
    region: Region | None = None
    employer_bears_all_costs: bool | None = None
    arrived_on: Day | None = None
    first_wage_on: Day | None = None
    ended_on: Day | None = None
    end_reason: Annotated[EndReason, Field(strict=False)] | None = None

    @model_validator(mode="after")
    def _is_one_person(self) -> Self:
        named = [self.pseudonym, self.document, self.person]
        if sum(it is not None for it in named) != 1:
            raise PydanticCustomError(
                "identity", "Identify the worker by one of pseudonym, document and person."
            )
        return self

    def identity(self) -> Identity | None:
        """Who it is; None where a pseudonym is given."""
        known = self.document or self.person
        return None if known is None else known.identity()

    def facts(self) -> dict[str, Any]:
        """What rules ask of the worker and the job."""
        worker = self.worker or WorkerBody()
        return facts_of(
            gender=worker.gender,
            occupation=worker.occupation,
            monthly_wage=worker.monthly_wage and worker.monthly_wage.money(),
            first_month_earnings=worker.first_month_earnings
            and worker.first_month_earnings.money(),
            contract_months=worker.contract_months,
            contract_signed_on=worker.contract_signed_on,
            region=self.region,
            employer_bears_all_costs=self.employer_bears_all_costs,
            arrived_on=self.arrived_on,
            first_wage_on=self.first_wage_on,
            ended_on=self.ended_on,
            end_reason=self.end_reason,
        )


class RecordedChargeBody(ChargeBody):
    """One amount as the source tells it."""

    worker: Ref = Field(description="The `ref` of one of the workers.", examples=["w1"])
    reference: Reference | None = None
    rate: ExchangeRateBody | None = Field(
        None,
        description="Left out, it is the imported rate of the day to the currency of the earnings.",
    )
    supersedes: IdText | None = Field(
        None,
        description="The charge that this one corrects; an amount of zero takes it back.",
    )

    @model_validator(mode="after")
    def _rate_is_its_own(self) -> Self:
        if self.rate is None:
            return self
        if self.amount.currency not in (self.rate.base, self.rate.quote):
            raise PydanticCustomError("rate", "Give a rate from or to the charge's currency.")
        if self.charged_on is not None and self.rate.on != self.charged_on:
            raise PydanticCustomError("rate", "Give the rate of the charge's own day.")
        return self

    def exchange_rate(self) -> ExchangeRate | None:
        """The rate, where one is given."""
        return None if self.rate is None else self.rate.exchange_rate()


class ChargesBody(Body):
    """What one source tells of some workers of a recruiter. A worker may have no charge."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    source: Annotated[Source, Field(strict=False)]
    audit_id: IdText | None = Field(
        None, description="The audit whose team records it; needed for statements."
    )
    workers: list[ChargedWorkerBody] = Field(min_length=1, max_length=MOST_WORKERS)
    charges: list[RecordedChargeBody] = Field(default_factory=list, max_length=MOST_CHARGES)

    @model_validator(mode="after")
    def _names_workers_of_its_own(self) -> Self:
        refs = [worker.ref for worker in self.workers]
        if len(set(refs)) < len(refs):
            raise PydanticCustomError("ref", "Give each worker a ref of its own.")
        known = set(refs)
        unknown = next((it.worker for it in self.charges if it.worker not in known), None)
        if unknown is not None:
            raise PydanticCustomError("ref", "No worker has the ref {ref}.", {"ref": unknown})
        return self


class RecordedWorkerView(View):
    """Under which pseudonym a worker is known from now on."""

    ref: str
    pseudonym: str


class RecordedView(View):
    """What was recorded."""

    source: Source
    workers: list[RecordedWorkerView]
    charges: list[str] = Field(description="Their ids, in the order of the request.")
    without_rate: list[str] = Field(
        description="Which exchange rates are not known, so that these charges do not convert.",
        examples=[["BDT and MYR on 2023-01-20"]],
    )


class KeptRateView(View):
    """The rate that was kept with a charge."""

    base: str
    quote: str
    rate: str
    on: date
    source: str


class AnswerView(View):
    """What the employer said of a charge."""

    confirmed: bool
    answered_at: Instant


class ChargeRowView(View):
    """One recorded charge."""

    id: str
    source: Source
    pseudonym: str
    corridor: str
    employer_id: str | None
    category: str
    payee: Payee
    stage: Stage | None
    form: Form | None
    paid_by: Payer
    charged_on: date | None
    amount: MoneyBody
    repaid: MoneyBody
    evidence: Evidence | None
    reference: str | None
    rate: KeptRateView | None
    supersedes: str | None
    superseded_by: str | None
    answer: AnswerView | None
    recorded_at: Instant


class AnswerBody(Body):
    """Did the employer pay what the ledger says it paid?"""

    confirmed: bool


class NewExceptionBody(ExceptionBody):
    """An exception under ILO C181 Art. 7(2) of which the recruiter made use."""

    supersedes: IdText | None = Field(None, description="The record that this one corrects.")


class ExceptionView(View):
    """One recorded exception; changes national law alone."""

    id: str
    country: str
    legal_basis: str
    worker_category: str
    service_type: CategoryText
    disclosed_before_acceptance: bool | None
    valid_from: date
    valid_until: date | None
    supersedes: str | None
    superseded_by: str | None
    recorded_at: Instant


class WorkerDataReadView(View):
    """Who from outside a recruiter read rows about its workers, and how many."""

    person_id: str | None
    organisation_id: str | None
    recruiter_id: str | None
    what: str = Field(examples=["charges"])
    subject: str | None
    rows: int
    read_at: Instant
