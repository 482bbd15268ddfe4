"""What recruiters state of themselves, on the wire: profile, people, licences, workers."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from app.access.lifecycle import Kind
from app.kernel.roles import Role
from app.lifecycle import journal
from app.recruiters.models import Recruiter
from app.recruiters.service import issue_number
from tests.api import Api
from tests.making import access, recruiters
from tests.making.access import Someone

PROFILE: dict[str, Any] = {
    "latin_name": "Nadi Kinar",
    "trading_names": [{"name": "सात चङ्गा", "latin": "Saat Changa"}],
    "registrations": [{"country": "NP", "authority": "Registrar", "number": "C-1"}],
    "lei": "5493001KJTIIGC8Y1R12",
    "addresses": [{"kind": "office", "lines": "1 Ring Road\nKathmandu", "country": "NP"}],
    "phones": ["+977 1 555 0100"],
    "owners": [{"name": "Kite Holdings", "country": "NP", "share": 60}],
    "sites": [{"name": "Head office", "country": "NP", "city": "Kathmandu"}],
    "corridors": ["NP-MY"],
    "sectors": ["care"],
}
PLACEMENT: dict[str, Any] = {
    "pseudonym": "W-00001",
    "corridor": "NP-MY",
    "employer": "Quiet Harbour",
    "gender": "female",
    "cohort": "2026-Q1",
    "arrived_on": "2026-02-01",
}


@pytest.fixture
def manager(api: Api) -> Someone:
    return api.made(lambda work: access.person(work, Kind.SCHEME_MANAGER, Role.SCHEME_MANAGER))


@pytest.fixture
def admin(api: Api) -> Someone:
    return api.made(lambda work: access.person(work, Kind.RECRUITER, Role.RECRUITER_ADMIN))


@pytest.fixture
def path(api: Api, admin: Someone) -> str:
    """The address of the admin's own recruiter, public by its number."""

    def make(work: journal.Work) -> str:
        made = recruiters.recruiter(work, admin.actor.organisation, name="नदी किनार जनशक्ति")
        issue_number(work, work.session.get_one(Recruiter, made.id))
        return made.id

    return f"/v1/recruiters/{api.made(make)}"


def employer(api: Api) -> Someone:
    return api.made(lambda work: access.machine(work, Kind.EMPLOYER))


def test_a_recruiter_states_itself_and_everybody_reads_it_but_its_people(
    api: Api, admin: Someone, manager: Someone, path: str
) -> None:
    assert api.get(f"{path}/profile", admin).json["revision"] == 0
    stated = api.call("PUT", f"{path}/profile", admin, PROFILE)
    assert stated.status == 200, stated.json
    again = api.call("PUT", f"{path}/profile", manager, {**PROFILE, "sectors": []})
    assert again.json["revision"] == 2
    reader = employer(api)
    shown = api.get(f"{path}/profile", reader).json
    assert shown["stated"] == {**PROFILE, "sectors": []}

    officers = {"officers": [{"name": "Asha", "office": "director", "from_on": "2020-01-01"}]}
    assert api.call("PUT", f"{path}/officers", admin, officers).status == 200
    named = api.get(f"{path}/officers", manager).json["officers"]
    assert named == [{**officers["officers"][0], "until_on": None}]
    assert api.get(f"{path}/officers", reader).status == 403
    other = api.made(lambda work: access.person(work, Kind.RECRUITER, Role.RECRUITER_ADMIN))
    assert api.get(f"{path}/officers", other).status == 404
    assert api.call("PUT", f"{path}/officers", other, officers).status == 404
    assert api.call("PUT", f"{path}/profile", other, PROFILE).status == 404
    assert api.call("PUT", f"{path}/officers", admin, {"officers": []}).json["officers"] == []


@pytest.mark.parametrize(
    ("member", "value", "pointer"),
    [
        ("lei", "5493001KJTIIGC8Y1R13", "/lei"),
        ("latin_name", "a\u202eb", "/latin_name"),
        ("phones", ["call me"], "/phones/0"),
        ("corridors", ["NP-NP"], "/corridors/0"),
        ("owners", [{"name": "A", "country": "NP", "share": 101}], "/owners/0/share"),
        ("addresses", [{"kind": "home", "lines": "x", "country": "NP"}], "/addresses/0/kind"),
        ("people", [], "/people"),
    ],
)
@pytest.mark.parametrize("templates", ["sqlite"], indirect=True)
def test_a_fault_in_a_profile_is_named_by_its_pointer(
    api: Api, admin: Someone, path: str, member: str, value: object, pointer: str
) -> None:
    answer = api.call("PUT", f"{path}/profile", admin, {**PROFILE, member: value})
    assert answer.status == 422
    assert [error["pointer"] for error in answer.json["errors"]] == [pointer]


