"""The sources side by side, worker by worker (DOMAIN §8 "Triangulation")."""

import random
from datetime import date
from typing import Any

import pytest

from app.employer_pays.categories import category
from app.employer_pays.charge import Charge, Payer
from app.employer_pays.exchange import NO_RATES, ExchangeRate, Rates, parse_rate
from app.employer_pays.triangulation import Report, Source, Triangulation, triangulate
from app.kernel.money import Money

DAY = date(2023, 1, 20)
RATES = Rates([ExchangeRate("MYR", "BDT", parse_rate("25"), DAY, "given")])
L, S, BILL, P = Source.LEDGER, Source.STATEMENT, Source.INVOICE, Source.SCHEDULE
WORKER, EMPLOYER, UNKNOWN, RECRUITER = (
    Payer.WORKER,
    Payer.EMPLOYER,
    Payer.UNKNOWN,
    Payer.RECRUITER,
)


def told(
    source: Source,
    amount: str,
    by: Payer = WORKER,
    named: str = "fee.placement",
    **more: Any,
) -> Report:
    on = more.pop("on", DAY)
    charge = Charge(category(named), Money.parse(amount[3:], amount[:3]), by, on)
    number = more.pop("number", f"{source}{amount}{by}{named}{more.get('reference', '')}")
    return Report(number, source, charge, **more)


def said(found: Triangulation) -> list[str]:
    return [
        finding.value if by is None else f"{finding.value} {by}"
        for compared in found.categories
        for finding, by in compared.findings
    ]


def counted(found: Triangulation) -> list[tuple[str, str, str]]:
    return [
        (it.source.value, it.charge.paid_by.value, str(it.charge.amount)) for it in found.counted
    ]


CASES = {
    "agreeing": ([told(L, "BDT100"), told(S, "BDT100")], ["agree"], ["statement"]),
    "understated": (
        [told(L, "BDT100"), told(S, "BDT165")],
        ["ledger_understates 65.00 BDT"],
        ["statement"],
    ),
    "understated to nothing, the employer is said to have paid": (
        [told(L, "BDT100", EMPLOYER), told(S, "BDT100")],
        ["ledger_understates 100.00 BDT"],
        ["statement", "ledger"],
    ),
    "the ledger tells more": (
        [told(L, "BDT165"), told(S, "BDT100")],
        ["worker_reports_less 65.00 BDT"],
        ["ledger"],
    ),
    "only the worker": ([told(S, "BDT5")], ["only_the_worker 5.00 BDT"], ["statement"]),
    "only the ledger": ([told(L, "BDT5")], ["one_source"], ["ledger"]),
    "an unexplained payment": (
        [told(BILL, "BDT50", EMPLOYER), told(L, "BDT20", EMPLOYER)],
        ["unexplained_employer_payment 30.00 BDT"],
        ["invoice"],
    ),
    "a payment that no ledger knows": (
        [told(BILL, "BDT50", EMPLOYER)],
        ["unexplained_employer_payment 50.00 BDT"],
        ["invoice"],
    ),
    "a payment that both know": (
        [told(BILL, "BDT50", EMPLOYER), told(L, "BDT50", EMPLOYER)],
        ["agree"],
        ["invoice"],
    ),
    "the ledger says that the employer paid more": (
        [told(BILL, "BDT50", EMPLOYER), told(L, "BDT70", EMPLOYER)],
        ["one_source"],
        ["ledger"],
    ),
    "a duplicate": (
        [told(L, "BDT100", number="1"), told(L, "BDT100", number="2")],
        ["duplicate 100.00 BDT"],
        ["ledger"],
    ),
    "two receipts are no duplicate": (
        [told(L, "BDT100", reference="R-1"), told(L, "BDT100", reference="R-2")],
        ["one_source"],
        ["ledger", "ledger"],
    ),
    "another party's payment is counted": (
        [told(L, "BDT100", RECRUITER), told(S, "BDT100", RECRUITER)],
        ["one_source"],
        ["ledger", "statement"],
    ),
    "a schedule stands beside": ([told(P, "BDT100", UNKNOWN)], ["one_source"], []),
    "nobody says who bore it": ([told(L, "BDT9", UNKNOWN)], ["one_source"], ["ledger"]),
    "items of one category are compared together": (
        [
            told(L, "BDT60", named="cost.medical"),
            told(S, "BDT40", named="cost.medical:vaccination"),
            told(S, "BDT30", named="cost.medical"),
        ],
        ["ledger_understates 10.00 BDT"],
        ["statement", "statement"],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_what_the_sources_come_to(name: str) -> None:
    reports, findings, sources = CASES[name]
    found = triangulate(reports, NO_RATES)
    assert said(found) == findings
    assert [source for source, *_ in counted(found)] == sources


def test_what_an_employer_denies_nobody_is_known_to_have_paid() -> None:
    found = triangulate([told(L, "BDT100", EMPLOYER, denied=True)], NO_RATES)
    assert said(found) == ["denied_by_the_employer 100.00 BDT"]
    assert counted(found) == [("ledger", "unknown", "100.00 BDT")]


def test_other_currencies_are_compared_with_the_rate_of_the_day_or_not_at_all() -> None:
    reports = [told(L, "BDT2500"), told(S, "MYR101")]
    assert said(triangulate(reports, RATES)) == ["ledger_understates 1.00 MYR"]
    without = triangulate(reports, NO_RATES)
    assert said(without) == ["not_comparable"]
    assert counted(without) == [("statement", "worker", "101.00 MYR")]
    paid = [told(L, "BDT2500", EMPLOYER), told(BILL, "MYR101", EMPLOYER)]
    assert said(triangulate(paid, NO_RATES)) == ["not_comparable"]


def test_no_amount_is_counted_twice_however_many_sources_tell_of_it() -> None:
    found = triangulate([told(L, "BDT100"), told(S, "BDT100"), told(P, "BDT100")], NO_RATES)
    assert len(found.counted) == 1
    (compared,) = found.categories
    assert (compared.ledger, compared.statement, compared.schedule) == (
        (Money(10000, "BDT"),),
        (Money(10000, "BDT"),),
        (Money(10000, "BDT"),),
    )


def test_the_order_of_the_reports_never_matters() -> None:
    reports = [it for case, *_ in CASES.values() for it in case]
    reports = [
        Report(str(place), it.source, it.charge, it.reference) for place, it in enumerate(reports)
    ]
    first = triangulate(reports, RATES)
    for seed in range(10):
        shuffled = random.Random(seed).sample(reports, len(reports))
        assert triangulate(shuffled, RATES) == first
