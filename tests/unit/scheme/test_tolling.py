"""What a stopped timer's deadline becomes (DOMAIN §11): spans half-open, never beyond the limit."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.applications import timers as applications
from app.audits import timers as audits
from app.audits.findings import timers as findings
from app.audits.findings.grades import Grade
from app.audits.kinds import Kind
from app.audits.timers import Moved
from app.kernel.dates import Interval, end_of_day
from app.scheme.shipped import first_policy
from app.scheme.tolling import NO_STOPS, Stop, Stops, Timer, extended, merged, of_case

UTC_ZONE = ZoneInfo("UTC")
SECOND = timedelta(seconds=1)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def span(start: str, end: str) -> Interval:
    return Interval(at(start), at(end))


BEGAN, ENDS = at("2026-03-02T10:00"), at("2026-03-17T00:00")


@pytest.mark.parametrize(
    ("spans", "until", "why"),
    [
        ((), "2026-03-17T00:00", "nothing stops it"),
        ((span("2026-03-05", "2026-03-08"),), "2026-03-20T00:00", "three days inside"),
        (
            (span("2026-02-01", "2026-03-05"),),
            "2026-03-19T14:00",
            "what began earlier counts since",
        ),
        ((span("2026-02-01", "2026-03-02T10:00"),), "2026-03-17T00:00", "over when it began"),
        (
            (span("2026-03-17", "2026-04-17"),),
            "2026-03-17T00:00",
            "begins at the very end: too late",
        ),
        ((span("2026-03-16T23:59:59", "2026-04-01"),), "2026-04-01T00:00:01", "a second before it"),
        (
            (span("2026-03-16", "2026-03-18"), span("2026-03-18T12:00", "2026-03-19T12:00")),
            "2026-03-20T00:00",
            "the second one falls into the time that the first gave back",
        ),
        (
            (span("2026-03-05", "2026-03-08"), span("2026-03-06", "2026-03-09")),
            "2026-03-21T00:00",
            "time that two records stop is given back once",
        ),
    ],
)
def test_the_time_that_was_stopped_is_given_back(
    spans: tuple[Interval, ...], until: str, why: str
) -> None:
    assert extended(BEGAN, ENDS, merged(spans)) == at(until), why


def test_a_stop_without_a_limit_is_a_fault_of_ours() -> None:
    with pytest.raises(ValueError, match="has a limit"):
        extended(BEGAN, ENDS, (Interval(BEGAN),))


@given(
    st.lists(
        st.tuples(st.integers(0, 60), st.integers(1, 30)).map(
            lambda pair: Interval(
                BEGAN + timedelta(days=pair[0] - 10), BEGAN + timedelta(days=sum(pair) - 10)
            )
        ),
        max_size=6,
    )
)
def test_a_timer_runs_exactly_as_long_as_without_a_stop(spans: list[Interval]) -> None:
    """Counted second by second would be: the untolled time up to the new end is the old time."""
    stopped = merged(spans)
    until = extended(BEGAN, ENDS, stopped)
    inside = (
        min(one.end or until, until) - max(one.start, BEGAN)
        for one in stopped
        if one.start < until and (one.end or until) > BEGAN
    )
    assert (until - BEGAN) - sum(inside, timedelta()) == ENDS - BEGAN
    assert until >= ENDS
    last = max((one.end for one in stopped if one.end), default=ENDS)
    assert until <= max(last, ENDS) + (ENDS - BEGAN), "never further than its limit and its time"


@pytest.mark.parametrize(
    ("stopped", "on"),
    [
        (span("2026-03-05T10:00", "2026-03-05T11:00"), date(2026, 3, 17)),
        (span("2026-03-05", "2026-03-06"), date(2026, 3, 17)),
        (span("2026-03-05", "2026-03-06T00:00:01"), date(2026, 3, 18)),
        (span("2026-03-17", "2026-03-18"), date(2026, 3, 16)),
    ],
)
def test_a_day_that_is_begun_again_counts_whole(stopped: Interval, on: date) -> None:
    stops = Stops({Timer.APPLICATION_REVIEW: (stopped,)})
    given_back = stops.day(Timer.APPLICATION_REVIEW, BEGAN, date(2026, 3, 16), UTC_ZONE)
    assert given_back == on
    untouched = stops.day(Timer.APPLICATION_OFFER, BEGAN, date(2026, 3, 16), UTC_ZONE)
    assert untouched == date(2026, 3, 16), "another timer runs on"


def test_a_second_stop_on_the_last_day_given_back_still_counts() -> None:
    hour = span("2026-03-05T10:00", "2026-03-05T11:00")
    late = span("2026-03-17T12:00", "2026-03-20T12:00")
    stops = Stops({Timer.APPLICATION_REVIEW: (hour, late)})
    assert stops.day(Timer.APPLICATION_REVIEW, BEGAN, date(2026, 3, 16), UTC_ZONE) == date(
        2026, 3, 20
    )


def test_the_zone_s_days_of_23_and_25_hours_are_days() -> None:
    """Berlin: the clocks go forward on 29 March 2026 and back on 25 October 2026."""
    berlin = ZoneInfo("Europe/Berlin")
    for began, first, last in (
        (date(2026, 3, 20), date(2026, 3, 29), date(2026, 4, 4)),
        (date(2026, 10, 20), date(2026, 10, 25), date(2026, 11, 4)),
    ):
        whole = Interval(end_of_day(first - timedelta(days=1), berlin), end_of_day(first, berlin))
        stops = Stops({Timer.APPLICATION_REVIEW: (whole,)})
        since = end_of_day(began, berlin) - SECOND
        until = began + timedelta(days=14)
        assert stops.day(Timer.APPLICATION_REVIEW, since, until, berlin) == last
    twice = Interval(
        datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    )
    stops = Stops({Timer.APPLICATION_REVIEW: (twice,)})
    assert stops.day(Timer.APPLICATION_REVIEW, since, until, berlin) == until, "02:30 to 02:30"


def test_a_record_stops_its_own_case_or_every_case() -> None:
    one, every = span("2026-03-03", "2026-03-04"), span("2026-03-10", "2026-03-11")
    records = (
        Stop(frozenset({Timer.APPLICATION_REVIEW}), one, case="a"),
        Stop(frozenset({Timer.APPLICATION_REVIEW, Timer.AUDIT_REPORT}), every),
    )
    assert of_case(records, "a").spans == {
        Timer.APPLICATION_REVIEW: (one, every),
        Timer.AUDIT_REPORT: (every,),
    }
    assert of_case(records, "b").spans[Timer.APPLICATION_REVIEW] == (every,)
    assert NO_STOPS.spans == {}


RULES = first_policy()
WEEK = Interval(at("2026-03-03"), at("2026-03-10"))


def stopping(timer: Timer) -> Stops:
    return Stops({timer: (WEEK,)})


@pytest.mark.parametrize(
    ("state", "timer", "by"),
    [
        ("draft", Timer.APPLICATION_DRAFT, date(2027, 3, 9)),
        ("in_review", Timer.APPLICATION_REVIEW, date(2026, 3, 23)),
        ("deferred", Timer.APPLICATION_DEFERRAL, date(2026, 5, 8)),
        ("accepted", Timer.APPLICATION_OFFER, date(2026, 6, 7)),
    ],
)
def test_the_timers_of_applications_stand_still(state: str, timer: Timer, by: date) -> None:
    """DOMAIN §5; a week more, on both sides of the deadline."""
    due = applications.due(state, BEGAN, RULES, stopping(timer))
    assert due is not None
    assert due.by == by
    for other in set(Timer) - {timer}:
        assert applications.due(state, BEGAN, RULES, stopping(other)) == applications.due(
            state, BEGAN, RULES
        )
    before = applications.due_action(state, BEGAN, due.until - SECOND, RULES, stopping(timer))
    assert before is None
    after = applications.due_action(state, BEGAN, due.until, RULES, stopping(timer))
    assert after == due.action


@pytest.mark.parametrize(
    ("state", "moved", "action", "timer", "on"),
    [
        ("team_proposed", "propose_team", "object", Timer.AUDIT_OBJECTION, date(2026, 3, 16)),
        ("fieldwork_done", "close_fieldwork", "release_draft", Timer.AUDIT_DRAFT_REPORT, (3, 24)),
        ("commenting", "release_draft", "comment", Timer.AUDIT_COMMENTS, (3, 19)),
        ("commenting", "release_draft", "submit_report", Timer.AUDIT_REPORT, (3, 23)),
        ("report_submitted", "submit_report", "pass_review", Timer.AUDIT_REVIEW, (3, 19)),
        ("returned", "return", "submit_report", Timer.AUDIT_RETURN, (3, 16)),
    ],
)
def test_the_timers_of_audits_stand_still(
    state: str, moved: str, action: str, timer: Timer, on: date | tuple[int, int]
) -> None:
    """DOMAIN §6; a week more."""
    day = on if isinstance(on, date) else date(2026, *on)

    def due(stops: Stops) -> dict[str, date]:
        told = audits.deadlines(
            state,
            (Moved(moved, BEGAN),),
            kind=Kind.STAGE_2,
            unannounced=False,
            planned_from=date(2026, 6, 1),
            fieldwork_ended_on=BEGAN.date(),
            policy=RULES,
            stops=stops,
        )
        return {deadline.action: deadline.on for deadline in told}

    assert due(stopping(timer))[action] == day
    assert due(NO_STOPS)[action] == day - timedelta(days=7)


@pytest.mark.parametrize(
    ("state", "moves", "timer", "on"),
    [
        ("issued", ("issue",), Timer.FINDING_RESPONSE, date(2026, 4, 8)),
        ("issued", ("issue", "respond", "reject_plan"), Timer.FINDING_RESPONSE, date(2026, 4, 8)),
        ("disputed", ("issue", "dispute"), Timer.FINDING_RULING, date(2026, 3, 19)),
        ("plan_accepted", ("issue", "accept_plan"), Timer.FINDING_EVIDENCE, date(2026, 6, 7)),
    ],
)
def test_the_timers_of_findings_stand_still(
    state: str, moves: tuple[str, ...], timer: Timer, on: date
) -> None:
    """DOMAIN §7, a major finding; a week more."""
    past = tuple(Moved(action, BEGAN) for action in moves)
    due = findings.deadline(state, Grade.MAJOR, past, RULES, stopping(timer))
    usual = findings.deadline(state, Grade.MAJOR, past, RULES)
    assert due is not None
    assert usual is not None
    assert (due.on, usual.on) == (on, on - timedelta(days=7))
    disputed = findings.dispute_until(past, RULES, stopping(Timer.FINDING_DISPUTE))
    assert disputed == date(2026, 3, 16)
