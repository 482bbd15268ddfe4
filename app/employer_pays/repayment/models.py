"""The tables of repayments, written by service.py alone.

Only the repayment itself moves; all that stands beside it is immutable.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from app.employer_pays.charge import Form
from app.employer_pays.charges.models import LONGEST_PSEUDONYM, one_of
from app.employer_pays.repayment.amounts import Basis
from app.employer_pays.repayment.lifecycle import State
from app.lifecycle.journal import Subject
from app.platform.database import Base, Id, Json, UTCDateTime

_OPEN = text("state <> 'verified'")


class Repayment(Subject):
    """What one worker gets back from one recruiter: at a time, one that is not verified."""

    __tablename__ = "repayment"
    machine = "repayment"
    __table_args__ = (
        CheckConstraint(one_of("state", State), name="state"),
        Index("ix_repayment_recruiter_state", "recruiter_id", "state"),
        Index(
            "uq_repayment_open",
            "recruiter_id",
            "pseudonym",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
        {
            "info": {
                "fixed": ("recruiter_id", "pseudonym", "finding_id"),
                "with_move": ("quantification_id",),
            }
        },
    )

    recruiter_id: Mapped[str] = mapped_column(ForeignKey("recruiter.id"))
    pseudonym: Mapped[str] = mapped_column(String(LONGEST_PSEUDONYM))
    finding_id: Mapped[str | None] = mapped_column(Id, index=True)
    """The finding that asked for it, of a room above."""
    quantification_id: Mapped[str | None] = mapped_column(ForeignKey("quantification.id"))


class Quantification(Base):
    """What was owed, when it was computed, of what it was made up and what it rests on."""

    __tablename__ = "quantification"
    __table_args__ = (
        CheckConstraint(one_of("basis", Basis), name="basis"),
        CheckConstraint(
            "amount_minor = charges_minor + interest_minor - repaid_minor", name="arithmetic"
        ),
        {"info": {"immutable": True}},
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    recruiter_id: Mapped[str] = mapped_column(ForeignKey("recruiter.id"))
    pseudonym: Mapped[str] = mapped_column(String(LONGEST_PSEUDONYM))
    basis: Mapped[str] = mapped_column(String(32))
    currency: Mapped[str] = mapped_column(String(3))
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    charges_minor: Mapped[int] = mapped_column(BigInteger)
    interest_minor: Mapped[int] = mapped_column(BigInteger)
    repaid_minor: Mapped[int] = mapped_column(BigInteger)
    charges: Mapped[list[str]] = mapped_column(Json)
    """The ids of the charges that it repays."""
    cohort: Mapped[dict[str, Any] | None] = mapped_column(Json)
    """For an estimate: which cohort, and how many of it have evidence."""
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
    made_by: Mapped[str] = mapped_column(ForeignKey("person.id"))


class RepaymentInstalment(Base):
    """One part of a plan; the plan of the repayment's newest schedule counts."""

    __tablename__ = "repayment_instalment"
    __table_args__ = (
        CheckConstraint("amount_minor > 0", name="amount"),
        {"info": {"immutable": True}},
    )

    repayment_id: Mapped[str] = mapped_column(ForeignKey("repayment.id"), primary_key=True)
    scheduled: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """The repayment's version after the move that scheduled it."""
    place: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    due_on: Mapped[date]
    amount_minor: Mapped[int] = mapped_column(BigInteger)


