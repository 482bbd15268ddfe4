"""Accepted applicants are public as *active applicant*, never as certified (DOMAIN §5, §12)."""

from typing import Any

from tests.api import Api
from tests.making.certificates import World


def ask(api: Api, number: str) -> dict[str, Any]:
    told = api.get(f"/v1/verify?recruiter={number}")
    assert told.status == 200, told.body
    answer: dict[str, Any] = told.json
    return answer


def listed(api: Api, query: str = "") -> list[str]:
    answer = api.get(f"/v1/registry/applicants{query}").json
    return [found["recruiter_number"] for found in answer["items"]]


def test_a_certified_recruiter_is_an_applicant_no_more(api: Api, world: World) -> None:
    (number,) = listed(api)
    applies = ask(api, number)
    assert (applies["result"], applies["certificates"]) == ("applicant", [])
    assert applies["recruiter"]["recruiter_number"] == number
    assert applies["applicant"]["corridors"] == ["NP-MY", "NP-QA"]
    assert listed(api, "?country=NP") == [number]
    assert listed(api, "?country=BD") == []
    certificate = world.grant()
    certified = ask(api, number)
    assert (certified["result"], certified["applicant"]) == ("valid", None)
    assert [(c["number"], c["result"]) for c in certified["certificates"]] == [
        (certificate, "valid")
    ]
    assert listed(api) == []
    world.wait(days=366 * 3)
    over = ask(api, number)
    assert (over["result"], over["applicant"]) == ("expired", None)
