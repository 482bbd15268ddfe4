"""The wire format of employer-pays checks (DOMAIN §8)."""

from typing import Annotated, Self

from pydantic import AfterValidator, ConfigDict, Field, model_validator
from pydantic.config import JsonDict
from pydantic_core import PydanticCustomError

from app.employer_pays import categories, exchange
from app.employer_pays.charge import EndReason, Evidence, Form, Gender, Payee, Payer, Stage
from app.employer_pays.exchange import ExchangeRate
from app.employer_pays.verdict import Verdict
from app.platform.wire import (
    Body,
    Code,
    CorridorCode,
    CountryCode,
    Day,
    Line,
    MoneyBody,
    View,
    said,
)

MOST_CHARGES = 1000
MOST_RATES = 100
MOST_EXCEPTIONS = 20

_EXAMPLE: JsonDict = {
    "corridor": "BD-MY",
    "worker": {
        "gender": "male",
        "occupation": "construction_worker",
        "monthly_wage": {"amount": "1500.00", "currency": "MYR"},
        "first_month_earnings": {"amount": "1500.00", "currency": "MYR"},
        "contract_months": 24,
        "contract_signed_on": "2023-01-10",
    },
    "employer_bears_all_costs": False,
    "exchange_rates": [
        {
            "base": "MYR",
            "quote": "BDT",
            "rate": "24.35",
            "on": "2023-01-20",
            "source": "given",
        }
    ],
    "charges": [
        {
            "category": "fee.placement",
            "payee": "recruiter",
            "stage": "pre_departure",
            "form": "cash",
            "paid_by": "worker",
            "charged_on": "2023-01-20",
            "amount": {"amount": "165000.00", "currency": "BDT"},
            "evidence": "receipt",
        }
    ],
}
"""Runs as it stands: a charge of more than twice the ceiling."""

CategoryText = Annotated[
    str,
    AfterValidator(said(categories.category)),
    Field(
        description="A cost category, `code` or `code:item`.",
        examples=["fee.placement"],
        json_schema_extra={"enum": sorted(categories.CODES)},
    ),
]
Region = Annotated[
    str,
    Field(pattern="^[A-Z0-9]{1,3}$", description="Second half of an ISO 3166-2 code, such as ON."),
]


class WorkerBody(Body):
    """What rules ask of a worker. What is left out is not known."""

    gender: Annotated[Gender, Field(strict=False)] | None = None
    occupation: Code | None = Field(
        None, description="Rules name `domestic_worker`, `performer`, `model` and others."
    )
    monthly_wage: MoneyBody | None = Field(
        None, description="The basic monthly wage in the contract."
    )
    first_month_earnings: MoneyBody | None = Field(
        None, description="Earned in the first month, in cash and in kind."
    )
    contract_months: Annotated[int, Field(ge=1, le=600)] | None = None
    contract_signed_on: Day | None = None


class ExchangeRateBody(Body):
    """One `base` was `rate` of `quote` on a day. A charge is converted with its own day's rate."""

    base: str = Field(examples=["MYR"], json_schema_extra={"pattern": "^[A-Z]{3}$"})
    quote: str = Field(examples=["BDT"], json_schema_extra={"pattern": "^[A-Z]{3}$"})
    rate: str = Field(
        description="Plain digits, at most 12 before and 12 after the point.",
        examples=["24.35"],
        json_schema_extra={"pattern": r"^[0-9]{1,12}(\.[0-9]{1,12})?$"},
    )
    on: Day
    source: Annotated[str, Line(200)] = Field(examples=["given"])

    @model_validator(mode="after")
    def _is_a_rate(self) -> Self:
        said(self._read)(self.rate)
        return self

    def exchange_rate(self) -> ExchangeRate:
        """The rate itself."""
        return self._read(self.rate)

    def _read(self, rate: str) -> ExchangeRate:
        return ExchangeRate(self.base, self.quote, exchange.parse_rate(rate), self.on, self.source)


class ExceptionBody(Body):
    """An exception under ILO C181 Art. 7(2) that a country made; changes its own law alone."""

    country: CountryCode
    legal_basis: Annotated[str, Line(400)] = Field(examples=["Order 12 of 2024, s. 3"])
    worker_category: Code = Field(description="The occupation.", examples=["performer"])
    service_type: CategoryText
    disclosed_before_acceptance: bool | None = None
    valid_from: Day
    valid_until: Day | None = Field(None, description="Inclusive.")


