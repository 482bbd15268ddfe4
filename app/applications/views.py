"""How an application is shown on the wire."""

from datetime import datetime
from typing import Any

from app.access.schemas import ApprovalStatus, ApprovalView, Signature
from app.applications import queries, timers
from app.applications.agreement import digest
from app.applications.content import Content
from app.applications.fee import Fee
from app.applications.lifecycle import State, waiting_on
from app.applications.models import Agreement, Application, DeferralItem
from app.applications.queries import Reading, Standing
from app.applications.schemas import (
    AgreementView,
    ApplicationSummary,
    ApplicationView,
    DeferralItemView,
    DueView,
    FeeView,
    PaymentView,
    SignedAgreementView,
    TimelineEntry,
)
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
        fee=None if reading.fee is None else _fee(reading.fee),
        deferral_items=[_item(item, application) for item in reading.items],
        audit_company=application.audit_company_id,
        stage_1_days=application.stage_1_days,
        stage_2_days=application.stage_2_days,
        sites_to_sample=application.sites_to_sample,
        agreement=None if reading.agreement is None else _signed(reading.agreement),
        appealable=_appealable(reading.standing, now),
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


def agreement_view(audit_company: str, text: str, wording: str) -> AgreementView:
    """The agreement to be read."""
    return AgreementView(
        audit_company=audit_company, wording=wording, text=text, sha256=digest(text)
    )


def _standing(standing: Standing, now: datetime, signed: Approval | None) -> dict[str, Any]:
    application = standing.application
    waiting = timers.due(application.state, standing.since, standing.policy, standing.stops)
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


def _appealable(standing: Standing, now: datetime) -> DueView | None:
    if standing.application.state != State.REJECTED:
        return None
    return _due(timers.appealable(standing.since, standing.policy), now)


def _fee(fee: Fee) -> FeeView:
    return FeeView(
        invoice_number=fee.invoice_number,
        amount=MoneyBody.of(fee.amount),
        received=MoneyBody.of(fee.received),
        missing=MoneyBody.of(fee.missing),
        overpaid=MoneyBody.of(fee.overpaid),
        payments=[
            PaymentView(
                reference=paid.reference,
                amount=MoneyBody.of(paid.amount),
                received_on=paid.received_on,
            )
            for paid in fee.payments
        ],
    )


def _signed(agreement: Agreement) -> SignedAgreementView:
    return SignedAgreementView(
        audit_company=agreement.audit_company_id,
        wording=agreement.wording,
        sha256=agreement.sha256,
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
        status=ApprovalStatus.WAITING,
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
