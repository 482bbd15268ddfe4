"""What a rule leaves to be charged, and what it wants returned, in this worker's case (DOMAIN §8).

Ceilings and shares are exact: wages are not rounded, and neither are the years of a contract (18
months are 1½ years). None: a fact is missing. Pure values.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from app.employer_pays.charge import Placement
from app.employer_pays.exchange import Amount
from app.employer_pays.rules import (
    FlatCap,
    PerContractYearCap,
    PeriodicCap,
    Refund,
    WageCap,
    WageMultipleCap,
    WagePercentCap,
)
from app.kernel.dates import add_months
from app.kernel.money import Money

BEFORE_ARRIVAL = -1
"""The month of the stay of whatever was charged before it began."""


@dataclass(frozen=True, slots=True)
class Ceiling:
    """The most that may be charged, in minor units."""

    minor: Amount
    currency: str


def ceiling(cap: FlatCap | WageCap, placement: Placement) -> Ceiling | None:
    """The ceiling of a cap on all covered charges of a worker."""
    worker = placement.worker
    match cap:
        case FlatCap():
            return Ceiling(cap.ceiling.minor, cap.ceiling.currency)
        case WageMultipleCap():
            return _wages(worker.monthly_wage, cap.months)
        case WagePercentCap():
            return _wages(worker.first_month_earnings, cap.percent / 100)
        case PerContractYearCap():
            if worker.contract_months is None:
                return None
            years = Fraction(worker.contract_months, 12)
            months = min(years * cap.months_per_year, cap.max_months)
            return _wages(worker.monthly_wage, months)


def ceiling_facts(cap: FlatCap | WageCap | PeriodicCap, placement: Placement) -> list[str]:
    """The facts for want of which there is no ceiling."""
    worker = placement.worker
    needed: Sequence[tuple[str, object]]
    match cap:
        case FlatCap():
            needed = ()
        case WageMultipleCap():
            needed = (("the monthly wage", worker.monthly_wage),)
        case WagePercentCap():
            needed = (("the first month's earnings", worker.first_month_earnings),)
        case PerContractYearCap():
            needed = (
                ("the monthly wage", worker.monthly_wage),
                ("the months of the contract", worker.contract_months),
            )
        case PeriodicCap():
            needed = (("the day of arrival", placement.arrived_on),)
    return [name for name, fact in needed if fact is None]


def month_of_stay(arrived_on: date, day: date) -> int:
    """Which month of the stay a day lies in: 0 is the first, counted from the day of arrival."""
    months = (day.year - arrived_on.year) * 12 + day.month - arrived_on.month
    if months >= 0 and day.day < arrived_on.day and add_months(arrived_on, months) > day:
        months -= 1
    return max(months, BEFORE_ARRIVAL)


def monthly_ceiling(cap: PeriodicCap, month: int) -> int:
    """The ceiling of one month of the stay, in minor units.

    The last year's holds for the years after it. Before the arrival there is no month to charge
    for: nothing may be charged then.
    """
    if month == BEFORE_ARRIVAL:
        return 0
    return cap.by_year[min(month // 12, len(cap.by_year) - 1)].minor


def contract_end(placement: Placement) -> date | None:
    """The day after the contract's last one, counted from the day of arrival."""
    months = placement.worker.contract_months
    if placement.arrived_on is None or months is None:
        return None
    return add_months(placement.arrived_on, months)


def share_to_return(refund: Refund, placement: Placement) -> Fraction | None:
    """Which share of a charge must be returned, interest apart.

    Pro rata: the days of the contract that were not served, by all its days. A contract that ended
    before the arrival was not served at all.
    """
    if refund.at_least_percent is not None:
        return refund.at_least_percent / 100
    arrived, ended, end = placement.arrived_on, placement.ended_on, contract_end(placement)
    if arrived is None or ended is None or end is None:
        return None
    days = (end - arrived).days
    unserved = (end - ended).days - 1
    return Fraction(min(unserved, days), days)


def _wages(wage: Money | None, months: Fraction) -> Ceiling | None:
    return None if wage is None else Ceiling(_whole(wage.minor * months), wage.currency)


def _whole(amount: Fraction) -> Amount:
    """An int where it is one: whole numbers compare faster."""
    return amount.numerator if amount.denominator == 1 else amount
