"""Looking up a key that was shown, and noting that it was used: for the guard of every route."""

from datetime import datetime

import structlog
from sqlalchemy import select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app.access.api_keys.models import ApiKey
from app.access.secrets import hashed
from app.platform.database import Database

_log = structlog.get_logger(__name__)


def known(session: Session, key: str) -> ApiKey | None:
    """The record of this key, whatever became of it."""
    return session.scalars(select(ApiKey).where(ApiKey.key_hash == hashed(key))).one_or_none()


def note_use(database: Database, key_id: str, now: datetime) -> None:
    """Remember the day of its last use; where that cannot be written, reading goes on."""
    day = now.replace(hour=0, minute=0, second=0, microsecond=0)
    used = update(ApiKey).where(ApiKey.id == key_id).values(last_used_at=day)
    try:
        with database.write() as session:
            session.execute(used)
    except SQLAlchemyError:
        _log.warning("the use of an API key was not noted", key=key_id, exc_info=True)
