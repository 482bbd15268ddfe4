"""What may be read of certificates. A certificate and its history are public (DOMAIN §12).

Lists and decisions are limited to what the caller may see; what is not seen is NotFound.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access.queries import seen
from app.access.visibility import sight
from app.certificates.models import Certificate, Decision, Edition, SuspensionReason
from app.certificates.status import Move, Timeline, compile_timeline
from app.kernel.errors import NotFound
from app.kernel.identifiers import NumberError, parse_certificate_number
from app.kernel.roles import Actor
from app.lifecycle import journal
from app.lifecycle.journal import JournalEntry
from app.platform.pagination import Paging


def by_number(session: Session, number: str) -> Certificate:
    """The certificate of that number, however it is spelt.

    Raises NotFound, which says so when the check symbol is wrong.
    """
    try:
        canonical = parse_certificate_number(number)
    except NumberError as error:
        raise NotFound(error.detail) from error
    found = session.scalars(
        select(Certificate).where(Certificate.number == canonical)
    ).one_or_none()
    if found is None:
        raise NotFound(f"there is no certificate {canonical}")
    return found


def certificates(session: Session, actor: Actor, paging: Paging) -> Sequence[Certificate]:
    """The certificates of the caller's cases, in the order in which they were issued."""
    asked = select(Certificate).where(
        seen(
            actor,
            audit_company=Certificate.audit_company_id,
            recruiter_organisation=Certificate.recruiter_organisation_id,
            case=Certificate.case_id,
        )
    )
    if paging.after is not None:
        asked = asked.where(Certificate.id > paging.after[0])
    return session.scalars(asked.order_by(Certificate.id).limit(paging.fetch)).all()


def decisions(
    session: Session,
    actor: Actor,
    paging: Paging,
    *,
    audit_id: str | None = None,
    number: str | None = None,
) -> Sequence[Decision]:
    """The decisions in the caller's cases, in the order in which they were made.

    Of one audit, or of the certificate of that canonical number, if it is given.
    """
    asked = select(Decision).where(
        seen(
            actor,
            audit_company=Decision.audit_company_id,
            recruiter_organisation=Decision.recruiter_organisation_id,
            case=Decision.case_id,
        )
    )
    if audit_id is not None:
        asked = asked.where(Decision.audit_id == audit_id)
    if number is not None:
        of_number = select(Certificate.id).where(Certificate.number == number)
        asked = asked.where(Decision.certificate_id == of_number.scalar_subquery())
    if paging.after is not None:
        asked = asked.where(Decision.id > paging.after[0])
    return session.scalars(asked.order_by(Decision.id).limit(paging.fetch)).all()


def sees_who_was_involved(actor: Actor, decision: Decision) -> bool:
    """May this actor read by whose involvement independence was judged? Scheme and company may."""
    return sight(actor).covers(audit_company=decision.audit_company_id, recruiter_organisation=None)


def sees_the_remedies(actor: Actor, certificate: Certificate) -> bool:
    """May this actor read what a suspension asks of the holder? The holder and who decides may."""
    return sight(actor).covers(
        audit_company=certificate.audit_company_id,
        recruiter_organisation=certificate.recruiter_organisation_id,
    )


def history(session: Session, certificate: Certificate, paging: Paging) -> Sequence[JournalEntry]:
    """The moves of a certificate, oldest first."""
    asked = select(JournalEntry).where(
        JournalEntry.machine == Certificate.machine, JournalEntry.subject == certificate.id
    )
    if paging.after is not None:
        asked = asked.where(JournalEntry.version > paging.after[0])
    return session.scalars(asked.order_by(JournalEntry.version).limit(paging.fetch)).all()


def moves(session: Session, certificate_id: str) -> list[Move]:
    """What the journal says of a certificate, for `status.compile_timeline`."""
    return [move(e) for e in journal.history(session, Certificate.machine, certificate_id)]


def move(entry: JournalEntry) -> Move:
    """One entry of a certificate's history as `status.compile_timeline` reads it."""
    return Move(entry.action, entry.effective_at, entry.recorded_at, entry.reason_code, entry.facts)


def timeline(session: Session, certificate_id: str) -> Timeline:
    """The timeline of an existing certificate, as known now."""
    return timelines(session, [certificate_id])[certificate_id]


def timelines(session: Session, ids: Collection[str]) -> Mapping[str, Timeline]:
    """The timelines of existing certificates by their ids, as known now."""
    entries = select(JournalEntry).where(
        JournalEntry.machine == Certificate.machine, JournalEntry.subject.in_(ids)
    )
    known: defaultdict[str, list[Move]] = defaultdict(list)
    for entry in session.scalars(entries.order_by(JournalEntry.version)):
        known[entry.subject].append(move(entry))
    compiled = {identity: compile_timeline(known[identity]) for identity in ids}
    if lost := [identity for identity, found in compiled.items() if found is None]:
        raise LookupError(f"the journal has no move of certificate {lost[0]}")
    return {identity: found for identity, found in compiled.items() if found is not None}


def numbers(session: Session, ids: Collection[str]) -> Mapping[str, str]:
    """The numbers of certificates by their ids."""
    asked = select(Certificate.id, Certificate.number).where(Certificate.id.in_(ids))
    return dict(session.execute(asked).all())


def editions(session: Session, certificate_id: str) -> Sequence[Edition]:
    """The editions of a certificate, oldest first."""
    return editions_of_all(session, [certificate_id])[certificate_id]


def editions_of_all(session: Session, ids: Collection[str]) -> Mapping[str, Sequence[Edition]]:
    """The editions of certificates by their ids, oldest first."""
    found: dict[str, list[Edition]] = {identity: [] for identity in ids}
    asked = select(Edition).where(Edition.certificate_id.in_(ids)).order_by(Edition.edition)
    for edition in session.scalars(asked):
        found[edition.certificate_id].append(edition)
    return found


def open_reasons(session: Session, certificate_id: str) -> Sequence[SuspensionReason]:
    """The reasons that are not lifted, oldest first."""
    return session.scalars(
        select(SuspensionReason)
        .where(
            SuspensionReason.certificate_id == certificate_id,
            SuspensionReason.lifted_at.is_(None),
        )
        .order_by(SuspensionReason.opened_by, SuspensionReason.id)
    ).all()
