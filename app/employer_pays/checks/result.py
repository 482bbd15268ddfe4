"""What the charges of many workers come to: the result of a check (DOMAIN §8). Pure."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from math import ceil

from app.employer_pays import categories
from app.employer_pays.charge import Burden, Charge, Evidence, Payer, Placement
from app.employer_pays.checks.schemas import (
    BinView,
    CategoryView,
    CheckedWorkerView,
    CheckResult,
    ComparedView,
    CorridorView,
    DistributionView,
    GapView,
    IndicatorView,
    JudgedChargeView,
    PayerView,
    PrevalenceView,
    ProposedFindingOfCheck,
    RuleCountView,
    SeriesView,
    SumView,
    TriangulationView,
    VerdictsView,
)
from app.employer_pays.exchange import Rates
from app.employer_pays.explanation import Explanation
from app.employer_pays.gaps import missing
from app.employer_pays.indicator import Observation, in_hundredths, indicator, observe
from app.employer_pays.prevalence import prevalence
from app.employer_pays.rules import RuleBook
from app.employer_pays.schemas import RuleView
from app.employer_pays.triangulation import Compared, Finding, Report, Triangulation, triangulate
from app.employer_pays.verdict import Judgement, RuleVerdict, Verdict, judge, over_by, worst
from app.kernel.money import DECIMALS, Money
from app.platform.wire import MoneyBody

_BARS = 10
_MONTHS = tuple(Fraction(it) for it in ("0", "0.5", "1", "2", "3", "6", "12"))

Sums = Counter[str]
"""Minor units by currency."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One worker's job, with all that is told of its charges."""

    person: tuple[str, str]
    """Recruiter and pseudonym."""
    placement: Placement
    reports: Sequence[Report]
    rates: Rates
    interviewed: bool = False
    repaid: frozenset[str] = frozenset()
    """The charges that a verified repayment covers."""
    held_apart: bool = False
    """Is an unreachable worker's money held apart, its bank record checked?"""


@dataclass(frozen=True, slots=True)
class Judged:
    """A case with both verdicts."""

    case: Case
    triangulation: Triangulation
    judgement: Judgement
    observation: Observation

    @property
    def borne(self) -> list[Charge]:
        """What the worker certainly bore."""
        return [it for it in self.judgement.charges if it.burden is Burden.CERTAIN]


def judged(case: Case, book: RuleBook) -> Judged:
    """Both verdicts on what the sources of one worker together tell, each amount once."""
    found = triangulate(case.reports, case.rates)
    charges = [charge_of(report, case.repaid) for report in found.counted]
    return Judged(
        case,
        found,
        judge(book, case.placement, charges, case.rates),
        observe(case.placement, charges, case.rates),
    )


def charge_of(report: Report, repaid: frozenset[str]) -> Charge:
    """The charge, repaid in full where a verified repayment covers it."""
    charge = report.charge
    return charge._replace(repaid=charge.amount) if report.id in repaid else charge


