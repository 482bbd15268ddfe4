"""A recruiter's ledger read line by line: columns, cells, faults (issue: ledger import)."""

import io
import zipfile
from datetime import date, datetime
from typing import Any

import pytest
from openpyxl import Workbook

from app.employer_pays.charge import Evidence, Payer
from app.employer_pays.ledger.columns import (
    LedgerMapping,
    UnreadableLedger,
    UnreadableMapping,
    match,
    read_mapping,
)
from app.employer_pays.ledger.files import rows
from app.employer_pays.ledger.importing import LedgerFile, judge
from app.employer_pays.ledger.lines import FORMULA, Fault, Line, read_line
from app.kernel.money import Money
from app.recruiters.pseudonyms import Document, NameAndBirth

HEADERS = ["Document country", "Document number", "Corridor", "Category", "Amount", "Currency"]
CELLS: dict[str, Any] = {
    "document_country": "BD",
    "document_number": "X1",
    "corridor": "BD-MY",
    "category": "fee.placement",
    "amount": "165,000.00",
    "currency": "BDT",
}


def line(locale: str | None = None, mapping: LedgerMapping | None = None, **told: Any) -> Any:
    given = {**CELLS, **told}
    kept = {name: value for name, value in given.items() if value is not None}
    return read_line(7, kept, mapping or LedgerMapping(), locale)


def faults(found: Any) -> list[tuple[str, str]]:
    assert isinstance(found, list)
    assert all(fault.line == 7 for fault in found)
    return [(fault.field, fault.detail) for fault in found]


def csv_file(text: str, encoding: str = "utf-8") -> LedgerFile:
    return LedgerFile(io.BytesIO(text.encode(encoding)))


def xlsx(*lines: list[Any]) -> io.BytesIO:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for cells in lines:
        sheet.append(cells)
    written = io.BytesIO()
    book.save(written)
    written.seek(0)
    return written


def test_a_line_is_a_worker_and_a_charge() -> None:
    found = line(
        charged_on="2023-01-20",
        paid_by="Worker",
        evidence="bank record",
        repaid="5",
        reference=1234.0,
        monthly_wage="1,500.00",
        wage_currency="MYR",
        contract_months=24,
        arrived_on=datetime(2023, 2, 1),  # noqa: DTZ001 (a spreadsheet's day)
        ended_on=date(2024, 2, 1),
        gender="female",
        occupation="Domestic worker",
        region="ON",
    )
    assert isinstance(found, Line)
    assert found.identity == Document("BD", "X1")
    assert found.charge.amount == Money.parse("165000", "BDT")
    assert found.charge.repaid == Money.parse("5", "BDT")
    assert (found.charge.paid_by, found.charge.evidence) == (Payer.WORKER, Evidence.BANK_RECORD)
    assert (found.charge.charged_on, found.reference) == (date(2023, 1, 20), "1234")
    assert found.facts == {
        "gender": "female",
        "occupation": "domestic_worker",
        "monthly_wage": {"amount": "1500.00", "currency": "MYR"},
        "contract_months": 24,
        "region": "ON",
        "arrived_on": "2023-02-01",
        "ended_on": "2024-02-01",
    }


def test_a_worker_is_told_apart_by_pseudonym_document_or_name_and_birth() -> None:
    document = {"document_country": None, "document_number": None}
    assert line(**document, pseudonym="w-17").pseudonym == "w-17"
    assert line(document_number=123456.0).identity == Document("BD", "123456")
    named = line(**document, name="Asha Gurung", born_on="১৯৯৯-০১-০২")
    assert named.identity == NameAndBirth("Asha Gurung", date(1999, 1, 2))
    assert faults(line(**document)) == [("name", "is missing"), ("born_on", "is missing")]


@pytest.mark.parametrize(
    ("told", "field", "said"),
    [
        ({"amount": "1,234"}, "amount", "two ways"),
        ({"amount": None}, "amount", "is missing"),
        ({"amount": FORMULA}, "amount", "is a formula"),
        ({"amount": True}, "amount", "no number"),
        ({"amount": 1e22}, "amount", "at most"),
        ({"amount": float("nan")}, "amount", "no amount"),
        ({"amount": float("inf")}, "amount", "no amount"),
        ({"amount": -5}, "amount", "no amount"),
        ({"amount": "5.1234"}, "amount", "at most 2"),
        ({"amount": "5.5", "currency": "JPY"}, "amount", "no decimals"),
        ({"currency": "bdt"}, "currency", "no currency"),
        ({"category": "bribe"}, "category", "no cost category"),
        ({"corridor": "BD"}, "corridor", "no corridor"),
        ({"charged_on": "20/01/2023"}, "charged_on", "no day"),
        ({"charged_on": "2023-02-30"}, "charged_on", "no day"),
        ({"paid_by": "uncle"}, "paid_by", "is none of worker"),
        ({"occupation": "domestic-worker!"}, "occupation", "occupation's code"),
        ({"region": "Ontario"}, "region", "ISO 3166-2"),
        ({"contract_months": "0"}, "contract_months", "from 1 to 600"),
        ({"reference": "for Asha Gurung"}, "reference", "receipt's number"),
        ({"employer_id": "x"}, "employer_id", "employer's id"),
        ({"document_number": "\u202e"}, "document_number", "cannot be read"),
        ({"document_country": "XX"}, "document_country", "cannot be read"),
        ({"pseudonym": "Asha Gurung"}, "pseudonym", "cannot be read"),
    ],
)
def test_each_fault_is_named_by_line_and_field(told: dict[str, Any], field: str, said: str) -> None:
    ((where, detail),) = faults(line(**told))
    assert where == field
    assert said in detail


