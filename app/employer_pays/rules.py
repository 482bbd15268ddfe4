"""National rules on what a worker may be charged, as values (DOMAIN §8 "Rule shapes").

A rule is data: `rule_file.py` reads it from `data/corridor-rules.json` and refuses what it cannot
read; `verdict.py` judges by it. Pure values. Anything of this room may import it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from fractions import Fraction
from functools import cached_property

from app.employer_pays import categories
from app.employer_pays.charge import Form, Gender, Payee, Payer
from app.kernel.money import Money
from app.kernel.places import Corridor


@dataclass(frozen=True, slots=True)
class Prohibited:
    """Nothing covered may be charged to the worker."""


@dataclass(frozen=True, slots=True)
class FlatCap:
    """The covered charges may not exceed an amount."""

    ceiling: Money


@dataclass(frozen=True, slots=True)
class WageMultipleCap:
    """The covered charges may not exceed so many basic monthly wages."""

    months: Fraction


@dataclass(frozen=True, slots=True)
class WagePercentCap:
    """The covered charges may not exceed a percentage of the first month's wage."""

    percent: Fraction


@dataclass(frozen=True, slots=True)
class PerContractYearCap:
    """So many basic monthly wages for each year of the contract, and never more than a maximum."""

    months_per_year: Fraction
    max_months: Fraction


@dataclass(frozen=True, slots=True)
class PeriodicCap:
    """A ceiling for each month of the stay: the first year's, the second year's, … (one currency).

    The last one holds for all later years.
    """

    by_year: tuple[Money, ...]

    @property
    def currency(self) -> str:
        """The currency of every ceiling."""
        return self.by_year[0].currency


@dataclass(frozen=True, slots=True)
class ItemAllocation:
    """Each named cost is borne by the named party."""

    bearers: Mapping[str, Payer]

    def bearers_of(self, category: str) -> frozenset[Payer]:
        """Who may be meant to bear a charge; an item's own entry goes before its category's."""
        code = categories.parent(category)
        if category in self.bearers:
            return frozenset({self.bearers[category]})
        if code in self.bearers:
            return frozenset({self.bearers[code]})
        return frozenset(
            bearer for named, bearer in self.bearers.items() if categories.parent(named) == category
        )


class Event(StrEnum):
    """What must have happened before a worker may be charged."""

    CONTRACT_SIGNED = "contract_signed"
    FIRST_WAGE_RECEIVED = "first_wage_received"


@dataclass(frozen=True, slots=True)
class Precondition:
    """A charge is lawful only after an event, or only through named channels, or both."""

    after: Event | None = None
    channels: frozenset[Form] | None = None


class RefundWhen(StrEnum):
    """How an employment ended when something must be returned."""

    EARLY_WITHOUT_FAULT = "early_return_without_fault"
    TERMINATED_WITHIN_6_MONTHS = "terminated_within_6_months"


@dataclass(frozen=True, slots=True)
class Refund:
    """What must be returned: a percentage; or, where there is none, pro rata with interest."""

    when: RefundWhen
    at_least_percent: Fraction | None = None


WageCap = WageMultipleCap | WagePercentCap | PerContractYearCap
Cap = FlatCap | WageCap | PeriodicCap
Shape = Prohibited | Cap | ItemAllocation | Precondition | Refund


class Side(StrEnum):
    """Which end of the corridor the rule's country is."""

    ORIGIN = "origin"
    DESTINATION = "destination"


class Condition(StrEnum):
    """What must hold for a conditional rule to apply."""

    EMPLOYER_DOES_NOT_BEAR_ALL_COSTS = "employer_does_not_bear_all_costs"


@dataclass(frozen=True)
class Rule:
    """One rule: whom and what it selects, its shape, and where it stands.

    A selector that is None selects everybody and everything. Dates are inclusive.
    """

    id: str
    country: str
    side: Side
    shape: Shape
    source: str
    grade: str
    read_on: date
    recheck_after: date
    partners: frozenset[str] | None = None
    """The countries at the other end of the corridor."""
    region: str | None = None
    genders: frozenset[Gender] | None = None
    occupations: frozenset[str] | None = None
    except_occupations: frozenset[str] = frozenset()
    condition: Condition | None = None
    covers: frozenset[str] | None = None
    excludes: frozenset[str] = frozenset()
    payees: frozenset[Payee] | None = None
    channels: frozenset[Form] | None = None
    requires_receipt: bool = False
    effective_from: date | None = None
    effective_to: date | None = None

    @cached_property
    def coverage(self) -> Mapping[str, bool | None]:
        """For every category and item whether the rule covers it; None: its item is not told."""
        return {code: self._covers(code) for code in categories.CODES}

    @cached_property
    def is_dated(self) -> bool:
        """Does it begin or end?"""
        return self.effective_from is not None or self.effective_to is not None

    def is_of(self, corridor: Corridor) -> bool:
        """Is it a rule of this corridor's origin or destination, for the other end?"""
        ends = (corridor.origin, corridor.destination)
        own, partner = ends if self.side is Side.ORIGIN else ends[::-1]
        return own == self.country and (self.partners is None or partner in self.partners)

    def is_stale(self, today: date) -> bool:
        """Is the day past on which the rule was to be checked again?"""
        return today > self.recheck_after

    def _covers(self, code: str) -> bool | None:
        named = self.shape.bearers if isinstance(self.shape, ItemAllocation) else self.covers
        covered = _any([True] if named is None else [categories.covers(n, code) for n in named])
        excluded = _any([categories.covers(n, code) for n in self.excludes])
        if covered is False or excluded is True:
            return False
        return None if covered is None or excluded is None else True


def _any(answers: Iterable[bool | None]) -> bool | None:
    found = set(answers)
    return True if True in found else None if None in found else False


@dataclass(frozen=True)
class RuleBook:
    """The rules in force, in the order of their file."""

    rules: tuple[Rule, ...]
    _by_corridor: dict[Corridor, tuple[Rule, ...]] = field(
        default_factory=dict, repr=False, compare=False
    )

    def of(self, corridor: Corridor) -> tuple[Rule, ...]:
        """The rules of both ends of a corridor."""
        found = self._by_corridor.get(corridor)
        if found is None:
            found = tuple(rule for rule in self.rules if rule.is_of(corridor))
            self._by_corridor[corridor] = found
        return found
