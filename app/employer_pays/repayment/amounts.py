"""What is owed to a worker, and how it is paid back in instalments (DOMAIN §8 "Repayment").

Owed: charges + interest the worker paid on loans for them − what was repaid already. Pure values in
minor units; a conversion is rounded up for the worker, and what is split sums exactly to the whole.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from math import ceil, floor

from app.employer_pays.charge import Burden, Charge, Evidence, Form
from app.employer_pays.exchange import Rates
from app.kernel.dates import add_months
from app.kernel.money import Money


class Basis(StrEnum):
    """What an amount rests on."""

    EVIDENCE = "evidence"
    COHORT_ESTIMATE = "cohort_estimate"


@dataclass(frozen=True, slots=True)
class Owed:
    """What a worker is owed, and of what it is made up: `charges + interest − repaid`."""

    amount: Money
    charges: Money
    interest: Money
    repaid: Money
    basis: Basis


def owed(charges: Iterable[tuple[Charge, Rates]], currency: str) -> Owed | list[str]:
    """What is owed for these charges in one currency; or the gaps for which it cannot be said.

    Each charge counts with the rate of its own day. Interest on a loan is a charge of its own and
    counts once. What rests on a cohort's estimate in part makes the whole an estimate.
    """
    bare = interest = left = 0
    gaps: dict[str, None] = {}
    basis = Basis.EVIDENCE
    for charge, rates in charges:
        if charge.burden is not Burden.CERTAIN:
            continue
        own, on = charge.amount.currency, charge.charged_on
        open_part = charge.amount.minor - (charge.repaid.minor if charge.repaid else 0)
        whole = rates.convert(charge.amount, currency, on)
        rest = rates.convert(Money(max(open_part, 0), own), currency, on)
        if whole is None or rest is None:
            gaps[f"the exchange rate of {own} and {currency} on {on or 'an unknown day'}"] = None
            continue
        if charge.form is Form.LOAN_INTEREST:
            interest += ceil(whole)
        else:
            bare += ceil(whole)
        left += ceil(rest)
        if charge.evidence is Evidence.COHORT_ESTIMATE:
            basis = Basis.COHORT_ESTIMATE
    if gaps:
        return list(gaps)
    return Owed(
        amount=Money(left, currency),
        charges=Money(bare, currency),
        interest=Money(interest, currency),
        repaid=Money(bare + interest - left, currency),
        basis=basis,
    )


def estimate(peers: Sequence[Money]) -> Owed:
    """What a worker without evidence is owed: the mean of the cohort's workers who have some.

    The mean, not the median, so that a cohort as a whole is owed what it paid; rounded up. The
    peers' amounts are of one currency. Raises ValueError without a peer.
    """
    if not peers:
        raise ValueError("an estimate needs workers with evidence")
    total = sum(peer.minor for peer in peers)
    amount = Money(-(-total // len(peers)), peers[0].currency)
    nothing = Money(0, amount.currency)
    return Owed(amount, amount, nothing, nothing, Basis.COHORT_ESTIMATE)


@dataclass(frozen=True, slots=True)
class Instalment:
    """One part of a repayment and the day by which it is paid."""

    due_on: date
    amount: Money


def equal_instalments(
    amount: Money, count: int, first_on: date, every_months: int
) -> list[Instalment]:
    """So many parts as equal as can be, whose sum is exactly the amount (largest remainder).

    Eleven parts every three months end thirty months after the first.
    """
    parts = amount.allocate([1] * count)
    return [
        Instalment(add_months(first_on, every_months * place), part)
        for place, part in enumerate(parts)
    ]


def faults_of_plan(plan: Sequence[Instalment], remainder: Money, today: date) -> list[str]:
    """Why these instalments do not repay the remainder; nothing where they do."""
    if not remainder.minor:
        return ["nothing is left to be paid: no instalment is needed"] if plan else []
    if not plan:
        return ["name at least one instalment"]
    faults = []
    if any(part.amount.currency != remainder.currency for part in plan):
        faults.append(f"every instalment is in {remainder.currency}")
    else:
        total = sum(part.amount.minor for part in plan)
        if total != remainder.minor:
            faults.append(
                f"the instalments sum to {_spelled(total, remainder.currency)}; what is left is"
                f" {remainder}"
            )
    if any(not part.amount.minor for part in plan):
        faults.append("an instalment is more than nothing")
    days = [part.due_on for part in plan]
    if days != sorted(set(days)):
        faults.append("each instalment has a later day than the one before")
    if days[0] < today:
        faults.append(f"the first instalment is not due before today ({today})")
    return faults


def credited(
    paid: Money, currency: str, remainder: Money, paid_on: date, rates: Rates
) -> Money | None:
    """What a payment counts for in the repayment's currency; None without that day's rate.

    In another currency it is rounded down, and counts for no more than is left: what it exceeds by
    stays with the worker.
    """
    if paid.currency == currency:
        return paid
    converted = rates.convert(paid, currency, paid_on)
    return None if converted is None else Money(min(floor(converted), remainder.minor), currency)


def left_of(amount: Money, paid: Iterable[Money]) -> Money:
    """What is still owed; nothing where more was paid than is owed now."""
    return Money(max(0, amount.minor - sum(it.minor for it in paid)), amount.currency)


def _spelled(minor: int, currency: str) -> str:
    """A sum that may be more than an amount can hold."""
    return str(Money(min(minor, 10**18), currency))