def test_a_spreadsheet_s_number_is_what_it_shows() -> None:
    for cell, digits in ((165000, "165000.00"), (0.1, "0.10"), (1234.5, "1234.50"), (5.0, "5.00")):
        assert line(amount=cell).charge.amount.amount == digits
    assert line(amount=0.125, currency="KWD").charge.amount.amount == "0.125"


def test_the_file_s_locale_decides() -> None:
    assert line("bn-BD", amount="১,৬৫,০০০.০০").charge.amount.amount == "165000.00"
    assert line("de", amount="1.234", currency="KWD").charge.amount.amount == "1234.000"


def test_headers_are_matched_by_name_or_told_by_a_mapping() -> None:
    plain = match([*HEADERS, "Payer", "Remarks", None, "DATE"])
    assert (
        plain.told(["BD", "X1", "BD-MY", "fee.placement", " 5 ", "BDT", "worker", "?", "", "d"])[
            "amount"
        ]
        == "5"
    )
    mapping = read_mapping(
        '{"columns": {"পরিমাণ": "amount", "Passport  NO": "document_number"},'
        ' "constants": {"corridor": "BD-MY", "currency": "BDT", "document_country": "BD"},'
        ' "values": {"category": {"Visa Fee": "cost.administrative:visa"}},'
        ' "dates": "%d/%m/%Y"}'.encode()
    )
    columns = match(["পরিমাণ", "passport no", "Category", "Date"], mapping)
    told = columns.told(["5", "X1", "visa fee", "20/01/2023"])
    found = read_line(2, told, mapping)
    assert isinstance(found, Line)
    assert (found.charge.category, found.charge.charged_on) == (
        "cost.administrative:visa",
        date(2023, 1, 20),
    )
    assert columns.told(["5"])["amount"] == "5"


@pytest.mark.parametrize(
    ("headers", "mapping", "said"),
    [
        (HEADERS[:-1], b"{}", "No column holds currency"),
        (HEADERS[2:], b"{}", "who the worker is"),
        ([*HEADERS, "amount"], b"{}", "Two columns hold amount"),
        (HEADERS, b'{"columns": {"Sum": "amount"}}', "names a column 'sum'"),
    ],
)
def test_headers_that_do_not_tell_enough_are_refused(
    headers: list[Any], mapping: bytes, said: str
) -> None:
    with pytest.raises(UnreadableLedger, match=said):
        match(headers, read_mapping(mapping))


@pytest.mark.parametrize(
    "document",
    [
        b"[]",
        b'{"colums": {}}',
        b'{"columns": []}',
        b'{"columns": {"a": 1}}',
        b'{"columns": {"a": "nothing"}}',
        b'{"constants": {"nothing": "a"}}',
        b'{"values": []}',
        b'{"values": {"category": "x"}}',
        b'{"dates": "%H"}',
        b'{"dates": 1}',
    ],
)
def test_what_is_no_mapping_is_refused(document: bytes) -> None:
    with pytest.raises(UnreadableMapping):
        read_mapping(document)


def test_a_csv_is_read_line_by_line_whatever_its_separator() -> None:
    for separator in ",;\t":
        head = separator.join(HEADERS)
        body = separator.join(["BD", "X1", "BD-MY", "fee.placement", "5", "BDT"])
        report = judge(csv_file(f"\ufeff{head}\r\n{body}\r\n\r\n{body}\r\n"))
        assert (report.lines, report.faulty) == (2, 0)


def test_faults_are_counted_and_the_first_are_told() -> None:
    head = ",".join(HEADERS)
    bad = "BD,X1,BD-MY,fee.placement,-5,BDT\n"
    report = judge(csv_file(f"{head}\n{bad * 300}"))
    assert (report.lines, report.faulty, len(report.faults)) == (300, 300, 200)
    assert report.faults[0] == Fault(2, "amount", report.faults[0].detail)
    assert report.as_json()["faults"][1]["line"] == 3


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"\n", "empty"),
        (",".join(HEADERS).encode() + b"\n\x00", "NUL"),
        (",".join(HEADERS).encode() + b"\n\xff", "not UTF-8"),
        (",".join(HEADERS).encode() + b'\n"x', "no CSV"),
        (b"a" * 70_000, "more than 65536 bytes"),
        (b"PK\x03\x04 and no more", "no XLSX"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused(content: bytes, said: str) -> None:
    with pytest.raises(UnreadableLedger, match=said):
        judge(LedgerFile(io.BytesIO(content)))


def test_a_workbook_is_read_and_a_formula_is_refused() -> None:
    good = ["BD", "X1", "BD-MY", "fee.placement", 165000, "BDT"]
    formula = ["BD", "X1", "BD-MY", "fee.placement", "=100+65", "BDT"]
    error = ["BD", "X1", "BD-MY", "fee.placement", "#REF!", "BDT"]
    empty: list[Any] = [None] * 6
    progress: list[int] = []
    report = judge(LedgerFile(xlsx(HEADERS, good, empty, formula, error)), progress.append)
    assert (report.lines, report.faulty) == (3, 2)
    assert (report.faults[0].line, report.faults[0].detail[:12]) == (4, "is a formula")
    assert progress


def test_a_workbook_that_unpacks_to_far_more_or_holds_macros_is_refused() -> None:
    for name, said in (("xl/vbaProject.bin", "macros"), ("xl/bomb.xml", "far more")):
        packed = io.BytesIO(xlsx(HEADERS).getvalue())
        with zipfile.ZipFile(packed, "a", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(name, b"\0" * (50_000_000 if "bomb" in name else 10))
        packed.seek(0)
        with pytest.raises(UnreadableLedger, match=said):
            list(rows(packed))
