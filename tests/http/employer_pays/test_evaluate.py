"""`POST /v1/employer-pays/evaluate`: an offer judged before it is made, and nothing kept (§8)."""

import json
from copy import deepcopy
from typing import Any

import pytest
from sqlalchemy import MetaData, func, select
from sqlalchemy.orm import Session

from app.access.lifecycle import Kind
from app.kernel.roles import Role
from app.platform.strict_json import MEBIBYTE
from tests.api import Api
from tests.asgi import Answer, call
from tests.making import access
from tests.making.access import Someone

PATH = "/v1/employer-pays/evaluate"

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
    "charges": [
        {
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
    ],
}


@pytest.fixture
def staff(api: Api) -> Someone:
    return api.made(lambda work: access.person(work, Kind.RECRUITER, Role.RECRUITER_STAFF))


def ask(api: Api, someone: Someone | None, body: bytes) -> Answer:
    """A call without an idempotency key: it changes nothing."""
    headers = [("content-type", "application/json")]
    if someone is not None:
        headers.append(("authorization", f"Bearer {api.token(someone)}"))
    return call(api.app, "POST", PATH, headers=headers, body=body)


def rows(api: Api) -> dict[str, int]:
    """How many rows every table has."""

    def count(session: Session) -> dict[str, int]:
        tables = MetaData()
        tables.reflect(session.connection())
        return {
            name: session.scalar(select(func.count()).select_from(table)) or 0
            for name, table in tables.tables.items()
        }

    with api.workbench.database.read() as session:
        return count(session)


def test_a_recruiter_tests_an_offer_and_nothing_is_kept(api: Api, staff: Someone) -> None:
    before = rows(api)
    answer = ask(api, staff, json.dumps(OFFER).encode())

    assert answer.status == 200
    assert rows(api) == before
    assert answer.json["employer_pays"] == answer.json["national_law"] == "violates"
    assert answer.json["rci"] == "4.52"
    assert answer.json["worker_paid"] == [{"amount": "165000.00", "currency": "BDT"}]
    (rule,) = answer.json["rules"]
    assert (rule["rule"], rule["verdict"], rule["stale"]) == ("BD-2022-MY", "violates", False)
    assert rule["over_by"] == {"amount": "86010.00", "currency": "BDT"}
    assert rule["explanation"] == (
        "BDT 165,000 charged; ceiling 78,990 for BD-MY since 2022-07-06; over by 86,010"
    )
    (charge,) = answer.json["charges"]
    assert charge["employer_pays"].keys() == {"verdict", "rule", "source", "explanation"}
    assert charge["national_law"].keys() == {"verdict", "rules", "explanation"}
    (finding,) = answer.json["proposed_findings"]
    assert (finding["grade"], finding["principle"]) == ("critical", "1")


def test_anybody_with_a_token_may_ask_and_nobody_without(api: Api) -> None:
    body = json.dumps(OFFER).encode()
    for someone in (
        api.made(lambda work: access.machine(work, Kind.EMPLOYER)),
        api.made(lambda work: access.person(work, Kind.AUDIT_COMPANY, Role.AUDITOR)),
        api.made(lambda work: access.person(work, Kind.RECRUITER)),
    ):
        assert ask(api, someone, body).status == 200
    refused = ask(api, None, body)
    assert refused.status == 401
    assert refused.json["type"].endswith("/problems/unauthenticated")


def test_the_stale_flag_follows_the_services_clock(api: Api, staff: Someone) -> None:
    api.clock.move_to(api.clock.now().replace(year=2027, month=5, day=23, hour=23))
    body = json.dumps(OFFER).encode()
    assert [rule["stale"] for rule in ask(api, staff, body).json["rules"]] == [False]
    api.clock.move_to(api.clock.now().replace(day=24, hour=0))
    assert [rule["stale"] for rule in ask(api, staff, body).json["rules"]] == [True]


@pytest.mark.parametrize("amount", ['"NaN"', "NaN", "Infinity", "1e400", '"-1"', '"1e3"', "1.5"])
def test_hostile_amounts_are_refused(api: Api, staff: Someone, amount: str) -> None:
    body = json.dumps(OFFER).replace('"165000.00"', amount).encode()
    refused = ask(api, staff, body)
    assert refused.status in {400, 422}
    assert refused.headers["content-type"] == "application/problem+json"


def test_faults_are_answered_with_their_places(api: Api, staff: Someone) -> None:
    wrong = deepcopy(OFFER)
    wrong["charges"][0]["category"] = "fee.placment"
    wrong["exchange_rates"] *= 2
    wrong["employer"] = "x"
    answer = ask(api, staff, json.dumps(wrong).encode())
    assert answer.status == 422
    assert {error["pointer"] for error in answer.json["errors"]} == {
        "/charges/0/category",
        "/employer",
    }
    del wrong["employer"]
    wrong["charges"][0]["category"] = "fee.placement"
    answer = ask(api, staff, json.dumps(wrong).encode())
    assert answer.status == 422
    assert [error["pointer"] for error in answer.json["errors"]] == ["/exchange_rates"]


def test_a_sum_beyond_all_bounds_is_refused(api: Api, staff: Someone) -> None:
    wrong = deepcopy(OFFER)
    wrong["charges"][0]["amount"]["amount"] = "10000000000000000.00"
    assert ask(api, staff, json.dumps(wrong).encode()).status == 200
    wrong["charges"] *= 2
    assert ask(api, staff, json.dumps(wrong).encode()).status == 422


def test_a_body_of_more_than_a_mebibyte_is_refused(api: Api, staff: Someone) -> None:
    body = json.dumps(OFFER).encode()
    assert ask(api, staff, body + b" " * (MEBIBYTE - len(body))).status == 200
    assert ask(api, staff, body + b" " * (MEBIBYTE - len(body) + 1)).status == 413
