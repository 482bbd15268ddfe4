"""The certificate's table against DOMAIN §10, written by hand, and every cell of its matrix."""

from itertools import product

import pytest

from app.access.independence import Involvement, Way
from app.certificates.decisions import (
    ACTIONS,
    NOT_ON_THE_WIRE,
    ON_CERTIFICATES,
    DecisionType,
    not_checked,
)
from app.certificates.lifecycle import (
    CERTIFICATE,
    EVERY_DECISION,
    MISSING_GUARDS,
    REFUSAL,
    State,
)
from app.certificates.reasons import MEANINGS, REASONS, Reason
from app.kernel.roles import Role
from app.lifecycle.machine import BORN, Cause, Refused, Takes
from tests.making import certificate_facts as facts

DECIDER = {"decision_maker"}
INTEGRITY = {"integrity_officer"}
FLAGGING = {"integrity_officer", "system"}
PANEL = {"appeal_panel"}
NOBODY: set[str] = set()

# id, from, action, to, who, who else signs
TABLE = [
    ("C1", "", "issue", "active", DECIDER, NOBODY),
    ("C1t", "", "transfer_in", "active", DECIDER, NOBODY),
    ("C2", "active", "maintain", "active", DECIDER, NOBODY),
    ("C3", "active", "renew", "active", DECIDER, NOBODY),
    ("C4", "active", "suspend", "suspended", DECIDER, NOBODY),
    ("C4e", "active", "suspend_emergency", "suspended", INTEGRITY, NOBODY),
    ("C5", "active", "suspend_by_policy", "suspended", {"system"}, NOBODY),
    ("C4a", "suspended", "suspend", "suspended", DECIDER, NOBODY),
    ("C4a", "suspended", "suspend_emergency", "suspended", INTEGRITY, NOBODY),
    ("C4a", "suspended", "suspend_by_policy", "suspended", {"system"}, NOBODY),
    ("C5a", "suspended", "confirm_suspension", "suspended", DECIDER, NOBODY),
    ("C7a", "suspended", "lift_reason", "suspended", DECIDER, NOBODY),
    ("C7", "suspended", "restore", "active", DECIDER, NOBODY),
    ("C4c", "active", "suspend_corridors", "active", DECIDER, NOBODY),
    ("C7c", "active", "restore_corridors", "active", DECIDER, NOBODY),
    ("C9", "suspended", "withdraw", "withdrawn", DECIDER, NOBODY),
    ("C10", "active", "extend_scope", "active", DECIDER, NOBODY),
    ("C11", "active", "reduce_scope", "active", DECIDER, NOBODY),
    ("C13", "active", "restore_expired", "active", DECIDER, NOBODY),
    ("C15", "active", "withdraw", "withdrawn", DECIDER, NOBODY),
    ("C16", "active", "terminate", "terminated", DECIDER, NOBODY),
    ("C16", "suspended", "terminate", "terminated", DECIDER, NOBODY),
    ("C17", "active", "transfer_out", "transferred_out", DECIDER, NOBODY),
    ("C18", "active", "flag_issuer", "active", FLAGGING, NOBODY),
    ("C18", "suspended", "flag_issuer", "suspended", FLAGGING, NOBODY),
    ("C18", "active", "unflag_issuer", "active", FLAGGING, NOBODY),
    ("C18", "suspended", "unflag_issuer", "suspended", FLAGGING, NOBODY),
    ("C19", "active", "annul", "annulled", DECIDER, INTEGRITY),
    ("C19", "suspended", "annul", "annulled", DECIDER, INTEGRITY),
    ("C19", "withdrawn", "annul", "annulled", DECIDER, INTEGRITY),
    ("C19", "terminated", "annul", "annulled", DECIDER, INTEGRITY),
    ("C19", "transferred_out", "annul", "annulled", DECIDER, INTEGRITY),
    ("C20", "withdrawn", "overturn", "active", DECIDER, PANEL),
    ("C20s", "withdrawn", "overturn_to_suspended", "suspended", DECIDER, PANEL),
    ("C21", "active", "correct", "active", {"programme_manager"}, DECIDER),
    ("C21", "suspended", "correct", "suspended", {"programme_manager"}, DECIDER),
]
BY_MOVE = {
    (source, action): (target, who, second) for _, source, action, target, who, second in TABLE
}


def test_the_table_is_the_one_of_domain_10() -> None:
    assert sorted(CERTIFICATE.moves()) == sorted(
        (source, action, target) for _, source, action, target, _, _ in TABLE
    )
    for source, action in BY_MOVE:
        rule = CERTIFICATE.rule(source, action)
        assert (rule.target, set(rule.roles), set(rule.second)) == BY_MOVE[source, action]
        assert rule.public


