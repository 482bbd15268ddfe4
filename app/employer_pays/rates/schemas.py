"""The wire format of exchange rates."""

from datetime import date

from pydantic import Field

from app.employer_pays.schemas import ExchangeRateBody
from app.platform.wire import Body, Instant, View


class RatesBody(Body):
    """Rates as a source published them; all are imported or none."""

    rates: list[ExchangeRateBody] = Field(min_length=1, max_length=1000)


class ImportedRatesView(View):
    """What became of them."""

    added: int
    unchanged: int


class RateView(View):
    """One `base` was `rate` of `quote` on a day, as a source says."""

    base: str = Field(examples=["MYR"])
    quote: str = Field(examples=["BDT"])
    rate: str = Field(examples=["24.35"])
    on: date
    source: str
    imported_at: Instant
