"""Clients' secrets and access tokens: who is calling. What they may do is read from the database.

The token says who, for ten minutes; a revoked client or an ended role counts at the next request
(SECURITY R7). Used by http.py and api.py.
"""

import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from app.access.lifecycle import ClientState
from app.access.models import Client
from app.access.secrets import hashed
from app.access.sessions.models import PersonSession
from app.kernel.identifiers import is_id
from app.platform import jose
from app.platform.keys import Keys

LIFETIME = timedelta(minutes=10)
"""How long an access token is good for (DESIGN §6)."""

_NOBODY = "00000000-0000-7000-8000-000000000000"
_NO_HASH = "0" * 64


@dataclass(frozen=True, slots=True)
class Bearer:
    """What a genuine token says: which client or session shows it, and for whom it acts."""

    client: str
    subject: str
    is_session: bool = False


@dataclass(frozen=True, slots=True)
class Tokens:
    """Makes and reads the access tokens of one issuer, which is their audience too."""

    keys: Keys
    issuer: str

    def issue(self, client: Client, now: datetime) -> str:
        """An access token for this client, good from `now` for `LIFETIME` (RFC 9068)."""
        return self._signed(
            {"sub": client.person_id or client.organisation_id, "client_id": client.id}, now
        )

    def issue_in(self, session: PersonSession, now: datetime) -> str:
        """An access token of this session; `sid` says that it is one, and no client's."""
        claims = {"sub": session.person_id, "client_id": session.id, "sid": session.id}
        return self._signed(claims, now)

    def _signed(self, claims: Mapping[str, str | None], now: datetime) -> str:
        issued = int(now.timestamp())
        return jose.sign(
            jose.ACCESS_TOKEN,
            self.keys.token,
            {
                "iss": self.issuer,
                "aud": self.issuer,
                **claims,
                "jti": secrets.token_urlsafe(16),
                "iat": issued,
                "exp": issued + int(LIFETIME.total_seconds()),
            },
        )

    def read(self, token: str, now: datetime) -> Bearer:
        """Who shows this token. Raises `TokenRefused`."""
        claims = jose.verify(
            jose.ACCESS_TOKEN,
            self.keys.public,
            token,
            issuer=self.issuer,
            audience=self.issuer,
            now=now,
        )
        return Bearer(claims["client_id"], claims["sub"], is_session="sid" in claims)


def client_of(session: Session, client_id: str, secret: str) -> Client | None:
    """The client that knows this secret and is not revoked, or None.

    An unknown client costs the same work as a known one (SECURITY R10).
    """
    client = session.get(Client, client_id if is_id(client_id) else _NOBODY)
    expected = client.secret_hash if client else _NO_HASH
    known = hmac.compare_digest(hashed(secret), expected)
    if client is None or not known or client.state != ClientState.ACTIVE:
        return None
    return client
