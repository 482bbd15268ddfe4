"""What may be read of checks, limited to what the caller may see."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, exists, false, select, true
from sqlalchemy.orm import Session

from app.access import queries as access
from app.employer_pays.charges.models import ChargeRow, ChargeWorker
from app.employer_pays.charges.sight import OVERSEES, is_team
from app.employer_pays.checks.models import Check, CheckedWorker
from app.employer_pays.checks.scope import Kind
from app.kernel.errors import NotFound
from app.kernel.identifiers import is_id
from app.kernel.roles import RECRUITER, Actor, Role
from app.platform.pagination import Paging
from app.recruiters import queries as recruiters

OF_THE_AUDIT_COMPANY = frozenset({Role.PROGRAMME_MANAGER, Role.REVIEWER, Role.DECISION_MAKER})
"""Who relies on the checks of the audits that their company carries out."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What the newest check of a recruiter as a whole says, for whoever decides on it."""

    made_at: datetime
    workers: int
    unremedied: int
    unclear: int
    outdated: bool
    """Was something recorded of its workers afterwards?"""


def check(session: Session, actor: Actor, check_id: str) -> Check:
    """One check. Raises NotFound."""
    found = session.get(Check, check_id) if is_id(check_id) else None
    if found is None or not _is_seen(session, actor, found):
        raise NotFound(f"there is no check {check_id[:36]}")
    return found


def checks(session: Session, actor: Actor, paging: Paging, recruiter_id: str) -> Sequence[Check]:
    """The checks of one recruiter that the caller sees, oldest first."""
    asked = select(Check).where(
        Check.recruiter_id == recruiter_id, _of_recruiter(session, actor, recruiter_id)
    )
    if paging.after is not None:
        asked = asked.where(Check.id > paging.after[0])
    return session.scalars(asked.order_by(Check.id).limit(paging.fetch)).all()


def workers(session: Session, check: Check, paging: Paging) -> Sequence[CheckedWorker]:
    """The workers of a check that is seen, in its order."""
    asked = select(CheckedWorker).where(CheckedWorker.check_id == check.id)
    if paging.after is not None:
        asked = asked.where(CheckedWorker.place > paging.after[0])
    return session.scalars(asked.order_by(CheckedWorker.place).limit(paging.fetch)).all()


def every_worker(session: Session, check: Check) -> Iterator[CheckedWorker]:
    """All of them, a few at a time."""
    asked = select(CheckedWorker).where(CheckedWorker.check_id == check.id)
    yield from session.scalars(asked.order_by(CheckedWorker.place).execution_options(yield_per=500))


def standing(session: Session, recruiter_id: str) -> Standing | None:
    """The newest check of the recruiter as a whole that saw every source, whoever asks."""
    newest = session.scalars(
        select(Check)
        .where(
            Check.recruiter_id == recruiter_id,
            Check.kind == Kind.RECRUITER.value,
            Check.every_source.is_(True),
        )
        .order_by(Check.made_at.desc(), Check.id.desc())
        .limit(1)
    ).first()
    if newest is None:
        return None
    later = select(
        exists().where(
            ChargeRow.recruiter_id == recruiter_id, ChargeRow.recorded_at > newest.made_at
        )
        | exists().where(
            ChargeWorker.recruiter_id == recruiter_id,
            ChargeWorker.recorded_at > newest.made_at,
        )
    )
    return Standing(
        made_at=newest.made_at,
        workers=newest.workers,
        unremedied=newest.unremedied,
        unclear=newest.unclear,
        outdated=bool(session.scalar(later)),
    )


def is_own(session: Session, actor: Actor, recruiter_id: str) -> bool:
    """Is it the recruiter itself that asks?"""
    return bool(RECRUITER & actor.roles) and (
        recruiters.brief(session, recruiter_id).organisation == actor.organisation
    )


def _is_seen(session: Session, actor: Actor, check: Check) -> bool:
    if OVERSEES & actor.roles:
        return True
    if check.recruiter_id is None:
        return False
    if not check.every_source and is_own(session, actor, check.recruiter_id):
        return True
    return _relies_on_it(session, actor, check.recruiter_id)


def _of_recruiter(session: Session, actor: Actor, recruiter_id: str) -> ColumnElement[bool]:
    if OVERSEES & actor.roles or _relies_on_it(session, actor, recruiter_id):
        return true()
    return Check.every_source.is_(False) if is_own(session, actor, recruiter_id) else false()


def _relies_on_it(session: Session, actor: Actor, recruiter_id: str) -> bool:
    return is_team(session, actor, recruiter_id) or (
        bool(OF_THE_AUDIT_COMPANY & actor.roles)
        and access.audits_recruiter(session, actor.organisation, recruiter_id)
    )