def test_a_licence_is_shown_beside_every_snapshot_of_it_and_a_signal_on_the_recruiter(
    api: Api, admin: Someone, path: str, tmp_path: Path
) -> None:
    licence = {
        "country": "NP",
        "number": "RL-1",
        "authority": "Bureau",
        "valid_from": "2025-01-01",
    }
    stated = api.post(f"{path}/licences", licence, admin)
    assert stated.status == 201
    assert (stated.json["register_imported_at"], stated.json["fault"]) == (None, None)
    file = tmp_path / "register.csv"
    for address in ("A", "B"):
        file.write_bytes(
            recruiters.register(
                f"NP,RL-1,Nadi,{address},{'suspended' if address == 'B' else 'valid'}",
                header="licence_country,licence_number,name,address,status",
            )
        )
        api.clock.advance(timedelta(days=1))
        recruiters.import_register(api.workbench, file, "NP")
    (shown,) = api.get(f"{path}/licences", employer(api)).json["items"]
    assert shown["fault"] == "suspended"
    assert [(s["address"], s["status"], s["until"]) for s in shown["register_says"]] == [
        ("B", "suspended", None),
        ("A", "valid", shown["register_says"][0]["since"]),
    ]
    assert [
        (s["country"], s["number"], s["fault"])
        for s in api.get(path, employer(api)).json["licence_signals"]
    ] == [("NP", "RL-1", "suspended")]
    (listed,) = api.get("/v1/recruiters", admin).json["items"]
    assert listed["licence_signals"]
    (task,) = api.get("/v1/me/tasks", admin).json["items"]
    assert task["offer"]["href"] == f"{path}/licences"
    wrong = api.post(f"{path}/licences", {**licence, "valid_until": "2024-01-01"}, admin)
    assert wrong.status == 422


def test_partners_are_stated_and_ended_and_a_circle_is_refused(
    api: Api, admin: Someone, path: str
) -> None:
    body = {"kind": "sub_agent", "name": "River Bend", "country": "NP"}
    river = api.post(f"{path}/partners", body, admin)
    assert river.status == 201
    own = path.rpartition("/")[2]
    circle = {**body, "entered_as": own, "under": river.json["id"]}
    assert api.post(f"{path}/partners", circle, admin).status == 422
    ended = api.post(f"{path}/partners/{river.json['id']}/end", None, admin)
    assert ended.json["ended_at"] is not None
    assert api.post(f"{path}/partners/{river.json['id']}/end", None, admin).status == 409
    assert [p["name"] for p in api.get(f"{path}/partners", admin).json["items"]] == ["River Bend"]


def test_workers_are_pseudonyms_before_anything_is_kept(
    api: Api, admin: Someone, manager: Someone, path: str
) -> None:
    by_name = {"name": "Ram Bahadur Thapa", "born_on": "1996-02-29"}
    without = {k: v for k, v in PLACEMENT.items() if k != "pseudonym"}
    body = {
        "placements": [
            PLACEMENT,
            {**without, "document": {"country": "NP", "number": "A1234567"}},
            {**without, "name_and_birth": by_name},
        ]
    }
    recorded = api.post(f"{path}/placements", body, admin)
    assert recorded.status == 201
    given, by_document, by_birth = recorded.json["workers"]
    assert given == "W-00001"
    assert by_document != by_birth
    first = api.get(f"{path}/placements?limit=2", manager).json
    rest = api.get(f"{path}/placements?limit=2&cursor={first['next_cursor']}", manager).json
    listed = first["items"] + rest["items"]
    assert {item["worker"] for item in listed} == set(recorded.json["workers"])
    assert "Thapa" not in json.dumps(listed)
    assert api.get(f"{path}/placements?corridor=NP-QA", admin).json["items"] == []
    assert api.post(f"{path}/placements", body, admin).status == 422
    assert api.post(f"{path}/placements", body, manager).status == 403
    assert api.get(f"{path}/placements", employer(api)).status == 403


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"pseudonym": "Ram-Bahadur"}, "/placements/0/pseudonym"),
        ({"pseudonym": None}, "/placements/0"),
        ({"document": {"country": "NP", "number": "A1"}}, "/placements/0"),
        ({"cohort": "राम"}, "/placements/0/cohort"),
        ({"gender": "x"}, "/placements/0/gender"),
        ({"arrived_on": "2026-02-29"}, "/placements/0/arrived_on"),
        ({"arrived_on": "2027-01-01"}, "/placements/0/arrived_on"),
    ],
)
@pytest.mark.parametrize("templates", ["sqlite"], indirect=True)
def test_a_placement_at_fault_is_named(
    api: Api, admin: Someone, path: str, change: dict[str, Any], pointer: str
) -> None:
    answer = api.post(f"{path}/placements", {"placements": [{**PLACEMENT, **change}]}, admin)
    assert answer.status == 422
    assert [error["pointer"] for error in answer.json["errors"]] == [pointer]


