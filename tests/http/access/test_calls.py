"""What holds for every call: who calls, idempotency keys, versions, bodies (DESIGN §5)."""

from datetime import timedelta
from typing import Any

import pytest
from fastapi import Response

from app.access.http import Commanding, Router
from app.access.lifecycle import Kind
from app.access.schemas import TokenView
from app.kernel.clock import MovableClock
from app.kernel.identifiers import new_id
from app.kernel.roles import Role
from app.lifecycle.approvals import Approval, Matter, sign
from app.lifecycle.journal import Work
from app.lifecycle.machine import Rule
from tests.api import Api, basic
from tests.asgi import Answer, call
from tests.making import access as make
from tests.making.access import Someone

ORGANISATION = {"kind": "employer", "name": "Works", "country": "MY"}


@pytest.fixture
def manager(api: Api) -> Someone:
    return api.made(lambda work: make.person(work, Kind.SCHEME_MANAGER, Role.SCHEME_MANAGER))


def names(api: Api, manager: Someone) -> list[str]:
    return [found["name"] for found in api.get("/v1/organisations", manager).json["items"]]


def slug(answer: Answer) -> str:
    assert answer.headers["content-type"] == "application/problem+json"
    return str(answer.json["type"]).rpartition("/")[2]


class TestWhoCalls:
    def me(self, api: Api, *authorizations: str) -> Answer:
        headers = [("authorization", value) for value in authorizations]
        return call(api.app, "GET", "/v1/me", headers=headers)

    def test_without_a_readable_token_the_answer_is_401(self, api: Api, manager: Someone) -> None:
        token = api.token(manager)
        for shown in [
            (),
            ("",),
            ("Bearer",),
            ("Bearer nonsense",),
            (f"Token {token}",),
            (token,),
            (basic(manager.client.id, manager.secret),),
            (f"Bearer {token}", f"Bearer {token}"),
            (f"Bearer {token}x",),
            (f"Bearer {token} {token}",),
        ]:
            answer = self.me(api, *shown)
            assert (answer.status, slug(answer)) == (401, "unauthenticated"), shown
            assert answer.headers["www-authenticate"].startswith("Bearer")

    def test_the_scheme_is_spelled_in_any_case(self, api: Api, manager: Someone) -> None:
        assert self.me(api, f"bearer {api.token(manager)}").status == 200

    def test_a_revoked_client_is_refused_at_its_next_request(
        self, api: Api, manager: Someone
    ) -> None:
        other = api.made(lambda work: make.person(work, Kind.EMPLOYER, Role.EMPLOYER))
        token = f"Bearer {api.token(other)}"
        assert self.me(api, token).status == 200
        api.post(f"/v1/clients/{other.client.id}/revoke", None, manager)
        assert self.me(api, token).status == 401

    def test_a_role_that_ended_is_refused_at_the_next_request(
        self, api: Api, manager: Someone
    ) -> None:
        other = api.made(lambda work: make.person(work, Kind.RECRUITER, Role.RECRUITER_ADMIN))
        assert api.get("/v1/people", other).status == 200
        [grant] = api.get(f"/v1/people/{other.person}", manager).json["role_grants"]
        api.post(grant["allowed_actions"][0]["href"], {"reason_code": "resigned"}, manager)
        assert slug(api.get("/v1/people", other)) == "role-required"

    def test_a_bad_token_is_refused_even_where_none_is_needed(
        self, api: Api, manager: Someone
    ) -> None:
        for token, status in [("nonsense", 401), (api.token(manager), 200)]:
            headers = [("authorization", f"Bearer {token}")]
            assert call(api.app, "GET", "/livez", headers=headers).status == status


