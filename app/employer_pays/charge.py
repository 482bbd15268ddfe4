"""What is judged: a worker's placement and the charges that were made for it (DOMAIN §8).

Pure values. A fact that nobody gave is `None`, or `unknown` where the field's own list says so:
it is never filled in. Anything of this room may import it.
"""

from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum, StrEnum
from typing import NamedTuple

from app.employer_pays.categories import CategoryCode
from app.kernel.money import Money
from app.kernel.places import Corridor


class Payer(StrEnum):
    """Who bore a charge. `worker` is also whoever paid for the worker, such as the family."""

    WORKER = "worker"
    EMPLOYER = "employer"
    RECRUITER = "recruiter"
    SUB_AGENT = "sub_agent"
    GOVERNMENT = "government"
    OTHER = "other"
    UNKNOWN = "unknown"


class Payee(StrEnum):
    """Who received a charge."""

    RECRUITER = "recruiter"
    SUB_AGENT = "sub_agent"
    EMPLOYER = "employer"
    GOVERNMENT = "government"
    CLINIC = "clinic"
    TRAINING_CENTRE = "training_centre"
    CARRIER = "carrier"
    LENDER = "lender"
    UNKNOWN = "unknown"


class Stage(StrEnum):
    """When on the worker's way a charge was made."""

    PRE_SELECTION = "pre_selection"
    PRE_DEPARTURE = "pre_departure"
    TRANSIT = "transit"
    ARRIVAL = "arrival"
    EMPLOYMENT = "employment"
    RETURN = "return"


class Form(StrEnum):
    """How a charge was paid. `loan_interest` is interest on a loan taken for other charges."""

    CASH = "cash"
    BANK_TRANSFER = "bank_transfer"
    MOBILE_MONEY = "mobile_money"
    WAGE_DEDUCTION = "wage_deduction"
    PROPERTY = "property"
    IN_KIND = "in_kind"
    KICKBACK = "kickback"
    LOAN_INTEREST = "loan_interest"


class Evidence(StrEnum):
    """What shows a charge, the best first. A receipt is known to understate what was paid."""

    BANK_RECORD = "bank_record"
    RECEIPT = "receipt"
    CONTEMPORANEOUS_NOTE = "contemporaneous_note"
    WORKER_TESTIMONY = "worker_testimony"
    COHORT_ESTIMATE = "cohort_estimate"


class Gender(StrEnum):
    """A worker's gender, where a rule asks for it."""

    FEMALE = "female"
    MALE = "male"
    OTHER = "other"


class EndReason(StrEnum):
    """Why an employment ended."""

    COMPLETED = "completed"
    TERMINATED = "terminated"
    EMPLOYER_BREACH = "employer_breach"
    FORCE_MAJEURE = "force_majeure"
    WORKER_FAULT = "worker_fault"
    RESIGNED = "resigned"


class Burden(IntEnum):
    """Whether a charge is the worker's."""

    NONE = 0
    POSSIBLE = 1
    """Nobody says who bore it."""
    CERTAIN = 2


_BURDENS = dict.fromkeys(Payer, Burden.NONE) | {
    Payer.WORKER: Burden.CERTAIN,
    Payer.UNKNOWN: Burden.POSSIBLE,
}


class Charge(NamedTuple):
    """One amount that one worker was charged, or that another paid for the worker's job.

    `repaid` is what the worker got back of it, in its own currency. A tuple, because ledgers have
    millions of them.
    """

    category: CategoryCode
    amount: Money
    paid_by: Payer = Payer.UNKNOWN
    charged_on: date | None = None
    payee: Payee = Payee.UNKNOWN
    form: Form | None = None
    stage: Stage | None = None
    evidence: Evidence | None = None
    repaid: Money | None = None

    @property
    def burden(self) -> "Burden":
        """Did the worker bear it? Nothing at all burdens nobody."""
        return _BURDENS[self.paid_by] if self.amount.minor else Burden.NONE

    @property
    def is_repaid(self) -> bool:
        """Did the worker get all of it back? Raises CurrencyMismatch."""
        return self.repaid is not None and self.repaid >= self.amount


@dataclass(frozen=True, slots=True)
class Worker:
    """What rules ask of a worker. The wage is the contract's basic wage of a month."""

    gender: Gender | None = None
    occupation: str | None = None
    monthly_wage: Money | None = None
    first_month_earnings: Money | None = None
    contract_months: int | None = None
    contract_signed_on: date | None = None


@dataclass(frozen=True, slots=True)
class LegalException:
    """An exception under ILO C181 Art. 7(2), which lifts a prohibition of its country (§8).

    It is for one occupation and one category of charges (`code` or `code:item`) that were
    disclosed before the worker accepted the job, from a date until a date, both inclusive.
    """

    country: str
    legal_basis: str
    worker_category: str
    service_type: str
    disclosed_before_acceptance: bool | None
    valid_from: date
    valid_until: date | None = None


@dataclass(frozen=True, slots=True)
class Placement:
    """One worker's job and its facts. `region` is a part of the country of destination."""

    corridor: Corridor
    worker: Worker = field(default_factory=Worker)
    region: str | None = None
    employer_bears_all_costs: bool | None = None
    arrived_on: date | None = None
    first_wage_on: date | None = None
    ended_on: date | None = None
    end_reason: EndReason | None = None
    exceptions: tuple[LegalException, ...] = ()
