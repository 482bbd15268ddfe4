"""Work that is not a request: due consequences, one transaction each (DESIGN §8).

Which tasks there are stands in main.py. A task claims what is due, carries it out, and answers how
many it did; when it does not run, nothing becomes untrue, for what the clock decides is computed.
"""

from collections.abc import Callable, Iterable
from threading import Event

import structlog

from app.lifecycle.journal import Workbench
from app.platform import idempotency

Task = Callable[[Workbench], int]
"""Does what is due now, exactly once each; answers the count."""

_log = structlog.get_logger(__name__)


def each(items: Iterable[str], do: Callable[[str], bool]) -> int:
    """Do what is due for each item; one that fails is logged and holds up no other.

    The number of those for which something was done.
    """
    done = 0
    for item in items:
        try:
            done += do(item)
        except Exception:  # noqa: BLE001  (the next item must still have its turn)
            _log.exception("item failed", item=item)
    return done


def forget_answers(workbench: Workbench) -> int:
    """Remove the answers kept under idempotency keys whose time is over."""
    with workbench.database.write() as session:
        return idempotency.purge(session, workbench.clock.now())


def run_until_idle(workbench: Workbench, tasks: tuple[Task, ...]) -> int:
    """Every task again and again until none finds anything; the number of things done."""
    done = 0
    while did := sum(task(workbench) for task in tasks):
        done += did
    return done


def run(workbench: Workbench, tasks: tuple[Task, ...], stop: Event, every: float = 5.0) -> None:
    """Until `stop` is set: all that is due, then a pause of `every` seconds.

    A fault is logged and tried again at the next round; it never ends the worker.
    """
    while not stop.is_set():
        for task in tasks:
            try:
                if did := task(workbench):
                    _log.info("worked", task=task.__name__, count=did)
            except Exception:  # noqa: BLE001  (the next task, and the next round, must still run)
                _log.exception("task failed", task=task.__name__)
        stop.wait(every)
