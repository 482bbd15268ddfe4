"""The table itself, as pure values (DESIGN §3)."""

from dataclasses import dataclass
from datetime import timedelta

import pytest

from app.kernel.roles import Role
from app.lifecycle.diagram import mermaid, table
from app.lifecycle.machine import (
    BORN,
    Cause,
    Machine,
    Offer,
    Refused,
    Rule,
    acting_role,
)

DECIDER = frozenset({Role.DECISION_MAKER})
OFFICER = frozenset({Role.INTEGRITY_OFFICER})


@dataclass(frozen=True)
class Facts:
    open_reasons: int = 0
    deadline_named: bool = True
    touched: bool = False


def reasons_lifted(facts: Facts) -> str | None:
    return f"{facts.open_reasons} reasons are open" if facts.open_reasons else None


def deadline_named(facts: Facts) -> str | None:
    return None if facts.deadline_named else "a deadline is missing"


def untouched(facts: Facts) -> str | None:
    return "you touched the evidence" if facts.touched else None


def rule(action: str, source: str, target: str, **options: object) -> Rule[Facts]:
    given: dict[str, object] = {"roles": DECIDER, **options}
    return Rule(action, frozenset({source}), target, **given)  # type: ignore[arg-type]


LAMP = Machine[Facts](
    "lamp",
    ("on", "off", "broken"),
    [
        rule("light", BORN, "on"),
        rule("dim", "on", "off", bars=(untouched,)),
        rule("relight", "off", "on", guards=(reasons_lifted, deadline_named)),
        rule("smash", "on", "broken", second=OFFICER),
        rule("smash", "off", "broken", roles=OFFICER),
    ],
)


def test_a_move_follows_its_rule() -> None:
    decided = LAMP.decide("on", "dim", DECIDER, Facts())
    assert isinstance(decided, Rule)
    assert decided.target == "off"


def test_a_wrong_role_is_judged_before_state_and_guards() -> None:
    refused = LAMP.decide("broken", "relight", OFFICER, Facts(open_reasons=2))
    assert refused == Refused(Cause.ROLE, ("relight needs the role decision_maker",))


def test_a_role_that_could_act_from_another_state_is_told_about_the_state() -> None:
    refused = LAMP.decide("broken", "smash", OFFICER, Facts())
    assert refused == Refused(
        Cause.STATE, ("the lamp is broken; smash is possible from off or on",)
    )


def test_independence_is_judged_before_the_state() -> None:
    refused = LAMP.decide("off", "dim", DECIDER, Facts(touched=True))
    assert refused == Refused(Cause.INDEPENDENCE, ("you touched the evidence",))


def test_a_guard_refusal_lists_every_reason() -> None:
    refused = LAMP.decide("off", "relight", DECIDER, Facts(2, deadline_named=False))
    assert refused == Refused(Cause.GUARD, ("2 reasons are open", "a deadline is missing"))


def test_a_guard_over_many_things_has_a_reason_for_each() -> None:
    def every_window_shut(windows: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(f"{window} is open" for window in windows)

    house = Machine[tuple[str, ...]](
        "house",
        ("locked",),
        [Rule("lock", frozenset({BORN}), "locked", DECIDER, guards=(every_window_shut,))],
    )
    assert house.decide(BORN, "lock", DECIDER, ("attic", "cellar")) == Refused(
        Cause.GUARD, ("attic is open", "cellar is open")
    )
    assert isinstance(house.decide(BORN, "lock", DECIDER, ()), Rule)


def test_a_first_move_says_that_it_is_one() -> None:
    again = LAMP.decide("on", "light", DECIDER, Facts())
    before = LAMP.decide(BORN, "dim", DECIDER, Facts())
    assert again == Refused(Cause.STATE, ("the lamp is on; light is a first move",))
    assert before == Refused(Cause.STATE, ("it does not exist yet; dim is possible from on",))


def test_either_signer_of_a_two_person_move_passes_the_role_check() -> None:
    assert isinstance(LAMP.decide("on", "smash", OFFICER, Facts()), Rule)
    assert isinstance(LAMP.decide("on", "smash", DECIDER, Facts()), Rule)


def test_an_unknown_action_is_a_fault_of_the_program() -> None:
    with pytest.raises(KeyError, match="lamp has no action 'polish'"):
        LAMP.decide("on", "polish", DECIDER, Facts())


def test_offers_name_what_is_missing_and_leave_out_what_one_may_never_do() -> None:
    assert LAMP.allowed("off", DECIDER, Facts(1)) == [Offer("relight", ("1 reasons are open",))]
    assert LAMP.allowed("on", DECIDER, Facts(touched=True)) == [Offer("smash")]
    assert LAMP.allowed("on", frozenset({Role.EMPLOYER}), Facts()) == []


def test_the_table_answers_for_docs_and_database() -> None:
    assert LAMP.actions() == ("light", "dim", "relight", "smash")
    assert LAMP.roles("smash") == DECIDER | OFFICER
    assert LAMP.terminal() == {"broken"}
    assert ("on", "dim", "off") in LAMP.moves()
    assert LAMP.rule("on", "dim").target == "off"


def test_a_diagram_has_every_arrow() -> None:
    drawn = mermaid(LAMP)
    assert "[*] --> on: light" in drawn
    assert "on --> off: dim" in drawn
    assert "broken --> [*]" in drawn
    assert "| on | broken | `smash` | decision_maker | integrity_officer (within 24 hours) |" in (
        table(LAMP)
    )


def test_a_diagram_says_long_terms_in_days() -> None:
    slow = rule("join", BORN, "in", second=OFFICER, second_within=timedelta(days=90))
    assert "within 90 days" in table(Machine("pact", ("in",), [slow]))
    slow = rule("join", BORN, "in", second=OFFICER, second_within=lambda _: timedelta(days=90))
    assert "within the time that policy gives" in table(Machine("pact", ("in",), [slow]))


@pytest.mark.parametrize(
    ("states", "rules", "fault"),
    [
        (
            ("on", "off"),
            [rule("light", BORN, "on"), rule("dim", "on", "off"), rule("dim", "on", "on")],
            "dim from 'on' stands in the table twice",
        ),
        (("on", "lost"), [rule("light", BORN, "on")], "no move reaches lost"),
        (("on",), [rule("light", BORN, "of")], "names no state"),
        (("on",), [rule("light", BORN, "on"), rule("dim", "no", "on")], "names no state"),
        (("on",), [rule("light", BORN, "on"), rule("end", "on", BORN)], "names no state"),
        (("on",), [rule("light", BORN, "on", roles=frozenset())], "nobody may light"),
    ],
)
def test_a_faulty_table_does_not_load(
    states: tuple[str, ...], rules: list[Rule[Facts]], fault: str
) -> None:
    with pytest.raises(ValueError, match=fault):
        Machine("lamp", states, rules)


def test_a_person_with_several_roles_acts_in_one() -> None:
    assert acting_role({Role.DECISION_MAKER, Role.REVIEWER}) is Role.REVIEWER
