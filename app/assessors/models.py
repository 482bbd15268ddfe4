"""The tables of assessors: audit companies, auditors, and the records that approval rests on.

Written by service.py alone. The ids of audits belong to a room above: carried without foreign key.
"""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from app.assessors.competence import Aspect
from app.assessors.lifecycle import AuditorState, CompanyState
from app.lifecycle.journal import Subject
from app.platform.database import Base, Id, UTCDateTime

_COMPANY_STANDS = text("state NOT IN ('refused', 'withdrawn')")
_AUDITOR_STANDS = text("state <> 'withdrawn'")
_RECORD_STANDS = text("struck_at IS NULL")


def one_of(column: str, values: type[StrEnum]) -> str:
    """The condition that a column holds one of the codes."""
    return f"{column} IN ({', '.join(repr(value.value) for value in values)})"


class Schooling(StrEnum):
    """What a qualification is."""

    EDUCATION = "education"
    EXPERIENCE = "experience"
    TRAINING = "training"
    EXAMINATION = "examination"


class Seat(StrEnum):
    """As what somebody took part in an audit."""

    LEAD_AUDITOR = "lead_auditor"
    AUDITOR = "auditor"
    TECHNICAL_EXPERT = "technical_expert"


class AuditCompany(Subject):
    """The approval of an organisation to audit, from its application on."""

    __tablename__ = "audit_company"
    machine = "audit_company"
    __table_args__ = (
        CheckConstraint(one_of("state", CompanyState), name="state"),
        Index(
            "uq_audit_company_standing",
            "organisation_id",
            unique=True,
            sqlite_where=_COMPANY_STANDS,
            postgresql_where=_COMPANY_STANDS,
        ),
        {"info": {"fixed": ("organisation_id",)}},
    )

    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"), index=True)


class Auditor(Subject):
    """The approval of a person to audit, from the application on."""

    __tablename__ = "auditor"
    machine = "auditor"
    __table_args__ = (
        CheckConstraint(one_of("state", AuditorState), name="state"),
        Index(
            "uq_auditor_standing",
            "person_id",
            unique=True,
            sqlite_where=_AUDITOR_STANDS,
            postgresql_where=_AUDITOR_STANDS,
        ),
        {"info": {"fixed": ("person_id",)}},
    )

    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)


class AuditorCompetence(Base):
    """One thing that an auditor is approved for: a kind, a standard, a corridor or a language."""

    __tablename__ = "auditor_competence"
    __table_args__ = (
        CheckConstraint(one_of("aspect", Aspect), name="aspect"),
        Index("ix_auditor_competence_code", "aspect", "code"),
        {"info": {"immutable": True}},
    )

    auditor_id: Mapped[str] = mapped_column(ForeignKey("auditor.id"), primary_key=True)
    aspect: Mapped[str] = mapped_column(String(32), primary_key=True)
    code: Mapped[str] = mapped_column(String(32), primary_key=True)


class AuditorQualification(Base):
    """Education, experience, training or an examination of an auditor, with its days."""

    __tablename__ = "auditor_qualification"
    __table_args__ = (
        CheckConstraint(one_of("kind", Schooling), name="kind"),
        CheckConstraint("until_on >= from_on", name="days"),
        {"info": {"immutable": True}},
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    auditor_id: Mapped[str] = mapped_column(ForeignKey("auditor.id"), index=True)
    kind: Mapped[str] = mapped_column(String(32))
    title: Mapped[str] = mapped_column(String(200))
    from_on: Mapped[date]
    until_on: Mapped[date | None]
    """Inclusive; none while it lasts."""
    recorded_by: Mapped[str] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[datetime] = mapped_column(UTCDateTime)


class AuditRecord(Base):
    """One audit in which an auditor took part: hours, seat, the day it ended, who witnessed it."""

    __tablename__ = "audit_record"
    __table_args__ = (
        CheckConstraint(one_of("seat", Seat), name="seat"),
        CheckConstraint("hours > 0", name="hours"),
        Index(
            "uq_audit_record_standing",
            "auditor_id",
            "audit_id",
            unique=True,
            sqlite_where=_RECORD_STANDS,
            postgresql_where=_RECORD_STANDS,
        ),
        {"info": {"once": ("struck_at", "struck_by")}},
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    auditor_id: Mapped[str] = mapped_column(ForeignKey("auditor.id"), index=True)
    audit_id: Mapped[str | None] = mapped_column(Id)
    """Of this service; none for an audit elsewhere."""
    reference: Mapped[str | None] = mapped_column(String(200))
    """What an audit elsewhere is called."""
    seat: Mapped[str] = mapped_column(String(32))
    ended_on: Mapped[date]
    hours: Mapped[int]
    witnessed_by: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    recorded_by: Mapped[str] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[datetime] = mapped_column(UTCDateTime)
    struck_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """When it was struck out as wrong; it counts no more."""
    struck_by: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
