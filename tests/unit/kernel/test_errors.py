import pickle
from datetime import UTC, datetime

import pytest

from app.kernel import canonical, dates, identifiers, money, places
from app.kernel.errors import (
    Conflict,
    DomainError,
    FieldError,
    Forbidden,
    Invalid,
    NotFound,
    StaleVersion,
)

INVALID = [
    canonical.NotCanonical,
    dates.DateOutOfRange,
    dates.EmptyInterval,
    dates.InvalidInstant,
    identifiers.InvalidRecruiterNumber,
    identifiers.WrongCheckSymbol,
    identifiers.WrongLength,
    identifiers.WrongSymbol,
    money.CurrencyMismatch,
    money.InvalidAmount,
    money.UnknownCurrency,
    places.InvalidCorridor,
    places.UnknownCountry,
]
ALL = [NotFound, Forbidden, Conflict, Invalid, StaleVersion, *INVALID]


def test_an_error_says_what_was_wrong_where_and_every_reason() -> None:
    fault = FieldError("/corridors/0", "Write it as NP-MY.")
    error = Conflict("Not now.", reasons=["a major is open", "unpaid"], errors=[fault])
    assert str(error) == error.detail == "Not now."
    assert error.reasons == ("a major is open", "unpaid")
    assert error.errors == (fault,)


def test_each_kind_of_refusal_has_its_own_slug() -> None:
    slugs = [kind.slug for kind in (NotFound, Forbidden, Conflict, Invalid, StaleVersion)]
    assert slugs == ["not-found", "forbidden", "conflict", "invalid-input", "stale-version"]


@pytest.mark.parametrize("kind", INVALID)
def test_what_the_caller_wrote_wrongly_is_invalid_input(kind: type[Invalid]) -> None:
    assert issubclass(kind, Invalid)
    assert kind.slug == "invalid-input"


@pytest.mark.parametrize("kind", ALL)
def test_an_error_travels_whole_to_another_process(kind: type[DomainError]) -> None:
    sent = kind("Wrong.")
    sent.reasons = ("because",)
    received = pickle.loads(pickle.dumps(sent))  # noqa: S301 (our own bytes)
    assert type(received) is kind
    assert received.__dict__ == sent.__dict__


def test_a_naive_instant_is_our_fault_and_not_the_callers() -> None:
    with pytest.raises(dates.NaiveInstant) as caught:
        dates.in_utc(datetime.now(UTC).replace(tzinfo=None))
    assert not isinstance(caught.value, DomainError)
