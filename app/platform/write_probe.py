"""Whether database and disk take a write at this moment: a row and a file, at each question.

A read shows neither a full disk nor a database that turned read-only; nor does one row written
over and over, which finds its place on a disk that is full. Asked by `/readyz`.
"""

import os
import tempfile
from datetime import datetime
from pathlib import Path

from sqlalchemy import CheckConstraint, Table
from sqlalchemy.orm import Mapped, mapped_column

from app.platform.database import Base, Database, UTCDateTime, upsert

ROOM = 1024 * 1024
"""How many bytes must be free where the database and the files lie."""


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


def has_room(folder: Path) -> bool:
    """Write a file of `ROOM` bytes there, to the disk, and remove it. Raises OSError."""
    with tempfile.TemporaryFile(dir=folder, buffering=0) as probe:
        written = probe.write(bytes(ROOM))
        os.fsync(probe.fileno())
    return written == ROOM
