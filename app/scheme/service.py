"""The only code that writes the scheme's rules: drafts, and what is published of them."""

from collections.abc import Collection, Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from app.kernel.canonical import digest
from app.kernel.dates import day_of, end_of_day, start_of_day
from app.kernel.errors import Conflict, FieldError, Invalid
from app.kernel.identifiers import new_id
from app.lifecycle import journal
from app.lifecycle.approvals import Approval
from app.lifecycle.journal import Work
from app.platform.database import try_lock
from app.scheme import queries
from app.scheme.document import unclean
from app.scheme.families import Check, Checks, Family, checked
from app.scheme.lifecycle import TOLLING, Facts, TollingFacts
from app.scheme.models import Kind, PublishedVersion, Reason, Tolling, Version
from app.scheme.shipped import Shipped, first_policy
from app.scheme.tolling import Timer


def draft(
    work: Work, family: Family, kind: Kind, code: str, document: Mapping[str, Any], checks: Checks
) -> Version:
    """Begin a version under a code of its own. Raises Invalid, Conflict, RoleRefused."""
    if kind not in family.kinds:
        reason = f"Write one of {', '.join(family.kinds)}."
        raise Invalid(reason, errors=[FieldError("/kind", reason)])
    kept = _usable(checks[kind], kind, code, document)
    if not try_lock(work.session, f"{family.machine.name} {code}") or queries.is_taken(
        work.session, family, code
    ):
        raise Conflict(f"there is a version {code} already: a code is used once")
    version = family.model(
        id=new_id(work.now), kind=kind.value, code=code, document=kept, digest=digest(kept)
    )
    journal.move(
        work,
        family.machine,
        version,
        "draft",
        facts(work, version),
        details=_told(kind, code, version.digest),
    )
    return version


def edit(
    work: Work,
    family: Family,
    code: str,
    document: Mapping[str, Any],
    checks: Checks,
    *,
    expected_version: int | None = None,
) -> Version:
    """Replace what a draft says; a first signature under it counts no more.

    Raises NotFound, Invalid, StaleVersion, RoleRefused, MoveRefused.
    """
    version = _locked(work, family, code)
    kind = Kind(version.kind)
    kept = _usable(checks[kind], kind, code, document)
    now_says = digest(kept)
    journal.move(
        work,
        family.machine,
        version,
        "edit",
        facts(work, version),
        details=_told(kind, code, now_says),
        changes={"document": kept, "digest": now_says},
        expected_version=expected_version,
    )
    return version


def publish(
    work: Work,
    family: Family,
    code: str,
    effective_on: date,
    checks: Checks,
    *,
    expected_version: int | None = None,
) -> Version | Approval:
    """Publish a draft, in force from the beginning of a day to come; two people sign.

    From then on it never changes. Raises NotFound, StaleVersion, RoleRefused, MoveRefused with
    every reason, SecondSignatureRefused, Conflict.
    """
    version = _locked(work, family, code)
    kind = Kind(version.kind)
    if not try_lock(work.session, f"publish {kind}"):
        raise Conflict(f"another version of the {kind} is being published at this moment")
    told = {"effective_on": str(effective_on), **_told(kind, code, version.digest)}
    entry = journal.record(
        work,
        family.machine,
        version,
        "publish",
        facts(work, version, effective_on, checks[kind]),
        details=told,
        terms=told,
        changes={"effective_on": effective_on},
        expected_version=expected_version,
    )
    if isinstance(entry, Approval):
        return entry
    zone = queries.zone_of(work.session, version, work.now)
    work.session.add(
        PublishedVersion(
            kind=kind.value,
            code=code,
            effective_on=effective_on,
            effective_from=start_of_day(effective_on, zone),
            document=version.document,
            digest=version.digest,
            published_at=work.now,
        )
    )
    work.session.flush()
    return version


def discard(
    work: Work, family: Family, code: str, *, expected_version: int | None = None
) -> Version:
    """Give a draft up; its code stays used. Raises NotFound, StaleVersion, RoleRefused, …"""
    version = _locked(work, family, code)
    journal.move(
        work,
        family.machine,
        version,
        "discard",
        facts(work, version),
        details=_told(version.kind, code, version.digest),
        expected_version=expected_version,
    )
    return version


