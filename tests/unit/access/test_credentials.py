"""How API keys are written, and the tables of invitations, sessions and keys (SECURITY R8)."""

import random
import string
from datetime import UTC, datetime
from itertools import product

import pytest

from app.access.api_keys.lifecycle import API_KEY, PATTERN, is_key, new_key
from app.access.invitations.lifecycle import INVITATION, Facts, inviters
from app.access.lifecycle import (
    CLIENT,
    ORGANISATION,
    PERSON,
    ClientFacts,
    Kind,
    OrganisationFacts,
    PersonFacts,
)
from app.access.sessions.lifecycle import SESSION
from app.access.sessions.lifecycle import Facts as SessionFacts
from app.kernel.roles import Role
from app.lifecycle.machine import BORN, Refused
from tests.effort import rounds

NOW = datetime(2026, 3, 2, tzinfo=UTC)


def test_a_scanner_finds_every_key_and_nothing_else() -> None:
    """R8: 1,000 of 1,000 found, none in many random strings of the same shape."""
    keys = [new_key() for _ in range(1_000)]
    assert len(set(keys)) == 1_000
    text = "\n".join(f'token="{key}";' for key in keys)
    assert PATTERN.findall(text) == keys
    assert all(map(is_key, keys))
    drawn = random.Random(1)
    letters = string.ascii_letters + string.digits
    for _ in range(rounds(20_000, 1_000_000)):
        assert not is_key("erc_" + "".join(drawn.choices(letters, k=38)))


def test_a_mistyped_key_is_none() -> None:
    key = new_key()
    for place in range(4, len(key)):
        other = "0" if key[place] != "0" else "1"
        assert not is_key(key[:place] + other + key[place + 1 :])
    for text in ("", "erc_", key + "0", key[:-1], key.upper(), f" {key}", f"{key}\n"):
        assert not is_key(text)


MOVES = {
    # Written by hand (DOMAIN §3, DESIGN §3): machine, action → source: target.
    "organisation": {
        "register": {"": "active"},
        "sign_up": {"": "active"},
        "close": {"active": "closed"},
        "reopen": {"closed": "active"},
    },
    "person": {
        "register": {"": "active"},
        "join": {"": "active"},
        "sign_up": {"": "active"},
        "set_password": {"active": "active"},
        "change_password": {"active": "active"},
        "lock": {"active": "locked"},
        "unlock": {"locked": "active"},
        "leave": {"active": "left", "locked": "left"},
        "rejoin": {"left": "active"},
    },
    "client": {"create": {"": "active"}, "revoke": {"active": "revoked"}},
    "invitation": {
        "invite": {"": "open"},
        "accept": {"open": "accepted"},
        "withdraw": {"open": "withdrawn"},
    },
    "session": {"open": {"": "open"}, "end": {"open": "ended"}},
    "api_key": {"create": {"": "active"}, "revoke": {"active": "revoked"}},
}
WHO = {
    # Who may, by role, where no role at all is named it is theirs: PUBLIC.
    ("organisation", "register"): {Role.SCHEME_MANAGER, Role.SYSTEM},
    ("organisation", "sign_up"): {Role.PUBLIC},
    ("organisation", "close"): {Role.SCHEME_MANAGER},
    ("organisation", "reopen"): {Role.SCHEME_MANAGER},
    ("person", "register"): {Role.SCHEME_MANAGER, Role.SYSTEM},
    ("person", "join"): {Role.PUBLIC},
    ("person", "sign_up"): {Role.PUBLIC},
    ("person", "set_password"): {Role.PUBLIC},
    ("person", "change_password"): {Role.PUBLIC},
    ("person", "lock"): {Role.SCHEME_MANAGER},
    ("person", "unlock"): {Role.SCHEME_MANAGER},
    ("person", "leave"): {
        Role.SCHEME_MANAGER, Role.PROGRAMME_MANAGER, Role.RECRUITER_ADMIN, Role.EMPLOYER,
    },
    ("person", "rejoin"): {Role.PUBLIC},
    ("client", "create"): {Role.SCHEME_MANAGER, Role.SYSTEM, Role.PUBLIC},
    ("client", "revoke"): {Role.SCHEME_MANAGER, Role.SYSTEM, Role.PUBLIC},
    ("invitation", "invite"): {
        Role.SCHEME_MANAGER, Role.PROGRAMME_MANAGER, Role.RECRUITER_ADMIN, Role.EMPLOYER,
    },
    ("invitation", "accept"): {Role.PUBLIC},
    ("invitation", "withdraw"): {
        Role.SCHEME_MANAGER, Role.PROGRAMME_MANAGER, Role.RECRUITER_ADMIN, Role.EMPLOYER,
    },
    ("session", "open"): {Role.PUBLIC},
    ("session", "end"): {Role.PUBLIC, Role.SYSTEM},
    ("api_key", "create"): {Role.PUBLIC},
    ("api_key", "revoke"): {Role.PUBLIC, Role.SCHEME_MANAGER, Role.SYSTEM},
}  # fmt: skip


