"""The guard in front of every route: what it is for, who may come in, who calls.

`http.py` puts it there; `route_table.py` finds it again.
"""

from dataclasses import dataclass

from fastapi import Request

from app.access import queries
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


class Unauthenticated(DomainError):
    """The route needs a token and the call has none that can be read."""

    slug = "unauthenticated"


@dataclass(frozen=True, slots=True)
class Access:
    """What a route is for and who may use it: the guard in front of its endpoint."""

    action: str
    roles: frozenset[Role]
    body_limit: int = USUAL_LIMIT
    two_sign: bool = False
    by_token: bool = True
    """Is the caller known by an access token? Only the token endpoint itself asks otherwise."""

    def __call__(self, request: Request) -> None:
        """Let the caller in as `request.state.actor`. Raises Unauthenticated, RoleRefused."""
        actor = _caller(request) if self.by_token else ANYONE
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
        request.state.actor = actor

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


def _caller(request: Request) -> Actor:
    """Who calls: by the token that is shown, else anyone. Raises TokenRefused."""
    shown = request.headers.getlist("authorization")
    if not shown:
        return ANYONE
    scheme, _, token = shown[0].partition(" ")
    if len(shown) > 1 or scheme.lower() != "bearer":
        raise Unauthenticated("Send one access token, as Authorization: Bearer.")
    workbench: Workbench = request.app.state.workbench
    tokens: Tokens = request.app.state.tokens
    bearer = tokens.read(token.strip(), workbench.clock.now())
    with workbench.database.read() as session:
        actor = queries.actor_of(session, bearer)
    if actor is None:
        raise TokenRefused("its client acts for nobody any more")
    request.state.client = actor.client
    return actor
