"""Playing many stories at once: each goes on when its time has come, in the order of time."""

import heapq
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import count

import httpx
from anyio.from_thread import BlockingPortal, start_blocking_portal
from fastapi import FastAPI

from app.demo.stage import Stage

Story = Iterator[timedelta]
"""What happens to one company: yields how long it waits before the next thing happens."""


def play(stage: Stage, stories: Iterable[tuple[datetime, Story]], until: datetime) -> None:
    """Let every story happen, each from its beginning, until it ends or `until` is reached."""
    order = count()
    waiting = [(begins, next(order), story) for begins, story in stories]
    heapq.heapify(waiting)
    while waiting:
        when, _, story = heapq.heappop(waiting)
        if when > until:
            continue
        stage.move_to(when)
        wait = next(story, None)
        if wait is not None:
            heapq.heappush(waiting, (when + wait, next(order), story))


@contextmanager
def in_process(app: FastAPI, url: str) -> Iterator[httpx.Client]:
    """A client of the service that needs no port: the same requests, without a network."""
    with (
        start_blocking_portal() as portal,
        httpx.Client(transport=_Inside(app, portal), base_url=url) as client,
    ):
        yield client


class _Inside(httpx.BaseTransport):
    def __init__(self, app: FastAPI, portal: BlockingPortal) -> None:
        self._asgi = httpx.ASGITransport(app)
        self._portal = portal

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return self._portal.call(self._answer, request)

    async def _answer(self, request: httpx.Request) -> httpx.Response:
        whole = httpx.Request(
            request.method, request.url, headers=request.headers, content=request.read()
        )
        response = await self._asgi.handle_async_request(whole)
        return httpx.Response(
            response.status_code,
            headers=response.headers,
            stream=httpx.ByteStream(await response.aread()),
        )
