"""The recruitment cost indicator, SDG 10.7.1 (DOMAIN §8)."""

import json
import random
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.employer_pays.charge import Placement, Worker
from app.employer_pays.exchange import NO_RATES, ExchangeRate, Rates
from app.employer_pays.indicator import Indicator, Observation, in_hundredths, indicator, observe
from app.kernel.money import Money
from app.kernel.places import Corridor
from tests.unit.employer_pays.worked_cases import charge, money

LAO_2017 = {
    "workers": "48429",
    "total_cost_usd": "6843640",
    "total_earnings_usd": "20866748",
    "mean_cost_usd": "141.31",
    "mean_monthly_earnings_usd": "430.88",
    "mean_rci": "0.33",
    "min_rci": "0.01",
    "max_rci": "2.67",
}
"""ISI World Statistics Congress 2019, contributed papers vol. 4, p. 418."""


def seen(cost: int, earnings: int, weight: int = 1) -> Observation:
    return Observation(cost * 100, earnings * 100, "USD", weight)


def lao_micro_data() -> list[Observation]:
    """Workers with the published totals, lowest and highest ratio; the others close together."""
    lowest, highest = (4, 400), (1068, 400)
    cost = int(LAO_2017["total_cost_usd"]) - lowest[0] - highest[0]
    earned = int(LAO_2017["total_earnings_usd"]) - lowest[1] - highest[1]
    others = int(LAO_2017["workers"]) - 2
    each_cost, more_cost = divmod(cost, others)
    each_earned, more_earned = divmod(earned, others)
    workers = [
        (each_cost + (number < more_cost), each_earned + (number < more_earned))
        for number in range(others)
    ]
    return [seen(*worker) for worker in (lowest, highest, *workers)]


def test_the_published_result_for_the_lao_pdr_comes_out() -> None:
    workers = lao_micro_data()
    found = indicator(workers)
    ratios = [worker.ratio for worker in workers if worker.ratio is not None]

    assert found.workers == int(LAO_2017["workers"])
    assert (found.missing, found.zero) == (0, 0)
    assert found.mean is not None
    assert found.ratio_of_means is not None
    assert in_hundredths(found.mean) == LAO_2017["mean_rci"]
    assert in_hundredths(found.ratio_of_means) == LAO_2017["mean_rci"]
    assert in_hundredths(min(ratios)) == LAO_2017["min_rci"]
    assert in_hundredths(max(ratios)) == LAO_2017["max_rci"]
    assert found.ratio_of_means == Fraction(6843640, 20866748)
    mean_cost = Fraction(sum(int(worker.cost or 0) for worker in workers), 100 * found.workers)
    assert in_hundredths(mean_cost) == LAO_2017["mean_cost_usd"]


def test_the_published_totals_are_the_shared_ones(shared: Path) -> None:
    text = (shared / "data" / "fees" / "recruitment-cost-indicator.json").read_text()
    (published,) = json.loads(text)["published"]
    assert {key: str(published[key]) for key in LAO_2017} == {
        k: str(v) for k, v in LAO_2017.items()
    }


def test_a_weighted_sample_says_what_its_population_says() -> None:
    sample = [seen(100, 400, 3), seen(0, 400, 2), seen(900, 300, 1)]
    whole = [seen(100, 400)] * 3 + [seen(0, 400)] * 2 + [seen(900, 300)]
    assert indicator(sample) == indicator(whole)


def test_the_mean_of_ratios_and_the_ratio_of_means_are_kept_apart() -> None:
    found = indicator([seen(100, 1000), seen(100, 100)])
    assert (found.mean, found.ratio_of_means) == (Fraction(55, 100), Fraction(200, 1100))


def test_workers_without_cost_are_zero_and_without_earnings_are_missing() -> None:
    nothing_earned = Observation(500, 0, "USD")
    not_told = Observation(500, None, None)
    cost_not_known = Observation(None, 40000, "USD")
    found = indicator(
        [seen(0, 400), seen(400, 400), seen(401, 400), nothing_earned, not_told, cost_not_known]
    )
    assert (found.workers, found.missing, found.zero) == (6, 3, 1)
    assert found.median == 1
    assert found.over_one_month == Fraction(1, 3)
    assert found.mean == Fraction(0 + 400 + 401, 1200)


