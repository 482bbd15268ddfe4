"""Versions of the scheme's rules beside those that ship with the service."""

from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from app.kernel.canonical import digest
from app.kernel.dates import start_of_day
from app.scheme.models import Kind, PublishedVersion
from app.scheme.policy import Policy, written
from app.scheme.shipped import first_policy


def policy(version: str = "2026.2", **changes: Any) -> Policy:
    """The first policy with these changes."""
    return replace(first_policy(), version=version, **changes)


def published(session: Session, rules: Policy, effective_on: date) -> Policy:
    """The policy, in force from that day on, as if it had been published long before."""
    begins = start_of_day(effective_on, rules.zone)
    document = written(rules)
    session.add(
        PublishedVersion(
            kind=Kind.POLICY.value,
            code=rules.version,
            effective_on=effective_on,
            effective_from=begins,
            document=document,
            digest=digest(document),
            published_at=begins,
        )
    )
    session.flush()
    return rules
