"""The only code that writes applications: each move of DOMAIN §5, and what stands beside it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any

from app.access.lifecycle import Kind
from app.access.queries import kind_of
from app.applications import agreement, audit_time, queries, self_assessment
from app.applications.content import Content, Maturity, SelfAssessment, check_indicators
from app.applications.fee import Payment, payment_faults
from app.applications.lifecycle import APPLICATION, EDITABLE, Facts, RejectionReason, State
from app.applications.models import Agreement, Application, DeferralItem, FeeInvoice, FeePayment
from app.applications.timers import due_action
from app.assessors import queries as assessors
from app.assessors.conflicts import queries as register
from app.kernel.errors import Conflict, FieldError, Invalid, NotFound, StaleVersion
from app.kernel.identifiers import new_id
from app.kernel.roles import SYSTEM, Role
from app.lifecycle import approvals, journal
from app.lifecycle.approvals import Approval
from app.lifecycle.journal import MoveRefused, RoleRefused, Work, Workbench
from app.lifecycle.machine import BORN
from app.lifecycle.worker import each
from app.platform.database import try_lock
from app.recruiters import service as recruiters
from app.recruiters.models import Recruiter
from app.scheme import queries as scheme
from app.scheme.policy import Policy
from app.scheme.standard import Standard


def draft(work: Work, *, recruiter_id: str, content: Content) -> Application:
    """Begin an application of the caller's own recruiter, under the standard in force now.

    Where it brings no self-assessment, the recruiter's last one is its beginning. Raises NotFound,
    Invalid, RoleRefused, Conflict for an entry that was merged into another.
    """
    recruiter = journal.lock(work, Recruiter, recruiter_id)
    if recruiter.organisation_id != work.actor.organisation:
        raise NotFound(f"there is no recruiter {recruiter_id} of yours")
    if recruiter.merged_into_id is not None:
        raise Conflict(f"this entry was merged: apply as recruiter {recruiter.merged_into_id}")
    standard = scheme.standard_in_force(work.session, work.now)
    former = queries.former_self_assessment(work.session, recruiter.id)
    if content.self_assessment is None and former is not None:
        begun = self_assessment.prefilled(former.assessment, standard)
        content = replace(content, self_assessment=begun)
    check_answers(work, recruiter.id, content, standard)
    application = Application(
        id=new_id(work.now),
        recruiter_id=recruiter.id,
        standard=standard.code,
        content=content.as_json(),
    )
    facts = Facts(
        standard=standard,
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

    `changes` are fields of `Content`. Raises NotFound, StaleVersion, MoveRefused, Invalid.
    """
    application, facts = editable(work, application_id, expected_version)
    content = replace(facts.content, **changes)
    check_answers(work, application.recruiter_id, content, facts.standard)
    application.content = content.as_json()
    return application


def assess(
    work: Work,
    application_id: str,
    answers: Sequence[Maturity],
    *,
    completed_on: date | None,
    whole: bool,
    expected_version: int | None = None,
) -> Application:
    """Answer the self-assessment: `whole` replaces it, else these answers join the others.

    `completed_on` is today where none is given. Raises what `edit` raises.
    """
    application, facts = editable(work, application_id, expected_version)
    before = None if whole else facts.content.self_assessment
    assessed = self_assessment.merged(before, answers, completed_on or facts.today)
    content = replace(facts.content, self_assessment=assessed)
    sent = replace(content, self_assessment=self_assessment.merged(None, answers, facts.today))
    check_answers(work, application.recruiter_id, sent, facts.standard, root="")
    application.content = content.as_json()
    return application


