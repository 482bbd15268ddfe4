"""The scheme manager's routes over organisations, people, roles and clients (DOMAIN §3)."""

from typing import Any

import pytest

from app.access.lifecycle import Kind
from app.kernel.roles import Role
from tests.api import Api
from tests.making import access as make
from tests.making.access import Someone

UNKNOWN = "0190f0c4-8e2a-7c31-9b53-0d1c2e3f4a5b"


@pytest.fixture
def manager(api: Api) -> Someone:
    return api.made(lambda work: make.person(work, Kind.SCHEME_MANAGER, Role.SCHEME_MANAGER))


@pytest.fixture
def programme(api: Api) -> Someone:
    return api.made(lambda work: make.person(work, Kind.AUDIT_COMPANY, Role.PROGRAMME_MANAGER))


def test_from_an_organisation_to_a_person_who_can_call(api: Api, manager: Someone) -> None:
    company = api.post(
        "/v1/organisations",
        {"kind": "audit_company", "name": "सेतु Assessment", "country": "NP"},
        manager,
    )
    assert company.status == 201
    person = api.post(
        "/v1/people",
        {
            "organisation_id": company.json["id"],
            "name": "Amina Rahman",
            "email": "amina@example.org",
        },
        manager,
    )
    assert person.status == 201
    assert person.json["role_grants"] == []

    given = api.post(
        "/v1/role-grants",
        {"person_id": person.json["id"], "role": "lead_auditor", "reason_code": "appointed"},
        manager,
    )
    assert (given.status, given.json["state"], given.json["version"]) == (201, "held", 1)
    assert given.headers["etag"] == '"1"'
    assert given.json["allowed_actions"] == [
        {"action": "end", "href": f"/v1/role-grants/{given.json['id']}/end", "missing": []}
    ]

    client = api.post("/v1/clients", {"name": "desk", "person_id": person.json["id"]}, manager)
    assert client.status == 201
    token = api.ask_token(client.json["client_id"], client.json["client_secret"])
    assert token.status == 200

    shown = api.get(f"/v1/people/{person.json['id']}", manager).json
    assert [grant["role"] for grant in shown["role_grants"]] == ["lead_auditor"]

    ended = api.post(
        f"/v1/role-grants/{given.json['id']}/end",
        {"reason_code": "left_the_company"},
        manager,
        if_match='"1"',
    )
    assert (ended.status, ended.json["state"], ended.json["version"]) == (200, "ended", 2)
    assert ended.json["allowed_actions"] == []
    assert api.get(f"/v1/people/{person.json['id']}", manager).json["role_grants"] == []
    assert api.get(f"/v1/role-grants/{given.json['id']}", manager).json["state"] == "ended"


def test_me_says_who_what_and_which_clients(api: Api, programme: Someone) -> None:
    me = api.get("/v1/me", programme)
    assert me.status == 200
    assert me.json["client_id"] == programme.client.id
    assert me.json["person"]["id"] == programme.person
    assert me.json["organisation"]["id"] == programme.actor.organisation
    assert me.json["roles"] == ["programme_manager"]
    assert [client["client_id"] for client in me.json["clients"]] == [programme.client.id]
    assert "secret" not in me.body.decode()


def test_me_of_a_machine_has_no_person(api: Api) -> None:
    employer = api.made(lambda work: make.machine(work, Kind.EMPLOYER))
    me = api.get("/v1/me", employer)
    assert me.json["person"] is None
    assert me.json["roles"] == ["employer"]
    assert [client["client_id"] for client in me.json["clients"]] == [employer.client.id]


def test_me_of_somebody_without_a_role(api: Api) -> None:
    nobody = api.made(lambda work: make.person(work, Kind.RECRUITER))
    assert api.get("/v1/me", nobody).json["roles"] == []
    refused = api.get("/v1/people", nobody)
    assert refused.status == 403
    assert refused.json["type"].endswith("/problems/role-required")
    assert refused.json["reasons"] == [
        "person.read needs the role programme_manager or recruiter_admin or scheme_manager"
    ]


