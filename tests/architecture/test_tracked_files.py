"""What no file of the repository may carry: where it was made, or where packages come from."""

import re
import subprocess
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]

MACHINE_PATH = re.compile(r"(?<![\w.~/-])/(?:root|work|home|Users|opt)/\w")
REGISTRY = re.compile(r"(?:pypi|pythonhosted|npmjs|yarnpkg)\.(?:org|com)|\w/simple/?(?=[\s\"']|$)")
INDEX = re.compile(r"://|--(?:extra-)?index|--find-links|^\s*-[if] ", re.MULTILINE)


def tracked(pattern: str = "") -> list[Path]:
    """The files in git, and those that would be at the next `git add`."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(
        [*command, "--", pattern or "."], cwd=CHECKOUT, capture_output=True, text=True, check=True
    )
    paths = {CHECKOUT / name for name in listed.stdout.split("\0") if name}
    return sorted(path for path in paths if path.is_file())


def found(rule: re.Pattern[str], paths: list[Path]) -> list[str]:
    return [
        f"{path.relative_to(CHECKOUT)}:{number}: {line.strip()[:100]}"
        for path in paths
        if b"\0" not in (content := path.read_bytes())
        for number, line in enumerate(content.decode("utf-8", "replace").splitlines(), 1)
        if rule.search(line)
    ]


def test_there_are_files_to_read() -> None:
    names = {path.relative_to(CHECKOUT).as_posix() for path in tracked()}
    assert {"pyproject.toml", "requirements.lock", "tests/requirements.lock"} <= names


@pytest.mark.parametrize("rule", [MACHINE_PATH, REGISTRY], ids=["machine path", "registry"])
def test_no_file_names(rule: re.Pattern[str]) -> None:
    own = Path(__file__).resolve()
    assert found(rule, [path for path in tracked() if path != own]) == []


def test_no_lock_file_holds_an_index_address() -> None:
    assert found(INDEX, tracked("*.lock")) == []


def test_every_locked_package_has_its_version_and_hash() -> None:
    for path in tracked("*.lock"):
        packages = path.read_text().replace("\\\n", "").splitlines()
        assert packages
        for package in packages:
            assert re.match(r"[\w.-]+(\[[\w,-]+\])?==\S+.* --hash=sha256:[0-9a-f]{64}", package)


@pytest.mark.parametrize(
    ("rule", "line"),
    [
        (MACHINE_PATH, "path = '/root/checkout/app'"),
        (MACHINE_PATH, "see /home/ana/notes"),
        (MACHINE_PATH, "PIP_FIND_LINKS=/opt/wheels"),
        (REGISTRY, "url = https://files.pythonhosted.org/packages"),
        (REGISTRY, "https://mirror.example/simple"),
        (REGISTRY, '"resolved": "https://registry.npmjs.org/x"'),
        (INDEX, "--index-url https://mirror.example"),
        (INDEX, "--extra-index-url file"),
        (INDEX, "-i mirror"),
        (INDEX, "package @ https://mirror.example/package.whl"),
    ],
)
def test_a_planted_line_is_found(rule: re.Pattern[str], line: str) -> None:
    assert rule.search(line)


@pytest.mark.parametrize("line", ["https://example.org/home/page", "/v1/work/x", "~/root/x"])
def test_an_ordinary_address_is_no_machine_path(line: str) -> None:
    assert not MACHINE_PATH.search(line)
