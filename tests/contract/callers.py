"""Somebody in every role, nobody, and what each of them can name: for the contract's tests.

What exists is found as a client would find it: by reading lists and following what is offered.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx

from app.demo.theatre import in_process
from app.kernel.roles import Role
from app.main import create_app
from app.settings import Settings, load
from tests.demonstration import Filled

NOBODY = "nobody"

_FILE = "callers.json"
_CLOCK = "clock"
_LISTS = {
    "/v1/applications": ("id", "application_id"),
    "/v1/audits": ("id", "audit_id"),
    "/v1/findings": ("id", "finding_id"),
    "/v1/certificates": ("number", "number"),
    "/v1/recruiters": ("id", "recruiter_id"),
    "/v1/organisations": ("id", "organisation_id"),
    "/v1/people": ("id", "person_id"),
    "/v1/clients": ("client_id", "client_id"),
}
"""Every list of things, the member that names one, and how the rest of the interface calls it."""

_INSIDE = {"role_grants": "grant_id", "deferral_items": "item_id"}
"""Lists inside of things, and what their parts are called elsewhere."""

_ALSO = {"audit_company_id": "audit_company", "number": "certificate"}
"""Other names for the same."""

Paths = Mapping[str, re.Pattern[str]]
"""The interface's paths, each with the addresses that it stands for."""


@dataclass(frozen=True, slots=True)
class Caller:
    """A client, and what it was shown."""

    role: str
    client_id: str = ""
    secret: str = ""
    ids: dict[str, str] = field(default_factory=dict)
    """Of something that exists, by the name of the parameter or member that takes it."""
    offers: dict[str, dict[str, str]] = field(default_factory=dict)
    """Per path of an operation the values in it with which a move was offered."""

    def headers(self, http: httpx.Client) -> dict[str, str]:
        """With a new access token, if it is anybody."""
        if self.role == NOBODY:
            return {}
        answer = http.post(
            "/v1/oauth/token",
            auth=(self.client_id, self.secret),
            data={"grant_type": "client_credentials"},
        )
        return {"Authorization": f"Bearer {answer.raise_for_status().json()['access_token']}"}


def settings(folder: Path, **changed: Any) -> Settings:
    """Of a service over what `gather` left; its clock stands still, so tokens stay good."""
    return load(data_dir=folder, sandbox=True, clock=folder / _CLOCK, **changed)


def gather(folder: Path) -> None:
    """Let everybody in a copy of the demonstration look around; write down what they saw."""
    filled = Filled.of(folder)
    (folder / _CLOCK).write_text(datetime.now(UTC).isoformat(), encoding="ascii")
    clients = [
        (client["role"], client["client_id"], client["client_secret"])
        for client in filled.told["clients"]
    ]
    app = create_app(settings(folder))
    with in_process(app, filled.settings.public_url) as http:
        clients.append((Role.RECRUITER_STAFF.value, *_staff(http, filled)))
        paths = {path: _addresses(path) for path in app.openapi()["paths"]}
        callers = [Caller(*client) for client in clients]
        for caller in callers:
            _look_around(http, caller, paths)
    app.state.workbench.database.dispose()
    written = json.dumps([asdict(caller) for caller in (*callers, Caller(NOBODY))])
    (folder / _FILE).write_text(written, encoding="utf-8")


def gathered(folder: Path) -> list[Caller]:
    """Everybody, as `gather` wrote them down."""
    return [Caller(**kept) for kept in json.loads((folder / _FILE).read_text(encoding="utf-8"))]


def _staff(http: httpx.Client, filled: Filled) -> tuple[str, str]:
    """Client id and secret of somebody in the one role that the demonstration lacks."""
    manager = Caller(Role.SCHEME_MANAGER, *filled.secret(Role.SCHEME_MANAGER)).headers(http)
    employer = Caller(Role.RECRUITER_ADMIN, *filled.secret(Role.RECRUITER_ADMIN)).headers(http)

    def made(path: str, body: Mapping[str, str]) -> Any:
        headers = {**manager, "Idempotency-Key": str(uuid4())}
        return http.post(path, json=body, headers=headers).raise_for_status().json()

    organisation = http.get("/v1/me", headers=employer).json()["organisation"]["id"]
    name = {"name": "Asha Gurung", "email": "asha@demonstration.example"}
    person = made("/v1/people", {"organisation_id": organisation, **name})["id"]
    grant = {"person_id": person, "role": Role.RECRUITER_STAFF, "reason_code": "demonstration"}
    made("/v1/role-grants", grant)
    client = made("/v1/clients", {"name": "demonstration", "person_id": person})
    return client["client_id"], client["client_secret"]


def _look_around(http: httpx.Client, caller: Caller, paths: Paths) -> None:
    headers = caller.headers(http)
    for path, (member, name) in _LISTS.items():
        listed = http.get(path, params={"limit": 200}, headers=headers)
        if listed.status_code != httpx.codes.OK:
            continue
        one_of_each = {
            (item.get("kind"), item.get("state")): item for item in listed.json()["items"]
        }
        for item in one_of_each.values():
            _keep(caller, name, item[member])
            if "state" in item and "allowed_actions" not in item:
                item = http.get(f"{path}/{item[member]}", headers=headers).json()
            _learn(caller, item, paths)


def _learn(caller: Caller, shown: Any, paths: Paths) -> None:
    for name, value in _members(shown):
        if name == "allowed_actions":
            for offer in value:
                _note(caller, offer, paths)
        elif name in _INSIDE and value:
            _keep(caller, _INSIDE[name], value[0]["id"])
        elif name.endswith("_id") and value:
            _keep(caller, name, value)


def _keep(caller: Caller, name: str, value: str) -> None:
    for called in (name, _ALSO.get(name, name)):
        caller.ids.setdefault(called, value)


def _note(caller: Caller, offer: Mapping[str, Any], paths: Paths) -> None:
    """Keep an offer; one that lacks nothing takes the place of one that does."""
    for path, addresses in paths.items():
        found = addresses.fullmatch(offer["href"])
        if found and (path not in caller.offers or not offer["missing"]):
            caller.offers[path] = found.groupdict()


def _addresses(path: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", path))


def _members(shown: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(shown, dict):
        for name, value in shown.items():
            yield name, value
            yield from _members(value)
    elif isinstance(shown, list):
        for value in shown:
            yield from _members(value)
