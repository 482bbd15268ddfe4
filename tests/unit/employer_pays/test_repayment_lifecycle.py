"""The machine of a repayment: every state by every action, and each guard (DOMAIN §8)."""

from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import product
from typing import Any

import pytest

from app.employer_pays.repayment.amounts import Basis, Instalment, Owed
from app.employer_pays.repayment.lifecycle import (
    REPAYMENT,
    Facts,
    Payment,
    State,
    as_called_in_full,
)
from app.kernel.money import Money
from app.kernel.roles import AUDITOR, RECRUITER, Role
from app.lifecycle.machine import BORN, Refused
from app.scheme.shipped import first_policy

TODAY = date(2026, 3, 2)
WORKER = {Role.WORKER}
BOTH = AUDITOR | RECRUITER

TABLE: dict[str, tuple[set[str], str, set[Role] | frozenset[Role]]] = {
    # DOMAIN §8, row by row: action, from, to, who
    "identify": ({BORN}, "identified", BOTH),
    "quantify": ({"identified"}, "quantified", BOTH),
    "requantify": (
        {"quantified", "agreed", "scheduled", "part_paid", "paid"},
        "quantified",
        AUDITOR,
    ),
    "agree": ({"quantified"}, "agreed", WORKER | AUDITOR),
    "schedule": ({"agreed"}, "scheduled", RECRUITER),
    "pay_instalment": ({"scheduled", "part_paid"}, "part_paid", RECRUITER),
    "settle": ({"scheduled", "part_paid"}, "paid", RECRUITER),
    "verify": ({"paid"}, "verified", AUDITOR),
    "dispute": ({"paid"}, "part_paid", WORKER | AUDITOR),
    "mark_unreachable": (
        {"identified", "quantified", "agreed", "scheduled", "part_paid"},
        "unreachable",
        RECRUITER,
    ),
    "trace": ({"unreachable"}, "quantified", BOTH),
}


def myr(minor: int) -> Money:
    return Money(minor, "MYR")


def all_of(amount: Money, basis: Basis) -> Owed:
    return Owed(amount, amount, amount, amount, basis)


def facts(**changes: Any) -> Facts:
    """Nothing stands against any move but a payment that settles and one that does not."""
    given: dict[str, Any] = {
        "policy": first_policy(),
        "now": datetime(2026, 3, 2, 12, tzinfo=UTC),
        "amount": myr(100),
        "basis": Basis.COHORT_ESTIMATE,
        "attempts": 3,
        "confirmed": True,
        "disputable": 1,
        "new": Owed(myr(100), myr(100), myr(0), myr(0), Basis.EVIDENCE),
        "plan": (Instalment(TODAY, myr(100)),),
        "payment": Payment(myr(100), TODAY, myr(100)),
    }
    return Facts(**{**given, **changes})


def fitting(action: str) -> Facts:
    if action == "pay_instalment":
        return facts(payment=Payment(myr(99), TODAY, myr(99)))
    return facts()


@pytest.mark.parametrize(("state", "action"), list(product([BORN, *State], TABLE)))
def test_every_action_from_every_state(state: str, action: str) -> None:
    sources, target, who = TABLE[action]
    for role in Role:
        said = REPAYMENT.decide(str(state), action, {role}, fitting(action))
        allowed = not isinstance(said, Refused)
        assert allowed == (state in sources and role in who), (role, said)
        if not isinstance(said, Refused):
            assert said.target == target


def test_the_table_is_all_there_is() -> None:
    assert set(REPAYMENT.actions()) == set(TABLE)
    assert REPAYMENT.terminal() == {"verified"}


