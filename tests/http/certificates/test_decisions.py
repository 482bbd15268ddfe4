"""Decisions and certificates as their callers meet them (DOMAIN §9, §10; DESIGN §5)."""

from typing import Any

import pytest

from app.audits.findings.grades import Grade
from app.audits.lifecycle import State as AuditState
from app.certificates.reasons import Reason
from tests.api import Api
from tests.asgi import Answer
from tests.making.access import Someone
from tests.making.certificates import World

GRANT = {
    "type": "grant",
    "recommendation": "The report supports a certificate.",
    "effective_on": "2026-03-15",
    "reason_codes": ["standard_met"],
    "conditions": ["Report every new sub-agent."],
}
SUSPEND = {
    "type": "suspend",
    "reason_code": "fees_charged_to_workers",
    "remedies": ["Repay the fees."],
    "contact": "Sunita Rai",
}
RESTORE = {"type": "restore", "reason_code": "remedied"}


def decide(
    api: Api, world: World, number: str, body: dict[str, Any], someone: Someone | None = None
) -> Answer:
    """A decision on the certificate as it is read."""
    return api.post(
        f"/v1/certificates/{number}/decisions",
        body,
        someone or world.people.second_decider,
        if_match=api.get(f"/v1/certificates/{number}").headers.get("etag", '"1"'),
    )


def test_a_grant_over_the_wire(api: Api, world: World) -> None:
    address = f"/v1/audits/{world.audit}/decisions"
    made = api.post(address, GRANT, world.people.decider, key="one")
    assert made.status == 201, made.body
    decision = made.json
    assert decision["type"] == "grant"
    assert decision["audit_id"] == world.audit
    assert decision["reason_codes"] == ["standard_met"]
    assert decision["conditions"] == ["Report every new sub-agent."]
    assert len(decision["independence"]["involved"]) == 3
    again = api.post(address, GRANT, world.people.decider, key="one")
    assert again.body == made.body, "the same key has the same answer and no second effect"
    number = decision["certificate_number"]
    shown = api.get(f"/v1/certificates/{number}")
    assert shown.status == 200
    assert shown.headers["etag"] == '"1"'
    certificate = shown.json
    assert (certificate["state"], certificate["status"]) == ("active", "active")
    assert (certificate["effective_on"], certificate["expires_on"]) == ("2026-03-15", "2029-03-14")
    assert certificate["allowed_actions"] == []


def test_the_lead_auditor_gets_403_with_the_reason_in_words(api: Api, world: World) -> None:
    refused = api.post(f"/v1/audits/{world.audit}/decisions", GRANT, world.scene.cast.lead)
    assert refused.status == 403
    assert refused.json["type"].endswith("/problems/not-independent")
    [reason] = refused.json["reasons"]
    assert "was in the audit team, answered indicators and wrote the report" in reason


def test_an_open_major_gets_409_with_every_reason(api: Api, world: World) -> None:
    audit = world.scene.audit(AuditState.IN_PROGRESS)
    for criterion in ("L-B.1", "L-B.2"):
        world.scene.finding(audit=audit, grade=Grade.MAJOR, criterion=criterion)
    refused = api.post(f"/v1/audits/{world.audit}/decisions", GRANT, world.people.decider)
    assert refused.status == 409
    assert refused.json["type"].endswith("/problems/move-refused")
    assert refused.json["reasons"] == [
        "the major finding on L-B.1 is issued; it must be closed",
        "the major finding on L-B.2 is issued; it must be closed",
    ]


def test_a_reviewer_a_stranger_and_an_outsider_are_refused(api: Api, world: World) -> None:
    address = f"/v1/audits/{world.audit}/decisions"
    reviewer = api.post(address, GRANT, world.scene.cast.reviewer)
    assert (reviewer.status, reviewer.json["type"][-13:]) == (403, "role-required")
    assert api.post(address, GRANT, world.people.other_decider).status == 404
    assert api.post(address, GRANT).status == 401


