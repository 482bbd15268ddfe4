"""The pages of docs/reference/, drawn from the live service so that they cannot be out of date.

A test fails when a page differs. Written by `erc docs`.
"""

from collections.abc import Mapping
from pathlib import Path

from fastapi import FastAPI

from app.access.route_table import route_table
from app.lifecycle.diagram import mermaid, table
from app.main import MACHINES, MISSING_GUARDS, NOT_ON_THE_WIRE
from app.platform.problem_pages import problems_markdown

_DRAWN = "<!-- Drawn by `erc docs`; a test fails when it differs. -->\n\n"


def pages(app: FastAPI) -> Mapping[str, str]:
    """File name → text of every page."""
    return {
        "lifecycles.md": _DRAWN + _lifecycles(),
        "missing-guards.md": _DRAWN + _missing_guards(),
        "problems.md": _DRAWN + problems_markdown(),
        "routes.md": _DRAWN + route_table(app),
    }


def write(app: FastAPI, folder: Path) -> list[Path]:
    """Write every page into the folder; the paths written."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, text in pages(app).items():
        path = folder / name
        path.write_text(text, encoding="utf-8")
        written.append(path)
    return written


def _lifecycles() -> str:
    parts = [
        "# Lifecycles",
        "Each is one table in the code, one set of rows in `lifecycle_rule`, and one picture here."
        " The database refuses every move that is not in its table.",
    ]
    for machine in MACHINES:
        parts += [
            f"## {machine.name.replace('_', ' ').capitalize()}",
            f"```mermaid\n{mermaid(machine)}\n```",
            table(machine),
        ]
    return "\n\n".join(parts) + "\n"


def _missing_guards() -> str:
    parts = [
        "# Guards that are not there yet",
        "What the scheme asks for and this version does not check. A guard is either real or on"
        " this page; none only pretends to check.",
    ]
    for machine, missing in MISSING_GUARDS.items():
        if not missing:
            parts += [f"## {machine}", "Nothing is missing."]
            continue
        rows = "\n".join(f"| `{action}` | {asks} |" for action, asks in missing)
        table = f"| action | not checked yet |\n|---|---|\n{rows}"
        parts += [f"## {machine}", table if missing else "Nothing: every guard is there."]
    parts += [
        "## Moves that are in the table and not yet offered",
        "No route, no work in the background and no command carries them out.",
        "\n".join(
            f"- {machine}: {', '.join(f'`{action}`' for action in actions)}"
            for machine, actions in NOT_ON_THE_WIRE.items()
        ),
    ]
    return "\n\n".join(parts) + "\n"
