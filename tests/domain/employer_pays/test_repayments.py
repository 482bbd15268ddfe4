"""Repayments over both databases: every state, and what a finding waits for (DOMAIN §7, §8)."""

from datetime import date, timedelta
from typing import Any

import pytest

from app.employer_pays.charge import Evidence, Form, Payer
from app.employer_pays.charges.service import NewCharge
from app.employer_pays.repayment import queries, service, standing
from app.employer_pays.repayment.amounts import Basis, equal_instalments
from app.employer_pays.repayment.lifecycle import State
from app.employer_pays.repayment.models import Repayment
from app.employer_pays.repayment.queries import Record
from app.employer_pays.repayment.service import Paid
from app.employer_pays.triangulation import Source
from app.kernel.errors import Conflict, Invalid, NotFound
from app.kernel.money import Money
from app.kernel.roles import ANYONE
from app.lifecycle.journal import MoveRefused, RoleRefused
from tests.domain.employer_pays.conftest import Fees
from tests.making.charges import SHA256, charge, checked, money, recorded, worker


def told(fees: Fees, number: int = 1, *charges: NewCharge, **facts: Any) -> str:
    """The pseudonym of an interviewed worker with these charges."""
    scene = fees.scene
    said = recorded(
        scene,
        scene.cast.auditor,
        Source.STATEMENT,
        [worker(number, **facts)],
        list(charges) or [charge()],
        recruiter=fees.recruiter,
        audit=fees.audit,
    )
    return said.pseudonyms[f"w{number}"]


def begun(fees: Fees, pseudonym: str) -> str:
    scene = fees.scene
    (found,) = scene.act(scene.cast.auditor, service.identify, fees.recruiter, [pseudonym])
    return found.id


def stored(fees: Fees, repayment: str) -> tuple[Repayment, Record]:
    with fees.scene.workbench.database.read() as session:
        found = session.get_one(Repayment, repayment)
        return found, queries.record(session, found)


def paid(fees: Fees, amount: str, on: date | None = None) -> Paid:
    return Paid(money(amount), on or fees.scene.today, Form.BANK_TRANSFER, SHA256)


def remainders(fees: Fees) -> int:
    with fees.scene.workbench.database.read() as session:
        return standing.open_remainders(session, fees.recruiter)


def test_a_repayment_from_the_fee_to_the_worker_s_word(fees: Fees) -> None:
    scene, cast = fees.scene, fees.scene.cast
    assert remainders(fees) == 0
    pseudonym = told(
        fees,
        1,
        charge("NPR50000"),
        charge("NPR7000", form=Form.LOAN_INTEREST),
        charge("NPR2000", "cost.medical", repaid="NPR500"),
        charge("NPR9000", "cost.travel_lodging:airfare", Payer.EMPLOYER),
    )
    assert remainders(fees) == 1
    repayment = begun(fees, pseudonym)
    with pytest.raises(Conflict, match="goes on already"):
        scene.act(cast.auditor, service.identify, fees.recruiter, [pseudonym])

    scene.act(cast.recruiter, service.quantify, repayment, "quantify", "NPR", Basis.EVIDENCE)
    _, record = stored(fees, repayment)
    assert record.amount == money("NPR58500")
    assert record.quantification is not None
    assert record.quantification.interest_minor == 700000
    assert record.quantification.repaid_minor == 50000

    with pytest.raises(RoleRefused):
        scene.act(cast.recruiter, service.agree, repayment)
    _, code = scene.act(cast.auditor, service.give_code, repayment)
    with scene.workbench.begin(ANYONE) as work:
        found, _ = service.answer(work, code.replace(" ", ""), "agree")
        assert found.state == State.AGREED

    with pytest.raises(MoveRefused, match=r"what is left is 58500\.00 NPR"):
        scene.act(
            cast.recruiter,
            service.schedule,
            repayment,
            lambda left: equal_instalments(Money(left.minor - 1, "NPR"), 3, scene.today, 1),
        )
    scene.act(
        cast.recruiter,
        service.schedule,
        repayment,
        lambda left: equal_instalments(left, 4, scene.today, 1),
    )
    with pytest.raises(MoveRefused, match="settles the repayment"):
        scene.act(cast.recruiter, service.pay, repayment, "pay_instalment", paid(fees, "NPR58500"))
    with pytest.raises(MoveRefused, match=r"58500.00 NPR is left; 0.01 NPR missing"):
        scene.act(cast.recruiter, service.pay, repayment, "settle", paid(fees, "NPR58499.99"))
    scene.act(cast.recruiter, service.pay, repayment, "pay_instalment", paid(fees, "NPR14625"))
    scene.act(cast.recruiter, service.pay, repayment, "settle", paid(fees, "NPR43875"))

    with pytest.raises(MoveRefused, match="not confirmed"):
        scene.act(cast.auditor, service.verify, repayment)
    with scene.workbench.begin(ANYONE) as work:
        found, _ = service.answer(work, code, "not_received")
        assert found.state == State.PART_PAID
    found, record = stored(fees, repayment)
    assert record.left == money("NPR43875")
    scene.act(cast.recruiter, service.pay, repayment, "settle", paid(fees, "NPR43875"))
    for _ in range(2):  # said again it changes nothing
        with scene.workbench.begin(ANYONE) as work:
            service.answer(work, code, "received")
    assert remainders(fees) == 1

    scene.act(cast.auditor, service.verify, repayment)
    assert remainders(fees) == 0
    check = checked(scene.workbench, cast.auditor, fees.recruiter)
    assert check.unremedied == 0
    assert check.result["employer_pays"]["overall"] == "remediated"
    with scene.workbench.database.read() as session:
        totals = queries.totals(session, fees.recruiter)
    assert (totals.owed["NPR"], totals.paid["NPR"], totals.left["NPR"]) == (5850000, 5850000, 0)

    scene.wait(seconds=1)
    told(fees, 1, charge("NPR100", "cost.training"))
    assert remainders(fees) == 1


