"""How a repayment is shown on the wire."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from app.employer_pays.charge import Form
from app.employer_pays.checks.result import rule_view, sum_view
from app.employer_pays.checks.schemas import SumView
from app.employer_pays.explanation import Explanation
from app.employer_pays.repayment import queries
from app.employer_pays.repayment.amounts import Basis
from app.employer_pays.repayment.lifecycle import REPAYMENT, State, as_called_in_full
from app.employer_pays.repayment.models import By, Quantification, Repayment, RepaymentPayment
from app.employer_pays.repayment.quantifying import jobs
from app.employer_pays.repayment.queries import Record, Totals
from app.employer_pays.repayment.schemas import (
    ConfirmedView,
    ContactAttemptView,
    HeldApartView,
    PartView,
    PaymentView,
    QuantificationView,
    ReceiptView,
    RepaymentMoveView,
    RepaymentSummary,
    RepaymentTotalsView,
    RepaymentView,
)
from app.employer_pays.rules import Refund
from app.employer_pays.schemas import RuleView
from app.kernel.dates import day_of
from app.kernel.money import Money
from app.kernel.roles import Actor, Role
from app.lifecycle.journal import Work
from app.platform.wire import AllowedAction, MoneyBody
from app.scheme import queries as scheme

_SAID = {
    State.AGREED: "Thank you: it is noted that you agree to this amount.",
    State.PAID: "Thank you: it is noted that you received all of it.",
    State.VERIFIED: "This repayment is finished: you received all of it.",
    State.PART_PAID: "It is noted that a payment did not reach you; the recruiter still owes it.",
}


def shown(work: Work, found: Repayment) -> RepaymentView:
    """The repayment after a move, as whoever made it sees it."""
    return repayment_view(work.session, work.actor, found, work.now)


def summary(found: Repayment) -> RepaymentSummary:
    """A repayment in a list."""
    return RepaymentSummary(**_summary(found))


def repayment_view(
    session: Session, actor: Actor, found: Repayment, now: datetime
) -> RepaymentView:
    """One repayment with everything that belongs to it."""
    session.flush()
    record = queries.record(session, found)
    facts = as_called_in_full(queries.facts(session, found, record, now))
    roles = queries.roles_on(session, actor, found.recruiter_id)
    amount, paid = record.amount, sum(it.minor for it in record.paid)
    today = day_of(now, scheme.policy_in_force(session, now).zone)
    return RepaymentView(
        **_summary(found),
        quantification=None if record.quantification is None else _said(record.quantification),
        paid=None if amount is None else sum_view(paid, amount.currency),
        left=None if record.left is None else MoneyBody.of(record.left),
        plan=_parts(record, today),
        payments=[_payment(it, record) for it in record.payments],
        attempts=[
            ContactAttemptView(channel=it.channel, outcome=it.outcome, made_on=it.made_on)
            for it in record.attempts
        ],
        held_apart=_apart(record),
        receipts=[
            ReceiptView(said_by=By(it.said_by), at=it.recorded_at) for it in record.confirmations
        ],
        statutory_refunds=statutory_refunds(session, found, now, today),
        timeline=[
            RepaymentMoveView(
                action=it.action, state=State(it.target), at=it.recorded_at, role=Role(it.role)
            )
            for it in record.history
        ],
        allowed_actions=[
            AllowedAction(
                action=offer.action,
                href=f"/v1/repayments/{found.id}/{offer.action}",
                missing=list(offer.missing),
            )
            for offer in REPAYMENT.allowed(found.state, roles, facts)
        ],
    )


def statutory_refunds(
    session: Session, found: Repayment, now: datetime, today: date
) -> list[RuleView]:
    """What rules on refunds say of the worker, beside what the scheme asks for (§8)."""
    views = []
    for it in jobs(session, found.recruiter_id, found.pseudonym, now):
        words = Explanation(it.judgement, today)
        views += [
            rule_view(it.judgement, words, rule, today)
            for rule in words.rules
            if isinstance(rule.rule.shape, Refund)
        ]
    return views


def confirmed_view(found: Repayment, record: Record) -> ConfirmedView:
    """What the worker is told."""
    amount = record.amount
    paid = sum(it.minor for it in record.paid)
    return ConfirmedView(
        state=State(found.state),
        owed=None if amount is None else MoneyBody.of(amount),
        paid=None if amount is None else sum_view(paid, amount.currency),
        words=_SAID[State(found.state)],
    )


def totals_view(totals: Totals) -> RepaymentTotalsView:
    """What a recruiter owes in all."""
    return RepaymentTotalsView(
        states={State(state): count for state, count in sorted(totals.states.items())},
        owed=_sums(totals.owed),
        paid=_sums(totals.paid),
        left=_sums(totals.left),
        estimated=_sums(totals.estimated),
    )


def _summary(found: Repayment) -> dict[str, Any]:
    return {
        "id": found.id,
        "state": found.state,
        "version": found.version,
        "recruiter_id": found.recruiter_id,
        "worker": found.pseudonym,
        "finding_id": found.finding_id,
    }


def _said(row: Quantification) -> QuantificationView:
    def money(minor: int) -> MoneyBody:
        return MoneyBody.of(Money(minor, row.currency))

    return QuantificationView(
        basis=Basis(row.basis),
        amount=money(row.amount_minor),
        charges=money(row.charges_minor),
        interest=money(row.interest_minor),
        repaid=money(row.repaid_minor),
        cohort=row.cohort,
        made_at=row.made_at,
    )


def _parts(record: Record, today: date) -> list[PartView]:
    """The instalments; what is left is the last of them, the others are paid."""
    views: list[PartView] = []
    still = record.left.minor if record.left is not None else 0
    for part in reversed(record.plan):
        is_paid = still <= 0
        still -= part.amount.minor
        views.append(
            PartView(
                due_on=part.due_on,
                amount=MoneyBody.of(part.amount),
                paid=is_paid,
                overdue=not is_paid and part.due_on < today,
            )
        )
    return views[::-1]


def _payment(row: RepaymentPayment, record: Record) -> PaymentView:
    return PaymentView(
        id=row.id,
        amount=MoneyBody.of(Money(row.amount_minor, row.currency)),
        credited=MoneyBody.of(Money(row.credited_minor, row.credited_currency)),
        paid_on=row.paid_on,
        form=Form(row.form),
        evidence_sha256=row.evidence_sha256,
        disputed=row.id in record.disputed,
    )


def _apart(record: Record) -> HeldApartView | None:
    if record.apart is None:
        return None
    return HeldApartView(
        amount=MoneyBody.of(Money(record.apart.amount_minor, record.apart.currency)),
        held_on=record.apart.held_on,
        checked_at=record.apart.checked_at,
    )


def _sums(sums: Mapping[str, int]) -> list[SumView]:
    return [sum_view(minor, currency) for currency, minor in sorted(sums.items())]
