from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kernel.money import (
    DECIMALS,
    LARGEST,
    CurrencyMismatch,
    InvalidAmount,
    Money,
    UnknownCurrency,
)

currencies = st.sampled_from(sorted(DECIMALS))
moneys = st.builds(Money, st.integers(0, LARGEST), currencies)


def taka(minor: int) -> Money:
    return Money(minor, "BDT")


def test_every_current_currency_is_known_with_its_own_decimals_domain_8() -> None:
    by_decimals = {n: {c for c in DECIMALS if DECIMALS[c] == n} for n in set(DECIMALS.values())}
    assert len(DECIMALS) == 165  # 178 codes of ISO 4217 list one, less 13 without a minor unit
    assert by_decimals.keys() == {0, 2, 3, 4}
    assert by_decimals[3] == {"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"}
    assert by_decimals[4] == {"CLF", "UYW"}
    assert {"JPY", "KRW", "VND", "UGX", "XOF", "ISK"} < by_decimals[0]
    assert {"BDT", "NPR", "PHP", "LKR", "IDR", "MYR", "SAR", "MGA", "HUF"} < by_decimals[2]
    assert not {"XAU", "XDR", "XXX", "XTS", "ANG", "BGN", "HRK", "ZWL"} & DECIMALS.keys()


@pytest.mark.parametrize(
    ("amount", "currency", "minor", "written"),
    [
        ("165000.00", "BDT", 16_500_000, "165000.00"),
        ("165000", "BDT", 16_500_000, "165000.00"),
        ("165000.5", "BDT", 16_500_050, "165000.50"),
        ("0.01", "USD", 1, "0.01"),
        ("0", "USD", 0, "0.00"),
        ("007", "USD", 700, "7.00"),
        ("90000", "JPY", 90_000, "90000"),
        ("0", "JPY", 0, "0"),
        ("12.345", "KWD", 12_345, "12.345"),
        ("0.5", "KWD", 500, "0.500"),
        ("1.0001", "CLF", 10_001, "1.0001"),
        ("10000000000000000.00", "BDT", LARGEST, "10000000000000000.00"),
    ],
)
def test_an_amount_is_read_and_written_with_the_currencys_decimals_domain_8(
    amount: str, currency: str, minor: int, written: str
) -> None:
    money = Money.parse(amount, currency)
    assert (money.minor, money.currency, money.amount) == (minor, currency, written)
    assert money.as_json() == {"amount": written, "currency": currency}
    assert str(money) == f"{written} {currency}"


@pytest.mark.parametrize(
    "amount",
    [
        *("", " ", "1 ", " 1", "1\n", "1\x00", "+1", "-1", "-0", "1e3", "1E3", "1e400", "0x10"),
        *("NaN", "nan", "Infinity", "-Infinity", "inf", "1_000", "1,000.00", "1 000", "1.000.00"),
        *(".5", "1.", ".", "1.-5", "1.5e1", "٣", "１２", "①", "²", "½", "1٫5", "1.٥", "BDT 1"),
        *("1.001", "1.000", "9" * 41, "0." + "0" * 41, "10000000000000000.01"),
        pytest.param("9" * 1_000_000, id="long"),
    ],
    ids=ascii,
)
def test_anything_but_plain_digits_is_no_amount_domain_8(amount: str) -> None:
    with pytest.raises(InvalidAmount) as caught:
        Money.parse(amount, "BDT")
    assert len(caught.value.detail) < 200


@pytest.mark.parametrize(
    ("amount", "currency", "right"),
    [
        ("12,5", "KWD", "'12,5' is no amount; write plain digits, such as 165000.000."),
        ("¥5", "JPY", r"'\xa55' is no amount; write plain digits, such as 165000."),
        ("1.5", "JPY", "JPY has no decimals; got 1."),
        ("1.505", "BDT", "BDT has at most 2 decimals; got 3."),
        ("10000000000000000.01", "BDT", "An amount is at most 10000000000000000.00 BDT."),
    ],
)
def test_a_wrong_amount_is_told_what_would_be_right(amount: str, currency: str, right: str) -> None:
    with pytest.raises(InvalidAmount) as caught:
        Money.parse(amount, currency)
    assert caught.value.detail == right


@pytest.mark.parametrize("currency", ["", "bdt", "BD", "BDTX", "XXX", "XAU", "ZZZ", "BDT\n", "৳"])
def test_what_is_no_currency_is_refused(currency: str) -> None:
    with pytest.raises(UnknownCurrency, match="ISO 4217"):
        Money.parse("1", currency)
    with pytest.raises(UnknownCurrency, match="ISO 4217"):
        Money(1, currency)


