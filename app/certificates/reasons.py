"""The published list of reason codes: which may be given for which decision. Pure.

Codes are what the journal, the public history and the answers carry; every one has its meaning in
words. Anything that shows or takes a decision may import it.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class Reason(StrEnum):
    """Why a decision was made, as a code."""

    STANDARD_MET = "standard_met"
    NONCONFORMITIES_UNRESOLVED = "nonconformities_unresolved"
    CRITICAL_NONCONFORMITY = "critical_nonconformity"
    MAJOR_NONCONFORMITY = "major_nonconformity"
    FEES_CHARGED_TO_WORKERS = "fees_charged_to_workers"
    SYSTEM_NOT_EFFECTIVE = "system_not_effective"
    INFORMATION_WITHHELD = "information_withheld"
    OBLIGATIONS_UNMET = "obligations_unmet"
    COMPLAINT_SUBSTANTIATED = "complaint_substantiated"
    CERTIFICATE_MISUSED = "certificate_misused"
    LICENCE_LAPSED = "licence_lapsed"
    DANGER_TO_WORKERS = "danger_to_workers"
    FRAUD_UNDER_INVESTIGATION = "fraud_under_investigation"
    SURVEILLANCE_MISSED = "surveillance_missed"
    MAJOR_OVERDUE = "major_overdue"
    DECISION_OVERDUE = "decision_overdue"
    REMEDIED = "remedied"
    UNFOUNDED = "unfounded"
    APPEAL_UPHELD = "appeal_upheld"
    DEADLINE_PASSED = "deadline_passed"
    WORSE_FACTS = "worse_facts"
    FRAUD = "fraud"
    FALSIFIED_EVIDENCE = "falsified_evidence"
    ACCESS_REFUSED = "access_refused"
    LICENCE_REVOKED = "licence_revoked"
    RETALIATION = "retaliation"
    HOLDER_REQUEST = "holder_request"
    HOLDER_CEASED = "holder_ceased"
    ISSUER_LOST_APPROVAL = "issuer_lost_approval"
    ISSUER_REGAINED_APPROVAL = "issuer_regained_approval"
    ISSUED_IN_ERROR = "issued_in_error"
    OBTAINED_BY_FRAUD = "obtained_by_fraud"
    CLERICAL_ERROR = "clerical_error"
    NAME_CHANGED = "name_changed"
    ADDRESS_CHANGED = "address_changed"


MEANINGS: Mapping[Reason, str] = MappingProxyType(
    {
        Reason.STANDARD_MET: "The recruiter meets the standard.",
        Reason.NONCONFORMITIES_UNRESOLVED: "Nonconformities were not resolved in time.",
        Reason.CRITICAL_NONCONFORMITY: "There is a critical nonconformity.",
        Reason.MAJOR_NONCONFORMITY: "There is a major nonconformity.",
        Reason.FEES_CHARGED_TO_WORKERS: "Workers were charged recruitment fees or related costs.",
        Reason.SYSTEM_NOT_EFFECTIVE: "The management system does not work as it should.",
        Reason.INFORMATION_WITHHELD: "Information that the audit needed was withheld.",
        Reason.OBLIGATIONS_UNMET: "The holder did not meet its obligations to the scheme.",
        Reason.COMPLAINT_SUBSTANTIATED: "A complaint was substantiated.",
        Reason.CERTIFICATE_MISUSED: "The certificate was used for what it does not cover.",
        Reason.LICENCE_LAPSED: "A licence that the scope needs has lapsed.",
        Reason.DANGER_TO_WORKERS: "Workers are in danger.",
        Reason.FRAUD_UNDER_INVESTIGATION: "Fraud is being investigated.",
        Reason.SURVEILLANCE_MISSED: "A surveillance audit was not held in time.",
        Reason.MAJOR_OVERDUE: "The answer to a major nonconformity is overdue.",
        Reason.DECISION_OVERDUE: "A decision is overdue.",
        Reason.REMEDIED: "What was wrong has been put right, and that was verified.",
        Reason.UNFOUNDED: "What was suspected proved unfounded.",
        Reason.APPEAL_UPHELD: "An appeal was upheld.",
        Reason.DEADLINE_PASSED: "The deadline of a suspension passed without its remedy.",
        Reason.WORSE_FACTS: "Worse came to light during a suspension.",
        Reason.FRAUD: "The holder committed fraud.",
        Reason.FALSIFIED_EVIDENCE: "Evidence was falsified.",
        Reason.ACCESS_REFUSED: "The holder refused access to auditors.",
        Reason.LICENCE_REVOKED: "A government revoked the holder's licence.",
        Reason.RETALIATION: "Somebody who spoke up was retaliated against.",
        Reason.HOLDER_REQUEST: "The holder asked for it.",
        Reason.HOLDER_CEASED: "The holder no longer recruits.",
        Reason.ISSUER_LOST_APPROVAL: "The audit company lost the scheme's approval.",
        Reason.ISSUER_REGAINED_APPROVAL: "The audit company has the scheme's approval again.",
        Reason.ISSUED_IN_ERROR: "The certificate should not have been issued.",
        Reason.OBTAINED_BY_FRAUD: "The certificate was obtained by fraud.",
        Reason.CLERICAL_ERROR: "Something was misspelt.",
        Reason.NAME_CHANGED: "The holder's name changed.",
        Reason.ADDRESS_CHANGED: "The holder's address changed.",
    }
)

_SUSPENDING = (
    Reason.CRITICAL_NONCONFORMITY,
    Reason.MAJOR_NONCONFORMITY,
    Reason.NONCONFORMITIES_UNRESOLVED,
    Reason.FEES_CHARGED_TO_WORKERS,
    Reason.SYSTEM_NOT_EFFECTIVE,
    Reason.INFORMATION_WITHHELD,
    Reason.OBLIGATIONS_UNMET,
    Reason.COMPLAINT_SUBSTANTIATED,
    Reason.CERTIFICATE_MISUSED,
    Reason.LICENCE_LAPSED,
    Reason.HOLDER_REQUEST,
)
_LIFTING = (Reason.REMEDIED, Reason.UNFOUNDED, Reason.APPEAL_UPHELD)
_OUTLIVED = (Reason.DEADLINE_PASSED, Reason.WORSE_FACTS)
CAUSES = (
    Reason.FRAUD,
    Reason.FALSIFIED_EVIDENCE,
    Reason.ACCESS_REFUSED,
    Reason.LICENCE_REVOKED,
    Reason.RETALIATION,
)
"""For which a certificate is withdrawn that is not even suspended (C15)."""

REASONS: Mapping[str, tuple[Reason, ...]] = MappingProxyType(
    {
        "issue": (Reason.STANDARD_MET,),
        "refuse": (
            Reason.NONCONFORMITIES_UNRESOLVED,
            Reason.CRITICAL_NONCONFORMITY,
            Reason.MAJOR_NONCONFORMITY,
            Reason.FEES_CHARGED_TO_WORKERS,
            Reason.SYSTEM_NOT_EFFECTIVE,
            Reason.INFORMATION_WITHHELD,
        ),
        "transfer_in": (Reason.HOLDER_REQUEST, Reason.ISSUER_LOST_APPROVAL),
        "maintain": (Reason.STANDARD_MET,),
        "renew": (Reason.STANDARD_MET,),
        "suspend": _SUSPENDING,
        "suspend_emergency": (Reason.DANGER_TO_WORKERS, Reason.FRAUD_UNDER_INVESTIGATION),
        "suspend_by_policy": (
            Reason.SURVEILLANCE_MISSED,
            Reason.MAJOR_OVERDUE,
            Reason.DECISION_OVERDUE,
        ),
        "confirm_suspension": (
            *_SUSPENDING,
            Reason.DANGER_TO_WORKERS,
            Reason.FRAUD_UNDER_INVESTIGATION,
            Reason.SURVEILLANCE_MISSED,
            Reason.MAJOR_OVERDUE,
            Reason.DECISION_OVERDUE,
        ),
        "lift_reason": _LIFTING,
        "restore": _LIFTING,
        "suspend_corridors": _SUSPENDING,
        "restore_corridors": _LIFTING,
        "withdraw": (*CAUSES, *_OUTLIVED),
        "extend_scope": (Reason.HOLDER_REQUEST,),
        "reduce_scope": (
            Reason.HOLDER_REQUEST,
            Reason.NONCONFORMITIES_UNRESOLVED,
            Reason.LICENCE_LAPSED,
            Reason.FEES_CHARGED_TO_WORKERS,
        ),
        "restore_expired": (Reason.STANDARD_MET,),
        "terminate": (Reason.HOLDER_REQUEST, Reason.HOLDER_CEASED),
        "transfer_out": (Reason.HOLDER_REQUEST, Reason.ISSUER_LOST_APPROVAL),
        "flag_issuer": (Reason.ISSUER_LOST_APPROVAL,),
        "unflag_issuer": (Reason.ISSUER_REGAINED_APPROVAL,),
        "annul": (Reason.ISSUED_IN_ERROR, Reason.OBTAINED_BY_FRAUD),
        "overturn": (Reason.APPEAL_UPHELD,),
        "overturn_to_suspended": (Reason.APPEAL_UPHELD,),
        "correct": (Reason.CLERICAL_ERROR, Reason.NAME_CHANGED, Reason.ADDRESS_CHANGED),
    }
)
"""Action of the certificate, or `refuse` → the codes that may stand for it."""
