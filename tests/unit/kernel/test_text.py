"""One text, one spelling, nothing hidden in it (SECURITY R25)."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kernel.text import UncleanText, clean, clean_lines

NAMES = [
    "Seven Kites Manpower & Sons (Pvt.) Ltd.",
    "নীল দোয়েল কর্মসেতু",
    "हिमफूल रोजगार साथी",
    "ක්‍රියාකාරී සේවා",  # Sinhala needs the zero-width joiner
    "می‌خواهم",  # Persian needs the zero-width non-joiner
    "جسر النخيل للتوظيف",
    "ရွှေငှက် အလုပ်အကိုင်",
    "Cầu Tre Xanh Nhân Lực",
    "ស្ពានផ្កាឈូក",
    "人材派遣 123",
    "5 ★",
]


@pytest.mark.parametrize("name", NAMES)
def test_names_of_every_script_stand_as_they_are_written(name: str) -> None:
    assert clean(name, 200) == unicodedata.normalize("NFC", name)


def test_two_spellings_of_one_text_become_one() -> None:
    assert clean("  Cafe\u0301 ", 20) == clean("Café", 20) == "Caf\u00e9"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a\x00b", "character 2 is a control character, U+0000"),
        ("a\nb", "a control character, U+000A"),
        ("a\tb", "a control character, U+0009"),
        ("a\x85b", "a control character, U+0085"),
        ("a\u202eb", "direction-changing character, U+202E"),
        ("a\u2066b", "direction-changing character, U+2066"),
        ("a\u200fb", "direction-changing character, U+200F"),
        ("a\u200bb", "an invisible or direction-changing character, U+200B"),
        ("a\u00adb", "U+00AD"),
        ("a\U000e0041b", "U+E0041"),
        ("a\ufeffb", "U+FEFF"),
        ("a\u2028b", "a line separator"),
        ("a\u2029b", "a paragraph separator"),
        ("a\ud800b", "half a character"),
        ("a\ue000b", "a private-use character"),
        ("a\uffffb", "no character at all"),
        ("a\ufdd0b", "no character at all"),
        ("a\U0001fffeb", "no character at all"),
    ],
)
def test_what_nobody_can_see_is_refused_with_its_place(text: str, said: str) -> None:
    with pytest.raises(UncleanText) as refused:
        clean(text, 20)
    assert said in refused.value.detail


@pytest.mark.parametrize("text", ["", "   ", "\u3000", "\u200d\u200c", "\u2800", "\u3164\u115f"])
def test_text_without_anything_visible_is_refused(text: str) -> None:
    with pytest.raises(UncleanText, match="at least one visible character"):
        clean(text, 20)


def test_length_counts_characters_after_normalisation() -> None:
    assert clean("e\u0301" * 5, 5) == "é" * 5
    with pytest.raises(UncleanText, match="at most 5 characters, not 6"):
        clean("é" * 6, 5)


def test_several_lines_keep_their_ends_in_one_form() -> None:
    assert clean_lines("one\r\ntwo\rthree\n\tfour", 50) == "one\ntwo\nthree\n\tfour"
    with pytest.raises(UncleanText, match=r"U\+202E"):
        clean_lines("one\n\u202etwo", 50)


@given(st.text(max_size=30))
def test_cleaning_again_changes_nothing(text: str) -> None:
    try:
        cleaned = clean(text, 200)
    except UncleanText:
        return
    assert clean(cleaned, 200) == cleaned
    assert "\0" not in cleaned
