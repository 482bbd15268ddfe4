"""Which passwords are good enough, and how they are kept and compared (SECURITY R9, R10)."""

import subprocess
import sys
from pathlib import Path
from threading import Thread

import pytest

from app.kernel.errors import Invalid
from app.platform.passwords import LONGEST, SHORTEST, Passwords, checked
from app.platform.rate_limits import TooManyRequests
from tests.effort import rounds

CHEAP = {"memory_kib": 64, "passes": 1}


def test_a_password_is_kept_so_that_only_it_matches() -> None:
    passwords = Passwords(**CHEAP)
    kept = passwords.hash("four words are enough")
    assert "four words" not in kept
    assert passwords.matches(kept, "four words are enough")
    assert not passwords.matches(kept, "four words are enougH")
    assert passwords.hash("four words are enough") != kept, "salted"


def test_nobodys_password_matches_nothing() -> None:
    passwords = Passwords(**CHEAP)
    for password in ("", "four words are enough", "\ud800", "\0"):
        assert not passwords.matches(None, password)
        assert not passwords.matches("no hash at all", password)


def test_one_password_has_one_spelling() -> None:
    """NFC: composed or not, as keyboards differ."""
    composed, decomposed = "caf\u00e9 caf\u00e9 caf\u00e9", "cafe\u0301 cafe\u0301 cafe\u0301"
    assert checked(decomposed) == composed
    passwords = Passwords(**CHEAP)
    assert passwords.matches(passwords.hash(checked(composed)), decomposed)


@pytest.mark.parametrize(
    "good",
    [
        "x1" * (SHORTEST // 2),
        "xy" * (LONGEST // 2),
        "पासवर्ड लामो हुन्छ",
        "كلمة سر طويلة جدا",
        "🔑🔒" * 6,
    ],
)
def test_no_rule_says_which_characters(good: str) -> None:
    assert checked(good)


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        ("x1" * (SHORTEST // 2 - 1) + "y", "at least 12"),
        ("e\u0301" * 11, "at least 12"),
        ("", "at least 12"),
        ("xy" * (LONGEST // 2) + "z", "at most 256"),
        ("PASSWORD1234", "first that anybody tries"),
        ("kathmandu123", "first that anybody tries"),
        ("111111111111", "first that anybody tries"),
        ("Amina@Example.org", "no password"),
        ("amina.rahman.long", "no password"),
    ],
)
def test_what_is_too_short_or_among_the_first_guesses_is_refused(bad: str, said: str) -> None:
    address = bad if "@" in bad else f"{bad or 'amina'}@example.org"
    with pytest.raises(Invalid, match=said):
        checked(bad, not_like=address)


MEASURE = """
import sys
from pathlib import Path
from threading import Thread
from app.platform.passwords import Passwords
from app.platform.rate_limits import TooManyRequests
passwords, refused = Passwords(), []
def attempt():
    try:
        passwords.matches(None, "four words are enough")
    except TooManyRequests:
        refused.append(1)
def peak():
    said = Path("/proc/self/status").read_text()
    return int(said.split("VmHWM:")[1].split()[0])
before = peak()
threads = [Thread(target=attempt) for _ in range(int(sys.argv[1]))]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
print((peak() - before) // 1024, len(refused))
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="only Linux tells its memory")
def test_many_at_once_use_no_more_memory_than_four() -> None:
    """R9: 200 parallel attempts, 64 MiB each, grow the process by 300 MiB at most (Linux tells)."""
    attempts = rounds(6, 200)
    ran = subprocess.run(
        [sys.executable, "-c", MEASURE, str(attempts)], capture_output=True, text=True, check=True
    )
    grown, refused = map(int, ran.stdout.split())
    assert 64 <= grown <= 300, "MiB"
    assert refused <= max(0, attempts - 20)


def test_a_queue_that_is_full_is_not_joined() -> None:
    passwords = Passwords(memory_kib=16_384, passes=4, at_once=1)
    refused: list[int] = []

    def attempt() -> None:
        try:
            passwords.matches(None, "x")
        except TooManyRequests as error:
            refused.append(error.retry_after)

    threads = [Thread(target=attempt) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert refused
    assert set(refused) == {2}
