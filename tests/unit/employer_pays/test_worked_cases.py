"""The table of worked cases, and that it leaves no rule and no contradiction out (DOMAIN §8)."""

from datetime import timedelta
from itertools import product

import pytest

from app.employer_pays import rule_file
from app.employer_pays.rules import Cap, Precondition, Rule, Side
from app.employer_pays.verdict import judge, over_by
from app.kernel.places import Corridor
from tests.unit.employer_pays.worked_cases import WorkedCase, cases, money

CASES = list(cases())
BOOK = rule_file.load()
BY_ID = {rule.id: rule for rule in BOOK.rules}


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_worked_case_comes_out_as_on_paper(case: WorkedCase) -> None:
    judgement = judge(BOOK, case.placement, case.charges, case.rates)

    assert list(judgement.employer_pays) == case.employer_pays
    assert list(judgement.national_law) == case.national_law
    found = {it.rule.id: (it.verdict, set(over_by(judgement, it))) for it in judgement.rules}
    assert found == {
        rule: (verdict, {money(text) for text in over.split("+") if text})
        for rule, (verdict, over) in case.rules.items()
    }


@pytest.mark.parametrize("rule", BOOK.rules, ids=lambda rule: str(rule.id))
def test_every_rule_is_seen_to_be_kept_and_to_be_broken(rule: Rule) -> None:
    verdicts = {case.rules[rule.id][0] for case in CASES if rule.id in case.rules}
    assert verdicts >= {"conforms", "violates"}


@pytest.mark.parametrize(
    "rule", [rule for rule in BOOK.rules if rule.effective_from], ids=lambda rule: str(rule.id)
)
def test_every_rule_with_a_date_is_seen_on_its_first_day_and_the_day_before(rule: Rule) -> None:
    assert rule.effective_from is not None
    about = [
        case for case in CASES if rule.is_of(case.placement.corridor) and len(case.charges) == 1
    ]
    first = [case for case in about if case.charges[0].charged_on == rule.effective_from]
    before = rule.effective_from - timedelta(days=1)
    earlier = [case for case in about if case.charges[0].charged_on == before]
    assert any(rule.id in case.rules for case in first)
    assert earlier
    assert not any(rule.id in case.rules for case in earlier)


def both_ends() -> list[tuple[str, str]]:
    """Origins and destinations that both have a word, and not both only to forbid."""
    found = set()
    for one, other in product(BOOK.rules, BOOK.rules):
        if one.side is Side.DESTINATION or other.side is Side.ORIGIN:
            continue
        corridor = Corridor(one.country, other.country)
        limits = any(isinstance(rule.shape, Cap | Precondition) for rule in BOOK.of(corridor))
        if one.is_of(corridor) and other.is_of(corridor) and limits:
            found.add((one.country, other.country))
    return sorted(found)


@pytest.mark.parametrize(("origin", "destination"), both_ends())
def test_every_contradiction_between_origin_and_destination_is_seen(
    origin: str, destination: str
) -> None:
    corridor = Corridor(origin, destination)
    sides = [
        {
            side: {case.rules[id_][0] for id_ in case.rules if BY_ID[id_].side is side}
            for side in Side
        }
        for case in CASES
        if case.placement.corridor == corridor
    ]
    assert any(
        ("conforms" in said[Side.ORIGIN] and "violates" in said[Side.DESTINATION])
        or ("violates" in said[Side.ORIGIN] and "conforms" in said[Side.DESTINATION])
        for said in sides
    )


def test_there_are_more_cases_than_were_asked_for() -> None:
    assert len(CASES) >= 150
