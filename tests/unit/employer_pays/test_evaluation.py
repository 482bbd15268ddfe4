"""One worker's job judged as it is written on the wire (DOMAIN §8)."""

import json
import re
from contextlib import suppress
from copy import deepcopy
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from app.employer_pays import rule_file
from app.employer_pays.evaluation import evaluate
from app.employer_pays.schemas import (
    MOST_CHARGES,
    MOST_RATES,
    EvaluationBody,
    EvaluationView,
)
from app.kernel.dates import DateOutOfRange
from app.kernel.errors import Invalid
from app.scheme.shipped import STANDARD, first_standard

TODAY = date(2026, 11, 23)

FEE: dict[str, Any] = {
    "category": "fee.placement",
    "payee": "recruiter",
    "stage": "pre_departure",
    "form": "cash",
    "paid_by": "worker",
    "charged_on": "2023-01-20",
    "amount": {"amount": "165000.00", "currency": "BDT"},
    "evidence": "receipt",
    "repaid": None,
}
OFFER: dict[str, Any] = {
    "corridor": "BD-MY",
    "worker": {
        "gender": "male",
        "occupation": "construction_worker",
        "monthly_wage": {"amount": "1500.00", "currency": "MYR"},
        "first_month_earnings": {"amount": "1500.00", "currency": "MYR"},
        "contract_months": 24,
        "contract_signed_on": "2023-01-10",
    },
    "employer_bears_all_costs": False,
    "region": None,
    "arrived_on": None,
    "first_wage_on": None,
    "ended_on": None,
    "end_reason": None,
    "exchange_rates": [
        {"base": "MYR", "quote": "BDT", "rate": "24.35", "on": "2023-01-20", "source": "given"}
    ],
    "charges": [FEE],
}
"""The request of the issue, as it stands there."""


def fee(**members: Any) -> dict[str, Any]:
    return {**deepcopy(FEE), **members}


def offer(**members: Any) -> dict[str, Any]:
    return {**deepcopy(OFFER), **members}


def answer(body: dict[str, Any], today: date = TODAY) -> EvaluationView:
    return evaluate(
        EvaluationBody.model_validate(body), today, book=rule_file.load(), standard=STANDARD
    )


def paid(amount: str, currency: str = "BDT") -> dict[str, str]:
    return {"amount": amount, "currency": currency}


def test_the_request_of_the_issue_is_answered_as_there() -> None:
    sentence = "BDT 165,000 charged; ceiling 78,990 for BD-MY since 2022-07-06; over by 86,010"
    tbs = "tbsnews.net: Bangladesh fixes cost for workers to migrate to Malaysia"
    assert answer(OFFER).model_dump(mode="json") == {
        "charges": [
            {
                "employer_pays": {
                    "verdict": "violates",
                    "rule": "employer-pays-principle",
                    "source": "ILO, General principles and operational guidelines for fair"
                    " recruitment and Definition of recruitment fees and related costs, 2019",
                    "explanation": "BDT 165,000 borne by the worker; nothing may be",
                },
                "national_law": {
                    "verdict": "violates",
                    "rules": ["BD-2022-MY"],
                    "explanation": f"BD-2022-MY violates: {sentence}",
                },
            }
        ],
        "rules": [
            {
                "rule": "BD-2022-MY",
                "verdict": "violates",
                "over_by": {"amount": "86010.00", "currency": "BDT"},
                "source": tbs,
                "explanation": sentence,
                "stale": False,
            }
        ],
        "employer_pays": "violates",
        "national_law": "violates",
        "worker_paid": [{"amount": "165000.00", "currency": "BDT"}],
        "rci": "4.52",
        "proposed_findings": [
            {
                "grade": "critical",
                "standard": "iris-1.2",
                "principle": "1",
                "statement": "1 charge borne by the worker: BDT 165,000",
                "charges": [0],
            }
        ],
        "not_judged": [],
    }


def test_the_principle_that_is_named_is_the_standards() -> None:
    (finding,) = answer(OFFER).proposed_findings
    principles = {it.code: it.title for it in first_standard().principles}
    assert "fees" in principles[finding.principle]


def test_the_corridor_alone_and_no_charge_conforms() -> None:
    found = answer({"corridor": "BD-MY", "charges": []})
    assert (found.employer_pays, found.national_law) == ("conforms", "conforms")
    assert (found.rules, found.worker_paid, found.proposed_findings) == ([], [], [])
    assert found.not_judged == ["rci: the first month's earnings"]


