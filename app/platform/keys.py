"""Signing keys and secrets: each made on the first start, outside the database, for one purpose.

A key carries its purpose, and whoever verifies asks for the keys of that purpose alone
(SECURITY R2). Read by main.py and the command line; `jose.py` signs and verifies with them.
"""

import binascii
import os
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from app.kernel.canonical import canonical_json
from app.platform import base64url
from app.settings import Settings

SECRET_BYTES = 32

_OTHERS = 0o077
_OTHERS_WRITE = 0o022
_LONGEST_FILE = 16_384
_KEY_TEXT = re.compile(r"\s*-----BEGIN .*", re.DOTALL)
_SECRET_TEXT = re.compile(rf"\s*[0-9a-fA-F]{{{2 * SECRET_BYTES}}}\s*")


class Purpose(StrEnum):
    """What a key is for; the name of its file."""

    ACCESS_TOKEN = "access-token"  # noqa: S105 (a name, not a secret)
    CURSOR = "cursor"
    PSEUDONYM = "pseudonym"


class UnusableKey(Exception):
    """A key cannot be used; the message says which, why, and what to do. The service stays down."""


@dataclass(frozen=True, slots=True)
class VerificationKey:
    """The public half of a signing key, P-256."""

    purpose: Purpose
    kid: str
    public: ec.EllipticCurvePublicKey


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private key, P-256, for one purpose; `kid` is its RFC 7638 thumbprint."""

    purpose: Purpose
    kid: str
    private: ec.EllipticCurvePrivateKey = field(repr=False)

    @classmethod
    def of(cls, purpose: Purpose, private: ec.EllipticCurvePrivateKey) -> "SigningKey":
        """The key under its thumbprint."""
        return cls(purpose, thumbprint(private.public_key()), private)

    @property
    def verification(self) -> VerificationKey:
        """What may be shown to anyone."""
        return VerificationKey(self.purpose, self.kid, self.private.public_key())


@dataclass(frozen=True, slots=True)
class Keys:
    """Every key the service holds."""

    token: SigningKey
    cursor: bytes = field(repr=False)
    pseudonym: bytes = field(repr=False)
    """Turns a worker's identity into a pseudonym; whoever has it can recognise workers."""
    public: Mapping[str, VerificationKey]
    """What signatures are checked against, by `kid`; whoever checks one also names the purpose."""


def load(settings: Settings) -> Keys:
    """The keys of the settings, else of the keys folder, where missing ones are made first.

    Raises `UnusableKey`.
    """
    token = _given(settings.token_key, "ERC_TOKEN_KEY", _KEY_TEXT) or _kept(
        settings.keys_dir, f"{Purpose.ACCESS_TOKEN}.pem", _new_private_key
    )
    cursor = _given(settings.cursor_key, "ERC_CURSOR_KEY", _SECRET_TEXT) or _kept(
        settings.keys_dir, f"{Purpose.CURSOR}.key", _new_secret
    )
    pseudonym = _given(settings.pseudonym_key, "ERC_PSEUDONYM_KEY", _SECRET_TEXT) or _kept(
        settings.keys_dir, f"{Purpose.PSEUDONYM}.key", _new_secret
    )
    signing = SigningKey.of(Purpose.ACCESS_TOKEN, _private_key(token))
    return Keys(
        token=signing,
        cursor=_secret(cursor),
        pseudonym=_secret(pseudonym),
        public={signing.kid: signing.verification},
    )


def public_jwk(public: ec.EllipticCurvePublicKey) -> dict[str, str]:
    """The public key as the members of a JWK that RFC 7638 counts: crv, kty, x, y."""
    numbers = public.public_numbers()
    return {"crv": "P-256", "kty": "EC", "x": _coordinate(numbers.x), "y": _coordinate(numbers.y)}


def thumbprint(public: ec.EllipticCurvePublicKey) -> str:
    """The key's RFC 7638 thumbprint: SHA-256 in base64url, 43 characters."""
    return base64url.encode(sha256(canonical_json(public_jwk(public))).digest())


@dataclass(frozen=True, slots=True)
class _Source:
    """What was read, and the name under which a person knows where."""

    name: str
    content: bytes = field(repr=False)


def _given(value: str | None, setting: str, text: re.Pattern[str]) -> _Source | None:
    """A key from the settings: the text itself, or the path of a file that holds it."""
    if value is None:
        return None
    if text.fullmatch(value):
        return _Source(setting, value.encode())
    return _read(Path(value).expanduser(), f"that {setting} names")


def _kept(folder: Path, name: str, make: Callable[[], bytes]) -> _Source:
    path = folder / name
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if folder.stat().st_mode & _OTHERS_WRITE:
            raise UnusableKey(
                f"{folder} may be written by other users, who could replace the keys in it:"
                f" run chmod 700 {folder}"
            )
        if not path.exists():
            _create(path, make())
    except OSError as error:
        raise UnusableKey(f"No key can be kept in {folder}: {error.strerror}") from error
    return _read(path, str(path))


def _create(path: Path, content: bytes) -> None:
    """Put a whole file there, or none; where two processes try at once, the first one's stays."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        path.hardlink_to(draft)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _read(path: Path, name: str) -> _Source:
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            content = file.read(_LONGEST_FILE)
    except OSError as error:
        raise UnusableKey(f"The key {name} cannot be read: {error.strerror}") from error
    if mode & _OTHERS:
        raise UnusableKey(
            f"The key {name} is open to other users (mode {mode & 0o777:o}): run chmod 600 {path},"
            " and replace the key if one of them may have read it"
        )
    return _Source(f"The key {name}", content)


def _private_key(source: _Source) -> ec.EllipticCurvePrivateKey:
    try:
        key = load_pem_private_key(source.content, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise UnusableKey(f"{source.name} is no unencrypted private key in PEM form") from error
    if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
        raise UnusableKey(f"{source.name} must be an EC key on the curve P-256 (prime256v1)")
    return key


def _secret(source: _Source) -> bytes:
    try:
        secret = binascii.unhexlify(source.content.strip())
    except ValueError:
        secret = b""
    if len(secret) != SECRET_BYTES:
        raise UnusableKey(f"{source.name} must hold {2 * SECRET_BYTES} hexadecimal digits")
    return secret


def _new_private_key() -> bytes:
    return ec.generate_private_key(ec.SECP256R1()).private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    )


def _new_secret() -> bytes:
    return secrets.token_hex(SECRET_BYTES).encode() + b"\n"


def _coordinate(number: int) -> str:
    return base64url.encode(number.to_bytes(32, "big"))
