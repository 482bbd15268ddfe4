"""Reads a JSON document member by member; whatever is wrong is refused with its place.

Every member is asked for by its name and the kind of value it must be. One that nobody asked for
is a fault too: it may be a selector misspelt. Used by `rule_file.py`. Pure.
"""

import json
import re
from collections.abc import Callable, Collection
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import Any, NoReturn, TypeVar

from app.kernel.errors import FieldError, Invalid

Choice = TypeVar("Choice", bound=StrEnum)
Value = TypeVar("Value")
Reader = Callable[[object], Value]
"""Reads one value; raises `Invalid` with what would be right."""

_DECIMAL = re.compile(r"[0-9]{1,6}(?:\.[0-9]{1,6})?")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_WHOLE_PERCENTAGE = 100


class Fault(Invalid):
    """The document cannot be used; its one field error points at the place (RFC 6901)."""

    def __init__(self, pointer: str, detail: str) -> None:
        super().__init__(
            f"{pointer or 'the document'}: {detail}", errors=[FieldError(pointer, detail)]
        )


def parse(text: str) -> object:
    """The value of a JSON text. Raises Fault; a repeated key is a fault once it is read."""
    try:
        return json.loads(text, object_pairs_hook=_object)
    except json.JSONDecodeError as error:
        raise Fault("", f"is not JSON: {error}") from error


class Node:
    """An object of a document, with its place."""

    def __init__(self, value: object, pointer: str = "") -> None:
        if not isinstance(value, dict):
            raise Fault(pointer, "must be an object")
        if isinstance(value, _Repeated):
            raise Fault(f"{pointer}/{_escaped(value.key)}", "stands here twice")
        self._members: dict[str, object] = value
        self._pointer = pointer
        self._asked: set[str] = set()

    def __contains__(self, key: str) -> bool:
        return key in self._members

    def get(self, key: str, reader: Reader[Value]) -> Value:
        """A member that must be there."""
        if key not in self._members:
            self.fault(key, "is missing")
        self._asked.add(key)
        return self._read(key, reader, self._members[key])

    def find(self, key: str, reader: Reader[Value]) -> Value | None:
        """A member that may be left out."""
        return self.get(key, reader) if key in self else None

    def many(self, key: str, reader: Reader[Value]) -> frozenset[Value]:
        """The values of a list that is not empty and names nothing twice."""
        values = self.get(key, _filled)
        found = [self._read(f"{key}/{n}", reader, value) for n, value in enumerate(values)]
        if len(set(found)) < len(found):
            self.fault(key, "names one thing twice")
        return frozenset(found)

    def find_many(self, key: str, reader: Reader[Value]) -> frozenset[Value] | None:
        """The same, where it may be left out."""
        return self.many(key, reader) if key in self else None

    def in_order(self, key: str, reader: Reader[Value]) -> tuple[Value, ...]:
        """The values of a list in its order, naming nothing twice; empty where it is left out."""
        if key not in self:
            return ()
        self.many(key, reader)
        return tuple(reader(value) for value in self.get(key, _filled))

    def one_or_many(self, key: str, reader: Reader[Value]) -> frozenset[Value] | None:
        """The same, where one value may stand without its list."""
        if isinstance(self._members.get(key), str):
            return frozenset({self.get(key, reader)})
        return self.find_many(key, reader)

    def many_unless(
        self, key: str, everything: str, reader: Reader[Value]
    ) -> frozenset[Value] | None:
        """The same, where one word stands for no limit: then None."""
        if self.get(key, lambda value: value == everything):
            return None
        return self.many(key, reader)

    def table(self, key: str, reader: Reader[Value]) -> dict[str, Value]:
        """An object whose keys are data, not empty."""
        members = self.node(key)._members
        if not members:
            self.fault(key, "must not be empty")
        return {
            name: self._read(f"{key}/{_escaped(name)}", reader, value)
            for name, value in members.items()
        }

    def node(self, key: str) -> "Node":
        """An object inside."""
        return self.get(key, lambda value: Node(value, f"{self._pointer}/{key}"))

    def nodes(self, key: str) -> list["Node"]:
        """A list of objects inside, not empty."""
        values = self.get(key, _filled)
        return [Node(value, f"{self._pointer}/{key}/{n}") for n, value in enumerate(values)]

    def fault(self, key: str, detail: str) -> NoReturn:
        """Refuse a member, or with an empty key the object itself."""
        raise Fault(f"{self._pointer}/{key}" if key else self._pointer, detail)

    def finish(self) -> None:
        """Refuse a member that nobody asked for."""
        for key in self._members:
            if key not in self._asked:
                self.fault(_escaped(key), "is not known here")

    def _read(self, key: str, reader: Reader[Value], value: object) -> Value:
        try:
            return reader(value)
        except Fault:
            raise
        except Invalid as error:
            self.fault(key, error.detail)


def text(value: object) -> str:
    """Text that is not blank."""
    if isinstance(value, str) and value.strip():
        return value
    raise Invalid("must be text")


def truth(value: object) -> bool:
    """True or false."""
    if isinstance(value, bool):
        return value
    raise Invalid("must be true or false")


def whole(value: object) -> int:
    """A whole number."""
    if type(value) is int:
        return value
    raise Invalid("must be a whole number")


def decimal(value: object) -> Fraction:
    """A number above zero, as text: a JSON number with a point would be a float elsewhere."""
    if isinstance(value, str) and _DECIMAL.fullmatch(value) and (number := Fraction(value)) > 0:
        return number
    raise Invalid('must be a number above zero, as text in plain digits such as "1.5"')


def percent(value: object) -> Fraction:
    """A percentage up to 100, as text."""
    if (number := decimal(value)) <= _WHOLE_PERCENTAGE:
        return number
    raise Invalid("must be a percentage up to 100")


def day(value: object) -> date:
    """A day of the calendar."""
    if isinstance(value, str) and _DAY.fullmatch(value):
        try:
            return date.fromisoformat(value)
        except ValueError as error:
            raise Invalid(f"{value} is no day of the calendar") from error
    raise Invalid("must be a day such as 2026-03-15")


def matching(pattern: str, what: str) -> Reader[str]:
    """Text of one form, with the words for it."""
    form = re.compile(pattern)

    def read(value: object) -> str:
        if form.fullmatch(text(value)):
            return text(value)
        raise Invalid(f"must be {what}")

    return read


def one_of(words: Collection[str]) -> Reader[str]:
    """One of these words."""

    def read(value: object) -> str:
        if isinstance(value, str) and value in words:
            return value
        raise Invalid(f"must be one of {', '.join(words)}")

    return read


def choice(kind: type[Choice], *but: Choice) -> Reader[Choice]:
    """One of an enumeration's values, without some."""
    read = one_of([member.value for member in kind if member not in but])
    return lambda value: kind(read(value))


class _Repeated(dict[str, Any]):
    """An object in which a key stands twice: which of the two is meant, nobody can say."""

    key: str


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    keys = [key for key, _ in pairs]
    repeated = _Repeated(found)
    repeated.key = next(key for key in keys if keys.count(key) > 1)
    return repeated


def _filled(value: object) -> list[object]:
    if isinstance(value, list) and value:
        return value
    raise Invalid("must be a list that is not empty")


def _escaped(key: str) -> str:
    return key.replace("~", "~0").replace("/", "~1")
