"""The table of a look-alike (DESIGN §3): – → proposed → confirmed / dismissed, → cleared."""

import pytest

from app.kernel.roles import Role
from app.lifecycle.machine import Cause, Refused, Rule
from app.recruiters.look_alike_lifecycle import LOOK_ALIKE, Facts, State

REVIEWERS = {"application_reviewer", "scheme_manager"}
EXPECTED = {
    ("", "propose"): ("proposed", {"system"}),
    ("proposed", "confirm"): ("confirmed", REVIEWERS),
    ("proposed", "dismiss"): ("dismissed", REVIEWERS),
    ("confirmed", "clear"): ("cleared", {"integrity_officer"}),
}


def test_the_table_is_the_one_of_the_design() -> None:
    assert {
        (source, action): (target, set(LOOK_ALIKE.rule(source, action).signers))
        for source, action, target in LOOK_ALIKE.moves()
    } == EXPECTED


@pytest.mark.parametrize("action", LOOK_ALIKE.actions())
@pytest.mark.parametrize("state", ["", *State])
def test_only_the_role_of_the_table_moves_it_and_only_from_there(state: str, action: str) -> None:
    expected = EXPECTED.get((state, action))
    may = {r for (_, known), (_, roles) in EXPECTED.items() if known == action for r in roles}
    for role in Role:
        verdict = LOOK_ALIKE.decide(state, action, {role}, Facts(note="They share the office."))
        if expected is not None and role in expected[1]:
            assert isinstance(verdict, Rule)
            assert verdict.target == expected[0]
        else:
            assert isinstance(verdict, Refused)
            assert verdict.cause is (Cause.STATE if role in may else Cause.ROLE)


@pytest.mark.parametrize(
    ("state", "action", "role"),
    [
        ("proposed", "confirm", Role.APPLICATION_REVIEWER),
        ("proposed", "dismiss", Role.SCHEME_MANAGER),
        ("confirmed", "clear", Role.INTEGRITY_OFFICER),
    ],
)
def test_whoever_rules_says_why(state: str, action: str, role: Role) -> None:
    verdict = LOOK_ALIKE.decide(state, action, {role}, Facts())
    assert isinstance(verdict, Refused)
    assert verdict.reasons == ("no explanation is given",)
