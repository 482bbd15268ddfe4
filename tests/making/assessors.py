"""Audit companies and auditors in every state, declarations and conflicts, made by the services."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta

from app.access.independence import Tie
from app.access.lifecycle import Kind
from app.assessors import queries, service
from app.assessors.competence import Competence
from app.assessors.conflicts import queries as register
from app.assessors.conflicts import service as conflicts
from app.assessors.conflicts.lifecycle import Source
from app.assessors.lifecycle import AuditorState, CompanyState
from app.assessors.models import AuditCompany, Auditor, Schooling, Seat
from app.assessors.reasons import Reason
from app.assessors.service import Qualified, TakenPart
from app.kernel.dates import day_of
from app.kernel.roles import SYSTEM, Actor, Role
from app.lifecycle.journal import Work, Workbench
from app.scheme import queries as scheme
from app.scheme.audit_kinds import AuditKind
from tests.making import access
from tests.making.access import Someone

COMPETENCE = Competence(
    kinds=frozenset(kind.value for kind in AuditKind),
    standards=frozenset({"iris-1.2"}),
    corridors=frozenset({"NP-MY", "NP-QA", "BD-MY", "BD-SA"}),
    languages=frozenset({"ne", "bn", "en"}),
)
"""Enough for every application that the builders make."""


class Officers:
    """The scheme's people who move companies and auditors: two for each signature."""

    def __init__(self, work: Work) -> None:
        scheme = access.organisation(work.acting_as(SYSTEM), Kind.SCHEME_MANAGER)
        self.manager = access.person(work, scheme, Role.SCHEME_MANAGER)
        self.second_manager = access.person(work, scheme, Role.SCHEME_MANAGER)
        self.integrity = access.person(work, scheme, Role.INTEGRITY_OFFICER)
        self.second_integrity = access.person(work, scheme, Role.INTEGRITY_OFFICER)


def as_(work: Work, someone: Someone) -> Work:
    """The same transaction as somebody else's."""
    return work.acting_as(someone.actor)


def company(
    work: Work,
    officers: Officers,
    manager: Someone,
    state: CompanyState = CompanyState.APPROVED,
) -> AuditCompany:
    """The company of this programme manager, in that state."""
    made = service.apply_as_company(as_(work, manager))
    for action, reason, signers in _COMPANY_PATHS[state]:
        for signer in signers:
            service.move_company(as_(work, getattr(officers, signer)), made.id, action, reason)
    return made


_MANAGERS = ("manager", "second_manager")
_OFFICERS = ("integrity", "second_integrity")
_APPROVED = (("approve", Reason.REQUIREMENTS_MET, _MANAGERS),)
_COMPANY_PATHS: dict[CompanyState, tuple[tuple[str, Reason, tuple[str, ...]], ...]] = {
    CompanyState.APPLIED: (),
    CompanyState.APPROVED: _APPROVED,
    CompanyState.REFUSED: (("refuse", Reason.REQUIREMENTS_NOT_MET, ("manager",)),),
    CompanyState.WARNED: (*_APPROVED, ("warn", Reason.REPORTS_LATE, ("integrity",))),
    CompanyState.SUSPENDED: (*_APPROVED, ("suspend", Reason.AUDITS_DEFICIENT, ("integrity",))),
    CompanyState.WITHDRAWN: (*_APPROVED, ("withdraw", Reason.FALSE_INFORMATION, _OFFICERS)),
}


