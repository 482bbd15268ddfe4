from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kernel.dates import (
    DateOutOfRange,
    EmptyInterval,
    Interval,
    InvalidInstant,
    NaiveInstant,
    add_months,
    add_working_days,
    day_of,
    end_of_day,
    in_utc,
    last_day,
    parse_instant,
    start_of_day,
)

LONDON = ZoneInfo("Europe/London")
UTC_ZONE = ZoneInfo("UTC")
ONE_DAY = timedelta(days=1)
MICROSECOND = timedelta(microseconds=1)

# Zones with midnights that do not exist or exist twice, odd offsets, and the widest offsets.
ZONE_NAMES = """
    UTC America/Asuncion Africa/Cairo Asia/Beirut Asia/Tehran America/Havana America/Sao_Paulo
    America/St_Johns Asia/Amman Asia/Gaza Asia/Kathmandu Atlantic/Azores Europe/London
    Australia/Lord_Howe Pacific/Kiritimati Pacific/Pago_Pago Pacific/Chatham
"""
ZONES = [ZoneInfo(name) for name in ZONE_NAMES.split()]
years = st.dates(date(1975, 1, 1), date(2100, 12, 31))
instants = st.datetimes(
    datetime(1971, 1, 1),  # noqa: DTZ001 (hypothesis adds the zone)
    datetime(2100, 1, 1),  # noqa: DTZ001 (hypothesis adds the zone)
    timezones=st.sampled_from(ZONES),
)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


# Months


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        ("2026-08-31", 6, "2027-02-28"),
        ("2027-08-31", 6, "2028-02-29"),
        ("2026-03-15", 36, "2029-03-15"),
        ("2028-02-29", 12, "2029-02-28"),
        ("2028-02-29", 48, "2032-02-29"),
        ("2026-12-31", 1, "2027-01-31"),
        ("2026-03-31", -1, "2026-02-28"),
        ("2026-01-15", -1, "2025-12-15"),
        ("2026-01-15", 0, "2026-01-15"),
    ],
)
def test_a_month_later_keeps_the_day_or_takes_the_months_last_domain_11(
    day: str, months: int, expected: str
) -> None:
    assert add_months(date.fromisoformat(day), months) == date.fromisoformat(expected)


@given(years, st.integers(-600, 600))
def test_months_are_counted_and_never_spill_into_the_next_domain_11(day: date, n: int) -> None:
    later = add_months(day, n)
    assert (later.year - day.year) * 12 + later.month - day.month == n
    length = monthrange(later.year, later.month)[1]
    assert later.day == day.day or later.day == length < day.day


@given(years, years, st.integers(-600, 600))
def test_an_earlier_day_never_becomes_a_later_one(one: date, other: date, months: int) -> None:
    earlier, later = sorted((one, other))
    assert add_months(earlier, months) <= add_months(later, months)


@pytest.mark.parametrize(("day", "months"), [(date.max, 1), (date.min, -1), (date.min, 10**9)])
def test_months_beyond_the_calendar_are_refused_by_name(day: date, months: int) -> None:
    with pytest.raises(DateOutOfRange, match="1 to 9999"):
        add_months(day, months)


@pytest.mark.parametrize(
    ("first", "months", "expected"),
    [
        ("2026-03-15", 36, "2029-03-14"),
        ("2026-03-01", 36, "2029-02-28"),
        ("2025-03-01", 36, "2028-02-29"),
        ("2026-01-01", 12, "2026-12-31"),
        ("2028-02-29", 36, "2031-02-27"),
        ("2026-08-31", 6, "2027-02-27"),
        ("2027-08-31", 6, "2028-02-28"),
    ],
)
def test_a_term_ends_the_day_before_its_anniversary_domain_11(
    first: str, months: int, expected: str
) -> None:
    assert last_day(date.fromisoformat(first), months) == date.fromisoformat(expected)


