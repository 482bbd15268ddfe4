"""The standard that an audit is held against: principle → criterion → indicator (DOMAIN §4).

Pure values, read from `data/`. Only what is marked verified are the standard's own words; all else
is working wording.
"""

import json
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files

from app.kernel.errors import NotFound


@dataclass(frozen=True, slots=True)
class Indicator:
    """One control point: a criterion seen through one element of the management system."""

    criterion: str
    element: str


@dataclass(frozen=True, slots=True)
class Criterion:
    """What a principle asks for. A critical one makes every nonconformity critical (§7)."""

    code: str
    title: str
    verified: bool
    critical: bool


@dataclass(frozen=True, slots=True)
class Principle:
    """One of the seven principles, with its criteria."""

    code: str
    kind: str
    title: str
    verified: bool
    criteria: tuple[Criterion, ...]


@dataclass(frozen=True)
class Standard:
    """One version of the standard. An audit stays with the version it was planned under."""

    code: str
    title: str
    owner: str
    elements: tuple[str, ...]
    evidence_streams: tuple[str, ...]
    principles: tuple[Principle, ...]

    @cached_property
    def criteria(self) -> dict[str, Criterion]:
        """Every criterion by its code, in the standard's order."""
        return {c.code: c for principle in self.principles for c in principle.criteria}

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


CURRENT = "iris-1.2"
"""The version that audits planned now are held against."""

CODES = (CURRENT,)


@cache
def load(code: str = CURRENT) -> Standard:
    """The standard of that code. Raises NotFound."""
    if code not in CODES:
        raise NotFound(f"there is no standard {code}; known: {', '.join(CODES)}")
    source = files("app.scheme").joinpath("data", f"standard-{code}.json")
    raw = json.loads(source.read_text(encoding="utf-8"))
    return Standard(
        code=raw["code"],
        title=raw["title"],
        owner=raw["owner"],
        elements=tuple(raw["management_system_elements"]),
        evidence_streams=tuple(raw["evidence_streams"]),
        principles=tuple(
            Principle(
                code=principle["code"],
                kind=principle["kind"],
                title=principle["title"],
                verified=principle["verified"],
                criteria=tuple(Criterion(**criterion) for criterion in principle["criteria"]),
            )
            for principle in raw["principles"]
        ),
    )
