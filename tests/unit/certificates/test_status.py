"""The one function of DOMAIN §10, boundary by boundary."""

import json
from datetime import timedelta

import pytest

from app.certificates import status
from app.certificates.status import (
    Move,
    Result,
    Status,
    Timeline,
    compile_timeline,
    corridors_at,
    next_change,
    occupied,
    status_at,
    suspended_corridors,
)
from tests.unit.certificates.histories import History, at, issued

SECOND = timedelta(seconds=1)


def asked(history: History, when: str, corridor: str | None = None) -> Status:
    return status_at(history.timeline(), at(when), corridor)


def result(history: History, when: str, corridor: str | None = None) -> Result:
    return asked(history, when, corridor).result


def test_an_issued_certificate_is_active_from_its_effect_to_the_end_of_its_last_day() -> None:
    history = issued()
    assert result(history, "2026-03-15T09:59:59") is Result.NOT_YET_VALID
    assert result(history, "2026-03-15T10:00:00") is Result.ACTIVE
    assert result(history, "2029-03-14T23:59:59") is Result.ACTIVE
    assert result(history, "2029-03-15T00:00:00") is Result.EXPIRED
    active = asked(history, "2027-01-01")
    assert active.since == at("2026-03-15T10:00:00")
    assert active.expires_at == at("2029-03-15")
    assert (active.edition, active.reason_code) == (1, None)
    expired = asked(history, "2030-01-01")
    assert expired.since == expired.expires_at == at("2029-03-15")
    early = asked(history, "2020-01-01")
    assert (early.since, early.expires_at, early.edition) == (None, at("2029-03-15"), 1)


def test_a_certificate_from_29_february_expires_on_27_february() -> None:
    history = History().edition("issue", "2028-02-29", "2031-02-27")
    assert result(history, "2031-02-27T23:59:59") is Result.ACTIVE
    assert result(history, "2031-02-28T00:00:00") is Result.EXPIRED


def test_a_suspension_is_over_at_the_second_of_its_restoration() -> None:
    history = issued().suspended("2026-05-01T12:00:00", "r", code="worker_paid_fees")
    history.lifted("restore", "2026-06-01T12:00:00", "r")
    assert result(history, "2026-05-01T11:59:59") is Result.ACTIVE
    suspended = asked(history, "2026-05-01T12:00:00")
    assert suspended.result is Result.SUSPENDED
    assert suspended.reason_code == "worker_paid_fees"
    assert suspended.since == at("2026-05-01T12:00:00")
    assert suspended.expires_at == at("2029-03-15")
    assert result(history, "2026-06-01T11:59:59") is Result.SUSPENDED
    restored = asked(history, "2026-06-01T12:00:00")
    assert restored.result is Result.ACTIVE
    assert restored.since == at("2026-06-01T12:00:00")
    assert restored.expires_at == at("2029-03-15"), "suspended time is not added (C7)"


def test_a_suspension_with_two_reasons_needs_both_lifted() -> None:
    history = issued().suspended("2026-05-01", "a", code="worker_paid_fees")
    history.suspended("2026-05-10", "b", code="surveillance_missed")
    history.lifted("lift_reason", "2026-06-01", "a")
    first = asked(history, "2026-05-20")
    assert (first.reason_code, first.since) == ("worker_paid_fees", at("2026-05-01"))
    second = asked(history, "2026-06-02")
    assert second.result is Result.SUSPENDED
    assert (second.reason_code, second.since) == ("surveillance_missed", at("2026-05-01"))
    history.lifted("restore", "2026-07-01", "b")
    assert result(history, "2026-07-01") is Result.ACTIVE


def test_a_suspension_lifted_at_its_own_instant_covers_nothing() -> None:
    history = issued().suspended("2026-05-01", "r").lifted("restore", "2026-05-01", "r")
    assert result(history, "2026-05-01") is Result.ACTIVE
    assert history.timeline().suspensions == ()


