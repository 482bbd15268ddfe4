import uuid
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kernel.dates import NaiveInstant
from app.kernel.identifiers import (
    InvalidRecruiterNumber,
    NumberError,
    RecruiterNumber,
    WrongCheckSymbol,
    WrongLength,
    WrongSymbol,
    certificate_number,
    is_id,
    new_id,
    parse_certificate_number,
    parse_recruiter_number,
    recruiter_number,
)

NOON = datetime(2026, 3, 15, 12, tzinfo=UTC)

# Ids

instants = st.datetimes(
    datetime(1970, 1, 2),  # noqa: DTZ001 (hypothesis adds the zone)
    timezones=st.just(UTC),
)


@given(instants)
def test_an_id_is_a_uuid_of_version_7_that_holds_its_instant(now: datetime) -> None:
    text = new_id(now)
    read = uuid.UUID(text)
    assert (len(text), str(read), read.version, read.variant) == (36, text, 7, uuid.RFC_4122)
    milliseconds = (now - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)
    assert read.int >> 80 == milliseconds
    assert is_id(text)


@given(instants, instants)
def test_ids_sort_by_time_to_the_microsecond(one: datetime, other: datetime) -> None:
    for earlier, later in (sorted((one, other)), (one, one + timedelta(microseconds=1))):
        assert earlier == later or new_id(earlier) < new_id(later)


def test_ids_of_every_microsecond_of_a_millisecond_are_in_order() -> None:
    ids = [new_id(NOON + timedelta(microseconds=n)) for n in range(1001)]
    assert all(earlier < later for earlier, later in pairwise(ids))


def test_ids_of_one_instant_are_all_different() -> None:
    assert len({new_id(NOON) for _ in range(10_000)}) == 10_000


def test_an_id_before_1970_or_of_no_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="1970"):
        new_id(datetime(1969, 12, 31, tzinfo=UTC))
    with pytest.raises(NaiveInstant):
        new_id(NOON.replace(tzinfo=None))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1",
        str(uuid.UUID(int=0)),
        "6f9619ff-8b86-4011-b42d-00cf4fc964ff",
        "019D1234-5678-7ABC-8DEF-0123456789AB",
        "019d123456787abc8def0123456789ab",
        "{019d1234-5678-7abc-8def-0123456789ab}",
        "019d1234-5678-7abc-cdef-0123456789ab",
        "019d1234-5678-7abc-8def-0123456789ab\n",
        "٠19d1234-5678-7abc-8def-0123456789ab",
    ],
    ids=ascii,
)
def test_only_our_own_spelling_is_an_id(text: str) -> None:
    assert not is_id(text)


# Recruiter numbers


@pytest.mark.parametrize(
    ("sequence", "on", "number"),
    [
        (1, date(2022, 1, 31), "LRN00012201"),
        (42, date(2026, 12, 1), "LRN00422612"),
        (9999, date(2026, 3, 15), "LRN99992603"),
        (10000, date(2026, 3, 15), "LRN100002603"),
    ],
)
def test_a_recruiter_number_is_sequence_year_and_month_domain_5(
    sequence: int, on: date, number: str
) -> None:
    assert recruiter_number(sequence, on) == number
    assert parse_recruiter_number(number) == RecruiterNumber(sequence, on.year, on.month)


@given(st.integers(1, 999_999_999), st.dates(date(2000, 1, 1), date(2099, 12, 31)))
def test_a_recruiter_number_survives_writing_and_reading_domain_5(n: int, on: date) -> None:
    assert parse_recruiter_number(recruiter_number(n, on)) == (n, on.year, on.month)


@pytest.mark.parametrize("sequence", [0, -1, 10**9])
def test_a_sequence_out_of_range_is_refused(sequence: int) -> None:
    with pytest.raises(ValueError, match="sequence"):
        recruiter_number(sequence, date(2026, 3, 15))


@pytest.mark.parametrize("year", [1999, 2100])
def test_a_year_that_two_digits_cannot_write_is_refused(year: int) -> None:
    with pytest.raises(ValueError, match=str(year)):
        recruiter_number(1, date(year, 1, 1))


@pytest.mark.parametrize(
    "text",
    [
        *("", "LRN", "LRN0001220", "LRN00002201", "LRN00012200", "LRN00012213", "LRN000012201"),
        *("lrn00012201", "LRM00012201", "00012201", "LRN0001-2201", " LRN00012201"),
        *("LRN00012201\n", "LRN٠٠٠١٢٢٠١", "LRN" + "1" * 14),
        pytest.param("LRN" + "1" * 100_000, id="long"),
    ],
    ids=ascii,
)
def test_what_is_no_recruiter_number_is_told_how_one_looks(text: str) -> None:
    with pytest.raises(InvalidRecruiterNumber, match="such as LRN00012201") as caught:
        parse_recruiter_number(text)
    assert len(caught.value.detail) < 200


# Certificate numbers (issue: ≥ 64 random bits, Crockford base32, one symbol or one swap detected)

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
PLACES = range(16)
NON_ZERO = range(1, 32)
payloads = st.lists(st.integers(0, 31), min_size=15, max_size=15)


def spelt(values: Sequence[int]) -> str:
    return "".join(ALPHABET[value] for value in values)


def values_of(number: str) -> list[int]:
    return [ALPHABET.index(symbol) for symbol in number.replace("-", "")]


def accepted(values: Sequence[int]) -> bool:
    try:
        parse_certificate_number(spelt(values))
    except WrongCheckSymbol:
        return False
    return True


