"""Facts under which each move of a certificate is allowed."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from app.access.independence import Involvement, Way
from app.certificates.facts import Audited, Checked, Facts, Held, Opening, OpenReason, Proposal
from app.certificates.reasons import REASONS
from app.certificates.status import Result, Status
from app.scheme.shipped import first_policy

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
SCOPE = ("NP-MY", "NP-QA")
EXPIRES_AT = datetime(2029, 3, 15, tzinfo=UTC)
ACTIVE = Status(Result.ACTIVE, datetime(2026, 3, 15, tzinfo=UTC), None, EXPIRES_AT, 1)
EXPIRED_AT = datetime(2026, 3, 15, tzinfo=UTC)
EXPIRED = Status(Result.EXPIRED, EXPIRED_AT, None, EXPIRED_AT, 1)

_KINDS = {
    "issue": "stage_2",
    "transfer_in": "transfer_review",
    "maintain": "surveillance",
    "renew": "recertification",
    "extend_scope": "special",
    "restore_expired": "recertification",
    "refuse": "stage_2",
}
_PROPOSALS: dict[str, dict[str, Any]] = {
    "issue": {"effective_on": date(2026, 6, 1), "expires_on": date(2029, 5, 31)},
    "renew": {"expires_on": date(2032, 3, 14)},
    "lift_reason": {"suspensions": ("a",)},
    "restore": {"suspensions": ("a",), "corridors": ()},
    "confirm_suspension": {"suspensions": ("a",)},
    "restore_corridors": {"suspensions": ("a",), "corridors": ("NP-MY",)},
    "suspend_corridors": {"corridors": ("NP-MY",)},
    "extend_scope": {"corridors": (*SCOPE, "BD-MY")},
    "reduce_scope": {"corridors": ("NP-QA",)},
    "restore_expired": {"expires_on": date(2029, 3, 14)},
    "annul": {"void_from": date(2026, 4, 1)},
    "overturn": {"panel_reference": "appeal-7"},
    "overturn_to_suspended": {"panel_reference": "appeal-7"},
}


def reason(identity: str = "a", **changes: Any) -> OpenReason:
    """An open reason of the whole certificate, whose deadline has passed."""
    given: dict[str, Any] = {
        "id": identity,
        "code": "obligations_unmet",
        "corridor": None,
        "opening": Opening.DECISION,
        "opened_at": datetime(2026, 4, 1, 8, tzinfo=UTC),
        "deadline": date(2026, 5, 31),
        **changes,
    }
    return OpenReason(**given)


_REASONS = {
    "confirm_suspension": (reason(opening=Opening.EMERGENCY),),
    "lift_reason": (reason(), reason("b")),
    "restore": (reason(),),
    "restore_corridors": (reason(corridor="NP-MY"),),
    "overturn_to_suspended": (reason(),),
}


def held(**changes: Any) -> Held:
    """An active certificate for two corridors."""
    given: dict[str, Any] = {
        "status": ACTIVE,
        "corridors": SCOPE,
        "newest_corridors": SCOPE,
        "begins": datetime(2026, 3, 15, tzinfo=UTC),
        "newest_begins": datetime(2026, 3, 15, tzinfo=UTC),
        "granted_by": frozenset({"granter"}),
        "withdrawn_by": frozenset({"withdrawer"}),
        **changes,
    }
    return Held(**given)


def audited(kind: str, **changes: Any) -> Audited:
    """A reviewed audit without findings."""
    given: dict[str, Any] = {
        "kind": kind,
        "state": "reviewed",
        "fieldwork_ended_on": date(2026, 5, 20),
        **changes,
    }
    return Audited(**given)


CLEAN = Checked(made_on=date(2026, 5, 20), workers=20, unremedied=0, unclear=0, outdated=False)
"""An employer-pays check in which no worker bore a cost."""


def of(action: str, **changes: Any) -> Facts:
    """Nothing stands against this move; the person who acts is independent."""
    said: dict[str, Any] = {
        "reasons": REASONS[action][:1],
        "recommendation": "The report supports it.",
        "effective_on": date(2026, 6, 1),
        "corridors": SCOPE,
        "remedies": ("Repay the fees.",),
        "contact": "Sunita Rai",
        "deadline": date(2026, 12, 1),
        **_PROPOSALS.get(action, {}),
    }
    known = Facts(
        now=NOW,
        policy=first_policy(),
        person="decider",
        involvements=(Involvement("lead", frozenset({Way.TEAM})),),
        conflicts=(),
        contracted=True,
        contracted_corridors=(*SCOPE, "BD-MY"),
        audit=audited(_KINDS[action]) if action in _KINDS else None,
        checked=CLEAN,
        held=None
        if action in {"issue", "transfer_in", "refuse"}
        else held(
            status=EXPIRED if action == "restore_expired" else ACTIVE,
            reasons=_REASONS.get(action, ()),
        ),
        proposal=Proposal(**said),
    )
    return replace(known, **changes)


def proposing(action: str, **said: Any) -> Facts:
    """The same facts with another proposal."""
    known = of(action)
    return replace(known, proposal=replace(known.proposal, **said))
