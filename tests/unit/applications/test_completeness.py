"""What an application must say (DOMAIN §5, eligibility): every gap is named in words."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from app.applications.content import Content, Iso9001, Licence, SelfAssessment, Site
from app.applications.lifecycle import APPLICATION, Payment
from app.kernel.money import Money
from app.kernel.roles import Role
from app.lifecycle.machine import Refused, Rule
from tests.making.applications import content
from tests.unit.applications.facts import TODAY, facts

DAY = timedelta(days=1)


def licence(country: str = "NP", begins: int = -10, ends: int = 10) -> Licence:
    return Licence(country, "L-1", TODAY + begins * DAY, TODAY + ends * DAY)


def reasons(action: str, **changes: Any) -> list[str]:
    """Why the content is refused; nothing where it is not."""
    state, role = {
        "submit": ("draft", Role.RECRUITER_STAFF),
        "accept": ("in_review", Role.APPLICATION_REVIEWER),
    }[action]
    known = facts(state=state, content=replace(content(TODAY), **changes))
    verdict = APPLICATION.decide(state, action, {role}, known)
    return list(verdict.reasons) if isinstance(verdict, Refused) else []


def test_an_empty_draft_is_told_everything_that_is_missing() -> None:
    verdict = APPLICATION.decide(
        "draft", "submit", {Role.RECRUITER_ADMIN}, facts(content=Content())
    )
    assert isinstance(verdict, Refused)
    assert verdict.reasons == (
        "no corridor is named",
        "no sector is named",
        "no site is named",
        "the number of workers placed in a year is not given",
        "no licence is given",
        "the day on which the capacity-building programme was completed is not given",
        "the self-assessment is not given",
    )


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"corridors": ()}, "no corridor is named"),
        ({"sectors": ()}, "no sector is named"),
        ({"sites": ()}, "no site is named"),
        ({"workers_per_year": None}, "the number of workers"),
        ({"licences": ()}, "no licence is given"),
        ({"capacity_building_completed_on": None}, "capacity-building"),
        ({"capacity_building_completed_on": TODAY + DAY}, "dated 2026-03-03, which lies ahead"),
        ({"self_assessment": None}, "the self-assessment is not given"),
        ({"self_assessment": SelfAssessment(TODAY + DAY)}, "2026-03-03, which lies ahead"),
        (
            {"self_assessment": SelfAssessment(TODAY.replace(year=2025, day=1))},
            "the self-assessment of 2025-03-01 is older than 12 months",
        ),
        (
            {"iso_9001": Iso9001("Q-1", "Example", TODAY - DAY)},
            "ISO 9001 certificate that is claimed ended on 2026-03-01",
        ),
        ({"licences": (licence("MY"),)}, "no licence is given for NP"),
        ({"licences": (licence(begins=1),)}, "no licence given for NP is valid on 2026-03-02"),
        ({"licences": (licence(ends=-1),)}, "no licence given for NP is valid on 2026-03-02"),
        (
            {"sites": (Site("Office", "MY", "Kuala Lumpur"),)},
            "no licence is given for MY",
        ),
        (
            {"corridors": ("NP-MY", "BD-MY")},
            "no licence of BD or MY is given that is valid on 2026-03-02 for the corridor BD-MY",
        ),
    ],
)
def test_each_gap_is_named(changes: dict[str, Any], said: str) -> None:
    found = reasons("submit", **changes)
    assert any(said in reason for reason in found), found


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"workers_per_year": 0},
        {"capacity_building_completed_on": TODAY},
        {"self_assessment": SelfAssessment(TODAY)},
        {"self_assessment": SelfAssessment(TODAY.replace(year=2025))},
        {"iso_9001": Iso9001("Q-1", "Example", TODAY)},
        {"licences": (licence(begins=0, ends=0),)},
        {"licences": (licence(ends=-1), licence(begins=0))},
        {"licences": (licence(), licence("MY")), "corridors": ("NP-MY", "BD-MY")},
    ],
)
def test_a_complete_application_is_handed_in(changes: dict[str, Any]) -> None:
    assert reasons("submit", **changes) == []


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"corridors": ()}, "no corridor is named"),
        ({"sectors": ()}, "no sector is named"),
        ({"sites": ()}, "no site is named"),
        ({"workers_per_year": None}, "the number of workers"),
        ({"licences": (licence(ends=-1),)}, "no licence given for NP is valid"),
    ],
)
def test_an_acceptance_needs_the_whole_scope_and_licences_of_that_day(
    changes: dict[str, Any], said: str
) -> None:
    assert any(said in reason for reason in reasons("accept", **changes))
    assert reasons("accept") == []


@pytest.mark.parametrize(
    ("amount", "currency", "days", "said"),
    [
        ("1000.00", "USD", 0, None),
        ("1000.01", "USD", -30, None),
        ("999.99", "USD", 0, "999.99 USD were received, 0.01 USD are missing"),
        ("0.00", "USD", 0, "1000.00 USD are missing"),
        ("1000.00", "EUR", 0, "1000.00 EUR is another currency"),
        ("1000.00", "USD", 1, "the payment is dated 2026-03-03, which lies ahead"),
    ],
)
def test_the_review_starts_when_the_fee_is_there_in_full(
    amount: str, currency: str, days: int, said: str | None
) -> None:
    paid = Payment("INV-1", Money.parse(amount, currency), TODAY + days * DAY)
    known = facts(state="submitted", payment=paid)
    verdict = APPLICATION.decide("submitted", "clear_payment", {Role.SCHEME_MANAGER}, known)
    if said is None:
        assert isinstance(verdict, Rule)
    else:
        assert isinstance(verdict, Refused)
        assert said in verdict.reasons[0]


def test_content_is_stored_and_read_back_without_loss() -> None:
    whole = content(TODAY, iso_9001=Iso9001("Q-1", "Example", TODAY))
    assert Content.from_json(whole.as_json()) == whole
    assert Content.from_json({}) == Content()
