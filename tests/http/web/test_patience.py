"""Those who send too much or too slowly are met with limits, before anything of theirs is kept.

SECURITY R26: a real server for what only the wire shows.
"""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn

from app.platform.patience import HEAD_BYTES, PatientProtocol, server_options
from app.platform.problems import MOST_HEADERS
from tests.api import Api
from tests.asgi import call


class _Hasty(PatientProtocol):
    head_seconds = 0.4


@contextmanager
def _served(api: Api) -> Iterator[int]:
    """The service on a port of its own, in a thread."""
    options = {**server_options(), "http": _Hasty}
    server = uvicorn.Server(
        uvicorn.Config(api.app, port=0, lifespan="off", log_config=None, **options)
    )
    listening = socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    try:
        while not server.started:
            time.sleep(0.01)
        yield listening.getsockname()[1]
    finally:
        server.should_exit = True
        thread.join()


def _answer(connection: socket.socket) -> bytes:
    connection.settimeout(5)
    received = b""
    while chunk := connection.recv(65536):
        received += chunk
    return received


def test_a_head_has_a_size_and_a_time(api: Api) -> None:
    with _served(api) as port:

        def connected() -> socket.socket:
            return socket.create_connection(("127.0.0.1", port))

        with connected() as usual:
            usual.sendall(b"GET /livez HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            assert _answer(usual).startswith(b"HTTP/1.1 200")
        with connected() as large:
            large.sendall(b"GET /livez HTTP/1.1\r\nX: " + b"a" * (HEAD_BYTES + 1))
            assert _answer(large).startswith(b"HTTP/1.1 400")
        with connected() as many:
            lines = b"".join(b"X-%d: a\r\n" % number for number in range(MOST_HEADERS))
            many.sendall(
                b"GET /livez HTTP/1.1\r\nHost: a\r\nConnection: close\r\n" + lines + b"\r\n"
            )
            answer = _answer(many)
            assert answer.startswith(b"HTTP/1.1 431")
            assert b"/problems/headers-too-large" in answer
        for first in (b"", b"GET /livez HTTP/1.1\r\n"):
            with connected() as slow:
                begun = time.monotonic()
                slow.sendall(first)
                for _ in range(2):
                    time.sleep(0.1)
                    slow.sendall(b"X: a\r\n" if first else b"")
                assert _answer(slow) == b""
                assert time.monotonic() - begun < 3, "a byte now and then buys no time"
        with connected() as kept:
            kept.sendall(b"GET /livez HTTP/1.1\r\nHost: a\r\n\r\n")
            kept.recv(65536)
            time.sleep(0.6)
            kept.sendall(b"GET /livez HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            assert b"HTTP/1.1 200" in _answer(kept), "an idle connection is not a slow head"


def test_nobody_unknown_sends_a_body(api: Api) -> None:
    """Who calls is asked before a byte of the body is read."""
    read = []

    def body() -> Iterator[bytes]:
        read.append(1)
        yield b"x"

    headers = [("content-type", "application/json"), ("idempotency-key", "k")]
    answer = call(api.app, "POST", "/v1/organisations", headers=headers, body=body())
    assert (answer.status, read) == (401, [])


def test_a_parameter_that_nobody_knows_is_refused_on_every_route(api: Api) -> None:
    for path in ("/livez", "/v1/verify/7K3M-9QXR-2V8D-4HT9", "/v1/reason-codes"):
        refused = api.get(f"{path}?coridor=NP-SA")
        assert refused.status == 422, path
        assert refused.json["errors"][0]["parameter"] == "coridor"
