"""Facts of an application in good order, for tests of the rules."""

from datetime import UTC, datetime
from typing import Any

from app.applications.fee import Fee, Payment
from app.applications.lifecycle import Facts, RejectionReason
from app.assessors.approval import CompanyApproval
from app.assessors.lifecycle import CompanyState
from app.kernel.money import Money
from app.scheme.shipped import first_policy, first_standard
from tests.making.applications import content, payment

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
TODAY = NOW.date()


def fee(*payments: Payment) -> Fee:
    """The fee of an application, and what arrived of it."""
    return Fee("INV-2026-00001", Money.parse("1000.00", "USD"), payments)


def facts(**changes: Any) -> Facts:
    """Every guard of every move is content with these, but those of the system's own."""
    in_order: dict[str, Any] = {
        "policy": first_policy(),
        "now": NOW,
        "state": "draft",
        "since": NOW,
        "home": "NP",
        "content": content(TODAY),
        "standard": first_standard(),
        "fee": fee(payment(TODAY)),
        "items": ("A copy of the licence.",),
        "reasons": (RejectionReason.NOT_ELIGIBLE,),
        "audit_company": "0190f0c4-8e2a-7c31-9b53-0d1c2e3f4a5b",
        "company": CompanyApproval(CompanyState.APPROVED),
        "competence": frozenset({"NP-MY", "NP-QA"}),
    }
    return Facts(**{**in_order, **changes})