class ChargeBody(Body):
    """One amount that the worker was charged, or that another paid for the job."""

    category: CategoryText
    amount: MoneyBody
    paid_by: Annotated[Payer, Field(strict=False)] = Field(
        Payer.UNKNOWN, description="Who bore it; `worker` is the worker's family too."
    )
    charged_on: Day | None = None
    payee: Annotated[Payee, Field(strict=False)] = Payee.UNKNOWN
    stage: Annotated[Stage, Field(strict=False)] | None = None
    form: Annotated[Form, Field(strict=False)] | None = None
    evidence: Annotated[Evidence, Field(strict=False)] | None = None
    repaid: MoneyBody | None = Field(
        None, description="What the worker got back of it, in the currency of the charge."
    )

    @model_validator(mode="after")
    def _is_repaid_in_its_currency(self) -> Self:
        if self.repaid is not None and self.repaid.currency != self.amount.currency:
            raise PydanticCustomError(
                "repaid",
                "State what was repaid in {currency}, the currency of the charge.",
                {"currency": self.amount.currency},
            )
        return self


class EvaluationBody(Body):
    """One worker's job and its charges, to be judged; nothing of it is kept."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    corridor: CorridorCode
    worker: WorkerBody | None = None
    employer_bears_all_costs: bool | None = None
    region: Region | None = None
    arrived_on: Day | None = None
    first_wage_on: Day | None = None
    ended_on: Day | None = None
    end_reason: Annotated[EndReason, Field(strict=False)] | None = None
    exceptions: list[ExceptionBody] = Field(default_factory=list, max_length=MOST_EXCEPTIONS)
    exchange_rates: list[ExchangeRateBody] = Field(default_factory=list, max_length=MOST_RATES)
    charges: list[ChargeBody] = Field(max_length=MOST_CHARGES)


class EmployerPaysView(View):
    """The verdict that no national rule changes."""

    verdict: Verdict
    rule: str = Field(examples=["employer-pays-principle"])
    source: str
    explanation: str = Field(examples=["BDT 165,000 borne by the worker; nothing may be"])


class NationalLawView(View):
    """The verdict by the rules of origin and destination, the stricter first."""

    verdict: Verdict
    rules: list[str] = Field(examples=[["BD-2022-MY"]])
    explanation: str


class ChargeView(View):
    """Both verdicts on one charge, in the order of the request."""

    employer_pays: EmployerPaysView
    national_law: NationalLawView


class RuleView(View):
    """What one rule says of all charges that it selects."""

    rule: str = Field(examples=["BD-2022-MY"])
    verdict: Verdict
    over_by: MoneyBody | None = Field(
        description="Rounded up to the minor unit. Null as well where it is in several currencies:"
        " the explanation names each."
    )
    source: str
    explanation: str = Field(
        examples=["BDT 165,000 charged; ceiling 78,990 for BD-MY since 2022-07-06; over by 86,010"]
    )
    stale: bool = Field(description="Is the day past on which the rule was to be checked again?")


class ProposedFindingView(View):
    """A finding that an audit would have to consider."""

    grade: str = Field(examples=["critical"])
    standard: str = Field(examples=["iris-1.2"])
    principle: str = Field(examples=["1"])
    statement: str = Field(examples=["1 charge borne by the worker: BDT 165,000"])
    charges: list[int] = Field(description="Places in the request.", examples=[[0]])


class EvaluationView(View):
    """Both verdicts on every charge and on the job as a whole, with all that they rest on."""

    charges: list[ChargeView]
    rules: list[RuleView] = Field(
        description="Every rule that selects a charge, or may; the stricter first."
    )
    employer_pays: Verdict
    national_law: Verdict
    worker_paid: list[MoneyBody] = Field(
        description="What the worker bore, repaid or not, by currency."
    )
    rci: str | None = Field(
        description="What the worker bore ÷ the first month's earnings (SDG 10.7.1).",
        examples=["4.52"],
    )
    proposed_findings: list[ProposedFindingView]
    not_judged: list[str] = Field(
        description="What could not be judged, and for want of what.",
        examples=[["PH-2016-placement-fee: the monthly wage"]],
    )
