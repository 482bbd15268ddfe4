"""Which module may import what, beyond the order of the rooms (DESIGN §2, §6)."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.architecture.imports import imported, imports_any, reaches, sources

CHECKOUT = Path(__file__).resolve().parents[2]

FRAMEWORKS = frozenset({"sqlalchemy", "fastapi", "starlette", "alembic"})
HTTP = frozenset({"fastapi", "starlette"})
PURE_NAMES = {"lifecycle.py", "verdict.py", "status.py", "sampling.py", "independence.py"}


def impure(root: Path) -> list[str]:
    """Chains from a rule to a framework: a rule takes values and returns values."""
    return [
        " -> ".join(chain)
        for path in sources(root / "app")
        if path.name in PURE_NAMES
        or path.parent == root / "app" / "kernel"
        or path == root / "app" / "lifecycle" / "machine.py"
        for chain in reaches(path, FRAMEWORKS, root)
    ]


def services_that_know_http(root: Path) -> list[str]:
    return [
        f"{path.relative_to(root)}: {', '.join(sorted(names))}"
        for path in sources(root / "app")
        if path.name in {"service.py", "queries.py"} and (names := imports_any(path, HTTP))
    ]


def relative_imports(root: Path) -> list[str]:
    """Imports that the other rules would not see."""
    return [
        str(path.relative_to(root))
        for path in sources(root / "app")
        if any(name.startswith(".") for name in imported(path))
    ]


def jose_outside_its_module(root: Path) -> list[str]:
    return [
        str(path.relative_to(root))
        for path in sources(root / "app")
        if path != root / "app" / "platform" / "jose.py" and imports_any(path, frozenset({"jose"}))
    ]


def jwe_anywhere(root: Path) -> list[str]:
    return [
        str(path.relative_to(root))
        for folder in ("app", "bench", "migrations", "tests")
        for path in sources(root / folder)
        if imports_any(path, frozenset({"jose.jwe"}))
    ]


RULES = [impure, services_that_know_http, relative_imports, jose_outside_its_module, jwe_anywhere]


@pytest.mark.parametrize("rule", RULES)
def test_the_service_keeps(rule: Callable[[Path], list[str]]) -> None:
    assert rule(CHECKOUT) == []


@pytest.mark.parametrize(
    ("rule", "planted", "source"),
    [
        (impure, "kernel/money.py", "from sqlalchemy.orm import Session"),
        (impure, "audits/lifecycle.py", "import fastapi"),
        (impure, "certificates/status.py", "def f():\n    import sqlalchemy.orm as orm"),
        (impure, "lifecycle/machine.py", "from starlette import status"),
        (impure, "access/independence.py", "from app.access import models"),
        (impure, "scheme/sampling.py", "from app.access.models import Person"),
        (services_that_know_http, "audits/service.py", "from fastapi import HTTPException"),
        (services_that_know_http, "audits/queries.py", "import starlette.responses"),
        (relative_imports, "audits/api.py", "from . import models"),
        (jose_outside_its_module, "access/tokens.py", "from jose import jwt"),
        (jwe_anywhere, "platform/jose.py", "from jose import jwe"),
        (jwe_anywhere, "platform/jose.py", "import jose.jwe"),
    ],
    ids=lambda value: value.__name__ if callable(value) else str(value).split("\n")[-1].strip(),
)
def test_a_planted_fault_is_found(
    tmp_path: Path, rule: Callable[[Path], list[str]], planted: str, source: str
) -> None:
    path = tmp_path / "app" / planted
    for part in {path, tmp_path / "app/access/models.py", tmp_path / "app/platform/jose.py"}:
        part.parent.mkdir(parents=True, exist_ok=True)
        part.touch()
    (tmp_path / "app/access/models.py").write_text("from sqlalchemy.orm import mapped_column")
    (tmp_path / "app/access/service.py").write_text("from app.access.models import Person")
    (tmp_path / "app/platform/jose.py").write_text("from jose import jwt")
    assert rule(tmp_path) == []

    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(source)
    (found,) = rule(tmp_path)
    assert planted in found
