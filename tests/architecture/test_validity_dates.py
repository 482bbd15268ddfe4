"""Only `certificates/status.py` reads the dates of validity; all others ask it (DOMAIN §10)."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.imports import sources

CHECKOUT = Path(__file__).resolve().parents[2]

COLUMNS = frozenset({"valid_from", "valid_until"})
"""The dates of an edition. Rooms below certificates have licences with dates of their own."""

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
        ):
            yield node.lineno


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
    assert list(readings("Edition(valid_until=now)")) == []
