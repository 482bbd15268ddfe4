"""A company's name in the forms in which it can be compared with another, and found. Pure.

Whatever its script, case, diacritics, legal form and order of words (DOMAIN §12): `similarity.py`
compares two, `look_alikes.py` keeps the blocks by which those worth comparing are found.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from anyascii import anyascii

from app.recruiters.confusables import skeleton
from app.recruiters.legal_forms import ATTACHED_FORMS, LEGAL_FORMS, TRADE_WORDS

_LATIN_WORD = re.compile("[a-z0-9]+")
_ATTACHED = re.compile(
    "|".join(re.escape(unicodedata.normalize("NFKC", form)) for form in ATTACHED_FORMS)
)
_VOWELS = re.compile("[aeiouwyh]")
_TWICE = re.compile(r"(.)\1+")
_SOUNDS = str.maketrans({"v": "b", "q": "k", "z": "j", "x": "k", "c": "k"})
_PREFIX = 5
_SHORTEST_WORD = 3

Phrases = Mapping[str, Sequence[tuple[str, ...]]]
"""Phrases of one word or more by their first word, the longest first."""


@dataclass(frozen=True, slots=True)
class Forms:
    """One name in every form that is compared."""

    words: tuple[str, ...]
    """In ASCII letters, without legal forms."""
    core: tuple[str, ...]
    """Without the words of the trade too, unless there are no others."""
    consonants: str
    """Of the core, one letter for sounds that scripts write differently."""
    skeleton: str
    """What it can be taken for, without legal forms and spaces."""

    @property
    def compact(self) -> str:
        """The core as one word."""
        return "".join(self.core)


def normalised(text: str) -> str:
    """Text for comparison: compatibility forms, case and white space make no difference."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


@lru_cache(maxsize=4096)
def forms(name: str) -> Forms:
    """The forms of a name; a name of legal forms alone keeps them."""
    apart = _ATTACHED.sub(" ", unicodedata.normalize("NFKC", name))
    words = _without(_words(normalised(apart)), _LEGAL) or tuple(_words(normalised(name)))
    core = tuple(word for word in words if word not in _TRADE) or words
    taken_for = _native_words(skeleton(apart))
    bare = _without(taken_for, _LEGAL_SKELETONS) or tuple(taken_for)
    return Forms(words, core, consonants("".join(core)), "".join(bare))


def consonants(word: str) -> str:
    """The consonants of a Latin word: what is left where one script writes vowels, another not."""
    return _TWICE.sub(r"\1", _VOWELS.sub("", word.replace("ph", "f")).translate(_SOUNDS))


def blocks(name: str) -> frozenset[str]:
    """The keys under which this name is kept: two names worth comparing share one at least."""
    found = forms(name)
    in_order = "".join(sorted(found.core))
    keys = {f"s:{found.skeleton}", f"p:{found.compact[:_PREFIX]}", f"o:{in_order}"}
    keys |= {f"w:{word}" for word in found.core if len(word) >= _SHORTEST_WORD}
    if len(found.consonants) >= _SHORTEST_WORD:
        keys.add(f"c:{found.consonants[:_PREFIX]}")
    return frozenset(keys)


def comparable(text: str) -> str:
    """An address, a person's name, a phone: letters and digits in ASCII, nothing else."""
    return "".join(_words(normalised(text)))


def _words(plain: str) -> list[str]:
    return [
        latin
        for word in _native_words(plain)
        if (latin := "".join(_LATIN_WORD.findall(anyascii(word).lower())))
    ]


def _native_words(plain: str) -> list[str]:
    """Runs of letters, marks and digits of any script; an apostrophe or point joins nothing."""
    spaced = (c if unicodedata.category(c)[0] in "LMN" else " " for c in plain)
    return "".join(spaced).split()


def _without(words: Sequence[str], phrases: Phrases) -> tuple[str, ...]:
    kept: list[str] = []
    place = 0
    while place < len(words):
        for phrase in phrases.get(words[place], ()):
            if tuple(words[place : place + len(phrase)]) == phrase:
                place += len(phrase)
                break
        else:
            kept.append(words[place])
            place += 1
    return tuple(kept)


def _phrases(listed: Iterable[Sequence[str]]) -> Phrases:
    found: dict[str, list[tuple[str, ...]]] = {}
    for phrase in sorted(map(tuple, listed), key=len, reverse=True):
        found.setdefault(phrase[0], []).append(phrase)
    return found


_LEGAL = _phrases(_words(normalised(form)) for form in LEGAL_FORMS)
_LEGAL_SKELETONS = _phrases(_native_words(skeleton(form)) for form in LEGAL_FORMS)
_TRADE = frozenset(word for words in TRADE_WORDS for word in _words(normalised(words)))
