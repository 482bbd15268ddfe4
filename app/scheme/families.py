"""The three families of versioned rules: where each is kept, moved, read and reached.

Used by this room's service, queries and routes.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from app.kernel.errors import FieldError, Invalid
from app.lifecycle.machine import Machine
from app.scheme import policy, standard
from app.scheme.lifecycle import POLICY_VERSION, RULE_SET_VERSION, STANDARD_VERSION, Facts
from app.scheme.models import Kind, PolicyVersion, RuleSetVersion, StandardVersion, Version

Check = Callable[[Mapping[str, Any]], Mapping[str, Any]]
"""Answers the document in the form in which it is kept; raises Invalid with every fault it finds.

Those of the rule sets come from the room that reads them (main.py).
"""


Checks = Mapping[Kind, Check]


@dataclass(frozen=True, slots=True)
class Family:
    """Versions of one sort, that share a collection on the wire and a machine."""

    machine: Machine[Facts]
    model: type[Version]
    kinds: tuple[Kind, ...]
    path: str


STANDARDS = Family(STANDARD_VERSION, StandardVersion, (Kind.STANDARD,), "/v1/standards")
POLICIES = Family(POLICY_VERSION, PolicyVersion, (Kind.POLICY,), "/v1/policies")
RULE_SETS = Family(
    RULE_SET_VERSION, RuleSetVersion, (Kind.COST_CATEGORIES, Kind.CORRIDOR_RULES), "/v1/rules"
)


def check_policy(document: Mapping[str, Any]) -> Mapping[str, Any]:
    """A policy, complete. Raises Invalid."""
    return policy.written(policy.read(document))


def check_standard(document: Mapping[str, Any]) -> Mapping[str, Any]:
    """A standard, its texts in their one spelling. Raises Invalid."""
    return standard.written(standard.read(document))


OWN_CHECKS: Checks = {Kind.POLICY: check_policy, Kind.STANDARD: check_standard}
NAMES_ITSELF: Mapping[Kind, str] = {Kind.POLICY: "version", Kind.STANDARD: "code"}
"""The member in which a document says which version it is; rule sets do not."""


def checked(
    check: Check, kind: Kind, code: str, document: Mapping[str, Any], place: str = "/document"
) -> dict[str, Any]:
    """The document as it is kept. Raises Invalid, each fault under the `place` of the document."""
    try:
        kept = dict(check(document))
    except Invalid as error:
        raise Invalid(
            error.detail,
            errors=[FieldError(f"{place}{fault.pointer}", fault.detail) for fault in error.errors],
        ) from error
    member = NAMES_ITSELF.get(kind)
    if member is not None and kept[member] != code:
        reason = f"The document calls itself {kept[member]}; it is to be version {code}."
        raise Invalid(reason, errors=[FieldError(f"{place}/{member}", reason)])
    return kept
