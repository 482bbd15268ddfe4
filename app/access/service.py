"""The only code that writes organisations, people, role grants, clients, assignments and touches.

Used by this room's routes, by the command line and by the rooms above, which tell it who works on
which audit (`assign`, `end_assignments`) and who touched whose evidence (`touch`).
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from app.access.independence import Way
from app.access.lifecycle import ORGANISATIONS_THAT_ACT, ROLE_GRANT, Kind, State
from app.access.models import Assignment, Client, Organisation, Person, RoleGrant, Touch
from app.access.queries import grant_facts, roles_of
from app.access.tokens import new_secret
from app.kernel import places, text
from app.kernel.errors import Conflict, FieldError, Invalid, NotFound
from app.kernel.identifiers import is_id, new_id
from app.kernel.roles import Role
from app.lifecycle import journal
from app.lifecycle.journal import Work
from app.platform.database import Base, try_lock

Row = TypeVar("Row", bound=Base)

_LONGEST_NAME = 200
_LONGEST_EMAIL = 254
_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)*")


@dataclass(frozen=True, slots=True)
class NewClient:
    """A client just made, and its secret, which nobody can be shown again."""

    client: Client
    secret: str = field(repr=False)

    @property
    def client_id(self) -> str:
        """What it calls itself at the token endpoint."""
        return self.client.id

    @property
    def person(self) -> str | None:
        """The person it acts for, if it is one."""
        return self.client.person_id


def create_organisation(
    work: Work, *, kind: Kind, name: str, country: str | None = None
) -> Organisation:
    """A new organisation. Raises Invalid."""
    organisation = Organisation(
        id=new_id(work.now),
        kind=kind.value,
        name=_checked("/name", lambda: text.clean(name, _LONGEST_NAME)),
        country=None if country is None else _checked("/country", lambda: places.country(country)),
        created_at=work.now,
    )
    _add(work, organisation)
    return organisation


def create_person(work: Work, *, organisation: str, name: str, email: str) -> Person:
    """A new person of an organisation, without any role yet. Raises Invalid, Conflict."""
    person = Person(
        id=new_id(work.now),
        organisation_id=_named(work, Organisation, organisation, "/organisation_id").id,
        name=_checked("/name", lambda: text.clean(name, _LONGEST_NAME)),
        email=_checked("/email", lambda: _email(email)),
        created_at=work.now,
    )
    try:
        with work.session.begin_nested():
            _add(work, person)
    except IntegrityError as error:
        raise Conflict("a person with this e-mail address is here already") from error
    return person


def grant(work: Work, *, person: str, role: Role, reason: str) -> RoleGrant:
    """Give a role to a person. `reason` is a code.

    Raises Invalid, RoleRefused, NotIndependent (nobody grants their own), MoveRefused.
    """
    found = _named(work, Person, person, "/person_id", lock=True)
    given = RoleGrant(id=new_id(work.now), person_id=found.id, role=role.value)
    journal.move(
        work,
        ROLE_GRANT,
        given,
        "grant",
        grant_facts(
            work.session, work.actor, found, role, held=role in roles_of(work.session, found.id)
        ),
        reason=reason,
        details={"person": found.id, "role": role.value},
    )
    return given


def end_grant(
    work: Work, grant_id: str, *, reason: str, expected_version: int | None = None
) -> RoleGrant:
    """Take a role back, from this moment. `reason` is a code.

    Raises NotFound, StaleVersion, RoleRefused, NotIndependent (nobody ends their own), MoveRefused.
    """
    given = journal.lock(work, RoleGrant, grant_id)
    person = work.session.get_one(Person, given.person_id)
    journal.move(
        work,
        ROLE_GRANT,
        given,
        "end",
        grant_facts(work.session, work.actor, person, Role(given.role), held=True),
        reason=reason,
        expected_version=expected_version,
        details={"person": person.id, "role": given.role},
    )
    return given


def create_client(
    work: Work, *, name: str, person: str | None = None, organisation: str | None = None
) -> NewClient:
    """A client of one person, or of an organisation that only reads. Raises Invalid."""
    if (person is None) == (organisation is None):
        raise Invalid("a client acts for one person or for one organisation: name exactly one")
    if person is not None:
        _named(work, Person, person, "/person_id")
    if organisation is not None:
        kind = Kind(_named(work, Organisation, organisation, "/organisation_id").kind)
        if kind not in ORGANISATIONS_THAT_ACT:
            allowed = " or ".join(sorted(ORGANISATIONS_THAT_ACT))
            raise _invalid(
                "/organisation_id",
                f"without a person only the kind {allowed} may act, and this is {kind}:"
                " name the person",
            )
    secret, secret_hash = new_secret()
    client = Client(
        id=new_id(work.now),
        secret_hash=secret_hash,
        person_id=person,
        organisation_id=organisation,
        name=_checked("/name", lambda: text.clean(name, _LONGEST_NAME)),
        created_at=work.now,
        created_by=work.actor.person,
    )
    _add(work, client)
    return NewClient(client, secret)


def revoke_client(work: Work, client_id: str) -> Client:
    """End a client: its tokens count no more from this moment. Raises NotFound, Conflict."""
    client = None
    if is_id(client_id):
        client = work.session.get(Client, client_id, with_for_update=True)
    if client is None:
        raise NotFound(f"there is no client {client_id}")
    if client.revoked_at is not None:
        raise Conflict(f"the client was revoked on {client.revoked_at.date()} already")
    client.revoked_at = work.now
    work.session.flush()
    return client


def create_first_administrator(
    work: Work, *, name: str, email: str, another: bool = False
) -> NewClient:
    """A scheme manager with a client, for `erc admin create`.

    Raises Conflict where an administrator exists, unless `another` one is asked for; Invalid.
    """
    if not try_lock(work.session, "first administrator"):
        raise Conflict("another administrator is being made at this moment")
    held = select(RoleGrant.id).where(
        RoleGrant.role == Role.SCHEME_MANAGER, RoleGrant.state == State.HELD
    )
    if not another and work.session.scalars(held.limit(1)).first() is not None:
        raise Conflict("there is an administrator already, who can grant the role to others")
    organisation = work.session.scalars(
        select(Organisation).where(Organisation.kind == Kind.SCHEME_MANAGER).limit(1)
    ).first() or create_organisation(work, kind=Kind.SCHEME_MANAGER, name="Scheme manager")
    person = create_person(work, organisation=organisation.id, name=name, email=email)
    grant(work, person=person.id, role=Role.SCHEME_MANAGER, reason="first_administrator")
    return create_client(work, name="erc admin create", person=person.id)


def assign(work: Work, *, person: str, case: str, audit: str, recruiter: str, role: Role) -> None:
    """This person is in the team of this audit from now on; said again, it changes nothing."""
    known = select(Assignment.id).where(
        Assignment.audit_id == audit,
        Assignment.person_id == person,
        Assignment.role == role.value,
        Assignment.ended_at.is_(None),
    )
    if work.session.scalars(known).first() is None:
        _add(
            work,
            Assignment(
                id=new_id(work.now),
                person_id=person,
                role=role.value,
                case_id=case,
                audit_id=audit,
                recruiter_id=recruiter,
                assigned_at=work.now,
            ),
        )


def end_assignments(work: Work, *, audit: str) -> None:
    """The team of this audit sees it no more; its members stay barred from its decision."""
    work.session.execute(
        update(Assignment)
        .where(Assignment.audit_id == audit, Assignment.ended_at.is_(None))
        .values(ended_at=work.now)
    )


def touch(work: Work, *, case: str, audit: str, recruiter: str, way: Way) -> None:
    """The actor touched the evidence of this audit in this way; kept once, for ever."""
    if work.actor.person is None:
        raise RuntimeError("evidence is touched by a person, and no person acts here")
    known = select(Touch.id).where(
        Touch.audit_id == audit, Touch.person_id == work.actor.person, Touch.way == way.value
    )
    if work.session.scalars(known).first() is not None:
        return
    touched = Touch(
        id=new_id(work.now),
        person_id=work.actor.person,
        way=way.value,
        case_id=case,
        audit_id=audit,
        recruiter_id=recruiter,
        touched_at=work.now,
    )
    try:
        with work.session.begin_nested():
            _add(work, touched)
    except IntegrityError:  # the same person's other request wrote it at this moment
        if work.session.scalars(known).first() is None:
            raise


def _add(work: Work, row: Base) -> None:
    work.session.add(row)
    work.session.flush()


def _named(work: Work, model: type[Row], row_id: str, pointer: str, *, lock: bool = False) -> Row:
    """The row that the input names. Raises Invalid at its place, where there is none."""
    row = None
    if is_id(row_id):
        row = work.session.get(model, row_id, with_for_update=lock or None)
    if row is None:
        raise _invalid(pointer, f"there is no {model.__tablename__} {row_id[:36]!a}")
    return row


def _checked(pointer: str, check: Callable[[], str]) -> str:
    try:
        return check()
    except Invalid as error:
        raise _invalid(pointer, error.detail) from error


def _invalid(pointer: str, detail: str) -> Invalid:
    return Invalid(detail, errors=[FieldError(pointer, detail)])


def _email(address: str) -> str:
    cleaned = text.clean(address, _LONGEST_EMAIL).lower()
    if not _EMAIL.fullmatch(cleaned):
        raise Invalid("write an e-mail address such as amina@example.org")
    return cleaned
