"""Every route names one action, or the service does not start (SECURITY R15)."""

from typing import Any

import pytest
from fastapi import APIRouter, Depends, FastAPI
from fastapi.responses import PlainTextResponse
from pydantic import BaseModel
from starlette.requests import Request

from app.access.guard import SIGNED_IN, Access, declared
from app.access.http import ANYONE_MAY, Router
from app.access.route_table import check, route_table, routes
from app.kernel.roles import Role


class Empty(BaseModel):
    pass


def application(*routers: APIRouter) -> FastAPI:
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    for router in routers:
        app.include_router(router)
    return app


@pytest.fixture
def router() -> Router:
    router = Router(prefix="/v1")

    @router.query("/things/{thing_id}", action="thing.read", roles=ANYONE_MAY, response_model=Empty)
    def read(thing_id: str) -> Empty:
        """Read a thing.

        At length.
        """
        return Empty()

    @router.command(
        "/things", action="thing.make", roles={Role.AUDITOR}, response_model=Empty, two_sign=True
    )
    def make() -> Empty:
        return Empty()

    return router


def test_declared_routes_are_accepted(router: Router) -> None:
    app = application(router)
    check(app)
    assert [(route.method, route.path, route.operation) for route in routes(app)] == [
        ("POST", "/v1/things", "things_make"),
        ("GET", "/v1/things/{thing_id}", "things_read"),
    ]


def plain(app: FastAPI) -> None:
    @app.get("/plain")
    def read() -> Empty:
        return Empty()


def included(app: FastAPI) -> None:
    other = APIRouter(prefix="/other")

    @other.post("/plain")
    def write() -> Empty:
        return Empty()

    app.include_router(other)


def starlettes(app: FastAPI) -> None:
    async def answer(request: Request) -> PlainTextResponse:
        return PlainTextResponse("")

    app.add_route("/plain", answer)


def mounted(app: FastAPI) -> None:
    app.mount("/plain", FastAPI())


def pretended(app: FastAPI) -> None:
    @app.get("/plain", openapi_extra={"x-action": "thing.read", "x-roles": ["auditor"]})
    def read() -> Empty:
        return Empty()


def guarded_otherwise(app: FastAPI) -> None:
    @app.get("/plain", dependencies=[Depends(lambda: None)])
    def read() -> Empty:
        return Empty()


@pytest.mark.parametrize(
    "add", [plain, included, starlettes, mounted, pretended, guarded_otherwise]
)
def test_a_route_past_the_router_keeps_the_service_from_starting(router: Router, add: Any) -> None:
    app = application(router)
    add(app)
    with pytest.raises(RuntimeError, match="/plain names no action"):
        check(app)


def test_documentation_may_do_without(router: Router) -> None:
    app = application(router)
    plain(app)
    check(app, undeclared={"/plain"})
    row = "| GET | `/plain` | documentation" + " | ●" * (1 + len(SIGNED_IN)) + " |"
    assert row in route_table(app).splitlines()


def test_one_action_does_not_both_read_and_write() -> None:
    router = Router()
    router.query("/a", action="thing.read", roles=ANYONE_MAY, response_model=Empty)(Empty)
    router.command("/b", action="thing.read", roles={Role.AUDITOR}, response_model=Empty)(Empty)
    with pytest.raises(RuntimeError, match=r"thing\.read names reading and writing routes"):
        check(application(router))


def test_two_routes_are_not_one_operation() -> None:
    router = Router()
    for path in ("/a/{x}", "/a/{x}/{y}"):
        router.query(path, action="thing.read", roles=ANYONE_MAY, response_model=Empty)(Empty)
    with pytest.raises(RuntimeError, match="a_Empty is the operation of 2 routes"):
        check(application(router))


@pytest.mark.parametrize(("action", "roles"), [("", {Role.AUDITOR}), ("thing.read", set())])
def test_an_action_and_a_role_are_named(action: str, roles: set[Role]) -> None:
    router = Router()
    router.query("/a", action=action, roles=roles, response_model=Empty)(Empty)
    with pytest.raises(RuntimeError, match="GET /a names no action or no role"):
        check(application(router))


def test_a_command_is_nobodys_without_a_client() -> None:
    with pytest.raises(ValueError, match="needs a client"):
        Router().command("/a", action="thing.make", roles=ANYONE_MAY, response_model=Empty)


def test_what_was_declared_stands_in_the_contract(router: Router) -> None:
    app = application(router)
    paths = app.openapi()["paths"]
    read, make = paths["/v1/things/{thing_id}"]["get"], paths["/v1/things"]["post"]
    assert read["operationId"] == "things_read"
    assert read["summary"] == "Read a thing"
    assert read["x-action"] == "thing.read"
    assert read["security"] == [{}, {"access_token": []}, {"api_key": []}]
    assert read["tags"] == ["things"]
    assert make["x-roles"] == ["auditor"]
    assert make["security"] == [{"access_token": []}]
    assert {"200", "202", "400", "401", "403", "404", "409", "412", "413"} <= set(make["responses"])
    assert "202" not in read["responses"]
    assert list(make["responses"]["409"]["content"]) == ["application/problem+json"]


def test_the_table_has_a_row_per_route_and_a_column_per_role(router: Router) -> None:
    lines = route_table(application(router)).splitlines()
    head = [cell.strip() for cell in lines[4].split("|")[1:-1]]
    assert head[:4] == ["method", "path", "action", "anyone"]
    assert set(head[4:]) == {role.value for role in SIGNED_IN}
    make = dict(zip(head, [cell.strip() for cell in lines[6].split("|")[1:-1]], strict=True))
    assert make["action"] == "`thing.make`"
    assert [role for role in head[3:] if make[role]] == ["auditor"]
    read = [cell.strip() for cell in lines[7].split("|")[1:-1]]
    assert read[3:] == ["●"] * (len(SIGNED_IN) + 1)


def test_what_was_not_declared_has_no_access() -> None:
    assert declared(object()) is None
    assert isinstance(Access("a", ANYONE_MAY), Access)
