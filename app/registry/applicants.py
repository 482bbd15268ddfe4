"""Who is an active applicant: accepted, not certified, refused, lapsed or withdrawn (DOMAIN §5).

Computed at each question, so an offer that ran out is not shown though no job ran. Never a word
about an application that was merely handed in.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, exists, select
from sqlalchemy.orm import Session, aliased

from app.applications import queries as applications
from app.applications.lifecycle import APPLICATION, State
from app.applications.models import Application
from app.certificates.decisions import DecisionType
from app.certificates.models import Certificate, Decision
from app.lifecycle.journal import JournalEntry
from app.platform.pagination import Paging
from app.recruiters.models import Recruiter


@dataclass(frozen=True, slots=True)
class Applicant:
    """An active applicant as the public sees it."""

    application: str
    number: str
    name: str
    country: str
    corridors: Sequence[str]
    since: datetime
    """When it was accepted."""


_ACCEPTED = aliased(JournalEntry)


def applicants(
    session: Session, now: datetime, paging: Paging, *, country: str | None = None
) -> list[Applicant]:
    """The active applicants, in the order their applications were begun."""
    asked = _asked(session, now)
    if country is not None:
        asked = asked.where(Recruiter.country == country)
    if paging.after is not None:
        asked = asked.where(Application.id > paging.after[0])
    return _found(session, asked.order_by(Application.id).limit(paging.fetch))


def applicant(session: Session, recruiters: Sequence[str], now: datetime) -> Applicant | None:
    """The latest active application of these entries of one legal entity, if there is one."""
    asked = _asked(session, now).where(Application.recruiter_id.in_(recruiters))
    found = _found(session, asked.order_by(_ACCEPTED.position.desc()).limit(1))
    return found[0] if found else None


def _asked(session: Session, now: datetime) -> Select[Any]:
    return (
        select(Application.id, Recruiter, Application.content, _ACCEPTED.recorded_at)
        .join(Recruiter, Recruiter.id == Application.recruiter_id)
        .join(
            _ACCEPTED,
            and_(
                _ACCEPTED.machine == APPLICATION.name,
                _ACCEPTED.subject == Application.id,
                _ACCEPTED.action == "accept",
            ),
        )
        .where(
            Application.state.in_((State.ACCEPTED, State.CONTRACTED)),
            Application.id.not_in(applications.overdue(session, now, (State.ACCEPTED,))),
            Recruiter.number.is_not(None),
            ~exists().where(Certificate.case_id == Application.id),
            ~exists().where(
                Decision.case_id == Application.id, Decision.type == DecisionType.REFUSE
            ),
        )
    )


def _found(session: Session, asked: Select[Any]) -> list[Applicant]:
    return [
        Applicant(
            application=application,
            number=str(recruiter.number),
            name=recruiter.name,
            country=recruiter.country,
            corridors=content["corridors"],
            since=since,
        )
        for application, recruiter, content, since in session.execute(asked)
    ]