def test_what_is_left_out_is_named() -> None:
    found = answer(
        {
            "corridor": "PH-HK",
            "charges": [{"category": "fee.placement", "amount": paid("1000", "HKD")}],
        }
    )
    assert (found.employer_pays, found.national_law) == ("unknown", "unknown")
    assert set(found.not_judged) == {
        "PH-2016-domestic: the worker's occupation, who bore a charge",
        "PH-2016-placement-fee: the monthly wage, who bore a charge",
        "PH-2016-after-contract: when the contract was signed, who bore a charge, whether a"
        " receipt was given, the date of a charge",
        "HK-commission: the first month's earnings, who bore a charge",
        "HK-after-wages: when the first wage was received, who bore a charge, the date of a charge",
        "employer_pays: who bore 1 of the charges",
        "rci: the first month's earnings",
    }


def test_the_stricter_rule_stands_first() -> None:
    charges = [fee(amount=paid("9000", "NPR"), charged_on="2024-01-01")]
    found = answer(offer(corridor="NP-QA", charges=charges))
    assert [(rule.rule, rule.verdict) for rule in found.rules] == [
        ("QA-2004-art33", "violates"),
        ("NP-2015-service-fee", "conforms"),
    ]
    assert found.charges[0].national_law.rules == ["QA-2004-art33", "NP-2015-service-fee"]


def test_of_two_ceilings_the_fuller_one_is_the_stricter() -> None:
    worker = {"monthly_wage": paid("800", "SGD"), "contract_months": 36}
    charges = [fee(amount=paid("1000", "SGD"), charged_on="2024-01-01")]
    found = answer(offer(corridor="VN-SG", worker=worker, charges=charges))
    assert [rule.rule for rule in found.rules] == ["SG-EA-fee", "VN-2020-service-fee"]


def test_a_rule_past_its_day_answers_and_says_so() -> None:
    (fresh,), (stale,) = (
        answer(OFFER, today).rules for today in (date(2027, 5, 23), date(2027, 5, 24))
    )
    assert (fresh.stale, stale.stale) == (False, True)
    assert stale.verdict == fresh.verdict
    assert stale.explanation.startswith(fresh.explanation)


def test_what_was_paid_is_told_by_currency_repaid_or_not() -> None:
    charges = [
        fee(amount=paid("2.50", "USD")),
        fee(amount=paid("1"), repaid=paid("1")),
        fee(amount=paid("7"), paid_by="employer"),
        fee(amount=paid("0.25")),
    ]
    found = answer(offer(charges=charges))
    assert [money.money().as_json() for money in found.worker_paid] == [
        paid("1.25"),
        paid("2.50", "USD"),
    ]
    assert found.rci is None
    assert "rci: an exchange rate to MYR for the day of every charge" in found.not_judged


def test_an_excess_in_two_currencies_stands_in_words() -> None:
    charges = [fee(amount=paid("5", "IDR")), fee(amount=paid("5", "SGD"))]
    (rule,) = answer(offer(corridor="ID-KW", charges=charges)).rules
    assert rule.over_by is None
    assert rule.explanation.startswith("IDR 5 and SGD 5 charged; ")


def test_an_indicator_needs_to_know_who_paid() -> None:
    found = answer(offer(charges=[fee(paid_by="unknown")]))
    assert found.rci is None
    assert "rci: who bore a charge" in found.not_judged


def test_an_indicator_is_zero_without_a_cost() -> None:
    assert answer(offer(charges=[fee(paid_by="employer")])).rci == "0.00"


def test_a_fee_that_was_repaid_is_still_proposed_as_a_finding() -> None:
    found = answer(offer(charges=[fee(repaid=paid("165000.00"))]))
    assert found.employer_pays == "remediated"
    assert found.national_law == "violates"
    assert [finding.grade for finding in found.proposed_findings] == ["critical"]


def test_an_estimate_from_a_cohort_alone_proposes_nothing() -> None:
    charges = [
        fee(evidence="cohort_estimate"),
        fee(evidence="worker_testimony"),
        fee(evidence=None),
    ]
    assert answer(offer(charges=charges[:1])).proposed_findings == []
    assert answer(offer(charges=charges[:1])).employer_pays == "violates"
    (finding,) = answer(offer(charges=charges)).proposed_findings
    assert finding.charges == [1, 2]
    assert finding.statement == "2 charges borne by the worker: BDT 330,000"


def test_an_exception_changes_national_law_alone() -> None:
    exception = {
        "country": "GB",
        "legal_basis": "Order 12 of 2024",
        "worker_category": "singer",
        "service_type": "fee.placement",
        "disclosed_before_acceptance": True,
        "valid_from": "2024-01-01",
        "valid_until": "2024-12-31",
    }
    body = offer(
        corridor="KE-GB",
        worker={"occupation": "singer"},
        charges=[fee(charged_on="2024-06-01", amount=paid("9", "GBP"))],
    )
    assert answer(body).national_law == "violates"
    excepted = answer({**body, "exceptions": [exception]})
    assert (excepted.employer_pays, excepted.national_law) == ("violates", "conforms")


