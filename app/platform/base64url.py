"""Base64url without padding (RFC 7515 §2), one spelling per content. Any room may import it."""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode

_SYMBOLS = re.compile(r"[A-Za-z0-9_-]*")


class NotBase64Url(ValueError):
    """Padding, white space, another symbol, a length no content has, or spare bits that are set."""


def encode(content: bytes) -> str:
    """The content's one spelling."""
    return urlsafe_b64encode(content).rstrip(b"=").decode()


def decode(text: str) -> bytes:
    """The content that `encode` spells so. Raises `NotBase64Url` for any other spelling of it."""
    if len(text) % 4 == 1 or not _SYMBOLS.fullmatch(text):
        raise NotBase64Url
    content = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if encode(content) != text:
        raise NotBase64Url
    return content
