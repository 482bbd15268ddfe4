"""The moves of DOMAIN §7 made through the service, with what is written beside them."""

from dataclasses import replace

import pytest

from app.access import queries as access
from app.access import service as access_service
from app.access.independence import Way
from app.audits import queries as audits
from app.audits import service as audits_service
from app.audits.findings import queries
from app.audits.findings import service as findings
from app.audits.findings.facts import gather
from app.audits.findings.grades import Grade
from app.audits.findings.lifecycle import Plan, State
from app.audits.lifecycle import State as AuditState
from app.audits.models import Audit
from app.kernel.errors import Invalid, NotFound, StaleVersion
from app.lifecycle.journal import MoveRefused, NotIndependent, RoleRefused
from tests.making.access import Someone
from tests.making.audits import PLAN, Scene


def issue(scene: Scene, audit: str, who: Someone | None = None, **changes: object) -> str:
    given = {
        "criterion": "A.1",
        "element": "monitoring",
        "grade": Grade.MINOR,
        "statement": "Two of five agreements leave visa costs open.",
        "evidence": [scene.piece()],
        **changes,
    }
    issued = scene.act(who or scene.cast.auditor, findings.issue, audit_id=audit, **given)  # type: ignore[arg-type]
    return issued.id


def ways(scene: Scene, someone: Someone) -> set[Way]:
    with scene.workbench.database.read() as session:
        involved = access.involved(session, scene.cast.case)
    return {way for found in involved if found.person == someone.person for way in found.ways}


def test_every_state_of_section_7_is_reached(scene: Scene) -> None:
    audit = scene.audit(AuditState.IN_PROGRESS)
    for state in State:
        assert scene.stored_finding(scene.finding(state, audit=audit)).state == state


class TestIssue:
    """What the team finds."""

    def test_a_finding_keeps_its_evidence_by_hash_and_its_issuer_is_involved_s_7(
        self, scene: Scene
    ) -> None:
        piece = scene.piece(days=-40, kind="management_interview")
        finding = issue(scene, scene.audit(AuditState.IN_PROGRESS), evidence=[piece])
        with scene.workbench.database.read() as session:
            (stored,) = queries.record(session, finding).evidence
        assert (stored.kind, stored.title, stored.sha256, stored.effective_on) == (
            piece.kind,
            piece.title,
            piece.sha256,
            piece.effective_on,
        )
        assert ways(scene, scene.cast.auditor) == {Way.TEAM, Way.FINDING}

    def test_a_critical_criterion_forces_the_grade_s_7(self, scene: Scene) -> None:
        audit = scene.audit(AuditState.IN_PROGRESS)
        for criterion, judged, stored in (
            ("A.2", Grade.MINOR, "critical"),
            ("A.2", Grade.OBSERVATION, "observation"),
            ("A.1", Grade.MINOR, "minor"),
        ):
            finding = issue(scene, audit, criterion=criterion, grade=judged)
            assert scene.stored_finding(finding).grade == stored

    def test_every_fault_is_told_by_its_pointer(self, scene: Scene) -> None:
        audit = scene.audit(AuditState.IN_PROGRESS)
        wrong = [scene.piece(), replace(scene.piece(), kind="hearsay")]
        with pytest.raises(Invalid) as caught:
            issue(scene, audit, criterion="Z.1", element="mood", evidence=wrong)
        assert [fault.pointer for fault in caught.value.errors] == [
            "/evidence/1/kind",
            "/criterion",
            "/element",
        ]

    def test_a_finding_rests_on_evidence_and_on_an_audit_in_progress_s_7(
        self, scene: Scene
    ) -> None:
        with pytest.raises(MoveRefused, match="name the evidence"):
            issue(scene, scene.audit(AuditState.IN_PROGRESS), evidence=[])
        with pytest.raises(MoveRefused, match="the audit is commenting"):
            issue(scene, scene.audit(AuditState.COMMENTING))

    def test_only_auditors_of_the_team_issue_findings_s_7(self, scene: Scene) -> None:
        audit = scene.audit(AuditState.IN_PROGRESS)
        issue(scene, audit, scene.cast.lead)
        for who in (scene.cast.expert, scene.cast.programme_manager, scene.cast.recruiter):
            with pytest.raises(RoleRefused):
                issue(scene, audit, who)
        for who in (scene.cast.other_lead, scene.cast.other_company_lead):
            with pytest.raises(NotFound):
                issue(scene, audit, who)


