"""A first signature can be read and taken back by who gave it (DOMAIN §9, §10)."""

from typing import Any

from app.access.independence import Way
from app.access.service import touch
from tests.api import Api
from tests.asgi import Answer
from tests.making.access import Someone
from tests.making.certificates import World


def annul(api: Api, number: str, someone: Someone, void_from: str = "2026-03-15") -> Answer:
    body: dict[str, Any] = {
        "type": "annul", "reason_code": "issued_in_error", "void_from": void_from,
        "recommendation": "It should not have been issued.",
    }  # fmt: skip
    return api.post(f"/v1/certificates/{number}/decisions", body, someone, if_match='"1"')


def test_a_first_signature_is_taken_back_and_another_one_given(api: Api, world: World) -> None:
    number, officer = world.grant(), world.people.integrity
    pending = annul(api, number, officer).json["approval"]
    address = f"/v1/approvals/{pending['id']}"
    assert pending["status"] == "waiting"
    assert api.get(address, officer).json == pending
    for other in (world.people.second_decider, world.scene.cast.recruiter):
        assert api.get(address, other).status == 404
        assert api.post(f"{address}/withdraw", None, other).status == 404

    taken_back = api.post(f"{address}/withdraw", None, officer)
    assert (taken_back.status, taken_back.json["status"]) == (200, "lapsed")
    again = api.post(f"{address}/withdraw", None, officer)
    assert (again.status, again.json["detail"][:33]) == (409, "the signature counts no more alre")

    second = annul(api, number, world.people.second_decider)
    assert second.status == 202, "a signature taken back is none: this one is the first"
    completed = annul(api, number, officer)
    assert completed.status == 201, completed.body
    address = f"/v1/approvals/{second.json['approval']['id']}"
    shown = api.get(address, officer).json
    assert shown["status"] == "completed"
    assert [signed["role"] for signed in shown["signatures"]] == [
        "decision_maker",
        "integrity_officer",
    ]
    too_late = api.post(f"{address}/withdraw", None, world.people.second_decider)
    assert too_late.status == 409


def test_a_certificate_is_not_void_from_before_it_began_nor_from_tomorrow(
    api: Api, world: World
) -> None:
    number = world.grant()
    for day in ("2026-03-14", "2026-03-16"):
        refused = annul(api, number, world.people.integrity, day)
        assert refused.status == 409, day
        assert day in refused.json["reasons"][0]
    beyond = annul(api, number, world.people.integrity, "0001-01-01")
    assert (beyond.status, beyond.json["errors"][0]["pointer"]) == (422, "/void_from")


def test_who_touches_the_evidence_after_signing_first_has_signed_nothing(
    api: Api, world: World
) -> None:
    """DOMAIN §3: judged again when the second signature comes, before the database must."""
    number, first = world.grant(), world.people.second_decider
    assert annul(api, number, first).status == 202
    with api.workbench.begin(first.actor) as work:
        audit = world.scene.stored(world.audit)
        touch(
            work,
            case=audit.application_id,
            audit=audit.id,
            recruiter=audit.recruiter_id,
            way=Way.EVIDENCE,
        )
    answer = annul(api, number, world.people.integrity)
    assert answer.status == 202, "the first signature fell; this one is the first now"
    assert [s["role"] for s in answer.json["approval"]["signatures"]] == ["integrity_officer"]
    assert api.get(f"/v1/certificates/{number}").json["state"] == "active"
