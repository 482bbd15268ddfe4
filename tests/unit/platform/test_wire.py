"""The types that every room's wire format is built from."""

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Annotated, Any

import pytest
from pydantic import TypeAdapter, ValidationError

from app.kernel.money import Money
from app.platform.wire import (
    Body,
    Code,
    CorridorCode,
    CountryCode,
    Day,
    IdText,
    Instant,
    Line,
    MoneyBody,
    Name,
    Statement,
)

ID = "0190f0c4-8e2a-7c31-9b53-0d1c2e3f4a5b"


class Example(Body):
    day: Day
    name: Name = "x"


def read(kind: Any, value: object) -> Any:
    return TypeAdapter(kind).validate_python(value)


def said(kind: Any, value: object) -> str:
    with pytest.raises(ValidationError) as refused:
        read(kind, value)
    return str(refused.value.errors()[0]["msg"])


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        (Name, " नदी किनार ", "नदी किनार"),
        (Statement, "a\r\nb", "a\nb"),
        (Day, "2024-02-29", date(2024, 2, 29)),
        (Day, date(2024, 2, 29), date(2024, 2, 29)),
        (Instant, "2026-03-15T09:30:00Z", datetime(2026, 3, 15, 9, 30, tzinfo=UTC)),
        (
            Instant,
            datetime(2026, 3, 15, 15, 15, tzinfo=timezone(timedelta(hours=5, minutes=45))),
            datetime(2026, 3, 15, 9, 30, tzinfo=UTC),
        ),
        (CountryCode, "NP", "NP"),
        (CorridorCode, "NP-MY", "NP-MY"),
        (IdText, ID, ID),
        (Code, "licence_expired", "licence_expired"),
    ],
)
def test_right_values_are_read(kind: Any, value: object, expected: object) -> None:
    assert read(kind, value) == expected


@pytest.mark.parametrize(
    ("kind", "value", "words"),
    [
        (Name, "a\u202eb", "direction-changing"),
        (Name, "x" * 201, "at most 200 characters"),
        (Annotated[str, Line(3)], "four", "at most 3 characters"),
        (Statement, "\x00", "control character"),
        (Day, "2026-02-30", "2026-03-15"),
        (Day, "2026-W11-7", "2026-03-15"),
        (Day, "1899-12-31", "from 1900-01-01 to 2199-12-31"),
        (Day, "2200-01-01", "from 1900-01-01 to 2199-12-31"),
        (Day, "0001-01-01", "from 1900-01-01 to 2199-12-31"),
        (Instant, "1899-12-31T23:59:59Z", "1900 to 2199"),
        (Instant, "2200-01-01T00:00:00Z", "1900 to 2199"),
        (Day, "20260315", "2026-03-15"),
        (Day, "2026-03-15T00:00:00Z", "2026-03-15"),
        (Day, 1772000000, "2026-03-15"),
        (Day, datetime(2026, 3, 15, tzinfo=UTC), "2026-03-15"),
        (Instant, "2026-03-15T09:30:00", "RFC 3339"),
        (Instant, 5, "RFC 3339"),
        (CountryCode, "np", "ISO 3166-1"),
        (CorridorCode, "NP-NP", "leads to another country"),
        (CorridorCode, "NPMY", "write origin and destination as NP-MY"),
        (IdText, ID.upper(), "lower case"),
        (Code, "Licence", "match"),
    ],
)
def test_wrong_values_are_refused_with_what_would_be_right(
    kind: Any, value: object, words: str
) -> None:
    assert words in said(kind, value)


def test_money_is_plain_digits_of_a_known_currency() -> None:
    body = read(MoneyBody, {"amount": "1000.5", "currency": "USD"})
    assert body.money() == Money(100050, "USD")
    assert MoneyBody.of(body.money()).model_dump() == {"amount": "1000.50", "currency": "USD"}
    assert "at most 2 decimals" in said(MoneyBody, {"amount": "1.001", "currency": "USD"})
    assert "ISO 4217" in said(MoneyBody, {"amount": "1", "currency": "XXX"})
    assert "valid string" in said(MoneyBody, {"amount": 1000, "currency": "USD"})


@pytest.mark.parametrize(
    "sent", [{"day": "2026-03-15", "state": "accepted"}, {"day": "2026-03-15", "name": 5}, {}]
)
def test_a_body_takes_its_own_members_of_exactly_their_types(sent: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Example.model_validate(sent)


def test_the_schema_says_what_is_taken() -> None:
    schema = Example.model_json_schema()
    assert schema["additionalProperties"] is False
    assert schema["properties"]["name"]["maxLength"] == 200
    assert schema["properties"]["day"]["format"] == "date"
