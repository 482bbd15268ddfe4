"""The wire format of repayments."""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Self

from pydantic import AfterValidator, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from app.employer_pays.charge import Form
from app.employer_pays.charges.schemas import Pseudonym
from app.employer_pays.checks.schemas import SumView
from app.employer_pays.repayment.amounts import Basis, Instalment, equal_instalments
from app.employer_pays.repayment.lifecycle import State
from app.employer_pays.repayment.models import By
from app.employer_pays.repayment.service import Paid
from app.employer_pays.schemas import RuleView
from app.kernel.money import DECIMALS, Money
from app.kernel.roles import Role
from app.platform.wire import (
    AllowedAction,
    Body,
    Code,
    Day,
    IdText,
    Instant,
    MoneyBody,
    View,
)

MOST_AT_ONCE = 200
MOST_INSTALMENTS = 120

Sha256 = Annotated[
    str,
    Field(pattern="^[0-9a-f]{64}$", description="SHA-256 of the evidence.", examples=["0" * 64]),
]


def _currency(value: str) -> str:
    if value not in DECIMALS:
        raise PydanticCustomError("currency", "Write the currency's ISO 4217 code, such as BDT.")
    return value


Currency = Annotated[
    str,
    AfterValidator(_currency),
    Field(examples=["BDT"], json_schema_extra={"pattern": "^[A-Z]{3}$"}),
]


class IdentifyBody(Body):
    """Workers to whom something may be owed."""

    recruiter_id: IdText
    workers: list[Pseudonym] = Field(min_length=1, max_length=MOST_AT_ONCE)
    finding_id: IdText | None = Field(None, description="The finding that asks for it.")

    @model_validator(mode="after")
    def _names_each_once(self) -> Self:
        if len(set(self.workers)) < len(self.workers):
            raise PydanticCustomError("repeated", "Name each worker once.")
        return self


class QuantifyBody(Body):
    """In which currency the worker is repaid, and what the amount rests on."""

    currency: Currency
    basis: Annotated[Basis, Field(strict=False)] = Field(
        Basis.EVIDENCE,
        description="`cohort_estimate` where evidence of this worker is missing: the mean of the"
        " cohort. It is marked as such, and replaced when evidence comes.",
    )


class InstalmentBody(Body):
    """One part and the day by which it is paid."""

    due_on: Day
    amount: MoneyBody


class EqualPartsBody(Body):
    """Parts as equal as can be, whose sum is exact."""

    count: int = Field(ge=1, le=MOST_INSTALMENTS, examples=[11])
    first_on: Day
    every_months: int = Field(1, ge=1, le=12)


class ScheduleBody(Body):
    """Instalments one by one, or equal parts; neither where nothing is left to be paid."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"equal_parts": {"count": 11, "first_on": "2026-04-01", "every_months": 3}}
            ]
        }
    )

    instalments: list[InstalmentBody] | None = Field(None, max_length=MOST_INSTALMENTS)
    equal_parts: EqualPartsBody | None = None

    @model_validator(mode="after")
    def _says_it_once(self) -> Self:
        if self.instalments is not None and self.equal_parts is not None:
            raise PydanticCustomError("plan", "Give instalments or equal_parts, not both.")
        return self

    def plan(self, left: Money) -> Sequence[Instalment]:
        """The instalments of what is left."""
        if self.equal_parts is not None:
            return equal_instalments(left, **self.equal_parts.model_dump())
        return [Instalment(it.due_on, it.amount.money()) for it in self.instalments or ()]


class PaymentBody(Body):
    """Money that went to the worker. In another currency it counts at the rate of its day."""

    amount: MoneyBody
    paid_on: Day
    form: Annotated[Form, Field(strict=False)] = Form.BANK_TRANSFER
    evidence_sha256: Sha256

    def paid(self) -> Paid:
        """The same as a value."""
        return Paid(self.amount.money(), self.paid_on, self.form, self.evidence_sha256)


class SettleBody(Body):
    """The payment of the exact rest; none where nothing is left."""

    payment: PaymentBody | None = None


class VerifyRepaymentBody(Body):
    """The bank record that the auditor checked; none where the worker confirmed by code."""

    bank_record_sha256: Sha256 | None = None


class DisputeBody(Body):
    """Which payments did not arrive; the last one where none is named."""

    payments: list[IdText] = Field(default_factory=list, max_length=MOST_INSTALMENTS)


class AttemptBody(Body):
    """An attempt to reach the worker, in codes."""

    channel: Code = Field(examples=["telephone"])
    outcome: Code = Field(examples=["number_not_in_service"])
    made_on: Day


class HeldApartBody(Body):
    """An unreachable worker's money, put aside."""

    amount: MoneyBody
    held_on: Day
    evidence_sha256: Sha256


