"""Charges, checks and repayments on the wire: what only the wire shows (DOMAIN §8)."""

import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from openpyxl import load_workbook

from app.access.lifecycle import Kind
from app.audits.lifecycle import State
from app.kernel.clock import MovableClock
from app.kernel.roles import SYSTEM, Role
from app.lifecycle.journal import Workbench
from app.platform.database import Database
from app.platform.rate_limits import TooManyRequests
from app.platform.throttle import PER_ADDRESS_AND_MINUTE, PER_SECOND, Throttle
from tests.api import Api
from tests.asgi import Answer, call
from tests.databases import Templates
from tests.making import access, audits
from tests.making.access import Someone
from tests.making.audits import Scene

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
_made: dict[str, tuple[audits.Cast, str, Someone]] = {}


@pytest.fixture
def database_url(templates: Templates) -> Iterator[str]:
    def build(database: Database) -> None:
        workbench = Workbench(database, MovableClock(START))
        scene = Scene(workbench, audits.cast(workbench))
        audit = scene.audit(State.IN_PROGRESS)
        with workbench.begin(SYSTEM) as work:
            employer = access.person(work, Kind.EMPLOYER, Role.EMPLOYER)
        _made[type(templates).__name__] = (scene.cast, audit, employer)

    with templates.database("fees on the wire", build) as url:
        yield url


@pytest.fixture
def cast(templates: Templates, api: Api) -> audits.Cast:
    return _made[type(templates).__name__][0]


@pytest.fixture
def audit(templates: Templates, api: Api) -> str:
    return _made[type(templates).__name__][1]


@pytest.fixture
def employer(templates: Templates, api: Api) -> Someone:
    return _made[type(templates).__name__][2]


@pytest.fixture
def recruiter(api: Api, cast: audits.Cast, audit: str) -> str:
    answer = api.get(f"/v1/audits/{audit}", cast.lead)
    return str(answer.json["recruiter_id"])


def worker(number: int = 1, **told: Any) -> dict[str, Any]:
    document = {"country": "NP", "number": f"PA{number:07}"}
    return {"ref": f"w{number}", "document": document, "corridor": "NP-MY", **told}


def charge(amount: str = "50000.00", number: int = 1, **told: Any) -> dict[str, Any]:
    return {
        "worker": f"w{number}",
        "category": "fee.placement",
        "paid_by": "worker",
        "charged_on": "2026-01-20",
        "amount": {"amount": amount, "currency": "NPR"},
        **told,
    }


def upload(
    api: Api, someone: Someone, recruiter: str, content: bytes, query: str = "", **how: str
) -> Answer:
    headers = [
        ("authorization", f"Bearer {api.token(someone)}"),
        ("idempotency-key", how.get("key", f"upload-{hash(content + query.encode())}")),
        ("content-type", how.get("media_type", "text/csv")),
    ]
    path = f"/v1/recruiters/{recruiter}/charges/import{query}"
    return call(api.app, "POST", path, headers=headers, body=content)


