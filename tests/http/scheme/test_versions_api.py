"""Versions of the scheme's rules on the wire: drafted, signed by two, published, compared."""

from datetime import UTC, datetime
from typing import Any

import pytest

from app.employer_pays import rule_sets
from app.scheme import policy, standard
from app.scheme.shipped import first_policy, first_standard
from tests.api import Api
from tests.http.scheme.conftest import People
from tests.making import scheme

RULES = rule_sets.SHIPPED[1]


def drafted(api: Api, people: People, code: str = "2026.2", **changes: Any) -> dict[str, Any]:
    document = policy.written(scheme.policy(code, **changes))
    answer = api.post("/v1/policies", {"code": code, "document": document}, people.manager)
    assert answer.status == 201, answer.json
    told: dict[str, Any] = answer.json
    return told


def test_what_shipped_is_in_force_and_anyone_reads_it(api: Api) -> None:
    (listed,) = api.get("/v1/policies").json["items"]
    assert listed == {
        "code": "2026.1",
        "kind": "policy",
        "state": "published",
        "version": 0,
        "in_force": True,
        "effective_on": "2019-01-01",
        "effective_from": "2019-01-01T00:00:00Z",
        "superseded_from": None,
        "published_at": "2019-01-01T00:00:00Z",
    }
    read = api.get("/v1/policies/2026.1").json
    assert read == {
        **listed,
        "document": policy.written(first_policy()),
        "zone": "UTC",
        "application_fee": {"amount": "1000.00", "currency": "USD"},
        "allowed_actions": [],
    }
    told = api.get("/v1/standards/iris-1.2").json
    wordings = {
        criterion["code"]: criterion["wording"]
        for principle in told["principles"]
        for criterion in principle["criteria"]
    }
    assert (wordings["A.3"], wordings["L-1.1"]) == ("official", "working wording")
    assert {w for code, w in wordings.items() if code.startswith("L-")} == {"working wording"}
    assert told["working_wording"] == 21
    listed = api.get("/v1/rules?limit=1").json
    assert [rules["code"] for rules in listed["items"]] == ["corridors-2026.1"]
    (last,) = api.get(f"/v1/rules?limit=1&cursor={listed['next_cursor']}").json["items"]
    assert (last["code"], last["kind"]) == ("ilo-2019", "cost_categories")
    assert api.get("/v1/rules/ilo-2019").json["document"]["categories"]
    assert api.get("/v1/policies/iris-1.2").status == 404


def test_a_policy_is_drafted_compared_signed_by_two_and_supersedes_the_one_before(
    api: Api, people: People
) -> None:
    draft = drafted(api, people, review_days=20, respond_days={"critical": 7, "major": 30})
    assert (draft["state"], draft["version"], draft["in_force"]) == ("drafted", 1, False)
    assert [offer["action"] for offer in draft["allowed_actions"]] == ["edit", "publish", "discard"]
    assert [offer["missing"] for offer in draft["allowed_actions"]] == [[], [], []]
    for outsider in (None, people.recruiter):
        assert api.get("/v1/policies/2026.2", outsider).status == 404
        assert len(api.get("/v1/policies", outsider).json["items"]) == 1
    assert [one["code"] for one in api.get("/v1/policies", people.officer).json["items"]] == [
        "2026.1",
        "2026.2",
    ]
    told = api.get("/v1/policies/2026.2/diff", people.manager).json
    assert told == {
        "from_version": "2026.1",
        "to_version": "2026.2",
        "added": [],
        "removed": [{"path": "/respond_days/minor", "value": 60}],
        "changed": [
            {"path": "/version", "before": "2026.1", "after": "2026.2"},
            {"path": "/review_days", "before": 14, "after": 20},
        ],
    }

    day = {"effective_on": "2026-04-01"}
    late = api.post(
        "/v1/policies/2026.2/publish",
        {"effective_on": "2026-03-02"},
        people.manager,
        if_match='"1"',
    )
    assert (late.status, late.json["reasons"]) == (
        409,
        ["it takes effect after today, 2026-03-02, not on 2026-03-02"],
    )
    assert api.post("/v1/policies/2026.2/publish", day, people.manager).status == 202
    alone = api.post("/v1/policies/2026.2/publish", day, people.manager)
    assert (alone.status, alone.json["type"].rpartition("/")[2]) == (
        403,
        "second-signature-refused",
    ), "the same person again"
    other = api.post("/v1/policies/2026.2/publish", {"effective_on": "2026-05-01"}, people.second)
    assert other.status == 409, "another day"
    done = api.post("/v1/policies/2026.2/publish", day, people.officer)
    assert (done.status, done.json["state"], done.json["version"]) == (200, "published", 2)
    assert done.json["allowed_actions"] == []
    assert api.get("/v1/policies/2026.1").json["superseded_from"] == "2026-04-01T00:00:00Z"
    for action, body in (("edit", {"document": done.json["document"]}), ("discard", None)):
        assert api.post(f"/v1/policies/2026.2/{action}", body, people.manager).status == 409

    api.clock.move_to(datetime(2026, 4, 1, tzinfo=UTC))
    in_force = [one["code"] for one in api.get("/v1/policies").json["items"] if one["in_force"]]
    assert in_force == ["2026.2"]


