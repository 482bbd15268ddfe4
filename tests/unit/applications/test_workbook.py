"""An application through a workbook and back: nothing is lost, and every fault has its cell."""

import io
import shutil
import subprocess
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.applications import workbook
from app.applications.content import Content, Iso9001, Licence, Maturity, SelfAssessment, Site
from app.applications.workbook import Belongs, Proposed
from app.kernel import text
from app.kernel.errors import FieldError, Invalid
from app.scheme.shipped import first_standard
from tests.effort import rounds
from tests.making.applications import content
from tests.needs import Need, lacking

STANDARD = first_standard()
TODAY = date(2026, 3, 2)
BELONGS = Belongs("0190f0c4-8e2a-7c31-9b53-0d1c2e3f4a5b", "1", STANDARD.code, "0" * 64)
DOCUMENT = "0190f0c4-8e2a-7c31-9b53-0d1c2e3f4a5c"


def through(stated: Content) -> Proposed:
    return workbook.read(io.BytesIO(workbook.write(stated, STANDARD, None, BELONGS)))


def written(stated: Content, **cells: Any) -> Proposed:
    """What is read after cells such as `Sites_B2` were filled in by hand."""
    book = openpyxl.load_workbook(io.BytesIO(workbook.write(stated, STANDARD, None, BELONGS)))
    for name, value in cells.items():
        sheet, _, at = name.rpartition("_")
        book[sheet.replace("_", "-")][at].value = value
    file = io.BytesIO()
    book.save(file)
    file.seek(0)
    return workbook.read(file)


def is_clean(value: str) -> bool:
    try:
        return text.clean(value, 64) == value
    except Invalid:
        return False


LINES = st.one_of(
    st.sampled_from(
        [
            '=HYPERLINK("http://x.example")',
            "+977-1-4000000",
            "-1",
            "@SUM(A1:A9)",
            "00123",
            "1/2",
            "2026-03-15",
            "_x0041_",
            "a_x000D_b",
            "'quoted",
            "TRUE",
            "#N/A",
            "1e5",
            "جسر النخيل للتوظيف",
            "सगरमाथा रोजगार",
            "<a>&amp;</a>",
        ]
    ),
    st.text(st.characters(codec="utf-8"), min_size=1, max_size=30).filter(is_clean),
)
DAYS = st.dates(date(1990, 1, 1), date(2100, 12, 31))
COUNTRY = st.sampled_from(["NP", "BD", "MY", "NO"])


@st.composite
def licences(draw: st.DrawFn) -> Licence:
    begins, ends = sorted((draw(DAYS), draw(DAYS)))
    return Licence(draw(COUNTRY), draw(LINES), begins, ends)


@st.composite
def assessments(draw: st.DrawFn) -> SelfAssessment:
    answered = draw(
        st.lists(st.sampled_from(STANDARD.indicators()), unique=True, max_size=6).map(
            lambda found: sorted(found, key=STANDARD.indicators().index)
        )
    )
    evidence = st.sampled_from([(), (DOCUMENT,), (DOCUMENT, BELONGS.application)])
    return SelfAssessment(
        draw(DAYS),
        tuple(
            Maturity(i.criterion, i.element, draw(st.integers(0, 4)), draw(evidence))
            for i in answered
        ),
    )


CONTENTS = st.builds(
    Content,
    corridors=st.lists(
        st.sampled_from(["NP-MY", "NP-QA", "BD-MY", "NO-SE"]), unique=True, max_size=3
    ).map(tuple),
    sectors=st.lists(
        st.sampled_from(["construction", "care", "a1", "x_y"]), unique=True, max_size=3
    ).map(tuple),
    sites=st.lists(st.builds(Site, LINES, COUNTRY, LINES), max_size=3).map(tuple),
    workers_per_year=st.none() | st.integers(0, 10_000_000),
    licences=st.lists(licences(), max_size=3).map(tuple),
    capacity_building_completed_on=st.none() | DAYS,
    capacity_building_provider=st.none() | LINES,
    self_assessment=st.none() | assessments(),
    iso_9001=st.none() | st.builds(Iso9001, LINES, LINES, DAYS),
)


@settings(max_examples=rounds(12, 500))
@given(CONTENTS)
def test_the_way_there_and_back_loses_nothing(stated: Content) -> None:
    back = through(stated)
    assert back.faults == []
    assert back.content == stated
    assert back.belongs == BELONGS


def test_a_whole_application_comes_back_with_every_answer() -> None:
    assert through(content(TODAY)).content == content(TODAY)
    assert through(Content()).content == Content()


def test_what_was_answered_the_time_before_stands_beside() -> None:
    file = workbook.write(Content(), STANDARD, content(TODAY).self_assessment, BELONGS)
    sheet = openpyxl.load_workbook(io.BytesIO(file))["Self-assessment"]
    assert [cell.value for cell in sheet[2]][:1] + [cell.value for cell in sheet[2]][3:5] == [
        "A.1",
        None,
        3,
    ]
    assert sheet.max_row == 121
    (offered,) = sheet.data_validations.dataValidation
    assert str(offered.sqref) == "D2:D2000"