def test_a_worker_who_cannot_be_reached_keeps_what_is_owed(fees: Fees) -> None:
    scene, cast = fees.scene, fees.scene.cast
    repayment = begun(fees, told(fees))
    with pytest.raises(MoveRefused, match="3 are needed"):
        scene.act(cast.recruiter, service.mark_unreachable, repayment)
    scene.act(cast.recruiter, service.quantify, repayment, "quantify", "NPR", Basis.EVIDENCE)
    for _ in range(3):
        scene.act(
            cast.recruiter_staff,
            service.attempt,
            repayment,
            channel="telephone",
            outcome="number_not_in_service",
            made_on=scene.today,
        )
    with pytest.raises(MoveRefused, match="held apart for an unreachable"):
        hold(fees, repayment, "NPR50000")
    scene.act(cast.recruiter, service.mark_unreachable, repayment)
    assert remainders(fees) == 1
    with pytest.raises(Invalid, match="exactly what is left"):
        hold(fees, repayment, "NPR49999.99")
    with pytest.raises(Conflict, match="no money is held apart"):
        scene.act(cast.auditor, service.check_held_apart, repayment)
    hold(fees, repayment, "NPR50000")
    assert remainders(fees) == 1
    with pytest.raises(RoleRefused):
        scene.act(cast.recruiter, service.check_held_apart, repayment)
    scene.act(cast.auditor, service.check_held_apart, repayment)
    assert remainders(fees) == 0
    check = checked(scene.workbench, cast.auditor, fees.recruiter)
    assert check.unremedied == 0
    assert check.result["employer_pays"]["overall"] == "violates"

    scene.wait(days=1)
    scene.act(cast.recruiter, service.quantify, repayment, "trace", "NPR", Basis.EVIDENCE)
    assert remainders(fees) == 1
    scene.act(cast.auditor, service.agree, repayment)
    scene.act(
        cast.recruiter,
        service.schedule,
        repayment,
        lambda left: equal_instalments(left, 1, scene.today, 1),
    )
    with pytest.raises(MoveRefused, match="0 attempts"):
        scene.act(cast.recruiter, service.mark_unreachable, repayment)
    scene.act(cast.recruiter, service.pay, repayment, "settle", paid(fees, "NPR50000"))
    scene.act(cast.auditor, service.verify, repayment, bank_record=SHA256)
    assert stored(fees, repayment)[0].state == State.VERIFIED


def hold(fees: Fees, repayment: str, amount: str) -> None:
    scene = fees.scene
    scene.act(
        scene.cast.recruiter,
        service.hold_apart,
        repayment,
        money(amount),
        held_on=scene.today,
        evidence_sha256=SHA256,
    )


