"""The only code that writes API keys. Nobody's approval is asked (DOMAIN §3)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from app.access.api_keys.keys import known
from app.access.api_keys.lifecycle import API_KEY, Facts, State, is_key, new_key
from app.access.api_keys.models import ApiKey
from app.access.models import Person
from app.access.queries import is_own
from app.access.rules import Rules
from app.access.secrets import hashed
from app.access.service import as_themselves, must_be_here
from app.kernel import text
from app.kernel.errors import FieldError, Invalid
from app.kernel.identifiers import new_id
from app.kernel.roles import ANYONE
from app.lifecycle import journal
from app.lifecycle.journal import Work, Workbench
from app.platform.database import instant_text

_SHOWN = 8


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key just made, which nobody can be shown again."""

    record: ApiKey
    key: str = field(repr=False)


def create(
    work: Work,
    rules: Rules,
    *,
    name: str,
    scopes: Sequence[str],
    reachable: Collection[str],
    expires_at: datetime,
) -> NewKey:
    """A key that reads for the actor, no more than they may themselves. Raises Invalid.

    `reachable` are the actions that a key can be made for at all.
    """
    if unknown := sorted(set(scopes) - set(reachable)):
        raise _invalid(
            "/scopes",
            f"no key reaches {', '.join(unknown)}; the scopes are {', '.join(sorted(reachable))}",
        )
    latest = work.now + rules.api_key_longest
    if not work.now < expires_at <= latest:
        raise _invalid("/expires_at", f"a key expires after now and by {instant_text(latest)}")
    if work.actor.person is not None:
        must_be_here(work.session.get_one(Person, work.actor.person, with_for_update=True))
    key = new_key()
    record = ApiKey(
        id=new_id(work.now),
        key_hash=hashed(key),
        start=key[:_SHOWN],
        name=text.clean(name, 200),
        person_id=work.actor.person,
        organisation_id=None if work.actor.person else work.actor.organisation,
        scopes=sorted(set(scopes)),
        created_at=work.now,
        expires_at=expires_at,
    )
    journal.move(
        as_themselves(work), API_KEY, record, "create", Facts(), details={"scopes": record.scopes}
    )
    return NewKey(record, key)


def revoke(
    work: Work, key_id: str, *, reason: str | None = None, expected_version: int | None = None
) -> ApiKey:
    """End a key that the actor sees. Raises NotFound, StaleVersion, MoveRefused."""
    record = journal.lock(work, ApiKey, key_id)
    is_theirs = is_own(work.actor, person=record.person_id, organisation=record.organisation_id)
    journal.move(
        as_themselves(work) if is_theirs else work,
        API_KEY,
        record,
        "revoke",
        Facts(),
        reason=reason,
        expected_version=expected_version,
        changes={"revoked_at": work.now},
    )
    return record


def revoke_leaked(workbench: Workbench, key: str) -> bool:
    """End a key that somebody found; false where there is none to end, which nobody is told."""
    if not is_key(key):
        return False
    with workbench.database.read() as session:
        found = _active(session, key)
    if found is None:
        return False
    with workbench.begin(ANYONE) as work:
        record = journal.lock(work, ApiKey, found.id)
        if record.state != State.ACTIVE:
            return False
        journal.move(
            as_themselves(work),
            API_KEY,
            record,
            "revoke",
            Facts(),
            reason="leaked",
            changes={"revoked_at": work.now},
        )
    return True


def _active(session: Session, key: str) -> ApiKey | None:
    record = known(session, key)
    return record if record is not None and record.state == State.ACTIVE else None


def _invalid(pointer: str, detail: str) -> Invalid:
    return Invalid(detail, errors=[FieldError(pointer, detail)])
