"""How likely two records are one company, or one reborn under another name, and why. Pure.

A table of what they may share, each with its weight; names are compared in every written form
(DOMAIN §12). A person confirms or dismisses; nothing follows from a score alone.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from rapidfuzz import fuzz

from app.recruiters.names import Forms, blocks, forms


class Why(StrEnum):
    """What makes two records alike."""

    SAME_NAME = "same_name"
    CONFUSABLE_NAME = "confusable_name"
    SIMILAR_NAME = "similar_name"
    SHARED_LEI = "shared_lei"
    SHARED_REGISTRATION = "shared_registration"
    SHARED_LICENCE = "shared_licence"
    SHARED_OFFICER = "shared_officer"
    SHARED_OWNER = "shared_owner"
    SHARED_PHONE = "shared_phone"
    SHARED_ADDRESS = "shared_address"


WEIGHTS = MappingProxyType(
    {
        Why.SHARED_LEI: 100,
        Why.SHARED_REGISTRATION: 97,
        Why.SHARED_LICENCE: 97,
        Why.SHARED_OFFICER: 60,
        Why.SHARED_OWNER: 60,
        Why.SHARED_PHONE: 60,
        Why.SHARED_ADDRESS: 50,
    }
)
"""How far each shared thing alone speaks for one company, of 100. [ours]"""

_NAME_SPEAKS_FROM = 70
_OTHER_NUMBER = 12
_SHORTEST_CONSONANTS = 4
_BY_SOUND = 0.95
_CORE = 0.85


@dataclass(frozen=True, slots=True)
class Marks:
    """What is known of one record, each value ready for comparison."""

    names: frozenset[str] = frozenset()
    shared: frozenset[tuple[Why, str]] = field(default=frozenset())
    """(what would be shared, its value)."""

    def blocks(self) -> frozenset[str]:
        """The keys under which the record is kept."""
        keys = {key for name in self.names for key in blocks(name)}
        return frozenset(keys | {f"{why.value}:{value}" for why, value in self.shared})


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike two records are, 0 to 100, and every reason."""

    score: int
    why: tuple[Why, ...]


def compare(one: Marks, other: Marks) -> Likeness:
    """The likeness of two records: each reason leaves less doubt that they are two."""
    named, name_reason = _best_name(one.names, other.names)
    why = [] if name_reason is None else [name_reason]
    doubt = 1 - _weight_of_name(named) / 100
    for shared in sorted({why for why, _ in one.shared & other.shared}):
        why.append(shared)
        doubt *= 1 - WEIGHTS[shared] / 100
    return Likeness(round(100 * (1 - doubt)), tuple(why))


def compare_names(one: str, other: str) -> tuple[int, Why | None]:
    """How alike two names are, 0 to 100, and in which way."""
    a, b = forms(one), forms(other)
    if a.words == b.words:
        return 100, Why.SAME_NAME
    if a.skeleton == b.skeleton:
        return 100, Why.CONFUSABLE_NAME
    score = round(_similarity(a, b)) - (_OTHER_NUMBER if _numbers(a) != _numbers(b) else 0)
    return score, Why.SIMILAR_NAME if score >= _NAME_SPEAKS_FROM else None


def _best_name(ones: Iterable[str], others: Iterable[str]) -> tuple[int, Why | None]:
    compared = (compare_names(one, other) for one in ones for other in others)
    return max(compared, key=lambda found: (found[0], found[1] or ""), default=(0, None))


def _weight_of_name(score: int) -> int:
    """A likeness below 85 speaks only together with something else."""
    if score >= 85:
        return score
    return max(0, score - _NAME_SPEAKS_FROM) * 4


def _similarity(a: Forms, b: Forms) -> float:
    core = max(
        fuzz.token_sort_ratio(" ".join(a.core), " ".join(b.core)), fuzz.ratio(a.compact, b.compact)
    )
    whole = fuzz.token_sort_ratio(" ".join(a.words), " ".join(b.words))
    found = _CORE * core + (1 - _CORE) * whole
    if min(len(a.consonants), len(b.consonants)) >= _SHORTEST_CONSONANTS:
        by_sound = fuzz.ratio(a.consonants, b.consonants)
        found = max(found, _BY_SOUND * by_sound if by_sound >= 90 else 0)
    return found


def _numbers(found: Forms) -> frozenset[str]:
    return frozenset(word for word in found.words if word.isdecimal())
