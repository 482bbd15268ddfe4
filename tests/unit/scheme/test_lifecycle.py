"""Versions of the rules and tolling: every state × action × role (DOMAIN §3, §11)."""

from dataclasses import replace
from datetime import date
from itertools import product

import pytest

from app.kernel.roles import Role
from app.lifecycle.machine import BORN, Cause, Machine, Refused, Rule
from app.scheme.lifecycle import (
    POLICY_VERSION,
    RULE_SET_VERSION,
    STANDARD_VERSION,
    TOLLING,
    Facts,
    TollingFacts,
)

TODAY = date(2026, 3, 2)
READY = Facts(today=TODAY, effective_on=date(2026, 3, 3))
MANAGER, OFFICER = Role.SCHEME_MANAGER, Role.INTEGRITY_OFFICER

TABLE: dict[tuple[str, str], tuple[str, set[Role]]] = {
    (BORN, "draft"): ("drafted", {MANAGER}),
    ("drafted", "edit"): ("drafted", {MANAGER}),
    ("drafted", "publish"): ("published", {MANAGER, OFFICER}),
    ("drafted", "discard"): ("discarded", {MANAGER}),
}


@pytest.mark.parametrize("machine", [POLICY_VERSION, STANDARD_VERSION, RULE_SET_VERSION])
def test_every_state_action_and_role(machine: Machine[Facts]) -> None:
    importing = {Role.SYSTEM} if machine is STANDARD_VERSION else set()
    for state, action, role in product((BORN, *machine.states), machine.actions(), Role):
        verdict = machine.decide(state, action, {role}, READY)
        target, roles = TABLE.get((state, action), ("", set()))
        if roles and action in {"draft", "edit"}:
            roles = roles | importing
        if role in roles:
            assert isinstance(verdict, Rule)
            assert verdict.target == target
        else:
            assert isinstance(verdict, Refused)


def test_a_publication_is_signed_by_two_people_and_public() -> None:
    rule = POLICY_VERSION.rule("drafted", "publish")
    assert rule.second == {MANAGER, OFFICER}
    assert rule.public
    assert POLICY_VERSION.terminal() == {"published", "discarded"}


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"effective_on": None}, "no first day (effective_on) is named"),
        ({"effective_on": TODAY}, "it takes effect after today, 2026-03-02, not on 2026-03-02"),
        ({"taken": "2026.9"}, "2026.9 takes effect on that day already: name another one"),
        ({"faults": ("/review_days: Field required.",)}, "/review_days: Field required."),
    ],
)
def test_what_keeps_a_version_from_being_published(changes: dict[str, object], reason: str) -> None:
    verdict = POLICY_VERSION.decide("drafted", "publish", {MANAGER}, replace(READY, **changes))  # type: ignore[arg-type]
    assert verdict == Refused(Cause.GUARD, (reason,))


@pytest.mark.parametrize(
    ("limit", "is_right"),
    [
        (date(2026, 3, 1), False),
        (date(2026, 3, 2), True),
        (date(2026, 8, 29), True),
        (date(2026, 8, 30), False),
    ],
)
def test_a_tolling_is_limited(limit: date, is_right: bool) -> None:
    facts = TollingFacts(today=TODAY, limit_on=limit, latest=date(2026, 8, 29))
    for role in Role:
        verdict = TOLLING.decide(BORN, "start", {role}, facts)
        assert isinstance(verdict, Rule) == (is_right and role is MANAGER)
        ended = TOLLING.decide("running", "end", {role}, facts)
        assert isinstance(ended, Rule) == (role is MANAGER), "whatever its limit says by now"
        assert isinstance(TOLLING.decide("ended", "end", {role}, facts), Refused)