class TestDispute:
    """Contradiction and ruling."""

    def test_a_dispute_comes_within_5_working_days_s_7(self, scene: Scene) -> None:
        audit = scene.audit(AuditState.IN_PROGRESS)
        first, second = scene.finding(audit=audit), scene.finding(audit=audit)
        scene.wait(days=7, hours=14, minutes=29)
        scene.act(scene.cast.recruiter, findings.dispute, first, "Settled in March.")
        scene.wait(minutes=1)
        with pytest.raises(MoveRefused, match="could be disputed until 2026-03-09"):
            scene.act(scene.cast.recruiter, findings.dispute, second, "Settled in March.")

    def test_the_reviewer_rules_and_not_the_lead_s_7(self, scene: Scene) -> None:
        audit = scene.audit(AuditState.IN_PROGRESS)
        upheld, regraded = (scene.finding(State.DISPUTED, audit=audit) for _ in range(2))
        with pytest.raises(RoleRefused):
            scene.act(scene.cast.lead, findings.uphold, upheld, "It stands.")
        scene.act(scene.cast.reviewer, findings.uphold, upheld, "It stands.")
        scene.act(scene.cast.reviewer, findings.regrade, regraded, Grade.MINOR, "One only.")
        assert scene.stored_finding(upheld).state == "issued"
        assert scene.stored_finding(regraded).grade == "minor"
        assert ways(scene, scene.cast.reviewer) == set()
        with scene.workbench.database.read() as session:
            steps = audits.timeline(session, "finding", regraded)
        assert [(step.action, step.remark) for step in steps] == [
            ("issue", None),
            ("dispute", "Settled in March."),
            ("regrade", "One only."),
        ]

    def test_a_reviewer_who_touched_the_case_does_not_rule_s_3(self, scene: Scene) -> None:
        finding = scene.finding(State.DISPUTED)
        stored = scene.stored_finding(finding)
        with scene.workbench.begin(scene.cast.reviewer.actor) as work:
            access_service.touch(
                work,
                case=stored.application_id,
                audit=stored.audit_id,
                recruiter=work.session.get_one(Audit, stored.audit_id).recruiter_id,
                way=Way.INTERVIEW,
            )
        for ruling in (findings.uphold, findings.void):
            with pytest.raises(NotIndependent):
                scene.act(scene.cast.reviewer, ruling, finding, "No.")
        with pytest.raises(NotIndependent):
            scene.act(scene.cast.reviewer, findings.regrade, finding, Grade.MINOR, "No.")
        scene.act(scene.cast.second_reviewer, findings.uphold, finding, "It stands.")

    def test_a_forced_grade_is_not_lowered_by_a_ruling_s_7(self, scene: Scene) -> None:
        finding = scene.finding(State.DISPUTED, criterion="A.3")
        with pytest.raises(MoveRefused, match="marks this criterion critical"):
            scene.act(scene.cast.reviewer, findings.regrade, finding, Grade.MAJOR, "One only.")
        assert scene.stored_finding(finding).grade == "critical"


class TestAnswer:
    """Plan, evidence, verification."""

    def test_a_plan_names_all_five_parts_s_7(self, scene: Scene) -> None:
        finding = scene.finding()
        with pytest.raises(MoveRefused) as caught:
            scene.act(
                scene.cast.recruiter, findings.respond, finding, Plan(root_cause="A template.")
            )
        assert caught.value.reasons == (
            "the plan lacks the correction, the corrective action, the owner,"
            " the date by which it is done",
        )

    def test_a_rejected_plan_is_followed_by_another_with_14_days_more_once_s_7(
        self, scene: Scene
    ) -> None:
        finding = scene.finding()
        for why in ("No root cause.", "Still none."):
            scene.act(scene.cast.recruiter, findings.respond, finding, PLAN)
            scene.wait(days=1)
            with pytest.raises(RoleRefused):
                scene.act(scene.cast.auditor, findings.reject_plan, finding, why)
            scene.act(scene.cast.lead, findings.reject_plan, finding, why)
        scene.act(scene.cast.recruiter, findings.respond, finding, PLAN)
        with scene.workbench.database.read() as session:
            plans = queries.record(session, finding).plans
        assert [plan.edition for plan in plans] == [1, 2, 3]
        assert plans[0].owner == PLAN.owner
        assert Way.FINDING in ways(scene, scene.cast.recruiter)
        assert Way.FINDING in ways(scene, scene.cast.lead)

    def test_evidence_of_the_correction_is_dated_from_the_finding_to_today_s_7(
        self, scene: Scene
    ) -> None:
        finding = scene.finding(State.PLAN_ACCEPTED)
        recruiter = scene.cast.recruiter
        scene.wait(days=10)
        for days in (-11, 1):
            with pytest.raises(MoveRefused, match="dated from the finding"):
                scene.act(
                    recruiter,
                    findings.submit_evidence,
                    finding,
                    [scene.piece(), scene.piece(days=days)],
                )
        with pytest.raises(Invalid) as caught:
            scene.act(recruiter, findings.submit_evidence, finding, [scene.piece(kind="hearsay")])
        assert [fault.pointer for fault in caught.value.errors] == ["/evidence/0/kind"]
        scene.act(recruiter, findings.submit_evidence, finding, [scene.piece(days=-10)])
        assert Way.EVIDENCE in ways(scene, recruiter)

    def test_the_verifier_is_named_and_states_the_effectiveness_s_7(self, scene: Scene) -> None:
        finding = scene.finding(State.EVIDENCE_SUBMITTED)
        with pytest.raises(MoveRefused, match="how the correction proved effective"):
            scene.act(scene.cast.auditor, findings.verify, finding, None)
        with pytest.raises(RoleRefused):
            scene.act(scene.cast.expert, findings.verify, finding, "Ten of ten.")
        with pytest.raises(NotFound):
            scene.act(scene.cast.other_lead, findings.verify, finding, "Ten of ten.")
        scene.act(scene.cast.auditor, findings.verify, finding, "Ten of ten.")
        with scene.workbench.database.read() as session:
            verification = queries.record(session, finding).verification
        assert verification is not None
        assert verification.verifier_id == scene.cast.auditor.person
        assert verification.effectiveness == "Ten of ten."
        assert Way.EVIDENCE in ways(scene, scene.cast.auditor)

    def test_evidence_that_does_not_convince_is_asked_for_again_s_7(self, scene: Scene) -> None:
        finding = scene.finding(State.EVIDENCE_SUBMITTED)
        scene.act(scene.cast.auditor, findings.reopen, finding, "Two agreements are missing.")
        assert scene.stored_finding(finding).state == "plan_accepted"

    def test_who_answers_an_old_version_is_told_so(self, scene: Scene) -> None:
        finding = scene.finding()
        with pytest.raises(StaleVersion):
            scene.act(scene.cast.recruiter, findings.respond, finding, PLAN, expected_version=2)


