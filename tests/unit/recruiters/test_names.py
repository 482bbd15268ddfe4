"""A name in the forms in which it is compared: script, case, legal form make no difference."""

import pytest

from app.recruiters.confusables import skeleton
from app.recruiters.names import blocks, comparable, consonants, forms, normalised


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Seven Kites Pvt. Ltd.", ("seven", "kites")),
        ("M/S. SEVEN KITES (Private) Limited", ("seven", "kites")),
        ("ＰＴ. Seven Kites Tbk", ("seven", "kites")),
        ("Seven Kites Sdn. Bhd.", ("seven", "kites")),
        ("Công ty TNHH Cầu Tre Xanh", ("cau", "tre", "xanh")),
        ("Công ty cổ phần Cầu Tre Xanh", ("cau", "tre", "xanh")),
        ("हिमफूल साथी प्रा. लि.", ("himphul", "sathi")),
        ("নীল দোয়েল লিমিটেড", ("nil", "doyel")),
        ("شركة جسر النخيل ذ.م.م", ("jsr", "lnkhyl")),
        ("บริษัท ดอกบัว จำกัด (มหาชน)", ("dokbaw",)),
        ("ບໍລິສັດດອກບົວ ຈຳກັດ", ("dkbov",)),
        ("Limited Company", ("limited", "company")),
    ],
)
def test_legal_forms_and_scripts_fall_away(name: str, words: tuple[str, ...]) -> None:
    assert forms(name).words == words


def test_words_of_the_trade_are_not_the_core_unless_there_is_nothing_else() -> None:
    assert forms("Seven Kites Overseas Recruiting Agency").core == ("seven", "kites")
    assert forms("International Overseas Trading").core == ("international", "overseas", "trading")


def test_what_is_no_letter_is_no_word() -> None:
    assert forms("Seven—Kites & Co.").words == ("seven", "kites")
    assert forms("!!!").words == ()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Seven Kites", "Ѕеvеn Кіtеs"),
        ("SEVEN KITES", "seven kites"),
        ("SEVEN KITES", "ЅЕVЕΝ ΚΙΤΕЅ"),
        ("Nile Road", "NiIe Road"),
        ("Modern Tide", "Modem Tide"),
        ("Orchard 10", "0rchard lO"),
        ("Ｋites", "Kites"),
        ("Café", "Cafe"),
    ],
)
def test_what_can_be_taken_for_another_has_its_skeleton(one: str, other: str) -> None:
    """SECURITY R25, UTS 39."""
    assert skeleton(one) == skeleton(other)


def test_other_words_have_another_skeleton() -> None:
    assert skeleton("Seven Kites") != skeleton("Seven Kits")
    assert skeleton("नदी") != skeleton("नदि")


@pytest.mark.parametrize(
    ("latin", "native"),
    [
        ("Himphul Sathi", "हिमफूल साथी"),
        ("Himful Saathi", "हिमफूल साथी"),
        ("Nadi Kinar", "नदी किनार"),
        ("Jisr Nakhil", "جسر النخيل"),
    ],
)
def test_vowels_and_doubled_letters_make_no_difference_by_sound(latin: str, native: str) -> None:
    one, other = forms(latin).consonants, forms(native).consonants
    assert one.replace("l", "") == other.replace("l", "")


def test_two_letters_for_one_sound_are_one() -> None:
    assert consonants("qazzaq") == consonants("kajak")
    assert consonants("vivid") == consonants("bibid")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Seven Kites", "Kites Seven"),
        ("Seven Kites", "Seven Kite"),
        ("Sagarmatha", "Sagarmata"),
        ("Seven Kites", "Ѕеvеn Кіtеs"),
        ("हिमफूल साथी", "Himful Saathi"),
        ("Al-Amin International", "Al-Amir International"),
    ],
)
def test_names_worth_comparing_share_a_block(one: str, other: str) -> None:
    assert blocks(one) & blocks(other)


def test_names_of_nothing_in_common_share_none() -> None:
    assert not blocks("Seven Kites") & blocks("Paper Boat")


def test_comparison_ignores_case_width_white_space_and_punctuation() -> None:
    assert normalised(" Ｋｉｔｅｓ \t LTD ") == "kites ltd"
    assert comparable("12, Station Road (2nd floor), Sylhet-3100") == comparable(
        "12 station road, 2ND floor  Sylhet 3100"
    )
