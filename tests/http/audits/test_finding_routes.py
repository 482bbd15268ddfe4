"""Findings over the wire: the chain of DOMAIN §7, deadlines, what each caller is shown."""

from typing import Any

from app.audits.findings.lifecycle import State
from app.audits.lifecycle import State as AuditState
from tests.asgi import Answer
from tests.http.audits.conftest import Stage

SHA256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"


def done(answer: Answer, status: int = 200) -> Any:
    assert answer.status == status, answer.json
    return answer.json


def problem(answer: Answer, status: int, slug: str) -> Any:
    assert (answer.status, answer.json["type"].rsplit("/", 1)[-1]) == (status, slug), answer.json
    return answer.json


def evidence(day: str, kind: str = "document") -> dict[str, str]:
    return {"kind": kind, "title": "Agreement", "sha256": SHA256, "effective_on": day}


def finding(audit: str, **changes: Any) -> dict[str, Any]:
    return {
        "audit_id": audit,
        "criterion": "L-1.2",
        "element": "monitoring",
        "grade": "major",
        "statement": "Two of five agreements\nleave visa costs open.",
        "evidence": [evidence("2026-02-20")],
        **changes,
    }


PLAN = {
    "root_cause": "The template is of 2019.",
    "correction": "Both agreements are amended.",
    "corrective_action": "Legal reviews the template every year.",
    "owner": "Head of operations",
    "due_on": "2026-06-30",
}


def test_from_the_finding_to_its_verification_s_7(stage: Stage) -> None:
    api, cast = stage.api, stage.cast
    audit = stage.scene.audit(AuditState.IN_PROGRESS)
    issued = api.post("/v1/findings", finding(audit), cast.auditor)
    view = done(issued, 201)
    assert issued.headers["etag"] == '"1"'
    assert (view["state"], view["grade"], view["grade_is_forced"]) == ("issued", "major", False)
    assert view["due"] == {"action": "respond", "on": "2026-04-01", "overdue": False}
    assert view["dispute_until"] == "2026-03-09"
    path = f"/v1/findings/{view['id']}"
    seen = done(api.get(path, cast.recruiter))
    assert {offer["action"]: offer["missing"] for offer in seen["allowed_actions"]} == {
        "dispute": [],
        "respond": [
            "the plan lacks the root cause, the correction, the corrective action, the owner,"
            " the date by which it is done"
        ],
    }
    assert {offer["href"] for offer in seen["allowed_actions"]} == {
        f"{path}/dispute",
        f"{path}/respond",
    }
    done(api.post(f"{path}/dispute", {"reason": "Settled in March."}, cast.recruiter))
    ruled = {"grade": "minor", "reason": "One only."}
    view = done(api.post(f"{path}/regrade", ruled, cast.reviewer))
    assert view["due"]["on"] == "2026-05-01"
    done(api.post(f"{path}/dispute", {"reason": "Not even one."}, cast.recruiter))
    done(api.post(f"{path}/uphold", {"reason": "One."}, cast.reviewer))
    refused = problem(
        api.post(f"{path}/respond", {"owner": "Head of operations"}, cast.recruiter),
        409,
        "move-refused",
    )
    assert refused["reasons"] == [
        "the plan lacks the root cause, the correction, the corrective action,"
        " the date by which it is done"
    ]
    done(api.post(f"{path}/respond", PLAN, cast.recruiter_staff))
    done(api.post(f"{path}/reject_plan", {"reason": "Which agreements?"}, cast.lead))
    done(api.post(f"{path}/respond", PLAN, cast.recruiter_staff))
    view = done(api.post(f"{path}/accept_plan", someone=cast.lead))
    assert [plan["edition"] for plan in view["plans"]] == [1, 2]
    assert view["due"] is None  # a minor waits for the next audit
    stage.scene.wait(days=20)
    body = {"evidence": [evidence("2026-03-20")]}
    done(api.post(f"{path}/submit_evidence", body, cast.recruiter))
    done(api.post(f"{path}/reopen", {"reason": "Page 2 is missing."}, cast.auditor))
    done(api.post(f"{path}/submit_evidence", body, cast.recruiter))
    problem(api.post(f"{path}/verify", {}, cast.auditor), 409, "move-refused")
    view = done(api.post(f"{path}/verify", {"effectiveness": "Ten of ten."}, cast.auditor))
    assert (view["state"], view["due"], view["overdue"]) == ("closed", None, False)
    assert view["verification"]["verifier_id"] == cast.auditor.person
    assert view["verification"]["verifier"].startswith("Person ")
    assert [(one["purpose"], one["effective_on"]) for one in view["evidence"]] == [
        ("finding", "2026-02-20"),
        ("correction", "2026-03-20"),
        ("correction", "2026-03-20"),
    ]
    assert [step["remark"] for step in view["timeline"] if step["action"] == "reopen"] == [
        "Page 2 is missing."
    ]
    assert view["allowed_actions"] == []


