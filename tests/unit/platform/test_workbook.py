"""Workbooks from strangers: measured before they are read, matched by heading, no formula alive
(SECURITY R40, R41)."""

import io
import resource
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import openpyxl
import pytest

from app.platform import workbook
from app.platform.workbook import Column, RefusedWorkbook, Table

TABLE = Table(
    "Sites",
    (Column("Name"), Column("Country", ("BD", "NP")), Column("Since", is_day=True)),
)
ROWS = (
    ("=1+1", "NP", date(2026, 2, 28)),
    ("+977 1 4000000", None, None),
    ("-2", "BD", None),
    ("@SUM(A1)", None, None),
    ("00123", None, None),
    ("_x0041_ _x000D_", None, None),
    ("काठमाडौं جسر النخيل 𠮷", None, None),
    ("a\nb", None, None),
    ("#N/A", None, None),
    ("TRUE", None, None),
)
ABOUT = {"application": "0190f0c4", "version": "3"}


def made(*rows: Any) -> bytes:
    table = Table(TABLE.name, TABLE.columns, rows or ROWS, frozenset({"Since"}))
    return workbook.write([table], ["Fill it in."], ABOUT)


def edited(edit: Callable[[Any], object], content: bytes | None = None) -> bytes:
    """The workbook after somebody worked on it."""
    book = openpyxl.load_workbook(io.BytesIO(content or made()))
    edit(book)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def repacked(change: Callable[[dict[str, bytes]], object], **how: Any) -> bytes:
    """The workbook with other parts in its archive."""
    with zipfile.ZipFile(io.BytesIO(made())) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    change(parts)
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, **how) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file.getvalue()


def read(content: bytes) -> workbook.Filled:
    return workbook.read(io.BytesIO(content), [TABLE])


def values(filled: workbook.Filled) -> list[tuple[Any, ...]]:
    return [
        tuple(row[column.name].value for column in TABLE.columns) for row in filled.tables["Sites"]
    ]


def faults(filled: workbook.Filled) -> list[tuple[str, str]]:
    return [(fault.cell, fault.detail) for fault in filled.faults]


def test_what_is_written_is_read_and_text_stays_text() -> None:
    filled = read(made())
    assert (values(filled), filled.faults, filled.about) == (list(ROWS), [], ABOUT)
    with zipfile.ZipFile(io.BytesIO(made())) as archive:
        assert not any(
            b"<f>" in archive.read(name) for name in archive.namelist() if "sheet" in name
        )


def test_columns_are_found_by_their_headings_in_any_order() -> None:
    def turn(book: Any) -> None:
        sheet = book["Sites"]
        for row in sheet.iter_rows():
            row[0].value, row[2].value = row[2].value, row[0].value
        sheet["C1"].value = " NAME "

    assert values(read(edited(turn, made(("Office", "NP", date(2026, 1, 1)))))) == [
        ("Office", "NP", date(2026, 1, 1))
    ]


def test_what_does_not_fit_is_named_by_its_cell() -> None:
    def spoil(book: Any) -> None:
        sheet = book["Sites"]
        sheet["B1"].value = "Land"
        sheet["D1"].value = "Name"
        sheet["F3"].value = "somewhere"
        sheet["A3"].value = "=1+1"
        sheet["A4"].value = "#REF!"
        sheet["A4"].data_type = "e"

    assert faults(read(edited(spoil, made(("Office", "NP", None))))) == [
        ("B1", "this sheet has no such column"),
        ("D1", "the column Name is there twice"),
        ("A1", "the column Country is missing"),
        ("B2", "the column has no heading"),
        ("A3", "is a formula: write what it should say instead"),
        ("F3", "the column has no heading"),
        ("A4", "holds an error: write what it should say instead"),
    ]


def test_a_sheet_that_is_gone_is_named() -> None:
    def lose(book: Any) -> None:
        del book["Sites"]

    assert faults(read(edited(lose))) == [("A1", "the sheet is missing")]


def test_numbers_days_and_empty_rows_are_what_they_look_like() -> None:
    def fill(book: Any) -> None:
        sheet = book["Sites"]
        sheet["A5"].value, sheet["A6"].value, sheet["A7"].value = 260.0, 2.5, True
        midnight = datetime(2026, 2, 3)  # noqa: DTZ001 (spreadsheets know no zone)
        sheet["A8"].value, sheet["A9"].value = midnight, midnight.replace(hour=4, minute=5)
        sheet["A10"].value = "  "

    found = [row[0] for row in values(read(edited(fill, made(("Office", None, None)))))]
    assert found == ["Office", 260, "2.5", "TRUE", date(2026, 2, 3), "2026-02-03 04:05:00"]


