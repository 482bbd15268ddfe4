"""A rule is data; one that cannot be read is refused at load with the place of its fault (§8)."""

import json
from collections.abc import Callable
from copy import deepcopy
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from app.employer_pays import rule_file
from app.employer_pays.charge import Form, Gender, Payee, Payer, Placement
from app.employer_pays.document import Fault
from app.employer_pays.rules import (
    FlatCap,
    ItemAllocation,
    PerContractYearCap,
    PeriodicCap,
    Precondition,
    Refund,
    RefundWhen,
    Rule,
    RuleBook,
    WageMultipleCap,
    WagePercentCap,
)
from app.employer_pays.verdict import judge
from app.kernel.money import Money
from app.kernel.places import Corridor
from tests.unit.employer_pays.worked_cases import charge

Change = Callable[[dict[str, Any]], object]

CAP: dict[str, Any] = {
    "id": "KE-2026-test",
    "country": "KE",
    "side": "origin",
    "destinations": ["QA"],
    "shape": "flat_cap",
    "amount": "100",
    "currency": "KES",
    "covers": ["fee.placement"],
    "source": "a law",
    "grade": "secondary",
    "read_on": "2026-01-01",
    "recheck_after": "2026-07-01",
}


def changed(*changes: Change) -> dict[str, Any]:
    entry = deepcopy(CAP)
    for change in changes:
        change(entry)
    return entry


def give(**members: Any) -> Change:
    return lambda entry: entry.update(members)


def drop(*keys: str) -> Change:
    return lambda entry: [entry.pop(key) for key in keys]


def shape(name: str, **members: Any) -> Change:
    def change(entry: dict[str, Any]) -> None:
        for key in ("amount", "currency"):
            entry.pop(key)
        entry.update({"shape": name, **members})

    return change


def read(*entries: dict[str, Any]) -> RuleBook:
    return rule_file.read(json.dumps({"title": "rules", "rules": entries}))


def one(*changes: Change) -> Rule:
    (rule,) = read(changed(*changes)).rules
    return rule


def test_the_built_in_files_are_the_shared_ones(shared: Path) -> None:
    own = Path(rule_file.__file__).parent / "data"
    for name, given in (
        ("corridor-rules.json", "corridor-rules.json"),
        ("cost-categories.json", "ilo-cost-categories.json"),
    ):
        theirs = (shared / "data" / "fees" / given).read_text()
        assert json.loads((own / name).read_text()) == json.loads(theirs)


def test_every_built_in_rule_has_its_source_and_the_day_to_check_it_again() -> None:
    book = rule_file.load()
    assert len(book.rules) == 33
    assert all(rule.source and rule.read_on < rule.recheck_after for rule in book.rules)


def test_a_new_rule_is_data() -> None:
    book = read(changed())
    judgement = judge(
        book, Placement(Corridor("KE", "QA")), [charge("2026-02-01 fee.placement KES100.01")]
    )
    assert list(judgement.national_law) == ["violates"]
    assert [found.rule.id for found in judgement.rules] == ["KE-2026-test"]


def test_a_rule_past_its_day_is_stale_and_not_on_it() -> None:
    rule = one()
    assert not rule.is_stale(date(2026, 7, 1))
    assert rule.is_stale(date(2026, 7, 2))


def test_a_rule_that_ended_selects_until_its_last_day() -> None:
    book = read(changed(give(effective_from="2026-01-01", effective_to="2026-03-31")))
    placement = Placement(Corridor("KE", "QA"))
    for day, verdict in (
        ("2025-12-31", "unknown"),
        ("2026-01-01", "violates"),
        ("2026-03-31", "violates"),
        ("2026-04-01", "unknown"),
    ):
        found = judge(book, placement, [charge(f"{day} fee.placement KES101")])
        assert list(found.national_law) == [verdict]


