"""The guard in front of every route: what it is for, who may come in, who calls.

`http.py` puts it there; `route_table.py` finds it again.
"""

from collections.abc import Collection
from dataclasses import dataclass

from fastapi import Request
from fastapi.concurrency import run_in_threadpool

from app.access import queries
from app.access.api_keys import keys
from app.access.api_keys.lifecycle import PREFIX, is_key
from app.access.rules import RULES
from app.access.sessions.service import Accounts
from app.access.tokens import Tokens
from app.kernel.errors import DomainError
from app.kernel.roles import ANYONE, Actor, Role
from app.lifecycle.journal import RoleRefused, Workbench
from app.platform.jose import TokenRefused
from app.platform.strict_json import USUAL_LIMIT

ANYONE_MAY = frozenset({Role.PUBLIC})
"""A route's roles where no token is needed; a token that is given is read all the same."""

SIGNED_IN = frozenset(Role) - {Role.PUBLIC, Role.WORKER, Role.SYSTEM}
"""A route's roles where any token will do, even one of a person who holds no role yet."""


def accounts_of(request: Request) -> Accounts:
    """What signing in needs, over the service's database and clock."""
    state = request.app.state
    return Accounts(state.workbench, state.passwords, state.rate_limits, RULES)


class Unauthenticated(DomainError):
    """The route needs a token and the call has none that can be read."""

    slug = "unauthenticated"


class BeyondTheKey(DomainError):
    """An API key came to a route that its scopes do not name, or that changes something."""

    slug = "beyond-the-key"


@dataclass(frozen=True, slots=True)
class Access:
    """What a route is for and who may use it: the guard in front of its endpoint."""

    action: str
    roles: frozenset[Role]
    body_limit: int = USUAL_LIMIT
    two_sign: bool = False
    by_token: bool = True
    """Is the caller known by a token or key? Not where they show who they are in the body."""
    writes: bool = False
    """Does it change anything? No API key comes in then."""
    needs_version: bool = False
    """Must a command say on which version it decides?"""

    async def __call__(self, request: Request) -> None:
        """Nobody comes past: whoever was not let in before the body was read is judged now."""
        if getattr(request.state, "let_in_by", None) is not self:
            await self.admit(request)

    async def admit(self, request: Request) -> None:
        """Let the caller in as `request.state.actor`. Raises Unauthenticated, RoleRefused."""
        await run_in_threadpool(self._judge, request)
        request.state.let_in_by = self

    def _judge(self, request: Request) -> None:
        actor, scopes = _caller(request) if self.by_token else (ANYONE, None)
        if actor.client is None and Role.PUBLIC not in self.roles:
            raise Unauthenticated(
                "This needs an access token: ask /v1/oauth/token for one and send it as"
                " Authorization: Bearer."
            )
        if not self.admits(actor):
            needed = " or ".join(sorted(self.roles))
            raise RoleRefused(
                f"{self.action} needs the role {needed}",
                reasons=(f"{self.action} needs the role {needed}",),
            )
        if scopes is not None and Role.PUBLIC not in self.roles:
            self._check_key(scopes)
        request.state.actor = actor

    def _check_key(self, scopes: Collection[str]) -> None:
        if self.writes:
            raise BeyondTheKey("An API key only reads.", reasons=("use an access token instead",))
        if self.action not in scopes:
            raise BeyondTheKey(
                f"This API key lacks the scope {self.action}.",
                reasons=(f"{self.action} is none of its scopes",),
            )

    def admits(self, actor: Actor) -> bool:
        """May this actor come in? What they may do there to whom, the room decides."""
        return bool(
            Role.PUBLIC in self.roles or self.roles == SIGNED_IN or self.roles & actor.roles
        )


def declared(route: object) -> Access | None:
    """What a route was declared with; None for one that was added past `Router`."""
    for dependency in getattr(route, "dependencies", ()):
        if isinstance(dependency.dependency, Access):
            return dependency.dependency
    return None


def _caller(request: Request) -> tuple[Actor, Collection[str] | None]:
    """Who calls, by the token or key that is shown, else anyone; and a key's scopes.

    Raises TokenRefused, TooManyRequests.
    """
    shown = request.headers.getlist("authorization")
    if not shown:
        return ANYONE, None
    scheme, _, token = shown[0].partition(" ")
    if len(shown) > 1 or scheme.lower() != "bearer":
        raise Unauthenticated("Send one access token or API key, as Authorization: Bearer.")
    token = token.strip()
    actor, scopes = (_by_key if token.startswith(PREFIX) else _by_token)(request, token)
    request.state.client = actor.client
    return actor, scopes


def _by_token(request: Request, token: str) -> tuple[Actor, None]:
    workbench: Workbench = request.app.state.workbench
    tokens: Tokens = request.app.state.tokens
    now = workbench.clock.now()
    bearer = tokens.read(token, now)
    with workbench.database.read() as session:
        actor = queries.actor_of(session, bearer, now)
    if actor is None:
        raise TokenRefused("its client or session acts for nobody any more")
    return actor, None


def _by_key(request: Request, key: str) -> tuple[Actor, Collection[str]]:
    accounts = accounts_of(request)
    workbench = accounts.workbench
    now = workbench.clock.now()
    with workbench.database.read() as session:
        known = keys.known(session, key) if is_key(key) else None
        actor = None if known is None else queries.actor_with(session, known.id, now)
    if known is None or actor is None:
        accounts.limits.count(accounts.rules.wrong_secrets_in_total)
        raise TokenRefused("no such API key, or not any more")
    if known.last_used_at is None or now - known.last_used_at >= accounts.rules.use_noted_every:
        keys.note_use(workbench.database, known.id, now)
    return actor, known.scopes
