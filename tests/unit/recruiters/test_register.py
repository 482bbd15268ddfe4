"""A licence register is read row by row: each becomes a licence or a refusal with its line."""

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kernel.canonical import digest
from app.kernel.places import UnknownCountry
from app.recruiters.names import normalised
from app.recruiters.register import (
    Licence,
    Mapping,
    RefusedRow,
    Status,
    UnreadableRegister,
    key_of,
    parse,
)
from app.recruiters.staging import staged
from tests.making.recruiters import register


def read(lines: Iterable[bytes], country: str, *mapping: Mapping) -> list[Licence | RefusedRow]:
    """Every row of a register as its import sees it."""
    with staged(parse(lines, country, *mapping), country) as staging:
        return [row for batch in staging.batches() for row in batch]


def rows(document: bytes, country: str = "BD") -> list[Licence | RefusedRow]:
    return read(document.splitlines(keepends=True), country)


def only(document: bytes) -> Licence | RefusedRow:
    (row,) = rows(document)
    return row


def reason(row: str) -> str:
    refused = only(register(row))
    assert isinstance(refused, RefusedRow)
    assert refused.line == 2
    return refused.reason


def refusal(document: bytes | Iterable[bytes]) -> str:
    with pytest.raises(UnreadableRegister) as refused:
        read(document.splitlines(keepends=True) if isinstance(document, bytes) else document, "BD")
    return refused.value.detail


def test_a_row_says_country_number_name_and_address() -> None:
    assert only(register('BD,RL-1,Seven Kites,"12, Station Road, Sylhet"')) == Licence(
        2, "BD", "RL-1", "Seven Kites", "12, Station Road, Sylhet"
    )


def test_columns_are_found_by_name_in_any_order_and_others_are_ignored() -> None:
    header = " Name ,owner,ADDRESS,licence_number,licence_country"
    found = only(register("Seven Kites,Somebody,Sylhet,RL-1,BD", header=header))
    assert found == Licence(2, "BD", "RL-1", "Seven Kites", "Sylhet")


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_a_byte_order_mark_and_either_line_end_are_tolerated(mark: bytes, end: bytes) -> None:
    document = mark + register("BD,RL-1,নীল দোয়েল,ঢাকা").replace(b"\r\n", end)
    assert only(document) == Licence(2, "BD", "RL-1", "নীল দোয়েল", "ঢাকা")


def test_the_last_line_needs_no_end_and_empty_lines_are_no_rows() -> None:
    document = register("", "BD,RL-1,One,A", "", "BD,RL-2,Two,B").rstrip(b"\r\n")
    assert [row.line for row in rows(document)] == [3, 5]


def test_a_row_without_a_number_is_taken_with_a_warning() -> None:
    found = only(register("BD,,Seven Kites,Sylhet"))
    assert isinstance(found, Licence)
    assert found.number is None
    assert found.warnings == ("the licence number is missing",)


def test_an_address_may_be_missing() -> None:
    assert only(register("BD,RL-1,Seven Kites,")) == Licence(2, "BD", "RL-1", "Seven Kites", "")


def test_without_a_number_name_and_address_are_the_key_however_they_are_written() -> None:
    one, other = rows(register("BD,,Seven Kites,Sylhet", "BD,,  SEVEN\u00a0 KITES,ＳＹＬＨＥＴ"))
    assert isinstance(one, Licence)
    assert isinstance(other, RefusedRow)
    assert other.reason == "the same licence stands in line 2 already"
    different = only(register("BD,,Seven Kites,Dhaka"))
    assert isinstance(different, Licence)
    assert different.key != one.key


def test_a_later_row_of_the_same_number_is_refused_with_the_earlier_line() -> None:
    first, _, third = rows(
        register("BD,RL-1,One,A", "BD,RL-2,Two,B", "BD,RL-1,Another name,Elsewhere")
    )
    assert isinstance(first, Licence)
    assert third == RefusedRow(
        4, "the same licence stands in line 2 already", "RL-1", "Another name"
    )


def test_two_companies_of_one_name_are_both_taken_with_a_warning() -> None:
    found = rows(register("BD,RL-1,Gull,A", "BD,RL-2,Kite,B", "BD,RL-3,GULL,C", "BD,,Gull,D"))
    assert [row.warnings for row in found if isinstance(row, Licence)] == [
        ("the same name stands in line 4, 5",),
        (),
        ("the same name stands in line 2, 5",),
        ("the licence number is missing", "the same name stands in line 2, 4"),
    ]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("NP,RL-1,Name,Address", "licence_country is NP, not BD"),
        (",RL-1,Name,Address", "licence_country is empty, not BD"),
        ("bd,RL-1,Name,Address", "licence_country is bd, not BD"),
        ("BD,RL-1,,Address", "name is empty"),
        ("BD,RL-1,\u200d,Address", "name: Write at least one visible character."),
        ("BD,RL-1," + "x" * 301 + ",A", "name: Write at most 300 characters, not 301."),
        ("BD,RL-1,N," + "x" * 501, "address: Write at most 500 characters, not 501."),
        ("BD," + "9" * 65 + ",N,A", "licence_number: Write at most 64 characters, not 65."),
        ("BD,RL-1,N\0ame,A", "U+0000"),
        ("BD,RL-1,Na\u202eme,A", "U+202E"),
        ("BD,RL-1,Name,A\x07", "U+0007"),
        ('BD,RL-1,Name,"one\u2028two"', "U+2028"),
        ("BD,RL-1,Name", "the row has 3 fields, the header 4"),
        ("BD,RL-1,Name,A,more", "the row has 5 fields, the header 4"),
    ],
)
def test_a_row_that_cannot_be_taken_is_refused_with_the_reason(row: str, said: str) -> None:
    assert said in reason(row)