def test_of_nobody_nothing_is_said() -> None:
    assert indicator([]) == Indicator(0, 0, 0, None, None, None, None)
    assert indicator([Observation(None, None, None)]) == Indicator(1, 1, 0, None, None, None, None)


def test_the_median_of_an_even_number_is_the_mean_of_the_middle_two() -> None:
    found = indicator([seen(1, 4), seen(2, 4), seen(3, 4), seen(40, 4)])
    assert found.median == Fraction(5, 8)


def test_a_ratio_of_means_needs_one_currency() -> None:
    found = indicator([seen(1, 2), Observation(1, 4, "KWD")])
    assert found.ratio_of_means is None
    assert found.mean == Fraction(3, 8)


def placement(first: str | None) -> Placement:
    worker = Worker(first_month_earnings=None if first is None else money(first))
    return Placement(Corridor("BD", "MY"), worker)


def test_the_cost_is_what_the_worker_bore_interest_once_repaid_or_not() -> None:
    charges = [
        charge("2023-01-20 fee.placement MYR1000 repaid=MYR1000"),
        charge("2023-02-20 fee.placement MYR50 via=loan_interest"),
        charge("2023-02-20 cost.medical MYR900 by=employer"),
        charge("? cost.medical MYR200"),
        charge("2023-02-20 cost.medical USD0.00 by=unknown"),
    ]
    assert observe(placement("MYR1250"), charges, NO_RATES).ratio == 1


def test_the_indicator_of_the_issue() -> None:
    day = date(2023, 1, 20)
    rates = Rates([ExchangeRate("MYR", "BDT", Fraction("24.35"), day, "given")])
    ratio = observe(
        placement("MYR1500"), [charge("2023-01-20 fee.placement BDT165000")], rates
    ).ratio
    assert ratio == Fraction(16500000, 2435) / 1500
    assert in_hundredths(ratio) == "4.52"


@pytest.mark.parametrize("first", [None, "MYR0.00"])
def test_without_earnings_there_is_no_indicator(first: str | None) -> None:
    assert observe(placement(first), [], NO_RATES).ratio is None


def test_no_cost_is_zero() -> None:
    assert observe(placement("MYR1500"), [], NO_RATES).ratio == 0


@pytest.mark.parametrize(
    "told", ["2023-01-20 fee.placement BDT1", "2023-01-20 fee.placement MYR1 by=unknown"]
)
def test_a_cost_that_is_not_known_gives_no_indicator(told: str) -> None:
    assert observe(placement("MYR1500"), [charge(told)], NO_RATES).ratio is None


@pytest.mark.parametrize(
    ("ratio", "said"),
    [
        ("0", "0.00"), ("1/1000000", "0.01"), ("4/1000", "0.01"), ("5/1000", "0.01"),
        ("14999/1000000", "0.01"), ("15/1000", "0.02"), ("451711/100000", "4.52"), ("12", "12.00"),
        ("2675/1000", "2.68"), ("1005/1000", "1.01"),
    ],
)  # fmt: skip
def test_hundredths_round_halves_up_and_never_hide_a_cost(ratio: str, said: str) -> None:
    assert in_hundredths(Fraction(ratio)) == said


workers = st.builds(
    Observation,
    st.none() | st.integers(0, 10**18),
    st.none() | st.integers(0, 10**18),
    st.just("USD"),
    st.integers(1, 50),
)


@given(st.lists(workers, max_size=30), st.randoms(use_true_random=False))
def test_the_order_of_workers_never_matters(
    observations: list[Observation], chance: random.Random
) -> None:
    shuffled = chance.sample(observations, len(observations))
    assert indicator(shuffled) == indicator(observations)


@given(st.lists(workers, min_size=1, max_size=20))
def test_counts_add_up_and_averages_lie_between_the_extremes(
    observations: list[Observation],
) -> None:
    found = indicator(observations)
    ratios = [it.ratio for it in observations if it.ratio is not None]
    assert found.workers == sum(it.weight for it in observations)
    if not ratios:
        assert found.missing == found.workers
        return
    slack = Fraction(1, 10**19)
    for average in (found.mean, found.median, found.ratio_of_means):
        assert average is not None
        assert min(ratios) - slack <= average <= max(ratios) + slack


def test_money_is_never_a_float() -> None:
    with pytest.raises(TypeError):
        Money(1.5, "USD")  # type: ignore[arg-type]
