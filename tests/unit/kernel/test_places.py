import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kernel.places import COUNTRIES, Corridor, InvalidCorridor, UnknownCountry, country

countries = st.sampled_from(sorted(COUNTRIES))


def test_the_countries_are_those_that_iso_3166_1_assigns() -> None:
    assert len(COUNTRIES) == 249
    assert all(len(code) == 2 and code.isascii() and code.isupper() for code in COUNTRIES)
    assert {"BD", "NP", "PH", "LK", "ID", "MY", "QA", "SA", "AE", "TW", "HK", "SS"} < COUNTRIES
    # Reserved, user-assigned or withdrawn.
    assert not {"UK", "EU", "XK", "AN", "SU", "YU", "EA", "ZZ", "AA"} & COUNTRIES


@pytest.mark.parametrize("code", ["", "N", "np", "NPL", "XK", "UK", "N P", "NP\n", "ＮＰ", "N\x00"])
def test_what_is_no_country_is_refused_with_what_would_be_right(code: str) -> None:
    with pytest.raises(UnknownCountry, match="ISO 3166-1 alpha-2"):
        country(code)


def test_a_corridor_is_written_origin_first_domain_2() -> None:
    corridor = Corridor.parse("NP-MY")
    assert (corridor.origin, corridor.destination) == ("NP", "MY")
    assert str(corridor) == "NP-MY"


@given(countries, countries)
def test_a_corridor_survives_writing_and_reading_and_leads_abroad(a: str, b: str) -> None:
    if a == b:
        with pytest.raises(InvalidCorridor, match="another country"):
            Corridor(a, b)
    else:
        assert Corridor.parse(str(Corridor(a, b))) == Corridor(a, b)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-",
        "NP",
        "NPMY",
        "NP-",
        "-MY",
        "NP-MY-QA",
        "NP--MY",
        "NP–MY",
        "NP - MY",
        "NPL-MYS",
        "🇳🇵",
    ],
)
def test_what_is_no_corridor_is_told_how_to_write_one(text: str) -> None:
    with pytest.raises(InvalidCorridor, match="NP-MY"):
        Corridor.parse(text)


@pytest.mark.parametrize("text", ["np-my", "NP-XX", "XX-MY", "EU-MY"])
def test_a_corridor_of_no_country_is_refused(text: str) -> None:
    with pytest.raises(UnknownCountry):
        Corridor.parse(text)


def test_a_corridor_to_the_same_country_is_refused() -> None:
    with pytest.raises(InvalidCorridor, match="NP-NP does not"):
        Corridor.parse("NP-NP")


def test_corridors_sort_by_origin_and_then_destination() -> None:
    texts = ["PH-QA", "NP-QA", "NP-MY", "BD-SA"]
    corridors = sorted(Corridor.parse(text) for text in texts)
    assert [str(corridor) for corridor in corridors] == sorted(texts)
