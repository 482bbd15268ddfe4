"""Tells the recruiters' room how a recruiter stands: a reader of the journal, listed in main.py.

A look-alike of a recruiter whose certificate was taken from it blocks an acceptance (DOMAIN §12).
"""

from collections.abc import Mapping
from types import MappingProxyType

from app.certificates.lifecycle import State
from app.certificates.models import Certificate
from app.lifecycle.journal import JournalEntry, Work
from app.recruiters import service as recruiters

_LOST: Mapping[str, str] = MappingProxyType(
    {State.WITHDRAWN.value: "withdrawn", State.ANNULLED.value: "annulled"}
)


def follow(work: Work, entry: JournalEntry) -> None:
    """Keep that a certificate was withdrawn or annulled; one that holds again undoes it.

    A certificate that ended in another way, or expired, says nothing about the recruiter.
    """
    if entry.machine != Certificate.machine or entry.source == entry.target:
        return
    holds = entry.target in (State.ACTIVE, State.SUSPENDED)
    if entry.target in _LOST or holds:
        certificate = work.session.get_one(Certificate, entry.subject)
        recruiters.note_standing(work, certificate.recruiter_id, _LOST.get(entry.target))
