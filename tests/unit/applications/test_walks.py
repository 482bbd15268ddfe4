"""The machine of applications against a model, with a moving clock (DOMAIN §5, SECURITY R23).

200 walks of up to 30 steps; each planted fault must be found by such walks.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import cache, partial
from random import Random

import pytest
from hypothesis import given, settings

from app.applications import lifecycle
from app.applications.content import Content
from app.applications.fee import Fee, Payment
from app.applications.lifecycle import APPLICATION, Facts, RejectionReason, State
from app.assessors.approval import CompanyApproval
from app.assessors.lifecycle import CompanyState
from app.kernel.money import Money
from app.kernel.roles import Role
from app.lifecycle.machine import Guard, Machine, Rule
from app.scheme.shipped import first_policy, first_standard
from tests.effort import rounds
from tests.making.application_walks import (
    FEE,
    ITEMS,
    WALKS,
    Model,
    Outcome,
    Step,
    random_walk,
    steps,
)
from tests.making.applications import assessed, content

WHO: dict[str, tuple[Role, ...]] = {
    "submit": (Role.RECRUITER_STAFF, Role.APPLICATION_REVIEWER),
    "clear_payment": (Role.SCHEME_MANAGER, Role.APPLICATION_REVIEWER),
    "defer": (Role.APPLICATION_REVIEWER, Role.RECRUITER_ADMIN),
    "resume": (Role.RECRUITER_STAFF, Role.APPLICATION_REVIEWER),
    "accept": (Role.APPLICATION_REVIEWER, Role.SCHEME_MANAGER),
    "reject": (Role.APPLICATION_REVIEWER, Role.APPLICATION_REVIEWER),
    "contract": (Role.RECRUITER_ADMIN, Role.PROGRAMME_MANAGER, Role.RECRUITER_STAFF),
    "withdraw": (Role.RECRUITER_ADMIN, Role.SCHEME_MANAGER),
}
APART = {"edit", "answer", "pay", "wait", "edge"}
"""Steps that are no moves of the machine."""


@cache
def stated(whole: bool, fresh: bool, day: int) -> Content:
    on = date.fromordinal(day)
    made = content(on)
    if not whole:
        return replace(made, capacity_building_provider=None)
    return made if fresh else replace(made, self_assessment=assessed(on - timedelta(days=300)))


def facts(model: Model) -> Facts:
    """What the model knows, as the guards want it."""
    paid = tuple(
        Payment(str(place), Money(minor, "USD"), model.today)
        for place, minor in enumerate(model.paid)
    )
    return Facts(
        policy=first_policy(),
        standard=first_standard(),
        now=model.now,
        state=model.state,
        since=model.since,
        home="NP",
        content=stated(model.whole, model.fresh, model.written_on.toordinal()),
        fee=Fee("INV-1", Money(FEE, "USD"), paid) if model.invoiced else None,
        unanswered=ITEMS - len(model.answered),
        items=("a copy",),
        reasons=(RejectionReason.NOT_ELIGIBLE,),
        audit_company="0190f0c4-8e2a-7c31-9b53-0d1c2e3f4a5b",
        company=CompanyApproval(CompanyState.APPROVED),
        competence=frozenset({"NP-MY", "NP-QA"}),
    )


def fault(machine: Machine[Facts], walk: Sequence[Step]) -> str | None:
    """The first step at which machine and model part."""
    model = Model()
    for step in steps(model, walk):
        known, state = facts(model), model.state
        expected = model.take(step)
        if step.action in APART or (step.action == "contract" and expected is Outcome.UNSIGNED):
            continue
        actions = ("drop", "lapse") if step.action == "fire" else (step.action,)
        role = Role.SYSTEM if step.action == "fire" else WHO[step.action][step.who]
        verdicts = [machine.decide(state, action, {role}, known) for action in actions]
        targets = [verdict.target for verdict in verdicts if isinstance(verdict, Rule)]
        hidden = step.action == "contract" and step.who == 1 and model.named != 0
        if hidden:  # who does not see it never asks the machine
            continue
        if bool(targets) != (expected is not Outcome.REFUSED):
            return f"{step} from {state} at {known.now}: {targets} against {expected}"
        if expected is Outcome.DONE and targets != [model.state]:
            return f"{step} from {state} leads to {targets}, not to {model.state}"
    return None


@settings(max_examples=rounds(200, 5_000))
@given(WALKS)
def test_machine_and_model_never_part(walk: list[Step]) -> None:
    assert fault(APPLICATION, walk) is None


@cache
def corpus() -> Sequence[list[Step]]:
    """Walks drawn at random, the same ones in each run."""
    random = Random(5)
    return [random_walk(random) for _ in range(1_000)]


def test_the_walks_reach_every_state_and_make_every_move() -> None:
    made: set[tuple[str, str]] = set()
    for walk in corpus():
        model = Model()
        for step in steps(model, walk):
            before = model.state
            if model.take(step) is Outcome.DONE and step.action not in APART:
                made.add((before, model.state))
    assert made == {(source, target) for source, _, target in APPLICATION.moves() if source != ""}


def without(action: str, guard: str) -> Machine[Facts]:
    """The machine, one of whose moves forgot a guard; `guard` names it, or its place."""

    def kept(rule: Rule[Facts]) -> tuple[Guard[Facts], ...]:
        if rule.action != action:
            return rule.guards
        left = tuple(g for g in rule.guards if g.__name__ != guard)
        assert len(left) < len(rule.guards)
        return left

    return changed(lambda rule: replace(rule, guards=kept(rule)))


def changed(how: Callable[[Rule[Facts]], Rule[Facts]]) -> Machine[Facts]:
    return Machine("application", State, [how(rule) for rule in APPLICATION.rules])


def let_in(action: str, role: Role) -> Machine[Facts]:
    return changed(
        lambda rule: replace(rule, roles=rule.roles | {role}) if rule.action == action else rule
    )


def also_from(action: str, state: str) -> Machine[Facts]:
    return changed(
        lambda rule: (
            replace(rule, sources=rule.sources | {state}) if rule.action == action else rule
        )
    )


def leading_to(action: str, state: str) -> Machine[Facts]:
    return changed(lambda rule: replace(rule, target=state) if rule.action == action else rule)


FAULTS: dict[str, Callable[[], Machine[Facts]]] = {
    "a draft is handed in too late": partial(without, "submit", "is_in_time"),
    "an incomplete one is handed in": partial(without, "submit", "is_named"),
    "an old one is handed in": partial(without, "submit", "has_none"),
    "a review starts unpaid": partial(without, "clear_payment", "fee_is_received"),
    "an item stays open": partial(without, "resume", "items_are_answered"),
    "a deferral goes on too late": partial(without, "resume", "is_in_time"),
    "an offer is signed too late": partial(without, "contract", "is_in_time"),
    "an expired licence is accepted": partial(without, "accept", "has_none"),
    "a draft is dropped at once": partial(without, "drop", "time_is_over"),
    "an offer lapses at once": partial(without, "lapse", "time_is_over"),
    "a reviewer submits": partial(let_in, "submit", Role.APPLICATION_REVIEWER),
    "a manager accepts": partial(let_in, "accept", Role.SCHEME_MANAGER),
    "staff sign": partial(let_in, "contract", Role.RECRUITER_STAFF),
    "a deferred one is accepted": partial(also_from, "accept", "deferred"),
    "a rejected one is withdrawn": partial(also_from, "withdraw", "rejected"),
    "an answered one is handed in anew": partial(leading_to, "resume", "submitted"),
}


@pytest.mark.parametrize("planted", FAULTS)
def test_each_planted_fault_is_found(planted: str) -> None:
    broken = FAULTS[planted]()
    assert any(fault(broken, walk) is not None for walk in corpus())


def test_a_deadline_a_second_late_is_found() -> None:
    timely = lifecycle.is_in_time

    def lenient(known: Facts) -> str | None:
        return timely(replace(known, now=known.now - timedelta(seconds=1)))

    lenient.__name__ = "is_in_time"
    broken = changed(
        lambda rule: replace(rule, guards=tuple(lenient if g is timely else g for g in rule.guards))
    )
    assert any(fault(broken, walk) is not None for walk in corpus())