def test_a_manager_lists_every_organisation_and_others_see_their_own(
    api: Api, manager: Someone, programme: Someone
) -> None:
    recruiter = api.made(lambda work: make.person(work, Kind.RECRUITER, Role.RECRUITER_ADMIN))
    ids = {someone.actor.organisation for someone in (manager, programme, recruiter)}

    assert {found["id"] for found in api.get("/v1/organisations", manager).json["items"]} == ids
    of_kind = api.get("/v1/organisations?kind=recruiter", manager).json["items"]
    assert [found["id"] for found in of_kind] == [recruiter.actor.organisation]
    for someone in (programme, recruiter):
        own = someone.actor.organisation
        listed = api.get("/v1/organisations", someone).json["items"]
        assert [found["id"] for found in listed] == [own]
        assert api.get(f"/v1/organisations/{own}", someone).status == 200
        people = api.get("/v1/people", someone).json["items"]
        assert [found["id"] for found in people] == [someone.person]
        assert people[0]["role_grants"][0]["allowed_actions"] == []


def test_what_is_not_seen_looks_like_what_is_not_there(
    api: Api, manager: Someone, programme: Someone
) -> None:
    person = api.get(f"/v1/people/{manager.person}", manager).json
    for path, thing in [
        ("/v1/organisations/{}", person["organisation_id"]),
        ("/v1/people/{}", person["id"]),
        ("/v1/role-grants/{}", person["role_grants"][0]["id"]),
    ]:
        assert api.get(path.format(thing), manager).status == 200
        hidden = api.get(path.format(thing), programme)
        absent = api.get(path.format(UNKNOWN), programme)
        assert hidden.status == absent.status == 404
        said = [
            answer.json["detail"].replace(i, "")
            for answer, i in ((hidden, thing), (absent, UNKNOWN))
        ]
        assert said[0] == said[1]
        assert api.get(path.format("nonsense"), programme).status == 422
    listed = api.get(f"/v1/people?organisation_id={person['organisation_id']}", programme)
    assert listed.json["items"] == []


def test_lists_go_on_where_the_page_before_ended(api: Api, manager: Someone) -> None:
    for _ in range(4):
        api.made(lambda work: make.person(work, Kind.RECRUITER))
    for path in ("/v1/organisations", "/v1/people", "/v1/clients"):
        whole = api.get(path, manager).json
        assert whole["next_cursor"] is None
        pages: list[Any] = []
        cursor: str | None = ""
        while cursor is not None:
            page = api.get(f"{path}?limit=2{cursor and '&cursor=' + cursor}", manager).json
            assert len(page["items"]) <= 2
            pages += page["items"]
            cursor = page["next_cursor"]
        assert pages == whole["items"]
        assert len(pages) == 5


def test_a_cursor_of_another_list_is_refused(api: Api, manager: Someone) -> None:
    for _ in range(2):
        api.made(lambda work: make.person(work, Kind.RECRUITER))
    cursor = api.get("/v1/people?limit=1", manager).json["next_cursor"]
    refused = api.get(f"/v1/clients?cursor={cursor}", manager)
    assert refused.status == 400
    assert refused.json["type"].endswith("/problems/invalid-cursor")


def test_clients_are_listed_by_whom_they_act_for_and_end_when_revoked(
    api: Api, manager: Someone, programme: Someone
) -> None:
    employer = api.made(lambda work: make.machine(work, Kind.EMPLOYER))
    by_person = api.get(f"/v1/clients?person_id={programme.person}", manager).json["items"]
    assert [client["client_id"] for client in by_person] == [programme.client.id]
    path = f"/v1/clients?organisation_id={employer.actor.organisation}"
    assert [c["client_id"] for c in api.get(path, manager).json["items"]] == [employer.client.id]

    revoked = api.post(f"/v1/clients/{employer.client.id}/revoke", None, manager)
    assert revoked.status == 200
    assert revoked.json["revoked_at"] == "2026-03-02T09:00:00Z"
    assert api.get("/v1/me", employer).status == 401
    again = api.post(f"/v1/clients/{employer.client.id}/revoke", None, manager)
    assert again.status == 409
    assert api.post(f"/v1/clients/{UNKNOWN}/revoke", None, manager).status == 404


