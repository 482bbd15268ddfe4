"""`erc`, run in this process over a folder of its own."""

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from app.cli import main


@dataclass(frozen=True, slots=True)
class Ran:
    """What a command left behind."""

    code: int
    out: str
    err: str


Erc = Callable[..., Ran]


@pytest.fixture
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "data"
    monkeypatch.setenv("ERC_DATA_DIR", str(folder))
    return folder


@pytest.fixture
def erc(data_dir: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Erc:
    def run(*words: str) -> Ran:
        monkeypatch.setattr(sys, "argv", ["erc", *words])
        capsys.readouterr()
        mask = os.umask(0o022)  # a usual one, and back to it: the command sets its own
        try:
            main()
            code = 0
        except SystemExit as ended:
            code = int(ended.code or 0)
        finally:
            os.umask(mask)
        captured = capsys.readouterr()
        return Ran(code, captured.out, captured.err)

    return run
