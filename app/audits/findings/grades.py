"""How grave a finding is. Pure (DOMAIN §7)."""

from enum import StrEnum

from app.scheme.standard import Criterion


class Grade(StrEnum):
    """The grades of a nonconformity, and the observation, which is none. Gravest first."""

    CRITICAL = "critical"
    MAJOR = "major"
    MINOR = "minor"
    OBSERVATION = "observation"


def is_forced(criterion: Criterion, grade: Grade) -> bool:
    """Whether the standard allows this finding no grade but critical.

    A criterion marked critical makes every nonconformity critical; an observation is none.
    """
    return criterion.critical and grade is not Grade.OBSERVATION


def grade_on(criterion: Criterion, judged: Grade) -> Grade:
    """The grade that a finding judged so has on this criterion."""
    return Grade.CRITICAL if is_forced(criterion, judged) else judged
