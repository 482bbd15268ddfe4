"""Independence, computed and not declared: who touched the evidence of a case (DOMAIN §3).

Pure. Nobody in the computed set may review or decide the case (ISO 17021-1 9.5.1, 17065 7.5–7.6);
the two-year rule and declared conflicts come on top (SECURITY S2, S3). Used by the guards of the
rooms above; the database guards it again.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from app.kernel.dates import add_months


class Way(StrEnum):
    """How somebody touched the evidence of a case."""

    TEAM = "team"
    ANSWER = "answer"
    FINDING = "finding"
    EVIDENCE = "evidence"
    INTERVIEW = "interview"
    REPORT = "report"
    DECISION_INPUT = "decision_input"


_WORDS: Mapping[Way, str] = MappingProxyType(
    {
        Way.TEAM: "was in the audit team",
        Way.ANSWER: "answered indicators",
        Way.FINDING: "wrote or judged findings",
        Way.EVIDENCE: "collected or verified evidence",
        Way.INTERVIEW: "interviewed",
        Way.REPORT: "wrote the report",
        Way.DECISION_INPUT: "prepared the decision",
    }
)


@dataclass(frozen=True, slots=True)
class Involvement:
    """One person who touched the evidence of a case, and every way in which they did."""

    person: str
    ways: frozenset[Way]


def bars(person: str | None, involvements: Iterable[Involvement]) -> str | None:
    """Why this person may neither review nor decide the case whose computed set is given, or None.

    A machine without a person has no independence to show, and is barred too.
    """
    if person is None:
        return "only a named person can be independent, and no person acts here"
    ways = {way for found in involvements if found.person == person for way in found.ways}
    if not ways:
        return None
    did = [words for way, words in _WORDS.items() if way in ways]
    return (
        f"this person {_joined(did)} in this case; whoever touched the evidence"
        " may neither review nor decide it"
    )


class Tie(StrEnum):
    """What ties a person, or a whole audit company, to a recruiter: the kinds of conflict."""

    EMPLOYMENT = "employment"
    CONSULTANCY = "consultancy"
    TRAINING_FOR_HIRE = "training_for_hire"
    OWNERSHIP = "ownership"
    FINANCIAL = "financial"
    FAMILY = "family"
    PERSONAL = "personal"


_TIED: Mapping[Tie, str] = MappingProxyType(
    {
        Tie.EMPLOYMENT: "worked for the recruiter",
        Tie.CONSULTANCY: "gave consultancy to the recruiter",
        Tie.TRAINING_FOR_HIRE: "trained for hire for the recruiter",
        Tie.OWNERSHIP: "owned a part of the recruiter, or was owned by it",
        Tie.FINANCIAL: "had a financial interest in the recruiter",
        Tie.FAMILY: "had family at the recruiter",
        Tie.PERSONAL: "was personally close to the recruiter",
    }
)


@dataclass(frozen=True, slots=True)
class Conflict:
    """A tie to a recruiter, or to an affiliate in its ownership group, that is on record."""

    tie: Tie
    since: date
    until: date | None
    """Its last day, inclusive; None while it is open."""
    of_company: bool = False
    """Is it the whole audit company's, not the person's own?"""

    def bars_until(self, months: int) -> date | None:
        """The last day on which it bars: that many months after its last; None while it is open."""
        return None if self.until is None else add_months(self.until, months)

    def bars_on(self, day: date, months: int) -> bool:
        """Does it bar on this day, in the scheme's zone?"""
        until = self.bars_until(months)
        return until is None or day <= until


def conflict_bars(conflicts: Iterable[Conflict], day: date, months: int) -> tuple[str, ...]:
    """Why these conflicts bar from assignment, review and decision on this day, in the scheme's
    zone: one reason for each that is open, or ended less than `months` ago (DOMAIN §3).
    """
    return tuple(
        _conflict_words(conflict, months)
        for conflict in sorted(conflicts, key=lambda known: (known.of_company, known.since))
        if conflict.bars_on(day, months)
    )


def declaration_bar(declared_on: date | None, day: date, days: int) -> str | None:
    """Why the yearly declaration of conflicts bars from assignment on this day, or None (§5a).

    One of `days` days ago still counts; an older one, or none, bars.
    """
    if declared_on is None:
        return "this person never declared their conflicts of interest; they must before they audit"
    if day <= declared_on + timedelta(days=days):
        return None
    return (
        f"this person's declaration of conflicts is of {declared_on}, more than {days} days ago;"
        " they must declare anew"
    )


def as_recorded(involvements: Iterable[Involvement]) -> list[dict[str, Any]]:
    """The computed set as it is stored with a review or a decision: ids and codes, in order."""
    return [
        {"person": found.person, "ways": [way.value for way in Way if way in found.ways]}
        for found in sorted(involvements, key=lambda found: found.person)
    ]


def _conflict_words(conflict: Conflict, months: int) -> str:
    who = "this person's audit company" if conflict.of_company else "this person"
    what = f"{who} {_TIED[conflict.tie]} or an affiliate of it"
    if conflict.until is None:
        return f"{what}, since {conflict.since}: the conflict of interest is open"
    return (
        f"{what} until {conflict.until}: that bars for {months} months,"
        f" until {conflict.bars_until(months)}"
    )


def _joined(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
