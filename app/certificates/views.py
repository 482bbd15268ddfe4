"""How certificates and decisions are shown on the wire. Used by api.py."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.access import queries as access
from app.certificates import gathering, queries
from app.certificates.decisions import ACTIONS, ON_CERTIFICATES, DecisionType
from app.certificates.facts import Proposal
from app.certificates.lifecycle import CERTIFICATE, State
from app.certificates.models import Certificate, Decision, SuspensionReason
from app.certificates.reasons import MEANINGS, REASONS, Reason
from app.certificates.schemas import (
    CertificateView,
    CompletenessView,
    DecisionView,
    IndependenceView,
    ReasonsView,
    ReasonView,
    ScopeView,
    StepView,
    SuspensionView,
)
from app.certificates.status import status_at
from app.kernel.roles import Actor
from app.lifecycle.journal import JournalEntry, Work
from app.platform.wire import AllowedAction
from app.recruiters import queries as recruiters

DECIDERS = frozenset().union(*(CERTIFICATE.roles(decided) for decided in ON_CERTIFICATES))
"""Who may sign some decision on a certificate."""

_DECISIONS = {action: decided for decided, action in ACTIONS.items()}


def shown(work: Work, decision: Decision) -> DecisionView:
    """The decision just made, as whoever made it sees it."""
    return decision_view(work.session, work.actor, decision)


def decision_view(session: Session, actor: Actor, decision: Decision) -> DecisionView:
    """One decision; whose involvement was judged, only to who may know."""
    certificate = (
        None
        if decision.certificate_id is None
        else session.get_one(Certificate, decision.certificate_id)
    )
    involved = queries.sees_who_was_involved(actor, decision)
    return DecisionView(
        id=decision.id,
        type=DecisionType(decision.type),
        audit_id=decision.audit_id,
        certificate_number=None if certificate is None else certificate.number,
        case_id=decision.case_id,
        recommendation=decision.recommendation,
        reason_codes=[Reason(code) for code in decision.reason_codes],
        conditions=decision.conditions,
        effective_on=decision.effective_on,
        decided_at=decision.decided_at,
        independence=IndependenceView(**decision.independence) if involved else None,
        completeness=CompletenessView(**decision.completeness),
        inputs_hash=decision.inputs_hash,
    )


def certificate_view(
    session: Session, actor: Actor, certificate: Certificate, now: datetime
) -> CertificateView:
    """One certificate as it is now, and what this caller may decide about it."""
    found = status_at(queries.timeline(session, certificate.id), now)
    editions = {e.edition: e for e in queries.editions(session, certificate.id)}
    edition = editions[found.edition]
    address = f"/v1/certificates/{certificate.number}"
    seen = queries.sees_the_remedies(actor, certificate)
    return CertificateView(
        id=certificate.id,
        number=certificate.number,
        state=State(certificate.state),
        version=certificate.version,
        status=found.result,
        status_since=found.since,
        reason_code=found.reason_code,
        edition=found.edition,
        holder=recruiters.brief(session, certificate.recruiter_id).name,
        recruiter_id=certificate.recruiter_id,
        audit_company=access.organisation_name(session, certificate.audit_company_id),
        scope=ScopeView(**edition.scope),
        effective_on=edition.effective_on,
        expires_on=edition.expires_on,
        suspensions=[
            _suspension(reason, whole=seen)
            for reason in queries.open_reasons(session, certificate.id)
        ],
        history=f"{address}/history",
        verify=f"/v1/verify/{certificate.number}",
        allowed_actions=_allowed(session, actor, certificate, now),
    )


def step_view(entry: JournalEntry) -> StepView:
    """One move as the public may know it; persons stay in the journal."""
    signed = [signature["role"] for signature in entry.facts.get("signatures", ())]
    return StepView(
        position=entry.position,
        action=entry.action,
        source=entry.source,
        target=entry.target,
        role=signed[0] if signed else entry.role,
        second_role=signed[1] if signed else None,
        reason_code=entry.reason_code,
        effective_at=entry.effective_at,
        recorded_at=entry.recorded_at,
    )


def reasons_view() -> ReasonsView:
    """The published list of reason codes."""
    return ReasonsView(
        items=[
            ReasonView(
                code=code,
                meaning=meaning,
                decisions=[
                    _DECISIONS.get(action, DecisionType.REFUSE)
                    for action, codes in REASONS.items()
                    if code in codes
                ],
            )
            for code, meaning in MEANINGS.items()
        ]
    )


def _suspension(reason: SuspensionReason, *, whole: bool) -> SuspensionView:
    return SuspensionView(
        id=reason.id,
        reason_code=reason.code,
        corridor=reason.corridor,
        opened_at=reason.opened_at,
        confirmed_at=reason.confirmed_at,
        deadline=reason.deadline if whole else None,
        remedies=reason.remedies if whole else None,
        contact=reason.contact if whole else None,
    )


def _allowed(
    session: Session, actor: Actor, certificate: Certificate, now: datetime
) -> list[AllowedAction]:
    """The decisions that this caller may make, and what each one would have to say."""
    roles = gathering.roles_on(actor, certificate.audit_company_id)
    if not roles & DECIDERS:
        return []
    matter = gathering.of_certificate(session, actor, certificate)
    known = gathering.facts(session, actor, now, matter, Proposal())
    return [
        AllowedAction(
            action=offer.action,
            href=f"/v1/certificates/{certificate.number}/decisions",
            missing=list(offer.missing),
        )
        for offer in CERTIFICATE.allowed(certificate.state, roles, known)
        if offer.action in ON_CERTIFICATES
    ]
