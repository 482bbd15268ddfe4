"""What kinds of documents an application takes, and which types of files. Pure (DOMAIN §5)."""

from enum import StrEnum


class DocumentKind(StrEnum):
    """What a document shows."""

    LICENCE = "licence"
    ISO_9001 = "iso_9001"
    CAPACITY_BUILDING = "capacity_building"
    SELF_ASSESSMENT = "self_assessment"
    OTHER = "other"


LARGEST = 20 * 1024 * 1024
"""How many bytes a document may have."""

MOST = 200
"""How many documents one application may have."""
