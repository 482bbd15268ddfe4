"""The table of API keys. Written by service.py alone; a key is kept as its hash."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.access.api_keys.lifecycle import State
from app.lifecycle.journal import Subject
from app.platform.database import Json, UTCDateTime

_STATES = ", ".join(f"'{state}'" for state in State)


class ApiKey(Subject):
    """A key that reads for whoever made it: a person, or an organisation that only reads."""

    __tablename__ = "api_key"
    machine = "api_key"
    __table_args__ = (
        CheckConstraint(f"state IN ({_STATES})", name="state"),
        CheckConstraint("(person_id IS NULL) <> (organisation_id IS NULL)", name="acts_for_one"),
        UniqueConstraint("key_hash"),
        {
            "info": {
                "fixed": ("key_hash", "person_id", "organisation_id", "scopes", "expires_at"),
                "with_move": ("revoked_at",),
            }
        },
    )

    key_hash: Mapped[str] = mapped_column(String(64))
    start: Mapped[str] = mapped_column(String(12))
    """Its first characters, by which people tell their keys apart."""
    name: Mapped[str] = mapped_column(String(200))
    person_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"), index=True)
    organisation_id: Mapped[str | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    scopes: Mapped[list[str]] = mapped_column(Json)
    """The actions of the routes that it reaches."""
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)
    last_used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """To the day; written at most once in it."""
    revoked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