def test_from_ledger_and_interview_to_a_verified_repayment(
    api: Api, cast: audits.Cast, audit: str, recruiter: str, employer: Someone
) -> None:
    path = f"/v1/recruiters/{recruiter}/charges"
    ledger = {"source": "ledger", "workers": [worker()], "charges": [charge("20000.00")]}
    told = {
        "source": "statement",
        "audit_id": audit,
        "workers": [worker(), worker(2)],
        "charges": [charge()],
    }
    first = api.post(path, ledger, cast.recruiter)
    assert first.status == 201, first.json
    pseudonym = first.json["workers"][0]["pseudonym"]
    assert api.post(path, told, cast.auditor).json["workers"][0]["pseudonym"] == pseudonym
    assert api.post(path, told, cast.recruiter).status == 403
    assert api.post(path, ledger, cast.other_recruiter).status == 404

    assert {it["source"] for it in api.get(path, cast.recruiter).json["items"]} == {"ledger"}
    both = api.get(f"{path}?pseudonym={pseudonym}", cast.auditor).json["items"]
    assert {it["source"] for it in both} == {"ledger", "statement"}
    assert api.get(f"{path}?source=statement", cast.recruiter).json["items"] == []
    reads = api.get(f"/v1/worker-data-reads?recruiter_id={recruiter}", cast.scheme_manager).json
    assert [(it["person_id"], it["what"], it["rows"]) for it in reads["items"]] == [
        (cast.auditor.person, "charges", 2)
    ]

    made = api.post("/v1/checks", {"kind": "recruiter", "recruiter_id": recruiter}, cast.auditor)
    assert made.status == 201, made.json
    check = made.json
    assert check["result"]["workers_unremedied"] == 1
    assert api.get(f"/v1/checks/{check['id']}", cast.reviewer).json == check
    assert api.get(f"/v1/checks/{check['id']}", cast.recruiter).status == 404
    listed = api.get(f"/v1/checks?recruiter_id={recruiter}", cast.auditor).json["items"]
    assert [it["id"] for it in listed] == [check["id"]]
    workers = api.get(check["workers_href"], cast.auditor).json["items"]
    assert [it["employer_pays"] for it in workers] in (
        ["violates", "conforms"],
        ["conforms", "violates"],
    )
    report = api.get(check["report_href"], cast.auditor)
    assert report.headers["content-disposition"].startswith("attachment")
    assert load_workbook(io.BytesIO(report.body), read_only=True).sheetnames[0] == "Summary"
    too_much = {"kind": "recruiter", "recruiter_id": recruiter, "gender": "male"}
    for refused in ({"kind": "audit"}, too_much):
        assert api.post("/v1/checks", refused, cast.auditor).status == 422

    whom = {"recruiter_id": recruiter, "workers": [pseudonym]}
    begun = api.post("/v1/repayments", whom, cast.auditor)
    (repayment,) = begun.json["items"]
    own = f"/v1/repayments/{repayment['id']}"
    assert api.get(own, cast.other_recruiter).status == 404
    waits = api.get("/v1/me/tasks?kind=repayment", cast.recruiter).json["items"]
    assert [it["offer"]["action"] for it in waits] == ["quantify"]
    quantified = api.post(f"{own}/quantify", {"currency": "NPR"}, cast.recruiter).json
    assert quantified["quantification"]["amount"] == {"amount": "50000.00", "currency": "NPR"}
    assert api.post(f"{own}/quantify", {"currency": "XXX"}, cast.recruiter).status == 422
    given = api.post(f"{own}/codes", None, cast.auditor, key="code-1")
    code = given.json["code"]
    assert api.post(f"{own}/codes", None, cast.auditor, key="code-1").json["code"] is None
    assert api.post(f"{own}/codes", None, cast.recruiter).status == 403
    agreed = api.post("/v1/repayments/confirm", {"code": code, "answer": "agree"})
    assert (agreed.status, agreed.json["state"]) == (200, "agreed")
    assert agreed.headers["cache-control"] == "no-store"
    wrong = {"code": "0" * 24, "answer": "agree"}
    assert api.post("/v1/repayments/confirm", wrong).status == 404
    assert api.post("/v1/repayments/confirm", {**wrong, "code": "1" * 24}).status == 422

    plan = {"equal_parts": {"count": 11, "first_on": "2026-04-30", "every_months": 3}}
    scheduled = api.post(f"{own}/schedule", plan, cast.recruiter).json
    assert scheduled["plan"][-1]["due_on"] == "2028-10-30"
    evidence = {"paid_on": "2026-03-02", "evidence_sha256": "a" * 64}
    part = {"amount": {"amount": "4545.46", "currency": "NPR"}, **evidence}
    paid = api.post(f"{own}/pay_instalment", part, cast.recruiter).json
    assert [it["paid"] for it in paid["plan"]][:2] == [True, False]
    assert paid["left"]["amount"] == "45454.54"
    (waits,) = api.get("/v1/me/tasks?kind=repayment", cast.recruiter).json["items"]
    assert (waits["offer"]["action"], waits["due"][:10]) == ("pay_instalment", "2026-07-31")
    rest = {"payment": {"amount": {"amount": "45454.54", "currency": "NPR"}, **evidence}}
    stale = api.post(f"{own}/settle", rest, cast.recruiter, if_match='"1"')
    assert stale.status == 412
    assert api.post(f"{own}/settle", rest, cast.recruiter).json["state"] == "paid"
    disputed = api.post(f"{own}/dispute", {}, cast.auditor).json
    assert (disputed["state"], disputed["left"]["amount"]) == ("part_paid", "45454.54")
    api.post(f"{own}/settle", rest, cast.recruiter)
    assert api.post(f"{own}/verify", {}, cast.auditor).status == 409
    received = api.post("/v1/repayments/confirm", {"code": code, "answer": "received"})
    assert received.json["words"].startswith("Thank you")
    verified = api.post(f"{own}/verify", {}, cast.auditor).json
    assert (verified["state"], verified["allowed_actions"]) == ("verified", [])
    assert [it["said_by"] for it in verified["receipts"]] == ["worker"]
    again = api.post("/v1/repayments/confirm", {"code": code, "answer": "received"}).json
    assert again["state"] == "verified"
    totals = api.get(f"/v1/repayments/totals?recruiter_id={recruiter}", cast.recruiter).json
    assert totals["left"] == [{"amount": "0.00", "currency": "NPR"}]
    listed = api.get(f"/v1/repayments?recruiter_id={recruiter}&state=verified", cast.recruiter)
    assert len(listed.json["items"]) == 1
    for outsider in (employer, cast.other_reviewer):
        assert api.get(f"/v1/repayments?recruiter_id={recruiter}", outsider).status in (403, 404)
        assert api.get(f"/v1/repayments/totals?recruiter_id={recruiter}", outsider).status in (
            403,
            404,
        )


