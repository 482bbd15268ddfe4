"""Only `certificates/status.py` reads the dates of validity; all others ask it (DOMAIN §10)."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.imports import sources

CHECKOUT = Path(__file__).resolve().parents[2]

COLUMNS = frozenset({"valid_from", "valid_until", "effective_on", "expires_on"})
"""The dates of an edition. Rooms below certificates have licences with dates of their own."""

SAID = frozenset({"proposal", "decision"})
"""What somebody proposes or decided has days too: they are judged, and hold for nothing yet."""

ROOMS = (
    "certificates",
    "credentials",
    "registry",
    "subscriptions",
    "statistics",
    "web",
    "demo",
)


def readings(source: str) -> Iterator[int]:
    """The lines on which such a date is read from something."""
    for node in ast.walk(ast.parse(source)):
        if (
            isinstance(node, ast.Attribute)
            and node.attr in COLUMNS
            and isinstance(node.ctx, ast.Load)
            and _name(node.value) not in SAID
        ):
            yield node.lineno


def _name(node: ast.expr) -> str | None:
    """The last name of what a date is read from: `proposal` in `facts.proposal.effective_on`."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return None


def files() -> list[Path]:
    app = CHECKOUT / "app"
    return [
        path
        for room in ROOMS
        for path in sources(app / room)
        if path != app / "certificates" / "status.py"
    ]


@pytest.mark.parametrize("path", files(), ids=lambda path: str(path.relative_to(CHECKOUT)))
def test_nothing_but_status_reads_a_date_of_validity(path: Path) -> None:
    found = list(readings(path.read_text(encoding="utf-8")))
    assert not found, f"ask app.certificates.status instead, on line {found}"


def test_a_reading_would_be_found() -> None:
    assert list(readings("x = 1\nif edition.valid_until < now:\n    pass")) == [2]
    assert list(readings("x = editions[0].expires_on\ny = self.edition.effective_on")) == [1, 2]
    assert list(readings("Edition(valid_until=now)")) == []
    assert list(readings("facts.proposal.expires_on or decision.effective_on")) == []
