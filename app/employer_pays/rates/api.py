"""The routes of exchange rates."""

from typing import Annotated

from fastapi import Depends, Response
from fastapi import Query as InQuery

from app.access.http import SIGNED_IN, Asking, Commanding, Router
from app.employer_pays.rates import queries, service
from app.employer_pays.rates.models import ExchangeRateRow
from app.employer_pays.rates.schemas import ImportedRatesView, RatesBody, RateView
from app.kernel.roles import Role
from app.platform.pagination import Page, Paging, paging
from app.platform.strict_json import KIBIBYTE
from app.platform.wire import Day

router = Router(prefix="/v1/exchange-rates")

Paged = Annotated[Paging, Depends(paging)]
Currency = Annotated[str | None, InQuery(pattern="^[A-Z]{3}$", description="ISO 4217.")]


@router.command(
    "",
    action="exchange_rate.import",
    roles={Role.SCHEME_MANAGER},
    response_model=ImportedRatesView,
    status_code=201,
    body_limit=256 * KIBIBYTE,
    operation_id="exchange_rates_import",
)
def import_rates(commanding: Commanding, body: RatesBody) -> Response:
    """Import exchange rates by day and source; a rate that is there never changes."""
    return commanding.run(
        lambda work: service.import_rates(
            work, [(rate.exchange_rate(), rate.rate) for rate in body.rates]
        ),
        lambda _work, done: ImportedRatesView(added=done.added, unchanged=done.unchanged),
    )


@router.query(
    "",
    action="exchange_rate.read",
    roles=SIGNED_IN,
    response_model=Page[RateView],
    operation_id="exchange_rates_list",
)
def list_rates(
    asking: Asking,
    paging: Paged,
    base: Currency = None,
    quote: Currency = None,
    on: Annotated[Day | None, InQuery()] = None,
) -> Response:
    """List the imported exchange rates, by pair, day and source."""
    return asking.answer(
        lambda session: paging.page(
            queries.rates(session, paging, base=base, quote=quote, on=on),
            position=lambda row: (row.base, row.quote, row.on.isoformat(), row.source),
            item=_view,
        )
    )


def _view(row: ExchangeRateRow) -> RateView:
    return RateView(
        base=row.base,
        quote=row.quote,
        rate=row.rate,
        on=row.on,
        source=row.source,
        imported_at=row.imported_at,
    )
