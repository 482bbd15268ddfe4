"""The tables of charges: workers as a source tells them, charges, answers, exceptions, reads.

Written by service.py alone. Every row is immutable: a correction is a new row that supersedes. A
worker is a pseudonym; what identifies a worker is nowhere (SECURITY, worker data). The ids of
audits belong to a room above and are carried without a foreign key.
"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.employer_pays.charge import Evidence, Form, Payee, Payer, Stage
from app.employer_pays.triangulation import Source
from app.platform.database import Base, Id, Json, UTCDateTime

LONGEST_PSEUDONYM = 64


def one_of(column: str, values: Iterable[str]) -> str:
    """The condition that a column holds one of these codes."""
    return f"{column} IN ({', '.join(repr(str(value)) for value in values)})"


class ChargeWorker(Base):
    """One worker and their job as one source tells it; also that the worker was interviewed."""

    __tablename__ = "charge_worker"
    __table_args__ = (
        CheckConstraint(one_of("source", Source), name="source"),
        Index("ix_charge_worker_recruiter_pseudonym", "recruiter_id", "pseudonym"),
        {"info": {"immutable": True}},
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    recruiter_id: Mapped[str] = mapped_column(ForeignKey("recruiter.id"))
    pseudonym: Mapped[str] = mapped_column(String(LONGEST_PSEUDONYM))
    source: Mapped[str] = mapped_column(String(32))
    audit_id: Mapped[str | None] = mapped_column(Id, index=True)
    """The audit whose team recorded it."""
    employer_id: Mapped[str | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    corridor: Mapped[str] = mapped_column(String(5), index=True)
    facts: Mapped[dict[str, Any]] = mapped_column(Json)
    """`jobs.facts_of`: what rules ask of the worker and the job, as far as it was told."""
    recorded_at: Mapped[datetime] = mapped_column(UTCDateTime)
    recorded_by: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    """Who recorded it; none: a machine of `recorded_for`."""
    recorded_for: Mapped[str | None] = mapped_column(ForeignKey("organisation.id"))


class ChargeRow(Base):
    """One amount that one worker was charged, or that another paid, as one source tells it."""

    __tablename__ = "charge"
    __table_args__ = (
        CheckConstraint(one_of("source", Source), name="source"),
        CheckConstraint(one_of("payee", Payee), name="payee"),
        CheckConstraint(one_of("paid_by", Payer), name="paid_by"),
        CheckConstraint(f"stage IS NULL OR {one_of('stage', Stage)}", name="stage"),
        CheckConstraint(f"form IS NULL OR {one_of('form', Form)}", name="form"),
        CheckConstraint(f"evidence IS NULL OR {one_of('evidence', Evidence)}", name="evidence"),
        CheckConstraint("amount_minor >= 0 AND repaid_minor >= 0", name="amounts"),
        CheckConstraint(
            "(rate IS NULL) = (rate_base IS NULL) AND (rate IS NULL) = (rate_quote IS NULL)"
            " AND (rate IS NULL) = (rate_on IS NULL) AND (rate IS NULL) = (rate_source IS NULL)",
            name="rate",
        ),
        UniqueConstraint("supersedes"),
        Index("ix_charge_recruiter_pseudonym", "recruiter_id", "pseudonym"),
        {"info": {"immutable": True}},
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    worker_id: Mapped[str] = mapped_column(ForeignKey("charge_worker.id"), index=True)
    recruiter_id: Mapped[str] = mapped_column(ForeignKey("recruiter.id"))
    pseudonym: Mapped[str] = mapped_column(String(LONGEST_PSEUDONYM))
    source: Mapped[str] = mapped_column(String(32))
    employer_id: Mapped[str | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    """Whose invoice it is, or of whom the ledger says that it paid."""
    category: Mapped[str] = mapped_column(String(96))
    payee: Mapped[str] = mapped_column(String(32))
    stage: Mapped[str | None] = mapped_column(String(32))
    form: Mapped[str | None] = mapped_column(String(32))
    paid_by: Mapped[str] = mapped_column(String(32))
    charged_on: Mapped[date | None]
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    repaid_minor: Mapped[int] = mapped_column(BigInteger)
    """What the worker got back, in the charge's currency."""
    evidence: Mapped[str | None] = mapped_column(String(32))
    reference: Mapped[str | None] = mapped_column(String(40))
    rate_base: Mapped[str | None] = mapped_column(String(3))
    rate_quote: Mapped[str | None] = mapped_column(String(3))
    rate: Mapped[str | None] = mapped_column(String(32))
    """Plain digits: one base was so much of the quote."""
    rate_on: Mapped[date | None]
    rate_source: Mapped[str | None] = mapped_column(String(200))
    supersedes: Mapped[str | None] = mapped_column(ForeignKey("charge.id"))
    recorded_at: Mapped[datetime] = mapped_column(UTCDateTime)


class ChargeAnswer(Base):
    """An employer confirms or denies that it paid what a ledger says; its newest answer counts."""

    __tablename__ = "charge_answer"
    __table_args__ = ({"info": {"immutable": True}},)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    charge_id: Mapped[str] = mapped_column(ForeignKey("charge.id"), index=True)
    employer_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"))
    confirmed: Mapped[bool]
    answered_at: Mapped[datetime] = mapped_column(UTCDateTime)
    answered_by: Mapped[str | None] = mapped_column(ForeignKey("person.id"))


class LegalExceptionRow(Base):
    """An exception under C181 Art. 7(2) as one recruiter made use of it."""

    __tablename__ = "legal_exception"
    __table_args__ = (
        CheckConstraint("valid_until IS NULL OR valid_until >= valid_from", name="period"),
        UniqueConstraint("supersedes"),
        {"info": {"immutable": True}},
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    recruiter_id: Mapped[str] = mapped_column(ForeignKey("recruiter.id"), index=True)
    country: Mapped[str] = mapped_column(String(2))
    legal_basis: Mapped[str] = mapped_column(String(400))
    worker_category: Mapped[str] = mapped_column(String(64))
    service_type: Mapped[str] = mapped_column(String(96))
    disclosed_before_acceptance: Mapped[bool | None]
    valid_from: Mapped[date]
    valid_until: Mapped[date | None]
    supersedes: Mapped[str | None] = mapped_column(ForeignKey("legal_exception.id"))
    recorded_at: Mapped[datetime] = mapped_column(UTCDateTime)
    recorded_by: Mapped[str | None] = mapped_column(ForeignKey("person.id"))


class WorkerDataRead(Base):
    """Somebody from outside the recruiter read rows about its workers."""

    __tablename__ = "worker_data_read"
    __table_args__ = ({"info": {"immutable": True}},)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    person_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    organisation_id: Mapped[str | None] = mapped_column(ForeignKey("organisation.id"))
    recruiter_id: Mapped[str | None] = mapped_column(ForeignKey("recruiter.id"), index=True)
    """None: of several recruiters."""
    what: Mapped[str] = mapped_column(String(32))
    subject: Mapped[str | None] = mapped_column(Id)
    row_count: Mapped[int]
    read_at: Mapped[datetime] = mapped_column(UTCDateTime)