def test_every_fault_of_a_row_is_named() -> None:
    said = reason("NP,RL\u202e,,A\x07")
    assert all(
        fault in said
        for fault in ("licence_country is NP", "licence_number: ", "name is empty", "address: ")
    )


def test_what_a_report_repeats_of_a_refused_row_can_be_shown() -> None:
    refused = only(register("NP,RL-1,Na\u202eme,A"))
    assert refused == RefusedRow(
        2,
        "licence_country is NP, not BD; name: Text holds what can be seen; character 3 is an"
        " invisible or direction-changing character, U+202E.",
        "RL-1",
        "Name",
    )


def test_a_refused_row_does_not_keep_the_same_licence_out_later() -> None:
    first, second = rows(register("BD,RL-1,,A", "BD,RL-1,Name,A"))
    assert isinstance(first, RefusedRow)
    assert isinstance(second, Licence)


def test_lines_are_counted_where_a_row_begins() -> None:
    one, two = rows(register('BD,RL-1,"N\nA",A', "BD,RL-2,Two,B"))
    assert (one.line, two.line) == (2, 4)
    assert isinstance(one, RefusedRow)


def test_a_register_without_rows_holds_nothing() -> None:
    assert rows(register()) == []


@pytest.mark.parametrize(
    ("document", "said"),
    [
        (b"", "The file is empty"),
        (b"\xef\xbb\xbf", "The header lacks"),
        (b"\x89PNG\r\n\x1a\n\x00", "Line 1 is not UTF-8"),
        (register("BD,RL-1,One,A").decode().encode("utf-16"), "Line 1 is not UTF-8"),
        (register("BD,RL-1,One,A").decode().encode("utf-16-le"), "Line 1 is not CSV"),
        (register("BD,RL-1,Caf\u00e9,A").decode().encode("latin-1"), "Line 2 is not UTF-8"),
        (b'{"rows": []}', "The header lacks licence_country, licence_number, name, address"),
        (b"BD,RL-1,One,A\n", "The header lacks licence_country"),
        (register("x", header="licence_country,name"), "lacks licence_number, address"),
        (register("x", header="licence_country;licence_number;name;address"), "by commas"),
        (
            register("x", header="name,licence_country,name,licence_number,address"),
            "The header names name more than once",
        ),
        (register('BD,RL-1,"One,A', "BD,RL-2,Two,B"), "Line 2 is not CSV"),
        (register('BD,RL-1,"One"x,A'), "Line 2 is not CSV"),
        (register("BD,RL-1,One,A").replace(b"One", b"One\rTwo"), "Line 2 is not CSV"),
        (register('BD,RL-1,"' + "x" * 140_000 + '",A'), "Line 2 is not CSV"),
    ],
)
def test_what_is_no_register_is_refused_as_a_whole(document: bytes, said: str) -> None:
    lines = [line + b"\n" for line in document.split(b"\n")] if document else []
    assert said in refusal(lines)


@pytest.mark.parametrize("country", ["", "bd", "XX", "BGD"])
def test_the_country_is_one_of_iso_3166(country: str) -> None:
    with pytest.raises(UnknownCountry):
        read([], country)


@pytest.mark.parametrize("number", ["RL-1", 'a"b\\c', "নীল", "\u2028", "\x7f"])
def test_the_key_is_the_digest_of_canonical_json(number: str) -> None:
    """Spelled out for speed: what was imported before must keep its key."""
    assert key_of("BD", number) == digest(["BD", number])
    assert key_of("BD", None, number, "A  B") == digest(["BD", None, normalised(number), "a b"])


def test_a_row_may_say_status_and_day() -> None:
    header = "licence_country,licence_number,name,address,status,valid_until"
    found = only(register("BD,RL-1,One,A,Suspended,2027-12-31", header=header))
    assert isinstance(found, Licence)
    assert (found.status, str(found.valid_until)) == (Status.SUSPENDED, "2027-12-31")


def test_a_file_without_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.recruiters.register.MOST_ROWS", 2)
    assert len(rows(register("BD,RL-1,A,B", "BD,RL-2,A,B"))) == 2
    assert "more than 2 rows" in refusal(register("BD,RL-1,A,B", "BD,RL-2,A,B", "BD,RL-3,A,B"))


def test_comparison_ignores_case_width_and_white_space() -> None:
    assert normalised(" Ｋｉｔｅｓ \t LTD ") == normalised("kites ltd")


@given(st.binary(max_size=300))
def test_no_bytes_do_more_than_be_refused(tail: bytes) -> None:
    try:
        found = rows(register() + tail)
    except UnreadableRegister:
        return
    assert all(row.line > 1 for row in found)
