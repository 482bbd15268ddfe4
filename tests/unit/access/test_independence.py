"""Who touched the evidence may neither review nor decide (DOMAIN §3, ISO 17021-1 9.5.1)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.access.independence import Involvement, Way, as_recorded, bars

LEAD = Involvement("lead", frozenset({Way.TEAM, Way.FINDING, Way.REPORT}))
EXPERT = Involvement("expert", frozenset({Way.EVIDENCE}))


def test_whoever_touched_no_evidence_is_not_barred() -> None:
    assert bars("decider", (LEAD, EXPERT)) is None
    assert bars("decider", ()) is None


def test_whoever_touched_evidence_is_barred_and_told_every_way() -> None:
    assert bars("lead", (LEAD, EXPERT)) == (
        "this person was in the audit team, wrote or judged findings and wrote the report in this"
        " case; whoever touched the evidence may neither review nor decide it"
    )


@pytest.mark.parametrize("way", Way)
def test_each_single_way_bars(way: Way) -> None:
    assert bars("anna", [Involvement("anna", frozenset({way}))]) is not None


def test_a_person_named_twice_is_barred_by_both() -> None:
    twice = (
        Involvement("anna", frozenset({Way.TEAM})),
        Involvement("anna", frozenset({Way.REPORT})),
    )
    assert "was in the audit team and wrote the report" in str(bars("anna", twice))


def test_a_machine_is_never_independent() -> None:
    assert bars(None, ()) == "only a named person can be independent, and no person acts here"


PEOPLE = st.sampled_from(["a", "b", "c", "d"])


@given(
    st.dictionaries(PEOPLE, st.frozensets(st.sampled_from(Way), min_size=1)),
    PEOPLE,
)
def test_exactly_the_computed_set_is_barred(ways: dict[str, frozenset[Way]], somebody: str) -> None:
    involvements = tuple(Involvement(person, found) for person, found in ways.items())
    assert (bars(somebody, involvements) is not None) == (somebody in ways)


def test_the_computed_set_is_recorded_as_ids_and_codes_in_one_order() -> None:
    recorded = [
        {"person": "expert", "ways": ["evidence"]},
        {"person": "lead", "ways": ["team", "finding", "report"]},
    ]
    assert as_recorded((LEAD, EXPERT)) == recorded
    assert as_recorded((EXPERT, LEAD)) == recorded
