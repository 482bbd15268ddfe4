"""Step 2 of the chain on the wire: draft, submit, pay, review, accept, contract (DOMAIN §5)."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from app.access.lifecycle import Kind
from app.applications import service
from app.applications.lifecycle import State
from app.kernel.clock import MovableClock
from app.kernel.roles import Role
from app.scheme.shipped import first_standard
from tests.api import Api
from tests.asgi import Answer
from tests.making import access, applications
from tests.making.access import Someone
from tests.making.applications import Cast

NOWHERE = "0190f0c4-8e2a-7c31-9b53-0d1c2e3f4a5b"
COMPLETE: dict[str, Any] = {
    "corridors": ["NP-MY", "NP-QA"],
    "sectors": ["construction"],
    "sites": [
        {"name": "Head office", "country": "NP", "city": "काठमाडौं"},
        {"name": "Branch", "country": "NP", "city": "पोखरा"},
    ],
    "workers_per_year": 260,
    "licences": [
        {
            "country": "NP",
            "number": "1203/076/77",
            "valid_from": "2024-01-01",
            "valid_until": "2027-12-31",
        }
    ],
    "capacity_building_completed_on": "2025-11-03",
    "capacity_building_provider": "IOM Nepal",
    "self_assessment": {
        "completed_on": "2026-02-01",
        "answers": [
            {
                "criterion": indicator.criterion,
                "element": indicator.element,
                "maturity": 3,
                "evidence": [],
            }
            for indicator in first_standard().indicators()
        ],
    },
    "iso_9001": {"number": "Q-1", "issuer": "Example", "valid_until": "2027-01-01"},
}
FEE = {
    "reference": "FT26061-0042",
    "amount": {"amount": "1000.00", "currency": "USD"},
    "received_on": "2026-03-02",
}


@dataclass(frozen=True)
class Desk:
    """One application on the wire and the people around it."""

    api: Api
    people: Cast

    def draft(self, body: dict[str, Any] = COMPLETE, someone: Someone | None = None) -> Answer:
        return self.api.post(
            "/v1/applications",
            {"recruiter_id": self.people.recruiter, **body},
            someone or self.people.staff,
        )

    def made(self, state: State) -> str:
        return applications.application(self.api.workbench, self.people, state)

    def does(
        self, someone: Someone, application: str, action: str, body: Any = None, **how: Any
    ) -> Answer:
        return self.api.post(f"/v1/applications/{application}/{action}", body, someone, **how)

    def read(self, someone: Someone, application: str) -> Any:
        return self.api.get(f"/v1/applications/{application}", someone).json


@pytest.fixture
def desk(api: Api) -> Desk:
    return Desk(api, api.made(applications.cast))


def test_the_whole_way_from_the_draft_to_the_contract(desk: Desk) -> None:
    people = desk.people
    drafted = desk.draft()
    assert (drafted.status, drafted.headers["etag"]) == (201, '"1"')
    application = drafted.json["id"]
    assert {part: drafted.json[part] for part in COMPLETE} == COMPLETE
    assert drafted.json["standard"] == "iris-1.2"
    assert drafted.json["allowed_actions"] == [
        {"action": "submit", "href": f"/v1/applications/{application}/submit", "missing": []},
        {"action": "withdraw", "href": f"/v1/applications/{application}/withdraw", "missing": []},
    ]

    submitted = desk.does(people.staff, application, "submit", if_match='"1"')
    assert (submitted.status, submitted.json["state"]) == (200, "submitted")
    assert submitted.json["waiting_on"] == ["scheme_manager"]
    assert submitted.json["due"] is None

    reviewed = desk.does(people.scheme_manager, application, "clear_payment", FEE)
    assert reviewed.json["state"] == "in_review"
    nothing = {"amount": "0.00", "currency": "USD"}
    assert reviewed.json["fee"] == {
        "invoice_number": "INV-2026-00001",
        "amount": FEE["amount"],
        "received": FEE["amount"],
        "missing": nothing,
        "overpaid": nothing,
        "payments": [FEE],
    }
    assert reviewed.json["due"] == {
        "by": "2026-03-16",
        "until": "2026-03-17T00:00:00Z",
        "then": "the review is late",
        "overdue": False,
    }

    accepted = desk.does(people.reviewer, application, "accept")
    assert accepted.json["state"] == "accepted"
    assert (
        accepted.json["stage_1_days"],
        accepted.json["stage_2_days"],
        accepted.json["sites_to_sample"],
    ) == (1, 5, 2)
    recruiter = desk.api.get(f"/v1/recruiters/{people.recruiter}", people.staff).json
    assert recruiter["number"] == "LRN00012603"

    path = f"/v1/applications/{application}/agreement"
    offered = desk.api.get(f"{path}?audit_company={people.audit_company}", people.admin).json
    assert "LRN00012603" in offered["text"]
    agreement = {
        "audit_company": people.audit_company,
        "agreement_sha256": offered["sha256"],
    }
    signed = desk.does(people.admin, application, "contract", agreement)
    assert signed.status == 202
    assert signed.json["approval"]["action"] == "contract"
    assert signed.json["approval"]["expires_at"] == "2026-05-31T09:00:00Z"
    waiting = desk.read(people.programme_manager, application)
    assert waiting["waiting_on"] == ["programme_manager"]
    assert waiting["approval"] == signed.json["approval"]
    assert [offer["action"] for offer in waiting["allowed_actions"]] == ["contract"]
    assert waiting["agreement"]["sha256"] == offered["sha256"]
    assert desk.api.get(path, people.programme_manager).json == offered

    contracted = desk.does(people.programme_manager, application, "contract", agreement)
    assert (contracted.status, contracted.json["state"]) == (200, "contracted")
    assert contracted.json["audit_company"] == people.audit_company
    assert contracted.json["approval"] is None
    assert contracted.json["allowed_actions"] == contracted.json["waiting_on"] == []
    assert [
        (entry["action"], entry["state"], entry["role"]) for entry in contracted.json["timeline"]
    ] == [
        ("draft", "draft", "recruiter_staff"),
        ("submit", "submitted", "recruiter_staff"),
        ("clear_payment", "in_review", "scheme_manager"),
        ("accept", "accepted", "application_reviewer"),
        ("contract", "contracted", "programme_manager"),
    ]


def test_a_submission_that_is_refused_lists_everything_that_is_missing(desk: Desk) -> None:
    application = desk.draft({"corridors": ["NP-MY"]}).json["id"]
    offered = desk.read(desk.people.staff, application)["allowed_actions"][0]
    refused = desk.does(desk.people.staff, application, "submit")
    assert refused.status == 409
    assert refused.json["type"].endswith("/problems/move-refused")
    assert refused.json["reasons"] == offered["missing"]
    assert refused.json["reasons"] == [
        "no sector is named",
        "no site is named",
        "the number of workers placed in a year is not given",
        "no licence is given",
        "the day on which the capacity-building programme was completed is not given",
        "who gave the capacity-building programme is not given",
        "the self-assessment is not given",
    ]
    desk.api.call(
        "PATCH",
        f"/v1/applications/{application}",
        desk.people.staff,
        {part: value for part, value in COMPLETE.items() if part != "corridors"},
    )
    assert desk.does(desk.people.staff, application, "submit").json["corridors"] == ["NP-MY"]


def test_an_edit_replaces_what_is_sent_and_null_takes_it_away(desk: Desk) -> None:
    application = desk.draft().json["id"]
    path = f"/v1/applications/{application}"
    edited = desk.api.call("PATCH", path, desk.people.staff, {"iso_9001": None, "sectors": []})
    assert (edited.status, edited.json["version"]) == (200, 1)
    assert edited.json == desk.read(desk.people.staff, application)
    assert (edited.json["iso_9001"], edited.json["sectors"]) == (None, [])
    assert edited.json["corridors"] == ["NP-MY", "NP-QA"]
    stale = desk.api.call("PATCH", path, desk.people.staff, {"sectors": []}, if_match='"2"')
    assert stale.status == 412
    desk.does(desk.people.staff, application, "withdraw")
    late = desk.api.call("PATCH", path, desk.people.staff, {"sectors": []})
    assert (late.status, late.json["reasons"]) == (
        409,
        ["the application is withdrawn; its content changes while it is deferred or draft"],
    )


def test_what_the_call_itself_brings_is_not_called_missing(desk: Desk) -> None:
    people = desk.people
    for state, someone, actions in (
        (State.SUBMITTED, people.scheme_manager, ["clear_payment"]),
        (State.IN_REVIEW, people.reviewer, ["defer", "reject", "accept"]),
        (State.ACCEPTED, people.admin, ["contract", "withdraw"]),
    ):
        offers = desk.read(someone, desk.made(state))["allowed_actions"]
        assert [offer["action"] for offer in offers] == actions
        if state is State.SUBMITTED:
            assert offers[0]["missing"] == [
                "the application fee of 1000.00 USD has not been received"
            ]
        else:
            assert [offer["missing"] for offer in offers] == [[] for _ in actions]


def test_a_payment_that_is_short_is_refused_with_what_is_missing(desk: Desk) -> None:
    application = desk.made(State.SUBMITTED)
    short = {**FEE, "amount": {"amount": "400.00", "currency": "USD"}}
    refused = desk.does(desk.people.scheme_manager, application, "clear_payment", short)
    assert refused.status == 409
    assert refused.json["reasons"] == [
        "the application fee is 1000.00 USD; 400.00 USD were received, 600.00 USD are missing"
    ]
    assert desk.does(desk.people.reviewer, application, "clear_payment", FEE).status == 403
    part = desk.does(desk.people.scheme_manager, application, "payments", short)
    assert (part.status, part.json["state"]) == (200, "submitted")
    assert part.json["fee"]["missing"] == {"amount": "600.00", "currency": "USD"}
    again = desk.does(desk.people.scheme_manager, application, "payments", short)
    assert (again.status, again.json["reasons"]) == (
        409,
        ["the payment FT26061-0042 is recorded already; each is recorded once"],
    )
    assert desk.does(desk.people.reviewer, application, "payments", short).status == 403
    rest = {**FEE, "reference": "FT26062-0001"}
    key = "clear-1"
    first = desk.does(desk.people.scheme_manager, application, "clear_payment", rest, key=key)
    again = desk.does(desk.people.scheme_manager, application, "clear_payment", rest, key=key)
    assert first.status == again.status == 200
    assert first.json["fee"]["overpaid"] == {"amount": "400.00", "currency": "USD"}
    other = desk.does(desk.people.scheme_manager, application, "clear_payment", FEE, key=key)
    assert (other.status, other.json["type"].rpartition("/")[2]) == (422, "idempotency-key-reused")
    assert again.json == first.json
    twice = desk.does(desk.people.scheme_manager, application, "clear_payment")
    assert (twice.status, twice.json["reasons"]) == (
        409,
        ["the application is in_review; clear_payment is possible from submitted"],
    )


def test_a_deferral_is_answered_item_by_item(desk: Desk) -> None:
    people, application = desk.people, desk.made(State.IN_REVIEW)
    asked = {"items": [{"request": "A copy of the licence."}, {"request": "The lease."}]}
    deferred = desk.does(people.reviewer, application, "defer", asked)
    assert deferred.json["state"] == "deferred"
    assert deferred.json["due"]["by"] == "2026-05-01"
    items = deferred.json["deferral_items"]
    assert [(item["request"], item["answer"], item["present"]) for item in items] == [
        ("A copy of the licence.", None, True),
        ("The lease.", None, True),
    ]
    (resume, _) = desk.read(people.staff, application)["allowed_actions"]
    assert resume["missing"] == ["2 items of the deferral still without an answer"]
    assert desk.does(people.staff, application, "resume").json["reasons"] == resume["missing"]
    for item in items:
        body = {"answer": "यहाँ छ।\nHere it is."}
        answered = desk.does(people.staff, application, f"items/{item['id']}/answer", body)
        assert answered.status == 200
    assert answered.json["deferral_items"][1]["answered_at"] == "2026-03-02T09:00:00Z"
    resumed = desk.does(people.staff, application, "resume")
    assert resumed.json["state"] == "in_review"
    assert [item["present"] for item in resumed.json["deferral_items"]] == [False, False]
    assert (
        desk.does(people.staff, application, f"items/{items[0]['id']}/answer", body).status == 409
    )
    assert desk.does(people.staff, application, f"items/{NOWHERE}/answer", body).status == 409


def test_an_answer_after_the_sixty_days_does_not_bring_it_back(
    desk: Desk, clock: MovableClock
) -> None:
    application = desk.made(State.DEFERRED)
    clock.advance(timedelta(days=61))
    seen = desk.read(desk.people.staff, application)
    assert seen["due"]["overdue"] is True
    for item in seen["deferral_items"]:
        body = {"answer": "Here."}
        desk.does(desk.people.staff, application, f"items/{item['id']}/answer", body)
    refused = desk.does(desk.people.staff, application, "resume")
    assert refused.json["reasons"] == [
        "the time for it ended with 2026-05-01: the application lapses, and a new one costs a"
        " new fee"
    ]
    assert service.fire_due(desk.api.workbench) == 1
    assert desk.read(desk.people.staff, application)["timeline"][-1]["role"] == "system"


def test_two_reviewers_reject_and_the_reasons_are_shown(desk: Desk) -> None:
    people, application = desk.people, desk.made(State.IN_REVIEW)
    body = {"reasons": ["not_eligible", "false_information"]}
    assert desk.does(people.reviewer, application, "reject", body).status == 202
    half = desk.read(people.second_reviewer, application)
    assert half["state"] == "in_review"
    assert half["waiting_on"] == ["application_reviewer"]
    alone = desk.does(people.reviewer, application, "reject", body)
    assert alone.status == 403
    assert alone.json["type"].endswith("/problems/second-signature-refused")
    other = desk.does(people.second_reviewer, application, "reject", {"reasons": ["not_eligible"]})
    assert other.status == 409
    rejected = desk.does(people.second_reviewer, application, "reject", body)
    assert (rejected.status, rejected.json["state"]) == (200, "rejected")
    assert half["appealable"] is None
    assert rejected.json["appealable"] == {
        "by": "2026-04-01",
        "until": "2026-04-02T00:00:00Z",
        "then": "the rejection is final",
        "overdue": False,
    }
    assert rejected.json["timeline"][-1]["reasons"] == ["false_information", "not_eligible"]
    assert desk.read(people.staff, application)["timeline"] == rejected.json["timeline"]


WRONG: list[tuple[str, Any]] = [
    ("/corridors/1", {"corridors": ["NP-MY", "NP-NP"]}),
    ("/corridors", {"corridors": ["NP-MY", "NP-MY"]}),
    ("/sectors/0", {"sectors": ["Construction work"]}),
    ("/sectors", {"sectors": None}),
    ("/sites/0/city", {"sites": [{"name": "A", "country": "NP", "city": "a\u202eb"}]}),
    ("/sites/0/city", {"sites": [{"name": "A", "country": "NP", "city": "a\nb"}]}),
    ("/sites/0/country", {"sites": [{"name": "A", "country": "Nepal", "city": "B"}]}),
    ("/workers_per_year", {"workers_per_year": -1}),
    ("/workers_per_year", {"workers_per_year": "260"}),
    ("/workers_per_year", {"workers_per_year": 2.5}),
    ("/licences/0", {"licences": [{**COMPLETE["licences"][0], "valid_until": "2023-01-01"}]}),
    (
        "/licences/0/valid_from",
        {"licences": [{**COMPLETE["licences"][0], "valid_from": "01.02.2024"}]},
    ),
    ("/capacity_building_completed_on", {"capacity_building_completed_on": "2026-02-30"}),
    (
        "/self_assessment/answers/0/criterion",
        {
            "self_assessment": {
                "completed_on": "2026-02-01",
                "answers": [{"criterion": "Z.9", "element": "monitoring", "maturity": 3}],
            }
        },
    ),
    (
        "/self_assessment/answers/0/element",
        {
            "self_assessment": {
                "completed_on": "2026-02-01",
                "answers": [{"criterion": "A.1", "element": "hope", "maturity": 3}],
            }
        },
    ),
    (
        "/self_assessment/answers/0/maturity",
        {
            "self_assessment": {
                "completed_on": "2026-02-01",
                "answers": [{"criterion": "A.1", "element": "monitoring", "maturity": 5}],
            }
        },
    ),
    (
        "/self_assessment/answers",
        {
            "self_assessment": {
                "completed_on": "2026-02-01",
                "answers": [{"criterion": "A.1", "element": "monitoring", "maturity": 1}] * 2,
            }
        },
    ),
    ("/state", {"state": "accepted"}),
    ("/recruiter_id", {"recruiter_id": NOWHERE.upper()}),
]


@pytest.mark.parametrize("templates", ["sqlite"], indirect=True)
def test_input_at_fault_is_named_by_its_pointer(desk: Desk) -> None:
    for pointer, part in WRONG:
        answer = desk.draft({**COMPLETE, **part})
        assert answer.status == 422, part
        assert [error["pointer"] for error in answer.json["errors"]] == [pointer]
    assert desk.api.get("/v1/applications", desk.people.staff).json["items"] == []


@pytest.mark.parametrize("templates", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("state", "who", "action", "body", "pointer"),
    [
        (
            State.SUBMITTED,
            "scheme_manager",
            "clear_payment",
            {**FEE, "reference": ""},
            "/reference",
        ),
        (
            State.SUBMITTED,
            "scheme_manager",
            "clear_payment",
            {**FEE, "amount": {"amount": "1e3", "currency": "USD"}},
            "/amount",
        ),
        (State.IN_REVIEW, "reviewer", "defer", {"items": []}, "/items"),
        (State.IN_REVIEW, "reviewer", "defer", {"items": [{"request": " "}]}, "/items/0/request"),
        (State.IN_REVIEW, "reviewer", "reject", {"reasons": []}, "/reasons"),
        (State.IN_REVIEW, "reviewer", "reject", {"reasons": ["ugly"]}, "/reasons/0"),
        (State.IN_REVIEW, "reviewer", "reject", {"reasons": ["not_eligible"] * 2}, "/reasons"),
        (State.ACCEPTED, "admin", "contract", {}, "/audit_company"),
        (State.ACCEPTED, "admin", "contract", {"audit_company": NOWHERE}, "/audit_company"),
    ],
)
def test_a_move_with_a_body_at_fault_is_refused(
    desk: Desk, state: State, who: str, action: str, body: Any, pointer: str
) -> None:
    application = desk.made(state)
    answer = desk.does(getattr(desk.people, who), application, action, body)
    assert answer.status == 422
    assert [error["pointer"] for error in answer.json["errors"]] == [pointer]
    assert desk.read(desk.people.reviewer, application)["state"] == state


def test_what_others_may_not_see_does_not_exist_for_them(desk: Desk) -> None:
    application = desk.made(State.ACCEPTED)
    stranger = desk.api.made(applications.cast)
    employer = desk.api.made(lambda work: access.machine(work, Kind.EMPLOYER))
    path = f"/v1/applications/{application}"
    for someone in (stranger.admin, desk.people.programme_manager):
        assert desk.api.get(path, someone).status == 404
        assert desk.api.get("/v1/applications", someone).json["items"] == []
    assert desk.does(stranger.staff, application, "withdraw").status == 404
    assert desk.draft(someone=stranger.staff).status == 404
    assert desk.api.get(path, employer).status == 403
    assert desk.api.get(path).status == 401
    assert desk.api.get(f"/v1/applications/{NOWHERE}", desk.people.reviewer).status == 404
    assert desk.api.get("/v1/applications/1", desk.people.reviewer).status == 422


def test_lists_are_narrowed_and_go_on_page_by_page(desk: Desk) -> None:
    made = {desk.made(State.DRAFT) for _ in range(3)} | {desk.made(State.SUBMITTED)}
    reviewer = desk.people.reviewer
    first = desk.api.get("/v1/applications?limit=3", reviewer).json
    rest = desk.api.get(f"/v1/applications?limit=3&cursor={first['next_cursor']}", reviewer).json
    assert {item["id"] for item in first["items"] + rest["items"]} == made
    (submitted,) = desk.api.get("/v1/applications?state=submitted", reviewer).json["items"]
    assert submitted["corridors"] == ["NP-MY", "NP-QA"]
    assert (submitted["state"], submitted["version"]) == ("submitted", 2)
    narrowed = f"/v1/applications?recruiter_id={NOWHERE}"
    assert desk.api.get(narrowed, reviewer).json["items"] == []
    assert desk.api.get("/v1/applications?state=lost", reviewer).status == 422


@pytest.mark.parametrize("templates", ["sqlite"], indirect=True)
def test_each_move_belongs_to_its_roles(desk: Desk) -> None:
    roles = [role for role in Role if role not in {Role.PUBLIC, Role.WORKER, Role.SYSTEM}]
    callers = desk.api.made(lambda work: access.one_of_each(work, roles))
    may = {
        "submit": {"recruiter_admin", "recruiter_staff"},
        "clear_payment": {"scheme_manager"},
        "defer": {"application_reviewer"},
        "resume": {"recruiter_admin", "recruiter_staff"},
        "reject": {"application_reviewer"},
        "accept": {"application_reviewer"},
        "contract": {"recruiter_admin", "programme_manager"},
        "withdraw": {"recruiter_admin", "recruiter_staff"},
    }
    bodies = {
        "clear_payment": FEE,
        "defer": {"items": [{"request": "x"}]},
        "reject": {"reasons": ["not_eligible"]},
        "contract": {"audit_company": NOWHERE},
    }
    for action, admitted in may.items():
        for role, someone in callers.items():
            answer = desk.does(someone, NOWHERE, action, bodies.get(action))
            assert answer.status == (404 if role in admitted else 403), (action, role)