def auditor(
    work: Work,
    officers: Officers,
    person: str,
    state: AuditorState = AuditorState.APPROVED,
    competence: Competence = COMPETENCE,
) -> Auditor:
    """This person as an auditor in that state."""
    today = day_of(work.now, scheme.policy_in_force(work.session, work.now).zone)
    manager, integrity = as_(work, officers.manager), as_(work, officers.integrity)
    made = service.apply_as_auditor(
        manager,
        person,
        [
            Qualified(Schooling.EDUCATION, "Law", date(2005, 9, 1), date(2010, 6, 30)),
            Qualified(Schooling.EXPERIENCE, "Labour inspection", date(2011, 1, 1)),
        ],
    )
    steps: dict[AuditorState, Callable[[], object]] = {
        AuditorState.TRAINED: lambda: service.train(manager, made.id, today, "Course"),
        AuditorState.EXAMINED: lambda: service.examine(manager, made.id, today, "Examination"),
        AuditorState.WITNESSED: lambda: service.witness(
            manager, made.id, part(today, officers, hours=24)
        ),
        AuditorState.APPROVED: lambda: service.approve(manager, made.id, competence),
        AuditorState.SUSPENDED: lambda: service.move_auditor(
            integrity, made.id, "suspend", Reason.UNDER_INVESTIGATION
        ),
        AuditorState.WITHDRAWN: lambda: service.move_auditor(
            integrity, made.id, "withdraw", Reason.OWN_REQUEST
        ),
    }
    for reached, step in steps.items():
        if state is AuditorState.APPLIED:
            break
        if state is AuditorState.WITHDRAWN and reached is AuditorState.SUSPENDED:
            continue
        step()
        if reached is state:
            break
    return made


def part(on: date, officers: Officers, hours: int = 150, *, witnessed: bool = True) -> TakenPart:
    """An audit elsewhere that ended on that day."""
    return TakenPart(
        Seat.AUDITOR,
        on,
        hours,
        reference="Elsewhere",
        witnessed_by=officers.integrity.person if witnessed else None,
    )


def ready(workbench: Workbench, people: Iterable[Someone]) -> None:
    """Let these people be approved auditors with a declaration of today, where they are not.

    One whose approval would end soon has just done enough audits; one whose has ended is new.
    """
    members = list(people)
    ids = [someone.person for someone in members]
    now = workbench.clock.now()
    with workbench.database.read() as session:
        today = day_of(now, scheme.policy_in_force(session, now).zone)
        held = queries.approvals(session, ids, now)
        declared = register.declared_on(session, ids, now)
    ended = [approval for approval in held.values() if approval.gap(today)]
    fading = [
        approval.auditor
        for approval in held.values()
        if approval not in ended
        and approval.term is not None
        and approval.term.ends_on < today + timedelta(days=400)
    ]
    lately = _declared_lately(declared, ids, today)
    if lately and not fading and not ended and len(held) == len(ids):
        return
    with workbench.begin(SYSTEM) as work:
        officers = Officers(work)
    for approval in ended:
        with workbench.begin(officers.integrity.actor) as work:
            service.move_auditor(work, approval.auditor, "withdraw", Reason.APPROVAL_ENDED)
    standing = held.keys() - {approval.person for approval in ended}
    with workbench.begin(SYSTEM) as work:
        for someone in members:
            if someone.person not in standing:
                auditor(work, officers, someone.person)
            if not _declared_lately(declared, [someone.person], today):
                conflicts.declare(as_(work, someone), [])
    for identity in fading:
        with workbench.begin(officers.manager.actor) as work:
            service.record_audits(work, identity, [part(today, officers)])


def _declared_lately(declared: Mapping[str, date], people: Iterable[str], today: date) -> bool:
    return all(declared.get(one, date.min) > today - timedelta(days=300) for one in people)


def conflict(
    work: Work,
    officer: Actor,
    recruiter_organisation: str,
    *,
    person: str | None = None,
    audit_company: str | None = None,
    tie: Tie = Tie.EMPLOYMENT,
    since: date = date(2020, 1, 1),
    until: date | None = None,
) -> str:
    """The id of a conflict that an officer discovered."""
    made = conflicts.record(
        work.acting_as(officer),
        conflicts.NewConflict(recruiter_organisation, tie, since, until),
        Source.DISCOVERED,
        person=person,
        audit_company=audit_company,
    )
    return made.id
