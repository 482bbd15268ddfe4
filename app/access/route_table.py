"""Every route of the live service, its action and its roles: the check at the start, and a table.

A route that was added past `Router` declares nothing and guards nothing, so the service does not
start with one (SECURITY R15). Used by main.py, by `erc docs` and by the matrix of tests.
"""

from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts

from app.access.guard import ANYONE_MAY, SIGNED_IN, Access, declared
from app.kernel.roles import Role

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_ROLES = tuple(role for role in Role if role in SIGNED_IN)


@dataclass(frozen=True, slots=True)
class Route:
    """One method of one path, and what it was declared with, if it was."""

    method: str
    path: str
    operation: str
    access: Access | None


def routes(app: FastAPI) -> list[Route]:
    """Every route in order of path; a mounted application is one route of the method `*`."""
    found = []
    for context in iter_route_contexts(app.routes):
        operation = getattr(context.original_route, "operation_id", None) or str(context.name)
        found += [
            Route(method, str(context.path), operation, declared(context.original_route))
            for method in sorted(context.methods or {"*"})
        ]
    return sorted(found, key=lambda route: (route.path, route.method))


def check(app: FastAPI, *, undeclared: Collection[str] = ()) -> None:
    """Refuse an application whose routes do not all name an action and its roles.

    `undeclared` are the paths that may do without: pages that show nothing but documentation.
    Raises RuntimeError with every fault.
    """
    faults = []
    methods: defaultdict[str, set[bool]] = defaultdict(set)
    operations: Counter[str] = Counter()
    for route in routes(app):
        if route.access is None:
            if route.path not in undeclared:
                faults.append(f"{route.method} {route.path} names no action: declare it by Router")
            continue
        if not route.access.action or not route.access.roles:
            faults.append(f"{route.method} {route.path} names no action or no role")
        methods[route.access.action].add(route.method in _SAFE)
        operations[route.operation] += 1
    faults += [
        f"{action} names reading and writing routes"
        for action in methods
        if len(methods[action]) > 1
    ]
    faults += [f"{name} is the operation of {n} routes" for name, n in operations.items() if n > 1]
    if faults:
        raise RuntimeError("; ".join(faults))


def route_table(app: FastAPI) -> str:
    """Who may call which route, as Markdown: one row per route, one column per role."""
    head = ["method", "path", "action", "anyone", *(role.value for role in _ROLES)]
    lines = [
        "# Routes and roles",
        "",
        "● the role may call the route; what it sees or changes there, the object's own rules"
        " decide. A column is empty where another role is needed: the answer is then 403.",
        "",
        _line(head),
        _line(["---"] * len(head)),
    ]
    for route in routes(app):
        roles = route.access.roles if route.access else ANYONE_MAY
        anyone = Role.PUBLIC in roles
        cells = [
            route.method,
            f"`{route.path}`",
            f"`{route.access.action}`" if route.access else "documentation",
            "●" if anyone else "",
            *("●" if anyone or role in roles else "" for role in _ROLES),
        ]
        lines.append(_line(cells))
    return "\n".join(lines) + "\n"


def _line(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"
