"""The first versions, which ship with the service: `erc migrate` publishes them (service.py).

Pure, but for the files of `data/`. A shipped file never changes once it was released.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from app.scheme import policy, standard
from app.scheme.models import Kind
from app.scheme.policy import Policy
from app.scheme.standard import Standard

STANDARD = "iris-1.2"
POLICY = "2026.1"


@dataclass(frozen=True, slots=True)
class Shipped:
    """One version that ships with the service."""

    kind: Kind
    code: str
    effective_on: date
    """In UTC, the zone of the first policy."""
    load: Callable[[], dict[str, Any]]

    @property
    def document(self) -> dict[str, Any]:
        """Its text, as it ships."""
        return self.load()


def _document(kind: Kind, code: str) -> dict[str, Any]:
    source = files("app.scheme").joinpath("data", f"{kind}-{code}.json")
    document: dict[str, Any] = json.loads(source.read_text(encoding="utf-8"))
    return document


VERSIONS = (
    Shipped(Kind.STANDARD, STANDARD, date(2019, 1, 1), lambda: _document(Kind.STANDARD, STANDARD)),
    Shipped(Kind.POLICY, POLICY, date(2019, 1, 1), lambda: _document(Kind.POLICY, POLICY)),
)
"""IRIS 1.2 is of 2019; the first policy holds for whatever happened before the next."""


@cache
def first_policy() -> Policy:
    """The policy that ships with the service."""
    return policy.read(_document(Kind.POLICY, POLICY))


@cache
def first_standard() -> Standard:
    """The standard that ships with the service."""
    return standard.read(_document(Kind.STANDARD, STANDARD))
