"""The timers of DOMAIN §6 and §7, at their last second."""

from datetime import UTC, date, datetime, timedelta

import pytest

from app.audits.findings.grades import Grade
from app.audits.findings.timers import (
    deadline,
    dispute_until,
    evidence_until,
    respond_until,
    ruling_until,
)
from app.audits.kinds import Kind
from app.audits.timers import (
    Deadline,
    Moved,
    comments_until,
    confirm_until,
    deadlines,
    first,
    last,
    objection_until,
    times,
)
from app.scheme.shipped import first_policy

RULES = first_policy()
TUESDAY = datetime(2026, 3, 10, 12, tzinfo=UTC)


def moves(**at: datetime) -> tuple[Moved, ...]:
    return tuple(Moved(action, when) for action, when in at.items())


def day(days: int) -> datetime:
    return TUESDAY + timedelta(days=days)


def in_state(state: str, past: tuple[Moved, ...], **changes: object) -> dict[str, date]:
    given: dict[str, object] = {
        "kind": Kind.STAGE_2,
        "unannounced": False,
        "planned_from": date(2026, 5, 4),
        "fieldwork_ended_on": None,
        **changes,
    }
    due = deadlines(state, past, policy=RULES, **given)  # type: ignore[arg-type]
    return {one.action: one.on for one in due}


def test_a_deadline_has_passed_when_its_day_is_over_s_11() -> None:
    due = Deadline("respond", date(2026, 3, 17))
    assert not due.is_overdue(datetime(2026, 3, 17, 23, 59, 59, 999999, tzinfo=UTC), RULES)
    assert due.is_overdue(datetime(2026, 3, 18, tzinfo=UTC), RULES)


def test_moves_are_counted_and_found() -> None:
    past = (Moved("a", day(1)), Moved("b", day(2)), Moved("a", day(3)))
    assert (first(past, "a"), last(past, "a"), times(past, "a")) == (day(1), day(3), 2)
    assert last(past, "a", "b") == day(3)
    assert (first(past, "c"), last(past, "c"), times(past, "c")) == (None, None, 0)


def test_the_timers_of_an_audit_s_6() -> None:
    proposed = moves(propose_team=TUESDAY)
    assert in_state("team_proposed", proposed) == {
        "object": date(2026, 3, 17),
        "confirm": date(2026, 4, 20),
    }
    assert in_state("fieldwork_done", (), fieldwork_ended_on=date(2026, 5, 8)) == {
        "release_draft": date(2026, 5, 23)
    }
    assert in_state("commenting", moves(release_draft=TUESDAY)) == {
        "comment": date(2026, 3, 20),
        "submit_report": date(2026, 3, 24),
    }
    assert in_state("report_submitted", moves(submit_report=TUESDAY)) == {
        "pass_review": date(2026, 3, 20)
    }
    assert in_state("returned", moves(**{"return": TUESDAY})) == {
        "submit_report": date(2026, 3, 17)
    }
    for state in ("planned", "confirmed", "in_progress", "reviewed", "closed"):
        assert in_state(state, proposed) == {}


def test_without_the_move_that_starts_it_no_timer_runs() -> None:
    for state in ("fieldwork_done", "commenting", "report_submitted", "returned"):
        assert in_state(state, ()) == {}
    assert objection_until((), RULES) is None
    assert comments_until((), RULES) is None


@pytest.mark.parametrize(
    ("kind", "unannounced", "until"),
    [
        (Kind.STAGE_2, False, date(2026, 4, 20)),
        (Kind.SURVEILLANCE, True, None),
        (Kind.SPECIAL, False, None),
    ],
)
def test_notice_is_given_14_days_ahead_but_for_unannounced_and_short_notice_audits_s_6(
    kind: Kind, unannounced: bool, until: date | None
) -> None:
    planned = date(2026, 5, 4)
    assert confirm_until(kind, unannounced=unannounced, planned_from=planned, policy=RULES) == until
    due = in_state("team_proposed", moves(propose_team=TUESDAY), kind=kind, unannounced=unannounced)
    assert ("confirm" in due) is (until is not None)
    assert ("object" in due) is not unannounced


