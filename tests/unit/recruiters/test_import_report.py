"""The report of an import as a file: nothing in it is a live formula (SECURITY R41)."""

import csv
from pathlib import Path

import pytest
from openpyxl import load_workbook

from app.recruiters.import_report import HEADER, UnwritableReport, check, quoted, write
from app.recruiters.register import Outcome
from app.recruiters.staging import RowReport

HOSTILE = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\0=1", '=HYPERLINK("x")')
ROWS = [
    RowReport(2, Outcome.IMPORTED, "RL-1", "নীল দোয়েল", warning="the same name stands in line 3"),
    *(RowReport(3, Outcome.REFUSED, None, text, reason="why") for text in HOSTILE[:4]),
    RowReport(None, Outcome.VANISHED, "RL-9", "Gone", reason="not there any more"),
]


@pytest.mark.parametrize("text", HOSTILE)
def test_a_cell_that_would_be_calculated_is_quoted(text: str) -> None:
    assert quoted(text) == f"'{text}"


def test_other_text_stays_as_it_is() -> None:
    assert [quoted(text) for text in ("Kites", "1=1", "", None)] == ["Kites", "1=1", "", ""]


def test_a_csv_holds_every_row(tmp_path: Path) -> None:
    write(tmp_path / "report.csv", ROWS)
    with (tmp_path / "report.csv").open(newline="", encoding="utf-8-sig") as file:
        header, *rows = list(csv.reader(file))
    assert tuple(header) == HEADER
    assert rows[0] == ["2", "imported", "RL-1", "নীল দোয়েল", "", "the same name stands in line 3"]
    assert [row[3] for row in rows[1:5]] == ["'=1+1", "'+1", "'-1", "'@SUM(A1)"]
    assert rows[5] == ["", "vanished", "RL-9", "Gone", "not there any more", ""]


def test_a_spreadsheet_holds_every_row_and_no_formula(tmp_path: Path) -> None:
    write(tmp_path / "report.xlsx", ROWS)
    sheet = load_workbook(tmp_path / "report.xlsx")["import"]
    assert sheet.max_row == 1 + len(ROWS)
    assert {cell.data_type for row in sheet for cell in row} <= {"s", "inlineStr", "n"}


@pytest.mark.parametrize("name", ["report.pdf", "report", "nowhere/report.csv"])
def test_a_report_that_cannot_be_written_is_refused_before_anything_is_read(
    tmp_path: Path, name: str
) -> None:
    with pytest.raises(UnwritableReport):
        check(tmp_path / name)


def test_a_folder_in_the_way_is_named(tmp_path: Path) -> None:
    (tmp_path / "report.csv").mkdir()
    with pytest.raises(UnwritableReport, match="cannot be written"):
        write(tmp_path / "report.csv", ROWS)
