"""The ownership group of a recruiter: whom it belongs together with, as the recruiters state it.

Conflicts of interest reach through it (SECURITY S2): asked by the assessors' room.
"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.recruiters import look_alikes, queries
from app.recruiters.models import Recruiter


def group(session: Session, recruiter_id: str) -> frozenset[str]:
    """The organisations of this recruiter and of every affiliate, whoever asks. Raises NotFound.

    Affiliates state a common owner, or one states the other as its owner; and their affiliates.
    Records that were merged count as one.
    """
    found: set[str] = set()
    newest = set(queries.family(session, queries.survivor(session, recruiter_id).id))
    while newest:
        found |= newest
        near = look_alikes.affiliates(session, newest)
        families = {queries.survivor(session, one).id for one in near - found}
        newest = {one for head in families for one in queries.family(session, head)} - found
    asked = select(Recruiter.organisation_id).where(Recruiter.id.in_(found))
    return frozenset(session.scalars(asked))


def group_of_organisation(session: Session, organisation_id: str) -> frozenset[str]:
    """The same by the organisation of a recruiter; itself alone where it has no entry."""
    asked = select(Recruiter.id).where(Recruiter.organisation_id == organisation_id)
    recruiter = session.scalars(asked).one_or_none()
    own = frozenset({organisation_id})
    return own if recruiter is None else own | group(session, recruiter)
