"""The tables of the register: conflicts of interest, and the yearly declarations.

Written by service.py of this room alone.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app.access.independence import Tie
from app.assessors.conflicts.lifecycle import Source, State
from app.assessors.models import one_of
from app.lifecycle.journal import Subject
from app.platform.database import Base, Id, Json, UTCDateTime


class ConflictRecord(Subject):
    """What ties one person, or one whole audit company, to the organisation of a recruiter."""

    __tablename__ = "conflict"
    machine = "conflict"
    __table_args__ = (
        CheckConstraint(one_of("state", State), name="state"),
        CheckConstraint(one_of("tie", Tie), name="tie"),
        CheckConstraint(one_of("source", Source), name="source"),
        CheckConstraint("(person_id IS NULL) <> (audit_company_id IS NULL)", name="of_one"),
        CheckConstraint("until_on >= since_on", name="days"),
        CheckConstraint("state <> 'ended' OR until_on IS NOT NULL", name="ended"),
        {
            "info": {
                "fixed": (
                    "person_id",
                    "audit_company_id",
                    "organisation_id",
                    "tie",
                    "source",
                    "since_on",
                ),
                "with_move": ("until_on",),
            }
        },
    )

    person_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"), index=True)
    audit_company_id: Mapped[str | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"), index=True)
    """The recruiter's."""
    tie: Mapped[str] = mapped_column(String(32))
    source: Mapped[str] = mapped_column(String(32))
    since_on: Mapped[date]
    until_on: Mapped[date | None]
    """Its last day, inclusive; set anew by the move that ends it."""


class Declaration(Base):
    """A person said on one day which conflicts they have: none, or these."""

    __tablename__ = "declaration"
    __table_args__ = ({"info": {"immutable": True}},)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    declared_at: Mapped[datetime] = mapped_column(UTCDateTime)
    conflicts: Mapped[list[Any]] = mapped_column(Json)
    """The ids of those declared with it; none: there is nothing to declare."""
