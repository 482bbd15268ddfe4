"""What a register says of a licence, and whether that speaks against it. Pure."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from app.recruiters.register import Status


class Fault(StrEnum):
    """What the register has against a licence that a recruiter states."""

    MISSING = "missing"
    SUSPENDED = "suspended"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class RegisterSays:
    """What a country's register said of one licence: a snapshot with its dates."""

    key: str
    country: str
    number: str | None
    name: str
    address: str
    status: str | None
    valid_until: date | None
    gone_at: datetime | None
    """In which import it was no longer there; none: it stands there."""
    since: datetime
    """Since when it says so."""
    as_of: datetime
    """When the register was last imported."""


def fault(said: RegisterSays | None, today: date) -> Fault | None:
    """What speaks against a licence of a country whose register is known; `today` is inclusive."""
    if said is None or said.gone_at is not None:
        return Fault.MISSING
    if said.status == Status.SUSPENDED:
        return Fault.SUSPENDED
    if said.status == Status.CANCELLED:
        return Fault.CANCELLED
    if said.status == Status.EXPIRED or (said.valid_until and said.valid_until < today):
        return Fault.EXPIRED
    return None


def in_words(found: Fault, country: str, number: str) -> str:
    """The fault as a person reads it."""
    said = "does not name it" if found is Fault.MISSING else f"calls it {found.value}"
    return f"licence {number} of {country}: the register of {country} {said}"