def test_a_rule_may_select_by_the_channel_of_the_payment() -> None:
    book = read(changed(give(channel=["cash", "kickback"])))
    placement = Placement(Corridor("KE", "QA"))
    for how, verdict in (
        ("via=cash", "violates"),
        ("via=bank_transfer", "unknown"),
        ("", "unknown"),
    ):
        found = judge(book, placement, [charge(f"2026-01-01 fee.placement KES101 {how}")])
        assert list(found.national_law) == [verdict]


def test_an_item_goes_before_its_category_in_an_allocation() -> None:
    bearers = {"cost.medical": "employer", "cost.medical:vaccination": "worker"}
    book = read(changed(drop("covers"), shape("item_allocation", allocate=bearers)))
    placement = Placement(Corridor("KE", "QA"))
    for category, verdict in (
        ("cost.medical", "violates"),
        ("cost.medical:examination", "violates"),
        ("cost.medical:vaccination", "conforms"),
    ):
        found = judge(book, placement, [charge(f"2026-01-01 {category} KES1")])
        assert list(found.national_law) == [verdict]


def test_a_category_whose_items_two_parties_bear_is_unknown_until_the_item_is_told() -> None:
    bearers = {"cost.medical:vaccination": "employer", "cost.medical:examination": "recruiter"}
    book = read(changed(drop("covers"), shape("item_allocation", allocate=bearers)))
    told = charge("2026-01-01 cost.medical KES1 by=employer")
    (found,) = judge(book, Placement(Corridor("KE", "QA")), [told]).rules
    assert found.verdict == "unknown"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (give(), FlatCap(Money.parse("100", "KES"))),
        (shape("wage_multiple_cap", months="1.5"), WageMultipleCap(Fraction(3, 2))),
        (shape("wage_percent_cap", percent="10"), WagePercentCap(Fraction(10))),
        (
            shape("per_contract_year_cap", months_per_year="1", max_months="3"),
            PerContractYearCap(Fraction(1), Fraction(3)),
        ),
        (
            shape("periodic_cap", currency="TWD", per_month=[{"year": 1, "amount": "1800"}]),
            PeriodicCap((Money.parse("1800", "TWD"),)),
        ),
        (shape("precondition", channel=["cash"]), Precondition(None, frozenset({Form.CASH}))),
        (
            shape(
                "refund", rule="at_least_percent", percent="50", when="terminated_within_6_months"
            ),
            Refund(RefundWhen.TERMINATED_WITHIN_6_MONTHS, Fraction(50)),
        ),
        (
            shape("refund", rule="pro_rata_with_interest", when="early_return_without_fault"),
            Refund(RefundWhen.EARLY_WITHOUT_FAULT),
        ),
    ],
    ids=lambda value: "" if callable(value) else str(value),
)
def test_a_shape_is_read(change: Change, expected: object) -> None:
    assert one(change).shape == expected


def test_selectors_are_read() -> None:
    rule = one(
        give(
            worker={"gender": "female", "occupation": ["cleaner", "cook"]},
            except_occupations=["singer"],
            payee=["recruiter", "sub_agent"],
            excludes=["cost.medical"],
            covers="all",
            requires_receipt=True,
            destinations="any",
            replaces="an older ceiling",
        )
    )
    assert rule.genders == frozenset({Gender.FEMALE})
    assert rule.occupations == frozenset({"cleaner", "cook"})
    assert rule.except_occupations == {"singer"}
    assert rule.payees == frozenset({Payee.RECRUITER, Payee.SUB_AGENT})
    assert (rule.covers, rule.partners, rule.requires_receipt) == (None, None, True)
    assert rule.coverage["cost.medical:vaccination"] is False


def test_what_an_allocation_names_is_what_it_covers() -> None:
    allocate = {"cost.administrative:visa": "employer"}
    rule = one(drop("covers"), shape("item_allocation", allocate=allocate))
    assert rule.shape == ItemAllocation({"cost.administrative:visa": Payer.EMPLOYER})
    assert {code for code, covered in rule.coverage.items() if covered} == {
        "cost.administrative:visa"
    }
    assert rule.coverage["cost.administrative"] is None