def test_the_scheme_records_rates_and_exceptions_and_an_employer_answers(
    api: Api, cast: audits.Cast, recruiter: str, employer: Someone
) -> None:
    rate = {"base": "MYR", "quote": "NPR", "rate": "33.1", "on": "2026-01-20", "source": "bank"}
    done = api.post("/v1/exchange-rates", {"rates": [rate]}, cast.scheme_manager)
    assert done.json == {"added": 1, "unchanged": 0}
    other = {"rates": [{**rate, "rate": "34"}]}
    assert api.post("/v1/exchange-rates", other, cast.scheme_manager).status == 422
    more = [{**rate, "on": f"2026-01-{day}"} for day in (21, 22)]
    api.post("/v1/exchange-rates", {"rates": more}, cast.scheme_manager)
    page = api.get("/v1/exchange-rates?limit=2", employer).json
    rest = api.get(f"/v1/exchange-rates?limit=2&cursor={page['next_cursor']}", employer).json
    assert [it["on"][-2:] for it in (*page["items"], *rest["items"])] == ["20", "21", "22"]
    assert len(api.get("/v1/exchange-rates?on=2026-01-21&base=MYR", employer).json["items"]) == 1

    exception = {
        "country": "NP",
        "legal_basis": "Order 12 of 2024, s. 3",
        "worker_category": "performer",
        "service_type": "cost.travel_lodging",
        "valid_from": "2024-01-01",
    }
    path = f"/v1/recruiters/{recruiter}/exceptions"
    first = api.post(path, exception, cast.scheme_manager).json["id"]
    newer = {**exception, "valid_until": "2025-01-01", "supersedes": first}
    assert api.post(path, newer, cast.scheme_manager).status == 201
    for wrong in (newer, {**exception, "valid_until": "2023-01-01"}):
        assert api.post(path, wrong, cast.scheme_manager).status == 422
    unknown = {**exception, "supersedes": cast.case}
    assert api.post(path, unknown, cast.scheme_manager).status == 422
    items = api.get(path, cast.recruiter).json["items"]
    (second,) = {it["id"] for it in items} - {first}
    assert {it["id"]: it["superseded_by"] for it in items} == {first: second, second: None}
    assert api.get(path, employer).status == 403

    charges = f"/v1/recruiters/{recruiter}/charges"
    told = {
        "source": "ledger",
        "workers": [worker(1, employer_id=employer.actor.organisation)],
        "charges": [charge(category="cost.medical", paid_by="employer")],
    }
    (charge_id,) = api.post(charges, told, cast.recruiter).json["charges"]
    answered = api.post(f"/v1/charges/{charge_id}/answer", {"confirmed": False}, employer).json
    assert answered["answer"]["confirmed"] is False
    invoice = {"source": "invoice", "workers": [worker()], "charges": [charge(paid_by="unknown")]}
    assert api.post(charges, invoice, employer).status == 201
    seen = api.get(charges, employer).json["items"]
    assert {(it["source"], it["paid_by"]) for it in seen} == {
        ("ledger", "employer"),
        ("invoice", "employer"),
    }
    others = {**invoice, "workers": [worker(1, employer_id=cast.case)]}
    assert api.post(charges, others, employer).status == 422


