"""Checklist, comments, report and review (DOMAIN §6)."""

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from app.access import queries as access
from app.access import service as access_service
from app.access.independence import Way
from app.access.models import Organisation
from app.audits import fieldwork, queries, reporting, service
from app.audits.checklist import Draft
from app.audits.findings.lifecycle import State as FindingState
from app.audits.kinds import (
    Acknowledgement,
    CommentOutcome,
    Kind,
    Readiness,
    Recommendation,
)
from app.audits.lifecycle import State
from app.audits.models import Review
from app.audits.team import Member
from app.kernel.errors import Conflict, Forbidden, Invalid, NotFound, StaleVersion
from app.kernel.identifiers import new_id
from app.kernel.roles import SYSTEM, Role
from app.lifecycle.journal import MoveRefused, NotIndependent, RoleRefused
from app.scheme.shipped import first_standard
from tests.making import access as people
from tests.making import assessors
from tests.making.access import Someone
from tests.making.audits import Scene, answers

ONE = [Draft("A.1", "monitoring", "done", "conforms", "seen")]


def ways(scene: Scene, someone: Someone) -> set[Way]:
    with scene.workbench.database.read() as session:
        involved = access.involved(session, scene.cast.case)
    return {way for found in involved if found.person == someone.person for way in found.ways}


def submit(scene: Scene, audit: str, **changes: object) -> None:
    given = {"summary": "All costs are borne.", "recommendation": Recommendation.MAINTAIN}
    scene.act(scene.cast.lead, reporting.submit_report, audit, **{**given, **changes})  # type: ignore[arg-type]


class TestChecklist:
    """Answers to the indicators."""

    def test_every_indicator_is_answered_in_one_call_s_4(self, scene: Scene) -> None:
        audit = scene.audit(State.IN_PROGRESS)
        scene.act(scene.cast.lead, fieldwork.answer_indicators, audit, answers())
        with scene.workbench.database.read() as session:
            stored = queries.answers(session, scene.cast.lead.actor, audit)
        assert len(stored) == len(first_standard().indicators()) == 120
        assert all(answer.is_final for answer in stored)
        assert ways(scene, scene.cast.lead) == {Way.TEAM, Way.ANSWER}

    def test_a_second_call_replaces_what_it_names_and_no_more(self, scene: Scene) -> None:
        audit = scene.audit(State.FIELDWORK_DONE)
        scene.act(scene.cast.expert, fieldwork.answer_indicators, audit, ONE)
        with scene.workbench.database.read() as session:
            stored = queries.answers(session, scene.cast.expert.actor, audit)
        assert len(stored) == 120
        assert [(a.indicator.criterion, a.note) for a in stored if a.note] == [("A.1", "seen")]
        assert Way.ANSWER in ways(scene, scene.cast.expert)

    def test_one_fault_and_nothing_is_stored(self, scene: Scene) -> None:
        audit = scene.audit(State.IN_PROGRESS)
        bad = [*ONE, Draft("A.1", "mood", "done", "conforms")]
        with pytest.raises(Invalid):
            scene.act(scene.cast.lead, fieldwork.answer_indicators, audit, bad)
        with scene.workbench.database.read() as session:
            assert queries.answers(session, scene.cast.lead.actor, audit) == ()
        assert ways(scene, scene.cast.lead) == {Way.TEAM}

    def test_the_checklist_is_open_during_fieldwork_and_until_the_draft(self, scene: Scene) -> None:
        for state in set(State) - {State.IN_PROGRESS, State.FIELDWORK_DONE}:
            audit = scene.audit(state)
            # Until a team is proposed nobody is in it, so that no auditor sees the audit.
            expected = NotFound if state in {"planned", "cancelled"} else Conflict
            with pytest.raises(expected):
                scene.act(scene.cast.lead, fieldwork.answer_indicators, audit, ONE)

    def test_only_the_team_answers_s_3(self, scene: Scene) -> None:
        audit = scene.audit(State.IN_PROGRESS)
        for who in (scene.cast.programme_manager, scene.cast.recruiter, scene.cast.reviewer):
            with pytest.raises(RoleRefused):
                scene.act(who, fieldwork.answer_indicators, audit, ONE)
        for who in (scene.cast.other_lead, scene.cast.other_company_lead):
            with pytest.raises(NotFound):
                scene.act(who, fieldwork.answer_indicators, audit, ONE)

    def test_an_answer_to_an_old_version_is_refused(self, scene: Scene) -> None:
        audit = scene.audit(State.IN_PROGRESS)
        with pytest.raises(StaleVersion):
            scene.act(scene.cast.lead, fieldwork.answer_indicators, audit, ONE, expected_version=3)
        scene.act(scene.cast.lead, fieldwork.answer_indicators, audit, ONE, expected_version=4)

    def test_unanswered_indicators_hold_the_draft_back_s_6(self, scene: Scene) -> None:
        audit = scene.audit(State.IN_PROGRESS)
        scene.act(scene.cast.lead, fieldwork.answer_indicators, audit, answers()[1:])
        scene.act(scene.cast.lead, service.close_fieldwork, audit, Acknowledgement.SIGNED)
        with pytest.raises(MoveRefused) as caught:
            scene.act(scene.cast.lead, reporting.release_draft, audit)
        assert caught.value.reasons == (
            "1 of 120 indicators are unanswered: A.1 policies_and_procedures",
        )

    def test_what_does_not_conform_needs_a_finding_that_is_not_voided_s_6(
        self, scene: Scene
    ) -> None:
        audit = scene.audit(State.IN_PROGRESS)
        failing = answers(A_1="does_not_conform")
        scene.act(scene.cast.lead, fieldwork.answer_indicators, audit, failing)
        scene.finding(FindingState.VOIDED, audit=audit)
        with pytest.raises(MoveRefused, match=r"without a finding: A\.1"):
            scene.act(scene.cast.lead, service.close_fieldwork, audit, Acknowledgement.SIGNED)
        scene.finding(audit=audit)
        scene.act(scene.cast.lead, service.close_fieldwork, audit, Acknowledgement.SIGNED)


