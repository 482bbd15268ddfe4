"""The tables of access: organisations, people, role grants, clients, assignments, touches.

Written by service.py alone and read by queries.py. The ids of cases, audits and recruiters belong
to rooms above: they are carried here without a foreign key, since a room knows only those below.
"""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.access.independence import Way
from app.access.lifecycle import ClientState, Kind, OrganisationState, PersonState, State
from app.kernel.roles import Role
from app.lifecycle.journal import Subject
from app.platform.database import Base, Id, UTCDateTime


def _one_of(column: str, values: type[StrEnum]) -> str:
    return f"{column} IN ({', '.join(repr(value.value) for value in values)})"


class Organisation(Subject):
    """Whom people belong to."""

    __tablename__ = "organisation"
    machine = "organisation"
    __table_args__ = (
        CheckConstraint(_one_of("state", OrganisationState), name="state"),
        CheckConstraint(_one_of("kind", Kind), name="kind"),
        {"info": {"fixed": ("kind",)}},
    )

    kind: Mapped[str] = mapped_column(String(32))
    name: Mapped[str] = mapped_column(String(200))
    country: Mapped[str | None] = mapped_column(String(2))
    """ISO 3166-1 alpha-2; none for one that is of no country, as a scheme can be."""
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)


class Person(Subject):
    """A human being who may hold roles; independence always counts the person (DESIGN §6)."""

    __tablename__ = "person"
    machine = "person"
    __table_args__ = (
        CheckConstraint(_one_of("state", PersonState), name="state"),
        UniqueConstraint("email"),
        {"info": {"with_move": ("email", "organisation_id", "password_hash")}},
    )

    name: Mapped[str] = mapped_column(String(200))
    email: Mapped[str] = mapped_column(String(254))
    """In lower case: one person has one."""
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    password_hash: Mapped[str | None] = mapped_column(String(200))
    """Argon2id, as `platform.passwords` writes it; none: this person cannot sign in."""


class RoleGrant(Subject):
    """One role of one person: held until it is ended, and then never again (a new grant is)."""

    __tablename__ = "role_grant"
    machine = "role_grant"
    __table_args__ = (
        CheckConstraint(_one_of("state", State), name="state"),
        CheckConstraint(_one_of("role", Role), name="role"),
        Index(
            "uq_role_grant_held",
            "person_id",
            "role",
            unique=True,
            sqlite_where=text("state = 'held'"),
            postgresql_where=text("state = 'held'"),
        ),
        {"info": {"fixed": ("person_id", "role")}},
    )

    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    role: Mapped[str] = mapped_column(String(32))


class Client(Subject):
    """A program that acts for one named person, or for an organisation that only reads."""

    __tablename__ = "client"
    machine = "client"
    __table_args__ = (
        CheckConstraint(_one_of("state", ClientState), name="state"),
        CheckConstraint("(person_id IS NULL) <> (organisation_id IS NULL)", name="acts_for_one"),
        {
            "info": {
                "fixed": ("secret_hash", "person_id", "organisation_id"),
                "with_move": ("revoked_at",),
            }
        },
    )

    secret_hash: Mapped[str] = mapped_column(String(64))
    """SHA-256 of the secret, which has 256 random bits: nothing slower is needed."""
    person_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"), index=True)
    organisation_id: Mapped[str | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    created_by: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    """Who made it; none: the command line."""
    revoked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class Assignment(Base):
    """A person in the team of one audit. Ended, it no longer shows the audit, but still bars."""

    __tablename__ = "assignment"
    __table_args__ = (
        CheckConstraint(_one_of("role", Role), name="role"),
        Index("ix_assignment_case_person", "case_id", "person_id"),
        Index(
            "uq_assignment_open",
            "audit_id",
            "person_id",
            "role",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        {"info": {"once": ("ended_at",)}},
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    role: Mapped[str] = mapped_column(String(32))
    case_id: Mapped[str] = mapped_column(Id)
    audit_id: Mapped[str] = mapped_column(Id)
    recruiter_id: Mapped[str] = mapped_column(Id)
    assigned_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class Touch(Base):
    """A person touched the evidence of one audit in one way; written once, never changed."""

    __tablename__ = "touch"
    __table_args__ = (
        CheckConstraint(_one_of("way", Way), name="way"),
        UniqueConstraint("audit_id", "person_id", "way"),
        Index("ix_touch_case_person", "case_id", "person_id"),
        {"info": {"immutable": True}},
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    way: Mapped[str] = mapped_column(String(32))
    case_id: Mapped[str] = mapped_column(Id)
    audit_id: Mapped[str] = mapped_column(Id)
    recruiter_id: Mapped[str] = mapped_column(Id)
    touched_at: Mapped[datetime] = mapped_column(UTCDateTime)
