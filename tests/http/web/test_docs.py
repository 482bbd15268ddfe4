"""The contract, always; the page about it, where the settings show it (SECURITY R57)."""

import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from app.access.route_table import routes
from app.kernel.clock import MovableClock
from tests.api import Api, open_api

TOKEN = "/v1/oauth/token"
"""Its refusals are RFC 6749's own."""

CHANGE_NOTHING = {
    TOKEN,
    "/v1/audits/{audit_id}/team/check",
    "/v1/employer-pays/evaluate",
    "/v1/me/password",
    "/v1/policies/{version}/simulate",
}
"""Posts that only ask, or that say the same when repeated: they need no idempotency key."""

TAKE_NO_TOKEN = {"/v1/invitations/accept", "/v1/employers", "/v1/api-keys/revoke-leaked"}
"""Anyone sends these, and a token that comes along is not looked at."""

LOADS = {"src", "srcset", "data", "action", "poster"}


class Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.loaded: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.loaded += [tag] if tag in {"script", "link", "img", "iframe", "object"} else []
        for name, value in attributes:
            if name == "href":
                self.found.append(str(value))
            if name in LOADS:
                self.loaded.append(str(value))


@pytest.fixture
def api(tmp_path: Path, clock: MovableClock) -> Api:
    return open_api(f"sqlite:///{tmp_path / 'none.db'}", tmp_path, clock)


def test_the_contract_is_served_and_describes_every_declared_route(api: Api) -> None:
    answer = api.get("/openapi.json")
    assert answer.status == 200
    contract = answer.json
    assert contract["openapi"].startswith("3.1")
    assert contract["components"]["schemas"]["Problem"]["required"]
    schemes = {"access_token", "api_key", "client_secret"}
    assert set(contract["components"]["securitySchemes"]) == schemes
    documented = {
        (method.upper(), path) for path, found in contract["paths"].items() for method in found
    }
    declared = {(route.method, route.path) for route in routes(api.app) if route.access}
    assert declared - documented == {("GET", "/docs"), ("GET", "/openapi.json")}
    assert documented <= declared


def resolved(contract: Any, part: Any) -> Any:
    """What a reference stands for; anything else stands for itself."""
    found = contract if "$ref" in part else part
    for step in part.get("$ref", "#").split("/")[1:]:
        found = found[step]
    return found


def test_every_operation_says_what_it_may_answer(api: Api) -> None:
    contract = api.get("/openapi.json").json
    for path, operations in contract["paths"].items():
        for method, operation in operations.items():
            responses = operation["responses"]
            where = f"{method} {path}"
            assert operation["summary"], where
            assert operation["x-action"], where
            assert "503" in responses, where
            assert "401" in responses or path in TAKE_NO_TOKEN, where
            for status, response in responses.items():
                if int(status) >= 400 and not (path == TOKEN and status in {"400", "401"}):
                    said = resolved(contract, response)["content"]
                    assert "application/problem+json" in said, (where, status)
            if operation["x-roles"] != ["public"]:
                shown = operation["security"]
                assert shown[0] == {"access_token": []}, where
                assert shown[1:] in ([], [{"api_key": []}]), where
                assert "403" in responses, where
            # A command is remembered for its client: whoever has none sends no key.
            by_somebody = operation["x-roles"] != ["public"] and path not in CHANGE_NOTHING
            if method != "get" and by_somebody:
                taken = operation.get("parameters", [])
                names = {resolved(contract, parameter)["name"] for parameter in taken}
                assert {"Idempotency-Key", "If-Match"} <= names, where
                assert {"400", "404", "409", "412", "413", "422"} <= set(responses), where


def test_the_page_names_every_operation_and_loads_nothing(api: Api) -> None:
    answer = api.get("/docs")
    assert answer.status == 200
    assert answer.headers["content-type"].startswith("text/html")
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    html = answer.body.decode()
    for path in api.get("/openapi.json").json["paths"]:
        assert f"<code>{path}</code>" in html
    page = Links()
    page.feed(html)
    assert page.found == ["openapi.json", "problems"]
    assert page.loaded == []
    assert not re.search(r"url\(|@import", html)


def test_a_public_service_shows_the_contract_and_no_page(
    tmp_path: Path, clock: MovableClock
) -> None:
    url = f"sqlite:///{tmp_path / 'none.db'}"
    api = open_api(url, tmp_path, clock, public_url="https://certification.example")
    assert api.get("/docs").status == 404
    assert api.get("/openapi.json").status == 200
    assert (
        open_api(url, tmp_path, clock, public_url="https://a.example", docs=True)
        .get("/docs")
        .status
        == 200
    )
