"""Spreadsheets (XLSX) that people fill in offline: written with drop-downs, read with suspicion.

A workbook is instructions, tables with a header row, and a hidden sheet that says what it belongs
to. Text is text: what begins with `=`, `+`, `-` or `@` is never a formula (SECURITY R41). What
comes back is an archive from a stranger: it is measured before anything in it is read (R40). Rooms
say which tables there are and what the cells mean.
"""

import io
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import IO, Any
from xml.parsers import expat

from openpyxl import Workbook, load_workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from app.kernel.errors import DomainError

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LARGEST = 2 * 1024 * 1024
"""How many bytes a workbook may have."""

MOST_ROWS = 2000
"""How many rows a table may have, its header included."""

Value = str | int | date | None

_ABOUT, _LISTS, _INSTRUCTIONS = "_about", "_lists", "Instructions"
_MOST_PARTS = 200
_MOST_UNPACKED = 16 * 1024 * 1024
_MOST_RATIO = 100
_SMALL = 64 * 1024  # a part so small is no bomb, however well it packs
_MOST_COLUMNS = 40
_ACTIVE = re.compile(
    r"vbaproject|macrosheets|activex|ctrlprops|embeddings|externallinks|customui|\.bin$"
    r"|\.(zip|xls[xmb]?|docx?|jar|exe|dll)$",
    re.IGNORECASE,
)
# What looks like an escape of the format is escaped itself. Only that is undone: no text of ours
# holds a control character, and some programs write such a text without the escape.
_LIKE_AN_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_ESCAPED = re.compile(r"_x005F_(?=x[0-9A-Fa-f]{4}_)", re.IGNORECASE)
_DAY = "yyyy-mm-dd"


_BOLD = Font(bold=True)
_BLUE = PatternFill("solid", fgColor="DDE7F0")
_GREY = PatternFill("solid", fgColor="EEEEEE")
_WRAPPED = Alignment(wrap_text=True, vertical="top")


class RefusedWorkbook(DomainError):
    """The file is no workbook, or one that is not opened: too large inside, active, encrypted."""

    slug = "unsupported-media-type"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table, found again by its name; `choices` become a drop-down."""

    name: str
    choices: Sequence[Value] = ()
    width: int = 24
    is_day: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A sheet with a header row; cells under `locked` columns are shown as given."""

    name: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Value]] = ()
    locked: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell as somebody filled it in."""

    sheet: str
    at: str
    value: Value


@dataclass(frozen=True, slots=True)
class CellFault:
    """What is wrong in one cell, in words."""

    sheet: str
    cell: str
    detail: str


@dataclass(slots=True)
class Filled:
    """What was read: what it belongs to, the rows of each table by column, and what is wrong."""

    about: Mapping[str, str]
    tables: dict[str, list[dict[str, Cell]]] = field(default_factory=dict)
    faults: list[CellFault] = field(default_factory=list)


def write(tables: Sequence[Table], instructions: Sequence[str], about: Mapping[str, str]) -> bytes:
    """The workbook as a file. `about` names what it belongs to, hidden from whoever fills it in."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None  # noqa: S101 (a new workbook has its first sheet)
    sheet.title = _INSTRUCTIONS
    sheet.column_dimensions["A"].width = 110
    for line in instructions:
        _put(sheet, sheet.max_row + (sheet.cell(1, 1).value is not None), 1, line)
    lists = book.create_sheet(_LISTS)
    for table in tables:
        _write_table(book.create_sheet(table.name), table, lists)
    hidden = book.create_sheet(_ABOUT)
    for row, (name, value) in enumerate(about.items(), start=1):
        _put(hidden, row, 1, name)
        _put(hidden, row, 2, value)
    for unseen in (lists, hidden):
        unseen.sheet_state = "veryHidden"
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def read(file: IO[bytes], tables: Sequence[Table]) -> Filled:
    """What somebody filled in; the names of columns count, not their order.

    Raises RefusedWorkbook for what is not opened at all.
    """
    _check_archive(file)
    file.seek(0)
    try:
        book = load_workbook(file, read_only=True, keep_links=False)
        about = {
            _text(row[0]): _text(row[1])
            for row in book[_ABOUT].iter_rows(max_row=20, max_col=2, values_only=True)
            if row[0] is not None and len(row) > 1
        }
        filled = Filled(about)
        for table in tables:
            if table.name not in book.sheetnames:
                filled.faults.append(CellFault(table.name, "A1", "the sheet is missing"))
                filled.tables[table.name] = []
                continue
            filled.tables[table.name] = list(_rows(book[table.name], table, filled.faults))
    except RefusedWorkbook:
        raise
    except KeyError as error:
        raise RefusedWorkbook(
            "This is not a workbook of ours: download it here, fill it in, send it back."
        ) from error
    except Exception as error:
        raise RefusedWorkbook("The workbook is damaged and cannot be read.") from error
    return filled