def test_the_example_in_the_schema_runs() -> None:
    schema = EvaluationBody.model_json_schema()
    (example,) = schema["examples"]
    assert answer(example).rci == "4.52"


def test_the_page_for_users_says_what_comes_out() -> None:
    page = (Path(__file__).parents[3] / "docs" / "employer-pays.md").read_text()
    evaluation = page[page.index("/v1/employer-pays/evaluate \\") :]
    request, rule = (
        json.loads(re.findall(pattern, text, re.DOTALL)[0])
        for pattern, text in (
            (r"-d '(\{.*?\})'\n```", evaluation),
            (r"```json\n(\{.*?\})\n```", page[page.index("## Add a rule") :]),
        )
    )
    found = answer(request)
    assert found.rules[0].explanation in " ".join(page.split())
    assert f"`rci`: {found.rci}" in page
    request["charges"][0]["amount"]["amount"] = "78990"
    assert answer(request).national_law == "conforms"
    assert answer(request).employer_pays == "violates"
    assert len(rule_file.read(json.dumps({"rules": [rule]})).rules) == 1


HOSTILE_AMOUNTS = [
    "NaN", "nan", "Infinity", "-Infinity", "-1", "-0", "+1", "1e3", "1E400", "0x10", "1_000",
    "1,000", "1.000,5", "", " ", "1 ", ".5", "5.", "165000.001", "১৬৫", "٣", "1\n", "1\u0000",
    "1000000000000000000", "9" * 41, "1." + "0" * 41,
]  # fmt: skip


@pytest.mark.parametrize("amount", HOSTILE_AMOUNTS, ids=ascii)
def test_a_hostile_amount_is_refused(amount: str) -> None:
    for body in (
        offer(charges=[fee(amount=paid(amount))]),
        offer(charges=[fee(repaid=paid(amount))]),
        offer(worker={"monthly_wage": paid(amount)}),
    ):
        with pytest.raises(ValidationError):
            EvaluationBody.model_validate(body)


@pytest.mark.parametrize(
    ("amount", "currency", "said"),
    [
        ("10000000000000000.00", "BDT", "10000000000000000.00"),
        ("1000000000000000000", "JPY", "1000000000000000000"),
        ("1.234", "KWD", "1.234"),
        ("1", "KWD", "1.000"),
        ("7", "JPY", "7"),
        ("0007.1", "BDT", "7.10"),
    ],
)
def test_an_extreme_amount_that_can_be_held_is_right(amount: str, currency: str, said: str) -> None:
    found = answer(offer(charges=[fee(amount=paid(amount, currency))]))
    assert [money.amount for money in found.worker_paid] == [said]
    assert found.employer_pays == "violates"


@pytest.mark.parametrize(
    ("amount", "currency"),
    [("7.5", "JPY"), ("1.00", "JPY"), ("1.2345", "KWD"), ("1", "XXX"), ("1", "XAU"), ("1", "bdt")],
)
def test_decimals_that_a_currency_does_not_have_are_refused(amount: str, currency: str) -> None:
    with pytest.raises(ValidationError):
        EvaluationBody.model_validate(offer(charges=[fee(amount=paid(amount, currency))]))


def test_amounts_that_add_up_to_more_than_can_be_held_are_refused() -> None:
    most = paid("10000000000000000.00")
    with pytest.raises(Invalid):
        answer(offer(charges=[fee(amount=most), fee(amount=most)]))


def test_an_excess_of_more_than_can_be_held_is_refused() -> None:
    rate = {**OFFER["exchange_rates"][0], "rate": "0.000000000001"}
    worker = {"monthly_wage": paid("1", "MYR"), "contract_months": 12}
    charges = [fee(amount=paid("10000000000000000.00"))]
    with pytest.raises(Invalid):
        answer(offer(corridor="KE-SG", worker=worker, exchange_rates=[rate], charges=charges))


