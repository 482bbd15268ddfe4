"""A worker's pseudonym: the same person is the same text at one recruiter, and says no name.

Pure. The identity goes in and is forgotten; nobody without the key can test a guess, and workers
of two recruiters cannot be matched (SECURITY, complaint channel and worker data). Placements and
charges use it.
"""

import hmac
import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from app.kernel.canonical import canonical_json
from app.kernel.errors import FieldError, Invalid

LENGTH = 32
"""Hexadecimal digits: 128 bits, so that no two of a billion workers meet by chance."""

_PURPOSE = "worker 1"
_GIVEN = re.compile(r"(?=[A-Za-z_.-]*[0-9])[A-Za-z0-9][A-Za-z0-9_.-]{3,63}")
GIVEN_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9_.-]{3,63}$"


@dataclass(frozen=True, slots=True)
class Document:
    """Who somebody is, by an identity document: the country that issued it, and its number."""

    country: str
    number: str


@dataclass(frozen=True, slots=True)
class NameAndBirth:
    """Who somebody is where no document is known."""

    name: str
    born: date


Identity = Document | NameAndBirth


def pseudonym(key: bytes, recruiter_id: str, identity: Identity) -> str:
    """The pseudonym of this person at this recruiter: HMAC-SHA-256, the first 128 bits in hex.

    However the identity is written: compatibility forms, case, white space, hyphens and the
    digits of any script make no difference. `key` is `keys.Keys.pseudonym`. Raises `Invalid` for
    an identity in which nothing is left to tell people apart.
    """
    match identity:
        case Document(country, number):
            parts = ["document", country.upper(), _of_document(number)]
        case NameAndBirth(name, born):
            parts = ["name", _of_name(name), born.isoformat()]
    if not parts[1] or not parts[2]:
        detail = "An identity has a document with its country and number, or a name and a birth."
        raise Invalid(detail, errors=[FieldError("", detail)])
    message = canonical_json([_PURPOSE, recruiter_id, *parts])
    return hmac.digest(key, message, "sha256").hex()[:LENGTH]


def given(text: str) -> str:
    """A pseudonym that a recruiter made itself, as it is.

    Raises `Invalid` for what could be a name: it holds a digit, and no space or letter beyond
    ASCII.
    """
    if not _GIVEN.fullmatch(text):
        detail = (
            "Write a pseudonym of 4 to 64 letters, digits, dots, hyphens or underscores of ASCII"
            " with at least one digit, never a name."
        )
        raise Invalid(detail, errors=[FieldError("", detail)])
    return text


def _of_document(number: str) -> str:
    return "".join(c for c in _folded(number) if unicodedata.category(c)[0] in "LN")


def _of_name(name: str) -> str:
    visible = (c for c in _folded(name) if unicodedata.category(c) not in {"Cf", "Pd"})
    return "".join("".join(visible).split())


def _folded(text: str) -> str:
    """Compatibility forms and case folded (Unicode NFKC_Casefold), every digit an ASCII digit."""
    once = unicodedata.normalize("NFKC", text).casefold()
    again = unicodedata.normalize("NFKC", once)
    return "".join(
        str(unicodedata.decimal(character)) if character.isdecimal() else character
        for character in again
    )
