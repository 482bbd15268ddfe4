"""What the pages that people read first show is true: certificate numbers, and the picture."""

import re
from pathlib import Path

import pytest

from app.certificates.lifecycle import CERTIFICATE
from app.kernel.identifiers import parse_certificate_number

CHECKOUT = Path(__file__).resolve().parents[2]
README = CHECKOUT / "README.md"
PAGES = [README, *sorted((CHECKOUT / "docs").rglob("*.md"))]

NUMBER = re.compile(r"\b[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}\b")
ARROW = re.compile(r"^ +(\S+) --> (\S+): ([^,\n]+)", re.MULTILINE)


def moves(page: str) -> set[tuple[str, str, str]]:
    """Every (source, action, target) drawn as `source --> target: action or action, remark`."""
    return {
        (source.replace("[*]", ""), action, target)
        for source, target, actions in ARROW.findall(page)
        for action in actions.split(" or ")
    }


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_certificate_number_can_be_typed(page: Path) -> None:
    for number in NUMBER.findall(page.read_text(encoding="utf-8")):
        assert parse_certificate_number(number) == number


def test_the_readme_shows_a_number() -> None:
    assert NUMBER.search(README.read_text(encoding="utf-8"))


def test_the_picture_has_every_move_to_another_state_and_no_other() -> None:
    changing = {
        (source, action, target)
        for source, action, target in CERTIFICATE.moves()
        if source != target
    }
    assert moves(README.read_text(encoding="utf-8")) == changing
