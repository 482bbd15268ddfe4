"""The tables of recruiters: entries, what they state of themselves, placements, look-alikes.

Written by this room's services alone and read by queries.py; what the governments' registers say
stands in register_models.py.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.lifecycle.journal import Subject
from app.platform.database import Base, Id, Json, UTCDateTime
from app.recruiters.look_alike_lifecycle import State as LookAlikeState
from app.recruiters.placement import Gender
from app.recruiters.profile import PartnerKind
from app.recruiters.register import LONGEST_NUMBER, Status


def _one_of(column: str, values: type[StrEnum]) -> str:
    return f"{column} IN ({', '.join(repr(value.value) for value in values)})"


class Recruiter(Subject):
    """A legal entity that recruits: one organisation, one entry, one number for ever."""

    __tablename__ = "recruiter"
    machine = "recruiter"
    __table_args__ = (
        CheckConstraint("state IN ('listed', 'merged')", name="state"),
        UniqueConstraint("organisation_id"),
        UniqueConstraint("number"),
        CheckConstraint("(state = 'merged') = (merged_into_id IS NOT NULL)", name="merged_into"),
        {"info": {"fixed": ("organisation_id", "number", "merged_into_id")}},
    )

    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"))
    name: Mapped[str] = mapped_column(String(200))
    country: Mapped[str] = mapped_column(String(2))
    number: Mapped[str | None] = mapped_column(String(20))
    """`LRN…`, from the first acceptance on (DOMAIN §5)."""
    merged_into_id: Mapped[str | None] = mapped_column(ForeignKey("recruiter.id"), index=True)
    """The entry that goes on for both."""


class RecruiterNumber(Base):
    """The running sequence of recruiter numbers: who got which, and when."""

    __tablename__ = "recruiter_number"
    __table_args__ = (UniqueConstraint("recruiter_id"), {"info": {"immutable": True}})

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    """The sequence in the number."""
    recruiter_id: Mapped[str] = mapped_column(ForeignKey("recruiter.id"))
    issued_at: Mapped[datetime] = mapped_column(UTCDateTime)


class RecruiterName(Base):
    """A name that a recruiter has had, and until when: an old name still finds it."""

    __tablename__ = "recruiter_name"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    recruiter_id: Mapped[str] = mapped_column(ForeignKey("recruiter.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    until: Mapped[datetime] = mapped_column(UTCDateTime)


class RecruiterProfile(Base):
    """What a recruiter stated of itself at one moment; the newest revision counts."""

    __tablename__ = "recruiter_profile"
    __table_args__ = (UniqueConstraint("recruiter_id", "revision"), {"info": {"immutable": True}})

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    recruiter_id: Mapped[str] = mapped_column(ForeignKey("recruiter.id"))
    revision: Mapped[int] = mapped_column(Integer)
    content: Mapped[dict[str, Any]] = mapped_column(Json)
    """`profile.Profile.as_json`: nothing about people."""
    stated_at: Mapped[datetime] = mapped_column(UTCDateTime)
    stated_by: Mapped[str | None] = mapped_column(ForeignKey("person.id"))


class RecruiterOfficer(Base):
    """Who holds an office of the recruiter: personal data, replaced as a whole and erasable."""

    __tablename__ = "recruiter_officer"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    recruiter_id: Mapped[str] = mapped_column(ForeignKey("recruiter.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    office: Mapped[str] = mapped_column(String(64))
    from_on: Mapped[date] = mapped_column(Date)
    until_on: Mapped[date | None] = mapped_column(Date)


class RecruiterLicence(Base):
    """A licence as the recruiter states it; another statement of it replaces this one."""

    __tablename__ = "recruiter_licence"
    __table_args__ = (
        CheckConstraint(_one_of("status", Status), name="status"),
        Index(
            "uq_recruiter_licence_stated",
            "recruiter_id",
            "country",
            "number",
            unique=True,
            sqlite_where=text("replaced_at IS NULL"),
            postgresql_where=text("replaced_at IS NULL"),
        ),
        Index("ix_recruiter_licence_country", "country"),
        {"info": {"once": ("replaced_at",)}},
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    recruiter_id: Mapped[str] = mapped_column(ForeignKey("recruiter.id"))
    country: Mapped[str] = mapped_column(String(2))
    number: Mapped[str] = mapped_column(String(LONGEST_NUMBER))
    authority: Mapped[str] = mapped_column(String(200))
    status: Mapped[str] = mapped_column(String(16))
    valid_from: Mapped[date] = mapped_column(Date)
    valid_until: Mapped[date | None] = mapped_column(Date)
    """The last day; none: without an end."""
    stated_at: Mapped[datetime] = mapped_column(UTCDateTime)
    replaced_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class LicenceSignal(Base):
    """The register of a country says otherwise than the recruiter, from one day to another."""

    __tablename__ = "licence_signal"
    __table_args__ = (
        Index(
            "uq_licence_signal_open",
            "licence_id",
            unique=True,
            sqlite_where=text("cleared_at IS NULL"),
            postgresql_where=text("cleared_at IS NULL"),
        ),
        {"info": {"once": ("cleared_at",)}},
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    recruiter_id: Mapped[str] = mapped_column(ForeignKey("recruiter.id"), index=True)
    licence_id: Mapped[str] = mapped_column(ForeignKey("recruiter_licence.id"))
    code: Mapped[str] = mapped_column(String(16))
    raised_at: Mapped[datetime] = mapped_column(UTCDateTime)
    cleared_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class BusinessPartner(Base):
    """With whom a recruiter works: a sub-agent or partner, perhaps under another one."""

    __tablename__ = "business_partner"
    __table_args__ = (
        CheckConstraint(_one_of("kind", PartnerKind), name="kind"),
        {"info": {"once": ("ended_at",)}},
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    recruiter_id: Mapped[str] = mapped_column(ForeignKey("recruiter.id"), index=True)
    kind: Mapped[str] = mapped_column(String(32))
    name: Mapped[str] = mapped_column(String(200))
    country: Mapped[str] = mapped_column(String(2))
    entered_as_id: Mapped[str | None] = mapped_column(ForeignKey("recruiter.id"), index=True)
    """The partner's own entry, where it is a recruiter too."""
    under_id: Mapped[str | None] = mapped_column(ForeignKey("business_partner.id"))
    """The partner through whom it works; none: directly."""
    stated_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class Placement(Base):
    """A worker whom the recruiter placed, by pseudonym: one of the sampling frame (DOMAIN §6)."""

    __tablename__ = "placement"
    __table_args__ = (
        CheckConstraint(_one_of("gender", Gender), name="gender"),
        UniqueConstraint("recruiter_id", "worker", "corridor", "arrived_on"),
        Index("ix_placement_recruiter_id_id", "recruiter_id", "id"),
        {"info": {"immutable": True}},
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    recruiter_id: Mapped[str] = mapped_column(ForeignKey("recruiter.id"))
    worker: Mapped[str] = mapped_column(String(64))
    """A pseudonym (`pseudonyms.py`), never a name."""
    corridor: Mapped[str] = mapped_column(String(5))
    employer: Mapped[str] = mapped_column(String(200))
    partner_id: Mapped[str | None] = mapped_column(ForeignKey("business_partner.id"))
    """The sub-agent through whom the worker came."""
    gender: Mapped[str] = mapped_column(String(16))
    cohort: Mapped[str] = mapped_column(String(32))
    arrived_on: Mapped[date] = mapped_column(Date)
    recorded_at: Mapped[datetime] = mapped_column(UTCDateTime)


class LookAlike(Subject):
    """Two records that may be one company: a recruiter, and another or a row of a register."""

    __tablename__ = "look_alike"
    machine = "look_alike"
    __table_args__ = (
        CheckConstraint(_one_of("state", LookAlikeState), name="state"),
        CheckConstraint("(other_id IS NULL) <> (register_key IS NULL)", name="one_other"),
        Index("ix_look_alike_state", "state"),
        {"info": {"fixed": ("recruiter_id", "other_id", "register_key", "score", "why")}},
    )

    recruiter_id: Mapped[str] = mapped_column(ForeignKey("recruiter.id"), index=True)
    other_id: Mapped[str | None] = mapped_column(ForeignKey("recruiter.id"), index=True)
    register_key: Mapped[str | None] = mapped_column(ForeignKey("register_licence.key"), index=True)
    score: Mapped[int] = mapped_column(Integer)
    """0 to 100 (`similarity.compare`)."""
    why: Mapped[list[str]] = mapped_column(Json)
    """`similarity.Why`, each."""


class LookAlikeNote(Base):
    """Why a look-alike was confirmed, dismissed or cleared: words, beside the journal."""

    __tablename__ = "look_alike_note"
    __table_args__ = (UniqueConstraint("look_alike_id", "version"), {"info": {"immutable": True}})

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    look_alike_id: Mapped[str] = mapped_column(ForeignKey("look_alike.id"))
    version: Mapped[int] = mapped_column(Integer)
    """Of the look-alike, after the move."""
    note: Mapped[str] = mapped_column(Text)
    written_at: Mapped[datetime] = mapped_column(UTCDateTime)
    written_by: Mapped[str | None] = mapped_column(ForeignKey("person.id"))


class LookAlikeBlock(Base):
    """A key under which a recruiter is found by what may be like it (`similarity.Marks`)."""

    __tablename__ = "look_alike_block"
    __table_args__ = (Index("ix_look_alike_block_owner", "owner"),)

    block: Mapped[str] = mapped_column(String(24), primary_key=True)
    owner: Mapped[str] = mapped_column(String(64), primary_key=True)
    """A recruiter's id."""


class RecruiterStanding(Base):
    """How the last certificate of a recruiter was taken from it, while that stands."""

    __tablename__ = "recruiter_standing"

    recruiter_id: Mapped[str] = mapped_column(ForeignKey("recruiter.id"), primary_key=True)
    lost: Mapped[str] = mapped_column(String(32))
    """`withdrawn` or `annulled`."""
    since: Mapped[datetime] = mapped_column(UTCDateTime)
