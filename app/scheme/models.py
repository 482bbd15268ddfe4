"""The tables of the scheme's rules. Written by service.py alone and read by queries.py."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, Date, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.platform.database import Base, Json, UTCDateTime


class Kind(StrEnum):
    """What rules a version is of."""

    STANDARD = "standard"
    POLICY = "policy"
    COST_CATEGORIES = "cost_categories"
    CORRIDOR_RULES = "corridor_rules"


class PublishedVersion(Base):
    """One published version of the scheme's rules: never changed, superseded by a later date.

    The one in force at a moment is the one with the latest `effective_from` not after it.
    """

    __tablename__ = "published_version"
    __table_args__ = (
        CheckConstraint(f"kind IN ({', '.join(repr(k.value) for k in Kind)})", name="kind"),
        UniqueConstraint("kind", "effective_from"),
        {"info": {"immutable": True}},
    )

    kind: Mapped[str] = mapped_column(String(32), primary_key=True)
    code: Mapped[str] = mapped_column(String(32), primary_key=True)
    effective_on: Mapped[date] = mapped_column(Date)
    """Its first day, in the scheme's zone."""
    effective_from: Mapped[datetime] = mapped_column(UTCDateTime)
    """The first instant of that day."""
    document: Mapped[dict[str, Any]] = mapped_column(Json)
    digest: Mapped[str] = mapped_column(String(64))
    """SHA-256 of the document's canonical JSON."""
    published_at: Mapped[datetime] = mapped_column(UTCDateTime)