FAULTS: list[tuple[dict[str, Any], tuple[str | int, ...]]] = [
    ({"corridor": "BD-BD"}, ("corridor",)),
    ({"corridor": "Bangladesh"}, ("corridor",)),
    ({"corridor": None}, ("corridor",)),
    ({"charges": None}, ("charges",)),
    ({"charges": [fee()] * (MOST_CHARGES + 1)}, ("charges",)),
    ({"charges": [fee(), fee(category="fee.placment")]}, ("charges", 1, "category")),
    ({"charges": [fee(category="cost.medical:aspirin")]}, ("charges", 0, "category")),
    ({"charges": [fee(category="fee.direct:x")]}, ("charges", 0, "category")),
    ({"charges": [fee(paid_by=None)]}, ("charges", 0, "paid_by")),
    ({"charges": [fee(paid_by="aunt")]}, ("charges", 0, "paid_by")),
    ({"charges": [fee(form="cheque")]}, ("charges", 0, "form")),
    ({"charges": [fee(charged_on="2023-02-30")]}, ("charges", 0, "charged_on")),
    ({"charges": [fee(charged_on=20230220)]}, ("charges", 0, "charged_on")),
    ({"charges": [fee(amount=165000)]}, ("charges", 0, "amount")),
    (
        {"charges": [fee(amount={"amount": 1.5, "currency": "BDT"})]},
        ("charges", 0, "amount", "amount"),
    ),
    ({"charges": [fee(repaid=paid("1", "MYR"))]}, ("charges", 0)),
    ({"charges": [fee(note="x")]}, ("charges", 0, "note")),
    ({"exchange_rates": [{**OFFER["exchange_rates"][0], "rate": "0"}]}, ("exchange_rates", 0)),
    ({"exchange_rates": [{**OFFER["exchange_rates"][0], "rate": "NaN"}]}, ("exchange_rates", 0)),
    ({"exchange_rates": [{**OFFER["exchange_rates"][0], "base": "BDT"}]}, ("exchange_rates", 0)),
    ({"exchange_rates": [{**OFFER["exchange_rates"][0], "quote": "TAKA"}]}, ("exchange_rates", 0)),
    ({"exchange_rates": OFFER["exchange_rates"] * (MOST_RATES + 1)}, ("exchange_rates",)),
    ({"worker": {"gender": "m"}}, ("worker", "gender")),
    ({"worker": {"occupation": "Domestic worker"}}, ("worker", "occupation")),
    ({"worker": {"contract_months": 0}}, ("worker", "contract_months")),
    ({"worker": {"contract_months": "24"}}, ("worker", "contract_months")),
    ({"worker": {"name": "x"}}, ("worker", "name")),
    ({"region": "Ontario"}, ("region",)),
    ({"end_reason": "tired"}, ("end_reason",)),
    ({"employer_bears_all_costs": "no"}, ("employer_bears_all_costs",)),
    ({"employer": "x"}, ("employer",)),
]


@pytest.mark.parametrize(
    ("members", "place"), FAULTS, ids=[f"{n}-{place}" for n, (_, place) in enumerate(FAULTS)]
)
def test_a_fault_is_refused_with_its_place(
    members: dict[str, Any], place: tuple[str | int, ...]
) -> None:
    with pytest.raises(ValidationError) as refused:
        EvaluationBody.model_validate(offer(**members))
    assert refused.value.errors()[0]["loc"] == place


def test_two_rates_for_one_day_are_refused_with_their_place() -> None:
    rate = OFFER["exchange_rates"][0]
    body = offer(exchange_rates=[rate, {**rate, "base": "BDT", "quote": "MYR", "rate": "0.04"}])
    with pytest.raises(Invalid) as refused:
        answer(body)
    assert [error.pointer for error in refused.value.errors] == ["/exchange_rates"]


@pytest.mark.parametrize(
    "members",
    [
        {"arrived_on": "2199-12-31", "ended_on": "2199-12-31", "end_reason": "terminated"},
        {"arrived_on": "1900-01-01", "ended_on": "2199-12-31", "end_reason": "terminated"},
        {"arrived_on": "2199-12-31", "ended_on": "1900-01-01", "end_reason": "terminated"},
        {"arrived_on": "1900-01-01", "ended_on": "1900-01-01", "end_reason": "terminated"},
    ],
)
@pytest.mark.parametrize("corridor", ["VN-SG", "VN-TW"])
@pytest.mark.parametrize("charged_on", ["1900-01-01", "2199-12-31"])
def test_the_first_and_the_last_day_of_the_wire_are_right_or_refused(
    members: dict[str, Any], corridor: str, charged_on: str
) -> None:
    body = offer(corridor=corridor, charges=[fee(charged_on=charged_on)], **members)
    with suppress(DateOutOfRange):
        assert answer(body).employer_pays == "violates"


def test_the_largest_request_is_answered_soon_and_in_bounds() -> None:
    """Rates with many digits and many charges must not add up to endless arithmetic."""
    days = [
        date.fromordinal(date(2023, 1, 1).toordinal() + n).isoformat() for n in range(MOST_RATES)
    ]
    rates = [
        {
            "base": "SGD",
            "quote": "BDT",
            "rate": f"{999_999_999_989 - 2 * n}.{123_456_789_013 + n}",
            "on": day,
            "source": "given",
        }
        for n, day in enumerate(days)
    ]
    charges = [
        fee(amount=paid("0.01"), charged_on=days[n % MOST_RATES]) for n in range(MOST_CHARGES)
    ]
    worker = {"monthly_wage": paid("800", "SGD"), "contract_months": 24}
    body = offer(corridor="BD-SG", worker=worker, exchange_rates=rates, charges=charges)
    found = answer(body)
    assert found.national_law == "conforms"
    assert len(json.dumps(found.model_dump(mode="json"))) < 8 * 2**20
