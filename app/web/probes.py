"""`/livez` and `/readyz`: is the process alive, and may it be sent requests."""

import time
from collections.abc import Callable, Mapping
from threading import Lock

import structlog
from fastapi import Request
from pydantic import Field

from app.access.http import ANYONE_MAY, Router
from app.kernel.errors import DomainError
from app.platform.wire import View

router = Router(tags=["probes"])

_GOOD_FOR = 1.0
_log = structlog.get_logger(__name__)


class NotReady(DomainError):
    """The service cannot do its work at this moment; whoever balances load sends it elsewhere."""

    slug = "unavailable"


class ProbeView(View):
    """All is well."""

    status: str = Field(examples=["ok"])


class Readiness:
    """What must hold before requests are let in: checks by name, each true or not.

    An answer is good for a second: anybody may ask, and asking writes to the disk.
    """

    def __init__(self, checks: Mapping[str, Callable[[], bool]]) -> None:
        self._checks = checks
        self._lock = Lock()
        self._checked_at = float("-inf")
        self._failing: list[str] = []

    def failing(self) -> list[str]:
        """The names of the checks that do not hold; why not stands in the log."""
        with self._lock:
            if time.monotonic() - self._checked_at >= _GOOD_FOR:
                self._failing = [name for name, check in self._checks.items() if not _holds(check)]
                self._checked_at = time.monotonic()
            return self._failing


def _holds(check: Callable[[], bool]) -> bool:
    try:
        return check()
    except Exception:  # noqa: BLE001 (whatever breaks a check, the service is not ready)
        _log.exception("readiness check failed")
        return False


@router.query("/livez", action="probe.live", roles=ANYONE_MAY, response_model=ProbeView)
def live() -> ProbeView:
    """The process answers. Touches nothing."""
    return ProbeView(status="ok")


@router.query("/readyz", action="probe.ready", roles=ANYONE_MAY, response_model=ProbeView)
def ready(request: Request) -> ProbeView:
    """The database takes writes and has this version's schema: requests may come."""
    readiness: Readiness = request.app.state.readiness
    if failing := readiness.failing():
        raise NotReady(f"not ready: {', '.join(failing)}")
    return ProbeView(status="ok")
