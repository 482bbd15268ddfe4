"""What may be read of recruiters, limited to what the caller may see.

A recruiter with a number is public: it was listed at acceptance (DOMAIN §5). One without is seen
by its own people and by the scheme; for others it does not exist.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.access.queries import seen
from app.access.visibility import sight
from app.kernel.errors import NotFound
from app.kernel.identifiers import is_id
from app.kernel.roles import Actor
from app.platform.pagination import Paging
from app.recruiters.models import Recruiter, RegisterLicence


@dataclass(frozen=True, slots=True)
class RecruiterBrief:
    """What other rooms need of a recruiter."""

    id: str
    name: str
    country: str
    number: str | None
    organisation: str


def recruiter(session: Session, actor: Actor, recruiter_id: str) -> Recruiter:
    """One entry. Raises NotFound."""
    found = _found(session, recruiter_id)
    if found.number is None and not sight(actor).covers(
        audit_company=None, recruiter_organisation=found.organisation_id
    ):
        raise NotFound(f"there is no recruiter {recruiter_id}")
    return found


def recruiters(session: Session, actor: Actor, paging: Paging) -> Sequence[Recruiter]:
    """The entries that the caller may see, in the order they were made."""
    asked = select(Recruiter).where(
        or_(
            seen(actor, recruiter_organisation=Recruiter.organisation_id),
            Recruiter.number.is_not(None),
        )
    )
    if paging.after is not None:
        asked = asked.where(Recruiter.id > paging.after[0])
    return session.scalars(asked.order_by(Recruiter.id).limit(paging.fetch)).all()


def brief(session: Session, recruiter_id: str) -> RecruiterBrief:
    """What other rooms need of a recruiter, whoever asks. Raises NotFound."""
    return _brief(_found(session, recruiter_id))


def briefs(session: Session, ids: Collection[str]) -> Mapping[str, RecruiterBrief]:
    """What other rooms need of several recruiters, by id, whoever asks."""
    found = session.scalars(select(Recruiter).where(Recruiter.id.in_(ids)))
    return {recruiter.id: _brief(recruiter) for recruiter in found}


def is_listed(session: Session, organisation_id: str) -> bool:
    """Has this organisation an entry?"""
    asked = select(Recruiter.id).where(Recruiter.organisation_id == organisation_id)
    return session.scalars(asked).first() is not None


def licences(
    session: Session, paging: Paging, *, country: str, licence_number: str | None = None
) -> Sequence[RegisterLicence]:
    """What a country's imported register says; of one licence number if it is given."""
    asked = select(RegisterLicence).where(RegisterLicence.country == country)
    if licence_number is not None:
        asked = asked.where(RegisterLicence.licence_number == licence_number)
    if paging.after is not None:
        asked = asked.where(RegisterLicence.key > paging.after[0])
    return session.scalars(asked.order_by(RegisterLicence.key).limit(paging.fetch)).all()


def _brief(found: Recruiter) -> RecruiterBrief:
    return RecruiterBrief(
        id=found.id,
        name=found.name,
        country=found.country,
        number=found.number,
        organisation=found.organisation_id,
    )


def _found(session: Session, recruiter_id: str) -> Recruiter:
    found = session.get(Recruiter, recruiter_id) if is_id(recruiter_id) else None
    if found is None:
        raise NotFound(f"there is no recruiter {recruiter_id}")
    return found
