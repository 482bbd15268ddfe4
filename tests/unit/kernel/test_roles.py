from app.kernel.roles import ANYONE, AUDITOR, RECRUITER, SYSTEM, Role

DOMAIN_3 = """
    scheme_manager appeal_panel integrity_officer application_reviewer programme_manager
    lead_auditor auditor technical_expert reviewer decision_maker recruiter_admin recruiter_staff
    employer complaint_handler observer worker public system
"""


def test_the_roles_are_those_of_domain_3_and_no_others() -> None:
    assert sorted(Role) == sorted(DOMAIN_3.split())


def test_recruiter_means_both_recruiter_roles_domain_3() -> None:
    assert set(RECRUITER) == {"recruiter_admin", "recruiter_staff"}


def test_auditor_includes_the_lead_auditor_but_not_the_technical_expert_domain_3() -> None:
    assert set(AUDITOR) == {"lead_auditor", "auditor"}


def test_the_system_and_the_public_are_nobody_in_particular() -> None:
    for actor, role in ((SYSTEM, Role.SYSTEM), (ANYONE, Role.PUBLIC)):
        assert actor.roles == {role}
        assert (actor.person, actor.organisation, actor.client) == (None, None, None)
