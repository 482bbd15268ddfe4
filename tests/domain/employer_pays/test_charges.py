"""Who records and who reads what of workers, over both databases (DOMAIN §8, SECURITY S7)."""

from datetime import date

import pytest
from sqlalchemy import MetaData, func, select

from app.employer_pays.charge import Payer
from app.employer_pays.charges import queries, service
from app.employer_pays.charges.models import ChargeRow, ChargeWorker
from app.employer_pays.charges.sight import sight
from app.employer_pays.exchange import ExchangeRate, parse_rate
from app.employer_pays.rates import service as rates
from app.employer_pays.triangulation import Source
from app.kernel.errors import Invalid, NotFound
from app.lifecycle.journal import RoleRefused
from app.platform.pagination import Cursors, Paging
from app.recruiters.pseudonyms import Document, NameAndBirth
from tests.domain.employer_pays.conftest import Fees
from tests.making.access import Someone
from tests.making.charges import DAY, charge, checked, money, recorded, worker

PAGE = Paging(200, None, [], Cursors(b"c" * 32))


def seen(fees: Fees, someone: Someone) -> set[tuple[str, str]]:
    with fees.scene.workbench.database.read() as session:
        found = queries.charges(
            session, sight(session, someone.actor, fees.recruiter), PAGE, fees.recruiter
        )
    return {(it.row.source, it.row.category) for it in found}


def everything(fees: Fees) -> None:
    """One charge from every source of one worker."""
    scene, cast = fees.scene, fees.scene.cast
    employer = str(fees.employer.actor.organisation)
    where = {"recruiter": fees.recruiter}
    recorded(
        scene,
        cast.recruiter_staff,
        Source.LEDGER,
        [worker(1, employer_id=employer)],
        [charge(), charge("NPR9", "cost.medical", Payer.EMPLOYER)],
        **where,
    )
    recorded(
        scene, cast.expert, Source.STATEMENT, [worker()], [charge()], **where, audit=fees.audit
    )
    recorded(
        scene,
        fees.employer,
        Source.INVOICE,
        [worker()],
        [charge("NPR8", by=Payer.EMPLOYER)],
        **where,
    )
    recorded(
        scene,
        cast.auditor,
        Source.INVOICE,
        [worker(1, employer_id=str(fees.other_employer.actor.organisation))],
        [charge("NPR7", "cost.training", Payer.EMPLOYER)],
        **where,
        audit=fees.audit,
    )
    recorded(
        scene,
        cast.scheme_manager,
        Source.SCHEDULE,
        [worker()],
        [charge("NPR3", "cost.administrative:visa", Payer.UNKNOWN)],
        **where,
    )


def test_each_source_is_recorded_and_read_only_by_whom_the_scheme_lets(fees: Fees) -> None:
    scene, cast = fees.scene, fees.scene.cast
    everything(fees)
    allowed = {
        Source.LEDGER: {cast.recruiter.person, cast.recruiter_staff.person},
        Source.STATEMENT: {cast.lead.person, cast.auditor.person, cast.expert.person},
        Source.SCHEDULE: {cast.scheme_manager.person},
    }
    everybody = (
        cast.recruiter, cast.recruiter_staff, cast.lead, cast.auditor, cast.expert,
        cast.other_lead, cast.other_company_lead, cast.reviewer, cast.decision_maker,
        cast.programme_manager, cast.scheme_manager, cast.other_recruiter, fees.employer,
    )  # fmt: skip
    for source, people in allowed.items():
        for someone in everybody:
            if someone.person in people:
                recorded(
                    scene, someone, source, [worker(2)], recruiter=fees.recruiter, audit=fees.audit
                )
                continue
            with pytest.raises((NotFound, RoleRefused)):
                recorded(
                    scene, someone, source, [worker(2)], recruiter=fees.recruiter, audit=fees.audit
                )
    with pytest.raises(NotFound):
        recorded(scene, cast.auditor, Source.STATEMENT, [worker()], recruiter=fees.recruiter)

    fee, medical = ("ledger", "fee.placement"), ("ledger", "cost.medical")
    own, other = ("invoice", "fee.placement"), ("invoice", "cost.training")
    told, visa = ("statement", "fee.placement"), ("schedule", "cost.administrative:visa")
    assert seen(fees, cast.auditor) == {fee, medical, own, other, told, visa}
    assert seen(fees, cast.scheme_manager) == {fee, medical, own, other, told, visa}
    assert seen(fees, cast.recruiter) == {fee, medical, own, other, visa}
    assert seen(fees, fees.employer) == {fee, medical, own}
    assert seen(fees, fees.other_employer) == {other}
    for outsider in (cast.other_lead, cast.other_company_lead, cast.other_recruiter, cast.observer):
        with pytest.raises(NotFound):
            seen(fees, outsider)


