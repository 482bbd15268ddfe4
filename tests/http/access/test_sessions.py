"""Signing in and out, refreshing, changing the password (SECURITY R5, R7, R10, R11)."""

from datetime import timedelta

import pytest

from app.access.rules import RULES
from app.kernel.clock import MovableClock
from app.kernel.roles import Role
from app.lifecycle.journal import history
from app.platform.rate_limits import RateLimits
from tests.api import Api
from tests.asgi import Answer
from tests.http.access.conftest import PASSWORD, Member, member, sign_in, token
from tests.making.access import Someone


def refresh(api: Api, refresh_token: str) -> Answer:
    return api.post("/v1/sessions/refresh", {"refresh_token": refresh_token})


def refused(answer: Answer) -> bool:
    return answer.status == 401 and str(answer.json["type"]).endswith("/sign-in-refused")


def test_whoever_signs_in_acts_with_the_rights_of_the_moment(api: Api, auditor: Member) -> None:
    answer = sign_in(api, auditor)
    assert answer.status == 201
    assert answer.headers["cache-control"] == "no-store"
    assert set(answer.json) == {
        "session_id", "access_token", "token_type", "expires_in", "refresh_token",
        "session_expires_at", "device_token",
    }  # fmt: skip
    me = api.get("/v1/me", answer.json["access_token"]).json
    assert (me["credential"], me["client_id"]) == ("session", answer.json["session_id"])
    assert (me["person"]["id"], me["roles"]) == (auditor.id, ["auditor"])


def test_a_refusal_never_says_why(api: Api, auditor: Member, manager: Someone) -> None:
    """R10: one text for an unknown address, a wrong password, a locked account, a closed house."""
    locked, closed = member(api, Role.AUDITOR), member(api, Role.AUDITOR)
    reason = {"reason_code": "credentials_exposed"}
    assert api.post(f"/v1/people/{locked.id}/lock", reason, manager).status == 200
    assert api.post(f"/v1/organisations/{closed.organisation}/close", reason, manager).status == 200
    answers = [
        sign_in(api, Member("", "nobody@example.org", "")),
        sign_in(api, Member("", "no address", "")),
        sign_in(api, auditor, "four words are wrong!"),
        sign_in(api, auditor, ""),
        sign_in(api, locked),
        sign_in(api, closed),
        refresh(api, "no token at all"),
    ]
    assert all(refused(answer) for answer in answers)
    assert len({answer.json["detail"] for answer in answers}) == 1
    assert api.post(f"/v1/people/{locked.id}/unlock", reason, manager).status == 200
    assert sign_in(api, locked).status == 201


def test_a_refresh_token_is_good_once_and_its_reuse_ends_the_family(
    api: Api, auditor: Member
) -> None:
    """R5."""
    first = sign_in(api, auditor).json
    second = refresh(api, first["refresh_token"])
    assert second.status == 200
    assert second.json["session_id"] == first["session_id"]
    assert api.get("/v1/me", second.json["access_token"]).status == 200

    assert refused(refresh(api, first["refresh_token"]))
    assert refused(refresh(api, second.json["refresh_token"]))
    for answer in (first, second.json):
        assert api.get("/v1/me", answer["access_token"]).status == 401
    with api.workbench.database.read() as session:
        moves = history(session, "session", first["session_id"])
    assert [(move.action, move.reason_code) for move in moves] == [
        ("open", None),
        ("end", "refresh_reused"),
    ]


def test_a_session_ends_with_its_time_and_when_it_idles(
    api: Api, auditor: Member, clock: MovableClock
) -> None:
    idle, whole = sign_in(api, auditor).json, sign_in(api, auditor).json
    begun = clock.now()
    clock.move_to(begun + RULES.session_idle - timedelta(seconds=1))
    whole = refresh(api, whole["refresh_token"]).json
    clock.move_to(begun + RULES.session_idle)
    assert refused(refresh(api, idle["refresh_token"]))
    for day in (13, 19, 25):
        clock.move_to(begun + timedelta(days=day))
        whole = refresh(api, whole["refresh_token"]).json
    clock.move_to(begun + RULES.session - timedelta(seconds=1))
    last = refresh(api, whole["refresh_token"]).json
    assert api.get("/v1/me", last["access_token"]).status == 200
    clock.move_to(begun + RULES.session)
    assert api.get("/v1/me", last["access_token"]).status == 401
    assert refused(refresh(api, last["refresh_token"]))


