"""What may be read of access, limited to what the caller may see; what is not seen is NotFound.

Used by http.py at each request, by this room's routes, and by the rooms above for the computed set
of a case and for their lists.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeVar

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    and_,
    bindparam,
    exists,
    false,
    func,
    inspect,
    literal,
    null,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.access.api_keys.lifecycle import State as KeyState
from app.access.api_keys.models import ApiKey
from app.access.independence import Involvement, Way
from app.access.lifecycle import (
    ROLES_IN,
    ClientFacts,
    ClientState,
    Facts,
    Kind,
    OrganisationFacts,
    OrganisationState,
    PersonFacts,
    PersonState,
    State,
)
from app.access.models import Assignment, Client, Organisation, Person, RoleGrant, Touch
from app.access.sessions.lifecycle import State as SessionState
from app.access.sessions.models import PersonSession
from app.access.tokens import Bearer
from app.access.visibility import sight
from app.kernel.errors import NotFound
from app.kernel.identifiers import is_id
from app.kernel.roles import Actor, Role
from app.lifecycle.journal import Subject
from app.platform.database import Base
from app.platform.pagination import Paging

Column = InstrumentedAttribute[str] | InstrumentedAttribute[str | None]
Row = TypeVar("Row", bound=Base)


def _acting(credential: FromClause, state: StrEnum) -> Select[Any]:
    """Whose credential this is and which roles they hold, a row for each; none where it counts no
    more, where the person is locked or gone, or where the organisation is closed.
    """
    person, organisation = Person.__table__, Organisation.__table__
    holder = credential.c.get("organisation_id", null())
    return (
        select(
            credential.c.id.label("credential"),
            person.c.id.label("person"),
            organisation.c.id.label("organisation"),
            organisation.c.kind,
            RoleGrant.__table__.c.role,
        )
        .select_from(credential)
        .outerjoin(person, person.c.id == credential.c.person_id)
        .join(organisation, organisation.c.id == func.coalesce(person.c.organisation_id, holder))
        .outerjoin(
            RoleGrant.__table__,
            and_(
                RoleGrant.__table__.c.person_id == credential.c.person_id,
                RoleGrant.__table__.c.state == State.HELD.value,
            ),
        )
        .where(
            credential.c.id == bindparam("credential"),
            credential.c.state == state.value,
            organisation.c.state == OrganisationState.ACTIVE.value,
            or_(person.c.id.is_(None), person.c.state == PersonState.ACTIVE.value),
        )
    )


# Put at every request, so made once.
_BY_CLIENT = _acting(Client.__table__, ClientState.ACTIVE)
_BY_SESSION = _acting(PersonSession.__table__, SessionState.OPEN).where(
    PersonSession.__table__.c.expires_at > bindparam("now")
)
_BY_KEY = _acting(ApiKey.__table__, KeyState.ACTIVE).where(
    ApiKey.__table__.c.expires_at > bindparam("now")
)
_ROLES = (
    select(RoleGrant.__table__.c.role)
    .join(Person.__table__, Person.__table__.c.id == RoleGrant.__table__.c.person_id)
    .join(Organisation.__table__, Organisation.__table__.c.id == Person.__table__.c.organisation_id)
    .where(
        RoleGrant.__table__.c.person_id == bindparam("person"),
        RoleGrant.__table__.c.state == State.HELD.value,
        Person.__table__.c.state == PersonState.ACTIVE.value,
        Organisation.__table__.c.state == OrganisationState.ACTIVE.value,
    )
)
_INVOLVED = union_all(
    select(Assignment.__table__.c.person_id, literal(Way.TEAM.value).label("way")).where(
        Assignment.__table__.c.case_id == bindparam("case")
    ),
    select(Touch.__table__.c.person_id, Touch.__table__.c.way).where(
        Touch.__table__.c.case_id == bindparam("case")
    ),
)


def actor_of(session: Session, bearer: Bearer, now: datetime) -> Actor | None:
    """Who shows this token and what they may do at this moment; None once that is nothing."""
    if bearer.is_session:
        actor = actor_in(session, bearer.client, now)
    else:
        actor = _actor(session, _BY_CLIENT, bearer.client)
    return actor if actor and bearer.subject == (actor.person or actor.organisation) else None


def actor_in(session: Session, session_id: str, now: datetime) -> Actor | None:
    """Who acts in this session at this moment; None once it is over."""
    return _actor(session, _BY_SESSION, session_id, now=now)


def actor_with(session: Session, key_id: str, now: datetime) -> Actor | None:
    """Who reads with this API key at this moment; None once it is revoked or has expired."""
    return _actor(session, _BY_KEY, key_id, now=now)


def credential_of(session: Session, actor: Actor) -> str:
    """By what the actor is known: `client`, `session` or `api_key`."""
    credentials: tuple[type[Subject], ...] = (Client, PersonSession, ApiKey)
    return next(model.machine for model in credentials if session.get(model, actor.client))


def _actor(
    session: Session, statement: Select[Any], credential: str, **values: datetime
) -> Actor | None:
    """Who acts by this credential: their rights are those of this moment (SECURITY R7)."""
    rows = session.execute(statement, {"credential": credential, **values}).all()
    if not rows:
        return None
    known = rows[0]
    held = (
        ROLES_IN[Kind(known.kind)]
        if known.person is None
        else frozenset(Role(row.role) for row in rows if row.role)
    )
    return Actor(known.person, known.organisation, held, client=known.credential)


def kind_of(session: Session, organisation_id: str) -> Kind | None:
    """What this organisation is, whoever asks; None where there is none."""
    asked = select(Organisation.kind).where(Organisation.id == organisation_id)
    kind = session.scalars(asked).one_or_none()
    return None if kind is None else Kind(kind)


def roles_of(session: Session, person: str) -> frozenset[Role]:
    """The roles this person holds now; none while they or their organisation may not act."""
    return frozenset(Role(role) for role in session.scalars(_ROLES, {"person": person}))


def roles_of_people(session: Session, people: Collection[str]) -> Mapping[str, frozenset[Role]]:
    """The roles that each of these people holds now; none for who is unknown."""
    held: defaultdict[str, set[Role]] = defaultdict(set)
    asked = select(RoleGrant.person_id, RoleGrant.role).where(
        RoleGrant.person_id.in_(people), RoleGrant.state == State.HELD
    )
    for person, role in session.execute(asked):
        held[person].add(Role(role))
    return {person: frozenset(held[person]) for person in people}


def involved(session: Session, case: str) -> tuple[Involvement, ...]:
    """The computed set of a case: who touched its evidence, in which ways (DOMAIN §3).

    Membership of a team counts even after it ended.
    """
    ways: defaultdict[str, set[Way]] = defaultdict(set)
    for person, way in session.execute(_INVOLVED, {"case": case}):
        ways[person].add(Way(way))
    return tuple(Involvement(person, frozenset(found)) for person, found in sorted(ways.items()))


def has_touched(person: str | None, *, case: Column) -> ColumnElement[bool]:
    """Is this person in the computed set of the case of a row? As a column of a list."""
    return or_(
        exists().where(Assignment.case_id == case, Assignment.person_id == person),
        exists().where(Touch.case_id == case, Touch.person_id == person),
    )


def is_assigned(
    session: Session,
    person: str | None,
    *,
    audit: str | None = None,
    case: str | None = None,
    recruiter: str | None = None,
) -> bool:
    """Is this person in the team of that audit, or any audit of that case or recruiter, now?"""
    if person is None:
        return False
    asked = _assigned(Assignment.id, person)
    if audit is not None:
        asked = asked.where(Assignment.audit_id == audit)
    if case is not None:
        asked = asked.where(Assignment.case_id == case)
    if recruiter is not None:
        asked = asked.where(Assignment.recruiter_id == recruiter)
    return session.scalars(asked.limit(1)).first() is not None


def was_assigned(session: Session, person: str, audit: str) -> bool:
    """Was this person ever in the team of that audit?"""
    asked = select(Assignment.id).where(
        Assignment.audit_id == audit, Assignment.person_id == person
    )
    return is_id(audit) and session.scalars(asked.limit(1)).first() is not None


def recruiter_of(session: Session, audit: str) -> str | None:
    """The recruiter of an audit that ever had a team, whoever asks."""
    asked = select(Assignment.recruiter_id).where(Assignment.audit_id == audit).limit(1)
    return session.scalars(asked).first()


def assigned_recruiters(person: str) -> Select[str]:
    """The recruiters of the audits in whose team this person is now, as a condition of a list."""
    return _assigned(Assignment.recruiter_id, person)


def audits_recruiter(session: Session, organisation: str | None, recruiter: str) -> bool:
    """Has this audit company people in the team of an audit of that recruiter, now?"""
    asked = (
        select(Assignment.id)
        .join(Person, Person.id == Assignment.person_id)
        .where(
            Assignment.recruiter_id == recruiter,
            Assignment.ended_at.is_(None),
            Person.organisation_id == organisation,
        )
    )
    return session.scalars(asked.limit(1)).first() is not None


def seen(
    actor: Actor,
    *,
    audit_company: Column | None = None,
    recruiter_organisation: Column,
    case: Column | None = None,
    audit: Column | None = None,
) -> ColumnElement[bool]:
    """`visibility.sight` as a condition for a list: which of its rows this actor sees.

    `audit` names the column to compare with the audits assigned to the actor, or `case` the one
    to compare with the cases of those audits. Whose audit company is not theirs (any more) is not
    theirs to see, assigned or not (SECURITY S10).
    """
    rule = sight(actor)
    if rule.everything:
        return true()
    conditions: list[ColumnElement[bool]] = [false()]
    if rule.of_audit_company is not None and audit_company is not None:
        conditions.append(audit_company == rule.of_audit_company)
    if rule.of_recruiter is not None:
        conditions.append(recruiter_organisation == rule.of_recruiter)
    current = true() if audit_company is None else audit_company == rule.assigned_from
    if rule.assigned_to is not None and audit is not None:
        own = audit.in_(_assigned(Assignment.audit_id, rule.assigned_to))
        conditions.append(and_(current, own))
    if rule.assigned_to is not None and case is not None:
        own = case.in_(_assigned(Assignment.case_id, rule.assigned_to))
        conditions.append(and_(current, own))
    return or_(*conditions)


def _assigned(column: InstrumentedAttribute[str], person: str) -> Select[str]:
    return select(column).where(Assignment.person_id == person, Assignment.ended_at.is_(None))


def organisations(
    session: Session, actor: Actor, paging: Paging, *, kind: Kind | None = None
) -> list[Organisation]:
    """The organisations that this actor may see, in the order they were registered."""
    found = select(Organisation).where(_own(actor, Organisation.id))
    if kind is not None:
        found = found.where(Organisation.kind == kind)
    return list(session.scalars(paged(found, Organisation.id, paging)))


def organisation(session: Session, actor: Actor, organisation_id: str) -> Organisation:
    """One organisation. Raises NotFound."""
    return one(session, Organisation, organisation_id, _own(actor, Organisation.id))


def organisation_name(session: Session, organisation_id: str) -> str:
    """What an organisation is called, whoever asks."""
    return session.get_one(Organisation, organisation_id).name


def organisation_names(session: Session, ids: Collection[str]) -> Mapping[str, str]:
    """What these organisations are called, by id, whoever asks."""
    asked = select(Organisation.id, Organisation.name).where(Organisation.id.in_(ids))
    return dict(session.execute(asked).all())


def organisations_by_id(session: Session, ids: Collection[str]) -> Mapping[str, Organisation]:
    """The organisations of these ids, whoever asks; an unknown id is left out."""
    found = session.scalars(select(Organisation).where(Organisation.id.in_(ids)))
    return {organisation.id: organisation for organisation in found}


def people(
    session: Session, actor: Actor, paging: Paging, *, organisation_id: str | None = None
) -> list[Person]:
    """The people that this actor may see, in the order they were registered."""
    found = select(Person).where(_own(actor, Person.organisation_id))
    if organisation_id is not None:
        found = found.where(Person.organisation_id == organisation_id)
    return list(session.scalars(paged(found, Person.id, paging)))


def person(session: Session, actor: Actor, person_id: str) -> Person:
    """One person. Raises NotFound."""
    return one(session, Person, person_id, _own(actor, Person.organisation_id))


def named(session: Session, people: Collection[str]) -> Mapping[str, Person]:
    """The people of these ids, whoever asks; an unknown id is left out."""
    found = session.scalars(select(Person).where(Person.id.in_(people)))
    return {person.id: person for person in found}


def role_grant(session: Session, actor: Actor, grant_id: str) -> RoleGrant:
    """One role grant, held or ended. Raises NotFound."""
    members = select(Person.id).where(_own(actor, Person.organisation_id))
    return one(session, RoleGrant, grant_id, RoleGrant.person_id.in_(members))


def held_grants(session: Session, people: Sequence[str]) -> Mapping[str, list[RoleGrant]]:
    """The role grants that these people hold now, by person."""
    found: defaultdict[str, list[RoleGrant]] = defaultdict(list)
    held = select(RoleGrant).where(RoleGrant.person_id.in_(people), RoleGrant.state == State.HELD)
    for grant in session.scalars(held.order_by(RoleGrant.id)):
        found[grant.person_id].append(grant)
    return found


def held_in(session: Session, organisation: str) -> list[str]:
    """The ids of every role grant that people of this organisation hold now, whoever asks."""
    asked = (
        select(RoleGrant.id)
        .join(Person, Person.id == RoleGrant.person_id)
        .where(Person.organisation_id == organisation, RoleGrant.state == State.HELD)
    )
    return list(session.scalars(asked.order_by(RoleGrant.id)))


def grant_facts(session: Session, actor: Actor, person: Person, role: Role, *, held: bool) -> Facts:
    """What the guards of a role grant look at."""
    organisation = session.get_one(Organisation, person.organisation_id)
    return Facts(
        actor=actor.person,
        person=person.id,
        role=role,
        kind=Kind(organisation.kind),
        held=held,
    )


def holds(session: Session, person: str, role: Role) -> bool:
    """Was this role granted to this person, and not ended? Whether or not it counts now."""
    asked = select(RoleGrant.id).where(
        RoleGrant.person_id == person, RoleGrant.role == role, RoleGrant.state == State.HELD
    )
    return session.scalars(asked).first() is not None


def organisation_facts(actor: Actor, organisation: Organisation) -> OrganisationFacts:
    """What the guards of an organisation look at."""
    return OrganisationFacts(actor=actor.organisation, organisation=organisation.id)


def person_facts(actor: Actor, person: Person) -> PersonFacts:
    """What the guards of a person look at."""
    return PersonFacts(
        actor=actor.person, person=person.id, has_password=person.password_hash is not None
    )


def client_facts(session: Session, actor: Actor, client: Client) -> ClientFacts:
    """What the guards of a client look at."""
    person = None if client.person_id is None else session.get_one(Person, client.person_id)
    return ClientFacts(
        is_own=is_own(actor, person=client.person_id, organisation=client.organisation_id),
        has_password=person is not None and person.password_hash is not None,
    )


def is_own(actor: Actor, *, person: str | None, organisation: str | None) -> bool:
    """Does a credential of this person, or of this organisation, act for the actor themselves?

    An organisation's is everybody's who holds a role in it.
    """
    if person is not None:
        return person == actor.person
    return organisation == actor.organisation and (actor.person is None or bool(actor.roles))


def clients(
    session: Session,
    actor: Actor,
    paging: Paging,
    *,
    person_id: str | None = None,
    organisation_id: str | None = None,
) -> list[Client]:
    """The clients that this actor may see, or those of one person or organisation; revoked too."""
    found = select(Client).where(theirs(actor, Client.person_id, Client.organisation_id))
    if person_id is not None:
        found = found.where(Client.person_id == person_id)
    if organisation_id is not None:
        found = found.where(Client.organisation_id == organisation_id)
    return list(session.scalars(paged(found, Client.id, paging)))


def client(session: Session, actor: Actor, client_id: str) -> Client:
    """One client. Raises NotFound."""
    visible = theirs(actor, Client.person_id, Client.organisation_id)
    return one(session, Client, client_id, visible)


def theirs(actor: Actor, person: Column, organisation: Column) -> ColumnElement[bool]:
    """Whose credentials somebody sees and ends: their own, and their organisation's if it acts.

    The scheme manager sees and ends everybody's.
    """
    if Role.SCHEME_MANAGER in actor.roles:
        return true()
    own = and_(person.is_not(None), person == actor.person)
    if actor.person is not None and not actor.roles:
        return own
    return or_(own, and_(organisation.is_not(None), organisation == actor.organisation))


def clients_of(session: Session, actor: Actor) -> list[Client]:
    """Every client that acts for the one this actor acts for."""
    whose = (
        Client.organisation_id == actor.organisation
        if actor.person is None
        else Client.person_id == actor.person
    )
    return list(session.scalars(select(Client).where(whose).order_by(Client.id)))


def _own(actor: Actor, organisation: Column) -> ColumnElement[bool]:
    """Scheme managers see every organisation and its people, others their own."""
    if Role.SCHEME_MANAGER in actor.roles:
        return true()
    return organisation == actor.organisation


def paged(found: Select[Row], key: InstrumentedAttribute[str], paging: Paging) -> Select[Row]:
    if paging.after is not None:
        found = found.where(key > paging.after[0])
    return found.order_by(key).limit(paging.fetch)


def one(session: Session, model: type[Row], row_id: str, visible: ColumnElement[bool]) -> Row:
    key = inspect(model).primary_key[0]
    found = None
    if is_id(row_id):
        found = session.scalars(select(model).where(key == row_id, visible)).one_or_none()
    if found is None:
        raise NotFound(f"there is no {model.__tablename__.replace('_', ' ')} {row_id[:36]}")
    return found
