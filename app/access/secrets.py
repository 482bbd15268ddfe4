"""Secrets of 256 random bits that are shown once, and the hash that is kept (SECURITY R8)."""

import secrets
from hashlib import sha256


def new_secret() -> tuple[str, str]:
    """A secret and the hash that is kept: SHA-256, for there is nothing to guess."""
    secret = secrets.token_urlsafe(32)
    return secret, hashed(secret)


def hashed(secret: str) -> str:
    """What is kept of a secret; any text has one, a lone surrogate too."""
    return sha256(secret.encode(errors="surrogatepass")).hexdigest()
