"""When an auditor's approval ends: 36 months, hours, witnessed audits (DOMAIN §5a)."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.assessors.approval import Approval, Audited, CompanyApproval, term
from app.assessors.competence import Competence
from app.assessors.lifecycle import AuditorState, CompanyState
from app.kernel.dates import last_day
from app.scheme.shipped import first_policy

POLICY = first_policy()
APPROVED = date(2026, 3, 15)
END = date(2029, 3, 14)


def audit(on: date, hours: int = POLICY.approval_hours, witnessed: bool = True) -> Audited:
    return Audited(on, hours, witnessed)


def test_without_an_audit_it_ends_after_36_months_and_says_why() -> None:
    found = term(APPROVED, [], POLICY)
    assert found.ends_on == END
    assert found.reasons == (
        "0 of 120 audit hours in the 36 months to 2029-03-14",
        "0 of 1 witnessed audits in the 36 months to 2029-03-14",
    )
    assert found.covers(END)
    assert not found.covers(END + timedelta(days=1))


@pytest.mark.parametrize(
    ("approved", "ends"),
    [
        (date(2024, 2, 29), date(2027, 2, 27)),
        (date(2025, 3, 1), date(2028, 2, 29)),
        (date(2026, 8, 31), date(2029, 8, 30)),
    ],
)
def test_months_are_those_of_the_calendar_on_29_february_too(approved: date, ends: date) -> None:
    assert term(approved, [], POLICY).ends_on == ends


def test_enough_hours_and_a_witnessed_audit_carry_it_on_36_months_from_them() -> None:
    on = date(2028, 6, 1)
    assert term(APPROVED, [audit(on)], POLICY).ends_on == last_day(on, 36) == date(2031, 5, 31)


@pytest.mark.parametrize(
    ("hours", "witnessed", "missing"),
    [
        (119, True, ("119 of 120 audit hours in the 36 months to 2029-03-14",)),
        (120, False, ("0 of 1 witnessed audits in the 36 months to 2029-03-14",)),
    ],
)
def test_either_alone_does_not(hours: int, witnessed: bool, missing: tuple[str, ...]) -> None:
    found = term(APPROVED, [audit(date(2028, 6, 1), hours, witnessed)], POLICY)
    assert (found.ends_on, found.reasons) == (END, missing)


def test_hours_add_up_over_audits_and_the_oldest_that_is_needed_says_how_long() -> None:
    audits = [
        audit(date(2027, 1, 10), 40),
        audit(date(2028, 1, 10), 40, witnessed=False),
        audit(date(2028, 9, 10), 40, witnessed=False),
    ]
    assert term(APPROVED, audits, POLICY).ends_on == last_day(date(2027, 1, 10), 36)
    more = [*audits, audit(date(2028, 12, 1), 80)]
    assert term(APPROVED, more, POLICY).ends_on == last_day(date(2028, 9, 10), 36)


def test_an_audit_on_its_last_day_counts_and_one_a_day_later_does_not_bring_it_back() -> None:
    assert term(APPROVED, [audit(END)], POLICY).ends_on == last_day(END, 36)
    assert term(APPROVED, [audit(END + timedelta(days=1))], POLICY).ends_on == END


def test_what_was_audited_before_the_approval_counts_as_long_as_it_is_young_enough() -> None:
    before = audit(APPROVED - timedelta(days=1))
    assert term(APPROVED, [before], POLICY).ends_on == END


DAYS = st.integers(0, 4000).map(lambda days: APPROVED + timedelta(days=days))
AUDITS = st.lists(st.builds(Audited, DAYS, st.integers(1, 150), st.booleans()), max_size=8)


def suffices(audits: list[Audited], day: date) -> bool:
    """The rule said plainly: enough in the 36 months that end with this day."""
    counted = [a for a in audits if a.on <= day <= last_day(a.on, POLICY.approval_months)]
    return sum(a.hours for a in counted) >= POLICY.approval_hours and any(
        a.witnessed for a in counted
    )


@given(AUDITS)
def test_it_ends_on_the_first_day_after_36_months_on_which_too_little_was_done(
    audits: list[Audited],
) -> None:
    ends_on = term(APPROVED, audits, POLICY).ends_on
    day = END
    while suffices(audits, day + timedelta(days=1)) and any(a.on <= day for a in audits):
        known = [a for a in audits if a.on <= day]
        if not suffices(known, day + timedelta(days=1)):
            break
        day += timedelta(days=1)
    assert ends_on == day


@pytest.mark.parametrize("state", AuditorState)
def test_only_an_approved_auditor_whose_term_runs_may_audit(state: AuditorState) -> None:
    approval = Approval("a", "p", state, Competence(), term(APPROVED, [], POLICY))
    if state is AuditorState.APPROVED:
        assert approval.gap(END) is None
        assert approval.gap(END + timedelta(days=1)) == (
            "was approved until 2029-03-14; it ended with 0 of 120 audit hours in the 36 months to"
            " 2029-03-14 and 0 of 1 witnessed audits in the 36 months to 2029-03-14"
        )
    else:
        assert approval.gap(END) == f"is {state} as an auditor, not approved"


@pytest.mark.parametrize(
    ("state", "starts", "finishes"),
    [
        (CompanyState.APPLIED, False, False),
        (CompanyState.APPROVED, True, True),
        (CompanyState.REFUSED, False, False),
        (CompanyState.WARNED, True, True),
        (CompanyState.SUSPENDED, False, True),
        (CompanyState.WITHDRAWN, False, False),
    ],
)
def test_a_suspended_company_finishes_and_starts_nothing_new_s_5a(
    state: CompanyState, starts: bool, finishes: bool
) -> None:
    approval = CompanyApproval(state)
    assert (approval.is_active, approval.may_finish) == (starts, finishes)
