"""How rows of access are shown: from tables to the wire format. Used by api.py."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime
from typing import TypeVar

from sqlalchemy.orm import Session

from app.access import queries
from app.access.lifecycle import CLIENT, ORGANISATION, PERSON, ROLE_GRANT, ClientFacts, Kind
from app.access.models import Client, Organisation, Person, RoleGrant
from app.access.schemas import (
    ApprovalStatus,
    ApprovalView,
    ClientView,
    MeView,
    NewClientView,
    OrganisationView,
    PersonView,
    RoleGrantView,
    Signature,
    TaskOffer,
    TaskView,
)
from app.access.service import NewClient
from app.access.tasks import TaskItem
from app.kernel.roles import Actor, Role
from app.lifecycle.approvals import Approval
from app.lifecycle.journal import Subject
from app.lifecycle.machine import Machine
from app.platform.wire import AllowedAction

F = TypeVar("F")
_WHOSE_IT_IS = frozenset({Role.PUBLIC})


def offers_view(
    machine: Machine[F], subject: Subject, roles: AbstractSet[Role], facts: F, address: str
) -> list[AllowedAction]:
    """What these roles may do next with a subject, at its address."""
    return [
        AllowedAction(
            action=offer.action, href=f"{address}/{offer.action}", missing=list(offer.missing)
        )
        for offer in machine.allowed(subject.state, roles, facts)
    ]


def organisation_view(actor: Actor, organisation: Organisation) -> OrganisationView:
    """An organisation, and what this actor may do with it."""
    return OrganisationView(
        id=organisation.id,
        state=organisation.state,
        version=organisation.version,
        kind=Kind(organisation.kind),
        name=organisation.name,
        country=organisation.country,
        created_at=organisation.created_at,
        allowed_actions=offers_view(
            ORGANISATION,
            organisation,
            actor.roles,
            queries.organisation_facts(actor, organisation),
            f"/v1/organisations/{organisation.id}",
        ),
    )


def people_views(session: Session, actor: Actor, people: Sequence[Person]) -> list[PersonView]:
    """These people with the roles they hold now."""
    grants = queries.held_grants(session, [person.id for person in people])
    return [
        PersonView(
            id=person.id,
            state=person.state,
            version=person.version,
            organisation_id=person.organisation_id,
            name=person.name,
            email=person.email,
            can_sign_in=person.password_hash is not None,
            created_at=person.created_at,
            role_grants=[
                role_grant_view(session, actor, given) for given in grants.get(person.id, ())
            ],
            allowed_actions=offers_view(
                PERSON,
                person,
                actor.roles,
                queries.person_facts(actor, person),
                f"/v1/people/{person.id}",
            ),
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
    return RoleGrantView(
        id=given.id,
        state=given.state,
        version=given.version,
        person_id=given.person_id,
        role=role,
        allowed_actions=offers_view(
            ROLE_GRANT, given, actor.roles, facts, f"/v1/role-grants/{given.id}"
        ),
    )


def client_view(client: Client) -> ClientView:
    """A client without its secret. Whoever sees one may revoke it."""
    return ClientView(
        client_id=client.id,
        state=client.state,
        version=client.version,
        name=client.name,
        person_id=client.person_id,
        organisation_id=client.organisation_id,
        created_at=client.created_at,
        revoked_at=client.revoked_at,
        allowed_actions=offers_view(
            CLIENT, client, _WHOSE_IT_IS, ClientFacts(is_own=True), f"/v1/clients/{client.id}"
        ),
    )


def new_client_view(made: NewClient) -> NewClientView:
    """A client with its secret."""
    return NewClientView(**client_view(made.client).model_dump(), client_secret=made.secret)


def me_view(session: Session, actor: Actor) -> MeView:
    """Who the actor is; `actor` is signed in, and so has a client and an organisation."""
    person = None if actor.person is None else session.get_one(Person, actor.person)
    return MeView(
        credential=queries.credential_of(session, actor),
        client_id=str(actor.client),
        person=None if person is None else person_view(session, actor, person),
        organisation=organisation_view(actor, session.get_one(Organisation, actor.organisation)),
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


def approval_view(approval: Approval, now: datetime) -> ApprovalView:
    """A move that two people sign, by roles; never who."""
    return ApprovalView(
        id=approval.id,
        action=approval.action,
        subject=approval.subject,
        status=_approval_status(approval, now),
        signatures=[
            Signature(role=role, at=at)
            for role, at in (
                (approval.first_role, approval.opened_at),
                (approval.second_role, approval.completed_at),
            )
            if role is not None and at is not None
        ],
        expires_at=approval.expires_at,
    )


def _approval_status(approval: Approval, now: datetime) -> ApprovalStatus:
    if approval.completed_at is not None:
        return ApprovalStatus.COMPLETED
    if approval.lapsed_at is not None:
        return ApprovalStatus.LAPSED
    return ApprovalStatus.EXPIRED if approval.expires_at <= now else ApprovalStatus.WAITING
