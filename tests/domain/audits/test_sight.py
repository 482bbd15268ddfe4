"""Who sees which audit and finding (DOMAIN §3, §6; SECURITY S7)."""

import pytest
from sqlalchemy.orm import Session

from app.audits import queries as audits
from app.audits import service
from app.audits.findings import queries as findings
from app.audits.findings.lifecycle import State as FindingState
from app.audits.lifecycle import NEVER_OPENED, State
from app.kernel.errors import NotFound
from app.platform.pagination import Cursors, Paging
from tests.making.access import Someone
from tests.making.audits import Scene

OF_THE_CASE = {
    "recruiter",
    "recruiter_staff",
    "programme_manager",
    "reviewer",
    "second_reviewer",
    "decision_maker",
    "scheme_manager",
}
OF_THE_TEAM = {"lead", "auditor", "expert"}
OUTSIDE = {
    "other_lead",
    "other_programme_manager",
    "other_company_lead",
    "other_reviewer",
    "other_recruiter",
    "employer",
    "observer",
}
PAGING = Paging(50, None, None, Cursors(bytes(32)))


def sees(session: Session, someone: Someone, audit: str) -> bool:
    """By its id and in the list alike."""
    listed = [found.id for found in audits.audits(session, someone.actor, PAGING)]
    try:
        audits.audit(session, someone.actor, audit)
    except NotFound:
        assert audit not in listed
        return False
    assert audit in listed
    return True


def sees_finding(session: Session, someone: Someone, finding: str) -> bool:
    """By its id and in the list alike."""
    listed = [found.id for found in findings.findings(session, someone.actor, PAGING)]
    try:
        findings.finding(session, someone.actor, finding)
    except NotFound:
        assert finding not in listed
        return False
    assert finding in listed
    return True


def who_sees(scene: Scene, audit: str) -> set[str]:
    with scene.workbench.database.read() as session:
        return {
            name
            for name in OF_THE_CASE | OF_THE_TEAM | OUTSIDE
            if sees(session, getattr(scene.cast, name), audit)
        }


def test_an_audit_is_seen_by_its_parties_its_team_and_the_scheme_s_3(scene: Scene) -> None:
    for state in State:
        team = set() if state in {"planned", "cancelled"} else OF_THE_TEAM
        assert who_sees(scene, scene.audit(state)) == OF_THE_CASE | team


def test_an_unannounced_audit_is_hidden_from_the_recruiter_until_it_begins_s_6(
    scene: Scene,
) -> None:
    recruiter = {"recruiter", "recruiter_staff"}
    for state in set(State) - {State.OBJECTED}:
        audit = scene.audit(state, unannounced=True)
        hidden = state in NEVER_OPENED
        assert who_sees(scene, audit) & recruiter == (set() if hidden else recruiter)
        assert "programme_manager" in who_sees(scene, audit)
        if hidden:
            with pytest.raises(NotFound):
                scene.act(scene.cast.recruiter, service.object_to_team, audit, "Why now?")


def test_what_is_no_id_is_no_audit(scene: Scene) -> None:
    with (
        scene.workbench.database.read() as session,
        pytest.raises(NotFound, match="there is no audit no id"),
    ):
        audits.audit(session, scene.cast.scheme_manager.actor, "no id")


def test_findings_are_seen_by_whoever_sees_their_audit_s_3(scene: Scene) -> None:
    finding = scene.finding()
    with scene.workbench.database.read() as session:
        seen = {
            name
            for name in OF_THE_CASE | OF_THE_TEAM | OUTSIDE
            if sees_finding(session, getattr(scene.cast, name), finding)
        }
    assert seen == OF_THE_CASE | OF_THE_TEAM


def test_lists_are_filtered_and_go_on_where_they_stopped(scene: Scene) -> None:
    ids = []
    for state in (State.PLANNED, State.CANCELLED, State.PLANNED):
        ids.append(scene.audit(state))
        scene.wait(minutes=1)
    who = scene.cast.programme_manager.actor
    first = Paging(1, None, None, PAGING.cursors)
    then = Paging(50, (ids[0],), None, PAGING.cursors)
    with scene.workbench.database.read() as session:
        planned = audits.audits(session, who, PAGING, state=State.PLANNED)
        assert [found.id for found in planned] == [ids[0], ids[2]]
        assert [found.id for found in audits.audits(session, who, first)] == ids[:2]
        assert [found.id for found in audits.audits(session, who, then)] == ids[1:]
        of_case = audits.audits(session, who, PAGING, application_id=scene.cast.case)
        assert [found.id for found in of_case] == ids
        assert not audits.audits(session, who, PAGING, application_id=ids[0])


def test_findings_are_filtered_by_audit_case_and_state(scene: Scene) -> None:
    audit, other = scene.audit(State.IN_PROGRESS), scene.audit(State.IN_PROGRESS)
    ids = []
    for state, where in [
        (FindingState.ISSUED, audit),
        (FindingState.VOIDED, audit),
        (FindingState.ISSUED, other),
    ]:
        ids.append(scene.finding(state, audit=where))
        scene.wait(minutes=1)
    who = scene.cast.recruiter.actor
    then = Paging(50, (ids[0],), None, PAGING.cursors)
    with scene.workbench.database.read() as session:
        for asked, expected in [
            ({"audit_id": audit}, ids[:2]),
            ({"application_id": scene.cast.case}, ids),
            ({"state": FindingState.ISSUED}, [ids[0], ids[2]]),
        ]:
            found = findings.findings(session, who, PAGING, **asked)  # type: ignore[arg-type]
            assert [one.id for one in found] == expected
        assert [one.id for one in findings.findings(session, who, then)] == ids[1:]


def test_only_the_recruiters_own_people_read_as_the_recruiter(scene: Scene) -> None:
    audit = scene.audit(State.IN_PROGRESS)
    with scene.workbench.database.read() as session:
        stored = audits.audit(session, scene.cast.lead.actor, audit)
        for name in OF_THE_CASE | OF_THE_TEAM:
            someone = getattr(scene.cast, name)
            assert audits.reads_as_the_recruiter(session, someone.actor, stored) is (
                name in {"recruiter", "recruiter_staff"}
            )
