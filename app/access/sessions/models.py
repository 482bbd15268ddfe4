"""The tables of sessions: sign-ins, refresh tokens, devices that are known.

Written by service.py alone. No secret is kept, only what SHA-256 makes of it; all have 256 random
bits, so nothing slower is needed.
"""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app.access.sessions.lifecycle import State
from app.lifecycle.journal import Subject
from app.platform.database import Base, UTCDateTime

_STATES = ", ".join(f"'{state}'" for state in State)


class PersonSession(Subject):
    """One sign-in, with the family of refresh tokens that descends from it."""

    __tablename__ = "session"
    machine = "session"
    __table_args__ = (
        CheckConstraint(f"state IN ({_STATES})", name="state"),
        {"info": {"fixed": ("person_id", "opened_at", "expires_at")}},
    )

    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    opened_at: Mapped[datetime] = mapped_column(UTCDateTime)
    refreshed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    """When its refresh token was used last."""
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)


class RefreshToken(Base):
    """One refresh token: good once. Gone when its session is over."""

    __tablename__ = "refresh_token"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    session_id: Mapped[str] = mapped_column(ForeignKey("session.id"), index=True)
    used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class KnownDevice(Base):
    """A device that signed in before: a stranger's guesses do not keep it out (SECURITY R11)."""

    __tablename__ = "known_device"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    seen_at: Mapped[datetime] = mapped_column(UTCDateTime)
