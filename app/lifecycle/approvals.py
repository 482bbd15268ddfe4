"""Moves that two people sign: the first signature waits as an approval, the second completes it.

`sign` is used by journal.py alone (DESIGN §3, DOMAIN §9).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import CheckConstraint, Index, String, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.kernel.canonical import digest
from app.kernel.errors import Conflict, DomainError, NotFound
from app.kernel.identifiers import is_id, new_id
from app.kernel.roles import Actor, Role
from app.lifecycle.machine import Rule, acting_role
from app.platform.database import Base, Id, UTCDateTime, instant_text

Rights = Callable[[Session, str], frozenset[Role]]
"""The roles that a person holds at this moment: access tells, which lies above (main.py)."""

Barred = Callable[[str], bool]
"""Is this person barred from the move by now, by what they did since they signed (DOMAIN §3)?"""


class SecondSignatureRefused(DomainError):
    """The second signature must be another person's, in the other role."""

    slug = "second-signature-refused"


class Approval(Base):
    """A first signature on one move of one version of a subject, and the second once it is given.

    Whether it is still open is computed from `expires_at`. The database refuses two signatures of
    one person, and two open approvals of one matter.
    """

    __tablename__ = "approval"
    __table_args__ = (
        CheckConstraint("second_person <> first_person", name="two_people"),
        CheckConstraint(
            "(completed_at IS NULL) = (second_person IS NULL)", name="completed_by_second"
        ),
        Index(
            "uq_approval_open",
            "machine",
            "subject",
            "subject_version",
            "action",
            unique=True,
            sqlite_where=text("lapsed_at IS NULL"),
            postgresql_where=text("lapsed_at IS NULL"),
        ),
        {"info": {"once": ("second_person", "second_role", "completed_at", "lapsed_at")}},
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    machine: Mapped[str] = mapped_column(String(32))
    subject: Mapped[str] = mapped_column(Id)
    subject_version: Mapped[int]
    action: Mapped[str] = mapped_column(String(32))
    terms: Mapped[str] = mapped_column(String(64))
    """SHA-256 of what is signed."""
    first_person: Mapped[str] = mapped_column(Id)
    first_role: Mapped[str] = mapped_column(String(32))
    opened_at: Mapped[datetime] = mapped_column(UTCDateTime)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)
    second_person: Mapped[str | None] = mapped_column(Id)
    second_role: Mapped[str | None] = mapped_column(String(32))
    completed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    lapsed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    def signatures(self) -> list[dict[str, str]]:
        """Who signed, in which role, when: for the journal."""
        signed = [(self.first_person, self.first_role, self.opened_at)]
        if self.second_person and self.second_role and self.completed_at:
            signed.append((self.second_person, self.second_role, self.completed_at))
        return [{"person": p, "role": r, "at": instant_text(at)} for p, r, at in signed]


@dataclass(frozen=True, slots=True)
class Matter:
    """What is signed: one action on one version of one subject."""

    machine: str
    subject: str
    version: int
    action: str


def sign(
    session: Session,
    now: datetime,
    actor: Actor,
    rule: Rule[Any],
    matter: Matter,
    terms: Mapping[str, Any],
    rights: Rights | None = None,
    *,
    within: timedelta,
    barred: Barred | None = None,
) -> Approval:
    """Open an approval that waits `within`, or complete the open one. The subject must be locked.

    Either side may sign first; the second is another person in the other role, and signs the same
    terms. A first signature whose time is over, or whose signer no longer holds the role or is
    barred by now, counts no more: this one is then the first. Raises SecondSignatureRefused,
    Conflict.
    """
    if actor.person is None:
        raise SecondSignatureRefused(f"{rule.action} is signed by two people, not by a machine")
    waiting = open_approval(session, matter, held=True)
    if waiting is not None and _is_void(session, now, waiting, rights, barred):
        waiting.lapsed_at = min(now, waiting.expires_at)
        session.flush()
        waiting = None
    if waiting is None:
        return _open(session, now, actor.person, actor.roles, rule, matter, terms, within)
    if waiting.first_person == actor.person:
        reason = f"you signed {rule.action} on {waiting.opened_at.date()}; another person must too"
        raise SecondSignatureRefused(reason, reasons=(reason,))
    others = _counterpart(rule, Role(waiting.first_role)) & actor.roles
    if not others:
        needed = " or ".join(sorted(_counterpart(rule, Role(waiting.first_role))))
        reason = f"the second signature of {rule.action} needs the role {needed}"
        raise SecondSignatureRefused(reason, reasons=(reason,))
    if waiting.terms != digest(terms):
        raise Conflict(f"the first signature of {rule.action} was given to other terms")
    waiting.second_person = actor.person
    waiting.second_role = acting_role(others).value
    waiting.completed_at = now
    session.flush()
    return waiting


