import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from decimal import Decimal
from typing import Annotated, Any

import pytest
from fastapi import APIRouter, Body, FastAPI, Form, Request
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict
from starlette.types import Message

from app.platform import problems
from app.platform.strict_json import (
    DEEPEST,
    MEBIBYTE,
    USUAL_LIMIT,
    BodyTooLarge,
    BodyTooSlow,
    MalformedJson,
    StrictRoute,
    body_limit,
    parse,
    read_body,
)
from tests.asgi import call, send_json
from tests.unit.platform import hostile_json

_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.text(st.characters(codec="utf-8", exclude_characters="\0")),
    lambda children: (
        st.lists(children, max_size=4)
        | st.dictionaries(
            st.text(st.characters(codec="utf-8", exclude_characters="\0")), children, max_size=4
        )
    ),
    max_leaves=20,
)


@pytest.mark.parametrize("document", hostile_json.ALL.values(), ids=hostile_json.ALL)
def test_a_hostile_document_is_refused_with_one_named_error(document: bytes) -> None:
    """SECURITY R24."""
    with pytest.raises(MalformedJson) as refusal:
        parse(document)
    assert refusal.value.slug == "malformed-json"
    assert len(refusal.value.detail) < 500
    refusal.value.detail.encode("ascii")


def test_there_are_enough_hostile_documents_and_the_usual_parser_takes_some_of_each_kind() -> None:
    """The canary: what we refuse is not what `json.loads` refuses anyhow."""
    assert len(set(hostile_json.ALL.values())) >= 120
    for kind in (
        hostile_json.NUMBERS,
        hostile_json.STRINGS,
        hostile_json.ENCODINGS,
        hostile_json.REPEATED,
        hostile_json.DEEP,
    ):
        assert any(_usual_parser_takes(document) for document in kind)


def _usual_parser_takes(document: bytes) -> bool:
    try:
        json.loads(document)
    except (ValueError, RecursionError):
        return False
    return True


@pytest.mark.parametrize(
    ("document", "value"),
    [
        (b"null", None),
        (b" true ", True),
        (b"-0", 0),
        (b"9007199254740991", 2**53 - 1),
        (b"-9007199254740991", 1 - 2**53),
        (b"1.10", Decimal("1.10")),
        (b"-0.0", Decimal("-0.0")),
        (b"1e22", Decimal("1e22")),
        (b"123e65", Decimal("123e65")),
        (b"0e999", Decimal("0e999")),
        (b'"\\ud83d\\ude00"', "\U0001f600"),
        (b'"\\u0061\\u00e9\\n\\/"', "a\u00e9\n/"),
        ('"शक्ति"'.encode(), "शक्ति"),
        (b'"\x7f"', "\x7f"),
        (b'"\\\\u0000"', "\\u0000"),
        (b'\t{"a" : [ 1 , {} , [] ] }\r\n', {"a": [1, {}, []]}),
        (b'{"a":{"a":1},"b":{"a":1}}', {"a": {"a": 1}, "b": {"a": 1}}),
    ],
)
def test_a_right_document_keeps_its_exact_value(document: bytes, value: object) -> None:
    assert parse(document) == value
    assert type(parse(document)) is type(value)


def test_32_levels_are_taken_and_many_shallow_brackets_too() -> None:
    assert parse(b"[" * DEEPEST + b"]" * DEEPEST)
    assert parse(b"[" + b",".join([b"[{}]"] * 1000) + b"]")
    assert parse(b'"' + b"[" * 1000 + b'"') == "[" * 1000


@pytest.mark.parametrize(
    ("document", "said"),
    [
        (b'{"a":[1,2,]}', "line 1, column"),
        (b'{"a":[{"b":1},{"state":1,"state":2}]}', "The key 'state' is repeated in /a/1."),
        (b'{"a":1,"a":2}', "'a' is repeated in the document itself"),
        (b'{"a/b":{"c~":["\\u0000"]}}', "in /a~1b/c~0/0."),
        (b'{"a":{"x\\ud800":1}}', "in /a."),
        (b'{"\\u00e9":["\\ud800"]}', "in /\\xe9/0."),
        (b"[1,NaN]", "NaN is not"),
        (b'"\xff"', "byte 1"),
        (b"\xef\xbb\xbf1", "byte order mark"),
        (b"[" * 40 + b"]" * 40, "/0/0"),
    ],
)
def test_a_refusal_says_what_and_where(document: bytes, said: str) -> None:
    with pytest.raises(MalformedJson) as refusal:
        parse(document)
    assert said in refusal.value.detail


