"""Applications through the service, on both databases: what each move leaves behind (DOMAIN §5)."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from app.access.lifecycle import Kind
from app.applications import agreement, queries, service
from app.applications.content import Content, Site
from app.applications.fee import Payment
from app.applications.lifecycle import APPLICATION, RejectionReason, State
from app.applications.models import Agreement, Application, DeferralItem, FeePayment
from app.kernel.clock import MovableClock
from app.kernel.errors import Conflict, Invalid, NotFound, StaleVersion
from app.kernel.roles import SYSTEM
from app.lifecycle import journal
from app.lifecycle.approvals import Approval, SecondSignatureRefused
from app.lifecycle.journal import JournalEntry, MoveRefused, RoleRefused, Work, Workbench
from app.platform.database import try_lock
from app.recruiters import queries as recruiters
from app.recruiters import service as recruiters_service
from tests.making import access, applications
from tests.making import recruiters as recruiters_making
from tests.making.access import Someone
from tests.making.applications import REASONS, Cast, payment

NOWHERE = "0190f0c4-8e2a-7c31-9b53-0d1c2e3f4a5b"
OTHER_REASONS = (RejectionReason.FALSE_INFORMATION,)


def does(
    workbench: Workbench, someone: Someone, effect: Callable[..., Any], *values: Any, **named: Any
) -> Any:
    """What a function of the service answers to this person, in a transaction of its own."""
    with workbench.begin(someone.actor) as work:
        return effect(work, *values, **named)


def row(workbench: Workbench, application: str) -> Application:
    with workbench.database.read() as session:
        return session.get_one(Application, application)


def history(workbench: Workbench, application: str) -> list[JournalEntry]:
    with workbench.database.read() as session:
        return journal.history(session, APPLICATION.name, application)


def standing(workbench: Workbench, application: str) -> tuple[str, int]:
    found = row(workbench, application)
    return found.state, found.version


def test_every_state_is_reached(workbench: Workbench, people: Cast) -> None:
    for state in State:
        application = applications.application(workbench, people, state)
        assert row(workbench, application).state == state


def test_the_whole_way_is_in_the_journal_with_the_role_that_made_each_move(
    workbench: Workbench, people: Cast
) -> None:
    application = applications.application(workbench, people, State.CONTRACTED)
    assert [(e.action, e.target, e.role) for e in history(workbench, application)] == [
        ("draft", "draft", "recruiter_staff"),
        ("submit", "submitted", "recruiter_staff"),
        ("clear_payment", "in_review", "scheme_manager"),
        ("accept", "accepted", "application_reviewer"),
        ("contract", "contracted", "programme_manager"),
    ]


def test_an_application_is_drafted_for_ones_own_recruiter(
    workbench: Workbench, people: Cast
) -> None:
    with workbench.begin(SYSTEM) as work:
        stranger = applications.cast(work)
    with pytest.raises(NotFound):
        does(
            workbench,
            stranger.admin,
            service.draft,
            recruiter_id=people.recruiter,
            content=Content(),
        )


def test_a_draft_may_be_empty_and_is_refused_with_every_gap_when_it_is_handed_in(
    workbench: Workbench, people: Cast
) -> None:
    drafted = does(
        workbench,
        people.staff,
        service.draft,
        recruiter_id=people.recruiter,
        content=Content(),
    )
    with pytest.raises(MoveRefused) as refused:
        does(workbench, people.staff, service.submit, drafted.id)
    assert len(refused.value.reasons) == 8
    assert standing(workbench, drafted.id) == ("draft", 1)


def test_what_is_edited_replaces_its_part_and_nothing_else(
    workbench: Workbench, people: Cast
) -> None:
    application = applications.application(workbench, people)
    changes = {"workers_per_year": 12, "sites": (Site("Office", "NP", "Biratnagar"),)}
    does(workbench, people.staff, service.edit, application, changes)
    stored = Content.from_json(row(workbench, application).content)
    assert (stored.workers_per_year, len(stored.sites)) == (12, 1)
    assert stored.corridors == ("NP-MY", "NP-QA")
    assert standing(workbench, application) == ("draft", 1)


def test_content_stands_still_once_it_was_handed_in(workbench: Workbench, people: Cast) -> None:
    for state in set(State) - {State.DRAFT, State.DEFERRED}:
        application = applications.application(workbench, people, state)
        with pytest.raises(MoveRefused, match="its content changes while it is deferred or draft"):
            does(
                workbench,
                people.staff,
                service.edit,
                application,
                {"workers_per_year": 1},
            )


def test_an_edit_of_an_overtaken_version_is_stale(workbench: Workbench, people: Cast) -> None:
    application = applications.application(workbench, people, State.DEFERRED)
    with pytest.raises(StaleVersion, match="version 3 is not current"):
        does(
            workbench,
            people.staff,
            service.edit,
            application,
            {},
            expected_version=3,
        )
    does(
        workbench,
        people.staff,
        service.edit,
        application,
        {},
        expected_version=4,
    )


def record(workbench: Workbench, people: Cast, application: str, paid: Payment) -> Any:
    return does(workbench, people.scheme_manager, service.record_payment, application, paid)


def clear(workbench: Workbench, people: Cast, application: str, *paid: Payment) -> Any:
    return does(workbench, people.scheme_manager, service.clear_payment, application, *paid)


def payments(workbench: Workbench) -> list[str]:
    with workbench.database.read() as session:
        return list(session.scalars(select(FeePayment.reference).order_by(FeePayment.reference)))


def test_a_fee_that_is_paid_in_parts_and_late_is_cleared_when_the_sum_is_there(
    workbench: Workbench, people: Cast, clock: MovableClock
) -> None:
    """DOMAIN §5: review starts when the payment clears."""
    application = applications.application(workbench, people, State.SUBMITTED)
    with pytest.raises(MoveRefused, match="has not been received"):
        clear(workbench, people, application)
    record(workbench, people, application, payment(clock.now().date(), "FT-1", "400.00"))
    with pytest.raises(MoveRefused, match=r"600\.00 USD are missing"):
        clear(workbench, people, application)
    clock.advance(timedelta(days=300))
    today = clock.now().date()
    with pytest.raises(MoveRefused, match=r"0\.01 USD are missing"):
        clear(workbench, people, application, payment(today, "FT-2", "599.99"))
    assert payments(workbench) == ["FT-1"]  # what was refused was not recorded either
    clear(workbench, people, application, payment(today, "FT-2", "650.00"))
    with workbench.database.read() as session:
        fee = queries.fee(session, application)
        assert fee is not None
        assert (fee.invoice_number, str(fee.overpaid)) == ("INV-2026-00001", "50.00 USD")
        assert queries.entered_at(session, row(workbench, application)) == clock.now()
    with pytest.raises(MoveRefused, match="the application is in_review"):
        clear(workbench, people, application, payment(today, "FT-3"))
    record(workbench, people, application, payment(today, "FT-3"))  # late money is a fact too
    assert payments(workbench) == ["FT-1", "FT-2", "FT-3"]


def test_no_payment_counts_twice_not_even_for_another_application(
    workbench: Workbench, people: Cast, clock: MovableClock
) -> None:
    today = clock.now().date()
    first, second = (applications.application(workbench, people, State.SUBMITTED) for _ in range(2))
    record(workbench, people, first, payment(today, "FT-1", "500.00"))
    for application in (first, second):
        with pytest.raises(MoveRefused, match="FT-1 is recorded already"):
            record(workbench, people, application, payment(today, "FT-1", "500.00"))
        with pytest.raises(MoveRefused, match="FT-1 is recorded already"):
            clear(workbench, people, application, payment(today, "FT-1", "1000.00"))
    assert payments(workbench) == ["FT-1"]


def test_only_the_scheme_manager_records_money_and_only_for_an_invoice(
    workbench: Workbench, people: Cast, clock: MovableClock
) -> None:
    paid = payment(clock.now().date())
    draft = applications.application(workbench, people)
    with pytest.raises(MoveRefused, match="no fee was invoiced"):
        record(workbench, people, draft, paid)
    submitted = applications.application(workbench, people, State.SUBMITTED)
    with pytest.raises(RoleRefused):
        does(workbench, people.reviewer, service.record_payment, submitted, paid)


def test_a_new_application_after_a_lapsed_one_costs_a_new_fee(
    workbench: Workbench, people: Cast
) -> None:
    """DOMAIN §5: deferred → lapsed, a new fee."""
    lapsed = applications.application(workbench, people, State.LAPSED)
    again = applications.application(workbench, people, State.SUBMITTED)
    with pytest.raises(MoveRefused, match="has not been received"):
        clear(workbench, people, again)
    with workbench.database.read() as session:
        old, new = (queries.fee(session, application) for application in (lapsed, again))
    assert old is not None
    assert new is not None
    assert (old.invoice_number, new.invoice_number) == ("INV-2026-00001", "INV-2026-00002")


@pytest.mark.parametrize("templates", ["postgresql"], indirect=True)
def test_one_payment_is_recorded_by_one_call_at_a_time(
    workbench: Workbench, people: Cast, clock: MovableClock
) -> None:
    unpaid = applications.application(workbench, people, State.SUBMITTED)
    with workbench.begin(SYSTEM) as work:
        assert try_lock(work.session, "payment FT-1")
        with pytest.raises(Conflict, match="at this moment"):
            clear(workbench, people, unpaid, payment(clock.now().date()))


def items(workbench: Workbench, application: str) -> list[DeferralItem]:
    with workbench.database.read() as session:
        asked = select(DeferralItem).where(DeferralItem.application_id == application)
        return list(session.scalars(asked.order_by(DeferralItem.deferral, DeferralItem.place)))


def test_the_review_goes_on_when_the_last_item_is_answered(
    workbench: Workbench, people: Cast, clock: MovableClock
) -> None:
    application = applications.application(workbench, people, State.DEFERRED)
    first, second = items(workbench, application)
    assert (first.request, second.place) == ("A copy of the licence.", 2)
    (*_, deferral) = history(workbench, application)
    assert deferral.facts == {"items": [first.id, second.id]}

    def answer(item: DeferralItem, text: str) -> None:
        does(
            workbench,
            people.staff,
            service.answer_item,
            application,
            item.id,
            text,
        )

    def resume() -> None:
        does(workbench, people.admin, service.resume, application)

    with pytest.raises(MoveRefused, match="2 items"):
        resume()
    answer(first, "It is added.")
    with pytest.raises(MoveRefused, match="1 item"):
        resume()
    answer(second, "There is none.")
    answer(second, "It is added, too.")
    resume()
    assert standing(workbench, application) == ("in_review", 5)
    done = items(workbench, application)[1]
    assert (done.answer, done.answered_by) == ("It is added, too.", people.staff.person)
    assert done.answered_at == clock.now()
    with pytest.raises(MoveRefused, match="items are answered while it is deferred"):
        answer(second, "Once more.")


def test_a_second_deferral_asks_for_its_own_items_only(workbench: Workbench, people: Cast) -> None:
    application = applications.application(workbench, people, State.DEFERRED)
    for item in items(workbench, application):
        does(
            workbench,
            people.staff,
            service.answer_item,
            application,
            item.id,
            "Here.",
        )
    does(workbench, people.staff, service.resume, application)
    does(
        workbench,
        people.second_reviewer,
        service.defer,
        application,
        ["The lease once more."],
    )
    old, *_, new = items(workbench, application)
    with pytest.raises(MoveRefused, match="1 item"):
        does(workbench, people.staff, service.resume, application)
    with pytest.raises(NotFound):
        does(
            workbench,
            people.staff,
            service.answer_item,
            application,
            old.id,
            "Here.",
        )
    does(
        workbench,
        people.staff,
        service.answer_item,
        application,
        new.id,
        "Here.",
    )
    does(workbench, people.staff, service.resume, application)


def test_an_item_that_is_not_there_is_not_found(workbench: Workbench, people: Cast) -> None:
    application = applications.application(workbench, people, State.DEFERRED)
    for unknown in (NOWHERE, "1"):
        with pytest.raises(NotFound):
            does(
                workbench,
                people.staff,
                service.answer_item,
                application,
                unknown,
                "Here.",
            )


def test_a_deferral_of_nothing_is_refused(workbench: Workbench, people: Cast) -> None:
    application = applications.application(workbench, people, State.IN_REVIEW)
    with pytest.raises(MoveRefused, match="no missing item"):
        does(workbench, people.reviewer, service.defer, application, [])


def test_two_reviewers_reject_for_the_same_reasons(
    workbench: Workbench, people: Cast, clock: MovableClock
) -> None:
    application = applications.application(workbench, people, State.IN_REVIEW)

    def reject(someone: Someone, reasons: tuple[RejectionReason, ...] = REASONS) -> Any:
        return does(workbench, someone, service.reject, application, reasons)

    first = reject(people.reviewer)
    assert isinstance(first, Approval)
    assert standing(workbench, application) == ("in_review", 3)
    with pytest.raises(SecondSignatureRefused, match="another person must too"):
        reject(people.reviewer)
    with pytest.raises(Conflict, match="other terms"):
        reject(people.second_reviewer, OTHER_REASONS)
    clock.advance(timedelta(hours=23))
    assert isinstance(reject(people.second_reviewer), Application)
    (*_, rejected) = history(workbench, application)
    assert rejected.reason_code == "not_eligible"
    assert rejected.facts["reasons"] == ["not_eligible"]
    assert {signature["person"] for signature in rejected.facts["signatures"]} == {
        people.reviewer.person,
        people.second_reviewer.person,
    }


def test_a_rejection_signed_once_falls_after_a_day(
    workbench: Workbench, people: Cast, clock: MovableClock
) -> None:
    application = applications.application(workbench, people, State.IN_REVIEW)

    def reject(someone: Someone) -> Any:
        return does(workbench, someone, service.reject, application, REASONS)

    reject(people.reviewer)
    clock.advance(timedelta(hours=24))
    assert isinstance(reject(people.second_reviewer), Approval)
    assert isinstance(reject(people.reviewer), Application)


def test_acceptance_computes_the_audit_and_issues_the_recruiter_number(
    workbench: Workbench, people: Cast
) -> None:
    application = applications.application(workbench, people, State.ACCEPTED)
    accepted = row(workbench, application)
    assert (accepted.stage_1_days, accepted.stage_2_days, accepted.sites_to_sample) == (1, 5, 2)
    with workbench.database.read() as session:
        assert recruiters.brief(session, people.recruiter).number == "LRN00012603"


def test_a_recruiter_that_applies_again_keeps_its_number(
    workbench: Workbench, people: Cast, clock: MovableClock
) -> None:
    applications.application(workbench, people, State.ACCEPTED)
    clock.advance(timedelta(days=40))
    applications.application(workbench, people, State.ACCEPTED)
    with workbench.database.read() as session:
        assert recruiters.brief(session, people.recruiter).number == "LRN00012603"


def test_an_acceptance_that_is_refused_issues_no_number(workbench: Workbench, people: Cast) -> None:
    application = applications.application(workbench, people, State.SUBMITTED)
    with pytest.raises(MoveRefused):
        does(workbench, people.reviewer, service.accept, application)
    with workbench.database.read() as session:
        assert recruiters.brief(session, people.recruiter).number is None


def test_an_application_older_than_its_recruiter_is_accepted_too(
    workbench: Workbench, people: Cast, clock: MovableClock
) -> None:
    now = clock.now()
    clock.move_to(now - timedelta(days=1))  # a sandbox may move its clock back
    application = applications.application(workbench, people)
    assert application < people.recruiter
    clock.move_to(now)
    for step in applications.PATHS[State.ACCEPTED]:
        step(workbench, people, application)
    assert row(workbench, application).state == "accepted"


def sign(workbench: Workbench, someone: Someone, application: str, company: str) -> Any:
    return does(
        workbench,
        someone,
        service.contract,
        application,
        audit_company=company,
    )


def test_both_sides_sign_within_the_offer_and_the_case_begins(
    workbench: Workbench, people: Cast, clock: MovableClock
) -> None:
    application = applications.application(workbench, people, State.ACCEPTED)
    assert isinstance(sign(workbench, people.admin, application, people.audit_company), Approval)
    clock.advance(timedelta(days=89))
    sign(workbench, people.programme_manager, application, people.audit_company)
    with workbench.database.read() as session:
        assert queries.case(session, application) == queries.Case(
            application=application,
            recruiter=people.recruiter,
            recruiter_organisation=people.recruiter_organisation,
            audit_company=people.audit_company,
            state="contracted",
            corridors=("NP-MY", "NP-QA"),
            sectors=("construction",),
            sites=(Site("Head office", "NP", "काठमाडौं"), Site("Branch", "NP", "पोखरा")),
            workers_per_year=260,
            standard="iris-1.2",
            contracted_at=clock.now(),
            stage_1_days=1,
            stage_2_days=5,
            sites_to_sample=2,
        )


def test_a_case_that_is_not_contracted_says_so(workbench: Workbench, people: Cast) -> None:
    application = applications.application(workbench, people, State.ACCEPTED)
    with workbench.database.read() as session:
        case = queries.case(session, application)
        assert (case.state, case.audit_company, case.contracted_at) == ("accepted", None, None)
        with pytest.raises(NotFound):
            queries.case(session, NOWHERE)
        with pytest.raises(NotFound):
            queries.case(session, "1")


def test_the_audit_company_signs_second_and_only_for_itself(
    workbench: Workbench, people: Cast
) -> None:
    application = applications.application(workbench, people, State.ACCEPTED)
    with pytest.raises(NotFound):
        sign(workbench, people.programme_manager, application, people.audit_company)
    with workbench.begin(SYSTEM) as work:
        other = applications.cast(work)
    sign(workbench, people.admin, application, people.audit_company)
    with pytest.raises(NotFound):
        sign(workbench, other.programme_manager, application, people.audit_company)
    with pytest.raises(Conflict, match="for your own audit company"):
        sign(workbench, people.programme_manager, application, other.audit_company)
    with pytest.raises(SecondSignatureRefused):
        sign(workbench, people.admin, application, people.audit_company)
    assert row(workbench, application).state == "accepted"
    assert row(workbench, application).audit_company_id == people.audit_company


def test_the_recruiter_may_name_another_audit_company_until_the_second_signature(
    workbench: Workbench, people: Cast
) -> None:
    application = applications.application(workbench, people, State.ACCEPTED)
    with workbench.begin(SYSTEM) as work:
        other = applications.cast(work).programme_manager
    wrong, right = str(other.actor.organisation), people.audit_company
    sign(workbench, people.admin, application, wrong)
    assert isinstance(sign(workbench, people.admin, application, right), Approval)
    with pytest.raises(NotFound):  # what it was named by mistake, it sees no more
        sign(workbench, other, application, wrong)
    with pytest.raises(SecondSignatureRefused, match="another person must too"):
        sign(workbench, people.admin, application, right)
    sign(workbench, people.programme_manager, application, right)
    assert row(workbench, application).audit_company_id == right
    with pytest.raises(MoveRefused):
        sign(workbench, people.admin, application, wrong)
    with workbench.database.read() as session:
        texts = {text.audit_company_id: text.id for text in session.scalars(select(Agreement))}
        (*_, contracted) = journal.history(session, APPLICATION.name, application)
    assert set(texts) == {wrong, right}
    assert contracted.facts["agreement"] == texts[right]


def test_both_sides_sign_the_text_that_was_signed_first(
    workbench: Workbench, people: Cast, clock: MovableClock
) -> None:
    application = applications.application(workbench, people, State.ACCEPTED)

    def text(someone: Someone, company: str | None = None) -> tuple[str, str, str]:
        with workbench.database.read() as session:
            return queries.agreement(session, someone.actor, application, company, clock.now())

    with pytest.raises(Invalid, match="name an audit company"):
        text(people.admin)
    company, offered, wording = text(people.admin, people.audit_company)
    assert "Stage 2: 5 day(s), 2 site(s) sampled" in offered
    with pytest.raises(Conflict, match="another text than the one you read"):
        does(
            workbench,
            people.admin,
            service.contract,
            application,
            audit_company=company,
            read="0" * 64,
        )
    read = agreement.digest(offered)
    does(workbench, people.admin, service.contract, application, audit_company=company, read=read)
    with workbench.begin(people.scheme_manager.actor) as work:
        recruiters_service.rename(work, people.recruiter, "Another Name", "correction")
    assert text(people.programme_manager) == (company, offered, wording)
    does(
        workbench,
        people.programme_manager,
        service.contract,
        application,
        audit_company=company,
        read=read,
    )
    assert text(people.admin) == (company, offered, wording)


def test_an_agreement_is_offered_at_acceptance_and_not_before(
    workbench: Workbench, people: Cast, clock: MovableClock
) -> None:
    application = applications.application(workbench, people, State.IN_REVIEW)
    with (
        workbench.database.read() as session,
        pytest.raises(MoveRefused, match="offered at acceptance"),
    ):
        queries.agreement(
            session, people.admin.actor, application, people.audit_company, clock.now()
        )


def test_recruiter_staff_sign_no_contract(workbench: Workbench, people: Cast) -> None:
    application = applications.application(workbench, people, State.ACCEPTED)
    with pytest.raises(RoleRefused):
        sign(workbench, people.staff, application, people.audit_company)


def test_only_an_audit_company_is_contracted(workbench: Workbench, people: Cast) -> None:
    application = applications.application(workbench, people, State.ACCEPTED)
    with workbench.begin(SYSTEM) as work:
        employer = access.organisation(work, Kind.EMPLOYER).id
    for company in (employer, NOWHERE):
        with pytest.raises(Invalid) as refused:
            sign(workbench, people.admin, application, company)
        assert refused.value.errors[0].pointer == "/audit_company"


def test_after_the_offer_nobody_signs_though_no_worker_ran(
    workbench: Workbench, people: Cast, clock: MovableClock
) -> None:
    application = applications.application(workbench, people, State.ACCEPTED)
    sign(workbench, people.admin, application, people.audit_company)
    clock.advance(timedelta(days=91))
    with pytest.raises(MoveRefused, match="the time for it ended with 2026-05-31"):
        sign(workbench, people.programme_manager, application, people.audit_company)


def test_an_application_is_withdrawn_at_any_time_before_the_contract(
    workbench: Workbench, people: Cast
) -> None:
    for state in (
        State.DRAFT,
        State.SUBMITTED,
        State.IN_REVIEW,
        State.DEFERRED,
        State.ACCEPTED,
    ):
        application = applications.application(workbench, people, state)
        does(workbench, people.admin, service.withdraw, application)
        assert row(workbench, application).state == "withdrawn"


def test_every_move_may_name_the_version_it_decides_on(workbench: Workbench, people: Cast) -> None:
    moves: list[tuple[State, Someone, Callable[[Work, str], Any]]] = [
        (State.DRAFT, people.staff, lambda w, a: service.submit(w, a, expected_version=9)),
        (
            State.SUBMITTED,
            people.scheme_manager,
            lambda w, a: service.clear_payment(w, a, payment(w.now.date()), expected_version=9),
        ),
        (
            State.IN_REVIEW,
            people.reviewer,
            lambda w, a: service.defer(w, a, ["x"], expected_version=9),
        ),
        (State.IN_REVIEW, people.reviewer, lambda w, a: service.accept(w, a, expected_version=9)),
        (
            State.IN_REVIEW,
            people.reviewer,
            lambda w, a: service.reject(w, a, REASONS, expected_version=9),
        ),
        (State.DEFERRED, people.staff, lambda w, a: service.resume(w, a, expected_version=9)),
        (
            State.ACCEPTED,
            people.admin,
            lambda w, a: service.contract(
                w, a, audit_company=people.audit_company, expected_version=9
            ),
        ),
        (State.ACCEPTED, people.staff, lambda w, a: service.withdraw(w, a, expected_version=9)),
    ]
    for state, someone, move in moves:
        application = applications.application(workbench, people, state)
        with pytest.raises(StaleVersion):
            does(workbench, someone, move, application)


def test_licences_agree_with_the_register_where_there_is_one(
    workbench: Workbench, people: Cast, tmp_path: Path
) -> None:
    """DOMAIN §5: licences valid; a register that was never imported says nothing."""
    application = applications.application(workbench, people)

    def imported(*rows: str) -> None:
        path = tmp_path / "register.csv"
        path.write_bytes(recruiters_making.register(*rows))
        recruiters_making.import_register(workbench, path, "NP")

    imported("NP,9999/1,Somebody Else,Kathmandu")
    with pytest.raises(MoveRefused, match="the register of NP does not name it"):
        does(workbench, people.staff, service.submit, application)
    imported("NP,9999/1,Somebody Else,Kathmandu", "NP,1203/076/77,Sagarmatha,Kathmandu")
    does(workbench, people.staff, service.submit, application)
    does(
        workbench,
        people.scheme_manager,
        service.clear_payment,
        application,
        payment(workbench.clock.now().date()),
    )
    imported("NP,9999/1,Somebody Else,Kathmandu")
    with pytest.raises(MoveRefused, match="the register of NP does not name it"):
        does(workbench, people.reviewer, service.accept, application)
