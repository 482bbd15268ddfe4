"""The answer to who asks whether a certificate is valid: one pure function (DOMAIN §12).

Everything it needs is in the row and the clock. The verify route, and whatever answers faster or
for many at once, call it and nothing else.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from json import dumps
from types import MappingProxyType
from typing import Any

from app.certificates import status
from app.certificates.status import Timeline, next_change, status_at, suspended_corridors
from app.kernel.identifiers import NumberError

Answer = dict[str, Any]
"""As JSON; `schemas.AnswerView` describes it."""

LONGEST_FRESH = timedelta(seconds=60)
"""How long an answer may be kept at most by whoever caches it."""


class Result(StrEnum):
    """What a verification answers (DOMAIN §12): never one word for two facts."""

    VALID = "valid"
    SUSPENDED = "suspended"
    WITHDRAWN = "withdrawn"
    TERMINATED = "terminated"
    TRANSFERRED = "transferred"
    EXPIRED = "expired"
    ANNULLED = "annulled"
    NOT_YET_VALID = "not_yet_valid"
    OUT_OF_SCOPE = "out_of_scope"
    APPLICANT = "applicant"
    AMBIGUOUS = "ambiguous"
    NOT_FOUND = "not_found"


RESULTS: Mapping[status.Result, Result] = MappingProxyType(
    {
        status.Result.ACTIVE: Result.VALID,
        status.Result.TRANSFERRED_OUT: Result.TRANSFERRED,
        **{
            found: Result(found.value)
            for found in status.Result
            if found not in {status.Result.ACTIVE, status.Result.TRANSFERRED_OUT}
        },
    }
)
"""What each status is called in an answer."""


@dataclass(frozen=True, slots=True)
class Row:
    """A certificate as the registry keeps it."""

    number: str
    holder: str
    country: str
    recruiter_number: str | None
    audit_company: str
    editions: Mapping[str, Any]
    timeline: Timeline
    licence_signals: tuple[Mapping[str, str], ...] = ()
    """Country, fault and day of each licence that a register does not show in order."""


def answer(row: Row, at: datetime, corridor: str | None = None, *, public_url: str) -> Answer:
    """What is true of a certificate at an instant, or of one corridor of it.

    `public_url` begins its links.
    """
    found = status_at(row.timeline, at, corridor)
    edition = row.editions[str(found.edition)]
    suspended = [
        c for c in suspended_corridors(row.timeline, at) if found.result is status.Result.ACTIVE
    ]
    address = f"{public_url}/v1/certificates/{row.number}"
    links = {"certificate": address, "history": f"{address}/history"}
    if found.successor is not None:
        links["successor"] = f"{public_url}/v1/verify/{found.successor}"
    return {
        "result": RESULTS[found.result].value,
        "certificate": {
            "number": row.number,
            "edition": found.edition,
            "holder": {
                "name": row.holder,
                "country": row.country,
                "recruiter_number": row.recruiter_number,
            },
            "scope": edition["scope"],
            "audit_company": row.audit_company,
            "valid_from": edition["valid_from"],
            "expires_on": edition["expires_on"],
        },
        "status_since": _text(found.since),
        "reason_code": found.reason_code,
        "valid_until": _text(found.expires_at),
        "suspended_at_expiry": found.suspended_at_expiry,
        "suspended_corridors": suspended,
        "successor": found.successor,
        "links": links,
        "warnings": [
            _warning("corridor_suspended", f"{c} is suspended; ask for it by corridor={c}.")
            for c in suspended
        ]
        + _licence_warnings(row, edition["scope"]["corridors"]),
    }


def _licence_warnings(row: Row, corridors: Sequence[str]) -> list[dict[str, str]]:
    """What registers have against licences that this scope needs: at home, or in a corridor."""
    needed = {row.country} | {country for c in corridors for country in c.split("-")}
    return [
        _warning(
            f"licence_{signal['fault']}",
            f"Since {signal['since']} the register of {signal['country']} does not show a licence"
            f" of the holder in order: {signal['fault']}.",
        )
        for signal in row.licence_signals
        if signal["country"] in needed
    ]


def not_found(error: NumberError | None = None) -> Answer:
    """The answer where there is no such certificate; `error` says how the number is misspelt."""
    return {
        "result": Result.NOT_FOUND.value,
        "certificate": None,
        "status_since": None,
        "reason_code": None,
        "valid_until": None,
        "suspended_at_expiry": False,
        "suspended_corridors": [],
        "successor": None,
        "links": {},
        "warnings": [] if error is None else [_warning(f"wrong_{error.reason}", error.detail)],
    }


def etag(found: Answer) -> str:
    """A strong entity tag of an answer, without when and from what state of data it was given."""
    text = dumps(found, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return f'"{sha256(text.encode()).hexdigest()[:32]}"'


def fresh_for(timeline: Timeline | None, now: datetime) -> int:
    """For how many whole seconds the clock alone cannot change an answer about now."""
    change = None if timeline is None else next_change(timeline, now)
    until = LONGEST_FRESH if change is None else min(LONGEST_FRESH, change - now)
    return int(until.total_seconds())


def _warning(code: str, detail: str) -> dict[str, str]:
    return {"code": code, "detail": detail}


def _text(instant: datetime | None) -> str | None:
    return None if instant is None else instant.astimezone(UTC).isoformat().replace("+00:00", "Z")
