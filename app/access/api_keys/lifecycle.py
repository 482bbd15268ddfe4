"""API keys: how one is written, how it is recognised, and its lifecycle. Pure (SECURITY R8).

A key is `erc_`, 32 random letters and digits (190 bits) and six of a checksum: whoever scans files
for leaked keys finds every one and nothing else, and a mistyped one costs no look-up.
"""

import re
import secrets
import string
import zlib
from dataclasses import dataclass
from enum import StrEnum

from app.kernel.roles import Role
from app.lifecycle.machine import BORN, Machine, Rule

PREFIX = "erc_"
_ALPHABET = string.digits + string.ascii_uppercase + string.ascii_lowercase
_RANDOM, _CHECK = 32, 6
PATTERN = re.compile(rf"\b{PREFIX}[0-9A-Za-z]{{{_RANDOM + _CHECK}}}\b")
"""What a scanner looks for; `is_key` then tells a key from chance."""


class State(StrEnum):
    """A key that has expired stays `active`: the clock says so at each question (DESIGN §3)."""

    ACTIVE = "active"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class Facts:
    """Nothing stands in the way of a key: whose it is, its makers and holders show."""


def new_key() -> str:
    """A new key."""
    drawn = "".join(secrets.choice(_ALPHABET) for _ in range(_RANDOM))
    return f"{PREFIX}{drawn}{_checksum(drawn)}"


def is_key(text: str) -> bool:
    """Is this written as a key is, with the right checksum?"""
    drawn = text[len(PREFIX) : -_CHECK]
    return PATTERN.fullmatch(text) is not None and text.endswith(_checksum(drawn))


def _checksum(drawn: str) -> str:
    number, digits = zlib.crc32(drawn.encode()), []
    for _ in range(_CHECK):
        number, place = divmod(number, len(_ALPHABET))
        digits.append(_ALPHABET[place])
    return "".join(reversed(digits))


_WHOSE_IT_IS = frozenset({Role.PUBLIC})

API_KEY: Machine[Facts] = Machine(
    "api_key",
    State,
    [
        Rule("create", frozenset({BORN}), State.ACTIVE, _WHOSE_IT_IS),
        Rule(
            "revoke",
            frozenset({State.ACTIVE}),
            State.REVOKED,
            _WHOSE_IT_IS | {Role.SCHEME_MANAGER, Role.SYSTEM},
        ),
    ],
)
"""Whoever finds a key may revoke it: it is theirs as much as the thief's."""

MISSING_GUARDS: tuple[tuple[str, str], ...] = ()
"""(action, what DOMAIN asks): nothing is missing here."""
