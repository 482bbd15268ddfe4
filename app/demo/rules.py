"""What the managers of the scheme do with its rules: every state, timers stopped for a while.

Through the API alone. What is published takes effect long after the demonstration's today.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from app.demo.case import Case
from app.demo.cast import Cast
from app.demo.theatre import Story
from app.employer_pays import rule_sets
from app.kernel.roles import Role
from app.scheme import policy, standard
from app.scheme.shipped import first_policy, first_standard

_TAKES_EFFECT_IN = timedelta(days=180)


def life(cast: Cast) -> Story:
    """A year ago a flood stopped a timer of everybody's for a week; then it ran on."""
    yield timedelta(days=1050)
    manager = cast.one(Role.SCHEME_MANAGER)
    stopped = manager.post(
        "/v1/tollings",
        {
            "timers": ["audit_objection"],
            "reason": "disaster",
            "statement": "Floods cut off the capital: nobody could read what was proposed.",
            "limit_on": str((cast.stage.now + timedelta(days=30)).date()),
        },
    )
    yield timedelta(days=7)
    manager.post(f"/v1/tollings/{stopped['id']}/end")


def prepare(cast: Cast, deferred: Case) -> None:
    """What the managers have on their desks today: drafts, what is to come, and one stop."""
    year = cast.stage.now.year + 1
    told = policy.written(first_policy())
    rules = {**told, "version": f"{year}.1", "review_days": 10, "application_draft_months": 6}
    text = _invented()
    book = rule_sets.SHIPPED[1].document
    families: tuple[tuple[str, str, Mapping[str, Any]], ...] = (
        ("policies", "version", {"document": rules}),
        ("standards", "code", {"document": text}),
        ("rules", "", {"document": book, "kind": "corridor_rules"}),
    )
    for collection, member, body in families:
        for number, ending in enumerate(("publish", "discard", ""), start=1):
            code = f"{year}.{number}" if collection == "policies" else f"invented-{year}.{number}"
            document = {**body["document"], **({member: code} if member else {})}
            _version(cast, collection, {**body, "code": code, "document": document}, ending)
    cast.one(Role.SCHEME_MANAGER).post(
        "/v1/tollings",
        {
            "timers": ["application_deferral"],
            "application_id": deferred.application,
            "reason": "authority_closed",
            "statement": "The licensing office is closed until further notice.",
            "limit_on": str((cast.stage.now + timedelta(days=60)).date()),
        },
    )


def _version(cast: Cast, collection: str, body: Mapping[str, Any], ending: str) -> None:
    manager, second = (cast.one(Role.SCHEME_MANAGER, which) for which in (0, 1))
    address = f"/v1/{collection}/{body['code']}"
    manager.post(f"/v1/{collection}", dict(body))
    if ending == "publish":
        day = {"effective_on": str((cast.stage.now + _TAKES_EFFECT_IN).date())}
        for signer in (manager, second):
            signer.post(f"{address}/publish", day)
    elif ending:
        manager.post(f"{address}/{ending}")


def _invented() -> dict[str, Any]:
    """A text of nobody's: none of it is anybody's own words."""
    text = standard.written(first_standard())
    for principle in text["principles"]:
        principle["verified"] = False
        for criterion in principle["criteria"]:
            criterion["verified"] = False
    return {
        **text,
        "title": "An invented next version, for the demonstration",
        "owner": "Nobody",
    }