@given(_VALUES)
def test_whatever_json_writes_is_read_back(value: object) -> None:
    assert parse(json.dumps(value).encode()) == value
    assert parse(json.dumps(value, ensure_ascii=False).encode()) == value


@given(st.binary(max_size=200))
def test_no_bytes_make_it_fail_otherwise(document: bytes) -> None:
    try:
        parse(document)
    except MalformedJson:
        return
    json.loads(document)


def test_a_large_document_of_long_keys_costs_little_memory_to_judge() -> None:
    document = json.dumps({"k" * 200_000: ["\0" * (n == 9_999) for n in range(10_000)]}).encode()
    with pytest.raises(MalformedJson, match="NUL"):
        parse(document)


class _Charge(BaseModel):
    model_config = ConfigDict(extra="forbid")

    amount: str
    note: str = ""


def _application() -> FastAPI:
    app = FastAPI(openapi_url=None)
    router = APIRouter(route_class=StrictRoute, prefix="/charges")

    @router.post("")
    def add(charge: _Charge) -> _Charge:
        return charge

    @router.post("/large", openapi_extra=body_limit(2 * MEBIBYTE))
    def add_large(charge: _Charge) -> int:
        return len(charge.note)

    @router.post("/any")
    def add_any(value: Annotated[Any, Body()]) -> Any:
        return value

    @router.post("/maybe")
    def add_maybe(charge: _Charge | None = None) -> bool:
        return charge is not None

    @router.post("/form")
    def add_form(amount: Annotated[str, Form()]) -> str:
        return amount

    @router.get("")
    def show() -> str:
        return "shown"

    app.include_router(router, prefix="/v1")
    problems.install(app, public_url="http://127.0.0.1:8000")
    return app


APP = _application()


def test_a_route_reads_a_right_body() -> None:
    answer = send_json(APP, "POST", "/v1/charges", {"amount": "165000.00"})
    assert (answer.status, answer.json) == (200, {"amount": "165000.00", "note": ""})


@pytest.mark.parametrize("path", ["", "/any", "/large", "/maybe"])
def test_every_route_with_a_body_answers_a_hostile_one_with_400(path: str) -> None:
    """SECURITY R24."""
    for name, document in hostile_json.ALL.items():
        answer = send_json(APP, "POST", f"/v1/charges{path}", document)
        too_large = len(document) > USUAL_LIMIT and path != "/large"
        slug, status = ("body-too-large", 413) if too_large else ("malformed-json", 400)
        assert answer.json["type"] == f"http://127.0.0.1:8000/problems/{slug}", name
        assert answer.status == status


def test_the_canary_route_of_plain_fastapi_takes_what_ours_refuses() -> None:
    app = FastAPI()

    @app.post("/any")
    def add_any(value: Annotated[Any, Body()]) -> bool:
        return bool(value)

    taken = [
        d for d in hostile_json.ALL.values() if send_json(app, "POST", "/any", d).status == 200
    ]
    assert len(taken) >= 20


@pytest.mark.parametrize(
    "content_type",
    [
        "application/json",
        "Application/JSON",
        "application/json;charset=utf-8",
        'application/json; charset="UTF-8"',
    ],
)
def test_json_in_utf_8_is_taken_under_each_spelling_of_its_name(content_type: str) -> None:
    answer = call(
        APP,
        "POST",
        "/v1/charges",
        headers=[("content-type", content_type)],
        body=b'{"amount":"1"}',
    )
    assert answer.status == 200


@pytest.mark.parametrize(
    "headers",
    [
        [],
        [("content-type", "")],
        [("content-type", "text/plain")],
        [("content-type", "text/json")],
        [("content-type", "application/jsonx")],
        [("content-type", "application/vnd.api+json")],
        [("content-type", "application/x-www-form-urlencoded")],
        [("content-type", "multipart/form-data; boundary=x")],
        [("content-type", "application/json; charset=utf-16")],
        [("content-type", "application/json; charset*=utf-8''utf-16")],
        [("content-type", "application/json, text/plain")],
        [("content-type", "application/json"), ("content-type", "text/plain")],
        [("content-type", "application/json"), ("content-encoding", "gzip")],
        [("content-type", "\xff")],
    ],
    ids=repr,
)
def test_another_media_type_is_415(headers: list[tuple[str, str]]) -> None:
    answer = call(APP, "POST", "/v1/charges", headers=headers, body=b'{"amount":"1"}')
    assert answer.status == 415
    assert answer.json["type"].endswith("/problems/unsupported-media-type")


