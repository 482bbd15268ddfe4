"""Recruiters and licence registers on the wire."""

from pathlib import Path

import pytest

from app.access.lifecycle import Kind
from app.kernel.roles import Role
from app.lifecycle import journal
from app.recruiters.models import Recruiter
from app.recruiters.service import issue_number
from tests.api import Api
from tests.asgi import Answer
from tests.making import access, recruiters
from tests.making.access import Someone

NOWHERE = "0190f0c4-8e2a-7c31-9b53-0d1c2e3f4a5b"


@pytest.fixture
def manager(api: Api) -> Someone:
    return api.made(lambda work: access.person(work, Kind.SCHEME_MANAGER, Role.SCHEME_MANAGER))


@pytest.fixture
def admin(api: Api) -> Someone:
    return api.made(lambda work: access.person(work, Kind.RECRUITER, Role.RECRUITER_ADMIN))


def entry(api: Api, someone: Someone, organisation: str | None, **other: object) -> Answer:
    body = {"organisation_id": organisation, "name": "नदी किनार जनशक्ति", "country": "NP"}
    return api.post("/v1/recruiters", {**body, **other}, someone)


def number(api: Api, recruiter_id: str) -> str:
    return api.made(lambda work: issue_number(work, journal.lock(work, Recruiter, recruiter_id)))


def test_a_recruiter_admin_enters_their_organisation_and_reads_it(api: Api, admin: Someone) -> None:
    made = entry(api, admin, admin.actor.organisation)
    assert made.status == 201
    assert made.headers["etag"] == '"1"'
    assert made.json == {
        "id": made.json["id"],
        "state": "listed",
        "version": 1,
        "organisation_id": admin.actor.organisation,
        "name": "नदी किनार जनशक्ति",
        "country": "NP",
        "number": None,
        "merged_into": None,
        "licence_signals": [],
        "allowed_actions": [],
    }
    assert api.get(f"/v1/recruiters/{made.json['id']}", admin).json == made.json
    again = entry(api, admin, admin.actor.organisation)
    assert again.status == 409
    assert again.json["type"].endswith("/problems/move-refused")
    assert again.json["reasons"] == ["this organisation is listed as a recruiter already"]


def test_whoever_may_not_enter_it_is_told_so(api: Api, admin: Someone, manager: Someone) -> None:
    staff = api.made(lambda work: access.person(work, Kind.RECRUITER, Role.RECRUITER_STAFF))
    assert entry(api, staff, staff.actor.organisation).status == 403
    assert entry(api, admin, staff.actor.organisation).status == 404
    assert entry(api, manager, staff.actor.organisation).status == 201
    wrong_kind = entry(api, manager, manager.actor.organisation)
    assert wrong_kind.status == 422
    assert wrong_kind.json["errors"][0]["pointer"] == "/organisation_id"


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("organisation_id", "1"),
        ("name", ""),
        ("name", "a\u202eb"),
        ("country", "np"),
        ("number", "LRN00012603"),
    ],
)
@pytest.mark.parametrize("templates", ["sqlite"], indirect=True)
def test_input_at_fault_is_named_by_its_pointer(
    api: Api, admin: Someone, member: str, value: str
) -> None:
    answer = entry(api, admin, admin.actor.organisation, **{member: value})
    assert answer.status == 422
    assert [error["pointer"] for error in answer.json["errors"]] == [f"/{member}"]


def test_a_recruiter_is_public_from_its_number_on(
    api: Api, admin: Someone, manager: Someone
) -> None:
    hidden = entry(api, admin, admin.actor.organisation).json["id"]
    other = api.made(lambda work: recruiters.recruiter(work)).id
    employer = api.made(lambda work: access.machine(work, Kind.EMPLOYER))
    assert api.get(f"/v1/recruiters/{hidden}", employer).status == 404
    assert api.get("/v1/recruiters", employer).json["items"] == []
    assert len(api.get("/v1/recruiters", manager).json["items"]) == 2

    assert number(api, other) == "LRN00012603"
    assert api.get(f"/v1/recruiters/{other}", employer).json["number"] == "LRN00012603"
    assert [r["id"] for r in api.get("/v1/recruiters", employer).json["items"]] == [other]
    assert {r["id"] for r in api.get("/v1/recruiters", admin).json["items"]} == {hidden, other}
    assert api.get(f"/v1/recruiters/{NOWHERE}", manager).status == 404
    assert api.get(f"/v1/recruiters/{other}").status == 401


def test_the_list_goes_on_page_by_page(api: Api, manager: Someone) -> None:
    made = {api.made(recruiters.recruiter).id for _ in range(3)}
    first = api.get("/v1/recruiters?limit=2", manager).json
    rest = api.get(f"/v1/recruiters?limit=2&cursor={first['next_cursor']}", manager).json
    assert {r["id"] for r in first["items"] + rest["items"]} == made
    assert rest["next_cursor"] is None


def test_the_scheme_manager_renames_and_sees_that_they_may(api: Api, manager: Someone) -> None:
    recruiter = api.made(recruiters.recruiter).id
    path = f"/v1/recruiters/{recruiter}"
    assert api.get(path, manager).json["allowed_actions"] == [
        {"action": action, "href": f"{path}/{action}", "missing": []}
        for action in ("rename", "merge")
    ]
    body = {"name": "Eight Kites", "reason_code": "legal_name_changed"}
    assert api.post(f"{path}/rename", body, manager, if_match='"2"').status == 412
    renamed = api.post(f"{path}/rename", body, manager, if_match='"1"')
    assert (renamed.status, renamed.json["name"], renamed.json["version"]) == (
        200,
        "Eight Kites",
        2,
    )
    assert api.post(f"{path}/rename", body, manager).status == 409


def test_what_an_imported_register_says_can_be_looked_up(
    api: Api, admin: Someone, tmp_path: Path
) -> None:
    path = tmp_path / "register.csv"
    path.write_bytes(recruiters.register("BD,RL-1,One,A", "BD,RL-2,Two,B", "BD,,Three,C"))
    recruiters.import_register(api.workbench, path, "BD")
    assert api.get("/v1/register?country=BD&licence_number=RL-2", admin).json == {
        "items": [
            {
                "country": "BD",
                "licence_number": "RL-2",
                "name": "Two",
                "address": "B",
                "status": None,
                "valid_until": None,
                "imported_at": "2026-03-02T09:00:00Z",
                "changed_at": "2026-03-02T09:00:00Z",
                "gone_at": None,
            }
        ],
        "next_cursor": None,
    }
    first = api.get("/v1/register?country=BD&limit=2", admin).json
    query = f"/v1/register?country=BD&limit=2&cursor={first['next_cursor']}"
    rest = api.get(query, admin).json
    assert {row["name"] for row in first["items"] + rest["items"]} == {"One", "Two", "Three"}
    assert api.get("/v1/register?country=NP", admin).json["items"] == []
    assert api.get("/v1/register?country=XX", admin).status == 422
    assert api.get("/v1/register", admin).status == 422
    assert api.get("/v1/register?country=BD").status == 401