def test_an_edit_voids_a_first_signature_and_a_day_is_free_once(api: Api, people: People) -> None:
    drafted(api, people)
    drafted(api, people, "2026.3")
    day = {"effective_on": "2026-04-01"}
    assert api.post("/v1/policies/2026.2/publish", day, people.manager).status == 202
    document = policy.written(scheme.policy("2026.2", offer_days=45))
    stale = api.post(
        "/v1/policies/2026.2/edit", {"document": document}, people.second, if_match='"9"'
    )
    assert stale.status == 412
    edited = api.post("/v1/policies/2026.2/edit", {"document": document}, people.second)
    assert (edited.status, edited.json["version"]) == (200, 2)
    assert api.post("/v1/policies/2026.2/publish", day, people.second).status == 202
    assert api.post("/v1/policies/2026.2/publish", day, people.manager).status == 200
    assert api.get("/v1/policies/2026.2").json["document"]["offer_days"] == 45
    refused = api.post("/v1/policies/2026.3/publish", day, people.manager)
    assert refused.json["reasons"] == ["2026.2 takes effect on that day already: name another one"]
    gone = api.post("/v1/policies/2026.3/discard", None, people.manager)
    assert (gone.status, gone.json["state"]) == (200, "discarded")
    again = {"code": "2026.3", "document": policy.written(scheme.policy("2026.3"))}
    assert api.post("/v1/policies", again, people.manager).status == 409, "its code stays used"


@pytest.mark.parametrize(
    ("collection", "body", "faults"),
    [
        (
            "policies",
            {"code": "2027.1", "document": {**policy.written(first_policy()), "review_days": 0}},
            {"/document/review_days": "Write a whole number from 1 to 100000."},
        ),
        (
            "policies",
            {"code": "2027.1", "document": policy.written(first_policy())},
            {"/document/version": "The document calls itself 2026.1; it is to be version 2027.1."},
        ),
        (
            "standards",
            {
                "code": "iris-2",
                "document": {**standard.written(first_standard()), "title": "IRIS \u202e 2"},
            },
            {
                "/document/title": "Text holds what can be seen; character 6 is an invisible or"
                " direction-changing character, U+202E."
            },
        ),
        (
            "rules",
            {"kind": "policy", "code": "x", "document": {}},
            {"/kind": "Write one of cost_categories, corridor_rules."},
        ),
        (
            "rules",
            {
                "kind": "corridor_rules",
                "code": "corridors-2027.1",
                "document": {"rules": [{**RULES.document["rules"][0], "country": "XX"}]},
            },
            {"/document/rules/0/country": None},
        ),
        (
            "rules",
            {
                "kind": "cost_categories",
                "code": "ilo-2030",
                "document": {"source": "ILO", "categories": [{"code": "fee", "name": "Fee"}]},
            },
            {"/document/categories/0/group": "is missing"},
        ),
        (
            "rules",
            {
                "kind": "cost_categories",
                "code": "ilo-2031",
                "document": {
                    **rule_sets.SHIPPED[0].document,
                    "categories": rule_sets.SHIPPED[0].document["categories"][1:],
                },
            },
            {"/document/categories": None},
        ),
    ],
)
def test_a_document_that_cannot_be_used_is_refused_with_the_path_to_the_fault(
    api: Api,
    people: People,
    collection: str,
    body: dict[str, Any],
    faults: dict[str, str | None],
) -> None:
    answer = api.post(f"/v1/{collection}", body, people.manager)
    assert answer.status == 422, answer.json
    told = {error["pointer"]: error["detail"] for error in answer.json["errors"]}
    assert told.keys() == faults.keys()
    assert all(said is None or told[place] == said for place, said in faults.items())