def test_a_ledger_is_imported_whole_or_not_at_all(
    api: Api, cast: audits.Cast, recruiter: str
) -> None:
    head = "passport country,passport number,corridor,category,amount,currency,date,paid by\n"
    row = "NP,PA1,NP-MY,fee.placement,{},NPR,2026-01-20,worker\n"
    bad = (head + row.format("1.234") + row.format("5")).encode()
    refused = upload(api, cast.recruiter, recruiter, bad)
    assert refused.status == 422
    assert refused.json["errors"][0]["pointer"] == "/lines/2/amount"
    dry = upload(api, cast.recruiter, recruiter, bad, "?dry_run=true").json
    assert (dry["lines"], dry["recorded"], dry["faulty"]) == (2, 0, 1)
    bengali = (head + row.format("১২৩") * 1500).encode()
    done = upload(api, cast.recruiter, recruiter, bengali, "?locale=bn-BD", key="once")
    assert done.json["recorded"] == 1500, done.json
    again = upload(api, cast.recruiter, recruiter, bengali, "?locale=bn-BD", key="once")
    assert again.body == done.body
    mapping = json.dumps({"columns": {"sum": "amount"}})
    mapped = bengali.replace(b"amount", b"sum").replace("১২৩".encode(), b"5")
    answer = upload(api, cast.recruiter, recruiter, mapped, f"?dry_run=1&mapping={mapping}")
    assert answer.json["faulty"] == 0
    assert upload(api, cast.recruiter, recruiter, b"", key="empty").status == 422
    html = upload(api, cast.recruiter, recruiter, bad, media_type="text/html", key="t")
    assert html.status == 415
    for query in ("?locale=zz", "?mapping=[]"):
        assert upload(api, cast.recruiter, recruiter, bad, query).status == 422
    for someone, status in ((cast.other_recruiter, 404), (cast.auditor, 403)):
        assert upload(api, someone, recruiter, bad, "?dry_run=true").status == status


def test_hostile_bodies_are_refused_with_their_place(
    api: Api, cast: audits.Cast, recruiter: str
) -> None:
    path = f"/v1/recruiters/{recruiter}/charges"
    good: dict[str, Any] = {"source": "ledger", "workers": [worker()], "charges": [charge()]}

    def refused(**changes: Any) -> str:
        answer = api.post(path, {**good, **changes}, cast.recruiter)
        assert answer.status == 422, answer.json
        return str(answer.json["errors"][0]["pointer"])

    for amount in ("NaN", "Infinity", "-1", "1e5", "1000000000000000000", "5.123", "١"):
        assert refused(charges=[charge(amount)]).startswith("/charges/0/amount")
    assert refused(charges=[charge(), charge(number=2)]) == ""
    assert refused(workers=[worker(), worker()]) == ""
    assert refused(workers=[{**worker(), "pseudonym": "w-17"}]) == "/workers/0"
    assert refused(workers=[{**worker(), "pseudonym": "Asha", "document": None}]).endswith(
        "/pseudonym"
    )
    assert refused(charges=[charge(reference="Asha Gurung")]).endswith("/reference")
    rate = {"base": "MYR", "quote": "BDT", "rate": "5", "on": "2026-01-20", "source": "x"}
    assert refused(charges=[charge(rate=rate)]) == "/charges/0"
    late = {**rate, "quote": "NPR", "on": "2026-01-21"}
    assert refused(charges=[charge(rate=late)]) == "/charges/0"
    assert refused(source="rumour") == "/source"
    assert refused(workers=[]) == "/workers"
    own = charge(rate={**late, "on": "2026-01-20"})
    assert api.post(path, {**good, "charges": [own]}, cast.recruiter).status == 201
    items = api.get(path, cast.recruiter).json["items"]
    assert items[0]["rate"]["rate"] == "5"


def test_codes_are_tried_ten_times_a_minute_and_no_more(api: Api, cast: audits.Cast) -> None:
    tried = [
        api.post("/v1/repayments/confirm", {"code": "0" * 24, "answer": "agree"})
        for _ in range(PER_ADDRESS_AND_MINUTE + 1)
    ]
    assert [it.status for it in tried] == [404] * PER_ADDRESS_AND_MINUTE + [429]
    assert tried[-1].headers["retry-after"] == "60"


