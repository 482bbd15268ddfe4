"""One worker's job, put together from what each source tells of it (DOMAIN §8). Pure.

A fact is the newest that was told by the source nearest to the worker: the worker's own statement,
then the employer's invoice, the recruiter's ledger, the schedule. A source that is silent takes
nothing away.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from app.employer_pays.charge import EndReason, Gender, LegalException, Placement, Worker
from app.employer_pays.triangulation import Source
from app.kernel.money import Money
from app.kernel.places import Corridor

NEAREST_FIRST = (Source.STATEMENT, Source.INVOICE, Source.LEDGER, Source.SCHEDULE)
_NEARNESS = {source: place for place, source in enumerate(NEAREST_FIRST)}

FIELDS = (
    "gender",
    "occupation",
    "monthly_wage",
    "first_month_earnings",
    "contract_months",
    "contract_signed_on",
    "region",
    "employer_bears_all_costs",
    "arrived_on",
    "first_wage_on",
    "ended_on",
    "end_reason",
)
"""What rules ask of a worker and the job; in JSON, days as text and money as on the wire."""


@dataclass(frozen=True, slots=True)
class Told:
    """What one source told of a worker at one time."""

    source: Source
    told_at: datetime
    facts: Mapping[str, Any]
    id: str = ""


def facts_of(**given: Any) -> dict[str, Any]:
    """The facts that were told, as they are stored: what was left out is not there."""
    return {name: _stored(given[name]) for name in FIELDS if given.get(name) is not None}


def placement(
    corridor: str, told: Iterable[Told], exceptions: Iterable[LegalException] = ()
) -> Placement:
    """The job and its worker, as the sources together tell them."""
    facts: dict[str, Any] = {}
    for one in sorted(told, key=lambda it: (-_NEARNESS[it.source], it.told_at, it.id)):
        facts |= one.facts
    days = {
        name: date.fromisoformat(facts[name])
        for name in ("contract_signed_on", "arrived_on", "first_wage_on", "ended_on")
        if name in facts
    }
    return Placement(
        corridor=Corridor.parse(corridor),
        worker=Worker(
            gender=Gender(facts["gender"]) if "gender" in facts else None,
            occupation=facts.get("occupation"),
            monthly_wage=_money(facts.get("monthly_wage")),
            first_month_earnings=_money(facts.get("first_month_earnings")),
            contract_months=facts.get("contract_months"),
            contract_signed_on=days.get("contract_signed_on"),
        ),
        region=facts.get("region"),
        employer_bears_all_costs=facts.get("employer_bears_all_costs"),
        arrived_on=days.get("arrived_on"),
        first_wage_on=days.get("first_wage_on"),
        ended_on=days.get("ended_on"),
        end_reason=EndReason(facts["end_reason"]) if "end_reason" in facts else None,
        exceptions=tuple(exceptions),
    )


def _stored(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Money):
        return value.as_json()
    return value


def _money(stored: Mapping[str, str] | None) -> Money | None:
    return None if stored is None else Money.parse(stored["amount"], stored["currency"])
