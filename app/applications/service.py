"""The only code that writes applications: each move of DOMAIN §5, and what stands beside it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from app.access.lifecycle import Kind
from app.access.queries import kind_of
from app.applications import audit_time, queries
from app.applications.content import Content, check_indicators
from app.applications.lifecycle import APPLICATION, EDITABLE, Facts, Payment, RejectionReason, State
from app.applications.models import Application, ApplicationPayment, DeferralItem
from app.applications.timers import TIMED, due_action, shortest
from app.kernel.errors import Conflict, FieldError, Invalid, NotFound, StaleVersion
from app.kernel.identifiers import new_id
from app.kernel.roles import SYSTEM
from app.lifecycle import journal
from app.lifecycle.approvals import Approval
from app.lifecycle.journal import MoveRefused, Work, Workbench
from app.lifecycle.machine import BORN
from app.lifecycle.worker import each
from app.platform.database import try_lock
from app.recruiters import service as recruiters
from app.recruiters.models import Recruiter
from app.scheme import queries as scheme


def draft(work: Work, *, recruiter_id: str, content: Content) -> Application:
    """Begin an application of the caller's own recruiter, under the standard in force now.

    Raises NotFound, Invalid, RoleRefused.
    """
    recruiter = journal.lock(work, Recruiter, recruiter_id)
    if recruiter.organisation_id != work.actor.organisation:
        raise NotFound(f"there is no recruiter {recruiter_id} of yours")
    standard = scheme.standard_in_force(work.session, work.now)
    check_indicators(content, standard)
    application = Application(
        id=new_id(work.now),
        recruiter_id=recruiter.id,
        standard=standard.code,
        content=content.as_json(),
    )
    facts = Facts(
        policy=scheme.policy_in_force(work.session, work.now),
        now=work.now,
        state=BORN,
        since=work.now,
        home=recruiter.country,
        content=content,
    )
    journal.move(work, APPLICATION, application, "draft", facts)
    return application


def edit(
    work: Work,
    application_id: str,
    changes: Mapping[str, Any],
    *,
    expected_version: int | None = None,
) -> Application:
    """Replace the named parts of the content, while it is drafted or answers a deferral.

    `changes` are fields of `Content`. Raises NotFound, Invalid, StaleVersion, MoveRefused.
    """
    application, facts = _held(work, application_id)
    if expected_version is not None and expected_version != application.version:
        raise StaleVersion(
            f"version {expected_version} is not current: the application is at"
            f" {application.version}; read it again"
        )
    if application.state not in EDITABLE:
        reason = (
            f"the application is {application.state}; its content changes while it is"
            f" {' or '.join(sorted(EDITABLE))}"
        )
        raise MoveRefused(reason, reasons=[reason])
    content = replace(facts.content, **changes)
    check_indicators(content, scheme.standard(work.session, application.standard))
    application.content = content.as_json()
    return application


def submit(work: Work, application_id: str, *, expected_version: int | None = None) -> Application:
    """Hand the application in: from now on it keeps the policy in force now.

    Raises NotFound, RoleRefused, MoveRefused with every gap.
    """
    application, facts = _held(work, application_id)
    journal.move(
        work,
        APPLICATION,
        application,
        "submit",
        facts,
        expected_version=expected_version,
        changes={"policy": facts.policy.version},
    )
    return application


def clear_payment(
    work: Work, application_id: str, payment: Payment, *, expected_version: int | None = None
) -> Application:
    """Record that the fee was received in full: the review starts.

    Raises NotFound, RoleRefused, MoveRefused, Conflict.
    """
    application, facts = _held(work, application_id)
    if not try_lock(work.session, f"invoice {payment.invoice_number}"):
        raise Conflict(f"invoice {payment.invoice_number} is being recorded at this moment")
    used = queries.is_paid(work.session, payment.invoice_number)
    journal.move(
        work,
        APPLICATION,
        application,
        "clear_payment",
        replace(facts, payment=payment, invoice_used=used),
        expected_version=expected_version,
    )
    work.session.add(
        ApplicationPayment(
            id=new_id(work.now),
            application_id=application.id,
            invoice_number=payment.invoice_number,
            amount_minor=payment.amount.minor,
            currency=payment.amount.currency,
            received_on=payment.received_on,
            recorded_at=work.now,
        )
    )
    return application


def defer(
    work: Work,
    application_id: str,
    requests: Sequence[str],
    *,
    expected_version: int | None = None,
) -> Application:
    """Ask the recruiter for what is missing, item by item. Raises NotFound, RoleRefused, …"""
    application, facts = _held(work, application_id)
    items = [
        DeferralItem(
            id=new_id(work.now), application_id=application.id, place=place, request=request
        )
        for place, request in enumerate(requests, start=1)
    ]
    journal.move(
        work,
        APPLICATION,
        application,
        "defer",
        replace(facts, items=tuple(requests)),
        expected_version=expected_version,
        details={"items": [item.id for item in items]},
    )
    for item in items:
        item.deferral = application.version
    work.session.add_all(items)
    return application


def answer_item(work: Work, application_id: str, item_id: str, answer: str) -> Application:
    """Answer one item of the present deferral; until the review goes on it may be changed.

    Raises NotFound, MoveRefused where no deferral waits.
    """
    application, _ = _held(work, application_id)
    if application.state != State.DEFERRED:
        reason = f"the application is {application.state}; items are answered while it is deferred"
        raise MoveRefused(reason, reasons=[reason])
    item = queries.item(work.session, application, item_id)
    item.answer, item.answered_at, item.answered_by = answer, work.now, work.actor.person
    return application


def resume(work: Work, application_id: str, *, expected_version: int | None = None) -> Application:
    """Let the review go on, every item answered in time. Raises NotFound, RoleRefused, …"""
    application, facts = _held(work, application_id)
    journal.move(work, APPLICATION, application, "resume", facts, expected_version=expected_version)
    return application


def reject(
    work: Work,
    application_id: str,
    reasons: Sequence[RejectionReason],
    *,
    expected_version: int | None = None,
) -> Application | Approval:
    """Reject it for these reasons, which two application reviewers sign; appealable.

    The first signature answers with the Approval that waits for the second. Raises NotFound,
    RoleRefused, MoveRefused, SecondSignatureRefused, Conflict where the second names others.
    """
    application, facts = _held(work, application_id)
    codes = sorted(reason.value for reason in reasons)
    entry = journal.record(
        work,
        APPLICATION,
        application,
        "reject",
        replace(facts, reasons=tuple(reasons)),
        reason=codes[0] if codes else None,
        expected_version=expected_version,
        details={"reasons": codes},
        terms={"reasons": codes},
    )
    return entry if isinstance(entry, Approval) else application


def accept(work: Work, application_id: str, *, expected_version: int | None = None) -> Application:
    """Accept it: the audit time is computed and the recruiter number is issued.

    Raises NotFound, RoleRefused, MoveRefused.
    """
    seen = queries.application(work.session, work.actor, application_id)
    models = {seen.id: Application, seen.recruiter_id: Recruiter}
    for subject_id in sorted(models):
        journal.lock(work, models[subject_id], subject_id)
    application, facts = _held(work, application_id)
    journal.move(work, APPLICATION, application, "accept", facts, expected_version=expected_version)
    time = audit_time.initial(
        facts.content.workers_per_year or 0, len(facts.content.sites), facts.policy
    )
    application.stage_1_days = time.stage_1_days
    application.stage_2_days = time.stage_2_days
    application.sites_to_sample = time.sites_to_sample
    recruiters.issue_number(work, work.session.get_one(Recruiter, application.recruiter_id))
    return application


def contract(
    work: Work,
    application_id: str,
    *,
    audit_company: str,
    expected_version: int | None = None,
) -> Application | Approval:
    """Sign the agreement between the recruiter and the audit company, first the recruiter.

    The recruiter's signature names the audit company and shows it the application; its programme
    manager signs second, within the offer's time. Raises NotFound, Invalid, RoleRefused,
    MoveRefused, SecondSignatureRefused, Conflict where the second names another company.
    """
    application, facts = _held(work, application_id)
    if kind_of(work.session, audit_company) is not Kind.AUDIT_COMPANY:
        reason = f"there is no audit company {audit_company}"
        raise Invalid(reason, errors=[FieldError("/audit_company", reason)])
    entry = journal.record(
        work,
        APPLICATION,
        application,
        "contract",
        replace(facts, audit_company=audit_company),
        expected_version=expected_version,
        details={"audit_company": audit_company},
        terms={"audit_company": audit_company},
    )
    application.audit_company_id = audit_company
    return entry if isinstance(entry, Approval) else application


def withdraw(
    work: Work, application_id: str, *, expected_version: int | None = None
) -> Application:
    """Take the application back, at any time before the contract. Raises NotFound, …"""
    application, facts = _held(work, application_id)
    journal.move(
        work, APPLICATION, application, "withdraw", facts, expected_version=expected_version
    )
    return application


def fire_due(workbench: Workbench) -> int:
    """The system's own moves that are due: drafts dropped, deferrals and offers lapsed.

    Each in a transaction of its own, once; the number of moves made. For the worker.
    """
    now = workbench.clock.now()
    with workbench.database.read() as session:
        least = min(map(shortest, scheme.published_policies(session)))
        waiting = queries.waiting(session, TIMED, now, now - least)
    overdue = [
        one.application.id
        for one in waiting
        if due_action(one.application.state, one.since, now, one.policy)
    ]
    return each(overdue, partial(_fire, workbench))


def _fire(workbench: Workbench, application_id: str) -> bool:
    with workbench.begin(SYSTEM) as work:
        application, facts = _held(work, application_id)
        action = due_action(application.state, facts.since, work.now, facts.policy)
        if action is None:  # somebody moved it since it was read
            return False
        journal.move(work, APPLICATION, application, action, facts)
    return True


def _held(work: Work, application_id: str) -> tuple[Application, Facts]:
    """The application, locked, and its facts. Raises NotFound where the actor may not see it."""
    application = journal.lock(work, Application, application_id)
    if not queries.is_visible(work.session, work.actor, application):
        raise NotFound(f"there is no application {application_id}")
    since = queries.entered_at(work.session, application)
    return application, queries.facts(work.session, application, since, work.now)
