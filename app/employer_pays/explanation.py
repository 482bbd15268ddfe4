"""The arithmetic of a judgement in words, made when somebody reads it (DOMAIN §8).

`verdict.py` carries the numbers, `gaps.py` names what was missing; this says both. Pure.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cached_property

from app.employer_pays import categories
from app.employer_pays.allowance import BEFORE_ARRIVAL, share_to_return
from app.employer_pays.charge import Burden, Charge, Payer
from app.employer_pays.exchange import Amount
from app.employer_pays.gaps import EVENTS, missing
from app.employer_pays.outcomes import RECEIPTS, Count, Outcome, event_day
from app.employer_pays.rules import (
    Cap,
    FlatCap,
    ItemAllocation,
    PerContractYearCap,
    PeriodicCap,
    Precondition,
    Prohibited,
    Refund,
    Rule,
    WageMultipleCap,
    WagePercentCap,
)
from app.employer_pays.verdict import SEVERITY, Judgement, RuleVerdict, Verdict, over_by
from app.kernel.money import DECIMALS, Money

_MOST = 3
"""How many single charges, months or rates are named; the others are counted."""

_ILLEGITIMATE = "illegitimate, unreasonable or undisclosed: unlawful without any rule"
_OUTCOMES = {
    Outcome.VIOLATES: "violates",
    Outcome.UNKNOWN: "unknown",
    Outcome.CONFORMS: "conforms",
    Outcome.SILENT: "not broken, but it does not make the charge lawful",
}


class Explanation:
    """The words for one judgement, as of a day."""

    def __init__(self, judgement: Judgement, today: date) -> None:
        self._judgement = judgement
        self._today = today

    @cached_property
    def rules(self) -> list[RuleVerdict]:
        """Every rule that selects a charge or may, the stricter first (§8)."""
        return sorted(self._judgement.rules, key=_strictness, reverse=True)

    def rules_of(self, place: int) -> list[RuleVerdict]:
        """The same for one charge."""
        return [found for found in self.rules if found.outcomes[place] is not Outcome.ABSENT]

    def of_rule(self, found: RuleVerdict) -> str:
        """What a rule says, with its numbers."""
        return self._sentences[found.rule.id]

    def of_national_law(self, place: int) -> str:
        """Why a charge has its verdict by national law."""
        said = [
            f"{found.rule.id} {_OUTCOMES[found.outcomes[place]]}: {self.of_rule(found)}"
            for found in self.rules_of(place)
        ]
        if self._judgement.charges[place].category in categories.ILLEGITIMATE:
            said.insert(0, _ILLEGITIMATE)
        corridor = self._judgement.placement.corridor
        silence = f"no rule of {corridor.origin} or {corridor.destination} selects this charge"
        return " | ".join(said) or silence

    def of_employer_pays(self, place: int) -> str:
        """Why a charge has its Employer Pays verdict."""
        charge = self._judgement.charges[place]
        said = money(charge.amount)
        match self._judgement.employer_pays[place]:
            case Verdict.VIOLATES:
                return _too_much(charge) if charge.burden is Burden.CERTAIN else _ILLEGITIMATE
            case Verdict.REMEDIATED:
                return f"{said} borne by the worker and repaid in full; the finding stays"
            case Verdict.UNKNOWN:
                return f"nobody says who bore {said}"
            case Verdict.CONFORMS if charge.amount.minor:
                return f"{said} borne by {_party(charge.paid_by)}"
            case Verdict.CONFORMS:
                return "nothing was charged"

    @cached_property
    def _sentences(self) -> dict[str, str]:
        return {
            found.rule.id: "; ".join(_said(self._judgement, found, self._today))
            for found in self._judgement.rules
        }


def money(amount: Money) -> str:
    """`BDT 165,000`, with decimals where there are any."""
    return f"{amount.currency} {figure(amount.minor, amount.currency)}"


def figure(minor: Amount, currency: str) -> str:
    """`165,000`; what is no whole minor unit is rounded, and said to be."""
    rounded = round(minor)
    about = "" if rounded == minor else "about "
    decimals = DECIMALS[currency]
    whole, rest = divmod(rounded, 10**decimals)
    return f"{about}{whole:,}" + (f".{rest:0{decimals}}" if rest else "")


def _said(judgement: Judgement, found: RuleVerdict, today: date) -> Iterator[str]:
    rule = found.rule
    match rule.shape:
        case Prohibited():
            yield from _of_prohibition(judgement, found)
        case ItemAllocation() as allocation:
            yield from _of_allocation(judgement, found, allocation)
        case Precondition() as asked:
            yield from _of_precondition(judgement, found, asked)
        case Refund() as refund:
            yield from _of_refund(judgement, found, refund)
        case cap:
            yield from _of_cap(judgement, found, cap)
    if rule.requires_receipt:
        without = sum(
            outcome is Outcome.VIOLATES and RECEIPTS[charge.evidence] is Outcome.VIOLATES
            for charge, outcome in _pairs(judgement, found)
        )
        yield "a receipt is required" + (f"; {_charges(without)} without one" if without else "")
    if gaps := missing(judgement, found):
        yield f"cannot be judged without: {_listed(gaps)}"
    if rule.is_stale(today):
        yield f"stale: the rule was to be checked again after {rule.recheck_after}"


def _of_cap(judgement: Judgement, found: RuleVerdict, cap: Cap) -> Iterator[str]:
    where = _where(judgement, found.rule)
    if isinstance(cap, PeriodicCap):
        yield from _of_months(found, where)
    elif found.counts:
        yield from _of_count(found.counts[0], f"{_basis(cap)} {where}".strip())
    else:
        yield f"a ceiling {_basis(cap)} {where}"
    yield from (f"over by {_figure(over)}" for over in over_by(judgement, found))
    yield from _rates(judgement, found)


def _of_months(found: RuleVerdict, where: str) -> Iterator[str]:
    if not found.counts:
        yield f"a ceiling for each month of the stay {where}"
        return
    exceeded = [count for count in found.counts if count.least > count.limit]
    if not exceeded:
        yield f"in no month of the stay over the month's ceiling {where}"
    for count in exceeded[:_MOST]:
        yield from _of_count(count, f"{_month(count.month)} {where}")
    if len(exceeded) > _MOST:
        yield f"and {len(exceeded) - _MOST} more months over theirs"


def _of_count(count: Count, where: str) -> Iterator[str]:
    currency = count.currency
    yield f"{currency} {figure(count.least, currency)} charged"
    if count.most is None:
        yield "more that cannot be converted"
    elif count.most > count.least:
        yield f"up to {figure(count.most, currency)} may count"
    yield f"ceiling {figure(count.limit, currency)} {where}"


def _basis(cap: Cap) -> str:
    """What a ceiling is made of, where it is not an amount of the rule's own."""
    match cap:
        case WageMultipleCap():
            return f"({_number(cap.months)} × the monthly wage)"
        case WagePercentCap():
            return f"({_number(cap.percent)} % of the first month's earnings)"
        case PerContractYearCap():
            yearly, most = _number(cap.months_per_year), _number(cap.max_months)
            return f"({yearly} × the monthly wage a year of the contract, at most {most} ×)"
        case FlatCap() | PeriodicCap():
            return ""


