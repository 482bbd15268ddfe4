"""Whoever leaves takes no right along: all ends in one transaction (SECURITY R7, R21, S10)."""

from sqlalchemy import select

from app.access import service
from app.access.api_keys import service as api_keys
from app.access.api_keys.lifecycle import State as KeyState
from app.access.api_keys.models import ApiKey
from app.access.lifecycle import PERSON, ClientState, State
from app.access.models import Client, Person, RoleGrant
from app.access.queries import person_facts
from app.access.sessions import service as sessions
from app.access.sessions.lifecycle import EndReason
from app.access.sessions.models import PersonSession
from app.kernel.errors import Conflict
from app.kernel.roles import SYSTEM
from app.lifecycle import journal
from app.lifecycle.journal import Subject, Work

_REASON = "left"


def leave(
    work: Work, person_id: str, *, reason: str, expected_version: int | None = None
) -> Person:
    """A person who is seen leaves their organisation. `reason` is a code.

    Roles, clients, sessions and API keys end with it; what independence counts stays. Raises
    NotFound, StaleVersion, RoleRefused, NotIndependent, MoveRefused, Conflict.
    """
    ended = _held(work, person_id)
    journal.lock_all(work, [(Person, person_id), *ended])
    if _held(work, person_id) != ended:
        raise Conflict("this person got another right at the same moment; try again")
    person = work.session.get_one(Person, person_id)
    journal.move(
        work,
        PERSON,
        person,
        "leave",
        person_facts(work.actor, person),
        reason=reason,
        expected_version=expected_version,
        details={"organisation": person.organisation_id},
        changes={"password_hash": None},
    )
    system = work.acting_as(SYSTEM)
    for model, subject in ended:
        if model is RoleGrant:
            service.end_grant(system, subject, reason=_REASON)
        elif model is Client:
            service.revoke_client(system, subject, reason=_REASON)
        elif model is ApiKey:
            api_keys.revoke(system, subject, reason=_REASON)
        else:
            session = work.session.get_one(PersonSession, subject)
            sessions.end(system, session, EndReason.LEFT)
    return person


def _held(work: Work, person_id: str) -> list[tuple[type[Subject], str]]:
    """Whatever of this person's must end with them; all of it is made under their row's lock."""
    grants = select(RoleGrant.id).where(
        RoleGrant.person_id == person_id, RoleGrant.state == State.HELD
    )
    clients = select(Client.id).where(
        Client.person_id == person_id, Client.state == ClientState.ACTIVE
    )
    keys = select(ApiKey.id).where(ApiKey.person_id == person_id, ApiKey.state == KeyState.ACTIVE)
    held: list[tuple[type[Subject], str]] = [
        *((RoleGrant, found) for found in work.session.scalars(grants)),
        *((Client, found) for found in work.session.scalars(clients)),
        *((ApiKey, found) for found in work.session.scalars(keys)),
        *((PersonSession, found) for found in sessions.open_sessions(work.session, person_id)),
    ]
    return sorted(held, key=lambda subject: subject[1])
