"""Keeps the registry's rows: a reader of the journal that acts in the move's own transaction.

Listed in main.py. So a suspension is in the next answer of every process (DESIGN §2, §7).
"""

from typing import Any

from sqlalchemy import Table, update
from sqlalchemy.orm import Session

from app.access import queries as access
from app.certificates import queries as certificates
from app.certificates.models import Certificate, Edition
from app.certificates.status import printed_days
from app.lifecycle.journal import JournalEntry, Work
from app.platform.database import upsert
from app.recruiters import queries as recruiters
from app.recruiters.models import Recruiter
from app.registry.models import RegistryCertificate

_TABLE: Table = RegistryCertificate.__table__  # type: ignore[assignment]


def follow(work: Work, entry: JournalEntry) -> None:
    """Write the row of the certificate that moved, or the name of the recruiter that did."""
    if entry.machine == Certificate.machine:
        _write(work.session, entry)
    elif entry.machine == Recruiter.machine:
        for holder_id in recruiters.family(work.session, entry.subject):
            holder = recruiters.brief(work.session, holder_id)
            work.session.execute(
                update(RegistryCertificate)
                .where(RegistryCertificate.recruiter_id == holder_id)
                .values(
                    holder=holder.name,
                    recruiter_number=holder.number,
                    licence_signals=_signals(work.session, holder_id),
                    position=entry.position,
                )
            )


def _write(session: Session, entry: JournalEntry) -> None:
    certificate = session.get_one(Certificate, entry.subject)
    holder = recruiters.brief(session, certificate.recruiter_id)
    row = {
        "number": certificate.number,
        "certificate_id": certificate.id,
        "recruiter_id": certificate.recruiter_id,
        "recruiter_number": holder.number,
        "holder": holder.name,
        "country": holder.country,
        "audit_company": access.organisation_name(session, certificate.audit_company_id),
        "editions": {
            str(edition.edition): _printed(edition)
            for edition in certificates.editions(session, certificate.id)
        },
        "licence_signals": _signals(session, certificate.recruiter_id),
        "timeline": certificates.timeline(session, certificate.id).to_json(),
        "position": entry.position,
    }
    upsert(session, _TABLE, [row], key=["number"])


def _signals(session: Session, recruiter_id: str) -> list[dict[str, str]]:
    return [
        {"country": s.country, "fault": s.fault.value, "since": s.since.date().isoformat()}
        for s in recruiters.licence_signals(session, recruiter_id)
    ]


def _printed(edition: Edition) -> dict[str, Any]:
    first_day, last_day = printed_days(edition)
    return {
        "scope": edition.scope,
        "valid_from": first_day.isoformat(),
        "expires_on": last_day.isoformat(),
    }