def test_a_sheet_has_its_most_rows_and_no_more() -> None:
    def fill(last: int) -> Callable[[Any], None]:
        def put(book: Any) -> None:
            book["Sites"].cell(last, 1).value = "Office"

        return put

    assert read(edited(fill(workbook.MOST_ROWS))).faults == []
    assert faults(read(edited(fill(workbook.MOST_ROWS + 1)))) == [
        ("A2001", "a sheet has at most 2000 rows")
    ]


def not_ours(parts: dict[str, bytes]) -> None:
    parts["xl/workbook.xml"] = parts["xl/workbook.xml"].replace(b"_about", b"_other")


def with_part(name: str, content: bytes = b"<a/>") -> Callable[[dict[str, bytes]], object]:
    return lambda parts: parts.update({name: content})


def with_macros(parts: dict[str, bytes]) -> None:
    parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace(
        b"spreadsheetml.sheet.main+xml", b"ms-excel.sheet.macroEnabled.main+xml"
    )


LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE w [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
    b"<worksheet>&b;</worksheet>"
)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is no XLSX"),
        (b"licence,country\r\n", "is no XLSX"),
        (b"PK\x03\x04" + b"\0" * 200, "is no XLSX"),
        (made()[:-40], "is no XLSX"),
        (repacked(lambda parts: parts.pop("xl/workbook.xml")), "is no XLSX"),
        (repacked(not_ours), "not a workbook of ours"),
        (repacked(with_part("xl/vbaProject.bin")), "holds macros"),
        (repacked(with_part("xl/macrosheets/sheet1.xml")), "holds macros"),
        (repacked(with_part("xl/embeddings/a.docx")), "holds macros or other files"),
        (repacked(with_part("xl/externalLinks/externalLink1.xml")), "holds macros or other"),
        (repacked(with_part("more.zip")), "holds macros or other files"),
        (repacked(with_macros), "holds macros"),
        (repacked(with_part("../etc/passwd")), "too large inside"),
        (repacked(with_part("/etc/passwd")), "too large inside"),
        (repacked(with_part("a.xml", b"<a>" + b" " * 20_000_000 + b"</a>")), "too large inside"),
        (repacked(with_part("a.xml", b"<a>" + b" " * 200_000 + b"</a>")), "too large inside"),
        (
            repacked(lambda parts: parts.update({f"{n}.xml": b"<a/>" for n in range(201)})),
            "too large inside",
        ),
        (repacked(with_part("xl/worksheets/sheet3.xml", LAUGHS)), "declares a document type"),
        (
            repacked(with_part("xl/worksheets/sheet3.xml", LAUGHS.decode().encode("utf-16"))),
            "declares a document type",
        ),
        (repacked(with_part("xl/worksheets/sheet3.xml", b"<worksheet>")), "is damaged"),
        (repacked(with_part("xl/styles.xml", b"<styleSheet/>")), "is damaged"),
    ],
)
def test_what_is_no_workbook_or_a_dangerous_one_is_not_opened(content: bytes, said: str) -> None:
    with pytest.raises(RefusedWorkbook, match=said):
        read(content)


def test_an_encrypted_part_is_not_opened() -> None:
    content = bytearray(made())
    for mark, place in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        at = content.find(mark)
        content[at + place] |= 1
    with pytest.raises(RefusedWorkbook, match="encrypted"):
        read(bytes(content))


def test_the_same_part_twice_is_refused() -> None:
    file = io.BytesIO(made())
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(file, "a") as archive:
        archive.writestr("xl/workbook.xml", "<a/>")
    with pytest.raises(RefusedWorkbook, match="too large inside"):
        read(file.getvalue())


def test_a_sheet_that_reaches_to_the_end_of_the_world_costs_little() -> None:
    """One cell in the last row and column that a spreadsheet knows."""

    def far(book: Any) -> None:
        book["Sites"].cell(1_048_576, 16_384).value = "far"

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert values(read(edited(far))) == list(ROWS)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 128 * 1024
