"""The tables of applications: the application, its payment, the items of its deferrals.

Written by service.py alone and read by queries.py.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Date,
    ForeignKey,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.applications.lifecycle import State
from app.lifecycle.journal import Subject
from app.platform.database import Base, Id, Json, UTCDateTime

_STATES = ", ".join(f"'{state}'" for state in State)


class Application(Subject):
    """A recruiter's application; from the contract on, its id is the id of the case."""

    __tablename__ = "application"
    machine = "application"
    __table_args__ = (
        CheckConstraint(f"state IN ({_STATES})", name="state"),
        {"info": {"fixed": ("recruiter_id", "standard", "policy")}},
    )

    recruiter_id: Mapped[str] = mapped_column(ForeignKey("recruiter.id"), index=True)
    standard: Mapped[str] = mapped_column(String(32))
    """The version of the standard that it was drafted under."""
    policy: Mapped[str | None] = mapped_column(String(32))
    """The version of the policy that it was submitted under; none while it is a draft, which the
    policy in force judges."""
    content: Mapped[dict[str, Any]] = mapped_column(Json)
    """`content.Content.as_json`."""
    audit_company_id: Mapped[str | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    """The other side of the agreement, from the recruiter's signature on."""
    stage_1_days: Mapped[int | None]
    stage_2_days: Mapped[int | None]
    sites_to_sample: Mapped[int | None]


class ApplicationPayment(Base):
    """The fee of one application, received in full; one invoice pays for one application."""

    __tablename__ = "application_payment"
    __table_args__ = (
        UniqueConstraint("application_id"),
        UniqueConstraint("invoice_number"),
        CheckConstraint("amount_minor > 0", name="amount"),
        {"info": {"immutable": True}},
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    application_id: Mapped[str] = mapped_column(ForeignKey("application.id"))
    invoice_number: Mapped[str] = mapped_column(String(64))
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    received_on: Mapped[date] = mapped_column(Date)
    recorded_at: Mapped[datetime] = mapped_column(UTCDateTime)


class DeferralItem(Base):
    """One thing that a deferral asks the recruiter for, and the answer."""

    __tablename__ = "deferral_item"
    __table_args__ = (
        UniqueConstraint("application_id", "deferral", "place"),
        CheckConstraint("(answer IS NULL) = (answered_at IS NULL)", name="answered"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    application_id: Mapped[str] = mapped_column(ForeignKey("application.id"))
    deferral: Mapped[int]
    """The application's version after the move that asked."""
    place: Mapped[int]
    request: Mapped[str] = mapped_column(Text)
    answer: Mapped[str | None] = mapped_column(Text)
    answered_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    answered_by: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