def _month(month: int | None) -> str:
    if month is None or month == BEFORE_ARRIVAL:
        return "before the arrival"
    return f"in month {month + 1} of the stay"


def _rates(judgement: Judgement, found: RuleVerdict) -> Iterator[str]:
    """Which rates the counted charges were converted with."""
    used = []
    for charge, outcome in _pairs(judgement, found):
        for currency in sorted({count.currency for count in found.counts}):
            own, on = charge.amount.currency, charge.charged_on
            if outcome is not Outcome.ABSENT and charge.burden and on is not None:
                used.append(judgement.rates.between(own, currency, on))
    said = [
        f"1 {rate.base} = {_number(rate.rate)} {rate.quote} on {rate.on} ({rate.source})"
        for rate in dict.fromkeys(used)
        if rate is not None
    ]
    if said:
        yield f"converted at {_listed(said)}"


def _of_prohibition(judgement: Judgement, found: RuleVerdict) -> Iterator[str]:
    covers = found.rule.covers
    what = "nothing" if covers is None else f"no {' or '.join(sorted(covers))}"
    if found.verdict is Verdict.VIOLATES:
        yield f"{' and '.join(map(money, over_by(judgement, found)))} charged"
    yield f"{what} may be charged {_where(judgement, found.rule)}"
    for exception in judgement.placement.exceptions:
        if exception.country == found.rule.country:
            yield f"an exception was claimed: {exception.legal_basis}"


