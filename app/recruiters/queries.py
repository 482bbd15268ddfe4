"""What may be read of recruiters, limited to what the caller may see.

A recruiter with a number is public: it was listed at acceptance (DOMAIN §5). One without is seen
by its own people and by the scheme; for others it does not exist.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Table, and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from app.access.queries import is_assigned, seen
from app.access.visibility import sight
from app.kernel.errors import NotFound
from app.kernel.identifiers import is_id
from app.kernel.roles import RECRUITER, Actor, Role
from app.platform.pagination import Paging
from app.recruiters.licence_check import Fault, RegisterSays, in_words
from app.recruiters.models import (
    BusinessPartner,
    LicenceSignal,
    LookAlike,
    LookAlikeNote,
    Placement,
    Recruiter,
    RecruiterLicence,
    RecruiterName,
    RecruiterOfficer,
    RecruiterProfile,
    RecruiterStanding,
)
from app.recruiters.placement import Stratum
from app.recruiters.profile import Profile
from app.recruiters.register import Status, key_of
from app.recruiters.register_models import RegisterHistory, RegisterImport, RegisterLicence

_REGISTER: Table = RegisterLicence.__table__  # type: ignore[assignment]
_SEES_OFFICERS = frozenset({Role.SCHEME_MANAGER, Role.INTEGRITY_OFFICER, Role.APPLICATION_REVIEWER})


@dataclass(frozen=True, slots=True)
class RecruiterBrief:
    """What other rooms need of a recruiter."""

    id: str
    name: str
    country: str
    number: str | None
    organisation: str
    merged_into: str | None = None


def recruiter(session: Session, actor: Actor, recruiter_id: str) -> Recruiter:
    """One entry. Raises NotFound."""
    found = _found(session, recruiter_id)
    if found.number is None and not sight(actor).covers(
        audit_company=None, recruiter_organisation=found.organisation_id
    ):
        raise NotFound(f"there is no recruiter {recruiter_id}")
    return found


def recruiters(
    session: Session, actor: Actor, paging: Paging, *, among: Collection[str] | None = None
) -> Sequence[Recruiter]:
    """The entries that the caller may see, in the order they were made; `among`: of these alone."""
    asked = select(Recruiter).where(
        or_(
            seen(actor, recruiter_organisation=Recruiter.organisation_id),
            Recruiter.number.is_not(None),
        )
    )
    if among is not None:
        asked = asked.where(Recruiter.id.in_(among))
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


def _lost_in_register(session: Session, key: str) -> str | None:
    row = session.get_one(RegisterLicence, key)
    what = f"licence {row.licence_number or 'without a number'} of {row.country}"
    if row.gone_at is not None:
        return f"{what} is not in the register since {row.gone_at.date()}"
    if row.status in (Status.SUSPENDED, Status.CANCELLED):
        return f"{what} is {row.status}"
    return None


def _lost_standing(session: Session, recruiter_id: str) -> str | None:
    for one in family(session, survivor(session, recruiter_id).id):
        if (standing := session.get(RecruiterStanding, one)) is not None:
            since = standing.since.date()
            return f"the certificate of recruiter {one} was {standing.lost} on {since}"
    faults = licence_signals(session, recruiter_id)
    return faults[0].in_words() if faults else None


def is_listed(session: Session, organisation_id: str) -> bool:
    """Has this organisation an entry?"""
    asked = select(Recruiter.id).where(Recruiter.organisation_id == organisation_id)
    return session.scalars(asked).first() is not None


def owned(session: Session, actor: Actor, recruiter_id: str) -> Recruiter:
    """An entry that the caller may write to: their own, or any for the scheme. Raises NotFound."""
    found = recruiter(session, actor, recruiter_id)
    if {Role.SCHEME_MANAGER, Role.SYSTEM} & actor.roles or is_own(actor, found):
        return found
    raise NotFound(f"there is no recruiter {recruiter_id[:36]} of yours")


def own(session: Session, actor: Actor, recruiter_id: str) -> Recruiter:
    """The caller's own entry. Raises NotFound."""
    found = recruiter(session, actor, recruiter_id)
    if not is_own(actor, found):
        raise NotFound(f"there is no recruiter {recruiter_id[:36]} of yours")
    return found


def is_own(actor: Actor, found: Recruiter) -> bool:
    """Does the caller act for this recruiter?"""
    return bool(RECRUITER & actor.roles) and actor.organisation == found.organisation_id


