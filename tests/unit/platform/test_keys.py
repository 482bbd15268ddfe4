import json
import os
import subprocess
import sys
from base64 import urlsafe_b64decode
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from app.platform.keys import Keys, Purpose, UnusableKey, load, public_jwk, thumbprint
from app.settings import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "data")


def _mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def _pem(curve: ec.EllipticCurve, password: bytes | None = None) -> bytes:
    encryption = BestAvailableEncryption(password) if password else NoEncryption()
    return ec.generate_private_key(curve).private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, encryption
    )


def test_the_first_start_makes_keys_that_only_their_owner_can_read(settings: Settings) -> None:
    umask = os.umask(0)
    try:
        load(settings)
    finally:
        os.umask(umask)
    assert _mode(settings.keys_dir) == 0o700
    assert {path.name: _mode(path) for path in settings.keys_dir.iterdir()} == {
        "access-token.pem": 0o600,
        "cursor.key": 0o600,
        "pseudonym.key": 0o600,
    }


def test_every_later_start_finds_the_same_keys(settings: Settings) -> None:
    first, second = load(settings), load(settings)
    assert first.token.kid == second.token.kid
    assert (first.cursor, first.pseudonym) == (second.cursor, second.pseudonym)
    assert (len(first.cursor), len(first.pseudonym)) == (32, 32)
    assert first.cursor != first.pseudonym


def test_two_services_have_different_keys(tmp_path: Path) -> None:
    one, other = (load(Settings(data_dir=tmp_path / name)) for name in ("one", "other"))
    assert one.token.kid != other.token.kid
    assert one.cursor != other.cursor
    assert one.pseudonym != other.pseudonym


def test_a_key_carries_its_purpose_and_its_public_half_is_found_by_kid(settings: Settings) -> None:
    """SECURITY R2."""
    keys = load(settings)
    (public,) = keys.public.values()
    assert keys.token.purpose is public.purpose is Purpose.ACCESS_TOKEN
    assert keys.public[keys.token.kid].public == keys.token.private.public_key()


def test_a_kid_is_the_thumbprint_of_rfc_7638() -> None:
    public = ec.derive_private_key(1, ec.SECP256R1()).public_key()
    jwk = public_jwk(public)
    spelt = json.dumps(
        {name: jwk[name] for name in ("crv", "kty", "x", "y")}, separators=(",", ":")
    )
    digest = urlsafe_b64decode(thumbprint(public) + "=")
    assert digest == sha256(spelt.encode()).digest()
    assert [len(jwk["x"]), len(jwk["y"])] == [43, 43]


def test_no_secret_shows_when_keys_are_printed(settings: Settings) -> None:
    keys = load(settings)
    shown = repr(keys) + str(keys)
    assert repr(keys.cursor) not in shown
    assert keys.cursor.hex() not in shown
    assert repr(keys.pseudonym) not in shown
    assert "PrivateKey" not in shown


def test_keys_can_be_given_as_text(settings: Settings, tmp_path: Path) -> None:
    pem = _pem(ec.SECP256R1()).decode()
    given = Settings(
        data_dir=tmp_path / "given", token_key=pem, cursor_key="Ab" * 32, pseudonym_key="0c" * 32
    )
    keys = load(given)
    assert keys.cursor == bytes.fromhex("ab" * 32)
    assert keys.pseudonym == bytes.fromhex("0c" * 32)
    assert not given.keys_dir.exists()
    assert pem.splitlines()[1] not in repr(given)
    assert "Ab" * 32 not in repr(given)
    assert "0c" * 32 not in repr(given)


