import hashlib
import json
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import IntEnum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kernel.canonical import (
    DEEPEST,
    LARGEST_INTEGER,
    NotCanonical,
    canonical_json,
    digest,
)
from app.kernel.roles import Role

texts = st.text(st.characters(exclude_categories=["Cs"]))
values = st.recursive(
    st.none() | st.booleans() | st.integers(-LARGEST_INTEGER, LARGEST_INTEGER) | texts,
    lambda inner: st.lists(inner) | st.dictionaries(texts, inner),
    max_leaves=10,
)


class Size(IntEnum):
    SMALL = 1


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, "null"),
        (True, "true"),
        (False, "false"),
        (0, "0"),
        (-12, "-12"),
        (LARGEST_INTEGER, "9007199254740991"),
        ("", '""'),
        ([], "[]"),
        ({}, "{}"),
        ((1, "a"), '[1,"a"]'),
        ({"b": [1, {"d": None, "c": "x y"}], "a": True}, '{"a":true,"b":[1,{"c":"x y","d":null}]}'),
        (Role.SCHEME_MANAGER, '"scheme_manager"'),
        (Size.SMALL, "1"),
        ("\u007f\u2028\u2029/<&'", '"\u007f\u2028\u2029/<&\'"'),
    ],
    ids=ascii,
)
def test_there_is_one_spelling_without_white_space(value: object, expected: str) -> None:
    assert canonical_json(value) == expected.encode()


def test_text_is_escaped_only_where_json_demands_it_rfc_8785_3_2_2_2() -> None:
    value = '\u20ac$\u000f\nA\'B"\\\\"/'
    assert canonical_json(value) == '"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"'.encode()
    controls = "".join(map(chr, range(0x20)))
    escapes = {8: "\\b", 9: "\\t", 10: "\\n", 12: "\\f", 13: "\\r"}
    expected = "".join(escapes.get(n, f"\\u{n:04x}") for n in range(0x20))
    assert canonical_json(controls) == f'"{expected}"'.encode()


def test_keys_sort_by_utf_16_code_units_rfc_8785_3_2_3() -> None:
    value = {
        "\u20ac": "Euro Sign",
        "\r": "Carriage Return",
        "\ufb33": "Hebrew Letter Dalet With Dagesh",
        "1": "One",
        "\U0001f600": "Emoji: Grinning Face",
        "\u0080": "Control",
        "\u00f6": "Latin Small Letter O With Diaeresis",
    }
    assert list(json.loads(canonical_json(value))) == [
        *("\r", "1", "\u0080", "\u00f6", "\u20ac", "\U0001f600", "\ufb33")
    ]


def test_the_digest_is_the_sha_256_of_those_bytes() -> None:
    assert digest({"b": 1, "a": "é"}) == hashlib.sha256('{"a":"é","b":1}'.encode()).hexdigest()


@given(values)
def test_what_is_written_reads_back_and_writes_the_same(value: object) -> None:
    written = canonical_json(value)
    assert json.loads(written) == value
    assert canonical_json(json.loads(written)) == written


@given(st.dictionaries(texts, values), st.data())
def test_the_order_of_insertion_never_matters(
    value: dict[str, object], data: st.DataObject
) -> None:
    items = data.draw(st.permutations(list(value.items())))
    assert digest({"in": dict(items)}) == digest({"in": value})


@given(values, values)
def test_different_values_have_different_bytes(one: object, other: object) -> None:
    # repr tells true from 1, which Python calls equal, but not the order of keys.
    if one != other:
        assert canonical_json(one) != canonical_json(other)


def test_true_is_not_one_and_a_digit_is_not_a_number() -> None:
    assert len({digest(value) for value in (1, True, "1", [1], {"1": 1}, None, 0, False)}) == 8


def test_composed_and_decomposed_letters_stay_what_they_are() -> None:
    assert digest("\u00e9") != digest("e\u0301")


@pytest.mark.parametrize(
    ("value", "pointer"),
    [
        (1.0, ""),
        (float("nan"), ""),
        ([float("inf")], "/0"),
        ({"a": [0, {"b/c~d": Decimal("1.0")}]}, "/a/1/b~1c~0d"),
        ({"at": datetime(2026, 3, 15, tzinfo=UTC)}, "/at"),
        ([date(2026, 3, 15)], "/0"),
        (b"bytes", ""),
        ({"s": {1}}, "/s"),
        pytest.param(object(), "", id="object"),
        (LARGEST_INTEGER + 1, ""),
        ([-LARGEST_INTEGER - 1], "/0"),
        pytest.param(10**5000, "", id="long"),
        ("\ud800", ""),
        (["a", "\udfff\ud800"], "/1"),
        ({"a": {"\ud83d": 1}}, "/a"),
        ({"a": {1: "x"}}, "/a"),
        ({None: 1}, ""),
        ({True: 1}, ""),
        ({("a",): 1}, ""),
    ],
    ids=ascii,
)
def test_what_has_no_canonical_form_is_refused_where_it_stands(value: object, pointer: str) -> None:
    with pytest.raises(NotCanonical) as caught:
        canonical_json(value)
    [fault] = caught.value.errors
    assert fault.pointer == pointer
    assert fault.detail == caught.value.detail
    assert f"{fault.pointer}{fault.detail}".isascii()


def nested(depth: int) -> object:
    value: object = 1
    for _ in range(depth):
        value = [value]
    return value


def test_nesting_is_bounded() -> None:
    assert canonical_json(nested(DEEPEST)) == b"[" * DEEPEST + b"1" + b"]" * DEEPEST
    for depth in (DEEPEST + 1, 100_000):
        with pytest.raises(NotCanonical, match="levels"):
            canonical_json(nested(depth))
    endless: list[object] = []
    endless.append(endless)
    with pytest.raises(NotCanonical, match="levels"):
        canonical_json(endless)
