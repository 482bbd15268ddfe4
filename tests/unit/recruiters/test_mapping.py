"""The mapping file of a register: how it names columns, statuses and days."""

import json
from datetime import date
from pathlib import Path

import pytest

from app.recruiters import mapping
from app.recruiters.register import PLAIN, Licence, RefusedRow, Status, UnreadableRegister, parse
from tests.making.recruiters import register

WRITTEN = {
    "columns": {
        "licence_number": "RL No.",
        "name": "Agency",
        "address": "Office",
        "status": "State",
        "valid_until": "Expiry",
    },
    "statuses": {"In Force": "valid", "on hold": "suspended"},
    "day_formats": ["%d/%m/%Y", "%Y-%m-%d"],
    "delimiter": ";",
}
HEADER = "Expiry;Office;Agency;State;RL No."


def read(*rows: str, header: str = HEADER) -> list[Licence | RefusedRow]:
    mapped = mapping.read(json.dumps(WRITTEN).encode(), "mapping.json")
    return list(parse(register(*rows, header=header).splitlines(keepends=True), "BD", mapped))


def test_columns_statuses_and_days_are_read_as_the_register_writes_them() -> None:
    assert read(
        "31/12/2027;Dhaka;Kites; IN FORCE ;RL-1",
        "2027-02-28;Dhaka;Boat;on hold;RL-2",
        ";Dhaka;Heron;;RL-3",
    ) == [
        Licence(2, "BD", "RL-1", "Kites", "Dhaka", Status.VALID, date(2027, 12, 31)),
        Licence(3, "BD", "RL-2", "Boat", "Dhaka", Status.SUSPENDED, date(2027, 2, 28)),
        Licence(4, "BD", "RL-3", "Heron", "Dhaka"),
    ]


def test_a_status_or_day_that_the_mapping_does_not_know_refuses_its_row() -> None:
    strange, wrong = read("29/02/2027;D;N;in force;RL-1", "31/12/2027;D;N;revoked;RL-2")
    assert isinstance(strange, RefusedRow)
    assert strange.reason == "valid_until '29/02/2027' is no day as the mapping writes it"
    assert isinstance(wrong, RefusedRow)
    assert wrong.reason == "status 'revoked' is none of the mapping's words"


def test_a_column_that_only_may_be_there_may_be_missing() -> None:
    assert read("Dhaka;Kites;RL-1", header="Office;Agency;RL No.") == [
        Licence(2, "BD", "RL-1", "Kites", "Dhaka")
    ]


def test_a_missing_column_is_called_as_the_register_calls_it() -> None:
    with pytest.raises(UnreadableRegister, match="The header lacks Agency"):
        read("Dhaka;RL-1", header="Office;RL No.")


def test_nothing_said_is_the_plain_mapping() -> None:
    assert mapping.read(b"{}", "m") == PLAIN


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b'{"columns": {"owner": "X"}}', "/columns/owner"),
        (b'{"colums": {}}', "/colums"),
        (b'{"statuses": {"x": "gone"}}', "/statuses/x"),
        (b'{"day_formats": []}', "/day_formats"),
        (b'{"delimiter": ";;"}', "/delimiter"),
        (b'{"columns": {"name": "A", "address": "A"}}', "two things from column A"),
        (b"[]", "no mapping file"),
    ],
)
def test_a_fault_is_named(content: bytes, said: str) -> None:
    with pytest.raises(UnreadableRegister, match=said):
        mapping.read(content, "m")


def test_a_file_is_read_whole_or_refused(tmp_path: Path) -> None:
    path = tmp_path / "mapping.json"
    with pytest.raises(UnreadableRegister, match="cannot be read"):
        mapping.load(path)
    path.write_bytes(b" " * 65_537)
    with pytest.raises(UnreadableRegister, match="larger than"):
        mapping.load(path)
    path.write_text(json.dumps(WRITTEN), encoding="utf-8")
    assert mapping.load(path).delimiter == ";"
