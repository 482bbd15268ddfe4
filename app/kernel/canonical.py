"""Canonical JSON: one value, one sequence of bytes, so that it can be hashed and signed.

RFC 8785 (JCS) for text, integers, booleans, null, lists and objects. There are no floats: money
is text, instants are text, and a float would tie the hash to one printer of floats. Anything may
import it.
"""

import hashlib
import json

from app.kernel.errors import FieldError, Invalid

LARGEST_INTEGER = 2**53 - 1
"""The largest integer, either sign, that every JSON reader holds exactly (RFC 8785, I-JSON)."""

DEEPEST = 64
"""How many lists and objects may lie in one another: no value can exhaust the stack."""


class NotCanonical(Invalid):
    """A value that has no canonical JSON; its one field error points at the place."""

    def __init__(self, detail: str, *, pointer: str = "") -> None:
        super().__init__(detail, errors=[FieldError(pointer, detail)])


def canonical_json(value: object) -> bytes:
    """The one UTF-8 spelling of a value: keys in order of UTF-16 code units, no white space.

    Takes `str`, `int`, `bool`, `None`, `list`, `tuple` and `dict` with text keys. Raises
    `NotCanonical` for anything else, for integers beyond 2^53 - 1, lone surrogates, and nesting
    deeper than `DEEPEST`.
    """
    text = json.dumps(_ordered(value, "", 0), ensure_ascii=False, separators=(",", ":"))
    return text.encode()


def digest(value: object) -> str:
    """SHA-256 of the value's canonical JSON, as 64 hexadecimal digits."""
    return hashlib.sha256(canonical_json(value)).hexdigest()


def _ordered(value: object, pointer: str, depth: int) -> object:
    if value is None:
        return None
    if isinstance(value, int):  # true and false among them
        return _exact(value, pointer)
    if isinstance(value, str):
        return _encodable(value, pointer)
    if depth == DEEPEST:
        raise NotCanonical(f"At most {DEEPEST} levels may be nested.", pointer=pointer)
    if isinstance(value, list | tuple):
        return [_ordered(item, f"{pointer}/{place}", depth + 1) for place, item in enumerate(value)]
    if isinstance(value, dict):
        for key in value:
            if not isinstance(key, str):
                raise NotCanonical(f"Keys are text, not {type(key).__name__}.", pointer=pointer)
            _encodable(key, pointer)
        return {
            key: _ordered(value[key], f"{pointer}/{_escaped(key)}", depth + 1)
            for key in sorted(value, key=_utf_16_code_units)
        }
    raise NotCanonical(
        f"Write text, an integer, true, false, null, a list or an object, not "
        f"{type(value).__name__}.",
        pointer=pointer,
    )


def _exact(number: int, pointer: str) -> int:
    if abs(number) > LARGEST_INTEGER:
        raise NotCanonical(
            f"Integers lie between -{LARGEST_INTEGER} and {LARGEST_INTEGER}; write a larger one "
            "as text.",
            pointer=pointer,
        )
    return number


def _encodable(text: str, pointer: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise NotCanonical(
            f"Text holds whole characters, not the lone surrogate {text[error.start]!a}.",
            pointer=pointer,
        ) from error
    return text


def _utf_16_code_units(text: str) -> bytes:
    return text.encode("utf-16-be")


def _escaped(key: str) -> str:
    return key.replace("~", "~0").replace("/", "~1")
