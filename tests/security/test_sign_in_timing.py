"""How long a refusal takes does not tell who is here (SECURITY R10): in the soak alone."""

from statistics import median
from time import perf_counter

import pytest
from limits.storage import MemoryStorage

from app.access.lifecycle import Kind
from app.access.rules import RULES
from app.access.sessions.service import Accounts, SignInRefused
from app.kernel.clock import SystemClock
from app.kernel.roles import SYSTEM, Role
from app.lifecycle.journal import Workbench
from app.platform.database import Database
from app.platform.passwords import Passwords
from app.platform.rate_limits import RateLimits
from tests.effort import SOAK
from tests.making import access as make

ATTEMPTS = 2_000


def took(accounts: Accounts, email: str) -> float:
    begun = perf_counter()
    with pytest.raises(SignInRefused):
        accounts.sign_in(email, "four words are wrong", None)
    return perf_counter() - begun


@pytest.mark.skipif(not SOAK, reason="measures time on a quiet machine: make soak")
def test_an_address_that_is_here_is_refused_as_slowly_as_one_that_is_not(
    database: Database,
) -> None:
    """2 × 2,000 refusals, one after the other: the medians differ by less than 5 %."""
    passwords = Passwords(memory_kib=8_192)
    kept = passwords.hash("four words are enough")
    workbench = Workbench(database, SystemClock())
    with workbench.begin(SYSTEM) as work:
        _, email = make.signing_in(work, Kind.AUDIT_COMPANY, Role.AUDITOR, password_hash=kept)
    here, nobody = [], []
    for _ in range(ATTEMPTS):
        accounts = Accounts(workbench, passwords, RateLimits(MemoryStorage()), RULES)
        here.append(took(accounts, email))
        nobody.append(took(accounts, f"x{email}"))
    assert abs(median(here) - median(nobody)) < 0.05 * median(nobody)