def test_a_refusal_over_the_wire(api: Api, world: World) -> None:
    body = {
        "type": "refuse",
        "recommendation": "Do not certify.",
        "reason_codes": ["system_not_effective"],
    }
    made = api.post(f"/v1/audits/{world.audit}/decisions", body, world.people.decider)
    assert made.status == 201
    assert made.json["certificate_number"] is None
    told = api.get(f"/v1/decisions?audit_id={world.audit}", world.scene.cast.recruiter)
    assert [item["reason_codes"] for item in told.json["items"]] == [["system_not_effective"]]
    assert told.json["items"][0]["independence"] is None, "who touched it is not the holder's"


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"type": "give"}, ""),
        ({"effective_on": "2026-02-30"}, "/effective_on"),
        ({"effective_on": None}, "/effective_on"),
        ({"recommendation": "  "}, "/recommendation"),
        ({"corridors": ["NP-NP"]}, "/corridors/0"),
        ({"corridors": []}, "/corridors"),
        ({"reason_codes": ["because"]}, "/reason_codes/0"),
        ({"favour": True}, "/favour"),
    ],
)
def test_a_wrong_body_is_told_where(
    api: Api, world: World, change: dict[str, Any], pointer: str
) -> None:
    refused = api.post(
        f"/v1/audits/{world.audit}/decisions", {**GRANT, **change}, world.people.decider
    )
    assert refused.status == 422, refused.body
    assert [error["pointer"] for error in refused.json["errors"]] == [pointer]


def test_a_certificate_says_what_its_decider_may_do_and_what_is_missing(
    api: Api, world: World
) -> None:
    number = world.grant()
    shown = api.get(f"/v1/certificates/{number}", world.people.second_decider).json
    offers = {offer["action"]: offer for offer in shown["allowed_actions"]}
    assert set(offers) == {
        "maintain", "renew", "suspend", "suspend_corridors", "restore_corridors", "withdraw",
        "reduce_scope", "terminate", "annul",
    }  # fmt: skip
    assert offers["suspend"]["href"] == f"/v1/certificates/{number}/decisions"
    assert offers["suspend"]["missing"][1:] == [
        "list what the holder must do (remedies)",
        "name a contact",
        "give a deadline after today",
    ]
    integrity = api.get(f"/v1/certificates/{number}", world.people.integrity).json
    assert [o["action"] for o in integrity["allowed_actions"]] == ["suspend_emergency", "annul"]
    granter = api.get(f"/v1/certificates/{number}", world.people.decider).json
    assert "annul" not in {offer["action"] for offer in granter["allowed_actions"]}
    other = api.get(f"/v1/certificates/{number}", world.people.other_decider).json
    assert other["allowed_actions"] == []


def test_suspension_and_restoration_over_the_wire(api: Api, world: World) -> None:
    number = world.grant()
    made = decide(api, world, number, SUSPEND)
    assert made.status == 201, made.body
    public = api.get(f"/v1/certificates/{number}").json
    assert (public["status"], public["reason_code"]) == ("suspended", "fees_charged_to_workers")
    [open_reason] = public["suspensions"]
    assert (open_reason["remedies"], open_reason["contact"]) == (None, None)
    holder = api.get(f"/v1/certificates/{number}", world.scene.cast.recruiter).json
    assert holder["suspensions"][0]["remedies"] == ["Repay the fees."]
    assert holder["suspensions"][0]["deadline"] == "2026-09-15"
    assert decide(api, world, number, {**SUSPEND, "deadline": "2026-12-01"}).status == 201
    early = decide(api, world, number, RESTORE)
    assert early.status == 409
    assert len(early.json["reasons"]) == 2
    lift = {**RESTORE, "type": "lift_reason", "suspension": open_reason["id"]}
    lifted = decide(api, world, number, lift)
    assert lifted.status == 201
    restored = decide(api, world, number, RESTORE)
    assert restored.status == 201
    assert api.get(f"/v1/certificates/{number}").json["status"] == "active"


