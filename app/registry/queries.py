"""What anyone may read of the registry."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.certificates import queries as certificates
from app.certificates.status import Timeline, compile_timeline
from app.lifecycle.journal import JournalHead
from app.registry.answer import Row
from app.registry.models import RegistryCertificate


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
    )


def data_version(session: Session) -> int:
    """The journal's position that an answer given now follows up to."""
    return session.scalars(select(JournalHead.position)).one()