class TestIdempotency:
    def test_the_same_call_has_one_effect_and_one_answer(
        self, api: Api, manager: Someone, clock: MovableClock
    ) -> None:
        first = api.post("/v1/organisations", ORGANISATION, manager, key="k")
        clock.advance(timedelta(days=6))
        again = api.post("/v1/organisations", ORGANISATION, manager, key="k")
        assert (first.status, first.body) == (again.status, again.body)
        assert names(api, manager).count("Works") == 1

    def test_the_order_of_members_does_not_make_another_call(
        self, api: Api, manager: Someone
    ) -> None:
        first = api.post("/v1/organisations", ORGANISATION, manager, key="k")
        turned = dict(reversed(ORGANISATION.items()))
        assert api.post("/v1/organisations", turned, manager, key="k").body == first.body

    def test_another_body_under_the_same_key_is_refused(self, api: Api, manager: Someone) -> None:
        api.post("/v1/organisations", ORGANISATION, manager, key="k")
        other = api.post("/v1/organisations", ORGANISATION | {"name": "Mill"}, manager, key="k")
        assert (other.status, slug(other)) == (422, "idempotency-key-reused")
        assert "Mill" not in names(api, manager)

    def test_two_callers_may_use_one_key(self, api: Api, manager: Someone) -> None:
        other = api.made(lambda work: make.person(work, Kind.SCHEME_OWNER, Role.SCHEME_MANAGER))
        for someone in (manager, other):
            assert api.post("/v1/organisations", ORGANISATION, someone, key="k").status == 201
        assert names(api, manager).count("Works") == 2

    def test_a_refused_call_may_be_mended_under_its_key(self, api: Api, manager: Someone) -> None:
        body = {"organisation_id": manager.actor.organisation, "name": "A", "email": "nobody"}
        assert api.post("/v1/people", body, manager, key="k").status == 422
        mended = body | {"email": "a@example.org"}
        assert api.post("/v1/people", mended, manager, key="k").status == 201

    def test_a_call_without_a_key_is_refused(self, api: Api, manager: Someone) -> None:
        headers = [
            ("authorization", f"Bearer {api.token(manager)}"),
            ("content-type", "application/json"),
        ]
        answer = call(api.app, "POST", "/v1/organisations", headers=headers, body=b"{}")
        assert (answer.status, slug(answer)) == (400, "idempotency-key-missing")


class TestVersions:
    def end(self, api: Api, manager: Someone, if_match: str | None) -> Answer:
        other = api.made(lambda work: make.person(work, Kind.EMPLOYER, Role.EMPLOYER))
        [grant] = api.get(f"/v1/people/{other.person}", manager).json["role_grants"]
        shown = api.get(f"/v1/role-grants/{grant['id']}", manager)
        assert shown.headers["etag"] == '"1"'
        path = f"/v1/role-grants/{grant['id']}/end"
        return api.post(path, {"reason_code": "resigned"}, manager, if_match=if_match)

    def test_the_current_version_or_none_is_accepted(self, api: Api, manager: Someone) -> None:
        for if_match in (None, "*", '"1"', ' "1" '):
            ended = self.end(api, manager, if_match)
            assert (ended.status, ended.headers["etag"]) == (200, '"2"'), if_match

    def test_any_other_version_is_stale(self, api: Api, manager: Someone) -> None:
        for if_match in (
            '"2"',
            '"0"',
            "1",
            'W/"1"',
            '"one"',
            '""',
            '"1", "2"',
            '"' + "1" * 99 + '"',
        ):
            refused = self.end(api, manager, if_match)
            assert (refused.status, slug(refused)) == (412, "stale-version"), if_match


def test_a_command_past_the_router_writes_nothing(api: Api, manager: Someone) -> None:
    @api.app.post("/plain")
    def write(commanding: Commanding) -> Response:
        raise AssertionError(commanding)

    answer = api.post("/plain", None, manager)
    assert (answer.status, slug(answer)) == (500, "internal")


