"""The table of exchange rates, written by service.py alone."""

from datetime import date, datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from app.platform.database import Base, UTCDateTime


class ExchangeRateRow(Base):
    """One `base` was `rate` of `quote` on a day, as one source says; never changed."""

    __tablename__ = "exchange_rate"
    __table_args__ = ({"info": {"immutable": True}},)

    base: Mapped[str] = mapped_column(String(3), primary_key=True)
    quote: Mapped[str] = mapped_column(String(3), primary_key=True)
    on: Mapped[date] = mapped_column("rate_on", primary_key=True)
    source: Mapped[str] = mapped_column(String(200), primary_key=True)
    rate: Mapped[str] = mapped_column(String(32))
    """Plain digits."""
    imported_at: Mapped[datetime] = mapped_column(UTCDateTime)
