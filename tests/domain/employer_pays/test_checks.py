"""Checks over both databases: what they judge, who sees them, and what rests on them (§8, §10)."""

import io
from datetime import date
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy.exc import DatabaseError

from app.audits.findings import service as findings
from app.audits.findings.lifecycle import State as FindingState
from app.employer_pays.charge import Gender, LegalException, Payer
from app.employer_pays.charges import service as charges
from app.employer_pays.charges.models import ChargeRow, WorkerDataRead
from app.employer_pays.checks import queries
from app.employer_pays.checks.api import check_view, worker_view
from app.employer_pays.checks.models import Check
from app.employer_pays.checks.scope import Kind
from app.employer_pays.checks.spreadsheet import workbook
from app.employer_pays.triangulation import Source
from app.kernel.errors import NotFound
from app.lifecycle.journal import MoveRefused
from app.platform.pagination import Cursors, Paging
from tests.domain.employer_pays.conftest import Fees
from tests.making.access import Someone
from tests.making.charges import charge, checked, money, recorded, worker

PAGE = Paging(200, None, [], Cursors(b"c" * 32))
WAGE: dict[str, Any] = {"first_month_earnings": money("NPR20000")}


def interviewed(fees: Fees, *workers: Any, charges: list[Any] | None = None) -> list[str]:
    said = recorded(
        fees.scene, fees.scene.cast.auditor, Source.STATEMENT, list(workers), charges,
        recruiter=fees.recruiter, audit=fees.audit,
    )  # fmt: skip
    return list(said.pseudonyms.values())


def ledger(fees: Fees, *workers: Any, charges: list[Any] | None = None) -> None:
    recorded(
        fees.scene, fees.scene.cast.recruiter, Source.LEDGER, list(workers), charges,
        recruiter=fees.recruiter,
    )  # fmt: skip


def test_a_check_says_all_that_the_domain_asks_for_and_never_changes(fees: Fees) -> None:
    scene, cast = fees.scene, fees.scene.cast
    workers = [worker(it, **WAGE) for it in range(1, 5)]
    ledger(fees, *workers, charges=[charge("NPR5000", of=0), charge("NPR7000", of=1)])
    interviewed(
        fees,
        *workers[:3],
        charges=[charge("NPR30000", of=0), charge("NPR10", "cost.medical", Payer.EMPLOYER, of=1)],
    )
    check = checked(scene.workbench, cast.auditor, fees.recruiter, population=100)
    said = check.result
    assert (said["workers"], said["workers_interviewed"], said["workers_who_paid"]) == (4, 3, 2)
    assert said["worker_paid"] == [{"amount": "37000.00", "currency": "NPR"}]
    assert said["by_category"] == [
        {
            "category": "fee.placement",
            "workers": 2,
            "sums": [{"amount": "37000.00", "currency": "NPR"}],
        }
    ]
    assert said["prevalence"]["words"].startswith("2 of 3 interviewed paid: between")
    assert said["prevalence"]["method"] == "hypergeometric"
    assert said["employer_pays"]["overall"] == "violates"
    assert said["employer_pays"]["workers"]["conforms"] == 2
    assert said["indicator"] == {
        "workers": 4,
        "missing": 0,
        "zero": 2,
        "mean": "0.46",
        "median": "0.18",
        "ratio_of_means": "0.46",
        "over_one_month": "0.2500",
    }
    assert said["proposed_findings"][0]["statement"] == "2 workers bore 37000.00 NPR"
    assert said["proposed_findings"][0]["grade"] == "critical"
    assert {it["finding"]: it["sums"] for it in said["triangulation"]}["ledger_understates"] == [
        {"amount": "25000.00", "currency": "NPR"}
    ]
    series = said["series"]
    assert sum(it["workers"] for it in series["charges"][0]["bins"]) == 2
    assert [it["workers"] for it in series["months_of_wages"]] == [2, 1, 0, 1, 0, 0, 0, 0]
    assert series["by_corridor"][0]["workers_who_paid"] == 2
    assert (check.workers, check.unremedied, check.policy, check.rules) == (
        4, 2, "2026.1", "corridors-2026.1",
    )  # fmt: skip

    again = checked(scene.workbench, cast.lead, fees.recruiter, population=100)
    assert again.inputs == check.inputs
    assert again.result == check.result
    interviewed(fees, worker(9))
    assert checked(scene.workbench, cast.lead, fees.recruiter).inputs != check.inputs
    with pytest.raises(DatabaseError), scene.workbench.database.write() as session:
        session.get_one(Check, check.id).unremedied = 0

    with scene.workbench.database.read() as session:
        rows = [worker_view(it) for it in queries.every_worker(session, check)]
    findings_of = [it.sources[0].findings for it in rows if it.sources]
    assert ["ledger_understates by 25000.00 NPR"] in findings_of
    with scene.workbench.database.read() as session:
        written = workbook(check_view(session.get_one(Check, check.id)), rows)
    book = load_workbook(io.BytesIO(written), read_only=True)
    assert book.sheetnames == ["Summary", "Workers", "Rules", "Figures"]
    cells = [cell for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row]
    assert "37000.00 NPR" in cells
    assert not any(str(it).startswith(("=", "+", "-", "@")) for it in cells if it is not None)
    with scene.workbench.database.read() as session:
        read = session.query(WorkerDataRead).filter_by(what="check").count()
    assert read == 3


