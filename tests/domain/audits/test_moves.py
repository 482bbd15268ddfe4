"""The moves of DOMAIN §6 made through the services, with what is written beside them."""

from datetime import timedelta
from hashlib import sha256

import pytest
from sqlalchemy import select

from app.access import queries as access
from app.access.independence import Way
from app.access.models import Assignment, Organisation
from app.audits import queries, service
from app.audits.kinds import AbortReason, Acknowledgement, Kind, Readiness
from app.audits.lifecycle import State
from app.audits.models import Objection, Remark
from app.audits.team import Member
from app.kernel.errors import Forbidden, Invalid, NotFound, StaleVersion
from app.kernel.roles import SYSTEM, Role
from app.lifecycle import journal
from app.lifecycle.journal import JournalEntry, MoveRefused, RoleRefused
from app.scheme.shipped import POLICY, STANDARD
from tests.making import access as people
from tests.making import assessors
from tests.making.audits import Scene


def pointers(error: Invalid) -> list[str]:
    return [fault.pointer for fault in error.errors]


def entries(scene: Scene, subject: str) -> list[JournalEntry]:
    with scene.workbench.database.read() as session:
        return journal.history(session, "audit", subject)


def test_every_state_of_section_6_is_reached(scene: Scene) -> None:
    for state in State:
        assert scene.stored(scene.audit(state)).state == state


def test_an_audit_is_pinned_to_the_standard_in_force_at_its_plan_s_4(scene: Scene) -> None:
    audit = scene.stored(scene.audit())
    assert (audit.standard, audit.policy) == (STANDARD, POLICY)
    assert audit.audit_company_id == scene.cast.programme_manager.actor.organisation
    (entry,) = entries(scene, audit.id)
    assert entry.facts == {"application": scene.cast.case, "kind": "surveillance"}


def test_an_audit_ends_no_earlier_than_it_begins(scene: Scene) -> None:
    with pytest.raises(Invalid) as caught:
        scene.audit(planned_until=scene.today + timedelta(days=29))
    assert pointers(caught.value) == ["/planned_until"]


def test_another_audit_company_cannot_plan_for_this_recruiter_s_3(scene: Scene) -> None:
    plan = {
        "application_id": scene.cast.case,
        "kind": Kind.STAGE_1,
        "planned_from": scene.today,
        "planned_until": scene.today,
        "unannounced": False,
    }
    with pytest.raises(NotFound):
        scene.act(scene.cast.other_programme_manager, service.plan, **plan)  # type: ignore[arg-type]
    with pytest.raises(RoleRefused):
        scene.act(scene.cast.scheme_manager, service.plan, **plan)  # type: ignore[arg-type]


def test_a_machine_plans_no_audit(scene: Scene) -> None:
    with pytest.raises(Forbidden), scene.workbench.begin(SYSTEM) as work:
        service.plan(
            work,
            application_id=scene.cast.case,
            kind=Kind.STAGE_1,
            planned_from=scene.today,
            planned_until=scene.today,
            unannounced=False,
        )


def test_who_decides_on_an_old_version_is_told_so(scene: Scene) -> None:
    audit = scene.audit(State.TEAM_PROPOSED)
    with pytest.raises(StaleVersion):
        scene.act(scene.cast.lead, service.confirm, audit, expected_version=1)
    scene.act(scene.cast.lead, service.confirm, audit, expected_version=2)


