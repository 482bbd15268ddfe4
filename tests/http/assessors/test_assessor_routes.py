"""Audit companies, auditors and conflicts over the wire: what only the wire shows (DOMAIN §5a)."""

from datetime import timedelta
from typing import Any

from app.access.lifecycle import Kind
from app.audits.lifecycle import State as AuditState
from app.kernel.roles import Role
from tests.api import Api
from tests.asgi import Answer
from tests.making import access, assessors
from tests.making.access import Someone
from tests.making.certificates import World

UNKNOWN = "0190f0c4-8e2a-7c31-9b53-0d1c2e3f4a5b"


def done(answer: Answer, status: int = 200) -> Any:
    assert answer.status == status, answer.json
    return answer.json


def problem(answer: Answer, status: int, slug: str) -> Any:
    assert (answer.status, answer.json["type"].rsplit("/", 1)[-1]) == (status, slug), answer.json
    return answer.json


def offers(view: Any) -> set[str]:
    return {offer["action"] for offer in view["allowed_actions"]}


def test_a_company_is_approved_by_two_and_then_public(world: World, api: Api) -> None:
    manager = api.made(lambda work: access.person(work, Kind.AUDIT_COMPANY, Role.PROGRAMME_MANAGER))
    officers = api.made(assessors.Officers)
    made = done(api.post("/v1/audit-companies", None, manager), 201)
    assert (made["state"], made["may_start"], offers(made)) == ("applied", False, set())
    path = f"/v1/audit-companies/{made['id']}"
    reason = {"reason_code": "requirements_met"}
    problem(api.post(f"{path}/approve", reason, manager), 403, "role-required")
    problem(
        api.post(f"{path}/approve", {"reason_code": "reports_late"}, officers.manager),
        409,
        "move-refused",
    )
    signed = done(api.post(f"{path}/approve", reason, officers.manager), 202)
    assert signed["approval"]["action"] == "approve"
    problem(api.post(f"{path}/approve", reason, officers.manager), 403, "second-signature-refused")
    approved = done(api.post(f"{path}/approve", reason, officers.second_manager))
    assert [step["action"] for step in approved["timeline"]] == ["apply", "approve"]
    assert offers(done(api.get(path, officers.integrity))) == {"warn", "suspend", "withdraw"}
    problem(api.get(path, world.scene.cast.programme_manager), 404, "not-found")
    public = done(api.get("/v1/approved-audit-companies"))["items"]
    assert made["organisation_id"] in [company["organisation_id"] for company in public]
    done(api.post(f"{path}/suspend", {"reason_code": "audits_deficient"}, officers.integrity))
    public = done(api.get("/v1/approved-audit-companies"))["items"]
    assert made["organisation_id"] not in [company["organisation_id"] for company in public]
    listed = done(api.get("/v1/audit-companies?state=suspended", officers.manager))["items"]
    assert [company["id"] for company in listed] == [made["id"]]