class TestEscalation:
    """A minor becomes a major."""

    def test_the_third_minor_on_one_criterion_s_7(self, scene: Scene) -> None:
        audit = scene.audit(AuditState.IN_PROGRESS)
        first, _ = issue(scene, audit), issue(scene, audit)
        issue(scene, audit, criterion="L-B.1")
        with pytest.raises(MoveRefused, match="and there are 2"):
            scene.act(scene.cast.lead, findings.escalate, first)
        issue(scene, audit)
        scene.act(scene.cast.lead, findings.escalate, first)
        assert scene.stored_finding(first).grade == "major"
        with scene.workbench.database.read() as session:
            assert audits.timeline(session, "finding", first)[-1].reason_code == (
                "minors_on_one_criterion"
            )

    def test_one_still_open_at_the_next_audit_by_the_lead_of_that_audit_s_7(
        self, scene: Scene
    ) -> None:
        finding = scene.finding(State.PLAN_ACCEPTED, grade=Grade.MINOR)
        with pytest.raises(NotFound):
            scene.act(scene.cast.other_lead, findings.escalate, finding)
        with pytest.raises(MoveRefused, match="and there are 1"):
            scene.act(scene.cast.lead, findings.escalate, finding)
        later = scene.audit()
        lead = scene.cast.team[0]
        scene.act(
            scene.cast.programme_manager,
            audits_service.propose_team,
            later,
            [replace(lead, person=scene.cast.other_lead.person)],
        )
        scene.act(scene.cast.other_lead, audits_service.confirm, later)
        with pytest.raises(NotFound):
            scene.act(scene.cast.other_lead, findings.escalate, finding)
        scene.act(scene.cast.other_lead, audits_service.open_audit, later)
        scene.act(scene.cast.other_lead, findings.escalate, finding)
        stored = scene.stored_finding(finding)
        assert (stored.grade, stored.state) == ("major", "plan_accepted")
        with scene.workbench.database.read() as session:
            assert audits.timeline(session, "finding", finding)[-1].reason_code == (
                "open_at_the_next_audit"
            )

    def test_an_earlier_team_does_not_see_what_a_later_audit_found_s_3(self, scene: Scene) -> None:
        earlier = scene.audit()
        scene.act(
            scene.cast.programme_manager,
            audits_service.propose_team,
            earlier,
            [replace(scene.cast.team[0], person=scene.cast.other_lead.person)],
        )
        scene.act(scene.cast.other_lead, audits_service.confirm, earlier)
        scene.act(scene.cast.other_lead, audits_service.open_audit, earlier)
        finding = scene.finding()
        with pytest.raises(NotFound):
            scene.act(scene.cast.other_lead, findings.escalate, finding)


class TestVoid:
    """Raised in error."""

    def test_a_voided_finding_stays_in_the_history_s_7(self, scene: Scene) -> None:
        audit = scene.audit(AuditState.IN_PROGRESS)
        for state in (State.ISSUED, State.DISPUTED, State.EVIDENCE_SUBMITTED):
            finding = scene.finding(state, audit=audit)
            scene.act(scene.cast.reviewer, findings.void, finding, "The wrong company.")
            with scene.workbench.database.read() as session:
                assert audits.timeline(session, "finding", finding)[-1].remark == (
                    "The wrong company."
                )


def test_a_machine_has_no_seat_in_any_team(scene: Scene) -> None:
    finding = scene.stored_finding(scene.finding())
    with scene.workbench.database.read() as session:
        audit = session.get_one(Audit, finding.audit_id)
        facts = gather(session, finding, audit, scene.cast.employer.actor, scene.clock.now())
    assert facts.person is None
    assert facts.roles <= {"employer"}


def test_nothing_is_found_of_a_finding_that_is_not_there(scene: Scene) -> None:
    for finding in (scene.cast.case, "no id"):
        with pytest.raises(NotFound):
            scene.act(scene.cast.recruiter, findings.dispute, finding, "No.")
