"""What all versioned documents share: faults told at their place, and the difference of two. Pure.

Used by the modules of this room that read a document: policy.py, standard.py.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from app.kernel.canonical import canonical_json
from app.kernel.errors import FieldError, Invalid
from app.kernel.text import clean_lines

_LONGEST = 10_000
"""Characters of the longest text in a document."""


@contextmanager
def refusing_faults(detail: str) -> Iterator[None]:
    """Turn what pydantic found into Invalid, every fault at its JSON pointer (RFC 6901)."""
    try:
        yield
    except ValidationError as error:
        faults = [
            FieldError(pointer(found["loc"]), _sentence(found["msg"]))
            for found in error.errors(include_url=False, include_input=False, include_context=False)
        ]
        raise Invalid(detail, errors=faults) from error


def pointer(path: Sequence[int | str]) -> str:
    """The JSON pointer of a path: `/principles/0/code`."""
    return "".join(f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in path)


def _sentence(message: str) -> str:
    said = message.removeprefix("Value error, ")
    return f"{said[:1].upper()}{said[1:]}{'' if said.endswith('.') else '.'}"


@dataclass(frozen=True, slots=True)
class Added:
    """A value that only the newer document has."""

    path: str
    value: Any


@dataclass(frozen=True, slots=True)
class Changed:
    """A value that the two documents have and do not agree on."""

    path: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Difference:
    """What an older and a newer document do not have in common, by path, in order.

    A path is a JSON pointer in which a member of a list is named by its code or id where it has
    one: `/principles/A/criteria/A.3/title`.
    """

    added: tuple[Added, ...] = ()
    removed: tuple[Added, ...] = ()
    changed: tuple[Changed, ...] = ()


def difference(before: Mapping[str, Any], after: Mapping[str, Any]) -> Difference:
    """What changes from one document to the other."""
    old, new = dict(_leaves(before)), dict(_leaves(after))
    return Difference(
        added=tuple(Added(path, new[path]) for path in new if path not in old),
        removed=tuple(Added(path, old[path]) for path in old if path not in new),
        changed=tuple(
            Changed(path, old[path], new[path])
            for path in old
            if path in new and not _same(old[path], new[path])
        ),
    )


def _leaves(value: object, path: tuple[str, ...] = ()) -> Iterator[tuple[str, Any]]:
    """Every value with its path; lists whose members have no name of their own are one value."""
    members: Mapping[str, Any] | None = None
    if isinstance(value, Mapping):
        members = value
    elif isinstance(value, list):
        members = _by_name(value)
    if not members:
        yield pointer(path), value
        return
    for name, member in members.items():
        yield from _leaves(member, (*path, name))


def _by_name(values: list[Any]) -> Mapping[str, Any] | None:
    """The members of a list by their code or id, if each has one of its own."""
    for key in ("code", "id"):
        names: list[Any] = [one.get(key) if isinstance(one, Mapping) else None for one in values]
        if len(set(names)) == len(names) and all(isinstance(name, str) for name in names):
            return dict(zip(names, values, strict=True))
    return None


def _same(one: object, other: object) -> bool:
    """Equal and of one type: true is not 1."""
    return canonical_json(one) == canonical_json(other)


def unclean(value: object, path: tuple[int | str, ...] = ()) -> Iterator[FieldError]:
    """Every text of a document, keys too, that holds what nobody can see (SECURITY R25)."""
    if isinstance(value, str) and value:
        try:
            clean_lines(value, most=_LONGEST)
        except Invalid as error:
            yield FieldError(pointer(path), error.detail)
    elif isinstance(value, Mapping):
        for name, member in value.items():
            yield from unclean(name, path)
            yield from unclean(member, (*path, name))
    elif isinstance(value, list | tuple):
        for place, member in enumerate(value):
            yield from unclean(member, (*path, place))