@given(years, st.integers(1, 120), st.sampled_from(ZONES))
def test_the_next_term_begins_the_instant_the_last_one_ends_domain_11(
    first: date, months: int, zone: ZoneInfo
) -> None:
    anniversary = add_months(first, months)
    assert end_of_day(last_day(first, months), zone) == start_of_day(anniversary, zone)


@pytest.mark.parametrize("months", [0, -1])
def test_a_term_of_no_months_is_refused(months: int) -> None:
    with pytest.raises(ValueError, match="at least one month"):
        last_day(date(2026, 3, 15), months)


# Working days


@pytest.mark.parametrize(
    ("day", "days", "expected"),
    [
        ("2026-03-13", 1, "2026-03-16"),  # Friday -> Monday
        ("2026-03-14", 1, "2026-03-16"),  # Saturday -> Monday
        ("2026-03-15", 1, "2026-03-16"),  # Sunday -> Monday
        ("2026-03-16", 5, "2026-03-23"),
        ("2026-03-18", 10, "2026-04-01"),
    ],
)
def test_saturdays_and_sundays_are_not_counted(day: str, days: int, expected: str) -> None:
    assert add_working_days(date.fromisoformat(day), days) == date.fromisoformat(expected)


@given(years, st.integers(1, 300))
def test_working_days_agree_with_counting_on_the_fingers(day: date, days: int) -> None:
    counted, left = day, days
    while left:
        counted += ONE_DAY
        left -= counted.weekday() < 5
    assert add_working_days(day, days) == counted


def test_working_days_beyond_the_calendar_are_refused_by_name() -> None:
    with pytest.raises(DateOutOfRange, match="working days"):
        add_working_days(date(9999, 12, 30), 5)


@pytest.mark.parametrize("days", [0, -5])
def test_counting_no_working_day_is_refused(days: int) -> None:
    with pytest.raises(ValueError, match="at least one working day"):
        add_working_days(date(2026, 3, 16), days)


# Days in a zone


def test_what_expires_on_a_date_is_valid_before_the_next_day_begins_domain_11() -> None:
    assert end_of_day(date(2029, 3, 14), UTC_ZONE) == utc("2029-03-15T00:00")
    assert end_of_day(date(2029, 3, 14), ZoneInfo("Asia/Kathmandu")) == utc("2029-03-14T18:15")
    assert end_of_day(date(2029, 3, 14), ZoneInfo("America/New_York")) == utc("2029-03-15T04:00")


@pytest.mark.parametrize(
    ("zone", "day", "expected"),
    [
        ("America/Asuncion", "2024-10-06", "2024-10-06T04:00"),  # 00:00 -> 01:00
        ("Africa/Cairo", "2024-04-26", "2024-04-25T22:00"),
        ("Asia/Beirut", "2024-03-31", "2024-03-30T22:00"),
        ("America/Sao_Paulo", "2018-11-04", "2018-11-04T03:00"),
        ("America/Toronto", "1919-03-31", "1919-03-31T04:30"),  # 23:30 -> 00:30
    ],
)
def test_a_day_whose_midnight_does_not_exist_begins_at_its_first_instant(
    zone: str, day: str, expected: str
) -> None:
    begin = start_of_day(date.fromisoformat(day), ZoneInfo(zone))
    assert begin == utc(expected)
    assert begin.tzinfo is UTC
    assert begin.astimezone(ZoneInfo(zone)).time() != time(0)


@pytest.mark.parametrize(
    ("zone", "day", "expected"),
    [
        ("Africa/Cairo", "2024-11-01", "2024-10-31T22:00"),  # 24:00 -> 23:00
        ("America/Havana", "2026-11-01", "2026-11-01T04:00"),  # 01:00 -> 00:00
        ("America/St_Johns", "2010-11-07", "2010-11-07T02:30"),  # 00:01 -> 23:01
    ],
)
def test_a_day_whose_midnight_comes_twice_begins_with_the_first(
    zone: str, day: str, expected: str
) -> None:
    assert start_of_day(date.fromisoformat(day), ZoneInfo(zone)) == utc(expected)


