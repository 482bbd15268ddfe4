"""The report of a register's import, row by row, as a file: CSV or a spreadsheet.

A cell that a spreadsheet would calculate is quoted: text from a register is text (SECURITY R41).
"""

import csv
from collections.abc import Iterable
from pathlib import Path

from openpyxl import Workbook

from app.kernel.errors import Invalid
from app.recruiters.staging import RowReport

HEADER = ("line", "outcome", "licence_number", "name", "reason", "warning")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\0")


class UnwritableReport(Invalid):
    """The report cannot be written where it was asked for."""


def check(path: Path) -> None:
    """Raise `UnwritableReport` for a file whose name ends neither in .csv nor in .xlsx."""
    if path.suffix.lower() not in {".csv", ".xlsx"}:
        raise UnwritableReport(f"{path.name}: name a report .csv or .xlsx.")
    if not path.parent.is_dir():
        raise UnwritableReport(f"{path} cannot be written: there is no folder {path.parent}.")


def write(path: Path, rows: Iterable[RowReport]) -> None:
    """Write the report; the name's ending says in which form. Raises `UnwritableReport`."""
    check(path)
    lines = ((row.line, row.outcome.value, *map(quoted, _texts(row))) for row in rows)
    try:
        if path.suffix.lower() == ".csv":
            _write_csv(path, lines)
        else:
            _write_workbook(path, lines)
    except OSError as error:
        raise UnwritableReport(f"{path} cannot be written: {error.strerror}.") from error


def quoted(text: str | None) -> str:
    """The text as a cell that no spreadsheet takes for a formula."""
    if not text:
        return ""
    return f"'{text}" if text.startswith(_FORMULA) else text


def _texts(row: RowReport) -> tuple[str | None, ...]:
    return row.licence_number, row.name, row.reason, row.warning


def _write_csv(path: Path, lines: Iterable[tuple[object, ...]]) -> None:
    with path.open("w", newline="", encoding="utf-8-sig") as file:
        out = csv.writer(file)
        out.writerow(HEADER)
        out.writerows(lines)


def _write_workbook(path: Path, lines: Iterable[tuple[object, ...]]) -> None:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("import")
    sheet.append(HEADER)
    for line in lines:
        sheet.append(line)
    book.save(path)