def test_single_corridors_over_the_wire(api: Api, world: World) -> None:
    number = world.grant()
    terms = {**SUSPEND, "type": "suspend_corridors", "corridors": ["NP-MY", "NP-MY"]}
    assert decide(api, world, number, terms).status == 201
    [reason] = api.get(f"/v1/certificates/{number}").json["suspensions"]
    assert reason["corridor"] == "NP-MY"
    body: dict[str, Any] = {
        "type": "restore_corridors",
        "reason_code": "remedied",
        "corridors": ["NP-MY"],
        "suspensions": [reason["id"]],
    }
    assert decide(api, world, number, body).status == 201


def test_an_annulment_waits_for_the_second_signature(api: Api, world: World) -> None:
    number = world.grant()
    body = {"type": "annul", "reason_code": "obtained_by_fraud", "void_from": "2026-03-15"}
    first = decide(api, world, number, body, world.people.integrity)
    assert first.status == 202
    assert first.json["approval"]["action"] == "annul"
    twice = decide(api, world, number, body, world.people.integrity)
    assert (twice.status, twice.json["type"][-24:]) == (403, "second-signature-refused")
    granter = decide(api, world, number, body, world.people.decider)
    assert (granter.status, granter.json["type"][-15:]) == (403, "not-independent")
    second = decide(api, world, number, body)
    assert second.status == 201, second.body
    last = api.get(f"/v1/certificates/{number}/history").json["items"][-1]
    assert (last["action"], last["target"]) == ("annul", "annulled")
    assert (last["role"], last["second_role"]) == ("integrity_officer", "decision_maker")


def test_of_two_same_decisions_on_one_view_one_counts(api: Api, world: World) -> None:
    """DESIGN §5: a decision names the version it is made on, or there is no view to speak of."""
    number = world.grant()
    address, decider = f"/v1/certificates/{number}/decisions", world.people.second_decider
    for said in (None, "*"):
        refused = api.post(address, SUSPEND, decider, if_match=said)
        assert refused.status == 428
        assert refused.json["type"].endswith("/problems/version-needed")
    barred = api.post(address, SUSPEND, world.scene.cast.lead)
    assert barred.status in {403, 428}
    seen = api.get(f"/v1/certificates/{number}").headers["etag"]
    first, second = (api.post(address, SUSPEND, decider, if_match=seen) for _ in range(2))
    assert (first.status, second.status) == (201, 412)
    assert len(world.open_reasons(number)) == 1


def test_a_stale_version_is_refused(api: Api, world: World) -> None:
    number = world.grant()
    decide(api, world, number, SUSPEND)
    refused = api.post(
        f"/v1/certificates/{number}/decisions",
        {"type": "withdraw", "reason_code": "worse_facts"},
        world.people.second_decider,
        if_match='"1"',
    )
    assert refused.status == 412


def test_maintaining_names_an_audit(api: Api, world: World) -> None:
    number = world.grant()
    body = {"type": "maintain", "recommendation": "Keep it.", "audit_id": world.audit}
    refused = decide(api, world, number, body)
    assert refused.status == 409
    assert refused.json["reasons"] == [
        "this rests on a surveillance audit; the audit named is stage_2",
        "the audit is closed; it is decided on once it is reviewed",
    ]
    missing = decide(api, world, number, {"type": "maintain", "recommendation": "Keep it."})
    assert [error["pointer"] for error in missing.json["errors"]] == ["/audit_id"]


