"""Recruiters that do not exist, and what becomes of each.

Invented names in their own scripts; no real company carries a status that is not its own.
"""

from dataclasses import dataclass
from enum import StrEnum


class Fate(StrEnum):
    """Where a company's story stands today."""

    DRAFT = "draft"
    DROPPED = "dropped"
    SUBMITTED = "submitted"
    TAKEN_BACK = "taken_back"
    IN_REVIEW = "in_review"
    DEFERRED = "deferred"
    LAPSED = "lapsed"
    REJECTED = "rejected"
    ACCEPTED = "accepted"
    CONTRACTED = "contracted"
    STAGE_1 = "stage_1"
    FIELDWORK = "fieldwork"
    OPEN_MAJOR = "open_major"
    VALID = "valid"
    SUSPENDED = "suspended"
    WITHDRAWN = "withdrawn"
    TERMINATED = "terminated"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Company:
    """One invented recruiter."""

    name: str
    country: str
    city: str
    corridors: tuple[str, ...]
    sectors: tuple[str, ...]
    workers: int
    fate: Fate


COMPANIES = (
    Company("নীল দোয়েল কর্মসেতু", "BD", "Dhaka", ("BD-MY",), ("construction",), 420, Fate.VALID),
    Company(
        "हिमफूल रोजगार साथी", "NP", "Kathmandu", ("NP-MY", "NP-QA"), ("security",), 260, Fate.VALID
    ),
    Company("Tala Bituin Crewing", "PH", "Manila", ("PH-SA",), ("health",), 900, Fate.VALID),
    Company("Kopi Pelangi Karya", "ID", "Surabaya", ("ID-SG",), ("domestic_work",), 75, Fate.VALID),
    Company(
        "Cầu Tre Xanh Nhân Lực", "VN", "Hà Nội", ("VN-JP",), ("agriculture",), 310, Fate.SUSPENDED
    ),
    Company(
        "நீல மயில் வேலைவாய்ப்பு", "LK", "Colombo", ("LK-KW",), ("domestic_work",), 130, Fate.SUSPENDED
    ),
    Company("সবুজ সাঁকো ওভারসিজ", "BD", "Chattogram", ("BD-SA",), ("cleaning",), 640, Fate.WITHDRAWN),
    Company(
        "የሰማይ ድልድይ የሥራ አገናኝ",
        "ET",
        "Addis Ababa",
        ("ET-SA",),
        ("domestic_work",),
        95,
        Fate.WITHDRAWN,
    ),
    Company(
        "Paper Lantern Placement",
        "IN",
        "Kochi",
        ("IN-AE",),
        ("construction",),
        1200,
        Fate.TERMINATED,
    ),
    Company(
        "सुनगाभा वैदेशिक कामदार", "NP", "Pokhara", ("NP-MY",), ("manufacturing",), 180, Fate.EXPIRED
    ),
    Company("Daraja la Asubuhi", "KE", "Mombasa", ("KE-QA",), ("hospitality",), 60, Fate.EXPIRED),
    Company(
        "Seven Kites Manpower", "BD", "Sylhet", ("BD-MY",), ("plantation",), 510, Fate.OPEN_MAJOR
    ),
    Company("ရွှေငှက် အလုပ်အကိုင်", "MM", "Yangon", ("MM-TH",), ("fishing",), 220, Fate.FIELDWORK),
    Company("Sampaguita Bridge Staffing", "PH", "Cebu", ("PH-JP",), ("care",), 340, Fate.STAGE_1),
    Company("ស្ពានផ្កាឈូក", "KH", "Phnom Penh", ("KH-TH",), ("manufacturing",), 150, Fate.CONTRACTED),
    Company(
        "Melati Senja Persada", "ID", "Jakarta", ("ID-SG",), ("domestic_work",), 88, Fate.ACCEPTED
    ),
    Company(
        "جسر النخيل للتوظيف", "EG", "Cairo", ("EG-KW",), ("construction",), 410, Fate.IN_REVIEW
    ),
    Company(
        "Copper Tern Recruitment", "LK", "Galle", ("LK-KW",), ("hospitality",), 45, Fate.DEFERRED
    ),
    Company(
        "Lục Bình Lao Động", "VN", "Đà Nẵng", ("VN-JP",), ("manufacturing",), 270, Fate.REJECTED
    ),
    Company("नदी किनार जनशक्ति", "NP", "Biratnagar", ("NP-QA",), ("construction",), 33, Fate.DRAFT),
    Company(
        "Olive Gate Cooperative", "TN", "Sfax", ("TN-QA",), ("hospitality",), 52, Fate.SUBMITTED
    ),
    Company("چراغ سفر روزگار", "PK", "Multan", ("PK-AE",), ("construction",), 610, Fate.TAKEN_BACK),
    Company("Nyota Safi Ajira", "UG", "Kampala", ("UG-JO",), ("care",), 74, Fate.LAPSED),
    Company("Ginkgo Ferry Labour", "LK", "Jaffna", ("LK-KW",), ("cleaning",), 28, Fate.DROPPED),
)
