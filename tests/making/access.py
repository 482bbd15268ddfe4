"""People with roles, their organisations and clients, made through the service."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import count

from app.access import service
from app.access.lifecycle import ROLES_IN, Kind
from app.access.models import Client, Organisation, Person
from app.kernel.roles import SYSTEM, Actor, Role
from app.lifecycle.journal import Work

_numbers = count(1)


@dataclass(frozen=True, slots=True)
class Someone:
    """Who acts in a test: the actor, and the client by which they call."""

    actor: Actor
    client: Client
    secret: str

    @property
    def person(self) -> str:
        """The id of the person, who is one."""
        return str(self.actor.person)


def organisation(work: Work, kind: Kind = Kind.AUDIT_COMPANY, country: str = "BD") -> Organisation:
    """An organisation under a name of its own."""
    return service.create_organisation(
        work, kind=kind, name=f"{kind.value} {next(_numbers)}", country=country
    )


def person(work: Work, where: Organisation | Kind, *roles: Role) -> Someone:
    """A person who holds these roles, with a client; a kind stands for a new organisation."""
    system = work.acting_as(SYSTEM)
    company = where if isinstance(where, Organisation) else organisation(system, where)
    number = next(_numbers)
    made = service.create_person(
        system,
        organisation=company.id,
        name=f"Person {number}",
        email=f"person-{number}@example.org",
    )
    for role in roles:
        service.grant(system, person=made.id, role=role, reason="appointed")
    new = service.create_client(system, name="test", person=made.id)
    actor = Actor(made.id, company.id, frozenset(roles), new.client_id)
    return Someone(actor, new.client, new.secret)


def signing_in(
    work: Work, where: Organisation | Kind, *roles: Role, password_hash: str
) -> tuple[Person, str]:
    """A person who holds these roles and can sign in, and their address."""
    system = work.acting_as(SYSTEM)
    company = where if isinstance(where, Organisation) else organisation(system, where)
    email = f"person-{next(_numbers)}@example.org"
    made = service.create_person(
        system, organisation=company.id, name="Amina", email=email, password_hash=password_hash
    )
    for role in roles:
        service.grant(system, person=made.id, role=role, reason="appointed")
    return made, email


def machine(work: Work, kind: Kind) -> Someone:
    """A client that acts for an organisation and no person."""
    company = organisation(work, kind)
    new = service.create_client(work, name="test", organisation=company.id)
    actor = Actor(None, company.id, ROLES_IN[kind], new.client_id)
    return Someone(actor, new.client, new.secret)


def one_of_each(work: Work, roles: Iterable[Role]) -> dict[Role, Someone]:
    """One person for each role, each in an organisation of their own."""
    kinds = {role: kind for kind, held in ROLES_IN.items() for role in held}
    return {role: person(work, kinds[role], role) for role in roles}
