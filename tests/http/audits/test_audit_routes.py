"""Audits over the wire: the chain of DOMAIN §6, what each caller is shown, and the problems."""

from datetime import timedelta
from typing import Any

from app.access.independence import Way
from app.access.service import touch
from app.audits.kinds import Kind
from app.audits.lifecycle import State
from app.scheme.shipped import first_standard
from tests.asgi import Answer
from tests.http.audits.conftest import Stage
from tests.making.access import Someone


def done(answer: Answer, status: int = 200) -> Any:
    assert answer.status == status, answer.json
    return answer.json


def problem(answer: Answer, status: int, slug: str) -> Any:
    assert (answer.status, answer.json["type"].rsplit("/", 1)[-1]) == (status, slug), answer.json
    return answer.json


def offers(view: Any) -> dict[str, list[str]]:
    return {offer["action"]: offer["missing"] for offer in view["allowed_actions"]}


def every_answer(**changes: str) -> dict[str, Any]:
    return {
        "answers": [
            {
                "criterion": one.criterion,
                "element": one.element,
                "work_status": "done",
                "result": "conforms",
                **changes,
            }
            for one in first_standard().indicators()
        ]
    }


def plan(stage: Stage, kind: str = "stage_1", **changes: Any) -> dict[str, Any]:
    today = stage.scene.today
    return {
        "application_id": stage.cast.case,
        "kind": kind,
        "planned_from": str(today + timedelta(days=20)),
        "planned_until": str(today + timedelta(days=21)),
        **changes,
    }


def test_stage_1_from_its_plan_to_its_readiness_s_6(stage: Stage) -> None:
    api, cast = stage.api, stage.cast
    planned = api.post("/v1/audits", plan(stage), cast.programme_manager)
    view = done(planned, 201)
    assert planned.headers["etag"] == '"1"'
    assert (view["state"], view["standard"], view["unannounced"]) == ("planned", "iris-1.2", False)
    assert offers(view) == {
        "propose_team": ["propose a team with one lead auditor"],
        "cancel": [],
    }
    path = f"/v1/audits/{view['id']}"
    members = [{"person_id": member.person, "role": member.role.value} for member in cast.team]
    view = done(api.post(f"{path}/propose_team", {"members": members}, cast.programme_manager))
    assert [seat["role"] for seat in view["team"]] == [
        "lead_auditor",
        "auditor",
        "technical_expert",
    ]
    assert view["deadlines"] == [
        {"action": "object", "on": "2026-03-09", "overdue": False},
        {"action": "confirm", "on": "2026-03-08", "overdue": False},
    ]
    view = done(api.post(f"{path}/object", {"reason": "A former employee."}, cast.recruiter))
    assert view["objections"][0]["reason"] == "A former employee."
    again = {"members": members, "objection_refused_because": "She left six years ago."}
    done(api.post(f"{path}/propose_team", again, cast.programme_manager))
    done(api.post(f"{path}/confirm", someone=cast.lead, if_match='"4"'))
    later = {
        "planned_from": "2026-04-01",
        "planned_until": "2026-04-02",
        "reason": "The office is closed after the flood.",
    }
    done(api.post(f"{path}/postpone", later, cast.programme_manager))
    done(api.post(f"{path}/open", someone=cast.lead))
    checklist = done(api.call("PUT", f"{path}/answers", cast.lead, every_answer(note="seen")))
    assert len(checklist["answers"]) == 120
    assert checklist["unanswered"] == []
    texts = {text["code"]: text["wording"] for text in checklist["criteria"]}
    assert (texts["A.1"], texts["L-1.1"]) == ("official", "working wording"), "§4"
    view = done(api.post(f"{path}/close_fieldwork", {"acknowledgement": "signed"}, cast.lead))
    assert view["fieldwork_ended_on"] == "2026-03-02"
    done(api.post(f"{path}/release_draft", someone=cast.lead))
    made = done(
        api.post(f"{path}/comments", {"text": "Page 3 is wrong."}, cast.recruiter_staff), 201
    )
    report = {"summary": "All costs\nare borne.", "recommendation": "ready"}
    refused = problem(api.post(f"{path}/submit_report", report, cast.lead), 409, "move-refused")
    assert refused["reasons"] == [
        "1 comment is unanswered: accept each, or refuse it with a reason"
    ]
    answer = {"outcome": "refused", "reason": "It is not."}
    done(api.post(f"{path}/comments/{made['id']}/answer", answer, cast.lead))
    shown = done(api.get(f"{path}/comments", cast.recruiter))["items"]
    assert [(one["outcome"], one["reason"]) for one in shown] == [("refused", "It is not.")]
    done(api.post(f"{path}/submit_report", report, cast.lead))
    done(api.post(f"{path}/return", {"reasons": ["Say more of sampling."]}, cast.reviewer))
    mended = {**report, "summary": "All costs are borne; nine of ninety files."}
    done(api.post(f"{path}/submit_report", mended, cast.lead))
    done(api.post(f"{path}/pass_review", someone=cast.reviewer))
    view = done(api.post(f"{path}/close", {"readiness": "ready"}, cast.reviewer))
    assert (view["state"], view["readiness"], view["allowed_actions"]) == ("closed", "ready", [])
    assert [step["action"] for step in view["timeline"]] == [
        "plan",
        "propose_team",
        "object",
        "propose_team",
        "confirm",
        "postpone",
        "open",
        "close_fieldwork",
        "release_draft",
        "submit_report",
        "return",
        "submit_report",
        "pass_review",
        "close",
    ]
    assert view["timeline"][5]["remark"] == "The office is closed after the flood."
    reports = done(api.get(f"{path}/reports", cast.recruiter))
    assert [(one["edition"], one["changed"]) for one in reports["editions"]] == [
        (1, []),
        (2, ["summary"]),
    ]
    assert [one["outcome"] for one in reports["reviews"]] == ["returned", "passed", "ready"]


