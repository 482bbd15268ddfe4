"""What may be read of repayments, limited to what the caller may see."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from app.access import queries as access
from app.employer_pays.charges.sight import OVERSEES, is_team
from app.employer_pays.checks.queries import OF_THE_AUDIT_COMPANY, is_own
from app.employer_pays.repayment.amounts import Basis, Instalment, left_of
from app.employer_pays.repayment.lifecycle import REPAYMENT, Facts, State
from app.employer_pays.repayment.models import (
    By,
    ContactAttempt,
    DisputedPayment,
    MoneyHeldApart,
    Quantification,
    ReceiptConfirmation,
    Repayment,
    RepaymentCode,
    RepaymentInstalment,
    RepaymentPayment,
)
from app.kernel.errors import NotFound
from app.kernel.identifiers import is_id
from app.kernel.money import Money
from app.kernel.roles import AUDITOR, RECRUITER, Actor, Role
from app.lifecycle import journal
from app.lifecycle.journal import JournalEntry
from app.platform.pagination import Paging
from app.recruiters.models import Recruiter
from app.scheme import queries as scheme


@dataclass(frozen=True, slots=True)
class Record:
    """Everything that stands beside a repayment."""

    quantification: Quantification | None
    plan: Sequence[Instalment]
    payments: Sequence[RepaymentPayment]
    disputed: frozenset[str]
    """The ids of payments that did not arrive."""
    attempts: Sequence[ContactAttempt]
    apart: MoneyHeldApart | None
    confirmations: Sequence[ReceiptConfirmation]
    history: Sequence[JournalEntry]

    @property
    def amount(self) -> Money | None:
        """What is owed, as far as it was quantified."""
        q = self.quantification
        return None if q is None else Money(q.amount_minor, q.currency)

    @property
    def counted(self) -> list[RepaymentPayment]:
        """The payments that nobody disputes."""
        return [it for it in self.payments if it.id not in self.disputed]

    @property
    def paid(self) -> tuple[Money, ...]:
        """What counts of the amount."""
        return tuple(Money(it.credited_minor, it.credited_currency) for it in self.counted)

    @property
    def left(self) -> Money | None:
        """What is still to be paid."""
        return None if self.amount is None else left_of(self.amount, self.paid)


@dataclass(frozen=True, slots=True)
class Totals:
    """What a recruiter owes its workers, by state and by currency."""

    states: Mapping[str, int]
    owed: Mapping[str, int]
    paid: Mapping[str, int]
    left: Mapping[str, int]
    estimated: Mapping[str, int]
    """Of what is owed, what rests on a cohort's estimate."""


def repayment(session: Session, actor: Actor, repayment_id: str) -> Repayment:
    """One repayment. Raises NotFound."""
    found = session.get(Repayment, repayment_id) if is_id(repayment_id) else None
    if found is None or not may_see(session, actor, found.recruiter_id):
        raise NotFound(f"there is no repayment {repayment_id[:36]}")
    return found


def may_see(session: Session, actor: Actor, recruiter_id: str) -> bool:
    """Does this actor see the repayments of that recruiter?"""
    return (
        bool(OVERSEES & actor.roles)
        or is_own(session, actor, recruiter_id)
        or is_team(session, actor, recruiter_id)
        or (
            bool(OF_THE_AUDIT_COMPANY & actor.roles)
            and access.audits_recruiter(session, actor.organisation, recruiter_id)
        )
    )


def roles_on(session: Session, actor: Actor, recruiter_id: str) -> frozenset[Role]:
    """The roles that the actor has on the repayments of a recruiter."""
    roles = actor.roles
    if not is_own(session, actor, recruiter_id):
        roles -= RECRUITER
    if not is_team(session, actor, recruiter_id):
        roles -= AUDITOR
    return roles


def repayments(
    session: Session,
    paging: Paging,
    recruiter_id: str,
    *,
    state: State | None = None,
    finding_id: str | None = None,
) -> Sequence[Repayment]:
    """The repayments of a recruiter that is seen, in the order they were identified."""
    asked = select(Repayment).where(Repayment.recruiter_id == recruiter_id)
    if state is not None:
        asked = asked.where(Repayment.state == state)
    if finding_id is not None:
        asked = asked.where(Repayment.finding_id == finding_id)
    if paging.after is not None:
        asked = asked.where(Repayment.id > paging.after[0])
    return session.scalars(asked.order_by(Repayment.id).limit(paging.fetch)).all()


def record(session: Session, found: Repayment) -> Record:
    """Everything that stands beside a repayment."""
    payments = session.scalars(
        select(RepaymentPayment)
        .where(RepaymentPayment.repayment_id == found.id)
        .order_by(RepaymentPayment.paid_version)
    ).all()
    disputed = select(DisputedPayment.payment_id).where(
        DisputedPayment.payment_id.in_([it.id for it in payments])
    )
    quantification = None
    if found.quantification_id is not None:
        quantification = session.get_one(Quantification, found.quantification_id)
    return Record(
        quantification=quantification,
        plan=_plan(session, found, quantification),
        payments=payments,
        disputed=frozenset(session.scalars(disputed)),
        attempts=session.scalars(
            select(ContactAttempt)
            .where(ContactAttempt.repayment_id == found.id)
            .order_by(ContactAttempt.id)
        ).all(),
        apart=session.scalars(
            select(MoneyHeldApart).where(
                MoneyHeldApart.repayment_id == found.id,
                MoneyHeldApart.held_since == found.version,
            )
        ).first(),
        confirmations=session.scalars(
            select(ReceiptConfirmation).where(ReceiptConfirmation.repayment_id == found.id)
        ).all(),
        history=journal.history(session, REPAYMENT.name, found.id),
    )