def survivor(session: Session, recruiter_id: str) -> Recruiter:
    """The entry that goes on for this one: itself, unless it was merged. Raises NotFound."""
    found = _found(session, recruiter_id)
    while found.merged_into_id is not None:
        found = session.get_one(Recruiter, found.merged_into_id)
    return found


def family(session: Session, recruiter_id: str) -> list[str]:
    """The ids of this entry and of all that were merged into it, whoever asks."""
    ids, newest = [recruiter_id], [recruiter_id]
    while newest:
        merged = select(Recruiter.id).where(Recruiter.merged_into_id.in_(newest))
        newest = list(session.scalars(merged.order_by(Recruiter.id)))
        ids += newest
    return ids


def aliases(session: Session, recruiter_id: str) -> list[RecruiterBrief]:
    """The entries that were merged into this one, whoever asks."""
    others = family(session, recruiter_id)[1:]
    found = briefs(session, others)
    return [found[other] for other in others]


def former_names(session: Session, recruiter_id: str) -> Sequence[RecruiterName]:
    """The names that the recruiter had before, oldest first."""
    asked = select(RecruiterName).where(RecruiterName.recruiter_id == recruiter_id)
    return session.scalars(asked.order_by(RecruiterName.until)).all()


def profile(session: Session, recruiter_id: str) -> tuple[Profile, int]:
    """What the recruiter states of itself now, and in which revision; nothing in revision 0."""
    return profiles(session, [recruiter_id]).get(recruiter_id, (Profile(), 0))


def profiles(session: Session, ids: Collection[str]) -> Mapping[str, tuple[Profile, int]]:
    """The same of several recruiters, by id; one that stated nothing is left out."""
    newest = (
        select(RecruiterProfile.recruiter_id, func.max(RecruiterProfile.revision).label("revision"))
        .where(RecruiterProfile.recruiter_id.in_(ids))
        .group_by(RecruiterProfile.recruiter_id)
        .subquery()
    )
    asked = select(RecruiterProfile).join(
        newest,
        and_(
            newest.c.recruiter_id == RecruiterProfile.recruiter_id,
            newest.c.revision == RecruiterProfile.revision,
        ),
    )
    return {
        found.recruiter_id: (Profile.from_json(found.content), found.revision)
        for found in session.scalars(asked)
    }


def officers(session: Session, actor: Actor, recruiter_id: str) -> Sequence[RecruiterOfficer]:
    """Who holds which office: for the recruiter itself and the scheme. Raises NotFound."""
    found = recruiter(session, actor, recruiter_id)
    if not (_SEES_OFFICERS & actor.roles or is_own(actor, found)):
        raise NotFound(f"there is no recruiter {recruiter_id[:36]} whose officers you may see")
    asked = select(RecruiterOfficer).where(RecruiterOfficer.recruiter_id == found.id)
    return session.scalars(asked.order_by(RecruiterOfficer.id)).all()


def stated_licences(session: Session, recruiter_id: str) -> Sequence[RecruiterLicence]:
    """The licences that the recruiter states now, its merged entries' among them."""
    asked = select(RecruiterLicence).where(
        RecruiterLicence.recruiter_id.in_(family(session, recruiter_id)),
        RecruiterLicence.replaced_at.is_(None),
    )
    return session.scalars(asked.order_by(RecruiterLicence.id)).all()


def partners(session: Session, recruiter_id: str) -> Sequence[BusinessPartner]:
    """The sub-agents and partners that the recruiter states, ended ones too."""
    asked = select(BusinessPartner).where(BusinessPartner.recruiter_id == recruiter_id)
    return session.scalars(asked.order_by(BusinessPartner.id)).all()


def partner(session: Session, recruiter_id: str, partner_id: str) -> BusinessPartner:
    """One partner of this recruiter, ended or not. Raises NotFound."""
    found = session.get(BusinessPartner, partner_id) if is_id(partner_id) else None
    if found is None or found.recruiter_id != recruiter_id:
        raise NotFound(f"the recruiter has no partner {partner_id[:36]}")
    return found


def open_partner(session: Session, recruiter_id: str, partner_id: str) -> BusinessPartner | None:
    """One partner with whom this recruiter works now, if that is one."""
    found = session.get(BusinessPartner, partner_id)
    if found is None or found.recruiter_id != recruiter_id or found.ended_at is not None:
        return None
    return found


def open_partner_ids(session: Session, recruiter_id: str) -> frozenset[str]:
    """The ids of all with whom this recruiter works now."""
    asked = select(BusinessPartner.id).where(
        BusinessPartner.recruiter_id == recruiter_id, BusinessPartner.ended_at.is_(None)
    )
    return frozenset(session.scalars(asked))