def test_the_recruiter_is_never_shown_a_note_of_the_team_s_3(stage: Stage) -> None:
    audit = stage.scene.audit(State.IN_PROGRESS)
    path = f"/v1/audits/{audit}/answers"
    done(stage.api.call("PUT", path, stage.cast.lead, every_answer(note="Worker 7 paid.")))
    problem(stage.api.get(path, stage.cast.recruiter), 403, "forbidden")
    for move, body in (
        ("close_fieldwork", {"acknowledgement": "refused"}),
        ("release_draft", None),
    ):
        done(stage.api.post(f"/v1/audits/{audit}/{move}", body, stage.cast.lead))
    assert b"Worker 7" in stage.api.get(path, stage.cast.auditor).body
    shown = stage.api.get(path, stage.cast.recruiter)
    assert len(done(shown)["answers"]) == 120
    assert b"Worker 7" not in shown.body
    problem(stage.api.get(f"/v1/audits/{audit}/reports", stage.cast.recruiter), 403, "forbidden")


def test_unanswered_indicators_are_counted_and_named_s_6(stage: Stage) -> None:
    audit = stage.scene.audit(State.IN_PROGRESS)
    body = every_answer()
    body["answers"] = body["answers"][7:]
    done(stage.api.call("PUT", f"/v1/audits/{audit}/answers", stage.cast.lead, body))
    closing = {"acknowledgement": "signed", "ended_on": "2026-03-02"}
    view = done(stage.api.post(f"/v1/audits/{audit}/close_fieldwork", closing, stage.cast.lead))
    assert (view["indicators"], view["unanswered"]) == (120, 7)
    refused = problem(
        stage.api.post(f"/v1/audits/{audit}/release_draft", someone=stage.cast.lead),
        409,
        "move-refused",
    )
    assert refused["reasons"][0].startswith("7 of 120 indicators are unanswered: A.1 policies")
    assert refused["reasons"][0].endswith("and 2 more")
    assert offers(view)["release_draft"] == refused["reasons"]


def test_every_fault_of_a_checklist_is_told_by_its_pointer(stage: Stage) -> None:
    audit = stage.scene.audit(State.IN_PROGRESS)
    body = every_answer()
    body["answers"][3]["criterion"] = "Z.9"
    body["answers"][5]["result"] = "fine"
    body["answers"][7] = body["answers"][6]
    refused = problem(
        stage.api.call("PUT", f"/v1/audits/{audit}/answers", stage.cast.lead, body),
        422,
        "invalid-input",
    )
    assert [fault["pointer"] for fault in refused["errors"]] == [
        "/answers/3/criterion",
        "/answers/5/result",
        "/answers/7",
    ]
    assert done(stage.api.get(f"/v1/audits/{audit}/answers", stage.cast.lead))["answers"] == []


