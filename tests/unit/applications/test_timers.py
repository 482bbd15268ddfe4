"""Deadlines of DOMAIN §5, to the second: a term of days ends with its last day in the zone."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from app.applications.lifecycle import APPLICATION
from app.applications.timers import TIMED, due, due_action, shortest
from app.kernel.roles import Role
from app.lifecycle.machine import Refused, Rule
from app.scheme.shipped import first_policy
from tests.making.applications import content
from tests.unit.applications.facts import facts

POLICY = first_policy()
SINCE = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("state", "since", "by", "then", "action"),
    [
        ("draft", SINCE, date(2027, 3, 2), "the draft is dropped", "drop"),
        ("draft", datetime(2028, 2, 29, tzinfo=UTC), date(2029, 2, 28), "dropped", "drop"),
        ("in_review", SINCE, date(2026, 3, 16), "the review is late", None),
        ("deferred", SINCE, date(2026, 5, 1), "a new one costs a new fee", "lapse"),
        ("accepted", SINCE, date(2026, 5, 31), "the offer lapses", "lapse"),
    ],
)
def test_each_state_has_its_deadline_and_its_consequence(
    state: str, since: datetime, by: date, then: str, action: str | None
) -> None:
    found = due(state, since, POLICY)
    assert found is not None
    assert (found.by, found.action) == (by, action)
    assert found.until == datetime(by.year, by.month, by.day, tzinfo=UTC) + timedelta(days=1)
    assert then in found.then


@pytest.mark.parametrize("state", ["submitted", "contracted", "rejected", "withdrawn", "lapsed"])
def test_other_states_have_none(state: str) -> None:
    assert due(state, SINCE, POLICY) is None
    assert due_action(state, SINCE, SINCE + timedelta(days=10_000), POLICY) is None


MOVES = [
    ("draft", "submit", Role.RECRUITER_STAFF, "drop"),
    ("deferred", "resume", Role.RECRUITER_STAFF, "lapse"),
    ("accepted", "contract", Role.RECRUITER_ADMIN, "lapse"),
]


@pytest.mark.parametrize(("state", "action", "role", "ending"), MOVES)
def test_until_the_last_second_people_may_act_and_the_system_may_not(
    state: str, action: str, role: Role, ending: str
) -> None:
    in_time = due(state, SINCE, POLICY)
    assert in_time is not None
    known = facts(state=state, since=SINCE, now=in_time.until - SECOND)
    if state == "draft":
        known = replace(known, content=content(known.today))
    assert isinstance(APPLICATION.decide(state, action, {role}, known), Rule)
    refused = APPLICATION.decide(state, ending, {Role.SYSTEM}, known)
    assert isinstance(refused, Refused)
    assert refused.reasons == (f"the time runs until the end of {in_time.by}",)


@pytest.mark.parametrize(("state", "action", "role", "ending"), MOVES)
def test_from_the_deadline_on_the_system_ends_it_and_people_are_too_late(
    state: str, action: str, role: Role, ending: str
) -> None:
    over = due(state, SINCE, POLICY)
    assert over is not None
    known = facts(state=state, since=SINCE, now=over.until)
    if state == "draft":
        known = replace(known, content=content(known.today))
    assert isinstance(APPLICATION.decide(state, ending, {Role.SYSTEM}, known), Rule)
    refused = APPLICATION.decide(state, action, {role}, known)
    assert isinstance(refused, Refused)
    assert refused.reasons == (f"the time for it ended with {over.by}: {over.then}",)


def test_a_late_review_may_still_end() -> None:
    late = facts(state="in_review", since=SINCE - timedelta(days=300))
    assert isinstance(
        APPLICATION.decide("in_review", "accept", {Role.APPLICATION_REVIEWER}, late), Rule
    )


def test_days_are_counted_in_the_zone_of_the_scheme() -> None:
    kathmandu = replace(POLICY, zone_name="Asia/Kathmandu")
    evening = datetime(2026, 3, 2, 18, 15, tzinfo=UTC)  # midnight of the 3rd in Kathmandu
    before = due("deferred", evening - SECOND, kathmandu)
    after = due("deferred", evening, kathmandu)
    assert before is not None
    assert after is not None
    assert (before.by, after.by) == (date(2026, 5, 1), date(2026, 5, 2))
    assert before.until == datetime(2026, 5, 1, 18, 15, tzinfo=UTC)


def test_a_change_of_the_clocks_does_not_shorten_a_day() -> None:
    berlin = replace(POLICY, zone_name="Europe/Berlin")
    winter = due("in_review", datetime(2026, 3, 16, 12, tzinfo=UTC), berlin)
    assert winter is not None
    assert winter.until == datetime(2026, 3, 30, 22, tzinfo=UTC)


def test_nothing_younger_than_the_shortest_term_is_looked_at() -> None:
    assert {"draft", "deferred", "accepted"} == TIMED
    assert shortest(POLICY) == timedelta(days=60)
    assert shortest(replace(POLICY, application_draft_months=1)) == timedelta(days=28)
    for state in TIMED:
        now = SINCE + shortest(POLICY)
        assert due_action(state, SINCE, now, POLICY) is None
