"""The tables of checks, written by service.py alone. A check is never changed, only made again."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.employer_pays.charges.models import LONGEST_PSEUDONYM, one_of
from app.employer_pays.checks.scope import Kind
from app.platform.database import Base, Id, Json, UTCDateTime


class Check(Base):
    """What the charges came to at one moment, under the rules of that moment."""

    __tablename__ = "employer_pays_check"
    __table_args__ = (
        CheckConstraint(one_of("kind", Kind), name="kind"),
        Index("ix_employer_pays_check_recruiter_made", "recruiter_id", "made_at"),
        {"info": {"immutable": True}},
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    kind: Mapped[str] = mapped_column(String(32))
    recruiter_id: Mapped[str | None] = mapped_column(ForeignKey("recruiter.id"))
    """None: a corridor of all recruiters."""
    audit_id: Mapped[str | None] = mapped_column(Id)
    scope: Mapped[dict[str, Any]] = mapped_column(Json)
    every_source: Mapped[bool]
    """Did it see the workers' statements? One that a recruiter makes for itself does not."""
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
    made_by: Mapped[str] = mapped_column(ForeignKey("person.id"))
    made_for: Mapped[str | None] = mapped_column(ForeignKey("organisation.id"))
    inputs: Mapped[str] = mapped_column(String(64))
    """SHA-256 over everything that was judged."""
    rules: Mapped[str] = mapped_column(String(64))
    """The version of the national rules."""
    policy: Mapped[str] = mapped_column(String(32))
    standard: Mapped[str] = mapped_column(String(32))
    workers: Mapped[int]
    unremedied: Mapped[int]
    """Workers who bore a cost that was neither repaid in full nor is held apart for them."""
    unclear: Mapped[int]
    """Workers of whom nobody knows who bore a cost."""
    result: Mapped[dict[str, Any]] = mapped_column(Json)


class CheckedWorker(Base):
    """One worker in a check: both verdicts with their reasons, and the sources side by side."""

    __tablename__ = "checked_worker"
    __table_args__ = ({"info": {"immutable": True}},)

    check_id: Mapped[str] = mapped_column(ForeignKey("employer_pays_check.id"), primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    pseudonym: Mapped[str] = mapped_column(String(LONGEST_PSEUDONYM))
    detail: Mapped[dict[str, Any]] = mapped_column(Json)
