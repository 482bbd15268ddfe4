"""Reads what a check judges: every worker in its scope, with all that is told of them."""

import hashlib
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from app.employer_pays.charge import LegalException, Placement
from app.employer_pays.charges import queries as charges
from app.employer_pays.charges.jobs import Told, placement
from app.employer_pays.charges.models import ChargeRow, ChargeWorker
from app.employer_pays.charges.queries import Kept
from app.employer_pays.checks.result import Case
from app.employer_pays.checks.scope import Kind, Scope
from app.employer_pays.exchange import ExchangeRate, Rates
from app.employer_pays.rates import queries as rates
from app.employer_pays.repayment import standing
from app.employer_pays.triangulation import Source
from app.kernel.canonical import canonical_json

_Key = tuple[str, str, str]
"""Recruiter, pseudonym, corridor."""


@dataclass(frozen=True, slots=True)
class Gathered:
    """The workers of a check in a fixed order, and SHA-256 over everything that is judged."""

    cases: list[Case]
    digest: str


def gather(
    session: Session, scope: Scope, sources: frozenset[Source], *, pseudonym: str | None = None
) -> Gathered:
    """Everything that is told of the workers in this scope by these sources; whoever asks.

    Of one worker alone, where a pseudonym is given.
    """
    of_charges, of_workers = _conditions(scope)
    if pseudonym is not None:
        of_charges.append(ChargeRow.pseudonym == pseudonym)
        of_workers.append(ChargeWorker.pseudonym == pseudonym)
    told: defaultdict[_Key, list[Told]] = defaultdict(list)
    for recruiter, name, corridor, one in charges.told(session, *of_workers, sources=sources):
        told[recruiter, name, corridor].append(one)
    kept: defaultdict[_Key, list[Kept]] = defaultdict(list)
    for it in charges.kept(session, *of_charges, sources=sources):
        kept[it.recruiter_id, it.pseudonym, it.corridor].append(it)
    table = _table(session, [it for group in kept.values() for it in group], told)
    recruiters = sorted({recruiter for recruiter, _, _ in told})
    exceptions = {it: charges.exceptions(session, it) for it in recruiters}
    settled = {it: standing.settled(session, it) for it in recruiters}
    cases, digest = [], hashlib.sha256()
    for key in sorted(told):
        recruiter, name, corridor = key
        job = placement(corridor, told[key], exceptions[recruiter])
        if not _is_in(scope, job):
            continue
        own = _own_rates(kept[key], table)
        case = Case(
            person=(recruiter, name),
            placement=job,
            reports=[it.report for it in kept[key]],
            rates=table if own is None else Rates(own),
            interviewed=any(it.source is Source.STATEMENT for it in told[key]),
            repaid=settled[recruiter].charges,
            held_apart=name in settled[recruiter].held_apart,
        )
        digest.update(_canonical(key, told[key], kept[key], exceptions[recruiter], case))
        cases.append(case)
    return Gathered(cases, digest.hexdigest())


def _conditions(
    scope: Scope,
) -> tuple[list[ColumnElement[bool]], list[ColumnElement[bool]]]:
    """The same scope for rows of charges and for rows of workers."""
    of_charges: list[ColumnElement[bool]] = []
    of_workers: list[ColumnElement[bool]] = []
    if scope.recruiter_id is not None:
        of_charges.append(ChargeRow.recruiter_id == scope.recruiter_id)
        of_workers.append(ChargeWorker.recruiter_id == scope.recruiter_id)
    if scope.corridor is not None:
        of_charges.append(ChargeWorker.corridor == scope.corridor)
        of_workers.append(ChargeWorker.corridor == scope.corridor)
    if scope.kind is Kind.AUDIT:
        interviewed = select(ChargeWorker.pseudonym).where(
            ChargeWorker.audit_id == scope.audit_id,
            ChargeWorker.source == Source.STATEMENT.value,
        )
        of_charges.append(ChargeRow.pseudonym.in_(interviewed))
        of_workers.append(ChargeWorker.pseudonym.in_(interviewed))
    return of_charges, of_workers


def _is_in(scope: Scope, job: Placement) -> bool:
    """Whether a worker is of the cohort: one whose gender or arrival is not told is not."""
    if scope.gender is not None and job.worker.gender is not scope.gender:
        return False
    if scope.arrived_from is None and scope.arrived_until is None:
        return True
    if job.arrived_on is None:
        return False
    first, last = scope.arrived_from or date.min, scope.arrived_until or date.max
    return first <= job.arrived_on <= last


def _table(session: Session, kept: list[Kept], told: Mapping[_Key, list[Told]]) -> Rates:
    """The imported rates of every day on which something was charged."""
    currencies = {it.report.charge.amount.currency for it in kept}
    currencies |= {
        one.facts["first_month_earnings"]["currency"]
        for group in told.values()
        for one in group
        if "first_month_earnings" in one.facts
    }
    return Rates(rates.of_days(session, currencies, charges.days_of(kept)))


def _own_rates(kept: list[Kept], table: Rates) -> list[ExchangeRate] | None:
    """The rates for one worker, where some that were kept with charges are not the table's.

    A kept rate goes before the table's; of two for one day, the one recorded first.
    """
    found: dict[tuple[frozenset[str], date], ExchangeRate] = {}
    differs = False
    for it in kept:
        if it.rate is not None:
            found.setdefault((frozenset((it.rate.base, it.rate.quote)), it.rate.on), it.rate)
            differs |= table.between(it.rate.base, it.rate.quote, it.rate.on) != it.rate
    if not differs:
        return None
    days = charges.days_of(kept)
    for rate in table:
        if rate.on in days:
            found.setdefault((frozenset((rate.base, rate.quote)), rate.on), rate)
    return list(found.values())


def _canonical(
    key: _Key,
    told: list[Told],
    kept: list[Kept],
    exceptions: tuple[LegalException, ...],
    case: Case,
) -> bytes:
    days = charges.days_of(kept)
    used = sorted(
        f"{it.base}/{it.quote} {it.rate} {it.on} {it.source}" for it in case.rates if it.on in days
    )
    return canonical_json(
        [
            key,
            sorted([it.source.value, it.id] for it in told),
            [
                [it.report.id, it.report.denied, it.report.id in case.repaid]
                for it in sorted(kept, key=lambda it: it.report.id)
            ],
            [str(it) for it in exceptions],
            used,
            case.held_apart,
        ]
    )
