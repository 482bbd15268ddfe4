"""The order of the rooms (DESIGN §2), as pyproject.toml lists it, kept by import-linter."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
_LINT = "import sys; from importlinter.cli import lint_imports_command; lint_imports_command()"


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the contracts of pyproject.toml over the package `app` in the folder."""
    return subprocess.run(
        [sys.executable, "-c", _LINT, "--no-cache", "--no-logo", "--config", "pyproject.toml"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A small service under the project's own contracts, with nothing wrong in it."""
    shutil.copy(CHECKOUT / "pyproject.toml", tmp_path)
    for name, source in {
        "__init__.py": "",
        "main.py": "import app.audits.service",
        "settings.py": "import app.kernel.money",
        "audits/__init__.py": "",
        "audits/service.py": "import app.platform.database",
        "statistics/__init__.py": "import app.audits.service",
        "subscriptions/__init__.py": "import app.audits.service",
        "platform/__init__.py": "",
        "platform/database.py": "import app.settings",
        "kernel/__init__.py": "",
        "kernel/money.py": "",
    }.items():
        path = tmp_path / "app" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source)
    return tmp_path


def test_every_room_imports_only_rooms_below_it() -> None:
    result = lint(CHECKOUT)
    assert result.returncode == 0, result.stdout + result.stderr


def test_a_house_in_order_is_kept_while_most_rooms_are_not_built(house: Path) -> None:
    result = lint(house)
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize(
    ("planted", "source", "said"),
    [
        ("kernel/money.py", "import app.platform", "app.kernel is not allowed to import"),
        ("platform/database.py", "import app.audits", "app.platform is not allowed to import"),
        ("settings.py", "import app.platform", "app.settings is not allowed to import"),
        ("audits/service.py", "import app.main", "app.audits is not allowed to import"),
        ("statistics/__init__.py", "import app.subscriptions", "app.statistics is not allowed"),
        ("helpers/__init__.py", "", "- app.helpers"),
        ("shortcut.py", "", "- app.shortcut"),
    ],
)
def test_a_room_that_reaches_up_or_is_not_listed_fails(
    house: Path, planted: str, source: str, said: str
) -> None:
    path = house / "app" / planted
    path.parent.mkdir(exist_ok=True)
    path.write_text(source)

    result = lint(house)
    assert result.returncode == 1
    assert said in result.stdout