@pytest.mark.parametrize(
    ("grade", "until"),
    [
        (Grade.CRITICAL, date(2026, 3, 17)),
        (Grade.MAJOR, date(2026, 4, 9)),
        (Grade.MINOR, date(2026, 5, 9)),
        (Grade.OBSERVATION, None),
    ],
)
def test_the_time_to_answer_a_finding_depends_on_its_grade_s_7(
    grade: Grade, until: date | None
) -> None:
    issued = moves(issue=TUESDAY)
    assert respond_until(grade, issued, RULES) == until
    assert deadline("issued", grade, issued, RULES) == (
        None if until is None else Deadline("respond", until)
    )


@pytest.mark.parametrize("ruling", ["uphold", "regrade", "escalate"])
def test_a_ruling_or_an_escalation_gives_the_time_anew_s_7(ruling: str) -> None:
    past = moves(issue=TUESDAY, **{ruling: day(10)})
    assert respond_until(Grade.CRITICAL, past, RULES) == date(2026, 3, 27)


def test_the_first_rejected_plan_gives_14_days_more_once_s_7() -> None:
    past = (*moves(issue=TUESDAY), Moved("respond", day(6)), Moved("reject_plan", day(8)))
    assert respond_until(Grade.CRITICAL, past, RULES) == date(2026, 4, 1)
    again = (*past, Moved("respond", day(10)), Moved("reject_plan", day(30)))
    assert respond_until(Grade.CRITICAL, again, RULES) == date(2026, 4, 1)
    early = (*moves(issue=TUESDAY), Moved("reject_plan", day(1)))
    assert respond_until(Grade.MAJOR, early, RULES) == date(2026, 4, 9)


@pytest.mark.parametrize(
    ("grade", "until"),
    [
        (Grade.CRITICAL, date(2026, 4, 9)),
        (Grade.MAJOR, date(2026, 6, 8)),
        (Grade.MINOR, None),
        (Grade.OBSERVATION, None),
    ],
)
def test_the_time_for_evidence_depends_on_the_grade_and_a_minor_waits_s_7(
    grade: Grade, until: date | None
) -> None:
    accepted = moves(accept_plan=TUESDAY)
    assert evidence_until(grade, accepted, RULES) == until
    due = deadline("plan_accepted", grade, accepted, RULES)
    assert due == (None if until is None else Deadline("submit_evidence", until))


def test_a_reopened_finding_gets_no_new_time_but_an_escalated_one_does_s_7() -> None:
    accepted = moves(accept_plan=TUESDAY)
    reopened = (*accepted, Moved("submit_evidence", day(20)), Moved("reopen", day(25)))
    assert evidence_until(Grade.MAJOR, reopened, RULES) == date(2026, 6, 8)
    assert evidence_until(Grade.MAJOR, (*accepted, Moved("escalate", day(10))), RULES) == date(
        2026, 6, 18
    )
    before = (Moved("escalate", day(-5)), *accepted)
    assert evidence_until(Grade.MAJOR, before, RULES) == date(2026, 6, 8)


def test_a_dispute_is_ruled_within_10_days_s_7() -> None:
    assert dispute_until(moves(issue=TUESDAY), RULES) == date(2026, 3, 17)
    disputed = moves(issue=TUESDAY, dispute=day(3))
    assert ruling_until(disputed, RULES) == date(2026, 3, 23)
    assert deadline("disputed", Grade.MINOR, disputed, RULES) == Deadline(
        "uphold", date(2026, 3, 23)
    )


def test_nothing_is_due_of_what_never_happened_or_is_over() -> None:
    assert dispute_until((), RULES) is None
    assert ruling_until((), RULES) is None
    assert respond_until(Grade.MAJOR, (), RULES) is None
    assert evidence_until(Grade.MAJOR, (), RULES) is None
    for state in ("responded", "evidence_submitted", "closed", "voided"):
        assert deadline(state, Grade.CRITICAL, moves(issue=TUESDAY), RULES) is None
