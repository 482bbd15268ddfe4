"""The wire format of checks. A result is stored exactly as it is told."""

from datetime import date
from typing import Annotated, Self

from pydantic import ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from app.employer_pays.charge import Gender, Payer
from app.employer_pays.checks.scope import Kind, Scope
from app.employer_pays.schemas import RuleView
from app.employer_pays.triangulation import Finding, Source
from app.employer_pays.verdict import Verdict
from app.platform.wire import Body, CorridorCode, Day, IdText, Instant, View

_NEEDED = {
    Kind.RECRUITER: ("recruiter_id",),
    Kind.AUDIT: ("audit_id",),
    Kind.CORRIDOR: ("corridor",),
    Kind.COHORT: ("recruiter_id", "corridor"),
}
_ALLOWED = {
    Kind.RECRUITER: frozenset({"recruiter_id"}),
    Kind.AUDIT: frozenset({"audit_id"}),
    Kind.CORRIDOR: frozenset({"corridor", "recruiter_id"}),
    Kind.COHORT: frozenset({"recruiter_id", "corridor", "gender", "arrived_from", "arrived_until"}),
}


class CheckBody(Body):
    """What is to be checked."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"kind": "recruiter", "recruiter_id": "0190f0c4-8e2a-7c31-9b53-0d1c2e3f4a5b"}
            ]
        }
    )

    kind: Annotated[Kind, Field(strict=False)]
    recruiter_id: IdText | None = None
    audit_id: IdText | None = Field(None, description="Its interviewed workers are checked.")
    corridor: CorridorCode | None = None
    gender: Annotated[Gender, Field(strict=False)] | None = None
    arrived_from: Day | None = None
    arrived_until: Day | None = Field(None, description="Inclusive.")
    population: Annotated[int, Field(ge=1, le=100_000_000)] | None = Field(
        None, description="How many workers there are; narrows the interval of the prevalence."
    )

    @model_validator(mode="after")
    def _names_its_scope(self) -> Self:
        for name in _NEEDED[self.kind]:
            if getattr(self, name) is None:
                raise PydanticCustomError("scope", "Name the {name}.", {"name": name})
        told = {name for name in self.model_fields_set if getattr(self, name) is not None}
        for name in sorted(told - _ALLOWED[self.kind] - {"kind", "population"}):
            raise PydanticCustomError(
                "scope", "A check of one {kind} takes no {name}.",
                {"kind": self.kind.value, "name": name},
            )  # fmt: skip
        return self

    def scope(self) -> Scope:
        """The same as a value."""
        return Scope(**self.model_dump())


class SumView(View):
    """A sum of amounts of one currency, however large."""

    amount: str = Field(examples=["165000.00"])
    currency: str = Field(examples=["BDT"])


class PayerView(View):
    """What one party paid in all."""

    payer: Payer
    sums: list[SumView]


class CategoryView(View):
    """What workers bore in one category."""

    category: str = Field(examples=["fee.placement"])
    workers: int
    sums: list[SumView]


class PrevalenceView(View):
    """How many of all workers paid, judged from those interviewed; shares as decimals."""

    interviewed: int
    paid: int
    population: int | None
    share: str | None = Field(examples=["0.1364"])
    lower: str | None = Field(description="Of the 95 % interval, rounded down.")
    upper: str | None = Field(description="Of the 95 % interval, rounded up.")
    method: str = Field(examples=["hypergeometric", "clopper_pearson"])
    words: str = Field(examples=["not one of 22 interviewed paid: at most 15 % did"])


class IndicatorView(View):
    """The recruitment cost indicator, SDG 10.7.1: cost ÷ first month's earnings."""

    workers: int
    missing: int = Field(description="Without earnings, a rate, or a known payer; counted apart.")
    zero: int = Field(description="Who bore nothing.")
    mean: str | None = Field(description="Mean of the ratios.", examples=["4.52"])
    median: str | None
    ratio_of_means: str | None = Field(description="What all paid ÷ what all earned.")
    over_one_month: str | None = Field(description="Share of workers over one month's earnings.")


class VerdictsView(View):
    """How many workers have each verdict, and the worst of all."""

    overall: Verdict
    workers: dict[Verdict, int]


