"""The only code that signs people in and out: sessions, refresh tokens, passwords, known devices.

Argon2 is computed outside every transaction, and what it was computed for is compared again inside.
A refresh token is good once, without any grace: whoever sends one again, a thief or the person
robbed, ends the whole family, and of many who send one at the same moment at most one is answered,
whose tokens are worth nothing a moment later (RFC 9700 §4.14.2, SECURITY R5).
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app.access.lifecycle import PERSON, OrganisationState, PersonState
from app.access.models import Organisation, Person
from app.access.queries import actor_in, person_facts
from app.access.rules import RULES, Rules
from app.access.secrets import hashed, new_secret
from app.access.service import as_themselves, email_address
from app.access.sessions.lifecycle import SESSION, EndReason, Facts, State, is_over
from app.access.sessions.models import KnownDevice, PersonSession, RefreshToken
from app.kernel.errors import Conflict, DomainError, FieldError, Invalid, NotFound
from app.kernel.identifiers import new_id
from app.kernel.roles import ANYONE, Actor
from app.lifecycle import journal
from app.lifecycle.journal import Subject, Work, Workbench
from app.platform import passwords as password_rules
from app.platform.passwords import Passwords
from app.platform.rate_limits import RateLimits, forget_windows


class SignInRefused(DomainError):
    """No session, for a reason that is never told (SECURITY R10)."""

    slug = "sign-in-refused"

    def __init__(self) -> None:
        super().__init__("Signing in is refused; check what you sent, or sign in anew.")


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session, and the secrets that nobody can be shown again."""

    session: PersonSession
    refresh_token: str = field(repr=False)
    device_token: str | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class Accounts:
    """What signing in needs: where to write, how passwords are computed, what may be tried."""

    workbench: Workbench
    passwords: Passwords
    limits: RateLimits
    rules: Rules

    def sign_in(self, email: str, password: str, device_token: str | None) -> SignedIn:
        """A session for whoever knows this address and password.

        Raises SignInRefused, TooManyRequests.
        """
        address = _address(email)
        with self.workbench.database.read() as session:
            person = session.scalars(select(Person).where(Person.email == address)).one_or_none()
            is_known = person is not None and _knows(session, person, device_token)
        if is_known:
            self.limits.count(self.rules.guesses_of_a_device, str(device_token))
        else:
            # In total first: then nobody fills the memory with counters of invented addresses.
            self.limits.count(self.rules.guesses_in_total)
            self.limits.count(self.rules.guesses_of_strangers, address)
        kept = None if person is None else person.password_hash
        if not self.passwords.matches(kept, password) or person is None:
            raise SignInRefused
        with self.workbench.begin(ANYONE) as work:
            person = journal.lock(work, Person, person.id)
            if person.password_hash != kept or not _may_act(work.session, person):
                raise SignInRefused
            return open_session(
                work, person, self.rules, device_token=device_token if is_known else None
            )

    def refresh(self, refresh_token: str) -> SignedIn:
        """The next refresh token of a session, once for each. Raises SignInRefused."""
        token = hashed(refresh_token)
        with self.workbench.database.read() as session:
            known = session.get(RefreshToken, token)
        if known is None:
            self.limits.count(self.rules.wrong_secrets_in_total)
            raise SignInRefused
        with self.workbench.begin(ANYONE) as work:
            refreshed = self._refresh(work, known.session_id, token)
        if refreshed is None:
            raise SignInRefused
        return refreshed

    def _refresh(self, work: Work, session_id: str, token: str) -> SignedIn | None:
        """None where it is refused: what a reused token ends must be committed all the same."""
        session = journal.lock(work, PersonSession, session_id)
        known = work.session.get(RefreshToken, token, populate_existing=True)
        if known is None or self.is_over(session, work.now):
            return None
        if known.used_at is not None:
            end(work, session, EndReason.REFRESH_REUSED)
            return None
        if actor_in(work.session, session.id, work.now) is None:
            return None
        known.used_at = session.refreshed_at = work.now
        return SignedIn(session, _next_token(work, session), None)

    def is_over(self, session: PersonSession, now: datetime) -> bool:
        """Was it ended, or has it expired?"""
        return session.state != State.OPEN or is_over(
            expires_at=session.expires_at,
            refreshed_at=session.refreshed_at,
            idle=self.rules.session_idle,
            now=now,
        )

    def change_password(self, actor: Actor, present: str, new: str) -> Person:
        """Another password for the actor; every other session and device of theirs ends.

        Raises Invalid, Conflict for whoever has none, TooManyRequests.
        """
        with self.workbench.database.read() as session:
            person = None if actor.person is None else session.get_one(Person, actor.person)
        if person is None or person.password_hash is None:
            raise Conflict("you have no password to change; an invitation sets the first one")
        self.limits.count(self.rules.guesses_of_a_device, person.id)
        if not self.passwords.matches(person.password_hash, present):
            raise _invalid("/current_password", "This is not your password.")
        made = self.passwords.hash(good_password(new, "/new_password", person.email))
        with self.workbench.begin(actor) as work:
            others = [
                found for found in open_sessions(work.session, person.id) if found != actor.client
            ]
            lock_with(work, person.id, others)
            current = work.session.get_one(Person, person.id)
            if current.password_hash != person.password_hash:
                raise Conflict("the password was changed by somebody else at the same moment")
            themselves = as_themselves(work)
            journal.move(
                themselves,
                PERSON,
                current,
                "change_password",
                person_facts(actor, current),
                changes={"password_hash": made},
            )
            for other in others:
                found = work.session.get_one(PersonSession, other)
                end(themselves, found, EndReason.PASSWORD_CHANGED)
            work.session.execute(delete(KnownDevice).where(KnownDevice.person_id == person.id))
            return current

    def end(self, work: Work, session_id: str, reason: EndReason) -> PersonSession:
        """End one of the actor's own sessions. Raises NotFound, MoveRefused."""
        session = journal.lock(work, PersonSession, session_id)
        if work.actor.person is None or session.person_id != work.actor.person:
            raise NotFound(f"there is no session {session_id}")
        end(as_themselves(work), session, reason)
        return session


