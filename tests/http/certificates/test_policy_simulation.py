"""A policy is tried on what runs before it is published (DOMAIN §11; issue: simulate)."""

from datetime import UTC, datetime, timedelta
from typing import Any

from app.access.models import Organisation
from app.applications.lifecycle import State
from app.audits.kinds import Kind
from app.audits.lifecycle import State as AuditState
from app.kernel.roles import Role
from app.lifecycle.journal import Work
from app.scheme import policy
from tests.api import Api
from tests.making import access, applications, scheme
from tests.making.access import Someone
from tests.making.certificates import World


def manager(work: Work, world: World) -> Someone:
    scheme_manager = world.scene.cast.scheme_manager.actor.organisation
    where = work.session.get_one(Organisation, scheme_manager)
    return access.person(work, where, Role.SCHEME_MANAGER)


def test_a_draft_policy_tells_what_it_would_move_and_moves_nothing(api: Api, world: World) -> None:
    people = api.made(applications.cast)
    number = world.grant()
    draft = applications.application(api.workbench, people)
    deferred = applications.application(api.workbench, people, State.DEFERRED)
    audit = world.scene.audit(AuditState.COMMENTING, Kind.SURVEILLANCE)
    finding = world.scene.finding(audit=world.scene.audit(AuditState.IN_PROGRESS))
    now = api.clock.now()
    someone = api.made(lambda work: manager(work, world))
    other = scheme.policy(
        application_draft_months=1,
        deferral_days=30,
        comment_days=5,
        respond_days={"critical": 3, "major": 15, "minor": 20},
        cycle_months=24,
        restore_months=3,
    )
    body = {"code": "2026.2", "document": policy.written(other)}
    assert api.post("/v1/policies", body, someone).status == 201

    first = (now + timedelta(days=50)).date()
    address, asked = "/v1/policies/2026.2/simulate", {"effective_on": str(first)}
    answer = api.post(address, asked, someone)
    assert answer.status == 200, answer.json
    told: dict[tuple[str, str], dict[str, Any]] = {
        (one["subject"].rpartition("/")[2], one["waits_for"]): one
        for one in answer.json["deadlines"]
    }
    assert answer.json["effective_from"] == f"{first}T00:00:00Z"

    started = told[draft, "draft"]
    assert (started["moves"], started["newly_overdue"]) == (True, True)
    assert answer.json["deadlines"][0] == started, "what is suddenly overdue comes first"
    assert not told[deferred, "deferred"]["moves"], "it keeps the policy of its submission"
    assert told[deferred, "deferred"]["before"] > told[deferred, "deferred"]["after"]
    assert not told[audit, "comment"]["moves"]
    assert (audit, "submit_report") not in told, "the same day by both"
    assert told[finding, "respond"]["judged_by"] == "2026.1"
    renewal = told[number, "end of the next cycle"]
    assert renewal["moves"]
    assert int(renewal["before"][:4]) - int(renewal["after"][:4]) == 1, "two years, not three"
    counts = {count["kind"]: count for count in answer.json["counts"]}
    assert counts["application"] == {
        "kind": "application",
        "running": counts["application"]["running"],
        "moved": 1,
        "kept": 1,
        "newly_overdue": 1,
    }
    assert (counts["certificate"]["moved"], counts["certificate"]["kept"]) == (1, 0)

    view = api.get(f"/v1/applications/{draft}", people.admin).json
    assert view["due"]["until"] == started["before"], "nothing has moved"
    for signer in (someone, world.people.integrity):
        published = api.post("/v1/policies/2026.2/publish", asked, signer)
    assert published.status == 200
    api.clock.move_to(datetime.combine(first, datetime.min.time(), UTC))
    view = api.get(f"/v1/applications/{draft}", people.admin).json
    assert (view["policy"], view["due"]["until"]) == ("2026.2", started["after"])
    kept = api.get(f"/v1/applications/{deferred}", people.admin).json
    assert kept["due"]["until"] == told[deferred, "deferred"]["before"]

    api.clock.advance(timedelta(days=36 * 31))
    gone = api.post(address, {"effective_on": "2030-01-01"}, someone).json
    (ended,) = [one for one in gone["deadlines"] if one["kind"] == "certificate"]
    assert (ended["waits_for"], ended["moves"], ended["judged_by"]) == (
        "restore_expired",
        False,
        "2026.1",
    )
    assert api.post(address, asked, people.admin).status == 403
    assert api.post("/v1/policies/2031.1/simulate", asked, someone).status == 404
