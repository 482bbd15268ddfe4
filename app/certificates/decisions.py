"""The types of decisions, and the move that each carries out (DOMAIN §9). Pure."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from app.certificates.lifecycle import CERTIFICATE, EVERY_DECISION, MISSING_GUARDS, REFUSAL
from app.kernel.errors import Invalid


class DecisionType(StrEnum):
    """A grant issues, a refusal closes the audit; every other has the name of its action."""

    GRANT = "grant"
    REFUSE = "refuse"
    TRANSFER_IN = "transfer_in"
    MAINTAIN = "maintain"
    RENEW = "renew"
    SUSPEND = "suspend"
    SUSPEND_EMERGENCY = "suspend_emergency"
    SUSPEND_BY_POLICY = "suspend_by_policy"
    CONFIRM_SUSPENSION = "confirm_suspension"
    LIFT_REASON = "lift_reason"
    RESTORE = "restore"
    SUSPEND_CORRIDORS = "suspend_corridors"
    RESTORE_CORRIDORS = "restore_corridors"
    WITHDRAW = "withdraw"
    EXTEND_SCOPE = "extend_scope"
    REDUCE_SCOPE = "reduce_scope"
    RESTORE_EXPIRED = "restore_expired"
    TERMINATE = "terminate"
    TRANSFER_OUT = "transfer_out"
    FLAG_ISSUER = "flag_issuer"
    UNFLAG_ISSUER = "unflag_issuer"
    ANNUL = "annul"
    OVERTURN = "overturn"
    OVERTURN_TO_SUSPENDED = "overturn_to_suspended"
    CORRECT = "correct"


ON_CERTIFICATES = (
    DecisionType.MAINTAIN,
    DecisionType.RENEW,
    DecisionType.SUSPEND,
    DecisionType.SUSPEND_EMERGENCY,
    DecisionType.CONFIRM_SUSPENSION,
    DecisionType.LIFT_REASON,
    DecisionType.RESTORE,
    DecisionType.SUSPEND_CORRIDORS,
    DecisionType.RESTORE_CORRIDORS,
    DecisionType.WITHDRAW,
    DecisionType.REDUCE_SCOPE,
    DecisionType.TERMINATE,
    DecisionType.ANNUL,
)
"""What `POST /v1/certificates/{number}/decisions` takes."""

ACTIONS: Mapping[DecisionType, str] = MappingProxyType(
    {
        decided: "issue" if decided is DecisionType.GRANT else decided.value
        for decided in DecisionType
        if decided is not DecisionType.REFUSE
    }
)
"""The certificate's move that a decision carries out; a refusal has none."""

NOT_ON_THE_WIRE: tuple[str, ...] = tuple(
    action
    for action in CERTIFICATE.actions()
    if action != "issue" and action not in ON_CERTIFICATES
)
"""Moves that stand in the table and that nothing carries out yet."""


class NotOffered(Invalid):
    """A decision whose effect is not built yet, or that is not made on a certificate."""

    def __init__(self, decided: DecisionType) -> None:
        super().__init__(f"{decided} is not a decision that is made on a certificate here")


def not_checked(decided: DecisionType) -> tuple[str, ...]:
    """What DOMAIN asks of such a decision and nothing checks yet, as `MISSING_GUARDS` says it."""
    action = ACTIONS.get(decided, REFUSAL.action)
    return tuple(asks for which, asks in MISSING_GUARDS if which in {action, EVERY_DECISION})