class TestComments:
    """What the recruiter says of the draft."""

    def test_every_comment_is_accepted_or_refused_with_a_reason_s_6(self, scene: Scene) -> None:
        audit = scene.audit(State.COMMENTING)
        recruiter = scene.cast.recruiter_staff
        first = scene.act(recruiter, reporting.comment, audit, "Page 3 is wrong.").id
        scene.wait(minutes=1)
        second = scene.act(recruiter, reporting.comment, audit, "So is page 4.").id
        with pytest.raises(MoveRefused, match="2 comments are unanswered"):
            submit(scene, audit)
        accept, refuse = CommentOutcome.ACCEPTED, CommentOutcome.REFUSED
        scene.act(scene.cast.lead, reporting.answer_comment, audit, first, accept)
        with pytest.raises(Invalid) as caught:
            scene.act(scene.cast.lead, reporting.answer_comment, audit, second, refuse)
        assert [fault.pointer for fault in caught.value.errors] == ["/reason"]
        scene.act(scene.cast.lead, reporting.answer_comment, audit, second, refuse, "It is not.")
        with pytest.raises(Conflict, match="answered already"):
            scene.act(scene.cast.lead, reporting.answer_comment, audit, second, accept)
        with scene.workbench.database.read() as session:
            made = queries.comments(session, scene.cast.recruiter.actor, audit)
            assert [(comment.outcome, comment.reason) for comment in made] == [
                ("accepted", None),
                ("refused", "It is not."),
            ]
        submit(scene, audit)

    def test_comments_come_within_10_days_s_6(self, scene: Scene) -> None:
        audit = scene.audit(State.COMMENTING)
        scene.wait(days=10, hours=14, minutes=29)
        scene.act(scene.cast.recruiter, reporting.comment, audit, "Page 3 is wrong.")
        scene.wait(minutes=1)
        with pytest.raises(Conflict, match="possible until 2026-03-12"):
            scene.act(scene.cast.recruiter, reporting.comment, audit, "So is page 4.")

    def test_the_recruiter_comments_and_the_lead_answers_and_nobody_else(
        self, scene: Scene
    ) -> None:
        audit = scene.audit(State.COMMENTING)
        for who in (scene.cast.lead, scene.cast.programme_manager):
            with pytest.raises(RoleRefused):
                scene.act(who, reporting.comment, audit, "Page 3 is wrong.")
        with pytest.raises(NotFound):
            scene.act(scene.cast.other_recruiter, reporting.comment, audit, "Page 3 is wrong.")
        made = scene.act(scene.cast.recruiter, reporting.comment, audit, "Page 3 is wrong.").id
        for who in (scene.cast.recruiter, scene.cast.auditor):
            with pytest.raises(RoleRefused):
                scene.act(who, reporting.answer_comment, audit, made, CommentOutcome.ACCEPTED)

    def test_a_comment_is_answered_under_its_own_audit(self, scene: Scene) -> None:
        audit, other = scene.audit(State.COMMENTING), scene.audit(State.COMMENTING)
        made = scene.act(scene.cast.recruiter, reporting.comment, other, "Page 3 is wrong.").id
        for comment in (made, audit, "no id"):
            with pytest.raises(NotFound):
                scene.act(
                    scene.cast.lead,
                    reporting.answer_comment,
                    audit,
                    comment,
                    CommentOutcome.ACCEPTED,
                )

    def test_before_and_after_the_draft_there_is_nothing_to_comment_on(self, scene: Scene) -> None:
        for state in (State.FIELDWORK_DONE, State.REPORT_SUBMITTED):
            with pytest.raises(Conflict, match="while it is commenting"):
                scene.act(
                    scene.cast.recruiter, reporting.comment, scene.audit(state), "Page 3 is wrong."
                )


