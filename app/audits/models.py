"""The tables of audits: engagements, teams, answers, comments, reports, reviews, remarks.

Written by the services of this room alone. A case is an application: `application_id`.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.audits.checklist import Result, WorkStatus
from app.audits.kinds import (
    Acknowledgement,
    CommentOutcome,
    Kind,
    Readiness,
    Recommendation,
    ReviewOutcome,
)
from app.audits.lifecycle import State
from app.audits.team import FITTING
from app.lifecycle.journal import Subject
from app.platform.database import Base, Id, Json, UTCDateTime


def one_of(column: str, values: type[StrEnum]) -> str:
    """The condition that a column holds one of the codes."""
    return f"{column} IN ({', '.join(repr(value.value) for value in values)})"


class Audit(Subject):
    """One engagement of an audit company; the plan pins its standard and its policy."""

    __tablename__ = "audit"
    machine = "audit"
    __table_args__ = (
        CheckConstraint(one_of("state", State), name="state"),
        CheckConstraint(one_of("kind", Kind), name="kind"),
        CheckConstraint(one_of("acknowledgement", Acknowledgement), name="acknowledgement"),
        CheckConstraint(one_of("readiness", Readiness), name="readiness"),
        CheckConstraint("planned_until >= planned_from", name="planned_days"),
        {
            "info": {
                "fixed": (
                    "kind",
                    "application_id",
                    "recruiter_id",
                    "recruiter_organisation_id",
                    "audit_company_id",
                    "standard",
                    "policy",
                    "unannounced",
                    "planned_by",
                )
            }
        },
    )

    kind: Mapped[str] = mapped_column(String(32))
    application_id: Mapped[str] = mapped_column(ForeignKey("application.id"), index=True)
    recruiter_id: Mapped[str] = mapped_column(ForeignKey("recruiter.id"), index=True)
    recruiter_organisation_id: Mapped[str] = mapped_column(
        ForeignKey("organisation.id"), index=True
    )
    audit_company_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"), index=True)
    standard: Mapped[str] = mapped_column(String(32))
    policy: Mapped[str] = mapped_column(String(32))
    unannounced: Mapped[bool]
    planned_from: Mapped[date]
    planned_until: Mapped[date]
    planned_by: Mapped[str] = mapped_column(ForeignKey("person.id"))
    proposal: Mapped[int] = mapped_column(default=0)
    """Which team stands: the number of the last one proposed."""
    acknowledgement: Mapped[str | None] = mapped_column(String(32))
    fieldwork_ended_on: Mapped[date | None]
    readiness: Mapped[str | None] = mapped_column(String(32))


class TeamMember(Base):
    """Somebody's seat in a team that was proposed; the audit's `proposal` says which one stands."""

    __tablename__ = "audit_team_member"
    __table_args__ = (
        CheckConstraint(
            f"role IN ({', '.join(repr(role.value) for role in FITTING)})", name="role"
        ),
        Index("ix_audit_team_member_person", "person_id"),
    )

    audit_id: Mapped[str] = mapped_column(ForeignKey("audit.id"), primary_key=True)
    proposal: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), primary_key=True)
    role: Mapped[str] = mapped_column(String(32))


class Objection(Base):
    """The recruiter's objection to one proposed team, and why it was refused, if it was."""

    __tablename__ = "audit_objection"

    audit_id: Mapped[str] = mapped_column(ForeignKey("audit.id"), primary_key=True)
    proposal: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[str] = mapped_column(Text)
    objected_at: Mapped[datetime] = mapped_column(UTCDateTime)
    refused_because: Mapped[str | None] = mapped_column(Text)


class AuditAnswer(Base):
    """What the team says of one indicator."""

    __tablename__ = "audit_answer"
    __table_args__ = (
        CheckConstraint(one_of("work_status", WorkStatus), name="work_status"),
        CheckConstraint(one_of("result", Result), name="result"),
    )

    audit_id: Mapped[str] = mapped_column(ForeignKey("audit.id"), primary_key=True)
    criterion: Mapped[str] = mapped_column(String(32), primary_key=True)
    element: Mapped[str] = mapped_column(String(64), primary_key=True)
    work_status: Mapped[str] = mapped_column(String(32))
    result: Mapped[str] = mapped_column(String(32))
    note: Mapped[str | None] = mapped_column(Text)
    answered_by: Mapped[str] = mapped_column(ForeignKey("person.id"))
    answered_at: Mapped[datetime] = mapped_column(UTCDateTime)


class Comment(Base):
    """What the recruiter says of the draft report, and what the lead auditor answers."""

    __tablename__ = "audit_comment"
    __table_args__ = (
        CheckConstraint(one_of("outcome", CommentOutcome), name="outcome"),
        CheckConstraint("(outcome IS NULL) = (answered_by IS NULL)", name="answered"),
        CheckConstraint("outcome <> 'refused' OR reason IS NOT NULL", name="refusal"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    audit_id: Mapped[str] = mapped_column(ForeignKey("audit.id"), index=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    text: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
    outcome: Mapped[str | None] = mapped_column(String(32))
    reason: Mapped[str | None] = mapped_column(Text)
    """Why it is refused; what was changed, if anything is said of an accepted one."""
    answered_by: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    answered_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class Report(Base):
    """One edition of the report as it was submitted; a returned one is followed by the next."""

    __tablename__ = "audit_report"
    __table_args__ = (CheckConstraint(one_of("recommendation", Recommendation), name="code"),)

    audit_id: Mapped[str] = mapped_column(ForeignKey("audit.id"), primary_key=True)
    edition: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    summary: Mapped[str] = mapped_column(Text)
    recommendation: Mapped[str] = mapped_column(String(32))
    submitted_by: Mapped[str] = mapped_column(ForeignKey("person.id"))
    submitted_at: Mapped[datetime] = mapped_column(UTCDateTime)


class Review(Base):
    """What an independent reviewer said, with the set that their independence was judged by.

    The database refuses a row whose person is in an assignment or a touch of the case.
    """

    __tablename__ = "review"
    __table_args__ = (
        CheckConstraint(one_of("outcome", ReviewOutcome), name="outcome"),
        UniqueConstraint("audit_id", "audit_version"),
        {"info": {"immutable": True}},
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    case_id: Mapped[str] = mapped_column(ForeignKey("application.id"))
    audit_id: Mapped[str] = mapped_column(ForeignKey("audit.id"))
    audit_version: Mapped[int]
    """The audit's version after the move that the review made."""
    outcome: Mapped[str] = mapped_column(String(32))
    reasons: Mapped[list[str]] = mapped_column(Json)
    involvement: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    """`access.independence.as_recorded`."""
    reviewed_at: Mapped[datetime] = mapped_column(UTCDateTime)


class Remark(Base):
    """What somebody wrote with a move; the journal holds its salted hash, and this row may go."""

    __tablename__ = "audit_remark"
    __table_args__ = (
        ForeignKeyConstraint(
            ["machine", "subject", "version"],
            ["journal_entry.machine", "journal_entry.subject", "journal_entry.version"],
        ),
    )

    machine: Mapped[str] = mapped_column(String(32), primary_key=True)
    subject: Mapped[str] = mapped_column(Id, primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    text: Mapped[str] = mapped_column(Text)
    salt: Mapped[str] = mapped_column(String(32))