def test_a_day_that_a_zone_skipped_whole_is_empty() -> None:
    apia = ZoneInfo("Pacific/Apia")
    skipped = date(2011, 12, 30)
    assert start_of_day(skipped, apia) == end_of_day(skipped, apia) == utc("2011-12-30T10:00")


@given(years, st.sampled_from(ZONES))
def test_the_start_is_the_first_instant_that_shows_the_day(day: date, zone: ZoneInfo) -> None:
    begin = start_of_day(day, zone)
    assert day_of(begin, zone) == day
    assert day_of(begin - MICROSECOND, zone) == day - ONE_DAY


@given(instants, st.sampled_from(ZONES))
def test_every_instant_lies_in_the_day_that_its_zone_shows(at: datetime, zone: ZoneInfo) -> None:
    day = day_of(at, zone)
    # An hour that is set back over midnight shows the day before once more.
    late = end_of_day(day, zone) + timedelta(hours=1, minutes=1)
    assert start_of_day(day, zone) <= in_utc(at) < late


def test_an_instant_written_in_a_skipped_hour_lies_in_the_day_of_its_offset() -> None:
    asuncion = ZoneInfo("America/Asuncion")
    skipped = datetime(2024, 10, 6, 0, 30, tzinfo=asuncion)
    assert day_of(skipped, asuncion) == date(2024, 10, 6)  # 00:30-04:00 is 01:30-03:00
    assert day_of(skipped.replace(fold=1), asuncion) == date(2024, 10, 5)  # 00:30-03:00 is 23:30


@given(years, st.sampled_from(ZONES))
def test_a_day_ends_when_the_next_one_begins(day: date, zone: ZoneInfo) -> None:
    assert end_of_day(day, zone) == start_of_day(day + ONE_DAY, zone) > start_of_day(day, zone)


@pytest.mark.parametrize("hours", range(-12, 15))
def test_one_microsecond_decides_between_two_days_in_every_offset(hours: int) -> None:
    zone = ZoneInfo(f"Etc/GMT{-hours:+d}" if hours else "UTC")
    end = end_of_day(date(2028, 2, 29), zone)
    assert day_of(end - MICROSECOND, zone) == date(2028, 2, 29)
    assert day_of(end, zone) == date(2028, 3, 1)


def test_a_day_beyond_the_calendar_is_refused_by_name() -> None:
    with pytest.raises(DateOutOfRange, match="no day after"):
        end_of_day(date.max, UTC_ZONE)
    with pytest.raises(DateOutOfRange):
        start_of_day(date.min, ZoneInfo("Asia/Kathmandu"))
    with pytest.raises(DateOutOfRange):
        day_of(datetime.max.replace(tzinfo=UTC), ZoneInfo("Asia/Kathmandu"))


# Instants


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-03-15T09:30:00Z", "2026-03-15T09:30:00+00:00"),
        ("2026-03-15t09:30:00z", "2026-03-15T09:30:00+00:00"),
        ("2026-03-15T09:30:00+05:45", "2026-03-15T03:45:00+00:00"),
        ("2026-03-15T09:30:00-00:00", "2026-03-15T09:30:00+00:00"),
        ("2026-03-15T09:30:00.5Z", "2026-03-15T09:30:00.500000+00:00"),
        ("2026-03-15T09:30:00.123456Z", "2026-03-15T09:30:00.123456+00:00"),
        ("2028-02-29T23:59:59Z", "2028-02-29T23:59:59+00:00"),
    ],
)
def test_an_instant_is_read_as_rfc_3339_writes_it(text: str, expected: str) -> None:
    assert parse_instant(text).isoformat() == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "now",
        "2026-03-15",
        "2026-03-15T09:30Z",
        "2026-03-15T09:30:00",
        "2026-03-15 09:30:00Z",
        "20260315T093000Z",
        "2026-W11-7T09:30:00Z",
        "2026-02-29T09:30:00Z",
        "2026-13-01T09:30:00Z",
        "2026-03-15T24:00:00Z",
        "2026-12-31T23:59:60Z",
        "2026-03-15T09:30:00.Z",
        "2026-03-15T09:30:00.1234567Z",
        "2026-03-15T09:30:00,5Z",
        "2026-03-15T09:30:00+0545",
        "2026-03-15T09:30:00+24:00",
        "2026-03-15T09:30:00+05:99",
        "0000-03-15T09:30:00Z",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-01:00",
        "+2026-03-15T09:30:00Z",
        "2026-03-15T09:30:00Z\n",
        "٢٠٢٦-03-15T09:30:00Z",
        "2026-03-15T09:30:00\u221201:00",
        pytest.param("9" * 100_000, id="long"),
    ],
)
def test_anything_else_is_no_instant_and_the_error_shows_what_is(text: str) -> None:
    with pytest.raises(InvalidInstant, match="2026-03-15T09:30:00Z") as caught:
        parse_instant(text)
    assert len(caught.value.detail) < 200


