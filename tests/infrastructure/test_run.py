"""What a run says of the tests it did not run, and what it keeps tests from doing."""

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.effort import unmeasured
from tests.needs import Need, lacking, required, summary


def test_a_test_that_lacks_something_is_skipped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ERC_TEST_REQUIRE", raising=False)
    with pytest.raises(pytest.skip.Exception, match="lacking postgresql: no server"):
        lacking(Need.POSTGRESQL, "no server")


def test_where_the_need_is_required_it_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ERC_TEST_REQUIRE", "shared, postgresql")
    with pytest.raises(pytest.fail.Exception, match="lacking postgresql: no server"):
        lacking(Need.POSTGRESQL, "no server")


def test_an_unknown_need_is_not_taken_for_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ERC_TEST_REQUIRE", "postgres")
    with pytest.raises(ValueError, match="'postgres' is not a valid Need"):
        required()


def test_the_summary_counts_what_was_lacking_and_leaves_other_skips_alone() -> None:
    skipped = ["Skipped: lacking postgresql: no server"] * 3 + ["Skipped: make soak"]
    assert summary(skipped) == ["3 tests NOT RUN, lacking postgresql: no server"]


@pytest.mark.parametrize(
    ("requirement", "exit_status", "said"),
    [
        ("", 0, "1 tests NOT RUN, lacking shared: no data at"),
        ("shared", 1, "1 error"),
    ],
)
def test_the_end_of_a_run_says_loudly_what_was_not_run(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
    requirement: str,
    exit_status: int,
    said: str,
) -> None:
    planted = tmp_path / "test_planted.py"
    planted.write_text("def test_it(shared): pass\n")
    monkeypatch.setenv("ERC_TEST_SHARED", str(tmp_path))
    monkeypatch.setenv("ERC_TEST_REQUIRE", requirement)
    command = [sys.executable, "-m", "pytest", "-p", "tests.conftest", "-p", "no:cacheprovider"]
    with unmeasured():
        run = subprocess.run(
            [*command, "-c", request.config.rootpath / "pyproject.toml", planted],
            cwd=request.config.rootpath,
            capture_output=True,
            text=True,
            check=False,
        )
    assert run.returncode == exit_status
    assert said in run.stdout + run.stderr


def test_a_test_cannot_reach_the_network() -> None:
    # 192.0.2.0/24 belongs to documentation (RFC 5737).
    with socket.socket() as connection, pytest.raises(PermissionError, match="use no network"):
        connection.connect(("192.0.2.1", 80))
