"""Why an audit company or an auditor is moved, as codes: which fits which move. Pure (§5a)."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Protocol, TypeVar


class Reason(StrEnum):
    """Why an approval is given, refused, held back or ended."""

    REQUIREMENTS_MET = "requirements_met"
    REQUIREMENTS_NOT_MET = "requirements_not_met"
    IMPARTIALITY_NOT_SHOWN = "impartiality_not_shown"
    COMPETENCE_NOT_SHOWN = "competence_not_shown"
    FALSE_INFORMATION = "false_information"
    IMPARTIALITY_BREACHED = "impartiality_breached"
    AUDITS_DEFICIENT = "audits_deficient"
    REPORTS_LATE = "reports_late"
    COMPETENCE_LOST = "competence_lost"
    COMPLAINT_SUBSTANTIATED = "complaint_substantiated"
    UNDER_INVESTIGATION = "under_investigation"
    REMEDIED = "remedied"
    UNFOUNDED = "unfounded"
    OWN_REQUEST = "own_request"
    APPROVAL_ENDED = "approval_ended"


_REFUSAL = (
    Reason.REQUIREMENTS_NOT_MET,
    Reason.IMPARTIALITY_NOT_SHOWN,
    Reason.COMPETENCE_NOT_SHOWN,
    Reason.FALSE_INFORMATION,
)
_MEASURE = (
    Reason.IMPARTIALITY_BREACHED,
    Reason.AUDITS_DEFICIENT,
    Reason.REPORTS_LATE,
    Reason.COMPETENCE_LOST,
    Reason.COMPLAINT_SUBSTANTIATED,
    Reason.FALSE_INFORMATION,
)
_CURE = (Reason.REMEDIED, Reason.UNFOUNDED)

REASONS: Mapping[str, tuple[Reason, ...]] = MappingProxyType(
    {
        "approve": (Reason.REQUIREMENTS_MET,),
        "refuse": _REFUSAL,
        "warn": _MEASURE,
        "clear": _CURE,
        "suspend": (*_MEASURE, Reason.UNDER_INVESTIGATION, Reason.OWN_REQUEST),
        "reinstate": _CURE,
        "withdraw": (*_MEASURE, Reason.OWN_REQUEST, Reason.APPROVAL_ENDED),
    }
)
"""The codes that fit each move; a move that is not here needs none."""


class Reasoned(Protocol):
    """Facts that may bring a reason."""

    @property
    def reason(self) -> Reason | None:
        """Why the move is made; None while nobody has said."""


F = TypeVar("F", bound=Reasoned)


def reason_for(action: str) -> Callable[[F], str | None]:
    """The guard that a code is given that fits the action."""
    fitting = REASONS[action]

    def reason_given(facts: F) -> str | None:
        if facts.reason in fitting:
            return None
        said = "give a reason code" if facts.reason is None else f"{facts.reason} does not fit"
        return f"{said}: {action} takes {', '.join(fitting)}"

    return reason_given
