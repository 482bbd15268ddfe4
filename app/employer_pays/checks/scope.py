"""What a check is about (DOMAIN §8). Pure values."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from app.employer_pays.charge import Gender


class Kind(StrEnum):
    """A recruiter as a whole, the workers interviewed in an audit, a corridor, or a cohort."""

    RECRUITER = "recruiter"
    AUDIT = "audit"
    CORRIDOR = "corridor"
    COHORT = "cohort"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Whose charges are judged. `recruiter_id` is None for a corridor of all recruiters."""

    kind: Kind
    recruiter_id: str | None = None
    audit_id: str | None = None
    corridor: str | None = None
    gender: Gender | None = None
    arrived_from: date | None = None
    arrived_until: date | None = None
    population: int | None = None
    """How many workers there are, where somebody counted them."""
