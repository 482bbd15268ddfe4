"""How a self-assessment is shown on the wire."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from app.applications import queries, self_assessment
from app.applications.content import Content
from app.applications.models import Application
from app.applications.schemas import (
    AssessmentView,
    DifferenceView,
    ElementScoreView,
    FormerView,
    GapView,
    IndicatorView,
    MaturityView,
    PrincipleScoreView,
    ScoreView,
    SummaryView,
)
from app.applications.self_assessment import Score, Summary
from app.lifecycle.journal import Work
from app.scheme import queries as scheme


def assessed(work: Work, application: Application) -> AssessmentView:
    """The self-assessment after it was answered."""
    return assessment_view(work.session, application, work.now)


def assessment_view(session: Session, application: Application, now: datetime) -> AssessmentView:
    """The self-assessment of one application, beside the recruiter's former one."""
    held_against = scheme.standard(session, application.standard)
    assessment = Content.from_json(application.content).self_assessment
    former = queries.former_self_assessment(session, application.recruiter_id, application.id)
    rules = queries.policy_of(session, application, now)
    return AssessmentView(
        application_id=application.id,
        version=application.version,
        standard=held_against.code,
        completed_on=None if assessment is None else assessment.completed_on,
        answers=[
            MaturityView(
                criterion=answer.criterion,
                element=answer.element,
                maturity=answer.maturity,
                evidence=list(answer.evidence),
            )
            for answer in (() if assessment is None else assessment.answers)
        ],
        unanswered=[
            IndicatorView(criterion=open_.criterion, element=open_.element)
            for open_ in self_assessment.unanswered(assessment, held_against)
        ],
        former=None
        if former is None
        else FormerView(
            application_id=former.application, completed_on=former.assessment.completed_on
        ),
        differences=[]
        if former is None
        else [
            DifferenceView(
                criterion=changed.criterion,
                element=changed.element,
                before=changed.before,
                now=changed.now,
            )
            for changed in self_assessment.differences(assessment, former.assessment, held_against)
        ],
        summary=_summary(
            self_assessment.summary(assessment, held_against, rules.self_assessment_gap)
        ),
    )


def _summary(figures: Summary) -> SummaryView:
    return SummaryView(
        score=_score(figures.score),
        by_principle=[
            PrincipleScoreView(
                code=principle.code,
                title=principle.title,
                by_element=_by_element(principle.by_element),
                **_score(principle.score).model_dump(),
            )
            for principle in figures.by_principle
        ],
        by_element=_by_element(figures.by_element),
        gaps=[
            GapView(
                criterion=gap.criterion.code,
                element=gap.element,
                title=gap.criterion.title,
                critical=gap.criterion.critical,
                maturity=gap.maturity,
            )
            for gap in figures.gaps
        ],
    )


def _score(score: Score) -> ScoreView:
    return ScoreView(percent=score.percent, answered=score.answered, of=score.of)


def _by_element(scores: Mapping[str, Score]) -> list[ElementScoreView]:
    return [
        ElementScoreView(element=element, **_score(score).model_dump())
        for element, score in scores.items()
    ]