@dataclass
class _Tally:
    """Counted while the workers go by, so that memory does not hold them all."""

    today: date
    persons: set[tuple[str, str]] = field(default_factory=set)
    interviewed: set[tuple[str, str]] = field(default_factory=set)
    paid: set[tuple[str, str]] = field(default_factory=set)
    said_paid: set[tuple[str, str]] = field(default_factory=set)
    confirmed: set[tuple[str, str]] = field(default_factory=set)
    unremedied: set[tuple[str, str]] = field(default_factory=set)
    unclear: set[tuple[str, str]] = field(default_factory=set)
    by_payer: defaultdict[Payer, Sums] = field(default_factory=lambda: defaultdict(Counter))
    borne: Sums = field(default_factory=Counter)
    repaid: Sums = field(default_factory=Counter)
    by_category: defaultdict[str, Sums] = field(default_factory=lambda: defaultdict(Counter))
    category_workers: defaultdict[str, set[tuple[str, str]]] = field(
        default_factory=lambda: defaultdict(set)
    )
    confirmed_sums: Sums = field(default_factory=Counter)
    employer_pays: Counter[Verdict] = field(default_factory=Counter)
    national_law: Counter[Verdict] = field(default_factory=Counter)
    rules: defaultdict[str, Counter[Verdict]] = field(default_factory=lambda: defaultdict(Counter))
    sources: dict[str, tuple[str, bool]] = field(default_factory=dict)
    observations: list[Observation] = field(default_factory=list)
    told: defaultdict[Finding, Sums] = field(default_factory=lambda: defaultdict(Counter))
    told_times: Counter[Finding] = field(default_factory=Counter)
    told_workers: defaultdict[Finding, set[tuple[str, str]]] = field(
        default_factory=lambda: defaultdict(set)
    )
    gaps: Counter[str] = field(default_factory=Counter)
    totals: defaultdict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    corridors: defaultdict[str, "_CorridorTally"] = field(
        default_factory=lambda: defaultdict(_CorridorTally)
    )

    def add(self, it: Judged) -> None:
        """Count one worker."""
        person, judgement = it.case.person, it.judgement
        self.persons.add(person)
        if it.case.interviewed:
            self.interviewed.add(person)
        self.employer_pays[judgement.overall_employer_pays] += 1
        self.national_law[judgement.overall_national_law] += 1
        self._add_money(it)
        self.observations.append(it.observation)
        for found in judgement.rules:
            self.rules[found.rule.id][found.verdict] += 1
            self.sources[found.rule.id] = (found.rule.source, found.rule.is_stale(self.today))
        for compared in it.triangulation.categories:
            for finding, by in compared.findings:
                self.told_times[finding] += 1
                self.told_workers[finding].add(person)
                if by is not None:
                    self.told[finding][by.currency] += by.minor
        self.gaps.update(gaps_of(it))
        verdict = judgement.overall_employer_pays
        if verdict is Verdict.VIOLATES and not it.case.held_apart:
            self.unremedied.add(person)
        if Verdict.UNKNOWN in judgement.employer_pays:
            self.unclear.add(person)

    def _add_money(self, it: Judged) -> None:
        person, total = it.case.person, Counter[str]()
        corridor = self.corridors[str(it.case.placement.corridor)]
        for charge in it.judgement.charges:
            currency, minor = charge.amount.currency, charge.amount.minor
            self.by_payer[charge.paid_by][currency] += minor
            if charge.burden is not Burden.CERTAIN:
                continue
            total[currency] += minor
            self.by_category[charge.category][currency] += minor
            self.category_workers[charge.category].add(person)
            if charge.repaid is not None:
                self.repaid[currency] += min(charge.repaid.minor, minor)
            if charge.evidence is not Evidence.COHORT_ESTIMATE:
                self.confirmed.add(person)
                self.confirmed_sums[currency] += minor
        corridor.workers.add(person)
        for currency, minor in total.items():
            self.borne[currency] += minor
            corridor.sums[currency] += minor
            self.totals[currency].append(minor)
        if total:
            self.paid.add(person)
            corridor.paid.add(person)
            if it.case.interviewed:
                self.said_paid.add(person)
        if it.observation.ratio is not None:
            corridor.ratios.append(it.observation.ratio)


@dataclass
class _CorridorTally:
    workers: set[tuple[str, str]] = field(default_factory=set)
    paid: set[tuple[str, str]] = field(default_factory=set)
    sums: Sums = field(default_factory=Counter)
    ratios: list[Fraction] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result, and each worker's part in it."""

    result: CheckResult
    workers: list[CheckedWorkerView]


def result(
    cases: Iterable[Case],
    today: date,
    *,
    book: RuleBook,
    standard: str,
    population: int | None = None,
) -> Outcome:
    """What the cases come to. The order of the cases decides only that of the workers."""
    tally = _Tally(today)
    workers = []
    for case in cases:
        it = judged(case, book)
        tally.add(it)
        workers.append(_worker(it, today))
    return Outcome(_result(tally, standard, population), workers)


