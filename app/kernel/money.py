"""Money: integer minor units of one ISO 4217 currency (DOMAIN §8). Anything may import it.

Nothing here is a float, and nothing is ever negative: who may owe less than nothing compares
first. Amounts are read and written as plain digits, with the currency's own decimals.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from app.kernel.errors import Invalid

LARGEST = 10**18
"""The most minor units an amount may hold: it fits a signed 64-bit column."""

# ISO 4217 list one of 2026-01-01, with its funds; without metals, bond units, XDR, XSU, XUA, XTS
# and XXX, which have no minor unit.
_DECIMALS_OF = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    2: """
        AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD
        CAD CDF CHE CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP
        GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK
        LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO
        NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS
        SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST
        XAD XCD XCG YER ZAR ZMW ZWG
    """,
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}
DECIMALS = {
    currency: decimals
    for decimals, currencies in _DECIMALS_OF.items()
    for currency in currencies.split()
}
"""How many decimals each currency has: the exponent of its minor unit."""

_PLAIN_DIGITS = re.compile(r"([0-9]{1,40})(?:\.([0-9]{1,40}))?")


class UnknownCurrency(Invalid):
    """Not a current ISO 4217 currency."""


class InvalidAmount(Invalid):
    """Not an amount of that currency, or more than can be held."""


class CurrencyMismatch(Invalid):
    """Two currencies cannot be added, subtracted or compared without an exchange rate."""


@dataclass(frozen=True, slots=True)
class Money:
    """An amount of one currency, in its minor units: `Money(16500000, "BDT")` is 165000.00 taka.

    Raises `UnknownCurrency`, `InvalidAmount` outside 0 to `LARGEST`, and `TypeError` for minor
    units that are no integer.
    """

    minor: int
    currency: str

    def __post_init__(self) -> None:
        if type(self.minor) is not int:
            raise TypeError(f"Minor units are an int, not {type(self.minor).__name__}.")
        _decimals(self.currency)
        if self.minor < 0:
            raise InvalidAmount("An amount is never less than zero.")
        if self.minor > LARGEST:
            raise InvalidAmount(f"An amount is at most {Money(LARGEST, self.currency)}.")

    @classmethod
    def parse(cls, amount: str, currency: str) -> Self:
        """Read plain digits with at most the currency's decimals: no sign, exponent or grouping.

        Raises `UnknownCurrency` and `InvalidAmount` (DOMAIN §8).
        """
        decimals = _decimals(currency)
        match = _PLAIN_DIGITS.fullmatch(amount)
        if match is None:
            example = Money(165000 * 10**decimals, currency).amount
            raise InvalidAmount(
                f"{amount[:40]!a} is no amount; write plain digits, such as {example}."
            )
        whole, fraction = match[1], match[2] or ""
        if len(fraction) > decimals:
            allowed = f"at most {decimals}" if decimals else "no"
            raise InvalidAmount(f"{currency} has {allowed} decimals; got {len(fraction)}.")
        return cls(int(whole + fraction.ljust(decimals, "0")), currency)

    @property
    def amount(self) -> str:
        """Plain digits with exactly the currency's decimals: `"165000.00"`."""
        decimals = DECIMALS[self.currency]
        if decimals == 0:
            return str(self.minor)
        digits = str(self.minor).zfill(decimals + 1)
        return f"{digits[:-decimals]}.{digits[-decimals:]}"

    def as_json(self) -> dict[str, str]:
        """The form on the wire (DESIGN §5)."""
        return {"amount": self.amount, "currency": self.currency}

    def allocate(self, weights: Sequence[int]) -> list[Self]:
        """Split by weights, to the last minor unit, by the largest remainder.

        Equal remainders favour the earlier weight; a weight of zero gets nothing. Raises
        `ValueError` where no weight is positive or one is negative, `TypeError` where one is no
        integer.
        """
        if any(type(weight) is not int for weight in weights):
            raise TypeError("Weights are integers.")
        total = sum(weights)
        if total <= 0 or min(weights) < 0:
            raise ValueError("Weights are zero or more, and at least one is more.")
        shares = [self.minor * weight // total for weight in weights]
        remainders = [self.minor * weight % total for weight in weights]
        by_remainder = sorted(range(len(weights)), key=lambda place: -remainders[place])
        for place in by_remainder[: self.minor - sum(shares)]:
            shares[place] += 1
        return [type(self)(share, self.currency) for share in shares]

    def __add__(self, other: Self) -> Self:
        self._same_currency(other)
        return type(self)(self.minor + other.minor, self.currency)

    def __sub__(self, other: Self) -> Self:
        self._same_currency(other)
        if other.minor > self.minor:
            raise InvalidAmount(f"{other} is more than {self}: an amount is never below zero.")
        return type(self)(self.minor - other.minor, self.currency)

    def __lt__(self, other: Self) -> bool:
        self._same_currency(other)
        return self.minor < other.minor

    def __le__(self, other: Self) -> bool:
        self._same_currency(other)
        return self.minor <= other.minor

    def __gt__(self, other: Self) -> bool:
        return other < self

    def __ge__(self, other: Self) -> bool:
        return other <= self

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"

    def _same_currency(self, other: Self) -> None:
        if other.currency != self.currency:
            raise CurrencyMismatch(
                f"{self.currency} and {other.currency} need an exchange rate first."
            )


def _decimals(currency: str) -> int:
    decimals = DECIMALS.get(currency)
    if decimals is None:
        raise UnknownCurrency(
            f"{currency[:20]!a} is no currency; write its ISO 4217 code in capitals, such as BDT."
        )
    return decimals
