"""What is drawn from the code is drawn from this code: contract, pages, settings."""

from pathlib import Path

import pytest

from app import cli, reference
from app.main import describe
from app.settings import Settings, load

CHECKOUT = Path(__file__).resolve().parents[2]


def test_openapi_json_is_what_the_service_serves() -> None:
    written = (CHECKOUT / "openapi" / "openapi.json").read_text(encoding="utf-8")
    assert written == cli.contract() + "\n", "run `make openapi`"


def test_every_reference_page_is_drawn_from_this_code() -> None:
    drawn = dict(reference.pages(describe(load())))
    folder = CHECKOUT / "docs" / "reference"
    assert {path.name for path in folder.iterdir()} == set(drawn)
    for name, text in drawn.items():
        assert (folder / name).read_text(encoding="utf-8") == text, f"{name}: run `make docs`"


def test_pages_are_written_where_asked(tmp_path: Path) -> None:
    written = reference.write(describe(load()), tmp_path / "pages")
    assert sorted(path.name for path in written) == sorted(reference.pages(describe(load())))
    assert all(path.read_text(encoding="utf-8") for path in written)


@pytest.mark.parametrize("setting", sorted(Settings.model_fields))
def test_every_setting_is_in_the_operations_page(setting: str) -> None:
    page = (CHECKOUT / "docs" / "operations.md").read_text(encoding="utf-8")
    assert f"`ERC_{setting.upper()}`" in page
