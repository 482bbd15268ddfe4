"""What policy says of a certificate's time beyond its printed days (DOMAIN §10, §11). Pure.

Days are the last ones, inclusive, in the scheme's zone.
"""

from datetime import date, datetime

from app.kernel.dates import day_of, last_day
from app.scheme.policy import Policy


def restorable_until(expires_at: datetime, policy: Policy) -> date:
    """The last day on which what expired at that instant can be restored (C13)."""
    return last_day(day_of(expires_at, policy.zone), policy.restore_months)


def renewed_until(expires_at: datetime, policy: Policy) -> date:
    """The last day of the next cycle, where a renewal keeps the anniversary (C3)."""
    return last_day(day_of(expires_at, policy.zone), policy.cycle_months)
