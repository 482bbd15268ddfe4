"""What waits for whom in audits and findings (DOMAIN §6, §7), as `GET /v1/me/tasks` tells it."""

from datetime import UTC, datetime

from sqlalchemy import event

from app.access import service as access
from app.access.independence import Way
from app.audits import reporting, service, tasks
from app.audits.findings import service as findings
from app.audits.findings import tasks as finding_tasks
from app.audits.findings.grades import Grade
from app.audits.findings.lifecycle import State as FindingState
from app.audits.kinds import Acknowledgement, Kind, Recommendation
from app.audits.lifecycle import State
from tests.making import audits as make
from tests.making.access import Someone
from tests.making.audits import Scene


def told(scene: Scene, someone: Someone) -> list[tuple[str, str]]:
    """Kind and action of everything that waits for them."""
    with scene.workbench.database.read() as session:
        now = scene.clock.now()
        return sorted(
            (item.kind, item.action)
            for provider in (tasks.waiting, finding_tasks.waiting)
            for item in provider(session, someone.actor, now)
        )


def waiting_for(scene: Scene) -> dict[str, list[tuple[str, str]]]:
    """Everybody of the cast for whom something waits."""
    everybody = {
        name: told(scene, someone)
        for name in scene.cast.__slots__
        if isinstance(someone := getattr(scene.cast, name), Someone)
    }
    return {name: found for name, found in everybody.items() if found}


def test_at_each_step_of_an_audit_exactly_whose_turn_it_is_is_told(scene: Scene) -> None:
    cast, both = scene.cast, ("recruiter", "recruiter_staff")
    audit = scene.audit()
    assert waiting_for(scene) == {"programme_manager": [("audit", "propose_team")]}
    scene.act(cast.programme_manager, service.propose_team, audit, cast.team)
    assert waiting_for(scene) == {
        "lead": [("audit", "confirm")],
        **{who: [("audit", "object")] for who in both},
    }
    scene.wait(days=9)
    assert waiting_for(scene) == {"lead": [("audit", "confirm")]}, "objecting is no duty"
    make.CONFIRM(scene, audit)
    assert waiting_for(scene) == {"lead": [("audit", "open")]}
    make.OPEN(scene, audit)
    assert waiting_for(scene) == {
        "lead": [("audit", "close_fieldwork")],
        "auditor": [("audit", "answer")],
        "expert": [("audit", "answer")],
    }
    make.ANSWER(scene, audit)
    scene.act(cast.lead, service.close_fieldwork, audit, Acknowledgement.SIGNED)
    assert waiting_for(scene) == {"lead": [("audit", "release_draft")]}
    make.RELEASE(scene, audit)
    assert waiting_for(scene) == {
        "lead": [("audit", "submit_report")],
        **{who: [("audit", "comment")] for who in both},
    }
    scene.act(
        cast.lead,
        reporting.submit_report,
        audit,
        summary="All clear.",
        recommendation=Recommendation.MAINTAIN,
    )
    reviewers = ("reviewer", "second_reviewer")
    assert waiting_for(scene) == {who: [("audit", "pass_review")] for who in reviewers}
    make.PASS(scene, audit)
    assert waiting_for(scene) == {"decision_maker": [("audit", "close")]}


def test_a_reviewer_who_touched_the_evidence_is_not_asked(scene: Scene) -> None:
    audit = scene.audit(State.REPORT_SUBMITTED)
    scene.finding(FindingState.DISPUTED)
    found = waiting_for(scene)
    assert found["reviewer"] == found["second_reviewer"]
    assert ("finding", "uphold") in found["reviewer"]
    recruiter = scene.stored(audit).recruiter_id
    scene.act(
        scene.cast.reviewer,
        access.touch,
        case=scene.cast.case,
        audit=audit,
        recruiter=recruiter,
        way=Way.DECISION_INPUT,
    )
    found = waiting_for(scene)
    assert "reviewer" not in found
    assert found["second_reviewer"] == [("audit", "pass_review"), ("finding", "uphold")]


def test_an_audit_that_is_due_says_until_when_and_where(scene: Scene) -> None:
    audit = scene.audit(State.REVIEWED, Kind.STAGE_1)
    opened = scene.audit(State.IN_PROGRESS)
    with scene.workbench.database.read() as session:
        [closing] = tasks.waiting(session, scene.cast.reviewer.actor, scene.clock.now())
        [fieldwork] = tasks.waiting(session, scene.cast.lead.actor, scene.clock.now())
    assert (closing.href, closing.due) == (f"/v1/audits/{audit}/close", None)
    assert fieldwork.subject == f"/v1/audits/{opened}"
    assert fieldwork.due == datetime(2026, 4, 6, tzinfo=UTC), "planned until 5 April, inclusive"


def test_the_turns_of_a_finding_go_back_and_forth(scene: Scene) -> None:
    cast = scene.cast
    audit = scene.audit(State.IN_PROGRESS)
    finding = scene.finding(audit=audit)
    scene.finding(audit=audit, grade=Grade.OBSERVATION)

    def turns() -> dict[str, list[tuple[str, str]]]:
        of_findings = {
            who: [task for task in found if task[0] == "finding"]
            for who, found in waiting_for(scene).items()
        }
        return {who: found for who, found in of_findings.items() if found}

    recruiters = ("recruiter", "recruiter_staff")
    assert turns() == {who: [("finding", "respond")] for who in recruiters}
    make.RESPOND(scene, finding)
    assert turns() == {"lead": [("finding", "accept_plan")]}
    make.ACCEPT(scene, finding)
    assert turns() == {who: [("finding", "submit_evidence")] for who in recruiters}
    scene.act(cast.recruiter, findings.submit_evidence, finding, [scene.piece()])
    assert turns() == {who: [("finding", "verify")] for who in ("lead", "auditor")}


def test_many_findings_cost_no_more_queries_than_one(scene: Scene) -> None:
    audit = scene.audit(State.IN_PROGRESS)
    scene.finding(audit=audit)
    statements: list[str] = []

    def count() -> int:
        statements.clear()
        told(scene, scene.cast.recruiter)
        return len(statements)

    with scene.workbench.database.read() as session:
        reading = session.get_bind().engine
    event.listen(reading, "before_cursor_execute", lambda _c, _u, said, *_: statements.append(said))
    alone = count()
    for _ in range(3):
        scene.finding(audit=audit)
    assert count() == alone > 0
