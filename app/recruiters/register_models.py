"""The tables of what governments' licence registers say: facts about companies, and no more.

Written by register_import.py alone. No row carries a status of the scheme, a finding or a fee.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Date, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.platform.database import Base, Id, Json, UTCDateTime
from app.recruiters.register import LONGEST_ADDRESS, LONGEST_NAME, LONGEST_NUMBER


class RegisterImport(Base):
    """One reading of a country's register."""

    __tablename__ = "register_import"
    __table_args__ = (
        Index("ix_register_import_country_at", "country", "imported_at"),
        {"info": {"once": ("compared_at",)}},
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    country: Mapped[str] = mapped_column(String(2))
    imported_at: Mapped[datetime] = mapped_column(UTCDateTime)
    counts: Mapped[dict[str, Any]] = mapped_column(Json)
    """Outcome → rows."""
    compared_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """When every row that it changed had been compared with the recruiters."""


class _Said:
    """What a register says of one licence."""

    country: Mapped[str] = mapped_column(String(2))
    licence_number: Mapped[str | None] = mapped_column(String(LONGEST_NUMBER))
    name: Mapped[str] = mapped_column(String(LONGEST_NAME))
    address: Mapped[str] = mapped_column(String(LONGEST_ADDRESS))
    status: Mapped[str | None] = mapped_column(String(16))
    """`register.Status`; none: the register does not say."""
    valid_until: Mapped[date | None] = mapped_column(Date)
    gone_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """The import in which it was no longer there."""


class RegisterLicence(_Said, Base):
    """One licence as a government's register said it when it was last imported: a fact, no more."""

    __tablename__ = "register_licence"
    __table_args__ = (
        CheckConstraint("status IN ('valid', 'suspended', 'expired', 'cancelled')", name="status"),
        Index("ix_register_licence_number", "country", "licence_number"),
    )

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    """`register.Licence.key`."""
    imported_at: Mapped[datetime] = mapped_column(UTCDateTime)
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    """When the register last said something else."""


class RegisterBlock(Base):
    """A key under which a register's row is found by recruiters that may be like it."""

    __tablename__ = "register_block"
    __table_args__ = (Index("ix_register_block_owner", "owner"),)

    block: Mapped[str] = mapped_column(String(24), primary_key=True)
    owner: Mapped[str] = mapped_column(String(64), primary_key=True)
    """The row's key."""


class RegisterHistory(_Said, Base):
    """What a register said of a licence before it said something else."""

    __tablename__ = "register_history"
    __table_args__ = (
        Index("ix_register_history_key", "key"),
        {"info": {"immutable": True}},
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    key: Mapped[str] = mapped_column(String(64))
    said_from: Mapped[datetime] = mapped_column(UTCDateTime)
    said_until: Mapped[datetime] = mapped_column(UTCDateTime)