@pytest.mark.parametrize(
    ("action", "state", "changes", "reason"),
    [
        ("quantify", "identified", {"new": None}, "in which currency"),
        ("quantify", "identified", {"new": None, "gaps": ("a rate",)}, "missing: a rate"),
        (
            "quantify",
            "identified",
            {"new": all_of(myr(0), Basis.EVIDENCE)},
            "owed nothing",
        ),
        (
            "requantify",
            "paid",
            {
                "basis": Basis.EVIDENCE,
                "new": all_of(myr(1), Basis.COHORT_ESTIMATE),
            },
            "does not replace it",
        ),
        (
            "requantify",
            "part_paid",
            {"paid": (myr(1),), "new": all_of(Money(1, "BDT"), Basis.EVIDENCE)},
            "payments are counted in MYR",
        ),
        ("schedule", "agreed", {"plan": None}, "name the instalments"),
        ("schedule", "agreed", {"plan": ()}, "at least one"),
        ("pay_instalment", "scheduled", {"payment": None}, "name the payment"),
        ("pay_instalment", "scheduled", {}, "settles the repayment"),
        (
            "pay_instalment",
            "scheduled",
            {"payment": Payment(myr(0), TODAY, myr(0))},
            "more than nothing",
        ),
        (
            "pay_instalment",
            "scheduled",
            {"payment": Payment(Money(9, "BDT"), TODAY, None)},
            "missing: the exchange rate of BDT and MYR on 2026-03-02",
        ),
        (
            "settle",
            "part_paid",
            {"payment": Payment(myr(1), date(2026, 3, 3), myr(1))},
            "lies ahead",
        ),
        ("settle", "part_paid", {"payment": Payment(myr(99), TODAY, myr(99))}, "0.01 MYR missing"),
        (
            "settle",
            "part_paid",
            {"payment": Payment(myr(101), TODAY, myr(101))},
            "0.01 MYR too much",
        ),
        ("settle", "part_paid", {"paid": (myr(100),)}, "settle without a payment"),
        ("settle", "part_paid", {"amount": None}, "not known"),
        ("verify", "paid", {"confirmed": False}, "not confirmed"),
        ("dispute", "paid", {"disputable": 0}, "no payment"),
        ("mark_unreachable", "agreed", {"attempts": 2}, "2 attempts"),
    ],
)
def test_each_guard_refuses_with_its_reason(
    action: str, state: str, changes: dict[str, Any], reason: str
) -> None:
    said = REPAYMENT.decide(state, action, set(Role), facts(**changes))
    assert isinstance(said, Refused)
    assert any(reason in it for it in said.reasons), said.reasons


@pytest.mark.parametrize(
    ("action", "state", "changes"),
    [
        ("requantify", "paid", {"basis": Basis.EVIDENCE}),
        ("settle", "part_paid", {"paid": (myr(60),), "payment": Payment(myr(40), TODAY, myr(40))}),
        ("settle", "part_paid", {"paid": (myr(100),), "payment": None}),
        ("settle", "part_paid", {"paid": (myr(120),), "payment": None}),
        ("schedule", "agreed", {"paid": (myr(100),), "plan": ()}),
        ("verify", "paid", {"confirmed": False, "bank_record": "a" * 64}),
    ],
)
def test_just_enough_is_enough(action: str, state: str, changes: dict[str, Any]) -> None:
    said = REPAYMENT.decide(state, action, set(Role), facts(**changes))
    assert not isinstance(said, Refused), said.reasons


def test_an_offer_says_only_what_the_call_cannot_bring() -> None:
    bare = replace(facts(), new=None, plan=None, payment=None)
    full = as_called_in_full(bare)
    for state in ("identified", "agreed", "scheduled", "paid"):
        offers = REPAYMENT.allowed(state, BOTH, full)
        assert all(not it.missing for it in offers if it.action != "pay_instalment"), offers
    settled = as_called_in_full(replace(bare, paid=(myr(100),)))
    assert {it.action: it.missing for it in REPAYMENT.allowed("scheduled", RECRUITER, settled)}[
        "settle"
    ] == ()
    unknown = as_called_in_full(replace(bare, amount=None))
    assert REPAYMENT.allowed("identified", RECRUITER, unknown)[0].missing == ()
