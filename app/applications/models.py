"""The tables of applications: the application, its fee, its deferrals, documents and agreement.

Written by service.py alone and read by queries.py.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Date,
    ForeignKey,
    Integer,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.applications.document import DocumentKind
from app.applications.lifecycle import State
from app.lifecycle.journal import Subject
from app.platform.database import Base, Id, Json, UTCDateTime

_KINDS = ", ".join(f"'{kind}'" for kind in DocumentKind)
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


class FeeInvoice(Base):
    """Our invoice over the fee of one application, sent when it is handed in."""

    __tablename__ = "fee_invoice"
    __table_args__ = (
        UniqueConstraint("application_id"),
        CheckConstraint("amount_minor > 0", name="amount"),
        {"info": {"immutable": True}},
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    """The sequence in its number: `fee.invoice_number`."""
    year: Mapped[int]
    application_id: Mapped[str] = mapped_column(ForeignKey("application.id"))
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    issued_at: Mapped[datetime] = mapped_column(UTCDateTime)


class FeePayment(Base):
    """One amount that arrived for an invoice; no payment counts twice."""

    __tablename__ = "fee_payment"
    __table_args__ = (
        UniqueConstraint("reference"),
        CheckConstraint("amount_minor > 0", name="amount"),
        {"info": {"immutable": True}},
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    invoice_id: Mapped[int] = mapped_column(ForeignKey("fee_invoice.id"), index=True)
    reference: Mapped[str] = mapped_column(String(64))
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    received_on: Mapped[date] = mapped_column(Date)
    recorded_at: Mapped[datetime] = mapped_column(UTCDateTime)
    recorded_by: Mapped[str | None] = mapped_column(ForeignKey("person.id"))


class Agreement(Base):
    """The text that the recruiter and an audit company sign, as the first of them signed it."""

    __tablename__ = "agreement"
    __table_args__ = ({"info": {"immutable": True}},)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    application_id: Mapped[str] = mapped_column(ForeignKey("application.id"), index=True)
    audit_company_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"))
    wording: Mapped[str] = mapped_column(String(32))
    text: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(String(64))
    opened_at: Mapped[datetime] = mapped_column(UTCDateTime)


class Document(Base):
    """A file that the recruiter gave with an application; its bytes are in the storage."""

    __tablename__ = "application_document"
    __table_args__ = (
        CheckConstraint(f"kind IN ({_KINDS})", name="kind"),
        CheckConstraint(
            "effective_until IS NULL OR effective_from IS NULL"
            " OR effective_until >= effective_from",
            name="period",
        ),
        {"info": {"immutable": True}},
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    application_id: Mapped[str] = mapped_column(ForeignKey("application.id"), index=True)
    kind: Mapped[str] = mapped_column(String(32))
    name: Mapped[str] = mapped_column(String(200))
    media_type: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    effective_from: Mapped[date | None] = mapped_column(Date)
    effective_until: Mapped[date | None] = mapped_column(Date)
    """What it says holds in this period, apart from when it was uploaded; both days inclusive."""
    uploaded_at: Mapped[datetime] = mapped_column(UTCDateTime)
    uploaded_by: Mapped[str | None] = mapped_column(ForeignKey("person.id"))


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
