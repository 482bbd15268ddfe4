"""The routes of recruiters, and of the imported licence registers."""

from typing import Annotated

from fastapi import Depends, Response
from fastapi import Query as InQuery

from app.access.http import SIGNED_IN, Asking, Commanding, Router
from app.kernel.roles import Actor
from app.platform.pagination import Page, Paging, paging
from app.platform.wire import AllowedAction, CountryCode, IdText, Line
from app.recruiters import queries, service
from app.recruiters.lifecycle import NOT_ON_THE_WIRE, RECRUITER_ENTRY, Facts
from app.recruiters.models import Recruiter, RegisterLicence
from app.recruiters.register import LONGEST_NUMBER
from app.recruiters.schemas import NewRecruiter, RecruiterView, RegisterLicenceView, Renaming

router = Router(prefix="/v1")

Paged = Annotated[Paging, Depends(paging)]

LicenceNumber = Annotated[str, Line(LONGEST_NUMBER)]


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
        lambda work, recruiter: recruiter_view(work.actor, recruiter),
    )


@router.query(
    "/recruiters",
    action="recruiter.read",
    roles=SIGNED_IN,
    response_model=Page[RecruiterView],
    operation_id="recruiters_list",
)
def list_recruiters(asking: Asking, paging: Paged) -> Response:
    """List recruiters: those with a number, and whatever else the caller may see."""
    return asking.answer(
        lambda session: paging.page(
            queries.recruiters(session, asking.actor, paging),
            position=lambda recruiter: (recruiter.id,),
            item=lambda recruiter: recruiter_view(asking.actor, recruiter),
        )
    )


@router.query(
    "/recruiters/{recruiter_id}",
    action="recruiter.read",
    roles=SIGNED_IN,
    response_model=RecruiterView,
    operation_id="recruiters_read",
)
def read(asking: Asking, recruiter_id: IdText) -> Response:
    """Read one recruiter."""
    return asking.answer(
        lambda session: recruiter_view(
            asking.actor, queries.recruiter(session, asking.actor, recruiter_id)
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
        lambda work, recruiter: recruiter_view(work.actor, recruiter),
    )


@router.query(
    "/register",
    action="register.read",
    roles=SIGNED_IN,
    response_model=Page[RegisterLicenceView],
    operation_id="register_list",
)
def list_licences(
    asking: Asking,
    paging: Paged,
    country: Annotated[CountryCode, InQuery(description="Whose register.")],
    licence_number: Annotated[LicenceNumber | None, InQuery()] = None,
) -> Response:
    """Look up what the imported licence register of a country says."""
    return asking.answer(
        lambda session: paging.page(
            queries.licences(session, paging, country=country, licence_number=licence_number),
            position=lambda licence: (licence.key,),
            item=licence_view,
        )
    )


def recruiter_view(actor: Actor, recruiter: Recruiter) -> RecruiterView:
    """A recruiter as this actor sees it."""
    offers = RECRUITER_ENTRY.allowed(recruiter.state, actor.roles, Facts())
    return RecruiterView(
        id=recruiter.id,
        state=recruiter.state,
        version=recruiter.version,
        organisation_id=recruiter.organisation_id,
        name=recruiter.name,
        country=recruiter.country,
        number=recruiter.number,
        allowed_actions=[
            AllowedAction(
                action=offer.action,
                href=f"/v1/recruiters/{recruiter.id}/{offer.action}",
                missing=list(offer.missing),
            )
            for offer in offers
            if offer.action not in NOT_ON_THE_WIRE
        ],
    )


def licence_view(licence: RegisterLicence) -> RegisterLicenceView:
    """One row of an imported register."""
    return RegisterLicenceView(
        country=licence.country,
        licence_number=licence.licence_number,
        name=licence.name,
        address=licence.address,
        imported_at=licence.imported_at,
        changed_at=licence.changed_at,
    )