class RepaymentPayment(Base):
    """Money that went to the worker: what was paid, and what it counts for."""

    __tablename__ = "repayment_payment"
    __table_args__ = (
        CheckConstraint(one_of("form", Form), name="form"),
        CheckConstraint("amount_minor > 0 AND credited_minor >= 0", name="amounts"),
        {"info": {"immutable": True}},
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    repayment_id: Mapped[str] = mapped_column(ForeignKey("repayment.id"), index=True)
    paid_version: Mapped[int]
    """The repayment's version after the move that recorded it."""
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    credited_minor: Mapped[int] = mapped_column(BigInteger)
    """In the currency of the repayment."""
    credited_currency: Mapped[str] = mapped_column(String(3))
    paid_on: Mapped[date]
    form: Mapped[str] = mapped_column(String(32))
    evidence_sha256: Mapped[str] = mapped_column(String(64))
    recorded_at: Mapped[datetime] = mapped_column(UTCDateTime)
    recorded_by: Mapped[str] = mapped_column(ForeignKey("person.id"))


class DisputedPayment(Base):
    """A payment that did not reach the worker: it counts no more."""

    __tablename__ = "disputed_payment"
    __table_args__ = ({"info": {"immutable": True}},)

    payment_id: Mapped[str] = mapped_column(ForeignKey("repayment_payment.id"), primary_key=True)
    disputed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    disputed_by: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    """None: the worker, by code."""


class ContactAttempt(Base):
    """One attempt to reach the worker."""

    __tablename__ = "contact_attempt"
    __table_args__ = ({"info": {"immutable": True}},)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    repayment_id: Mapped[str] = mapped_column(ForeignKey("repayment.id"), index=True)
    channel: Mapped[str] = mapped_column(String(64))
    outcome: Mapped[str] = mapped_column(String(64))
    made_on: Mapped[date]
    recorded_at: Mapped[datetime] = mapped_column(UTCDateTime)
    recorded_by: Mapped[str] = mapped_column(ForeignKey("person.id"))


class MoneyHeldApart(Base):
    """An unreachable worker's money, held apart until the worker is traced (DOMAIN §7)."""

    __tablename__ = "money_held_apart"
    __table_args__ = (
        CheckConstraint("(checked_at IS NULL) = (checked_by IS NULL)", name="checked"),
        {"info": {"once": ("checked_at", "checked_by")}},
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    repayment_id: Mapped[str] = mapped_column(ForeignKey("repayment.id"), index=True)
    held_since: Mapped[int]
    """The repayment's version when it was put aside: of an unreachable worker, it counts then."""
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    held_on: Mapped[date]
    evidence_sha256: Mapped[str] = mapped_column(String(64))
    recorded_at: Mapped[datetime] = mapped_column(UTCDateTime)
    recorded_by: Mapped[str] = mapped_column(ForeignKey("person.id"))
    checked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    checked_by: Mapped[str | None] = mapped_column(ForeignKey("person.id"))


class RepaymentCode(Base):
    """The hash of a code by which the worker answers; the newest of a repayment counts."""

    __tablename__ = "repayment_code"
    __table_args__ = ({"info": {"immutable": True}},)

    code_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    repayment_id: Mapped[str] = mapped_column(ForeignKey("repayment.id"), index=True)
    issued_at: Mapped[datetime] = mapped_column(UTCDateTime)
    issued_by: Mapped[str] = mapped_column(ForeignKey("person.id"))


class By(StrEnum):
    """Who says that the money arrived."""

    WORKER = "worker"
    BANK_RECORD = "bank_record"


class ReceiptConfirmation(Base):
    """The money arrived: the worker says so by code, or a bank record that an auditor checked."""

    __tablename__ = "receipt_confirmation"
    __table_args__ = (
        CheckConstraint(one_of("said_by", By), name="said_by"),
        CheckConstraint(
            "(said_by = 'worker') = (evidence_sha256 IS NULL) AND"
            " (said_by = 'worker') = (recorded_by IS NULL)",
            name="evidence",
        ),
        {"info": {"immutable": True}},
    )

    repayment_id: Mapped[str] = mapped_column(ForeignKey("repayment.id"), primary_key=True)
    paid_version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """The version at which the repayment was paid: after a dispute it counts no more."""
    said_by: Mapped[str] = mapped_column(String(32), primary_key=True)
    evidence_sha256: Mapped[str | None] = mapped_column(String(64))
    recorded_at: Mapped[datetime] = mapped_column(UTCDateTime)
    recorded_by: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