class TestReport:
    """Editions and recommendations."""

    def test_the_recommendation_fits_the_kind_of_audit_s_9(self, scene: Scene) -> None:
        audit = scene.audit(State.COMMENTING, Kind.STAGE_1)
        with pytest.raises(Invalid) as caught:
            submit(scene, audit, recommendation=Recommendation.GRANT)
        assert [fault.detail for fault in caught.value.errors] == [
            "After a stage_1 audit write one of ready, ready_with_concerns, not_ready."
        ]
        submit(scene, audit, recommendation=Recommendation.READY)

    def test_a_returned_report_comes_back_as_the_next_edition_s_6(self, scene: Scene) -> None:
        audit = scene.audit(State.RETURNED)
        submit(scene, audit, summary="The sampling is explained.")
        scene.act(scene.cast.second_reviewer, service.pass_review, audit)
        with scene.workbench.database.read() as session:
            editions, reviews = queries.reports(session, scene.cast.lead.actor, audit)
        assert [edition.edition for edition in editions] == [1, 2]
        assert [(r.outcome, r.reasons) for r in reviews] == [
            ("returned", ["The sampling is not explained."]),
            ("passed", []),
        ]
        assert ways(scene, scene.cast.lead) == {Way.TEAM, Way.ANSWER, Way.REPORT}

    def test_the_recruiter_reads_the_answers_from_the_draft_on_and_never_the_notes_s_3(
        self, scene: Scene
    ) -> None:
        audit = scene.audit(State.FIELDWORK_DONE)
        scene.act(scene.cast.lead, fieldwork.answer_indicators, audit, ONE)
        with (
            scene.workbench.database.read() as session,
            pytest.raises(Forbidden, match="with the draft report"),
        ):
            queries.answers(session, scene.cast.recruiter.actor, audit)
        scene.act(scene.cast.lead, reporting.release_draft, audit)
        with scene.workbench.database.read() as session:
            shown = queries.answers(session, scene.cast.recruiter.actor, audit)
            assert len(shown) == 120
            assert not any(answer.note for answer in shown)
            assert any(a.note for a in queries.answers(session, scene.cast.lead.actor, audit))

    def test_the_recruiter_reads_the_report_once_the_audit_is_closed(self, scene: Scene) -> None:
        audit = scene.audit(State.REVIEWED)
        with (
            scene.workbench.database.read() as session,
            pytest.raises(Forbidden, match="once the audit is closed"),
        ):
            queries.reports(session, scene.cast.recruiter.actor, audit)
        scene.act(scene.cast.decision_maker, service.close, audit)
        with scene.workbench.database.read() as session:
            editions, _ = queries.reports(session, scene.cast.recruiter.actor, audit)
        assert [edition.summary for edition in editions] == ["The recruiter bears all costs."]