def engaged_by(session: Session, nodes: Collection[str]) -> set[str]:
    """Whom these engage now: nodes of `partners.closes_circle`, whoever asks."""
    under = aliased(BusinessPartner)
    asked = (
        select(BusinessPartner.entered_as_id, BusinessPartner.id)
        .outerjoin(under, under.id == BusinessPartner.under_id)
        .where(
            BusinessPartner.ended_at.is_(None),
            or_(
                and_(BusinessPartner.under_id.is_(None), BusinessPartner.recruiter_id.in_(nodes)),
                under.entered_as_id.in_(nodes),
                and_(under.entered_as_id.is_(None), under.id.in_(nodes)),
            ),
        )
    )
    return {entered_as or own for entered_as, own in session.execute(asked)}


def sees_placements(session: Session, actor: Actor, recruiter_id: str) -> Recruiter:
    """The recruiter, where the caller may see whom it placed. Raises NotFound.

    The recruiter itself, the scheme, and the people in the team of one of its audits (SECURITY S7).
    """
    found = recruiter(session, actor, recruiter_id)
    if (
        Role.SCHEME_MANAGER in actor.roles
        or is_own(actor, found)
        or is_assigned(session, actor.person, recruiter=found.id)
    ):
        return found
    raise NotFound(f"there is no recruiter {recruiter_id[:36]} whose placements you may see")


def placements(
    session: Session, recruiter_id: str, paging: Paging, *, corridor: str | None = None
) -> Sequence[Placement]:
    """Whom the recruiter placed, its merged entries' among them, in the order of recording."""
    asked = select(Placement).where(Placement.recruiter_id.in_(family(session, recruiter_id)))
    if corridor is not None:
        asked = asked.where(Placement.corridor == corridor)
    if paging.after is not None:
        asked = asked.where(Placement.id > paging.after[0])
    return session.scalars(asked.order_by(Placement.id).limit(paging.fetch)).all()


def sampling_frame(session: Session, recruiter_id: str) -> Mapping[Stratum, int]:
    """How many placements each stratum holds: the frame of a sample (DOMAIN §6), whoever asks."""
    strata = (
        Placement.corridor,
        Placement.employer,
        Placement.partner_id,
        Placement.gender,
        Placement.cohort,
    )
    asked = (
        select(*strata, func.count())
        .where(Placement.recruiter_id.in_(family(session, recruiter_id)))
        .group_by(*strata)
    )
    return {Stratum(*row[:-1]): row[-1] for row in session.execute(asked)}


def register_imported_at(session: Session, country: str) -> datetime | None:
    """When the country's register was last imported; never: none."""
    asked = select(func.max(RegisterImport.imported_at)).where(RegisterImport.country == country)
    return session.scalars(asked).one()


def register_says(session: Session, country: str, number: str) -> RegisterSays | None:
    """What the country's register says of a licence number, whoever asks.

    None where it names no such licence, or was never imported (`register_imported_at`).
    """
    return registers_say(session, country, {number}).get(number)


def registers_say(
    session: Session, country: str, numbers: Collection[str]
) -> Mapping[str, RegisterSays]:
    """The same for several numbers, by number."""
    as_of = register_imported_at(session, country)
    if as_of is None:
        return {}
    keys = {key_of(country, number): number for number in numbers}
    rows = session.execute(select(_REGISTER).where(RegisterLicence.key.in_(keys)))
    return {keys[row.key]: says(row, as_of) for row in rows}


def says(row: Any, as_of: datetime) -> RegisterSays:
    """A register's row as a snapshot; `as_of`: when the register was last imported."""
    return RegisterSays(
        key=row.key,
        country=row.country,
        number=row.licence_number,
        name=row.name,
        address=row.address,
        status=row.status,
        valid_until=row.valid_until,
        gone_at=row.gone_at,
        since=row.changed_at,
        as_of=as_of,
    )


def register_said(session: Session, country: str, number: str) -> Sequence[RegisterHistory]:
    """What the register said of a licence number before, oldest first, whoever asks."""
    asked = select(RegisterHistory).where(RegisterHistory.key == key_of(country, number))
    return session.scalars(asked.order_by(RegisterHistory.said_until, RegisterHistory.id)).all()


@dataclass(frozen=True, slots=True)
class Signal:
    """A licence that the register does not show in order."""

    licence: str
    country: str
    number: str
    fault: Fault
    since: datetime

    def in_words(self) -> str:
        """As a person reads it."""
        return in_words(self.fault, self.country, self.number)


