"""What may be read of applications, limited to what the caller may see (SECURITY S7)."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, bindparam, func, select
from sqlalchemy.orm import Session

from app.access.lifecycle import Kind
from app.access.queries import is_assigned, kind_of, organisation_name, seen
from app.access.visibility import sight
from app.applications import agreement as wording
from app.applications.content import Content, SelfAssessment, Site
from app.applications.fee import Fee, Payment, invoice_number
from app.applications.lifecycle import APPLICATION, Facts, State, as_called_in_full
from app.applications.models import (
    Agreement,
    Application,
    DeferralItem,
    Document,
    FeeInvoice,
    FeePayment,
)
from app.applications.timers import TIMED, due_action, shortest
from app.assessors import queries as assessors
from app.assessors.conflicts import queries as register
from app.kernel.dates import day_of
from app.kernel.errors import Invalid, NotFound
from app.kernel.identifiers import is_id
from app.kernel.money import Money
from app.kernel.roles import Actor
from app.lifecycle import approvals, journal
from app.lifecycle.approvals import Approval
from app.lifecycle.journal import JournalEntry, MoveRefused
from app.lifecycle.machine import Offer
from app.platform.pagination import Paging
from app.recruiters import licence_check
from app.recruiters import queries as recruiters
from app.recruiters.models import Recruiter
from app.scheme import queries as scheme
from app.scheme.policy import Policy
from app.scheme.tolling import Stops

_LOOK_BACK = 20
"""How many applications of a recruiter are looked at for its last self-assessment."""

_BIRTH = and_(
    JournalEntry.machine == APPLICATION.name,
    JournalEntry.subject == Application.id,
    JournalEntry.version == 1,
)
"""Joins an application with the move that began it."""

_PRESENT = and_(
    JournalEntry.machine == APPLICATION.name,
    JournalEntry.subject == Application.id,
    JournalEntry.version == Application.version,
)
"""Joins an application with the move that brought it where it is."""

_CASE = (
    select(Application, Recruiter.organisation_id, JournalEntry.recorded_at)
    .join(Recruiter, Recruiter.id == Application.recruiter_id)
    .join(JournalEntry, _PRESENT)
    .where(Application.id == bindparam("case"))
)


@dataclass(frozen=True, slots=True)
class Case:
    """A certification case as other rooms need it: the application and what was agreed in it."""

    application: str
    recruiter: str
    recruiter_organisation: str
    audit_company: str | None
    state: str
    corridors: tuple[str, ...]
    sectors: tuple[str, ...]
    sites: tuple[Site, ...]
    workers_per_year: int | None
    standard: str
    contracted_at: datetime | None
    stage_1_days: int | None
    stage_2_days: int | None
    sites_to_sample: int | None


@dataclass(frozen=True, slots=True)
class Standing:
    """An application, since when it is in its state, and what its time is counted by."""

    application: Application
    since: datetime
    policy: Policy
    stops: Stops


@dataclass(frozen=True, slots=True)
class Former:
    """The self-assessment of an earlier application."""

    application: str
    assessment: SelfAssessment


@dataclass(frozen=True, slots=True)
class Reading:
    """One application with everything that its page shows to this caller."""

    standing: Standing
    history: Sequence[JournalEntry]
    fee: Fee | None
    agreement: Agreement | None
    """The text that is signed, once or twice."""
    items: Sequence[DeferralItem]
    """Of every deferral, oldest first."""
    signed: Approval | None
    """A first signature that waits for the second."""
    offers: Sequence[Offer]


def application(session: Session, actor: Actor, application_id: str) -> Application:
    """One application. Raises NotFound where there is none that the caller may see."""
    found = session.get(Application, application_id) if is_id(application_id) else None
    if found is None or not is_visible(session, actor, found):
        raise NotFound(f"there is no application {application_id[:36]}")
    return found


def is_visible(session: Session, actor: Actor, application: Application) -> bool:
    """May this actor see it? The scheme all, others their own and the cases they work on."""
    rule = sight(actor)
    return rule.everything or rule.covers(
        audit_company=application.audit_company_id,
        recruiter_organisation=recruiters.brief(session, application.recruiter_id).organisation,
        assigned=rule.assigned_to is not None
        and is_assigned(session, rule.assigned_to, case=application.id),
    )


def reading(session: Session, actor: Actor, application_id: str, now: datetime) -> Reading:
    """One application, its history, and what this caller may do with it. Raises NotFound."""
    found = application(session, actor, application_id)
    since = entered_at(session, found)
    known = facts(session, actor, found, since, now)
    return Reading(
        standing=Standing(found, since, known.policy, known.stops),
        history=journal.history(session, APPLICATION.name, found.id),
        fee=known.fee,
        agreement=signed_agreement(session, found),
        items=session.scalars(
            select(DeferralItem)
            .where(DeferralItem.application_id == found.id)
            .order_by(DeferralItem.deferral, DeferralItem.place)
        ).all(),
        signed=_signed(session, found, now),
        offers=APPLICATION.allowed(found.state, actor.roles, as_called_in_full(known)),
    )


def applications(
    session: Session,
    actor: Actor,
    paging: Paging,
    now: datetime,
    *,
    state: State | None = None,
    recruiter_id: str | None = None,
) -> list[Standing]:
    """The applications that the caller may see, in the order they were drafted."""
    asked = (
        select(Application, JournalEntry.recorded_at)
        .join(Recruiter, Recruiter.id == Application.recruiter_id)
        .join(JournalEntry, _PRESENT)
        .where(
            seen(
                actor,
                audit_company=Application.audit_company_id,
                recruiter_organisation=Recruiter.organisation_id,
                case=Application.id,
            )
        )
    )
    if state is not None:
        asked = asked.where(Application.state == state)
    if recruiter_id is not None:
        family = recruiters.family(session, recruiter_id)
        asked = asked.where(Application.recruiter_id.in_(family))
    if paging.after is not None:
        asked = asked.where(Application.id > paging.after[0])
    rows = session.execute(asked.order_by(Application.id).limit(paging.fetch))
    return _standing(session, rows, now)


def waiting(
    session: Session, states: Collection[str], now: datetime, before: datetime
) -> list[Standing]:
    """All that entered one of these states before an instant, longest ago first; whoever asks."""
    asked = (
        select(Application, JournalEntry.recorded_at)
        .join(JournalEntry, _PRESENT)
        .where(Application.state.in_(states), JournalEntry.recorded_at < before)
        .order_by(JournalEntry.position)
    )
    return _standing(session, session.execute(asked), now)


def overdue(session: Session, now: datetime, states: Collection[str] = TIMED) -> list[str]:
    """The ids of those in these states whose time is over, longest first; whoever asks."""
    least = min(map(shortest, scheme.published_policies(session)))
    return [
        one.application.id
        for one in waiting(session, states, now, now - least)
        if due_action(one.application.state, one.since, now, one.policy, one.stops)
    ]


def policy_of(session: Session, application: Application, now: datetime) -> Policy:
    """The policy that it was submitted under; a draft is judged by the one in force."""
    if application.policy is None:
        return scheme.policy_in_force(session, now)
    return scheme.policy(session, application.policy)


def case(session: Session, application_id: str) -> Case:
    """The certification case of that id, whoever asks. Raises NotFound."""
    row = None
    if is_id(application_id):
        row = session.execute(_CASE, {"case": application_id}).one_or_none()
    if row is None:
        raise NotFound(f"there is no application {application_id[:36]}")
    found, organisation, since = row
    content = Content.from_json(found.content)
    return Case(
        application=found.id,
        recruiter=found.recruiter_id,
        recruiter_organisation=organisation,
        audit_company=found.audit_company_id,
        state=found.state,
        corridors=content.corridors,
        sectors=content.sectors,
        sites=content.sites,
        workers_per_year=content.workers_per_year,
        standard=found.standard,
        contracted_at=since if found.state == State.CONTRACTED else None,
        stage_1_days=found.stage_1_days,
        stage_2_days=found.stage_2_days,
        sites_to_sample=found.sites_to_sample,
    )


def facts(
    session: Session, actor: Actor, application: Application, since: datetime, now: datetime
) -> Facts:
    """What the guards look at as this actor meets it, without what a call brings."""
    unanswered = 0
    if application.state == State.DEFERRED:
        unanswered = session.scalars(
            select(func.count())
            .select_from(DeferralItem)
            .where(*_of_present_deferral(application), DeferralItem.answer.is_(None))
        ).one()
    content = Content.from_json(application.content)
    rules = policy_of(session, application, now)
    is_judged = application.state in (State.DRAFT, State.IN_REVIEW)
    return Facts(
        policy=rules,
        stops=scheme.stops(session, application.id),
        now=now,
        state=application.state,
        since=since,
        home=recruiters.brief(session, application.recruiter_id).country,
        content=content,
        register_faults=(
            register_faults(session, content, day_of(now, rules.zone)) if is_judged else ()
        ),
        standard=scheme.standard(session, application.standard),
        fee=fee(session, application.id),
        unanswered=unanswered,
        **(
            _of_the_review(session, actor, application.recruiter_id, content, now)
            if application.state == State.IN_REVIEW
            else {}
        ),
    )


def _of_the_review(
    session: Session, actor: Actor, recruiter_id: str, content: Content, now: datetime
) -> dict[str, Any]:
    """What the guards of a review ask besides: the reviewer's conflicts, the competence there."""
    return {
        "look_alikes": tuple(recruiters.blocking_look_alikes(session, recruiter_id)),
        "competence": assessors.competence_available(session, None, content.corridors, now),
        "conflicts": ()
        if actor.person is None
        else register.conflicts_of(session, actor.person, recruiter_id),
    }


