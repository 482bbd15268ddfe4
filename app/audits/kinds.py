"""The codes of an audit: its kind, outcomes, recommendations, and why one is aborted. Pure."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from app.scheme.audit_kinds import AuditKind

Kind = AuditKind
"""What an audit is for (DOMAIN §6)."""


class Readiness(StrEnum):
    """With what a stage 1 audit ends."""

    READY = "ready"
    READY_WITH_CONCERNS = "ready_with_concerns"
    NOT_READY = "not_ready"


class Acknowledgement(StrEnum):
    """What the recruiter did when the findings were read out at the end of the fieldwork."""

    SIGNED = "signed"
    REFUSED = "refused"


class AbortReason(StrEnum):
    """Why an audit that was begun is broken off."""

    ACCESS_REFUSED = "access_refused"
    OBJECTIVES_UNATTAINABLE = "objectives_unattainable"
    SAFETY = "safety"


class Recommendation(StrEnum):
    """What the team recommends: for stage 1 its readiness, else a decision of DOMAIN §9."""

    READY = "ready"
    READY_WITH_CONCERNS = "ready_with_concerns"
    NOT_READY = "not_ready"
    GRANT = "grant"
    REFUSE = "refuse"
    MAINTAIN = "maintain"
    SUSPEND = "suspend"
    RESTORE = "restore"
    WITHDRAW = "withdraw"
    RENEW = "renew"
    RESTORE_EXPIRED = "restore_expired"
    EXTEND_SCOPE = "extend_scope"
    REDUCE_SCOPE = "reduce_scope"
    TRANSFER_IN = "transfer_in"


_WHILE_CERTIFIED = (
    Recommendation.MAINTAIN,
    Recommendation.SUSPEND,
    Recommendation.RESTORE,
    Recommendation.WITHDRAW,
    Recommendation.REDUCE_SCOPE,
)

RECOMMENDATIONS: Mapping[Kind, tuple[Recommendation, ...]] = MappingProxyType(
    {
        Kind.STAGE_1: (
            Recommendation.READY,
            Recommendation.READY_WITH_CONCERNS,
            Recommendation.NOT_READY,
        ),
        Kind.STAGE_2: (Recommendation.GRANT, Recommendation.REFUSE),
        Kind.SURVEILLANCE: _WHILE_CERTIFIED,
        Kind.RECERTIFICATION: (
            Recommendation.RENEW,
            Recommendation.RESTORE_EXPIRED,
            Recommendation.REFUSE,
        ),
        Kind.SPECIAL: (*_WHILE_CERTIFIED, Recommendation.EXTEND_SCOPE),
        Kind.TRANSFER_REVIEW: (Recommendation.TRANSFER_IN, Recommendation.REFUSE),
    }
)
"""What may be recommended after which kind of audit."""


class ReviewOutcome(StrEnum):
    """What the independent reviewer said: of a report, or of a stage 1 audit as a whole."""

    RETURNED = "returned"
    PASSED = "passed"
    READY = "ready"
    READY_WITH_CONCERNS = "ready_with_concerns"
    NOT_READY = "not_ready"


class CommentOutcome(StrEnum):
    """What the lead auditor answers to a comment of the recruiter."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
