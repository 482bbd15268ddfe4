"""The routes of the imported licence registers, and of look-alikes."""

from typing import Annotated

from fastapi import Depends, Response
from fastapi import Query as InQuery
from sqlalchemy.orm import Session

from app.access.http import SIGNED_IN, Asking, Commanding, Router
from app.kernel.roles import Role
from app.platform.pagination import Page, Paging, paging
from app.platform.wire import CountryCode, IdText, Name
from app.recruiters import look_alikes, queries
from app.recruiters.look_alike_lifecycle import LOOK_ALIKE, State
from app.recruiters.register_schemas import LookAlikeView, RegisterLicenceView, RulingBody
from app.recruiters.schemas import LicenceNumber
from app.recruiters.views import look_alike_views, register_licence_view

router = Router(prefix="/v1")

Paged = Annotated[Paging, Depends(paging)]

_SEES_LOOK_ALIKES = frozenset(
    {Role.SCHEME_MANAGER, Role.APPLICATION_REVIEWER, Role.INTEGRITY_OFFICER}
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
    name: Annotated[Name | None, InQuery(description="Any written form of a name.")] = None,
) -> Response:
    """Look up what the imported licence register of a country says."""

    def page(session: Session) -> Page[RegisterLicenceView]:
        return paging.page(
            queries.licences(
                session,
                paging,
                country=country,
                licence_number=licence_number,
                among=None if name is None else look_alikes.called(session, name),
            ),
            position=lambda licence: (licence.key,),
            item=register_licence_view,
        )

    return asking.answer(page)


@router.query(
    "/look-alikes",
    action="look_alike.read",
    roles=_SEES_LOOK_ALIKES,
    response_model=Page[LookAlikeView],
    operation_id="look_alikes_list",
)
def list_look_alikes(
    asking: Asking,
    paging: Paged,
    state: Annotated[State | None, InQuery()] = None,
    recruiter_id: Annotated[IdText | None, InQuery(description="On either side.")] = None,
) -> Response:
    """List records that may be one company, with what makes them alike."""

    def page(session: Session) -> Page[LookAlikeView]:
        found = queries.look_alikes(session, paging, state=state, recruiter_id=recruiter_id)
        views = look_alike_views(session, asking.actor, found)
        return paging.page(
            found, position=lambda link: (link.id,), item=lambda link: views[link.id]
        )

    return asking.answer(page)


@router.query(
    "/look-alikes/{look_alike_id}",
    action="look_alike.read",
    roles=_SEES_LOOK_ALIKES,
    response_model=LookAlikeView,
    operation_id="look_alikes_read",
)
def read_look_alike(asking: Asking, look_alike_id: IdText) -> Response:
    """Read one look-alike."""

    def view(session: Session) -> LookAlikeView:
        found = queries.look_alike(session, look_alike_id)
        return look_alike_views(session, asking.actor, [found])[found.id]

    return asking.answer(view)


@router.command(
    "/look-alikes/{look_alike_id}/confirm",
    action="look_alike.confirm",
    roles=LOOK_ALIKE.roles("confirm"),
    response_model=LookAlikeView,
)
def confirm(commanding: Commanding, look_alike_id: IdText, body: RulingBody) -> Response:
    """The two records are one company, or one reborn."""
    return _rule(commanding, look_alike_id, "confirm", body)


@router.command(
    "/look-alikes/{look_alike_id}/dismiss",
    action="look_alike.dismiss",
    roles=LOOK_ALIKE.roles("dismiss"),
    response_model=LookAlikeView,
)
def dismiss(commanding: Commanding, look_alike_id: IdText, body: RulingBody) -> Response:
    """The two records are two companies."""
    return _rule(commanding, look_alike_id, "dismiss", body)


@router.command(
    "/look-alikes/{look_alike_id}/clear",
    action="look_alike.clear",
    roles=LOOK_ALIKE.roles("clear"),
    response_model=LookAlikeView,
)
def clear(commanding: Commanding, look_alike_id: IdText, body: RulingBody) -> Response:
    """The link is real and stands in the way of no acceptance any more."""
    return _rule(commanding, look_alike_id, "clear", body)


def _rule(commanding: Commanding, look_alike_id: str, action: str, body: RulingBody) -> Response:
    return commanding.run(
        lambda work: look_alikes.rule(
            work, look_alike_id, action, body.note, expected_version=commanding.expected_version
        ),
        lambda work, found: look_alike_views(work.session, work.actor, [found])[found.id],
    )
