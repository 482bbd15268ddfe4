"""What one rule says of each charge of a worker: one function per shape of rule (DOMAIN §8).

Pure values, no words. Where a fact is missing, a charge violates only if it would whatever the fact
were, and conforms only if it would as well; everything between is unknown. The choices that §8
leaves open are listed in `verdict.py`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import IntEnum

from app.employer_pays import selection
from app.employer_pays.allowance import (
    Ceiling,
    ceiling,
    month_of_stay,
    monthly_ceiling,
    share_to_return,
)
from app.employer_pays.charge import Burden, Charge, Evidence, Payer, Placement
from app.employer_pays.exchange import Amount, Rates
from app.employer_pays.rules import (
    Event,
    ItemAllocation,
    PeriodicCap,
    Precondition,
    Prohibited,
    Refund,
    Rule,
)


class Outcome(IntEnum):
    """What a rule says of a charge. Of several rules the highest counts."""

    ABSENT = 0
    """The rule does not select it."""
    SILENT = 1
    """Not broken, and not vouched for either: the rule may not even select it."""
    CONFORMS = 2
    UNKNOWN = 3
    VIOLATES = 4


ABSENT, SILENT, CONFORMS, UNKNOWN, VIOLATES = Outcome
POSSIBLE, CERTAIN = Burden.POSSIBLE, Burden.CERTAIN

Selected = Sequence[bool | None]
"""Whether the rule selects each charge of the case."""

_DOUBTED = (ABSENT, SILENT, SILENT, UNKNOWN, UNKNOWN)
"""What becomes of an outcome where it is not sure that the rule selects the charge."""


@dataclass(frozen=True, slots=True)
class Count:
    """What counts against one ceiling, in minor units of its currency.

    `least` counts for certain; `most` is what may count, None where an amount cannot be converted.
    `month` is the month of the stay (0 the first, -1 before it) whose ceiling this is, if any.
    """

    least: Amount
    most: Amount | None
    limit: Amount
    currency: str
    month: int | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """One worker's charges, in the order in which caps count them, and what they are judged by."""

    placement: Placement
    charges: Sequence[Charge]
    burdens: Sequence[Burden]
    rates: Rates

    def only(self, places: Sequence[int]) -> "Case":
        """The same with some of the charges."""
        return Case(
            self.placement,
            [self.charges[place] for place in places],
            [self.burdens[place] for place in places],
            self.rates,
        )


def of_rule(rule: Rule, case: Case) -> tuple[list[Outcome], tuple[Count, ...]] | None:
    """The outcome for every charge, in order, and the counts; None: the rule selects nothing."""
    selects = selection.combined(
        answer.holds for answer in selection.of_placement(rule, case.placement)
    )
    if selects is False:
        return None
    selected = selection.of_charges(rule, case.charges)
    if selected.count(False) == len(selected):
        return None
    outcomes, counts = _of_shape(rule, case, selected)
    if rule.requires_receipt:
        outcomes = list(map(max, outcomes, _each(case, selected, _with_receipt)))
    if selects is None:
        outcomes = [_DOUBTED[outcome] for outcome in outcomes]
    return outcomes, counts


def _of_shape(
    rule: Rule, case: Case, selected: Selected
) -> tuple[list[Outcome], tuple[Count, ...]]:
    match rule.shape:
        case Prohibited():
            return _each(case, selected, lambda charge: _prohibited(rule, charge, case)), ()
        case ItemAllocation() as allocation:
            return _allocated(allocation, case, selected), ()
        case Precondition() as asked:
            return _each(case, selected, lambda charge: _precondition(asked, charge, case)), ()
        case Refund() as refund:
            return _returned(refund, case, selected), ()
        case PeriodicCap() as monthly:
            return _within_monthly_ceilings(monthly, case, selected)
        case cap:
            return _within_ceiling(ceiling(cap, case.placement), case, selected)


def _each(case: Case, selected: Selected, judge: Callable[[Charge], Outcome]) -> list[Outcome]:
    """Judge the charges one by one; what the worker did not bear breaks no such rule."""
    found = []
    for charge, is_selected, burden in zip(case.charges, selected, case.burdens, strict=True):
        if is_selected is False:
            found.append(ABSENT)
            continue
        outcome = judge(charge) if burden else CONFORMS
        if outcome is VIOLATES and burden is POSSIBLE:
            outcome = UNKNOWN
        found.append(outcome if is_selected else _DOUBTED[outcome])
    return found


def _prohibited(rule: Rule, charge: Charge, case: Case) -> Outcome:
    excepted = selection.is_excepted(rule, charge, case.placement)
    return UNKNOWN if excepted is None else CONFORMS if excepted else VIOLATES