def completed(payload: Sequence[int]) -> list[int]:
    """The payload with the one symbol of 32 that is accepted behind it."""
    [check] = [value for value in range(32) if accepted([*payload, value])]
    return [*payload, check]


numbers = payloads.map(completed)


def test_a_certificate_number_is_four_groups_of_four_and_reads_as_itself() -> None:
    for _ in range(1000):
        number = certificate_number()
        assert [len(group) for group in number.split("-")] == [4, 4, 4, 4]
        assert set(number) <= {*ALPHABET, "-"}
        assert parse_certificate_number(number) == number


def test_fifteen_symbols_of_a_certificate_number_are_random() -> None:
    issued = [values_of(certificate_number()) for _ in range(10_000)]
    assert len({tuple(number) for number in issued}) == 10_000
    for place in PLACES:
        counts = [sum(number[place] == value for number in issued) for value in range(32)]
        # 312.5 are expected, with a standard deviation of 17.4.
        assert 150 < min(counts) <= max(counts) < 475


def test_the_example_in_the_documentation_is_a_real_number() -> None:
    assert certificate_number.__doc__ is not None
    [example] = [word for word in certificate_number.__doc__.split("`") if word.startswith("7K3M")]
    assert parse_certificate_number(example) == example


@given(payloads)
def test_exactly_one_check_symbol_fits(payload: list[int]) -> None:
    assert accepted(completed(payload))


# The proof for all 2^75 numbers: the accepted words are closed under addition (XOR), so whether
# an error is detected depends on the difference it makes and not on the number it hits; and all
# differences that one wrong symbol or one swap can make are tried.


@given(numbers, numbers)
def test_the_accepted_numbers_are_closed_under_addition(one: list[int], other: list[int]) -> None:
    assert accepted([a ^ b for a, b in zip(one, other, strict=True)])


@given(numbers, payloads.flatmap(lambda p: st.integers(0, 31).map(lambda c: [*p, c])))
def test_a_number_plus_a_refused_difference_is_refused(
    number: list[int], difference: list[int]
) -> None:
    assert accepted([a ^ b for a, b in zip(number, difference, strict=True)]) is accepted(
        difference
    )


def test_zero_is_accepted_so_that_differences_can_be_tried_on_it() -> None:
    assert accepted([0] * 16)


@pytest.mark.parametrize("place", PLACES)
def test_one_wrong_symbol_is_always_detected(place: int) -> None:
    for error in NON_ZERO:
        difference = [0] * 16
        difference[place] = error
        assert not accepted(difference)


@pytest.mark.parametrize(("one", "other"), list(combinations(PLACES, 2)))
def test_two_swapped_symbols_are_always_detected_at_any_distance(one: int, other: int) -> None:
    # Swapping a and b adds a ^ b, which is not zero, at both places.
    for error in NON_ZERO:
        difference = [0] * 16
        difference[one] = difference[other] = error
        assert not accepted(difference)


@given(numbers, st.sampled_from(PLACES), st.sampled_from(NON_ZERO))
def test_a_mistyped_symbol_says_that_the_check_symbol_does_not_fit(
    number: list[int], place: int, error: int
) -> None:
    number[place] ^= error
    with pytest.raises(WrongCheckSymbol, match="mistyped") as caught:
        parse_certificate_number(spelt(number))
    assert caught.value.reason == "check_symbol"


@given(numbers)
def test_every_swap_of_a_number_is_refused_unless_it_changes_nothing(number: list[int]) -> None:
    for one, other in combinations(PLACES, 2):
        swapped = list(number)
        swapped[one], swapped[other] = number[other], number[one]
        assert accepted(swapped) is (swapped == number)


# Reading what people type


@given(numbers, st.data())
def test_small_letters_spaces_hyphens_and_look_alikes_make_no_difference(
    number: list[int], data: st.DataObject
) -> None:
    look_alikes = {"0": "0Oo", "1": "1IiLl"}
    typed = ""
    for symbol in spelt(number):
        typed += data.draw(st.sampled_from(look_alikes.get(symbol, symbol + symbol.lower())))
        typed += data.draw(st.sampled_from(["", "-", " ", " - ", "\u2011", "\u2013", "\u00a0"]))
    canonical = parse_certificate_number(typed)
    assert values_of(canonical) == number
    assert parse_certificate_number(canonical) == canonical


@pytest.mark.parametrize(
    "symbol", [*"Uu!*~$=_./'%\n\t\x00é０ıſΑ①", "\u202e", "\ud800", "😀"], ids=ascii
)
def test_a_foreign_symbol_is_named_without_being_printed_raw(symbol: str) -> None:
    with pytest.raises(WrongSymbol) as caught:
        parse_certificate_number(f"7K3M-9QXR-2V8D-4HT{symbol}")
    assert caught.value.reason == "symbol"
    assert ascii(symbol) in caught.value.detail
    assert caught.value.detail.isprintable()


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        ("-- --", 0),
        ("7K3M-9QXR-2V8D-4HT", 15),
        ("0" * 17, 17),
        pytest.param("0" * 10**6, 10**6, id="long"),
    ],
)
def test_a_wrong_length_is_counted(text: str, count: int) -> None:
    with pytest.raises(WrongLength, match=f"this has {count}\\.") as caught:
        parse_certificate_number(text)
    assert caught.value.reason == "length"


@given(st.text())
def test_any_text_is_a_certificate_number_or_refused_by_name(text: str) -> None:
    try:
        number = parse_certificate_number(text)
    except NumberError:
        return
    assert parse_certificate_number(number) == number