def register_faults(session: Session, content: Content, today: date) -> tuple[str, ...]:
    """What the imported registers have against the licences stated to be valid on that day.

    A country whose register was never imported says nothing.
    """
    numbers: defaultdict[str, list[str]] = defaultdict(list)
    for licence in content.licences:
        if licence.covers(today):
            numbers[licence.country].append(licence.number)
    found = []
    for country, stated in sorted(numbers.items()):
        if recruiters.register_imported_at(session, country) is None:
            continue
        said = recruiters.registers_say(session, country, stated)
        for number in stated:
            fault = licence_check.fault(said.get(number), today)
            if fault is not None:
                found.append(licence_check.in_words(fault, country, number))
    return tuple(found)


def item(session: Session, application: Application, item_id: str) -> DeferralItem:
    """One item of the present deferral. Raises NotFound."""
    found = None
    if is_id(item_id):
        found = session.scalars(
            select(DeferralItem).where(
                DeferralItem.id == item_id, *_of_present_deferral(application)
            )
        ).one_or_none()
    if found is None:
        raise NotFound(f"the present deferral has no item {item_id[:36]}")
    return found


def is_present(item: DeferralItem, application: Application) -> bool:
    """Does the deferral that waits now ask for this item?"""
    return application.state == State.DEFERRED and item.deferral == application.version