def _write_table(sheet: Worksheet, table: Table, lists: Worksheet) -> None:
    sheet.freeze_panes = "A2"
    locked = [column.name in table.locked for column in table.columns]
    for place, column in enumerate(table.columns, start=1):
        letter = get_column_letter(place)
        head = _put(sheet, 1, place, column.name)
        head.font, head.fill = _BOLD, _BLUE
        dimension = sheet.column_dimensions[letter]
        dimension.width = column.width
        dimension.number_format = _DAY if column.is_day else "@"
        if column.choices:
            _offer(sheet, letter, column.choices, lists)
    for row, values in enumerate(table.rows, start=2):
        for place, value in enumerate(values, start=1):
            cell = _put(sheet, row, place, value)
            if locked[place - 1]:
                cell.fill, cell.alignment = _GREY, _WRAPPED


def _offer(sheet: Worksheet, letter: str, choices: Sequence[Value], lists: Worksheet) -> None:
    """A drop-down whose list stands on a hidden sheet, which has no limit of length."""
    place = 1 if lists.cell(1, 1).value is None else lists.max_column + 1
    for row, choice in enumerate(choices, start=1):
        _put(lists, row, place, choice)
    column = get_column_letter(place)
    offered = DataValidation(
        type="list",
        formula1=f"{_LISTS}!${column}$1:${column}${len(choices)}",
        allow_blank=True,
        showErrorMessage=True,
        errorTitle="Not in the list",
        error="Choose one of the list.",
    )
    offered.add(f"{letter}2:{letter}{MOST_ROWS}")
    sheet.add_data_validation(offered)


def _put(sheet: Worksheet, row: int, column: int, value: Value) -> Any:
    cell: Any = sheet.cell(row, column)
    if isinstance(value, str):
        cell.value = _LIKE_AN_ESCAPE.sub("_x005F_", value)
        cell.data_type = "s"
        cell.number_format = "@"
        cell.quotePrefix = True
    elif value is not None:
        cell.value = value
        if isinstance(value, date):
            cell.number_format = _DAY
    return cell


def _rows(sheet: Any, table: Table, faults: list[CellFault]) -> Iterator[dict[str, Cell]]:
    """The rows that hold anything, each with every column of the table."""
    places: dict[int, str] = {}
    known = {column.name.casefold(): column.name for column in table.columns}
    rows = sheet.iter_rows(max_row=MOST_ROWS + 1, max_col=_MOST_COLUMNS)
    for number, row in enumerate(rows, start=1):
        if number == 1:
            places = _header(row, table, known, faults)
            continue
        found = {
            place: _value(cell, table.name, f"{get_column_letter(place)}{number}", faults)
            for place, cell in enumerate(row, start=1)
            if cell.value is not None
        }
        if not any(value is not None for value in found.values()):
            continue
        if number > MOST_ROWS:
            reason = f"a sheet has at most {MOST_ROWS} rows"
            faults.append(CellFault(table.name, f"A{number}", reason))
            return
        for place, value in found.items():
            if value is not None and place not in places:
                at = f"{get_column_letter(place)}{number}"
                faults.append(CellFault(table.name, at, "the column has no heading"))
        yield {
            name: Cell(table.name, f"{get_column_letter(place)}{number}", found.get(place))
            for place, name in places.items()
        }


