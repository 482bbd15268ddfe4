import asyncio
import importlib
import pkgutil
import re
from collections.abc import Iterator
from enum import StrEnum
from http import HTTPStatus
from typing import Annotated, Any, ClassVar, Literal

import pytest
from fastapi import APIRouter, Depends, FastAPI, Form, Header, Path, Query
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, ConfigDict, Field, field_validator
from sqlalchemy.exc import OperationalError, ProgrammingError
from starlette.exceptions import HTTPException

import app
from app.kernel.errors import Conflict, DomainError, FieldError, Forbidden, NotFound
from app.platform import problem_pages, problems
from app.platform.idempotency import IdempotencyKey
from app.platform.logging import RequestLog
from app.platform.pagination import Paging, paging
from app.platform.problem_types import PROBLEMS, SCHEMA
from app.platform.strict_json import StrictRoute
from tests.asgi import Answer, call, send_json

PUBLIC_URL = "https://certification.example"


class _Site(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    country: Annotated[str, Field(pattern="^[A-Z]{2}$")]
    workers: int = 0


class _Grant(BaseModel):
    model_config = ConfigDict(extra="forbid")

    type: Literal["grant"]
    months: int


class _Refuse(BaseModel):
    model_config = ConfigDict(extra="forbid")

    type: Literal["refuse"]
    reason: str


class _Application(BaseModel):
    model_config = ConfigDict(extra="forbid")

    corridors: list[Annotated[str, Field(pattern="^[A-Z]{2}-[A-Z]{2}$")]] = []
    sites: list[_Site] = []
    decision: Annotated[_Grant | _Refuse | None, Field(discriminator="type")] = None
    amounts: dict[str, int | list[int]] = {}
    name: str = "x"

    @field_validator("name")
    @classmethod
    def _named(cls, name: str) -> str:
        if name == "Ltd":
            raise ValueError("is a legal form, not a name")
        return name


class _Kind(StrEnum):
    ONE = "one"


def _application() -> FastAPI:
    api = FastAPI(redirect_slashes=False)
    router = APIRouter(route_class=StrictRoute)

    @router.post("/v1/applications")
    def add(body: _Application) -> str:
        return body.name

    @router.post("/v1/keyed")
    def add_keyed(body: _Application, key: IdempotencyKey) -> str:
        return key

    @router.post("/v1/form")
    def add_form(grant_type: Annotated[str, Form()]) -> str:
        return grant_type

    @router.get("/v1/things/{number}")
    def show(
        number: Annotated[int, Path(le=9)],
        kind: Annotated[_Kind, Query()] = _Kind.ONE,
        version: Annotated[int, Header(alias="X-Version")] = 0,
    ) -> int:
        return number

    @router.get("/v1/refused/{how}")
    def refuse(how: str) -> None:
        raise _FAULTS[how]

    @router.get("/v1/stream")
    def stream() -> StreamingResponse:
        def half() -> Iterator[bytes]:
            yield b"half an "
            raise RuntimeError("answer")

        return StreamingResponse(half())

    api.include_router(router)
    api.include_router(problem_pages.router)
    problems.install(api, public_url=PUBLIC_URL)
    api.add_middleware(RequestLog, public_url=PUBLIC_URL)
    return api


class _Unlisted(DomainError):
    slug: ClassVar[str] = "of-the-tests"


class _Busy(Exception):
    sqlite_errorcode = 5


_FAULTS: dict[str, Exception] = {
    "not-found": NotFound("There is no audit 1."),
    "forbidden": Forbidden("Only its own company may read it."),
    "conflict": Conflict("Two things stand against it.", reasons=["one", "another"]),
    "input": DomainError("", errors=[]),
    "field": NotFound("x", errors=[FieldError("/sites/0", "is closed")]),
    "unlisted": _Unlisted("secret"),
    "broken": RuntimeError("secret"),
    "busy": OperationalError("SELECT secret", {}, _Busy()),
    "sql": ProgrammingError("SELECT secret", {}, Exception("secret")),
    "framework": HTTPException(403, "secret", {"X-Reason": "x"}),
    "teapot": HTTPException(418, "secret"),
}

APP = _application()


def _post(body: Any, path: str = "/v1/applications") -> Answer:
    return send_json(APP, "POST", path, body)


def test_a_refusal_is_a_problem_with_its_type_and_the_requests_id() -> None:
    """RFC 9457."""
    answer = call(APP, "GET", "/v1/refused/not-found", headers=[("x-request-id", "trace-4711")])
    assert answer.status == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["x-request-id"] == "trace-4711"
    assert answer.json == {
        "type": "https://certification.example/problems/not-found",
        "title": "There is no such thing",
        "status": 404,
        "detail": "There is no audit 1.",
        "instance": "trace-4711",
    }


def test_a_refused_move_lists_every_reason() -> None:
    answer = call(APP, "GET", "/v1/refused/conflict")
    assert (answer.status, answer.json["reasons"]) == (409, ["one", "another"])


def test_a_field_error_of_a_room_keeps_its_pointer() -> None:
    answer = call(APP, "GET", "/v1/refused/field")
    assert answer.json["errors"] == [{"pointer": "/sites/0", "detail": "is closed"}]


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ({"corridors": ["NP-MY", "nepal"]}, ["/corridors/1"]),
        ({"sites": [{"country": "NP"}, {"workers": 1}]}, ["/sites/1/country"]),
        ({"sites": [{"country": "NP", "workers": "1"}]}, ["/sites/0/workers"]),
        ({"sites": {"country": "NP"}}, ["/sites"]),
        ({"unknown": 1, "a/b~c": 2}, ["/unknown", "/a~1b~0c"]),
        ({"decision": {"type": "grant", "months": "x"}}, ["/decision/months"]),
        ({"decision": {"type": "grant"}}, ["/decision/months"]),
        ({"decision": {"type": "other"}}, ["/decision"]),
        ({"decision": {"type": "refuse", "reason": "x", "months": 3}}, ["/decision/months"]),
        ({"amounts": {"fee": "x"}}, ["/amounts/fee", "/amounts/fee"]),
        ({"amounts": {"fee": [1, "x"]}}, ["/amounts/fee", "/amounts/fee/1"]),
        ({"name": "Ltd"}, ["/name"]),
        ([], [""]),
        ("text", [""]),
        (7, [""]),
        (None, [""]),
    ],
    ids=repr,
)
def test_an_invalid_value_is_named_by_its_place_in_the_body(body: Any, pointers: list[str]) -> None:
    answer = _post(body)
    assert answer.status == 422
    assert answer.json["type"].endswith("/problems/invalid-input")
    assert [error["pointer"] for error in answer.json["errors"]] == pointers
    for pointer in pointers:
        _follow(body, pointer)