def _allocated(shape: ItemAllocation, case: Case, selected: Selected) -> list[Outcome]:
    found = []
    for charge, is_selected in zip(case.charges, selected, strict=True):
        if is_selected is False:
            found.append(ABSENT)
            continue
        if charge.amount.minor == 0 or shape.bearers_of(charge.category) == {charge.paid_by}:
            outcome = CONFORMS
        else:
            outcome = UNKNOWN if charge.paid_by is Payer.UNKNOWN else VIOLATES
        found.append(outcome if is_selected else _DOUBTED[outcome])
    return found


def _precondition(shape: Precondition, charge: Charge, case: Case) -> Outcome:
    outcome = CONFORMS
    if shape.after is not None:
        outcome = _after(event_day(shape.after, case.placement), charge.charged_on)
    if shape.channels is not None and charge.form not in shape.channels:
        outcome = max(outcome, UNKNOWN if charge.form is None else VIOLATES)
    return outcome


def event_day(event: Event, placement: Placement) -> date | None:
    """The day on which what must precede a charge happened."""
    match event:
        case Event.CONTRACT_SIGNED:
            return placement.worker.contract_signed_on
        case Event.FIRST_WAGE_RECEIVED:
            return placement.first_wage_on


def _after(event: date | None, on: date | None) -> Outcome:
    if event is None or on is None or on == event:
        return UNKNOWN
    return CONFORMS if on > event else VIOLATES


RECEIPTS: Mapping[Evidence | None, Outcome] = {
    Evidence.RECEIPT: CONFORMS,
    Evidence.BANK_RECORD: UNKNOWN,
    Evidence.COHORT_ESTIMATE: UNKNOWN,
    None: UNKNOWN,
    Evidence.CONTEMPORANEOUS_NOTE: VIOLATES,
    Evidence.WORKER_TESTIMONY: VIOLATES,
}
"""Whether the best evidence of a charge shows that a receipt was given."""


def _with_receipt(charge: Charge) -> Outcome:
    return RECEIPTS[charge.evidence]


def _returned(shape: Refund, case: Case, selected: Selected) -> list[Outcome]:
    share = share_to_return(shape, case.placement)
    owes_interest = shape.at_least_percent is None

    def returned(charge: Charge) -> Outcome:
        if share is None:
            return UNKNOWN
        repaid = 0 if charge.repaid is None else charge.repaid.minor
        if repaid < charge.amount.minor * share:
            return VIOLATES
        return UNKNOWN if owes_interest and share > 0 else SILENT

    found = _each(case, selected, returned)
    return [SILENT if outcome is CONFORMS else outcome for outcome in found]


def _within_ceiling(
    found: Ceiling | None, case: Case, selected: Selected
) -> tuple[list[Outcome], tuple[Count, ...]]:
    if found is None:
        return _each(case, selected, lambda _: UNKNOWN), ()
    outcomes, count = _counted(found, case, selected)
    return outcomes, (count,)


def _within_monthly_ceilings(
    cap: PeriodicCap, case: Case, selected: Selected
) -> tuple[list[Outcome], tuple[Count, ...]]:
    """Each month by itself: the other months' charges are as if not selected."""
    arrived = case.placement.arrived_on
    months = [
        None if arrived is None or on is None else month_of_stay(arrived, on)
        for on in (charge.charged_on for charge in case.charges)
    ]
    outcomes = _each(case, selected, lambda _: UNKNOWN)
    counts = []
    for month in sorted({month for month in months if month is not None}):
        places = [place for place, other in enumerate(months) if other == month]
        limit = Ceiling(monthly_ceiling(cap, month), cap.currency)
        of_month, count = _counted(limit, case.only(places), [selected[p] for p in places], month)
        counts.append(count)
        for place, outcome in zip(places, of_month, strict=True):
            outcomes[place] = outcome
    return outcomes, tuple(counts)


def _counted(
    found: Ceiling, case: Case, selected: Selected, month: int | None = None
) -> tuple[list[Outcome], Count]:
    """The charge that crosses the ceiling violates, and so do those after it (§8)."""
    limit, currency = found.minor, found.currency
    least: Amount = 0
    most: Amount | None = 0
    outcomes = []
    for charge, is_selected, burden in zip(case.charges, selected, case.burdens, strict=True):
        if is_selected is False:
            outcomes.append(ABSENT)
            continue
        outcome = CONFORMS if is_selected else SILENT
        if burden:
            counts = is_selected and burden is CERTAIN
            amount = case.rates.convert(charge.amount, currency, charge.charged_on)
            if amount is None:
                most = None
            elif most is not None:
                most += amount
            if counts:
                # What cannot be converted is more than nothing: it crosses a ceiling just reached.
                crosses = least >= limit if amount is None else least + amount > limit
                least += amount or 0
            if counts and crosses:
                outcome = VIOLATES
            elif most is None or most > limit:
                outcome = UNKNOWN
        outcomes.append(outcome)
    return outcomes, Count(least, most, limit, currency, month)
