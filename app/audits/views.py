"""How audits are shown on the wire. Used by api.py."""

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise

from sqlalchemy.orm import Session

from app.access import queries as access
from app.audits import queries
from app.audits.candidates import proposed
from app.audits.checklist import Answer, unanswered
from app.audits.facts import gather
from app.audits.kinds import (
    Acknowledgement,
    CommentOutcome,
    Kind,
    Readiness,
    Recommendation,
    ReviewOutcome,
)
from app.audits.lifecycle import AUDIT, OF_A_TEAM, Facts, Proposal, State
from app.audits.models import Audit, Comment, Report, Review
from app.audits.schemas import (
    AuditAnswersView,
    AuditStepView,
    AuditSummary,
    AuditView,
    CheckView,
    CommentsView,
    CommentView,
    CriterionTextView,
    DeadlineView,
    IndicatorAnswerView,
    IndicatorView,
    MemberCheckView,
    MemberView,
    ObjectionView,
    ReportsView,
    ReportView,
    ReviewView,
    TeamCheckView,
)
from app.audits.suitability import checks
from app.audits.team import FITTING, Member
from app.audits.timers import Deadline, deadlines
from app.kernel.roles import Actor, Role
from app.lifecycle.journal import Work
from app.lifecycle.machine import Offer, reasons
from app.platform.wire import AllowedAction
from app.scheme import queries as scheme
from app.scheme.policy import Policy

_SEATS = list(FITTING)


def shown(work: Work, audit: Audit) -> AuditView:
    """The audit after a move, as whoever made it sees it."""
    work.session.flush()
    return audit_view(work.session, work.actor, audit, work.now)


def summary(audit: Audit) -> AuditSummary:
    """An audit in a list."""
    return AuditSummary(
        id=audit.id,
        state=State(audit.state),
        version=audit.version,
        kind=Kind(audit.kind),
        application_id=audit.application_id,
        recruiter_id=audit.recruiter_id,
        audit_company_id=audit.audit_company_id,
        standard=audit.standard,
        policy=audit.policy,
        unannounced=audit.unannounced,
        planned_from=audit.planned_from,
        planned_until=audit.planned_until,
        fieldwork_ended_on=audit.fieldwork_ended_on,
        readiness=None if audit.readiness is None else Readiness(audit.readiness),
    )


def audit_view(session: Session, actor: Actor, audit: Audit, now: datetime) -> AuditView:
    """One audit as this actor sees it."""
    # A decision maker is shown the way to the decision, which closes the audit itself.
    facts = gather(session, audit, actor, now, decided=True)
    signed = audit.acknowledgement
    return AuditView(
        **summary(audit).model_dump(),
        proposal=audit.proposal,
        team=_team(session, facts),
        objections=[
            ObjectionView(
                proposal=objection.proposal,
                reason=objection.reason,
                objected_at=objection.objected_at,
                refused_because=objection.refused_because,
            )
            for objection in queries.objections(session, audit.id)
        ],
        acknowledgement=None if signed is None else Acknowledgement(signed),
        indicators=facts.indicators,
        unanswered=len(facts.unanswered),
        open_comments=facts.open_comments,
        deadlines=[
            deadline_view(deadline, now, facts.policy)
            for deadline in deadlines(
                audit.state,
                facts.moves,
                kind=facts.kind,
                unannounced=audit.unannounced,
                planned_from=audit.planned_from,
                fieldwork_ended_on=audit.fieldwork_ended_on,
                policy=facts.policy,
                stops=facts.stops,
            )
        ],
        timeline=timeline_view(session, Audit.machine, audit.id),
        allowed_actions=[
            AllowedAction(
                action=offer.action, href=_href(audit, offer), missing=list(offer.missing)
            )
            for offer in AUDIT.allowed(audit.state, facts.roles, facts)
            if offer.action != "close" or _closer(facts.kind) in facts.roles
        ],
    )


def team_check_view(
    session: Session, actor: Actor, audit: Audit, members: Sequence[Member], now: datetime
) -> TeamCheckView:
    """What would be said of this team, check by check."""
    tried = proposed(session, audit, members, now)
    facts = gather(session, audit, actor, now, proposal=Proposal(tried))
    of_team = [_check(guard.__name__, reasons([guard], facts)) for guard in OF_A_TEAM]
    of_members = [
        MemberCheckView(
            person_id=candidate.person,
            role=candidate.role,
            passed=not any(check.reasons for check in found),
            checks=[_check(check.name, check.reasons) for check in found],
        )
        for candidate in tried
        for found in [checks(candidate, facts.needs)]
    ]
    return TeamCheckView(
        passed=all(check.passed for check in of_team) and all(m.passed for m in of_members),
        team=of_team,
        members=of_members,
    )


