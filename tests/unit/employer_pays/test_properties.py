"""What holds for every worker and every set of charges (DOMAIN §8)."""

import random
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

from hypothesis import assume, given
from hypothesis import strategies as st

from app.employer_pays import categories, rule_file
from app.employer_pays.categories import category
from app.employer_pays.charge import (
    Charge,
    EndReason,
    Evidence,
    Form,
    Gender,
    LegalException,
    Payee,
    Payer,
    Placement,
    Stage,
    Worker,
)
from app.employer_pays.exchange import NO_RATES, ExchangeRate, Rates
from app.employer_pays.rules import RuleBook
from app.employer_pays.verdict import SEVERITY, Judgement, Verdict, judge, over_by, worst
from app.kernel.money import Money
from app.kernel.places import Corridor

BOOK = rule_file.load()
NO_RULES = RuleBook(())

CORRIDORS = [
    "NP-MY", "NP-QA", "BD-SA", "BD-MY", "BD-AE", "BD-SG", "PH-HK", "PH-GB", "PH-KW", "IN-KW",
    "IN-TW", "ID-SA", "VN-SG", "VN-TW", "VN-KW", "KE-CA", "PK-HK", "LK-JP", "KE-DE",
]  # fmt: skip
START = date(2022, 7, 1)
CURRENCY = "BDT"
CODES = sorted(categories.CODES)
FEES = [code for code in CODES if code.startswith("fee.placement")]
days = st.integers(0, 40).map(lambda n: START + timedelta(days=n))
minors = st.one_of(st.integers(0, 300), st.integers(0, 9_000_000))
wages = st.integers(0, 3_000_000).map(lambda minor: Money(minor, CURRENCY))

workers = st.builds(
    Worker,
    gender=st.sampled_from(Gender),
    occupation=st.sampled_from(["domestic_worker", "cleaner", "performer", "singer"]),
    monthly_wage=wages,
    first_month_earnings=wages,
    contract_months=st.integers(1, 48),
    contract_signed_on=days,
)
exceptions = st.builds(
    LegalException,
    country=st.sampled_from(["GB", "QA", "PH", "ID", "CA"]),
    legal_basis=st.just("Order 1"),
    worker_category=st.sampled_from(["singer", "cleaner"]),
    service_type=st.sampled_from(["fee.placement", "fee.placement:commission", "cost.medical"]),
    disclosed_before_acceptance=st.booleans(),
    valid_from=days,
    valid_until=st.none() | days,
)
placements = st.builds(
    Placement,
    corridor=st.sampled_from(CORRIDORS).map(Corridor.parse),
    worker=workers,
    region=st.sampled_from(["ON", "BC"]),
    employer_bears_all_costs=st.booleans(),
    arrived_on=days,
    first_wage_on=days,
    ended_on=st.none() | days,
    end_reason=st.sampled_from(EndReason),
    exceptions=st.lists(exceptions, max_size=2).map(tuple),
)
charges = st.builds(
    Charge,
    category=st.one_of(st.sampled_from(FEES), st.sampled_from(CODES)).map(category),
    amount=st.builds(Money, minors, st.sampled_from([CURRENCY, CURRENCY, "USD", "JPY"])),
    paid_by=st.sampled_from([Payer.WORKER] * 5 + list(Payer)),
    charged_on=days,
    payee=st.sampled_from(Payee),
    form=st.sampled_from(Form),
    stage=st.sampled_from(Stage),
    evidence=st.sampled_from(Evidence),
    repaid=st.none(),
)


def undated(charge: Charge) -> Charge:
    return charge._replace(charged_on=None)


def vague(charge: Charge) -> st.SearchStrategy[Charge]:
    """The charge, or the same with one fact missing, or repaid to some part or more."""
    repaid = st.integers(0, 2 * charge.amount.minor).map(
        lambda minor: charge._replace(repaid=Money(minor, charge.amount.currency))
    )
    return st.one_of(
        st.just(charge),
        repaid,
        st.sampled_from(
            [
                undated(charge),
                charge._replace(form=None),
                charge._replace(evidence=None),
                charge._replace(payee=Payee.UNKNOWN),
            ]
        ),
    )


any_charge = charges.flatmap(vague)


def rates_for(number: int) -> Rates:
    """Rates for most days between the currencies; `number` decides which are missing."""
    return Rates(
        ExchangeRate(base, quote, Fraction(rate), START + timedelta(days=day), "given")
        for day in range(41)
        for base, quote, rate in (("USD", CURRENCY, "109.75"), (CURRENCY, "JPY", "1.31"))
        if (day * 7 + number) % 5
    )


rates = st.integers(0, 4).map(rates_for)


def said_of_rules(judgement: Judgement) -> dict[str, tuple[Verdict, tuple[Money, ...]]]:
    return {it.rule.id: (it.verdict, over_by(judgement, it)) for it in judgement.rules}