def _padded(size: int) -> bytes:
    return b'{"amount":"1","note":"' + b"x" * (size - 24) + b'"}'


@pytest.mark.parametrize(
    ("path", "limit"), [("/v1/charges", USUAL_LIMIT), ("/v1/charges/large", 2 * MEBIBYTE)]
)
def test_a_body_may_be_as_large_as_the_route_says_and_not_one_byte_more(
    path: str, limit: int
) -> None:
    assert send_json(APP, "POST", path, _padded(limit)).status == 200
    answer = send_json(APP, "POST", path, _padded(limit + 1))
    assert answer.status == 413
    assert str(limit) in answer.json["detail"]


def test_a_body_is_counted_on_the_stream_whatever_its_length_header_claims() -> None:
    """SECURITY R26: an endless body is refused as soon as it is too large."""
    sent = 0

    def endless() -> Iterator[bytes]:
        nonlocal sent
        while True:
            sent += 1024
            yield b" " * 1024

    for claimed in ("10", "-1", "x", "٣"):
        sent = 0
        answer = call(
            APP,
            "POST",
            "/v1/charges",
            headers=[("content-type", "application/json")]
            + ([("content-length", claimed)] if claimed.isascii() else []),
            body=endless(),
        )
        assert answer.status == 413
        assert sent <= USUAL_LIMIT + 2048


def test_a_declared_length_over_the_limit_is_refused_unread() -> None:
    def unread() -> Iterator[bytes]:
        yield pytest.fail("the body was read")

    for length in (USUAL_LIMIT + 1, 10**30):
        answer = call(
            APP, "POST", "/v1/charges", headers=[("content-length", str(length))], body=unread()
        )
        assert answer.status == 413


def test_a_form_is_limited_too_and_read_as_a_form() -> None:
    headers = [("content-type", "application/x-www-form-urlencoded")]
    right = call(APP, "POST", "/v1/charges/form", headers=headers, body=b"amount=1")
    large = call(
        APP, "POST", "/v1/charges/form", headers=headers, body=b"amount=" + b"1" * USUAL_LIMIT
    )
    assert (right.status, right.json) == (200, "1")
    assert large.status == 413


def test_an_empty_body_is_the_routes_to_judge() -> None:
    missing = call(APP, "POST", "/v1/charges")
    assert missing.status == 422
    assert missing.json["errors"] == [{"pointer": "", "detail": "Field required"}]
    assert call(APP, "POST", "/v1/charges/maybe").json is False


def test_a_route_without_a_body_does_not_read_one() -> None:
    assert call(APP, "GET", "/v1/charges", body=b"{").status == 200


def _request(*messages: Message, pause: float = 0) -> Request:
    async def messages_in_turn() -> AsyncIterator[Message]:
        for message in messages:
            await asyncio.sleep(pause)
            yield message

    waiting = messages_in_turn()

    async def receive() -> Message:
        return await anext(waiting)

    return Request({"type": "http", "headers": [], "method": "POST", "path": "/"}, receive)


def test_a_body_that_drips_in_is_ended() -> None:
    """SECURITY R26."""
    drops = [{"type": "http.request", "body": b" ", "more_body": True}] * 100
    with pytest.raises(BodyTooSlow, match="0\\.05 seconds"):
        asyncio.run(read_body(_request(*drops, pause=0.01), limit=1000, seconds=0.05))


def test_a_client_that_hangs_up_is_no_fault_of_ours() -> None:
    request = _request(
        {"type": "http.request", "body": b"{", "more_body": True}, {"type": "http.disconnect"}
    )
    with pytest.raises(MalformedJson, match="connection ended"):
        asyncio.run(read_body(request, limit=1000))


def test_the_limit_holds_for_one_large_chunk() -> None:
    request = _request({"type": "http.request", "body": b"x" * 11, "more_body": False})
    with pytest.raises(BodyTooLarge, match="10 bytes"):
        asyncio.run(read_body(request, limit=10))
