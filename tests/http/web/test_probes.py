"""Is the process alive, and may it be sent requests (DESIGN §8)."""

from pathlib import Path

import pytest
from sqlalchemy import select, text

from app.kernel.clock import MovableClock
from app.platform.write_probe import WriteProbe
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
