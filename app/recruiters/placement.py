"""What a placement is: one worker, one corridor, one employer (DOMAIN §6). Pure values."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Gender(StrEnum):
    """A stratum of the sample."""

    FEMALE = "female"
    MALE = "male"
    OTHER = "other"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class NewPlacement:
    """One placement as a recruiter states it; the worker is a pseudonym already."""

    worker: str
    corridor: str
    employer: str
    partner_id: str | None
    gender: Gender
    cohort: str
    arrived_on: date


@dataclass(frozen=True, slots=True, order=True)
class Stratum:
    """Workers who are alike for a sample: corridor × employer × sub-agent × gender × cohort."""

    corridor: str
    employer: str
    partner_id: str | None
    gender: str
    cohort: str
