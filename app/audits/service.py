"""The only code that writes audits: the moves of DOMAIN §6, each one act of one party.

The checklist is written by `fieldwork.py`, comments and reports by `reporting.py`. Certificates
call `close` inside the decision's transaction.
"""

from collections.abc import Sequence
from datetime import date

from app.access import service as access_service
from app.access.independence import as_recorded
from app.applications import queries as applications
from app.audits.candidates import proposed
from app.audits.kinds import AbortReason, Acknowledgement, Kind, Readiness, ReviewOutcome
from app.audits.lifecycle import Facts, Proposal, State
from app.audits.models import Audit, Objection, Review, TeamMember
from app.audits.moves import facts_of, locked, move, person_of, wrong
from app.audits.team import Member
from app.audits.timers import last
from app.kernel.dates import day_of
from app.kernel.identifiers import new_id
from app.lifecycle.journal import Work
from app.scheme import queries as scheme


def plan(
    work: Work,
    *,
    application_id: str,
    kind: Kind,
    planned_from: date,
    planned_until: date,
    unannounced: bool,
) -> Audit:
    """Plan an audit of a contracted recruiter under the rules in force. Days are inclusive.

    Raises NotFound, Invalid, RoleRefused, MoveRefused.
    """
    applications.application(work.session, work.actor, application_id)
    case = applications.case(work.session, application_id)
    _in_order(planned_from, planned_until)
    audit = Audit(
        id=new_id(work.now),
        kind=kind.value,
        application_id=case.application,
        recruiter_id=case.recruiter,
        recruiter_organisation_id=case.recruiter_organisation,
        audit_company_id=case.audit_company,
        standard=scheme.standard_in_force(work.session, work.now).code,
        policy=scheme.policy_in_force(work.session, work.now).version,
        unannounced=unannounced,
        planned_from=planned_from,
        planned_until=planned_until,
        planned_by=person_of(work),
        proposal=0,
    )
    details = {"application": case.application, "kind": kind.value}
    move(work, audit, "plan", facts_of(work, audit), details=details)
    return audit


def propose_team(
    work: Work,
    audit_id: str,
    members: Sequence[Member],
    *,
    objection_refused_because: str | None = None,
    expected_version: int | None = None,
) -> Audit:
    """Put a team forward; after an objection another one, or the same with a reason why.

    Raises NotFound, Invalid, StaleVersion, RoleRefused, MoveRefused.
    """
    audit = locked(work, audit_id)
    is_answer = audit.state == State.OBJECTED
    if objection_refused_because is not None and not is_answer:
        raise wrong("/objection_refused_because", "There is no objection to refuse.")
    proposal = Proposal(
        proposed(work.session, audit, members, work.now),
        objection_refused=objection_refused_because is not None,
    )
    facts = facts_of(work, audit, proposal=proposal)
    move(work, audit, "propose_team", facts, expected_version=expected_version)
    if is_answer:
        objection = work.session.get_one(Objection, (audit.id, audit.proposal))
        objection.refused_because = objection_refused_because
    audit.proposal += 1
    work.session.add_all(
        TeamMember(
            audit_id=audit.id,
            proposal=audit.proposal,
            person_id=member.person,
            role=member.role.value,
        )
        for member in members
    )
    return audit


def object_to_team(
    work: Work, audit_id: str, reason: str, *, expected_version: int | None = None
) -> Audit:
    """The recruiter wants another team. Raises NotFound, StaleVersion, RoleRefused, MoveRefused."""
    audit = locked(work, audit_id)
    move(work, audit, "object", facts_of(work, audit), expected_version=expected_version)
    work.session.add(
        Objection(
            audit_id=audit.id,
            proposal=audit.proposal,
            person_id=person_of(work),
            reason=reason,
            objected_at=work.now,
        )
    )
    return audit


def confirm(work: Work, audit_id: str, *, expected_version: int | None = None) -> Audit:
    """The lead auditor confirms team and days; from now on the team is assigned to the audit.

    Raises NotFound, StaleVersion, RoleRefused, MoveRefused.
    """
    audit = locked(work, audit_id)
    facts = facts_of(work, audit)
    move(work, audit, "confirm", facts, expected_version=expected_version)
    for member in sorted(facts.team, key=lambda member: member.person):
        access_service.assign(
            work,
            person=member.person,
            case=audit.application_id,
            audit=audit.id,
            recruiter=audit.recruiter_id,
            role=member.role,
        )
    return audit


def postpone(
    work: Work,
    audit_id: str,
    *,
    planned_from: date,
    planned_until: date,
    reason: str,
    expected_version: int | None = None,
) -> Audit:
    """Move the audit to later days, both inclusive.

    Raises NotFound, Invalid, StaleVersion, RoleRefused, MoveRefused.
    """
    audit = locked(work, audit_id)
    _in_order(planned_from, planned_until)
    if planned_from <= audit.planned_from:
        raise wrong("/planned_from", f"Name a later day than the planned {audit.planned_from}.")
    move(
        work,
        audit,
        "postpone",
        facts_of(work, audit),
        remark=reason,
        details={"planned_from": str(planned_from), "planned_until": str(planned_until)},
        expected_version=expected_version,
    )
    audit.planned_from, audit.planned_until = planned_from, planned_until
    return audit


