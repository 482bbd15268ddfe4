"""Several processes, one barrier, one subject: who wins?

A contender is a module-level function `(Workbench, str) -> Callable[[], object]`: given the id of
what is raced for, it reads what a client would read, and answers the call that decides. All make
that call at the same moment, each in a process and on a connection of its own.
"""

import multiprocessing
from collections import Counter
from collections.abc import Callable, Sequence
from multiprocessing.synchronize import Barrier
from typing import Any

from app.access.queries import roles_of
from app.kernel.clock import SystemClock
from app.kernel.errors import DomainError
from app.lifecycle.journal import Workbench
from app.main import READERS
from app.platform.database import Database
from tests.effort import unmeasured

Contender = Callable[[Workbench, str], Callable[[], object]]

WON = "won"


def race(
    url: str,
    prizes: Sequence[str],
    contenders: Sequence[Contender],
    plant: Callable[[], None] | None = None,
) -> list[Counter[str]]:
    """One round per prize; for each, how often each outcome came: `won`, a problem's slug, or the
    name of an exception that no client should ever cause.

    `plant` runs first in every process: it plants a fault, to show that the race finds it.
    """
    context = multiprocessing.get_context("forkserver")
    # The service, loaded once: this module reads it too, and would be read by every process.
    context.set_forkserver_preload([__name__, "tests.concurrency.contenders"])
    barrier = context.Barrier(len(contenders), timeout=60)
    with (
        unmeasured(),
        context.Pool(len(contenders), initializer=_share, initargs=(barrier,)) as pool,
    ):
        runs = pool.starmap(
            _run, [(url, list(prizes), contender, plant) for contender in contenders], chunksize=1
        )
    return [Counter(outcomes) for outcomes in zip(*runs, strict=True)]


_barrier: Barrier


def _share(barrier: Barrier) -> None:
    global _barrier
    _barrier = barrier


def _run(
    url: str, prizes: list[str], contender: Contender, plant: Callable[[], None] | None
) -> list[str]:
    if plant is not None:
        plant()
    database = Database(url)
    workbench = Workbench(database, SystemClock(), READERS, roles_of)
    outcomes = []
    for prize in prizes:
        call = contender(workbench, prize)
        _barrier.wait()
        outcomes.append(_outcome(call))
    database.dispose()
    return outcomes


def _outcome(call: Callable[[], Any]) -> str:
    try:
        call()
    except DomainError as error:
        return error.slug
    except Exception as error:  # noqa: BLE001  (what a client must never see is named)
        return type(error).__name__
    return WON
