"""The answer as one pure function of the row and the clock (DOMAIN §12)."""

from datetime import date
from typing import Any

import pytest
from pydantic_core import PydanticCustomError

from app.certificates import status
from app.kernel.identifiers import NumberError, parse_certificate_number
from app.registry.answer import RESULTS, Answer, Result, Row, answer, etag, fresh_for, not_found
from app.registry.schemas import AnswerView, day_or_instant
from tests.unit.certificates.histories import History, at, issued

NUMBER = "7K3M-9QXR-2V8D-4HT9"
URL = "https://verify.example"
SCOPE = {
    "corridors": ["NP-MY", "NP-QA"],
    "sectors": ["construction"],
    "sites": [{"name": "Head office", "country": "NP", "city": "काठमाडौं"}],
}


def row(history: History) -> Row:
    printed = {"scope": SCOPE, "valid_from": "2026-03-15", "expires_on": "2029-03-14"}
    return Row(
        number=NUMBER,
        holder="सगरमाथा रोजगार",
        country="NP",
        recruiter_number="LRN00012603",
        audit_company="Bridge Assessment",
        editions={str(edition): printed for edition in (1, 2)},
        timeline=history.timeline(),
    )


def asked(history: History, when: str, corridor: str | None = None) -> Answer:
    return answer(row(history), at(when), corridor, public_url=URL)


def test_every_status_has_its_own_word() -> None:
    assert set(RESULTS) == set(status.Result)
    assert len(set(RESULTS.values())) == len(RESULTS)
    assert {result.value for result in Result} == {
        "valid", "suspended", "withdrawn", "terminated", "transferred", "expired", "annulled",
        "not_yet_valid", "out_of_scope", "applicant", "ambiguous", "not_found",
    }  # fmt: skip


def test_a_valid_certificate_says_everything_but_the_clock() -> None:
    assert asked(issued(), "2026-06-01") == {
        "result": "valid",
        "certificate": {
            "number": NUMBER,
            "edition": 1,
            "holder": {
                "name": "सगरमाथा रोजगार",
                "country": "NP",
                "recruiter_number": "LRN00012603",
            },
            "scope": SCOPE,
            "audit_company": "Bridge Assessment",
            "valid_from": "2026-03-15",
            "expires_on": "2029-03-14",
        },
        "status_since": "2026-03-15T10:00:00Z",
        "reason_code": None,
        "valid_until": "2029-03-15T00:00:00Z",
        "suspended_at_expiry": False,
        "suspended_corridors": [],
        "successor": None,
        "links": {
            "certificate": f"{URL}/v1/certificates/{NUMBER}",
            "history": f"{URL}/v1/certificates/{NUMBER}/history",
        },
        "warnings": [],
    }


@pytest.mark.parametrize(
    ("history", "when", "corridor", "result"),
    [
        (issued(), "2026-01-01", None, "not_yet_valid"),
        (issued(), "2026-06-01", "NP-MY", "valid"),
        (issued(), "2026-06-01", "BD-MY", "out_of_scope"),
        (issued(), "2029-03-15", None, "expired"),
        (issued().suspended("2026-05-01", "r"), "2026-06-01", None, "suspended"),
        (issued().then("withdraw", "2026-05-01"), "2026-06-01", None, "withdrawn"),
        (issued().then("terminate", "2026-05-01"), "2026-06-01", None, "terminated"),
        (issued().then("transfer_out", "2026-05-01"), "2026-06-01", None, "transferred"),
        (issued().then("annul", "2026-05-01"), "2026-06-01", None, "annulled"),
    ],
)
def test_each_result(history: History, when: str, corridor: str | None, result: str) -> None:
    given = asked(history, when, corridor)
    assert given["result"] == result
    shown = {**given, "checked_at": at(when), "data_version": 1}
    assert AnswerView(**shown).result == result


def test_a_transferred_certificate_leads_to_its_successor() -> None:
    other = "QQQQ-QQQQ-QQQQ-QQQQ"
    history = issued().then("transfer_out", "2026-05-01", particulars=status.succeeded_by(other))
    given = asked(history, "2026-06-01")
    assert given["successor"] == other
    assert given["links"]["successor"] == f"{URL}/v1/verify/{other}"


def test_a_suspended_corridor_is_warned_of_while_the_rest_is_valid() -> None:
    given = asked(issued().suspended("2026-05-01", "r", "NP-MY"), "2026-06-01")
    assert given["result"] == "valid"
    assert given["suspended_corridors"] == ["NP-MY"]
    assert [warning["code"] for warning in given["warnings"]] == ["corridor_suspended"]
    whole = asked(issued().suspended("2026-05-01", "r"), "2026-06-01")
    assert (whole["suspended_corridors"], whole["warnings"]) == ([], [])


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("7K3M-9QXR-2V8D-4HT8", "wrong_check_symbol"),
        ("7K3M-9QXR", "wrong_length"),
        ("7K3M-9QXR-2V8D-4HU9", "wrong_symbol"),
    ],
)
def test_a_misspelt_number_is_not_found_and_told_how(text: str, code: str) -> None:
    with pytest.raises(NumberError) as wrong:
        parse_certificate_number(text)
    given = not_found(wrong.value)
    assert given["result"] == "not_found"
    assert [warning["code"] for warning in given["warnings"]] == [code]
    assert not_found()["warnings"] == []


def test_the_tag_names_the_answer_and_changes_with_the_clock_alone() -> None:
    before, later = asked(issued(), "2026-06-01"), asked(issued(), "2026-07-01")
    assert etag(before) == etag(later)
    assert etag(before) != etag(asked(issued(), "2029-03-15"))
    assert etag(before) != etag(asked(issued(), "2026-06-01", "BD-MY"))
    assert etag(before).startswith('"')


@pytest.mark.parametrize(
    ("when", "seconds"),
    [
        ("2026-06-01", 60),
        ("2029-03-14T23:59:00", 60),
        ("2029-03-14T23:59:30", 30),
        ("2029-03-14T23:59:59.500000", 0),
        ("2029-03-15", 60),
    ],
)
def test_an_answer_is_fresh_until_the_clock_may_change_it(when: str, seconds: int) -> None:
    assert fresh_for(issued().timeline(), at(when)) == seconds
    assert fresh_for(None, at(when)) == 60


def test_a_day_or_an_instant_is_asked_for() -> None:
    assert day_or_instant("2026-03-15") == date(2026, 3, 15)
    assert day_or_instant("2026-03-15T09:30:00Z") == at("2026-03-15T09:30:00")
    for beyond in ("9999-12-31", "2200-01-01", "1899-12-31", "1899-12-31T23:59:59Z"):
        with pytest.raises(PydanticCustomError, match="1900"):
            day_or_instant(beyond)


def test_a_day_ends_as_its_last_moment_found_it() -> None:
    given: dict[str, Any] = asked(issued(), "2026-03-15T23:59:59.999999")
    assert given["result"] == "valid", "issued on that day at ten"
