"""How the scheme's rules are shown on the wire. Used by the routes of this room."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.kernel.dates import day_of
from app.kernel.errors import FieldError, Invalid
from app.kernel.roles import Actor
from app.lifecycle.journal import Work
from app.platform.wire import AllowedAction, MoneyBody
from app.scheme import policy, queries, standard
from app.scheme.document import difference
from app.scheme.families import OWN_CHECKS, Family
from app.scheme.lifecycle import (
    READERS_OF_DRAFTS,
    TOLLING,
    Facts,
    TollingFacts,
    TollingState,
)
from app.scheme.models import Kind, Reason, Tolling, Version
from app.scheme.policy import Policy
from app.scheme.queries import Reading, Standing
from app.scheme.schemas import (
    AddedView,
    ChangedView,
    CriterionView,
    DifferenceView,
    PolicyView,
    PrincipleView,
    SimulatedCountView,
    SimulatedDeadlineView,
    SimulationView,
    StandardView,
    TollingView,
    VersionSummary,
    VersionView,
)
from app.scheme.simulation import Outcome
from app.scheme.standard import Wording
from app.scheme.tolling import Timer


def shown(work: Work, family: Family, version: Version) -> VersionView:
    """The version after a move, as whoever made it sees it."""
    work.session.flush()
    reading = queries.reading(work.session, work.actor, family, version.code)
    return version_view(work.session, work.actor, family, reading, work.now)


def summary(standing: Standing, now: datetime) -> VersionSummary:
    """A version in a list."""
    return VersionSummary(**_standing(standing, now))


def version_view(
    session: Session, actor: Actor, family: Family, reading: Reading, now: datetime
) -> VersionView:
    """One version as this actor sees it."""
    standing = reading.standing
    told: dict[str, Any] = {
        **_standing(standing, now),
        "document": reading.document,
        "allowed_actions": _offers(session, actor, family, standing, now),
    }
    match standing.kind:
        case Kind.STANDARD:
            return StandardView(**told, **_standard(standard.read(reading.document)))
        case Kind.POLICY:
            rules = policy.read(reading.document)
            fee = MoneyBody.of(rules.application_fee)
            complete = {**told, "document": policy.written(rules)}
            return PolicyView(**complete, zone=rules.zone_name, application_fee=fee)
        case _:
            return VersionView(**told)


def difference_view(before: Reading, after: Reading) -> DifferenceView:
    """What changes from one version to another. Raises Invalid where they are of two kinds."""
    if before.standing.kind is not after.standing.kind:
        reason = f"Name another version of the {after.standing.kind}."
        raise Invalid(reason, errors=[FieldError("/against", reason)])
    found = difference(_complete(before), _complete(after))
    return DifferenceView(
        from_version=before.standing.code,
        to_version=after.standing.code,
        added=[AddedView(path=one.path, value=one.value) for one in found.added],
        removed=[AddedView(path=one.path, value=one.value) for one in found.removed],
        changed=[
            ChangedView(path=one.path, before=one.before, after=one.after) for one in found.changed
        ],
    )


def simulation_view(draft: Policy, found: Outcome, at: datetime) -> SimulationView:
    """What a draft of the policy would move, in force from that instant on."""
    return SimulationView(
        policy=draft.version,
        effective_from=at,
        counts=[
            SimulatedCountView(
                kind=count.kind,
                running=count.running,
                moved=count.moved,
                kept=count.kept,
                newly_overdue=count.newly_overdue,
            )
            for count in found.counts
        ],
        deadlines=[
            SimulatedDeadlineView(
                kind=one.kind,
                subject=one.subject,
                waits_for=one.waits_for,
                judged_by=one.judged_by,
                moves=one.follows,
                before=one.before,
                after=one.after,
                newly_overdue=one.newly_overdue(at),
                no_longer_overdue=one.no_longer_overdue(at),
            )
            for one in found.deadlines
        ],
    )


def tolling_view(session: Session, actor: Actor, tolling: Tolling, now: datetime) -> TollingView:
    """A record that stops timers, as this actor sees it."""
    today = day_of(now, queries.policy_in_force(session, now).zone)
    facts = TollingFacts(today=today, limit_on=tolling.limit_on, latest=tolling.limit_on)
    return TollingView(
        id=tolling.id,
        state=TollingState(tolling.state),
        version=tolling.version,
        timers=[Timer(timer) for timer in tolling.timers],
        scope="every case" if tolling.case_id is None else "one case",
        application_id=tolling.case_id if actor.roles & READERS_OF_DRAFTS else None,
        reason=Reason(tolling.reason),
        statement=tolling.statement,
        began_at=tolling.began_at,
        limit_on=tolling.limit_on,
        limit_at=tolling.limit_at,
        ended_at=tolling.ended_at,
        stops_now=tolling.ended_at is None and now < tolling.limit_at,
        allowed_actions=[
            AllowedAction(
                action=offer.action,
                href=f"/v1/tollings/{tolling.id}/{offer.action}",
                missing=list(offer.missing),
            )
            for offer in TOLLING.allowed(tolling.state, actor.roles, facts)
        ],
    )


def _complete(reading: Reading) -> dict[str, Any]:
    """The document with what it leaves to a default; one of a rule set as it stands."""
    check = OWN_CHECKS.get(reading.standing.kind)
    return dict(reading.document if check is None else check(reading.document))


def _standing(standing: Standing, now: datetime) -> dict[str, Any]:
    return {
        "code": standing.code,
        "kind": standing.kind,
        "state": standing.state,
        "version": standing.moves,
        "in_force": standing.is_in_force(now),
        "effective_on": standing.effective_on,
        "effective_from": standing.effective_from,
        "superseded_from": standing.superseded_from,
        "published_at": standing.published_at,
    }


def _offers(
    session: Session, actor: Actor, family: Family, standing: Standing, now: datetime
) -> list[AllowedAction]:
    """What the caller may do next; a publication as if its call named a day that is free."""
    today = day_of(now, queries.policy_in_force(session, now).zone)
    facts = Facts(today=today, effective_on=today.max)
    return [
        AllowedAction(
            action=offer.action,
            href=f"{family.path}/{standing.code}/{offer.action}",
            missing=list(offer.missing),
        )
        for offer in family.machine.allowed(standing.state, actor.roles, facts)
    ]


def _standard(rules: standard.Standard) -> dict[str, Any]:
    texts = [principle.wording for principle in rules.principles]
    texts += [criterion.wording for criterion in rules.criteria.values()]
    return {
        "title": rules.title,
        "owner": rules.owner,
        "elements": list(rules.elements),
        "evidence_streams": list(rules.evidence_streams),
        "indicators": len(rules.indicators()),
        "working_wording": texts.count(Wording.WORKING),
        "principles": [
            PrincipleView(
                code=principle.code,
                kind=principle.kind,
                title=principle.title,
                verified=principle.verified,
                wording=principle.wording,
                criteria=[
                    CriterionView(
                        code=criterion.code,
                        title=criterion.title,
                        verified=criterion.verified,
                        wording=criterion.wording,
                        critical=criterion.critical,
                    )
                    for criterion in principle.criteria
                ],
            )
            for principle in rules.principles
        ],
    }