def facts(session: Session, found: Repayment, record: Record, now: datetime, **given: Any) -> Facts:
    """What the guards look at; `given` comes with the move itself."""
    traced = [it.recorded_at for it in record.history if it.action == "trace"]
    quantification = record.quantification
    return Facts(
        policy=scheme.policy_in_force(session, now),
        now=now,
        amount=record.amount,
        basis=None if quantification is None else Basis(quantification.basis),
        paid=record.paid,
        attempts=sum(not traced or it.recorded_at > traced[-1] for it in record.attempts),
        confirmed=any(
            it.paid_version == found.version and it.said_by == By.WORKER
            for it in record.confirmations
        ),
        disputable=len(record.counted),
        **given,
    )


def by_code(session: Session, code_hash: str) -> Repayment | None:
    """The repayment to which this code is the newest; whoever has the code."""
    given = session.get(RepaymentCode, code_hash)
    if given is None:
        return None
    newest = (
        select(RepaymentCode.code_hash)
        .where(RepaymentCode.repayment_id == given.repayment_id)
        .order_by(RepaymentCode.issued_at.desc(), RepaymentCode.code_hash)
        .limit(1)
    )
    if session.scalars(newest).one() != code_hash:
        return None
    return session.get_one(Repayment, given.repayment_id)


def totals(session: Session, recruiter_id: str) -> Totals:
    """What a recruiter owes its workers in all: exact sums, four queries."""
    states = select(Repayment.state, func.count()).where(Repayment.recruiter_id == recruiter_id)
    amounts = (
        select(Repayment.id, Quantification.currency, Quantification.amount_minor,
               Quantification.basis)
        .join(Quantification, Quantification.id == Repayment.quantification_id)
        .where(Repayment.recruiter_id == recruiter_id)
    )  # fmt: skip
    credits = (
        select(RepaymentPayment.repayment_id, func.sum(RepaymentPayment.credited_minor))
        .join(Repayment, Repayment.id == RepaymentPayment.repayment_id)
        .outerjoin(DisputedPayment, DisputedPayment.payment_id == RepaymentPayment.id)
        .where(Repayment.recruiter_id == recruiter_id, DisputedPayment.payment_id.is_(None))
        .group_by(RepaymentPayment.repayment_id)
    )
    credited = {repayment_id: int(total) for repayment_id, total in session.execute(credits)}
    sums: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for repayment_id, currency, minor, basis in session.execute(amounts):
        paid = credited.get(repayment_id, 0)
        sums["owed"][currency] += minor
        sums["paid"][currency] += paid
        sums["left"][currency] += max(0, minor - paid)
        if basis == Basis.COHORT_ESTIMATE:
            sums["estimated"][currency] += minor
    return Totals(
        states=dict(session.execute(states.group_by(Repayment.state)).all()),
        owed=sums["owed"],
        paid=sums["paid"],
        left=sums["left"],
        estimated=sums["estimated"],
    )


def going_on(session: Session, actor: Actor, most: int) -> Sequence[Repayment]:
    """The repayments that are neither verified nor lost sight of, which the actor works on."""
    conditions = []
    if RECRUITER & actor.roles:
        own = select(Recruiter.id).where(Recruiter.organisation_id == actor.organisation)
        conditions.append(Repayment.recruiter_id.in_(own))
    if AUDITOR & actor.roles and actor.person is not None:
        conditions.append(Repayment.recruiter_id.in_(access.assigned_recruiters(actor.person)))
    if not conditions:
        return []
    asked = select(Repayment).where(
        Repayment.state.not_in([State.VERIFIED, State.UNREACHABLE]), or_(*conditions)
    )
    return session.scalars(asked.order_by(Repayment.id).limit(most)).all()


def plans(session: Session, found: Sequence[Repayment]) -> Mapping[str, list[RepaymentInstalment]]:
    """The instalments of the newest plan of each repayment, in order of their days."""
    plans: defaultdict[str, list[RepaymentInstalment]] = defaultdict(list)
    asked = select(RepaymentInstalment).where(
        RepaymentInstalment.repayment_id.in_([it.id for it in found])
    )
    for row in session.scalars(
        asked.order_by(RepaymentInstalment.scheduled, RepaymentInstalment.place)
    ):
        rows = plans[row.repayment_id]
        if rows and rows[0].scheduled != row.scheduled:
            rows.clear()
        rows.append(row)
    return plans


def _plan(
    session: Session, found: Repayment, quantification: Quantification | None
) -> list[Instalment]:
    """The newest plan, unless the amount changed since."""
    planned = plans(session, [found]).get(found.id, [])
    if quantification is None or found.state in (State.QUANTIFIED, State.AGREED):
        return []
    return [
        Instalment(row.due_on, Money(row.amount_minor, quantification.currency)) for row in planned
    ]


def next_due(session: Session, found: Sequence[Repayment]) -> Mapping[str, date]:
    """The day of the first instalment that the payments do not cover, by repayment."""
    paying = [it for it in found if it.state in (State.SCHEDULED, State.PART_PAID)]
    left = {it.id: _left(session, it) for it in paying}
    due: dict[str, date] = {}
    for repayment_id, rows in plans(session, paying).items():
        still = left[repayment_id]
        for row in reversed(rows):
            if still <= 0:
                break
            due[repayment_id] = row.due_on
            still -= row.amount_minor
    return due


def _left(session: Session, found: Repayment) -> int:
    left = record(session, found).left
    return 0 if left is None else left.minor
