"""Does the registry still say what the journal says? For `erc journal check`."""

from contextlib import closing
from itertools import groupby

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from app.certificates.models import Certificate
from app.certificates.queries import move
from app.certificates.status import compile_timeline
from app.lifecycle.journal import JournalEntry
from app.registry.models import RegistryCertificate


def first_difference(session: Session) -> str | None:
    """The number of the first certificate, as issued, whose row is missing or does not hold the
    timeline that its history compiles to; None where there is none.

    Reads row by row: one certificate's history at a time is in memory.
    """
    asked = (
        select(Certificate.number, RegistryCertificate, JournalEntry)
        .join(
            JournalEntry,
            and_(
                JournalEntry.machine == Certificate.machine,
                JournalEntry.subject == Certificate.id,
            ),
        )
        .outerjoin(
            RegistryCertificate,
            and_(
                RegistryCertificate.certificate_id == Certificate.id,
                RegistryCertificate.number == Certificate.number,
            ),
        )
        .order_by(Certificate.id, JournalEntry.version)
        .execution_options(yield_per=1000)
    )
    with closing(session.execute(asked)) as rows:
        for number, history in groupby(rows, key=lambda row: row[0]):
            entries = list(history)
            compiled = compile_timeline(move(entry) for _, _, entry in entries)
            kept: RegistryCertificate | None = entries[0][1]
            if compiled is None or kept is None or kept.timeline != compiled.to_json():
                return str(number)
    return None