def open_session(
    work: Work, person: Person, rules: Rules, *, device_token: str | None = None
) -> SignedIn:
    """A new session of a person who has shown that it is them."""
    session = PersonSession(
        id=new_id(work.now),
        person_id=person.id,
        opened_at=work.now,
        refreshed_at=work.now,
        expires_at=work.now + rules.session,
    )
    journal.move(work, SESSION, session, "open", Facts(), details={"person": person.id})
    return SignedIn(
        session,
        _next_token(work, session),
        _remember(work, person, rules, device_token),
    )


def end(work: Work, session: PersonSession, reason: EndReason) -> None:
    """End a session that is locked: its tokens count no more from this moment."""
    journal.move(
        work, SESSION, session, "end", Facts(), reason=reason, details={"person": session.person_id}
    )
    work.session.execute(delete(RefreshToken).where(RefreshToken.session_id == session.id))


def open_sessions(session: Session, person: str) -> list[str]:
    """The sessions of a person that were not ended."""
    asked = select(PersonSession.id).where(
        PersonSession.person_id == person, PersonSession.state == State.OPEN
    )
    return list(session.scalars(asked))


def lock_with(work: Work, person: str, sessions: Iterable[str]) -> None:
    """Lock a person and their sessions, in the order of their ids."""
    subjects: list[tuple[type[Subject], str]] = [(PersonSession, found) for found in sessions]
    journal.lock_all(work, [*subjects, (Person, person)])


def good_password(password: str, pointer: str, email: str) -> str:
    """The password in its one spelling. Raises Invalid at its place."""
    try:
        return password_rules.checked(password, not_like=email)
    except Invalid as error:
        raise _invalid(pointer, error.detail) from error


def forget_old(workbench: Workbench) -> int:
    """Remove the refresh tokens of sessions that have expired, and counters of closed windows."""
    now = workbench.clock.now()
    over = select(PersonSession.id).where(
        (PersonSession.expires_at <= now) | (PersonSession.refreshed_at <= now - RULES.session_idle)
    )
    gone = delete(RefreshToken).where(RefreshToken.session_id.in_(over))
    with workbench.database.write() as session:
        tokens = len(session.scalars(gone.returning(RefreshToken.token_hash)).all())
        return tokens + forget_windows(session)


def _address(email: str) -> str:
    """The address as it is kept; whatever is none belongs to nobody."""
    try:
        return email_address(email)
    except Invalid:
        return ""


def _may_act(session: Session, person: Person) -> bool:
    organisation = session.get_one(Organisation, person.organisation_id)
    return person.state == PersonState.ACTIVE and organisation.state == OrganisationState.ACTIVE


def _next_token(work: Work, session: PersonSession) -> str:
    token, kept = new_secret()
    work.session.add(RefreshToken(token_hash=kept, session_id=session.id))
    work.session.flush()
    return token


def _knows(session: Session, person: Person, device_token: str | None) -> bool:
    if device_token is None:
        return False
    known = session.get(KnownDevice, hashed(device_token))
    return known is not None and known.person_id == person.id


def _remember(work: Work, person: Person, rules: Rules, device_token: str | None) -> str | None:
    """Remember a new device, whose token is answered, or that a known one was seen again."""
    if device_token is not None:
        work.session.execute(
            update(KnownDevice)
            .where(KnownDevice.token_hash == hashed(device_token))
            .values(seen_at=work.now)
        )
        return None
    mine = select(KnownDevice.token_hash).where(KnownDevice.person_id == person.id)
    longest_ago = mine.order_by(KnownDevice.seen_at.desc()).offset(rules.devices - 1)
    old = list(work.session.scalars(longest_ago))
    work.session.execute(delete(KnownDevice).where(KnownDevice.token_hash.in_(old)))
    token, kept = new_secret()
    work.session.add(KnownDevice(token_hash=kept, person_id=person.id, seen_at=work.now))
    work.session.flush()
    return token


def _invalid(pointer: str, detail: str) -> Invalid:
    return Invalid(detail, errors=[FieldError(pointer, detail)])
