"""How rows of access are shown: from tables to the wire format. Used by api.py."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from app.access import queries
from app.access.lifecycle import ROLE_GRANT, Kind
from app.access.models import Client, Organisation, Person, RoleGrant
from app.access.schemas import (
    ClientView,
    MeView,
    NewClientView,
    OrganisationView,
    PersonView,
    RoleGrantView,
    TaskOffer,
    TaskView,
)
from app.access.service import NewClient
from app.access.tasks import TaskItem
from app.kernel.roles import Actor, Role
from app.platform.wire import AllowedAction


def organisation_view(organisation: Organisation) -> OrganisationView:
    """An organisation."""
    return OrganisationView(
        id=organisation.id,
        kind=Kind(organisation.kind),
        name=organisation.name,
        country=organisation.country,
        created_at=organisation.created_at,
    )


def people_views(session: Session, actor: Actor, people: Sequence[Person]) -> list[PersonView]:
    """These people with the roles they hold now."""
    grants = queries.held_grants(session, [person.id for person in people])
    return [
        PersonView(
            id=person.id,
            organisation_id=person.organisation_id,
            name=person.name,
            email=person.email,
            created_at=person.created_at,
            role_grants=[
                role_grant_view(session, actor, given) for given in grants.get(person.id, ())
            ],
        )
        for person in people
    ]


def person_view(session: Session, actor: Actor, person: Person) -> PersonView:
    """One person with the roles they hold now."""
    return people_views(session, actor, [person])[0]


def role_grant_view(session: Session, actor: Actor, given: RoleGrant) -> RoleGrantView:
    """The grant, and whether this actor may end it."""
    person, role = session.get_one(Person, given.person_id), Role(given.role)
    facts = queries.grant_facts(session, actor, person, role, held=True)
    offers = ROLE_GRANT.allowed(given.state, actor.roles, facts)
    return RoleGrantView(
        id=given.id,
        state=given.state,
        version=given.version,
        person_id=given.person_id,
        role=role,
        allowed_actions=[
            AllowedAction(
                action=offer.action,
                href=f"/v1/role-grants/{given.id}/{offer.action}",
                missing=list(offer.missing),
            )
            for offer in offers
        ],
    )


def client_view(client: Client) -> ClientView:
    """A client without its secret."""
    return ClientView(
        client_id=client.id,
        name=client.name,
        person_id=client.person_id,
        organisation_id=client.organisation_id,
        created_at=client.created_at,
        revoked_at=client.revoked_at,
    )


def new_client_view(made: NewClient) -> NewClientView:
    """A client with its secret."""
    return NewClientView(**client_view(made.client).model_dump(), client_secret=made.secret)


def me_view(session: Session, actor: Actor) -> MeView:
    """Who the actor is; `actor` is signed in, and so has a client and an organisation."""
    person = None if actor.person is None else session.get_one(Person, actor.person)
    return MeView(
        client_id=str(actor.client),
        person=None if person is None else person_view(session, actor, person),
        organisation=organisation_view(session.get_one(Organisation, actor.organisation)),
        roles=sorted(actor.roles),
        clients=[client_view(client) for client in queries.clients_of(session, actor)],
    )


def task_view(item: TaskItem, now: datetime) -> TaskView:
    """One thing that waits, and whether it is late."""
    return TaskView(
        kind=item.kind,
        subject=item.subject,
        what=item.what,
        due=item.due,
        overdue=item.due is not None and item.due <= now,
        offer=TaskOffer(action=item.action, href=item.href),
    )