class RuleCountView(View):
    """What one national rule comes to for all workers it selects."""

    rule: str = Field(examples=["BD-2022-MY"])
    source: str
    stale: bool
    workers: dict[Verdict, int]


class TriangulationView(View):
    """How often the sources stand to each other in one way, and by how much."""

    finding: Finding
    workers: int
    times: int
    sums: list[SumView]


class ProposedFindingOfCheck(View):
    """A finding that the audit has to consider."""

    grade: str = Field(examples=["critical"])
    standard: str
    principle: str = Field(examples=["1"])
    statement: str = Field(examples=["3 workers bore BDT 495000.00"])
    workers: int


class GapView(View):
    """What could not be judged, for want of what, and for how many workers."""

    what: str
    workers: int


class BinView(View):
    """One bar: more than `above` and at most `up_to`; null: without end."""

    above: str
    up_to: str | None
    workers: int


class DistributionView(View):
    """How what workers bore is spread, in one currency."""

    currency: str
    bins: list[BinView]


class CorridorView(View):
    """One corridor beside the others."""

    corridor: str
    workers: int
    workers_who_paid: int
    sums: list[SumView]
    mean_months_of_wages: str | None


class SeriesView(View):
    """Ready to be drawn."""

    charges: list[DistributionView]
    by_category: list[CategoryView]
    by_corridor: list[CorridorView]
    months_of_wages: list[BinView]


class CheckResult(View):
    """What the charges come to."""

    workers: int
    workers_interviewed: int
    workers_who_paid: int
    workers_unremedied: int = Field(
        description="Who bore a cost that was neither repaid in full nor is held apart for them."
    )
    workers_unclear: int = Field(description="Of whom nobody knows who bore a cost.")
    paid_by: list[PayerView]
    worker_paid: list[SumView] = Field(description="Repaid or not.")
    worker_repaid: list[SumView]
    by_category: list[CategoryView]
    prevalence: PrevalenceView
    employer_pays: VerdictsView
    national_law: VerdictsView
    rules: list[RuleCountView]
    indicator: IndicatorView
    triangulation: list[TriangulationView]
    proposed_findings: list[ProposedFindingOfCheck]
    not_judged: list[GapView]
    series: SeriesView


class ScopeView(View):
    """What was checked."""

    kind: Kind
    recruiter_id: str | None
    audit_id: str | None
    corridor: str | None
    gender: Gender | None
    arrived_from: date | None
    arrived_until: date | None
    population: int | None


class CheckSummary(View):
    """A stored check in a list."""

    id: str
    scope: ScopeView
    made_at: Instant
    every_source: bool = Field(
        description="Did it see what workers said? One that a recruiter makes does not."
    )
    inputs: str = Field(description="SHA-256 over everything that was judged.")
    rules: str = Field(
        description="The version of the national rules.", examples=["corridors-2026.1"]
    )
    policy: str
    standard: str


class CheckView(CheckSummary):
    """A stored check; it never changes."""

    result: CheckResult
    workers_href: str
    report_href: str


class ComparedView(View):
    """The sources side by side in one category."""

    category: str
    ledger: list[SumView] = Field(description="Borne by the worker, as the ledger says.")
    statement: list[SumView] = Field(description="Borne by the worker, as the worker says.")
    ledger_of_employer: list[SumView] = Field(description="Paid by the employer, ledger.")
    invoice: list[SumView] = Field(description="Paid by the employer, as it says.")
    schedule: list[SumView]
    findings: list[str] = Field(examples=[["ledger_understates by 87000.00 BDT"]])


class JudgedChargeView(View):
    """Both verdicts on one charge that counts."""

    charge: str
    source: Source
    category: str
    paid_by: Payer
    amount: SumView
    employer_pays: Verdict
    national_law: Verdict
    explanation: str


class CheckedWorkerView(View):
    """One worker of a check: verdicts with their reasons, the sources side by side."""

    pseudonym: str
    corridor: str
    interviewed: bool
    employer_pays: Verdict
    national_law: Verdict
    held_apart: bool = Field(description="Is an unreachable worker's money held apart?")
    worker_paid: list[SumView]
    months_of_wages: str | None
    charges: list[JudgedChargeView]
    rules: list[RuleView]
    sources: list[ComparedView]
    not_judged: list[str]
