"""The ILO's cost categories, written `code` or `code:item` (DOMAIN §8).

Pure values, read from `data/cost-categories.json`. Anything of this room may import it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from types import MappingProxyType
from typing import NewType

from app.employer_pays import document
from app.employer_pays.document import Node
from app.kernel.errors import Invalid


class UnknownCategory(Invalid):
    """Not a category of the ILO's definition, or not an item of it."""


@dataclass(frozen=True, slots=True)
class Category:
    """One category of recruitment fees and related costs, with the items that rules may name."""

    code: str
    group: str
    name: str
    items: tuple[str, ...]


_code = document.matching(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)*", "a code in small letters")


def read(parsed: object) -> tuple[str, Mapping[str, Category]]:
    """Where a definition stands, and its categories by code. Raises document.Fault."""
    top = Node(parsed)
    found: dict[str, Category] = {}
    for entry in top.nodes("categories"):
        category = Category(
            code=entry.get("code", _code),
            group=entry.get("group", document.text),
            name=entry.get("name", document.text),
            items=entry.in_order("items", _code),
        )
        if category.code in found:
            entry.fault("code", f"there is a category {category.code} already")
        found[category.code] = category
    return top.get("source", document.text), MappingProxyType(found)


def _load() -> tuple[str, Mapping[str, Category]]:
    source = files("app.employer_pays").joinpath("data", "cost-categories.json")
    return read(document.parse(source.read_text(encoding="utf-8")))


FEES_PRINCIPLE = "1"
"""The standard's principle that forbids workers to be charged any of these."""

SOURCE, CATEGORIES = _load()
"""Where the definition stands; every category by its code."""

CategoryCode = NewType("CategoryCode", str)
"""`code` or `code:item`, known to exist: `category` makes one of text."""


def codes_of(categories: Mapping[str, Category]) -> frozenset[CategoryCode]:
    """Every category and item of a definition, as a charge or a rule names it."""
    return frozenset(
        CategoryCode(code)
        for category in categories.values()
        for code in (category.code, *(f"{category.code}:{item}" for item in category.items))
    )


CODES = codes_of(CATEGORIES)
"""Everything that a charge or a rule may name."""

ILLEGITIMATE = frozenset(code for code in CODES if code.partition(":")[0] == "illegitimate")
"""Bribes, bonds, deposits, kickbacks: no law makes such a charge lawful."""


def category(text: str) -> CategoryCode:
    """The text itself where it names a category or one of its items; raises UnknownCategory."""
    if text in CODES:
        return CategoryCode(text)
    code = parent(text)
    if code in CATEGORIES:
        items = CATEGORIES[code].items
        known = f"its items are {', '.join(items)}" if items else "it has no items"
        raise UnknownCategory(f"{text[:60]!a} is no item of {code}: {known}.")
    raise UnknownCategory(
        f"{text[:60]!a} is no cost category; write one of {', '.join(CATEGORIES)}, and the item"
        " after a colon where it is known, such as cost.medical:vaccination."
    )


def parent(category: str) -> str:
    """The code without the item."""
    return category.partition(":")[0]


def covers(named: str, category: str) -> bool | None:
    """Does what a rule names cover a charge's category? None: its item is not told.

    A rule on a code covers its items; a rule on `code:item` covers that item alone, so a charge
    that gives only the code may or may not be meant.
    """
    if category == named or parent(category) == named:
        return True
    return None if parent(named) == category else False
