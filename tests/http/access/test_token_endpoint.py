"""`POST /v1/oauth/token`: the client credentials grant (RFC 6749 §4.4, SECURITY R8, R10)."""

import hmac
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import event

from app.access.lifecycle import Kind
from app.kernel.clock import MovableClock
from app.kernel.identifiers import new_id
from app.kernel.roles import Role
from tests.api import Api, basic
from tests.asgi import Answer, call
from tests.making import access as make
from tests.making.access import Someone

FORM = "application/x-www-form-urlencoded"
GRANT = b"grant_type=client_credentials"


@pytest.fixture
def auditor(api: Api) -> Someone:
    return api.made(lambda work: make.person(work, Kind.AUDIT_COMPANY, Role.AUDITOR))


def ask(api: Api, authorization: str | None, body: bytes = GRANT, media_type: str = FORM) -> Answer:
    headers = [("content-type", media_type)] if media_type else []
    if authorization is not None:
        headers.append(("authorization", authorization))
    return call(api.app, "POST", "/v1/oauth/token", headers=headers, body=body)


def refused(answer: Answer) -> tuple[int, str]:
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["cache-control"] == "no-store"
    assert set(answer.json) == {"error", "error_description", "error_uri"}
    return answer.status, answer.json["error"]


def test_a_client_gets_a_token_that_works_for_ten_minutes(
    api: Api, auditor: Someone, clock: MovableClock
) -> None:
    answer = api.ask_token(auditor.client.id, auditor.secret)

    assert answer.status == 200
    assert answer.headers["cache-control"] == "no-store"
    assert set(answer.json) == {"access_token", "token_type", "expires_in"}
    assert answer.json["token_type"] == "Bearer"
    assert answer.json["expires_in"] == 600

    headers = [("authorization", f"Bearer {answer.json['access_token']}")]
    me = call(api.app, "GET", "/v1/me", headers=headers)
    assert me.json["person"]["id"] == auditor.person

    clock.advance(timedelta(minutes=10))
    assert call(api.app, "GET", "/v1/me", headers=headers).status == 401


@pytest.mark.parametrize("media_type", [FORM, FORM.upper(), f"{FORM}; charset=UTF-8", ""])
def test_the_media_type_may_be_spelled_as_libraries_do(
    api: Api, auditor: Someone, media_type: str
) -> None:
    authorization = basic(auditor.client.id, auditor.secret)
    assert ask(api, authorization, media_type=media_type).status == 200


def test_unknown_and_empty_parameters_are_ignored(api: Api, auditor: Someone) -> None:
    for body in (GRANT + b"&scope=", GRANT + b"&audience=x", b"audience=x&" + GRANT):
        assert ask(api, basic(auditor.client.id, auditor.secret), body).status == 200, body


FAULTY = [
    (b"", FORM, "invalid_request"),
    (b"grant_type=", FORM, "invalid_request"),
    (b"grant_type", FORM, "invalid_request"),
    (b"grant_type=password", FORM, "unsupported_grant_type"),
    (b"grant_type=authorization_code&code=x", FORM, "unsupported_grant_type"),
    (GRANT + b"&" + GRANT, FORM, "invalid_request"),
    (GRANT + b"&scope=all", FORM, "invalid_scope"),
    (b"&".join(b"%d=1" % n for n in range(20)), FORM, "invalid_request"),
    (b"grant_type=%ff", FORM, "invalid_request"),
    (b"\xff", FORM, "invalid_request"),
    (GRANT, "application/json", "invalid_request"),
    (b'{"grant_type": "client_credentials"}', "application/json", "invalid_request"),
]


def test_a_faulty_request_is_refused_as_oauth_libraries_expect(api: Api, auditor: Someone) -> None:
    authorization = basic(auditor.client.id, auditor.secret)
    for body, media_type, error in FAULTY:
        assert refused(ask(api, authorization, body, media_type)) == (400, error), body


STRANGERS = [
    None,
    "",
    "Basic",
    "Basic ====",
    "Basic bm9jb2xvbg==",
    "Basic /////w==",
    basic("", ""),
    basic("nobody", "secret"),
    basic("0190f0c4-8e2a-7c31-9b53-0d1c2e3f4a5b", "secret"),
    "Bearer eyJhbGciOiJFUzI1NiJ9.e30.AA",
    "Digest username=x",
]


def test_without_a_known_client_there_is_no_token(api: Api) -> None:
    for authorization in STRANGERS:
        answer = ask(api, authorization)
        assert refused(answer) == (401, "invalid_client"), authorization
        assert answer.headers["www-authenticate"] == 'Basic realm="token"'


def test_a_secret_in_the_form_is_refused(api: Api, auditor: Someone) -> None:
    body = GRANT + f"&client_id={auditor.client.id}&client_secret={auditor.secret}".encode()
    assert refused(ask(api, None, body)) == (401, "invalid_client")
    both = basic(auditor.client.id, auditor.secret)
    assert refused(ask(api, both, body)) == (401, "invalid_client")


def test_an_encoded_secret_is_decoded(api: Api, auditor: Someone) -> None:
    encoded = "".join(f"%{ord(character):02x}" for character in auditor.secret)
    assert ask(api, basic(auditor.client.id, encoded)).status == 200


def test_a_large_body_is_refused_as_a_problem(api: Api, auditor: Someone) -> None:
    answer = ask(api, basic(auditor.client.id, auditor.secret), b"a" * 9000)
    assert answer.status == 413
    assert answer.headers["content-type"] == "application/problem+json"


@contextmanager
def statements(api: Api) -> Iterator[list[str]]:
    seen: list[str] = []

    def note(_conn: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    engine = api.workbench.database._reader.engine
    event.listen(engine, "before_cursor_execute", note)
    yield seen
    event.remove(engine, "before_cursor_execute", note)


def test_an_unknown_a_wrong_and_a_revoked_client_are_told_apart_by_nothing(
    api: Api, auditor: Someone, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared: list[int] = []
    compare = hmac.compare_digest

    def counted(one: str, other: str) -> bool:
        compared.append(len(one + other))
        return compare(one, other)

    monkeypatch.setattr(hmac, "compare_digest", counted)
    revoked = api.made(lambda work: make.person(work, Kind.AUDIT_COMPANY))
    manager = api.made(lambda work: make.person(work, Kind.SCHEME_MANAGER, Role.SCHEME_MANAGER))
    assert api.post(f"/v1/clients/{revoked.client.id}/revoke", None, manager).status == 200
    unknown = new_id(api.clock.now())

    compared.clear()
    answers, work = [], []
    for client_id, secret in [
        (unknown, "secret"),
        (auditor.client.id, "secret"),
        (revoked.client.id, revoked.secret),
        ("nobody", "secret"),
    ]:
        with statements(api) as seen:
            answers.append(api.ask_token(client_id, secret))
        work.append([s for s in seen if "client" in s])

    assert {answer.status for answer in answers} == {401}
    assert len({answer.body for answer in answers}) == 1
    assert len({tuple(found) for found in work}) == 1
    assert len(work[0]) == 1
    assert compared == [128] * 4