def facts(**changes: object) -> Facts:
    given: dict[str, object] = {
        "now": NOW,
        "expires_at": NOW.replace(day=16),
        "kind": Kind.AUDIT_COMPANY,
        "roles": frozenset({Role.AUDITOR}),
        "inviter_roles": frozenset({Role.PROGRAMME_MANAGER}),
    }
    return Facts(**{**given, **changes})  # type: ignore[arg-type]


GRANTED = {
    "organisation": OrganisationFacts(actor="a", organisation="b"),
    "person": PersonFacts(actor="a", person="b"),
    "client": ClientFacts(is_own=True),
    "invitation": facts(),
    "session": SessionFacts(),
    "api_key": None,
}


@pytest.mark.parametrize("machine", [ORGANISATION, PERSON, CLIENT, INVITATION, SESSION, API_KEY])
def test_every_state_action_and_role_is_as_the_table_says(machine: object) -> None:
    expected = MOVES[machine.name]  # type: ignore[attr-defined]
    assert set(machine.actions()) == set(expected)  # type: ignore[attr-defined]
    for state, action, role in product([BORN, *machine.states], expected, Role):  # type: ignore[attr-defined]
        verdict = machine.decide(state, action, {role}, GRANTED[machine.name])  # type: ignore[attr-defined]
        target = expected[action].get(state)
        allowed = target is not None and role in WHO[machine.name, action]  # type: ignore[attr-defined]
        assert isinstance(verdict, Refused) is not allowed, (state, action, role)
        if not isinstance(verdict, Refused):
            assert verdict.target == target


@pytest.mark.parametrize(
    ("action", "changes", "reason"),
    [
        ("accept", {"now": NOW.replace(day=16)}, "it expired on 2026-03-16"),
        ("accept", {"now": NOW.replace(day=15, hour=23)}, None),
        ("accept", {"inviter_roles": frozenset()}, "may do so no more"),
        ("accept", {"inviter_roles": frozenset({Role.RECRUITER_ADMIN})}, "may do so no more"),
        ("accept", {"inviter_roles": frozenset({Role.SCHEME_MANAGER})}, None),
        ("accept", {"enters": False}, "ask the scheme manager"),
        ("accept", {"widens": frozenset({Role.REVIEWER})}, "gives themselves the role reviewer"),
    ],
)
def test_the_guards_of_an_invitation(
    action: str, changes: dict[str, object], reason: str | None
) -> None:
    verdict = INVITATION.decide("open", action, {Role.PUBLIC}, facts(**changes))
    if reason is None:
        assert not isinstance(verdict, Refused)
    else:
        assert isinstance(verdict, Refused)
        assert reason in verdict.reasons[0]


def test_roles_are_named_that_fit_the_house() -> None:
    manager = {Role.SCHEME_MANAGER}
    for roles, reason in (
        (frozenset(), "name at least one role"),
        (frozenset({Role.SYSTEM, Role.AUDITOR}), "nobody holds the role system"),
        (frozenset({Role.RECRUITER_ADMIN}), "nobody holds the role recruiter_admin"),
    ):
        refused = INVITATION.decide(BORN, "invite", manager, facts(roles=roles))
        assert isinstance(refused, Refused)
        assert reason in refused.reasons[0]


def test_each_kind_is_invited_into_by_its_own_administrator_or_the_manager() -> None:
    own = {kind: inviters(kind) - {Role.SCHEME_MANAGER} for kind in Kind}
    assert own == {
        Kind.SCHEME_OWNER: set(),
        Kind.SCHEME_MANAGER: set(),
        Kind.AUDIT_COMPANY: {Role.PROGRAMME_MANAGER},
        Kind.RECRUITER: {Role.RECRUITER_ADMIN},
        Kind.EMPLOYER: {Role.EMPLOYER},
        Kind.GOVERNMENT_BODY: set(),
    }
