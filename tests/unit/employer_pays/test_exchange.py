"""Rates by day and exact conversion; a missing rate is a named gap, never a guess (DOMAIN §8)."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.employer_pays.exchange import (
    ExchangeRate,
    InvalidRate,
    Rates,
    RepeatedRate,
    parse_rate,
)
from app.kernel.money import DECIMALS, LARGEST, Money, UnknownCurrency

ON = date(2023, 1, 20)


def rate(base: str, quote: str, text: str, on: date = ON) -> ExchangeRate:
    return ExchangeRate(base, quote, parse_rate(text), on, "a central bank")


def test_a_rate_converts_both_ways_by_the_currencies_decimals() -> None:
    rates = Rates([rate("MYR", "BDT", "24.35"), rate("KWD", "JPY", "430.5")])
    assert rates.convert(Money.parse("2", "MYR"), "BDT", ON) == 4870
    assert rates.convert(Money.parse("165000", "BDT"), "MYR", ON) == Fraction(16500000 * 100, 2435)
    assert rates.convert(Money.parse("1.000", "KWD"), "JPY", ON) == Fraction(861, 2)
    assert rates.convert(Money.parse("861", "JPY"), "KWD", ON) == 2000


def test_without_the_rate_of_the_day_there_is_a_gap() -> None:
    rates = Rates([rate("MYR", "BDT", "24.35")])
    amount = Money.parse("1", "BDT")
    assert rates.convert(amount, "MYR", date(2023, 1, 21)) is None
    assert rates.convert(amount, "MYR", None) is None
    assert rates.convert(amount, "USD", ON) is None
    assert rates.convert(amount, "BDT", None) == 100
    assert rates.convert(Money(0, "BDT"), "USD", None) == 0


def test_a_rate_is_found_whichever_way_round_it_is_given() -> None:
    given = rate("MYR", "BDT", "24.35")
    rates = Rates([given])
    assert rates.between("MYR", "BDT", ON) == rates.between("BDT", "MYR", ON) == given
    assert rates.between("MYR", "USD", ON) is None


@pytest.mark.parametrize("second", [rate("MYR", "BDT", "24.35"), rate("BDT", "MYR", "0.04")])
def test_a_pair_has_one_rate_a_day(second: ExchangeRate) -> None:
    with pytest.raises(RepeatedRate, match="2023-01-20"):
        Rates([rate("MYR", "BDT", "24.35"), second])


@pytest.mark.parametrize(
    "text",
    [
        "", "0", "0.000", "-1", "+1", "1e3", "NaN", "Infinity", "1,5", " 1", "1 ", ".5", "5.",
        "1234567890123", "0.1234567890123", "১.৫", "٣", "1_000", "1\n",
    ],
)  # fmt: skip
def test_a_hostile_rate_is_refused(text: str) -> None:
    with pytest.raises(InvalidRate):
        parse_rate(text)


def test_a_rate_is_between_two_currencies() -> None:
    with pytest.raises(InvalidRate):
        rate("BDT", "BDT", "1")
    with pytest.raises(UnknownCurrency):
        rate("BDT", "TAKA", "1")
    with pytest.raises(UnknownCurrency):
        rate("XAU", "BDT", "1")
    with pytest.raises(InvalidRate):
        ExchangeRate("MYR", "BDT", Fraction(0), ON, "nobody")


currencies = st.sampled_from(sorted(DECIMALS))
digits = st.integers(1, 10**24 - 1).map(lambda n: f"{n // 10**12}.{n % 10**12:012}")


@given(currencies, currencies, digits, st.lists(st.integers(0, LARGEST), max_size=5))
def test_converting_is_exact_and_so_is_the_way_back(
    one: str, other: str, text: str, minors: list[int]
) -> None:
    if one == other:
        return
    rates = Rates([rate(one, other, text)])
    converted = [rates.convert(Money(minor, one), other, ON) for minor in minors]
    shift = Fraction(10) ** (DECIMALS[other] - DECIMALS[one])
    assert converted == [minor * Fraction(text) * shift for minor in minors]
    assert sum(amount or 0 for amount in converted) == sum(minors) * Fraction(text) * shift
    back = Rates([rate(other, one, text)])
    for minor in minors:
        there = back.convert(Money(minor, one), other, ON)
        assert there is not None
        assert there * Fraction(text) / shift == minor