def _header(
    row: Sequence[Any], table: Table, known: Mapping[str, str], faults: list[CellFault]
) -> dict[int, str]:
    places: dict[int, str] = {}
    for place, cell in enumerate(row, start=1):
        if cell.value is None:
            continue
        at = f"{get_column_letter(place)}1"
        name = known.get(_text(cell.value).casefold())
        if name is None:
            faults.append(CellFault(table.name, at, "this sheet has no such column"))
        elif name in places.values():
            faults.append(CellFault(table.name, at, f"the column {name} is there twice"))
        else:
            places[place] = name
    faults.extend(
        CellFault(table.name, "A1", f"the column {column.name} is missing")
        for column in table.columns
        if column.name not in places.values()
    )
    return places


def _value(cell: Any, sheet: str, at: str, faults: list[CellFault]) -> Value:
    value = cell.value
    if cell.data_type == "f":
        faults.append(CellFault(sheet, at, "is a formula: write what it should say instead"))
        return None
    if cell.data_type == "e":
        faults.append(CellFault(sheet, at, "holds an error: write what it should say instead"))
        return None
    match value:
        case bool():
            return str(value).upper()
        case float() if value.is_integer() and abs(value) < 2**53:
            return int(value)
        case int():
            return value
        case datetime():
            return value.date() if value.time() == time() else value.isoformat(" ")
        case date():
            return value
    return _text(value) or None


def _text(value: object) -> str:
    return _ESCAPED.sub("_", str(value)).strip()


def _check_archive(file: IO[bytes]) -> None:
    size = file.seek(0, 2)
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as archive:
            parts = archive.infolist()
            _check_parts(parts, size)
            for part in parts:
                if part.filename.lower().endswith((".xml", ".rels", ".vml")):
                    _check_markup(archive, part)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, ValueError) as error:
        raise RefusedWorkbook("The file is no XLSX workbook.") from error


def _check_parts(parts: Sequence[zipfile.ZipInfo], size: int) -> None:
    names = [part.filename for part in parts]
    if "xl/workbook.xml" not in names:
        raise RefusedWorkbook("The file is no XLSX workbook.")
    if any(part.flag_bits & 1 for part in parts):
        raise RefusedWorkbook("The workbook is encrypted: send it without a password.")
    if any(_ACTIVE.search(name) for name in names):
        raise RefusedWorkbook(
            "The workbook holds macros or other files: save it as .xlsx without them."
        )
    if (
        len(names) > _MOST_PARTS
        or len(set(names)) != len(names)
        or any(".." in name or "\\" in name or name.startswith("/") for name in names)
        or sum(part.compress_size for part in parts) > size
        or sum(part.file_size for part in parts) > _MOST_UNPACKED
        or any(part.file_size > max(_SMALL, _MOST_RATIO * part.compress_size) for part in parts)
    ):
        raise RefusedWorkbook(
            f"The workbook is too large inside: at most {_MOST_UNPACKED} bytes are unpacked."
        )


def _check_markup(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """Well-formed XML without a document type: there the entities that multiply would stand."""

    def refuse(*_: object) -> None:
        raise RefusedWorkbook("The workbook declares a document type; no spreadsheet needs one.")

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = refuse
    macros = False

    def look(_name: str, attributes: Mapping[str, str]) -> None:
        nonlocal macros
        macros = macros or "macroEnabled" in attributes.get("ContentType", "")

    parser.StartElementHandler = look
    try:
        with archive.open(part) as content:
            parser.ParseFile(content)
    except expat.ExpatError as error:
        raise RefusedWorkbook("The workbook is damaged and cannot be read.") from error
    if macros:
        raise RefusedWorkbook("The workbook holds macros: save it as .xlsx without them.")