def test_overdue_is_computed_at_the_question_and_no_job_runs_s_7(stage: Stage) -> None:
    audit = stage.scene.audit(AuditState.IN_PROGRESS)
    created = finding(audit, criterion="A.2", grade="minor")
    view = done(stage.api.post("/v1/findings", created, stage.cast.auditor), 201)
    assert (view["grade"], view["grade_is_forced"]) == ("critical", True)
    path = f"/v1/findings/{view['id']}"
    stage.scene.wait(days=7, hours=14, minutes=29)
    for overdue in (False, True):
        one = done(stage.api.get(path, stage.cast.recruiter))
        (listed,) = done(stage.api.get("/v1/findings", stage.cast.recruiter))["items"]
        for shown in (one, listed):
            assert shown["overdue"] is overdue
            assert shown["due"] == {"action": "respond", "on": "2026-03-09", "overdue": overdue}
        assert one["version"] == 1
        stage.scene.wait(minutes=1)


def test_the_recruiter_is_shown_no_interview_s_3(stage: Stage) -> None:
    audit = stage.scene.audit(AuditState.IN_PROGRESS)
    created = finding(
        audit, evidence=[evidence("2026-02-20", "worker_interview"), evidence("2026-02-21")]
    )
    view = done(stage.api.post("/v1/findings", created, stage.cast.auditor), 201)
    path = f"/v1/findings/{view['id']}"
    assert len(view["evidence"]) == 2
    shown = done(stage.api.get(path, stage.cast.recruiter))["evidence"]
    assert [one["kind"] for one in shown] == ["document"]
    assert len(done(stage.api.get(path, stage.cast.reviewer))["evidence"]) == 2


def test_three_minors_on_one_criterion_grow_into_a_major_s_7(stage: Stage) -> None:
    audit = stage.scene.audit(AuditState.IN_PROGRESS)
    ids = [
        done(
            stage.api.post("/v1/findings", finding(audit, grade="minor"), stage.cast.auditor), 201
        )["id"]
        for _ in range(3)
    ]
    view = done(stage.api.post(f"/v1/findings/{ids[0]}/escalate", someone=stage.cast.lead))
    assert (view["state"], view["grade"]) == ("issued", "major")
    refused = problem(
        stage.api.post(f"/v1/findings/{ids[1]}/escalate", someone=stage.cast.lead),
        409,
        "move-refused",
    )
    assert "and there are 2" in refused["reasons"][0]


def test_a_finding_raised_in_error_is_voided_and_stays_visible_s_7(stage: Stage) -> None:
    voided = stage.scene.finding(State.RESPONDED)
    path = f"/v1/findings/{voided}"
    done(stage.api.post(f"{path}/void", {"reason": "The wrong company."}, stage.cast.reviewer))
    view = done(stage.api.get(path, stage.cast.recruiter))
    assert (view["state"], view["timeline"][-1]["remark"]) == ("voided", "The wrong company.")
    listed = done(stage.api.get("/v1/findings?state=voided&limit=1", stage.cast.recruiter))
    assert [one["id"] for one in listed["items"]] == [voided]


def test_a_finding_of_another_case_is_not_found_by_any_route_s_7(stage: Stage) -> None:
    api, cast = stage.api, stage.cast
    path = f"/v1/findings/{stage.scene.finding(State.EVIDENCE_SUBMITTED)}"
    reason = {"reason": "No."}
    calls: list[tuple[Any, str, Any]] = [
        (cast.other_recruiter, "dispute", reason),
        (cast.other_recruiter, "respond", PLAN),
        (cast.other_recruiter, "submit_evidence", {"evidence": [evidence("2026-03-02")]}),
        (cast.other_reviewer, "uphold", reason),
        (cast.other_reviewer, "regrade", {"grade": "minor", **reason}),
        (cast.other_reviewer, "void", reason),
    ]
    for lead in (cast.other_lead, cast.other_company_lead):
        calls += [
            (lead, "reject_plan", reason),
            (lead, "accept_plan", None),
            (lead, "verify", {"effectiveness": "Ten of ten."}),
            (lead, "reopen", reason),
            (lead, "escalate", None),
        ]
    for someone, action, body in calls:
        problem(api.post(f"{path}/{action}", body, someone), 404, "not-found")
        problem(api.get(path, someone), 404, "not-found")
        assert done(api.get("/v1/findings", someone))["items"] == []
    problem(
        api.post(
            "/v1/findings",
            finding(stage.scene.audit(AuditState.IN_PROGRESS)),
            cast.other_company_lead,
        ),
        404,
        "not-found",
    )


def test_a_faulty_finding_is_refused_at_its_pointer(stage: Stage) -> None:
    audit = stage.scene.audit(AuditState.IN_PROGRESS)
    faulty: list[tuple[dict[str, Any], str]] = [
        ({"grade": "grave"}, "/grade"),
        ({"criterion": "Z.9"}, "/criterion"),
        ({"evidence": [evidence("2026-02-30")]}, "/evidence/0/effective_on"),
        ({"evidence": [{**evidence("2026-02-20"), "sha256": "abc"}]}, "/evidence/0/sha256"),
        ({"evidence": [evidence("2026-02-20", "hearsay")]}, "/evidence/0/kind"),
    ]
    for changes, pointer in faulty:
        refused = problem(
            stage.api.post("/v1/findings", finding(audit, **changes), stage.cast.auditor),
            422,
            "invalid-input",
        )
        assert [fault["pointer"] for fault in refused["errors"]] == [pointer]
