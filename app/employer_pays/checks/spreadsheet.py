"""A check as a workbook: the summary, the workers with their reasons, the figures to be drawn.

A cell never begins as a formula does (SECURITY R41).
"""

import io
from collections.abc import Iterable, Sequence
from typing import Any

from app.employer_pays.checks.schemas import BinView, CheckedWorkerView, CheckView, SumView
from app.employer_pays.verdict import Verdict

_WORKER_HEADERS = (
    "worker",
    "corridor",
    "interviewed",
    "employer pays",
    "national law",
    "worker paid",
    "months of wages",
    "sources",
    "rules",
    "not judged",
)


def workbook(check: CheckView, workers: Iterable[CheckedWorkerView]) -> bytes:
    """The bytes of an XLSX file."""
    from openpyxl import Workbook  # slow to import

    book = Workbook(write_only=True)
    for title, rows in (
        ("Summary", _summary(check)),
        ("Workers", ([_WORKER_HEADERS, *map(_worker, workers)])),
        ("Rules", _rules(check)),
        ("Figures", _figures(check)),
    ):
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append([_safe(cell) for cell in row])
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def _summary(check: CheckView) -> list[Sequence[Any]]:
    result, scope = check.result, check.scope
    return [
        ("check", check.id),
        ("of", scope.kind.value),
        ("recruiter", scope.recruiter_id),
        ("audit", scope.audit_id),
        ("corridor", scope.corridor),
        ("made at", check.made_at.isoformat()),
        ("inputs (SHA-256)", check.inputs),
        ("national rules", check.rules),
        ("policy", check.policy),
        ("standard", check.standard),
        (),
        ("workers", result.workers),
        ("interviewed", result.workers_interviewed),
        ("who paid", result.workers_who_paid),
        ("neither repaid nor held apart", result.workers_unremedied),
        ("nobody knows who paid", result.workers_unclear),
        ("worker paid", _said(result.worker_paid)),
        ("worker repaid", _said(result.worker_repaid)),
        ("prevalence", result.prevalence.words),
        ("prevalence by", result.prevalence.method),
        ("employer pays", result.employer_pays.overall.value),
        ("national law", result.national_law.overall.value),
        ("RCI, mean", result.indicator.mean),
        ("RCI, median", result.indicator.median),
        ("RCI, ratio of means", result.indicator.ratio_of_means),
        ("share over one month", result.indicator.over_one_month),
        ("bore nothing", result.indicator.zero),
        ("without RCI", result.indicator.missing),
        (),
        *(("proposed finding", it.grade, it.principle, it.statement)
          for it in result.proposed_findings),
        *(("not judged", it.what, it.workers) for it in result.not_judged),
    ]  # fmt: skip


def _worker(it: CheckedWorkerView) -> Sequence[Any]:
    sources = (f"{compared.category}: {', '.join(compared.findings)}" for compared in it.sources)
    rules = (
        f"{rule.rule} {rule.verdict.value}: {rule.explanation}"
        for rule in it.rules
        if rule.verdict is not Verdict.CONFORMS
    )
    return (
        it.pseudonym,
        it.corridor,
        "yes" if it.interviewed else "no",
        it.employer_pays.value,
        it.national_law.value,
        _said(it.worker_paid),
        it.months_of_wages,
        "; ".join(sources),
        "; ".join(rules),
        "; ".join(it.not_judged),
    )


def _rules(check: CheckView) -> list[Sequence[Any]]:
    return [
        ("rule", *(it.value for it in Verdict), "stale", "source"),
        *(
            (
                it.rule,
                *(it.workers[verdict] for verdict in Verdict),
                "stale" if it.stale else "",
                it.source,
            )
            for it in check.result.rules
        ),
    ]


def _figures(check: CheckView) -> list[Sequence[Any]]:
    series = check.result.series
    rows: list[Sequence[Any]] = [("what", "above", "up to", "workers", "sums")]
    for spread in series.charges:
        rows += _bars(f"worker paid, {spread.currency}", spread.bins)
    rows += _bars("months of wages", series.months_of_wages)
    rows += [
        (f"category {it.category}", None, None, it.workers, _said(it.sums))
        for it in series.by_category
    ]
    rows += [
        (f"corridor {it.corridor}", None, None, it.workers_who_paid, _said(it.sums))
        for it in series.by_corridor
    ]
    rows += [
        (f"sources: {it.finding.value}", None, None, it.workers, _said(it.sums))
        for it in check.result.triangulation
    ]
    return rows


def _bars(what: str, bins: Iterable[BinView]) -> list[Sequence[Any]]:
    return [(what, it.above, it.up_to, it.workers) for it in bins]


def _said(sums: Iterable[SumView]) -> str:
    return ", ".join(f"{it.amount} {it.currency}" for it in sums)


def _safe(cell: Any) -> Any:
    if isinstance(cell, str) and cell[:1] in {"=", "+", "-", "@", "\t", "\r"}:
        return f"'{cell}"
    return cell
