"""The routes of recruiters: entries, and what they state of themselves.

Look-alikes and the imported registers: register_api.py.
"""

from typing import Annotated

from fastapi import Depends, Response
from fastapi import Query as InQuery
from sqlalchemy.orm import Session

from app.access.http import SIGNED_IN, Asking, Commanding, Router
from app.kernel.roles import RECRUITER, Role
from app.platform.pagination import Page, Paging, paging
from app.platform.pseudonym_key import PseudonymKey
from app.platform.strict_json import MEBIBYTE
from app.platform.wire import CorridorCode, IdText, Name
from app.recruiters import licences, look_alikes, placing, queries, service
from app.recruiters.lifecycle import RECRUITER_ENTRY
from app.recruiters.schemas import (
    LicenceBody,
    LicencesView,
    LicenceView,
    Merger,
    NewRecruiter,
    OfficersBody,
    OfficersView,
    PartnerBody,
    PartnersView,
    PartnerView,
    PlacementsBody,
    PlacementView,
    ProfileBody,
    ProfileView,
    RecordedView,
    RecruiterView,
    Renaming,
)
from app.recruiters.views import (
    licence_view,
    licences_view,
    officers_view,
    partner_view,
    partners_view,
    placement_view,
    profile_view,
    recruiter_view,
)

router = Router(prefix="/v1")

Paged = Annotated[Paging, Depends(paging)]

_STATES_IT = RECRUITER | {Role.SCHEME_MANAGER}
_SEES_OFFICERS = RECRUITER | {
    Role.SCHEME_MANAGER,
    Role.INTEGRITY_OFFICER,
    Role.APPLICATION_REVIEWER,
}
_SEES_PLACEMENTS = RECRUITER | {
    Role.SCHEME_MANAGER,
    Role.LEAD_AUDITOR,
    Role.AUDITOR,
    Role.TECHNICAL_EXPERT,
}
_PLACEMENTS_LIMIT = 8 * MEBIBYTE
_PROFILE_LIMIT = MEBIBYTE


@router.command(
    "/recruiters",
    action="recruiter.list",
    roles=RECRUITER_ENTRY.roles("list"),
    response_model=RecruiterView,
    status_code=201,
    operation_id="recruiters_create",
)
def create(commanding: Commanding, body: NewRecruiter) -> Response:
    """Enter an organisation as a recruiter; it gets its number when it is first accepted."""
    return commanding.run(
        lambda work: service.list_recruiter(
            work,
            organisation_id=body.organisation_id,
            name=body.name,
            country=body.country,
        ),
        lambda work, recruiter: recruiter_view(work.session, work.actor, recruiter),
    )


@router.query(
    "/recruiters",
    action="recruiter.read",
    roles=SIGNED_IN,
    response_model=Page[RecruiterView],
    operation_id="recruiters_list",
)
def list_recruiters(
    asking: Asking,
    paging: Paged,
    name: Annotated[
        Name | None,
        InQuery(
            description="Any written form of a name: another script or spelling, an old name, a"
            " trading name, or some of its words."
        ),
    ] = None,
) -> Response:
    """List recruiters: those with a number, and whatever else the caller may see."""

    def page(session: Session) -> Page[RecruiterView]:
        among = None if name is None else look_alikes.called(session, name)
        found = queries.recruiters(session, asking.actor, paging, among=among)
        signals = queries.signals_of(session, [recruiter.id for recruiter in found])
        return paging.page(
            found,
            position=lambda recruiter: (recruiter.id,),
            item=lambda recruiter: recruiter_view(
                session, asking.actor, recruiter, signals.get(recruiter.id, [])
            ),
        )

    return asking.answer(page)


@router.query(
    "/recruiters/{recruiter_id}",
    action="recruiter.read",
    roles=SIGNED_IN,
    response_model=RecruiterView,
    operation_id="recruiters_read",
)
def read(asking: Asking, recruiter_id: IdText) -> Response:
    """Read one recruiter; one that was merged into another still answers, and names it."""
    return asking.answer(
        lambda session: recruiter_view(
            session, asking.actor, queries.recruiter(session, asking.actor, recruiter_id)
        )
    )


@router.command(
    "/recruiters/{recruiter_id}/rename",
    action="recruiter.rename",
    roles=RECRUITER_ENTRY.roles("rename"),
    response_model=RecruiterView,
)
def rename(commanding: Commanding, recruiter_id: IdText, body: Renaming) -> Response:
    """Give a recruiter another name; the former one is kept."""
    return commanding.run(
        lambda work: service.rename(
            work,
            recruiter_id,
            body.name,
            body.reason_code,
            expected_version=commanding.expected_version,
        ),
        lambda work, recruiter: recruiter_view(work.session, work.actor, recruiter),
    )


@router.command(
    "/recruiters/{recruiter_id}/merge",
    action="recruiter.merge",
    roles=RECRUITER_ENTRY.roles("merge"),
    response_model=RecruiterView,
)
def merge(commanding: Commanding, recruiter_id: IdText, body: Merger) -> Response:
    """Merge an entry into another one; both keep answering, the people of this one lose access."""
    return commanding.run(
        lambda work: service.merge(
            work,
            recruiter_id,
            body.into,
            body.reason_code,
            expected_version=commanding.expected_version,
        ),
        lambda work, recruiter: recruiter_view(work.session, work.actor, recruiter),
    )


@router.query(
    "/recruiters/{recruiter_id}/profile",
    action="recruiter.read",
    roles=SIGNED_IN,
    response_model=ProfileView,
)
def profile(asking: Asking, recruiter_id: IdText) -> Response:
    """What a recruiter states of itself as a legal entity, and every name it has had."""
    return asking.answer(
        lambda session: profile_view(
            session, queries.recruiter(session, asking.actor, recruiter_id)
        )
    )


