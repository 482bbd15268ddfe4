"""The table of DOMAIN §6, written down by hand, and each of its guards."""

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from app.audits.kinds import Kind, Readiness
from app.audits.lifecycle import AUDIT, MISSING_GUARDS, Facts, Proposal, State
from app.audits.team import Candidate, Member
from app.audits.timers import Moved
from app.kernel.roles import Role
from app.lifecycle.machine import BORN, Cause, Refused, Rule
from app.scheme.standard import Indicator
from tests.making.audit_facts import AUDITOR, LEAD, NOW, candidate, of_audit

PROGRAMME_MANAGER = {"programme_manager"}
RECRUITER = {"recruiter_admin", "recruiter_staff"}
LEAD_AUDITOR = {"lead_auditor"}
REVIEWER = {"reviewer"}

# DOMAIN §6, row by row: from, action, to, who.
TABLE = [
    ("", "plan", "planned", PROGRAMME_MANAGER),
    ("planned", "propose_team", "team_proposed", PROGRAMME_MANAGER),
    ("team_proposed", "object", "objected", RECRUITER),
    ("objected", "propose_team", "team_proposed", PROGRAMME_MANAGER),
    ("team_proposed", "confirm", "confirmed", LEAD_AUDITOR),
    ("confirmed", "postpone", "confirmed", PROGRAMME_MANAGER),
    ("confirmed", "open", "in_progress", LEAD_AUDITOR),
    ("in_progress", "abort", "aborted", LEAD_AUDITOR),
    ("in_progress", "close_fieldwork", "fieldwork_done", LEAD_AUDITOR),
    ("fieldwork_done", "release_draft", "commenting", LEAD_AUDITOR),
    ("commenting", "submit_report", "report_submitted", LEAD_AUDITOR),
    ("report_submitted", "return", "returned", REVIEWER),
    ("returned", "submit_report", "report_submitted", LEAD_AUDITOR),
    ("report_submitted", "pass_review", "reviewed", REVIEWER),
    ("reviewed", "close", "closed", REVIEWER | {"decision_maker"}),
    ("planned", "cancel", "cancelled", PROGRAMME_MANAGER),
    ("team_proposed", "cancel", "cancelled", PROGRAMME_MANAGER),
    ("confirmed", "cancel", "cancelled", PROGRAMME_MANAGER),
]
ROWS = {(source, action): (target, who) for source, action, target, who in TABLE}
ACTIONS = sorted({action for _, action, _, _ in TABLE})


def refused(action: str, source: str, facts: Facts, role: Role = Role.REVIEWER) -> str:
    """Why this move is refused; fails when it is not."""
    verdict = AUDIT.decide(source, action, {role}, facts)
    assert isinstance(verdict, Refused)
    return "; ".join(verdict.reasons)


def accepted(action: str, source: str, facts: Facts, role: Role) -> bool:
    return isinstance(AUDIT.decide(source, action, {role}, facts), Rule)


def test_the_table_is_that_of_section_6() -> None:
    assert {
        (source, rule.action): (rule.target, set(rule.roles))
        for rule in AUDIT.rules
        for source in rule.sources
    } == ROWS
    assert not any(rule.second for rule in AUDIT.rules)
    assert AUDIT.terminal() == {"aborted", "closed", "cancelled"}


@pytest.mark.parametrize("action", ACTIONS)
def test_a_move_is_made_from_its_states_by_its_roles_and_by_nobody_else_s_6(action: str) -> None:
    possible = set().union(*(who for (_, named), (_, who) in ROWS.items() if named == action))
    for source, role in product([BORN, *State], Role):
        verdict = AUDIT.decide(source, action, {role}, of_audit())
        row = ROWS.get((source, action))
        if row is not None and role in row[1]:
            assert isinstance(verdict, Rule)
            assert verdict.target == row[0]
        else:
            assert isinstance(verdict, Refused)
            by_role = role not in (row[1] if row else possible)
            assert verdict.cause is (Cause.ROLE if by_role else Cause.STATE)


