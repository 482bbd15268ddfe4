"""Facts of an application in good order, for tests of the rules."""

from datetime import UTC, datetime
from typing import Any

from app.applications.lifecycle import Facts, RejectionReason
from app.scheme.shipped import first_policy
from tests.making.applications import content, payment

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
TODAY = NOW.date()


def facts(**changes: Any) -> Facts:
    """Every guard of every move is content with these, but those of the system's own."""
    in_order: dict[str, Any] = {
        "policy": first_policy(),
        "now": NOW,
        "state": "draft",
        "since": NOW,
        "home": "NP",
        "content": content(TODAY),
        "payment": payment(TODAY),
        "items": ("A copy of the licence.",),
        "reasons": (RejectionReason.NOT_ELIGIBLE,),
        "audit_company": "0190f0c4-8e2a-7c31-9b53-0d1c2e3f4a5b",
    }
    return Facts(**{**in_order, **changes})