FAULTS: list[tuple[Change, str]] = [
    (drop("id"), "/rules/0/id"),
    (give(id="KE 2026"), "/rules/0/id"),
    (give(id=7), "/rules/0/id"),
    (give(country="Kenya"), "/rules/0/country"),
    (give(side="both"), "/rules/0/side"),
    (drop("destinations"), "/rules/0/destinations"),
    (give(destinations=[]), "/rules/0/destinations"),
    (give(destinations="all"), "/rules/0/destinations"),
    (give(destinations=["QA", "XX"]), "/rules/0/destinations/1"),
    (give(destinations=["QA", "QA"]), "/rules/0/destinations"),
    (give(destinations=["KE"]), "/rules/0/country"),
    (give(origins="any"), "/rules/0/origins"),
    (give(shape="cap"), "/rules/0/shape"),
    (give(shape=["flat_cap"]), "/rules/0/shape"),
    (give(amount=100), "/rules/0/amount"),
    (give(amount="1e2"), "/rules/0/amount"),
    (give(amount="-1"), "/rules/0/amount"),
    (give(amount="NaN"), "/rules/0/amount"),
    (give(amount="1.001"), "/rules/0/amount"),
    (give(currency="KSH"), "/rules/0/currency"),
    (give(currency=404), "/rules/0/currency"),
    (drop("currency"), "/rules/0/currency"),
    (give(covers=["fee.placment"]), "/rules/0/covers/0"),
    (give(covers=["fee.placement", "cost.medical:aspirin"]), "/rules/0/covers/1"),
    (give(covers="fee.placement"), "/rules/0/covers"),
    (give(excludes=[""]), "/rules/0/excludes/0"),
    (give(payee=["agent"]), "/rules/0/payee/0"),
    (give(payee=["unknown"]), "/rules/0/payee/0"),
    (give(payee="recruiter"), "/rules/0/payee"),
    (give(channel=["cheque"]), "/rules/0/channel/0"),
    (give(worker={"gender": "women"}), "/rules/0/worker/gender"),
    (give(worker={"occupation": ["Cook"]}), "/rules/0/worker/occupation/0"),
    (give(worker={"ocupation": "cook"}), "/rules/0/worker/ocupation"),
    (give(worker=["cook"]), "/rules/0/worker"),
    (give(region="ON"), "/rules/0/region"),
    (give(region="Ontario"), "/rules/0/region"),
    (give(requires_receipt="yes"), "/rules/0/requires_receipt"),
    (give(effective_from="2026-02-30"), "/rules/0/effective_from"),
    (give(effective_from="1.2.2026"), "/rules/0/effective_from"),
    (give(effective_from=20260201), "/rules/0/effective_from"),
    (
        give(effective_from="2026-02-01", effective_to="2026-01-31"),
        "/rules/0/effective_to",
    ),
    (give(recheck_after=None), "/rules/0/recheck_after"),
    (drop("source"), "/rules/0/source"),
    (give(source=" "), "/rules/0/source"),
    (give(grade="Secondary"), "/rules/0/grade"),
    (give(celing="100"), "/rules/0/celing"),
    (give(**{"a/b~c": 1}), "/rules/0/a~1b~0c"),
    (give(months="1"), "/rules/0/months"),
    (shape("wage_multiple_cap"), "/rules/0/months"),
    (shape("wage_multiple_cap", months=1.5), "/rules/0/months"),
    (shape("wage_multiple_cap", months="0"), "/rules/0/months"),
    (shape("wage_percent_cap", percent="101"), "/rules/0/percent"),
    (shape("per_contract_year_cap", months_per_year="1"), "/rules/0/max_months"),
    (shape("periodic_cap", currency="TWD", per_month={}), "/rules/0/per_month"),
    (
        shape(
            "periodic_cap",
            currency="TWD",
            per_month=[{"year": 1, "amount": "2"}, {"year": 3, "amount": "1"}],
        ),
        "/rules/0/per_month/1/year",
    ),
    (
        shape("periodic_cap", currency="TWD", per_month=[{"year": "1", "amount": "2"}]),
        "/rules/0/per_month/0/year",
    ),
    (
        shape("periodic_cap", currency="TWD", per_month=[{"year": 1, "amount": "x"}]),
        "/rules/0/per_month/0/amount",
    ),
    (
        shape("periodic_cap", currency="TWD", per_month=[{"year": 1, "amount": "1", "x": 1}]),
        "/rules/0/per_month/0/x",
    ),
    (shape("periodic_cap", currency="TWD", per_month=["1800"]), "/rules/0/per_month/0"),
    (shape("item_allocation", allocate={"cost.medical": "employer"}), "/rules/0/covers"),
    (shape("item_allocation", allocate={}), "/rules/0/allocate"),
    (
        shape("item_allocation", allocate={"cost.medical:x": "employer"}),
        "/rules/0/allocate/cost.medical:x",
    ),
    (
        shape("item_allocation", allocate={"cost.medical": "unknown"}),
        "/rules/0/allocate/cost.medical",
    ),
    (shape("precondition"), "/rules/0"),
    (shape("precondition", after="departure"), "/rules/0/after"),
    (shape("precondition", channel=["post"]), "/rules/0/channel/0"),
    (shape("refund", rule="half", when="terminated_within_6_months"), "/rules/0/rule"),
    (shape("refund", rule="at_least_percent", when="sometimes"), "/rules/0/when"),
    (
        shape("refund", rule="at_least_percent", when="terminated_within_6_months"),
        "/rules/0/percent",
    ),
    (
        shape("conditional", then={"shape": "prohibited"}),
        "/rules/0/condition",
    ),
    (
        shape("conditional", condition="if_it_rains", then={"shape": "prohibited"}),
        "/rules/0/condition",
    ),
    (
        shape("conditional", condition="employer_does_not_bear_all_costs"),
        "/rules/0/then",
    ),
    (
        shape(
            "conditional",
            condition="employer_does_not_bear_all_costs",
            then={"shape": "conditional"},
        ),
        "/rules/0/then/shape",
    ),
    (
        shape(
            "conditional",
            condition="employer_does_not_bear_all_costs",
            then={"shape": "prohibited", "amount": "1"},
        ),
        "/rules/0/then/amount",
    ),
]


