"""What a person may read of sessions: their own, and nobody else's."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access.sessions.models import PersonSession
from app.kernel.roles import Actor
from app.platform.pagination import Paging


def sessions(session: Session, actor: Actor, paging: Paging) -> list[PersonSession]:
    """The actor's own sessions, ended ones too, the newest first."""
    found = select(PersonSession).where(PersonSession.person_id == actor.person)
    if paging.after is not None:
        found = found.where(PersonSession.id < paging.after[0])
    return list(session.scalars(found.order_by(PersonSession.id.desc()).limit(paging.fetch)))
