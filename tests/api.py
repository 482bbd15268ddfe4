"""The service as its callers meet it: requests in this process, by people who hold roles."""

import base64
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any, TypeVar

from fastapi import FastAPI

from app.kernel.clock import MovableClock
from app.kernel.roles import SYSTEM
from app.lifecycle.journal import Work, Workbench
from app.main import describe, furnish
from app.platform.passwords import Passwords
from app.settings import load
from tests.asgi import Answer, call
from tests.contract import judge
from tests.making.access import Someone

T = TypeVar("T")
_keys = count(1)


@dataclass(frozen=True, slots=True)
class Api:
    """The service over one database, and its clock."""

    app: FastAPI
    clock: MovableClock

    @property
    def workbench(self) -> Workbench:
        """The service's own: its database, its readers."""
        workbench: Workbench = self.app.state.workbench
        return workbench

    def made(self, make: Callable[[Work], T]) -> T:
        """What `make` builds in a transaction of the system."""
        with self.workbench.begin(SYSTEM) as work:
            return make(work)

    def token(self, someone: Someone | str) -> str:
        """An access token of theirs, good now; text is a token or API key itself."""
        if isinstance(someone, str):
            return someone
        token: str = self.app.state.tokens.issue(someone.client, self.clock.now())
        return token

    def get(self, path: str, someone: Someone | str | None = None) -> Answer:
        """What they are shown."""
        return self.call("GET", path, someone)

    def post(
        self, path: str, body: object = None, someone: Someone | str | None = None, **how: Any
    ) -> Answer:
        """What they are answered; each call has an idempotency key of its own but for `key`."""
        return self.call("POST", path, someone, body, **how)

    def call(
        self,
        method: str,
        path: str,
        someone: Someone | str | None = None,
        body: object = None,
        *,
        key: str | None = None,
        if_match: str | None = None,
    ) -> Answer:
        """The answer to one call; without `someone` nobody is signed in.

        Whatever the test is about: an answer that the service's contract does not document fails.
        """
        headers = []
        if someone is not None:
            headers.append(("authorization", f"Bearer {self.token(someone)}"))
        if method != "GET":
            headers.append(("idempotency-key", key or f"key-{next(_keys)}"))
        if if_match is not None:
            headers.append(("if-match", if_match))
        content = b""
        if body is not None:
            headers.append(("content-type", "application/json"))
            content = json.dumps(body).encode()
        return self._judged(method, path, headers, content)

    def upload(
        self,
        path: str,
        content: bytes | Iterable[bytes],
        media_type: str,
        someone: Someone,
        *,
        key: str | None = None,
    ) -> Answer:
        """The answer to a call whose body is a file."""
        headers = [
            ("authorization", f"Bearer {self.token(someone)}"),
            ("idempotency-key", key or f"key-{next(_keys)}"),
            ("content-type", media_type),
        ]
        return self._judged("POST", path, headers, content)

    def ask_token(
        self,
        client_id: str,
        secret: str,
        body: bytes = b"grant_type=client_credentials",
        content_type: str = "application/x-www-form-urlencoded",
    ) -> Answer:
        """The answer of the token endpoint."""
        headers = [("authorization", basic(client_id, secret)), ("content-type", content_type)]
        return self._judged("POST", "/v1/oauth/token", headers, body)

    def _judged(
        self,
        method: str,
        path: str,
        headers: list[tuple[str, str]],
        body: bytes | Iterable[bytes],
    ) -> Answer:
        answer = call(self.app, method, path, headers=headers, body=body)
        faults = judge.faults_of(method, path, answer)
        assert not faults, "\n".join(faults)
        return answer


@cache
def _described(**settings: Any) -> FastAPI:
    """Describing the service takes longer than most tests: one process does it once."""
    return describe(load(**settings))


def open_api(database_url: str, folder: Path, clock: MovableClock, **settings: Any) -> Api:
    """The service over a migrated database, with keys in the folder and time by the clock.

    Passwords cost next to nothing here; what they cost in earnest has a test of its own.
    """
    app = furnish(
        _described(**settings), load(data_dir=folder, database_url=database_url, **settings)
    )
    app.state.workbench = replace(app.state.workbench, clock=clock)
    app.state.passwords = Passwords(memory_kib=64, passes=1)
    return Api(app, clock)


def basic(client_id: str, secret: str) -> str:
    """The Authorization header of HTTP Basic."""
    return "Basic " + base64.b64encode(f"{client_id}:{secret}".encode()).decode()
