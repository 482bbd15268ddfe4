"""Declared conflicts and the two-year rule (DOMAIN §3, §5a; SECURITY S2, S3)."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.access.independence import Conflict, Tie, conflict_bars, declaration_bar
from app.kernel.dates import day_of
from app.scheme.shipped import first_policy

POLICY = first_policy()
MONTHS, DAYS = POLICY.conflict_months, POLICY.declaration_days
SINCE = date(2020, 1, 1)


def conflict(
    until: date | None = None, tie: Tie = Tie.EMPLOYMENT, company: bool = False
) -> Conflict:
    return Conflict(tie, SINCE, until, company)


def test_the_numbers_are_those_of_the_domain() -> None:
    assert (MONTHS, DAYS, POLICY.approval_months, POLICY.lead_cycles) == (24, 365, 36, 2)


def test_an_open_conflict_bars_always_and_says_since_when() -> None:
    assert conflict_bars([conflict()], date(2040, 1, 1), MONTHS) == (
        "this person worked for the recruiter or an affiliate of it, since 2020-01-01: the conflict"
        " of interest is open",
    )


@pytest.mark.parametrize(
    ("until", "last_barred"),
    [
        (date(2024, 3, 15), date(2026, 3, 15)),
        (date(2024, 2, 28), date(2026, 2, 28)),
        (date(2024, 2, 29), date(2026, 2, 28)),
        (date(2022, 2, 28), date(2024, 2, 28)),
        (date(2024, 8, 31), date(2026, 8, 31)),
        (date(2024, 12, 31), date(2026, 12, 31)),
    ],
)
def test_an_ended_one_bars_for_24_months_and_not_a_second_longer(
    until: date, last_barred: date
) -> None:
    ended = conflict(until)
    assert ended.bars_until(MONTHS) == last_barred
    midnight = datetime.combine(last_barred + timedelta(days=1), datetime.min.time(), UTC)
    second = timedelta(seconds=1)
    before, after = day_of(midnight - second, POLICY.zone), day_of(midnight, POLICY.zone)
    [reason] = conflict_bars([ended], before, MONTHS)
    assert f"until {until}: that bars for 24 months, until {last_barred}" in reason
    assert conflict_bars([ended], after, MONTHS) == ()


def test_one_that_will_end_bars_as_an_open_one_does() -> None:
    assert conflict(date(2030, 1, 1)).bars_on(date(2026, 1, 1), MONTHS)


@pytest.mark.parametrize("tie", Tie)
def test_every_tie_has_its_words_for_a_person_and_for_a_company(tie: Tie) -> None:
    own, company = conflict_bars(
        [conflict(tie=tie, company=True), conflict(tie=tie)], SINCE, MONTHS
    )
    assert own.startswith("this person ")
    assert company.startswith("this person's audit company ")
    assert own.removeprefix("this person") == company.removeprefix("this person's audit company")


@given(st.lists(st.dates(date(2015, 1, 1), date(2030, 1, 1)) | st.none(), max_size=5), st.dates())
def test_there_is_one_reason_for_each_that_bars(untils: list[date | None], day: date) -> None:
    known = [conflict(until) for until in untils]
    assert len(conflict_bars(known, day, MONTHS)) == sum(c.bars_on(day, MONTHS) for c in known)


def test_a_declaration_of_365_days_ago_counts_and_one_a_second_older_bars() -> None:
    declared = date(2024, 2, 29)
    last = declared + timedelta(days=365)
    assert last == date(2025, 2, 28)
    midnight = datetime.combine(last + timedelta(days=1), datetime.min.time(), UTC)
    in_time = day_of(midnight - timedelta(seconds=1), POLICY.zone)
    assert declaration_bar(declared, in_time, DAYS) is None
    assert declaration_bar(declared, day_of(midnight, POLICY.zone), DAYS) == (
        "this person's declaration of conflicts is of 2024-02-29, more than 365 days ago; they must"
        " declare anew"
    )


def test_whoever_never_declared_is_barred() -> None:
    assert "never declared" in (declaration_bar(None, SINCE, DAYS) or "")
