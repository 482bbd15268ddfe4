"""For how many cycles in a row somebody has led a recruiter's audits. Pure (§6, SECURITY S8).

A cycle is the audits that a certificate rests on, stage 1 and 2 or the recertification, and the
surveillance and special audits after them; another case begins another cycle.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from app.audits.kinds import Kind


@dataclass(frozen=True, slots=True)
class Led:
    """An audit of the recruiter that has begun, and who led it."""

    case: str
    kind: Kind
    lead: str


def cycles_in_a_row(person: str, history: Sequence[Led], case: str, kind: Kind) -> int:
    """In how many cycles directly before that of the next audit this person led some audit.

    `history`: the recruiter's audits in the order in which they began; `case` and `kind`: the next.
    """
    cycles: list[set[str]] = []
    before: Led | None = None
    for audit in (*history, Led(case, kind, "")):
        if before is None or _begins_a_cycle(before, audit):
            cycles.append(set())
        cycles[-1].add(audit.lead)
        before = audit
    count = 0
    for leads in reversed(cycles[:-1]):
        if person not in leads:
            break
        count += 1
    return count


def _begins_a_cycle(before: Led, audit: Led) -> bool:
    if before.case != audit.case:
        return True
    return audit.kind is Kind.RECERTIFICATION and before.kind is not Kind.RECERTIFICATION
