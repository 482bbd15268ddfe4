"""The two verdicts on every charge of a worker: Employer Pays, and national law (DOMAIN §8).

Pure functions over values; nothing here makes words (`explanation.py` does, when somebody reads).
Choices that §8 leaves open are made for the worker's protection:

- A missing fact never helps: a charge conforms only if it would whatever the fact were, violates
  only if it would whatever the fact were, and is unknown otherwise.
- Caps count what the worker bore when it was charged; what was repaid later still counts.
- A charge without a date is counted after all that have one.
- An item that a rule allots to one party violates it whenever another party bore it.
- A charge on the very day of the event that must precede it is unknown: which came first, a day
  cannot tell.
- Where a receipt is required, a bank record does not show that one was given (unknown); a note or
  testimony as the best evidence shows that none is there (violates).
- A refund that was made does not vouch for the charge itself. Where interest is owed, nobody can
  say that enough was returned, because the rules do not state its rate.
- An exception under C181 Art. 7(2) lifts prohibitions of its own country, never a ceiling, an
  allocation or a precondition.
- `illegitimate` costs violate both, whoever bore them; Employer Pays is remediated where the
  worker got all of one back.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from math import ceil

from app.employer_pays import categories
from app.employer_pays.allowance import share_to_return
from app.employer_pays.charge import Burden, Charge, Payer, Placement
from app.employer_pays.exchange import NO_RATES, Rates
from app.employer_pays.outcomes import Case, Count, Outcome, of_rule
from app.employer_pays.rules import ItemAllocation, Prohibited, Refund, Rule, RuleBook
from app.kernel.money import DECIMALS, Money


class Verdict(StrEnum):
    """What is said of a charge, of a rule, of a worker's job."""

    CONFORMS = "conforms"
    REMEDIATED = "remediated"
    UNKNOWN = "unknown"
    VIOLATES = "violates"


SEVERITY = {verdict: rank for rank, verdict in enumerate(Verdict)}
"""Any that violates, else any unknown, else any remediated, else conforms (§8)."""

_OF_RULE = {
    Outcome.SILENT: Verdict.CONFORMS,
    Outcome.CONFORMS: Verdict.CONFORMS,
    Outcome.UNKNOWN: Verdict.UNKNOWN,
    Outcome.VIOLATES: Verdict.VIOLATES,
}
_OF_RULES = _OF_RULE | {Outcome.ABSENT: Verdict.UNKNOWN, Outcome.SILENT: Verdict.UNKNOWN}
"""The verdict on a charge by the highest outcome: one that no rule vouches for is unknown."""


@dataclass(frozen=True, slots=True)
class RuleVerdict:
    """What a rule says of the charges it selects, and the numbers behind it."""

    rule: Rule
    outcomes: tuple[Outcome, ...]
    """One for each charge, in the order of the judgement's charges."""
    counts: tuple[Count, ...]

    @property
    def verdict(self) -> Verdict:
        """The worst of its outcomes."""
        return _OF_RULE[max(self.outcomes)]


@dataclass(frozen=True, slots=True)
class Judgement:
    """Both verdicts on every charge of one worker, in the order the charges were given."""

    placement: Placement
    charges: tuple[Charge, ...]
    rates: Rates
    employer_pays: tuple[Verdict, ...]
    national_law: tuple[Verdict, ...]
    rules: tuple[RuleVerdict, ...]
    """Every rule that selects one of the charges, or may; in the order of the rule book."""

    @property
    def overall_employer_pays(self) -> Verdict:
        """Of the worker's job as a whole; no charge at all conforms."""
        return worst(self.employer_pays)

    @property
    def overall_national_law(self) -> Verdict:
        """Of the worker's job as a whole; no charge at all conforms."""
        return worst(self.national_law)


def judge(
    book: RuleBook, placement: Placement, charges: Sequence[Charge], rates: Rates = NO_RATES
) -> Judgement:
    """Both verdicts on every charge of one worker. The order of the charges never matters."""
    burdens = [charge.burden for charge in charges]
    ranks = _ranked(charges)
    case = Case(placement, charges, burdens, rates)
    in_order = ranks == list(range(len(charges)))
    if not in_order:
        case = case.only(ranks)
    found = []
    for rule in book.of(placement.corridor):
        judged = of_rule(rule, case)
        if judged is not None:
            outcomes, counts = judged
            as_given = outcomes if in_order else _as_given(outcomes, ranks)
            found.append(RuleVerdict(rule, tuple(as_given), counts))
    return Judgement(
        placement,
        tuple(charges),
        rates,
        tuple(map(_employer_pays, charges, burdens)),
        tuple(_national_law(charges, [it.outcomes for it in found])),
        tuple(found),
    )


