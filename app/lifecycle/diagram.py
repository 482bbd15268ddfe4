"""A machine as a picture: Mermaid for docs/, and the table of its moves beside it."""

from datetime import timedelta
from typing import Any

from app.lifecycle.machine import Machine, Rule


def mermaid(machine: Machine[Any]) -> str:
    """The state diagram of one machine, one arrow per source and action."""
    lines = ["stateDiagram-v2"]
    for source, action, target in machine.moves():
        lines.append(f"    {source or '[*]'} --> {target}: {action}")
    lines += [f"    {state} --> [*]" for state in machine.states if state in machine.terminal()]
    return "\n".join(lines)


def table(machine: Machine[Any]) -> str:
    """The same machine as a Markdown table: from, to, action, who, second signature."""
    lines = [
        "| from | to | action | who | also signed by |",
        "|---|---|---|---|---|",
    ]
    lines += [_row(rule) for rule in machine.rules]
    return "\n".join(lines)


def _row(rule: Rule[Any]) -> str:
    sources = ", ".join(sorted(source or "–" for source in rule.sources))
    roles, second = (", ".join(sorted(r)) for r in (rule.roles, rule.second))
    within = f"{second} ({_days(rule)})" if second else ""
    return f"| {sources} | {rule.target} | `{rule.action}` | {roles} | {within} |"


def _days(rule: Rule[Any]) -> str:
    if not isinstance(rule.second_within, timedelta):
        return "within the time that policy gives"
    hours = int(rule.second_within.total_seconds() // 3600)
    return f"within {hours // 24} days" if hours > 24 else f"within {hours} hours"