class TestReview:
    """Who may review and close (DOMAIN §3, ISO 17065 7.5)."""

    def test_whoever_touched_the_case_in_any_way_may_not_review_it_s_3(self, scene: Scene) -> None:
        elsewhere = scene.stored(scene.audit(State.IN_PROGRESS, Kind.STAGE_1))
        audit = scene.audit(State.REPORT_SUBMITTED)
        for way in Way:
            with scene.workbench.begin(SYSTEM) as work:
                company = work.session.get_one(Organisation, scene.cast.lead.actor.organisation)
                reviewer = people.person(work, company, Role.REVIEWER)
            with scene.workbench.begin(reviewer.actor) as work:
                access_service.touch(
                    work,
                    case=elsewhere.application_id,
                    audit=elsewhere.id,
                    recruiter=elsewhere.recruiter_id,
                    way=way,
                )
            with pytest.raises(NotIndependent) as caught:
                scene.act(reviewer, service.pass_review, audit)
            assert (
                "whoever touched the evidence may neither review nor decide"
                in (caught.value.reasons[0])
            )
            with pytest.raises(NotIndependent):
                scene.act(reviewer, service.return_report, audit, ["No."])
        scene.act(scene.cast.second_reviewer, service.pass_review, audit)

    def test_a_member_of_the_team_may_not_review_it_whatever_roles_they_hold_s_3(
        self, scene: Scene
    ) -> None:
        with scene.workbench.begin(SYSTEM) as work:
            company = work.session.get_one(Organisation, scene.cast.lead.actor.organisation)
            both = people.person(work, company, Role.LEAD_AUDITOR, Role.REVIEWER)
        assessors.ready(scene.workbench, [both])
        audit = scene.audit()
        scene.act(
            scene.cast.programme_manager,
            service.propose_team,
            audit,
            [Member(both.person, Role.LEAD_AUDITOR)],
        )
        scene.act(both, service.confirm, audit)
        with pytest.raises(NotIndependent, match="was in the audit team"):
            scene.act(both, service.pass_review, audit)
        with pytest.raises(NotIndependent, match="was in the audit team"):
            scene.act(both, service.close_stage_1, audit, Readiness.READY)

    def test_the_database_itself_refuses_the_review_of_whoever_touched_the_case_s_3(
        self, scene: Scene
    ) -> None:
        audit = scene.audit(State.REPORT_SUBMITTED)

        def reviewed_by(someone: Someone) -> Review:
            return Review(
                id=new_id(scene.clock.now()),
                person_id=someone.person,
                case_id=scene.cast.case,
                audit_id=audit,
                audit_version=99,
                outcome="passed",
                reasons=[],
                involvement=[],
                reviewed_at=scene.clock.now(),
            )

        for who in (scene.cast.lead, scene.cast.auditor, scene.cast.expert):
            with (
                pytest.raises(DBAPIError, match="did not touch the evidence"),
                scene.workbench.database.write() as session,
            ):
                session.add(reviewed_by(who))
        with scene.workbench.database.write() as session:
            session.add(reviewed_by(scene.cast.reviewer))

    def test_a_reviewer_of_another_company_sees_nothing_to_review_s_3(self, scene: Scene) -> None:
        with pytest.raises(NotFound):
            scene.act(
                scene.cast.other_reviewer,
                service.pass_review,
                scene.audit(State.REPORT_SUBMITTED),
            )

    def test_stage_1_is_closed_by_the_reviewer_with_its_readiness_s_6(self, scene: Scene) -> None:
        audit = scene.stage_1(Readiness.READY_WITH_CONCERNS)
        stored = scene.stored(audit)
        assert (stored.state, stored.readiness) == ("closed", "ready_with_concerns")
        with scene.workbench.database.read() as session:
            reviews = session.scalars(select(Review)).all()
        assert {review.outcome for review in reviews} == {"passed", "ready_with_concerns"}
        for review in reviews:
            judged = {found["person"]: found["ways"] for found in review.involvement}
            assert judged[scene.cast.lead.person] == ["team", "answer", "report"]
            assert (review.person_id, review.case_id, review.audit_id) == (
                scene.cast.reviewer.person,
                scene.cast.case,
                audit,
            )

    def test_no_decision_closes_stage_1_and_no_reviewer_another_audit_s_6(
        self, scene: Scene
    ) -> None:
        stage_1 = scene.audit(State.REVIEWED, Kind.STAGE_1)
        with pytest.raises(MoveRefused, match="closed by the reviewer"):
            scene.act(scene.cast.decision_maker, service.close, stage_1)
        with pytest.raises(MoveRefused, match="closed by the reviewer"):
            scene.act(scene.cast.decision_maker, service.close_stage_1, stage_1, Readiness.READY)
        surveillance = scene.audit(State.REVIEWED)
        with pytest.raises(MoveRefused, match="closes with the decision made on it"):
            scene.act(scene.cast.reviewer, service.close_stage_1, surveillance, Readiness.READY)

    def test_a_decider_who_touched_the_evidence_closes_nothing_s_3(self, scene: Scene) -> None:
        audit = scene.audit(State.REVIEWED)
        with scene.workbench.begin(scene.cast.decision_maker.actor) as work:
            stored = scene.stored(audit)
            access_service.touch(
                work,
                case=stored.application_id,
                audit=stored.id,
                recruiter=stored.recruiter_id,
                way=Way.DECISION_INPUT,
            )
        with pytest.raises(NotIndependent):
            scene.act(scene.cast.decision_maker, service.close, audit)


