"""The only code that writes checks: judged while reading, then stored as they are for ever."""

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import insert
from sqlalchemy.orm import Session

from app.access import queries as access
from app.employer_pays import rule_sets
from app.employer_pays.charges import service as charges
from app.employer_pays.charges.sight import EVERY_SOURCE, OVERSEES, TEAM, sight
from app.employer_pays.checks.gathering import gather
from app.employer_pays.checks.models import Check, CheckedWorker
from app.employer_pays.checks.result import Outcome, result
from app.employer_pays.checks.scope import Kind, Scope
from app.employer_pays.triangulation import Source
from app.kernel.dates import day_of
from app.kernel.errors import NotFound
from app.kernel.identifiers import new_id
from app.kernel.roles import Actor
from app.lifecycle.journal import Work
from app.scheme import queries as scheme


@dataclass(frozen=True, slots=True)
class Prepared:
    """A check that was judged and is not stored yet."""

    scope: Scope
    every_source: bool
    inputs: str
    rules: str
    policy: str
    standard: str
    outcome: Outcome


def prepare(session: Session, actor: Actor, now: datetime, scope: Scope) -> Prepared:
    """Judge everything in the scope that the actor may see. Raises NotFound.

    A recruiter that checks itself sees no statements of its workers.
    """
    scope, sources = _seen(session, actor, scope)
    gathered = gather(session, scope, sources)
    rules = scheme.policy_in_force(session, now)
    standard = scheme.standard_in_force(session, now).code
    law = rule_sets.in_force(session, now)
    return Prepared(
        scope=scope,
        every_source=sources == EVERY_SOURCE,
        inputs=gathered.digest,
        rules=law.version,
        policy=rules.version,
        standard=standard,
        outcome=result(
            gathered.cases,
            day_of(now, rules.zone),
            book=law.book,
            standard=standard,
            population=scope.population,
        ),
    )


def store(work: Work, prepared: Prepared) -> Check:
    """Keep a check and its workers, immutable from now on."""
    if work.actor.person is None:
        raise RuntimeError("a check is made by a person")
    scope, judged = prepared.scope, prepared.outcome.result
    check = Check(
        id=new_id(work.now),
        kind=scope.kind.value,
        recruiter_id=scope.recruiter_id,
        audit_id=scope.audit_id,
        scope={
            name: str(value) if name.startswith("arrived") and value else value
            for name, value in asdict(scope).items()
        },
        every_source=prepared.every_source,
        made_at=work.now,
        made_by=work.actor.person,
        made_for=work.actor.organisation,
        inputs=prepared.inputs,
        rules=prepared.rules,
        policy=prepared.policy,
        standard=prepared.standard,
        workers=judged.workers,
        unremedied=judged.workers_unremedied,
        unclear=judged.workers_unclear,
        result=judged.model_dump(mode="json"),
    )
    work.session.add(check)
    work.session.flush()
    if prepared.outcome.workers:
        work.session.execute(
            insert(CheckedWorker),
            [
                {
                    "check_id": check.id,
                    "place": place,
                    "pseudonym": worker.pseudonym,
                    "detail": worker.model_dump(mode="json"),
                }
                for place, worker in enumerate(prepared.outcome.workers)
            ],
        )
    if prepared.every_source:
        charges.note_read(
            work.session,
            work.actor,
            work.now,
            what="check",
            rows=len(prepared.outcome.workers),
            recruiter_id=scope.recruiter_id,
            subject=check.id,
        )
    return check


def _seen(session: Session, actor: Actor, scope: Scope) -> tuple[Scope, frozenset[Source]]:
    """The scope with its recruiter, and the sources that the actor may judge. Raises NotFound."""
    if scope.kind is Kind.AUDIT:
        audit = scope.audit_id or ""
        recruiter = access.recruiter_of(session, audit)
        in_team = bool(TEAM & actor.roles) and access.is_assigned(
            session, actor.person, audit=audit
        )
        if recruiter is None or not (in_team or OVERSEES & actor.roles):
            raise NotFound(f"there is no audit {audit} whose workers you may check")
        known = {**asdict(scope), "recruiter_id": recruiter}
        return Scope(**known), EVERY_SOURCE
    if scope.recruiter_id is None:
        if not OVERSEES & actor.roles:
            raise NotFound("name a recruiter whose charges you may see")
        return scope, EVERY_SOURCE
    seen = sight(session, actor, scope.recruiter_id)
    if seen.employer is not None:
        raise NotFound(f"there is no recruiter {scope.recruiter_id} whose charges you may check")
    return scope, seen.sources
