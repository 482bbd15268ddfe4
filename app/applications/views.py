"""How an application is shown on the wire."""

from datetime import datetime
from typing import Any

from app.access.schemas import ApprovalView, Signature
from app.applications import queries, timers
from app.applications.content import Content
from app.applications.lifecycle import waiting_on
from app.applications.models import Application, ApplicationPayment, DeferralItem
from app.applications.queries import Reading, Standing
from app.applications.schemas import (
    ApplicationSummary,
    ApplicationView,
    DeferralItemView,
    DueView,
    PaymentView,
    TimelineEntry,
)
from app.kernel.money import Money
from app.lifecycle.approvals import Approval
from app.lifecycle.journal import JournalEntry, Work
from app.platform.wire import AllowedAction, MoneyBody


def shown(work: Work, application: Application) -> ApplicationView:
    """The application after a move, as whoever made it sees it."""
    reading = queries.reading(work.session, work.actor, application.id, work.now)
    return application_view(reading, work.now)


def summary(standing: Standing, now: datetime) -> ApplicationSummary:
    """An application in a list."""
    return ApplicationSummary(
        corridors=standing.application.content["corridors"], **_standing(standing, now, None)
    )


def application_view(reading: Reading, now: datetime) -> ApplicationView:
    """One application with everything that its page shows."""
    application = reading.standing.application
    return ApplicationView(
        **_standing(reading.standing, now, reading.signed),
        **Content.from_json(application.content).as_json(),
        standard=application.standard,
        policy=reading.standing.policy.version,
        payment=None if reading.payment is None else _payment(reading.payment),
        deferral_items=[_item(item, application) for item in reading.items],
        audit_company=application.audit_company_id,
        stage_1_days=application.stage_1_days,
        stage_2_days=application.stage_2_days,
        sites_to_sample=application.sites_to_sample,
        approval=None if reading.signed is None else _approval(reading.signed),
        timeline=[_entry(entry) for entry in reading.history],
        allowed_actions=[
            AllowedAction(
                action=offer.action,
                href=f"/v1/applications/{application.id}/{offer.action}",
                missing=list(offer.missing),
            )
            for offer in reading.offers
        ],
    )


def _standing(standing: Standing, now: datetime, signed: Approval | None) -> dict[str, Any]:
    application = standing.application
    waiting = timers.due(application.state, standing.since, standing.policy)
    return {
        "id": application.id,
        "state": application.state,
        "version": application.version,
        "recruiter_id": application.recruiter_id,
        "since": standing.since,
        "waiting_on": waiting_on(application.state, signed.first_role if signed else None),
        "due": None if waiting is None else _due(waiting, now),
    }


def _due(waiting: timers.Due, now: datetime) -> DueView:
    return DueView(
        by=waiting.by, until=waiting.until, then=waiting.then, overdue=waiting.is_over(now)
    )


def _payment(payment: ApplicationPayment) -> PaymentView:
    return PaymentView(
        invoice_number=payment.invoice_number,
        amount=MoneyBody.of(Money(payment.amount_minor, payment.currency)),
        received_on=payment.received_on,
    )


def _item(item: DeferralItem, application: Application) -> DeferralItemView:
    return DeferralItemView(
        id=item.id,
        request=item.request,
        answer=item.answer,
        answered_at=item.answered_at,
        present=queries.is_present(item, application),
    )


def _approval(approval: Approval) -> ApprovalView:
    return ApprovalView(
        id=approval.id,
        action=approval.action,
        subject=approval.subject,
        signatures=[Signature(role=approval.first_role, at=approval.opened_at)],
        expires_at=approval.expires_at,
    )


def _entry(entry: JournalEntry) -> TimelineEntry:
    return TimelineEntry(
        action=entry.action,
        state=entry.target,
        at=entry.recorded_at,
        role=entry.role,
        reasons=entry.facts.get("reasons", []),
    )