@pytest.mark.parametrize(
    ("cells", "sheet", "cell", "said"),
    [
        ({"Corridors_A2": "NP-NP"}, "Corridors", "A2", "A corridor leads to another country"),
        ({"Corridors_A4": "NP-MY"}, "Corridors", "A1", "Name 'NP-MY' once."),
        ({"Sectors_A2": "Construction work"}, "Sectors", "A2", "should match pattern"),
        ({"Sites_B2": "Nepal"}, "Sites", "B2", "is no country"),
        ({"Sites_B2": None}, "Sites", "B2", "Field required"),
        ({"Sites_A2": "a\u202eb"}, "Sites", "A2", "direction-changing"),
        ({"Licences_D2": "soon"}, "Licences", "D2", "Write a day of the calendar"),
        ({"Licences_D2": date(1999, 1, 1)}, "Licences", "A2", "ends before it begins"),
        ({"Application_B2": "many"}, "Application", "B2", "valid integer"),
        ({"Application_B2": -1}, "Application", "B2", "greater than or equal to 0"),
        ({"Application_B2": "=1+1"}, "Application", "B2", "is a formula"),
        ({"Application_A2": "Workers"}, "Application", "A2", "there is no such field"),
        ({"Application_B5": None}, "Application", "B5", "Field required"),
        ({"Application_B6": "Q-1", "Application_B7": "X"}, "Application", "B8", "Field required"),
        ({"Self_assessment_D2": 5}, "Self-assessment", "D2", "less than or equal to 4"),
        ({"Self_assessment_D2": "high"}, "Self-assessment", "D2", "valid integer"),
        ({"Self_assessment_F2": "abc"}, "Self-assessment", "F2", "Write an id"),
        (
            {"Self_assessment_D2": None, "Self_assessment_F2": DOCUMENT},
            "Self-assessment",
            "F2",
            "evidence without a maturity",
        ),
        ({"Self_assessment_A3": "A.1", "Self_assessment_C3": "policies_and_procedures"},
         "Self-assessment", "A1", "once"),
    ],
)  # fmt: skip
def test_each_fault_is_named_by_sheet_and_cell(
    cells: dict[str, Any], sheet: str, cell: str, said: str
) -> None:
    back = written(content(TODAY), **cells)
    assert back.content is None
    found = [(fault.sheet, fault.cell, fault.detail) for fault in back.faults]
    assert [(s, c) for s, c, detail in found if said in detail] == [(sheet, cell)], found


def test_numbers_that_a_spreadsheet_made_of_text_are_text_again() -> None:
    back = written(content(TODAY), Licences_B2=1203, Self_assessment_D2="4", Application_B2="12")
    assert back.content is not None
    assert back.content.licences[0].number == "1203"
    assert back.content.workers_per_year == 12
    assert back.content.self_assessment is not None
    assert back.content.self_assessment.answers[0].maturity == 4


def test_a_fault_found_behind_the_wire_is_led_back_to_its_cell() -> None:
    back = through(content(TODAY))
    fault = back.place(FieldError("/self_assessment/answers/3/evidence", "there is none"))
    assert (fault.sheet, fault.cell) == ("Self-assessment", "F5")
    assert back.place(FieldError("/elsewhere", "?")).sheet == "Application"


def test_a_workbook_that_says_something_else_of_itself_belongs_to_nothing() -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook.write(Content(), STANDARD, None, BELONGS)))
    book["_about"]["A1"].value = "other"
    file = io.BytesIO()
    book.save(file)
    file.seek(0)
    assert workbook.read(file).belongs is None


def test_another_program_opens_it_and_writes_it_back_unharmed(tmp_path: Path) -> None:
    """LibreOffice, headless: to its own format and back to XLSX."""
    office = shutil.which("soffice")
    if office is None:
        lacking(Need.OFFICE, "LibreOffice (soffice) is not installed")
    stated = replace(
        content(TODAY, workers_per_year=260),
        sites=tuple(
            Site(name, "NP", "काठमाडौं")
            for name in ("=1+1", "+977", "-1", "@x", "00123", "2026-03-15", "a_x000D_b", "جسر")
        ),
        iso_9001=Iso9001('=HYPERLINK("x")', "_x0041_", TODAY + timedelta(days=99)),
    )
    (tmp_path / "there.xlsx").write_bytes(workbook.write(stated, STANDARD, None, BELONGS))
    for source, kind in (("there.xlsx", "ods"), ("there.ods", "xlsx:Calc MS Excel 2007 XML")):
        folder = tmp_path / "back" if kind != "ods" else tmp_path
        subprocess.run(
            [
                office,
                f"-env:UserInstallation=file://{tmp_path}/home",
                "--headless",
                "--convert-to",
                kind,
                "--outdir",
                str(folder),
                str(tmp_path / source),
            ],
            check=True,
            capture_output=True,
            timeout=120,
        )
    with (tmp_path / "back" / "there.xlsx").open("rb") as file:
        back = workbook.read(file)
    assert back.faults == []
    assert back.content == stated
    assert back.belongs == BELONGS
