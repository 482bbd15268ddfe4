"""Which rules are in force, and what each version of them says (DOMAIN §4, §11).

A published version never changes, so what it says is read once and kept by its digest; within one
transaction nothing is asked twice. Rooms above hand the values to their pure code. Drafts are seen
by those who may sign them alone.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from app.kernel.dates import Interval, start_of_day
from app.kernel.errors import NotFound
from app.kernel.identifiers import is_id
from app.kernel.roles import Actor
from app.lifecycle.journal import JournalEntry
from app.platform.database import UTCDateTime
from app.platform.pagination import Paging
from app.scheme import policy as policies
from app.scheme import standard as standards
from app.scheme.families import Family
from app.scheme.lifecycle import READERS_OF_DRAFTS, State
from app.scheme.models import Kind, PublishedVersion, Tolling, Version
from app.scheme.policy import Policy
from app.scheme.standard import Standard
from app.scheme.tolling import Stop, Stops, Timer, of_case

Value = TypeVar("Value")

_LEAST = timedelta(microseconds=1)
"""How long a tolling lasts that is ended at the moment of its record."""

_values: dict[tuple[Kind, str], Any] = {}
"""By the digest of the document: whatever database it came from, the value is the same."""


def policy_in_force(session: Session, at: datetime) -> Policy:
    """The policy in force at an instant. Raises NotFound before the first one."""
    return policy(session, in_force(session, Kind.POLICY, at))


def policy(session: Session, version: str) -> Policy:
    """The published policy of that version. Raises NotFound."""
    return value(session, Kind.POLICY, version, policies.read)


def standard_in_force(session: Session, at: datetime) -> Standard:
    """The standard in force at an instant. Raises NotFound before the first one."""
    return standard(session, in_force(session, Kind.STANDARD, at))


def standard(session: Session, code: str) -> Standard:
    """The published standard of that code. Raises NotFound."""
    return value(session, Kind.STANDARD, code, standards.read)


def stops(session: Session, case: str) -> Stops:
    """When the timers of a case stand still: by the records for it, and by those for every case."""
    asked = session.info.setdefault("scheme", {})
    if "stops" not in asked:
        asked["stops"] = [_stop(record) for record in session.scalars(select(Tolling))]
    return of_case(asked["stops"], case)


def tollings(session: Session, paging: Paging, *, running: datetime | None = None) -> list[Tolling]:
    """The records that stopped timers, oldest first; those that do at an instant, if given."""
    asked = select(Tolling)
    if running is not None:
        asked = asked.where(Tolling.ended_at.is_(None), Tolling.limit_at > running)
    if paging.after is not None:
        asked = asked.where(Tolling.id > paging.after[0])
    return list(session.scalars(asked.order_by(Tolling.id).limit(paging.fetch)))


def is_case(session: Session, case: str) -> bool:
    """Is there an application of this id? The journal tells, for the room lies above."""
    asked = select(JournalEntry.position).where(
        JournalEntry.machine == "application", JournalEntry.subject == case
    )
    return session.scalars(asked.limit(1)).first() is not None


def tolling(session: Session, tolling_id: str) -> Tolling:
    """One record. Raises NotFound."""
    found = session.get(Tolling, tolling_id) if is_id(tolling_id) else None
    if found is None:
        raise NotFound(f"there is no tolling {tolling_id[:36]}")
    return found


def _stop(record: Tolling) -> Stop:
    ends = record.limit_at if record.ended_at is None else min(record.ended_at, record.limit_at)
    return Stop(
        timers=frozenset(map(Timer, record.timers)),
        span=Interval(record.began_at, max(ends, record.began_at + _LEAST)),
        case=record.case_id,
    )


def published_policies(session: Session) -> list[Policy]:
    """Every policy that cases may be pinned to, in the order in which they came into force."""
    return [policy(session, version) for version in _codes(session, Kind.POLICY)]


def published_standards(session: Session) -> list[str]:
    """The code of every published standard, in the order in which they came into force."""
    return _codes(session, Kind.STANDARD)


def in_force(session: Session, kind: Kind, at: datetime) -> str:
    """The code of the version in force at an instant. Raises NotFound before the first one."""
    asked = session.info.setdefault("scheme", {})
    if (kind, at) not in asked:
        asked[kind, at] = session.scalars(
            select(PublishedVersion.code)
            .where(PublishedVersion.kind == kind, PublishedVersion.effective_from <= at)
            .order_by(PublishedVersion.effective_from.desc())
            .limit(1)
        ).one_or_none()
    code: str | None = asked[kind, at]
    if code is None:
        raise NotFound(f"no {kind} is in force on {at.date()}; the first one came later")
    return code


def value(
    session: Session, kind: Kind, code: str, read: Callable[[Mapping[str, Any]], Value]
) -> Value:
    """What `read` makes of a published version, made once for every content. Raises NotFound."""
    asked = session.info.setdefault("scheme", {})
    if (kind, code) not in asked:
        asked[kind, code] = _value(session, kind, code, read)
    found: Value = asked[kind, code]
    return found


def _value(
    session: Session, kind: Kind, code: str, read: Callable[[Mapping[str, Any]], Value]
) -> Value:
    named = (PublishedVersion.kind == kind, PublishedVersion.code == code)
    digest = session.scalars(select(PublishedVersion.digest).where(*named)).one_or_none()
    if digest is None:
        raise NotFound(f"there is no {kind} {code[:32]}")
    if (kind, digest) not in _values:
        document = session.scalars(select(PublishedVersion.document).where(*named)).one()
        _values[kind, digest] = read(document)
    found: Value = _values[kind, digest]
    return found


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one version stands, without what it says."""

    kind: Kind
    code: str
    state: State
    moves: int
    """How many moves it has made; none for what shipped with the service."""
    effective_on: date | None = None
    effective_from: datetime | None = None
    superseded_from: datetime | None = None
    """When the next version of its kind takes over, as far as one is published."""
    published_at: datetime | None = None

    def is_in_force(self, at: datetime) -> bool:
        """Is it this version that holds at that instant?"""
        begun = self.effective_from is not None and self.effective_from <= at
        return begun and (self.superseded_from is None or at < self.superseded_from)