def open_audit(work: Work, audit_id: str, *, expected_version: int | None = None) -> Audit:
    """The lead auditor begins. Raises NotFound, StaleVersion, RoleRefused, MoveRefused."""
    audit = locked(work, audit_id)
    move(work, audit, "open", facts_of(work, audit), expected_version=expected_version)
    return audit


def abort(
    work: Work,
    audit_id: str,
    reason: AbortReason,
    note: str | None = None,
    *,
    expected_version: int | None = None,
) -> Audit:
    """The lead auditor breaks it off. Raises NotFound, StaleVersion, RoleRefused, MoveRefused."""
    audit = locked(work, audit_id)
    move(
        work,
        audit,
        "abort",
        facts_of(work, audit),
        reason=reason.value,
        remark=note,
        expected_version=expected_version,
    )
    return audit


def close_fieldwork(
    work: Work,
    audit_id: str,
    acknowledgement: Acknowledgement | None,
    ended_on: date | None = None,
    *,
    expected_version: int | None = None,
) -> Audit:
    """The team leaves: the findings were read out, and signed or not. It ended today if not said.

    Raises NotFound, Invalid, StaleVersion, RoleRefused, MoveRefused.
    """
    audit = locked(work, audit_id)
    facts = facts_of(work, audit, acknowledgement=acknowledgement)
    zone = facts.policy.zone
    today = day_of(work.now, zone)
    day = ended_on or today
    opened = last(facts.moves, "open")
    if day > today or (opened is not None and day < day_of(opened, zone)):
        raise wrong("/ended_on", "Name a day from the opening of the audit to today.")
    move(work, audit, "close_fieldwork", facts, expected_version=expected_version)
    audit.acknowledgement = None if acknowledgement is None else acknowledgement.value
    audit.fieldwork_ended_on = day
    return audit


def return_report(
    work: Work, audit_id: str, reasons: Sequence[str], *, expected_version: int | None = None
) -> Audit:
    """The independent reviewer sends the report back.

    Raises NotFound, StaleVersion, RoleRefused, NotIndependent, MoveRefused.
    """
    audit = locked(work, audit_id)
    facts = facts_of(work, audit)
    move(work, audit, "return", facts, expected_version=expected_version)
    _review(work, audit, facts, ReviewOutcome.RETURNED, reasons)
    return audit


def pass_review(work: Work, audit_id: str, *, expected_version: int | None = None) -> Audit:
    """The independent reviewer finds the report in order.

    Raises NotFound, StaleVersion, RoleRefused, NotIndependent, MoveRefused.
    """
    audit = locked(work, audit_id)
    facts = facts_of(work, audit)
    move(work, audit, "pass_review", facts, expected_version=expected_version)
    _review(work, audit, facts, ReviewOutcome.PASSED)
    return audit


def close_stage_1(
    work: Work, audit_id: str, readiness: Readiness, *, expected_version: int | None = None
) -> Audit:
    """The independent reviewer closes a stage 1 audit: how ready is the recruiter for stage 2?

    Raises NotFound, StaleVersion, RoleRefused, NotIndependent, MoveRefused.
    """
    audit = locked(work, audit_id)
    facts = facts_of(work, audit, readiness=readiness)
    move(work, audit, "close", facts, reason=readiness.value, expected_version=expected_version)
    audit.readiness = readiness.value
    _review(work, audit, facts, ReviewOutcome(readiness.value))
    return audit


def close(work: Work, audit_id: str) -> Audit:
    """Close any other audit with the decision made on it, inside the decision's transaction.

    The decision maker acts; lock the audit before the first move of the transaction. Raises
    NotFound, RoleRefused, NotIndependent, MoveRefused.
    """
    audit = locked(work, audit_id)
    move(work, audit, "close", facts_of(work, audit, decided=True))
    return audit


def cancel(work: Work, audit_id: str, reason: str, *, expected_version: int | None = None) -> Audit:
    """The programme manager gives the audit up before it begins.

    Raises NotFound, StaleVersion, RoleRefused, MoveRefused.
    """
    audit = locked(work, audit_id)
    move(
        work,
        audit,
        "cancel",
        facts_of(work, audit),
        remark=reason,
        expected_version=expected_version,
    )
    access_service.end_assignments(work, audit=audit.id)
    return audit


def _in_order(planned_from: date, planned_until: date) -> None:
    if planned_until < planned_from:
        raise wrong("/planned_until", f"Name a day not before the first one, {planned_from}.")


def _review(
    work: Work,
    audit: Audit,
    facts: Facts,
    outcome: ReviewOutcome,
    reasons: Sequence[str] = (),
) -> None:
    work.session.add(
        Review(
            id=new_id(work.now),
            person_id=person_of(work),
            case_id=audit.application_id,
            audit_id=audit.id,
            audit_version=audit.version,
            outcome=outcome.value,
            reasons=list(reasons),
            involvement=as_recorded(facts.involvements),
            reviewed_at=work.now,
        )
    )