def test_a_secret_is_shown_once_even_to_a_repeated_call(api: Api, manager: Someone) -> None:
    body = {"name": "desk", "person_id": manager.person}
    first = api.post("/v1/clients", body, manager, key="the-same")
    again = api.post("/v1/clients", body, manager, key="the-same")
    assert first.status == again.status == 201
    assert first.json["client_secret"]
    assert again.json == first.json | {"client_secret": None}
    assert api.ask_token(first.json["client_id"], first.json["client_secret"]).status == 200


def test_nobody_grants_themselves_a_role(api: Api, manager: Someone) -> None:
    refused = api.post(
        "/v1/role-grants",
        {"person_id": manager.person, "role": "integrity_officer", "reason_code": "appointed"},
        manager,
    )
    assert refused.status == 403
    assert refused.json["type"].endswith("/problems/not-independent")
    assert refused.json["reasons"] == [
        "nobody grants or ends their own roles; another scheme manager must"
    ]


def test_a_role_of_another_kind_of_organisation_is_refused(
    api: Api, manager: Someone, programme: Someone
) -> None:
    refused = api.post(
        "/v1/role-grants",
        {"person_id": programme.person, "role": "scheme_manager", "reason_code": "appointed"},
        manager,
    )
    assert refused.status == 409
    assert refused.json["type"].endswith("/problems/move-refused")


ORGANISATION = {"kind": "employer", "name": "Works", "country": "MY"}
PERSON = {"organisation_id": UNKNOWN, "name": "Amina", "email": "amina@example.org"}
GRANT = {"person_id": UNKNOWN, "role": "auditor", "reason_code": "appointed"}
CLIENT = {"name": "desk", "person_id": UNKNOWN}


FAULTY: list[tuple[str, dict[str, Any], str]] = [
    ("/v1/organisations", ORGANISATION | {"kind": "bank"}, "/kind"),
    ("/v1/organisations", ORGANISATION | {"country": "XX"}, "/country"),
    ("/v1/organisations", ORGANISATION | {"name": ""}, "/name"),
    ("/v1/organisations", ORGANISATION | {"name": 7}, "/name"),
    ("/v1/organisations", ORGANISATION | {"id": UNKNOWN}, "/id"),
    ("/v1/organisations", ORGANISATION | {"created_at": "2026-01-01"}, "/created_at"),
    ("/v1/people", PERSON, "/organisation_id"),
    ("/v1/people", PERSON | {"email": None}, "/email"),
    ("/v1/people", PERSON | {"organisation_id": "ours"}, "/organisation_id"),
    ("/v1/role-grants", GRANT, "/person_id"),
    ("/v1/role-grants", GRANT | {"role": "king"}, "/role"),
    ("/v1/role-grants", GRANT | {"reason_code": "A b"}, "/reason_code"),
    ("/v1/role-grants", GRANT | {"state": "held"}, "/state"),
    ("/v1/clients", CLIENT, "/person_id"),
    ("/v1/clients", CLIENT | {"secret_hash": "0"}, "/secret_hash"),
]


def test_faulty_input_is_refused_at_its_field_and_nothing_is_written(
    api: Api, manager: Someone
) -> None:
    before = api.get("/v1/organisations", manager).body, api.get("/v1/people", manager).body
    for path, body, pointer in FAULTY:
        refused = api.post(path, body, manager)
        assert refused.status == 422, (path, body)
        assert refused.headers["content-type"] == "application/problem+json"
        assert pointer in [error.get("pointer") for error in refused.json["errors"]], body
    after = api.get("/v1/organisations", manager).body, api.get("/v1/people", manager).body
    assert before == after


def test_a_machine_for_an_organisation_that_decides_is_refused(
    api: Api, manager: Someone, programme: Someone
) -> None:
    body = {"name": "x", "organisation_id": programme.actor.organisation}
    refused = api.post("/v1/clients", body, manager)
    assert refused.status == 422
    assert [error["pointer"] for error in refused.json["errors"]] == ["/organisation_id"]


def test_one_address_is_one_person(api: Api, manager: Someone, programme: Someone) -> None:
    body = {
        "organisation_id": programme.actor.organisation,
        "name": "Amina",
        "email": "amina@example.org",
    }
    assert api.post("/v1/people", body, manager).status == 201
    assert api.post("/v1/people", body | {"email": "AMINA@example.org"}, manager).status == 409
