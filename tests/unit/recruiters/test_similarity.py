"""How alike two records are, and why (DOMAIN §12): a table of pairs, each with its reasons."""

import pytest

from app.recruiters.similarity import WEIGHTS, Likeness, Marks, Why, compare, compare_names

THRESHOLD = 85


def marks(*names: str, **shared: str) -> Marks:
    return Marks(frozenset(names), frozenset((Why(f"shared_{k}"), v) for k, v in shared.items()))


@pytest.mark.parametrize(
    ("one", "other", "why"),
    [
        ("Seven Kites Ltd", "SEVEN KITES (Pvt.) Limited", Why.SAME_NAME),
        ("Seven Kites", "Ѕеvеn Кіtеs", Why.CONFUSABLE_NAME),
        ("Modern Kite", "Modem Kite", Why.CONFUSABLE_NAME),
        ("Seven Kites Overseas", "Seven Kites International", Why.SIMILAR_NAME),
        ("Kites Seven", "Seven Kites", Why.SIMILAR_NAME),
        ("Sagarmatha Manpower", "Sagarmata Manpower", Why.SIMILAR_NAME),
        ("हिमफूल रोजगार साथी", "Himphul Sathi Employment", Why.SIMILAR_NAME),
        ("Cầu Tre Xanh", "Cau Tre Xanh", Why.SAME_NAME),
    ],
)
def test_names_that_a_reviewer_should_see(one: str, other: str, why: Why) -> None:
    for a, b in ((one, other), (other, one)):
        score, found = compare_names(a, b)
        assert (found, score >= THRESHOLD) == (why, True)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Seven Kites", "Paper Boat"),
        ("Seven Kites Overseas", "Paper Boat Overseas"),
        ("Orchard 24 Trading", "Orchard 25 Trading"),
        ("नदी किनार", "हिमफूल साथी"),
        ("Pelikan", "Falcon"),
    ],
)
def test_names_of_two_companies(one: str, other: str) -> None:
    assert compare(marks(one), marks(other)).score < THRESHOLD


@pytest.mark.parametrize("why", WEIGHTS)
def test_what_is_shared_speaks_as_much_as_its_weight(why: Why) -> None:
    one = Marks(frozenset({"Seven Kites"}), frozenset({(why, "x")}))
    other = Marks(frozenset({"Paper Boat"}), frozenset({(why, "x")}))
    assert compare(one, other) == Likeness(WEIGHTS[why], (why,))


def test_two_weak_reasons_are_a_strong_one() -> None:
    """A shared office and a shared director leave 0.5 × 0.4 of the doubt."""
    one = marks("Seven Kites", address="12stationroad", officer="asha gurung")
    other = marks("Paper Boat", address="12stationroad", officer="asha gurung")
    found = compare(one, other)
    assert found.score == 80
    assert found.why == (Why.SHARED_ADDRESS, Why.SHARED_OFFICER)


def test_a_name_of_some_likeness_speaks_together_with_an_address_and_a_phone() -> None:
    one = marks("Amber River", address="12stationroad", phone="25550100")
    other = marks("Amber Rim", address="12stationroad", phone="25550100")
    alone = compare(marks(*one.names), marks(*other.names)).score
    assert alone < THRESHOLD <= compare(one, other).score


def test_any_of_several_names_will_do() -> None:
    found = compare(marks("Paper Boat", "Seven Kites"), marks("Blue Heron", "seven kites"))
    assert found == Likeness(100, (Why.SAME_NAME,))


def test_records_of_which_nothing_is_known_are_not_alike() -> None:
    assert compare(Marks(), Marks()) == Likeness(0, ())


def test_a_record_stands_under_the_blocks_of_its_names_and_of_what_it_may_share() -> None:
    found = marks("Seven Kites", phone="25550100").blocks()
    assert {"w:seven", "w:kites", "shared_phone:25550100"} <= found
