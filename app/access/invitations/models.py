"""The table of invitations. Written by service.py alone; the token is kept as its hash."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.access.invitations.lifecycle import State
from app.lifecycle.journal import Subject
from app.platform.database import Json, UTCDateTime

_STATES = ", ".join(f"'{state}'" for state in State)


class Invitation(Subject):
    """Somebody is asked to enter an organisation, with these roles."""

    __tablename__ = "invitation"
    machine = "invitation"
    __table_args__ = (
        CheckConstraint(f"state IN ({_STATES})", name="state"),
        UniqueConstraint("token_hash"),
        {
            "info": {
                "fixed": (
                    "organisation_id",
                    "email",
                    "roles",
                    "token_hash",
                    "invited_by",
                    "expires_at",
                    "person_id",
                ),
            }
        },
    )

    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"), index=True)
    email: Mapped[str] = mapped_column(String(254))
    roles: Mapped[list[str]] = mapped_column(Json)
    token_hash: Mapped[str] = mapped_column(String(64))
    invited_by: Mapped[str] = mapped_column(ForeignKey("person.id"))
    invited_at: Mapped[datetime] = mapped_column(UTCDateTime)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)
    person_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    """Who accepted it."""