@pytest.mark.parametrize(
    "minor", [1.0, float("nan"), float("inf"), Decimal(1), "1", True, None], ids=repr
)
def test_minor_units_are_integers_and_never_floats_domain_8(minor: Any) -> None:
    with pytest.raises(TypeError, match="Minor units are an int"):
        Money(minor, "BDT")


@pytest.mark.parametrize("amount", [1.5, float("nan"), 1, Decimal("1.5"), None, b"1"], ids=repr)
def test_an_amount_is_read_from_text_and_never_from_a_number_domain_8(amount: Any) -> None:
    with pytest.raises(TypeError):
        Money.parse(amount, "BDT")


@pytest.mark.parametrize("minor", [-1, LARGEST + 1])
def test_an_amount_out_of_bounds_is_refused(minor: int) -> None:
    with pytest.raises(InvalidAmount):
        taka(minor)


@given(moneys)
def test_an_amount_survives_writing_and_reading(money: Money) -> None:
    assert Money.parse(money.amount, money.currency) == money
    assert money.amount.replace(".", "").lstrip("0") == str(money.minor).lstrip("0")
    assert len(money.amount.partition(".")[2]) == DECIMALS[money.currency]


@given(st.text(), currencies)
def test_any_text_is_an_amount_or_refused_by_name(text: str, currency: str) -> None:
    try:
        money = Money.parse(text, currency)
    except InvalidAmount:
        return
    assert Decimal(text) == Decimal(money.amount)


@given(st.integers(0, LARGEST // 2), st.integers(0, LARGEST // 2))
def test_sums_differences_and_order_are_those_of_the_minor_units(a: int, b: int) -> None:
    one, other = taka(a), taka(b)
    assert (one + other).minor == a + b
    assert one + other - other == one
    assert sum([one, other], start=taka(0)) == one + other
    assert (one < other, one <= other, one > other, one >= other) == (a < b, a <= b, a > b, a >= b)
    assert (one == other) is (a == b)


def test_a_sum_that_cannot_be_held_and_a_difference_below_zero_are_refused() -> None:
    with pytest.raises(InvalidAmount, match="at most"):
        taka(LARGEST) + taka(1)
    with pytest.raises(InvalidAmount, match=r"2\.00 BDT is more than 1\.00 BDT"):
        taka(100) - taka(200)


def test_two_currencies_are_never_mixed() -> None:
    one, other = taka(1), Money(1, "NPR")
    assert one != other
    for mixed in (
        lambda: one + other,
        lambda: one - other,
        lambda: one < other,
        lambda: one <= other,
        lambda: one > other,
        lambda: one >= other,
    ):
        with pytest.raises(CurrencyMismatch, match="exchange rate"):
            mixed()


@pytest.mark.parametrize(
    ("minor", "weights", "shares"),
    [
        (100, [1, 1, 1], [34, 33, 33]),
        (101, [1, 1, 1], [34, 34, 33]),
        (10, [5, 3, 2], [5, 3, 2]),
        (7, [1, 2, 4], [1, 2, 4]),
        (10, [1, 5], [2, 8]),  # remainders 4/6 and 2/6: the larger one gets the unit
        (5, [0, 1, 0], [0, 5, 0]),
        (1, [0, 1, 1], [0, 1, 0]),
        (0, [1, 2], [0, 0]),
    ],
)
def test_a_split_gives_the_odd_units_to_the_largest_remainders(
    minor: int, weights: list[int], shares: list[int]
) -> None:
    assert [share.minor for share in taka(minor).allocate(weights)] == shares


@given(moneys, st.lists(st.integers(0, 10**12), min_size=1, max_size=30).filter(any))
def test_a_split_adds_up_and_no_share_is_off_by_a_whole_unit(
    money: Money, weights: list[int]
) -> None:
    shares = money.allocate(weights)
    assert sum(share.minor for share in shares) == money.minor
    total = sum(weights)
    for share, weight in zip(shares, weights, strict=True):
        assert share.currency == money.currency
        assert abs(share.minor * total - money.minor * weight) < total


@pytest.mark.parametrize("weights", [[], [0, 0], [2, -1], [-1, -1]])
def test_weights_that_split_nothing_are_refused(weights: list[int]) -> None:
    with pytest.raises(ValueError, match="Weights are zero or more"):
        taka(100).allocate(weights)


@pytest.mark.parametrize("weights", [[0.5, 0.5], [1, True], [1, "1"]])
def test_weights_are_integers_and_never_floats_domain_8(weights: Any) -> None:
    with pytest.raises(TypeError, match="Weights are integers"):
        taka(100).allocate(weights)
