"""The spine: one append-only table of every move, and the one way to write it (DESIGN §3).

`record` is used by API, command line, worker and tests alike. The database itself (migrations/
enforcement.py) refuses whatever this module would not write. Every room above may import it.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any, ClassVar, TypeVar

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ColumnElement,
    ForeignKeyConstraint,
    Integer,
    String,
    Table,
    UniqueConstraint,
    Update,
    bindparam,
    insert,
    select,
)
from sqlalchemy.orm import Mapped, Session, mapped_column
from sqlalchemy.orm.attributes import set_committed_value

from app.kernel.canonical import canonical_json
from app.kernel.clock import Clock
from app.kernel.errors import Conflict, DomainError, NotFound, StaleVersion
from app.kernel.identifiers import is_id
from app.kernel.roles import Actor, Role
from app.lifecycle import approvals
from app.lifecycle.approvals import Approval, Rights
from app.lifecycle.machine import BORN, Cause, Machine, Refused, Rule, Takes, acting_role, reasons
from app.platform.database import Base, Database, Id, Json, UTCDateTime, instant_text

F = TypeVar("F")
GENESIS = "0" * 64
"""The chain value before the first entry."""


class LifecycleRule(Base):
    """Every legal move. Read-only by trigger: `erc migrate` alone adds rows; none ever leaves."""

    __tablename__ = "lifecycle_rule"

    machine: Mapped[str] = mapped_column(String(32), primary_key=True)
    source: Mapped[str] = mapped_column(String(32), primary_key=True)
    action: Mapped[str] = mapped_column(String(32), primary_key=True)
    target: Mapped[str] = mapped_column(String(32), primary_key=True)


class TwoPersonRule(Base):
    """The moves that need a completed approval. Kept like `lifecycle_rule`."""

    __tablename__ = "two_person_rule"

    machine: Mapped[str] = mapped_column(String(32), primary_key=True)
    source: Mapped[str] = mapped_column(String(32), primary_key=True)
    action: Mapped[str] = mapped_column(String(32), primary_key=True)


class JournalEntry(Base):
    """One move of one subject. Append-only by trigger."""

    __tablename__ = "journal_entry"
    __table_args__ = (
        UniqueConstraint("machine", "subject", "version"),
        UniqueConstraint("machine", "subject", "version", "target"),
        CheckConstraint(
            "(version = 1 AND previous IS NULL AND source = '') OR "
            "(version > 1 AND previous IS NOT NULL AND previous = version - 1 AND source <> '')",
            name="succession",
        ),
        ForeignKeyConstraint(
            ["machine", "source", "action", "target"],
            [
                "lifecycle_rule.machine",
                "lifecycle_rule.source",
                "lifecycle_rule.action",
                "lifecycle_rule.target",
            ],
        ),
        ForeignKeyConstraint(
            ["machine", "subject", "previous", "source"],
            [
                "journal_entry.machine",
                "journal_entry.subject",
                "journal_entry.version",
                "journal_entry.target",
            ],
        ),
    )

    position: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False
    )
    machine: Mapped[str] = mapped_column(String(32))
    subject: Mapped[str] = mapped_column(Id)
    version: Mapped[int] = mapped_column(Integer)
    previous: Mapped[int | None] = mapped_column(Integer)
    source: Mapped[str] = mapped_column(String(32))
    action: Mapped[str] = mapped_column(String(32))
    target: Mapped[str] = mapped_column(String(32))
    effective_at: Mapped[datetime] = mapped_column(UTCDateTime)
    recorded_at: Mapped[datetime] = mapped_column(UTCDateTime)
    actor: Mapped[str | None] = mapped_column(Id)
    role: Mapped[str] = mapped_column(String(32))
    reason_code: Mapped[str | None] = mapped_column(String(64))
    facts: Mapped[dict[str, Any]] = mapped_column(Json)
    chain: Mapped[str] = mapped_column(String(64))


class JournalHead(Base):
    """The last position and chain value: one row, locked while appending, moved by trigger."""

    __tablename__ = "journal_head"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    position: Mapped[int] = mapped_column(BigInteger)
    chain: Mapped[str] = mapped_column(String(64))


# Put at every move, so made once.
_HEAD = select(JournalHead.__table__.c.position, JournalHead.__table__.c.chain).with_for_update()
_ENTRIES: Table = JournalEntry.__table__  # type: ignore[assignment]
_ENTRY, _COLUMNS = insert(_ENTRIES), tuple(_ENTRIES.c.keys())


class Subject(Base):
    """What has a lifecycle: a row whose state and version follow the journal, by trigger."""

    __abstract__ = True
    machine: ClassVar[str]

    id: Mapped[str] = mapped_column(Id, primary_key=True, sort_order=-3)
    state: Mapped[str] = mapped_column(String(32), sort_order=-2)
    version: Mapped[int] = mapped_column(Integer, sort_order=-1)


S = TypeVar("S", bound=Subject)


class RoleRefused(DomainError):
    """None of the caller's roles may make this move."""

    slug = "role-required"


