"""Competence by kind, standard, corridor and the workers' language (DOMAIN §5a, §6)."""

import pytest

from app.assessors.competence import (
    Competence,
    corridor_gap,
    language,
    language_gap,
    languages_of,
    scope_gap,
)
from app.kernel.errors import Invalid

NEPALI = Competence(
    kinds=frozenset({"stage_1"}),
    standards=frozenset({"iris-1.2"}),
    corridors=frozenset({"NP-MY", "BD-MY", "AQ-MY"}),
    languages=frozenset({"ne"}),
)


def test_a_competence_is_what_its_entries_say() -> None:
    assert Competence.of(list(NEPALI.entries())) == NEPALI
    assert NEPALI.unnamed() == ()
    assert Competence().unnamed() == ("kinds", "standards", "corridors", "languages")


@pytest.mark.parametrize(
    ("corridor", "expected"),
    [
        ("NP-MY", {"ne"}),
        ("BD-SA", {"bn"}),
        ("LK-KW", {"si", "ta"}),
        ("PH-SA", {"en", "fil"}),
        ("AQ-MY", set()),
    ],
)
def test_workers_are_spoken_to_in_an_official_language_of_their_origin(
    corridor: str, expected: set[str]
) -> None:
    assert languages_of(corridor) == expected


@pytest.mark.parametrize(
    ("corridor", "takes"),
    [("NP-MY", True), ("NP-QA", False), ("BD-MY", False), ("AQ-MY", True)],
)
def test_a_corridor_is_taken_with_its_language_where_it_has_one(corridor: str, takes: bool) -> None:
    assert NEPALI.takes(corridor) is takes


def test_each_gap_is_named() -> None:
    assert scope_gap(NEPALI, "stage_1", "iris-1.2") is None
    assert scope_gap(NEPALI, "special", "iris-1.2") == "is not approved for special audits"
    assert scope_gap(NEPALI, "stage_1", "iris-9") == "is not approved for the standard iris-9"
    assert corridor_gap(NEPALI, ["NP-MY"]) is None
    assert corridor_gap(NEPALI, ["NP-QA", "ET-SA"]) == "is not approved for ET-SA, NP-QA"
    assert language_gap(NEPALI, ["NP-MY", "AQ-MY"]) is None
    assert language_gap(NEPALI, ["NP-MY", "LK-KW"]) == "speaks no language of LK (si, ta)"


@pytest.mark.parametrize("code", ["ne", "fil", "zh", "ar"])
def test_a_language_is_one_that_the_cldr_knows(code: str) -> None:
    assert language(code) == code


@pytest.mark.parametrize("code", ["", "NE", "xx", "nepali", "ne-NP", "ne\x00", "\u202ene"])
def test_anything_else_is_no_language(code: str) -> None:
    with pytest.raises(Invalid, match="is no language"):
        language(code)