class TestTeam:
    """Proposal, objection, confirmation."""

    def propose(self, scene: Scene, audit: str, *members: Member, **named: str) -> None:
        scene.act(
            scene.cast.programme_manager,
            service.propose_team,
            audit,
            members,
            **named,  # type: ignore[arg-type]
        )

    def test_strangers_are_no_team_whether_they_exist_or_not_s_6(self, scene: Scene) -> None:
        audit = scene.audit()
        stranger, nobody = scene.cast.other_company_lead.person, scene.cast.case
        for person in (stranger, nobody):
            with pytest.raises(MoveRefused) as caught:
                self.propose(scene, audit, Member(person, Role.LEAD_AUDITOR))
            assert caught.value.reasons == (f"not of the audit company: {person}",)

    def test_a_member_holds_the_role_of_the_seat_s_6(self, scene: Scene) -> None:
        unfit = Member(scene.cast.auditor.person, Role.LEAD_AUDITOR)
        with pytest.raises(MoveRefused) as caught:
            self.propose(scene, scene.audit(), unfit)
        assert caught.value.reasons == (f"they do not hold the role of their seat: {unfit.person}",)

    def test_a_seat_is_one_of_three_and_nobody_sits_twice(self, scene: Scene) -> None:
        lead = scene.cast.lead.person
        with pytest.raises(Invalid) as caught:
            self.propose(
                scene,
                scene.audit(),
                Member(lead, Role.LEAD_AUDITOR),
                Member(scene.cast.auditor.person, Role.REVIEWER),
                Member(lead, Role.AUDITOR),
            )
        assert pointers(caught.value) == ["/members/1/role", "/members/2/person_id"]

    def test_whoever_planned_the_audit_is_not_its_only_auditor_s_3(self, scene: Scene) -> None:
        with scene.workbench.begin(SYSTEM) as work:
            company = work.session.get_one(
                Organisation, scene.cast.programme_manager.actor.organisation
            )
            both = people.person(work, company, Role.PROGRAMME_MANAGER, Role.LEAD_AUDITOR)
        assessors.ready(scene.workbench, [both])
        planned = scene.act(
            both,
            service.plan,
            application_id=scene.cast.case,
            kind=Kind.STAGE_1,
            planned_from=scene.today + timedelta(days=20),
            planned_until=scene.today + timedelta(days=20),
            unannounced=False,
        )
        alone = Member(both.person, Role.LEAD_AUDITOR)
        with pytest.raises(MoveRefused, match="does not carry it out alone"):
            scene.act(both, service.propose_team, planned.id, [alone])
        with pytest.raises(MoveRefused, match="does not carry it out alone"):
            self.propose(scene, planned.id, alone)
        self.propose(scene, planned.id, alone, Member(scene.cast.auditor.person, Role.AUDITOR))

    def test_after_an_objection_another_team_or_a_reason_s_6(self, scene: Scene) -> None:
        audit = scene.audit(State.OBJECTED)
        with pytest.raises(MoveRefused, match="another team"):
            self.propose(scene, audit, *scene.cast.team)
        self.propose(
            scene, audit, *scene.cast.team, objection_refused_because="The contract is over."
        )
        scene.act(scene.cast.recruiter, service.object_to_team, audit, "Still a former employee.")
        other = Member(scene.cast.other_lead.person, Role.LEAD_AUDITOR)
        self.propose(scene, audit, other)
        with scene.workbench.database.read() as session:
            objections = queries.objections(session, audit)
            assert [(o.proposal, o.refused_because) for o in objections] == [
                (1, "The contract is over."),
                (2, None),
            ]
            assert session.get_one(Objection, (audit, 1)).reason == "A former employee."
        scene.act(scene.cast.other_lead, service.confirm, audit)

    def test_without_an_objection_there_is_none_to_refuse(self, scene: Scene) -> None:
        with pytest.raises(Invalid) as caught:
            self.propose(
                scene, scene.audit(), *scene.cast.team, objection_refused_because="No reason."
            )
        assert pointers(caught.value) == ["/objection_refused_because"]

    def test_an_objection_comes_within_5_working_days_s_6(self, scene: Scene) -> None:
        audit = scene.audit(State.TEAM_PROPOSED)
        scene.wait(days=7, hours=14, minutes=29)
        late = scene.audit(State.TEAM_PROPOSED)
        scene.act(scene.cast.recruiter, service.object_to_team, audit, "A former employee.")
        scene.wait(days=8)
        with pytest.raises(MoveRefused, match="possible until 2026-03-16"):
            scene.act(scene.cast.recruiter, service.object_to_team, late, "A former employee.")

    def test_the_lead_who_was_replaced_sees_the_audit_no_more_s_3(self, scene: Scene) -> None:
        audit = scene.audit(State.OBJECTED)
        other = Member(scene.cast.other_lead.person, Role.LEAD_AUDITOR)
        self.propose(scene, audit, other)
        with pytest.raises(NotFound):
            scene.act(scene.cast.lead, service.confirm, audit)

    def test_who_leads_elsewhere_but_sits_as_auditor_here_does_not_lead_s_3(
        self, scene: Scene
    ) -> None:
        audit = scene.audit()
        self.propose(
            scene,
            audit,
            Member(scene.cast.lead.person, Role.LEAD_AUDITOR),
            Member(scene.cast.other_lead.person, Role.AUDITOR),
        )
        with pytest.raises(RoleRefused) as caught:
            scene.act(scene.cast.other_lead, service.confirm, audit)
        assert caught.value.reasons == ("confirm needs somebody who is lead_auditor of this audit",)

    def test_the_team_is_assigned_when_it_is_confirmed_and_touches_the_case_s_3(
        self, scene: Scene
    ) -> None:
        audit = scene.audit(State.TEAM_PROPOSED)
        with scene.workbench.database.read() as session:
            assert access.involved(session, scene.cast.case) == ()
        scene.act(scene.cast.lead, service.confirm, audit)
        with scene.workbench.database.read() as session:
            assigned = session.scalars(select(Assignment)).all()
            assert {Member(a.person_id, Role(a.role)) for a in assigned} == set(scene.cast.team)
            assert {a.audit_id for a in assigned} == {audit}
            involved = access.involved(session, scene.cast.case)
            assert {i.person: i.ways for i in involved} == {
                member.person: {Way.TEAM} for member in scene.cast.team
            }

    def test_an_audit_is_confirmed_14_days_ahead_s_6(self, scene: Scene) -> None:
        in_14, in_13 = (
            scene.audit(
                State.TEAM_PROPOSED,
                planned_from=scene.today + timedelta(days=days),
                planned_until=scene.today + timedelta(days=days),
            )
            for days in (14, 13)
        )
        scene.act(scene.cast.lead, service.confirm, in_14)
        with pytest.raises(MoveRefused, match="at least 14 days ahead"):
            scene.act(scene.cast.lead, service.confirm, in_13)


