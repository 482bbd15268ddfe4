"""The standard that an audit is held against: principle → criterion → indicator (DOMAIN §4).

Pure values; versions stand in the database, each immutable once published (`queries.py`); the
first ships as `data/standard-iris-1.2.json`. Only what is marked verified are the standard's own
words; all else is working wording.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Any, ClassVar

from pydantic import AfterValidator, ConfigDict, Field, TypeAdapter

from app.kernel import text
from app.kernel.canonical import canonical_json
from app.kernel.errors import FieldError, Invalid, NotFound
from app.scheme.document import refusing_faults


class Wording(StrEnum):
    """Whose words a text of the standard is in."""

    OFFICIAL = "official"
    """The scheme owner's own."""
    WORKING = "working wording"
    """Ours, of what the standard is publicly said to require; never to be quoted as its own."""


def _one_line(value: str) -> str:
    try:
        return text.clean(value, most=1000)
    except Invalid as error:
        raise ValueError(error.detail) from error


_Code = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9.-]{0,31}$")]
_Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
_Words = Annotated[str, AfterValidator(_one_line)]
_STRICT = ConfigDict(extra="forbid")


@dataclass(frozen=True, slots=True)
class Indicator:
    """One control point: a criterion seen through one element of the management system."""

    criterion: str
    element: str


@dataclass(frozen=True, slots=True)
class Criterion:
    """What a principle asks for. A critical one makes every nonconformity critical (§7)."""

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT

    code: _Code
    title: _Words
    verified: bool
    critical: bool

    @property
    def wording(self) -> Wording:
        """Whose words the title is in."""
        return Wording.OFFICIAL if self.verified else Wording.WORKING


@dataclass(frozen=True, slots=True)
class Principle:
    """One of the seven principles, with its criteria."""

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT

    code: _Code
    kind: _Name
    title: _Words
    verified: bool
    criteria: Annotated[tuple[Criterion, ...], Field(min_length=1, max_length=200)]

    @property
    def wording(self) -> Wording:
        """Whose words the title is in."""
        return Wording.OFFICIAL if self.verified else Wording.WORKING


@dataclass(frozen=True)
class Standard:
    """One version of the standard. An audit stays with the version it was planned under."""

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT

    code: _Code
    title: _Words
    owner: _Words
    elements: Annotated[
        tuple[_Name, ...], Field(min_length=1, max_length=20, alias="management_system_elements")
    ]
    evidence_streams: Annotated[tuple[_Name, ...], Field(min_length=1, max_length=40)]
    principles: Annotated[tuple[Principle, ...], Field(min_length=1, max_length=40)]
    structure: Annotated[str, Field(max_length=4000)] = ""
    note: Annotated[str, Field(max_length=4000)] = ""
    """How far the texts of this version are official."""

    @cached_property
    def criteria(self) -> dict[str, Criterion]:
        """Every criterion by its code, in the standard's order."""
        return {c.code: c for principle in self.principles for c in principle.criteria}

    def principle_of(self, criterion: str) -> Principle:
        """The principle that a criterion belongs to. Raises NotFound."""
        for principle in self.principles:
            if any(it.code == criterion for it in principle.criteria):
                return principle
        raise NotFound(f"{self.code} has no criterion {criterion}")

    def criterion(self, code: str) -> Criterion:
        """The criterion of that code. Raises NotFound."""
        try:
            return self.criteria[code]
        except KeyError:
            raise NotFound(f"{self.code} has no criterion {code}") from None

    def indicators(self) -> tuple[Indicator, ...]:
        """Every criterion × element, in the standard's order: what an assessment answers."""
        return self._indicators

    @cached_property
    def _indicators(self) -> tuple[Indicator, ...]:
        return tuple(
            Indicator(criterion, element)
            for criterion in self.criteria
            for element in self.elements
        )


_STANDARD = TypeAdapter(Standard)


def read(document: Mapping[str, Any]) -> Standard:
    """The standard of a document. Raises Invalid with every fault at its JSON pointer."""
    with refusing_faults("The standard is not usable; mend each fault."):
        found = _STANDARD.validate_json(canonical_json(document), strict=True)
    if faults := list(_repeated(found)):
        raise Invalid("The standard is not usable; mend each fault.", errors=faults)
    return found


def written(standard: Standard) -> dict[str, Any]:
    """The document of a standard: `read` makes the same standard of it."""
    document: dict[str, Any] = _STANDARD.dump_python(standard, mode="json", by_alias=True)
    return document


def _repeated(standard: Standard) -> Iterator[FieldError]:
    coded = [
        (f"/management_system_elements/{place}", name)
        for place, name in enumerate(standard.elements)
    ]
    yield from _not_once(coded)
    streams = enumerate(standard.evidence_streams)
    yield from _not_once([(f"/evidence_streams/{place}", name) for place, name in streams])
    yield from _not_once(
        [(f"/principles/{place}/code", one.code) for place, one in enumerate(standard.principles)]
    )
    yield from _not_once(
        [
            (f"/principles/{above}/criteria/{place}/code", one.code)
            for above, principle in enumerate(standard.principles)
            for place, one in enumerate(principle.criteria)
        ]
    )


def _not_once(coded: list[tuple[str, str]]) -> Iterator[FieldError]:
    first: dict[str, str] = {}
    for pointer, code in coded:
        if (earlier := first.setdefault(code, pointer)) != pointer:
            yield FieldError(pointer, f"{code} stands at {earlier} already; use each code once.")
