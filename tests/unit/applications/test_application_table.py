"""The table of DOMAIN §5, row by row, written here by hand and compared with the machine."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from app.access.independence import Conflict, Tie
from app.applications.lifecycle import APPLICATION, EDITABLE, State, waiting_on
from app.assessors.approval import CompanyApproval
from app.assessors.lifecycle import CompanyState
from app.kernel.roles import Role
from app.lifecycle.machine import Cause, Refused, Rule
from app.scheme.shipped import first_policy
from tests.unit.applications.facts import NOW, facts, fee

RECRUITER = {"recruiter_admin", "recruiter_staff"}
REVIEWER = {"application_reviewer"}
SYSTEM = {"system"}

# (from, action): (to, who, who also signs)
DOMAIN_5: dict[tuple[str, str], tuple[str, set[str], set[str]]] = {
    ("", "draft"): ("draft", RECRUITER, set()),
    ("draft", "drop"): ("dropped", SYSTEM, set()),
    ("draft", "submit"): ("submitted", RECRUITER, set()),
    ("submitted", "clear_payment"): ("in_review", {"scheme_manager"}, set()),
    ("in_review", "defer"): ("deferred", REVIEWER, set()),
    ("deferred", "resume"): ("in_review", RECRUITER, set()),
    ("deferred", "lapse"): ("lapsed", SYSTEM, set()),
    ("in_review", "reject"): ("rejected", REVIEWER, REVIEWER),
    ("in_review", "accept"): ("accepted", REVIEWER, set()),
    ("accepted", "contract"): ("contracted", {"recruiter_admin"}, {"programme_manager"}),
    ("accepted", "lapse"): ("lapsed", SYSTEM, set()),
    ("draft", "withdraw"): ("withdrawn", RECRUITER, set()),
    ("submitted", "withdraw"): ("withdrawn", RECRUITER, set()),
    ("in_review", "withdraw"): ("withdrawn", RECRUITER, set()),
    ("deferred", "withdraw"): ("withdrawn", RECRUITER, set()),
    ("accepted", "withdraw"): ("withdrawn", RECRUITER, set()),
}
OVER = {"drop", "lapse"}


def test_the_machine_is_the_table_of_the_domain_and_nothing_else() -> None:
    assert {
        (source, action): (
            target,
            set(APPLICATION.rule(source, action).roles),
            set(APPLICATION.rule(source, action).second),
        )
        for source, action, target in APPLICATION.moves()
    } == DOMAIN_5


def test_a_rejection_is_signed_within_a_day_and_a_contract_within_the_offer() -> None:
    assert APPLICATION.rule("in_review", "reject").second_within == timedelta(hours=24)
    slow = replace(first_policy(), offer_days=91)
    assert APPLICATION.rule("accepted", "contract").waits(facts(policy=slow)) == timedelta(days=91)


def test_what_ends_an_application_ends_it_for_ever() -> None:
    assert APPLICATION.terminal() == {
        "dropped",
        "lapsed",
        "rejected",
        "contracted",
        "withdrawn",
    }


@pytest.mark.parametrize("action", APPLICATION.actions())
@pytest.mark.parametrize("state", ["", *State])
def test_each_move_is_made_from_its_states_by_its_roles_alone(state: str, action: str) -> None:
    since = NOW - timedelta(days=1000) if action in OVER else NOW
    row = DOMAIN_5.get((state, action))
    for role in Role:
        verdict = APPLICATION.decide(state, action, {role}, facts(state=state, since=since))
        if row is not None and role in row[1] | row[2]:
            assert isinstance(verdict, Rule)
            assert verdict.target == row[0]
        else:
            may = row is None and role in may_somewhere(action)
            assert isinstance(verdict, Refused)
            assert verdict.cause is (Cause.STATE if may else Cause.ROLE)


def may_somewhere(action: str) -> set[str]:
    """Who may sign this action from some state."""
    rows = [row for (_, known), row in DOMAIN_5.items() if known == action]
    return {role for _, who, also in rows for role in who | also}


@pytest.mark.parametrize(
    ("state", "action", "role", "changes", "said"),
    [
        (
            "submitted",
            "clear_payment",
            "scheme_manager",
            {"fee": fee()},
            "the application fee of 1000.00 USD has not been received",
        ),
        (
            "submitted",
            "clear_payment",
            "scheme_manager",
            {"fee": None},
            "the application fee of 1000.00 USD has not been received",
        ),
        ("in_review", "defer", "application_reviewer", {"items": ()}, "no missing item is listed"),
        (
            "draft",
            "submit",
            "recruiter_staff",
            {"register_faults": ("licence L-1 of NP: the register of NP does not name it",)},
            "the register of NP does not name it",
        ),
        (
            "in_review",
            "accept",
            "application_reviewer",
            {"register_faults": ("licence L-1 of NP: the register of NP calls it expired",)},
            "calls it expired",
        ),
        (
            "in_review",
            "accept",
            "application_reviewer",
            {"look_alikes": ("look-alike 7 is confirmed: withdrawn",)},
            "look-alike 7 is confirmed",
        ),
        ("deferred", "resume", "recruiter_staff", {"unanswered": 1}, "1 item of the deferral"),
        ("deferred", "resume", "recruiter_staff", {"unanswered": 3}, "3 items of the deferral"),
        ("in_review", "reject", "application_reviewer", {"reasons": ()}, "no reason code is given"),
        ("accepted", "contract", "recruiter_admin", {"audit_company": None}, "no audit company"),
    ],
)
def test_a_guard_refuses_with_a_sentence(
    state: str, action: str, role: str, changes: dict[str, object], said: str
) -> None:
    in_order = facts(state=state)
    assert isinstance(APPLICATION.decide(state, action, {Role(role)}, in_order), Rule)
    verdict = APPLICATION.decide(state, action, {Role(role)}, replace(in_order, **changes))  # type: ignore[arg-type]
    assert isinstance(verdict, Refused)
    assert verdict.cause is Cause.GUARD
    assert [said in reason for reason in verdict.reasons] == [True]


@pytest.mark.parametrize(
    ("state", "signed", "expected"),
    [
        ("draft", None, {"recruiter_admin", "recruiter_staff"}),
        ("submitted", None, {"scheme_manager"}),
        ("in_review", None, {"application_reviewer"}),
        ("in_review", "application_reviewer", {"application_reviewer"}),
        ("deferred", None, {"recruiter_admin", "recruiter_staff"}),
        ("accepted", None, {"recruiter_admin", "programme_manager"}),
        ("accepted", "recruiter_admin", {"programme_manager"}),
        ("contracted", None, set()),
        ("withdrawn", None, set()),
    ],
)
def test_it_is_known_whose_turn_it_is(state: str, signed: str | None, expected: set[str]) -> None:
    assert set(waiting_on(state, signed)) == expected


def test_the_content_changes_while_drafting_and_to_answer_a_deferral() -> None:
    assert {"draft", "deferred"} == EDITABLE


SUSPENDED = CompanyApproval(CompanyState.SUSPENDED)
TIE = Conflict(Tie.CONSULTANCY, NOW.date() - timedelta(days=900), None, of_company=True)


@pytest.mark.parametrize(
    ("source", "action", "changes", "said"),
    [
        ("in_review", "accept", {"competence": frozenset({"NP-MY"})}, "competent for NP-QA"),
        ("accepted", "contract", {"company": None}, "has no approval of the scheme"),
        ("accepted", "contract", {"company": SUSPENDED}, "is suspended, not approved"),
        ("accepted", "contract", {"company_conflicts": (TIE,)}, "gave consultancy"),
    ],
)
def test_competence_is_there_and_the_company_approved_and_without_conflict_s_5_s3(
    source: str, action: str, changes: dict[str, Any], said: str
) -> None:
    verdict = APPLICATION.decide(source, action, set(Role), facts(**changes))
    assert isinstance(verdict, Refused)
    assert verdict.cause is Cause.GUARD
    assert said in verdict.reasons[0]


def test_whoever_has_a_conflict_reviews_no_application_s2() -> None:
    for action in ("accept", "defer", "reject"):
        known = facts(conflicts=(replace(TIE, of_company=False),))
        verdict = APPLICATION.decide("in_review", action, {Role.APPLICATION_REVIEWER}, known)
        assert isinstance(verdict, Refused)
        assert verdict.cause is Cause.INDEPENDENCE