def test_only_a_contracted_recruiter_is_audited_s_6() -> None:
    assert refused("plan", BORN, of_audit(case_state="accepted"), Role.PROGRAMME_MANAGER) == (
        "the application is accepted; audits are planned once it is contracted"
    )


def propose(*candidates: Candidate, source: State = State.PLANNED, **changes: object) -> str:
    facts = of_audit(proposal=Proposal(candidates), **changes)
    return refused("propose_team", source, facts, Role.PROGRAMME_MANAGER)


@pytest.mark.parametrize("leads", [0, 2])
def test_a_team_has_exactly_one_lead_auditor_s_6(leads: int) -> None:
    others = [candidate(f"lead {n}", LEAD.role) for n in range(leads)]
    assert propose(AUDITOR, *others) == f"a team has exactly one lead auditor, not {leads}"


def test_a_team_is_made_of_people_of_the_audit_company_s_3() -> None:
    stranger = candidate("stranger", Role.AUDITOR, of_the_company=False)
    assert propose(LEAD, stranger) == "not of the audit company: stranger"


@pytest.mark.parametrize(
    ("seat", "held", "fits"),
    [
        (Role.LEAD_AUDITOR, Role.LEAD_AUDITOR, True),
        (Role.LEAD_AUDITOR, Role.AUDITOR, False),
        (Role.AUDITOR, Role.AUDITOR, True),
        (Role.AUDITOR, Role.LEAD_AUDITOR, True),
        (Role.AUDITOR, Role.TECHNICAL_EXPERT, False),
        (Role.TECHNICAL_EXPERT, Role.TECHNICAL_EXPERT, True),
        (Role.TECHNICAL_EXPERT, Role.AUDITOR, False),
    ],
)
def test_a_seat_needs_its_role_and_auditor_includes_lead_auditor_s_3(
    seat: Role, held: Role, fits: bool
) -> None:
    other = candidate("other", seat, holds=frozenset({held}))
    team = (other, AUDITOR) if seat is Role.LEAD_AUDITOR else (LEAD, other)
    if fits:
        facts = of_audit(proposal=Proposal(team))
        assert accepted("propose_team", State.PLANNED, facts, Role.PROGRAMME_MANAGER)
    else:
        assert propose(*team) == "they do not hold the role of their seat: other"


def test_a_programme_manager_never_audits_alone_what_they_planned_s_3() -> None:
    planner = candidate("planner", LEAD.role)
    assert "does not carry it out alone" in propose(planner)
    facts = of_audit(proposal=Proposal((planner, AUDITOR)))
    assert accepted("propose_team", State.PLANNED, facts, Role.PROGRAMME_MANAGER)


def test_every_fault_of_a_team_is_told_at_once() -> None:
    stranger = candidate("stranger", Role.AUDITOR, of_the_company=False, holds=frozenset())
    unfit = candidate("planner", Role.AUDITOR, holds=frozenset())
    reasons = propose(stranger, unfit)
    for part in ("exactly one lead", "not of the audit company: stranger", "their seat: planner"):
        assert part in reasons


def test_an_objection_is_met_with_another_team_or_refused_with_a_reason_s_6() -> None:
    team = frozenset({Member("lead", LEAD.role), Member("auditor", AUDITOR.role)})
    assert propose(LEAD, AUDITOR, source=State.OBJECTED, team=team) == (
        "propose another team, or refuse the objection with a reason"
    )
    for facts in (
        of_audit(team=team, proposal=Proposal((LEAD, AUDITOR), objection_refused=True)),
        of_audit(team=team, proposal=Proposal((LEAD,))),
    ):
        assert accepted("propose_team", State.OBJECTED, facts, Role.PROGRAMME_MANAGER)


