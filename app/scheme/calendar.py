"""How the scheme counts: days, months and working days from an instant, in its zone (DOMAIN §11).

The day of the event is not counted; a deadline is the last day in time, and has passed when that
day is over. Pure; rooms above compute their deadlines with it, whenever they are asked for.
"""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from app.kernel.dates import add_months, add_working_days, day_of, end_of_day


def days_after(event: datetime, days: int, zone: ZoneInfo) -> date:
    """The last day of so many calendar days."""
    return day_of(event, zone) + timedelta(days=days)


def months_after(event: datetime, months: int, zone: ZoneInfo) -> date:
    """The last day of so many months: the same day of the month, or that month's last."""
    return add_months(day_of(event, zone), months)


def working_days_after(event: datetime, days: int, zone: ZoneInfo) -> date:
    """The last day of so many working days, Monday to Friday."""
    return add_working_days(day_of(event, zone), days)


def has_passed(day: date, now: datetime, zone: ZoneInfo) -> bool:
    """Is the day over in that zone?"""
    return now >= end_of_day(day, zone)
