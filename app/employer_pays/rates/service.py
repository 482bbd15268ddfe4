"""The only code that writes exchange rates: what a source publishes, as it publishes it."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import insert, select, tuple_

from app.employer_pays.exchange import ExchangeRate
from app.employer_pays.rates.models import ExchangeRateRow
from app.kernel.errors import Conflict, FieldError, Invalid
from app.lifecycle.journal import Work
from app.platform.database import try_lock

_MOST_KEYS = 200


@dataclass(frozen=True, slots=True)
class ImportedRates:
    """What became of them."""

    added: int
    unchanged: int


def import_rates(work: Work, rates: Sequence[tuple[ExchangeRate, str]]) -> ImportedRates:
    """Add the rates, each with its plain digits; all or none.

    A rate that is there already is left; one that differs is refused, since answers rest on it.
    Raises Invalid naming each, Conflict where another import runs.
    """
    if not try_lock(work.session, "exchange rates"):
        raise Conflict("exchange rates are being imported at this moment; try again")
    keys = [(rate.base, rate.quote, rate.on, rate.source) for rate, _ in rates]
    known = _known(work, keys)
    faults: list[FieldError] = []
    rows: dict[tuple[object, ...], dict[str, object]] = {}
    for place, (key, (rate, digits)) in enumerate(zip(keys, rates, strict=True)):
        said = known.get(key) or (rows[key]["rate"] if key in rows else None)
        if said is None:
            rows[key] = {
                "base": rate.base,
                "quote": rate.quote,
                "on": rate.on,
                "source": rate.source,
                "rate": digits,
                "imported_at": work.now,
            }
        elif said != digits:
            faults.append(
                FieldError(
                    f"/rates/{place}/rate",
                    f"{rate.source} has {said} for {rate.base} and {rate.quote} on {rate.on}"
                    f" already; a rate that answers rest on does not change to {digits}.",
                )
            )
    if faults:
        raise Invalid("No rate was imported; mend each fault.", errors=faults)
    if rows:
        work.session.execute(insert(ExchangeRateRow), list(rows.values()))
    return ImportedRates(added=len(rows), unchanged=len(rates) - len(rows))


def _known(work: Work, keys: Sequence[tuple[object, ...]]) -> dict[tuple[object, ...], str]:
    row = ExchangeRateRow
    found: dict[tuple[object, ...], str] = {}
    for start in range(0, len(keys), _MOST_KEYS):
        asked = select(row).where(
            tuple_(row.base, row.quote, row.on, row.source).in_(keys[start : start + _MOST_KEYS])
        )
        for one in work.session.scalars(asked):
            found[one.base, one.quote, one.on, one.source] = one.rate
    return found