def test_the_offer_of_a_team_says_what_it_needs() -> None:
    facts = of_audit(proposal=None)
    for state in (State.PLANNED, State.OBJECTED):
        offers = AUDIT.allowed(state, {Role.PROGRAMME_MANAGER}, facts)
        assert {"propose_team": ("propose a team with one lead auditor",)}.items() <= {
            offer.action: offer.missing for offer in offers
        }.items()
    nobody = of_audit(proposal=Proposal(()))
    assert refused("propose_team", State.PLANNED, nobody, Role.PROGRAMME_MANAGER) == (
        "a team has exactly one lead auditor, not 0"
    )


def test_nobody_objects_to_the_team_of_an_unannounced_audit_s_6() -> None:
    facts = of_audit(unannounced=True)
    assert "unannounced" in refused("object", State.TEAM_PROPOSED, facts, Role.RECRUITER_STAFF)


@pytest.mark.parametrize(
    ("now", "in_time"),
    [
        (datetime(2026, 3, 17, 23, 59, 59, tzinfo=UTC), True),
        (datetime(2026, 3, 18, tzinfo=UTC), False),
    ],
)
def test_an_objection_comes_within_5_working_days_s_6(now: datetime, in_time: bool) -> None:
    facts = of_audit(now=now, moves=(Moved("propose_team", NOW),))
    if in_time:
        assert accepted("object", State.TEAM_PROPOSED, facts, Role.RECRUITER_ADMIN)
    else:
        assert refused("object", State.TEAM_PROPOSED, facts, Role.RECRUITER_ADMIN) == (
            "objections to this team were possible until 2026-03-17"
        )


def test_the_time_to_object_begins_with_each_team_s_6() -> None:
    later = NOW + timedelta(days=30)
    facts = of_audit(now=later, moves=(Moved("propose_team", NOW), Moved("propose_team", later)))
    assert accepted("object", State.TEAM_PROPOSED, facts, Role.RECRUITER_ADMIN)


@pytest.mark.parametrize(
    ("now", "in_time"),
    [
        (datetime(2026, 3, 20, 23, 59, 59, tzinfo=UTC), True),
        (datetime(2026, 3, 21, tzinfo=UTC), False),
    ],
)
def test_an_audit_is_confirmed_14_days_ahead_s_6(now: datetime, in_time: bool) -> None:
    facts = of_audit(now=now)
    if in_time:
        assert accepted("confirm", State.TEAM_PROPOSED, facts, Role.LEAD_AUDITOR)
    else:
        assert refused("confirm", State.TEAM_PROPOSED, facts, Role.LEAD_AUDITOR) == (
            "an audit is confirmed at least 14 days ahead: this one by 2026-03-20,"
            " and today is 2026-03-21"
        )


def test_an_audit_without_notice_is_confirmed_at_any_time_s_6() -> None:
    facts = of_audit(confirm_until=None, now=NOW + timedelta(days=200))
    assert accepted("confirm", State.TEAM_PROPOSED, facts, Role.LEAD_AUDITOR)


@pytest.mark.parametrize(("before", "allowed"), [(0, True), (1, True), (2, False)])
def test_a_third_postponement_counts_as_refusal_s_6(before: int, allowed: bool) -> None:
    facts = of_audit(moves=(Moved("postpone", NOW),) * before)
    if allowed:
        assert accepted("postpone", State.CONFIRMED, facts, Role.PROGRAMME_MANAGER)
    else:
        reason = refused("postpone", State.CONFIRMED, facts, Role.PROGRAMME_MANAGER)
        assert reason.startswith("this audit was postponed 2 times; one more counts as a refusal")


@pytest.mark.parametrize(
    ("kind", "stage_1", "reason"),
    [
        (Kind.STAGE_2, None, "stage 2 opens after stage 1 is closed, and no stage 1 of this case"),
        (Kind.STAGE_2, Readiness.NOT_READY, "stage 1 was closed as not ready"),
        (Kind.STAGE_2, Readiness.READY_WITH_CONCERNS, None),
        (Kind.STAGE_2, Readiness.READY, None),
        *((kind, None, None) for kind in Kind if kind is not Kind.STAGE_2),
    ],
)
def test_stage_2_needs_a_stage_1_without_a_potential_major_s_6(
    kind: Kind, stage_1: Readiness | None, reason: str | None
) -> None:
    facts = of_audit(kind=kind, stage_1=stage_1)
    if reason is None:
        assert accepted("open", State.CONFIRMED, facts, Role.LEAD_AUDITOR)
    else:
        assert refused("open", State.CONFIRMED, facts, Role.LEAD_AUDITOR).startswith(reason)