def _follow(body: Any, pointer: str) -> None:
    """Each pointer leads into the body that was sent; its last key alone may be what is missing."""
    *way, _ = pointer.split("/")[1:] or [""]
    for key in way:
        body = body[int(key)] if isinstance(body, list) else body[key]


def test_what_a_validator_says_is_said_without_ornament() -> None:
    (error,) = _post({"name": "Ltd"}).json["errors"]
    assert error["detail"] == "is a legal form, not a name"


def test_the_input_itself_is_not_repeated() -> None:
    answer = _post({"corridors": ["s3cret"], "sites": [{"country": "s3cret"}], "x": "s3cret"})
    assert b"s3cret" not in answer.body


def test_a_flood_of_faults_is_cut_to_a_hundred() -> None:
    answer = _post({"corridors": ["x"] * 5000})
    assert len(answer.json["errors"]) == 100
    assert answer.json["detail"] == "5000 values are wrong. The first 100 are listed."


def test_outside_the_body_the_parameter_is_named() -> None:
    answer = call(APP, "GET", "/v1/things/10?kind=two", headers=[("x-version", "new")])
    assert [error["parameter"] for error in answer.json["errors"]] == [
        "number",
        "kind",
        "X-Version",
    ]
    form = call(
        APP,
        "POST",
        "/v1/form",
        headers=[("content-type", "application/x-www-form-urlencoded")],
        body=b"other=1",
    )
    assert form.json["errors"] == [{"parameter": "grant_type", "detail": "Field required"}]


def test_a_call_without_its_idempotency_key_is_told_so_before_anything_else() -> None:
    answer = _post({"unknown": 1}, "/v1/keyed")
    assert (answer.status, answer.json["title"]) == (400, "The Idempotency-Key header is missing")


