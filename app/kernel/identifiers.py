"""Ids, recruiter numbers and certificate numbers: how they are made and read.

An id (UUIDv7) is ours and sorts by time. A recruiter number is public and counts up
(DOMAIN §5). A certificate number is random, so that nobody can guess one, and carries a check
symbol, so that whoever mistypes one is told so. Anything may import it.
"""

import re
import secrets
from datetime import UTC, date, datetime, timedelta
from typing import ClassVar, Literal, NamedTuple
from uuid import UUID

from app.kernel.dates import in_utc
from app.kernel.errors import Invalid

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")

_RECRUITER_NUMBER = re.compile(r"LRN([0-9]{4}|[1-9][0-9]{4,8})([0-9]{2})(0[1-9]|1[0-2])")
_CENTURY = 2000
_LARGEST_SEQUENCE = 999_999_999

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_VALUES = {symbol: value for value, symbol in enumerate(_ALPHABET)}
_VALUES |= {symbol.lower(): value for symbol, value in _VALUES.items()}
_VALUES |= dict.fromkeys("IiLl", 1) | dict.fromkeys("Oo", 0)
# What people and typesetters put between the groups: spaces, hyphens, an en dash.
_SEPARATORS = frozenset(" -\u00a0\u2010\u2011\u2013")
_RANDOM_SYMBOLS = 15
_SYMBOLS = _RANDOM_SYMBOLS + 1
_BITS = 5
_GROUP = 4
# x^5 + x^2 + 1, primitive over GF(2): its root generates all 31 non-zero elements of GF(32).
_FIELD_POLYNOMIAL = 0b100101
_FIELD_SIZE = 1 << _BITS


class NumberError(Invalid):
    """Not a certificate number; `reason` says which of the three ways it is wrong."""

    reason: ClassVar[Literal["symbol", "length", "check_symbol"]]


class WrongSymbol(NumberError):
    """A character that no certificate number holds."""

    reason = "symbol"


class WrongLength(NumberError):
    """Too few symbols or too many."""

    reason = "length"


class WrongCheckSymbol(NumberError):
    """Sixteen right symbols, but at least one of them is not the one that was issued."""

    reason = "check_symbol"


class InvalidRecruiterNumber(Invalid):
    """Not `LRN`, a sequence of at least four digits, and a year and month."""


class RecruiterNumber(NamedTuple):
    """What a recruiter number says: the running sequence, and the month it was issued in."""

    sequence: int
    year: int
    month: int


def new_id(now: datetime) -> str:
    """A UUIDv7 (RFC 9562) of that instant, as 36 lower-case characters.

    Ids of different microseconds sort by time; those of one microsecond are only different.
    Raises `ValueError` before 1970.
    """
    microseconds = (in_utc(now) - _EPOCH) // timedelta(microseconds=1)
    if microseconds < 0:
        raise ValueError(f"An id cannot be older than 1970: {now.isoformat()}.")
    milliseconds, rest = divmod(microseconds, 1000)
    # The twelve bits after the version hold the fraction of the millisecond (§6.2, method 3).
    fraction = (rest << 12) // 1000
    number = milliseconds << 80 | 7 << 76 | fraction << 64 | 2 << 62 | secrets.randbits(62)
    return str(UUID(int=number))


def is_id(text: str) -> bool:
    """Whether the text is an id as `new_id` writes one."""
    return _ID.fullmatch(text) is not None


def recruiter_number(sequence: int, on: date) -> str:
    """The public number of a legal entity: `LRN00012201` is the first, issued in January 2022.

    `LRN` + sequence + YYMM [IRIS, DOMAIN §5]. The sequence runs on for ever and never restarts;
    it is written with four digits and, past 9999, with as many as it needs: YYMM is always the
    last four. Raises `ValueError` outside 1 to 999,999,999 and the years 2000 to 2099.
    """
    if not 1 <= sequence <= _LARGEST_SEQUENCE:
        raise ValueError(f"A sequence is from 1 to {_LARGEST_SEQUENCE}, not {sequence}.")
    if not _CENTURY <= on.year < _CENTURY + 100:
        raise ValueError(f"Two digits cannot write the year {on.year}.")
    return f"LRN{sequence:04d}{on.year - _CENTURY:02d}{on.month:02d}"


def parse_recruiter_number(text: str) -> RecruiterNumber:
    """Read a recruiter number exactly as issued; raises `InvalidRecruiterNumber`."""
    match = _RECRUITER_NUMBER.fullmatch(text)
    if match is None or int(match[1]) == 0:
        raise InvalidRecruiterNumber(
            f"{text[:20]!a} is no recruiter number; it is LRN, at least four digits, year and "
            "month, such as LRN00012201."
        )
    return RecruiterNumber(int(match[1]), _CENTURY + int(match[2]), int(match[3]))


def certificate_number() -> str:
    """A new certificate number: 75 random bits and a check symbol, as `7K3M-9QXR-2V8D-4HT9`.

    The alphabet is Crockford's base32. The symbols d0 … d15 are elements of GF(32), chosen so
    that the sum of a^(15-i) · di is zero, where `a` generates the field. All sixteen powers differ
    and none is zero, so one wrong symbol, and any two different symbols swapped at any distance,
    always change the sum.
    """
    bits = secrets.randbits(_BITS * _RANDOM_SYMBOLS)
    values = [bits >> _BITS * place & _FIELD_SIZE - 1 for place in range(_RANDOM_SYMBOLS)]
    values.append(_times_alpha(_weighted_sum(values)))
    return _grouped(values)


def parse_certificate_number(text: str) -> str:
    """The number in its canonical spelling, from what somebody typed; raises `NumberError`.

    Small letters, spaces and hyphens make no difference; I and L are read as 1, O as 0.
    """
    values = []
    for character in text:
        if character in _SEPARATORS:
            continue
        value = _VALUES.get(character)
        if value is None:
            raise WrongSymbol(
                f"A certificate number has digits and letters without U, but no {character!a}."
            )
        values.append(value)
    if len(values) != _SYMBOLS:
        raise WrongLength(
            f"A certificate number has {_SYMBOLS} digits and letters; this has {len(values)}."
        )
    if _weighted_sum(values) != 0:
        raise WrongCheckSymbol(
            "The check symbol does not fit: at least one symbol was mistyped or two were swapped. "
            "Compare it with the certificate."
        )
    return _grouped(values)


def _grouped(values: list[int]) -> str:
    symbols = "".join(_ALPHABET[value] for value in values)
    return "-".join(symbols[start : start + _GROUP] for start in range(0, _SYMBOLS, _GROUP))


def _weighted_sum(values: list[int]) -> int:
    total = 0
    for value in values:
        total = _times_alpha(total) ^ value
    return total


def _times_alpha(value: int) -> int:
    doubled = value << 1
    return doubled ^ _FIELD_POLYNOMIAL if doubled & _FIELD_SIZE else doubled
