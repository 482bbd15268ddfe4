"""What is owed and how it is paid back, to the minor unit (DOMAIN §8 "Repayment")."""

import random
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.employer_pays.categories import category
from app.employer_pays.charge import Charge, Evidence, Form, Payer
from app.employer_pays.exchange import NO_RATES, ExchangeRate, Rates, parse_rate
from app.employer_pays.repayment.amounts import (
    Basis,
    Instalment,
    Owed,
    credited,
    equal_instalments,
    estimate,
    faults_of_plan,
    left_of,
    owed,
)
from app.kernel.money import LARGEST, Money

DAY = date(2024, 2, 29)
RATES = Rates([ExchangeRate("MYR", "BDT", parse_rate("24.35"), DAY, "given")])


def charge(minor: int, currency: str = "MYR", by: Payer = Payer.WORKER, **more: Any) -> Charge:
    repaid = more.pop("repaid", None)
    on = more.pop("on", DAY)
    return Charge(
        category("fee.placement"),
        Money(minor, currency),
        by,
        on,
        repaid=None if repaid is None else Money(repaid, currency),
        **more,
    )


def of(*charges: Charge, currency: str = "MYR", rates: Rates = RATES) -> Owed | list[str]:
    return owed([(it, rates) for it in charges], currency)


def test_owed_are_charges_and_interest_less_what_was_repaid() -> None:
    found = of(
        charge(50_000),
        charge(7_000, form=Form.LOAN_INTEREST),
        charge(2_000, repaid=500),
        charge(9_000, by=Payer.EMPLOYER),
        charge(9_000, by=Payer.UNKNOWN),
    )
    assert isinstance(found, Owed)
    assert (found.charges.minor, found.interest.minor, found.repaid.minor) == (52_000, 7_000, 500)
    assert (found.amount.minor, found.basis) == (58_500, Basis.EVIDENCE)


def test_more_repaid_than_charged_is_owed_nothing() -> None:
    found = of(charge(100, repaid=150))
    assert isinstance(found, Owed)
    assert found.amount.minor == 0


def test_a_conversion_is_rounded_up_for_the_worker_and_a_missing_rate_is_named() -> None:
    found = of(charge(1, "BDT"))
    assert isinstance(found, Owed)
    assert found.amount == Money(1, "MYR")
    assert of(charge(1, "BDT", on=None), charge(5, "USD")) == [
        "the exchange rate of BDT and MYR on an unknown day",
        "the exchange rate of USD and MYR on 2024-02-29",
    ]


def test_what_rests_on_an_estimate_in_part_is_one() -> None:
    found = of(charge(1), charge(1, evidence=Evidence.COHORT_ESTIMATE))
    assert isinstance(found, Owed)
    assert found.basis is Basis.COHORT_ESTIMATE


@given(st.lists(st.integers(0, LARGEST // 100), min_size=1, max_size=50))
def test_the_sum_of_estimates_of_a_cohort_is_never_less_than_it_paid(paid: list[int]) -> None:
    one = estimate([Money(it, "MYR") for it in paid])
    assert sum(paid) <= one.amount.minor * len(paid) < sum(paid) + len(paid)
    assert one.basis is Basis.COHORT_ESTIMATE


def test_of_no_peers_there_is_no_estimate() -> None:
    with pytest.raises(ValueError, match="evidence"):
        estimate([])


@given(
    st.integers(1, LARGEST),
    st.integers(1, 120),
    st.sampled_from(["MYR", "JPY", "KWD"]),
    st.integers(1, 12),
)
def test_instalments_sum_exactly_to_the_whole(
    minor: int, count: int, currency: str, months: int
) -> None:
    whole = Money(minor, currency)
    plan = equal_instalments(whole, count, date(2026, 1, 31), months)
    assert sum(it.amount.minor for it in plan) == minor
    assert max(it.amount.minor for it in plan) - min(it.amount.minor for it in plan) <= 1
    if minor >= count:
        assert faults_of_plan(plan, whole, date(2026, 1, 31)) == []


def test_sixteen_hundred_workers_are_repaid_in_eleven_instalments_over_thirty_months() -> None:
    """The shape of a real remediation: RM 4,547 to 16,054 for each of 1,600 workers."""
    generator = random.Random(1600)
    amounts = [Money(generator.randint(454_700, 1_605_400), "MYR") for _ in range(1600)]
    plans = [equal_instalments(it, 11, date(2026, 3, 31), 3) for it in amounts]
    assert {len(plan) for plan in plans} == {11}
    assert plans[0][-1].due_on == date(2028, 9, 30)
    assert sum(it.amount.minor for plan in plans for it in plan) == sum(it.minor for it in amounts)
    paid = [plan[:10] for plan in plans]
    left = [
        left_of(amount, [it.amount for it in part])
        for amount, part in zip(amounts, paid, strict=True)
    ]
    assert left == [plan[-1].amount for plan in plans]


def test_an_estimate_that_verification_revises_upward_loses_nothing() -> None:
    """RM 53 m became RM 136 m: payments made stay counted, the rest is owed."""
    before, after = Money(53_000_000_00, "MYR"), Money(136_000_000_00, "MYR")
    made = [it.amount for it in equal_instalments(before, 11, DAY, 3)[:4]]
    left = left_of(after, made)
    assert left.minor + sum(it.minor for it in made) == after.minor
    assert faults_of_plan(equal_instalments(left, 11, DAY, 3), left, DAY) == []


def test_every_fault_of_a_plan_is_named() -> None:
    today, left = date(2026, 3, 1), Money(100, "MYR")
    one = Instalment(today, Money(100, "MYR"))
    assert faults_of_plan([one], left, today) == []
    assert faults_of_plan([], left, today) == ["name at least one instalment"]
    assert faults_of_plan([], Money(0, "MYR"), today) == []
    assert "nothing is left" in faults_of_plan([one], Money(0, "MYR"), today)[0]
    assert (
        "sum to 0.99 MYR" in faults_of_plan([Instalment(today, Money(99, "MYR"))], left, today)[0]
    )
    assert faults_of_plan([Instalment(today, Money(100, "BDT"))], left, today) == [
        "every instalment is in MYR"
    ]
    twice = [Instalment(today, Money(50, "MYR"))] * 2
    assert "later day" in faults_of_plan(twice, left, today)[0]
    early = [Instalment(date(2026, 2, 28), Money(100, "MYR"))]
    assert "not due before today" in faults_of_plan(early, left, today)[0]
    nothing = [one, Instalment(date(2026, 4, 1), Money(0, "MYR"))]
    assert faults_of_plan(nothing, left, today) == ["an instalment is more than nothing"]
    huge = [Instalment(date(2026, 3, day), Money(LARGEST, "MYR")) for day in (1, 2)]
    assert "instalments sum to" in faults_of_plan(huge, left, today)[0]


def test_a_payment_in_another_currency_counts_at_its_day_and_for_no_more_than_is_left() -> None:
    left = Money(100_00, "MYR")
    assert credited(Money(5, "MYR"), "MYR", left, DAY, NO_RATES) == Money(5, "MYR")
    assert credited(Money(2434_99, "BDT"), "MYR", left, DAY, RATES) == Money(99_99, "MYR")
    assert credited(Money(9999_00, "BDT"), "MYR", left, DAY, RATES) == left
    assert credited(Money(5, "BDT"), "MYR", left, date(2024, 3, 1), RATES) is None


def test_more_paid_than_is_owed_leaves_nothing() -> None:
    assert left_of(Money(5, "MYR"), [Money(4, "MYR"), Money(4, "MYR")]) == Money(0, "MYR")
