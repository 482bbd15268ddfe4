"""The only code that writes invitations: who is asked in, and how they enter."""

from collections.abc import Collection
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access.invitations import queries
from app.access.invitations.lifecycle import INVITATION
from app.access.invitations.models import Invitation
from app.access.lifecycle import PERSON, PersonState
from app.access.models import Organisation, Person
from app.access.queries import holds, person_facts
from app.access.rules import Rules
from app.access.secrets import hashed, new_secret
from app.access.service import (
    LONGEST_NAME,
    checked,
    create_person,
    email_address,
    grant,
)
from app.access.sessions.service import Accounts, SignedIn, good_password, open_session
from app.kernel import text
from app.kernel.errors import FieldError, Invalid, NotFound
from app.kernel.identifiers import is_id, new_id
from app.kernel.roles import ANYONE, SYSTEM, Role
from app.lifecycle import journal
from app.lifecycle.journal import Subject, Work
from app.lifecycle.machine import Refused


@dataclass(frozen=True, slots=True)
class NewInvitation:
    """An invitation just made, and its token, which nobody can be shown again."""

    invitation: Invitation
    token: str = field(repr=False)


def invite(
    work: Work,
    rules: Rules,
    *,
    email: str,
    roles: Collection[Role],
    organisation: str | None = None,
) -> NewInvitation:
    """Ask somebody into an organisation, the inviter's own unless the scheme manager names one.

    Raises Invalid, RoleRefused, MoveRefused.
    """
    found = _organisation(work, organisation)
    if work.actor.person is None:
        raise Invalid("a person invites, and no person acts here")
    token, token_hash = new_secret()
    invitation = Invitation(
        id=new_id(work.now),
        organisation_id=found.id,
        email=checked("/email", lambda: email_address(email)),
        roles=sorted(role.value for role in roles),
        token_hash=token_hash,
        invited_by=work.actor.person,
        invited_at=work.now,
        expires_at=work.now + rules.invitation,
    )
    journal.move(
        work,
        INVITATION,
        invitation,
        "invite",
        queries.facts(work.session, invitation, work.now),
        details={"organisation": found.id, "roles": invitation.roles},
    )
    return NewInvitation(invitation, token)


def withdraw(
    work: Work, invitation_id: str, *, reason: str, expected_version: int | None = None
) -> Invitation:
    """Ask no more. Raises NotFound, StaleVersion, MoveRefused."""
    invitation = journal.lock(work, Invitation, invitation_id)
    journal.move(
        work,
        INVITATION,
        invitation,
        "withdraw",
        queries.facts(work.session, invitation, work.now),
        reason=reason,
        expected_version=expected_version,
    )
    return invitation


def accept(accounts: Accounts, token: str, *, name: str, password: str) -> SignedIn:
    """Enter by an invitation: a person with its roles, who is signed in.

    Whoever was registered before and cannot sign in yet, or has left, is the same person. Of two
    who accept at once one wins. Raises NotFound, Invalid, MoveRefused, TooManyRequests.
    """
    with accounts.workbench.database.read() as session:
        known = _by_token(session, token)
        if known is not None:
            refused = INVITATION.decide(
                known.state,
                "accept",
                ANYONE.roles,
                queries.facts(session, known, accounts.workbench.clock.now()),
            )
    if known is None:
        accounts.limits.count(accounts.rules.wrong_secrets_in_total)
        raise NotFound("there is no such invitation")
    if isinstance(refused, Refused):
        raise journal.refusal(INVITATION, "accept", refused)
    spelled = checked("/name", lambda: text.clean(name, LONGEST_NAME))
    made = accounts.passwords.hash(good_password(password, "/password", known.email))
    with accounts.workbench.begin(ANYONE) as work:
        return _enter(work, accounts.rules, known.id, spelled, made)


def _enter(work: Work, rules: Rules, invitation_id: str, name: str, password_hash: str) -> SignedIn:
    invitation, person = _locked(work, invitation_id)
    facts = queries.facts(work.session, invitation, work.now)
    refused = INVITATION.decide(invitation.state, "accept", work.actor.roles, facts)
    if isinstance(refused, Refused):
        raise journal.refusal(INVITATION, "accept", refused)
    if person is None:
        person = create_person(
            work,
            organisation=invitation.organisation_id,
            name=name,
            email=invitation.email,
            action="join",
            password_hash=password_hash,
        )
    else:
        journal.move(
            work,
            PERSON,
            person,
            "rejoin" if person.state == PersonState.LEFT else "set_password",
            person_facts(work.actor, person),
            details={"organisation": invitation.organisation_id},
            changes={
                "name": name,
                "organisation_id": invitation.organisation_id,
                "password_hash": password_hash,
            },
        )
    for role in map(Role, invitation.roles):
        if not holds(work.session, person.id, role):
            grant(work.acting_as(SYSTEM), person=person.id, role=role, reason="invited")
    journal.move(
        work,
        INVITATION,
        invitation,
        "accept",
        facts,
        details={"person": person.id},
        changes={"person_id": person.id},
    )
    return open_session(work, person, rules)


def _locked(work: Work, invitation_id: str) -> tuple[Invitation, Person | None]:
    """The invitation and the person of its address, if there is one, held to the end."""
    asked = (
        select(Person.id)
        .join(Invitation, Invitation.email == Person.email)
        .where(Invitation.id == invitation_id)
    )
    known = work.session.scalars(asked).one_or_none()
    subjects: list[tuple[type[Subject], str]] = [(Invitation, invitation_id)]
    journal.lock_all(work, subjects + ([] if known is None else [(Person, known)]))
    invitation = work.session.get_one(Invitation, invitation_id)
    return invitation, None if known is None else work.session.get_one(Person, known)


def _by_token(session: Session, token: str) -> Invitation | None:
    asked = select(Invitation).where(Invitation.token_hash == hashed(token))
    return session.scalars(asked).one_or_none()


def _organisation(work: Work, organisation_id: str | None) -> Organisation:
    """Whom the inviter may ask somebody into: to others than managers nobody else is there."""
    wanted = organisation_id or work.actor.organisation
    is_theirs = Role.SCHEME_MANAGER in work.actor.roles or wanted == work.actor.organisation
    found = None
    if wanted is not None and is_theirs and is_id(wanted):
        found = work.session.get(Organisation, wanted)
    if found is None:
        detail = "there is no such organisation"
        raise Invalid(detail, errors=[FieldError("/organisation_id", detail)])
    return found