def _check(name: str, found: Sequence[str]) -> CheckView:
    return CheckView(check=name, passed=not found, reasons=list(found))


def answers_view(session: Session, audit: Audit, answers: Sequence[Answer]) -> AuditAnswersView:
    """The checklist in the standard's order."""
    pinned = scheme.standard(session, audit.standard)
    given = {answer.indicator: answer for answer in answers}
    return AuditAnswersView(
        audit_id=audit.id,
        version=audit.version,
        standard=audit.standard,
        criteria=[
            CriterionTextView(code=criterion.code, title=criterion.title, wording=criterion.wording)
            for criterion in pinned.criteria.values()
        ],
        answers=[
            IndicatorAnswerView(
                criterion=indicator.criterion,
                element=indicator.element,
                work_status=given[indicator].work_status,
                result=given[indicator].result,
                note=given[indicator].note,
            )
            for indicator in pinned.indicators()
            if indicator in given
        ],
        unanswered=[
            IndicatorView(criterion=indicator.criterion, element=indicator.element)
            for indicator in unanswered(pinned, answers)
        ],
    )


def comment_view(comment: Comment) -> CommentView:
    """A comment and its answer."""
    return CommentView(
        id=comment.id,
        text=comment.text,
        made_at=comment.made_at,
        outcome=None if comment.outcome is None else CommentOutcome(comment.outcome),
        reason=comment.reason,
        answered_at=comment.answered_at,
    )


def comments_view(audit_id: str, comments: Sequence[Comment]) -> CommentsView:
    """The comments on a draft report."""
    return CommentsView(audit_id=audit_id, items=[comment_view(made) for made in comments])


def reports_view(
    audit_id: str, editions: Sequence[Report], reviews: Sequence[Review]
) -> ReportsView:
    """The editions, each with its difference from the one before, and the reviews."""
    changes = [[], *(_changed(before, after) for before, after in pairwise(editions))]
    return ReportsView(
        audit_id=audit_id,
        editions=[
            ReportView(
                edition=edition.edition,
                summary=edition.summary,
                recommendation=Recommendation(edition.recommendation),
                submitted_at=edition.submitted_at,
                changed=changed,
            )
            for edition, changed in zip(editions, changes, strict=False)
        ],
        reviews=[
            ReviewView(
                outcome=ReviewOutcome(review.outcome),
                reasons=review.reasons,
                reviewed_at=review.reviewed_at,
            )
            for review in reviews
        ],
    )


def deadline_view(deadline: Deadline, now: datetime, policy: Policy) -> DeadlineView:
    """A deadline, and whether it has passed."""
    return DeadlineView(
        action=deadline.action, on=deadline.on, overdue=deadline.is_overdue(now, policy)
    )


def timeline_view(session: Session, machine: str, subject: str) -> list[AuditStepView]:
    """Every move of an audit or finding."""
    return [
        AuditStepView(
            action=step.action,
            state=step.state,
            at=step.at,
            role=step.role,
            reason_code=step.reason_code,
            remark=step.remark,
        )
        for step in queries.timeline(session, machine, subject)
    ]


def _team(session: Session, facts: Facts) -> list[MemberView]:
    people = access.named(session, [member.person for member in facts.team])
    seats = sorted(facts.team, key=lambda member: (_SEATS.index(member.role), member.person))
    return [
        MemberView(person_id=seat.person, name=people[seat.person].name, role=seat.role)
        for seat in seats
    ]


def _closer(kind: Kind) -> Role:
    return Role.REVIEWER if kind is Kind.STAGE_1 else Role.DECISION_MAKER


def _href(audit: Audit, offer: Offer) -> str:
    by_decision = offer.action == "close" and audit.kind != Kind.STAGE_1
    return f"/v1/audits/{audit.id}/{'decisions' if by_decision else offer.action}"


def _changed(before: Report, after: Report) -> list[str]:
    return [
        part
        for part in ("summary", "recommendation")
        if getattr(before, part) != getattr(after, part)
    ]
