"""Anyone verifies, without a token (DOMAIN §12; DESIGN §7)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.certificates.lifecycle import State
from app.certificates.reasons import Reason
from tests.api import Api
from tests.asgi import Answer, call
from tests.making.certificates import World, remedied


def ask(api: Api, number: str, **query: str) -> dict[str, Any]:
    asked = "&".join(f"{name}={value}" for name, value in query.items())
    told = api.get(f"/v1/verify/{number}" + (f"?{asked}" if asked else ""))
    assert told.status == 200, told.body
    answer: dict[str, Any] = told.json
    return answer


def test_the_life_of_a_certificate_as_anyone_sees_it(api: Api, world: World) -> None:
    number = world.grant()
    valid = ask(api, number)
    assert valid["result"] == "valid"
    assert valid["certificate"]["holder"]["recruiter_number"].startswith("LRN")
    assert valid["certificate"]["expires_on"] == "2029-03-14"
    assert valid["valid_until"] == "2029-03-15T00:00:00Z"
    assert valid["checked_at"] == "2026-03-15T10:00:00Z"
    world.wait(days=1)
    world.suspend(number, Reason.FEES_CHARGED_TO_WORKERS)
    suspended = ask(api, number)
    assert (suspended["result"], suspended["reason_code"]) == (
        "suspended",
        "fees_charged_to_workers",
    )
    assert suspended["status_since"] == "2026-03-16T10:00:00Z"
    assert suspended["data_version"] == valid["data_version"] + 1
    world.wait(days=1)
    world.decide(number, "restore", Reason.REMEDIED)
    assert ask(api, number)["result"] == "valid"
    world.decide(number, "withdraw", Reason.FRAUD)
    world.clock.move_to(datetime(2040, 1, 1, tzinfo=UTC))
    assert ask(api, number)["result"] == "withdrawn", "for ever"


def test_past_its_last_day_it_is_expired_and_no_job_has_run(api: Api, world: World) -> None:
    number = world.grant()
    world.clock.move_to(datetime(2029, 3, 15, tzinfo=UTC) - timedelta(seconds=1))
    assert ask(api, number)["result"] == "valid"
    world.wait(seconds=1)
    assert ask(api, number)["result"] == "expired"


@pytest.mark.parametrize(
    ("state", "result"),
    [
        (State.ACTIVE, "valid"),
        (State.SUSPENDED, "suspended"),
        (State.WITHDRAWN, "withdrawn"),
        (State.TERMINATED, "terminated"),
        (State.ANNULLED, "annulled"),
    ],
)
def test_each_state_has_its_own_answer(api: Api, world: World, state: State, result: str) -> None:
    assert ask(api, world.certificate(state))["result"] == result


def test_an_unknown_number_is_an_answer_and_a_misspelt_one_is_warned_of(
    api: Api, world: World
) -> None:
    number = world.grant()
    assert ask(api, "7K3M-9QXR-2V8D-4HT9")["warnings"] == []
    wrong = number[:-1] + ("0" if number[-1] != "0" else "1")
    for text, code in (
        (wrong, "wrong_check_symbol"),
        (number[:-1], "wrong_length"),
        (f"{number[:-1]}U", "wrong_symbol"),
    ):
        told = ask(api, text)
        assert (told["result"], told["certificate"]) == ("not_found", None)
        assert [warning["code"] for warning in told["warnings"]] == [code]
    assert ask(api, number.lower().replace("-", ""))["result"] == "valid"


def test_a_corridor_answers_for_itself(api: Api, world: World) -> None:
    number = world.grant()
    terms = remedied(corridors=("NP-MY",))
    world.decide(number, "suspend_corridors", Reason.LICENCE_LAPSED, **terms)
    assert ask(api, number, corridor="NP-MY")["result"] == "suspended"
    assert ask(api, number, corridor="NP-QA")["result"] == "valid"
    assert ask(api, number, corridor="NP-AE")["result"] == "out_of_scope"
    whole = ask(api, number)
    assert (whole["result"], whole["suspended_corridors"]) == ("valid", ["NP-MY"])


def test_two_clocks(api: Api, world: World) -> None:
    number = world.grant()
    world.clock.move_to(datetime(2026, 6, 10, 12, tzinfo=UTC))
    world.decide(number, "withdraw", Reason.FRAUD)
    world.clock.move_to(datetime(2026, 7, 1, 12, tzinfo=UTC))
    assert ask(api, number, at="2026-06-09")["result"] == "valid"
    assert ask(api, number, at="2026-06-10")["result"] == "withdrawn"
    assert ask(api, number, at="2026-06-10T11:59:59Z")["result"] == "valid"
    assert ask(api, number, known_at="2026-06-09")["result"] == "valid"
    assert ask(api, number, at="2026-06-20", known_at="2026-06-09")["result"] == "valid"
    assert ask(api, number, known_at="2026-03-01")["result"] == "not_found"
    assert ask(api, number, at="2026-03-01")["result"] == "not_yet_valid"


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("at=yesterday", "at"),
        ("at=2026-02-30", "at"),
        ("at=2026-03-01T25:00:00Z", "at"),
        ("at=9999-12-31", "at"),
        ("known_at=2026-03", "known_at"),
        ("corridor=NP", "corridor"),
        ("corridor=NP-XX", "corridor"),
    ],
)
def test_a_question_that_cannot_be_read_is_told_so(
    api: Api, world: World, query: str, parameter: str
) -> None:
    told = api.get(f"/v1/verify/{world.grant()}?{query}")
    assert told.status == 422, told.body
    assert [error["parameter"] for error in told.json["errors"]] == [parameter]


class TestCaching:
    """The ETag names the answer; the clock alone can change it."""

    def conditional(self, api: Api, number: str, tag: str) -> Answer:
        return call(api.app, "GET", f"/v1/verify/{number}", headers=[("if-none-match", tag)])

    def tagged(self, api: Api, number: str) -> str:
        return api.get(f"/v1/verify/{number}").headers["etag"]

    @pytest.mark.parametrize("spelt", ["{}", "W/{}", '"other", {}', "*"])
    def test_the_same_answer_is_not_sent_again(self, api: Api, world: World, spelt: str) -> None:
        number = world.grant()
        tag = self.tagged(api, number)
        world.wait(days=3)
        told = self.conditional(api, number, spelt.format(tag))
        assert (told.status, told.body) == (304, b"")
        assert told.headers["etag"] == tag
        assert self.conditional(api, number, '"other"').status == 200

    def test_another_answer_never_gets_304(self, api: Api, world: World) -> None:
        number = world.grant()
        tags = [self.tagged(api, number)]
        world.suspend(number)
        tags.append(self.tagged(api, number))
        world.clock.move_to(datetime(2029, 3, 15, tzinfo=UTC))
        told = self.conditional(api, number, ", ".join(tags))
        assert told.status == 200
        assert told.json["result"] == "expired"
        assert len({*tags, told.headers["etag"]}) == 3

    def test_nobody_keeps_an_answer_past_the_next_change(self, api: Api, world: World) -> None:
        number = world.grant()
        told = api.get(f"/v1/verify/{number}").headers
        assert told["cache-control"] == "public, max-age=60"
        world.clock.move_to(datetime(2029, 3, 14, 23, 59, 20, tzinfo=UTC))
        told = api.get(f"/v1/verify/{number}").headers
        assert told["cache-control"] == "public, max-age=40"
        unknown = api.get("/v1/verify/7K3M-9QXR-2V8D-4HT9").headers
        assert unknown["cache-control"] == "public, max-age=60"
