"""Which of a recruiter's repayments are settled, and which workers wait for one (DOMAIN §7, §8).

Settled: verified; or the worker is unreachable, the money is held apart and an auditor checked the
bank record. For the checks, and for the guard of fee findings in a room above; whoever asks.
"""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import Session

from app.employer_pays.charge import Payer
from app.employer_pays.charges.models import ChargeRow
from app.employer_pays.charges.queries import CURRENT
from app.employer_pays.repayment.lifecycle import State
from app.employer_pays.repayment.models import MoneyHeldApart, Quantification, Repayment
from app.employer_pays.triangulation import Source

_CHECKED_APART: ColumnElement[bool] = and_(
    Repayment.state == State.UNREACHABLE,
    exists().where(
        MoneyHeldApart.repayment_id == Repayment.id,
        MoneyHeldApart.held_since == Repayment.version,
        MoneyHeldApart.checked_at.is_not(None),
    ),
)
SETTLED: ColumnElement[bool] = or_(Repayment.state == State.VERIFIED, _CHECKED_APART)


@dataclass(frozen=True, slots=True)
class Settled:
    """What was repaid to a recruiter's workers, and whose money is held apart."""

    charges: frozenset[str]
    """The charges that verified repayments cover."""
    held_apart: frozenset[str]
    """The pseudonyms of unreachable workers."""


def settled(session: Session, recruiter_id: str) -> Settled:
    """What a check takes into account of a recruiter's repayments."""
    verified = (
        select(Quantification.charges)
        .join(Repayment, Repayment.quantification_id == Quantification.id)
        .where(Repayment.recruiter_id == recruiter_id, Repayment.state == State.VERIFIED)
    )
    apart = select(Repayment.pseudonym).where(
        Repayment.recruiter_id == recruiter_id, _CHECKED_APART
    )
    covered = frozenset(it for charges in session.scalars(verified) for it in charges)
    return Settled(covered, frozenset(session.scalars(apart)))


def open_remainders(session: Session, recruiter_id: str) -> int:
    """How many workers of a recruiter are owed something that is not settled (DOMAIN §7).

    Repayments that go on, and workers of whom a source says that they bore a cost, unless it was
    repaid already or told before a settled repayment was quantified. While one is left, no finding
    on fees is closed.
    """
    going_on = select(Repayment.pseudonym).where(Repayment.recruiter_id == recruiter_id, ~SETTLED)
    later = exists().where(
        Repayment.recruiter_id == ChargeRow.recruiter_id,
        Repayment.pseudonym == ChargeRow.pseudonym,
        Repayment.quantification_id == Quantification.id,
        Quantification.made_at >= ChargeRow.recorded_at,
        SETTLED,
    )
    bore = select(ChargeRow.pseudonym).where(
        ChargeRow.recruiter_id == recruiter_id,
        ChargeRow.source != Source.SCHEDULE.value,
        ChargeRow.paid_by == Payer.WORKER.value,
        ChargeRow.amount_minor > ChargeRow.repaid_minor,
        CURRENT,
        ~later,
    )
    return len(set(session.scalars(going_on.union(bore))))