def facts(
    work: Work, version: Version, effective_on: date | None = None, check: Check | None = None
) -> Facts:
    """What the guards look at."""
    zone = queries.zone_of(work.session, version, work.now)
    faults: tuple[str, ...] = ()
    if check is not None:
        try:
            check(version.document)
        except Invalid as error:
            faults = tuple(f"{fault.pointer}: {fault.detail}" for fault in error.errors)
    return Facts(
        today=day_of(work.now, zone),
        effective_on=effective_on,
        taken=(
            None
            if effective_on is None
            else queries.beginning_on(work.session, Kind(version.kind), effective_on, zone)
        ),
        faults=faults,
    )


def start_tolling(
    work: Work,
    timers: Collection[Timer],
    reason: Reason,
    statement: str,
    limit_on: date,
    *,
    case: str | None = None,
) -> Tolling:
    """Stop these timers from now to the end of `limit_on`, of one case or of every case.

    Raises Invalid, RoleRefused, MoveRefused.
    """
    if case is not None and not queries.is_case(work.session, case):
        fault = "There is no such application."
        raise Invalid(fault, errors=[FieldError("/application_id", fault)])
    rules = queries.policy_in_force(work.session, work.now)
    tolling = Tolling(
        id=new_id(work.now),
        timers=sorted(timer.value for timer in timers),
        case_id=case,
        reason=reason.value,
        statement=statement,
        began_at=work.now,
        limit_on=limit_on,
        limit_at=end_of_day(limit_on, rules.zone),
    )
    journal.move(
        work,
        TOLLING,
        tolling,
        "start",
        _tolling_facts(work, tolling),
        reason=reason.value,
        details={"timers": tolling.timers, "case": case, "limit_on": str(limit_on)},
    )
    return tolling


def end_tolling(work: Work, tolling_id: str, *, expected_version: int | None = None) -> Tolling:
    """Let the timers run on from now. Raises NotFound, StaleVersion, RoleRefused, MoveRefused."""
    tolling = journal.lock(work, Tolling, tolling_id)
    journal.move(
        work,
        TOLLING,
        tolling,
        "end",
        _tolling_facts(work, tolling),
        reason=tolling.reason,
        changes={"ended_at": work.now},
        expected_version=expected_version,
    )
    return tolling


def _tolling_facts(work: Work, tolling: Tolling) -> TollingFacts:
    rules = queries.policy_in_force(work.session, work.now)
    today = day_of(work.now, rules.zone)
    return TollingFacts(
        today=today,
        limit_on=tolling.limit_on,
        latest=today + timedelta(days=rules.tolling_days),
    )


def publish_shipped(session: Session, versions: Collection[Shipped]) -> None:
    """Publish the versions that ship with the service, those that are not there yet.

    For `erc migrate`; running it again changes nothing.
    """
    if missing := _missing(session, versions):
        zone = first_policy().zone
        session.execute(
            insert(PublishedVersion),
            [
                {
                    "kind": one.kind.value,
                    "code": one.code,
                    "effective_on": one.effective_on,
                    "effective_from": (begins := start_of_day(one.effective_on, zone)),
                    "document": one.document,
                    "digest": digest(one.document),
                    "published_at": begins,
                }
                for one in missing
            ],
        )


def has_shipped(session: Session, versions: Collection[Shipped]) -> bool:
    """Does the database hold every version that ships with the service?"""
    return not _missing(session, versions)


def _missing(session: Session, versions: Collection[Shipped]) -> list[Shipped]:
    known = {
        tuple(row) for row in session.execute(select(PublishedVersion.kind, PublishedVersion.code))
    }
    return [one for one in versions if (one.kind.value, one.code) not in known]


def _usable(check: Check, kind: Kind, code: str, document: Mapping[str, Any]) -> dict[str, Any]:
    if faults := list(unclean(document, ("document",))):
        raise Invalid("The document holds what nobody can see; mend each fault.", errors=faults)
    return checked(check, kind, code, document)


def _locked(work: Work, family: Family, code: str) -> Version:
    seen = queries.version(work.session, work.actor, family, code)
    return journal.lock(work, family.model, seen.id)


def _told(kind: str, code: str, says: str) -> dict[str, str]:
    return {"kind": str(kind), "code": code, "digest": says}
