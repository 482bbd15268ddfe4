"""Placements, one or thousands at a time: the sampling frame of every audit (DOMAIN §6).

The only code that writes them. A worker is a pseudonym before anything is stored or logged.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import islice

from sqlalchemy import insert, select

from app.kernel.dates import day_of
from app.kernel.errors import Conflict, FieldError, Invalid
from app.kernel.identifiers import new_id
from app.lifecycle.journal import Work
from app.recruiters import queries
from app.recruiters.models import Placement
from app.recruiters.placement import NewPlacement
from app.scheme import queries as scheme

_MOST_FAULTS = 50
_AT_ONCE = 500


def record(work: Work, recruiter_id: str, stated: Sequence[NewPlacement]) -> int:
    """Keep the placements, all or none; how many. Only the recruiter itself does so.

    Raises NotFound, Conflict for a merged entry, Invalid with a pointer to each placement that is
    there already, lies ahead, or came through nobody that the recruiter works with.
    """
    recruiter = queries.own(work.session, work.actor, recruiter_id)
    if recruiter.merged_into_id is not None:
        raise Conflict(f"this entry was merged into recruiter {recruiter.merged_into_id}")
    today = day_of(work.now, scheme.policy_in_force(work.session, work.now).zone)
    known = queries.open_partner_ids(work.session, recruiter.id)
    recorded = _recorded(work, recruiter.id, stated)
    faults = list(islice(_faults(stated, today, known, recorded), _MOST_FAULTS))
    if faults:
        raise Invalid("some placements cannot be taken; none was", errors=faults)
    rows = [
        {
            "id": new_id(work.now),
            "recruiter_id": recruiter.id,
            "worker": placement.worker,
            "corridor": placement.corridor,
            "employer": placement.employer,
            "partner_id": placement.partner_id,
            "gender": placement.gender.value,
            "cohort": placement.cohort,
            "arrived_on": placement.arrived_on,
            "recorded_at": work.now,
        }
        for placement in stated
    ]
    work.session.execute(insert(Placement), rows)
    return len(rows)


def _key(placement: NewPlacement) -> tuple[str, str, date]:
    return placement.worker, placement.corridor, placement.arrived_on


def _recorded(
    work: Work, recruiter_id: str, stated: Sequence[NewPlacement]
) -> set[tuple[str, str, date]]:
    """Which of these are there already."""
    found: set[tuple[str, str, date]] = set()
    keys = (Placement.worker, Placement.corridor, Placement.arrived_on)
    for start in range(0, len(stated), _AT_ONCE):
        workers = [placement.worker for placement in stated[start : start + _AT_ONCE]]
        asked = select(*keys).where(
            Placement.recruiter_id == recruiter_id, Placement.worker.in_(workers)
        )
        found |= {(worker, corridor, day) for worker, corridor, day in work.session.execute(asked)}
    return found


def _faults(
    stated: Sequence[NewPlacement],
    today: date,
    partners: frozenset[str],
    recorded: set[tuple[str, str, date]],
) -> Iterator[FieldError]:
    times = Counter(map(_key, stated))
    for place, placement in enumerate(stated):
        at = f"/placements/{place}"
        if placement.arrived_on > today:
            yield FieldError(f"{at}/arrived_on", "A placement is recorded once the worker arrived.")
        if placement.partner_id is not None and placement.partner_id not in partners:
            yield FieldError(f"{at}/partner_id", "You work with no partner of this id.")
        if _key(placement) in recorded:
            yield FieldError(at, "This placement is recorded already.")
        elif times[_key(placement)] > 1:
            yield FieldError(at, "This placement stands in the call more than once.")