@given(instants)
def test_an_instant_survives_writing_and_reading(at: datetime) -> None:
    written = in_utc(at).isoformat()
    assert parse_instant(written) == in_utc(at)
    assert parse_instant(written.replace("+00:00", "Z")) == in_utc(at)


# Intervals

HOURS = [utc("2026-01-01T00:00") + timedelta(hours=hour) for hour in range(5)]
INTERVALS = [
    Interval(start, end)
    for place, start in enumerate(HOURS)
    for end in [*HOURS[place + 1 :], None]
    if start != HOURS[4]
]


@pytest.mark.parametrize("interval", INTERVALS)
def test_an_interval_covers_its_start_and_not_its_end(interval: Interval) -> None:
    assert interval.covers(interval.start)
    assert not interval.covers(interval.start - MICROSECOND)
    if interval.end is None:
        assert interval.covers(datetime.max.replace(tzinfo=UTC))
    else:
        assert interval.covers(interval.end - MICROSECOND)
        assert not interval.covers(interval.end)


@pytest.mark.parametrize("one", INTERVALS)
@pytest.mark.parametrize("other", INTERVALS)
def test_intervals_overlap_where_an_instant_lies_in_both(one: Interval, other: Interval) -> None:
    shared = any(one.covers(hour) and other.covers(hour) for hour in HOURS)
    assert one.overlaps(other) is other.overlaps(one) is shared


@pytest.mark.parametrize("hours", [0, -1])
def test_an_interval_that_covers_nothing_is_refused(hours: int) -> None:
    with pytest.raises(EmptyInterval, match="later than the start"):
        Interval(HOURS[0], HOURS[0] + timedelta(hours=hours))


def test_an_interval_compares_instants_and_not_the_hands_of_the_clock() -> None:
    # 01:30 comes twice on 25 October 2026 in London; the second is an hour after the first.
    first = datetime(2026, 10, 25, 1, 30, tzinfo=LONDON)
    second = first.replace(fold=1)
    assert Interval(first, second) == Interval(utc("2026-10-25T00:30"), utc("2026-10-25T01:30"))
    assert not Interval(first, second).covers(second)
    with pytest.raises(EmptyInterval):
        Interval(second, datetime(2026, 10, 25, 1, 45, tzinfo=LONDON))


@pytest.mark.parametrize("naive", [datetime(2026, 1, 1, 12)])  # noqa: DTZ001 (what is refused)
def test_an_instant_without_a_zone_is_refused_everywhere(naive: datetime) -> None:
    interval = Interval(HOURS[0])
    for question in (
        lambda: Interval(naive),
        lambda: Interval(HOURS[0], naive),
        lambda: interval.covers(naive),
        lambda: in_utc(naive),
        lambda: day_of(naive, UTC_ZONE),
    ):
        with pytest.raises(NaiveInstant, match="no zone"):
            question()


def test_an_instant_beyond_the_calendar_is_refused_by_name() -> None:
    kathmandu = timezone(timedelta(hours=5, minutes=45))
    with pytest.raises(DateOutOfRange):
        in_utc(datetime.min.replace(tzinfo=kathmandu))
