"""The tables of findings: what was found, the recruiter's plans, the evidence, the verification.

Written by the service of this room alone.
"""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.audits.findings.grades import Grade
from app.audits.findings.lifecycle import State
from app.audits.models import one_of
from app.lifecycle.journal import Subject
from app.platform.database import Base, Id, UTCDateTime


class Finding(Subject):
    """A nonconformity or an observation on one indicator."""

    __tablename__ = "finding"
    machine = "finding"
    __table_args__ = (
        CheckConstraint(one_of("state", State), name="state"),
        CheckConstraint(one_of("grade", Grade), name="grade"),
        Index("ix_finding_audit_criterion", "audit_id", "criterion"),
        {
            "info": {
                "fixed": (
                    "audit_id",
                    "application_id",
                    "criterion",
                    "element",
                    "statement",
                    "issued_by",
                ),
                "with_move": ("grade",),
            }
        },
    )

    audit_id: Mapped[str] = mapped_column(ForeignKey("audit.id"))
    application_id: Mapped[str] = mapped_column(ForeignKey("application.id"), index=True)
    criterion: Mapped[str] = mapped_column(String(32))
    element: Mapped[str] = mapped_column(String(64))
    grade: Mapped[str] = mapped_column(String(32))
    statement: Mapped[str] = mapped_column(Text)
    issued_by: Mapped[str] = mapped_column(ForeignKey("person.id"))


class FindingPlan(Base):
    """How the recruiter answered a finding; one that is rejected is followed by the next."""

    __tablename__ = "finding_plan"

    finding_id: Mapped[str] = mapped_column(ForeignKey("finding.id"), primary_key=True)
    edition: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    root_cause: Mapped[str] = mapped_column(Text)
    correction: Mapped[str] = mapped_column(Text)
    corrective_action: Mapped[str] = mapped_column(Text)
    owner: Mapped[str] = mapped_column(String(200))
    due_on: Mapped[date]
    submitted_by: Mapped[str] = mapped_column(ForeignKey("person.id"))
    submitted_at: Mapped[datetime] = mapped_column(UTCDateTime)


class Purpose(StrEnum):
    """What a piece of evidence shows."""

    FINDING = "finding"
    CORRECTION = "correction"


class Evidence(Base):
    """One piece of evidence: its hash, and the day from which it holds (not that of its upload)."""

    __tablename__ = "finding_evidence"
    __table_args__ = (CheckConstraint(one_of("purpose", Purpose), name="purpose"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    finding_id: Mapped[str] = mapped_column(ForeignKey("finding.id"), index=True)
    purpose: Mapped[str] = mapped_column(String(32))
    kind: Mapped[str] = mapped_column(String(32))
    """An evidence stream of the standard."""
    title: Mapped[str] = mapped_column(String(200))
    sha256: Mapped[str] = mapped_column(String(64))
    effective_on: Mapped[date]
    recorded_by: Mapped[str] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[datetime] = mapped_column(UTCDateTime)


class Verification(Base):
    """Who verified that the correction works, and how they know: one for each closed finding."""

    __tablename__ = "finding_verification"

    finding_id: Mapped[str] = mapped_column(ForeignKey("finding.id"), primary_key=True)
    verifier_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    effectiveness: Mapped[str] = mapped_column(Text)
    verified_at: Mapped[datetime] = mapped_column(UTCDateTime)