def test_a_suspended_corridor_answers_for_itself_alone() -> None:
    history = issued().suspended("2026-05-01", "r", "NP-MY", code="corridor_licence_lost")
    timeline = history.timeline()
    assert status_at(timeline, at("2026-05-02")).result is Result.ACTIVE
    assert status_at(timeline, at("2026-05-02"), "NP-QA").result is Result.ACTIVE
    one = status_at(timeline, at("2026-05-02"), "NP-MY")
    assert (one.result, one.reason_code) == (Result.SUSPENDED, "corridor_licence_lost")
    assert suspended_corridors(timeline, at("2026-05-02")) == ("NP-MY",)
    assert suspended_corridors(timeline, at("2026-04-30")) == ()
    history.lifted("restore_corridors", "2026-06-01", "r/NP-MY")
    assert result(history, "2026-06-01", "NP-MY") is Result.ACTIVE


def test_a_suspended_certificate_is_suspended_in_every_corridor_of_its_scope() -> None:
    timeline = issued().suspended("2026-05-01", "r").timeline()
    assert suspended_corridors(timeline, at("2026-05-01")) == ("NP-MY", "NP-QA")
    assert status_at(timeline, at("2026-05-01"), "NP-AE").result is Result.OUT_OF_SCOPE


def test_a_removed_corridor_is_out_of_scope_since_its_removal() -> None:
    history = issued().edition("reduce_scope", "2026-08-01", "2029-03-14", ("NP-QA",))
    assert result(history, "2026-07-31T23:59:59", "NP-MY") is Result.ACTIVE
    removed = asked(history, "2026-09-01", "NP-MY")
    assert removed.result is Result.OUT_OF_SCOPE
    assert removed.since == at("2026-08-01")
    kept = asked(history, "2026-09-01", "NP-QA")
    assert (kept.result, kept.since) == (Result.ACTIVE, at("2026-03-15T10:00:00"))
    assert kept.edition == 2
    assert corridors_at(history.timeline(), at("2026-07-01")) == ("NP-MY", "NP-QA")
    assert corridors_at(history.timeline(), at("2026-09-01")) == ("NP-QA",)


def test_a_renewal_ahead_carries_on_where_the_old_cycle_ends() -> None:
    history = issued().edition("renew", "2029-03-15", "2032-03-14", recorded="2029-02-01T09:00:00")
    before = asked(history, "2029-03-01")
    assert (before.result, before.edition) == (Result.ACTIVE, 1)
    assert before.expires_at == at("2032-03-15")
    after = asked(history, "2029-03-15")
    assert (after.result, after.edition) == (Result.ACTIVE, 2)
    assert after.since == at("2026-03-15T10:00:00"), "valid without a break"
    unknown = status_at(history.timeline(known_at="2029-01-31"), at("2029-03-15"))
    assert unknown.result is Result.EXPIRED


def test_an_edition_that_begins_at_once_ends_the_one_before() -> None:
    history = issued().edition("renew", "2029-02-01", "2032-03-14")
    assert [(t.edition, t.end) for t in history.timeline().terms] == [
        (1, at("2029-02-01")),
        (2, at("2032-03-15")),
    ]


def test_an_edition_replaced_at_its_own_instant_was_never_in_force() -> None:
    history = issued().edition("reduce_scope", "2026-03-15T10:00:00", "2029-03-14", ("NP-QA",))
    assert [term.edition for term in history.timeline().terms] == [2]


def test_the_gap_before_a_late_restore_stays_expired() -> None:
    history = issued().edition("restore_expired", "2029-06-01", "2032-03-14")
    gap = asked(history, "2029-05-31T23:59:59")
    assert (gap.result, gap.since, gap.expires_at) == (
        Result.EXPIRED, at("2029-03-15"), at("2029-03-15"),
    )  # fmt: skip
    assert gap.edition == 1
    after = asked(history, "2029-06-01")
    assert (after.result, after.since) == (Result.ACTIVE, at("2029-06-01"))
    before = asked(history, "2029-03-01")
    assert before.expires_at == at("2029-03-15"), "the gap is not bridged"


