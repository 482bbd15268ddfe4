"""What may be read of exchange rates. They are public facts: whoever asks.

Of several sources for one pair and day the one that was imported first counts, so that importing
another one changes no answer; `ExchangeRate.source` says which it is.
"""

from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import and_, or_, select, tuple_
from sqlalchemy.orm import Session

from app.employer_pays.exchange import ExchangeRate, parse_rate
from app.employer_pays.rates.models import ExchangeRateRow
from app.platform.pagination import Paging

_MOST_DAYS = 200
"""How many days one statement asks for."""


def rates(
    session: Session,
    paging: Paging,
    *,
    base: str | None = None,
    quote: str | None = None,
    on: date | None = None,
) -> Sequence[ExchangeRateRow]:
    """The rates, by pair, day and source; of one pair or day if they are given."""
    row = ExchangeRateRow
    asked = select(row)
    for column, value in ((row.base, base), (row.quote, quote), (row.on, on)):
        if value is not None:
            asked = asked.where(column == value)
    key = (row.base, row.quote, row.on, row.source)
    if paging.after is not None:
        first, second, day, source = paging.after
        asked = asked.where(
            tuple_(*key) > tuple_(first, second, date.fromisoformat(str(day)), source)
        )
    return session.scalars(asked.order_by(*key).limit(paging.fetch)).all()


def of_days(
    session: Session, currencies: Collection[str], days: Collection[date]
) -> list[ExchangeRate]:
    """One rate for each pair with one of these currencies and each of these days."""
    found: dict[tuple[frozenset[str], date], ExchangeRate] = {}
    wanted, row = sorted(days), ExchangeRateRow
    for start in range(0, len(wanted), _MOST_DAYS):
        asked = (
            select(row)
            .where(
                and_(
                    row.on.in_(wanted[start : start + _MOST_DAYS]),
                    or_(row.base.in_(currencies), row.quote.in_(currencies)),
                )
            )
            .order_by(row.imported_at, row.source, row.base)
        )
        for one in session.scalars(asked):
            rate = ExchangeRate(one.base, one.quote, parse_rate(one.rate), one.on, one.source)
            found.setdefault((frozenset((one.base, one.quote)), one.on), rate)
    return list(found.values())