@given(placements, st.lists(any_charge, max_size=8), rates, st.randoms(use_true_random=False))
def test_the_order_of_charges_never_matters(
    placement: Placement, given_: list[Charge], table: Rates, chance: random.Random
) -> None:
    shuffled = chance.sample(given_, len(given_))
    one, other = (judge(BOOK, placement, them, table) for them in (given_, shuffled))
    assert Counter(zip(one.charges, one.employer_pays, one.national_law, strict=True)) == Counter(
        zip(other.charges, other.employer_pays, other.national_law, strict=True)
    )
    assert said_of_rules(one) == said_of_rules(other)


@given(st.permutations(range(4)))
def test_of_equal_charges_the_same_one_crosses_in_any_order(order: list[int]) -> None:
    fees = [
        Charge(category("fee.placement"), Money(4_000_000, "BDT"), Payer.WORKER, START, payee)
        for payee in (Payee.RECRUITER, Payee.SUB_AGENT, Payee.LENDER, Payee.CARRIER)
    ]
    given_ = [fees[place] for place in order]
    judged = judge(BOOK, Placement(Corridor("BD", "KW")), given_)
    kept = {
        charge.payee
        for charge, verdict in zip(given_, judged.national_law, strict=True)
        if verdict is Verdict.CONFORMS
    }
    assert kept == {Payee.CARRIER, Payee.LENDER}


@given(placements, st.lists(any_charge, max_size=6), any_charge, rates)
def test_adding_a_charge_that_the_worker_bore_never_improves_a_verdict(
    placement: Placement, given_: list[Charge], more: Charge, table: Rates
) -> None:
    before = judge(BOOK, placement, given_, table)
    after = judge(BOOK, placement, [*given_, more._replace(paid_by=Payer.WORKER)], table)

    for one, other in (
        *zip(before.employer_pays, after.employer_pays, strict=False),
        *zip(before.national_law, after.national_law, strict=False),
        (before.overall_employer_pays, after.overall_employer_pays),
        (before.overall_national_law, after.overall_national_law),
    ):
        assert SEVERITY[one] <= SEVERITY[other]
    rules = said_of_rules(after)
    for rule, (verdict, _) in said_of_rules(before).items():
        assert SEVERITY[verdict] <= SEVERITY[rules[rule][0]]


@given(placements, st.lists(any_charge, max_size=8), rates)
def test_no_national_rule_changes_the_employer_pays_verdict(
    placement: Placement, given_: list[Charge], table: Rates
) -> None:
    judged = judge(BOOK, placement, given_, table)
    assert judged.employer_pays == judge(NO_RULES, placement, given_).employer_pays
    for charge, verdict in zip(given_, judged.employer_pays, strict=True):
        if charge.paid_by is Payer.WORKER and charge.amount.minor:
            assert verdict in {Verdict.VIOLATES, Verdict.REMEDIATED}


@given(placements, charges)
def test_repayment_in_full_remediates_and_nothing_less_does(
    placement: Placement, charge: Charge
) -> None:
    assume(charge.amount.minor > 0)
    borne = charge._replace(paid_by=Payer.WORKER)

    def after_repaying(minor: int) -> Verdict:
        repaid = borne._replace(repaid=Money(minor, charge.amount.currency))
        return judge(BOOK, placement, [repaid]).overall_employer_pays

    assert judge(BOOK, placement, [borne]).overall_employer_pays is Verdict.VIOLATES
    assert after_repaying(charge.amount.minor) is Verdict.REMEDIATED
    assert after_repaying(charge.amount.minor - 1) is Verdict.VIOLATES
    assert after_repaying(0) is Verdict.VIOLATES


@given(placements, st.lists(any_charge, max_size=8), rates)
def test_the_whole_is_as_bad_as_its_worst_part(
    placement: Placement, given_: list[Charge], table: Rates
) -> None:
    judged = judge(BOOK, placement, given_, table)
    legitimate = [
        verdict
        for charge, verdict in zip(given_, judged.national_law, strict=True)
        if charge.category not in categories.ILLEGITIMATE
    ]
    assert judged.overall_national_law is worst(judged.national_law)
    for found in judged.rules:
        if found.verdict is Verdict.VIOLATES:
            assert Verdict.VIOLATES in judged.national_law
    if Verdict.VIOLATES in legitimate:
        assert any(found.verdict is Verdict.VIOLATES for found in judged.rules)


def without_a_fact(placement: Placement) -> list[Placement]:
    """The same job, each time without one of its facts."""
    worker = placement.worker
    forgotten = [
        replace(placement, worker=replace(worker, **{fact: None}))
        for fact in (
            "gender",
            "occupation",
            "monthly_wage",
            "first_month_earnings",
            "contract_months",
            "contract_signed_on",
        )
    ]
    forgotten += [
        replace(placement, **{fact: None})  # type: ignore[arg-type]
        for fact in (
            "region",
            "employer_bears_all_costs",
            "arrived_on",
            "first_wage_on",
            "end_reason",
        )
    ]
    if placement.exceptions:
        not_told = tuple(
            replace(it, disclosed_before_acceptance=None) for it in placement.exceptions
        )
        forgotten.append(replace(placement, exceptions=not_told))
    return [*forgotten, Placement(placement.corridor, ended_on=placement.ended_on)]