def test_one_sees_and_ends_ones_own_sessions_and_nobody_elses(api: Api, auditor: Member) -> None:
    """R7: signing out counts at the next request."""
    here = sign_in(api, auditor).json
    api.clock.advance(timedelta(seconds=1))
    there = sign_in(api, auditor).json
    bearer = here["access_token"]
    listed = api.get("/v1/sessions?limit=1", bearer).json
    assert [found["id"] for found in listed["items"]] == [there["session_id"]]
    rest = api.get(f"/v1/sessions?limit=1&cursor={listed['next_cursor']}", bearer).json["items"]
    assert [(found["id"], found["current"]) for found in rest] == [(here["session_id"], True)]
    assert set(rest[0]) == {
        "id", "state", "version", "current", "expired", "opened_at", "refreshed_at", "expires_at",
        "allowed_actions",
    }  # fmt: skip

    other = token(api, member(api, Role.REVIEWER))
    assert len(api.get("/v1/sessions", other).json["items"]) == 1
    assert api.post(f"/v1/sessions/{here['session_id']}/end", None, other).status == 404

    offered = listed["items"][0]["allowed_actions"][0]["href"]
    assert api.post(offered, None, bearer).json["state"] == "ended"
    assert api.get("/v1/me", there["access_token"]).status == 401
    assert refused(refresh(api, there["refresh_token"]))
    assert api.post(offered, None, bearer).status == 409

    assert api.post("/v1/sessions/current/end", None, bearer).status == 200
    assert api.get("/v1/me", bearer).status == 401
    assert refused(refresh(api, here["refresh_token"]))


def test_another_password_ends_every_other_session(api: Api, auditor: Member) -> None:
    """R7."""
    here, there = sign_in(api, auditor).json, sign_in(api, auditor).json

    def change(present: str, new: str, bearer: str = here["access_token"]) -> Answer:
        body = {"current_password": present, "new_password": new}
        return api.post("/v1/me/password", body, bearer)

    assert change("not this one", "another of four words").status == 422
    weak = change(PASSWORD, "password1234")
    assert [error["pointer"] for error in weak.json["errors"]] == ["/new_password"]
    assert change(PASSWORD, "another of four words").status == 200
    assert api.get("/v1/me", here["access_token"]).status == 200
    assert api.get("/v1/me", there["access_token"]).status == 401
    assert refused(sign_in(api, auditor))
    assert sign_in(api, auditor, "another of four words").status == 201
    with api.workbench.database.read() as session:
        assert [move.action for move in history(session, "person", auditor.id)] == [
            "register",
            "change_password",
        ]


def test_whoever_has_no_password_has_none_to_change(api: Api, manager: Someone) -> None:
    body = {"current_password": "x", "new_password": "another of four words"}
    assert api.post("/v1/me/password", body, manager).status == 409


def test_a_removed_right_counts_at_the_next_request(
    api: Api, auditor: Member, manager: Someone
) -> None:
    """R7: lock, unlock, close, reopen, leave, for a session that is open all the while."""
    bearer = token(api, auditor)
    reason = {"reason_code": "under_investigation"}
    for thing in (f"/v1/people/{auditor.id}", f"/v1/organisations/{auditor.organisation}"):
        away, back = ("lock", "unlock") if "people" in thing else ("close", "reopen")
        for action, status in ((away, 401), (back, 200)):
            moved = api.post(f"{thing}/{action}", reason, manager)
            assert moved.status == 200
            assert api.get("/v1/me", bearer).status == status
            offers = [offer["action"] for offer in moved.json["allowed_actions"]]
            assert (back if action == away else away) in offers
    assert api.post(f"/v1/people/{auditor.id}/leave", reason, manager).json["state"] == "left"
    assert api.get("/v1/me", bearer).status == 401
    assert refused(sign_in(api, auditor))


def test_guesses_are_limited_and_keep_nobody_out_of_a_known_device(
    api: Api, auditor: Member
) -> None:
    """R11: at most 100 evaluated in an hour; the victim gets in meanwhile."""
    api.app.state.rate_limits = RateLimits.over(api.workbench.database)
    device = sign_in(api, auditor).json["device_token"]
    answers = [sign_in(api, auditor, f"four words, {n}") for n in range(2 * 30)]
    evaluated = [answer for answer in answers if refused(answer)]
    assert len(evaluated) == RULES.guesses_of_strangers.amount - 1 < 100
    over = answers[-1]
    assert over.status == 429
    assert 1 <= int(over.headers["retry-after"]) <= 3600
    assert sign_in(api, auditor).status == 429, "the right password is not evaluated either"

    known = sign_in(api, auditor, device_token=device)
    assert known.status == 201
    assert known.json["device_token"] is None
    other = member(api, Role.AUDITOR)
    assert sign_in(api, other, device_token=device).status == 201, "a stranger there"
    tries = [sign_in(api, auditor, "wrong " * 3, device_token=device) for _ in range(20)]
    assert {answer.status for answer in tries} == {401, 429}
    assert sum(map(refused, tries)) < RULES.guesses_of_a_device.amount


def test_only_so_many_devices_are_known(api: Api, auditor: Member) -> None:
    devices = []
    for _ in range(RULES.devices + 1):
        devices.append(sign_in(api, auditor).json["device_token"])
        api.clock.advance(timedelta(seconds=1))
    api.app.state.rate_limits = RateLimits.over(api.workbench.database)
    assert sign_in(api, auditor, device_token=devices[0]).json["device_token"] is not None
    assert sign_in(api, auditor, device_token=devices[-1]).json["device_token"] is None


@pytest.mark.parametrize("body", [{"email": "a@example.org"}, {"email": 7, "password": "x"}, [], 7])
def test_a_faulty_sign_in_is_refused_before_anything_is_computed(api: Api, body: object) -> None:
    assert api.post("/v1/sessions", body).status == 422
