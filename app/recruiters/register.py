"""A government's licence register, read from CSV: every row becomes a licence or a refusal.

Pure: lines of bytes in, values out, one row at a time. `register_command.py` opens the file,
`staging.py` finds rows that stand there twice, `register_import.py` compares the licences with what
is known and writes.
"""

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cached_property
from hashlib import sha256
from json.encoder import encode_basestring as _quoted

from app.kernel import places
from app.kernel.errors import Invalid
from app.kernel.text import UncleanText, clean
from app.recruiters.names import normalised

COLUMNS = ("licence_country", "licence_number", "name", "address")
OPTIONAL_COLUMNS = ("status", "valid_until")
LONGEST_NUMBER = 64
LONGEST_NAME = 300
LONGEST_ADDRESS = 500
MOST_ROWS = 2_000_000
"""A file that goes on after so many rows is no register."""
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class UnreadableRegister(Invalid):
    """The file as a whole is no register: nothing of it may be imported."""


class Status(StrEnum):
    """How a licence stands, as its authority says it."""

    VALID = "valid"
    SUSPENDED = "suspended"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


class Outcome(StrEnum):
    """What became of one row; a licence that has vanished from the file has no row."""

    IMPORTED = "imported"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    REFUSED = "refused"
    VANISHED = "vanished"


@dataclass(frozen=True)
class Licence:
    """One row as the register says it; `line` is where it begins in the file."""

    line: int
    country: str
    number: str | None
    name: str
    address: str
    status: Status | None = None
    valid_until: date | None = None
    warnings: tuple[str, ...] = ()

    @cached_property
    def key(self) -> str:
        """What makes two rows the same licence: SHA-256 over country and number.

        Without a number, over country, normalised name and normalised address.
        """
        return key_of(self.country, self.number, self.name, self.address)


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A row that cannot be imported, and why."""

    line: int
    reason: str
    number: str | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Mapping:
    """How a register writes what we ask for: its column names, status words and days."""

    columns: dict[str, str]
    """Our name → the file's name of the column."""
    statuses: dict[str, Status]
    """The register's word in small letters → what it means."""
    day_formats: tuple[str, ...]
    """As `datetime.strptime` reads them, tried in order."""
    delimiter: str = ","


PLAIN = Mapping(
    {name: name for name in (*COLUMNS, *OPTIONAL_COLUMNS)},
    {status.value: status for status in Status},
    ("%Y-%m-%d",),
)
"""A file that names its columns as we do."""


def key_of(country: str, number: str | None, name: str = "", address: str = "") -> str:
    """The key of a licence; with a number, name and address make no difference.

    SHA-256 of canonical JSON, spelled out here: a register has 100,000 rows.
    """
    if number:
        rest = _quoted(number)
    else:
        rest = f"null,{_quoted(normalised(name))},{_quoted(normalised(address))}"
    return sha256(f"[{_quoted(country)},{rest}]".encode()).hexdigest()


def parse(
    lines: Iterable[bytes], country: str, mapping: Mapping = PLAIN
) -> Iterator[Licence | RefusedRow]:
    """Every row of a register, in the file's order; `country` is whose register it is.

    `lines` are the file's lines with their ends, in UTF-8; a byte order mark is tolerated. The
    columns are found by the header's names, in any order; others are ignored. A file whose mapping
    names no column for the country is of that country. Raises `UnknownCountry`, and
    `UnreadableRegister` for what is not CSV, not UTF-8, lacks a column or does not end.
    """
    places.country(country)
    reader = csv.reader(_decoded(lines), strict=True, delimiter=mapping.delimiter)
    rows: _Rows | None = None
    begins, count = 1, 0
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
        if rows is None:
            rows = _Rows(fields, country, mapping)
        elif fields:
            count += 1
            if count > MOST_ROWS:
                raise UnreadableRegister(f"The file has more than {MOST_ROWS} rows.")
            yield rows.row(begins, fields)
        begins = reader.line_num + 1
    if rows is None:
        wanted = _listed(mapping.columns[column] for column in _required(mapping))
        raise UnreadableRegister(f"The file is empty; its first line names {wanted}.")


