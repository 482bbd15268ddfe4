"""Whether the database takes a write at this moment: one row, written anew at each question.

A read shows neither a full disk nor a database that turned read-only. Asked by `/readyz`.
"""

from datetime import datetime

from sqlalchemy import CheckConstraint, Table
from sqlalchemy.orm import Mapped, mapped_column

from app.platform.database import Base, Database, UTCDateTime, upsert


class WriteProbe(Base):
    """When the database last took a write of a probe."""

    __tablename__ = "write_probe"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    probed_at: Mapped[datetime] = mapped_column(UTCDateTime)


def can_write(database: Database, now: datetime) -> bool:
    """Write and commit. Raises SQLAlchemyError where that fails."""
    table = WriteProbe.__table__
    assert isinstance(table, Table)  # noqa: S101 (for the type)
    with database.write() as session:
        upsert(session, table, [{"id": 1, "probed_at": now}], key=["id"])
    return True
