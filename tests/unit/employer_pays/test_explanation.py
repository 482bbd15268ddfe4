"""The arithmetic in words, made when somebody reads it (DOMAIN §8)."""

from datetime import date

import pytest

from app.employer_pays import rule_file
from app.employer_pays.explanation import Explanation
from app.employer_pays.gaps import missing
from app.employer_pays.outcomes import Outcome
from app.employer_pays.verdict import judge
from tests.unit.employer_pays.worked_cases import WorkedCase, cases, read

TODAY = date(2026, 11, 23)


def explained(line: str, today: date = TODAY) -> tuple[WorkedCase, Explanation, list[str]]:
    """The words for `corridor | facts | charges`, and the rules' sentences, the stricter first."""
    case = read(line)
    judgement = judge(rule_file.load(), case.placement, case.charges, case.rates)
    words = Explanation(judgement, today)
    return case, words, [f"{it.rule.id}: {words.of_rule(it)}" for it in words.rules]


@pytest.mark.parametrize(
    ("line", "sentences"),
    [
        (
            "BD-MY | | 2023-01-20 fee.placement BDT165000",
            [
                "BD-2022-MY: BDT 165,000 charged; ceiling 78,990 for BD-MY since 2022-07-06;"
                " over by 86,010"
            ],
        ),
        (
            "BD-MY | | 2023-01-20 fee.placement BDT78989.5",
            ["BD-2022-MY: BDT 78,989.50 charged; ceiling 78,990 for BD-MY since 2022-07-06"],
        ),
        (
            "BD-MY | | 2023-01-20 fee.placement BDT78990; 2023-01-21 fee.placement BDT5 by=unknown",
            [
                "BD-2022-MY: BDT 78,990 charged; up to 78,995 may count; ceiling 78,990 for BD-MY"
                " since 2022-07-06; cannot be judged without: who bore a charge"
            ],
        ),
        (
            "BD-MY | | ? fee.placement BDT5; 2023-01-20 fee.placement USD5",
            [
                "BD-2022-MY: BDT 0 charged; more that cannot be converted; ceiling 78,990 for BD-MY"
                " since 2022-07-06; cannot be judged without: the date of a charge, the exchange"
                " rate of USD and BDT on 2023-01-20"
            ],
        ),
        (
            "LK-JP | | ? fee.placement JPY5",
            [
                "LK-JP-2018: LKR 0 charged; more that cannot be converted; ceiling 350,000 for"
                " LK-JP; cannot be judged without: the date of a charge"
            ],
        ),
        (
            "NP-MY | bears_all=no rate=NPR/USD:0.0075@2024-03-01"
            " | 2024-03-01 fee.placement USD75.01",
            [
                "NP-2015-service-fee: NPR about 10,001.33 charged; ceiling 10,000 for NP-MY since"
                " 2015-07-06; over by 1.34; converted at 1 NPR = 0.0075 USD on 2024-03-01 (given)"
            ],
        ),
        (
            "NP-MY | | 2024-03-01 fee.placement NPR10001",
            [
                "NP-2015-service-fee: NPR 10,001 charged; ceiling 10,000 for NP-MY since"
                " 2015-07-06; cannot be judged without: whether the employer bears all costs"
            ],
        ),
        (
            "NP-MY | | 2024-03-01 cost.administrative:visa NPR500;"
            " 2024-03-02 cost.travel_lodging:airfare NPR9 by=sub_agent;"
            " 2024-03-03 cost.travel_lodging:airfare NPR9 by=other",
            [
                "NP-2015-free-visa-ticket: NPR 500 for cost.administrative:visa borne by the"
                " worker, not by the employer, NPR 9 for cost.travel_lodging:airfare borne by the"
                " sub agent, not by the employer, NPR 9 for cost.travel_lodging:airfare borne by"
                " another party, not by the employer; costs are allotted for NP-MY since 2015-07-06"
            ],
        ),
        (
            "KE-SA | | 2024-01-01 cost.travel_lodging SAR1",
            [
                "SA-art40: costs are allotted for KE-SA; cannot be judged without: which item of"
                " cost.travel_lodging it was"
            ],
        ),
        (
            "PH-KW | wage=KWD120 signed=2024-01-10"
            " | 2024-01-09 fee.placement KWD120.001 shown=worker_testimony;"
            " 2024-01-10 fee.placement KWD1",
            [
                "PH-2016-placement-fee: KWD 121.001 charged; ceiling 120 (1 × the monthly wage) for"
                " PH-KW; over by 1.001",
                "PH-2016-after-contract: 1 charge made before the contract was signed on 2024-01-10"
                " for PH-KW; a receipt is required; 1 charge without one; cannot be judged without:"
                " whether a receipt was given, whether the charge of 2024-01-10 came after the"
                " contract was signed that day",
                "PH-2016-domestic: no fee.placement may be charged for PH-KW; cannot be judged"
                " without: the worker's occupation",
            ],
        ),
        (
            "KE-HK | | ? fee.placement HKD1",
            [
                "HK-commission: a ceiling (10 % of the first month's earnings) for KE-HK; cannot be"
                " judged without: the first month's earnings",
                "HK-after-wages: to be made only after the first wage was received for KE-HK;"
                " cannot be judged without: when the first wage was received, the date of a charge",
            ],
        ),
        (
            "VN-SG | wage=SGD800 months=36 | 2023-02-10 fee.placement SGD2400",
            [
                "SG-EA-fee: SGD 2,400 charged; ceiling 1,600 (1 × the monthly wage a year of the"
                " contract, at most 2 ×) for VN-SG; over by 800",
                "VN-2020-service-fee: SGD 2,400 charged; ceiling 2,400 (1 × the monthly wage a year"
                " of the contract, at most 3 ×) for VN-SG since 2022-01-01",
            ],
        ),
        (
            "KE-TW | arrived=2023-01-31 | 2023-01-30 fee.placement TWD7;"
            " 2023-02-10 fee.placement TWD1801; 2023-03-10 fee.placement TWD1801;"
            " 2023-04-10 fee.placement TWD1801; 2023-05-10 fee.placement TWD1801",
            [
                "TW-service-fee: TWD 7 charged; ceiling 0 before the arrival for KE-TW;"
                " TWD 1,801 charged; ceiling 1,800 in month 1 of the stay for KE-TW;"
                " TWD 1,801 charged; ceiling 1,800 in month 2 of the stay for KE-TW;"
                " and 2 more months over theirs; over by 11"
            ],
        ),
        (
            "KE-TW | arrived=2023-01-31 | 2023-02-10 fee.placement TWD1800",
            ["TW-service-fee: in no month of the stay over the month's ceiling for KE-TW"],
        ),
        (
            "KE-TW | | ? fee.placement TWD1800",
            [
                "TW-service-fee: a ceiling for each month of the stay for KE-TW; cannot be judged"
                " without: the day of arrival, the date of a charge"
            ],
        ),
        (
            "ID-KW | | 2024-01-01 cost.medical IDR500; 2024-01-02 cost.medical KWD1",
            [
                "ID-2017-zero-cost: IDR 500 and KWD 1 charged; no cost.administrative or"
                " cost.insurance or cost.medical or cost.skills_test or cost.training or"
                " cost.travel_lodging or fee.placement may be charged for ID-KW since 2021-08-01"
            ],
        ),
        (
            "KE-QA | | 2024-01-01 cost.medical QAR500",
            [
                "QA-2004-art33: nothing may be charged for KE-QA since 2004-05-19; cannot be judged"
                " without: the payee of a charge"
            ],
        ),
        (
            "KE-GB | job=singer exception=GB,singer,fee.placement,?,2023-01-01,"
            " | 2023-06-01 fee.placement GBP100",
            [
                "GB-1973: no fee.placement may be charged for KE-GB; an exception was claimed:"
                " Order 1; cannot be judged without: whether an exception covers a charge"
            ],
        ),
        (
            "PK-KW | | 2026-01-01 fee.placement PKR1 via=cash; 2026-01-02 fee.placement PKR1",
            [
                "PK-2025-no-cash: 1 charge not by bank_transfer or mobile_money for PK-KW; cannot"
                " be judged without: the form of a payment"
            ],
        ),
        (
            "PK-KW | | 2026-01-01 fee.placement PKR1 via=mobile_money",
            ["PK-2025-no-cash: only by bank_transfer or mobile_money for PK-KW"],
        ),
        (
            "KE-SG | arrived=2023-01-15 ended=2023-03-01 why=terminated"
            " | 2023-01-10 cost.medical SGD100 repaid=SGD20",
            [
                "SG-EA-refund: the employment ended on 2023-03-01; 50 % must be returned for KE-SG;"
                " SGD 30 not returned"
            ],
        ),
        (
            "VN-KW | wage=KWD100 months=24 arrived=2023-01-01 ended=2023-12-31 why=terminated"
            " | 2022-06-01 cost.medical KWD73.1 repaid=KWD73.1",
            [
                "VN-2020-refund: the employment ended on 2023-12-31; 50.07 % and interest must be"
                " returned for VN-KW; cannot be judged without: the interest that is owed, whose"
                " rate the rules do not state"
            ],
        ),
        (
            "VN-KW | ended=2023-12-31 | 2022-06-01 cost.medical KWD73.1",
            [
                "VN-2020-refund: the employment ended on 2023-12-31; pro rata and interest must be"
                " returned for VN-KW; cannot be judged without: the day of arrival and the months"
                " of the contract, why the employment ended, the interest that is owed, whose rate"
                " the rules do not state"
            ],
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_rule_says_its_arithmetic(line: str, sentences: list[str]) -> None:
    assert explained(line)[2] == sentences


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("KE-DE | | 2024-01-05 fee.placement EUR1", "EUR 1 borne by the worker; nothing may be"),
        (
            "KE-DE | | 2024-01-05 fee.placement EUR40 repaid=EUR39.99",
            "EUR 40 borne by the worker; nothing may be; 39.99 repaid, 0.01 not",
        ),
        (
            "KE-DE | | 2024-01-05 fee.placement EUR40 repaid=EUR0.00",
            "EUR 40 borne by the worker; nothing may be",
        ),
        (
            "KE-DE | | 2024-01-05 fee.placement EUR40 repaid=EUR40",
            "EUR 40 borne by the worker and repaid in full; the finding stays",
        ),
        ("KE-DE | | 2024-01-05 fee.placement EUR1 by=employer", "EUR 1 borne by the employer"),
        ("KE-DE | | 2024-01-05 fee.placement EUR1 by=unknown", "nobody says who bore EUR 1"),
        ("KE-DE | | 2024-01-05 fee.placement EUR0.00", "nothing was charged"),
        (
            "KE-DE | | 2024-01-05 illegitimate:bribe EUR1 by=employer",
            "illegitimate, unreasonable or undisclosed: unlawful without any rule",
        ),
    ],
)
def test_the_employer_pays_verdict_says_why(line: str, said: str) -> None:
    _, words, _ = explained(line)
    assert words.of_employer_pays(0) == said


def test_national_law_names_each_rule_and_what_it_says_of_the_charge() -> None:
    _, words, _ = explained(
        "BD-MY | | 2023-01-20 fee.placement BDT78990; 2023-01-21 illegitimate BDT1;"
        " 2022-01-01 fee.placement BDT1"
    )
    ceiling = "BDT 78,991 charged; ceiling 78,990 for BD-MY since 2022-07-06; over by 1"
    assert words.of_national_law(0) == f"BD-2022-MY conforms: {ceiling}"
    assert words.of_national_law(1) == (
        "illegitimate, unreasonable or undisclosed: unlawful without any rule"
        f" | BD-2022-MY violates: {ceiling}"
    )
    assert words.of_national_law(2) == "no rule of BD or MY selects this charge"


def test_a_rule_that_does_not_vouch_says_so() -> None:
    _, words, _ = explained(
        "KE-SG | arrived=2023-01-15 ended=2023-03-01 why=terminated"
        " | 2023-01-10 cost.medical SGD100 repaid=SGD50"
    )
    assert words.of_national_law(0).startswith(
        "SG-EA-refund not broken, but it does not make the charge lawful: "
    )


def test_a_stale_rule_answers_and_says_that_it_is_stale() -> None:
    line = "BD-MY | | 2023-01-20 fee.placement BDT1"
    fresh, stale = (explained(line, today)[2] for today in (date(2027, 5, 23), date(2027, 5, 24)))
    assert stale == [f"{fresh[0]}; stale: the rule was to be checked again after 2027-05-23"]


def test_many_rates_are_counted_not_listed() -> None:
    given = " ".join(f"rate=USD/NPR:13{n}@2024-03-0{n}" for n in range(1, 6))
    paid = ";".join(f"2024-03-0{n} fee.placement USD1" for n in range(1, 6))
    (sentence,) = explained(f"NP-MY | bears_all=no {given} | {paid}")[2]
    assert sentence.endswith(
        "converted at 1 USD = 131 NPR on 2024-03-01 (given), 1 USD = 132 NPR on 2024-03-02 (given),"
        " 1 USD = 133 NPR on 2024-03-03 (given), 2 more"
    )


@pytest.mark.parametrize("case", list(cases()), ids=str)
def test_every_worked_case_can_be_put_into_words(case: WorkedCase) -> None:
    judgement = judge(rule_file.load(), case.placement, case.charges, case.rates)
    words = Explanation(judgement, TODAY)
    for place in range(len(judgement.charges)):
        assert words.of_employer_pays(place)
        assert words.of_national_law(place)
    for found in judgement.rules:
        said = words.of_rule(found)
        gaps = missing(judgement, found)
        assert said
        assert bool(gaps) is (Outcome.UNKNOWN in found.outcomes)
        assert ("cannot be judged without" in said) is bool(gaps)