@pytest.mark.parametrize(
    ("change", "pointer"), FAULTS, ids=[f"{n}-{pointer}" for n, (_, pointer) in enumerate(FAULTS)]
)
def test_a_fault_is_refused_with_its_place(change: Change, pointer: str) -> None:
    with pytest.raises(Fault) as refused:
        read(changed(), changed(give(id="KE-2"), change))
    (error,) = refused.value.errors
    assert error.pointer == pointer.replace("/rules/0", "/rules/1")
    assert error.detail in refused.value.detail


@pytest.mark.parametrize(
    ("text", "pointer"),
    [
        ("{", ""),
        ("[]", ""),
        ("{}", "/rules"),
        ('{"rules": []}', "/rules"),
        ('{"rules": {}}', "/rules"),
        ('{"rules": [7]}', "/rules/0"),
        ('{"rules": [{"id": "A", "side": "origin", "side": "origin"}]}', "/rules/0/side"),
    ],
)
def test_a_document_that_holds_no_rules_is_refused(text: str, pointer: str) -> None:
    with pytest.raises(Fault) as refused:
        rule_file.read(text)
    assert [error.pointer for error in refused.value.errors] == [pointer]


def test_an_id_stands_once() -> None:
    with pytest.raises(Fault) as refused:
        read(changed(), changed(give(id="KE-2")), changed())
    assert refused.value.errors[0].pointer == "/rules/2/id"


def test_a_region_belongs_to_the_country_of_destination() -> None:
    rule = one(drop("destinations"), give(side="destination", origins="any", region="NBO"))
    assert rule.region == "NBO"
