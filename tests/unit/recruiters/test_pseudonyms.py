"""A worker is the same pseudonym however the identity is written, and nobody can go back."""

from datetime import date

import pytest

from app.kernel.errors import Invalid
from app.recruiters.pseudonyms import LENGTH, Document, Identity, NameAndBirth, given, pseudonym

KEY, OTHER_KEY = b"k" * 32, b"l" * 32
RECRUITER = "0190f0c4-8e2a-7c31-9b53-0d1c2e3f4a5b"
OTHER_RECRUITER = "0190f0c4-8e2a-7c31-9b53-0d1c2e3f4a5c"
BORN = date(1996, 2, 29)


def test_the_pseudonym_is_hmac_sha_256_over_canonical_json() -> None:
    """The bytes are fixed for good: openssl dgst -hmac gives the same."""
    found = pseudonym(KEY, RECRUITER, Document("NP", "A1234567"))
    assert found == "184838393bdd0d98a73e1201ce7efc7d"
    assert len(found) == LENGTH


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (Document("NP", "A1234567"), Document("np", "a 123 4567")),
        (Document("NP", "A1234567"), Document("NP", "Ａ１２３４５６７")),
        (Document("NP", "A1234567"), Document("NP", "A-१२३-४५६७")),
        (Document("BD", "AB0123456"), Document("BD", "ab০১২৩৪৫৬")),
        (Document("PK", "12345"), Document("PK", "\u200f١٢٣٤٥")),
        (NameAndBirth("Ram Bahadur", BORN), NameAndBirth("  RAM  bahadur", BORN)),
        (NameAndBirth("José Ñ", BORN), NameAndBirth("Jose\u0301 N\u0303", BORN)),
        (NameAndBirth("राम बहादुर", BORN), NameAndBirth("राम\u00a0बहादुर", BORN)),
        (NameAndBirth("Straße", BORN), NameAndBirth("STRASSE", BORN)),
    ],
)
def test_one_person_written_in_two_ways_is_one(one: Identity, other: Identity) -> None:
    assert pseudonym(KEY, RECRUITER, one) == pseudonym(KEY, RECRUITER, other)


@pytest.mark.parametrize(
    "other",
    [
        Document("IN", "A1234567"),
        Document("NP", "A1234568"),
        NameAndBirth("A1234567", BORN),
        NameAndBirth("NP", BORN),
    ],
)
def test_two_people_are_two(other: Identity) -> None:
    assert pseudonym(KEY, RECRUITER, Document("NP", "A1234567")) != pseudonym(KEY, RECRUITER, other)


def test_vowel_signs_tell_names_apart() -> None:
    one, other = NameAndBirth("राम", BORN), NameAndBirth("रमा", BORN)
    assert pseudonym(KEY, RECRUITER, one) != pseudonym(KEY, RECRUITER, other)


def test_another_recruiter_or_another_key_knows_the_person_by_another_pseudonym() -> None:
    who = Document("NP", "A1234567")
    three = {
        pseudonym(KEY, RECRUITER, who),
        pseudonym(KEY, OTHER_RECRUITER, who),
        pseudonym(OTHER_KEY, RECRUITER, who),
    }
    assert len(three) == 3


@pytest.mark.parametrize(
    "nobody", [Document("NP", " - "), Document("", "A1"), NameAndBirth(" \u200d", BORN)]
)
def test_an_identity_that_says_nothing_is_refused(nobody: Identity) -> None:
    with pytest.raises(Invalid, match="An identity has"):
        pseudonym(KEY, RECRUITER, nobody)


@pytest.mark.parametrize("text", ["W-00001", "2026.NP-MY_17", "a1b2", "x" * 63 + "1", "0000"])
def test_a_pseudonym_that_was_given_stays_as_it_is(text: str) -> None:
    assert given(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "Ram",
        "Ram-Bahadur",
        "Ram 1",
        "w1",
        "x" * 64 + "1",
        "-W1000",
        "राम१२३",
        "W-000१",
        "W1000\n",
        "",
    ],
)
def test_what_could_be_a_name_is_no_pseudonym(text: str) -> None:
    with pytest.raises(Invalid, match="never a name"):
        given(text)


def test_what_a_recruiter_gives_is_its_own_and_what_we_make_can_be_given_again() -> None:
    made = pseudonym(KEY, RECRUITER, Document("NP", "A1234567"))
    assert given("1" + made[1:]) == "1" + made[1:]
