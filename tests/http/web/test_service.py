"""The whole service as main.py puts it together."""

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import text

from app import main
from app.access.http import Router
from app.main import create_app, describe
from app.settings import load
from tests.asgi import call


def test_what_is_drawn_from_the_service_needs_no_folder_and_no_key(tmp_path: Path) -> None:
    app = describe(load(data_dir=tmp_path / "none"))
    assert app.openapi() is app.openapi()
    assert list(tmp_path.iterdir()) == []


def test_the_contract_is_the_same_wherever_the_service_runs(tmp_path: Path) -> None:
    one = describe(load(data_dir=tmp_path, public_url="https://one.example"))
    other = describe(load(data_dir=tmp_path, public_url="https://other.example"))
    assert one.openapi() == other.openapi()


def test_a_route_without_an_action_keeps_it_from_starting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    canary = Router()
    canary.get("/canary")(lambda: None)
    monkeypatch.setattr(main, "ROUTERS", (*main.ROUTERS, canary))
    with pytest.raises(RuntimeError, match="GET /canary names no action"):
        create_app(load(data_dir=tmp_path))


def test_the_database_is_let_go_when_the_service_ends(tmp_path: Path) -> None:
    app = create_app(load(data_dir=tmp_path))

    async def live() -> int:
        async with app.router.lifespan_context(app):
            with app.state.workbench.database.read() as session:
                session.execute(text("SELECT 1"))
                return int(app.state.workbench.database._reader.pool.checkedout())

    assert asyncio.run(live()) == 1
    assert app.state.workbench.database._reader.pool.checkedin() == 0


def test_every_answer_carries_the_headers_that_protect_it(tmp_path: Path) -> None:
    app = create_app(load(data_dir=tmp_path))
    for path in ("/livez", "/nothing", "/v1/me", "/docs", "/problems"):
        headers = call(app, "GET", path).headers
        assert headers["x-content-type-options"] == "nosniff", path
        assert headers["x-frame-options"] == "DENY", path
        assert headers["referrer-policy"] == "no-referrer", path
        assert "default-src 'none'" in headers["content-security-policy"], path
        assert headers["x-request-id"], path
