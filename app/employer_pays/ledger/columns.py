"""Which column of a ledger holds what: headers matched by name, or told by a mapping. Pure.

A mapping is a JSON object: `columns` tells the field of a header, `constants` a value for a field
that the file does not have, `values` what a cell of a field means, `dates` how days are written:

    {"columns": {"Passport": "document_number"}, "constants": {"corridor": "BD-MY"},
     "values": {"category": {"Visa fee": "cost.administrative:visa"}}, "dates": "%d/%m/%Y"}
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.kernel.errors import Invalid
from app.platform import strict_json

REQUIRED = ("corridor", "category", "amount", "currency")
IDENTITY = ("pseudonym", "document_country", "document_number", "name", "born_on")
MONEY = ("amount", "repaid", "monthly_wage", "first_month_earnings")
DAYS = (
    "charged_on",
    "born_on",
    "contract_signed_on",
    "arrived_on",
    "first_wage_on",
    "ended_on",
)
FIELDS = (
    *REQUIRED,
    *IDENTITY,
    *(it for it in MONEY if it != "amount"),
    *(it for it in DAYS if it != "born_on"),
    "wage_currency",
    "paid_by",
    "payee",
    "stage",
    "form",
    "evidence",
    "reference",
    "employer_id",
    "gender",
    "occupation",
    "contract_months",
    "region",
)
"""What a line may tell. `wage_currency` is of both wages; without it they are in `currency`."""

_OTHER_NAMES = {
    "date": "charged_on",
    "charge_date": "charged_on",
    "payer": "paid_by",
    "borne_by": "paid_by",
    "receipt": "reference",
    "receipt_number": "reference",
    "passport": "document_number",
    "passport_number": "document_number",
    "passport_country": "document_country",
    "worker_name": "name",
    "date_of_birth": "born_on",
    "wage": "monthly_wage",
    "sex": "gender",
}


class UnreadableMapping(Invalid):
    """The mapping is not one; it says what is wrong."""


class UnreadableLedger(Invalid):
    """The file as a whole cannot be read."""


@dataclass(frozen=True, slots=True)
class LedgerMapping:
    """What a mapping file tells."""

    columns: Mapping[str, str] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    dates: str | None = None


def read_mapping(document: bytes) -> LedgerMapping:
    """The mapping in a JSON file. Raises UnreadableMapping, MalformedJson."""
    raw = strict_json.parse(document)
    if not isinstance(raw, dict):
        raise UnreadableMapping("A mapping is a JSON object with columns, constants and values.")
    if unknown := raw.keys() - {"columns", "constants", "values", "dates"}:
        raise UnreadableMapping(f"A mapping has no {sorted(unknown)[0]!a}.")
    columns = _texts(raw, "columns")
    constants = _texts(raw, "constants")
    values = raw.get("values", {})
    if not isinstance(values, dict):
        raise UnreadableMapping("values holds an object for each field.")
    for name in (*columns.values(), *constants, *values):
        _known(name)
    dates = raw.get("dates")
    if dates is not None and not (isinstance(dates, str) and re.fullmatch(r"[%dmyY/. -]+", dates)):
        raise UnreadableMapping("dates is written with %d, %m and %Y, such as %d/%m/%Y.")
    return LedgerMapping(
        columns={_folded(header): name for header, name in columns.items()},
        constants=constants,
        values={
            name: {_folded(cell): meant for cell, meant in _texts(values, name).items()}
            for name in values
        },
        dates=dates,
    )


NO_MAPPING = LedgerMapping()


@dataclass(frozen=True, slots=True)
class Columns:
    """Where in a line each field stands."""

    places: Mapping[str, int]
    mapping: LedgerMapping

    def told(self, cells: Sequence[Any]) -> dict[str, Any]:
        """What a line tells, by field: cells that hold something, then the constants."""
        found: dict[str, Any] = dict(self.mapping.constants)
        for name, place in self.places.items():
            cell = cells[place] if place < len(cells) else None
            if isinstance(cell, str):
                cell = cell.strip()
            if cell is None or cell == "":
                continue
            meant = self.mapping.values.get(name)
            if meant is not None and isinstance(cell, str):
                cell = meant.get(_folded(cell), cell)
            found[name] = cell
        return found


def match(headers: Sequence[Any], mapping: LedgerMapping = NO_MAPPING) -> Columns:
    """Which column holds which field; a column that no field is known for is left alone.

    Raises UnreadableLedger naming what is missing, or what stands twice.
    """
    places: dict[str, int] = {}
    for place, header in enumerate(headers):
        if header is None:
            continue
        name = _field(str(header), mapping)
        if name is None:
            continue
        if name in places:
            raise UnreadableLedger(
                f"Two columns hold {name}: {headers[places[name]]!a} and {header!a}. Map one of"
                " them, or leave it out."
            )
        places[name] = place
    known = places.keys() | mapping.constants.keys()
    missing = [name for name in REQUIRED if name not in known]
    if not ({"pseudonym"} <= known or {"document_country", "document_number"} <= known
            or {"name", "born_on"} <= known):  # fmt: skip
        missing.append(
            "who the worker is (pseudonym; document_country and document_number; or name and"
            " born_on)"
        )
    unused = mapping.columns.keys() - {_folded(str(it)) for it in headers if it is not None}
    if unused:
        raise UnreadableLedger(
            f"The mapping names a column {sorted(unused)[0]!a}, which is not there."
        )
    if missing:
        seen = ", ".join(repr(str(it)) for it in headers if it is not None)[:300]
        raise UnreadableLedger(
            f"No column holds {', '.join(missing)}. The headers are {seen}; name others in a"
            " mapping."
        )
    return Columns(places, mapping)


def _field(header: str, mapping: LedgerMapping) -> str | None:
    mapped = mapping.columns.get(_folded(header))
    if mapped is not None:
        return mapped
    plain = re.sub(r"[^a-z0-9]+", "_", header.strip().lower()).strip("_")
    plain = _OTHER_NAMES.get(plain, plain)
    return plain if plain in FIELDS else None


def _known(name: str) -> None:
    if name not in FIELDS:
        raise UnreadableMapping(f"{name[:40]!a} is no field; write one of {', '.join(FIELDS)}.")


def _texts(raw: Mapping[str, Any], name: str) -> dict[str, str]:
    found = raw.get(name, {})
    if not isinstance(found, dict) or not all(isinstance(it, str) for it in found.values()):
        raise UnreadableMapping(f"{name} is an object of texts.")
    return found


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()
