"""Whose API keys may be read: one's own, and by the scheme manager everybody's."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access.api_keys.models import ApiKey
from app.access.queries import one, paged, theirs
from app.kernel.roles import Actor
from app.platform.pagination import Paging


def api_keys(session: Session, actor: Actor, paging: Paging) -> list[ApiKey]:
    """The keys that this actor may see, revoked ones too, in the order they were made."""
    found = select(ApiKey).where(theirs(actor, ApiKey.person_id, ApiKey.organisation_id))
    return list(session.scalars(paged(found, ApiKey.id, paging)))


def api_key(session: Session, actor: Actor, key_id: str) -> ApiKey:
    """One key. Raises NotFound."""
    return one(session, ApiKey, key_id, theirs(actor, ApiKey.person_id, ApiKey.organisation_id))