def test_an_auditor_from_the_application_to_the_end_of_the_approval(api: Api, world: World) -> None:
    officers = api.made(assessors.Officers)
    person = world.people.decider
    today = str(world.today)
    studied = {"kind": "education", "title": "القانون الدولي", "from_on": "2008-09-01"}
    worked = {"kind": "experience", "title": "श्रम निरीक्षण", "from_on": "2012-01-01"}
    body = {"person_id": person.person, "qualifications": [studied]}
    made = done(api.post("/v1/auditors", body, officers.manager), 201)
    path = f"/v1/auditors/{made['id']}"
    assert (made["approval_ends_on"], made["may_audit"]) == (None, False)
    assert offers(made) == {"train"}
    course = {"on": today, "title": "Course"}
    ahead = {**course, "on": str(world.today + timedelta(days=1))}
    problem(api.post(f"{path}/train", ahead, officers.manager), 409, "move-refused")
    done(api.post(f"{path}/train", course, officers.manager, if_match='"1"'))
    problem(
        api.post(f"{path}/examine", course, officers.manager, if_match='"1"'), 412, "stale-version"
    )
    done(api.post(f"{path}/examine", course, officers.manager))
    audit = {
        "reference": "Elsewhere",
        "seat": "auditor",
        "ended_on": today,
        "hours": 24,
        "witnessed_by": officers.integrity.person,
    }
    by_oneself = {**audit, "witnessed_by": person.person}
    problem(api.post(f"{path}/witness", by_oneself, officers.manager), 409, "move-refused")
    done(api.post(f"{path}/witness", audit, officers.manager))
    scope = {
        "kinds": ["stage_1", "stage_2"],
        "standards": ["iris-1.2"],
        "corridors": ["NP-MY"],
        "languages": ["ne"],
    }
    refused = problem(api.post(f"{path}/approve", scope, officers.manager), 409, "move-refused")
    assert refused["reasons"] == ["no work experience of this person is recorded"]
    for wrong in ({"languages": ["xx"]}, {"standards": ["iris-9.9"]}, {"corridors": ["NP-NP"]}):
        refused = api.post(f"{path}/approve", {**scope, **wrong}, officers.manager)
        problem(refused, 422, "invalid-input")
    more = {"qualifications": [worked]}
    done(api.post(f"{path}/qualifications", more, officers.manager), 201)
    approved = done(api.post(f"{path}/approve", scope, officers.manager))
    assert (approved["approval_ends_on"], approved["may_audit"]) == ("2029-03-14", True)
    assert approved["ends_because"][0].startswith("0 of 120 audit hours in the 36 months")
    assert (approved["corridors"], approved["languages"]) == (["NP-MY"], ["ne"])
    hours = {"audits": [{**audit, "hours": 120}]}
    recorded = done(api.post(f"{path}/audits", hours, officers.manager), 201)
    entry = recorded["audits"][-1]["id"]
    done(api.post(f"{path}/audits/{entry}/strike", None, officers.manager))
    suspended = {"reason_code": "under_investigation"}
    done(api.post(f"{path}/suspend", suspended, officers.integrity))
    [own] = done(api.get("/v1/auditors", person))["items"]
    assert (own["id"], own["state"], own["may_audit"]) == (made["id"], "suspended", False)
    assert done(api.get(path, person))["declared_on"] is None
    problem(api.get(path, world.people.other_decider), 404, "not-found")
    problem(api.get(f"/v1/auditors/{UNKNOWN}", officers.manager), 404, "not-found")


def test_declarations_conflicts_and_flags_are_shown_to_whom_they_concern(
    api: Api, world: World
) -> None:
    world.grant()
    officer, decider = world.people.integrity, world.people.decider
    recruiter = world.scene.cast.recruiter.actor.organisation
    nothing = done(api.post("/v1/declarations", {"conflicts": []}, decider), 201)
    assert (nothing["nothing_to_declare"], nothing["counts_until"]) == (True, "2027-03-15")
    tie = {"organisation_id": recruiter, "tie": "employment", "since": "2024-02-29"}
    found = {**tie, "source": "discovered", "person_id": decider.person}
    problem(api.post("/v1/conflicts", found, decider), 403, "not-independent")
    made = done(api.post("/v1/conflicts", found, officer), 201)
    assert (made["bars_until"], offers(made)) == (None, {"end"})
    assert offers(done(api.get(f"/v1/conflicts/{made['id']}", decider))) == set()
    problem(api.get(f"/v1/conflicts/{made['id']}", world.people.other_decider), 404, "not-found")
    ended = done(api.post(f"/v1/conflicts/{made['id']}/end", {"until": "2026-03-10"}, officer))
    assert (ended["state"], ended["bars_until"]) == ("ended", "2028-03-10")
    [decision] = done(api.get("/v1/decisions", officer))["items"]
    [flag] = decision["flags"]
    assert (flag["parts"], flag["stood"], flag["outcome"]) == (["decided"], True, None)
    [own] = done(api.get("/v1/decisions", world.scene.cast.recruiter))["items"]
    assert own["flags"] is None
    told = done(api.get("/v1/me/tasks", officer))["items"]
    assert "decision_flag" in [task["kind"] for task in told]
    settled = done(
        api.post(f"/v1/decision-flags/{flag['id']}/settle", {"outcome": "no_effect"}, officer)
    )
    assert settled["outcome"] == "no_effect"
    assert done(api.get("/v1/decision-flags?settled=false", officer))["items"] == []
    [listed] = done(api.get("/v1/conflicts", decider))["items"]
    assert listed["id"] == made["id"]
    [declared] = done(api.get("/v1/declarations", decider))["items"]
    assert declared["id"] == nothing["id"]


