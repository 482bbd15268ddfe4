"""The tables of DOMAIN §5a and of the conflict register, written down by hand, and their guards."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from itertools import product
from typing import Any

import pytest

from app.assessors.competence import Competence
from app.assessors.conflicts.lifecycle import CONFLICT, Source
from app.assessors.conflicts.lifecycle import Facts as ConflictFacts
from app.assessors.lifecycle import (
    AUDIT_COMPANY,
    AUDITOR,
    MISSING_GUARDS,
    AuditorFacts,
    CompanyFacts,
)
from app.assessors.reasons import REASONS, Reason
from app.kernel.roles import Role
from app.lifecycle.machine import BORN, Cause, Machine, Refused, Rule
from tests.making.assessors import COMPETENCE

TODAY = date(2026, 3, 10)
MANAGER, PROGRAMME, INTEGRITY = {"scheme_manager"}, {"programme_manager"}, {"integrity_officer"}
EVERYBODY = (
    MANAGER
    | PROGRAMME
    | INTEGRITY
    | {
        "lead_auditor",
        "auditor",
        "technical_expert",
        "reviewer",
        "decision_maker",
        "application_reviewer",
        "appeal_panel",
        "complaint_handler",
    }
)

# DOMAIN §5a, row by row: from, action, to, who.
COMPANY = [
    ("", "apply", "applied", PROGRAMME),
    ("applied", "approve", "approved", MANAGER),
    ("applied", "refuse", "refused", MANAGER),
    ("approved", "warn", "warned", INTEGRITY),
    ("warned", "clear", "approved", INTEGRITY),
    ("approved", "suspend", "suspended", INTEGRITY),
    ("warned", "suspend", "suspended", INTEGRITY),
    ("suspended", "reinstate", "approved", INTEGRITY),
    ("approved", "withdraw", "withdrawn", INTEGRITY),
    ("warned", "withdraw", "withdrawn", INTEGRITY),
    ("suspended", "withdraw", "withdrawn", INTEGRITY),
]
PERSON = [
    ("", "apply", "applied", MANAGER),
    ("applied", "train", "trained", MANAGER),
    ("trained", "examine", "examined", MANAGER),
    ("examined", "witness", "witnessed", MANAGER),
    ("witnessed", "approve", "approved", MANAGER),
    ("approved", "suspend", "suspended", INTEGRITY),
    ("suspended", "reinstate", "approved", INTEGRITY),
    ("approved", "withdraw", "withdrawn", INTEGRITY),
    ("suspended", "withdraw", "withdrawn", INTEGRITY),
]
# DESIGN §3: – → declared → ended.
REGISTER = [
    ("", "declare", "declared", EVERYBODY),
    ("declared", "end", "ended", MANAGER | INTEGRITY),
]


def of_company(action: str = "approve", **changes: Any) -> CompanyFacts:
    """Nothing stands against the move."""
    return CompanyFacts(**{"reason": REASONS.get(action, (None,))[0], **changes})


def of_auditor(action: str = "approve", **changes: Any) -> AuditorFacts:
    """Nothing stands against the move."""
    given: dict[str, Any] = {
        "today": TODAY,
        "of_audit_company": True,
        "educated": True,
        "experienced": True,
        "on": TODAY,
        "competence": COMPETENCE,
        "reason": REASONS.get(action, (None,))[0],
        **changes,
    }
    return AuditorFacts(**given)


def of_conflict(action: str = "declare", **changes: Any) -> ConflictFacts:
    """Nothing stands against the move."""
    given: dict[str, Any] = {
        "today": TODAY,
        "source": Source.DECLARED,
        "own": action == "declare",
        "officer": False,
        "since": date(2024, 1, 1),
        "until": None if action == "declare" else TODAY,
        **changes,
    }
    return ConflictFacts(**given)


MACHINES: Mapping[str, tuple[Machine[Any], list[tuple[str, str, str, set[str]]], Any]] = {
    "audit_company": (AUDIT_COMPANY, COMPANY, of_company),
    "auditor": (AUDITOR, PERSON, of_auditor),
    "conflict": (CONFLICT, REGISTER, of_conflict),
}


@pytest.mark.parametrize("name", MACHINES)
def test_each_table_is_that_of_section_5a(name: str) -> None:
    machine, table, _ = MACHINES[name]
    assert {
        (source, rule.action, rule.target, frozenset(rule.roles))
        for rule in machine.rules
        for source in rule.sources
    } == {(source, action, target, frozenset(who)) for source, action, target, who in table}


@pytest.mark.parametrize("name", MACHINES)
def test_every_state_times_action_times_role_is_allowed_or_refused_as_the_table_says(
    name: str,
) -> None:
    machine, table, facts = MACHINES[name]
    rows = {(source, action): (target, who) for source, action, target, who in table}
    for source, action, role in product([BORN, *machine.states], machine.actions(), Role):
        verdict = machine.decide(source, action, {role}, facts(action))
        row = rows.get((source, action))
        possible = set().union(*(who for (_, named), (_, who) in rows.items() if named == action))
        if role not in (row[1] if row else possible):
            assert isinstance(verdict, Refused)
            assert verdict.cause is Cause.ROLE
        elif row is None:
            assert isinstance(verdict, Refused)
            assert verdict.cause is Cause.STATE
        else:
            assert isinstance(verdict, Rule)
            assert verdict.target == row[0]


def test_what_gives_an_approval_back_or_takes_it_for_ever_is_signed_by_two_of_its_role_s5() -> None:
    signed_twice = {rule.action for rule in AUDIT_COMPANY.rules if rule.second}
    assert signed_twice == {"approve", "reinstate", "withdraw"}
    assert all(rule.second == rule.roles for rule in AUDIT_COMPANY.rules if rule.second)
    assert not any(rule.second for rule in AUDITOR.rules)


@pytest.mark.parametrize(
    ("machine", "facts", "source", "action"),
    [
        *((AUDIT_COMPANY, of_company, s, a) for s, a, _, _ in COMPANY if a in REASONS),
        *((AUDITOR, of_auditor, s, a) for s, a, _, _ in PERSON if a in REASONS),
    ],
)
def test_a_reason_is_a_code_of_the_list_that_fits_the_move(
    machine: Machine[Any], facts: Any, source: str, action: str
) -> None:
    for reason in (None, *Reason):
        verdict = machine.decide(source, action, set(Role), facts(action, reason=reason))
        if reason in REASONS[action]:
            assert isinstance(verdict, Rule)
        else:
            assert isinstance(verdict, Refused)
            assert f"{action} takes {', '.join(REASONS[action])}" in verdict.reasons[0]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"is_audit_company": False}, "the organisation is no audit company"),
        ({"standing": True}, "this company has applied or is approved already"),
    ],
)
def test_one_audit_company_applies_once(changes: dict[str, Any], said: str) -> None:
    facts = of_company("apply", **changes)
    verdict = AUDIT_COMPANY.decide(BORN, "apply", {Role.PROGRAMME_MANAGER}, facts)
    assert isinstance(verdict, Refused)
    assert verdict.reasons[0].startswith(said)


TOMORROW = TODAY + timedelta(days=1)


@pytest.mark.parametrize(
    ("source", "action", "changes", "said"),
    [
        (BORN, "apply", {"of_audit_company": False}, "this person belongs to no audit company"),
        (BORN, "apply", {"standing": True}, "this person has applied or is approved already"),
        ("applied", "train", {"on": TOMORROW}, f"the training lies ahead, on {TOMORROW}"),
        ("applied", "train", {"on": None}, "name the day of the training"),
        ("trained", "examine", {"on": TOMORROW}, f"the examination lies ahead, on {TOMORROW}"),
        ("examined", "witness", {"on": TOMORROW}, "the witnessed audit lies ahead"),
        ("examined", "witness", {"by_another": False}, "name another person who witnessed"),
        ("witnessed", "approve", {"educated": False}, "no education of this person is recorded"),
        ("witnessed", "approve", {"experienced": False}, "no work experience of this person"),
        ("witnessed", "approve", {"competence": None}, "name the kinds it is for"),
    ],
)
def test_each_guard_of_an_auditor_says_what_is_missing(
    source: str, action: str, changes: dict[str, Any], said: str
) -> None:
    verdict = AUDITOR.decide(source, action, set(Role), of_auditor(action, **changes))
    assert isinstance(verdict, Refused)
    assert verdict.cause is Cause.GUARD
    assert verdict.reasons[0].startswith(said)


def test_an_approval_names_each_part_of_its_scope() -> None:
    facts = of_auditor(competence=Competence(kinds=frozenset({"stage_1"})))
    verdict = AUDITOR.decide("witnessed", "approve", {Role.SCHEME_MANAGER}, facts)
    assert isinstance(verdict, Refused)
    assert verdict.reasons == (
        "name the standards it is for",
        "name the corridors it is for",
        "name the languages it is for",
    )


@pytest.mark.parametrize(
    ("source", "own", "officer", "barred"),
    [
        (Source.DECLARED, True, False, None),
        (Source.DECLARED, False, True, "declared by the person or company it concerns"),
        (Source.DISCOVERED, False, True, None),
        (Source.IMPORTED, False, True, None),
        (Source.DISCOVERED, False, False, "recorded by an integrity officer or a scheme manager"),
        (Source.DISCOVERED, True, True, "nobody records a discovery about themselves"),
    ],
)
def test_one_declares_ones_own_and_officers_record_what_they_found(
    source: Source, own: bool, officer: bool, barred: str | None
) -> None:
    facts = of_conflict(source=source, own=own, officer=officer)
    verdict = CONFLICT.decide(BORN, "declare", {Role.INTEGRITY_OFFICER}, facts)
    if barred is None:
        assert isinstance(verdict, Rule)
    else:
        assert isinstance(verdict, Refused)
        assert verdict.cause is Cause.INDEPENDENCE
        assert barred in verdict.reasons[0]


@pytest.mark.parametrize(
    ("action", "changes", "said"),
    [
        ("declare", {"since": TOMORROW}, "lies ahead: declare it when it begins"),
        ("declare", {"until": date(2023, 12, 31)}, "lies before its first"),
        ("declare", {"with_recruiter": False}, "the organisation is no recruiter"),
        ("declare", {"company_ties": False}, "an audit company cannot have such a tie"),
        ("end", {"until": None}, "name its last day"),
        ("end", {"until": TOMORROW}, "lies ahead"),
        ("end", {"until": date(2023, 12, 31)}, "lies before its first"),
    ],
)
def test_each_guard_of_a_conflict_says_what_is_wrong(
    action: str, changes: dict[str, Any], said: str
) -> None:
    source = BORN if action == "declare" else "declared"
    verdict = CONFLICT.decide(source, action, set(Role), of_conflict(action, **changes))
    assert isinstance(verdict, Refused)
    assert said in verdict.reasons[0]


def test_whoever_has_a_conflict_does_not_end_it() -> None:
    facts = replace(of_conflict("end"), own=True)
    verdict = CONFLICT.decide("declared", "end", {Role.INTEGRITY_OFFICER}, facts)
    assert isinstance(verdict, Refused)
    assert verdict.cause is Cause.INDEPENDENCE


def test_what_a_lost_approval_does_to_certificates_is_named_as_missing() -> None:
    assert {action for action, _ in MISSING_GUARDS} == {"suspend", "withdraw"}