def test_one_person_has_one_pseudonym_and_the_identity_is_nowhere(fees: Fees) -> None:
    scene, cast = fees.scene, fees.scene.cast
    same = [
        service.NewWorker("a", "NP-MY", {}, Document("NP", "pa 0000001")),
        service.NewWorker("b", "NP-MY", {}, NameAndBirth("Asha  GURUNG", date(1999, 1, 2))),
    ]
    first = recorded(
        scene, cast.recruiter, Source.LEDGER, [worker(1), *same], recruiter=fees.recruiter
    )
    second = recorded(
        scene,
        cast.auditor,
        Source.STATEMENT,
        [
            worker(1),
            service.NewWorker("b", "NP-MY", {}, NameAndBirth("asha gurung", date(1999, 1, 2))),
        ],
        recruiter=fees.recruiter,
        audit=fees.audit,
    )
    assert first.pseudonyms["w1"] == first.pseudonyms["a"] == second.pseudonyms["w1"]
    assert first.pseudonyms["b"] == second.pseudonyms["b"]
    assert first.pseudonyms["a"] != first.pseudonyms["b"]
    with scene.workbench.database.read() as session:
        tables = MetaData()
        tables.reflect(session.connection())
        for table in tables.tables.values():
            text = "".join(map(str, session.execute(select(table)).all())).casefold()
            assert "pa0000001" not in text
            assert "gurung" not in text


def test_a_correction_supersedes_and_nothing_is_changed(fees: Fees) -> None:
    scene, cast = fees.scene, fees.scene.cast
    said = recorded(
        scene, cast.recruiter, Source.LEDGER, [worker()], [charge()], recruiter=fees.recruiter
    )
    (wrong,) = said.charges

    def correct(someone: Someone, source: Source, number: int = 1, *more: str) -> str:
        charges = [charge("NPR0", supersedes=it) for it in (wrong, *more)]
        return recorded(
            scene, someone, source, [worker(number)], charges,
            recruiter=fees.recruiter, audit=fees.audit,
        ).charges[0]  # fmt: skip

    with pytest.raises(Invalid, match="mend each fault") as refused:
        correct(cast.auditor, Source.STATEMENT)
    assert refused.value.errors[0].pointer == "/charges/0/supersedes"
    with pytest.raises(Invalid):
        correct(cast.recruiter, Source.LEDGER, 2)
    with pytest.raises(Invalid):
        correct(cast.recruiter, Source.LEDGER, 1, wrong)
    right = correct(cast.recruiter, Source.LEDGER)
    with pytest.raises(Invalid) as again:
        correct(cast.recruiter, Source.LEDGER)
    assert "corrected already" in again.value.errors[0].detail
    with scene.workbench.database.read() as session:
        every = queries.charges(
            session, sight(session, cast.recruiter.actor, fees.recruiter), PAGE, fees.recruiter,
            current=False,
        )  # fmt: skip
    assert {(it.row.id, it.superseded_by) for it in every} == {(wrong, right), (right, None)}
    assert checked(scene.workbench, cast.auditor, fees.recruiter).result["workers_who_paid"] == 0


