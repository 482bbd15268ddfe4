"""The one strict JOSE module: no other imports python-jose, and nothing at all its encryption.

One profile per purpose says everything a token of it may be; whatever else arrives is refused
with one error, whose outside never says why (SECURITY R1-R4, DESIGN §6, RFC 8725).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from jose import jwk, jws
from jose.exceptions import JOSEError

from app.kernel.canonical import NotCanonical, canonical_json
from app.kernel.dates import in_utc
from app.kernel.errors import DomainError
from app.platform import base64url
from app.platform.keys import Purpose, SigningKey, VerificationKey
from app.platform.strict_json import MalformedJson, parse

ALGORITHM = "ES256"

_SIGNATURE_BYTES = 64
_SKEW = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class Profile:
    """What a token for one purpose looks like; any other header, claim type or size is refused."""

    purpose: Purpose
    header: Mapping[str, str]
    """Every header member but `kid`, with its one value."""
    texts: frozenset[str]
    """Claims that are there and are texts, not empty, besides `iss` and `aud`."""
    most_bytes: int
    longest: timedelta
    """From `iat` to `exp`."""


ACCESS_TOKEN = Profile(
    purpose=Purpose.ACCESS_TOKEN,
    header={"alg": ALGORITHM, "typ": "at+jwt"},
    texts=frozenset({"sub", "client_id", "jti"}),
    most_bytes=4096,
    longest=timedelta(minutes=10),
)
"""RFC 9068, for ten minutes."""


class TokenRefused(DomainError):
    """Not a token of ours for this purpose, place and time. `why` is for the log alone."""

    slug = "unauthenticated"

    def __init__(self, why: str) -> None:
        super().__init__("The access token is not valid, or not any more: ask for a new one.")
        self.why = why


def sign(profile: Profile, key: SigningKey, claims: Mapping[str, Any]) -> str:
    """The claims as a compact JWS of the profile.

    Raises `ValueError` for claims or a key that `verify` would refuse at the time of `iat`.
    """
    if key.purpose is not profile.purpose:
        raise ValueError(f"a key for {key.purpose} signs no {profile.purpose}")
    try:
        payload = canonical_json(dict(claims))
        _judge_shape(profile, _object(payload, "payload"))
    except NotCanonical as error:
        raise ValueError(error.detail) from error
    except TokenRefused as error:
        raise ValueError(error.why) from error
    token: str = jws.sign(
        payload,
        jwk.construct(key.private, ALGORITHM),
        {**profile.header, "kid": key.kid},
        ALGORITHM,
    )
    if len(token) > profile.most_bytes:
        raise ValueError(f"a token of {len(token)} bytes is over {profile.most_bytes}")
    return token


def verify(
    profile: Profile,
    keys: Mapping[str, VerificationKey],
    token: str,
    *,
    issuer: str,
    audience: str,
    now: datetime,
) -> dict[str, Any]:
    """The claims of a token that is genuine, of this profile, from and for whom it must be, now.

    Valid from `iat` (five seconds of skew between our own machines) until before `exp`. Raises
    `TokenRefused`, and nothing else, whatever the token.
    """
    payload = _signed_payload(profile, keys, token)
    claims = _object(payload, "payload")
    _judge_shape(profile, claims)
    if claims["iss"] != issuer:
        raise TokenRefused("another issuer")
    if claims["aud"] != audience:
        raise TokenRefused("another audience")
    seconds = in_utc(now).timestamp()
    if seconds >= claims["exp"]:
        raise TokenRefused("expired")
    if seconds + _SKEW.total_seconds() < max(claims["iat"], claims.get("nbf", claims["iat"])):
        raise TokenRefused("not valid yet")
    return claims


def _signed_payload(profile: Profile, keys: Mapping[str, VerificationKey], token: str) -> bytes:
    if len(token) > profile.most_bytes:
        raise TokenRefused("too long")
    segments = token.split(".")
    if len(segments) != 3:
        raise TokenRefused("not three segments")
    header_bytes, payload, signature = (_decoded(segment) for segment in segments)
    header = _object(header_bytes, "header")
    if header.keys() != profile.header.keys() | {"kid"}:
        raise TokenRefused("other header members than the profile's")
    if any(header[name] != value for name, value in profile.header.items()):
        raise TokenRefused("another header value than the profile's")
    kid = header["kid"]
    key = keys.get(kid) if isinstance(kid, str) else None
    if key is None or key.purpose is not profile.purpose:
        raise TokenRefused("no key of that kid for this purpose")
    if len(signature) != _SIGNATURE_BYTES:
        raise TokenRefused("not a signature's length")
    try:
        jws.verify(token, jwk.construct(key.public, ALGORITHM), [ALGORITHM])
    except JOSEError as error:
        raise TokenRefused("not signed by that key") from error
    return payload


def _decoded(segment: str) -> bytes:
    try:
        return base64url.decode(segment)
    except base64url.NotBase64Url as error:
        raise TokenRefused("not canonical base64url") from error


def _object(content: bytes, name: str) -> dict[str, Any]:
    try:
        value = parse(content)
    except MalformedJson as error:
        raise TokenRefused(f"{name}: {error.detail}") from error
    if not isinstance(value, dict):
        raise TokenRefused(f"{name}: not an object")
    return value


def _judge_shape(profile: Profile, claims: Mapping[str, Any]) -> None:
    """Refuse claims that are missing, of another type, or live too long."""
    for name in sorted(profile.texts | {"iss", "aud"}):
        if not isinstance(claims.get(name), str) or not claims[name]:
            raise TokenRefused(f"{name} is not a text")
    for name in ("iat", "exp", *({"nbf"} & claims.keys())):
        if type(claims.get(name)) is not int:  # a bool is an int for isinstance
            raise TokenRefused(f"{name} is not a whole number of seconds")
    if not 0 < claims["exp"] - claims["iat"] <= profile.longest.total_seconds():
        raise TokenRefused("exp is not within the profile's time after iat")
