"""API keys: they read, as far as their scopes go, for whoever made them (SECURITY R7, R8)."""

from datetime import timedelta
from typing import Any

import pytest

from app.access.lifecycle import Kind
from app.kernel.clock import MovableClock
from app.kernel.roles import Role
from tests.api import Api
from tests.asgi import Answer, call
from tests.http.access.conftest import member, token
from tests.making import access as make
from tests.making.access import Someone

UNTIL = "2026-12-01T00:00:00Z"
LEAKED = {"reason_code": "leaked"}


@pytest.fixture
def employer(api: Api) -> str:
    return token(api, member(api, Role.EMPLOYER, where=Kind.EMPLOYER))


def make_key(api: Api, by: Someone | str, *scopes: str, **more: Any) -> Answer:
    body = {"name": "sourcing", "scopes": scopes or ["recruiter.read", "me.read"], **more}
    return api.post("/v1/api-keys", {"expires_at": UNTIL, **body}, by)


def test_a_key_reads_what_its_scopes_name_and_changes_nothing(api: Api, employer: str) -> None:
    made = make_key(api, employer)
    assert made.status == 201
    key = made.json["api_key"]
    assert key.startswith("erc_")
    assert api.get("/v1/recruiters", key).status == 200
    me = api.get("/v1/me", key).json
    assert (me["credential"], me["client_id"], me["roles"]) == (
        "api_key",
        made.json["id"],
        ["employer"],
    )
    beyond = api.get("/v1/clients", key)
    assert beyond.status == 403
    assert beyond.json["type"].endswith("/problems/beyond-the-key")
    assert beyond.json["reasons"] == ["client.read is none of its scopes"]
    for path, body in (
        ("/v1/api-keys", {"name": "x", "scopes": ["me.read"], "expires_at": UNTIL}),
        ("/v1/clients", {"name": "x"}),
        (f"/v1/api-keys/{made.json['id']}/revoke", LEAKED),
        ("/v1/me/password", {"current_password": "x", "new_password": "another of four words"}),
    ):
        assert api.post(path, body, key).json["type"].endswith("/problems/beyond-the-key"), path
    assert api.get("/v1/standards/iris-1.2", key).status == 200, "what is public needs no scope"
    assert call(api.app, "GET", f"/v1/me?api_key={key}").status == 401, "never in an address"


def test_a_key_is_shown_once_and_its_last_use_is_known_to_the_day(
    api: Api, employer: str, clock: MovableClock
) -> None:
    made = make_key(api, employer).json
    path = f"/v1/api-keys/{made['id']}"
    listed = api.get("/v1/api-keys", employer).json["items"]
    assert [found["id"] for found in listed] == [made["id"]]
    assert set(listed[0]) == set(made) - {"api_key"}
    assert made["api_key"] not in str(listed)
    assert listed[0]["start"] == made["api_key"][:8]
    assert listed[0]["last_used_at"] is None
    for hours, day in ((0, 2), (14, 2), (12, 3)):
        clock.advance(timedelta(hours=hours))
        employer = (
            make_key(api, employer, "api_key.read").json["api_key"] if not hours else employer
        )
        assert api.get("/v1/me", made["api_key"]).status == 200
        assert api.get(path, employer).json["last_used_at"] == f"2026-03-0{day}T00:00:00Z"


def test_a_key_ends_with_its_time_and_when_it_is_revoked(
    api: Api, employer: str, clock: MovableClock
) -> None:
    made, other = make_key(api, employer).json, make_key(api, employer).json
    revoked = api.post(f"/v1/api-keys/{made['id']}/revoke", LEAKED, employer)
    assert (revoked.json["state"], revoked.json["version"]) == ("revoked", 2)
    assert api.get("/v1/me", made["api_key"]).status == 401
    assert api.post(f"/v1/api-keys/{made['id']}/revoke", LEAKED, employer).status == 409
    clock.move_to(clock.now().replace(month=12, day=1, hour=0) - timedelta(seconds=1))
    assert api.get("/v1/me", other["api_key"]).status == 200
    clock.advance(timedelta(seconds=1))
    assert api.get("/v1/me", other["api_key"]).status == 401


def test_a_key_that_leaked_is_revoked_by_whoever_finds_it(api: Api, employer: str) -> None:
    key = make_key(api, employer).json["api_key"]
    found = [
        api.post("/v1/api-keys/revoke-leaked", {"api_key": text})
        for text in (key, key, key[:-1] + "0", "erc_", "", "not a key")
    ]
    assert {(answer.status, answer.body) for answer in found} == {(202, found[0].body)}
    assert api.get("/v1/me", key).status == 401
    assert api.get("/v1/api-keys", employer).json["items"][0]["state"] == "revoked"


def test_keys_are_their_makers_and_die_with_the_makers_rights(
    api: Api, employer: str, manager: Someone
) -> None:
    """R7, R14: others neither see nor end them; the scheme manager does both."""
    made = make_key(api, employer).json
    path = f"/v1/api-keys/{made['id']}"
    for stranger in (
        token(api, member(api, Role.EMPLOYER, where=Kind.EMPLOYER)),
        api.made(lambda work: make.machine(work, Kind.EMPLOYER)),
        token(api, member(api, where=Kind.EMPLOYER)),
    ):
        assert api.get(path, stranger).status == 404
        assert api.post(f"{path}/revoke", LEAKED, stranger).status == 404
        assert api.get("/v1/api-keys", stranger).json["items"] == []
    assert api.get(path, manager).status == 200

    person = api.get("/v1/me", employer).json["person"]
    [given] = person["role_grants"]
    assert api.get("/v1/recruiters", made["api_key"]).status == 200
    api.post(f"/v1/role-grants/{given['id']}/end", LEAKED, manager)
    assert api.get("/v1/me", made["api_key"]).json["roles"] == []
    api.post(f"/v1/people/{person['id']}/lock", LEAKED, manager)
    assert api.get("/v1/me", made["api_key"]).status == 401
    assert api.post(f"{path}/revoke", LEAKED, manager).json["state"] == "revoked"


def test_an_organisations_machine_makes_keys_for_the_organisation(api: Api) -> None:
    machine = api.made(lambda work: make.machine(work, Kind.EMPLOYER))
    made = make_key(api, machine).json
    assert (made["person_id"], made["organisation_id"]) == (None, machine.actor.organisation)
    assert api.get("/v1/me", made["api_key"]).json["person"] is None


@pytest.mark.parametrize(
    ("pointer", "more"),
    [
        ("/scopes", {"scopes": ["client.create"]}),
        ("/scopes", {"scopes": ["certificate.verify"]}),
        ("/scopes", {"scopes": []}),
        ("/scopes/0", {"scopes": ["everything"]}),
        ("/expires_at", {"expires_at": "2026-03-02T09:00:00Z"}),
        ("/expires_at", {"expires_at": "2027-03-03T09:00:01Z"}),
        ("/name", {"name": "\u200b"}),
        ("/key_hash", {"key_hash": "0"}),
    ],
)
def test_a_faulty_key_is_refused_at_its_place(
    api: Api, employer: str, pointer: str, more: dict[str, Any]
) -> None:
    answer = make_key(api, employer, **more)
    assert answer.status == 422
    assert pointer in [error["pointer"] for error in answer.json["errors"]]


def test_a_key_that_is_none_is_refused_like_any_token(api: Api) -> None:
    for text in ("erc_", "erc_" + "a" * 38, "erc_\u00e9"):
        headers = [("authorization", f"Bearer {text}")]
        assert call(api.app, "GET", "/v1/me", headers=headers).status == 401, text
