"""The routes of access: organisations, people, role grants, clients, and who am I."""

from functools import partial
from typing import Annotated

from fastapi import Depends, Request, Response
from fastapi import Query as Parameter
from sqlalchemy.orm import Session

from app.access import queries, service
from app.access.http import SIGNED_IN, Asking, Commanding, Router
from app.access.lifecycle import Kind
from app.access.models import Client
from app.access.schemas import (
    ClientView,
    EndRoleGrant,
    MeView,
    NewClientBody,
    NewClientView,
    NewOrganisation,
    NewPerson,
    NewRoleGrant,
    OrganisationView,
    PersonView,
    ReasonBody,
    RoleGrantView,
    TaskView,
)
from app.access.tasks import TaskProvider, in_order
from app.access.views import (
    client_view,
    me_view,
    new_client_view,
    organisation_view,
    people_views,
    person_view,
    role_grant_view,
    task_view,
)
from app.kernel.roles import Role
from app.lifecycle.journal import Work
from app.platform.pagination import Page, Paging, paging
from app.platform.wire import Code, IdText, Instant

router = Router(prefix="/v1")

MANAGES = frozenset({Role.SCHEME_MANAGER})
SEES_OWN = MANAGES | {Role.PROGRAMME_MANAGER, Role.RECRUITER_ADMIN}
"""Scheme managers see every organisation, the others here their own and its people."""

Paged = Annotated[Paging, Depends(paging)]


@router.query("/me", action="me.read", roles=SIGNED_IN, response_model=MeView)
def me(asking: Asking) -> Response:
    """Who you are, for whom you act, and the roles that count at this moment."""
    return asking.answer(lambda session: me_view(session, asking.actor))


@router.query(
    "/me/tasks",
    action="me.tasks",
    roles=SIGNED_IN,
    response_model=Page[TaskView],
    operation_id="me_tasks",
)
def list_tasks(
    request: Request,
    asking: Asking,
    paging: Paged,
    kind: Annotated[Code | None, Parameter(description="Of this kind only.")] = None,
    due_before: Annotated[
        Instant | None, Parameter(description="Due before this instant only.")
    ] = None,
) -> Response:
    """List what waits for you, by deadline."""
    providers: tuple[TaskProvider, ...] = request.app.state.task_providers

    def answer(session: Session) -> Page[TaskView]:
        found = (item for told in providers for item in told(session, asking.actor, asking.now))
        items = in_order(found, kind=kind, due_before=due_before)
        if paging.after is not None:
            items = [item for item in items if item.position > tuple(paging.after)]
        return paging.page(
            items[: paging.fetch],
            position=lambda item: item.position,
            item=lambda item: task_view(item, asking.now),
        )

    return asking.answer(answer)


@router.command(
    "/organisations",
    action="organisation.create",
    roles=MANAGES,
    response_model=OrganisationView,
    status_code=201,
)
def create(commanding: Commanding, body: NewOrganisation) -> Response:
    """Register an organisation."""
    return commanding.run(
        lambda work: service.create_organisation(
            work, kind=body.kind, name=body.name, country=body.country
        ),
        lambda work, organisation: organisation_view(work.actor, organisation),
    )


@router.query(
    "/organisations",
    action="organisation.read",
    roles=SEES_OWN,
    response_model=Page[OrganisationView],
    operation_id="organisations_list",
)
def list_organisations(asking: Asking, paging: Paged, kind: Kind | None = None) -> Response:
    """List organisations, in the order they were registered."""
    return asking.answer(
        lambda session: paging.page(
            queries.organisations(session, asking.actor, paging, kind=kind),
            position=lambda organisation: (organisation.id,),
            item=partial(organisation_view, asking.actor),
        )
    )


@router.query(
    "/organisations/{organisation_id}",
    action="organisation.read",
    roles=SEES_OWN,
    response_model=OrganisationView,
    operation_id="organisations_read",
)
def read_organisation(asking: Asking, organisation_id: IdText) -> Response:
    """Read one organisation."""
    return asking.answer(
        lambda session: organisation_view(
            asking.actor, queries.organisation(session, asking.actor, organisation_id)
        )
    )


@router.command(
    "/organisations/{organisation_id}/close",
    action="organisation.close",
    roles=MANAGES,
    response_model=OrganisationView,
)
def close(commanding: Commanding, organisation_id: IdText, body: ReasonBody) -> Response:
    """Let nobody act for an organisation any more, by any credential, from the next request on."""
    return commanding.run(
        lambda work: service.close_organisation(
            work,
            organisation_id,
            reason=body.reason_code,
            expected_version=commanding.expected_version,
        ),
        lambda work, organisation: organisation_view(work.actor, organisation),
    )


@router.command(
    "/organisations/{organisation_id}/reopen",
    action="organisation.reopen",
    roles=MANAGES,
    response_model=OrganisationView,
)
def reopen(commanding: Commanding, organisation_id: IdText, body: ReasonBody) -> Response:
    """Let the people of a closed organisation act again."""
    return commanding.run(
        lambda work: service.reopen_organisation(
            work,
            organisation_id,
            reason=body.reason_code,
            expected_version=commanding.expected_version,
        ),
        lambda work, organisation: organisation_view(work.actor, organisation),
    )


@router.command(
    "/people",
    action="person.create",
    roles=MANAGES,
    response_model=PersonView,
    status_code=201,
    operation_id="people_create",
)
def create_person(commanding: Commanding, body: NewPerson) -> Response:
    """Register a person in an organisation; roles and clients come after."""
    return commanding.run(
        lambda work: service.create_person(
            work, organisation=body.organisation_id, name=body.name, email=body.email
        ),
        lambda work, person: person_view(work.session, work.actor, person),
    )