def test_a_reviewer_who_touched_the_evidence_is_told_why_not_s_3(stage: Stage) -> None:
    scene, cast = stage.scene, stage.cast
    audit = scene.audit(State.REPORT_SUBMITTED)
    with scene.workbench.begin(cast.reviewer.actor) as work:
        stored = scene.stored(audit)
        touch(
            work,
            case=stored.application_id,
            audit=audit,
            recruiter=stored.recruiter_id,
            way=Way.ANSWER,
        )
    refused = problem(
        stage.api.post(f"/v1/audits/{audit}/pass_review", someone=cast.reviewer),
        403,
        "not-independent",
    )
    assert refused["reasons"] == [
        "this person answered indicators in this case; whoever touched the evidence may neither"
        " review nor decide it"
    ]
    assert offers(done(stage.api.get(f"/v1/audits/{audit}", cast.reviewer))) == {}
    assert set(offers(done(stage.api.get(f"/v1/audits/{audit}", cast.second_reviewer)))) == {
        "return",
        "pass_review",
    }


def test_the_way_to_close_depends_on_the_kind_s_9(stage: Stage) -> None:
    api, cast = stage.api, stage.cast
    surveillance = stage.scene.audit(State.REVIEWED)
    stage_1 = stage.scene.audit(State.REVIEWED, Kind.STAGE_1)

    def way(audit: str, someone: Someone) -> list[tuple[str, list[str]]]:
        view = done(api.get(f"/v1/audits/{audit}", someone))
        return [(offer["href"], offer["missing"]) for offer in view["allowed_actions"]]

    assert way(surveillance, cast.decision_maker) == [(f"/v1/audits/{surveillance}/decisions", [])]
    assert way(surveillance, cast.reviewer) == []
    assert way(stage_1, cast.decision_maker) == []
    assert way(stage_1, cast.reviewer) == [
        (
            f"/v1/audits/{stage_1}/close",
            ["say how ready the recruiter is: ready, ready_with_concerns or not_ready"],
        )
    ]
    body = {"readiness": "ready"}
    refused = problem(
        api.post(f"/v1/audits/{surveillance}/close", body, cast.reviewer), 409, "move-refused"
    )
    assert refused["reasons"] == ["a surveillance audit closes with the decision made on it"]
    problem(
        api.post(f"/v1/audits/{stage_1}/close", body, cast.decision_maker), 403, "role-required"
    )


def test_an_unannounced_audit_is_unknown_to_the_recruiter_by_any_route_s_6(stage: Stage) -> None:
    api, cast = stage.api, stage.cast
    audit = done(
        api.post("/v1/audits", plan(stage, "special", unannounced=True), cast.programme_manager),
        201,
    )["id"]
    members = [{"person_id": member.person, "role": member.role.value} for member in cast.team]
    path = f"/v1/audits/{audit}"
    done(api.post(f"{path}/propose_team", {"members": members}, cast.programme_manager))
    for _ in range(2):
        for answer in (
            api.get(path, cast.recruiter),
            api.get(f"{path}/answers", cast.recruiter),
            api.get(f"{path}/comments", cast.recruiter),
            api.get(f"{path}/reports", cast.recruiter),
            api.post(f"{path}/object", {"reason": "Why now?"}, cast.recruiter),
            api.post(f"{path}/comments", {"text": "Why now?"}, cast.recruiter),
        ):
            problem(answer, 404, "not-found")
        assert done(api.get("/v1/audits", cast.recruiter))["items"] == []
        assert done(api.get(f"/v1/findings?audit_id={audit}", cast.recruiter))["items"] == []
        if done(api.get(path, cast.lead))["state"] == "team_proposed":
            done(api.post(f"{path}/confirm", someone=cast.lead))
    done(api.post(f"{path}/open", someone=cast.lead))
    assert done(api.get(path, cast.recruiter))["state"] == "in_progress"
    assert [one["id"] for one in done(api.get("/v1/audits", cast.recruiter))["items"]] == [audit]