def test_an_employer_answers_only_what_the_ledger_says_of_it(fees: Fees) -> None:
    scene = fees.scene
    employer = str(fees.employer.actor.organisation)
    said = recorded(
        scene,
        scene.cast.recruiter,
        Source.LEDGER,
        [worker(1, employer_id=employer)],
        [charge("NPR9", "cost.medical", Payer.EMPLOYER), charge()],
        recruiter=fees.recruiter,
    )
    for someone, place in ((fees.other_employer, 0), (fees.employer, 1), (scene.cast.recruiter, 0)):
        with pytest.raises(NotFound):
            scene.act(someone, service.answer, said.charges[place], confirmed=True)
    for confirmed in (True, False):
        scene.wait(seconds=1)
        scene.act(fees.employer, service.answer, said.charges[0], confirmed=confirmed)
    check = checked(scene.workbench, scene.cast.auditor, fees.recruiter)
    assert check.unclear == 1
    assert [it["finding"] for it in check.result["triangulation"]] == [
        "denied_by_the_employer",
        "one_source",
    ]
    with pytest.raises(Invalid, match="mend each fault"):
        recorded(
            scene, scene.cast.recruiter, Source.LEDGER,
            [worker(1, employer_id=scene.cast.lead.actor.organisation)], recruiter=fees.recruiter,
        )  # fmt: skip


def test_a_charge_keeps_the_rate_of_its_day_and_a_missing_one_is_named(fees: Fees) -> None:
    scene, cast = fees.scene, fees.scene.cast
    rate = ExchangeRate("MYR", "NPR", parse_rate("33.10"), DAY, "central bank")
    scene.act(cast.scheme_manager, rates.import_rates, [(rate, "33.10")])
    again = scene.act(cast.scheme_manager, rates.import_rates, [(rate, "33.10")])
    assert (again.added, again.unchanged) == (0, 1)
    other = ExchangeRate("MYR", "NPR", parse_rate("34"), DAY, "central bank")
    with pytest.raises(Invalid, match="No rate was imported"):
        scene.act(cast.scheme_manager, rates.import_rates, [(other, "34")])
    scene.wait(seconds=1)
    later = ExchangeRate("NPR", "MYR", parse_rate("0.5"), DAY, "another")
    scene.act(cast.scheme_manager, rates.import_rates, [(later, "0.5")])

    said = recorded(
        scene,
        cast.auditor,
        Source.STATEMENT,
        [worker(1, first_month_earnings=money("MYR1000"))],
        [
            charge("NPR33100"),
            charge("NPR5", on=date(2026, 1, 21)),
            charge("NPR5", on=None),
            charge("MYR5"),
        ],
        recruiter=fees.recruiter,
        audit=fees.audit,
    )
    assert said.without_rate == ["NPR and MYR on 2026-01-21", "NPR and MYR: a charge has no date"]
    with scene.workbench.database.read() as session:
        kept = session.get_one(ChargeRow, said.charges[0])
        assert (kept.rate, kept.rate_source, kept.rate_on) == ("33.1", "central bank", DAY)
    check = checked(scene.workbench, cast.auditor, fees.recruiter)
    assert check.result["indicator"]["missing"] == 1
    assert any("exchange rate to MYR" in it["what"] for it in check.result["not_judged"])


def test_hostile_amounts_are_refused_and_nothing_is_stored(fees: Fees) -> None:
    scene = fees.scene
    with pytest.raises(Invalid, match="mend each fault"):
        recorded(
            scene, scene.cast.recruiter, Source.LEDGER, [worker()],
            [charge("NPR1"), charge("NPR100000000000.01")], recruiter=fees.recruiter,
        )  # fmt: skip
    with scene.workbench.database.read() as session:
        assert session.scalar(select(func.count()).select_from(ChargeWorker)) == 0