@dataclass(frozen=True, slots=True)
class Reading:
    """One version whole: where it stands, and its document."""

    standing: Standing
    document: dict[str, Any]


def versions(
    session: Session, actor: Actor, family: Family, paging: Paging, kind: Kind | None = None
) -> list[Standing]:
    """The versions that the caller may see, by code: published ones, and drafts for who signs."""
    kinds = family.kinds if kind is None else (kind,)
    found = _published(session, family, kinds, paging=paging)
    if actor.roles & READERS_OF_DRAFTS:
        asked = select(family.model).where(
            family.model.kind.in_(kinds), family.model.state != State.PUBLISHED
        )
        if paging.after is not None:
            asked = asked.where(family.model.code > paging.after[0])
        found += [
            _unpublished(version)
            for version in session.scalars(asked.order_by(family.model.code).limit(paging.fetch))
        ]
    return sorted(found, key=lambda standing: standing.code)[: paging.fetch]


def reading(session: Session, actor: Actor, family: Family, code: str) -> Reading:
    """One version that the caller may see. Raises NotFound."""
    for standing in _published(session, family, family.kinds, code=code):
        asked = select(PublishedVersion.document).where(
            PublishedVersion.kind == standing.kind, PublishedVersion.code == code
        )
        return Reading(standing, session.scalars(asked).one())
    found = version(session, actor, family, code)
    return Reading(_unpublished(found), found.document)


def version(session: Session, actor: Actor, family: Family, code: str) -> Version:
    """A version on its way, as those who sign it see it. Raises NotFound."""
    found = None
    if actor.roles & READERS_OF_DRAFTS:
        asked = select(family.model).where(family.model.code == code)
        found = session.scalars(asked).one_or_none()
    if found is None:
        raise NotFound(f"there is no {family.machine.name.replace('_', ' ')} {code[:32]}")
    return found


def is_taken(session: Session, family: Family, code: str) -> bool:
    """Was this code used before, by what was published, drafted or discarded?"""
    published = select(PublishedVersion.code).where(
        PublishedVersion.kind.in_(family.kinds), PublishedVersion.code == code
    )
    drafted = select(family.model.code).where(family.model.code == code)
    return session.scalars(published.union_all(drafted)).first() is not None


def beginning_on(session: Session, kind: Kind, day: date, zone: ZoneInfo) -> str | None:
    """The code of the published version that takes effect on that day, or at its first instant."""
    return session.scalars(
        select(PublishedVersion.code).where(
            PublishedVersion.kind == kind,
            or_(
                PublishedVersion.effective_on == day,
                PublishedVersion.effective_from == start_of_day(day, zone),
            ),
        )
    ).first()


def zone_of(session: Session, version: Version, now: datetime) -> ZoneInfo:
    """The zone in which a version's first day begins: a policy brings its own."""
    if version.kind == Kind.POLICY:
        return policies.read(version.document).zone
    return policy_in_force(session, now).zone


def _codes(session: Session, kind: Kind) -> list[str]:
    asked = (
        select(PublishedVersion.code)
        .where(PublishedVersion.kind == kind)
        .order_by(PublishedVersion.effective_from)
    )
    return list(session.scalars(asked))


def _published(
    session: Session,
    family: Family,
    kinds: Sequence[Kind],
    *,
    code: str | None = None,
    paging: Paging | None = None,
) -> list[Standing]:
    dated = (
        select(
            PublishedVersion.kind,
            PublishedVersion.code,
            PublishedVersion.effective_on,
            PublishedVersion.effective_from,
            PublishedVersion.published_at,
            func.lead(PublishedVersion.effective_from, type_=UTCDateTime())
            .over(partition_by=PublishedVersion.kind, order_by=PublishedVersion.effective_from)
            .label("superseded_from"),
        )
        .where(PublishedVersion.kind.in_(kinds))
        .subquery()
    )
    asked = (
        select(dated, func.coalesce(family.model.version, 0).label("moves"))
        .outerjoin(family.model, family.model.code == dated.c.code)
        .order_by(dated.c.code)
    )
    if code is not None:
        asked = asked.where(dated.c.code == code)
    if paging is not None:
        asked = asked.limit(paging.fetch)
        if paging.after is not None:
            asked = asked.where(dated.c.code > paging.after[0])
    return [
        Standing(
            kind=Kind(row.kind),
            code=row.code,
            state=State.PUBLISHED,
            moves=row.moves,
            effective_on=row.effective_on,
            effective_from=row.effective_from,
            superseded_from=row.superseded_from,
            published_at=row.published_at,
        )
        for row in session.execute(asked)
    ]


def _unpublished(version: Version) -> Standing:
    return Standing(
        kind=Kind(version.kind),
        code=version.code,
        state=State(version.state),
        moves=version.version,
    )
