"""One worker's charges as the sources tell them, side by side (DOMAIN §8 "Triangulation").

Receipts are known to understate, and testimony is evidence: where the ledger and the worker tell
different amounts of one category, the larger is what the worker bore. So no amount is counted
twice, however many sources report it. A fee schedule says what a fee is, not who bore it: it
stands beside and is compared with nothing. Pure values.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from math import ceil

from app.employer_pays import categories
from app.employer_pays.charge import Charge, Payer
from app.employer_pays.exchange import Amount, Rates
from app.kernel.money import Money


class Source(StrEnum):
    """Who tells of a charge."""

    LEDGER = "ledger"
    STATEMENT = "statement"
    INVOICE = "invoice"
    SCHEDULE = "schedule"


class Finding(StrEnum):
    """What comes of comparing the sources in one category of one worker."""

    AGREE = "agree"
    LEDGER_UNDERSTATES = "ledger_understates"
    WORKER_REPORTS_LESS = "worker_reports_less"
    ONLY_THE_WORKER = "only_the_worker"
    UNEXPLAINED_EMPLOYER_PAYMENT = "unexplained_employer_payment"
    DENIED_BY_THE_EMPLOYER = "denied_by_the_employer"
    DUPLICATE = "duplicate"
    NOT_COMPARABLE = "not_comparable"
    """In different currencies, and without a rate for its day: a named gap."""
    ONE_SOURCE = "one_source"


@dataclass(frozen=True, slots=True)
class Report:
    """A charge as one source tells it."""

    id: str
    source: Source
    charge: Charge
    reference: str | None = None
    """The number of a receipt or invoice: what has two of them was charged twice."""
    denied: bool = False
    """Does the employer deny that it paid this?"""


@dataclass(frozen=True, slots=True)
class Compared:
    """What the sources tell of one category, and what comes of it.

    Sums are of what the worker bore (`ledger`, `statement`) and of what the employer paid
    (`ledger_of_employer`, `invoice`), by currency.
    """

    category: str
    ledger: tuple[Money, ...]
    statement: tuple[Money, ...]
    ledger_of_employer: tuple[Money, ...]
    invoice: tuple[Money, ...]
    schedule: tuple[Money, ...]
    findings: tuple[tuple[Finding, Money | None], ...]


@dataclass(frozen=True, slots=True)
class Triangulation:
    """All categories of one worker, and the reports that are counted: each amount once."""

    categories: tuple[Compared, ...]
    counted: tuple[Report, ...]


def triangulate(reports: Iterable[Report], rates: Rates) -> Triangulation:
    """Compare the sources of one worker. The order of the reports never matters."""
    groups: defaultdict[str, list[Report]] = defaultdict(list)
    for report in sorted(reports, key=_order):
        groups[categories.parent(report.charge.category)].append(report)
    compared = [_compare(code, group, rates) for code, group in sorted(groups.items())]
    return Triangulation(
        tuple(found for found, _ in compared),
        tuple(report for _, counted in compared for report in counted),
    )


def _compare(category: str, group: Sequence[Report], rates: Rates) -> tuple[Compared, list[Report]]:
    once, repeated = _each_once(group)
    by_source = {source: [it for it in once if it.source is source] for source in Source}
    ledger, statement = by_source[Source.LEDGER], by_source[Source.STATEMENT]
    invoice = [it for it in by_source[Source.INVOICE] if it.charge.paid_by is Payer.EMPLOYER]
    borne, told = _borne(ledger), _borne(statement)
    paid = [it for it in ledger if it.charge.paid_by is Payer.EMPLOYER]
    found: list[tuple[Finding, Money | None]] = [
        (Finding.DUPLICATE, it.charge.amount) for it in repeated
    ]
    found += [(Finding.DENIED_BY_THE_EMPLOYER, it.charge.amount) for it in paid if it.denied]
    found += _of_worker(borne, told, ledger, invoice, rates)
    found += _of_employer(paid, invoice, rates)
    if not found:
        found = [(Finding.ONE_SOURCE, None)]
    compared = Compared(
        category=category,
        ledger=_sums(borne),
        statement=_sums(told),
        ledger_of_employer=_sums(paid),
        invoice=_sums(invoice),
        schedule=_sums(by_source[Source.SCHEDULE]),
        findings=tuple(found),
    )
    others = [
        it
        for it in (*ledger, *statement, *by_source[Source.INVOICE])
        if it not in (*borne, *told, *paid, *invoice)
    ]
    by_worker = _larger(told, borne, rates)
    by_employer = _larger(invoice, paid, rates)
    return compared, [*by_worker, *map(_as_answered, by_employer), *others]


def _of_worker(
    borne: Sequence[Report],
    told: Sequence[Report],
    ledger: Sequence[Report],
    invoice: Sequence[Report],
    rates: Rates,
) -> list[tuple[Finding, Money | None]]:
    """The worker's own word against the ledger's."""
    if not told:
        return []
    if not ledger and not invoice:
        return [(Finding.ONLY_THE_WORKER, it) for it in _sums(told)]
    difference = _difference(told, borne, rates)
    if difference is None:
        return [(Finding.NOT_COMPARABLE, None)]
    minor, currency = difference
    if minor > 0:
        return [(Finding.LEDGER_UNDERSTATES, Money(ceil(minor), currency))]
    if minor < 0:
        return [(Finding.WORKER_REPORTS_LESS, Money(ceil(-minor), currency))]
    return [(Finding.AGREE, None)]


def _of_employer(
    paid: Sequence[Report], invoice: Sequence[Report], rates: Rates
) -> list[tuple[Finding, Money | None]]:
    """What the employer says it paid against what the ledger says it paid."""
    if not invoice:
        return []
    difference = _difference(invoice, paid, rates)
    if difference is None:
        return [(Finding.NOT_COMPARABLE, None)]
    minor, currency = difference
    if minor > 0:
        return [(Finding.UNEXPLAINED_EMPLOYER_PAYMENT, Money(ceil(minor), currency))]
    return [(Finding.AGREE, None)] if minor == 0 else []


def _borne(reports: Iterable[Report]) -> list[Report]:
    """What the worker bore, or nobody says who did."""
    return [it for it in reports if it.charge.paid_by in (Payer.WORKER, Payer.UNKNOWN)]


def _larger(first: list[Report], second: list[Report], rates: Rates) -> list[Report]:
    """Which of two accounts of the same is counted: the larger; the first where none is told."""
    if not first or not second:
        return first or second
    difference = _difference(first, second, rates)
    return second if difference is not None and difference[0] < 0 else first


def _difference(
    one: Sequence[Report], other: Sequence[Report], rates: Rates
) -> tuple[Amount, str] | None:
    """How much more the one tells, in minor units of its currency; None without a rate."""
    currency = min(it.charge.amount.currency for it in (*one, *other))
    if one:
        currency = min(it.charge.amount.currency for it in one)
    total: Amount = Fraction(0)
    for sign, reports in ((1, one), (-1, other)):
        for it in reports:
            amount = rates.convert(it.charge.amount, currency, it.charge.charged_on)
            if amount is None:
                return None
            total += sign * amount
    return total, currency


def _each_once(group: Sequence[Report]) -> tuple[list[Report], list[Report]]:
    """Those of one source that are the same in everything that is told of them count once."""
    seen: Counter[tuple[object, ...]] = Counter()
    once: list[Report] = []
    repeated: list[Report] = []
    for report in group:
        same = (report.source, report.reference, report.charge)
        (repeated if seen[same] else once).append(report)
        seen[same] += 1
    return once, repeated


def _as_answered(report: Report) -> Report:
    """What the employer denies to have paid, nobody is known to have."""
    if not report.denied:
        return report
    charge = report.charge._replace(paid_by=Payer.UNKNOWN)
    return Report(report.id, report.source, charge, report.reference, report.denied)


def _sums(reports: Iterable[Report]) -> tuple[Money, ...]:
    sums: Counter[str] = Counter()
    for it in reports:
        sums[it.charge.amount.currency] += it.charge.amount.minor
    return tuple(Money(minor, currency) for currency, minor in sorted(sums.items()))


def _order(report: Report) -> tuple[object, ...]:
    charge = report.charge
    return (charge.charged_on or date.max, charge.category, charge.amount.minor, report.id)