def test_all_addresses_together_are_limited_too() -> None:
    throttle = Throttle()
    with pytest.raises(TooManyRequests):
        for number in range(3 * PER_SECOND):
            throttle.attempt("code", f"192.0.2.{number}")


def every(api: Api, path: str, someone: Someone) -> list[dict[str, Any]]:
    """All items of a list, one at a time."""
    found: list[dict[str, Any]] = []
    joint = "&" if "?" in path else "?"
    page = api.get(f"{path}{joint}limit=1", someone).json
    found += page["items"]
    while page["next_cursor"]:
        page = api.get(f"{path}{joint}limit=1&cursor={page['next_cursor']}", someone).json
        found += page["items"]
    return found


def test_lists_go_on_page_by_page(
    api: Api, cast: audits.Cast, audit: str, recruiter: str, employer: Someone
) -> None:
    path = f"/v1/recruiters/{recruiter}"
    named = worker(3) | {"person": {"name": "Asha Gurung", "born_on": "1999-01-02"}}
    named.pop("document")
    told = {
        "source": "statement",
        "audit_id": audit,
        "workers": [worker(), worker(2), named],
        "charges": [charge(), charge(number=2), charge(number=3)],
    }
    workers = api.post(f"{path}/charges", told, cast.auditor).json["workers"]
    assert len(every(api, f"{path}/charges", cast.auditor)) == 3
    exception = {
        "country": "NP",
        "legal_basis": "Order 12",
        "worker_category": "performer",
        "service_type": "cost.medical",
        "valid_from": "2024-01-01",
    }
    for _ in range(2):
        api.post(f"{path}/exceptions", exception, cast.scheme_manager)
    assert len(every(api, f"{path}/exceptions", cast.scheme_manager)) == 2
    assert len(every(api, "/v1/worker-data-reads", cast.scheme_manager)) >= 3
    asked = {"kind": "recruiter", "recruiter_id": recruiter}
    checks = [api.post("/v1/checks", asked, cast.auditor).json for _ in range(2)]
    assert len(every(api, f"/v1/checks?recruiter_id={recruiter}", cast.auditor)) == 2
    assert len(every(api, checks[0]["workers_href"], cast.auditor)) == 3
    own = api.post("/v1/checks", asked, cast.recruiter).json
    assert own["result"]["workers"] == 0
    assert every(api, own["workers_href"], cast.recruiter) == []
    whole = api.post("/v1/checks", {"kind": "corridor", "corridor": "NP-MY"}, cast.scheme_manager)
    seen = f"/v1/checks/{whole.json['id']}"
    assert api.get(seen, cast.scheme_manager).status == 200
    assert api.get(seen, cast.auditor).status == 404
    assert api.get(f"/v1/checks/{cast.case}", cast.auditor).status == 404

    pseudonyms = [it["pseudonym"] for it in workers]
    whom = {"recruiter_id": recruiter, "workers": pseudonyms, "finding_id": cast.case}
    assert api.post("/v1/repayments", whom, cast.auditor).status == 201
    assert api.post("/v1/repayments", whom, cast.auditor).status == 409
    for wrong in (pseudonyms[:1] * 2, ["w-1717"]):
        refused = api.post("/v1/repayments", {**whom, "workers": wrong}, cast.auditor)
        assert refused.status == 422
    listed = f"/v1/repayments?recruiter_id={recruiter}"
    assert len(every(api, listed, cast.auditor)) == 3
    assert len(every(api, f"{listed}&finding_id={cast.case}", cast.recruiter)) == 3
    assert every(api, f"{listed}&finding_id={recruiter}", cast.recruiter) == []
    assert api.get("/v1/me/tasks?kind=repayment", employer).json["items"] == []
    answer = api.post(f"/v1/charges/{cast.case}/answer", {"confirmed": True}, employer)
    assert answer.status == 404