def test_a_team_is_tried_out_and_nothing_is_stored(api: Api, world: World) -> None:
    cast = world.scene.cast
    audit = world.scene.audit(AuditState.PLANNED)
    path = f"/v1/audits/{audit}"

    def tried(*seats: tuple[Someone, str]) -> Any:
        members = [{"person_id": who.person, "role": role} for who, role in seats]
        answer = api.post(f"{path}/team/check", {"members": members}, cast.programme_manager)
        return done(answer)

    good = tried((cast.lead, "lead_auditor"), (cast.auditor, "auditor"))
    assert good["passed"]
    assert [check["check"] for check in good["team"]] == [
        "company_approved",
        "company_unconflicted",
        "one_lead_auditor",
        "not_its_planner_alone",
    ]
    bad = tried((cast.reviewer, "auditor"), (cast.other_company_lead, "auditor"))
    assert not bad["passed"]
    own, stranger = bad["members"]
    failed = {check["check"] for check in own["checks"] if not check["passed"]}
    assert failed == {"role", "approved", "scope", "corridors", "languages", "declaration"}
    assert [check["check"] for check in stranger["checks"]] == ["of_the_company"]
    view = done(api.get(path, cast.programme_manager))
    assert (view["state"], view["version"], view["team"]) == ("planned", 1, [])


def test_hostile_input_is_refused_and_never_breaks_anything(api: Api, world: World) -> None:
    manager = world.scene.cast.scheme_manager
    body = {"person_id": world.people.decider.person, "qualifications": []}
    for title in ("\u202etitle", "", "x" * 201):
        item = {"kind": "education", "title": title, "from_on": "2010-01-01"}
        named = {**body, "qualifications": [item]}
        problem(api.post("/v1/auditors", named, manager), 422, "invalid-input")
    broken: tuple[Any, ...] = ([{}], "none", None, [{"tie": "friendship"}])
    for conflicts in broken:
        answer = api.post("/v1/declarations", {"conflicts": conflicts}, world.people.decider)
        problem(answer, 422, "invalid-input")
    too_many = {"audits": [{"seat": "auditor", "ended_on": "2026-01-01", "hours": 401}]}
    problem(api.post(f"/v1/auditors/{UNKNOWN}/audits", too_many, manager), 422, "invalid-input")
    problem(
        api.post("/v1/auditors", {**body, "note": "x" * 300_000}, manager), 413, "body-too-large"
    )
    wrong = {"person_id": "me", "organisation_id": "you", "tie": "family", "since": "2023-02-29"}
    refused = problem(
        api.post("/v1/conflicts", {**wrong, "source": "declared"}, manager), 422, "invalid-input"
    )
    assert {error["pointer"] for error in refused["errors"]} == {
        "/person_id",
        "/organisation_id",
        "/since",
    }


def test_every_list_goes_page_by_page_and_is_filtered(api: Api, world: World) -> None:
    officer, cast = world.people.integrity, world.scene.cast
    recruiter = str(cast.recruiter.actor.organisation)
    for someone in (world.people.decider, world.people.second_decider):
        tie = {"organisation_id": recruiter, "tie": "family", "since": "2024-01-01"}
        body = {**tie, "source": "imported", "person_id": someone.person}
        done(api.post("/v1/conflicts", body, officer), 201)
    person = cast.lead.person
    for path, filtered in (
        ("/v1/approved-audit-companies", ""),
        ("/v1/audit-companies", "state=approved"),
        ("/v1/auditors", f"person_id={person}"),
        ("/v1/auditors", "state=approved"),
        ("/v1/conflicts", f"person_id={world.people.decider.person}"),
        ("/v1/declarations", f"person_id={person}"),
    ):
        whole = [item["id"] for item in done(api.get(f"{path}?limit=200", officer))["items"]]
        paged: list[str] = []
        cursor = ""
        while True:
            page = done(api.get(f"{path}?limit=1{cursor}", officer))
            paged += [item["id"] for item in page["items"]]
            if page["next_cursor"] is None:
                break
            cursor = f"&cursor={page['next_cursor']}"
        assert paged == whole
        assert whole
        some = [item["id"] for item in done(api.get(f"{path}?{filtered}", officer))["items"]]
        assert some
        assert set(some) <= set(whole)
