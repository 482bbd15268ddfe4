"""Whose cases each role sees (SECURITY S7): written by hand from DOMAIN §3."""

from itertools import product

import pytest

from app.access.visibility import sight
from app.kernel.roles import ANYONE, SYSTEM, Actor, Role

ALL, COMPANY, ASSIGNED, OWN, NOTHING = "all", "company", "assigned", "own", "nothing"
EXPECTED = {
    Role.SCHEME_MANAGER: ALL,
    Role.INTEGRITY_OFFICER: ALL,
    Role.APPLICATION_REVIEWER: ALL,
    Role.APPEAL_PANEL: ALL,
    Role.SYSTEM: ALL,
    Role.PROGRAMME_MANAGER: COMPANY,
    Role.REVIEWER: COMPANY,
    Role.DECISION_MAKER: COMPANY,
    Role.LEAD_AUDITOR: ASSIGNED,
    Role.AUDITOR: ASSIGNED,
    Role.TECHNICAL_EXPERT: ASSIGNED,
    Role.RECRUITER_ADMIN: OWN,
    Role.RECRUITER_STAFF: OWN,
    Role.EMPLOYER: NOTHING,
    Role.OBSERVER: NOTHING,
    Role.COMPLAINT_HANDLER: NOTHING,
    Role.WORKER: NOTHING,
    Role.PUBLIC: NOTHING,
}


def actor(*roles: Role, organisation: str | None = "ours") -> Actor:
    return Actor("anna", organisation, frozenset(roles))


def expected(role: Role, company: str | None, recruiter: str | None, assigned: bool) -> bool:
    return {
        ALL: True,
        COMPANY: company == "ours",
        ASSIGNED: assigned and company == "ours",
        OWN: recruiter == "ours",
        NOTHING: False,
    }[EXPECTED[role]]


@pytest.mark.parametrize("role", Role)
def test_each_role_sees_exactly_its_cases(role: Role) -> None:
    for company, recruiter, assigned in product(
        ["ours", "theirs", None], ["ours", "theirs", None], [True, False]
    ):
        seen = sight(actor(role)).covers(
            audit_company=company, recruiter_organisation=recruiter, assigned=assigned
        )
        assert seen == expected(role, company, recruiter, assigned), (company, recruiter, assigned)


def test_several_roles_see_what_any_of_them_sees() -> None:
    both = sight(actor(Role.REVIEWER, Role.AUDITOR))
    assert both.covers(audit_company="ours", recruiter_organisation=None)
    assert not both.covers(audit_company="theirs", recruiter_organisation=None, assigned=True)
    assert not both.covers(audit_company="theirs", recruiter_organisation="ours")


def test_without_an_organisation_nothing_is_ones_own() -> None:
    nobody = sight(actor(Role.REVIEWER, Role.RECRUITER_ADMIN, organisation=None))
    assert not nobody.covers(audit_company=None, recruiter_organisation=None)


def test_the_system_sees_all_and_the_public_nothing() -> None:
    assert sight(SYSTEM).everything
    assert not sight(ANYONE).covers(audit_company=None, recruiter_organisation=None, assigned=True)