def test_a_rule_that_is_published_decides_from_its_day_on(api: Api, people: People) -> None:
    """The one rule of the new set is for another country: nothing of national law is known."""
    (rule, *_) = [r for r in RULES.document["rules"] if r["country"] == "KE"] or RULES.document[
        "rules"
    ]
    body = {"kind": "corridor_rules", "code": "corridors-2026.2", "document": {"rules": [rule]}}
    assert api.post("/v1/rules", body, people.manager).status == 201
    removed = api.get("/v1/rules/corridors-2026.2/diff", people.manager).json["removed"]
    assert {"/title", "/warning"} <= {one["path"] for one in removed}
    for signer in (people.manager, people.second):
        api.post("/v1/rules/corridors-2026.2/publish", {"effective_on": "2026-03-03"}, signer)
    asked: dict[str, Any] = {
        "corridor": "BD-SA",
        "charges": [
            {
                "category": "fee.placement",
                "payee": "recruiter",
                "stage": "pre_departure",
                "form": "cash",
                "paid_by": "worker",
                "charged_on": "2026-02-20",
                "amount": {"amount": "165000.00", "currency": "BDT"},
                "evidence": "receipt",
            }
        ],
    }
    verdicts = []
    for _ in range(2):
        told = api.post("/v1/employer-pays/evaluate", asked, people.recruiter)
        assert told.status == 200, told.json
        verdicts.append(told.json["rules"])
        api.clock.move_to(datetime(2026, 3, 3, tzinfo=UTC))
    assert verdicts[0], "rules of Bangladesh or Saudi Arabia were looked at"
    assert not verdicts[1]
    mixed = api.get("/v1/rules/corridors-2026.2/diff?against=ilo-2019")
    assert (mixed.status, mixed.json["errors"][0]["pointer"]) == (422, "/against")


def test_a_tolling_is_a_public_record_that_hides_whose_case_it_is(api: Api, people: People) -> None:
    body = {
        "timers": ["application_deferral", "audit_report"],
        "reason": "disaster",
        "statement": "बाढीले श्रम कार्यालय बन्द छ।",
        "limit_on": "2026-04-30",
    }
    unknown = {**body, "application_id": "0190f0c4-8e2a-7c31-9b53-0d1c2e3f4a5b"}
    answer = api.post("/v1/tollings", unknown, people.manager)
    assert (answer.status, answer.json["errors"][0]["pointer"]) == (422, "/application_id")
    made = api.post("/v1/tollings", body, people.manager)
    assert (made.status, made.json["state"], made.json["scope"]) == (201, "running", "every case")
    assert [offer["action"] for offer in made.json["allowed_actions"]] == ["end"]
    (listed,) = api.get("/v1/tollings?running=true").json["items"]
    assert listed == {**made.json, "allowed_actions": []}
    address = f"/v1/tollings/{made.json['id']}"
    assert api.post(f"{address}/end", None, people.manager, if_match='"7"').status == 412
    ended = api.post(f"{address}/end", None, people.manager)
    assert (ended.json["state"], ended.json["stops_now"]) == ("ended", False)
    assert api.get(address).json["ended_at"] == "2026-03-02T09:00:00Z"
    assert api.get("/v1/tollings?running=true").json["items"] == []
    assert api.get("/v1/tollings/0190f0c4-8e2a-7c31-9b53-0d1c2e3f4a5b").status == 404
