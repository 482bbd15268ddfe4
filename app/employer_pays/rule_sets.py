"""The versions of cost categories and corridor rules, as this room reads them (DOMAIN §8).

The scheme keeps and publishes them; what cannot be read is refused before it can be in force, with
the JSON pointer to the fault.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from sqlalchemy.orm import Session

from app.employer_pays import categories, rule_file
from app.employer_pays.document import Fault
from app.employer_pays.rules import RuleBook
from app.scheme import queries as scheme
from app.scheme.families import Checks
from app.scheme.models import Kind
from app.scheme.shipped import Shipped


@dataclass(frozen=True, slots=True)
class RulesInForce:
    """The corridor rules of one version."""

    version: str
    book: RuleBook


def in_force(session: Session, at: datetime) -> RulesInForce:
    """The corridor rules in force at an instant. Raises NotFound before the first ones."""
    version = scheme.in_force(session, Kind.CORRIDOR_RULES, at)
    return RulesInForce(
        version, scheme.value(session, Kind.CORRIDOR_RULES, version, rule_file.read_document)
    )


def check_corridor_rules(document: Mapping[str, Any]) -> Mapping[str, Any]:
    """The rules as they stand. Raises Invalid with the place of the fault."""
    rule_file.read_document(document)
    return document


def check_cost_categories(document: Mapping[str, Any]) -> Mapping[str, Any]:
    """The categories as they stand. Raises Invalid with the place of the fault.

    Charges, rules and repayments name codes: a version may say them in other words, but one with
    other codes would be in force without being understood.
    """
    _, found = categories.read(document)
    codes = categories.codes_of(found)
    if codes != categories.CODES:
        more, fewer = sorted(codes - categories.CODES), sorted(categories.CODES - codes)
        raise Fault(
            "/categories",
            f"must name the codes that this release judges by; it adds {', '.join(more) or 'none'}"
            f" and lacks {', '.join(fewer) or 'none'}",
        )
    return document


CHECKS: Checks = MappingProxyType(
    {
        Kind.COST_CATEGORIES: check_cost_categories,
        Kind.CORRIDOR_RULES: check_corridor_rules,
    }
)


def _shipped(name: str) -> dict[str, Any]:
    source = files("app.employer_pays").joinpath("data", f"{name}.json")
    document: dict[str, Any] = json.loads(source.read_text(encoding="utf-8"))
    return document


SHIPPED = (
    Shipped(
        Kind.COST_CATEGORIES, "ilo-2019", date(2019, 1, 1), lambda: _shipped("cost-categories")
    ),
    Shipped(
        Kind.CORRIDOR_RULES,
        "corridors-2026.1",
        date(2019, 1, 1),
        lambda: _shipped("corridor-rules"),
    ),
)
"""The first versions: the ILO's definition of 2019, and the rules read in 2026."""