def test_fieldwork_ends_with_findings_issued_and_signed_or_refused_s_6() -> None:
    facts = of_audit(without_finding=("A.1", "L-1.2"), acknowledgement=None)
    reasons = refused("close_fieldwork", State.IN_PROGRESS, facts, Role.LEAD_AUDITOR)
    assert "without a finding: A.1, L-1.2; issue the findings" in reasons
    assert "signed the list of findings or refused to" in reasons


def test_a_draft_needs_every_indicator_answered_and_names_the_first_that_are_not_s_6() -> None:
    missing = tuple(Indicator("A.1", element) for element in "abcdefg")
    facts = of_audit(unanswered=missing, without_finding=("A.3",))
    reasons = refused("release_draft", State.FIELDWORK_DONE, facts, Role.LEAD_AUDITOR)
    assert reasons.startswith(
        "7 of 120 indicators are unanswered: A.1 a, A.1 b, A.1 c, A.1 d, A.1 e and 2 more"
    )
    assert "without a finding: A.3" in reasons


@pytest.mark.parametrize("source", [State.COMMENTING, State.RETURNED])
@pytest.mark.parametrize(("comments", "said"), [(1, "1 comment is"), (2, "2 comments are")])
def test_a_report_needs_every_comment_answered_and_every_indicator_s_6(
    source: State, comments: int, said: str
) -> None:
    facts = of_audit(unanswered=(Indicator("A.1", "a"),), open_comments=comments)
    reasons = refused("submit_report", source, facts, Role.LEAD_AUDITOR)
    assert "1 of 120 indicators are unanswered: A.1 a" in reasons
    assert f"{said} unanswered" in reasons


@pytest.mark.parametrize("action", ["return", "pass_review", "close"])
def test_whoever_touched_the_evidence_neither_reviews_nor_closes_s_3(action: str) -> None:
    for source in (State.REPORT_SUBMITTED, State.REVIEWED, State.PLANNED):
        verdict = AUDIT.decide(source, action, {Role.REVIEWER}, of_audit(person="lead"))
        assert isinstance(verdict, Refused)
        assert verdict.cause is Cause.INDEPENDENCE
        assert "was in the audit team" in verdict.reasons[0]


def test_stage_1_is_closed_by_the_reviewer_with_its_readiness_s_6() -> None:
    facts = of_audit(kind=Kind.STAGE_1)
    assert refused("close", State.REVIEWED, facts) == (
        "say how ready the recruiter is: ready, ready_with_concerns or not_ready"
    )
    ready = of_audit(kind=Kind.STAGE_1, readiness=Readiness.READY)
    assert accepted("close", State.REVIEWED, ready, Role.REVIEWER)
    decider = of_audit(
        kind=Kind.STAGE_1, readiness=Readiness.READY, roles=frozenset({Role.DECISION_MAKER})
    )
    assert refused("close", State.REVIEWED, decider, Role.DECISION_MAKER) == (
        "a stage_1 audit is closed by the reviewer; no decision is made on it"
    )


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind is not Kind.STAGE_1])
def test_any_other_audit_is_closed_with_the_decision_on_it_s_6(kind: Kind) -> None:
    undecided = of_audit(kind=kind, readiness=Readiness.READY, decided=False)
    assert refused("close", State.REVIEWED, undecided) == (
        f"a {kind} audit closes with the decision made on it"
    )
    assert accepted("close", State.REVIEWED, of_audit(kind=kind), Role.DECISION_MAKER)


def test_what_is_not_guarded_yet_is_listed() -> None:
    assert {action for action, _ in MISSING_GUARDS} <= set(AUDIT.actions())
