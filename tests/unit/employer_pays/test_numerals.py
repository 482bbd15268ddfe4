"""Amounts as people write them: one meaning or none (issue: ledger import)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.employer_pays.ledger.numerals import (
    UnknownLocale,
    UnreadableNumber,
    plain_digits,
    writing,
)

READ = (
    # written, locale, meant
    ("12345", None, "12345"),
    ("1,234.50", None, "1234.50"),
    ("1.234,50", None, "1234.50"),
    ("12 345", None, "12345"),
    ("12\u00a0345", None, "12345"),
    ("12\u202f345,6", None, "12345.6"),
    ("1'234.50", None, "1234.50"),
    ("1,23,456", None, "123456"),
    ("1,23,456.5", None, "123456.5"),
    ("12,345,678.90", None, "12345678.90"),
    ("1234.567", None, "1234.567"),
    ("0.234", None, "0.234"),
    ("123,45", None, "123.45"),
    ("1,234", "en-US", "1234"),
    ("1,234", "de", "1.234"),
    ("1.234", "de-DE", "1234"),
    ("1.234", "en", "1.234"),
    ("1 234,5", "fr", "1234.5"),
    ("১,২৩,৪৫৬.৫০", "bn-BD", "123456.50"),
    ("১২৩", "bn", "123"),
    ("1,234.50", "bn-BD", "1234.50"),
    ("१,२३४", "ne-NP", "1234"),
    ("१२३४.५", "hi-IN", "1234.5"),
    ("१२३४", "mr", "1234"),
    ("١٬٢٣٤٫٥", "ar-EG", "1234.5"),
    (" 7 ", None, "7"),
)
REFUSED = (
    ("1,234", None, "two ways"),
    ("1.234", None, "two ways"),
    ("১২৩", None, "name the file's locale"),
    ("১২৩", "ne-NP", "not written in the digits of ne-NP"),
    ("१२३", "bn-BD", "not written in the digits of bn-BD"),
    ("১2৩", "bn-BD", "two scripts"),
    ("1.234,50", "en-US", "after its decimal mark"),
    ("1,234.5.6", None, "decimal marks"),
    ("1,2,3", None, "not grouped"),
    ("1234,5", "en", "not grouped"),
    ("1 234'567", None, "two ways"),
    ("1e5", None, "no amount"),
    ("-5", None, "no amount"),
    ("+5", None, "no amount"),
    ("NaN", None, "no amount"),
    ("Infinity", None, "no amount"),
    ("5.", None, "no amount"),
    (".5", None, "no amount"),
    ("BDT 5", None, "no amount"),
    ("1/2", None, "no amount"),
    ("", None, "no number"),
    ("  ", None, "no number"),
    ("9" * 61, None, "no number"),
    ("1\u202e2", None, "no amount"),
)


@pytest.mark.parametrize(("written", "locale", "meant"), READ)
def test_a_number_with_one_meaning_is_read(written: str, locale: str | None, meant: str) -> None:
    assert plain_digits(written, locale) == meant


@pytest.mark.parametrize(("written", "locale", "said"), REFUSED)
def test_any_other_is_refused(written: str, locale: str | None, said: str) -> None:
    with pytest.raises(UnreadableNumber, match=said):
        plain_digits(written, locale)


@pytest.mark.parametrize("locale", ["xx-YY-zz-", "", "123", "en-US-oops-oops-oops", "../x"])
def test_what_is_no_locale_is_refused(locale: str) -> None:
    with pytest.raises(UnknownLocale):
        writing(locale)


@given(st.integers(0, 10**12), st.integers(0, 99))
def test_what_a_spreadsheet_writes_with_both_marks_is_read_back(whole: int, cents: int) -> None:
    digits = f"{whole}.{cents:02}"
    grouped = f"{whole:,}.{cents:02}"
    assert plain_digits(grouped, "en") == digits
    if whole > 999:
        assert plain_digits(grouped) == digits
        swapped = grouped.translate(str.maketrans(",.", ".,"))
        assert plain_digits(swapped) == plain_digits(swapped, "de") == digits


@given(st.text(max_size=80), st.sampled_from([None, "en", "de", "bn-BD", "ne-NP", "ar-EG"]))
def test_any_text_is_plain_digits_or_refused(text: str, locale: str | None) -> None:
    try:
        found = plain_digits(text, locale)
    except UnreadableNumber:
        return
    whole, _, fraction = found.partition(".")
    assert whole.isascii()
    assert whole.isdigit()
    assert fraction == "" or (fraction.isascii() and fraction.isdigit())
