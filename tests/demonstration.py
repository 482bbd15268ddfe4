"""The demonstration's data, made once per run by whichever worker needs it first, then copied."""

import fcntl
import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from app.demo import fill
from app.demo.data import FILE
from app.settings import Settings, load


@dataclass(frozen=True, slots=True)
class Filled:
    """A folder that `erc demo` has filled, and what it told."""

    settings: Settings
    told: dict[str, Any]

    @classmethod
    def of(cls, folder: Path) -> "Filled":
        """What a filled folder holds."""
        told = json.loads((folder / FILE).read_text(encoding="utf-8"))
        return cls(load(data_dir=folder), told)

    def secret(self, role: str, organisation: str | None = None) -> tuple[str, str]:
        """Client id and secret of somebody in that role."""
        found = next(
            client
            for client in self.told["clients"]
            if client["role"] == role and organisation in (None, client["organisation"])
        )
        return found["client_id"], found["client_secret"]


@pytest.fixture(scope="session")
def demonstration_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that is copied; never written to."""
    shared = tmp_path_factory.getbasetemp()
    if shared.name.startswith("popen-"):  # a worker of several: its folder's parent is the run's
        shared = shared.parent
    folder = shared / "demonstration"
    with (shared / "demonstration.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        fill(load(data_dir=folder), lambda _done, _total: None)
    return folder


@pytest.fixture
def filled(demonstration_template: Path, tmp_path: Path) -> Filled:
    """A copy of the demonstration that a test may change."""
    folder = tmp_path / "demonstration"
    shutil.copytree(demonstration_template, folder)
    return Filled.of(folder)
