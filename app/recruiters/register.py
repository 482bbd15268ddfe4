"""A government's licence register, read from CSV: every row becomes a licence or a refusal.

Pure: lines of bytes in, values out. `register_command.py` opens the file, `service.py` compares
the licences with what is known and writes.
"""

import csv
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property
from itertools import islice

from app.kernel import places
from app.kernel.canonical import digest
from app.kernel.errors import Invalid
from app.kernel.text import UncleanText, clean

COLUMNS = ("licence_country", "licence_number", "name", "address")
LONGEST_NUMBER = 64
LONGEST_NAME = 300
LONGEST_ADDRESS = 500
_MOST_NAMESAKES = 5
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class UnreadableRegister(Invalid):
    """The file as a whole is no register: nothing of it may be imported."""


class Outcome(StrEnum):
    """What became of one row."""

    IMPORTED = "imported"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(frozen=True)
class Licence:
    """One row as the register says it; `line` is where it begins in the file."""

    line: int
    country: str
    number: str | None
    name: str
    address: str
    warnings: tuple[str, ...] = ()

    @cached_property
    def key(self) -> str:
        """What makes two rows the same licence: SHA-256 over country and number.

        Without a number, over country, normalised name and normalised address.
        """
        if self.number is not None:
            return digest([self.country, self.number])
        return digest([self.country, None, normalised(self.name), normalised(self.address)])


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A row that cannot be imported, and why."""

    line: int
    reason: str
    number: str | None = None
    name: str | None = None


def read(lines: Iterable[bytes], country: str) -> list[Licence | RefusedRow]:
    """Every row of a register, in the file's order; `country` is whose register it is.

    `lines` are the file's lines with their ends, in UTF-8; a byte order mark is tolerated. The
    columns are found by the header's names, in any order; others are ignored. A later row with the
    key of an earlier one is refused; rows of one name are warned about. Raises `UnknownCountry`,
    and `UnreadableRegister` for what is not CSV, not UTF-8 or lacks a column.
    """
    places.country(country)
    rows: list[Licence | RefusedRow] = []
    lines_of_keys: dict[str, int] = {}
    for row in _rows(lines, country):
        if isinstance(row, Licence):
            earlier = lines_of_keys.setdefault(row.key, row.line)
            if earlier != row.line:
                reason = f"the same licence stands in line {earlier} already"
                rows.append(RefusedRow(row.line, reason, row.number, row.name))
                continue
        rows.append(row)
    return _warned_of_namesakes(rows)


def normalised(text: str) -> str:
    """Text for comparison: compatibility forms, case and white space make no difference."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def _rows(lines: Iterable[bytes], country: str) -> Iterator[Licence | RefusedRow]:
    reader = csv.reader(_decoded(lines), strict=True)
    columns: list[int] | None = None
    width = 0
    begins = 1
    while True:
        try:
            fields = next(reader, None)
        except csv.Error as error:
            fault = str(error).partition(" - ")[0]  # what follows is advice to programmers
            raise UnreadableRegister(
                f"Line {begins} is not CSV: {fault}. Write fields separated by commas, and those"
                " with commas or quotes in double quotes."
            ) from error
        if fields is None:
            break
        if columns is None:
            columns, width = _header(fields), len(fields)
        elif fields:
            yield _row(begins, fields, columns, width, country)
        begins = reader.line_num + 1
    if columns is None:
        raise UnreadableRegister(f"The file is empty; its first line names {_listed(COLUMNS)}.")


def _decoded(lines: Iterable[bytes]) -> Iterator[str]:
    for number, line in enumerate(lines, start=1):
        try:
            yield (line.removeprefix(_BYTE_ORDER_MARK) if number == 1 else line).decode()
        except UnicodeDecodeError as error:
            raise UnreadableRegister(
                f"Line {number} is not UTF-8: save the file as CSV in UTF-8."
            ) from error


def _header(fields: Sequence[str]) -> list[int]:
    """Where each of `COLUMNS` stands."""
    names = [field.strip().lower() for field in fields]
    if missing := [column for column in COLUMNS if column not in names]:
        raise UnreadableRegister(
            f"The header lacks {_listed(missing)}: the first line names the columns,"
            f" separated by commas, at least {_listed(COLUMNS)}."
        )
    if repeated := [column for column in COLUMNS if names.count(column) > 1]:
        raise UnreadableRegister(f"The header names {_listed(repeated)} more than once.")
    return [names.index(column) for column in COLUMNS]


def _row(
    line: int, fields: Sequence[str], columns: Sequence[int], width: int, country: str
) -> Licence | RefusedRow:
    if len(fields) != width:
        reason = f"the row has {len(fields)} fields, the header {width}"
        return RefusedRow(line, reason)
    licensed_in, number, name, address = (fields[column].strip() for column in columns)
    faults: list[str] = []
    if licensed_in != country:
        faults.append(f"licence_country is {_shown(licensed_in) or 'empty'}, not {country}")
    if not name:
        faults.append("name is empty")
    clean_number = _cleaned("licence_number", number, LONGEST_NUMBER, faults)
    clean_name = _cleaned("name", name, LONGEST_NAME, faults)
    clean_address = _cleaned("address", address, LONGEST_ADDRESS, faults)
    if faults:
        return RefusedRow(line, "; ".join(faults), _shown(number), _shown(name))
    return Licence(
        line=line,
        country=country,
        number=clean_number or None,
        name=clean_name,
        address=clean_address,
        warnings=() if clean_number else ("the licence number is missing",),
    )


def _cleaned(column: str, text: str, most: int, faults: list[str]) -> str:
    """The field in its one spelling; what is wrong with it is added to the faults."""
    if not text:
        return ""
    try:
        return clean(text, most)
    except UncleanText as error:
        faults.append(f"{column}: {error.detail}")
        return ""


def _shown(text: str) -> str | None:
    """What a report may repeat of a field that was refused: its visible beginning."""
    visible = "".join(character for character in text[:80] if character.isprintable())
    return visible or None


def _warned_of_namesakes(rows: Sequence[Licence | RefusedRow]) -> list[Licence | RefusedRow]:
    lines_of_names: dict[str, list[int]] = {}
    for row in rows:
        if isinstance(row, Licence):
            lines_of_names.setdefault(normalised(row.name), []).append(row.line)
    return [
        row if isinstance(row, RefusedRow) else _warned(row, lines_of_names[normalised(row.name)])
        for row in rows
    ]


def _warned(row: Licence, lines_of_name: Sequence[int]) -> Licence:
    if len(lines_of_name) == 1:
        return row
    others = islice((str(line) for line in lines_of_name if line != row.line), _MOST_NAMESAKES)
    warning = f"the same name stands in line {_listed(others)}"
    return replace(row, warnings=(*row.warnings, warning))


def _listed(words: Iterable[str]) -> str:
    return ", ".join(words)