def test_the_history_is_public_and_names_nobody(api: Api, world: World) -> None:
    number = world.grant()
    world.suspend(number, Reason.LICENCE_LAPSED)
    told = api.get(f"/v1/certificates/{number}/history?limit=1").json
    [first] = told["items"]
    assert first == {
        "position": first["position"],
        "action": "issue",
        "source": "",
        "target": "active",
        "role": "decision_maker",
        "second_role": None,
        "reason_code": "standard_met",
        "effective_at": "2026-03-15T10:00:00Z",
        "recorded_at": "2026-03-15T10:00:00Z",
    }
    rest = api.get(f"/v1/certificates/{number}/history?limit=1&cursor={told['next_cursor']}").json
    assert [(item["action"], item["reason_code"]) for item in rest["items"]] == [
        ("suspend", "licence_lapsed")
    ]
    assert rest["next_cursor"] is None


def test_an_unknown_certificate_is_404_and_a_misspelt_one_says_so(api: Api, world: World) -> None:
    number = world.grant()
    unknown = api.get("/v1/certificates/7K3M-9QXR-2V8D-4HT9")
    assert (unknown.status, unknown.json["detail"]) == (
        404,
        "there is no certificate 7K3M-9QXR-2V8D-4HT9",
    )
    wrong = number[:-1] + ("0" if number[-1] != "0" else "1")
    for address in (f"/v1/certificates/{wrong}", f"/v1/certificates/{wrong}/history"):
        told = api.get(address)
        assert told.status == 404
        assert "check symbol does not fit" in told.json["detail"]
    posted = decide(api, world, wrong, SUSPEND)
    assert (posted.status, "check symbol" in posted.json["detail"]) == (404, True)
    assert api.get(f"/v1/certificates/{number.lower().replace('-', '')}").status == 200


def test_lists_show_each_their_own(api: Api, world: World) -> None:
    number = world.grant()
    cast = world.scene.cast

    def listed(address: str, someone: Someone) -> int:
        told = api.get(address, someone)
        assert told.status == 200, told.body
        return len(told.json["items"])

    for someone in (world.people.second_decider, cast.recruiter, cast.lead, world.people.integrity):
        assert listed("/v1/certificates", someone) == 1
        assert listed("/v1/decisions", someone) == 1
        assert listed(f"/v1/decisions?certificate={number}", someone) == 1
    for someone in (world.people.other_decider, cast.other_recruiter):
        assert listed("/v1/certificates", someone) == 0
        assert listed("/v1/decisions", someone) == 0
    paged = api.get("/v1/certificates?limit=1", cast.recruiter).json
    assert paged["next_cursor"] is None
    assert api.get("/v1/certificates", cast.employer).status == 403


def test_decisions_are_filtered_by_a_number_in_any_spelling_and_by_nothing_else(
    api: Api, world: World
) -> None:
    number, decider = world.grant(), world.people.decider
    typed = number.lower().replace("-", "")
    assert len(api.get(f"/v1/decisions?certificate={typed}", decider).json["items"]) == 1
    unknown = api.get("/v1/decisions?certificate=7K3M-9QXR-2V8D-4HT9", decider)
    assert (unknown.status, unknown.json["items"]) == (200, [])
    refused = api.get("/v1/decisions?certificate=7K3M", decider)
    assert refused.status == 422
    [fault] = refused.json["errors"]
    assert (fault["parameter"], "16 digits" in fault["detail"]) == ("certificate", True)


def test_lists_go_on_where_the_page_ended(api: Api, world: World) -> None:
    number = world.grant()
    world.suspend(number)
    first = api.get("/v1/decisions?limit=1", world.people.decider).json
    rest = api.get(
        f"/v1/decisions?limit=1&cursor={first['next_cursor']}", world.people.decider
    ).json
    assert {*(d["type"] for d in first["items"]), *(d["type"] for d in rest["items"])} == {
        "grant",
        "suspend",
    }


def test_every_reason_code_is_published(api: Api, world: World) -> None:
    told = {item["code"]: item for item in api.get("/v1/reason-codes").json["items"]}
    assert set(told) == {reason.value for reason in Reason}
    assert told["standard_met"]["decisions"][0] == "grant"
    assert told["system_not_effective"]["decisions"][0] == "refuse"