def test_the_stored_states_are_those_of_domain_10() -> None:
    assert [state.value for state in State] == [
        "active", "suspended", "withdrawn", "terminated", "transferred_out", "annulled",
    ]  # fmt: skip
    assert CERTIFICATE.terminal() == {"annulled"}


@pytest.mark.parametrize(("source", "action"), list(product([BORN, *State], CERTIFICATE.actions())))
def test_every_cell_of_the_matrix(source: str, action: str) -> None:
    """Each allowed cell succeeds, each other is refused with the right kind of refusal."""
    known = facts.of(action)
    if (source, action) == ("suspended", "withdraw"):
        known = facts.proposing(action, reasons=(Reason.WORSE_FACTS,))
    signers = {
        role
        for (_, known_action), (_, who, second) in BY_MOVE.items()
        if known_action == action
        for role in who | second
    }
    for role in Role:
        verdict = CERTIFICATE.decide(source, action, {role}, known)
        if role not in signers:
            assert isinstance(verdict, Refused)
            assert verdict.cause is Cause.ROLE
        elif (source, action) not in BY_MOVE:
            assert isinstance(verdict, Refused)
            assert verdict.cause is Cause.STATE
        else:
            assert not isinstance(verdict, Refused), verdict.reasons
            assert verdict.target == BY_MOVE[source, action][0]


def test_editions_may_lie_ahead_and_only_annul_and_overturn_reach_back() -> None:
    takes = {rule.action: rule.takes for rule in CERTIFICATE.rules}
    assert {a for a, t in takes.items() if t is Takes.NOW_OR_LATER} == {
        "issue", "renew", "extend_scope", "reduce_scope",
    }  # fmt: skip
    assert {a for a, t in takes.items() if t is Takes.NOW_OR_EARLIER} == {
        "annul", "overturn", "overturn_to_suspended",
    }  # fmt: skip


@pytest.mark.parametrize(
    "action",
    [
        a
        for a in CERTIFICATE.actions()
        if a not in {"suspend_by_policy", "flag_issuer", "unflag_issuer", "correct"}
    ],
)
def test_nobody_who_touched_the_evidence_decides(action: str) -> None:
    source = next(source for _, source, known, _, _, _ in TABLE if known == action)
    known = facts.of(action, involvements=(Involvement("decider", frozenset({Way.REPORT})),))
    roles = {Role(role) for role in BY_MOVE[source, action][1]}
    verdict = CERTIFICATE.decide(source, action, roles, known)
    assert isinstance(verdict, Refused)
    assert verdict.cause is Cause.INDEPENDENCE
    assert "wrote the report" in verdict.reasons[0]


@pytest.mark.parametrize(
    ("action", "person", "told"),
    [
        ("annul", "granter", "decided that the certificate be issued"),
        ("overturn", "withdrawer", "decided the withdrawal"),
        ("overturn_to_suspended", "withdrawer", "decided the withdrawal"),
    ],
)
def test_who_decided_it_does_not_sign_against_it(action: str, person: str, told: str) -> None:
    verdict = CERTIFICATE.decide(
        "withdrawn", action, {Role.DECISION_MAKER}, facts.of(action, person=person)
    )
    assert isinstance(verdict, Refused)
    assert verdict.cause is Cause.INDEPENDENCE
    assert told in verdict.reasons[0]


def test_every_action_has_its_published_reasons_and_every_reason_its_meaning() -> None:
    assert set(REASONS) == {*CERTIFICATE.actions(), "refuse"}
    assert set(MEANINGS) == set(Reason)
    assert {code for codes in REASONS.values() for code in codes} == set(Reason)


def test_every_decision_carries_out_a_move_of_the_table() -> None:
    assert set(ACTIONS.values()) == set(CERTIFICATE.actions())
    assert ACTIONS[DecisionType.GRANT] == "issue"
    assert DecisionType.REFUSE not in ACTIONS
    assert {*(d.value for d in ON_CERTIFICATES), *NOT_ON_THE_WIRE, "issue"} == set(
        CERTIFICATE.actions()
    )


def test_what_is_missing_is_said_of_moves_that_exist() -> None:
    assert {action for action, _ in MISSING_GUARDS} <= {*CERTIFICATE.actions(), EVERY_DECISION}
    assert REFUSAL.action == "refuse"


def test_a_decision_says_of_itself_what_the_list_says_of_every_decision_and_of_its_move() -> None:
    common = [asked for action, asked in MISSING_GUARDS if action == EVERY_DECISION]
    assert len(common) == 2
    for decided in DecisionType:
        own = [asked for action, asked in MISSING_GUARDS if action == ACTIONS.get(decided)]
        assert not_checked(decided) == (*common, *own)
