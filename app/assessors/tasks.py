"""What waits for whom among assessors (DOMAIN §5a), for `GET /v1/me/tasks`.

Applications of companies and auditors wait for a scheme manager, second signatures for another
person of the role; the yearly declaration waits for every approved auditor, and an approval that
ends soon for whoever can record audits. A fixed number of queries, whatever there is.
"""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from types import MappingProxyType

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from app.access.models import Person
from app.access.tasks import MOST, TaskItem
from app.assessors import queries
from app.assessors.conflicts import queries as register
from app.assessors.lifecycle import AUDIT_COMPANY, AUDITOR, AuditorState, CompanyState
from app.assessors.models import AuditCompany, Auditor
from app.kernel.dates import day_of, end_of_day
from app.kernel.roles import Actor, Role
from app.lifecycle.approvals import Approval
from app.scheme import queries as scheme

_AUDITOR_STEPS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        AuditorState.APPLIED: ("train", "Record the auditor's training once it is completed."),
        AuditorState.TRAINED: ("examine", "Record the auditor's examination once it is passed."),
        AuditorState.EXAMINED: ("witness", "Have an audit of the auditor witnessed."),
        AuditorState.WITNESSED: ("approve", "Approve the auditor for kinds, corridors, languages."),
    }
)
_COMPANY_STEPS: Mapping[str, str] = MappingProxyType(
    {
        "approve": "Approve or refuse the audit company.",
        "reinstate": "Sign too, to give the audit company its approval back.",
        "withdraw": "Sign too, to withdraw the audit company's approval.",
    }
)
_WARNED_BEFORE = timedelta(days=90)
"""How long before it ends an approval becomes a task."""
_DECLARED_BEFORE = timedelta(days=30)
"""How long before it counts no more a declaration becomes a task."""


def waiting(session: Session, actor: Actor, now: datetime) -> Iterator[TaskItem]:
    """What waits for this actor: applications, signatures, declarations, approvals that end."""
    if Role.SCHEME_MANAGER in actor.roles:
        yield from _applications(session)
    if actor.roles & AUDIT_COMPANY.roles("withdraw") | actor.roles & AUDIT_COMPANY.roles("approve"):
        yield from _signatures(session, actor, now)
    yield from _of_auditors(session, actor, now)


def _applications(session: Session) -> Iterator[TaskItem]:
    applied = select(AuditCompany.id).where(AuditCompany.state == CompanyState.APPLIED)
    for company in session.scalars(applied.order_by(AuditCompany.id).limit(MOST)):
        yield _of_company(company, "approve", None)
    steps = select(Auditor.id, Auditor.state).where(Auditor.state.in_(_AUDITOR_STEPS))
    for auditor, state in session.execute(steps.order_by(Auditor.id).limit(MOST)):
        action, what = _AUDITOR_STEPS[state]
        yield _of_auditor(auditor, what, action, f"/v1/auditors/{auditor}/{action}", None)


def _signatures(session: Session, actor: Actor, now: datetime) -> Iterator[TaskItem]:
    """Open first signatures of other people that this actor may complete."""
    asked = (
        select(AuditCompany.id, Approval)
        .join(
            Approval,
            and_(
                Approval.machine == AUDIT_COMPANY.name,
                Approval.subject == AuditCompany.id,
                Approval.subject_version == AuditCompany.version,
                Approval.completed_at.is_(None),
                Approval.lapsed_at.is_(None),
                Approval.expires_at > now,
                Approval.first_person != actor.person,
            ),
        )
        .order_by(Approval.id)
        .limit(MOST)
    )
    for company, signed in session.execute(asked):
        # An application waits for every scheme manager already, signed once or not.
        if signed.action != "approve" and actor.roles & AUDIT_COMPANY.roles(signed.action):
            yield _of_company(company, signed.action, signed.expires_at)


def _of_auditors(session: Session, actor: Actor, now: datetime) -> Iterator[TaskItem]:
    """The actor's own declaration, and approvals that end for who records audits."""
    asked = select(Auditor).where(Auditor.state == AuditorState.APPROVED)
    if Role.SCHEME_MANAGER in actor.roles:
        asked = asked.order_by(Auditor.id).limit(MOST)
    elif Role.PROGRAMME_MANAGER in actor.roles:
        people = select(Person.id).where(Person.organisation_id == actor.organisation)
        asked = asked.where(Auditor.person_id.in_(people)).order_by(Auditor.id).limit(MOST)
    else:
        asked = asked.where(Auditor.person_id == actor.person)
    held = session.scalars(asked).all()
    rules = scheme.policy_in_force(session, now)
    today = day_of(now, rules.zone)
    for approval in queries.approvals_of(session, held, now):
        if approval.person == actor.person:
            declared = register.declared_on(session, [approval.person], now)
            counts_until = declared.get(approval.person, date.min) + timedelta(
                days=rules.declaration_days
            )
            if counts_until - _DECLARED_BEFORE <= today:
                yield TaskItem(
                    kind="declaration",
                    subject=f"/v1/auditors/{approval.auditor}",
                    what="Declare your conflicts of interest, or that there are none.",
                    due=end_of_day(counts_until, rules.zone) if declared else None,
                    action="declare",
                    href="/v1/declarations",
                )
        elif approval.term is not None and approval.term.ends_on - _WARNED_BEFORE <= today:
            yield _of_auditor(
                approval.auditor,
                "Record audits: the approval ends with " + " and ".join(approval.term.reasons),
                "record_audits",
                f"/v1/auditors/{approval.auditor}/audits",
                end_of_day(approval.term.ends_on, rules.zone),
            )


def _of_company(company: str, action: str, due: datetime | None) -> TaskItem:
    address = f"/v1/audit-companies/{company}"
    return TaskItem(
        kind=AUDIT_COMPANY.name,
        subject=address,
        what=_COMPANY_STEPS[action],
        due=due,
        action=action,
        href=f"{address}/{action}",
    )


def _of_auditor(auditor: str, what: str, action: str, href: str, due: datetime | None) -> TaskItem:
    return TaskItem(
        kind=AUDITOR.name,
        subject=f"/v1/auditors/{auditor}",
        what=what,
        due=due,
        action=action,
        href=href,
    )
