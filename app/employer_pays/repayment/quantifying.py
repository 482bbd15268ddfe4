"""What a worker is owed, from the records: by evidence, or by the worker's cohort (DOMAIN §8)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.employer_pays import rule_sets
from app.employer_pays.charge import Burden, Charge
from app.employer_pays.checks.gathering import gather
from app.employer_pays.checks.result import Case, Judged, judged
from app.employer_pays.checks.scope import Kind, Scope
from app.employer_pays.exchange import Rates
from app.employer_pays.repayment.amounts import Basis, Owed, estimate, owed
from app.employer_pays.triangulation import Source
from app.kernel.money import Money
from app.scheme import queries as scheme


@dataclass(frozen=True, slots=True)
class Quantified:
    """What is owed and of what; or the gaps for which it cannot be said."""

    owed: Owed | None
    gaps: tuple[str, ...] = ()
    charges: tuple[str, ...] = ()
    """The ids of what the worker bore."""
    cohort: dict[str, Any] | None = None


def quantified(
    session: Session,
    recruiter_id: str,
    pseudonym: str,
    currency: str,
    basis: Basis,
    now: datetime,
) -> Quantified:
    """What one worker is owed in a currency.

    A cohort is the recruiter's workers of the same origin, year of arrival and gender who have
    evidence, so many of them as policy asks for: else of the same origin and year, else of the
    same origin.
    """
    if basis is Basis.EVIDENCE:
        found = jobs(session, recruiter_id, pseudonym, now)
        said = owed(_borne(found), currency)
        if isinstance(said, list):
            return Quantified(None, tuple(said))
        return Quantified(said, charges=tuple(_charges(found)))
    return _of_cohort(session, recruiter_id, pseudonym, currency, now)


def jobs(session: Session, recruiter_id: str, pseudonym: str, now: datetime) -> list[Judged]:
    """The jobs of one worker with everything that every source tells, judged."""
    scope = Scope(kind=Kind.RECRUITER, recruiter_id=recruiter_id)
    gathered = gather(session, scope, frozenset(Source), pseudonym=pseudonym)
    book = rule_sets.in_force(session, now).book
    return [judged(case, book) for case in gathered.cases]


def _of_cohort(
    session: Session, recruiter_id: str, pseudonym: str, currency: str, now: datetime
) -> Quantified:
    least = scheme.policy_in_force(session, now).cohort_minimum
    book = rule_sets.in_force(session, now).book
    scope = Scope(kind=Kind.RECRUITER, recruiter_id=recruiter_id)
    everybody = gather(session, scope, frozenset(Source)).cases
    own = next(case for case in everybody if case.person[1] == pseudonym)
    others = [judged(case, book) for case in everybody if case.person[1] != pseudonym]
    peers = [it for it in others if it.borne or it.case.interviewed]
    for cohort in _cohorts(own):
        fitting = [it for it in peers if cohort.items() <= _traits(it.case).items()]
        if len(fitting) < least:
            continue
        amounts: list[Money] = []
        for it in fitting:
            said = owed(((charge, it.case.rates) for charge in it.judgement.charges), currency)
            if isinstance(said, list):
                return Quantified(None, tuple(said))
            amounts.append(said.charges + said.interest)
        told = {**cohort, "workers_with_evidence": len(fitting)}
        return Quantified(estimate(amounts), cohort=told)
    return Quantified(
        None, (f"a cohort of at least {least} workers of the same origin with evidence",)
    )


def _cohorts(case: Case) -> Iterator[dict[str, Any]]:
    """The narrowest first; what is not known of the worker makes none."""
    traits = _traits(case)
    for names in (("origin", "arrived_in", "gender"), ("origin", "arrived_in"), ("origin",)):
        if all(traits[name] is not None for name in names):
            yield {name: traits[name] for name in names}


def _traits(case: Case) -> dict[str, Any]:
    placement = case.placement
    return {
        "origin": placement.corridor.origin,
        "arrived_in": placement.arrived_on.year if placement.arrived_on else None,
        "gender": placement.worker.gender.value if placement.worker.gender else None,
    }


def _borne(found: list[Judged]) -> Iterator[tuple[Charge, Rates]]:
    for it in found:
        for charge in it.judgement.charges:
            yield charge, it.case.rates


def _charges(found: list[Judged]) -> Iterator[str]:
    for it in found:
        for report, charge in zip(it.triangulation.counted, it.judgement.charges, strict=True):
            if charge.burden is Burden.CERTAIN:
                yield report.id