def test_an_audit_a_corridor_and_a_cohort_judge_their_own_workers(fees: Fees) -> None:
    scene, cast = fees.scene, fees.scene.cast
    for number, corridor, gender, arrived in (
        (1, "NP-MY", Gender.FEMALE, date(2025, 3, 1)),
        (2, "NP-MY", Gender.MALE, date(2025, 4, 1)),
        (3, "NP-QA", Gender.MALE, date(2025, 3, 31)),
    ):
        ledger(
            fees, worker(number, corridor=corridor, gender=gender, arrived_on=arrived),
            charges=[charge()],
        )  # fmt: skip
    interviewed(fees, worker(1))

    def covered(someone: Someone = cast.auditor, **scope: Any) -> int:
        return checked(scene.workbench, someone, fees.recruiter, **scope).workers

    assert covered() == 3
    assert covered(kind=Kind.AUDIT, audit_id=fees.audit, recruiter_id=None) == 1
    assert covered(kind=Kind.CORRIDOR, corridor="NP-MY") == 2
    everybody: dict[str, Any] = {"kind": Kind.CORRIDOR, "recruiter_id": None}
    assert covered(cast.scheme_manager, **everybody, corridor="NP-QA") == 1
    cohort: dict[str, Any] = {"kind": Kind.COHORT, "corridor": "NP-MY"}
    assert covered(**cohort, gender=Gender.MALE) == 1
    assert covered(**cohort, arrived_from=date(2025, 3, 1), arrived_until=date(2025, 3, 1)) == 1
    assert covered(**cohort, arrived_until=date(2025, 2, 28)) == 0
    refused: list[tuple[Someone, dict[str, Any]]] = [
        (cast.auditor, {"kind": Kind.CORRIDOR, "corridor": "NP-MY", "recruiter_id": None}),
        (cast.other_company_lead, {}),
        (cast.other_recruiter, {}),
        (cast.recruiter, {"kind": Kind.AUDIT, "audit_id": fees.audit}),
        (cast.other_lead, {"kind": Kind.AUDIT, "audit_id": fees.audit}),
        (fees.employer, {}),
    ]
    for someone, scope in refused:
        with pytest.raises(NotFound):
            covered(someone, **scope)


def test_a_recruiter_sees_only_checks_of_its_own_without_statements(fees: Fees) -> None:
    scene, cast = fees.scene, fees.scene.cast
    ledger(fees, worker(1), charges=[charge("NPR10")])
    interviewed(fees, worker(1), charges=[charge("NPR50000")])
    own = checked(scene.workbench, cast.recruiter, fees.recruiter)
    full = checked(scene.workbench, cast.auditor, fees.recruiter)
    assert own.result["worker_paid"] == [{"amount": "10.00", "currency": "NPR"}]
    assert (own.every_source, full.every_source) == (False, True)
    assert own.result["workers_interviewed"] == 0

    def seen(someone: Someone) -> set[str]:
        with scene.workbench.database.read() as session:
            return {it.id for it in queries.checks(session, someone.actor, PAGE, fees.recruiter)}

    assert seen(cast.recruiter) == {own.id}
    for relies in (cast.auditor, cast.reviewer, cast.decision_maker, cast.scheme_manager):
        assert seen(relies) == {own.id, full.id}
    for outsider in (cast.other_recruiter, cast.other_company_lead, cast.other_reviewer):
        assert seen(outsider) == set()
        with scene.workbench.database.read() as session, pytest.raises(NotFound):
            queries.check(session, outsider.actor, full.id)
    with scene.workbench.database.read() as session:
        with pytest.raises(NotFound):
            queries.check(session, cast.recruiter.actor, full.id)
        standing = queries.standing(session, fees.recruiter)
    assert standing is not None
    assert (standing.workers, standing.unremedied, standing.outdated) == (1, 1, False)
    scene.wait(seconds=1)
    interviewed(fees, worker(2))
    with scene.workbench.database.read() as session:
        later = queries.standing(session, fees.recruiter)
    assert later is not None
    assert later.outdated


def test_an_exception_changes_national_law_alone(fees: Fees) -> None:
    scene, cast = fees.scene, fees.scene.cast
    interviewed(
        fees,
        worker(1, occupation="performer"),
        charges=[charge("NPR5", "cost.travel_lodging:airfare")],
    )
    before = checked(scene.workbench, cast.auditor, fees.recruiter).result
    exception = LegalException(
        "NP", "Order 12, s. 3", "performer", "cost.travel_lodging", True, date(2020, 1, 1)
    )
    row = scene.act(cast.scheme_manager, charges.record_exception, fees.recruiter, exception)
    after = checked(scene.workbench, cast.auditor, fees.recruiter).result
    assert before["employer_pays"] == after["employer_pays"]
    corrected = scene.act(
        cast.scheme_manager, charges.record_exception, fees.recruiter, exception, row.id
    )
    assert corrected.supersedes == row.id


def test_a_finding_on_fees_stays_open_while_a_remainder_is(fees: Fees) -> None:
    scene, cast = fees.scene, fees.scene.cast
    finding = scene.finding(FindingState.EVIDENCE_SUBMITTED, audit=fees.audit, criterion="L-1.2")
    other = scene.finding(FindingState.EVIDENCE_SUBMITTED, audit=fees.audit, criterion="L-B.2")
    interviewed(fees, worker(1), charges=[charge()])
    with pytest.raises(MoveRefused, match="1 of the recruiter's workers are owed"):
        scene.act(cast.auditor, findings.verify, finding, "Every file was read.")
    scene.act(cast.auditor, findings.verify, other, "Every file was read.")
    interviewed(fees, worker(1), charges=[])
    recorded(
        scene,
        cast.auditor,
        Source.STATEMENT,
        [worker(1)],
        [charge("NPR0", supersedes=_only_charge(fees))],
        recruiter=fees.recruiter,
        audit=fees.audit,
    )
    scene.act(cast.auditor, findings.verify, finding, "Every file was read.")


def _only_charge(fees: Fees) -> str:
    with fees.scene.workbench.database.read() as session:
        return session.query(ChargeRow).one().id
