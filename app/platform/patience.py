"""How the server meets those who send too much or too slowly (SECURITY R26): for `erc serve`.

A request's head has a size and a time, and a number of headers (`problems.py`). Who calls is asked
before the body is read (`access/http.py`), whose limits are each route's (`strict_json.py`).
"""

import asyncio
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

HEAD_BYTES = 32 * 1024
"""How many bytes the request line and the headers may have together."""

HEAD_SECONDS = 10.0
"""How long the head of a request may take to arrive, from its first byte or the connection's."""


class PatientProtocol(H11Protocol):
    """HTTP/1.1 by h11, whose buffer is bounded, with a time limit on the head of each request."""

    _hurry: asyncio.TimerHandle | None = None
    head_seconds: float = HEAD_SECONDS

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for the first request."""
        super().connection_made(transport)
        self._wait_for_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing more."""
        self._stop_waiting()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Wait from the first byte of a head until its last."""
        super().data_received(data)
        if self.conn.their_state is not h11.IDLE:
            self._stop_waiting()
        elif self._hurry is None:
            self._wait_for_head()

    def _wait_for_head(self) -> None:
        self._hurry = self.loop.call_later(self.head_seconds, self._give_up)

    def _stop_waiting(self) -> None:
        if self._hurry is not None:
            self._hurry.cancel()
            self._hurry = None

    def _give_up(self) -> None:
        self._hurry = None
        if self.conn.their_state is h11.IDLE and not self.transport.is_closing():
            self.transport.close()


def server_options() -> dict[str, Any]:
    """What `uvicorn.run` is told of all this."""
    return {"http": PatientProtocol, "h11_max_incomplete_event_size": HEAD_BYTES, "ws": "none"}
