from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from app.kernel.clock import Clock, FileClock, MovableClock, SystemClock, UnreadableClock
from app.kernel.dates import NaiveInstant

NOON = datetime(2026, 3, 15, 12, tzinfo=UTC)
NAIVE = NOON.replace(tzinfo=None)


def test_the_system_clock_runs_and_answers_in_utc() -> None:
    clock: Clock = SystemClock()
    before, now, after = datetime.now(UTC), clock.now(), datetime.now(UTC)
    assert before <= now <= after
    assert now.tzinfo is UTC


def test_a_movable_clock_stands_still_until_it_is_moved() -> None:
    clock = MovableClock(NOON)
    assert clock.now() == clock.now() == NOON
    clock.advance(timedelta(days=365))
    assert clock.now() == datetime(2027, 3, 15, 12, tzinfo=UTC)
    clock.move_to(NOON)
    assert clock.now() == NOON


def test_a_movable_clock_answers_in_utc_whatever_zone_it_was_given() -> None:
    kathmandu = timezone(timedelta(hours=5, minutes=45))
    clock = MovableClock(datetime(2026, 3, 15, 17, 45, tzinfo=kathmandu))
    assert clock.now().isoformat() == "2026-03-15T12:00:00+00:00"
    clock.move_to(datetime(2026, 3, 16, 5, 45, tzinfo=kathmandu))
    assert clock.now().isoformat() == "2026-03-16T00:00:00+00:00"


def test_a_movable_clock_refuses_an_instant_without_a_zone() -> None:
    with pytest.raises(NaiveInstant):
        MovableClock(NAIVE)
    clock = MovableClock(NOON)
    with pytest.raises(NaiveInstant):
        clock.move_to(NAIVE)
    assert clock.now() == NOON


def test_a_file_clock_rereads_its_file_at_each_question_design_8(tmp_path: Path) -> None:
    file = tmp_path / "clock"
    clock: Clock = FileClock(file)
    file.write_text("2026-03-15T12:00:00Z\n")
    assert clock.now() == NOON
    file.write_text("2029-03-14T17:45:00+05:45")
    assert clock.now().isoformat() == "2029-03-14T12:00:00+00:00"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"tomorrow",
        b"2026-03-15",
        b"2026-03-15T12:00:00",
        b"2026-03-15T12:00:00Z 2027-03-15T12:00:00Z",
        b"2026-03-15T12:00:00Z\n\n\nand more",
        b"\xff\xfe2026",
        "2026-03-15T12:00:00Z".encode("utf-16"),
        b"\xef\xbb\xbf2026-03-15T12:00:00Z",
        b"1773576000",
    ],
)
def test_a_file_clock_names_the_file_and_what_would_be_right(
    tmp_path: Path, content: bytes
) -> None:
    file = tmp_path / "clock"
    file.write_bytes(content)
    with pytest.raises(UnreadableClock) as caught:
        FileClock(file).now()
    assert str(file) in str(caught.value)
    assert "2026-03-15T09:30:00Z" in str(caught.value)


def test_a_file_clock_without_its_file_says_so(tmp_path: Path) -> None:
    with pytest.raises(UnreadableClock, match="No such file"):
        FileClock(tmp_path / "missing").now()