def test_look_alikes_are_ruled_on_and_two_entries_merged(
    api: Api, admin: Someone, manager: Someone, path: str
) -> None:
    own = path.rpartition("/")[2]
    twin = api.made(lambda work: recruiters.recruiter(work, name="Nadi Kinar Manpower").id)
    reviewer = api.made(
        lambda work: access.person(work, Kind.SCHEME_MANAGER, Role.APPLICATION_REVIEWER)
    )
    officer = api.made(
        lambda work: access.person(work, Kind.SCHEME_MANAGER, Role.INTEGRITY_OFFICER)
    )
    (found,) = api.get("/v1/look-alikes?state=proposed", reviewer).json["items"]
    assert (found["recruiter"]["recruiter_id"], found["other"]["recruiter_id"]) == (twin, own)
    assert found["why"] == ["similar_name"]
    assert [a["action"] for a in found["allowed_actions"]] == ["confirm", "dismiss"]
    link = f"/v1/look-alikes/{found['id']}"
    (task,) = api.get("/v1/me/tasks", reviewer).json["items"]
    assert task["offer"]["href"] == f"{link}/confirm"
    note = {"note": "Both share the director."}
    assert api.post(f"{link}/confirm", {}, reviewer).status == 422
    assert api.post(f"{link}/confirm", note, officer).status == 403
    assert api.get(link, admin).status == 403
    confirmed = api.post(f"{link}/confirm", note, reviewer, if_match='"1"')
    assert (confirmed.json["state"], confirmed.json["note"]) == ("confirmed", note["note"])
    assert api.post(f"{link}/dismiss", note, reviewer).status == 409
    assert api.post(f"{link}/clear", note, officer).json["state"] == "cleared"
    assert api.get(f"/v1/look-alikes?recruiter_id={own}", officer).json["items"][0]["version"] == 3
    assert api.get("/v1/look-alikes/0190f0c4-8e2a-7c31-9b53-0d1c2e3f4a5b", officer).status == 404

    found_by = [r["id"] for r in api.get("/v1/recruiters?name=NADI%20KINAR", manager).json["items"]]
    assert set(found_by) == {own, twin}
    into = {"into": own, "reason_code": "same_legal_entity"}
    assert api.post(f"/v1/recruiters/{twin}/merge", into, admin).status == 403
    merged = api.post(f"/v1/recruiters/{twin}/merge", into, manager)
    assert (merged.json["state"], merged.json["merged_into"]) == ("merged", own)
    assert api.get(f"/v1/recruiters/{twin}", manager).json["merged_into"] == own
    assert [a["id"] for a in api.get(f"{path}/profile", admin).json["aliases"]] == [twin]
    dismissed = api.made(lambda work: recruiters.recruiter(work, name="Nadee Kinaar").id)
    (third,) = [
        link["id"]
        for link in api.get("/v1/look-alikes?state=proposed", reviewer).json["items"]
        if dismissed == link["recruiter"]["recruiter_id"] and own == link["other"]["recruiter_id"]
    ]
    assert api.post(f"/v1/look-alikes/{third}/dismiss", note, manager).json["state"] == "dismissed"


def test_the_register_is_searched_by_name(api: Api, admin: Someone, tmp_path: Path) -> None:
    from app.recruiters.look_alikes import compare_imports

    file = tmp_path / "register.csv"
    file.write_bytes(recruiters.register("BD,RL-1,Seven Kites Ltd,A", "BD,RL-2,Paper Boat,B"))
    recruiters.import_register(api.workbench, file, "BD")
    compare_imports(api.workbench)
    found = api.get("/v1/register?country=BD&name=kites%20seven", admin).json["items"]
    assert [row["licence_number"] for row in found] == ["RL-1"]
