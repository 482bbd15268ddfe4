"""Month and deadline arithmetic at the edges (DOMAIN §11): the second before and after each."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from app.kernel.dates import add_months, day_of, end_of_day, last_day
from app.scheme.calendar import days_after, has_passed, months_after, working_days_after

SECOND = timedelta(seconds=1)
ZONES = ("UTC", "Asia/Kathmandu", "Europe/Berlin", "Pacific/Kiritimati", "Etc/GMT+12")


@pytest.mark.parametrize(
    ("first", "months", "same_day", "last"),
    [
        ("2026-08-31", 6, "2027-02-28", "2027-02-27"),
        ("2027-08-31", 6, "2028-02-29", "2028-02-28"),
        ("2026-08-30", 6, "2027-02-28", "2027-02-27"),
        ("2026-08-28", 6, "2027-02-28", "2027-02-27"),
        ("2024-02-29", 12, "2025-02-28", "2025-02-27"),
        ("2024-02-29", 36, "2027-02-28", "2027-02-27"),
        ("2024-02-29", 48, "2028-02-29", "2028-02-28"),
        ("2026-03-15", 36, "2029-03-15", "2029-03-14"),
        ("2026-12-31", 2, "2027-02-28", "2027-02-27"),
        ("2099-11-30", 3, "2100-02-28", "2100-02-27"),
    ],
)
def test_a_month_keeps_the_day_or_takes_its_last(
    first: str, months: int, same_day: str, last: str
) -> None:
    begin = date.fromisoformat(first)
    assert add_months(begin, months) == date.fromisoformat(same_day)
    assert last_day(begin, months) == date.fromisoformat(last)
    noon = datetime.combine(begin, datetime.min.time(), UTC) + timedelta(hours=12)
    assert months_after(noon, months, ZoneInfo("UTC")) == date.fromisoformat(same_day)


@pytest.mark.parametrize("zone_name", ZONES)
@pytest.mark.parametrize(
    "day",
    [
        date(2026, 3, 28),
        date(2026, 3, 29),
        date(2026, 10, 24),
        date(2026, 10, 25),
        date(2028, 2, 29),
    ],
)
def test_a_deadline_is_in_time_to_its_last_second_and_no_longer(day: date, zone_name: str) -> None:
    zone = ZoneInfo(zone_name)
    ends = end_of_day(day, zone)
    assert not has_passed(day, ends - SECOND, zone)
    assert has_passed(day, ends, zone)
    assert day_of(ends - SECOND, zone) == day
    assert day_of(ends, zone) == day + timedelta(days=1)


@pytest.mark.parametrize(
    ("day", "zone_name", "hours"),
    [
        (date(2026, 3, 29), "Europe/Berlin", 23),
        (date(2026, 10, 25), "Europe/Berlin", 25),
        (date(2026, 3, 29), "Asia/Kathmandu", 24),
        (date(2026, 4, 24), "Africa/Cairo", 23),
        (date(2026, 4, 5), "Australia/Lord_Howe", 24.5),
    ],
)
def test_a_day_is_as_long_as_the_clocks_of_the_zone_make_it(
    day: date, zone_name: str, hours: float
) -> None:
    zone = ZoneInfo(zone_name)
    length = end_of_day(day, zone) - end_of_day(day - timedelta(days=1), zone)
    assert length == timedelta(hours=hours)


@pytest.mark.parametrize(
    ("event", "zone_name", "days", "on"),
    [
        ("2026-03-02T23:59:59", "UTC", 14, "2026-03-16"),
        ("2026-03-03T00:00:00", "UTC", 14, "2026-03-17"),
        ("2026-03-02T18:14:59", "Asia/Kathmandu", 14, "2026-03-16"),
        ("2026-03-02T18:15:00", "Asia/Kathmandu", 14, "2026-03-17"),
        ("2024-02-15T12:00:00", "UTC", 14, "2024-02-29"),
        ("2026-03-28T22:59:59", "Europe/Berlin", 1, "2026-03-29"),
        ("2026-03-28T23:00:00", "Europe/Berlin", 1, "2026-03-30"),
    ],
)
def test_days_are_counted_from_the_day_of_the_event_in_the_zone(
    event: str, zone_name: str, days: int, on: str
) -> None:
    instant = datetime.fromisoformat(event).replace(tzinfo=UTC)
    assert days_after(instant, days, ZoneInfo(zone_name)) == date.fromisoformat(on)


@pytest.mark.parametrize(
    ("event", "days", "on"),
    [
        ("2026-03-02", 5, "2026-03-09"),
        ("2026-03-06", 1, "2026-03-09"),
        ("2026-03-07", 5, "2026-03-13"),
        ("2026-03-08", 5, "2026-03-13"),
        ("2024-02-23", 4, "2024-02-29"),
        ("2026-12-31", 5, "2027-01-07"),
    ],
)
def test_working_days_are_monday_to_friday(event: str, days: int, on: str) -> None:
    instant = datetime.fromisoformat(event).replace(tzinfo=UTC) + timedelta(hours=9)
    assert working_days_after(instant, days, ZoneInfo("UTC")) == date.fromisoformat(on)
