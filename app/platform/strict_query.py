"""Strict addresses: a query parameter that a route does not know, or takes twice, is refused.

`?coridor=NP-SA` must not be answered as if nothing had been asked. Used by `access/http.py` for
every route.
"""

from collections import Counter
from collections.abc import Mapping
from typing import Any, get_args, get_origin

from fastapi import Request
from fastapi.dependencies.models import Dependant
from fastapi.exceptions import RequestValidationError

_MANY = (list, set, frozenset, tuple)


def parameters(dependant: Dependant) -> dict[str, bool]:
    """The query parameters of a route, by name: may one be repeated?"""
    found = {field.alias: _is_many(field.field_info.annotation) for field in dependant.query_params}
    for inner in dependant.dependencies:
        found |= parameters(inner)
    return found


def check(request: Request, known: Mapping[str, bool]) -> None:
    """Raises RequestValidationError, naming each parameter that is wrong and those there are."""
    sent = Counter(name for name, _ in request.query_params.multi_items())
    faults = [_fault(name, _unknown(known)) for name in sent if name not in known] + [
        _fault(name, "Send this parameter once.")
        for name, times in sent.items()
        if times > 1 and not known.get(name, True)
    ]
    if faults:
        raise RequestValidationError(faults)


def _unknown(known: Mapping[str, bool]) -> str:
    if not known:
        return "This call takes no parameters."
    return f"There is no such parameter; there are: {', '.join(sorted(known))}."


def _fault(name: str, said: str) -> dict[str, Any]:
    return {"type": "query", "loc": ("query", name[:64]), "msg": said}


def _is_many(annotation: Any) -> bool:
    kinds = (annotation, *get_args(annotation))
    return any(kind in _MANY or get_origin(kind) in _MANY for kind in kinds)