def test_a_suspended_certificate_expires_too_and_says_so() -> None:
    history = issued().suspended("2029-01-01", "r")
    expired = asked(history, "2029-03-15")
    assert expired.result is Result.EXPIRED
    assert expired.suspended_at_expiry
    in_time = issued().suspended("2029-01-01", "r").lifted("restore", "2029-03-14T23:59:59", "r")
    assert not asked(in_time, "2029-03-15").suspended_at_expiry
    too_late = issued().suspended("2029-01-01", "r").lifted("restore", "2029-03-15", "r")
    assert asked(too_late, "2029-03-15").suspended_at_expiry


def test_a_corridor_suspended_at_expiry_is_told_only_of_that_corridor() -> None:
    history = issued().suspended("2029-01-01", "r", "NP-MY")
    assert asked(history, "2029-04-01", "NP-MY").suspended_at_expiry
    assert not asked(history, "2029-04-01").suspended_at_expiry
    assert not asked(history, "2029-04-01", "NP-QA").suspended_at_expiry


@pytest.mark.parametrize(
    ("action", "ended"),
    [("withdraw", Result.WITHDRAWN), ("terminate", Result.TERMINATED)],
)
def test_an_end_is_for_ever_even_past_the_expiry(action: str, ended: Result) -> None:
    history = issued().suspended("2026-05-01", "r").then(action, "2026-07-01", code="fraud")
    assert result(history, "2026-06-30T23:59:59") is Result.SUSPENDED
    over = asked(history, "2040-01-01")
    assert (over.result, over.since, over.reason_code) == (ended, at("2026-07-01"), "fraud")
    assert over.expires_at is None


def test_a_transferred_certificate_names_its_successor() -> None:
    history = issued().then(
        "transfer_out", "2027-01-01", particulars=status.succeeded_by("7K3M-9QXR-2V8D-4HT9")
    )
    moved = asked(history, "2027-01-01")
    assert moved.result is Result.TRANSFERRED_OUT
    assert moved.successor == "7K3M-9QXR-2V8D-4HT9"
    assert asked(history, "2026-12-31").successor is None


def test_an_overturned_withdrawal_from_the_decision_on_leaves_the_time_before_withdrawn() -> None:
    history = issued().then("withdraw", "2026-07-01", code="fraud").then("overturn", "2026-09-01")
    assert result(history, "2026-08-31T23:59:59") is Result.WITHDRAWN
    back = asked(history, "2026-09-01")
    assert (back.result, back.since) == (Result.ACTIVE, at("2026-09-01"))


def test_a_retroactive_overturn_takes_the_withdrawal_away_but_not_what_we_answered() -> None:
    history = issued().then("withdraw", "2026-07-01", code="fraud")
    history.then("overturn", "2026-07-01", recorded="2026-09-01")
    assert result(history, "2026-08-01") is Result.ACTIVE
    then = history.timeline(known_at="2026-08-15")
    assert status_at(then, at("2026-08-01")).result is Result.WITHDRAWN


def test_a_withdrawal_overturned_to_suspended_is_suspended_by_the_earlier_reason() -> None:
    history = issued().suspended("2026-05-01", "r", code="worker_paid_fees")
    history.then("withdraw", "2026-07-01", code="deadline_passed")
    history.then("overturn_to_suspended", "2026-09-01")
    back = asked(history, "2026-09-01")
    assert (back.result, back.reason_code) == (Result.SUSPENDED, "worker_paid_fees")
    assert back.since == at("2026-09-01")


def test_a_certificate_can_be_withdrawn_again() -> None:
    history = issued().then("withdraw", "2026-07-01").then("overturn", "2026-09-01")
    history.then("withdraw", "2026-10-01")
    assert [result(history, f"2026-{month}-15") for month in ("08", "09", "10")] == [
        Result.WITHDRAWN, Result.ACTIVE, Result.WITHDRAWN,
    ]  # fmt: skip


def test_an_annulment_counts_from_its_void_date_and_does_not_rewrite_past_answers() -> None:
    history = issued().then("withdraw", "2027-01-01")
    history.then("annul", "2026-06-01", recorded="2027-05-01", code="obtained_by_fraud")
    assert result(history, "2026-05-31T23:59:59") is Result.ACTIVE
    void = asked(history, "2026-06-01")
    assert (void.result, void.reason_code) == (Result.ANNULLED, "obtained_by_fraud")
    assert (void.since, void.expires_at) == (at("2026-06-01"), None)
    assert result(history, "2027-06-01") is Result.ANNULLED
    known = history.timeline(known_at="2027-04-30")
    assert status_at(known, at("2026-08-01")).result is Result.ACTIVE
    assert status_at(known, at("2027-04-30")).result is Result.WITHDRAWN


