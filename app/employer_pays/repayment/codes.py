"""The code by which a worker answers without an account (DOMAIN §8, SECURITY R47).

24 digits in six groups of four: 23 are random (76.4 bits), the last one checks them. Digits need
no language and can be read over a telephone. A code is shown once and stored only as its hash.
Pure, but for the system's randomness.
"""

import secrets
import unicodedata
from hashlib import sha256

from app.kernel.errors import FieldError, Invalid

_RANDOM_DIGITS = 23
_DIGITS = _RANDOM_DIGITS + 1
_GROUP = 4
_SEPARATORS = frozenset(" -\u00a0\u2010\u2011\u2013.")


class InvalidCode(Invalid):
    """Not 24 digits of which the last one checks the others."""


def new_code() -> str:
    """A new code: `0421 …`, six groups of four digits."""
    digits = f"{secrets.randbelow(10**_RANDOM_DIGITS):0{_RANDOM_DIGITS}d}"
    return _grouped(digits + _check_digit(digits))


def read_code(text: str) -> str:
    """The code as it was given out, from what somebody typed, in digits of any script.

    Raises InvalidCode.
    """
    digits = []
    for character in text[: _DIGITS * 4]:
        if character in _SEPARATORS:
            continue
        if not character.isdecimal():
            raise _invalid("A code has 24 digits and nothing else.")
        digits.append(str(unicodedata.decimal(character)))
    typed = "".join(digits)
    if len(typed) != _DIGITS:
        raise _invalid(f"A code has 24 digits; this has {len(typed)}.")
    if _check_digit(typed[:-1]) != typed[-1]:
        raise _invalid("A digit was mistyped, or two were swapped: compare it with the code.")
    return _grouped(typed)


def hash_of(code: str) -> str:
    """What is stored of a code. It has 76 random bits: nothing slower is needed."""
    return sha256(f"repayment code 1 {code}".encode()).hexdigest()


def _invalid(detail: str) -> InvalidCode:
    return InvalidCode(detail, errors=[FieldError("/code", detail)])


def _grouped(digits: str) -> str:
    return " ".join(digits[start : start + _GROUP] for start in range(0, _DIGITS, _GROUP))


def _check_digit(digits: str) -> str:
    """By Damm (2004): finds every wrong digit and every two neighbours swapped."""
    interim = 0
    for digit in digits:
        interim = int(_DAMM[interim][int(digit)])
    return str(interim)


_DAMM = (
    "0317598642", "7092154863", "4206871359", "1750983426", "6123045978",
    "3674209581", "5869720134", "8945362017", "9438617205", "2581436790",
)  # fmt: skip
