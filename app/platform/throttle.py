"""How often something may be tried: counted in this process, by address and in all (SECURITY R47).

An address is kept only as a keyed hash, whose key lives no longer than the process.
"""

import hmac
import secrets

from limits import RateLimitItemPerMinute, RateLimitItemPerSecond
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from app.platform.rate_limits import TooManyRequests

PER_SECOND = 10
"""Attempts that are judged in a second, whoever makes them."""

PER_ADDRESS_AND_MINUTE = 10

_MINUTE = 60


class Throttle:
    """Counts the attempts on one thing."""

    def __init__(self) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._key = secrets.token_bytes(32)

    def attempt(self, what: str, address: str) -> None:
        """Count an attempt. Raises TooManyRequests past either limit."""
        caller = hmac.digest(self._key, address.encode(), "sha256").hex()
        allowed = self._limiter.hit(
            RateLimitItemPerMinute(PER_ADDRESS_AND_MINUTE), what, caller
        ) and self._limiter.hit(RateLimitItemPerSecond(PER_SECOND), what)
        if not allowed:
            raise TooManyRequests(_MINUTE)
