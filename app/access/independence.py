"""Independence, computed and not declared: who touched the evidence of a case (DOMAIN §3).

Pure. Nobody in the computed set may review or decide the case (ISO 17021-1 9.5.1, 17065 7.5–7.6).
Used by the guards of audits and certificates; the database guards it again.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any


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


def as_recorded(involvements: Iterable[Involvement]) -> list[dict[str, Any]]:
    """The computed set as it is stored with a review or a decision: ids and codes, in order."""
    return [
        {"person": found.person, "ways": [way.value for way in Way if way in found.ways]}
        for found in sorted(involvements, key=lambda found: found.person)
    ]


def _joined(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