@given(placements, st.lists(charges, max_size=6), rates)
def test_a_missing_fact_of_the_job_decides_nothing(
    placement: Placement, given_: list[Charge], table: Rates
) -> None:
    full = judge(BOOK, placement, given_, table)
    for forgetful in without_a_fact(placement):
        if not forgetful.exceptions and placement.exceptions:
            continue  # an exception that nobody claims is not a missing fact
        found = judge(BOOK, forgetful, given_, table)
        for verdict, known in zip(found.national_law, full.national_law, strict=True):
            assert verdict in {known, Verdict.UNKNOWN}


@given(placements, st.lists(charges, max_size=6), rates)
def test_a_missing_rate_decides_nothing(
    placement: Placement, given_: list[Charge], table: Rates
) -> None:
    full = judge(BOOK, placement, given_, table)
    found = judge(BOOK, placement, given_, NO_RATES)
    for verdict, known in zip(found.national_law, full.national_law, strict=True):
        assert verdict in {known, Verdict.UNKNOWN}


@given(placements, st.lists(charges, max_size=5), charges, rates)
def test_a_missing_fact_of_a_charge_decides_nothing(
    placement: Placement, others: list[Charge], charge: Charge, table: Rates
) -> None:
    ranks = {(it.charged_on, it.category, it.amount) for it in (*others, charge)}
    assume(len(ranks) == len(others) + 1)  # of two equals, either may be the one that crosses
    full = judge(BOOK, placement, [*others, charge], table)
    for forgetful in (
        charge._replace(paid_by=Payer.UNKNOWN),
        charge._replace(payee=Payee.UNKNOWN),
        charge._replace(form=None),
        charge._replace(evidence=None),
    ):
        found = judge(BOOK, placement, [*others, forgetful], table)
        for verdict, known in zip(found.national_law, full.national_law, strict=True):
            assert verdict in {known, Verdict.UNKNOWN}


@given(placements, charges, rates)
def test_a_missing_date_or_item_of_an_only_charge_decides_nothing(
    placement: Placement, charge: Charge, table: Rates
) -> None:
    known = judge(BOOK, placement, [charge], table).overall_national_law
    code = category(categories.parent(charge.category))
    for forgetful in (undated(charge), charge._replace(category=code)):
        found = judge(BOOK, placement, [forgetful], table).overall_national_law
        assert found in {known, Verdict.UNKNOWN}


@given(st.lists(st.tuples(days, st.integers(0, 4_000_000)), max_size=10))
def test_a_ceiling_is_counted_as_anybody_would_count_it(given_: list[tuple[date, int]]) -> None:
    """BD-2022-MY, by hand: sort, add, compare."""
    ceiling, first = 7_899_000, date(2022, 7, 6)
    fees = [
        Charge(category("fee.placement"), Money(minor, "BDT"), Payer.WORKER, day)
        for day, minor in given_
    ]
    judged = judge(BOOK, Placement(Corridor("BD", "MY")), fees)

    total = 0
    expected = []
    for day, minor in sorted(given_):
        if day < first:
            expected.append((day, minor, "unknown"))
            continue
        total += minor
        verdict = "violates" if minor and total > ceiling else "conforms"
        expected.append((day, minor, verdict))
    found = [
        (day, minor, str(v)) for (day, minor), v in zip(given_, judged.national_law, strict=True)
    ]
    assert Counter(found) == Counter(expected)
    over = Money(max(0, total - ceiling), "BDT")
    assert [over_by(judged, it) for it in judged.rules] == (
        [(over,) if over.minor else ()] if any(day >= first for day, _ in given_) else []
    )


def test_sixteen_hundred_workers_repaid_each_in_full_are_remediated_and_one_cent_less_is_not() -> (
    None
):
    """The shape of a real case: RM 4,547 to RM 16,054 each (DOMAIN §8)."""
    low, high = 454_700, 1_605_400
    placement = Placement(Corridor("BD", "MY"))
    for number in range(1600):
        minor = low + (high - low) * number // 1599
        fee = Charge(category("fee.placement"), Money(minor, "MYR"), Payer.WORKER, START)
        paid = fee._replace(repaid=Money(minor, "MYR"))
        short = fee._replace(repaid=Money(minor - 1, "MYR"))
        assert judge(BOOK, placement, [paid]).overall_employer_pays is Verdict.REMEDIATED
        assert judge(BOOK, placement, [short]).overall_employer_pays is Verdict.VIOLATES
