"""What is true of a recruiter, asked by its number: certified, an applicant, or neither (§12)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.certificates.status import status_at
from app.kernel.errors import Invalid
from app.kernel.identifiers import parse_recruiter_number
from app.recruiters import queries as recruiters
from app.recruiters.models import Recruiter
from app.registry import queries
from app.registry.answer import RESULTS, Result
from app.registry.applicants import Applicant, applicant

_STANDING = frozenset({Result.VALID, Result.SUSPENDED, Result.NOT_YET_VALID})
"""Results of a certificate that has not ended."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a question by recruiter number found."""

    result: Result
    recruiter: Recruiter | None = None
    applicant: Applicant | None = None
    certificates: Sequence[tuple[str, Result]] = ()
    """Number and result of each, oldest first."""
    misspelt: str | None = None


def verify(session: Session, number: str, now: datetime) -> Found:
    """The one certificate that stands decides; else an application; else the latest certificate.

    Several that stand are `ambiguous`: ask for one of them by its own number. The number of an
    entry that was merged answers for the one it went into.
    """
    try:
        parse_recruiter_number(number)
    except Invalid as error:
        return Found(Result.NOT_FOUND, misspelt=error.detail)
    known = session.scalars(select(Recruiter.id).where(Recruiter.number == number)).one_or_none()
    if known is None:
        return Found(Result.NOT_FOUND)
    recruiter = recruiters.survivor(session, known)
    family = recruiters.family(session, recruiter.id)
    certificates = [
        (row.number, RESULTS[status_at(row.timeline, now).result])
        for row in queries.certificates_of(session, family)
    ]
    applies = applicant(session, family, now)
    return Found(_result(certificates, applies), recruiter, applies, certificates)


def _result(certificates: Sequence[tuple[str, Result]], applies: Applicant | None) -> Result:
    standing = [result for _, result in certificates if result in _STANDING]
    if len(standing) > 1:
        return Result.AMBIGUOUS
    if standing:
        return standing[0]
    if applies is not None:
        return Result.APPLICANT
    return certificates[-1][1] if certificates else Result.NOT_FOUND
