"""Whom and which charges a rule selects: yes, no, or not to be said (DOMAIN §8 "Selectors").

Every question is answered True, False, or None where a fact that it needs is missing; the facts
have names, so that `explanation.py` can say which. Pure values.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeVar

from app.employer_pays import categories
from app.employer_pays.allowance import contract_end
from app.employer_pays.charge import Charge, EndReason, LegalException, Payee, Placement
from app.employer_pays.rules import Condition, Refund, RefundWhen, Rule
from app.kernel.dates import add_months

Fact = TypeVar("Fact")
Question = Callable[[Rule, Sequence[Charge]], list[bool | None]]

_REFUND_MONTHS = 6

_WITHOUT_FAULT: Mapping[EndReason, bool] = {
    EndReason.TERMINATED: True,
    EndReason.EMPLOYER_BREACH: True,
    EndReason.FORCE_MAJEURE: True,
    EndReason.COMPLETED: False,
    EndReason.WORKER_FAULT: False,
}
"""Did the worker return without fault? Why one resigned decides it, and that is not told."""

_TERMINATED: Mapping[EndReason, bool] = {
    **_WITHOUT_FAULT,
    EndReason.WORKER_FAULT: True,
}
"""Was the employment terminated? A worker who resigned may have been made to."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to one question about a placement, and the fact that decides it."""

    holds: bool | None
    fact: str


def combined(answers: Iterable[bool | None]) -> bool | None:
    """False where one is False, else None where one cannot be said, else True."""
    found = set(answers)
    return False if False in found else None if None in found else True


def of_placement(rule: Rule, placement: Placement) -> list[Answer]:
    """What must hold for a rule of the corridor to select this worker's job."""
    worker = placement.worker
    answers = []
    if rule.region is not None:
        answers.append(_answer(placement.region, "the region", {rule.region}.__contains__))
    if rule.genders is not None:
        answers.append(_answer(worker.gender, "the worker's gender", rule.genders.__contains__))
    if rule.occupations is not None:
        answers.append(_answer(worker.occupation, _OCCUPATION, rule.occupations.__contains__))
    if rule.except_occupations:
        answers.append(
            _answer(worker.occupation, _OCCUPATION, lambda it: it not in rule.except_occupations)
        )
    if rule.condition is not None:
        answers.append(_CONDITIONS[rule.condition](placement))
    if isinstance(rule.shape, Refund):
        answers += _ENDINGS[rule.shape.when](placement)
    return answers


def of_charges(rule: Rule, charges: Sequence[Charge]) -> list[bool | None]:
    """Does the rule select each charge, by category, date, payee and form of payment?

    Rules apply by the charge's date (§8).
    """
    answers = _covered(rule, charges)
    if answers.count(False) < len(answers):
        for _, question in _asked(rule):
            answers = list(map(_both, answers, question(rule, charges)))
    return answers


def untold(rule: Rule, charge: Charge) -> list[str]:
    """The facts for want of which it cannot be said whether the rule selects the charge."""
    questions = [(f"which item of {charge.category} it was", _covered), *_asked(rule)]
    return [fact for fact, question in questions if question(rule, [charge]) == [None]]


def is_excepted(rule: Rule, charge: Charge, placement: Placement) -> bool | None:
    """Does an exception under C181 Art. 7(2) lift the rule's prohibition for this charge?

    It counts for its own country alone, and only where it was disclosed before the worker accepted
    the job. `illegitimate` costs are never excepted.
    """
    if not placement.exceptions or charge.category in categories.ILLEGITIMATE:
        return False
    answers = {
        _lifts(exception, charge, placement)
        for exception in placement.exceptions
        if exception.country == rule.country
    }
    return True if True in answers else None if None in answers else False


_OCCUPATION = "the worker's occupation"


def _answer(fact: Fact | None, name: str, test: Callable[[Fact], bool]) -> Answer:
    return Answer(None if fact is None else test(fact), name)


def _employer_does_not_bear_all_costs(placement: Placement) -> Answer:
    bears_all = placement.employer_bears_all_costs
    return Answer(
        None if bears_all is None else not bears_all, "whether the employer bears all costs"
    )


_CONDITIONS: Mapping[Condition, Callable[[Placement], Answer]] = {
    Condition.EMPLOYER_DOES_NOT_BEAR_ALL_COSTS: _employer_does_not_bear_all_costs,
}


def _early_without_fault(placement: Placement) -> list[Answer]:
    ended = placement.ended_on
    if ended is None:
        return [Answer(False, "the end of the employment")]
    end = contract_end(placement)
    return [
        Answer(
            None if end is None else end - ended > timedelta(days=1),
            "the day of arrival and the months of the contract",
        ),
        Answer(_why(placement, _WITHOUT_FAULT), "why the employment ended"),
    ]


def _terminated_early(placement: Placement) -> list[Answer]:
    """The day itself, six months after the arrival, still counts: for the worker's protection."""
    ended = placement.ended_on
    if ended is None:
        return [Answer(False, "the end of the employment")]
    arrived = placement.arrived_on
    return [
        Answer(
            None if arrived is None else ended <= add_months(arrived, _REFUND_MONTHS),
            "the day of arrival",
        ),
        Answer(_why(placement, _TERMINATED), "why the employment ended"),
    ]


_ENDINGS: Mapping[RefundWhen, Callable[[Placement], list[Answer]]] = {
    RefundWhen.EARLY_WITHOUT_FAULT: _early_without_fault,
    RefundWhen.TERMINATED_WITHIN_6_MONTHS: _terminated_early,
}
"""Refund rules are judged once the end of the employment is given (§8)."""


def _why(placement: Placement, table: Mapping[EndReason, bool]) -> bool | None:
    return None if placement.end_reason is None else table.get(placement.end_reason)


def _covered(rule: Rule, charges: Sequence[Charge]) -> list[bool | None]:
    coverage = rule.coverage
    return [coverage[charge.category] for charge in charges]


def _in_period(rule: Rule, charges: Sequence[Charge]) -> list[bool | None]:
    first, last = rule.effective_from or date.min, rule.effective_to or date.max
    return [
        None if (on := charge.charged_on) is None else first <= on <= last for charge in charges
    ]


def _to_payee(rule: Rule, charges: Sequence[Charge]) -> list[bool | None]:
    payees = rule.payees or frozenset()
    return [None if (to := charge.payee) is Payee.UNKNOWN else to in payees for charge in charges]


def _by_channel(rule: Rule, charges: Sequence[Charge]) -> list[bool | None]:
    channels = rule.channels or frozenset()
    return [None if (form := charge.form) is None else form in channels for charge in charges]


def _asked(rule: Rule) -> list[tuple[str, Question]]:
    """What the rule's own selectors ask of a charge, with the name of the fact."""
    found: list[tuple[str, Question]] = []
    if rule.is_dated:
        found.append(("the date of a charge", _in_period))
    if rule.payees is not None:
        found.append(("the payee of a charge", _to_payee))
    if rule.channels is not None:
        found.append(("the form of a payment", _by_channel))
    return found


def _both(one: bool | None, other: bool | None) -> bool | None:
    return other if one or other is False else one


def _lifts(exception: LegalException, charge: Charge, placement: Placement) -> bool | None:
    on = charge.charged_on
    occupation = placement.worker.occupation
    in_time = (
        None
        if on is None
        else exception.valid_from <= on
        and (exception.valid_until is None or on <= exception.valid_until)
    )
    return combined(
        (
            None if occupation is None else occupation == exception.worker_category,
            categories.covers(exception.service_type, charge.category),
            exception.disclosed_before_acceptance,
            in_time,
        )
    )
