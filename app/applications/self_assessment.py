"""The recruiter's self-assessment: what is open, how it scores, where the gaps are. Pure (§4, §5).

A score is the mean maturity in percent of the highest; what has no answer counts as nothing there.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from app.applications.content import Maturity, SelfAssessment
from app.scheme.standard import Criterion, Indicator, Standard

HIGHEST = 4
"""The highest maturity: improving."""


@dataclass(frozen=True, slots=True)
class Score:
    """How far some of the indicators are."""

    percent: int
    answered: int
    of: int


@dataclass(frozen=True, slots=True)
class PrincipleScore:
    """One principle, as a whole and by element of the management system."""

    code: str
    title: str
    score: Score
    by_element: Mapping[str, Score]


@dataclass(frozen=True, slots=True)
class Gap:
    """An indicator whose maturity is low, or not known."""

    criterion: Criterion
    element: str
    maturity: int | None


@dataclass(frozen=True, slots=True)
class Summary:
    """The whole self-assessment as figures, in the standard's order."""

    score: Score
    by_principle: Sequence[PrincipleScore]
    by_element: Mapping[str, Score]
    gaps: Sequence[Gap]
    """Critical criteria first, then the lowest maturity, what has no answer before all."""


@dataclass(frozen=True, slots=True)
class Difference:
    """An indicator that is not answered as it was the time before."""

    criterion: str
    element: str
    before: int | None
    now: int | None


def unanswered(assessment: SelfAssessment | None, standard: Standard) -> list[Indicator]:
    """The indicators without an answer, in the standard's order."""
    known = _by_indicator(assessment)
    return [i for i in standard.indicators() if (i.criterion, i.element) not in known]


def summary(assessment: SelfAssessment | None, standard: Standard, gap: int) -> Summary:
    """The figures of a self-assessment; a maturity below `gap` is one."""
    known = _by_indicator(assessment)
    indicators = standard.indicators()
    gaps = [
        Gap(standard.criterion(i.criterion), i.element, known.get((i.criterion, i.element)))
        for i in indicators
        if (known.get((i.criterion, i.element)) or 0) < gap
    ]
    return Summary(
        score=_score(indicators, known),
        by_principle=[
            PrincipleScore(
                code=principle.code,
                title=principle.title,
                score=_score(own, known),
                by_element=_by_element(own, standard, known),
            )
            for principle in standard.principles
            if (own := _of({criterion.code for criterion in principle.criteria}, indicators))
        ],
        by_element=_by_element(indicators, standard, known),
        gaps=sorted(
            gaps,
            key=lambda found: (
                not found.criterion.critical,
                -1 if found.maturity is None else found.maturity,
            ),
        ),
    )


def differences(
    now: SelfAssessment | None, before: SelfAssessment | None, standard: Standard
) -> list[Difference]:
    """What is answered otherwise than before, in the standard's order."""
    old, new = _by_indicator(before), _by_indicator(now)
    return [
        Difference(i.criterion, i.element, old.get(key), new.get(key))
        for i in standard.indicators()
        if old.get(key := (i.criterion, i.element)) != new.get(key)
    ]


def merged(
    assessment: SelfAssessment | None, answers: Iterable[Maturity], completed_on: date
) -> SelfAssessment:
    """The self-assessment with these answers in the place of, or beside, those it has."""
    known = {(a.criterion, a.element): a for a in (assessment.answers if assessment else ())}
    return SelfAssessment(
        completed_on,
        tuple((known | {(a.criterion, a.element): a for a in answers}).values()),
    )


def prefilled(former: SelfAssessment, standard: Standard) -> SelfAssessment:
    """The last self-assessment as the next one's beginning: its answers that the standard knows.

    It keeps its day, and so does not count for longer than it would have.
    """
    known = {(i.criterion, i.element) for i in standard.indicators()}
    kept = tuple(a for a in former.answers if (a.criterion, a.element) in known)
    return SelfAssessment(former.completed_on, kept)


def _by_indicator(assessment: SelfAssessment | None) -> dict[tuple[str, str], int]:
    answers = assessment.answers if assessment else ()
    return {(answer.criterion, answer.element): answer.maturity for answer in answers}


def _of(criteria: set[str], indicators: Sequence[Indicator]) -> list[Indicator]:
    return [indicator for indicator in indicators if indicator.criterion in criteria]


def _by_element(
    indicators: Sequence[Indicator], standard: Standard, known: Mapping[tuple[str, str], int]
) -> dict[str, Score]:
    return {
        element: _score([i for i in indicators if i.element == element], known)
        for element in standard.elements
    }


def _score(indicators: Sequence[Indicator], known: Mapping[tuple[str, str], int]) -> Score:
    found = [known[key] for i in indicators if (key := (i.criterion, i.element)) in known]
    highest = HIGHEST * len(indicators)
    return Score((200 * sum(found) + highest) // (2 * highest), len(found), len(indicators))
