import io
import json
import logging
import random
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import structlog
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from fastapi import APIRouter, FastAPI, Request, Response
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel
from sqlalchemy.exc import IntegrityError

from app.platform import problems
from app.platform.logging import RequestLog, configure, request_id
from tests.asgi import Answer, call

PUBLIC_URL = "http://127.0.0.1:8000"


@contextmanager
def _logged(level: str = "info") -> Iterator[io.StringIO]:
    """What is logged meanwhile; afterwards logging is as it was."""
    root = logging.getLogger()
    before = (root.handlers[:], root.level)
    stream = io.StringIO()
    configure(level, stream=stream)
    try:
        yield stream
    finally:
        root.handlers[:], root.level = before


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    with _logged() as stream:
        yield stream


def _events(log: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.getvalue().splitlines()]


def test_an_event_is_one_json_line_with_its_time_and_level(log: io.StringIO) -> None:
    structlog.get_logger("app.demo").info("imported", rows=507, share=0.5, file=None)
    (event,) = _events(log)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z", event.pop("at"))
    assert event == {
        "event": "imported",
        "level": "info",
        "logger": "app.demo",
        "rows": 507,
        "share": 0.5,
        "file": None,
    }


def test_the_libraries_log_the_same_way(log: io.StringIO) -> None:
    logging.getLogger("uvicorn.error").warning("Shutting %s", "down")
    (event,) = _events(log)
    assert (event["event"], event["level"], event["logger"]) == (
        "Shutting down",
        "warning",
        "uvicorn.error",
    )


def test_what_is_below_the_level_is_not_logged() -> None:
    with _logged("warning") as log:
        structlog.get_logger("app").info("small")
        logging.getLogger("sqlalchemy").info("small")
        structlog.get_logger("app").error("large")
    assert [event["event"] for event in _events(log)] == ["large"]


@given(
    st.text(max_size=200), st.dictionaries(st.text(max_size=9), st.text(max_size=50), max_size=3)
)
def test_no_text_breaks_out_of_its_line(text: str, more: dict[str, str]) -> None:
    """SECURITY R51: one line per event, control characters escaped."""
    with _logged() as log:
        structlog.get_logger("app").info(text, given=more)
        logging.getLogger("library").info("%s", text)
    written = log.getvalue()
    assert written.count("\n") == 2
    assert all(" " <= symbol < "\x7f" for symbol in written.replace("\n", ""))
    assert len(_events(log)) == 2


@pytest.mark.parametrize(
    "hostile",
    ['x","level":"error', "a\r\nb", "\x1b[31mred", "\u2028\u2029\x85", "\x7f\x9b", "\ud800", "\0"],
    ids=ascii,
)
def test_a_forged_line_stays_text(log: io.StringIO, hostile: str) -> None:
    structlog.get_logger("app").info(hostile, name=hostile)
    (event,) = _events(log)
    assert (event["event"], event["name"], event["level"]) == (hostile, hostile, "info")


def _private_key() -> str:
    return (
        ec.generate_private_key(ec.SECP256R1())
        .private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        .decode()
    )


