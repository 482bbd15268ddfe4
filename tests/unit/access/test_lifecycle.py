"""Role grants: who grants what to whom (DOMAIN §3, SECURITY S6)."""

from dataclasses import replace

import pytest

from app.access.lifecycle import ROLE_GRANT, ROLES_IN, Facts, Kind, State
from app.kernel.roles import Role
from app.lifecycle.machine import BORN, Cause, Refused, Rule

MANAGER = frozenset({Role.SCHEME_MANAGER})
FACTS = Facts(actor="ada", person="anna", role=Role.REVIEWER, kind=Kind.AUDIT_COMPANY)

# Written by hand from DOMAIN §3: which role belongs to which organisation.
SCHEME = {
    Role.SCHEME_MANAGER,
    Role.APPEAL_PANEL,
    Role.INTEGRITY_OFFICER,
    Role.APPLICATION_REVIEWER,
    Role.COMPLAINT_HANDLER,
}
EXPECTED = {
    Kind.SCHEME_OWNER: SCHEME,
    Kind.SCHEME_MANAGER: SCHEME,
    Kind.AUDIT_COMPANY: {
        Role.PROGRAMME_MANAGER,
        Role.LEAD_AUDITOR,
        Role.AUDITOR,
        Role.TECHNICAL_EXPERT,
        Role.REVIEWER,
        Role.DECISION_MAKER,
    },
    Kind.RECRUITER: {Role.RECRUITER_ADMIN, Role.RECRUITER_STAFF},
    Kind.EMPLOYER: {Role.EMPLOYER},
    Kind.GOVERNMENT_BODY: {Role.OBSERVER},
}


def decide(action: str, state: str, facts: Facts, roles: frozenset[Role] = MANAGER) -> object:
    return ROLE_GRANT.decide(state, action, roles, facts)


def test_the_machine_has_two_moves() -> None:
    assert ROLE_GRANT.moves() == [("", "grant", "held"), ("held", "end", "ended")]
    assert ROLE_GRANT.terminal() == {State.ENDED}


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("role", Role)
def test_a_role_is_granted_only_in_its_kind_of_organisation(kind: Kind, role: Role) -> None:
    verdict = decide("grant", BORN, replace(FACTS, role=role, kind=kind))

    assert isinstance(verdict, Rule) == (role in EXPECTED[kind])
    if isinstance(verdict, Refused):
        assert verdict.cause is Cause.GUARD


def test_every_granted_role_is_in_the_table_and_no_other() -> None:
    granted = set().union(*ROLES_IN.values())
    assert granted == set(Role) - {Role.WORKER, Role.PUBLIC, Role.SYSTEM}


def test_the_refusal_says_where_the_role_belongs() -> None:
    verdict = decide("grant", BORN, replace(FACTS, kind=Kind.RECRUITER))
    assert isinstance(verdict, Refused)
    assert verdict.reasons == (
        "the role reviewer belongs to the kind audit_company, not to recruiter",
    )


def test_nobody_is_granted_the_role_of_the_system() -> None:
    verdict = decide("grant", BORN, replace(FACTS, role=Role.SYSTEM))
    assert isinstance(verdict, Refused)
    assert verdict.reasons == ("nobody is granted the role system",)


@pytest.mark.parametrize(("action", "state"), [("grant", BORN), ("end", State.HELD)])
def test_nobody_grants_or_ends_their_own_role(action: str, state: str) -> None:
    verdict = decide(action, state, replace(FACTS, actor="anna"))
    assert isinstance(verdict, Refused)
    assert verdict.cause is Cause.INDEPENDENCE


def test_a_role_is_held_once() -> None:
    verdict = decide("grant", BORN, replace(FACTS, held=True))
    assert isinstance(verdict, Refused)
    assert verdict.reasons == ("this person holds the role reviewer already",)


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.SCHEME_MANAGER, Role.SYSTEM}))
@pytest.mark.parametrize(("action", "state"), [("grant", BORN), ("end", State.HELD)])
def test_only_a_scheme_manager_grants_and_ends(action: str, state: str, role: Role) -> None:
    verdict = decide(action, state, FACTS, frozenset({role}))
    assert isinstance(verdict, Refused)
    assert verdict.cause is Cause.ROLE


def test_an_ended_grant_stays_ended() -> None:
    verdict = decide("end", State.ENDED, FACTS)
    assert isinstance(verdict, Refused)
    assert verdict.cause is Cause.STATE


def test_the_system_grants_on_the_command_line() -> None:
    verdict = decide("grant", BORN, replace(FACTS, actor=None), frozenset({Role.SYSTEM}))
    assert isinstance(verdict, Rule)
