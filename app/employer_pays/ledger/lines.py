"""One line of a ledger as a worker and a charge, or every fault in it. Pure.

Errors name the line, the field and what would be right; they never repeat who the worker is.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeVar

from app.employer_pays import categories
from app.employer_pays.charge import Charge, Evidence, Form, Gender, Payee, Payer, Stage
from app.employer_pays.charges.jobs import facts_of
from app.employer_pays.ledger.columns import IDENTITY, LedgerMapping
from app.employer_pays.ledger.numerals import plain_digits
from app.kernel import places, text
from app.kernel.errors import Invalid
from app.kernel.identifiers import is_id
from app.kernel.money import DECIMALS, Money, UnknownCurrency
from app.recruiters.pseudonyms import Document, Identity, NameAndBirth, given

T = TypeVar("T")
_MOST_MONTHS = 600


class Formula:
    """A cell that holds a formula: what it comes to, a reader of the file does not know."""


FORMULA = Formula()


@dataclass(frozen=True, slots=True)
class Line:
    """What a line tells."""

    number: int
    identity: Identity | None
    pseudonym: str | None
    corridor: str
    employer_id: str | None
    facts: Mapping[str, Any]
    charge: Charge
    reference: str | None


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one field of a line. A line counts from 1, the headers' own."""

    line: int
    field: str
    detail: str


class _Reader:
    """Takes the fields of a line one by one, and keeps what is wrong."""

    def __init__(
        self, number: int, told: Mapping[str, Any], mapping: LedgerMapping, locale: str | None
    ) -> None:
        self.number = number
        self.told = told
        self.faults: list[Fault] = []
        self._mapping = mapping
        self._locale = locale

    def get(self, name: str, read: Callable[[Any], T], *, needed: bool = False) -> T | None:
        value = self.told.get(name)
        if value is None:
            if needed:
                self.fault(name, "is missing")
            return None
        if value is FORMULA:
            self.fault(name, "is a formula; paste it as a value")
            return None
        try:
            return read(value)
        except Invalid as error:
            detail = "cannot be read" if name in IDENTITY else error.detail
            self.fault(name, detail)
            return None

    def fault(self, name: str, detail: str) -> None:
        self.faults.append(Fault(self.number, name, detail))

    def money(self, name: str, currency: str | None, *, needed: bool = False) -> Money | None:
        if currency is None:
            return None
        return self.get(
            name, lambda value: Money.parse(self.number_of(value), currency), needed=needed
        )

    def number_of(self, value: Any) -> str:
        """The plain digits of a cell: a spreadsheet's number is what it shows."""
        if isinstance(value, bool):
            raise Invalid("is no number")
        if isinstance(value, int | float):
            return format(Decimal(repr(value)), "f").removesuffix(".0")
        return plain_digits(str(value), self._locale)

    def day(self, value: Any) -> date:
        if isinstance(value, datetime):
            return value.date()
        if isinstance(value, date):
            return value
        written = "".join(str(int(it)) if it.isdecimal() else it for it in str(value))
        form = self._mapping.dates or "%Y-%m-%d"
        try:
            return datetime.strptime(written, form).date()  # noqa: DTZ007 (a day has no zone)
        except ValueError:
            raise Invalid(
                f"{str(value)[:20]!a} is no day written as {form}; a mapping may say how days are"
                " written, such as %d/%m/%Y"
            ) from None