_PLACES: list[Any] = [
    lambda s: {"authorization": f"Bearer {s}"},
    lambda s: {"headers": {"Authorization": f"Basic {s}", "Cookie": f"session={s}"}},
    lambda s: {"headers": [("x", 1), {"Set-Cookie": s}]},
    lambda s: {"client_secret": s},
    lambda s: {"body": {"clientSecret": s, "grant_type": "client_credentials"}},
    lambda s: {"body": f"grant_type=client_credentials&client_id=portal&client_secret={s}&x=1"},
    lambda s: {"body": json.dumps({"client_id": "portal", "client_secret": s})},
    lambda s: {"body": json.dumps({"password": s}).encode()},
    lambda s: {"password": s, "new_password": s, "passphrase": s},
    lambda s: {"access_token": s, "refresh-token": s, "token": s, "tokens": [s, s]},
    lambda s: {"api_key": s, "apikey": s, "X-API-Key": s},
    lambda s: {"url": f"https://x.example/cb?access_token={s}&state=1"},
    lambda s: {"database": f"postgresql://erc:{s}@db.example/erc"},
    lambda s: {"database": f"postgresql://:{s}@db/erc and redis://u:{s}@cache"},
    lambda s: {"said": f"sent Authorization: Bearer {s}"},
    lambda s: {"said": f"sent authorization=Basic {s}, then more"},
    lambda s: {"said": f"with bearer  {s}"},
    lambda s: {"said": f"the key erc_{s} was shown"},
    lambda s: {"said": f"erc_{s}"},
    lambda s: {"token": f"eyJhbGciOiJFUzI1NiJ9.{s}.{s}"},
    lambda s: {"said": f"token eyJhbGciOiJFUzI1NiJ9.{s}.{s} refused"},
    lambda s: {"deep": [[[[[[[{"secret": s}]]]]]]]},
    lambda s: {"deep": [[[[[[[[[[[[{"secret": s}]]]]]]]]]]]]},
    lambda s: {"client_assertion": s, "credentials": {"any": s}},
    lambda s: {"private_key": s},
]


@pytest.mark.parametrize("place", range(len(_PLACES)))
def test_no_seeded_secret_is_written(log: io.StringIO, place: int) -> None:
    """SECURITY R51: 200 secrets and more, in names, texts, headers, addresses and bodies."""
    chance = random.Random(place)
    for _ in range(10):
        secret = "".join(chance.choices("ABCDEFabcdef0123456789", k=32))
        found = _PLACES[place](secret)
        structlog.get_logger("app").info("seeded", **found)
        structlog.get_logger("app").info(f"seeded {json.dumps(found, default=str)}")
        try:
            raise ValueError(f"could not send {json.dumps(found, default=str)}")
        except ValueError:
            logging.getLogger("library").exception("failed")
        assert secret not in log.getvalue()
    assert log.getvalue().count("[redacted]") >= 30


def test_the_canary_without_redaction_writes_every_secret() -> None:
    plain = structlog.wrap_logger(
        structlog.PrintLogger(file := io.StringIO()),
        processors=[structlog.processors.JSONRenderer(default=str)],
    )
    for number, place in enumerate(_PLACES):
        plain.info("seeded", **place(f"seededsecret{number}"))
        assert f"seededsecret{number}" in file.getvalue()


def test_a_private_key_is_not_written(log: io.StringIO) -> None:
    key = _private_key()
    structlog.get_logger("app").info("made", pem_text=key, said=f"the key\n{key}\nis here")
    structlog.get_logger("app").info("cut", said=key[:90])
    for line in key.splitlines()[1:-1]:
        assert line not in log.getvalue()
    assert _events(log)[0]["said"] == "the key\n[redacted]\n\nis here"


def test_what_is_no_secret_is_written_as_it_is(log: io.StringIO) -> None:
    harmless = {
        "idempotency_key": "0190f0c4",
        "token_type": "Bearer",
        "said": "basic rules; a bearer of news; https://x.example/a:b/c@d",
        "number": "7K3M-9QXR-2V8D-4HTZ",
        "public_url": "http://127.0.0.1:8000/v1/recruiters?country=NP",
    }
    structlog.get_logger("app").info("seen", **harmless)
    assert harmless.items() <= _events(log)[0].items()


def test_hostile_texts_cost_little_time(log: io.StringIO) -> None:
    began = time.perf_counter()
    for part in (
        "eyJ-",
        "eyJ.",
        "://a:",
        "://a:b",
        "erc_",
        "-----BEGIN ",
        "bearer ",
        "secret =",
        "a:",
    ):
        structlog.get_logger("app").info("x", said=part * 100_000)
    assert time.perf_counter() - began < 3
    assert all(len(event["said"]) <= 4096 for event in _events(log))


