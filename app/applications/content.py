"""What a recruiter states in an application, and what is still missing of it. Pure (DOMAIN §5)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from pydantic import TypeAdapter

from app.kernel.dates import add_months
from app.kernel.errors import FieldError, Invalid
from app.kernel.places import Corridor
from app.scheme.standard import Standard


@dataclass(frozen=True, slots=True)
class Site:
    """Where the recruiter works from."""

    name: str
    country: str
    city: str


@dataclass(frozen=True, slots=True)
class Licence:
    """A licence as the recruiter states it; both days are inclusive."""

    country: str
    number: str
    valid_from: date
    valid_until: date

    def covers(self, day: date) -> bool:
        """Is it valid on that day?"""
        return self.valid_from <= day <= self.valid_until


@dataclass(frozen=True, slots=True)
class Maturity:
    """How far one element of the management system is for one criterion: 0 nothing, 4 improving."""

    criterion: str
    element: str
    maturity: int
    evidence: tuple[str, ...] = ()
    """Ids of documents that show it."""


@dataclass(frozen=True, slots=True)
class SelfAssessment:
    """The recruiter's own view of itself against the standard."""

    completed_on: date
    answers: tuple[Maturity, ...] = ()


@dataclass(frozen=True, slots=True)
class Iso9001:
    """A quality management certificate, if the recruiter claims one."""

    number: str
    issuer: str
    valid_until: date


@dataclass(frozen=True, slots=True)
class Content:
    """Everything that an application states; a draft may lack any of it."""

    corridors: tuple[str, ...] = ()
    sectors: tuple[str, ...] = ()
    sites: tuple[Site, ...] = ()
    workers_per_year: int | None = None
    licences: tuple[Licence, ...] = ()
    capacity_building_completed_on: date | None = None
    capacity_building_provider: str | None = None
    self_assessment: SelfAssessment | None = None
    iso_9001: Iso9001 | None = None

    def as_json(self) -> dict[str, Any]:
        """The form in which it is stored."""
        stored: dict[str, Any] = _CONTENT.dump_python(self, mode="json")
        return stored

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> "Content":
        """What `as_json` wrote."""
        return _CONTENT.validate_python(stored)


_CONTENT = TypeAdapter(Content)


def check_indicators(content: Content, standard: Standard, root: str = "/self_assessment") -> None:
    """Every answer of the self-assessment is to an indicator of the standard. Raises Invalid.

    `root` points to the self-assessment in the input.
    """
    if content.self_assessment is None:
        return
    faults = []
    for place, answer in enumerate(content.self_assessment.answers):
        at = f"{root}/answers/{place}"
        if answer.criterion not in standard.criteria:
            reason = f"{standard.code} has no criterion {answer.criterion[:32]!a}."
            faults.append(FieldError(f"{at}/criterion", reason))
        if answer.element not in standard.elements:
            reason = f"Write one of {', '.join(standard.elements)}."
            faults.append(FieldError(f"{at}/element", reason))
    if faults:
        raise Invalid("The self-assessment is not stored; mend each fault.", errors=faults)


def self_assessment_faults(content: Content, today: date, months: int) -> Iterator[str]:
    """Why the self-assessment does not count today: it lies ahead, or is older than `months`."""
    if content.self_assessment is None:
        return
    completed = content.self_assessment.completed_on
    if completed > today:
        yield f"the self-assessment is dated {completed}, which lies ahead"
    elif add_months(completed, months) < today:
        yield f"the self-assessment of {completed} is older than {months} months"


def unanswered_faults(content: Content, standard: Standard) -> Iterator[str]:
    """Which criteria of the standard the self-assessment does not answer for every element."""
    if content.self_assessment is None:
        return
    answered = {(answer.criterion, answer.element) for answer in content.self_assessment.answers}
    open_criteria = [
        code
        for code in standard.criteria
        if any((code, element) not in answered for element in standard.elements)
    ]
    if open_criteria:
        yield (
            f"the self-assessment lacks answers for {len(open_criteria)} of"
            f" {len(standard.criteria)} criteria: {', '.join(open_criteria)}"
        )


def licence_faults(content: Content, home: str, today: date) -> Iterator[str]:
    """Which country of operation, or corridor, has no licence valid on that day.

    Countries of operation are the recruiter's own (`home`) and those of its sites. A corridor is
    served under a licence of its origin or of its destination.
    """
    if not content.licences:
        return
    licensed = {licence.country for licence in content.licences if licence.covers(today)}
    stated = {licence.country for licence in content.licences}
    for country in sorted({home} | {site.country for site in content.sites}):
        if country not in stated:
            yield f"no licence is given for {country}"
        elif country not in licensed:
            yield f"no licence given for {country} is valid on {today}"
    for text in content.corridors:
        corridor = Corridor.parse(text)
        if not {corridor.origin, corridor.destination} & licensed:
            yield (
                f"no licence of {corridor.origin} or {corridor.destination} is given that is"
                f" valid on {today} for the corridor {corridor}"
            )


def other_faults(content: Content, today: date) -> Iterator[str]:
    """Days that lie ahead and should not, or are past and should not be."""
    built = content.capacity_building_completed_on
    if built is not None and built > today:
        yield f"the capacity-building programme is dated {built}, which lies ahead"
    if content.iso_9001 is not None and content.iso_9001.valid_until < today:
        yield f"the ISO 9001 certificate that is claimed ended on {content.iso_9001.valid_until}"