@pytest.mark.parametrize("key", ["", " ", "a b", "é", "x" * 256, "\x7f"], ids=repr)
def test_an_idempotency_key_is_1_to_255_visible_characters(key: str) -> None:
    def keyed(value: str) -> Answer:
        return send_json(APP, "POST", "/v1/keyed", {}, headers=[("idempotency-key", value)])

    answer = keyed(key)
    assert (answer.status, answer.json["errors"][0]["parameter"]) == (422, "Idempotency-Key")
    assert keyed("!" + "~" * 254).status == 200


def test_an_unknown_address_is_404_and_another_method_405() -> None:
    missing = call(APP, "GET", "/v1/nothing")
    assert (missing.status, missing.json["type"]) == (404, f"{PUBLIC_URL}/problems/not-found")
    for method in ("DELETE", "TRACE", "PUT", "XYZZY"):
        answer = call(APP, method, "/v1/applications")
        assert (answer.status, answer.headers["allow"]) == (405, "POST")
        assert answer.json["type"] == f"{PUBLIC_URL}/problems/method-not-allowed"


def test_a_405_names_what_all_routes_of_the_address_take() -> None:
    """RFC 9110 §15.5.6."""
    api, router = FastAPI(), APIRouter(prefix="/v1")
    for method in ("GET", "POST"):
        router.add_api_route("/things/{number}", lambda number: number, methods=[method])
    api.include_router(router)
    api.add_api_route("/v1/things", lambda: 0, methods=["PUT"])
    problems.install(api, public_url=PUBLIC_URL)
    answer = call(api, "DELETE", "/v1/things/1")
    assert (answer.status, answer.headers["allow"]) == (405, "GET, POST")


@pytest.mark.parametrize("body", [b"\xff=%zz", b"a" * 10, b"--x\r\n\r\n"])
def test_a_form_that_is_none_is_a_4xx(body: bytes) -> None:
    for media_type in ("application/x-www-form-urlencoded", "multipart/form-data; boundary=x"):
        answer = call(APP, "POST", "/v1/form", headers=[("content-type", media_type)], body=body)
        assert answer.status in {400, 422}
        assert answer.headers["content-type"] == "application/problem+json"


def test_a_refusal_of_the_framework_keeps_its_headers_and_loses_its_words() -> None:
    answer = call(APP, "GET", "/v1/refused/framework")
    assert (answer.status, answer.headers["x-reason"]) == (403, "x")
    assert b"secret" not in answer.body


def test_a_database_that_is_busy_is_503_with_retry_after() -> None:
    answer = call(APP, "GET", "/v1/refused/busy")
    assert (answer.status, answer.headers["retry-after"]) == (503, "2")
    assert b"secret" not in answer.body


@pytest.mark.parametrize("how", ["broken", "sql", "unlisted", "teapot"])
def test_whatever_nobody_caught_is_a_500_that_says_nothing(how: str) -> None:
    """SECURITY R58."""
    answer = call(APP, "GET", f"/v1/refused/{how}")
    assert answer.status == 500
    assert answer.json == {
        "type": f"{PUBLIC_URL}/problems/internal",
        "title": "Something broke on our side",
        "status": 500,
        "detail": "The fault has been logged.",
        "instance": answer.headers["x-request-id"],
    }
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_half_an_answer_is_cut_off_and_not_ended_as_if_it_were_whole() -> None:
    with pytest.raises(RuntimeError):
        call(APP, "GET", "/v1/stream")


def test_what_is_no_request_passes_by() -> None:
    seen: list[str] = []

    async def inner(scope: Any, receive: Any, send: Any) -> None:
        seen.append(scope["type"])

    for middleware in (
        problems._FailClosed(inner, problems._Answers(PUBLIC_URL)),
        RequestLog(inner, public_url=PUBLIC_URL),
    ):
        asyncio.run(middleware({"type": "lifespan"}, None, None))  # type: ignore[arg-type]
    assert seen == ["lifespan", "lifespan"]