def test_numbers_that_json_lacks_and_odd_values_are_written_as_text(log: io.StringIO) -> None:
    structlog.get_logger("app").info("x", a=float("nan"), b={1}, c=b"\xff", d=object, token=7)
    (event,) = _events(log)
    assert (event["a"], event["b"], event["c"]) == ("nan", [1], "b'\\xff'")
    assert event["token"] == "[redacted]"


class _Person(BaseModel):
    age: int


def test_an_exception_is_logged_by_type_place_and_first_line(log: io.StringIO) -> None:
    try:
        try:
            raise IntegrityError(
                "INSERT INTO person", {"name": "Sita"}, Exception("duplicate\nSita")
            )
        except IntegrityError as error:
            raise RuntimeError("no person was made") from error
    except RuntimeError:
        structlog.get_logger("app").exception("failed")
    (event,) = _events(log)
    last, first = event["exception"]
    assert (last["type"], last["message"]) == ("RuntimeError", "no person was made")
    assert first["type"] == "IntegrityError"
    assert last["frames"][-1].endswith("test_an_exception_is_logged_by_type_place_and_first_line")
    assert "Sita" not in log.getvalue()


def test_the_input_that_a_model_refused_is_not_logged(log: io.StringIO) -> None:
    try:
        _Person.model_validate({"age": "Sita Devi"})
    except ValueError:
        logging.getLogger("library").exception("failed")
    assert "Sita" not in log.getvalue()
    assert _events(log)[0]["exception"][0]["type"] == "ValidationError"


def test_of_a_chain_of_exceptions_the_hidden_ones_are_left_out(log: io.StringIO) -> None:
    try:
        try:
            raise KeyError("hidden")
        except KeyError:
            raise RuntimeError("shown") from None
    except RuntimeError as error:
        structlog.get_logger("app").warning("failed", exc_info=error)
    structlog.get_logger("app").warning("none", exc_info=True)
    first, second = _events(log)
    assert [part["type"] for part in first["exception"]] == ["RuntimeError"]
    assert "exception" not in second


def _application(public_url: str = PUBLIC_URL) -> FastAPI:
    api = FastAPI(openapi_url="/openapi.json", docs_url=None, redoc_url=None)
    router = APIRouter(prefix="/certificates")

    @router.get("/{number}/history")
    def show(number: str, request: Request) -> dict[str, str]:
        request.state.client = "portal"
        structlog.get_logger("app").info("shown")
        return {"id": request_id(request.scope)}

    @router.get("/{number}/pdf")
    def download(number: str) -> Response:
        return Response(
            b"", headers={"Cache-Control": "public, max-age=60", "X-Frame-Options": "SAMEORIGIN"}
        )

    @router.get("/{number}/broken")
    def broken(number: str) -> None:
        raise RuntimeError("broken")

    api.include_router(router, prefix="/v1")
    problems.install(api, public_url=public_url)
    api.add_middleware(RequestLog, public_url=public_url)
    return api


APP = _application()


def _get(path: str, *headers: tuple[str, str], app: FastAPI = APP) -> Answer:
    return call(app, "GET", path, headers=headers)


def test_a_request_is_one_line_that_names_the_route_and_not_the_number(log: io.StringIO) -> None:
    answer = _get("/v1/certificates/7K3M-9QXR/history?token=s3cret")
    within, request = _events(log)
    assert within["event"] == "shown"
    assert within["request_id"] == request["request_id"] == answer.json["id"]
    assert request.pop("ms") >= 0
    assert (
        request.items()
        >= {
            "event": "request",
            "level": "info",
            "method": "GET",
            "path": "/v1/certificates/{number}/history",
            "status": 200,
            "client": "portal",
        }.items()
    )
    for unsaid in ("7K3M", "s3cret", "192.0.2.7"):
        assert unsaid not in log.getvalue()


