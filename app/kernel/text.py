"""Text that people write: names, addresses, statements, in any script. Anything may import it.

One text has one spelling (Unicode NFC, no white space around it) and shows what it holds: nothing
in it is invisible, moves the cursor or turns the direction of what stands beside it (SECURITY R25).
"""

import unicodedata

from app.kernel.errors import Invalid

# Scripts of the main corridors need them inside words: Devanagari, Bengali, Sinhala, Persian.
_JOINERS = frozenset("\u200c\u200d")
# Letters and symbols by category, blank to the eye: Hangul fillers, the empty Braille pattern.
_BLANKS = frozenset("\u115f\u1160\u2800\u3164\uffa0")
_UNSHOWN = {
    "Cc": "a control character",
    "Cf": "an invisible or direction-changing character",
    "Cs": "half a character (a lone surrogate)",
    "Co": "a private-use character",
    "Zl": "a line separator",
    "Zp": "a paragraph separator",
}


class UncleanText(Invalid):
    """Text that is empty, too long, or holds what nobody can see."""


def clean(text: str, most: int) -> str:
    """One line of text in its one spelling, of 1 to `most` characters.

    Raises `UncleanText` for control characters, line ends and tabs too, for bidirectional and
    other invisible format characters but the two joiners that scripts need, for private-use
    characters, surrogates and noncharacters.
    """
    return _checked(text, most, allowed="")


def clean_lines(text: str, most: int) -> str:
    """The same for text of several lines: line ends become `\\n`, tabs may stand."""
    return _checked(text.replace("\r\n", "\n").replace("\r", "\n"), most, allowed="\n\t")


def _checked(text: str, most: int, *, allowed: str) -> str:
    spelled = unicodedata.normalize("NFC", text).strip()
    if len(spelled) > most:
        raise UncleanText(f"Write at most {most} characters, not {len(spelled)}.")
    if not spelled.isprintable():
        _refuse_unshown(spelled, allowed)
    if not any(_is_visible(character) for character in spelled):
        raise UncleanText("Write at least one visible character.")
    return spelled


def _refuse_unshown(text: str, allowed: str) -> None:
    for place, character in enumerate(text, start=1):
        if character in allowed or character in _JOINERS:
            continue
        if kind := _unshown(character):
            raise UncleanText(
                f"Text holds what can be seen; character {place} is {kind}, U+{ord(character):04X}."
            )


def _unshown(character: str) -> str | None:
    if ord(character) & 0xFFFE == 0xFFFE or 0xFDD0 <= ord(character) <= 0xFDEF:
        return "no character at all"
    return _UNSHOWN.get(unicodedata.category(character))


def _is_visible(character: str) -> bool:
    return unicodedata.category(character)[0] in "LNPS" and character not in _BLANKS