def open_approval(session: Session, matter: Matter, *, held: bool = False) -> Approval | None:
    """The approval that waits for a second signature on this matter; it may have expired.

    `held` until the transaction ends: nobody completes or withdraws it meanwhile.
    """
    asked = select(Approval).where(
        Approval.machine == matter.machine,
        Approval.subject == matter.subject,
        Approval.subject_version == matter.version,
        Approval.action == matter.action,
        Approval.lapsed_at.is_(None),
    )
    return session.scalars(asked.with_for_update() if held else asked).one_or_none()


def approval(
    session: Session, approval_id: str, person: str | None, *, everything: bool = False
) -> Approval:
    """One approval that this person signed, or any for who sees everything. Raises NotFound."""
    found = session.get(Approval, approval_id) if is_id(approval_id) else None
    signed = found is not None and person in {found.first_person, found.second_person} - {None}
    if found is None or not (signed or everything):
        raise NotFound(f"there is no approval {approval_id[:36]}")
    return found


def withdraw(session: Session, now: datetime, actor: Actor, approval_id: str) -> Approval:
    """Let a first signature count no more, at the word of whoever gave it.

    Raises NotFound, Conflict where the second signature was given, or the time is over.
    """
    asked = select(Approval).where(
        Approval.id == approval_id, Approval.first_person == actor.person
    )
    found = None
    if is_id(approval_id):
        found = session.scalars(asked.with_for_update()).one_or_none()
    if found is None:
        raise NotFound(f"there is no approval {approval_id[:36]} that you signed first")
    if found.completed_at is not None:
        raise Conflict("the second signature was given: the move is made")
    if found.lapsed_at is not None or found.expires_at <= now:
        raise Conflict("the signature counts no more already")
    found.lapsed_at = now
    session.flush()
    return found


def retract(session: Session, now: datetime, matter: Matter) -> None:
    """Let the first signature on this matter, if one waits, count no more.

    For rooms in which a side may give up what it signed first. The subject must be locked.
    """
    waiting = open_approval(session, matter)
    if waiting is not None and waiting.completed_at is None:
        waiting.lapsed_at = min(now, waiting.expires_at)
        session.flush()


def _is_void(
    session: Session,
    now: datetime,
    waiting: Approval,
    rights: Rights | None,
    barred: Barred | None,
) -> bool:
    if waiting.expires_at <= now or (barred is not None and barred(waiting.first_person)):
        return True
    return rights is not None and waiting.first_role not in rights(session, waiting.first_person)


def _open(
    session: Session,
    now: datetime,
    person: str,
    roles: frozenset[Role],
    rule: Rule[Any],
    matter: Matter,
    terms: Mapping[str, Any],
    within: timedelta,
) -> Approval:
    approval = Approval(
        id=new_id(now),
        machine=matter.machine,
        subject=matter.subject,
        subject_version=matter.version,
        action=matter.action,
        terms=digest(terms),
        first_person=person,
        first_role=acting_role(rule.signers & roles).value,
        opened_at=now,
        expires_at=now + within,
    )
    session.add(approval)
    session.flush()
    return approval


def _counterpart(rule: Rule[Any], first: Role) -> frozenset[Role]:
    """The roles that may sign second after `first` signed."""
    after_roles = rule.second if first in rule.roles else frozenset()
    after_second = rule.roles if first in rule.second else frozenset()
    return after_roles | after_second