class NotIndependent(DomainError):
    """The caller is barred from this move by what they did before (DOMAIN §3)."""

    slug = "not-independent"


class MoveRefused(DomainError):
    """The subject's state, or a guard of the move, refuses it."""

    slug = "move-refused"


_REFUSALS: Mapping[Cause, type[DomainError]] = {
    Cause.ROLE: RoleRefused,
    Cause.INDEPENDENCE: NotIndependent,
    Cause.STATE: MoveRefused,
    Cause.GUARD: MoveRefused,
}


_ABOUT_THE_CALLER = frozenset({Cause.ROLE, Cause.INDEPENDENCE})
"""Judged before the version that the caller decides on (DESIGN §5)."""


@dataclass(slots=True)
class Work:
    """One write transaction: who acts, when, and what has moved so far."""

    session: Session
    actor: Actor
    now: datetime
    rights: Rights | None = None
    """Whose roles count now; None: nobody loses a role between two signatures."""
    entries: list[JournalEntry] = field(default_factory=list)
    locked: set[tuple[str, str]] = field(default_factory=set)

    def acting_as(self, actor: Actor) -> "Work":
        """The same transaction for another actor: the system's own moves beside a person's."""
        return Work(self.session, actor, self.now, self.rights, self.entries, self.locked)


Reader = Callable[[Work, JournalEntry], None]
"""Follows an entry inside its own transaction. Listed in main.py and nowhere else."""


@dataclass(frozen=True, slots=True)
class Workbench:
    """Opens transactions: database, clock, and the readers that act inside them."""

    database: Database
    clock: Clock
    readers: tuple[Reader, ...] = ()
    rights: Rights | None = None

    @contextmanager
    def begin(self, actor: Actor) -> Iterator[Work]:
        """A write transaction for `actor`. The readers run before it commits, in journal order."""
        with self.database.write() as session:
            work = Work(session, actor, self.clock.now(), self.rights)
            yield work
            session.flush()
            for entry in work.entries:
                for reader in self.readers:
                    reader(work, entry)


def lock(work: Work, model: type[S], subject_id: str, *seen: ColumnElement[bool]) -> S:
    """The subject, fresh from the database, held until the transaction ends.

    `seen` says when it exists for the actor, judged on the row as it stands once it is held.
    Raises NotFound. Several subjects are locked in the order of their ids, all before the first
    move: then two transactions never wait for each other.
    """
    if (model.machine, subject_id) not in work.locked:
        if work.entries:
            raise RuntimeError("lock every subject before the first move")
        if any(subject_id < other for _, other in work.locked):
            raise RuntimeError("lock subjects in the order of their ids")
    found = None
    if is_id(subject_id):
        found = work.session.scalars(
            select(model)
            .where(model.id == subject_id, *seen)
            .with_for_update(key_share=True)
            .execution_options(populate_existing=True)
        ).one_or_none()
    if found is None:
        raise NotFound(f"there is no {model.machine.replace('_', ' ')} {subject_id}")
    work.locked.add((model.machine, subject_id))
    return found


def lock_all(work: Work, subjects: Iterable[tuple[type[Subject], str]]) -> None:
    """Lock several subjects of any machines, in the order of their ids. Raises NotFound."""
    for model, subject_id in sorted(set(subjects), key=lambda wanted: wanted[1]):
        lock(work, model, subject_id)


def record(
    work: Work,
    machine: Machine[F],
    subject: Subject,
    action: str,
    facts: F,
    *,
    reason: str | None = None,
    effective_at: datetime | None = None,
    expected_version: int | None = None,
    details: Mapping[str, Any] | None = None,
    terms: Mapping[str, Any] | None = None,
    changes: Mapping[str, Any] | None = None,
    as_met_by: Callable[[str], F] | None = None,
) -> JournalEntry | Approval:
    """Make one move: decide, append to the journal, move the subject's row.

    `details` go into the journal: codes and ids only. `changes` are columns of the subject that
    change with this move. `terms` are what two people must agree on
    where the rule asks for a second signature; the first signature answers with an Approval and
    moves nothing. `as_met_by` tells the facts as another person meets them: with it, who signed
    first is judged again at the second signature. Raises StaleVersion, RoleRefused,
    NotIndependent, MoveRefused, Conflict.
    """
    state, version = (subject.state, subject.version) if subject.version else (BORN, 0)
    verdict = machine.decide(state, action, work.actor.roles, facts)
    if isinstance(verdict, Refused) and verdict.cause in _ABOUT_THE_CALLER:
        raise refusal(machine, action, verdict)
    if expected_version is not None and expected_version != version:
        raise StaleVersion(
            f"version {expected_version} is not current: the {machine.name} is at {version};"
            " read it again and decide on what it says now"
        )
    if isinstance(verdict, Refused):
        raise refusal(machine, action, verdict)
    role = acting_role(verdict.signers & work.actor.roles)
    takes_effect = effective_at or work.now
    _check_effect(verdict, takes_effect, work.now)
    carried = dict(details or {})
    if verdict.second:
        approval = approvals.sign(
            work.session,
            work.now,
            work.actor,
            verdict,
            approvals.Matter(machine.name, subject.id, version, action),
            terms or {},
            work.rights,
            within=verdict.waits(facts),
            barred=None
            if as_met_by is None
            else lambda person: bool(reasons(verdict.bars, as_met_by(person))),
        )
        if approval.completed_at is None:
            return approval
        carried["signatures"] = approval.signatures()
        role = Role(approval.second_role or "")
    entry = _append(
        work,
        JournalEntry(
            machine=machine.name,
            subject=subject.id,
            version=version + 1,
            previous=version or None,
            source=state,
            action=action,
            target=verdict.target,
            effective_at=takes_effect,
            recorded_at=work.now,
            actor=work.actor.person,
            role=role.value,
            reason_code=reason,
            facts=carried,
        ),
    )
    _move(work, subject, entry, changes or {})
    return entry