def test_an_unreachable_worker_s_money_is_held_apart_until_the_worker_is_traced(
    api: Api, cast: audits.Cast, audit: str, recruiter: str
) -> None:
    told = {
        "source": "statement",
        "audit_id": audit,
        "workers": [worker()],
        "charges": [charge()],
    }
    path = f"/v1/recruiters/{recruiter}/charges"
    (known,) = api.post(path, told, cast.auditor).json["workers"]
    whom = {"recruiter_id": recruiter, "workers": [known["pseudonym"]]}
    (begun,) = api.post("/v1/repayments", whom, cast.auditor).json["items"]
    own = f"/v1/repayments/{begun['id']}"
    tried = {"channel": "telephone", "outcome": "no_answer", "made_on": "2026-03-02"}
    ahead = api.post(f"{own}/attempts", {**tried, "made_on": "2026-03-03"}, cast.recruiter)
    assert ahead.status == 422
    for _ in range(3):
        api.post(f"{own}/attempts", tried, cast.recruiter)
    lost = api.post(f"{own}/mark_unreachable", None, cast.recruiter).json
    assert (lost["state"], len(lost["attempts"])) == ("unreachable", 3)
    money = {"amount": "50000.00", "currency": "NPR"}
    apart = {"amount": money, "held_on": "2026-03-02", "evidence_sha256": "a" * 64}
    assert api.post(f"{own}/hold_apart", apart, cast.recruiter).status == 409  # not quantified
    traced = api.post(f"{own}/trace", {"currency": "NPR"}, cast.recruiter).json
    assert (traced["state"], traced["left"]) == ("quantified", money)
    for _ in range(3):
        api.clock.advance(timedelta(seconds=1))
        api.post(f"{own}/attempts", tried, cast.recruiter)
    api.post(f"{own}/mark_unreachable", None, cast.recruiter)
    for wrong in ({"held_on": "2026-03-03"}, {"amount": {**money, "amount": "1.00"}}):
        assert api.post(f"{own}/hold_apart", {**apart, **wrong}, cast.recruiter).status == 422
    held = api.post(f"{own}/hold_apart", apart, cast.recruiter).json
    assert held["held_apart"] == {"amount": money, "held_on": "2026-03-02", "checked_at": None}
    assert api.post(f"{own}/hold_apart", apart, cast.recruiter).status == 409
    checked = api.post(f"{own}/check_held_apart", None, cast.auditor).json
    assert checked["held_apart"]["checked_at"] is not None
    assert api.post(f"{own}/check_held_apart", None, cast.auditor).status == 409

    found = api.post(f"{own}/trace", {"currency": "NPR"}, cast.auditor).json
    assert found["held_apart"] is None
    again = api.post(f"{own}/requantify", {"currency": "NPR"}, cast.auditor).json
    assert again["state"] == "quantified"
    (waits,) = api.get("/v1/me/tasks?kind=repayment", cast.auditor).json["items"]
    assert waits["offer"]["action"] == "agree"
    api.post(f"{own}/agree", None, cast.auditor)
    parts = [
        {"due_on": "2026-04-01", "amount": {**money, "amount": "20000.00"}},
        {"due_on": "2026-05-01", "amount": {**money, "amount": "30000.00"}},
    ]
    both = {"instalments": parts, "equal_parts": {"count": 1, "first_on": "2026-04-01"}}
    assert api.post(f"{own}/schedule", both, cast.recruiter).status == 422
    planned = api.post(f"{own}/schedule", {"instalments": parts}, cast.recruiter).json
    assert [it["amount"]["amount"] for it in planned["plan"]] == ["20000.00", "30000.00"]
    paid = {"amount": money, "paid_on": "2026-03-02", "evidence_sha256": "a" * 64}
    api.post(f"{own}/settle", {"payment": paid}, cast.recruiter)
    unknown = api.post(f"{own}/dispute", {"payments": [cast.case]}, cast.auditor)
    assert unknown.status == 422
    api.post(f"{own}/dispute", {}, cast.auditor)
    api.post(f"{own}/requantify", {"currency": "NPR"}, cast.auditor)
    api.post(f"{own}/agree", None, cast.auditor)
    newer = {"equal_parts": {"count": 5, "first_on": "2026-06-01"}}
    assert len(api.post(f"{own}/schedule", newer, cast.recruiter).json["plan"]) == 5
    (waits,) = api.get("/v1/me/tasks?kind=repayment", cast.recruiter).json["items"]
    assert waits["due"].startswith("2026-06-02")
