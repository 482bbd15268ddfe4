"""The lines of a ledger's file, CSV or XLSX, one at a time: memory does not grow with the file."""

import csv
import io
import zipfile
from collections.abc import Callable, Iterator
from typing import IO, Any

from app.employer_pays.ledger.columns import UnreadableLedger
from app.employer_pays.ledger.lines import FORMULA

OnBytes = Callable[[int], None]
"""Told how many bytes of the file have been read."""

_ZIP = b"PK\x03\x04"
_MOST_UNPACKED = 1024 * 1024 * 1024
_MOST_RATIO = 200
_LONGEST_LINE = 64 * 1024
_STEP = 500


def rows(file: IO[bytes], on_bytes: OnBytes = lambda _read: None) -> Iterator[list[Any]]:
    """Every line with something in it, the headers first, with its cells.

    A cell of a spreadsheet that holds a formula is `FORMULA`. Raises UnreadableLedger.
    """
    head = file.read(4)
    file.seek(0)
    return _xlsx(file, on_bytes) if head == _ZIP else _csv(file, on_bytes)


def _csv(file: IO[bytes], on_bytes: OnBytes) -> Iterator[list[Any]]:
    lines = _decoded(file, on_bytes)
    first = next(lines, "")
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(_with(first, lines), delimiter=delimiter, strict=True)
    try:
        yield from reader
    except csv.Error as error:
        raise UnreadableLedger(f"The file is no CSV: {error} in line {reader.line_num}.") from error


def _decoded(file: IO[bytes], on_bytes: OnBytes) -> Iterator[str]:
    done = 0
    for number, line in enumerate(iter(lambda: file.readline(_LONGEST_LINE + 1), b""), start=1):
        if len(line) > _LONGEST_LINE:
            raise UnreadableLedger(f"Line {number} has more than {_LONGEST_LINE} bytes.")
        if b"\0" in line:
            raise UnreadableLedger(f"Line {number} holds a NUL: save the file as CSV UTF-8.")
        done += len(line)
        if number % _STEP == 0:
            on_bytes(done)
        try:
            yield line.decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeDecodeError as error:
            raise UnreadableLedger(
                f"Line {number} is not UTF-8: save the file as CSV UTF-8."
            ) from error
    on_bytes(done)


def _with(first: str, rest: Iterator[str]) -> Iterator[str]:
    yield first
    yield from rest


def _xlsx(file: IO[bytes], on_bytes: OnBytes) -> Iterator[list[Any]]:
    import openpyxl  # slow to import

    _check_zip(file)
    try:
        book = openpyxl.load_workbook(file, read_only=True, data_only=False, keep_links=False)
        sheet = book.worksheets[0]
    except (KeyError, ValueError, IndexError, OSError, zipfile.BadZipFile, SyntaxError) as error:
        raise UnreadableLedger("The file is no XLSX workbook that can be read.") from error
    size = file.seek(0, io.SEEK_END)
    total = sheet.max_row or 1
    try:
        for number, row in enumerate(sheet.iter_rows(), start=1):
            if number % _STEP == 0:
                on_bytes(min(size, size * number // total))
            yield [_cell(cell) for cell in row]
    except (ValueError, SyntaxError, zipfile.BadZipFile, zipfile.zlib.error) as error:  # type: ignore[attr-defined]
        raise UnreadableLedger("The file is no XLSX workbook that can be read.") from error
    finally:
        book.close()
    on_bytes(size)


def _cell(cell: Any) -> Any:
    if cell.data_type == "f":
        return FORMULA
    if cell.data_type == "e":
        return str(cell.value)
    return cell.value


def _check_zip(file: IO[bytes]) -> None:
    """Refuse what unpacks to more than a ledger can be (SECURITY R40)."""
    try:
        with zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise UnreadableLedger("The file is no XLSX workbook that can be read.") from error
    packed = max(1, sum(it.compress_size for it in entries))
    unpacked = sum(it.file_size for it in entries)
    if unpacked > _MOST_UNPACKED or unpacked > _MOST_RATIO * packed + 1024 * 1024:
        raise UnreadableLedger("The workbook unpacks to far more than it is: save it anew.")
    if any(it.filename.lower().endswith("vbaproject.bin") for it in entries):
        raise UnreadableLedger("The workbook holds macros: save it as XLSX without them.")
    file.seek(0)
