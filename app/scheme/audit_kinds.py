"""The kinds of audits that the scheme knows (DOMAIN §6). Pure: any room above may import it."""

from enum import StrEnum


class AuditKind(StrEnum):
    """What an audit is for (DOMAIN §6)."""

    STAGE_1 = "stage_1"
    STAGE_2 = "stage_2"
    SURVEILLANCE = "surveillance"
    RECERTIFICATION = "recertification"
    SPECIAL = "special"
    TRANSFER_REVIEW = "transfer_review"
