"""What each decision changes beside its move, and which decisions nothing would carry out."""

import pytest

from app.certificates.changes import Change, change_of, completed
from app.certificates.decisions import ACTIONS, NOT_ON_THE_WIRE, DecisionType, NotOffered
from tests.making import certificate_facts as facts

MOVES_ALONE = {
    DecisionType.REFUSE,
    DecisionType.MAINTAIN,
    DecisionType.WITHDRAW,
    DecisionType.TERMINATE,
    DecisionType.ANNUL,
}


def change(decided: DecisionType) -> Change:
    known = facts.of(ACTIONS.get(decided, "refuse"))
    return change_of(decided, completed(decided, known), {"corridors": ["NP-MY"]}, 1)


@pytest.mark.parametrize("decided", DecisionType)
def test_a_decision_has_its_effect_or_is_not_offered(decided: DecisionType) -> None:
    """Nothing gives a public entry and closes an audit without doing what it says (§9)."""
    if ACTIONS.get(decided) in NOT_ON_THE_WIRE:
        with pytest.raises(NotOffered, match=f"^{decided} is not a decision"):
            change(decided)
    else:
        assert (change(decided) == Change()) is (decided in MOVES_ALONE)