def licence_signals(session: Session, recruiter_id: str) -> list[Signal]:
    """What the registers have against the recruiter's licences now, whoever asks.

    Those of entries merged into it among them.
    """
    found = signals_of(session, family(session, recruiter_id))
    return [signal for signals in found.values() for signal in signals]


def signals_of(session: Session, ids: Collection[str]) -> Mapping[str, list[Signal]]:
    """The same for several recruiters, each without its merged entries, by id."""
    asked = (
        select(LicenceSignal, RecruiterLicence)
        .join(RecruiterLicence, RecruiterLicence.id == LicenceSignal.licence_id)
        .where(LicenceSignal.recruiter_id.in_(ids), LicenceSignal.cleared_at.is_(None))
        .order_by(LicenceSignal.id)
    )
    found: defaultdict[str, list[Signal]] = defaultdict(list)
    for signal, stated in session.execute(asked):
        found[signal.recruiter_id].append(
            Signal(stated.id, stated.country, stated.number, Fault(signal.code), signal.raised_at)
        )
    return found


def blocking_look_alikes(session: Session, recruiter_id: str) -> list[str]:
    """Why the recruiter cannot be accepted: confirmed links to one that lost its right to recruit.

    Until the integrity officer has cleared them (DOMAIN §12). Whoever asks.
    """
    ids = family(session, recruiter_id)
    either = or_(LookAlike.recruiter_id.in_(ids), LookAlike.other_id.in_(ids))
    asked = select(LookAlike).where(LookAlike.state == "confirmed", either).order_by(LookAlike.id)
    found = []
    for link in session.scalars(asked):
        if link.register_key is not None:
            lost = _lost_in_register(session, link.register_key)
        else:
            other = link.other_id if link.recruiter_id in ids else link.recruiter_id
            lost = _lost_standing(session, str(other))
        if lost is not None:
            found.append(f"look-alike {link.id} is confirmed: {lost}; the integrity officer rules")
    return found


def look_alike(session: Session, look_alike_id: str) -> LookAlike:
    """One look-alike. Raises NotFound."""
    found = session.get(LookAlike, look_alike_id) if is_id(look_alike_id) else None
    if found is None:
        raise NotFound(f"there is no look-alike {look_alike_id[:36]}")
    return found


def look_alikes(
    session: Session,
    paging: Paging,
    *,
    state: str | None = None,
    recruiter_id: str | None = None,
) -> Sequence[LookAlike]:
    """Look-alikes in the order in which they were proposed."""
    asked = select(LookAlike)
    if state is not None:
        asked = asked.where(LookAlike.state == state)
    if recruiter_id is not None:
        asked = asked.where(
            or_(LookAlike.recruiter_id == recruiter_id, LookAlike.other_id == recruiter_id)
        )
    if paging.after is not None:
        asked = asked.where(LookAlike.id > paging.after[0])
    return session.scalars(asked.order_by(LookAlike.id).limit(paging.fetch)).all()


def look_alike_notes(session: Session, ids: Collection[str]) -> Mapping[str, str]:
    """Why each of these look-alikes was last ruled so, by id."""
    asked = (
        select(LookAlikeNote.look_alike_id, LookAlikeNote.note)
        .where(LookAlikeNote.look_alike_id.in_(ids))
        .order_by(LookAlikeNote.version)
    )
    return dict(session.execute(asked).all())


def register_rows(session: Session, keys: Collection[str]) -> Mapping[str, RegisterLicence]:
    """Rows of the registers, by key."""
    found = session.scalars(select(RegisterLicence).where(RegisterLicence.key.in_(keys)))
    return {row.key: row for row in found}


def licences(
    session: Session,
    paging: Paging,
    *,
    country: str,
    licence_number: str | None = None,
    among: Collection[str] | None = None,
) -> Sequence[RegisterLicence]:
    """What a country's imported register says; of one licence number, or of these rows, if given.

    A licence that has vanished from the register is shown too, with the date.
    """
    asked = select(RegisterLicence).where(RegisterLicence.country == country)
    if among is not None:
        asked = asked.where(RegisterLicence.key.in_(among))
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
        merged_into=found.merged_into_id,
    )


def _found(session: Session, recruiter_id: str) -> Recruiter:
    found = session.get(Recruiter, recruiter_id) if is_id(recruiter_id) else None
    if found is None:
        raise NotFound(f"there is no recruiter {recruiter_id}")
    return found
