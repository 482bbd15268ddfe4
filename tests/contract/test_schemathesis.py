"""The service keeps its own contract: no 5xx but a documented 503, no undocumented answer.

Every operation with generated input, for every role, over the demonstration's data: as generated,
and once more with ids that exist, so that not everything answers 404.
"""

import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis import Case
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from app.demo.theatre import in_process
from app.main import create_app, describe
from app.settings import load
from tests.demonstration import Filled
from tests.effort import rounds

SCHEMA = schemathesis.openapi.from_dict(describe(load()).openapi())
ROLES = (
    "scheme_manager",
    "integrity_officer",
    "application_reviewer",
    "programme_manager",
    "lead_auditor",
    "reviewer",
    "decision_maker",
    "recruiter_admin",
    "employer",
    "observer",
)
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
_LISTED = {
    "organisation_id": "/v1/organisations",
    "person_id": "/v1/people",
    "recruiter_id": "/v1/recruiters",
    "application_id": "/v1/applications",
    "audit_id": "/v1/audits",
    "finding_id": "/v1/findings",
}


class World:
    """The service, a token for each role, and ids of what exists, for the asking role."""

    def __init__(self, http: httpx.Client, filled: Filled) -> None:
        self.http = http
        self.headers: dict[str, dict[str, str]] = {"anybody": {}}
        self.ids: dict[str, dict[str, str]] = {"anybody": {}}
        numbers = filled.told["certificates"]["valid"]
        for role in ROLES:
            answer = http.post(
                "/v1/oauth/token",
                auth=filled.secret(role),
                data={"grant_type": "client_credentials"},
            ).json()
            self.headers[role] = {"Authorization": f"Bearer {answer['access_token']}"}
            self.ids[role] = {name: self._first(path, role) for name, path in _LISTED.items()}
        for ids in self.ids.values():
            ids["number"] = numbers[0]
            ids["code"] = "iris-1.2"

    def _first(self, path: str, role: str) -> str:
        answer = self.http.get(path, headers=self.headers[role]).json()
        return str(answer["items"][0]["id"]) if answer.get("items") else str(uuid4())


@pytest.fixture(scope="module")
def world(
    demonstration_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("contract") / "demonstration"
    shutil.copytree(demonstration_template, folder)
    filled = Filled.of(folder)
    app = create_app(filled.settings)
    with in_process(app, filled.settings.public_url) as http:
        yield World(http, filled)
    app.state.workbench.database.dispose()


def answer(world: World, case: Case[Any], role: str, ids: Mapping[str, str]) -> httpx.Response:
    sent = case.as_transport_kwargs(base_url=str(world.http.base_url))
    headers = {**dict(sent.pop("headers")), **world.headers[role]}
    if case.method != "GET":
        headers["Idempotency-Key"] = str(uuid4())
    url = sent.pop("url")
    for name, value in (case.path_parameters or {}).items():
        if name in ids:
            url = url.replace(str(value), ids[name])
    return world.http.request(
        sent.pop("method"),
        url,
        headers=headers,
        params=sent.get("params"),
        json=sent.get("json"),
        content=None if sent.get("json") is not None else sent.get("data"),
    )


@SCHEMA.parametrize()
@settings(
    max_examples=rounds(2, 100),
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
def test_the_service_keeps_its_contract(case: Case[Any], world: World) -> None:
    for role in ("anybody", *ROLES):
        case.validate_response(answer(world, case, role, {}), checks=CHECKS)
        case.validate_response(answer(world, case, role, world.ids[role]), checks=CHECKS)