def read_line(
    number: int, told: Mapping[str, Any], mapping: LedgerMapping, locale: str | None = None
) -> Line | list[Fault]:
    """The line, or every fault in it."""
    reader = _Reader(number, told, mapping, locale)
    identity, pseudonym = _who(reader)
    currency = reader.get("currency", _currency, needed=True)
    wages = reader.get("wage_currency", _currency) or currency
    category = reader.get("category", lambda it: categories.category(str(it)), needed=True)
    corridor = reader.get("corridor", lambda it: places.Corridor.parse(str(it)), needed=True)
    amount = reader.money("amount", currency, needed=True)
    repaid = reader.money("repaid", currency)
    facts = facts_of(
        gender=reader.get("gender", _code(Gender)),
        occupation=reader.get("occupation", _occupation),
        monthly_wage=reader.money("monthly_wage", wages),
        first_month_earnings=reader.money("first_month_earnings", wages),
        contract_months=reader.get("contract_months", lambda it: _months(reader.number_of(it))),
        contract_signed_on=reader.get("contract_signed_on", reader.day),
        region=reader.get("region", _region),
        arrived_on=reader.get("arrived_on", reader.day),
        first_wage_on=reader.get("first_wage_on", reader.day),
        ended_on=reader.get("ended_on", reader.day),
    )
    charged_on = reader.get("charged_on", reader.day)
    paid_by = reader.get("paid_by", _code(Payer)) or Payer.UNKNOWN
    payee = reader.get("payee", _code(Payee)) or Payee.UNKNOWN
    form = reader.get("form", _code(Form))
    stage = reader.get("stage", _code(Stage))
    evidence = reader.get("evidence", _code(Evidence))
    reference = reader.get("reference", _reference)
    employer = reader.get("employer_id", _id)
    if reader.faults or category is None or amount is None or corridor is None:
        return reader.faults
    charge = Charge(
        category, amount, paid_by, charged_on, payee, form, stage, evidence, repaid or None
    )
    return Line(number, identity, pseudonym, str(corridor), employer, facts, charge, reference)


def _who(reader: _Reader) -> tuple[Identity | None, str | None]:
    if "pseudonym" in reader.told:
        return None, reader.get("pseudonym", lambda it: given(str(it)))
    if "document_number" in reader.told:
        country = reader.get("document_country", lambda it: places.country(str(it)), needed=True)
        number = reader.get("document_number", lambda it: text.clean(_whole(it), 64))
        if country is None or number is None:
            return None, None
        return Document(country, number), None
    name = reader.get("name", lambda it: text.clean(str(it), 200), needed=True)
    born = reader.get("born_on", reader.day, needed=True)
    return (None if name is None or born is None else NameAndBirth(name, born)), None


def _whole(value: Any) -> str:
    """A document's number that a spreadsheet took for a number."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _currency(value: Any) -> str:
    if str(value) in DECIMALS:
        return str(value)
    raise UnknownCurrency(f"{str(value)[:20]!a} is no currency; write its ISO 4217 code")


def _code(values: type[T]) -> Callable[[Any], T]:
    def read(value: Any) -> T:
        plain = "_".join(str(value).strip().lower().split())
        try:
            return values(plain)  # type: ignore[call-arg]
        except ValueError:
            known = ", ".join(str(it) for it in values)  # type: ignore[attr-defined]
            raise Invalid(f"{str(value)[:30]!a} is none of {known}") from None

    return read


def _occupation(value: Any) -> str:
    plain = "_".join(str(value).strip().lower().split())
    if (
        plain.isascii()
        and plain.replace("_", "a").isalnum()
        and plain[:1].isalpha()
        and len(plain) < 65
    ):
        return plain
    raise Invalid("is no occupation's code, such as construction_worker")


def _region(value: Any) -> str:
    plain = str(value)
    if plain.isascii() and plain.isalnum() and plain == plain.upper() and len(plain) <= 3:
        return plain
    raise Invalid("is no second half of an ISO 3166-2 code, such as ON")


def _months(digits: str) -> int:
    if digits.isdigit() and 1 <= int(digits[:9]) <= _MOST_MONTHS:
        return int(digits)
    raise Invalid(f"is a whole number of months from 1 to {_MOST_MONTHS}")


def _reference(value: Any) -> str:
    plain = _whole(value)
    if (
        plain.isascii()
        and plain.replace("/", "1").replace("-", "1").replace(".", "1").isalnum()
        and len(plain) <= 40
    ):
        return plain
    raise Invalid("is no receipt's number: letters, digits, dots, hyphens and slashes, at most 40")


def _id(value: Any) -> str:
    if is_id(str(value)):
        return str(value)
    raise Invalid("is no employer's id")
