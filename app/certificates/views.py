"""How certificates and decisions are shown on the wire. Used by api.py."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.access import queries as access
from app.certificates import flags, gathering, queries
from app.certificates.decisions import ACTIONS, ON_CERTIFICATES, DecisionType
from app.certificates.facts import Proposal
from app.certificates.flags import Part
from app.certificates.lifecycle import CERTIFICATE, State
from app.certificates.models import (
    Certificate,
    Decision,
    DecisionFlag,
    Edition,
    FlagOutcome,
    SuspensionReason,
)
from app.certificates.reasons import MEANINGS, REASONS, Reason
from app.certificates.schemas import (
    CertificateSummary,
    CertificateView,
    CompletenessView,
    DecisionView,
    FlagView,
    IndependenceView,
    ReasonsView,
    ReasonView,
    ScopeView,
    StepView,
    SuspensionView,
)
from app.certificates.status import Timeline, printed_days, status_at
from app.kernel.roles import Actor
from app.lifecycle.journal import JournalEntry, Work
from app.platform.wire import AllowedAction
from app.recruiters import queries as recruiters

DECIDERS = frozenset().union(*(CERTIFICATE.roles(decided) for decided in ON_CERTIFICATES))
"""Who may sign some decision on a certificate."""

_DECISIONS = {action: decided for decided, action in ACTIONS.items()}


def shown(work: Work, decision: Decision) -> DecisionView:
    """The decision just made, as whoever made it sees it."""
    [view] = decision_views(work.session, work.actor, [decision])
    return view


def decision_views(
    session: Session, actor: Actor, decisions: Sequence[Decision]
) -> list[DecisionView]:
    """The decisions as this actor sees them, in the order given; read in one go."""
    about = {decision.certificate_id for decision in decisions if decision.certificate_id}
    numbers = queries.numbers(session, about)
    flagged = flags.flags_of(session, [decision.id for decision in decisions])
    return [
        _decision_view(actor, decision, numbers, flagged[decision.id]) for decision in decisions
    ]


def flag_view(flag: DecisionFlag) -> FlagView:
    """A flag, and what came of it."""
    return FlagView(
        id=flag.id,
        decision_id=flag.decision_id,
        conflict_id=flag.conflict_id,
        parts=[Part(part) for part in flag.ways],
        stood=flag.stood,
        flagged_at=flag.flagged_at,
        settled_at=flag.settled_at,
        outcome=None if flag.outcome is None else FlagOutcome(flag.outcome),
    )


def summaries(
    session: Session, certificates: Sequence[Certificate], now: datetime
) -> list[CertificateSummary]:
    """Certificates in a list, as they are now, in the order given; read in one go."""
    ids = [certificate.id for certificate in certificates]
    timelines, editions = queries.timelines(session, ids), queries.editions_of_all(session, ids)
    holders = recruiters.briefs(session, {c.recruiter_id for c in certificates})
    companies = access.organisation_names(session, {c.audit_company_id for c in certificates})
    return [
        CertificateSummary(
            **_summary(
                certificate,
                timelines[certificate.id],
                editions[certificate.id],
                holders[certificate.recruiter_id].name,
                companies[certificate.audit_company_id],
                now,
            )
        )
        for certificate in certificates
    ]


def _decision_view(
    actor: Actor,
    decision: Decision,
    numbers: Mapping[str, str],
    flagged: Sequence[DecisionFlag],
) -> DecisionView:
    """One decision; whose involvement was judged, only to who may know."""
    involved = queries.sees_who_was_involved(actor, decision)
    return DecisionView(
        id=decision.id,
        type=DecisionType(decision.type),
        audit_id=decision.audit_id,
        certificate_number=numbers.get(decision.certificate_id or ""),
        case_id=decision.case_id,
        recommendation=decision.recommendation,
        reason_codes=[Reason(code) for code in decision.reason_codes],
        conditions=decision.conditions,
        effective_on=decision.effective_on,
        decided_at=decision.decided_at,
        independence=IndependenceView(**decision.independence) if involved else None,
        completeness=CompletenessView(**decision.completeness),
        inputs_hash=decision.inputs_hash,
        flags=[flag_view(flag) for flag in flagged] if involved else None,
    )


def certificate_view(
    session: Session, actor: Actor, certificate: Certificate, now: datetime
) -> CertificateView:
    """One certificate as it is now, and what this caller may decide about it."""
    address = f"/v1/certificates/{certificate.number}"
    seen = queries.sees_the_remedies(actor, certificate)
    return CertificateView(
        **_summary(
            certificate,
            queries.timeline(session, certificate.id),
            queries.editions(session, certificate.id),
            recruiters.brief(session, certificate.recruiter_id).name,
            access.organisation_name(session, certificate.audit_company_id),
            now,
        ),
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


def _summary(
    certificate: Certificate,
    timeline: Timeline,
    editions: Sequence[Edition],
    holder: str,
    audit_company: str,
    now: datetime,
) -> dict[str, Any]:
    """What a list says of a certificate, and its own page too."""
    found = status_at(timeline, now)
    edition = next(edition for edition in editions if edition.edition == found.edition)
    first_day, last_day = printed_days(edition)
    return {
        "id": certificate.id,
        "number": certificate.number,
        "state": State(certificate.state),
        "version": certificate.version,
        "status": found.result,
        "status_since": found.since,
        "reason_code": found.reason_code,
        "edition": found.edition,
        "holder": holder,
        "recruiter_id": certificate.recruiter_id,
        "audit_company": audit_company,
        "scope": ScopeView(**edition.scope),
        "standard": certificate.standard,
        "policy": certificate.policy,
        "effective_on": first_day,
        "expires_on": last_day,
    }


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