def _result(tally: _Tally, standard: str, population: int | None) -> CheckResult:
    by_category = [
        CategoryView(
            category=category, workers=len(tally.category_workers[category]), sums=_sums(sums)
        )
        for category, sums in sorted(tally.by_category.items())
    ]
    counted = None if population is None else max(population, len(tally.interviewed))
    return CheckResult(
        workers=len(tally.persons),
        workers_interviewed=len(tally.interviewed),
        workers_who_paid=len(tally.paid),
        workers_unremedied=len(tally.unremedied),
        workers_unclear=len(tally.unclear),
        paid_by=[
            PayerView(payer=payer, sums=_sums(tally.by_payer[payer]))
            for payer in Payer
            if payer in tally.by_payer
        ],
        worker_paid=_sums(tally.borne),
        worker_repaid=_sums(tally.repaid),
        by_category=by_category,
        prevalence=_prevalence(len(tally.said_paid), len(tally.interviewed), counted),
        employer_pays=_verdicts(tally.employer_pays),
        national_law=_verdicts(tally.national_law),
        rules=[
            RuleCountView(
                rule=rule,
                source=tally.sources[rule][0],
                stale=tally.sources[rule][1],
                workers=_counts(counts),
            )
            for rule, counts in sorted(tally.rules.items())
        ],
        indicator=_indicator(tally.observations),
        triangulation=[
            TriangulationView(
                finding=finding,
                workers=len(tally.told_workers[finding]),
                times=tally.told_times[finding],
                sums=_sums(tally.told[finding]),
            )
            for finding in Finding
            if finding in tally.told_times
        ],
        proposed_findings=_proposed(tally, standard),
        not_judged=[
            GapView(what=what, workers=count) for what, count in sorted(tally.gaps.items())
        ],
        series=SeriesView(
            charges=[
                DistributionView(currency=currency, bins=_bars(totals, currency))
                for currency, totals in sorted(tally.totals.items())
            ],
            by_category=by_category,
            by_corridor=[
                _corridor(name, corridor) for name, corridor in sorted(tally.corridors.items())
            ],
            months_of_wages=_months([it.ratio for it in tally.observations]),
        ),
    )


def _worker(it: Judged, today: date) -> CheckedWorkerView:
    words = Explanation(it.judgement, today)
    verdicts = zip(
        it.triangulation.counted,
        it.judgement.charges,
        it.judgement.employer_pays,
        it.judgement.national_law,
        strict=True,
    )
    ratio = it.observation.ratio
    return CheckedWorkerView(
        pseudonym=it.case.person[1],
        corridor=str(it.case.placement.corridor),
        interviewed=it.case.interviewed,
        employer_pays=it.judgement.overall_employer_pays,
        national_law=it.judgement.overall_national_law,
        held_apart=it.case.held_apart,
        worker_paid=_sums(Counter(_total(it.borne))),
        months_of_wages=None if ratio is None else in_hundredths(ratio),
        charges=[
            JudgedChargeView(
                charge=report.id,
                source=report.source,
                category=charge.category,
                paid_by=charge.paid_by,
                amount=sum_view(charge.amount.minor, charge.amount.currency),
                employer_pays=employer_pays,
                national_law=national_law,
                explanation=words.of_employer_pays(place),
            )
            for place, (report, charge, employer_pays, national_law) in enumerate(verdicts)
        ],
        rules=[rule_view(it.judgement, words, found, today) for found in words.rules],
        sources=[_compared(compared) for compared in it.triangulation.categories],
        not_judged=sorted(gaps_of(it)),
    )


def gaps_of(it: Judged) -> set[str]:
    """What could not be judged of one worker, and for want of what."""
    found = {
        f"{rule.rule.id}: {gap}"
        for rule in it.judgement.rules
        for gap in missing(it.judgement, rule)
    }
    if Verdict.UNKNOWN in it.judgement.employer_pays:
        found.add("employer_pays: who bore a charge")
    earnings = it.case.placement.worker.first_month_earnings
    if it.observation.ratio is None and it.judgement.charges:
        if earnings is None or not earnings.minor:
            found.add("rci: the first month's earnings")
        elif Verdict.UNKNOWN in it.judgement.employer_pays:
            found.add("rci: who bore a charge")
        else:
            found.add(f"rci: an exchange rate to {earnings.currency} for the day of every charge")
    if any(Finding.NOT_COMPARABLE in dict(it.findings) for it in it.triangulation.categories):
        found.add("triangulation: an exchange rate between two sources' currencies")
    return found


def _total(charges: Iterable[Charge]) -> dict[str, int]:
    total: Sums = Counter()
    for charge in charges:
        total[charge.amount.currency] += charge.amount.minor
    return total


def rule_view(
    judgement: Judgement, words: Explanation, found: RuleVerdict, today: date
) -> RuleView:
    """What one rule says of a worker's charges, in words."""
    over = over_by(judgement, found)
    return RuleView(
        rule=found.rule.id,
        verdict=found.verdict,
        over_by=MoneyBody.of(over[0]) if len(over) == 1 else None,
        source=found.rule.source,
        explanation=words.of_rule(found),
        stale=found.rule.is_stale(today),
    )


def _compared(compared: Compared) -> ComparedView:
    def views(sums: Iterable[Money]) -> list[SumView]:
        return [sum_view(it.minor, it.currency) for it in sums]

    return ComparedView(
        category=compared.category,
        ledger=views(compared.ledger),
        statement=views(compared.statement),
        ledger_of_employer=views(compared.ledger_of_employer),
        invoice=views(compared.invoice),
        schedule=views(compared.schedule),
        findings=[
            finding.value if by is None else f"{finding.value} by {by}"
            for finding, by in compared.findings
        ],
    )


