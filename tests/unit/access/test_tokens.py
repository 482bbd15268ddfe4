"""What an access token says, and for how long (DESIGN §6, SECURITY R2, R3)."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.access.models import Client
from app.access.secrets import new_secret
from app.access.tokens import LIFETIME, Bearer, Tokens
from app.platform import keys
from app.platform.jose import TokenRefused
from app.settings import load

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
PERSONAL = Client(id="c", secret_hash="", person_id="p", name="", created_at=NOW)
MACHINE = Client(id="c", secret_hash="", organisation_id="o", name="", created_at=NOW)


@pytest.fixture
def tokens(tmp_path: Path) -> Tokens:
    return Tokens(keys.load(load(data_dir=tmp_path)), "https://here.example")


def test_a_token_says_which_client_for_whom(tokens: Tokens) -> None:
    assert tokens.read(tokens.issue(PERSONAL, NOW), NOW) == Bearer("c", "p")
    assert tokens.read(tokens.issue(MACHINE, NOW), NOW) == Bearer("c", "o")


def test_no_two_tokens_are_the_same(tokens: Tokens) -> None:
    assert tokens.issue(PERSONAL, NOW) != tokens.issue(PERSONAL, NOW)


def test_a_token_is_good_until_its_ten_minutes_are_over(tokens: Tokens) -> None:
    token = tokens.issue(PERSONAL, NOW)
    tokens.read(token, NOW + timedelta(minutes=10) - timedelta(microseconds=1))
    with pytest.raises(TokenRefused):
        tokens.read(token, NOW + LIFETIME)


def test_a_token_of_another_issuer_or_another_key_is_refused(
    tokens: Tokens, tmp_path: Path
) -> None:
    elsewhere = Tokens(tokens.keys, "https://there.example")
    other_keys = Tokens(keys.load(load(data_dir=tmp_path / "other")), tokens.issuer)
    for stranger in (elsewhere, other_keys):
        with pytest.raises(TokenRefused):
            tokens.read(stranger.issue(PERSONAL, NOW), NOW)


def test_secrets_are_long_random_and_kept_only_as_hashes() -> None:
    pairs = {new_secret() for _ in range(100)}
    assert len({secret for secret, _ in pairs}) == 100
    assert all(len(secret) == 43 and len(kept) == 64 for secret, kept in pairs)
    assert all(secret not in kept for secret, kept in pairs)
