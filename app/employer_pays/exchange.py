"""Exchange rates by day, and exact conversion with them (DOMAIN §8).

Pure values. An amount is converted with the rate of its own day, given for its own two
currencies. There is no nearest day and no way through a third currency: a missing rate is a named
gap, never a guess.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from app.kernel.errors import Invalid
from app.kernel.money import DECIMALS, Money, UnknownCurrency

_PLAIN_DIGITS = re.compile(r"[0-9]{1,12}(?:\.[0-9]{1,12})?")

Amount = int | Fraction
"""Minor units of a currency, exact."""


class InvalidRate(Invalid):
    """Not a positive number in plain digits, or not between two currencies."""


class RepeatedRate(Invalid):
    """Two rates for one pair of currencies and one day: either may be meant."""


@dataclass(frozen=True, slots=True)
class ExchangeRate:
    """One `base` is `rate` of `quote` on a day, according to a source.

    Raises UnknownCurrency, InvalidRate.
    """

    base: str
    quote: str
    rate: Fraction
    on: date
    source: str

    def __post_init__(self) -> None:
        for currency in (self.base, self.quote):
            if currency not in DECIMALS:
                raise UnknownCurrency(f"{currency[:20]!a} is no currency; write its ISO 4217 code.")
        if self.base == self.quote:
            raise InvalidRate(f"A rate is between two currencies, not {self.base} and itself.")
        if self.rate <= 0:
            raise InvalidRate("A rate is more than zero.")


def parse_rate(text: str) -> Fraction:
    """Read plain digits, up to 12 before and 12 after the point; raises InvalidRate."""
    if _PLAIN_DIGITS.fullmatch(text) is None or (rate := Fraction(text)) == 0:
        raise InvalidRate(
            f"{text[:40]!a} is no rate; write plain digits above zero, such as 24.35, at most 12"
            " before and 12 after the point."
        )
    return rate


class Rates:
    """A table of rates. Raises RepeatedRate."""

    def __init__(self, rates: Iterable[ExchangeRate] = ()) -> None:
        self._rates: dict[tuple[str, str, date], ExchangeRate] = {}
        self._factors: dict[tuple[str, str, date], Fraction] = {}
        for rate in rates:
            if self.between(rate.base, rate.quote, rate.on) is not None:
                raise RepeatedRate(
                    f"{rate.base} and {rate.quote} have more than one rate for {rate.on}: give one."
                )
            self._rates[rate.base, rate.quote, rate.on] = rate
            shift = Fraction(10) ** (DECIMALS[rate.quote] - DECIMALS[rate.base])
            self._factors[rate.base, rate.quote, rate.on] = rate.rate * shift
            self._factors[rate.quote, rate.base, rate.on] = 1 / (rate.rate * shift)

    def __iter__(self) -> Iterator[ExchangeRate]:
        """Every rate of the table."""
        return iter(self._rates.values())

    def between(self, one: str, other: str, on: date) -> ExchangeRate | None:
        """The rate of two currencies on a day, whichever way round it is given."""
        return self._rates.get((one, other, on)) or self._rates.get((other, one, on))

    def convert(self, amount: Money, currency: str, on: date | None) -> Amount | None:
        """The amount in minor units of another currency, exactly; None without a rate for it."""
        if amount.currency == currency or amount.minor == 0:
            return amount.minor
        if on is None:
            return None
        factor = self._factors.get((amount.currency, currency, on))
        return None if factor is None else amount.minor * factor


NO_RATES = Rates()
