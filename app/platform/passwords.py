"""Passwords: which are good enough, and how they are kept and compared (SECURITY R9, R10).

Argon2id over 64 MiB, at most four at once: whatever arrives, the memory is bounded. Computing is
slow on purpose, so nobody does it while holding a transaction.
"""

import os
import unicodedata
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from app.kernel.errors import Invalid
from app.platform.rate_limits import TooManyRequests

SHORTEST = 12
LONGEST = 256
"""In characters, after normalisation; no rule says which (NIST SP 800-63B §5.1.1)."""

_COMMON = Path(__file__).parent / "data" / "common-passwords.txt"
_WAIT = 2


def checked(password: str, *, not_like: str = "") -> str:
    """The password in its one spelling (NFC), good enough to be kept. Raises `Invalid`.

    `not_like` is what everybody knows of the person: their address.
    """
    spelled = unicodedata.normalize("NFC", password)
    if len(spelled) < SHORTEST:
        raise Invalid(f"A password has at least {SHORTEST} characters; several words do well.")
    if len(spelled) > LONGEST:
        raise Invalid(f"A password has at most {LONGEST} characters.")
    folded = spelled.casefold()
    if folded in _common() or len(set(folded)) == 1:
        raise Invalid("This password is among the first that anybody tries; choose another.")
    if not_like and folded in {not_like.casefold(), not_like.casefold().partition("@")[0]}:
        raise Invalid("Your address is no password; choose another.")
    return spelled


class Passwords:
    """Hashes and compares; the numbers are those of RFC 9106 §4 with one lane."""

    def __init__(self, *, memory_kib: int = 65_536, passes: int = 3, at_once: int = 4) -> None:
        self._hasher = PasswordHasher(passes, memory_kib, 1)
        self._computing = BoundedSemaphore(at_once)
        self._waiting = BoundedSemaphore(at_once * 5)
        salt, nothing = (b64encode(os.urandom(size)).decode().rstrip("=") for size in (16, 32))
        self._nobody = f"$argon2id$v=19$m={memory_kib},t={passes},p=1${salt}${nothing}"

    def hash(self, password: str) -> str:
        """What is kept of a checked password. Raises `TooManyRequests`."""
        with self._turn():
            return self._hasher.hash(password)

    def matches(self, kept: str | None, password: str) -> bool:
        """Is this the password? It takes as long where nothing is kept.

        Raises `TooManyRequests` where a queue of others waits already.
        """
        spelled = unicodedata.normalize("NFC", password)
        with self._turn():
            try:
                self._hasher.verify(kept or self._nobody, spelled)
            except (VerificationError, InvalidHashError, UnicodeEncodeError):
                return False
        return kept is not None

    @contextmanager
    def _turn(self) -> Iterator[None]:
        if not self._waiting.acquire(blocking=False):
            raise TooManyRequests(_WAIT)
        try:
            with self._computing:
                yield
        finally:
            self._waiting.release()


@cache
def _common() -> frozenset[str]:
    return frozenset(_COMMON.read_text(encoding="utf-8").split())
