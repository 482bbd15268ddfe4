"""The registry's one table: everything that an answer needs but the clock (DESIGN §7).

Written by projection.py inside the transaction of each move, read by queries.py.
"""

from typing import Any

from sqlalchemy import BigInteger, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.platform.database import Base, Id, Json


class RegistryCertificate(Base):
    """One certificate as the public sees it."""

    __tablename__ = "registry_certificate"
    __table_args__ = (UniqueConstraint("certificate_id"),)

    number: Mapped[str] = mapped_column(String(19), primary_key=True)
    certificate_id: Mapped[str] = mapped_column(ForeignKey("certificate.id"))
    recruiter_id: Mapped[str] = mapped_column(Id, index=True)
    recruiter_number: Mapped[str | None] = mapped_column(String(20))
    holder: Mapped[str] = mapped_column(String(200))
    country: Mapped[str] = mapped_column(String(2))
    audit_company: Mapped[str] = mapped_column(String(200))
    editions: Mapped[dict[str, Any]] = mapped_column(Json)
    """Edition → scope and printed dates."""
    licence_signals: Mapped[list[dict[str, str]]] = mapped_column(Json, server_default="[]")
    """Licences of the holder that their registers do not show in order: country, fault, since."""
    timeline: Mapped[dict[str, Any]] = mapped_column(Json)
    """`certificates.status.Timeline.to_json`."""
    position: Mapped[int] = mapped_column(BigInteger)
    """The journal's position that the row follows up to."""
