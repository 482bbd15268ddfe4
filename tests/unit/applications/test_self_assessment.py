"""The self-assessment as figures: scores, gaps, differences (DOMAIN §4, §5)."""

from datetime import date

from app.applications.content import Maturity, SelfAssessment
from app.applications.self_assessment import (
    differences,
    merged,
    prefilled,
    summary,
    unanswered,
)
from app.scheme.shipped import first_standard
from tests.making.applications import assessed

STANDARD = first_standard()
ON = date(2026, 3, 2)


def test_everything_is_open_before_the_first_answer() -> None:
    assert unanswered(None, STANDARD) == list(STANDARD.indicators())
    figures = summary(None, STANDARD, gap=2)
    assert (figures.score.percent, figures.score.answered, figures.score.of) == (0, 0, 120)
    assert len(figures.gaps) == 120


def test_a_score_is_the_mean_maturity_in_percent_of_the_highest() -> None:
    for maturity, percent in ((0, 0), (1, 25), (2, 50), (3, 75), (4, 100)):
        figures = summary(assessed(ON, maturity=maturity), STANDARD, gap=2)
        assert figures.score.percent == percent
        assert {principle.score.percent for principle in figures.by_principle} == {percent}
        assert {score.percent for score in figures.by_element.values()} == {percent}
        assert len(figures.gaps) == (120 if maturity < 2 else 0)


def test_the_series_follow_the_standard_and_add_up() -> None:
    figures = summary(assessed(ON, but=15), STANDARD, gap=2)
    assert [principle.code for principle in figures.by_principle] == list("AB12345")
    assert list(figures.by_element) == list(STANDARD.elements)
    for principle in figures.by_principle:
        assert sum(s.of for s in principle.by_element.values()) == principle.score.of
    assert sum(principle.score.answered for principle in figures.by_principle) == 105
    assert figures.by_principle[-1].score.answered == 0
    assert figures.score.percent == 66  # 105 × 3 of 480


def test_halves_are_rounded_up() -> None:
    elements = STANDARD.elements
    two = SelfAssessment(ON, (Maturity("A.1", elements[0], 1), Maturity("A.1", elements[1], 2)))
    (principle, *_) = summary(two, STANDARD, gap=2).by_principle
    assert principle.score.percent == 3  # 3 of 120 is 2.5


def test_gaps_begin_with_critical_criteria_and_what_has_no_answer() -> None:
    answered = {
        (indicator.criterion, indicator.element): 4
        for indicator in STANDARD.indicators()
        if indicator.criterion not in {"A.1", "L-1.1", "L-5.3"}
    }
    critical = next(c.code for c in STANDARD.criteria.values() if c.critical)
    for element in STANDARD.elements[1:]:
        answered[critical, element] = 1
    answered.pop((critical, STANDARD.elements[0]), None)
    assessment = SelfAssessment(ON, tuple(Maturity(c, e, m) for (c, e), m in answered.items()))
    gaps = summary(assessment, STANDARD, gap=2).gaps
    assert [(gap.criterion.critical, gap.maturity) for gap in gaps] == sorted(
        ((gap.criterion.critical, gap.maturity) for gap in gaps),
        key=lambda gap: (not gap[0], -1 if gap[1] is None else gap[1]),
    )
    assert gaps[0].criterion.critical
    assert gaps[0].maturity is None


def test_answers_join_those_that_are_there_and_replace_their_own() -> None:
    first = merged(None, [Maturity("A.1", "monitoring", 1)], ON)
    both = merged(first, [Maturity("A.2", "monitoring", 2)], ON)
    again = merged(both, [Maturity("A.1", "monitoring", 4, ("doc",))], ON.replace(day=3))
    assert [(a.criterion, a.maturity) for a in again.answers] == [("A.1", 4), ("A.2", 2)]
    assert (again.completed_on.day, again.answers[0].evidence) == (3, ("doc",))


def test_the_last_self_assessment_is_the_beginning_of_the_next_one() -> None:
    old = SelfAssessment(ON, (Maturity("A.1", "monitoring", 1), Maturity("Z.9", "monitoring", 4)))
    begun = prefilled(old, STANDARD)
    assert [answer.criterion for answer in begun.answers] == ["A.1"]
    assert begun.completed_on == ON
    assert differences(begun, old, STANDARD) == []
    now = merged(begun, [Maturity("A.1", "monitoring", 3), Maturity("A.2", "monitoring", 2)], ON)
    found = differences(now, old, STANDARD)
    assert [(d.criterion, d.before, d.now) for d in found] == [("A.1", 1, 3), ("A.2", None, 2)]