def _employer_pays(charge: Charge, burden: Burden) -> Verdict:
    """The verdict that no national rule changes: whatever the worker bore violates (§8).

    Repaid in full it is remediated, and nothing less does. An amount of zero is borne by nobody.
    """
    if burden is Burden.CERTAIN:
        return Verdict.REMEDIATED if charge.is_repaid else Verdict.VIOLATES
    if charge.category in categories.ILLEGITIMATE:
        return Verdict.VIOLATES
    return Verdict.UNKNOWN if burden else Verdict.CONFORMS


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """Any that violates, else any unknown, else any remediated, else conforms."""
    return max(verdicts, key=SEVERITY.__getitem__, default=Verdict.CONFORMS)


def over_by(judgement: Judgement, found: RuleVerdict) -> tuple[Money, ...]:
    """By how much a rule is exceeded, by currency; nothing where it is not known to be.

    Over a ceiling, charged where nothing may be, or not returned. Rounded up to the minor unit:
    what is to be given back is never less than the excess. Raises InvalidAmount beyond what an
    amount can hold.
    """
    over: dict[str, Fraction] = {}
    if found.verdict is Verdict.VIOLATES:
        for count in found.counts:
            _add(over, count.currency, max(0, count.least - count.limit))
        for charge, outcome in zip(judgement.charges, found.outcomes, strict=True):
            if outcome is Outcome.VIOLATES and charge.paid_by is Payer.WORKER:
                _add(over, charge.amount.currency, _excess(found.rule, judgement, charge))
    return tuple(
        Money(ceil(minor), currency) for currency, minor in sorted(over.items()) if minor > 0
    )


def _excess(rule: Rule, judgement: Judgement, charge: Charge) -> int | Fraction:
    """What a charge that breaks a rule without a ceiling is too much by itself."""
    match rule.shape:
        case Prohibited() | ItemAllocation():
            return charge.amount.minor
        case Refund() as refund:
            share = share_to_return(refund, judgement.placement) or 0
            return charge.amount.minor * share - (charge.repaid.minor if charge.repaid else 0)
        case _:
            return 0


def _add(sums: dict[str, Fraction], currency: str, minor: int | Fraction) -> None:
    sums[currency] = sums.get(currency, Fraction(0)) + minor


def _national_law(
    charges: Sequence[Charge], outcomes: Sequence[Sequence[Outcome]]
) -> list[Verdict]:
    highest: Iterable[Outcome] = [Outcome.ABSENT] * len(charges)
    for of_one_rule in outcomes:
        highest = map(max, highest, of_one_rule)
    return [
        Verdict.VIOLATES if charge.category in categories.ILLEGITIMATE else _OF_RULES[outcome]
        for charge, outcome in zip(charges, highest, strict=True)
    ]


def _ranked(charges: Sequence[Charge]) -> list[int]:
    """The places of the charges in the order in which caps count them (§8).

    By date, then category, then amount; of one day and category in two currencies by the figures.
    """
    ranks = [
        (
            charge.charged_on or date.max,
            charge.category,
            charge.amount.minor * _SCALES[charge.amount.currency],
        )
        for charge in charges
    ]
    if len(set(ranks)) == len(ranks):
        return sorted(range(len(ranks)), key=ranks.__getitem__)
    full = [(*rank, *_rest(charge)) for rank, charge in zip(ranks, charges, strict=True)]
    return sorted(range(len(full)), key=full.__getitem__)


_SCALES = {currency: 10 ** (4 - decimals) for currency, decimals in DECIMALS.items()}


def _rest(charge: Charge) -> tuple[object, ...]:
    """Keeps equal ranks apart, so that the order in which charges came in decides nothing."""
    return (
        charge.amount.currency,
        charge.paid_by,
        charge.payee,
        charge.form or "",
        charge.evidence or "",
        charge.stage or "",
        -1 if charge.repaid is None else charge.repaid.minor,
    )


def _as_given(outcomes: Sequence[Outcome], ranks: Sequence[int]) -> list[Outcome]:
    found = [Outcome.ABSENT] * len(ranks)
    for place, outcome in zip(ranks, outcomes, strict=True):
        found[place] = outcome
    return found
