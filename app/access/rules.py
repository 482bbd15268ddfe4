"""The numbers of accounts: how long what is good for, and how often what may be tried.

They are about security and the same for every scheme, so they are no scheme policy; the room of the
scheme lies above this one.
"""

from dataclasses import dataclass
from datetime import timedelta

from limits import RateLimitItem, RateLimitItemPerHour, RateLimitItemPerMinute

_GUESSES_OF_STRANGERS = RateLimitItemPerHour(30, namespace="stranger")
_GUESSES_OF_A_DEVICE = RateLimitItemPerHour(10, namespace="device")
_GUESSES_IN_TOTAL = RateLimitItemPerMinute(120, namespace="total")
_WRONG_SECRETS = RateLimitItemPerHour(50, namespace="secret")
_WRONG_SECRETS_IN_TOTAL = RateLimitItemPerMinute(600, namespace="secrets")
_SIGN_UPS_OF_AN_ADDRESS = RateLimitItemPerHour(10, namespace="sign-up")
_SIGN_UPS_IN_TOTAL = RateLimitItemPerHour(300, namespace="sign-ups")


@dataclass(frozen=True, slots=True)
class Rules:
    """One set of numbers."""

    invitation: timedelta = timedelta(days=14)
    """How long an invitation may be accepted."""
    session: timedelta = timedelta(days=30)
    """After so long one signs in anew."""
    session_idle: timedelta = timedelta(days=7)
    """After so long without a refresh, too."""
    api_key_longest: timedelta = timedelta(days=366)
    use_noted_every: timedelta = timedelta(days=1)
    """The last use of an API key is known to this."""
    devices: int = 10
    """How many devices of one person are known."""

    guesses_of_strangers: RateLimitItem = _GUESSES_OF_STRANGERS
    """Passwords evaluated for one account from unknown devices (SECURITY R11: 100 in any hour)."""
    guesses_of_a_device: RateLimitItem = _GUESSES_OF_A_DEVICE
    """And from each device that signed in to it before."""
    guesses_in_total: RateLimitItem = _GUESSES_IN_TOTAL
    """And from unknown devices over all accounts."""
    wrong_secrets: RateLimitItem = _WRONG_SECRETS
    """Wrong secrets of one client. They have 256 bits: the right one is never refused."""
    wrong_secrets_in_total: RateLimitItem = _WRONG_SECRETS_IN_TOTAL
    """Wrong client secrets, API keys, refresh and invitation tokens over all."""
    sign_ups_of_an_address: RateLimitItem = _SIGN_UPS_OF_AN_ADDRESS
    """Employers that sign up from one network address."""
    sign_ups_in_total: RateLimitItem = _SIGN_UPS_IN_TOTAL


RULES = Rules()