def move(
    work: Work,
    machine: Machine[F],
    subject: Subject,
    action: str,
    facts: F,
    **options: Any,
) -> JournalEntry:
    """`record` for a move that needs no second signature."""
    entry = record(work, machine, subject, action, facts, **options)
    if isinstance(entry, Approval):
        raise RuntimeError(f"{machine.name} {action} needs a second signature")
    return entry


def refusal(machine: Machine[Any], action: str, refused: Refused) -> DomainError:
    """The named error of a refused move."""
    return _REFUSALS[refused.cause](
        f"{action} of the {machine.name.replace('_', ' ')} is refused: "
        + "; ".join(refused.reasons),
        reasons=refused.reasons,
    )


def history(session: Session, machine: str, subject_id: str) -> list[JournalEntry]:
    """Every move of one subject, oldest first."""
    return list(
        session.scalars(
            select(JournalEntry)
            .where(JournalEntry.machine == machine, JournalEntry.subject == subject_id)
            .order_by(JournalEntry.version)
        )
    )


def first_broken_link(session: Session) -> int | None:
    """The first position whose chain value does not follow from what stands before it, if any."""
    chain = GENESIS
    in_order = select(JournalEntry).order_by(JournalEntry.position)
    with closing(session.scalars(in_order.execution_options(yield_per=1000))) as entries:
        for entry in entries:
            if (chain := link(chain, entry)) != entry.chain:
                return entry.position
    return None


def link(chain: str, entry: JournalEntry) -> str:
    """SHA-256, in hex, over the previous chain value as text and the entry's canonical JSON."""
    row = {
        "position": entry.position,
        "machine": entry.machine,
        "subject": entry.subject,
        "version": entry.version,
        "previous": entry.previous,
        "source": entry.source,
        "action": entry.action,
        "target": entry.target,
        "effective_at": instant_text(entry.effective_at),
        "recorded_at": instant_text(entry.recorded_at),
        "actor": entry.actor,
        "role": entry.role,
        "reason_code": entry.reason_code,
        "facts": entry.facts,
    }
    return hashlib.sha256(chain.encode() + canonical_json(row)).hexdigest()


def _append(work: Work, entry: JournalEntry) -> JournalEntry:
    head = work.session.execute(_HEAD).one()
    entry.position = head.position + 1
    entry.chain = link(head.chain, entry)
    work.session.execute(_ENTRY, {column: getattr(entry, column) for column in _COLUMNS})
    work.entries.append(entry)
    return entry


def _move(work: Work, subject: Subject, entry: JournalEntry, changes: Mapping[str, Any]) -> None:
    moved_to = {**changes, "state": entry.target, "version": entry.version}
    if entry.version == 1:
        for column, value in moved_to.items():
            setattr(subject, column, value)
        work.session.add(subject)
        work.session.flush()
        work.locked.add((entry.machine, subject.id))
        return
    model = type(subject)
    moved = work.session.execute(
        _update(model),
        {"_id": subject.id, "_previous": entry.previous, **moved_to},
    )
    if moved.rowcount != 1:  # type: ignore[attr-defined]
        raise Conflict(f"the {entry.machine} was moved by somebody else at the same moment")
    for column, value in moved_to.items():
        set_committed_value(subject, column, value)


@cache
def _update(model: type[Subject]) -> Update:
    """Moves the row of this id on from this version; its columns are the parameters'."""
    table: Table = model.__table__  # type: ignore[assignment]
    return table.update().where(
        table.c.id == bindparam("_id"), table.c.version == bindparam("_previous")
    )


def _check_effect(rule: Rule[Any], effective_at: datetime, now: datetime) -> None:
    late, early = effective_at > now, effective_at < now
    if (late and rule.takes is not Takes.NOW_OR_LATER) or (
        early and rule.takes is not Takes.NOW_OR_EARLIER
    ):
        raise MoveRefused(
            f"{rule.action} takes effect {rule.takes}, not at {instant_text(effective_at)}",
            reasons=(f"{rule.action} takes effect {rule.takes}",),
        )