def _slugs() -> Iterator[str]:
    """The slug of every refusal that any module of the service defines."""
    for module in pkgutil.walk_packages(app.__path__, "app."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    waiting = [DomainError]
    while waiting:
        refusal = waiting.pop()
        waiting += refusal.__subclasses__()
        if refusal.__module__.startswith("app.") and hasattr(refusal, "slug"):
            yield refusal.slug


def test_every_refusal_of_the_service_has_its_row_in_the_table() -> None:
    assert set(_slugs()) - PROBLEMS.keys() == set()


def test_the_table_is_in_order_of_status_and_its_texts_are_sentences() -> None:
    statuses = [problem.status for problem in PROBLEMS.values()]
    assert statuses == sorted(statuses)
    for slug, problem in PROBLEMS.items():
        assert slug == problem.slug
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", slug)
        assert HTTPStatus(problem.status) >= 400
        assert not problem.title.endswith(".")
        assert problem.explanation.endswith(".")
        assert "  " not in problem.explanation


@pytest.mark.parametrize("slug", PROBLEMS)
def test_every_kind_of_problem_has_its_page(slug: str) -> None:
    answer = call(APP, "GET", f"/problems/{slug}")
    assert answer.status == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    page = answer.body.decode()
    assert f"<title>{PROBLEMS[slug].title}</title>" in page
    assert str(PROBLEMS[slug].status) in page
    assert "`" not in page
    assert f'href="problems/{slug}"' in call(APP, "GET", "/problems").body.decode()


def test_a_page_that_does_not_exist_is_a_problem_itself() -> None:
    answer = call(APP, "GET", "/problems/nonsense")
    assert (answer.status, answer.headers["content-type"]) == (404, "application/problem+json")


def test_the_pages_need_nothing_from_elsewhere_and_run_nothing() -> None:
    answer = call(APP, "GET", "/problems/invalid-input")
    assert "unsafe" not in answer.headers["content-security-policy"]
    assert answer.headers["cache-control"] == "public, max-age=3600"
    assert not re.search(r"<script|<link|<img|https?://|@import|url\(", answer.body.decode())


def test_the_markdown_says_the_same() -> None:
    page = problem_pages.problems_markdown()
    assert page.startswith("# Problems\n")
    assert page.endswith("\n")
    for problem in PROBLEMS.values():
        assert f"## {problem.title}\n\nStatus {problem.status}, `{problem.slug}`." in page
        assert problem.explanation in page


def test_what_a_route_documents_is_grouped_by_status() -> None:
    responses = problems.documented("move-refused", "conflict", "not-found", "conflict")
    assert set(responses) == {404, 409}
    assert responses[409]["description"] == (
        "This move cannot be made now (`move-refused`);"
        " The state of things does not allow this now (`conflict`)"
    )
    assert list(responses[409]["content"]) == ["application/problem+json"]


def test_the_completed_description_names_what_every_operation_may_answer() -> None:
    api = FastAPI()
    router = APIRouter(route_class=StrictRoute)

    @router.post("/v1/keyed", responses=problems.documented("idempotency-key-reused"))
    def add(body: _Application) -> str:
        return body.name

    @router.get("/v1/things/{number}")
    def show(number: int) -> int:
        return number

    @router.get("/v1/things")
    def list_things(page: Annotated[Paging, Depends(paging)]) -> int:
        return page.limit

    @router.get("/v1/clock")
    def show_clock() -> int:
        return 0

    @router.post("/v1/form")
    def add_form(grant_type: Annotated[str, Form()]) -> str:
        return grant_type

    api.include_router(router)
    description = api.openapi()
    problems.complete(description)
    answers = {
        path: set(operation["responses"])
        for path, operations in description["paths"].items()
        for operation in operations.values()
    }
    assert answers == {
        "/v1/keyed": {"200", "400", "408", "413", "415", "422", "431", "503"},
        "/v1/things/{number}": {"200", "422", "431", "503"},
        "/v1/things": {"200", "400", "422", "431", "503"},
        "/v1/clock": {"200", "422", "431", "503"},
        "/v1/form": {"200", "408", "413", "422", "431", "503"},
    }
    keyed = description["paths"]["/v1/keyed"]["post"]["responses"]
    assert "`idempotency-key-reused`" in keyed["422"]["description"]
    assert "`invalid-input`" in keyed["422"]["description"]
    assert "HTTPValidationError" not in str(description)
    assert description["components"]["schemas"]["Problem"] == SCHEMA
    again = str(description)
    problems.complete(description)
    assert str(description) == again
