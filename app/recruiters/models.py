"""The tables of recruiters: entries, issued numbers, and what the licence registers say.

Written by service.py alone and read by queries.py.
"""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.lifecycle.journal import Subject
from app.platform.database import Base, Id, UTCDateTime
from app.recruiters.register import LONGEST_ADDRESS, LONGEST_NAME, LONGEST_NUMBER


class Recruiter(Subject):
    """A legal entity that recruits: one organisation, one entry, one number for ever."""

    __tablename__ = "recruiter"
    machine = "recruiter"
    __table_args__ = (
        CheckConstraint("state IN ('listed', 'merged')", name="state"),
        UniqueConstraint("organisation_id"),
        UniqueConstraint("number"),
        {"info": {"fixed": ("organisation_id", "number")}},
    )

    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"))
    name: Mapped[str] = mapped_column(String(200))
    country: Mapped[str] = mapped_column(String(2))
    number: Mapped[str | None] = mapped_column(String(20))
    """`LRN…`, from the first acceptance on (DOMAIN §5)."""


class RecruiterNumber(Base):
    """The running sequence of recruiter numbers: who got which, and when."""

    __tablename__ = "recruiter_number"
    __table_args__ = (UniqueConstraint("recruiter_id"), {"info": {"immutable": True}})

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    """The sequence in the number."""
    recruiter_id: Mapped[str] = mapped_column(ForeignKey("recruiter.id"))
    issued_at: Mapped[datetime] = mapped_column(UTCDateTime)


class RegisterLicence(Base):
    """One licence as a government's register said it when it was last imported: a fact, no more."""

    __tablename__ = "register_licence"
    __table_args__ = (Index("ix_register_licence_number", "country", "licence_number"),)

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    """`register.Licence.key`."""
    country: Mapped[str] = mapped_column(String(2))
    licence_number: Mapped[str | None] = mapped_column(String(LONGEST_NUMBER))
    name: Mapped[str] = mapped_column(String(LONGEST_NAME))
    address: Mapped[str] = mapped_column(String(LONGEST_ADDRESS))
    imported_at: Mapped[datetime] = mapped_column(UTCDateTime)
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    """When the register last said something else."""


class RecruiterName(Base):
    """A name that a recruiter has had, and until when: an old name still finds it."""

    __tablename__ = "recruiter_name"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    recruiter_id: Mapped[str] = mapped_column(ForeignKey("recruiter.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    until: Mapped[datetime] = mapped_column(UTCDateTime)