def test_what_is_seen_by_nobody_else_is_not_found_by_any_route_s_7(stage: Stage) -> None:
    api, cast = stage.api, stage.cast
    audit = stage.scene.audit(State.COMMENTING)
    path = f"/v1/audits/{audit}"
    members = {"members": [{"person_id": cast.lead.person, "role": "lead_auditor"}]}
    days = {"planned_from": "2026-08-01", "planned_until": "2026-08-02", "reason": "Later."}
    report = {"summary": "All is well.", "recommendation": "maintain"}
    by_manager = [("propose_team", members), ("postpone", days), ("cancel", {"reason": "No."})]
    by_lead: list[tuple[str, Any]] = [
        ("confirm", None),
        ("open", None),
        ("abort", {"reason_code": "safety"}),
        ("close_fieldwork", {"acknowledgement": "signed"}),
        ("release_draft", None),
        ("submit_report", report),
        (f"comments/{cast.case}/answer", {"outcome": "accepted"}),
    ]
    by_reviewer: list[tuple[str, Any]] = [
        ("return", {"reasons": ["No."]}),
        ("pass_review", None),
        ("close", {"readiness": "ready"}),
    ]
    by_recruiter = [("object", {"reason": "No."}), ("comments", {"text": "No."})]
    for someone, calls in [
        (cast.other_programme_manager, by_manager),
        (cast.other_lead, by_lead),
        (cast.other_company_lead, by_lead),
        (cast.other_reviewer, by_reviewer),
        (cast.other_recruiter, by_recruiter),
    ]:
        for read in ("", "/answers", "/comments", "/reports"):
            problem(api.get(f"{path}{read}", someone), 404, "not-found")
        assert done(api.get("/v1/audits", someone))["items"] == []
        for action, body in calls:
            problem(api.post(f"{path}/{action}", body, someone), 404, "not-found")
    problem(
        api.call("PUT", f"{path}/answers", cast.other_company_lead, every_answer()),
        404,
        "not-found",
    )
    problem(api.post("/v1/audits", plan(stage), cast.other_programme_manager), 404, "not-found")
    for someone in (cast.employer, cast.observer):
        problem(api.get(path, someone), 403, "role-required")


def test_a_list_goes_page_by_page(stage: Stage) -> None:
    ids = []
    for _ in range(3):
        ids.append(stage.scene.audit())
        stage.scene.wait(minutes=1)
    first = done(stage.api.get("/v1/audits?limit=2&state=planned", stage.cast.programme_manager))
    assert [one["id"] for one in first["items"]] == ids[:2]
    assert "allowed_actions" not in first["items"][0]
    rest = done(
        stage.api.get(
            f"/v1/audits?limit=2&state=planned&cursor={first['next_cursor']}",
            stage.cast.programme_manager,
        )
    )
    assert [one["id"] for one in rest["items"]] == ids[2:]
    assert rest["next_cursor"] is None


def test_an_audit_is_broken_off_or_given_up_with_its_reason_s_6(stage: Stage) -> None:
    broken, given_up = stage.scene.audit(State.IN_PROGRESS), stage.scene.audit()
    view = done(
        stage.api.post(
            f"/v1/audits/{broken}/abort",
            {"reason_code": "access_refused", "note": "The gate was locked."},
            stage.cast.lead,
        )
    )
    assert view["state"] == "aborted"
    assert view["timeline"][-1]["reason_code"] == "access_refused"
    assert view["timeline"][-1]["remark"] == "The gate was locked."
    view = done(
        stage.api.post(
            f"/v1/audits/{given_up}/cancel",
            {"reason": "The contract ended."},
            stage.cast.programme_manager,
        )
    )
    assert view["state"] == "cancelled"


def test_what_was_overtaken_or_is_misspelt_is_refused(stage: Stage) -> None:
    audit = stage.scene.audit(State.TEAM_PROPOSED)
    path = f"/v1/audits/{audit}"
    problem(
        stage.api.post(f"{path}/confirm", someone=stage.cast.lead, if_match='"1"'),
        412,
        "stale-version",
    )
    refused = problem(
        stage.api.post("/v1/audits", plan(stage, "stage_3"), stage.cast.programme_manager),
        422,
        "invalid-input",
    )
    assert [fault["pointer"] for fault in refused["errors"]] == ["/kind"]
    problem(stage.api.get("/v1/audits/nonsense", stage.cast.lead), 422, "invalid-input")