@router.command(
    "/recruiters/{recruiter_id}/profile",
    action="recruiter.state",
    roles=_STATES_IT,
    response_model=ProfileView,
    method="PUT",
    body_limit=_PROFILE_LIMIT,
)
def state_profile(commanding: Commanding, recruiter_id: IdText, body: ProfileBody) -> Response:
    """State names, registrations, addresses, owners, sites, corridors and sectors, all at once."""
    return commanding.run(
        lambda work: service.state_profile(work, recruiter_id, body.profile()),
        lambda work, recruiter: profile_view(work.session, recruiter),
    )


@router.query(
    "/recruiters/{recruiter_id}/officers",
    action="recruiter.read_officers",
    roles=_SEES_OFFICERS,
    response_model=OfficersView,
)
def officers(asking: Asking, recruiter_id: IdText) -> Response:
    """Who holds which office: for the recruiter itself and the scheme."""
    return asking.answer(lambda session: officers_view(session, asking.actor, recruiter_id))


@router.command(
    "/recruiters/{recruiter_id}/officers",
    action="recruiter.state",
    roles=_STATES_IT,
    response_model=OfficersView,
    method="PUT",
    body_limit=_PROFILE_LIMIT,
)
def state_officers(commanding: Commanding, recruiter_id: IdText, body: OfficersBody) -> Response:
    """State who holds which office; nothing is kept of who is not named any more."""
    return commanding.run(
        lambda work: service.state_officers(
            work, recruiter_id, [officer.officer() for officer in body.officers]
        ),
        lambda work, recruiter: officers_view(work.session, work.actor, recruiter.id),
    )


@router.query(
    "/recruiters/{recruiter_id}/licences",
    action="recruiter.read",
    roles=SIGNED_IN,
    response_model=LicencesView,
)
def list_licences(asking: Asking, recruiter_id: IdText) -> Response:
    """The licences that a recruiter states, each beside what its country's register said."""
    return asking.answer(
        lambda session: licences_view(
            session,
            queries.stated_licences(
                session, queries.recruiter(session, asking.actor, recruiter_id).id
            ),
            asking.now,
        )
    )


@router.command(
    "/recruiters/{recruiter_id}/licences",
    action="recruiter.state",
    roles=_STATES_IT,
    response_model=LicenceView,
    status_code=201,
)
def state_licence(commanding: Commanding, recruiter_id: IdText, body: LicenceBody) -> Response:
    """State a licence; another statement of the same number replaces an earlier one."""
    return commanding.run(
        lambda work: licences.state(work, recruiter_id, body.licence()),
        lambda work, licence: licence_view(work.session, licence, work.now),
    )


@router.query(
    "/recruiters/{recruiter_id}/partners",
    action="recruiter.read",
    roles=SIGNED_IN,
    response_model=PartnersView,
)
def list_partners(asking: Asking, recruiter_id: IdText) -> Response:
    """With whom a recruiter works, or worked: sub-agents, and theirs."""
    return asking.answer(
        lambda session: partners_view(
            queries.partners(session, queries.recruiter(session, asking.actor, recruiter_id).id)
        )
    )


@router.command(
    "/recruiters/{recruiter_id}/partners",
    action="recruiter.state",
    roles=_STATES_IT,
    response_model=PartnerView,
    status_code=201,
)
def add_partner(commanding: Commanding, recruiter_id: IdText, body: PartnerBody) -> Response:
    """State that the recruiter works with somebody; a circle is refused."""
    return commanding.run(
        lambda work: service.add_partner(work, recruiter_id, body.partner()),
        lambda _work, partner: partner_view(partner),
    )


@router.command(
    "/recruiters/{recruiter_id}/partners/{partner_id}/end",
    action="recruiter.state",
    roles=_STATES_IT,
    response_model=PartnerView,
)
def end_partner(commanding: Commanding, recruiter_id: IdText, partner_id: IdText) -> Response:
    """The recruiter works with this partner no more; it stays on the record."""
    return commanding.run(
        lambda work: service.end_partner(work, recruiter_id, partner_id),
        lambda _work, partner: partner_view(partner),
    )


@router.query(
    "/recruiters/{recruiter_id}/placements",
    action="recruiter.read_placements",
    roles=_SEES_PLACEMENTS,
    response_model=Page[PlacementView],
)
def list_placements(
    asking: Asking,
    recruiter_id: IdText,
    paging: Paged,
    corridor: Annotated[CorridorCode | None, InQuery()] = None,
) -> Response:
    """Whom a recruiter placed, by pseudonym: for itself, the scheme, the team that audits."""

    def page(session: Session) -> Page[PlacementView]:
        recruiter = queries.sees_placements(session, asking.actor, recruiter_id)
        return paging.page(
            queries.placements(session, recruiter.id, paging, corridor=corridor),
            position=lambda placement: (placement.id,),
            item=placement_view,
        )

    return asking.answer(page)


@router.command(
    "/recruiters/{recruiter_id}/placements",
    action="recruiter.record_placements",
    roles=RECRUITER,
    response_model=RecordedView,
    status_code=201,
    body_limit=_PLACEMENTS_LIMIT,
)
def record_placements(
    commanding: Commanding, recruiter_id: IdText, body: PlacementsBody, key: PseudonymKey
) -> Response:
    """Record placements, one or thousands; workers become pseudonyms before anything is kept."""
    stated = [placement.placement(key, recruiter_id) for placement in body.placements]
    return commanding.run(
        lambda work: placing.record(work, recruiter_id, stated),
        lambda _work, recorded: RecordedView(
            recorded=recorded, workers=[placement.worker for placement in stated]
        ),
    )
