from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.kernel.clock import FileClock, SystemClock
from app.settings import Settings, UnusableSettings, load


@pytest.fixture(autouse=True)
def _an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_every_setting_has_a_safe_default(tmp_path: Path) -> None:
    settings = load()
    assert settings.data_dir == tmp_path / "data"
    assert settings.database_url == f"sqlite:///{tmp_path}/data/certification.db"
    assert settings.keys_dir == tmp_path / "data" / "keys"
    assert settings.public_url == "http://127.0.0.1:8000"
    assert (settings.host, settings.port, settings.log_level) == ("127.0.0.1", 8000, "info")
    assert (settings.sandbox, settings.clock, settings.token_key) == (False, None, None)
    assert isinstance(settings.build_clock(), SystemClock)
    assert list(tmp_path.iterdir()) == []


def test_the_environment_decides_and_an_empty_variable_does_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("ERC_DATA_DIR", "/srv/erc")
    monkeypatch.setenv("ERC_PUBLIC_URL", "https://certification.example/")
    monkeypatch.setenv("ERC_LOG_LEVEL", "WARNING")
    monkeypatch.setenv("ERC_DATABASE_URL", "")
    settings = load(port=9000)
    assert settings.database_url == "sqlite:////srv/erc/certification.db"
    assert settings.keys_dir == Path("/srv/erc/keys")
    assert settings.public_url == "https://certification.example"
    assert (settings.log_level, settings.port) == ("warning", 9000)


def test_a_sandbox_follows_the_clock_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "clock").write_text("2026-03-15T00:00:00Z")
    clock = load(sandbox=True, clock="clock").build_clock()
    assert isinstance(clock, FileClock)
    assert clock.now() == datetime(2026, 3, 15, tzinfo=UTC)


def test_without_a_sandbox_nobody_moves_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """DESIGN §8."""
    monkeypatch.setenv("ERC_CLOCK", "/tmp/clock")
    with pytest.raises(UnusableSettings, match="ERC_SANDBOX=1"):
        load()


@pytest.mark.parametrize(
    ("public_url", "shown"),
    [
        ("http://127.0.0.1:8000", True),
        ("http://localhost", True),
        ("http://[::1]:8000", True),
        ("https://certification.example", False),
        ("http://10.0.0.1", False),
    ],
)
def test_the_api_pages_are_shown_on_this_machine_only(public_url: str, shown: bool) -> None:
    """SECURITY R57."""
    assert load(public_url=public_url).docs is shown
    assert load(public_url=public_url, docs=not shown).docs is not shown


@pytest.mark.parametrize(
    "public_url",
    [
        "certification.example",
        "//certification.example",
        "ftp://certification.example",
        "javascript:alert(1)",
        "https://",
        "https://user:secret@certification.example",
        "https://certification.example?",
        "https://certification.example/#top",
        "https://certification.example:0",
        "https://certification.example:99999",
        "https://certification.example:port",
        " https://certification.example",
        "https://[::1",
    ],
)
def test_a_public_url_that_is_no_address_is_refused(public_url: str) -> None:
    with pytest.raises(UnusableSettings, match=r"^ERC_PUBLIC_URL: "):
        load(public_url=public_url)


def test_every_fault_is_named_and_no_value_is_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ERC_PORT", "c0ffee")
    monkeypatch.setenv("ERC_SANDBOX", "c0ffee")
    monkeypatch.setenv("ERC_LOG_LEVEL", "c0ffee")
    monkeypatch.setenv("ERC_PUBLIC_URL", "c0ffee")
    with pytest.raises(UnusableSettings) as refusal:
        load()
    lines = str(refusal.value).splitlines()
    assert [line.partition(":")[0] for line in lines] == [
        "ERC_PUBLIC_URL",
        "ERC_SANDBOX",
        "ERC_PORT",
        "ERC_LOG_LEVEL",
    ]
    assert "c0ffee" not in str(refusal.value)


def test_a_setting_that_does_not_exist_is_refused() -> None:
    with pytest.raises(UnusableSettings, match="ERC_SANDBOOX"):
        load(sandboox=True)


def test_a_value_that_is_no_text_is_refused_as_well() -> None:
    with pytest.raises(UnusableSettings, match="ERC_LOG_LEVEL"):
        load(log_level=10)


def test_no_password_shows_when_settings_are_printed() -> None:
    settings = Settings(database_url="postgresql://erc:hunter2@db/erc", token_key="hunter2")
    assert "hunter2" not in repr(settings) + str(settings)
