"""What an application must say (DOMAIN §5, eligibility): every gap is named in words."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from app.applications.content import Content, Iso9001, Licence, SelfAssessment, Site
from app.applications.lifecycle import APPLICATION
from app.kernel.roles import Role
from app.lifecycle.machine import Refused
from tests.making.applications import assessed, content
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
        "who gave the capacity-building programme is not given",
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
        ({"capacity_building_completed_on": None}, "the day on which the capacity-building"),
        ({"capacity_building_provider": None}, "who gave the capacity-building programme"),
        ({"capacity_building_completed_on": TODAY + DAY}, "dated 2026-03-03, which lies ahead"),
        ({"self_assessment": None}, "the self-assessment is not given"),
        (
            {"self_assessment": assessed(TODAY, but=1)},
            "the self-assessment lacks answers for 1 of 24 criteria: L-5.3",
        ),
        (
            {"self_assessment": SelfAssessment(TODAY)},
            "the self-assessment lacks answers for 24 of 24 criteria: A.1, A.2,",
        ),
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
        {"self_assessment": assessed(TODAY)},
        {"self_assessment": assessed(TODAY, maturity=0)},
        {"self_assessment": assessed(TODAY.replace(year=2025))},
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
        ({"licences": ()}, "no licence is given"),
        ({"capacity_building_provider": None}, "who gave"),
        ({"self_assessment": None}, "the self-assessment is not given"),
        ({"self_assessment": assessed(TODAY, but=5)}, "lacks answers for 1 of 24 criteria"),
    ],
)
def test_an_acceptance_needs_the_whole_application_and_licences_of_that_day(
    changes: dict[str, Any], said: str
) -> None:
    assert any(said in reason for reason in reasons("accept", **changes))
    assert reasons("accept") == []


def test_a_self_assessment_that_grew_old_during_the_review_still_counts() -> None:
    old = assessed(TODAY.replace(year=2024))
    assert reasons("submit", self_assessment=old) != []
    assert reasons("accept", self_assessment=old) == []


def test_content_is_stored_and_read_back_without_loss() -> None:
    whole = content(TODAY, iso_9001=Iso9001("Q-1", "Example", TODAY))
    assert Content.from_json(whole.as_json()) == whole
    assert Content.from_json({}) == Content()