def test_moves_without_effect_on_validity_change_no_answer() -> None:
    history = issued()
    before = history.timeline()
    for action in ("maintain", "confirm_suspension", "flag_issuer", "unflag_issuer", "correct"):
        history.then(action, "2026-05-01")
    assert history.timeline() == before


def test_nothing_was_known_before_the_issue_was_recorded() -> None:
    history = issued()
    assert compile_timeline(history.moves, at("2026-03-15T10:00:00") - SECOND) is None
    assert compile_timeline([]) is None
    assert compile_timeline(history.moves, at("2026-03-15T10:00:00")) == history.timeline()


def test_a_history_that_cannot_be_is_refused() -> None:
    with pytest.raises(ValueError, match="begins with an edition"):
        compile_timeline([Move("suspend", at("2026-01-01"), at("2026-01-01"))])
    with pytest.raises(ValueError, match="never opened"):
        issued().lifted("restore", "2026-04-01", "unheard-of").timeline()
    with pytest.raises(ValueError, match="valid at some instant"):
        History().edition("issue", "2026-03-15", "2026-03-14").timeline()


@pytest.mark.parametrize(
    ("history", "held"),
    [
        (issued(), ("NP-MY",)),
        (issued().suspended("2026-05-01", "r"), ("NP-MY",)),
        (issued().then("withdraw", "2026-05-01"), ()),
        (issued().then("withdraw", "2026-05-01").then("overturn", "2026-05-02"), ("NP-MY",)),
        (issued().then("annul", "2026-05-01"), ()),
        (issued().edition("reduce_scope", "2026-05-01", "2029-03-14", ("NP-QA",)), ()),
    ],
)
def test_a_certificate_holds_its_corridors_until_it_ends(
    history: History, held: tuple[str, ...]
) -> None:
    assert occupied(history.timeline(), ("NP-MY", "BD-MY"), at("2026-06-01")) == held


def test_an_expired_certificate_holds_nothing_and_one_that_begins_later_holds_already() -> None:
    assert occupied(issued().timeline(), ("NP-MY",), at("2029-03-15")) == ()
    assert occupied(issued().timeline(), ("NP-MY",), at("2029-03-15") - SECOND) == ("NP-MY",)
    assert occupied(issued().timeline(), ("NP-MY",), at("2025-01-01")) == ("NP-MY",)


def test_the_next_change_is_the_next_boundary_whatever_it_is() -> None:
    history = issued().suspended("2026-05-01", "r").lifted("restore", "2026-06-01", "r")
    timeline = history.timeline()
    assert next_change(timeline, at("2026-03-01")) == at("2026-03-15T10:00:00")
    assert next_change(timeline, at("2026-05-01")) == at("2026-06-01")
    assert next_change(timeline, at("2026-07-01")) == at("2029-03-15")
    assert next_change(timeline, at("2029-03-15")) is None


def test_a_timeline_survives_the_registrys_row() -> None:
    history = issued().suspended("2026-05-01", "r").suspended("2026-05-02", "c", "NP-MY")
    history.lifted("restore", "2026-06-01T08:30:00.000001", "r")
    history.then("withdraw", "2027-01-01", code="fraud").then("overturn", "2027-02-01")
    history.then("transfer_out", "2027-05-01", particulars=status.succeeded_by("N"))
    history.then("annul", "2027-04-01", recorded="2027-06-01", code="issued_in_error")
    timeline = history.timeline()
    assert Timeline.from_json(json.loads(json.dumps(timeline.to_json()))) == timeline


def test_a_plain_timeline_is_short_when_written() -> None:
    assert issued().timeline().to_json() == {
        "terms": [[1, "2026-03-15T10:00:00Z", "2029-03-15T00:00:00Z", "NP-MY", "NP-QA"]]
    }
