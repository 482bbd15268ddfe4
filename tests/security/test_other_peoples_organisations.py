"""Who reads and changes whose organisation, people and roles (SECURITY R14, R16, S6, S7)."""

from typing import Any

import pytest

from app.access.lifecycle import Kind
from app.kernel.roles import Role
from tests.api import Api
from tests.making import access as make
from tests.making.access import Someone

UNKNOWN = "0190f0c4-8e2a-7c31-9b53-0d1c2e3f4a5b"
READERS = [Role.SCHEME_MANAGER, Role.PROGRAMME_MANAGER, Role.RECRUITER_ADMIN]
KINDS = {
    Role.SCHEME_MANAGER: Kind.SCHEME_MANAGER,
    Role.PROGRAMME_MANAGER: Kind.AUDIT_COMPANY,
    Role.RECRUITER_ADMIN: Kind.RECRUITER,
}
# Written by hand: may a reader of this role read it, when it is theirs, a colleague's, another's?
EXPECTED = {
    Role.SCHEME_MANAGER: {"own": True, "colleague": True, "other": True, "nobody": False},
    Role.PROGRAMME_MANAGER: {"own": True, "colleague": True, "other": False, "nobody": False},
    Role.RECRUITER_ADMIN: {"own": True, "colleague": True, "other": False, "nobody": False},
}


def things(api: Api, someone: Someone, manager: Someone) -> dict[str, str]:
    person = api.get(f"/v1/people/{someone.person}", manager).json
    return {
        "/v1/organisations/{}": person["organisation_id"],
        "/v1/people/{}": person["id"],
        "/v1/role-grants/{}": person["role_grants"][0]["id"],
    }


@pytest.mark.parametrize("role", READERS)
def test_people_are_read_inside_their_organisation_and_by_the_scheme_manager(
    api: Api, role: Role
) -> None:
    def world(work: Any) -> tuple[Someone, ...]:
        home = make.organisation(work, KINDS[role])
        return (
            make.person(work, Kind.SCHEME_MANAGER, Role.SCHEME_MANAGER),
            make.person(work, home, role),
            make.person(work, home, role),
            make.person(work, KINDS[role], role),
        )

    manager, reader, colleague, stranger = api.made(world)
    relations = {
        "own": things(api, reader, manager),
        "colleague": things(api, colleague, manager),
        "other": things(api, stranger, manager),
        "nobody": dict.fromkeys(things(api, reader, manager), UNKNOWN),
    }
    for relation, found in relations.items():
        for path, thing in found.items():
            answer = api.get(path.format(thing), reader)
            expected = 200 if EXPECTED[role][relation] else 404
            assert answer.status == expected, (role, relation, path)


def test_what_is_shown_of_a_person_is_a_list_and_nothing_else(api: Api) -> None:
    manager = api.made(lambda work: make.person(work, Kind.SCHEME_MANAGER, Role.SCHEME_MANAGER))
    shown = {
        "/v1/organisations": {
            "id", "state", "version", "kind", "name", "country", "created_at", "allowed_actions",
        },
        "/v1/people": {
            "id", "state", "version", "organisation_id", "name", "email", "can_sign_in",
            "created_at", "role_grants", "allowed_actions",
        },
        "/v1/clients": {
            "client_id", "state", "version", "name", "person_id", "organisation_id", "created_at",
            "revoked_at", "allowed_actions",
        },
    }  # fmt: skip
    for path, expected in shown.items():
        for item in api.get(path, manager).json["items"]:
            assert set(item) == expected, path


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/organisations", {"kind": "employer", "name": "Works"}),
        ("/v1/people", {"name": "Amina", "email": "amina@example.org"}),
        ("/v1/role-grants", {"role": "auditor", "reason_code": "appointed"}),
        ("/v1/clients", {"name": "desk"}),
    ],
)
def test_no_column_is_written_that_the_wire_does_not_name(
    api: Api, path: str, body: dict[str, str]
) -> None:
    manager = api.made(lambda work: make.person(work, Kind.SCHEME_MANAGER, Role.SCHEME_MANAGER))
    other = api.made(lambda work: make.person(work, Kind.AUDIT_COMPANY, Role.REVIEWER))
    whole: dict[str, Any] = dict(body)
    if path == "/v1/people":
        whole["organisation_id"] = other.actor.organisation
    if path in {"/v1/role-grants", "/v1/clients"}:
        whole["person_id"] = other.person
    for column in ("id", "state", "version", "created_at", "secret_hash", "created_by", "machine"):
        answer = api.post(path, whole | {column: "x"}, manager)
        assert answer.status == 422, column
        assert f"/{column}" in [error.get("pointer") for error in answer.json["errors"]]
    assert api.post(path, whole, manager).status == 201
