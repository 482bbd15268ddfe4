"""The recruitment cost indicator, SDG 10.7.1: cost ÷ first month's earnings, of one worker (§8).

Pure values; nothing is a float. The mean of the ratios and the ratio of the means are two numbers:
the first asks what a worker paid in months of wages, the second what all paid of all they earned.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate

from app.employer_pays.charge import Burden, Charge, Placement
from app.employer_pays.exchange import Amount, Rates

_SCALE = 10**20
"""All is summed in units of 10^-20: the same sum in any order, of a bounded size."""


@dataclass(frozen=True, slots=True)
class Observation:
    """What a worker bore and earned in the first month, in minor units of one currency.

    None: not known. `weight` is how many workers of a sample's population stand behind it.
    """

    cost: Amount | None
    earnings: Amount | None
    currency: str | None
    weight: int = 1

    @property
    def ratio(self) -> Fraction | None:
        """The worker's indicator; None without a cost, or where nothing was earned."""
        if self.cost is None or not self.earnings:
            return None
        return Fraction(self.cost) / self.earnings


@dataclass(frozen=True, slots=True)
class Indicator:
    """The indicator of many workers. A ratio is None where no worker has one."""

    workers: int
    missing: int
    """Those without an indicator; they count nowhere else."""
    zero: int
    """Those who bore nothing."""
    mean: Fraction | None
    median: Fraction | None
    ratio_of_means: Fraction | None
    """None as well where the workers earned in several currencies."""
    over_one_month: Fraction | None
    """The share of workers who bore more than they earned in the first month."""


def observe(placement: Placement, charges: Sequence[Charge], rates: Rates) -> Observation:
    """One worker's cost and earnings, in the currency of the earnings.

    The cost is what the worker bore, interest on loans among it (a charge of its own, counted
    once). What was repaid later is not taken off: it was borne to get the job. Each charge is
    converted with the rate of its day; where one is missing, or nobody says who bore it, the cost
    is not known.
    """
    earnings = placement.worker.first_month_earnings
    if earnings is None:
        return Observation(None, None, None)
    cost: Amount = 0
    for charge in charges:
        if charge.burden is Burden.NONE:
            continue
        amount = rates.convert(charge.amount, earnings.currency, charge.charged_on)
        if amount is None or charge.burden is Burden.POSSIBLE:
            return Observation(None, earnings.minor, earnings.currency)
        cost += amount
    return Observation(cost, earnings.minor, earnings.currency)


def indicator(observations: Iterable[Observation]) -> Indicator:
    """The indicator of many workers; keeps one number for each, for the median."""
    workers = missing = zero = over = 0
    cost = earnings = 0
    currencies = set()
    ratios: list[tuple[int, int]] = []
    for seen in observations:
        workers += seen.weight
        ratio = seen.ratio
        if ratio is None:
            missing += seen.weight
            continue
        zero += seen.weight * (ratio == 0)
        over += seen.weight * (ratio > 1)
        cost += round((seen.cost or 0) * _SCALE) * seen.weight
        earnings += round((seen.earnings or 0) * _SCALE) * seen.weight
        currencies.add(seen.currency)
        ratios.append((round(ratio * _SCALE), seen.weight))
    known = workers - missing
    if not known:
        return Indicator(workers, missing, 0, None, None, None, None)
    return Indicator(
        workers=workers,
        missing=missing,
        zero=zero,
        mean=Fraction(sum(ratio * weight for ratio, weight in ratios), known * _SCALE),
        median=_median(ratios, known),
        ratio_of_means=Fraction(cost, earnings) if len(currencies) == 1 else None,
        over_one_month=Fraction(over, known),
    )


def in_hundredths(ratio: Fraction) -> str:
    """A ratio with two decimals, halves rounded up; what is more than zero is never shown as it."""
    hundredths = max((ratio * 200 + 1) // 2, 1 if ratio else 0)
    return f"{hundredths // 100}.{hundredths % 100:02}"


def _median(ratios: list[tuple[int, int]], known: int) -> Fraction:
    """Of the middle two the mean."""
    ratios.sort()
    ends = list(accumulate(weight for _, weight in ratios))
    middle = [ratios[bisect_right(ends, place)][0] for place in ((known - 1) // 2, known // 2)]
    return Fraction(sum(middle), 2 * _SCALE)