def test_keys_can_be_given_as_paths(settings: Settings, tmp_path: Path) -> None:
    made = load(settings)
    given = Settings(
        data_dir=tmp_path / "given",
        token_key=str(settings.keys_dir / "access-token.pem"),
        cursor_key=str(settings.keys_dir / "cursor.key"),
        pseudonym_key=str(settings.keys_dir / "pseudonym.key"),
    )
    keys = load(given)
    assert (keys.token.kid, keys.cursor) == (made.token.kid, made.cursor)
    assert keys.pseudonym == made.pseudonym
    assert not given.keys_dir.exists()


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o620, 0o610])
def test_a_key_that_others_can_open_is_refused(settings: Settings, mode: int) -> None:
    load(settings)
    key = settings.keys_dir / "access-token.pem"
    key.chmod(mode)
    with pytest.raises(UnusableKey, match=f"chmod 600 {key}"):
        load(settings)
    key.chmod(0o400)
    load(settings)


def test_a_folder_that_others_can_write_is_refused(settings: Settings) -> None:
    load(settings)
    settings.keys_dir.chmod(0o770)
    with pytest.raises(UnusableKey, match="chmod 700"):
        load(settings)


def _rsa() -> bytes:
    return rsa.generate_private_key(65537, 2048).private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    )


def _public() -> bytes:
    return (
        ec.generate_private_key(ec.SECP256R1())
        .public_key()
        .public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    )


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "PEM form"),
        (b"\x00\xff" * 20_000, "PEM form"),
        (_pem(ec.SECP256R1(), b"password"), "unencrypted"),
        (_public(), "PEM form"),
        (_pem(ec.SECP384R1()), "P-256"),
        (_pem(ec.SECP256K1()), "P-256"),
        (_rsa(), "P-256"),
    ],
    ids=["empty", "noise", "encrypted", "public", "P-384", "secp256k1", "RSA"],
)
def test_another_kind_of_key_is_refused_by_name(
    settings: Settings, content: bytes, said: str
) -> None:
    load(settings)
    key = settings.keys_dir / "access-token.pem"
    key.write_bytes(content)
    with pytest.raises(UnusableKey, match=said) as refusal:
        load(settings)
    assert str(key) in str(refusal.value)


@pytest.mark.parametrize("content", ["", "ab" * 31, "ab" * 33, "xy" * 32, "a" * 63])
def test_a_cursor_secret_of_another_length_is_refused(settings: Settings, content: str) -> None:
    load(settings)
    (settings.keys_dir / "cursor.key").write_text(content)
    with pytest.raises(UnusableKey, match="64 hexadecimal digits"):
        load(settings)


def test_a_mistyped_secret_in_the_settings_is_not_repeated_in_the_message(tmp_path: Path) -> None:
    with pytest.raises(UnusableKey) as refusal:
        load(Settings(data_dir=tmp_path, cursor_key="c0ffee" * 10))
    assert "c0ffee" not in str(refusal.value)
    assert "ERC_CURSOR_KEY" in str(refusal.value)


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file")
    with pytest.raises(UnusableKey, match=str(tmp_path / "data" / "keys")):
        load(Settings(data_dir=tmp_path / "data"))


_START = """
import sys
from app.platform.keys import load
from app.settings import Settings
sys.stdin.readline()
keys = load(Settings(data_dir=sys.argv[1]))
print(keys.token.kid, keys.cursor.hex(), keys.pseudonym.hex())
"""


def test_of_several_first_starts_at_once_all_have_the_same_keys(tmp_path: Path) -> None:
    starts = [
        subprocess.Popen(
            [sys.executable, "-c", _START, str(tmp_path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(6)
    ]
    for start in starts:
        assert start.stdin is not None
        start.stdin.write("go\n")
        start.stdin.flush()
    printed = {start.communicate(timeout=60)[0] for start in starts}
    assert len(printed) == 1
    assert len(list((tmp_path / "keys").iterdir())) == 3


def test_a_key_made_by_another_process_meanwhile_is_kept(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other process wins between our look and our write."""
    made: list[Keys] = []
    link = Path.hardlink_to

    def link_second(path: Path, target: Path) -> None:
        if not made:
            monkeypatch.setattr(Path, "hardlink_to", link)
            made.append(load(settings))
        link(path, target)

    monkeypatch.setattr(Path, "hardlink_to", link_second)
    keys = load(settings)
    assert keys.token.kid == made[0].token.kid
    assert len(list(settings.keys_dir.iterdir())) == 3
