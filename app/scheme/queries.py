"""Which rules are in force, and what each version of them says (DOMAIN §4, §11).

A published version never changes, so what it says is read once and kept by its digest; within one
transaction nothing is asked twice. Rooms above hand the values to their pure code.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.kernel.errors import NotFound
from app.scheme import policy as policies
from app.scheme import standard as standards
from app.scheme.models import Kind, PublishedVersion
from app.scheme.policy import Policy
from app.scheme.standard import Standard

_READ: Mapping[Kind, Callable[[Mapping[str, Any]], Any]] = MappingProxyType(
    {Kind.POLICY: policies.read, Kind.STANDARD: standards.read}
)

_values: dict[tuple[Kind, str], Any] = {}
"""By the digest of the document: whatever database it came from, the value is the same."""


def policy_in_force(session: Session, at: datetime) -> Policy:
    """The policy in force at an instant. Raises NotFound before the first one."""
    return policy(session, _in_force(session, Kind.POLICY, at))


def policy(session: Session, version: str) -> Policy:
    """The published policy of that version. Raises NotFound."""
    found: Policy = _value(session, Kind.POLICY, version)
    return found


def standard_in_force(session: Session, at: datetime) -> Standard:
    """The standard in force at an instant. Raises NotFound before the first one."""
    return standard(session, _in_force(session, Kind.STANDARD, at))


def standard(session: Session, code: str) -> Standard:
    """The published standard of that code. Raises NotFound."""
    found: Standard = _value(session, Kind.STANDARD, code)
    return found


def published_policies(session: Session) -> list[Policy]:
    """Every policy that cases may be pinned to, in the order in which they came into force."""
    return [policy(session, version) for version in _codes(session, Kind.POLICY)]


def published_standards(session: Session) -> list[str]:
    """The code of every published standard, in the order in which they came into force."""
    return _codes(session, Kind.STANDARD)


def _codes(session: Session, kind: Kind) -> list[str]:
    asked = (
        select(PublishedVersion.code)
        .where(PublishedVersion.kind == kind)
        .order_by(PublishedVersion.effective_from)
    )
    return list(session.scalars(asked))


def _in_force(session: Session, kind: Kind, at: datetime) -> str:
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


def _value(session: Session, kind: Kind, code: str) -> Any:
    asked = session.info.setdefault("scheme", {})
    if (kind, code) not in asked:
        asked[kind, code] = _read(session, kind, code)
    return asked[kind, code]


def _read(session: Session, kind: Kind, code: str) -> Any:
    named = (PublishedVersion.kind == kind, PublishedVersion.code == code)
    digest = session.scalars(select(PublishedVersion.digest).where(*named)).one_or_none()
    if digest is None:
        raise NotFound(f"there is no {kind} {code[:32]}")
    if (kind, digest) not in _values:
        document = session.scalars(select(PublishedVersion.document).where(*named)).one()
        _values[kind, digest] = _READ[kind](document)
    return _values[kind, digest]