class TestForDecision:
    """What certificates ask."""

    def test_a_decision_sees_the_audit_and_the_findings_of_the_whole_case(
        self, scene: Scene
    ) -> None:
        stage_1 = scene.audit(State.IN_PROGRESS, Kind.STAGE_1)
        early = scene.finding(audit=stage_1, criterion="A.2")
        scene.finding(FindingState.VOIDED, audit=stage_1)
        audit = scene.audit(State.IN_PROGRESS)
        late = scene.finding(FindingState.RESPONDED, audit=audit, criterion="L-1.2")
        with scene.workbench.database.read() as session:
            found = queries.for_decision(session, audit)
        stored = scene.stored(audit)
        assert (found.kind, found.state, found.version) == ("surveillance", "in_progress", 4)
        assert (found.case, found.recruiter) == (scene.cast.case, stored.recruiter_id)
        assert found.audit_company == scene.cast.lead.actor.organisation
        assert (found.standard, found.readiness) == ("iris-1.2", None)
        assert found.fieldwork_ended_on is None
        assert {(f.id, f.criterion, f.grade, f.state) for f in found.findings} == {
            (early, "A.2", "critical", "issued"),
            (late, "L-1.2", "major", "responded"),
        }

    def test_the_day_on_which_the_fieldwork_ended_is_told(self, scene: Scene) -> None:
        audit = scene.audit(State.REVIEWED)
        with scene.workbench.database.read() as session:
            assert queries.for_decision(session, audit).fieldwork_ended_on == scene.today

    def test_there_is_no_decision_on_what_is_not_there(self, scene: Scene) -> None:
        with scene.workbench.database.read() as session:
            for audit in (scene.cast.case, "no id"):
                with pytest.raises(NotFound):
                    queries.for_decision(session, audit)
