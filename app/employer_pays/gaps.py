"""Which facts a rule could not do without: the named gaps of a judgement (DOMAIN §8).

Asked when somebody reads, never while judging. Pure values.
"""

from collections.abc import Iterator, Mapping

from app.employer_pays import selection
from app.employer_pays.allowance import ceiling_facts, share_to_return
from app.employer_pays.charge import Burden, Charge, Payer, Placement
from app.employer_pays.outcomes import RECEIPTS, Outcome, event_day
from app.employer_pays.rules import Cap, Event, PeriodicCap, Precondition, Prohibited, Refund
from app.employer_pays.verdict import Judgement, RuleVerdict

EVENTS: Mapping[Event, str] = {
    Event.CONTRACT_SIGNED: "the contract was signed",
    Event.FIRST_WAGE_RECEIVED: "the first wage was received",
}
_THE_DATE = "the date of a charge"


def missing(judgement: Judgement, found: RuleVerdict) -> list[str]:
    """The facts for want of which the rule leaves a charge unknown, each once."""
    if Outcome.UNKNOWN not in found.outcomes:
        return []
    return list(dict.fromkeys(_missing(judgement, found)))


def _missing(judgement: Judgement, found: RuleVerdict) -> Iterator[str]:
    rule, placement = found.rule, judgement.placement
    for answer in selection.of_placement(rule, placement):
        if answer.holds is None:
            yield answer.fact
    match rule.shape:
        case Precondition(after=Event() as event) if event_day(event, placement) is None:
            yield f"when {EVENTS[event]}"
        case Refund() as refund:
            yield from _of_refund(refund, placement)
        case _ if isinstance(rule.shape, Cap):
            yield from ceiling_facts(rule.shape, placement)
    for charge, outcome in zip(judgement.charges, found.outcomes, strict=True):
        if outcome is not Outcome.ABSENT and charge.burden is not Burden.NONE:
            yield from _of_charge(judgement, found, charge)


def _of_refund(refund: Refund, placement: Placement) -> Iterator[str]:
    if share_to_return(refund, placement) is None:
        yield "the day of arrival and the months of the contract"
    if refund.at_least_percent is None:
        yield "the interest that is owed, whose rate the rules do not state"


def _of_charge(judgement: Judgement, found: RuleVerdict, charge: Charge) -> Iterator[str]:
    rule = found.rule
    yield from selection.untold(rule, charge)
    if charge.paid_by is Payer.UNKNOWN:
        yield "who bore a charge"
    if rule.requires_receipt and RECEIPTS[charge.evidence] is Outcome.UNKNOWN:
        yield "whether a receipt was given"
    match rule.shape:
        case Prohibited():
            if selection.is_excepted(rule, charge, judgement.placement) is None:
                yield "whether an exception covers a charge"
        case Precondition() as asked:
            yield from _of_precondition(asked, judgement.placement, charge)
        case _ if isinstance(rule.shape, Cap):
            yield from _of_conversion(judgement, found, charge)


def _of_precondition(asked: Precondition, placement: Placement, charge: Charge) -> Iterator[str]:
    if asked.channels is not None and charge.form is None:
        yield "the form of a payment"
    if asked.after is not None and charge.charged_on is None:
        yield _THE_DATE
    elif asked.after is not None and charge.charged_on == event_day(asked.after, placement):
        yield f"whether the charge of {charge.charged_on} came after {EVENTS[asked.after]} that day"


def _of_conversion(judgement: Judgement, found: RuleVerdict, charge: Charge) -> Iterator[str]:
    on, own = charge.charged_on, charge.amount.currency
    if on is None and isinstance(found.rule.shape, PeriodicCap):
        yield _THE_DATE
    for currency in sorted({count.currency for count in found.counts} - {own}):
        if on is None:
            yield _THE_DATE
        elif judgement.rates.between(own, currency, on) is None:
            yield f"the exchange rate of {own} and {currency} on {on}"