def entered_at(session: Session, application: Application) -> datetime:
    """When the application entered its present state."""
    return session.scalars(
        select(JournalEntry.recorded_at).where(
            JournalEntry.machine == APPLICATION.name,
            JournalEntry.subject == application.id,
            JournalEntry.version == application.version,
        )
    ).one()


def fee(session: Session, application_id: str) -> Fee | None:
    """What the application owes and what was received; None before it was invoiced."""
    invoice = session.scalars(
        select(FeeInvoice).where(FeeInvoice.application_id == application_id)
    ).one_or_none()
    if invoice is None:
        return None
    payments = session.scalars(
        select(FeePayment)
        .where(FeePayment.invoice_id == invoice.id)
        .order_by(FeePayment.received_on, FeePayment.id)
    )
    return Fee(
        invoice_number=invoice_number(invoice.id, invoice.year),
        amount=Money(invoice.amount_minor, invoice.currency),
        payments=tuple(
            Payment(paid.reference, Money(paid.amount_minor, paid.currency), paid.received_on)
            for paid in payments
        ),
    )


def invoice_of(session: Session, application_id: str) -> FeeInvoice:
    """The invoice of an application that has one."""
    asked = select(FeeInvoice).where(FeeInvoice.application_id == application_id)
    return session.scalars(asked).one()


def is_recorded(session: Session, reference: str) -> bool:
    """Was a payment of this reference recorded, for whichever application?"""
    asked = select(FeePayment.id).where(FeePayment.reference == reference)
    return session.scalars(asked).first() is not None


def _standing(session: Session, rows: Iterable[Any], now: datetime) -> list[Standing]:
    return [
        Standing(found, since, policy_of(session, found, now), scheme.stops(session, found.id))
        for found, since in rows
    ]


