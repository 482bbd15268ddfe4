"""How many workers paid, judged from those interviewed (DOMAIN §8)."""

from fractions import Fraction
from math import comb

import pytest

from app.employer_pays.prevalence import percent, prevalence


def tails(paid: int, interviewed: int, population: int, payers: int) -> tuple[Fraction, Fraction]:
    """How likely it is to see as few, and as many, as were seen; counted by hand."""
    ways = comb(population, interviewed)
    chances = [
        Fraction(comb(payers, it) * comb(population - payers, interviewed - it), ways)
        for it in range(interviewed + 1)
    ]
    return sum(chances[: paid + 1], Fraction(0)), sum(chances[paid:], Fraction(0))


@pytest.mark.parametrize(
    ("paid", "interviewed", "population"),
    [(0, 22, 400), (3, 22, 400), (22, 22, 400), (1, 6, 100), (5, 6, 9), (0, 1, 2), (2, 5, 5)],
)
def test_the_interval_of_a_sample_without_replacement_is_exact(
    paid: int, interviewed: int, population: int
) -> None:
    found = prevalence(paid, interviewed, population)
    likely = [
        payers
        for payers in range(paid, population - interviewed + paid + 1)
        if min(tails(paid, interviewed, population, payers)) > Fraction(25, 1000)
    ]
    assert found.lower is not None
    assert found.upper is not None
    assert found.lower <= Fraction(likely[0], population) < found.lower + Fraction(1, 10_000)
    assert found.upper - Fraction(1, 10_000) < Fraction(likely[-1], population) <= found.upper
    assert found.method == "hypergeometric"


@pytest.mark.parametrize(
    ("paid", "interviewed", "lower", "upper"),
    [  # Clopper and Pearson (1934), as tables print them
        (0, 10, "0", "0.3085"),
        (1, 10, "0.0025", "0.4451"),
        (5, 10, "0.1870", "0.8130"),
        (10, 10, "0.6915", "1"),
        (3, 22, "0.0290", "0.3492"),
    ],
)
def test_without_a_population_it_is_that_of_clopper_and_pearson(
    paid: int, interviewed: int, lower: str, upper: str
) -> None:
    found = prevalence(paid, interviewed)
    assert found.lower is not None
    assert found.upper is not None
    assert abs(found.lower - Fraction(lower)) <= Fraction(1, 10_000)
    assert abs(found.upper - Fraction(upper)) <= Fraction(1, 10_000)
    assert found.method == "clopper_pearson"


def test_a_finite_population_never_widens_the_interval() -> None:
    endless, finite = prevalence(3, 22), prevalence(3, 22, 120)
    assert (finite.lower or 0) >= (endless.lower or 0)
    assert (finite.upper or 1) <= (endless.upper or 0)


def test_not_one_of_so_many_is_said_in_words() -> None:
    assert prevalence(0, 22, 400).words == (
        "not one of 22 interviewed paid: at most 15 % did (95 % confidence)"
    )
    assert prevalence(0, 1).words.startswith("the one worker interviewed did not pay: at most 97.5")
    assert prevalence(3, 22).words.startswith("3 of 22 interviewed paid: between 2.9 % and 34.92 %")


def test_of_nobody_interviewed_nothing_is_said() -> None:
    found = prevalence(0, 0, 400)
    assert (found.share, found.lower, found.upper) == (None, None, None)
    assert "no worker was interviewed" in found.words


def test_when_all_are_interviewed_nothing_is_uncertain() -> None:
    found = prevalence(2, 5, 5)
    assert found.lower == found.upper == found.share == Fraction(2, 5)


@pytest.mark.parametrize(("paid", "interviewed", "population"), [(2, 1, 9), (-1, 1, 9), (1, 5, 4)])
def test_numbers_that_cannot_be_are_refused(paid: int, interviewed: int, population: int) -> None:
    with pytest.raises(ValueError, match="interviewed"):
        prevalence(paid, interviewed, population)


def test_a_percentage_has_at_most_two_decimals() -> None:
    assert [percent(Fraction(it)) for it in ("0", "0.025", "0.3492", "1")] == [
        "0", "2.5", "34.92", "100",
    ]  # fmt: skip