def test_an_estimate_is_marked_and_gives_way_to_evidence(fees: Fees) -> None:
    scene, cast = fees.scene, fees.scene.cast
    arrived: dict[str, Any] = {"arrived_on": date(2025, 5, 1)}
    for number in range(2, 7):
        told(fees, number, charge(f"NPR{number}0000"), **arrived)
    said = recorded(
        scene,
        cast.recruiter,
        Source.LEDGER,
        [worker(1, **arrived)],
        recruiter=fees.recruiter,
    )
    repayment = begun(fees, said.pseudonyms["w1"])
    with pytest.raises(MoveRefused, match="owed nothing"):
        scene.act(cast.recruiter, service.quantify, repayment, "quantify", "NPR", Basis.EVIDENCE)
    with pytest.raises(MoveRefused, match="missing: the exchange rate of NPR and USD"):
        scene.act(
            cast.recruiter, service.quantify, repayment, "quantify", "USD", Basis.COHORT_ESTIMATE
        )
    scene.act(cast.recruiter, service.quantify, repayment, "quantify", "NPR", Basis.COHORT_ESTIMATE)
    _, record = stored(fees, repayment)
    assert record.quantification is not None
    assert record.amount == money("NPR40000")
    assert record.quantification.cohort == {
        "origin": "NP",
        "arrived_in": 2025,
        "workers_with_evidence": 5,
    }
    with scene.workbench.database.read() as session:
        assert queries.totals(session, fees.recruiter).estimated["NPR"] == 4000000

    told(fees, 1, charge("NPR102641.51", evidence=Evidence.BANK_RECORD))
    with pytest.raises(RoleRefused):
        scene.act(cast.recruiter, service.quantify, repayment, "requantify", "NPR", Basis.EVIDENCE)
    scene.act(cast.auditor, service.quantify, repayment, "requantify", "NPR", Basis.EVIDENCE)
    assert stored(fees, repayment)[1].amount == money("NPR102641.51")
    with pytest.raises(MoveRefused, match="does not replace it"):
        scene.act(
            cast.auditor, service.quantify, repayment, "requantify", "NPR", Basis.COHORT_ESTIMATE
        )


def test_payments_stay_counted_when_the_amount_is_corrected(fees: Fees) -> None:
    scene, cast = fees.scene, fees.scene.cast
    repayment = begun(fees, told(fees, 1, charge("NPR60000")))
    scene.act(cast.auditor, service.quantify, repayment, "quantify", "NPR", Basis.EVIDENCE)
    scene.act(cast.auditor, service.agree, repayment)
    scene.act(
        cast.recruiter,
        service.schedule,
        repayment,
        lambda left: equal_instalments(left, 2, scene.today, 1),
    )
    scene.act(cast.recruiter, service.pay, repayment, "pay_instalment", paid(fees, "NPR30000"))
    with pytest.raises(MoveRefused, match="lies ahead"):
        scene.act(
            cast.recruiter,
            service.pay,
            repayment,
            "pay_instalment",
            paid(fees, "NPR1", scene.today + timedelta(days=1)),
        )
    with pytest.raises(MoveRefused, match="exchange rate of USD and NPR"):
        scene.act(cast.recruiter, service.pay, repayment, "pay_instalment", paid(fees, "USD10"))
    told(fees, 1, charge("NPR1000", "cost.medical"))
    scene.act(cast.auditor, service.quantify, repayment, "requantify", "NPR", Basis.EVIDENCE)
    _, record = stored(fees, repayment)
    assert (record.amount, record.left) == (money("NPR61000"), money("NPR31000"))


def test_whoever_has_no_part_in_it_finds_no_repayment(fees: Fees) -> None:
    scene, cast = fees.scene, fees.scene.cast
    pseudonym = told(fees)
    repayment = begun(fees, pseudonym)
    for outsider in (
        cast.other_company_lead,
        cast.other_recruiter,
        cast.other_lead,
        fees.employer,
    ):
        with pytest.raises((NotFound, RoleRefused)):
            scene.act(outsider, service.quantify, repayment, "quantify", "NPR", Basis.EVIDENCE)
        with pytest.raises((NotFound, RoleRefused)):
            scene.act(outsider, service.identify, fees.recruiter, [pseudonym])
    with scene.workbench.begin(ANYONE) as work, pytest.raises(NotFound):
        service.answer(work, "0" * 24, "agree")
    _, first = scene.act(cast.auditor, service.give_code, repayment)
    scene.wait(seconds=1)
    _, second = scene.act(cast.auditor, service.give_code, repayment)
    with scene.workbench.begin(ANYONE) as work, pytest.raises(NotFound):
        service.answer(work, first, "agree")
    with scene.workbench.begin(ANYONE) as work, pytest.raises(MoveRefused):
        service.answer(work, second, "received")
    with pytest.raises(RoleRefused):
        scene.act(cast.recruiter, service.give_code, repayment)
