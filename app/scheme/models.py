"""The tables of the scheme's rules. Written by service.py alone and read by queries.py."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, Date, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from app.lifecycle.journal import Subject
from app.platform.database import Base, Id, Json, UTCDateTime
from app.scheme.lifecycle import State, TollingState


class Kind(StrEnum):
    """What rules a version is of."""

    STANDARD = "standard"
    POLICY = "policy"
    COST_CATEGORIES = "cost_categories"
    CORRIDOR_RULES = "corridor_rules"


class Reason(StrEnum):
    """Why timers are stopped."""

    DISASTER = "disaster"
    EPIDEMIC = "epidemic"
    UNREST = "unrest"
    AUTHORITY_CLOSED = "authority_closed"
    SERVICE_FAILURE = "service_failure"
    LEGAL_ORDER = "legal_order"


def _one_of(column: str, values: type[StrEnum]) -> str:
    return f"{column} IN ({', '.join(repr(value.value) for value in values)})"


class PublishedVersion(Base):
    """One published version of the scheme's rules: never changed, superseded by a later date.

    The one in force at a moment is the one with the latest `effective_from` not after it.
    """

    __tablename__ = "published_version"
    __table_args__ = (
        CheckConstraint(_one_of("kind", Kind), name="kind"),
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


class Version(Subject):
    """A version on its way: what it says changes by the move `edit` alone, until it is published.

    Publication writes its `PublishedVersion` in the same transaction.
    """

    __abstract__ = True
    protected: ClassVar[dict[str, tuple[str, ...]]] = {
        "fixed": ("kind", "code"),
        "with_move": ("document", "digest", "effective_on"),
    }

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:
        return (
            CheckConstraint(_one_of("state", State), name="state"),
            CheckConstraint(_one_of("kind", Kind), name="kind"),
            CheckConstraint(
                "(state = 'published') = (effective_on IS NOT NULL)", name="published_from_a_day"
            ),
            UniqueConstraint("code"),
            {"info": cls.protected},
        )

    kind: Mapped[str] = mapped_column(String(32))
    code: Mapped[str] = mapped_column(String(32))
    document: Mapped[dict[str, Any]] = mapped_column(Json)
    digest: Mapped[str] = mapped_column(String(64))
    effective_on: Mapped[date | None] = mapped_column(Date)


class StandardVersion(Version):
    """A version of the standard."""

    __tablename__ = "standard_version"
    machine = "standard_version"


class PolicyVersion(Version):
    """A version of the policy."""

    __tablename__ = "policy_version"
    machine = "policy_version"


class RuleSetVersion(Version):
    """A version of the cost categories, or of the corridor rules."""

    __tablename__ = "rule_set_version"
    machine = "rule_set_version"


class Tolling(Subject):
    """A dated public record that stops named timers, of one case or of all, until its limit.

    `state` and `ended_at` follow the journal; past the limit it stops nothing more.
    """

    __tablename__ = "tolling"
    machine = "tolling"
    __table_args__ = (
        CheckConstraint(_one_of("state", TollingState), name="state"),
        CheckConstraint(_one_of("reason", Reason), name="reason"),
        CheckConstraint("ended_at IS NULL OR ended_at >= began_at", name="span"),
        CheckConstraint("limit_at > began_at", name="limit"),
        {
            "info": {
                "fixed": (
                    "timers",
                    "case_id",
                    "reason",
                    "statement",
                    "began_at",
                    "limit_on",
                    "limit_at",
                    "ended_at",
                )
            }
        },
    )

    timers: Mapped[list[str]] = mapped_column(Json)
    case_id: Mapped[str | None] = mapped_column(Id, index=True)
    """The application whose timers stand still; none: those of every case."""
    reason: Mapped[str] = mapped_column(String(32))
    statement: Mapped[str] = mapped_column(Text)
    """Why, in words: public."""
    began_at: Mapped[datetime] = mapped_column(UTCDateTime)
    limit_on: Mapped[date] = mapped_column(Date)
    """The last day that it may stop, in the scheme's zone."""
    limit_at: Mapped[datetime] = mapped_column(UTCDateTime)
    """The instant after that day."""
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