@router.query(
    "/people",
    action="person.read",
    roles=SEES_OWN,
    response_model=Page[PersonView],
    operation_id="people_list",
)
def list_people(asking: Asking, paging: Paged, organisation_id: IdText | None = None) -> Response:
    """List people with the roles they hold, in the order they were registered."""
    return asking.answer(
        lambda session: paging.page(
            people_views(
                session,
                asking.actor,
                queries.people(session, asking.actor, paging, organisation_id=organisation_id),
            ),
            position=lambda person: (person.id,),
            item=lambda person: person,
        )
    )


@router.query(
    "/people/{person_id}",
    action="person.read",
    roles=SEES_OWN,
    response_model=PersonView,
    operation_id="people_read",
)
def read_person(asking: Asking, person_id: IdText) -> Response:
    """Read one person and the roles they hold."""
    return asking.answer(
        lambda session: person_view(
            session, asking.actor, queries.person(session, asking.actor, person_id)
        )
    )


@router.command(
    "/people/{person_id}/lock",
    action="person.lock",
    roles=MANAGES,
    response_model=PersonView,
)
def lock(commanding: Commanding, person_id: IdText, body: ReasonBody) -> Response:
    """Take every right from a person, from the next request on, until they are unlocked."""
    return commanding.run(
        lambda work: service.lock_person(
            work, person_id, reason=body.reason_code, expected_version=commanding.expected_version
        ),
        lambda work, person: person_view(work.session, work.actor, person),
    )


@router.command(
    "/people/{person_id}/unlock",
    action="person.unlock",
    roles=MANAGES,
    response_model=PersonView,
)
def unlock(commanding: Commanding, person_id: IdText, body: ReasonBody) -> Response:
    """Give a locked person their rights back."""
    return commanding.run(
        lambda work: service.unlock_person(
            work, person_id, reason=body.reason_code, expected_version=commanding.expected_version
        ),
        lambda work, person: person_view(work.session, work.actor, person),
    )


@router.command(
    "/role-grants",
    action="role_grant.grant",
    roles=MANAGES,
    response_model=RoleGrantView,
    status_code=201,
)
def grant(commanding: Commanding, body: NewRoleGrant) -> Response:
    """Give a role to a person; nobody gives one to themselves."""
    return commanding.run(
        lambda work: service.grant(
            work, person=body.person_id, role=body.role, reason=body.reason_code
        ),
        lambda work, given: role_grant_view(work.session, work.actor, given),
    )


@router.query(
    "/role-grants/{grant_id}",
    action="role_grant.read",
    roles=SEES_OWN,
    response_model=RoleGrantView,
    operation_id="role_grants_read",
)
def read_role_grant(asking: Asking, grant_id: IdText) -> Response:
    """Read one role grant, held or ended."""
    return asking.answer(
        lambda session: role_grant_view(
            session, asking.actor, queries.role_grant(session, asking.actor, grant_id)
        )
    )


@router.command(
    "/role-grants/{grant_id}/end",
    action="role_grant.end",
    roles=MANAGES,
    response_model=RoleGrantView,
)
def end(commanding: Commanding, grant_id: IdText, body: EndRoleGrant) -> Response:
    """Take a role back; it counts no more from the next request on."""
    return commanding.run(
        lambda work: service.end_grant(
            work,
            grant_id,
            reason=body.reason_code,
            expected_version=commanding.expected_version,
        ),
        lambda work, given: role_grant_view(work.session, work.actor, given),
    )


@router.command(
    "/clients",
    action="client.create",
    roles=SIGNED_IN,
    response_model=NewClientView,
    status_code=201,
    operation_id="clients_create",
)
def create_client(commanding: Commanding, body: NewClientBody) -> Response:
    """Make a client and show its secret, this once."""
    actor = commanding.actor
    person, organisation = body.person_id, body.organisation_id
    if person is None and organisation is None:
        person, organisation = actor.person, None if actor.person else actor.organisation
    return commanding.run(
        lambda work: service.create_client(
            work, name=body.name, person=person, organisation=organisation
        ),
        lambda _, made: new_client_view(made),
        shown_once=("client_secret",),
    )


@router.query(
    "/clients",
    action="client.read",
    roles=SIGNED_IN,
    response_model=Page[ClientView],
    operation_id="clients_list",
)
def list_clients(
    asking: Asking,
    paging: Paged,
    person_id: Annotated[IdText | None, Parameter()] = None,
    organisation_id: Annotated[IdText | None, Parameter()] = None,
) -> Response:
    """List your clients, revoked ones too, in the order they were made; a manager sees all."""
    return asking.answer(
        lambda session: paging.page(
            queries.clients(
                session,
                asking.actor,
                paging,
                person_id=person_id,
                organisation_id=organisation_id,
            ),
            position=lambda client: (client.id,),
            item=client_view,
        )
    )


@router.command(
    "/clients/{client_id}/revoke",
    action="client.revoke",
    roles=SIGNED_IN,
    response_model=ClientView,
)
def revoke(commanding: Commanding, client_id: IdText) -> Response:
    """End a client: its secret and its tokens count no more from the next request on."""

    def effect(work: Work) -> Client:
        queries.client(work.session, work.actor, client_id)
        return service.revoke_client(work, client_id, expected_version=commanding.expected_version)

    return commanding.run(effect, lambda _, client: client_view(client))
