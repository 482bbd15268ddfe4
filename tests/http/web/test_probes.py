"""Is the process alive, and may it be sent requests (DESIGN §8)."""

import resource
import signal
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select, text

from app.kernel.clock import FileClock, MovableClock
from app.platform.write_probe import ROOM, WriteProbe
from app.web.probes import Readiness
from tests.api import Api, open_api
from tests.databases import Templates


def test_a_service_over_a_migrated_database_is_live_and_ready(api: Api) -> None:
    assert api.get("/livez").json == {"status": "ok"}
    for _ in range(2):
        assert api.get("/readyz").json == {"status": "ok"}
    with api.workbench.database.read() as session:
        assert len(session.scalars(select(WriteProbe.id)).all()) == 1


def test_without_this_versions_schema_it_is_live_and_not_ready(
    templates: Templates, tmp_path: Path, clock: MovableClock
) -> None:
    with templates.empty() as url:
        api = open_api(url, tmp_path, clock)
        assert api.get("/livez").status == 200
        refused = api.get("/readyz")
        api.workbench.database.dispose()
    assert refused.status == 503
    assert refused.headers["retry-after"]
    assert refused.json["detail"] == "not ready: database, schema"


def test_a_database_of_another_version_is_not_ready(api: Api) -> None:
    with api.workbench.database.write() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    assert api.get("/readyz").json["detail"] == "not ready: schema"


def test_the_checks_run_once_a_second_however_often_they_are_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seconds = 100.0
    asked = []

    def disk() -> bool:
        asked.append(seconds)
        return False

    monkeypatch.setattr("time.monotonic", lambda: seconds)
    readiness = Readiness({"disk": disk})

    assert [readiness.failing() for _ in range(3)] == [["disk"]] * 3
    assert len(asked) == 1
    seconds += 1.0
    readiness.failing()
    assert len(asked) == 2


def test_a_full_disk_is_not_ready_and_ready_again_when_there_is_room(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SECURITY R34: what is written is really written; nothing must be started anew."""
    monkeypatch.setattr("app.web.probes._GOOD_FOR", 0.0)
    usual = resource.getrlimit(resource.RLIMIT_FSIZE)
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (ROOM // 2, usual[1]))
    try:
        full = api.get("/readyz")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, usual)
    assert (full.status, full.json["detail"]) == (503, "not ready: disk")
    assert api.get("/readyz").status == 200


def test_a_clock_that_cannot_be_read_is_told(api: Api, tmp_path: Path) -> None:
    clock = FileClock(tmp_path / "clock")
    api.app.state.workbench = replace(api.workbench, clock=clock)
    asked = api.get("/v1/verify/7K3M-9QXR-2V8D-4HT9")
    assert asked.status == 503
    assert asked.headers["retry-after"]
    assert asked.json["detail"] == "The service does not know what time it is."
