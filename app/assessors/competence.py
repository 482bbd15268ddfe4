"""For which audits an auditor is competent: kinds, standards, corridors, languages. Pure (§5a).

Workers are interviewed in their own language: for a corridor one speaks at least one official
language of its origin, as the Unicode CLDR lists them [ours].
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from babel.core import get_global
from babel.languages import get_official_languages

from app.kernel.errors import Invalid
from app.kernel.places import Corridor


class Aspect(StrEnum):
    """What one entry of a competence is about."""

    KIND = "kind"
    STANDARD = "standard"
    CORRIDOR = "corridor"
    LANGUAGE = "language"


@dataclass(frozen=True, slots=True, kw_only=True)
class Competence:
    """What somebody is approved for."""

    kinds: frozenset[str] = frozenset()
    """Codes of `scheme.audit_kinds.AuditKind`."""
    standards: frozenset[str] = frozenset()
    corridors: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    """ISO 639, as BCP 47 writes it: `ne`, `fil`."""

    @classmethod
    def of(cls, entries: Collection[tuple[Aspect, str]]) -> "Competence":
        """The competence that consists of these entries."""
        by_aspect = {
            aspect: frozenset(code for about, code in entries if about is aspect)
            for aspect in Aspect
        }
        return cls(
            kinds=by_aspect[Aspect.KIND],
            standards=by_aspect[Aspect.STANDARD],
            corridors=by_aspect[Aspect.CORRIDOR],
            languages=by_aspect[Aspect.LANGUAGE],
        )

    def entries(self) -> Iterator[tuple[Aspect, str]]:
        """Each entry, in order."""
        for aspect, codes in self._by_aspect().items():
            for code in sorted(codes):
                yield aspect, code

    def unnamed(self) -> tuple[str, ...]:
        """The parts in which nothing is named."""
        return tuple(f"{aspect}s" for aspect, codes in self._by_aspect().items() if not codes)

    def takes(self, corridor: str) -> bool:
        """Does it take in this corridor and a language of its workers?"""
        needed = languages_of(corridor)
        return corridor in self.corridors and (not needed or bool(needed & self.languages))

    def _by_aspect(self) -> Mapping[Aspect, frozenset[str]]:
        return {
            Aspect.KIND: self.kinds,
            Aspect.STANDARD: self.standards,
            Aspect.CORRIDOR: self.corridors,
            Aspect.LANGUAGE: self.languages,
        }


@cache
def languages_of(corridor: str) -> frozenset[str]:
    """The official languages of the corridor's origin (Unicode CLDR); none where it lists none."""
    official = get_official_languages(Corridor.parse(corridor).origin, de_facto=True)
    return frozenset(str(language).partition("_")[0] for language in official)


def language(code: str) -> str:
    """The code itself where the CLDR knows the language. Raises Invalid."""
    if code not in _languages():
        raise Invalid(f"{code[:20]!a} is no language; write its ISO 639 code, such as ne or fil")
    return code


@cache
def _languages() -> frozenset[str]:
    spoken = {
        str(language).partition("_")[0]
        for languages in get_global("territory_languages").values()
        for language in languages
    }
    return frozenset(spoken)


def scope_gap(competence: Competence, kind: str, standard: str) -> str | None:
    """Why this scope does not take an audit of that kind under that standard, or None."""
    if kind not in competence.kinds:
        return f"is not approved for {kind} audits"
    if standard not in competence.standards:
        return f"is not approved for the standard {standard}"
    return None


def corridor_gap(competence: Competence, corridors: Collection[str]) -> str | None:
    """Why this competence does not take these corridors, or None."""
    missing = sorted(set(corridors) - competence.corridors)
    return f"is not approved for {', '.join(missing)}" if missing else None


def language_gap(competence: Competence, corridors: Collection[str]) -> str | None:
    """Why this competence does not reach the workers of these corridors in their language."""
    for corridor in sorted(set(corridors)):
        needed = languages_of(corridor)
        if needed and not needed & competence.languages:
            return f"speaks no language of {corridor[:2]} ({', '.join(sorted(needed))})"
    return None
