"""What anyone may read of the registry."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.certificates import queries as certificates
from app.certificates.status import Timeline, compile_timeline
from app.kernel.dates import end_of_day
from app.lifecycle.journal import JournalHead
from app.registry.answer import Row
from app.registry.models import RegistryCertificate
from app.scheme import queries as scheme

_LEAST = timedelta(microseconds=1)
"""Between the last moment of a day and the first one of the next."""


def row(session: Session, number: str, known_at: datetime | None = None) -> Row | None:
    """The row of a certificate by its canonical number, as it was known at `known_at`.

    Without `known_at` the row is all that is read; with it the history is compiled anew, so that
    the answer is the one we would have given then; names are today's. None where there is, or
    was, no such number.
    """
    kept = session.get(RegistryCertificate, number)
    if kept is None:
        return None
    timeline: Timeline | None = Timeline.from_json(kept.timeline)
    if known_at is not None:
        moves = certificates.moves(session, kept.certificate_id)
        timeline = compile_timeline(moves, known_at)
    if timeline is None:
        return None
    return Row(
        number=kept.number,
        holder=kept.holder,
        country=kept.country,
        recruiter_number=kept.recruiter_number,
        audit_company=kept.audit_company,
        editions=kept.editions,
        timeline=timeline,
        licence_signals=tuple(kept.licence_signals),
    )


def instant(session: Session, named: date | datetime | None, now: datetime) -> datetime | None:
    """The instant that is asked for; a day stands for its last moment in the scheme's zone.

    So a certificate issued, suspended or withdrawn on a day answers for that day as it ended.
    """
    if named is None or isinstance(named, datetime):
        return named
    return end_of_day(named, scheme.policy_in_force(session, now).zone) - _LEAST


def certificates_of(session: Session, recruiters: Sequence[str]) -> list[Row]:
    """The certificates of these entries, which are one legal entity, oldest first."""
    numbers = session.scalars(
        select(RegistryCertificate.number)
        .where(RegistryCertificate.recruiter_id.in_(recruiters))
        .order_by(RegistryCertificate.certificate_id)
    )
    return [found for number in numbers if (found := row(session, number)) is not None]


def data_version(session: Session) -> int:
    """The journal's position that an answer given now follows up to."""
    return session.scalars(select(JournalHead.position)).one()