@pytest.mark.parametrize(
    ("path", "template", "status"),
    [
        ("/v1/nothing/s3cret", None, 404),
        ("/openapi.json", "/openapi.json", 200),
        ("/v1/certificates/s3cret/pdf", "/v1/certificates/{number}/pdf", 200),
        ("/v1/certificates/s3cret/broken", "/v1/certificates/{number}/broken", 500),
    ],
)
def test_every_request_is_logged_by_its_template(
    log: io.StringIO, path: str, template: str | None, status: int
) -> None:
    _get(path)
    request = _events(log)[-1]
    assert (request["path"], request["status"]) == (template, status)
    assert request["level"] == ("error" if status == 500 else "info")
    assert "s3cret" not in log.getvalue()


def test_another_method_is_logged_too(log: io.StringIO) -> None:
    call(APP, "DELETE", "/v1/certificates/x/pdf")
    assert _events(log)[0].items() >= {"method": "DELETE", "status": 405}.items()


def test_a_fault_is_logged_with_its_place_under_the_id_the_client_was_told(
    log: io.StringIO,
) -> None:
    """SECURITY R58."""
    answer = _get("/v1/certificates/x/broken")
    fault = next(event for event in _events(log) if event["event"] == "unhandled")
    assert fault["request_id"] == answer.json["instance"] == answer.headers["x-request-id"]
    assert fault["exception"][0]["message"] == "broken"


def test_an_application_that_is_not_ours_is_logged_without_templates(log: io.StringIO) -> None:
    async def plain(scope: Any, receive: Any, send: Any) -> None:
        await Response(b"ok")(scope, receive, send)

    answer = call(RequestLog(plain, public_url=PUBLIC_URL), "GET", "/x")
    assert answer.headers["x-request-id"]
    assert _events(log)[0].items() >= {"path": None, "status": 200}.items()


def test_a_request_that_dies_is_logged_without_a_status(log: io.StringIO) -> None:
    async def dies(scope: Any, receive: Any, send: Any) -> None:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        call(RequestLog(dies, public_url=PUBLIC_URL), "GET", "/x")
    assert _events(log)[0].items() >= {"status": None, "level": "error"}.items()


@pytest.mark.parametrize(
    "given_id", ["trace-4711", "0190f0c4-8e2a-7c31-9b53-0d1c2e3f4a5b", "a" * 64]
)
def test_a_well_formed_request_id_is_kept(given_id: str) -> None:
    assert _get("/x", ("X-Request-Id", given_id)).headers["x-request-id"] == given_id


@pytest.mark.parametrize(
    "headers",
    [
        [],
        ["short"],
        ["a" * 65],
        ["with space"],
        ["new\nline-xx"],
        ["erc_0123456789"],
        ["-leading-dash"],
        ['"quoted-id"'],
        ["é" * 10],
        ["trace-4711", "trace-4712"],
    ],
    ids=repr,
)
def test_any_other_request_id_is_replaced(headers: list[str]) -> None:
    answer = _get("/x", *(("x-request-id", header) for header in headers))
    assert re.fullmatch(r"[0-9a-f-]{36}", answer.headers["x-request-id"])


@pytest.mark.parametrize(
    "path",
    ["/openapi.json", "/v1/nothing", "/v1/certificates/x/history", "/v1/certificates/x/broken"],
)
def test_every_answer_carries_the_security_headers(path: str) -> None:
    """SECURITY R57."""
    assert (
        _get(path).headers.items()
        >= {
            "cache-control": "no-store",
            "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
            "cross-origin-opener-policy": "same-origin",
            "referrer-policy": "no-referrer",
            "x-content-type-options": "nosniff",
            "x-frame-options": "DENY",
        }.items()
    )


def test_a_header_that_the_answer_sets_itself_stays() -> None:
    answer = _get("/v1/certificates/x/pdf")
    assert answer.headers["cache-control"] == "public, max-age=60"
    assert answer.headers["x-frame-options"] == "SAMEORIGIN"
    names = [name.lower() for name, _ in answer.raw_headers]
    assert len(names) == len(set(names))


def test_https_is_asked_for_where_the_world_comes_by_https() -> None:
    secure = _application("https://certification.example")
    assert "max-age" in _get("/x", app=secure).headers["strict-transport-security"]
    assert "strict-transport-security" not in _get("/x").headers
