"""An application as a workbook: what stands on which sheet, and back again. Pure but for XLSX.

What comes back is judged by the wire's own rules (`schemas.ContentBody`); every fault is led back
to the cell that it stands in.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import IO, Any

from pydantic import ValidationError

from app.applications.content import Content, SelfAssessment
from app.applications.schemas import ContentBody
from app.kernel.canonical import digest
from app.kernel.errors import FieldError
from app.kernel.places import COUNTRIES
from app.platform import workbook
from app.platform.workbook import Cell, CellFault, Column, Filled, Table, Value
from app.scheme.standard import Standard

FORM = "application-1"
"""Which form it is; another number where its sheets change."""

_Place = tuple[str | int, ...]

_COUNTRIES = tuple(sorted(COUNTRIES))
_FIELD, _VALUE = "Field", "Value"
_FIELDS: tuple[tuple[str, _Place], ...] = (
    ("Workers placed in a year", ("workers_per_year",)),
    ("Capacity building completed on", ("capacity_building_completed_on",)),
    ("Capacity building given by", ("capacity_building_provider",)),
    ("Self-assessment completed on", ("self_assessment", "completed_on")),
    ("ISO 9001 certificate number", ("iso_9001", "number")),
    ("ISO 9001 issued by", ("iso_9001", "issuer")),
    ("ISO 9001 valid until", ("iso_9001", "valid_until")),
)
_CORRIDORS = Table("Corridors", (Column("Corridor"),))
_SECTORS = Table("Sectors", (Column("Sector", width=32),))
_SITES = Table(
    "Sites", (Column("Name", width=40), Column("Country", _COUNTRIES), Column("City", width=32))
)
_LICENCES = Table(
    "Licences",
    (
        Column("Country", _COUNTRIES),
        Column("Number", width=32),
        Column("Valid from", is_day=True),
        Column("Valid until", is_day=True),
    ),
)
_APPLICATION = Table("Application", (Column(_FIELD, width=40), Column(_VALUE, width=40)))
_ASSESSMENT = Table(
    "Self-assessment",
    (
        Column("Criterion", width=12),
        Column("Title", width=60),
        Column("Element", width=28),
        Column("Maturity", (0, 1, 2, 3, 4), width=12),
        Column("Last time", width=12),
        Column("Evidence", width=60),
    ),
    locked=frozenset({"Criterion", "Title", "Element", "Last time"}),
)
TABLES: tuple[Table, ...] = (
    _APPLICATION, _CORRIDORS, _SECTORS, _SITES, _LICENCES, _ASSESSMENT
)  # fmt: skip
_KEYS: Mapping[str, tuple[str, Mapping[str, str]]] = {
    _SITES.name: ("sites", {"Name": "name", "Country": "country", "City": "city"}),
    _LICENCES.name: (
        "licences",
        {
            "Country": "country",
            "Number": "number",
            "Valid from": "valid_from",
            "Valid until": "valid_until",
        },
    ),
}
_INSTRUCTIONS = (
    "Application for certification as an ethical labour recruiter",
    "",
    "Fill in the sheets, save the file as .xlsx, and send it back: first as a trial (dry_run=true),"
    " which names every fault by sheet and cell; nothing is stored until all is right.",
    "What the file says replaces what the application says, sheet by sheet. An empty row or field"
    " takes away what was there.",
    "Columns may stand in any order; their headings must stay as they are.",
    "Days are written as 2026-03-15, corridors as NP-MY, countries by their two letters.",
    "Sectors are codes in small letters, such as construction or domestic_work.",
    "Maturity: 0 nothing there, 1 begun, 2 in place, 3 checked, 4 improving. Grey cells are given.",
    "Evidence: ids of documents that were given with the application, with commas between them.",
    "The file belongs to one application as it was when you downloaded it. Once that has moved on,"
    " download it again.",
)


@dataclass(frozen=True, slots=True)
class Belongs:
    """Which application a workbook was made from, and as it was at which moment."""

    application: str
    version: str
    standard: str
    content: str
    form: str = FORM


@dataclass(slots=True)
class Proposed:
    """What a filled workbook says: the content, unless something is wrong with it."""

    belongs: Belongs | None
    content: Content | None
    faults: list[CellFault]
    where: Mapping[_Place, Cell]

    def place(self, error: FieldError) -> CellFault:
        """The cell of a fault that was found behind the wire."""
        steps = [step for step in error.pointer.split("/") if step]
        place = tuple(int(step) if step.isdigit() else step for step in steps)
        return _fault(self.where, place, error.detail)


def state(content: Content) -> str:
    """A digest of what an application says: whether it changed since a workbook was made."""
    return digest(content.as_json())


def write(
    content: Content, standard: Standard, former: SelfAssessment | None, belongs: Belongs
) -> bytes:
    """The workbook of an application, filled in as far as the application is."""
    stated = content.as_json()
    tables = (
        _with(_APPLICATION, [(label, _shown(stated, place)) for label, place in _FIELDS]),
        _with(_CORRIDORS, [(corridor,) for corridor in content.corridors]),
        _with(_SECTORS, [(sector,) for sector in content.sectors]),
        _with(_SITES, [(site.name, site.country, site.city) for site in content.sites]),
        _with(
            _LICENCES,
            [
                (licence.country, licence.number, licence.valid_from, licence.valid_until)
                for licence in content.licences
            ],
        ),
        _with(_ASSESSMENT, list(_assessed(content.self_assessment, standard, former))),
    )
    about = {name: str(getattr(belongs, name)) for name in Belongs.__dataclass_fields__}
    return workbook.write(tables, _INSTRUCTIONS, about)


def read(file: IO[bytes]) -> Proposed:
    """What a filled workbook says. Raises RefusedWorkbook for what is not opened at all."""
    filled = workbook.read(file, TABLES)
    reader = _Reader(filled)
    body = reader.body()
    content = None
    try:
        content = ContentBody.model_validate(body).content()
    except ValidationError as error:
        for fault in error.errors(include_url=False):
            filled.faults.append(_fault(reader.where, fault["loc"], fault["msg"]))
    names = set(Belongs.__dataclass_fields__)
    belongs = Belongs(**filled.about) if names == set(filled.about) else None
    return Proposed(belongs, None if filled.faults else content, filled.faults, reader.where)


@dataclass(slots=True)
class _Reader:
    """Turns rows into a body of the wire, and remembers where each part of it stood."""

    filled: Filled
    where: dict[_Place, Cell] = field(default_factory=dict)

    def body(self) -> dict[str, Any]:
        body: dict[str, Any] = {
            "corridors": self._column(_CORRIDORS, "corridors"),
            "sectors": self._column(_SECTORS, "sectors"),
            **{part: self._rows(sheet, part, keys) for sheet, (part, keys) in _KEYS.items()},
        }
        self._fields(body)
        answers = list(self._answers())
        if answers or "self_assessment" in body:
            body["self_assessment"] = {**body.get("self_assessment", {}), "answers": answers}
        return body

    def _column(self, table: Table, part: str) -> list[Value]:
        (column,) = table.columns
        self.where[(part,)] = Cell(table.name, "A1", None)
        found: list[Value] = []
        for row in self.filled.tables[table.name]:
            cell = row.get(column.name)
            if cell is not None and cell.value is not None:
                self.where[part, len(found)] = cell
                found.append(_as_text(cell.value))
        return found

    def _rows(self, sheet: str, part: str, keys: Mapping[str, str]) -> list[dict[str, Value]]:
        self.where[(part,)] = Cell(sheet, "A1", None)
        found = []
        for number, row in enumerate(self.filled.tables[sheet]):
            for column, cell in row.items():
                self.where[part, number, keys[column]] = cell
                self.where.setdefault((part, number), cell)
            found.append(
                {
                    keys[column]: _as_text(cell.value)
                    for column, cell in row.items()
                    if cell.value is not None
                }
            )
        return found

    def _fields(self, body: dict[str, Any]) -> None:
        known = {label.casefold(): place for label, place in _FIELDS}
        for row in self.filled.tables[_APPLICATION.name]:
            label, cell = row.get(_FIELD), row.get(_VALUE)
            if label is None or cell is None:
                continue
            place = known.pop(str(label.value).casefold(), None)
            if place is None:
                self._wrong(label, "there is no such field, or it is there twice")
                continue
            self.where[place] = cell
            self.where.setdefault(place[:1], cell)
            if cell.value is not None:
                inside = body if len(place) == 1 else body.setdefault(str(place[0]), {})
                is_count = place == ("workers_per_year",)
                inside[str(place[-1])] = _as_count(cell.value) if is_count else _as_text(cell.value)

    def _answers(self) -> Iterator[dict[str, Any]]:
        self.where["self_assessment", "answers"] = Cell(_ASSESSMENT.name, "A1", None)
        number = 0
        for row in self.filled.tables[_ASSESSMENT.name]:
            values = {column: cell.value for column, cell in row.items()}
            if values.get("Maturity") is None:
                if values.get("Evidence") is not None:
                    self._wrong(row["Evidence"], "evidence without a maturity")
                continue
            place = ("self_assessment", "answers", number)
            for column in ("Criterion", "Element", "Maturity", "Evidence"):
                if column in row:
                    self.where[(*place, column.lower())] = row[column]
                    self.where.setdefault(place, row[column])
            evidence = str(values.get("Evidence") or "")
            yield {
                "criterion": _as_text(values.get("Criterion") or ""),
                "element": _as_text(values.get("Element") or ""),
                "maturity": _as_count(values["Maturity"]),
                "evidence": [one.strip() for one in evidence.split(",") if one.strip()],
            }
            number += 1

    def _wrong(self, cell: Cell, detail: str) -> None:
        self.filled.faults.append(CellFault(cell.sheet, cell.at, detail))


def _with(table: Table, rows: Sequence[Sequence[Value]]) -> Table:
    return Table(table.name, table.columns, rows, table.locked)


def _shown(stated: Mapping[str, Any], place: _Place) -> Value:
    found: Any = stated
    for step in place:
        found = None if found is None else found[step]
    if isinstance(found, str) and str(place[-1]) in {"completed_on", "valid_until"}:
        return date.fromisoformat(found)
    if place == ("capacity_building_completed_on",) and found is not None:
        return date.fromisoformat(found)
    shown: Value = found
    return shown


def _assessed(
    now: SelfAssessment | None, standard: Standard, former: SelfAssessment | None
) -> Iterator[tuple[Value, ...]]:
    answers = {(a.criterion, a.element): a for a in (now.answers if now else ())}
    before = {(a.criterion, a.element): a.maturity for a in (former.answers if former else ())}
    for indicator in standard.indicators():
        key = (indicator.criterion, indicator.element)
        answer = answers.get(key)
        yield (
            indicator.criterion,
            standard.criterion(indicator.criterion).title,
            indicator.element,
            None if answer is None else answer.maturity,
            before.get(key),
            None if answer is None or not answer.evidence else ", ".join(answer.evidence),
        )


def _as_text(value: Value) -> Value:
    """What a text or a day says: a number that a spreadsheet made of it is text again."""
    return str(value) if isinstance(value, int) else value


def _as_count(value: Value) -> Value:
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 10:
        return int(value)
    return value


def _fault(where: Mapping[_Place, Cell], place: Sequence[str | int], detail: str) -> CellFault:
    """The fault at the cell of this place, or of the nearest part around it."""
    for length in range(len(place), 0, -1):
        cell = where.get(tuple(place[:length]))
        if cell is not None:
            return CellFault(cell.sheet, cell.at, detail)
    return CellFault(_APPLICATION.name, "A1", detail)
