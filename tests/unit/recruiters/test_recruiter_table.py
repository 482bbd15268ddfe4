"""The table of a recruiter's entry (DESIGN §3): – → listed → merged."""

import pytest

from app.kernel.roles import Role
from app.lifecycle.machine import Cause, Refused, Rule
from app.recruiters.lifecycle import RECRUITER_ENTRY, Facts

EXPECTED = {
    ("", "list"): ("listed", {"scheme_manager", "recruiter_admin"}),
    ("listed", "rename"): ("listed", {"scheme_manager"}),
    ("listed", "signal_licence"): ("listed", {"system"}),
    ("listed", "clear_licence"): ("listed", {"system"}),
    ("listed", "merge"): ("merged", {"scheme_manager"}),
}


def test_the_table_is_the_one_of_the_design() -> None:
    assert {
        (source, action): (target, set(RECRUITER_ENTRY.rule(source, action).signers))
        for source, action, target in RECRUITER_ENTRY.moves()
    } == EXPECTED


@pytest.mark.parametrize("action", RECRUITER_ENTRY.actions())
@pytest.mark.parametrize("state", ["", "listed", "merged"])
def test_only_the_role_of_the_table_moves_it_and_only_from_there(state: str, action: str) -> None:
    expected = EXPECTED.get((state, action))
    may = {r for (_, known), (_, roles) in EXPECTED.items() if known == action for r in roles}
    for role in Role:
        verdict = RECRUITER_ENTRY.decide(state, action, {role}, Facts())
        if expected is not None and role in expected[1]:
            assert isinstance(verdict, Rule)
            assert verdict.target == expected[0]
        else:
            assert isinstance(verdict, Refused)
            assert verdict.cause is (Cause.STATE if role in may else Cause.ROLE)


@pytest.mark.parametrize(
    ("state", "action", "facts", "said"),
    [
        ("", "list", Facts(listed_already=True), "listed as a recruiter already"),
        ("listed", "rename", Facts(same_name=True), "the recruiter's name already"),
        ("listed", "merge", Facts(into_itself=True), "not merged into itself"),
        ("listed", "merge", Facts(into_state="merged"), "name the one that it was merged into"),
    ],
)
def test_a_guard_says_why(state: str, action: str, facts: Facts, said: str) -> None:
    verdict = RECRUITER_ENTRY.decide(state, action, {Role.SCHEME_MANAGER}, facts)
    assert isinstance(verdict, Refused)
    assert said in verdict.reasons[0]
