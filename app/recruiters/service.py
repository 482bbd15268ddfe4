"""The only code that writes recruiters' entries: names, numbers, what they state, mergers.

Licences are stated in licences.py, placements in placing.py, look-alikes found in look_alikes.py.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import delete, insert

from app.access import queries as access
from app.access import service as access_service
from app.access.lifecycle import Kind
from app.access.models import RoleGrant
from app.kernel.dates import day_of
from app.kernel.errors import Conflict, FieldError, Invalid
from app.kernel.identifiers import new_id, recruiter_number
from app.kernel.roles import SYSTEM
from app.lifecycle import journal
from app.lifecycle.journal import Subject, Work
from app.platform.database import try_lock
from app.recruiters import look_alikes, queries
from app.recruiters.lifecycle import RECRUITER_ENTRY, Facts
from app.recruiters.models import (
    BusinessPartner,
    Recruiter,
    RecruiterName,
    RecruiterNumber,
    RecruiterOfficer,
    RecruiterProfile,
    RecruiterStanding,
)
from app.recruiters.partners import closes_circle
from app.recruiters.profile import PartnerKind, Profile
from app.scheme import queries as scheme


@dataclass(frozen=True, slots=True)
class Officer:
    """Somebody who holds an office; no more of a person than that."""

    name: str
    office: str
    from_on: date
    until_on: date | None


@dataclass(frozen=True, slots=True)
class NewPartner:
    """A sub-agent or partner as the recruiter states it."""

    kind: PartnerKind
    name: str
    country: str
    entered_as: str | None = None
    """Its own entry, where it is a recruiter too."""
    under: str | None = None
    """The partner through whom it works."""


def list_recruiter(work: Work, *, organisation_id: str, name: str, country: str) -> Recruiter:
    """Enter an organisation as a recruiter, under its legal name, in its own country.

    A recruiter admin does so for their own organisation alone. Raises NotFound, Invalid for an
    organisation of another kind, RoleRefused, MoveRefused, Conflict.
    """
    organisation = access.organisation(work.session, work.actor, organisation_id)
    if organisation.kind != Kind.RECRUITER:
        reason = f"this organisation is a {organisation.kind}; only a recruiter is entered as one"
        raise Invalid(reason, errors=[FieldError("/organisation_id", reason)])
    if not try_lock(work.session, f"recruiter of organisation {organisation.id}"):
        raise Conflict("this organisation is being entered as a recruiter at this moment")
    recruiter = Recruiter(
        id=new_id(work.now), organisation_id=organisation.id, name=name, country=country
    )
    facts = Facts(listed_already=queries.is_listed(work.session, organisation.id))
    journal.move(work, RECRUITER_ENTRY, recruiter, "list", facts)
    look_alikes.compare_recruiter(work, recruiter.id)
    return recruiter


def rename(
    work: Work,
    recruiter_id: str,
    name: str,
    reason_code: str,
    *,
    expected_version: int | None = None,
) -> Recruiter:
    """Give the recruiter another name; the former one is kept beside it.

    Raises NotFound, RoleRefused, MoveRefused, StaleVersion.
    """
    recruiter = journal.lock(work, Recruiter, recruiter_id)
    former = recruiter.name
    journal.move(
        work,
        RECRUITER_ENTRY,
        recruiter,
        "rename",
        Facts(same_name=former == name),
        reason=reason_code,
        expected_version=expected_version,
    )
    recruiter.name = name
    work.session.add(
        RecruiterName(id=new_id(work.now), recruiter_id=recruiter.id, name=former, until=work.now)
    )
    work.session.flush()
    look_alikes.compare_recruiter(work, recruiter.id)
    return recruiter


def merge(
    work: Work,
    recruiter_id: str,
    into_id: str,
    reason_code: str,
    *,
    expected_version: int | None = None,
) -> Recruiter:
    """Merge the entry into another one: two records of one legal entity.

    It keeps its id, number, names, licences, placements, applications and certificates, answers
    for ever with the one that goes on, and is found through it. The people of its organisation
    lose their roles in the same transaction (SECURITY S10, R21): whoever still acts for the entity
    is invited by the surviving organisation. Raises NotFound, RoleRefused, MoveRefused,
    StaleVersion.
    """
    merged = queries.brief(work.session, recruiter_id)
    into = queries.brief(work.session, into_id)
    grants = []
    if merged.organisation != into.organisation:
        grants = access.held_in(work.session, merged.organisation)
    entries: list[tuple[type[Subject], str]] = [(Recruiter, merged.id), (Recruiter, into.id)]
    journal.lock_all(work, [*entries, *((RoleGrant, grant) for grant in grants)])
    recruiter = work.session.get_one(Recruiter, merged.id)
    other = work.session.get_one(Recruiter, into.id)
    facts = Facts(into_itself=recruiter_id == into_id, into_state=other.state)
    journal.move(
        work,
        RECRUITER_ENTRY,
        recruiter,
        "merge",
        facts,
        reason=reason_code,
        expected_version=expected_version,
        details={"into": other.id},
        changes={"merged_into_id": other.id},
    )
    for grant in grants:
        access_service.end_grant(work.acting_as(SYSTEM), grant, reason="recruiter_merged")
    return recruiter


def state_profile(work: Work, recruiter_id: str, stated: Profile) -> Recruiter:
    """What the recruiter states of itself from now on; what it stated before is kept.

    Raises NotFound for one that is not the caller's, Conflict for a merged entry.
    """
    recruiter = _open(work, recruiter_id)
    _, revision = queries.profile(work.session, recruiter.id)
    work.session.add(
        RecruiterProfile(
            id=new_id(work.now),
            recruiter_id=recruiter.id,
            revision=revision + 1,
            content=stated.as_json(),
            stated_at=work.now,
            stated_by=work.actor.person,
        )
    )
    work.session.flush()
    look_alikes.compare_recruiter(work, recruiter.id)
    return recruiter


def state_officers(work: Work, recruiter_id: str, officers: Sequence[Officer]) -> Recruiter:
    """Who holds which office from now on; nothing is kept of those who are not named any more.

    Raises NotFound for one that is not the caller's, Conflict for a merged entry.
    """
    recruiter = _open(work, recruiter_id)
    work.session.execute(
        delete(RecruiterOfficer).where(RecruiterOfficer.recruiter_id == recruiter.id)
    )
    rows = [
        {
            "id": new_id(work.now),
            "recruiter_id": recruiter.id,
            "name": officer.name,
            "office": officer.office,
            "from_on": officer.from_on,
            "until_on": officer.until_on,
        }
        for officer in officers
    ]
    if rows:
        work.session.execute(insert(RecruiterOfficer), rows)
    look_alikes.compare_recruiter(work, recruiter.id)
    return recruiter


def add_partner(work: Work, recruiter_id: str, stated: NewPartner) -> BusinessPartner:
    """Keep that the recruiter works with somebody.

    Raises NotFound, Invalid for a partner that would close a circle of sub-agents, Conflict while
    another partner is being added: a circle is closed by two who do not see each other.
    """
    recruiter = _open(work, recruiter_id)
    if not try_lock(work.session, "partners of recruiters"):
        raise Conflict("another partner is being added at this moment; try again")
    engaging = recruiter.id
    if stated.under is not None:
        under = queries.open_partner(work.session, recruiter.id, stated.under)
        if under is None:
            reason = "no partner of yours has this id"
            raise Invalid(reason, errors=[FieldError("/under", reason)])
        engaging = under.entered_as_id or under.id
    if stated.entered_as is not None:
        queries.recruiter(work.session, work.actor, stated.entered_as)
        engages = lambda nodes: queries.engaged_by(work.session, nodes)  # noqa: E731
        if closes_circle(engaging, stated.entered_as, engages):
            reason = "this would make a recruiter its own sub-agent or partner, over others"
            raise Invalid(reason, errors=[FieldError("/entered_as", reason)])
    partner = BusinessPartner(
        id=new_id(work.now),
        recruiter_id=recruiter.id,
        kind=stated.kind.value,
        name=stated.name,
        country=stated.country,
        entered_as_id=stated.entered_as,
        under_id=stated.under,
        stated_at=work.now,
    )
    work.session.add(partner)
    work.session.flush()
    return partner


def end_partner(work: Work, recruiter_id: str, partner_id: str) -> BusinessPartner:
    """The recruiter works with this partner no more. Raises NotFound, Conflict."""
    recruiter = _open(work, recruiter_id)
    partner = queries.partner(work.session, recruiter.id, partner_id)
    if partner.ended_at is not None:
        raise Conflict(f"this ended on {partner.ended_at.date()} already")
    partner.ended_at = work.now
    work.session.flush()
    return partner


def note_standing(work: Work, recruiter_id: str, lost: str | None) -> None:
    """Keep that the recruiter's certificate was taken from it, or that this stands no more.

    Told by the certificates: look-alikes of such a recruiter block an acceptance (DOMAIN §12).
    """
    work.session.execute(
        delete(RecruiterStanding).where(RecruiterStanding.recruiter_id == recruiter_id)
    )
    if lost is not None:
        work.session.add(RecruiterStanding(recruiter_id=recruiter_id, lost=lost, since=work.now))
        work.session.flush()


def issue_number(work: Work, recruiter: Recruiter) -> str:
    """The recruiter's number: the one it has, else the next of the sequence with today's month.

    Permanent for the legal entity (DOMAIN §5). The recruiter must be locked.
    """
    if recruiter.number is None:
        issued = RecruiterNumber(recruiter_id=recruiter.id, issued_at=work.now)
        work.session.add(issued)
        work.session.flush()
        today = day_of(work.now, scheme.policy_in_force(work.session, work.now).zone)
        recruiter.number = recruiter_number(issued.id, today)
    return recruiter.number


def _open(work: Work, recruiter_id: str) -> Recruiter:
    """The caller's entry, locked, which still stands by itself. Raises NotFound, Conflict."""
    queries.owned(work.session, work.actor, recruiter_id)
    recruiter = journal.lock(work, Recruiter, recruiter_id)
    if recruiter.merged_into_id is not None:
        raise Conflict(f"this entry was merged: state it of recruiter {recruiter.merged_into_id}")
    return recruiter