class TestBodies:
    def test_a_call_that_takes_no_body_refuses_one(self, api: Api, manager: Someone) -> None:
        other = api.made(lambda work: make.person(work, Kind.EMPLOYER))
        path = f"/v1/clients/{other.client.id}/revoke"
        refused = api.post(path, {"reason": "x"}, manager)
        assert (refused.status, slug(refused)) == (422, "invalid-input")
        assert api.post(path, {}, manager).status == 200

    def test_nobody_is_told_about_the_input_of_a_route_they_may_not_use(self, api: Api) -> None:
        employer = api.made(lambda work: make.machine(work, Kind.EMPLOYER))
        assert api.post("/v1/organisations", {"kind": 1}, employer).status == 403
        assert api.post("/v1/organisations", {"kind": 1}).status == 401

    def test_malformed_bodies_are_refused_before_anything_else(
        self, api: Api, manager: Someone
    ) -> None:
        for body, media_type, expected in [
            (b'{"kind": "employer", "kind": "recruiter"}', "application/json", "malformed-json"),
            (b"", "application/json", "invalid-input"),
            (b"kind=employer", "application/x-www-form-urlencoded", "unsupported-media-type"),
            (b'"' + b"a" * 70_000 + b'"', "application/json", "body-too-large"),
        ]:
            answer = call(
                api.app,
                "POST",
                "/v1/organisations",
                headers=[
                    ("authorization", f"Bearer {api.token(manager)}"),
                    ("idempotency-key", "k"),
                    ("content-type", media_type),
                ],
                body=body,
            )
            assert slug(answer) == expected


REVIEWERS = frozenset({Role.APPLICATION_REVIEWER})


class TestTwoSignatures:
    """A route of a machine that two people sign, over a matter of the test's own."""

    @pytest.fixture
    def matter(self, clock: MovableClock) -> Matter:
        return Matter("application", new_id(clock.now()), 3, "reject")

    def declare(self, api: Api, matter: Matter, *, two_sign: bool) -> None:
        rule: Rule[Any] = Rule(
            "reject", frozenset({"in_review"}), "rejected", REVIEWERS, second=REVIEWERS
        )
        router = Router(prefix="/v1/matters")

        def effect(work: Work) -> str | Approval:
            signed = sign(
                work.session, work.now, work.actor, rule, matter, {}, within=timedelta(hours=24)
            )
            return "done" if signed.completed_at else signed

        @router.command(
            "/reject",
            action="matter.reject",
            roles=REVIEWERS,
            response_model=TokenView,
            two_sign=two_sign,
        )
        def reject(commanding: Commanding) -> Response:
            return commanding.run(
                effect,
                lambda _, done: TokenView(access_token=done, token_type="x", expires_in=1),
            )

        api.app.include_router(router)

    def reviewer(self, api: Api) -> Someone:
        return api.made(
            lambda work: make.person(work, Kind.SCHEME_MANAGER, Role.APPLICATION_REVIEWER)
        )

    def test_the_first_signature_waits_and_the_second_completes(
        self, api: Api, matter: Matter
    ) -> None:
        self.declare(api, matter, two_sign=True)
        one, other = self.reviewer(api), self.reviewer(api)

        first = api.post("/v1/matters/reject", None, one, key="k")
        assert first.status == 202
        approval = first.json["approval"]
        assert approval["action"] == "reject"
        assert approval["subject"] == matter.subject
        assert approval["signatures"] == [
            {"role": "application_reviewer", "at": "2026-03-02T09:00:00Z"}
        ]
        assert approval["expires_at"] == "2026-03-03T09:00:00Z"
        assert api.post("/v1/matters/reject", None, one, key="k").body == first.body

        assert slug(api.post("/v1/matters/reject", None, one)) == "second-signature-refused"
        second = api.post("/v1/matters/reject", None, other)
        assert (second.status, second.json["access_token"]) == (200, "done")

    def test_a_route_that_did_not_say_so_answers_nothing(self, api: Api, matter: Matter) -> None:
        self.declare(api, matter, two_sign=False)
        answer = api.post("/v1/matters/reject", None, self.reviewer(api))
        assert (answer.status, slug(answer)) == (500, "internal")
