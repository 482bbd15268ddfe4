"""The wire format of a verification."""

from datetime import date, datetime
from typing import Annotated

from pydantic import BeforeValidator, Field, WithJsonSchema

from app.certificates.schemas import ScopeView
from app.platform.wire import CorridorCode, CountryCode, Day, Instant, View, day, moment
from app.registry.answer import Result

_NUMBER = "7K3M-9QXR-2V8D-4HT9"
_ADDRESS = f"http://127.0.0.1:8000/v1/certificates/{_NUMBER}"


def day_or_instant(text: str) -> date | datetime:
    """The day or the instant that is asked for (`registry.queries.instant` makes one of both)."""
    return moment(text) if "T" in text.upper() else day(text)


Moment = Annotated[
    date | datetime,
    BeforeValidator(day_or_instant),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": r"^[0-9]{4}-[0-9]{2}-[0-9]{2}([Tt][0-9]{2}:[0-9]{2}:[0-9]{2}"
            r"(\.[0-9]{1,6})?([Zz]|[+-][0-9]{2}:[0-9]{2}))?$",
            "examples": ["2026-03-15", "2026-03-15T09:30:00Z"],
        }
    ),
]
"""A day or an instant."""


class HolderView(View):
    """Who holds the certificate."""

    name: str = Field(examples=["सगरमाथा रोजगार"])
    country: CountryCode
    recruiter_number: str | None = Field(examples=["LRN00012603"])


class ApplicantView(View):
    """A recruiter whose application was accepted. It is not certified."""

    recruiter_number: str = Field(examples=["LRN00012603"])
    name: str = Field(examples=["सगरमाथा रोजगार"])
    country: CountryCode
    corridors: list[CorridorCode] = Field(description="For which it applies.")
    since: Instant = Field(description="When the application was accepted.")


class NumberedView(View):
    """A certificate of the recruiter, and what verification answers about it."""

    number: str = Field(examples=[_NUMBER])
    result: Result
    href: str


class RecruiterAnswerView(View):
    """What is true of a recruiter, and as of which state of the records."""

    result: Result
    recruiter: HolderView | None
    applicant: ApplicantView | None = Field(description="An active applicant is not certified.")
    certificates: list[NumberedView] = Field(description="Oldest first.")
    checked_at: Instant
    data_version: int
    warnings: list["WarningView"]


class VerifiedView(View):
    """The certificate that was asked about, in the edition of that moment."""

    number: str = Field(examples=[_NUMBER])
    edition: int
    holder: HolderView
    scope: ScopeView
    audit_company: str
    valid_from: Day = Field(description="The first day of this edition.")
    expires_on: Day = Field(description="The last day of this edition, inclusive.")


class WarningView(View):
    """Something to look at before trusting the answer."""

    code: str = Field(examples=["wrong_check_symbol"])
    detail: str


class AnswerView(View):
    """What is true of a certificate, and as of which state of the records."""

    result: Result
    certificate: VerifiedView | None
    status_since: Instant | None = Field(description="Since when it has been so without a break.")
    reason_code: str | None = Field(examples=["fees_charged_to_workers"])
    valid_until: Instant | None = Field(
        description="The instant at which validity ends or ended; null once it was ended."
    )
    suspended_at_expiry: bool = Field(description="It expired while it was suspended.")
    suspended_corridors: list[CorridorCode] = Field(
        description="Corridors that are suspended while the certificate is valid."
    )
    successor: str | None = Field(description="Transferred: the number of what follows it.")
    checked_at: Instant
    data_version: int = Field(description="The journal's position that the answer follows up to.")
    links: dict[str, str] = Field(
        examples=[{"certificate": _ADDRESS, "history": f"{_ADDRESS}/history"}]
    )
    warnings: list[WarningView]
