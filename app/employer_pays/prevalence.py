"""How many of all workers paid, judged from those who were interviewed (DOMAIN §8).

The interviewed are drawn without replacement from the workers of the check, so the number of them
who paid is hypergeometric. The interval is the exact one of Clopper and Pearson: every number of
payers among all workers for which what was seen is not rarer than 2.5 % on either side. Where
nobody said how many workers there are, they count as endless (binomial), which is never narrower.
No approximation is used, since samples are small and the share is often at an end. Pure, but for
SciPy, which is read when it is needed: it takes most of a second.
"""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor

_TAIL = 0.025
"""Half of what a 95 % interval leaves out."""

_SCALE = 10_000
"""Shares are told to a hundredth of a percent, rounded outwards."""


@dataclass(frozen=True, slots=True)
class Prevalence:
    """The share of workers who paid, with its 95 % interval; None: nobody was interviewed."""

    interviewed: int
    paid: int
    population: int | None
    share: Fraction | None
    lower: Fraction | None
    upper: Fraction | None
    method: str
    words: str


def prevalence(paid: int, interviewed: int, population: int | None = None) -> Prevalence:
    """The share among all workers, from so many interviewed of whom so many paid.

    Raises ValueError where these numbers cannot be.
    """
    if not 0 <= paid <= interviewed or (population is not None and population < interviewed):
        raise ValueError("paid ≤ interviewed ≤ population, none below zero")
    method = "clopper_pearson" if population is None else "hypergeometric"
    if interviewed == 0:
        words = "no worker was interviewed: nothing is said of those who paid"
        return Prevalence(0, 0, population, None, None, None, method, words)
    if population is None:
        lower, upper = _binomial(paid, interviewed)
    else:
        lower, upper = _finite(paid, interviewed, population)
    share = Fraction(paid, interviewed)
    words = _words(paid, interviewed, lower, upper)
    return Prevalence(interviewed, paid, population, share, lower, upper, method, words)


def percent(share: Fraction) -> str:
    """A share in percent with at most two decimals: `2.5`."""
    text = f"{float(share * 100):.2f}"
    return text.rstrip("0").rstrip(".")


def _words(paid: int, interviewed: int, lower: Fraction, upper: Fraction) -> str:
    if paid == 0:
        who = "the one worker interviewed did not pay"
        if interviewed > 1:
            who = f"not one of {interviewed} interviewed paid"
        return f"{who}: at most {percent(upper)} % did (95 % confidence)"
    return (
        f"{paid} of {interviewed} interviewed paid: between {percent(lower)} % and"
        f" {percent(upper)} % of all workers did (95 % confidence)"
    )


def _binomial(paid: int, interviewed: int) -> tuple[Fraction, Fraction]:
    from scipy.special import betaincinv  # slow to import

    missed = interviewed - paid
    lower = float(betaincinv(paid, missed + 1, _TAIL)) if paid else 0.0
    upper = float(betaincinv(paid + 1, missed, 1 - _TAIL)) if missed else 1.0
    return _outwards(lower, upper)


def _finite(paid: int, interviewed: int, population: int) -> tuple[Fraction, Fraction]:
    from scipy.stats import hypergeom  # slow to import

    def not_too_few(payers: int) -> bool:
        """With so many payers, is it likely enough to see as many as were seen?"""
        return float(hypergeom.sf(paid - 1, population, payers, interviewed)) > _TAIL

    def too_many(payers: int) -> bool:
        """With so many payers, is it too rare to see as few as were seen?"""
        return float(hypergeom.cdf(paid, population, payers, interviewed)) <= _TAIL

    least, most = paid, population - (interviewed - paid)
    lower = _first(not_too_few, least, most)
    upper = _first(too_many, least, most + 1) - 1
    return _outwards(Fraction(lower, population), Fraction(upper, population))


def _first(holds: Callable[[int], bool], low: int, high: int) -> int:
    """The first number from `low` on for which it holds, and then for all up to `high`."""
    while low < high:
        middle = (low + high) // 2
        if holds(middle):
            high = middle
        else:
            low = middle + 1
    return low


def _outwards(lower: float | Fraction, upper: float | Fraction) -> tuple[Fraction, Fraction]:
    return Fraction(floor(lower * _SCALE), _SCALE), Fraction(ceil(upper * _SCALE), _SCALE)
