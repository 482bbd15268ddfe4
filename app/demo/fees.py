"""Who paid for the jobs: charges from every source, checks, and repayments in every state.

Played by one company whose audit is in progress; the others show in an interview and a check that
no worker paid (DOMAIN §8).
"""

import hashlib
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from app.demo.case import Case
from app.kernel.roles import Role

_WAGE = {"amount": "1500.00", "currency": "MYR"}
_EVIDENCE = hashlib.sha256(b"bank record").hexdigest()
_WORKERS = range(1, 10)


def _days(count: float) -> timedelta:
    return timedelta(days=count)


def _worker(case: Case, number: int, **told: Any) -> dict[str, Any]:
    corridor = case.company.corridors[0]
    return {
        "ref": f"w{number}",
        "document": {"country": case.company.country, "number": f"X{number:07}"},
        "corridor": corridor,
        **told,
    }


def _charge(case: Case, number: int, amount: int, **told: Any) -> dict[str, Any]:
    return {
        "worker": f"w{number}",
        "category": "fee.placement",
        "paid_by": "worker",
        "charged_on": str(case.today - _days(200)),
        "amount": {"amount": f"{amount}.00", "currency": "USD"},
        **told,
    }


def recorded(case: Case) -> list[str]:
    """Every source tells what it knows; the workers' pseudonyms, in order."""
    cast, charges = case.cast, f"/v1/recruiters/{case.recruiter_id}/charges"
    arrival = str(case.today - _days(150))
    day = str(case.today - _days(200))
    cast.one(Role.SCHEME_MANAGER).post(
        "/v1/exchange-rates",
        {
            "rates": [
                {"base": "USD", "quote": "MYR", "rate": "4.41", "on": day, "source": "central bank"}
            ]
        },
    )
    ledger = case.recruiter.post(
        charges,
        {
            "source": "ledger",
            "workers": [
                _worker(case, it, arrived_on=arrival, employer_id=cast.employer.organisation)
                for it in _WORKERS
            ],
            "charges": [
                *(_charge(case, it, 500, evidence="receipt") for it in _WORKERS),
                _charge(case, 1, 240, category="cost.medical", paid_by="employer"),
                _charge(case, 2, 240, category="cost.medical", paid_by="employer"),
            ],
        },
    )
    case.one(Role.AUDITOR).post(
        charges,
        {
            "source": "statement",
            "audit_id": case.audits["stage_2"],
            "workers": [
                _worker(case, it, worker={"gender": "male", "first_month_earnings": _WAGE})
                for it in _WORKERS
            ],
            "charges": [
                _charge(case, it, 500 + 100 * it, evidence="worker_testimony")
                for it in _WORKERS[1:]
            ],
        },
    )
    cast.employer.post(
        charges,
        {
            "source": "invoice",
            "workers": [_worker(case, 1)],
            "charges": [_charge(case, 1, 240, category="cost.medical", paid_by="employer")],
        },
    )
    denied = ledger["charges"][-1]
    cast.employer.post(f"/v1/charges/{denied}/answer", {"confirmed": False})
    cast.one(Role.SCHEME_MANAGER).post(
        charges,
        {
            "source": "schedule",
            "workers": [_worker(case, 1)],
            "charges": [
                _charge(case, 1, 40, category="cost.administrative:visa", paid_by="unknown")
            ],
        },
    )
    return [worker["pseudonym"] for worker in ledger["workers"]]


def interview(case: Case, audit: str) -> None:
    """The auditor interviews a worker, who paid nothing."""
    case.one(Role.AUDITOR).post(
        f"/v1/recruiters/{case.recruiter_id}/charges",
        {"source": "statement", "audit_id": audit, "workers": [_worker(case, 1)]},
    )


def check(case: Case, **scope: Any) -> None:
    """The auditor checks the recruiter as a whole, or what is named."""
    asked = scope or {"kind": "recruiter", "recruiter_id": case.recruiter_id}
    case.one(Role.AUDITOR).post("/v1/checks", asked)


def repaid(case: Case) -> Iterator[timedelta]:
    """One worker's repayment in each state, and one more that was disputed and traced."""
    workers = recorded(case)
    check(case)
    check(case, kind="audit", audit_id=case.audits["stage_2"], population=case.company.workers)
    yield _days(1)
    auditor, recruiter = case.one(Role.AUDITOR), case.recruiter
    begun = auditor.post(
        "/v1/repayments", {"recruiter_id": case.recruiter_id, "workers": workers[1:]}
    )
    ids = [item["id"] for item in begun["items"]]
    paths = [f"/v1/repayments/{it}" for it in ids]
    for path in paths[1:]:
        recruiter.post(f"{path}/quantify", {"currency": "USD"})
    unreachable, *reached = paths[2:]
    for _ in range(3):
        recruiter.post(
            f"{unreachable}/attempts",
            {"channel": "telephone", "outcome": "no_answer", "made_on": str(case.today)},
        )
    recruiter.post(f"{unreachable}/mark_unreachable")
    for path in reached:
        _agreed_by_code(case, path)
    plan = {"count": 2, "first_on": str(case.today + _days(1)), "every_months": 1}
    owed: list[int] = []
    for path in reached[1:]:
        shown = recruiter.post(f"{path}/schedule", {"equal_parts": plan})
        owed.append(int(shown["left"]["amount"].partition(".")[0]))
    yield _days(1)
    for path, left in zip(reached[2:], owed[1:], strict=True):
        recruiter.post(f"{path}/pay_instalment", _payment(case, left // 2))
    for path, left in zip(reached[3:], owed[2:], strict=True):
        recruiter.post(f"{path}/settle", {"payment": _payment(case, left - left // 2)})
    auditor.post(f"{reached[-1]}/verify", {"bank_record_sha256": _EVIDENCE})


def _agreed_by_code(case: Case, path: str) -> None:
    """The auditor hands a code to the worker, who agrees with it."""
    given = case.one(Role.AUDITOR).post(f"{path}/codes")
    case.cast.anybody().post("/v1/repayments/confirm", {"code": given["code"], "answer": "agree"})


def _payment(case: Case, amount: int) -> dict[str, Any]:
    return {
        "amount": {"amount": f"{amount}.00", "currency": "USD"},
        "paid_on": str(case.today),
        "evidence_sha256": _EVIDENCE,
    }
