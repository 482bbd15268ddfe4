"""The only code that writes organisations, people, role grants, clients, assignments and touches.

Used by this room's routes, by the command line and by the rooms above, which tell it who works on
which audit (`assign`, `end_assignments`) and who touched whose evidence (`touch`).
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TypeVar

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from app.access.independence import Way
from app.access.lifecycle import (
    CLIENT,
    ORGANISATION,
    ORGANISATIONS_THAT_ACT,
    PERSON,
    ROLE_GRANT,
    Kind,
    PersonState,
    State,
)
from app.access.models import Assignment, Client, Organisation, Person, RoleGrant, Touch
from app.access.queries import (
    client_facts,
    grant_facts,
    holds,
    is_own,
    organisation_facts,
    person_facts,
)
from app.access.secrets import new_secret
from app.kernel import places, text
from app.kernel.errors import Conflict, FieldError, Invalid
from app.kernel.identifiers import is_id, new_id
from app.kernel.roles import Role
from app.lifecycle import journal
from app.lifecycle.journal import Work
from app.platform.database import Base, try_lock

Row = TypeVar("Row", bound=Base)

_ADMINISTER = frozenset({Role.SCHEME_MANAGER, Role.SYSTEM})
LONGEST_NAME = 200
_LONGEST_EMAIL = 254
_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)*")


class AddressTaken(Conflict):
    """One address is one person."""

    def __init__(self) -> None:
        super().__init__("a person with this e-mail address is here already")


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
    work: Work, *, kind: Kind, name: str, country: str | None = None, action: str = "register"
) -> Organisation:
    """A new organisation, registered or signed up. Raises Invalid, RoleRefused."""
    organisation = Organisation(
        id=new_id(work.now),
        kind=kind.value,
        name=checked("/name", lambda: text.clean(name, LONGEST_NAME)),
        country=None if country is None else checked("/country", lambda: places.country(country)),
        created_at=work.now,
    )
    journal.move(
        work,
        ORGANISATION,
        organisation,
        action,
        organisation_facts(work.actor, organisation),
        details={"kind": kind.value},
    )
    return organisation


def close_organisation(
    work: Work, organisation_id: str, *, reason: str, expected_version: int | None = None
) -> Organisation:
    """Nobody acts for it any more, by any credential, from this moment. `reason` is a code.

    Raises NotFound, StaleVersion, RoleRefused, NotIndependent, MoveRefused.
    """
    return _move_organisation(work, organisation_id, "close", reason, expected_version)


def reopen_organisation(
    work: Work, organisation_id: str, *, reason: str, expected_version: int | None = None
) -> Organisation:
    """Its people act again. `reason` is a code. Raises as `close_organisation` does."""
    return _move_organisation(work, organisation_id, "reopen", reason, expected_version)


def _move_organisation(
    work: Work, organisation_id: str, action: str, reason: str, expected_version: int | None
) -> Organisation:
    organisation = journal.lock(work, Organisation, organisation_id)
    journal.move(
        work,
        ORGANISATION,
        organisation,
        action,
        organisation_facts(work.actor, organisation),
        reason=reason,
        expected_version=expected_version,
    )
    return organisation


def create_person(
    work: Work,
    *,
    organisation: str,
    name: str,
    email: str,
    action: str = "register",
    password_hash: str | None = None,
) -> Person:
    """A new person of an organisation, without any role yet. Raises Invalid, Conflict."""
    person = Person(
        id=new_id(work.now),
        organisation_id=_named(work, Organisation, organisation, "/organisation_id").id,
        name=checked("/name", lambda: text.clean(name, LONGEST_NAME)),
        email=checked("/email", lambda: email_address(email)),
        created_at=work.now,
        password_hash=password_hash,
    )
    try:
        with work.session.begin_nested():
            journal.move(
                work,
                PERSON,
                person,
                action,
                person_facts(work.actor, person),
                details={"organisation": person.organisation_id},
            )
    except IntegrityError as error:
        raise AddressTaken from error
    return person


def lock_person(
    work: Work, person_id: str, *, reason: str, expected_version: int | None = None
) -> Person:
    """This person has no right any more until unlocked. `reason` is a code.

    Raises NotFound, StaleVersion, RoleRefused, NotIndependent, MoveRefused.
    """
    return _move_person(work, person_id, "lock", reason, expected_version)


def unlock_person(
    work: Work, person_id: str, *, reason: str, expected_version: int | None = None
) -> Person:
    """This person has their rights back. `reason` is a code. Raises as `lock_person` does."""
    return _move_person(work, person_id, "unlock", reason, expected_version)


def _move_person(
    work: Work, person_id: str, action: str, reason: str, expected_version: int | None
) -> Person:
    person = journal.lock(work, Person, person_id)
    journal.move(
        work,
        PERSON,
        person,
        action,
        person_facts(work.actor, person),
        reason=reason,
        expected_version=expected_version,
    )
    return person


def grant(work: Work, *, person: str, role: Role, reason: str) -> RoleGrant:
    """Give a role to a person. `reason` is a code.

    Raises Invalid, RoleRefused, NotIndependent (nobody grants their own), MoveRefused.
    """
    found = _named(work, Person, person, "/person_id", lock=True)
    must_be_here(found)
    given = RoleGrant(id=new_id(work.now), person_id=found.id, role=role.value)
    journal.move(
        work,
        ROLE_GRANT,
        given,
        "grant",
        grant_facts(
            work.session, work.actor, found, role, held=holds(work.session, found.id, role)
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
    """A client of one person, or of an organisation that only reads. `created_by`: the actor.

    Others than administrators name only themselves. Raises Invalid, MoveRefused for a person who
    can sign in, and so makes their own.
    """
    if (person is None) == (organisation is None):
        raise Invalid("a client acts for one person or for one organisation: name exactly one")
    is_named = _ADMINISTER & work.actor.roles or is_own(
        work.actor, person=person, organisation=organisation
    )
    if person is not None:
        holder = _named(work, Person, person if is_named else "", "/person_id", lock=True)
        must_be_here(holder)
    if organisation is not None:
        found = _named(work, Organisation, organisation if is_named else "", "/organisation_id")
        kind = Kind(found.kind)
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
        name=checked("/name", lambda: text.clean(name, LONGEST_NAME)),
        created_at=work.now,
        created_by=work.actor.person,
    )
    facts = client_facts(work.session, work.actor, client)
    journal.move(
        as_themselves(work) if facts.is_own else work,
        CLIENT,
        client,
        "create",
        facts,
        details={"person": person, "organisation": organisation},
    )
    return NewClient(client, secret)


def revoke_client(
    work: Work, client_id: str, *, reason: str | None = None, expected_version: int | None = None
) -> Client:
    """End a client: its tokens count no more from this moment.

    Raises NotFound, StaleVersion, MoveRefused.
    """
    client = journal.lock(work, Client, client_id)
    facts = client_facts(work.session, work.actor, client)
    journal.move(
        as_themselves(work) if facts.is_own else work,
        CLIENT,
        client,
        "revoke",
        facts,
        reason=reason,
        expected_version=expected_version,
        changes={"revoked_at": work.now},
    )
    return client


def must_be_here(person: Person) -> None:
    """Nothing is made for whoever has left; their row is locked. Raises Conflict."""
    if person.state == PersonState.LEFT:
        raise Conflict("this person has left")


def as_themselves(work: Work) -> Work:
    """The same transaction for the actor as whoever it is about, whatever roles they hold."""
    return work.acting_as(replace(work.actor, roles=work.actor.roles | {Role.PUBLIC}))


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
        raise _invalid(pointer, f"there is no such {model.__tablename__}")
    return row


def checked(pointer: str, check: Callable[[], str]) -> str:
    """What the check makes of an input. Raises Invalid at the input's place."""
    try:
        return check()
    except Invalid as error:
        raise _invalid(pointer, error.detail) from error


def _invalid(pointer: str, detail: str) -> Invalid:
    return Invalid(detail, errors=[FieldError(pointer, detail)])


def email_address(address: str) -> str:
    """An address in its one spelling. Raises Invalid."""
    cleaned = text.clean(address, _LONGEST_EMAIL).lower()
    if not _EMAIL.fullmatch(cleaned):
        raise Invalid("write an e-mail address such as amina@example.org")
    return cleaned
