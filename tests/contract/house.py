"""The service as the contract's tests call it, and what its answers are judged by."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import uuid4

import httpx
import schemathesis
from fastapi import FastAPI

from app.demo.theatre import in_process
from app.platform.database import Database
from app.platform.workbook import MEDIA_TYPE
from tests.contract.callers import Caller
from tests.contract.judge import Operation, Sent, faults

Lend = Callable[[], AbstractContextManager[str]]

URL = "http://127.0.0.1:8000"

schemathesis.serializer.alias(
    ["application/pdf", "image/png", "image/jpeg", MEDIA_TYPE], "application/octet-stream"
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was answered, and what is wrong with the answer."""

    status: int
    faults: Sequence[str]


def send(app: FastAPI, case: Sent, headers: Mapping[str, str]) -> Verdict:
    """Send a case, and judge the answer."""
    response = case.call(base_url=URL, app=app, headers=dict(headers))
    return Verdict(response.status_code, faults(case, response))


@dataclass
class House:
    """A service over a database that can be made new, and everybody who calls it."""

    app: FastAPI
    people: Mapping[str, Sequence[Caller]]
    headers: Mapping[str, Mapping[str, str]]
    """Access tokens, by client id."""
    lend: Lend
    place: int
    """Which of the two houses this is: they share the work."""
    lent: ExitStack = field(default_factory=ExitStack)
    changed: bool = True

    @property
    def roles(self) -> list[str]:
        """Every role; nobody is one."""
        return list(self.people)

    def able(self, operation: Operation) -> list[str]:
        """The roles that the operation admits; every one where it admits anybody."""
        admitted = operation.definition.raw["x-roles"]
        return [role for role in self.roles if role in admitted] or self.roles

    def begin_anew(self) -> None:
        """Forget every change."""
        if not self.changed:
            return
        self.close()
        url = self.lent.enter_context(self.lend())
        database = Database(url)
        self.lent.callback(database.dispose)
        self.app.state.workbench = replace(self.app.state.workbench, database=database)
        self.changed = False

    def close(self) -> None:
        """Give the database back."""
        self.lent.close()

    def verdict(self, case: Sent, role: str, *, real: bool) -> Verdict:
        """What somebody of that role is answered; `real`: naming what they know to exist."""
        caller = self._best(role, case.operation)
        sent = _naming(case, caller) if real else case.derive()
        if case.operation.method != "get" and _is_key(sent.headers.get("Idempotency-Key")):
            sent.headers["Idempotency-Key"] = str(uuid4())
        judged = send(self.app, sent, self.headers[caller.client_id])
        self.changed |= case.method != "GET" and judged.status < httpx.codes.BAD_REQUEST
        return judged

    def _best(self, role: str, operation: Operation) -> Caller:
        people = self.people[role]
        return next((one for one in people if operation.path in one.offers), people[0])


@contextmanager
def opened(app: FastAPI, callers: Sequence[Caller], lend: Lend, place: int) -> Iterator[House]:
    """The house with its callers signed in."""
    people = defaultdict(list)
    for caller in callers:
        people[caller.role].append(caller)
    with in_process(app, URL) as http:
        headers = {caller.client_id: caller.headers(http) for caller in callers}
    house = House(app, people, headers, lend, place)
    try:
        yield house
    finally:
        house.close()


def _is_key(value: Any) -> bool:
    return isinstance(value, str) and value != "" and value.isascii() and value.isprintable()


def _naming(case: Sent, caller: Caller) -> Sent:
    """The case about things that exist for this caller, in their present version, from page one."""
    known = {**caller.ids, **caller.offers.get(case.operation.path, {})}
    query = {name: value for name, value in case.query.items() if name != "cursor"}
    named = case.derive(query=_named(query, known))
    named.path_parameters = {
        name: known.get(name, value) for name, value in case.path_parameters.items()
    }
    named.headers.pop("If-Match", None)
    named.body = _named(case.body, known)
    return named


def _named(value: Any, known: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        return {
            name: known[name] if name in known and isinstance(inner, str) else _named(inner, known)
            for name, inner in value.items()
        }
    return [_named(inner, known) for inner in value] if isinstance(value, list) else value
