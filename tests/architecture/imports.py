"""What the modules of a package import, read from their source."""

import ast
from collections.abc import Iterator
from pathlib import Path


def imported(path: Path) -> frozenset[str]:
    """The dotted names a file imports, wherever it does so: modules, and names out of modules."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = "." * node.level + (node.module or "")
            names.add(module)
            names.update(f"{module}.{alias.name}" for alias in node.names)
    return frozenset(names)


def imports_any(path: Path, packages: frozenset[str]) -> frozenset[str]:
    """Which of the packages the file imports from: `sqlalchemy` where it has `sqlalchemy.orm`."""
    names = imported(path)
    return frozenset(
        package
        for package in packages
        if any(name == package or name.startswith(f"{package}.") for name in names)
    )


def reaches(path: Path, packages: frozenset[str], root: Path) -> list[list[str]]:
    """How a file comes to the packages through modules of its own service, one chain per end.

    `root` is the folder that holds the service's package.
    """
    chains: list[list[str]] = []
    seen = {path}
    waiting = [[path]]
    while waiting:
        way = waiting.pop()
        steps = [step.relative_to(root).as_posix() for step in way]
        chains += [[*steps, name] for name in sorted(imports_any(way[-1], packages))]
        for module in sorted(_files(imported(way[-1]), root) - seen):
            seen.add(module)
            waiting.append([*way, module])
    return chains


def sources(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*.py")) if "__pycache__" not in path.parts)


def _files(names: frozenset[str], root: Path) -> set[Path]:
    """The files that importing the names runs, packages on the way included."""
    files: set[Path] = set()
    for name in names:
        parts = name.split(".")
        for length in range(1, len(parts) + 1):
            module = root.joinpath(*parts[:length])
            files.update({module.with_suffix(".py"), module / "__init__.py"})
    return {path for path in files if path.is_file()}
