"""An address is read strictly: no parameter is overlooked (DESIGN §5)."""

from typing import Annotated

import pytest
from fastapi import Depends, FastAPI, Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute

from app.platform import strict_query

KNOWN = {"corridor": False, "state": True}


def _asked(query: str) -> Request:
    return Request({"type": "http", "query_string": query.encode(), "headers": []})


def _page(limit: Annotated[int, Query(alias="most")] = 50) -> int:
    return limit


def _list(
    page: Annotated[int, Depends(_page)],
    at: str | None = None,
    state: Annotated[list[str] | None, Query()] = None,
) -> None:
    del page, at, state


def test_a_routes_parameters_are_those_of_its_dependencies_too() -> None:
    app = FastAPI()
    app.add_api_route("/", _list)
    route = next(route for route in app.routes if isinstance(route, APIRoute))
    assert strict_query.parameters(route.dependant) == {"at": False, "state": True, "most": False}


@pytest.mark.parametrize("query", ["", "corridor=NP-MY", "state=a&state=b", "corridor="])
def test_what_is_known_is_let_through(query: str) -> None:
    strict_query.check(_asked(query), KNOWN)


@pytest.mark.parametrize(
    ("query", "named", "said"),
    [
        ("coridor=NP-SA", "coridor", "There is no such parameter; there are: corridor, state."),
        ("Corridor=NP-SA", "Corridor", "There is no such parameter; there are: corridor, state."),
        ("=NP-SA", "", "There is no such parameter; there are: corridor, state."),
        ("corridor=NP-SA&corridor=NP-MY", "corridor", "Send this parameter once."),
        (f"{'x' * 300}=1", "x" * 64, "There is no such parameter; there are: corridor, state."),
    ],
)
def test_what_is_unknown_or_repeated_is_named(query: str, named: str, said: str) -> None:
    with pytest.raises(RequestValidationError) as refused:
        strict_query.check(_asked(query), KNOWN)
    assert [(fault["loc"], fault["msg"]) for fault in refused.value.errors()] == [
        (("query", named), said)
    ]


def test_where_there_are_none_that_is_said() -> None:
    with pytest.raises(RequestValidationError) as refused:
        strict_query.check(_asked("a=1"), {})
    assert refused.value.errors()[0]["msg"] == "This call takes no parameters."