class Answer(StrEnum):
    """What a worker can say by code."""

    AGREE = "agree"
    RECEIVED = "received"
    NOT_RECEIVED = "not_received"


class ConfirmBody(Body):
    """A worker's answer. The code needs no account."""

    code: str = Field(
        min_length=24,
        max_length=60,
        description="24 digits, in any script and grouping.",
        examples=["0421 7730 1185 9926 4403 1170"],
    )
    answer: Annotated[Answer, Field(strict=False)]


class ConfirmedView(View):
    """What the worker is told."""

    state: State
    owed: MoneyBody | None
    paid: SumView | None
    words: str = Field(examples=["Thank you: it is noted that you received all of it."])


class PartView(View):
    """One instalment."""

    due_on: date
    amount: MoneyBody
    paid: bool
    overdue: bool


class PaymentView(View):
    """One payment and what it counts for."""

    id: str
    amount: MoneyBody
    credited: MoneyBody
    paid_on: date
    form: Form
    evidence_sha256: str
    disputed: bool


class QuantificationView(View):
    """What is owed: charges + interest − repaid."""

    basis: Basis = Field(description="An estimate is replaced when evidence comes.")
    amount: MoneyBody
    charges: MoneyBody
    interest: MoneyBody
    repaid: MoneyBody
    cohort: dict[str, Any] | None
    made_at: Instant


class HeldApartView(View):
    """Money put aside for an unreachable worker."""

    amount: MoneyBody
    held_on: date
    checked_at: Instant | None


class ContactAttemptView(View):
    """One attempt to reach the worker."""

    channel: str
    outcome: str
    made_on: date


class ReceiptView(View):
    """Who says that the money arrived."""

    said_by: By
    at: Instant


class RepaymentMoveView(View):
    """One move."""

    action: str
    state: State
    at: Instant
    role: Role


class RepaymentSummary(View):
    """A repayment in a list."""

    id: str
    state: State
    version: int
    recruiter_id: str
    worker: str
    finding_id: str | None


class RepaymentView(RepaymentSummary):
    """One worker's repayment, with everything that belongs to it."""

    quantification: QuantificationView | None
    paid: SumView | None
    left: MoneyBody | None
    plan: list[PartView]
    payments: list[PaymentView]
    attempts: list[ContactAttemptView]
    held_apart: HeldApartView | None
    receipts: list[ReceiptView]
    statutory_refunds: list[RuleView] = Field(
        description="What national law wants returned where employment ends early, beside this."
    )
    timeline: list[RepaymentMoveView]
    allowed_actions: list[AllowedAction]


class IdentifiedView(View):
    """The repayments that were begun."""

    items: list[RepaymentSummary]


class CodeView(View):
    """A code for the worker, shown once."""

    repayment_id: str
    code: str | None


class RepaymentTotalsView(View):
    """What a recruiter owes its workers in all, to the minor unit."""

    states: dict[State, int]
    owed: list[SumView]
    paid: list[SumView]
    left: list[SumView]
    estimated: list[SumView] = Field(description="Of what is owed, by a cohort's estimate.")
