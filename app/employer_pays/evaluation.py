"""Judges one worker's job as it is written on the wire, and keeps nothing (DOMAIN §8).

For whoever wants to test an offer before making it. Used by `api.py`.
"""

from datetime import date
from itertools import groupby

from app.employer_pays import categories
from app.employer_pays.charge import (
    Burden,
    Charge,
    Evidence,
    LegalException,
    Placement,
    Worker,
)
from app.employer_pays.exchange import Rates, RepeatedRate
from app.employer_pays.explanation import Explanation, money
from app.employer_pays.gaps import missing
from app.employer_pays.indicator import in_hundredths, observe
from app.employer_pays.rules import RuleBook
from app.employer_pays.schemas import (
    ChargeBody,
    ChargeView,
    EmployerPaysView,
    EvaluationBody,
    EvaluationView,
    NationalLawView,
    ProposedFindingView,
    RuleView,
    WorkerBody,
)
from app.employer_pays.verdict import Judgement, RuleVerdict, Verdict, judge, over_by
from app.kernel.errors import FieldError, Invalid
from app.kernel.money import Money
from app.kernel.places import Corridor
from app.platform.wire import MoneyBody

EMPLOYER_PAYS = "employer-pays-principle"
"""What is named as the rule of the first verdict."""


def evaluate(body: EvaluationBody, today: date, *, book: RuleBook, standard: str) -> EvaluationView:
    """Both verdicts on every charge, with their reasons, by the rules and the standard in force.

    Raises Invalid.
    """
    rates = _rates(body)
    charges = [_charge(charge) for charge in body.charges]
    judgement = judge(book, _placement(body), charges, rates)
    words = Explanation(judgement, today)
    ratio = observe(judgement.placement, charges, rates).ratio
    return EvaluationView(
        charges=[_charge_view(judgement, words, place) for place in range(len(charges))],
        rules=[_rule_view(judgement, words, found, today) for found in words.rules],
        employer_pays=judgement.overall_employer_pays,
        national_law=judgement.overall_national_law,
        worker_paid=[MoneyBody.of(paid) for paid in _sums(charges)],
        rci=None if ratio is None else in_hundredths(ratio),
        proposed_findings=_proposed_findings(charges, standard),
        not_judged=_not_judged(judgement, words, has_rci=ratio is not None),
    )


def _rates(body: EvaluationBody) -> Rates:
    try:
        return Rates(rate.exchange_rate() for rate in body.exchange_rates)
    except RepeatedRate as error:
        places = [FieldError("/exchange_rates", error.detail)]
        raise Invalid(error.detail, errors=places) from error


def _placement(body: EvaluationBody) -> Placement:
    return Placement(
        corridor=Corridor.parse(body.corridor),
        worker=_worker(body.worker or WorkerBody()),
        region=body.region,
        employer_bears_all_costs=body.employer_bears_all_costs,
        arrived_on=body.arrived_on,
        first_wage_on=body.first_wage_on,
        ended_on=body.ended_on,
        end_reason=body.end_reason,
        exceptions=tuple(LegalException(**exception.model_dump()) for exception in body.exceptions),
    )


def _worker(body: WorkerBody) -> Worker:
    return Worker(
        gender=body.gender,
        occupation=body.occupation,
        monthly_wage=_money(body.monthly_wage),
        first_month_earnings=_money(body.first_month_earnings),
        contract_months=body.contract_months,
        contract_signed_on=body.contract_signed_on,
    )


def _charge(body: ChargeBody) -> Charge:
    return Charge(
        category=categories.category(body.category),
        amount=body.amount.money(),
        paid_by=body.paid_by,
        charged_on=body.charged_on,
        payee=body.payee,
        form=body.form,
        stage=body.stage,
        evidence=body.evidence,
        repaid=_money(body.repaid),
    )


def _money(body: MoneyBody | None) -> Money | None:
    return None if body is None else body.money()


def _charge_view(judgement: Judgement, words: Explanation, place: int) -> ChargeView:
    return ChargeView(
        employer_pays=EmployerPaysView(
            verdict=judgement.employer_pays[place],
            rule=EMPLOYER_PAYS,
            source=categories.SOURCE,
            explanation=words.of_employer_pays(place),
        ),
        national_law=NationalLawView(
            verdict=judgement.national_law[place],
            rules=[found.rule.id for found in words.rules_of(place)],
            explanation=words.of_national_law(place),
        ),
    )


def _rule_view(
    judgement: Judgement, words: Explanation, found: RuleVerdict, today: date
) -> RuleView:
    over = over_by(judgement, found)
    return RuleView(
        rule=found.rule.id,
        verdict=found.verdict,
        over_by=MoneyBody.of(over[0]) if len(over) == 1 else None,
        source=found.rule.source,
        explanation=words.of_rule(found),
        stale=found.rule.is_stale(today),
    )


def _sums(charges: list[Charge]) -> list[Money]:
    """What the worker bore, by currency. Raises InvalidAmount beyond what an amount can hold."""
    borne = sorted(
        (it.amount.currency, it.amount.minor) for it in charges if it.burden is Burden.CERTAIN
    )
    return [
        Money(sum(minor for _, minor in group), currency)
        for currency, group in groupby(borne, key=lambda pair: pair[0])
    ]


def _proposed_findings(charges: list[Charge], standard: str) -> list[ProposedFindingView]:
    """A single confirmed fee that a worker paid is critical against principle 1 (§8).

    Repaid or not: the finding stays. An estimate from a cohort confirms nothing of this worker.
    """
    places = [
        place
        for place, charge in enumerate(charges)
        if charge.burden is Burden.CERTAIN and charge.evidence is not Evidence.COHORT_ESTIMATE
    ]
    if not places:
        return []
    paid = " and ".join(map(money, _sums([charges[place] for place in places])))
    return [
        ProposedFindingView(
            grade="critical",
            standard=standard,
            principle=categories.FEES_PRINCIPLE,
            statement=f"{len(places)} charge{'s' * (len(places) > 1)} borne by the worker: {paid}",
            charges=places,
        )
    ]


def _not_judged(judgement: Judgement, words: Explanation, *, has_rci: bool) -> list[str]:
    found = [
        f"{rule.rule.id}: {', '.join(gaps)}"
        for rule in words.rules
        if (gaps := missing(judgement, rule))
    ]
    unclear = judgement.employer_pays.count(Verdict.UNKNOWN)
    if unclear:
        found.append(f"employer_pays: who bore {unclear} of the charges")
    if not has_rci:
        found.append(f"rci: {_why_no_rci(judgement)}")
    return found


def _why_no_rci(judgement: Judgement) -> str:
    earnings = judgement.placement.worker.first_month_earnings
    if earnings is None or not earnings.minor:
        return "the first month's earnings"
    if any(charge.burden is Burden.POSSIBLE for charge in judgement.charges):
        return "who bore a charge"
    return f"an exchange rate to {earnings.currency} for the day of every charge"
