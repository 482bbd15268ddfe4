"""Amounts as people write them, in the digits and marks of their language (issue: ledger import).

`1,234.50`, `1.234,50`, `12 345` and `১,২৩৪.৫০` each have one meaning, or none that can be known:
`1,234` is a thousand in one country and a bit more than one in another. What the file's locale
does not decide is refused, for a misread amount would judge workers wrongly. Pure.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache

from babel import Locale, UnknownLocaleError
from babel.numbers import get_decimal_symbol, get_group_symbol

from app.kernel.errors import Invalid

_SPACES = " \u00a0\u2009\u202f"
_APOSTROPHES = "'\u2019"
_ALWAYS_GROUPS = frozenset(_SPACES + _APOSTROPHES)
_MARKS = frozenset(",.\u066b\u066c") | _ALWAYS_GROUPS
_LATIN = "latn"
_ZEROS = {
    "arab": 0x0660,
    "arabext": 0x06F0,
    "beng": 0x09E6,
    "deva": 0x0966,
    "gujr": 0x0AE6,
    "guru": 0x0A66,
    "khmr": 0x17E0,
    "laoo": 0x0ED0,
    "mymr": 0x1040,
    "orya": 0x0B66,
    "sinh": 0x0DE6,
    "tamldec": 0x0BE6,
    "telu": 0x0C66,
    "thai": 0x0E50,
    "tibt": 0x0F20,
}
"""The digit zero of each numbering system that a language of our corridors writes with (CLDR)."""
_LONGEST = 60


class UnreadableNumber(Invalid):
    """Not a number, or one that can be read in two ways."""


class UnknownLocale(Invalid):
    """Not a locale that CLDR knows."""


@dataclass(frozen=True, slots=True)
class Writing:
    """How numbers are written in a locale."""

    name: str
    systems: frozenset[str]
    """Numbering systems beside the Latin digits, which are understood everywhere."""
    decimal: str
    group: str


@cache
def writing(locale: str) -> Writing:
    """How a locale such as `bn-BD` or `de` writes numbers. Raises UnknownLocale."""
    try:
        known = Locale.parse(locale, sep="-" if "-" in locale else "_")
    except (UnknownLocaleError, ValueError, TypeError) as error:
        raise UnknownLocale(
            f"{locale[:20]!a} is no locale; write language and country, such as bn-BD or ne-NP."
        ) from error
    systems = {known.default_numbering_system, *known.other_numbering_systems.values()}
    return Writing(
        name=locale,
        systems=frozenset(systems & _ZEROS.keys()),
        decimal=get_decimal_symbol(known, numbering_system=_LATIN),
        group=get_group_symbol(known, numbering_system=_LATIN),
    )


def plain_digits(text: str, locale: str | None = None) -> str:
    """The number as plain ASCII digits with a point: `1234.50`. Raises UnreadableNumber.

    Without a locale only what has one meaning everywhere is read.
    """
    written = None if locale is None else writing(locale)
    shown = text.strip()
    if not shown or len(shown) > _LONGEST:
        raise UnreadableNumber(f"{text[:40]!a} is no number.")
    ascii_text = _in_ascii_digits(shown, written)
    if not ascii_text[0].isdigit() or not ascii_text[-1].isdigit():
        raise UnreadableNumber(
            f"{shown[:40]!a} is no amount: write digits alone, without sign, currency or exponent."
        )
    marks = [character for character in ascii_text if not character.isdigit()]
    if any(mark not in _MARKS for mark in marks):
        raise UnreadableNumber(
            f"{shown[:40]!a} is no amount: write digits alone, without sign, currency or exponent."
        )
    whole, fraction = _split(ascii_text, marks, written, shown)
    return f"{whole}.{fraction}" if fraction else whole


def _in_ascii_digits(text: str, written: Writing | None) -> str:
    """Digits of one system, which is the Latin one or the locale's own. Raises UnreadableNumber."""
    found: set[str] = set()
    plain = []
    for character in text:
        if character.isdecimal():
            value = unicodedata.decimal(character)
            system = _LATIN if ord(character) < 128 else _system(ord(character) - value)
            found.add(system)
            plain.append(str(value))
        else:
            plain.append({"\u066b": ".", "\u066c": ","}.get(character, character))
    if len(found) > 1:
        raise UnreadableNumber(f"{text[:40]!a} mixes the digits of two scripts.")
    foreign = found - {_LATIN}
    if foreign and (written is None or not foreign <= written.systems):
        raise UnreadableNumber(
            f"{text[:40]!a} is not written in the digits of"
            f" {written.name if written else 'any locale that was named'}: name the file's locale,"
            " such as bn-BD or ne-NP."
        )
    return "".join(plain)


def _system(zero: int) -> str:
    return next((name for name, first in _ZEROS.items() if first == zero), "unknown")


def _split(text: str, marks: list[str], written: Writing | None, shown: str) -> tuple[str, str]:
    """The whole part and the decimals, once it is known which mark is which."""
    distinct = list(dict.fromkeys(marks))
    points = [mark for mark in distinct if mark in ",."]
    groups = [mark for mark in distinct if mark in _ALWAYS_GROUPS]
    if len(groups) > 1 or len(points) > 2 or (groups and len(points) > 1):
        raise _ambiguous(shown)
    decimal: str | None
    if written is not None:
        decimal = written.decimal if written.decimal in points else None
        foreign = [it for it in points if it not in (written.decimal, written.group)]
        if foreign:
            raise UnreadableNumber(
                f"{shown[:40]!a}: in {written.name} decimals follow {written.decimal!r}."
            )
    elif len(points) == 2 or (points and groups):
        decimal = points[-1]
    else:
        decimal = _decimal_without_locale(text, points, shown)
    if decimal is not None and marks.count(decimal) > 1:
        raise UnreadableNumber(f"{shown[:40]!a} has {marks.count(decimal)} decimal marks.")
    whole, _, fraction = text.partition(decimal) if decimal else (text, "", "")
    if not fraction.isdigit() and decimal:
        raise UnreadableNumber(f"{shown[:40]!a} has groups after its decimal mark.")
    return _grouped(whole, shown), fraction


def _decimal_without_locale(text: str, points: list[str], shown: str) -> str | None:
    """Is the only mark there is a decimal one? Raises UnreadableNumber where it may be either."""
    if not points:
        return None
    (mark,) = points
    parts = text.split(mark)
    if len(parts) > 2:
        return None
    if len(parts[1]) == 3 and 1 <= len(parts[0]) <= 3 and parts[0][0] != "0":
        raise _ambiguous(shown)
    return mark


def _ambiguous(shown: str) -> UnreadableNumber:
    return UnreadableNumber(
        f"{shown[:40]!a} can be read in two ways: name the file's locale, or write 1234.50."
    )


_GROUPS = re.compile(
    r"[0-9]{1,3}(?:([,. \u00a0\u2009\u202f'\u2019])[0-9]{3})(?:\1[0-9]{3})*"
    r"|[0-9]{1,2}(?:([,. \u00a0\u2009\u202f'\u2019])[0-9]{2})(?:\2[0-9]{2})*\2[0-9]{3}"
)
"""Groups of three, or as in South Asia of two before the last three: 1,23,456."""


def _grouped(whole: str, shown: str) -> str:
    if whole.isdigit():
        return whole
    if not _GROUPS.fullmatch(whole):
        raise UnreadableNumber(f"{shown[:40]!a} is not grouped as a number is.")
    return "".join(character for character in whole if character.isdigit())