class _Rows:
    """Reads the rows under one header."""

    def __init__(self, header: Sequence[str], country: str, mapping: Mapping) -> None:
        self._country, self._mapping, self._width = country, mapping, len(header)
        names = [normalised(field) for field in header]
        wanted = {column: normalised(name) for column, name in mapping.columns.items()}
        required = _required(mapping)
        if missing := [mapping.columns[c] for c in required if wanted[c] not in names]:
            raise UnreadableRegister(
                f"The header lacks {_listed(missing)}: the first line names the columns,"
                f" separated by commas, at least"
                f" {_listed(mapping.columns[column] for column in required)}."
            )
        if repeated := [mapping.columns[c] for c, name in wanted.items() if names.count(name) > 1]:
            raise UnreadableRegister(f"The header names {_listed(repeated)} more than once.")
        places_of = {c: names.index(name) for c, name in wanted.items() if name in names}
        self._of_country = places_of.get("licence_country")
        self._number, self._name, self._address = (places_of[c] for c in COLUMNS[1:])
        self._status = places_of.get("status")
        self._valid_until = places_of.get("valid_until")

    def row(self, line: int, fields: Sequence[str]) -> Licence | RefusedRow:
        """The licence that this row names, or every fault in it."""
        if len(fields) != self._width:
            reason = f"the row has {len(fields)} fields, the header {self._width}"
            return RefusedRow(line, reason)
        faults: list[str] = []
        if self._of_country is not None:
            licensed_in = fields[self._of_country].strip()
            if licensed_in != self._country:
                said = _shown(licensed_in) or "empty"
                faults.append(f"licence_country is {said}, not {self._country}")
        number, name = fields[self._number].strip(), fields[self._name].strip()
        if not name:
            faults.append("name is empty")
        clean_number = _cleaned("licence_number", number, LONGEST_NUMBER, faults)
        clean_name = _cleaned("name", name, LONGEST_NAME, faults)
        clean_address = _cleaned("address", fields[self._address].strip(), LONGEST_ADDRESS, faults)
        status = None
        if self._status is not None and (word := fields[self._status].strip()):
            status = self._mapping.statuses.get(normalised(word))
            if status is None:
                faults.append(f"status {_shown(word)!a} is none of the mapping's words")
        valid_until = None
        if self._valid_until is not None and (text := fields[self._valid_until].strip()):
            valid_until = _day(text, self._mapping.day_formats)
            if valid_until is None:
                faults.append(f"valid_until {_shown(text)!a} is no day as the mapping writes it")
        if faults:
            return RefusedRow(line, "; ".join(faults), _shown(number), _shown(name))
        return Licence(
            line=line,
            country=self._country,
            number=clean_number or None,
            name=clean_name,
            address=clean_address,
            status=status,
            valid_until=valid_until,
            warnings=() if clean_number else ("the licence number is missing",),
        )


def _required(mapping: Mapping) -> tuple[str, ...]:
    return tuple(column for column in COLUMNS if column in mapping.columns)


def _decoded(lines: Iterable[bytes]) -> Iterator[str]:
    for number, line in enumerate(lines, start=1):
        try:
            yield (line.removeprefix(_BYTE_ORDER_MARK) if number == 1 else line).decode()
        except UnicodeDecodeError as error:
            raise UnreadableRegister(
                f"Line {number} is not UTF-8: save the file as CSV in UTF-8."
            ) from error


def _cleaned(column: str, text: str, most: int, faults: list[str]) -> str:
    """The field in its one spelling; what is wrong with it is added to the faults."""
    if len(text) <= most and text.isascii() and text.isprintable():
        return text  # stripped already: nothing in it is invisible
    try:
        return clean(text, most)
    except UncleanText as error:
        faults.append(f"{column}: {error.detail}")
        return ""


def _day(text: str, formats: Iterable[str]) -> date | None:
    for written in formats:
        try:
            return datetime.strptime(text, written).date()  # noqa: DTZ007 (a day of the calendar)
        except ValueError:
            continue
    return None


def _shown(text: str) -> str | None:
    """What a report may repeat of a field that was refused: its visible beginning."""
    visible = "".join(character for character in text[:80] if character.isprintable())
    return visible or None


def _listed(words: Iterable[str]) -> str:
    return ", ".join(words)