def submit(work: Work, application_id: str, *, expected_version: int | None = None) -> Application:
    """Hand the application in: the fee is invoiced, and it keeps the policy in force now.

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
    work.session.add(
        FeeInvoice(
            year=facts.today.year,
            application_id=application.id,
            amount_minor=facts.policy.application_fee.minor,
            currency=facts.policy.application_fee.currency,
            issued_at=work.now,
        )
    )
    return application


def record_payment(work: Work, application_id: str, payment: Payment) -> Application:
    """Record one amount that arrived for the fee, in whatever state the application is.

    The review starts with `clear_payment`. Raises NotFound, Conflict, MoveRefused.
    """
    application, facts = _held(work, application_id)
    _record(work, application, facts, payment)
    return application


def clear_payment(
    work: Work,
    application_id: str,
    payment: Payment | None = None,
    *,
    expected_version: int | None = None,
) -> Application:
    """The fee is there in full: the review starts. `payment` is recorded first, if it is given.

    Raises NotFound, RoleRefused, MoveRefused, Conflict.
    """
    application, facts = _held(work, application_id)
    if payment is not None and application.state == State.SUBMITTED:
        _record(work, application, facts, payment)
        facts = replace(facts, fee=queries.fee(work.session, application.id))
    journal.move(
        work,
        APPLICATION,
        application,
        "clear_payment",
        facts,
        expected_version=expected_version,
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
    read: str | None = None,
    expected_version: int | None = None,
) -> Application | Approval:
    """Sign the agreement between the recruiter and the audit company, first the recruiter.

    The recruiter's signature names the audit company and shows it the application; its programme
    manager signs second, within the offer's time. Until then the recruiter may name another one:
    what was signed before falls. `read` is the SHA-256 of the text that the signer read. Raises
    NotFound, Invalid, RoleRefused, MoveRefused, SecondSignatureRefused, Conflict where the second
    names another company or the text is another one.
    """
    application, facts = _held(work, application_id)
    if kind_of(work.session, audit_company) is not Kind.AUDIT_COMPANY:
        reason = f"there is no audit company {audit_company}"
        raise Invalid(reason, errors=[FieldError("/audit_company", reason)])
    if Role.PROGRAMME_MANAGER in work.actor.roles and audit_company != work.actor.organisation:
        raise Conflict("you sign for your own audit company; this names another one")
    if _names_another(work, application, audit_company):
        approvals.retract(work.session, work.now, queries.contract_matter(application))
    signed = _agreement(work, application, audit_company, facts.policy)
    if read is not None and read != signed.sha256:
        raise Conflict("the agreement has another text than the one you read: read it again")
    entry = journal.record(
        work,
        APPLICATION,
        application,
        "contract",
        replace(
            facts,
            audit_company=audit_company,
            company=assessors.company_approval(work.session, audit_company),
            company_conflicts=register.conflicts_of_company(
                work.session, audit_company, application.recruiter_id
            ),
        ),
        expected_version=expected_version,
        details={"audit_company": audit_company, "agreement": signed.id},
        terms={"audit_company": audit_company, "agreement": signed.sha256},
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
        overdue = queries.overdue(session, now)
    return each(overdue, partial(_fire, workbench))


def _fire(workbench: Workbench, application_id: str) -> bool:
    with workbench.begin(SYSTEM) as work:
        application, facts = _held(work, application_id)
        action = due_action(application.state, facts.since, work.now, facts.policy, facts.stops)
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
    return application, queries.facts(work.session, work.actor, application, since, work.now)


def editable(
    work: Work, application_id: str, expected_version: int | None = None
) -> tuple[Application, Facts]:
    """The application, locked, and its facts, where its content may change.

    Raises NotFound, StaleVersion, MoveRefused.
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
    return application, facts


def check_answers(
    work: Work,
    recruiter_id: str,
    content: Content,
    standard: Standard,
    *,
    root: str = "/self_assessment",
) -> None:
    """The standard knows what is answered, and evidence is a document of this recruiter.

    Raises Invalid, naming each fault.
    """
    check_indicators(content, standard, root)
    assessment = content.self_assessment or SelfAssessment(date.min)
    named = [
        (place, document)
        for place, answer in enumerate(assessment.answers)
        for document in answer.evidence
    ]
    known = queries.known_documents(work.session, recruiter_id, {document for _, document in named})
    errors = [
        FieldError(
            f"{root}/answers/{place}/evidence",
            f"there is no document {document} of yours",
        )
        for place, document in named
        if document not in known
    ]
    if errors:
        raise Invalid("Evidence names documents that are not there.", errors=errors)


def _record(work: Work, application: Application, facts: Facts, payment: Payment) -> None:
    if Role.SCHEME_MANAGER not in work.actor.roles:
        raise RoleRefused("a payment is recorded by a scheme_manager")
    if facts.fee is None:
        reason = "no fee was invoiced: the application was not handed in"
        raise MoveRefused(reason, reasons=[reason])
    if not try_lock(work.session, f"payment {payment.reference}"):
        raise Conflict(f"the payment {payment.reference} is being recorded at this moment")
    known = queries.is_recorded(work.session, payment.reference)
    if faults := list(payment_faults(payment, facts.fee, facts.today, known=known)):
        raise MoveRefused("; ".join(faults), reasons=faults)
    work.session.add(
        FeePayment(
            id=new_id(work.now),
            invoice_id=queries.invoice_of(work.session, application.id).id,
            reference=payment.reference,
            amount_minor=payment.amount.minor,
            currency=payment.amount.currency,
            received_on=payment.received_on,
            recorded_at=work.now,
            recorded_by=work.actor.person,
        )
    )
    work.session.flush()


def _names_another(work: Work, application: Application, audit_company: str) -> bool:
    """Does the recruiter give up the audit company that it named before?"""
    return (
        application.state == State.ACCEPTED
        and Role.RECRUITER_ADMIN in work.actor.roles
        and application.audit_company_id not in (None, audit_company)
    )


def _agreement(
    work: Work, application: Application, audit_company: str, rules: Policy
) -> Agreement:
    """What is signed with this company: the text that waits for the second signature, or a new one.

    A text that nobody signs in the end goes with the transaction that wrote it.
    """
    waiting = queries.signed_agreement(work.session, application)
    if waiting is not None and waiting.audit_company_id == audit_company:
        return waiting
    wording = queries.agreement_text(work.session, application, audit_company, rules)
    written = Agreement(
        id=new_id(work.now),
        application_id=application.id,
        audit_company_id=audit_company,
        wording=agreement.VERSION,
        text=wording,
        sha256=agreement.digest(wording),
        opened_at=work.now,
    )
    work.session.add(written)
    return written
