"""As whom somebody acts on one audit (DOMAIN §3)."""

import pytest

from app.audits.kinds import RECOMMENDATIONS, Kind, Readiness
from app.audits.team import Member, Parties, roles_on, seat_of
from app.kernel.roles import Actor, Role

PARTIES = Parties(audit_company="company", recruiter="recruiter")
EVERY = frozenset(Role)
OF_THE_SCHEME = {Role.SCHEME_MANAGER, Role.INTEGRITY_OFFICER, Role.APPEAL_PANEL}


def actor(organisation: str, *roles: Role) -> Actor:
    return Actor("someone", organisation, frozenset(roles) or EVERY)


def test_a_seat_gives_its_own_role_and_no_other_s_3() -> None:
    for seat in (Role.LEAD_AUDITOR, Role.AUDITOR, Role.TECHNICAL_EXPERT):
        held = roles_on(actor("company"), PARTIES, seat)
        assert held & {Role.LEAD_AUDITOR, Role.AUDITOR, Role.TECHNICAL_EXPERT} == {seat}


def test_without_a_seat_an_auditor_has_no_role_on_the_audit_s_3() -> None:
    lead = actor("company", Role.LEAD_AUDITOR, Role.AUDITOR)
    assert roles_on(lead, PARTIES, None) == frozenset()


def test_a_seat_counts_only_while_its_role_is_held_and_inside_the_company_s_3() -> None:
    assert roles_on(actor("company", Role.LEAD_AUDITOR), PARTIES, Role.AUDITOR) == {Role.AUDITOR}
    assert roles_on(actor("company", Role.AUDITOR), PARTIES, Role.LEAD_AUDITOR) == frozenset()
    moved = actor("another company", Role.LEAD_AUDITOR)
    assert roles_on(moved, PARTIES, Role.LEAD_AUDITOR) == frozenset()


@pytest.mark.parametrize(
    ("organisation", "roles"),
    [
        ("company", {Role.PROGRAMME_MANAGER, Role.REVIEWER, Role.DECISION_MAKER}),
        ("recruiter", {Role.RECRUITER_ADMIN, Role.RECRUITER_STAFF}),
        ("another", set()),
    ],
)
def test_a_role_counts_on_the_audits_of_its_own_organisation_s_3(
    organisation: str, roles: set[Role]
) -> None:
    bound = {
        Role.PROGRAMME_MANAGER,
        Role.REVIEWER,
        Role.DECISION_MAKER,
        Role.RECRUITER_ADMIN,
        Role.RECRUITER_STAFF,
    }
    held = roles_on(actor(organisation), PARTIES, None)
    assert held & bound == roles
    assert held >= OF_THE_SCHEME


def test_a_seat_is_found_by_its_person() -> None:
    team = [Member("a", Role.LEAD_AUDITOR), Member("b", Role.AUDITOR)]
    assert seat_of("b", team) is Role.AUDITOR
    assert seat_of("c", team) is None
    assert seat_of(None, team) is None


def test_every_kind_of_audit_has_its_recommendations_s_9() -> None:
    assert set(RECOMMENDATIONS) == set(Kind)
    assert set(RECOMMENDATIONS[Kind.STAGE_1]) == {readiness.value for readiness in Readiness}
