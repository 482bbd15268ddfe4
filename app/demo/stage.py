"""A stage: the service behind its API, a clock that can be moved, and people who call.

The demonstration is played through the API alone, so it can do nothing that a user cannot.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any
from uuid import uuid4

import httpx

Json = Any
MoveClock = Callable[[datetime], None]
SignIn = Callable[[str, str], str]
"""An access token for a client's id and secret."""
Heard = Callable[["Exchange"], None]


_NOTHING: Mapping[str, str] = MappingProxyType({})


class Refused(Exception):
    """The service refused a call that the story needs, with its problem."""

    def __init__(self, exchange: "Exchange") -> None:
        super().__init__(
            f"{exchange.method} {exchange.path} → {exchange.status}"
            f" {json.dumps(exchange.answer, ensure_ascii=False)}"
        )


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its answer, for whoever listens."""

    who: str
    method: str
    path: str
    body: Json
    status: int
    answer: Json


@dataclass
class Stage:
    """Where the story is played: a client of the service, and the hand on its clock."""

    http: httpx.Client
    move_clock: MoveClock
    now: datetime
    sign_in: SignIn
    heard: Heard = lambda _exchange: None
    epoch: int = 0
    """Counts the clock's moves: a token does not outlive one."""

    def move_to(self, instant: datetime) -> None:
        """Let time pass."""
        if instant > self.now:
            self.now = instant
            self.move_clock(instant)
            self.epoch += 1

    def send(
        self, who: str, method: str, path: str, body: Json, headers: Mapping[str, str]
    ) -> Exchange:
        """One call, whatever its outcome."""
        sent: dict[str, Any] = {"content": body} if isinstance(body, bytes) else {"json": body}
        response = self.http.request(method, path, headers=dict(headers), **sent)
        exchange = Exchange(who, method, path, body, response.status_code, response.json())
        self.heard(exchange)
        return exchange


def sign_in_at(http: httpx.Client) -> SignIn:
    """As every client does: at the service's token endpoint."""

    def token(client_id: str, secret: str) -> str:
        answer = http.post(
            "/v1/oauth/token",
            data={"grant_type": "client_credentials"},
            auth=(client_id, secret),
        )
        return str(answer.raise_for_status().json()["access_token"])

    return token


@dataclass
class Caller:
    """A person with a client, calling in one role; or anybody, without a token."""

    stage: Stage
    who: str
    client_id: str | None = None
    secret: str | None = None
    person: str | None = None
    organisation: str | None = None
    _token: str = field(default="", repr=False)
    _epoch: int = -1

    def get(self, path: str) -> Json:
        """The answer to a question."""
        return self._call("GET", path, None)

    def post(self, path: str, body: Json = None, *, version: int | None = None) -> Json:
        """The answer to a move, on the version that was read if it is given. Raises Refused."""
        return self._call("POST", path, body, version)

    def put(self, path: str, body: Json) -> Json:
        """The answer to a replacement. Raises Refused."""
        return self._call("PUT", path, body)

    def patch(self, path: str, body: Json) -> Json:
        """The answer to a change of a part. Raises Refused."""
        return self._call("PATCH", path, body)

    def give(self, path: str, content: bytes, media_type: str) -> Json:
        """The answer to a file that is given. Raises Refused."""
        exchange = self._exchange("POST", path, content, {"Content-Type": media_type})
        return _accepted(exchange)

    def try_post(self, path: str, body: Json = None) -> Exchange:
        """A move that may be refused."""
        return self._exchange("POST", path, body)

    def _call(self, method: str, path: str, body: Json, version: int | None = None) -> Json:
        on = _NOTHING if version is None else {"If-Match": f'"{version}"'}
        return _accepted(self._exchange(method, path, body, on))

    def _exchange(
        self, method: str, path: str, body: Json, more: Mapping[str, str] = _NOTHING
    ) -> Exchange:
        headers = dict(more)
        if method != "GET":
            headers["Idempotency-Key"] = str(uuid4())
        if self.client_id is not None:
            headers["Authorization"] = f"Bearer {self._access_token()}"
        return self.stage.send(self.who, method, path, body, headers)

    def _access_token(self) -> str:
        if self._epoch != self.stage.epoch:
            self._token = self.stage.sign_in(self.client_id or "", self.secret or "")
            self._epoch = self.stage.epoch
        return self._token


def _accepted(exchange: Exchange) -> Json:
    if exchange.status >= httpx.codes.BAD_REQUEST:
        raise Refused(exchange)
    return exchange.answer
