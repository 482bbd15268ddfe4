"""What whoever runs the service decides: variables `ERC_…`, each one safe when it is not set.

Any room may import it; it imports only `app.kernel`.
"""

from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from app.kernel.clock import Clock, FileClock, SystemClock

_PREFIX = "ERC_"


class UnusableSettings(Exception):
    """The settings cannot be followed: one line per fault, each naming its variable."""


def _absolute(path: Path) -> Path:
    return path.expanduser().absolute()


def _address(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or url != url.strip():
        raise ValueError("must be an address such as https://certification.example")
    if parts.username is not None or "?" in url or "#" in url:
        raise ValueError("must hold a scheme, a host and perhaps a port and a path, nothing else")
    if parts.port == 0:
        raise ValueError("must hold a port from 1 to 65535, or none")
    return url.rstrip("/")


def _bucket(url: str | None) -> str | None:
    if url is None:
        return None
    parts = urlsplit(url)
    if parts.scheme != "s3" or not parts.hostname or "@" in url or "?" in url or "#" in url:
        raise ValueError("must be the address of a bucket, such as s3://bucket/folder")
    return url


def _lower(value: Any) -> Any:
    return value.lower() if isinstance(value, str) else value


def _database_file(earlier: dict[str, Any]) -> str:
    return f"sqlite:///{earlier['data_dir'] / 'certification.db'}"


def _keys_folder(earlier: dict[str, Any]) -> Path:
    folder: Path = earlier["data_dir"] / "keys"
    return folder


def _is_this_machine(earlier: dict[str, Any]) -> bool:
    host = urlsplit(earlier["public_url"]).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


class Settings(BaseSettings):
    """One value per decision; its variable is `ERC_` and the name in capitals.

    Made by `load`, which names every fault; keyword arguments go before the environment.
    """

    model_config = SettingsConfigDict(
        env_prefix=_PREFIX,
        env_ignore_empty=True,
        extra="forbid",
        frozen=True,
        validate_default=True,
    )

    data_dir: Annotated[Path, AfterValidator(_absolute)] = Path("data")
    """The folder of database, keys and stored files; a relative one starts where we started."""

    database_url: str = Field(default_factory=_database_file, repr=False)
    """`sqlite:////folder/file.db` or `postgresql://…`; unset: `certification.db` in `data_dir`."""

    storage_url: Annotated[str | None, AfterValidator(_bucket)] = None
    """Where uploaded files are kept: `s3://bucket/folder`; unset: `documents` in `data_dir`."""

    public_url: Annotated[str, AfterValidator(_address)] = "http://127.0.0.1:8000"
    """Where the world finds the service: names issuer and links, never the Host header."""

    sandbox: bool = False
    """A trial whose clock may be moved; what it certifies means nothing."""

    clock: Annotated[Path, AfterValidator(_absolute)] | None = None
    """A file that holds an instant, reread at each question; only in a sandbox (DESIGN §8)."""

    host: str = "127.0.0.1"
    """The address to listen at."""

    port: int = Field(default=8000, ge=1, le=65_535)
    """The port to listen at."""

    log_level: Annotated[Literal["debug", "info", "warning", "error"], BeforeValidator(_lower)] = (
        "info"
    )
    """The least of what is logged."""

    keys_dir: Annotated[Path, AfterValidator(_absolute)] = Field(default_factory=_keys_folder)
    """The folder of keys, outside the database; made with mode 0700."""

    token_key: str | None = Field(default=None, repr=False)
    """The key that signs access tokens: a PEM text or the path of one; unset: in `keys_dir`."""

    cursor_key: str | None = Field(default=None, repr=False)
    """The secret that signs cursors: 64 hexadecimal digits or the path of a file of them."""

    pseudonym_key: str | None = Field(default=None, repr=False)
    """The secret behind workers' pseudonyms, written as `cursor_key`; lost, they match no more."""

    docs: bool = Field(default_factory=_is_this_machine)
    """Show pages about the API; unset: only where `public_url` is this machine (SECURITY R57)."""

    @model_validator(mode="after")
    def _only_a_sandbox_moves_its_clock(self) -> Self:
        if self.clock is not None and not self.sandbox:
            raise ValueError(
                "ERC_CLOCK: moves the service's time, which only a sandbox may;"
                " set ERC_SANDBOX=1 as well, or unset ERC_CLOCK"
            )
        return self

    def build_clock(self) -> Clock:
        """The clock that everything is given: the sandbox's file, else the machine's."""
        return SystemClock() if self.clock is None else FileClock(self.clock)


def load(**chosen: Any) -> Settings:
    """The settings of this process; `chosen` ones go before the environment.

    Raises `UnusableSettings`.
    """
    try:
        return Settings(**chosen)
    except ValidationError as error:
        raise UnusableSettings(
            "\n".join(
                _line(fault["loc"], fault["msg"])
                for fault in error.errors(include_input=False, include_url=False)
                if fault["type"] != "default_factory_not_called"
            )
        ) from None


def _line(loc: tuple[str | int, ...], message: str) -> str:
    said = message.removeprefix("Value error, ")
    return f"{_PREFIX}{str(loc[0]).upper()}: {said}" if loc else said
