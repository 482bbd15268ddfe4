"""What a recruiter states of itself: values, the LEI's check digits, circles among partners."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.recruiters.partners import closes_circle
from app.recruiters.profile import (
    Address,
    AddressKind,
    InvalidLei,
    Owner,
    Profile,
    Registration,
    Site,
    TradingName,
    lei,
)

LEI = "5493001KJTIIGC8Y1R12"


def test_a_profile_is_stored_and_read_again() -> None:
    stated = Profile(
        latin_name="Sat Changa",
        trading_names=(TradingName("सात चङ्गा", "Saat Changa"), TradingName("Kites")),
        registrations=(Registration("NP", "Company Registrar", "C-1"),),
        lei=LEI,
        addresses=(Address(AddressKind.OFFICE, "1 Ring Road\nKathmandu", "NP"),),
        phones=("+977 1 555 0100",),
        owners=(Owner("Kite Holdings", "NP", 60),),
        sites=(Site("Head office", "NP", "Kathmandu"),),
        corridors=("NP-MY",),
        sectors=("care",),
    )
    assert Profile.from_json(stated.as_json()) == stated
    assert stated.names() == {"Sat Changa", "सात चङ्गा", "Saat Changa", "Kites"}
    assert Profile().names() == frozenset()


def test_an_lei_with_its_check_digits_is_one() -> None:
    """ISO 17442: the LEI of the ISO's own example of a fund."""
    assert lei(LEI) == LEI


@pytest.mark.parametrize(
    "text",
    ["", LEI[:-1], f"{LEI}0", LEI.lower(), f" {LEI}", f"{LEI[:18]}AB", f"٥{LEI[1:]}"],
)
def test_what_is_not_written_like_one_is_refused(text: str) -> None:
    with pytest.raises(InvalidLei, match="18 digits or capital letters"):
        lei(text)


@given(st.integers(0, 17), st.sampled_from("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
def test_one_wrong_symbol_is_always_found(place: int, symbol: str) -> None:
    wrong = LEI[:place] + symbol + LEI[place + 1 :]
    if wrong != LEI:
        with pytest.raises(InvalidLei, match="check digits"):
            lei(wrong)


GRAPH = {"a": {"b", "c"}, "b": {"d"}, "c": {"d"}, "d": {"e"}, "x": {"a"}}


@pytest.mark.parametrize(
    ("engaging", "engaged", "circle"),
    [
        ("a", "a", True),
        ("b", "a", True),
        ("e", "a", True),
        ("d", "x", True),
        ("a", "e", False),
        ("b", "c", False),
        ("e", "new", False),
        ("new", "x", False),
    ],
)
def test_nobody_becomes_their_own_sub_agent(engaging: str, engaged: str, circle: bool) -> None:
    def neighbours(nodes: object) -> set[str]:
        return {n for node in nodes for n in GRAPH.get(node, ())}  # type: ignore[attr-defined]

    assert closes_circle(engaging, engaged, neighbours) is circle
