"""Writes the report: the draft's release, the recruiter's comments, and each edition submitted."""

from sqlalchemy import func, select

from app.access import service as access_service
from app.access.independence import Way
from app.audits.kinds import RECOMMENDATIONS, CommentOutcome, Kind, Recommendation
from app.audits.lifecycle import State
from app.audits.models import Audit, Comment, Report
from app.audits.moves import facts_of, locked, move, person_of, wrong
from app.audits.timers import comments_until, has_passed
from app.kernel.errors import Conflict, NotFound
from app.kernel.identifiers import is_id, new_id
from app.kernel.roles import RECRUITER, Role
from app.lifecycle.journal import RoleRefused, Work


def release_draft(work: Work, audit_id: str, *, expected_version: int | None = None) -> Audit:
    """The recruiter gets the draft report.

    Raises NotFound, StaleVersion, RoleRefused, MoveRefused.
    """
    audit = locked(work, audit_id)
    move(work, audit, "release_draft", facts_of(work, audit), expected_version=expected_version)
    return audit


def comment(work: Work, audit_id: str, text: str) -> Comment:
    """The recruiter says something of the draft report, within 10 days of its release (§6).

    Raises NotFound, RoleRefused, Conflict.
    """
    audit = locked(work, audit_id)
    facts = facts_of(work, audit)
    if not facts.roles & RECRUITER:
        raise _not_theirs("the recruiter comments on the draft report")
    _open_for_comments(audit)
    until = comments_until(facts.moves, facts.policy, facts.stops)
    if until is not None and has_passed(until, work.now, facts.policy):
        raise Conflict(f"Comments on this draft report were possible until {until}.")
    made = Comment(
        id=new_id(work.now),
        audit_id=audit.id,
        person_id=person_of(work),
        text=text,
        made_at=work.now,
    )
    work.session.add(made)
    return made


def answer_comment(
    work: Work,
    audit_id: str,
    comment_id: str,
    outcome: CommentOutcome,
    reason: str | None = None,
) -> Comment:
    """The lead auditor accepts a comment, or refuses it with a reason, once.

    Raises NotFound, RoleRefused, Conflict, Invalid.
    """
    audit = locked(work, audit_id)
    if Role.LEAD_AUDITOR not in facts_of(work, audit).roles:
        raise _not_theirs("the lead auditor of the audit answers comments")
    found = work.session.get(Comment, comment_id) if is_id(comment_id) else None
    if found is None or found.audit_id != audit.id:
        raise NotFound(f"the audit has no comment {comment_id[:36]}")
    _open_for_comments(audit)
    if found.outcome is not None:
        raise Conflict("The comment is answered already.")
    if outcome is CommentOutcome.REFUSED and reason is None:
        raise wrong("/reason", "Say why the comment is refused.")
    found.outcome, found.reason = outcome.value, reason
    found.answered_by, found.answered_at = person_of(work), work.now
    _touch_report(work, audit)
    return found


def submit_report(
    work: Work,
    audit_id: str,
    *,
    summary: str,
    recommendation: Recommendation,
    expected_version: int | None = None,
) -> Audit:
    """The lead auditor hands the report to the reviewer, for the first time or mended.

    Raises NotFound, Invalid, StaleVersion, RoleRefused, MoveRefused.
    """
    audit = locked(work, audit_id)
    fitting = RECOMMENDATIONS[Kind(audit.kind)]
    if recommendation not in fitting:
        raise wrong(
            "/recommendation", f"After a {audit.kind} audit write one of {', '.join(fitting)}."
        )
    editions = select(func.count()).where(Report.audit_id == audit.id)
    edition = 1 + (work.session.scalar(editions) or 0)
    move(
        work,
        audit,
        "submit_report",
        facts_of(work, audit),
        details={"edition": edition, "recommendation": recommendation.value},
        expected_version=expected_version,
    )
    work.session.add(
        Report(
            audit_id=audit.id,
            edition=edition,
            summary=summary,
            recommendation=recommendation.value,
            submitted_by=person_of(work),
            submitted_at=work.now,
        )
    )
    _touch_report(work, audit)
    return audit


def _open_for_comments(audit: Audit) -> None:
    if audit.state != State.COMMENTING:
        reason = (
            f"the audit is {audit.state}; comments are made and answered while it is commenting"
        )
        raise Conflict(reason, reasons=(reason,))


def _not_theirs(reason: str) -> RoleRefused:
    return RoleRefused(reason, reasons=(reason,))


def _touch_report(work: Work, audit: Audit) -> None:
    access_service.touch(
        work,
        case=audit.application_id,
        audit=audit.id,
        recruiter=audit.recruiter_id,
        way=Way.REPORT,
    )