def _proposed(tally: _Tally, standard: str) -> list[ProposedFindingOfCheck]:
    """A single confirmed fee that a worker paid is critical against principle 1, repaid or not."""
    if not tally.confirmed:
        return []
    workers = len(tally.confirmed)
    paid = " and ".join(f"{it.amount} {it.currency}" for it in _sums(tally.confirmed_sums))
    return [
        ProposedFindingOfCheck(
            grade="critical",
            standard=standard,
            principle=categories.FEES_PRINCIPLE,
            statement=f"{workers} worker{'s' * (workers > 1)} bore {paid}",
            workers=workers,
        )
    ]


def _prevalence(paid: int, interviewed: int, population: int | None) -> PrevalenceView:
    found = prevalence(paid, interviewed, population)
    return PrevalenceView(
        interviewed=found.interviewed,
        paid=found.paid,
        population=found.population,
        share=_decimal(found.share),
        lower=_decimal(found.lower),
        upper=_decimal(found.upper),
        method=found.method,
        words=found.words,
    )


def _indicator(observations: Sequence[Observation]) -> IndicatorView:
    found = indicator(observations)
    return IndicatorView(
        workers=found.workers,
        missing=found.missing,
        zero=found.zero,
        mean=_hundredths(found.mean),
        median=_hundredths(found.median),
        ratio_of_means=_hundredths(found.ratio_of_means),
        over_one_month=_decimal(found.over_one_month),
    )


def _corridor(name: str, tally: _CorridorTally) -> CorridorView:
    mean = sum(tally.ratios, Fraction(0)) / len(tally.ratios) if tally.ratios else None
    return CorridorView(
        corridor=name,
        workers=len(tally.workers),
        workers_who_paid=len(tally.paid),
        sums=_sums(tally.sums),
        mean_months_of_wages=_hundredths(mean),
    )


def _bars(totals: Sequence[int], currency: str) -> list[BinView]:
    """Ten bars of one width, from nothing to the most that a worker bore."""
    width = max(1, ceil(Fraction(max(totals), _BARS)))
    counts = Counter((total - 1) // width for total in totals)
    return [
        BinView(
            above=sum_view(bar * width, currency).amount,
            up_to=sum_view((bar + 1) * width, currency).amount,
            workers=counts[bar],
        )
        for bar in range(max(counts) + 1)
    ]


def _months(ratios: Iterable[Fraction | None]) -> list[BinView]:
    """Who bore nothing, then by months of wages."""
    known = [it for it in ratios if it is not None]
    if not known:
        return []
    bars = [BinView(above="0", up_to="0", workers=sum(it == 0 for it in known))]
    ends: Iterator[Fraction | None] = iter((*_MONTHS[1:], None))
    for start, end in zip(_MONTHS, ends, strict=True):
        count = sum(it > start and (end is None or it <= end) for it in known)
        bars.append(
            BinView(above=_plain(start), up_to=None if end is None else _plain(end), workers=count)
        )
    return bars


def _verdicts(counts: Counter[Verdict]) -> VerdictsView:
    return VerdictsView(overall=worst(counts), workers=_counts(counts))


def _counts(counts: Counter[Verdict]) -> dict[Verdict, int]:
    return {verdict: counts[verdict] for verdict in Verdict}


def _sums(sums: Sums) -> list[SumView]:
    return [sum_view(minor, currency) for currency, minor in sorted(sums.items())]


def sum_view(minor: int, currency: str) -> SumView:
    """A sum of minor units, however large."""
    decimals = DECIMALS[currency]
    digits = str(minor).zfill(decimals + 1)
    amount = f"{digits[:-decimals]}.{digits[-decimals:]}" if decimals else digits
    return SumView(amount=amount, currency=currency)


def _hundredths(ratio: Fraction | None) -> str | None:
    return None if ratio is None else in_hundredths(ratio)


def _decimal(share: Fraction | None) -> str | None:
    """A share with four decimals; the ends of an interval have no more."""
    if share is None:
        return None
    scaled = (share.numerator * 20_000 + share.denominator) // (2 * share.denominator)
    return f"{scaled // 10_000}.{scaled % 10_000:04}"


def _plain(number: Fraction) -> str:
    return str(number.numerator) if number.denominator == 1 else f"{float(number):g}"
