"""Documents of the rules: what can be used, where it cannot, and how two differ (DOMAIN §4)."""

from typing import Any

import pytest

from app.employer_pays import rule_sets
from app.kernel.errors import FieldError, Invalid
from app.kernel.money import Money
from app.scheme import policy, standard
from app.scheme.document import Added, Changed, difference, pointer, unclean
from app.scheme.families import check_policy, check_standard
from app.scheme.shipped import VERSIONS, first_policy, first_standard
from app.scheme.standard import Wording


def faults(read: Any, document: dict[str, Any]) -> dict[str, str]:
    with pytest.raises(Invalid) as refused:
        read(document)
    return {fault.pointer: fault.detail for fault in refused.value.errors}


def test_what_ships_states_every_number_and_reads_back_as_written() -> None:
    """§5–§11: no number of the first policy is a default of the code but those added later."""
    for shipped in VERSIONS:
        check = check_policy if shipped.kind == "policy" else check_standard
        kept = check(shipped.document)
        assert check(kept) == kept
        assert {name: kept[name] for name in shipped.document} == shipped.document
    for shipped in rule_sets.SHIPPED:
        assert rule_sets.CHECKS[shipped.kind](shipped.document) == shipped.document
    assert first_policy().application_fee == Money.parse("1000.00", "USD")
    assert len(first_standard().indicators()) == 120


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"review_days": "14"}, {"/review_days": "Input should be a valid integer."}),
        ({"review_days": True}, {"/review_days": "Input should be a valid integer."}),
        ({"review_days": 0}, {"/review_days": "Write a whole number from 1 to 100000."}),
        ({"review_days": 100_001}, {"/review_days": "Write a whole number from 1 to 100000."}),
        ({"cycle_months": 1201}, {"/cycle_months": "Write a whole number from 1 to 1200."}),
        ({"respond_days": {"major": -1}}, {"/respond_days/major": None}),
        (
            {"worker_bands": [100, 100, 1000, 2000]},
            {"/worker_bands": "Write each band's limit once, in rising order."},
        ),
        ({"stage_2_days": [2, 3]}, {"/stage_2_days": None}),
        ({"zone_name": "Mars/Olympus"}, {"/zone_name": None}),
        ({"application_fee": {"amount": "1e3", "currency": "USD"}}, {"/application_fee": None}),
        (
            {"application_fee": {"amount": "1", "currency": "USD", "x": 1}},
            {"/application_fee": None},
        ),
        ({"surprise": 1}, {"/surprise": "Unexpected keyword argument."}),
    ],
)
def test_a_policy_that_cannot_be_used_says_where(
    changes: dict[str, Any], said: dict[str, str | None]
) -> None:
    found = faults(policy.read, {**policy.written(first_policy()), **changes})
    assert found.keys() == said.keys()
    assert all(words is None or found[place] == words for place, words in said.items())


@pytest.mark.parametrize("value", [1.5, float("nan")])
def test_a_policy_has_no_fractions(value: float) -> None:
    document = {**policy.written(first_policy()), "review_days": value}
    assert faults(policy.read, document).keys() == {"/review_days"}


def test_a_number_that_became_data_later_has_the_value_it_had() -> None:
    document = policy.written(first_policy())
    del document["tolling_days"]
    assert policy.read(document) == first_policy()


def test_a_standard_that_cannot_be_used_says_where() -> None:
    document = standard.written(first_standard())
    document["management_system_elements"].append("monitoring")
    document["principles"][1]["code"] = "A"
    document["principles"][2]["criteria"][1]["code"] = "A.1"
    assert faults(standard.read, document) == {
        "/management_system_elements/5": (
            "monitoring stands at /management_system_elements/3 already; use each code once."
        ),
        "/principles/1/code": "A stands at /principles/0/code already; use each code once.",
        "/principles/2/criteria/1/code": (
            "A.1 stands at /principles/0/criteria/0/code already; use each code once."
        ),
    }
    document["principles"][0]["title"] = "\u200b"
    document["principles"][1]["criteria"] = []
    assert faults(standard.read, document).keys() == {
        "/principles/0/title",
        "/principles/1/criteria",
    }


def test_only_what_is_verified_is_official() -> None:
    """§4: never show an unverified text as the standard's own."""
    for principle in first_standard().principles:
        assert principle.wording is Wording.OFFICIAL
        for criterion in principle.criteria:
            assert (criterion.wording is Wording.OFFICIAL) == criterion.verified
            assert criterion.verified != criterion.code.startswith("L-")


def test_two_documents_differ_by_path() -> None:
    before = {
        "a": 1,
        "gone": {"x": 1},
        "list": [1, 2],
        "flag": True,
        "criteria": [{"code": "A/1", "title": "old"}, {"code": "B"}],
    }
    after = {
        "a": 1,
        "new": None,
        "list": [2, 1],
        "flag": 1,
        "criteria": [{"code": "B"}, {"code": "A/1", "title": "new", "verified": True}],
    }
    found = difference(before, after)
    assert found.added == (Added("/new", None), Added("/criteria/A~11/verified", True))
    assert found.removed == (Added("/gone/x", 1),)
    assert found.changed == (
        Changed("/list", [1, 2], [2, 1]),
        Changed("/flag", True, 1),
        Changed("/criteria/A~11/title", "old", "new"),
    )
    assert difference(before, before) == difference({}, {})


def test_a_list_whose_members_share_a_name_is_one_value() -> None:
    twice = [{"id": "a", "n": 1}, {"id": "a", "n": 2}]
    once = [{"id": "a", "n": 1}]
    found = difference({"rows": twice}, {"rows": once})
    assert found.removed == (Added("/rows", twice),)
    assert found.added == (Added("/rows/a/id", "a"), Added("/rows/a/n", 1))


def test_texts_that_nobody_can_see_are_found_in_keys_and_values() -> None:
    document = {"a": ["fine", "", "x\u202ey"], "b\u0000": 1, "c": {"d": "नेपाल"}}
    assert [fault.pointer for fault in unclean(document)] == ["/a/2", ""]
    assert all(isinstance(fault, FieldError) for fault in unclean(document))
    assert pointer(["a/b", 0, "~"]) == "/a~1b/0/~0"