class TestDays:
    """Postponement, opening, breaking off, the end of the fieldwork."""

    def postpone(self, scene: Scene, audit: str, days: int) -> None:
        scene.act(
            scene.cast.programme_manager,
            service.postpone,
            audit,
            planned_from=scene.today + timedelta(days=days),
            planned_until=scene.today + timedelta(days=days + 2),
            reason="The office is closed after the flood.",
        )

    def test_an_audit_is_postponed_twice_and_no_more_s_6(self, scene: Scene) -> None:
        audit = scene.audit(State.CONFIRMED)
        self.postpone(scene, audit, 40)
        self.postpone(scene, audit, 50)
        with pytest.raises(MoveRefused, match="one more counts as a refusal of the audit"):
            self.postpone(scene, audit, 60)
        stored = scene.stored(audit)
        assert stored.planned_from == scene.today + timedelta(days=50)
        assert stored.planned_until == scene.today + timedelta(days=52)
        assert entries(scene, audit)[-1].facts["planned_from"] == str(stored.planned_from)

    def test_an_audit_is_postponed_to_later_days_in_order(self, scene: Scene) -> None:
        audit = scene.audit(State.CONFIRMED)
        with pytest.raises(Invalid) as caught:
            self.postpone(scene, audit, 30)
        assert pointers(caught.value) == ["/planned_from"]

    def test_stage_2_waits_for_a_stage_1_that_did_not_end_as_not_ready_s_6(
        self, scene: Scene
    ) -> None:
        scene.audit(State.REVIEWED, Kind.STAGE_1)
        stage_2 = scene.audit(State.CONFIRMED, Kind.STAGE_2)
        with pytest.raises(MoveRefused, match="no stage 1 of this case is"):
            scene.act(scene.cast.lead, service.open_audit, stage_2)
        scene.stage_1(Readiness.NOT_READY)
        with pytest.raises(MoveRefused, match="closed as not ready"):
            scene.act(scene.cast.lead, service.open_audit, stage_2)
        scene.stage_1(Readiness.READY_WITH_CONCERNS)
        scene.act(scene.cast.lead, service.open_audit, stage_2)

    def test_who_breaks_an_audit_off_says_why_by_code_and_in_words_s_6(self, scene: Scene) -> None:
        audit = scene.audit(State.IN_PROGRESS)
        note = "The files were locked away; Ms Karki sent us out."
        scene.act(scene.cast.lead, service.abort, audit, AbortReason.ACCESS_REFUSED, note)
        last = entries(scene, audit)[-1]
        assert last.reason_code == "access_refused"
        with scene.workbench.database.read() as session:
            remark = session.get_one(Remark, ("audit", audit, last.version))
        assert remark.text == note
        assert last.facts == {"remark": sha256(f"{remark.salt}{note}".encode()).hexdigest()}

    def test_the_journal_holds_no_word_that_somebody_wrote(self, scene: Scene) -> None:
        audit = scene.audit(State.CONFIRMED)
        self.postpone(scene, audit, 40)
        scene.act(scene.cast.programme_manager, service.cancel, audit, "Flood in the valley.")
        facts = [entry.facts for entry in entries(scene, audit)]
        assert "lood" not in str(facts)
        with scene.workbench.database.read() as session:
            steps = queries.timeline(session, "audit", audit)
        assert [step.remark for step in steps] == [
            None,
            None,
            None,
            "The office is closed after the flood.",
            "Flood in the valley.",
        ]

    def test_the_fieldwork_ends_between_its_opening_and_today(self, scene: Scene) -> None:
        audit = scene.audit(State.IN_PROGRESS)
        opened = scene.today
        scene.wait(days=3)
        for day in (opened - timedelta(days=1), scene.today + timedelta(days=1)):
            with pytest.raises(Invalid) as caught:
                scene.act(
                    scene.cast.lead,
                    service.close_fieldwork,
                    audit,
                    Acknowledgement.REFUSED,
                    day,
                )
            assert pointers(caught.value) == ["/ended_on"]
        scene.act(scene.cast.lead, service.close_fieldwork, audit, Acknowledgement.REFUSED, opened)
        stored = scene.stored(audit)
        assert (stored.fieldwork_ended_on, stored.acknowledgement) == (opened, "refused")

    def test_the_fieldwork_of_an_audit_that_never_began_does_not_end(self, scene: Scene) -> None:
        audit = scene.audit(State.CONFIRMED)
        with pytest.raises(MoveRefused, match="possible from in_progress"):
            scene.act(scene.cast.lead, service.close_fieldwork, audit, Acknowledgement.SIGNED)

    def test_findings_are_acknowledged_or_the_refusal_is_recorded_s_6(self, scene: Scene) -> None:
        audit = scene.audit(State.IN_PROGRESS)
        with pytest.raises(MoveRefused, match="signed the list of findings or refused to"):
            scene.act(scene.cast.lead, service.close_fieldwork, audit, None)