def former_self_assessment(
    session: Session, recruiter_id: str, before: str | None = None
) -> Former | None:
    """The recruiter's last self-assessment with answers, of an application drafted before."""
    asked = (
        select(Application.id, Application.content)
        .join(JournalEntry, _BIRTH)
        .where(Application.recruiter_id == recruiter_id)
    )
    if before is not None:
        begun = select(JournalEntry.position).where(
            JournalEntry.machine == APPLICATION.name,
            JournalEntry.subject == before,
            JournalEntry.version == 1,
        )
        asked = asked.where(JournalEntry.position < begun.scalar_subquery())
    latest = asked.order_by(JournalEntry.position.desc()).limit(_LOOK_BACK)
    for found, stored in session.execute(latest):
        assessment = Content.from_json(stored).self_assessment
        if assessment is not None and assessment.answers:
            return Former(found, assessment)
    return None


def agreement(
    session: Session,
    actor: Actor,
    application_id: str,
    audit_company: str | None,
    now: datetime,
) -> tuple[str, str, str]:
    """The agreement's audit company, text and wording: as it is signed, or as it would be.

    Raises NotFound, MoveRefused before the acceptance, Invalid where no audit company is known.
    """
    found = application(session, actor, application_id)
    signed = signed_agreement(session, found)
    if signed is not None and audit_company in (None, signed.audit_company_id):
        return signed.audit_company_id, signed.text, signed.wording
    if found.stage_1_days is None:
        reason = f"the application is {found.state}; an agreement is offered at acceptance"
        raise MoveRefused(reason, reasons=[reason])
    if audit_company is None or kind_of(session, audit_company) is not Kind.AUDIT_COMPANY:
        raise Invalid("name an audit company: audit_company=…")
    rules = policy_of(session, found, now)
    return audit_company, agreement_text(session, found, audit_company, rules), wording.VERSION


def agreement_text(
    session: Session, application: Application, audit_company: str, rules: Policy
) -> str:
    """The agreement's text with this company, as it would be signed now."""
    recruiter = recruiters.brief(session, application.recruiter_id)
    content = Content.from_json(application.content)
    return wording.text(
        wording.Terms(
            application=application.id,
            recruiter=recruiter.name,
            recruiter_number=recruiter.number or "",
            country=recruiter.country,
            audit_company=organisation_name(session, audit_company),
            standard=application.standard,
            policy=rules.version,
            corridors=content.corridors,
            sectors=content.sectors,
            sites=len(content.sites),
            stage_1_days=application.stage_1_days or 0,
            stage_2_days=application.stage_2_days or 0,
            sites_to_sample=application.sites_to_sample or 0,
            cycle_months=rules.cycle_months,
        )
    )


def signed_agreement(session: Session, application: Application) -> Agreement | None:
    """The text under which a signature waits for the second, or both stand, if there is one."""
    if application.audit_company_id is None:
        return None
    if application.state != State.CONTRACTED:
        waiting = approvals.open_approval(session, contract_matter(application))
        if waiting is None or waiting.completed_at is not None:
            return None
    asked = select(Agreement).where(
        Agreement.application_id == application.id,
        Agreement.audit_company_id == application.audit_company_id,
    )
    return session.scalars(asked.order_by(Agreement.id.desc()).limit(1)).first()


def contract_matter(application: Application) -> approvals.Matter:
    """What both sides of the agreement sign."""
    return approvals.Matter(APPLICATION.name, application.id, application.version, "contract")


def known_documents(session: Session, recruiter_id: str, ids: Collection[str]) -> set[str]:
    """Which of these ids are documents of this recruiter."""
    wanted = [found for found in ids if is_id(found)]
    if not wanted:
        return set()
    asked = (
        select(Document.id)
        .join(Application, Application.id == Document.application_id)
        .where(Document.id.in_(wanted), Application.recruiter_id == recruiter_id)
    )
    return set(session.scalars(asked))


def _of_present_deferral(application: Application) -> tuple[Any, ...]:
    return (
        DeferralItem.application_id == application.id,
        DeferralItem.deferral == application.version,
    )


def _signed(session: Session, application: Application, now: datetime) -> Approval | None:
    """The first signature under a rejection or a contract that still waits for the second."""
    for action in ("reject", "contract"):
        matter = approvals.Matter(APPLICATION.name, application.id, application.version, action)
        found = approvals.open_approval(session, matter)
        if found is not None and found.completed_at is None and found.expires_at > now:
            return found
    return None
