"""What is the same on every wire: strict bodies, days, instants, text, places, money, offers.

The rooms' `schemas.py` build their models from these. A wrong value is refused with a sentence
that says what would be right (DESIGN §5); whatever a type takes, it also writes.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Annotated, Self, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    model_validator,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from app.kernel import text
from app.kernel.dates import in_utc, parse_instant
from app.kernel.errors import Invalid
from app.kernel.identifiers import is_id
from app.kernel.money import Money
from app.kernel.places import Corridor, country

T = TypeVar("T")
_ID_PATTERN = "^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$"
_DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2199, 12, 31)


class Body(BaseModel):
    """What a caller sends: exact types, no member that the model does not name."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class View(BaseModel):
    """What a caller is told."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class AllowedAction(View):
    """A move that this caller may make next, and what is still missing for it."""

    action: str = Field(examples=["submit"])
    href: str = Field(examples=["/v1/applications/0190f0c4-8e2a-7c31-9b53-0d1c2e3f4a5b/submit"])
    missing: list[str] = Field(examples=[["no licence is given for MY"]])


@dataclass(frozen=True, slots=True)
class Line:
    """One line of visible text of 1 to `most` characters: `Annotated[str, Line(200)]`."""

    most: int

    def __get_pydantic_core_schema__(
        self, source: object, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self._checked, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return handler(schema) | {"minLength": 1, "maxLength": self.most}

    def _checked(self, value: str) -> str:
        return said(partial(text.clean, most=self.most))(value)


class Lines(Line):
    """Visible text of 1 to `most` characters on as many lines as it needs."""

    def _checked(self, value: str) -> str:
        return said(partial(text.clean_lines, most=self.most))(value)


def said(check: Callable[[str], T]) -> Callable[[str], T]:
    """A domain check as pydantic wants it: its own sentence is what the caller reads."""

    def checked(value: str) -> T:
        try:
            return check(value)
        except Invalid as error:
            raise PydanticCustomError("invalid", "{detail}", {"detail": error.detail}) from error

    return checked


def day(value: object) -> date:
    """A day of the calendar, from text as 2026-03-15. Raises what pydantic reports.

    Nothing here happened before 1900 or ends after 2199; a year typed wrong is told at once, and
    no sum of a day and a time limit leaves the calendar.
    """
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    if isinstance(value, str) and _DAY.fullmatch(value):
        try:
            found = date.fromisoformat(value)
        except ValueError:
            found = None  # no such day in the calendar
        if found is not None and FIRST_DAY <= found <= LAST_DAY:
            return found
    raise PydanticCustomError(
        "day", "Write a day of the calendar from 1900-01-01 to 2199-12-31, as 2026-03-15."
    )


def moment(value: object) -> datetime:
    """An instant of one of those days, from RFC 3339. Raises what pydantic reports."""
    if isinstance(value, datetime):
        return in_utc(value)
    if isinstance(value, str):
        found = said(parse_instant)(value)
        if FIRST_DAY <= found.date() <= LAST_DAY:
            return found
    raise PydanticCustomError(
        "instant", "Write an instant of 1900 to 2199 as 2026-03-15T09:30:00Z (RFC 3339)."
    )


def _corridor(value: str) -> str:
    return str(Corridor.parse(value))


def _id(value: str) -> str:
    if not is_id(value):
        raise PydanticCustomError("id", "Write an id as it was given, in lower case.")
    return value


Day = Annotated[date, BeforeValidator(day)]
"""A day: `2026-03-15`."""

Instant = Annotated[datetime, BeforeValidator(moment)]
"""An instant, in UTC."""

Name = Annotated[str, Line(200)]
"""A name of a person, a company, a place, in any script."""

Statement = Annotated[str, Lines(4000)]
"""What somebody explains."""

Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
"""A code: `licence_expired`."""

IdText = Annotated[
    str,
    AfterValidator(_id),
    Field(
        json_schema_extra={"pattern": _ID_PATTERN},
        examples=["0190f0c4-8e2a-7c31-9b53-0d1c2e3f4a5b"],
    ),
]
"""The id of something."""

CountryCode = Annotated[
    str,
    AfterValidator(said(country)),
    Field(json_schema_extra={"pattern": "^[A-Z]{2}$"}, examples=["NP"]),
]
"""ISO 3166-1 alpha-2."""

CorridorCode = Annotated[
    str,
    AfterValidator(said(_corridor)),
    Field(json_schema_extra={"pattern": "^[A-Z]{2}-[A-Z]{2}$"}, examples=["NP-MY"]),
]
"""Origin and destination: `NP-MY`."""


class MoneyBody(Body):
    """An amount of money: plain digits with at most the currency's decimals, and ISO 4217."""

    amount: str = Field(
        examples=["165000.00"], json_schema_extra={"pattern": r"^[0-9]+(\.[0-9]+)?$"}
    )
    currency: str = Field(examples=["BDT"], json_schema_extra={"pattern": "^[A-Z]{3}$"})

    @model_validator(mode="after")
    def _is_money(self) -> Self:
        said(partial(Money.parse, currency=self.currency))(self.amount)
        return self

    @classmethod
    def of(cls, money: Money) -> Self:
        """The wire's form of an amount."""
        return cls(amount=money.amount, currency=money.currency)

    def money(self) -> Money:
        """The amount itself."""
        return Money.parse(self.amount, self.currency)