def _of_allocation(
    judgement: Judgement, found: RuleVerdict, allocation: ItemAllocation
) -> Iterator[str]:
    broken = [it for it, outcome in _pairs(judgement, found) if outcome is Outcome.VIOLATES]
    said = [
        f"{money(charge.amount)} for {charge.category} borne by {_party(charge.paid_by)},"
        f" not by {' or '.join(map(_party, sorted(allocation.bearers_of(charge.category))))}"
        for charge in broken
    ]
    if said:
        yield _listed(said)
    yield f"costs are allotted {_where(judgement, found.rule)}"


def _of_precondition(
    judgement: Judgement, found: RuleVerdict, asked: Precondition
) -> Iterator[str]:
    broken = [it for it, outcome in _pairs(judgement, found) if outcome is Outcome.VIOLATES]
    where = _where(judgement, found.rule)
    if asked.after is not None:
        day = event_day(asked.after, judgement.placement)
        early = sum(bool(day and it.charged_on and it.charged_on < day) for it in broken)
        on = "" if day is None else f" on {day}"
        yield (f"{_charges(early)} made before" if early else "to be made only after") + (
            f" {EVENTS[asked.after]}{on} {where}"
        )
    if asked.channels is not None:
        other = sum(it.form is not None and it.form not in asked.channels for it in broken)
        channels = " or ".join(sorted(asked.channels))
        yield (
            f"{_charges(other)} not by {channels} {where}"
            if other
            else (f"only by {channels} {where}")
        )


def _of_refund(judgement: Judgement, found: RuleVerdict, refund: Refund) -> Iterator[str]:
    share = share_to_return(refund, judgement.placement)
    part = "pro rata" if share is None else f"{_number(Fraction(round(share * 10000), 100))} %"
    interest = " and interest" if refund.at_least_percent is None else ""
    yield f"the employment ended on {judgement.placement.ended_on}"
    yield f"{part}{interest} must be returned {_where(judgement, found.rule)}"
    if missing_money := over_by(judgement, found):
        yield f"{' and '.join(map(money, missing_money))} not returned"


def _too_much(charge: Charge) -> str:
    said = f"{money(charge.amount)} borne by the worker; nothing may be"
    if charge.repaid is None or not charge.repaid.minor:
        return said
    return f"{said}; {_figure(charge.repaid)} repaid, {_figure(charge.amount - charge.repaid)} not"


def _strictness(found: RuleVerdict) -> tuple[int, int, Fraction]:
    """Worse verdicts first; then what forbids before what limits; of limits the fullest one."""
    match found.rule.shape:
        case Prohibited() | ItemAllocation():
            kind = 2
        case Precondition() | Refund():
            kind = 0
        case _:
            kind = 1
    full = [Fraction(it.least) / max(it.limit, 1) for it in found.counts]
    return SEVERITY[found.verdict], kind, max(full, default=Fraction(0))


def _pairs(judgement: Judgement, found: RuleVerdict) -> Iterable[tuple[Charge, Outcome]]:
    return zip(judgement.charges, found.outcomes, strict=True)


def _where(judgement: Judgement, rule: Rule) -> str:
    since = "" if rule.effective_from is None else f" since {rule.effective_from}"
    until = "" if rule.effective_to is None else f" until {rule.effective_to}"
    return f"for {judgement.placement.corridor}{since}{until}"


def _party(payer: Payer) -> str:
    return "another party" if payer is Payer.OTHER else f"the {payer.replace('_', ' ')}"


def _figure(amount: Money) -> str:
    return figure(amount.minor, amount.currency)


def _number(value: Fraction) -> str:
    """Plain digits of a number that was read from them."""
    text = f"{Decimal(value.numerator) / value.denominator:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _charges(count: int) -> str:
    return "1 charge" if count == 1 else f"{count} charges"


def _listed(items: list[str]) -> str:
    more = [f"{len(items) - _MOST} more"] if len(items) > _MOST else []
    return ", ".join([*items[:_MOST], *more])
