"""Fills what the guards look at from the records, for one caller and one moment.

Used by `service.py` before it moves, and by `views.py` to say what somebody may decide next.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import queries as access
from app.applications import queries as applications
from app.applications.queries import Case
from app.assessors.conflicts import queries as register
from app.audits import queries as audits
from app.audits.queries import AuditForDecision
from app.certificates import queries
from app.certificates.decisions import DecisionType
from app.certificates.facts import (
    Audited,
    Checked,
    Facts,
    Finding,
    Held,
    Opening,
    OpenReason,
    Proposal,
)
from app.certificates.models import Certificate, Decision, SuspensionReason
from app.certificates.status import (
    Timeline,
    corridors_at,
    occupied,
    status_at,
)
from app.employer_pays.checks import queries as checks
from app.kernel.dates import day_of
from app.kernel.roles import Actor, Role
from app.recruiters import queries as recruiters
from app.scheme import queries as scheme
from app.scheme.policy import Policy

_OF_THE_COMPANY = frozenset({Role.DECISION_MAKER, Role.PROGRAMME_MANAGER})


@dataclass(frozen=True, slots=True)
class Matter:
    """What a decision is about: a case, its certificate if there is one, the audit it rests on."""

    case: Case
    certificate: Certificate | None = None
    timeline: Timeline | None = None
    audit: AuditForDecision | None = None


def of_audit(session: Session, actor: Actor, audit_id: str) -> Matter:
    """The matter of a decision on an audit that the actor sees. Raises NotFound."""
    audits.audit(session, actor, audit_id)
    audit = audits.for_decision(session, audit_id)
    return Matter(applications.case(session, audit.case), audit=audit)


def of_certificate(
    session: Session, actor: Actor, certificate: Certificate, audit_id: str | None = None
) -> Matter:
    """The matter of a decision on a certificate. Raises NotFound: the actor sees no such audit."""
    if audit_id is not None:
        audits.audit(session, actor, audit_id)
    return Matter(
        applications.case(session, certificate.case_id),
        certificate,
        queries.timeline(session, certificate.id),
        None if audit_id is None else audits.for_decision(session, audit_id),
    )


def roles_on(actor: Actor, audit_company: str | None) -> frozenset[Role]:
    """The roles that the actor has on a case: a decider decides their own company's."""
    if actor.organisation == audit_company:
        return actor.roles
    return actor.roles - _OF_THE_COMPANY


def facts(
    session: Session, actor: Actor, now: datetime, matter: Matter, proposal: Proposal
) -> Facts:
    """Everything that the guards ask about, but whether a corridor is taken (`with_taken`)."""
    return Facts(
        now=now,
        policy=_policy(session, now, matter),
        person=actor.person,
        involvements=access.involved(session, matter.case.application),
        conflicts=(
            ()
            if actor.person is None
            else register.conflicts_of(session, actor.person, matter.case.recruiter)
        ),
        contracted=matter.case.state == "contracted",
        contracted_corridors=matter.case.corridors,
        audit=None if matter.audit is None else _audited(matter.audit),
        checked=_checked(session, now, matter),
        held=_held(session, now, matter),
        proposal=proposal,
    )


def _policy(session: Session, now: datetime, matter: Matter) -> Policy:
    """A certificate keeps the policy that it was granted or last renewed under.

    A certificate that is to be born, and a renewal (`renewing`), is judged by the one in force.
    """
    if matter.certificate is None:
        return scheme.policy_in_force(session, now)
    return scheme.policy(session, matter.certificate.policy)


def renewing(session: Session, known: Facts) -> Facts:
    """The same facts for a renewal, which begins a cycle under the policy in force."""
    return replace(known, policy=scheme.policy_in_force(session, known.now))


def with_taken(
    session: Session, known: Facts, matter: Matter, corridors: Iterable[str], start: datetime
) -> Facts:
    """The facts with the recruiter's other certificates that hold some of the corridors.

    The recruiter must be locked, so that none is issued meanwhile.
    """
    entity = recruiters.survivor(session, matter.case.recruiter).id
    others = select(Certificate).where(
        Certificate.recruiter_id.in_(recruiters.family(session, entity))
    )
    if matter.certificate is not None:
        others = others.where(Certificate.id != matter.certificate.id)
    wanted = tuple(corridors)
    taken = tuple(
        (corridor, other.number)
        for other in session.scalars(others.order_by(Certificate.id))
        for corridor in occupied(queries.timeline(session, other.id), wanted, start)
    )
    return replace(known, taken=taken)


def _checked(session: Session, now: datetime, matter: Matter) -> Checked | None:
    found = checks.standing(session, matter.case.recruiter)
    if found is None:
        return None
    return Checked(
        made_on=day_of(found.made_at, _policy(session, now, matter).zone),
        workers=found.workers,
        unremedied=found.unremedied,
        unclear=found.unclear,
        outdated=found.outdated,
    )


def _audited(audit: AuditForDecision) -> Audited:
    return Audited(
        kind=audit.kind,
        state=audit.state,
        fieldwork_ended_on=audit.fieldwork_ended_on,
        findings=tuple(
            Finding(f.criterion, f.grade, f.state)
            for f in sorted(audit.findings, key=lambda f: (f.grade, f.criterion))
        ),
    )


def _held(session: Session, now: datetime, matter: Matter) -> Held | None:
    if matter.certificate is None or matter.timeline is None:
        return None
    identity = matter.certificate.id
    return Held(
        status=status_at(matter.timeline, now),
        corridors=corridors_at(matter.timeline, now),
        newest_corridors=matter.timeline.terms[-1].corridors,
        begins=matter.timeline.terms[0].start,
        newest_begins=matter.timeline.terms[-1].start,
        reasons=tuple(_open(reason) for reason in queries.open_reasons(session, identity)),
        granted_by=_deciders(session, identity, DecisionType.GRANT, DecisionType.TRANSFER_IN),
        withdrawn_by=_deciders(session, identity, DecisionType.WITHDRAW),
    )


def _open(reason: SuspensionReason) -> OpenReason:
    return OpenReason(
        id=reason.id,
        code=reason.code,
        corridor=reason.corridor,
        opening=Opening(reason.opening),
        opened_at=reason.opened_at,
        deadline=reason.deadline,
        confirmed=reason.confirmed_at is not None,
    )


def _deciders(session: Session, certificate_id: str, *types: DecisionType) -> frozenset[str]:
    return frozenset(
        session.scalars(
            select(Decision.person_id).where(
                Decision.certificate_id == certificate_id, Decision.type.in_(types)
            )
        )
    )
