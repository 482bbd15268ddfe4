"""The tables of certificates: certificates, editions, reasons for suspension, decisions.

Written by service.py alone. Validity dates are read by status.py alone, from the journal; the
columns here are for the database's own checks and for lists.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.certificates.decisions import DecisionType
from app.certificates.facts import Opening
from app.certificates.lifecycle import State
from app.lifecycle.journal import Subject
from app.platform.database import Base, Id, Json, UTCDateTime


def _one_of(column: str, values: type[StrEnum]) -> str:
    return f"{column} IN ({', '.join(repr(value.value) for value in values)})"


class Certificate(Subject):
    """What was granted to one recruiter in one case: a number that never changes."""

    __tablename__ = "certificate"
    machine = "certificate"
    __table_args__ = (
        CheckConstraint(_one_of("state", State), name="state"),
        UniqueConstraint("number"),
        {
            "info": {
                "fixed": (
                    "number",
                    "case_id",
                    "recruiter_id",
                    "recruiter_organisation_id",
                    "audit_company_id",
                ),
                "with_move": ("standard", "policy"),
            }
        },
    )

    number: Mapped[str] = mapped_column(String(19))
    """As `kernel.identifiers.certificate_number` writes it."""
    case_id: Mapped[str] = mapped_column(ForeignKey("application.id"), index=True)
    recruiter_id: Mapped[str] = mapped_column(ForeignKey("recruiter.id"), index=True)
    recruiter_organisation_id: Mapped[str] = mapped_column(
        ForeignKey("organisation.id"), index=True
    )
    audit_company_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"), index=True)
    standard: Mapped[str] = mapped_column(String(32))
    """The version that the audit was held against on which it was granted or last renewed."""
    policy: Mapped[str] = mapped_column(String(32))
    """The version in force when it was granted or last renewed."""


class Decision(Base):
    """What was decided, by whom, on what grounds. One final decision per audit (DOMAIN §9).

    The database refuses a row whose person is in an assignment or a touch of the case.
    """

    __tablename__ = "decision"
    __table_args__ = (
        CheckConstraint(_one_of("type", DecisionType), name="type"),
        CheckConstraint("audit_id IS NOT NULL OR certificate_id IS NOT NULL", name="on_something"),
        CheckConstraint("countersigned_by <> person_id", name="two_people"),
        UniqueConstraint("audit_id"),
        {"info": {"immutable": True}},
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    type: Mapped[str] = mapped_column(String(32))
    case_id: Mapped[str] = mapped_column(ForeignKey("application.id"), index=True)
    recruiter_organisation_id: Mapped[str] = mapped_column(
        ForeignKey("organisation.id"), index=True
    )
    audit_company_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"), index=True)
    audit_id: Mapped[str | None] = mapped_column(ForeignKey("audit.id"))
    """The audit that it rests on and closes."""
    certificate_id: Mapped[str | None] = mapped_column(ForeignKey("certificate.id"), index=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    countersigned_by: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    recommendation: Mapped[str | None] = mapped_column(Text)
    reason_codes: Mapped[list[str]] = mapped_column(Json)
    conditions: Mapped[list[str]] = mapped_column(Json)
    effective_on: Mapped[date]
    independence: Mapped[dict[str, Any]] = mapped_column(Json)
    """The computed set (`access.independence.as_recorded`), and what came of it."""
    completeness: Mapped[dict[str, Any]] = mapped_column(Json)
    """Which guards were met."""
    inputs_hash: Mapped[str] = mapped_column(String(64))
    """SHA-256 over what the decision was shown."""
    decided_at: Mapped[datetime] = mapped_column(UTCDateTime)


class FlagOutcome(StrEnum):
    """What the integrity officer found about a decision that a conflict was discovered under."""

    NO_EFFECT = "no_effect"
    AUDIT_ORDERED = "audit_ordered"
    SUSPENSION_OPENED = "suspension_opened"
    ANNULMENT_OPENED = "annulment_opened"


class DecisionFlag(Base):
    """A conflict came on record of somebody who had touched a decision (SECURITY R20).

    It stays beside the decision, which is never changed; an integrity officer settles it.
    """

    __tablename__ = "decision_flag"
    __table_args__ = (
        CheckConstraint(_one_of("outcome", FlagOutcome), name="outcome"),
        CheckConstraint("(settled_at IS NULL) = (outcome IS NULL)", name="settled"),
        CheckConstraint("(settled_at IS NULL) = (settled_by IS NULL)", name="settled_by"),
        UniqueConstraint("decision_id", "conflict_id"),
        {"info": {"once": ("settled_at", "settled_by", "outcome")}},
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    decision_id: Mapped[str] = mapped_column(ForeignKey("decision.id"))
    conflict_id: Mapped[str] = mapped_column(ForeignKey("conflict.id"), index=True)
    ways: Mapped[list[str]] = mapped_column(Json)
    """How whoever has the conflict touched it: `flags.Part`, in order."""
    stood: Mapped[bool]
    """Did the conflict bar when it was decided, known or not?"""
    flagged_at: Mapped[datetime] = mapped_column(UTCDateTime)
    settled_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    settled_by: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    outcome: Mapped[str | None] = mapped_column(String(32))


class Edition(Base):
    """What a certificate says from one day on: scope and term. Superseded, never changed."""

    __tablename__ = "certificate_edition"
    __table_args__ = (
        CheckConstraint("edition > 0", name="edition"),
        CheckConstraint("valid_until > valid_from", name="term"),
        UniqueConstraint("certificate_id", "edition"),
        {"info": {"immutable": True}},
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    certificate_id: Mapped[str] = mapped_column(ForeignKey("certificate.id"))
    edition: Mapped[int]
    decision_id: Mapped[str] = mapped_column(ForeignKey("decision.id"))
    scope: Mapped[dict[str, Any]] = mapped_column(Json)
    """Corridors, sectors and sites."""
    valid_from: Mapped[datetime] = mapped_column(UTCDateTime)
    valid_until: Mapped[datetime] = mapped_column(UTCDateTime)
    """The instant just after `expires_on`."""
    effective_on: Mapped[date]
    expires_on: Mapped[date]
    """As printed: the last day, inclusive, in the scheme's zone."""


class SuspensionReason(Base):
    """A reason that holds a certificate, or one corridor of it, suspended until it is lifted."""

    __tablename__ = "suspension_reason"
    __table_args__ = (
        CheckConstraint(_one_of("opening", Opening), name="opening"),
        Index(
            "ix_suspension_reason_open",
            "certificate_id",
            sqlite_where=text("lifted_at IS NULL"),
            postgresql_where=text("lifted_at IS NULL"),
        ),
        {"info": {"once": ("confirmed_at", "lifted_at")}},
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    certificate_id: Mapped[str] = mapped_column(ForeignKey("certificate.id"))
    decision_id: Mapped[str | None] = mapped_column(ForeignKey("decision.id"))
    """None: policy opened it by itself."""
    opened_by: Mapped[int] = mapped_column(ForeignKey("journal_entry.position"))
    """The position of the move that opened it."""
    code: Mapped[str] = mapped_column(String(64))
    corridor: Mapped[str | None] = mapped_column(String(5))
    """None: the whole certificate."""
    opening: Mapped[str] = mapped_column(String(32))
    remedies: Mapped[list[str]] = mapped_column(Json)
    contact: Mapped[str] = mapped_column(String(200))
    deadline: Mapped[date]
    """Inclusive."""
    opened_at: Mapped[datetime] = mapped_column(UTCDateTime)
    confirmed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    lifted_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
