"""How every route is declared, guarded and answered: `Router`, `Asking`, `Commanding`.

A route names its action and its roles, or the service does not start (`check` in
route_table.py). A query reads, a command writes in one transaction with its idempotency key.
Used by the `api.py` of every room.
"""

from collections.abc import Callable, Collection, Coroutine, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Depends, Header, Request, Response
from fastapi.routing import APIRoute
from pydantic import BaseModel
from sqlalchemy.orm import Session

from app.access.guard import ANYONE_MAY, SIGNED_IN, Access, declared
from app.access.openapi import refusals, resource_of, security, summary, versioned
from app.access.schemas import Pending
from app.access.views import approval_view
from app.kernel.errors import DomainError, FieldError, Invalid, StaleVersion
from app.kernel.roles import Actor, Role
from app.lifecycle.approvals import Approval
from app.lifecycle.journal import Work, Workbench
from app.platform import idempotency, problems, strict_json, strict_query
from app.platform.database import Database
from app.platform.idempotency import IdempotencyKey, StoredAnswer
from app.platform.strict_json import USUAL_LIMIT, StrictRoute, read_body

__all__ = [
    "ANYONE_MAY",
    "SIGNED_IN",
    "Acting",
    "Asking",
    "Command",
    "Commanding",
    "Query",
    "Router",
]

T = TypeVar("T")
Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])


class VersionNeeded(DomainError):
    """The call must say on which version it decides."""

    slug = "version-needed"


class GuardedRoute(StrictRoute):
    """Asks who calls, and whether the address is right, before it reads a byte of the body."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The strict handler behind the guard that the route was declared with."""
        handle = super().get_route_handler()
        access, known = declared(self), strict_query.parameters(self.dependant)

        async def admit_then_handle(request: Request) -> Response:
            if access is not None:
                await access.admit(request)
            strict_query.check(request, known)
            return await handle(request)

        return admit_then_handle


class Router(APIRouter):
    """The routes of a room, each declared with its action and its roles."""

    def query(
        self,
        path: str,
        *,
        action: str,
        roles: Collection[Role],
        response_model: Any,
        method: str = "GET",
        by_token: bool = True,
        body_limit: int = USUAL_LIMIT,
        responses: Mapping[int | str, dict[str, Any]] | None = None,
        **options: Any,
    ) -> Callable[[Endpoint], Endpoint]:
        """Declare a route that only reads. A POST that changes nothing is a query too."""
        access = Access(action, frozenset(roles), body_limit, by_token=by_token)
        answers = {**refusals(access, path, writes=False), **(responses or {})}
        return self._declare(path, access, method, response_model, answers, options)

    def command(
        self,
        path: str,
        *,
        action: str,
        roles: Collection[Role],
        response_model: Any,
        method: str = "POST",
        status_code: int = 200,
        body_limit: int = USUAL_LIMIT,
        two_sign: bool = False,
        needs_version: bool = False,
        responses: Mapping[int | str, dict[str, Any]] | None = None,
        **options: Any,
    ) -> Callable[[Endpoint], Endpoint]:
        """Declare a route that writes; `two_sign`: it may answer 202 with an approval.

        `body_limit`: the most bytes its body may have. `needs_version`: nobody uses it without
        If-Match.
        """
        access = Access(
            action,
            frozenset(roles),
            body_limit,
            two_sign,
            writes=True,
            needs_version=needs_version,
        )
        if Role.PUBLIC in access.roles:
            raise ValueError(f"{action}: a command needs a client to remember its answer for")
        answers = {**refusals(access, path, writes=True), **(responses or {})}
        if two_sign:
            answers[202] = {"model": Pending, "description": "Signed; another person must too."}
        return self._declare(
            path, access, method, response_model, answers, {"status_code": status_code, **options}
        )

    def secret_command(
        self,
        path: str,
        *,
        action: str,
        roles: Collection[Role],
        response_model: Any,
        refuses: Collection[str] = (),
        **options: Any,
    ) -> Callable[[Endpoint], Endpoint]:
        """Declare a route that writes and whose body is a secret: a password, a token, a key.

        Nothing of the call is kept, not even the fingerprint that an Idempotency-Key needs, from
        which a password could be guessed. Where anyone may come, what is shown in the header does
        not count. `refuses`: the kinds of refusals beside those of every body.
        """
        anyone = Role.PUBLIC in roles
        access = Access(action, frozenset(roles), by_token=not anyone, writes=True)
        answers = problems.documented("too-many-requests", *refuses)
        if not anyone:
            answers |= problems.documented("unauthenticated", "role-required", "forbidden")
        return self._declare(path, access, "POST", response_model, answers, options)

    def _declare(
        self,
        path: str,
        access: Access,
        method: str,
        response_model: Any,
        responses: Mapping[int | str, dict[str, Any]],
        options: dict[str, Any],
    ) -> Callable[[Endpoint], Endpoint]:
        extra = {
            **strict_json.body_limit(access.body_limit),
            "x-action": access.action,
            "x-roles": sorted(access.roles),
            "security": security(access),
            **options.pop("openapi_extra", {}),
        }
        resource = resource_of(self.prefix + path)
        success = options.get("status_code", 200)
        said = {**versioned(response_model), **responses.get(success, {})}

        def add(endpoint: Endpoint) -> Endpoint:
            self.add_api_route(
                path,
                endpoint,
                methods=[method],
                response_model=response_model,
                responses={**responses, success: said},
                dependencies=[Depends(access), *options.pop("dependencies", ())],
                operation_id=options.pop("operation_id", f"{resource}_{endpoint.__name__}"),
                tags=options.pop("tags", [resource]),
                summary=options.pop("summary", summary(endpoint)),
                openapi_extra=extra,
                route_class_override=GuardedRoute,
                **options,
            )
            return endpoint

        return add


@dataclass(frozen=True, slots=True)
class Query:
    """A call that reads: who asks, when, and how it is answered."""

    actor: Actor
    now: datetime
    database: Database

    def answer(self, question: Callable[[Session], BaseModel]) -> Response:
        """Put the question to one consistent view of the database and answer 200."""
        with self.database.read() as session:
            return _stored(question(session), 200).response()


@dataclass(frozen=True, slots=True)
class Act:
    """A call that writes with a secret in its body: who acts, when, and how it is answered."""

    actor: Actor
    status: int

    def answer(self, shown: BaseModel) -> Response:
        """The answer, which no cache keeps."""
        return Response(
            shown.model_dump_json(),
            self.status,
            {"cache-control": "no-store"},
            "application/json",
        )


@dataclass(frozen=True, slots=True)
class Command:
    """A call that writes: who acts, on which version, under which idempotency key."""

    actor: Actor
    expected_version: int | None
    """What If-Match says: pass it to the service."""
    workbench: Workbench
    key: str
    fingerprint: str
    status: int
    two_sign: bool

    def run(
        self,
        effect: Callable[[Work], T | Approval],
        present: Callable[[Work, T], BaseModel],
        *,
        status: int | None = None,
        shown_once: Collection[str] = (),
    ) -> Response:
        """Carry out the effect and show it, in one transaction that ends before the answer exists.

        A call repeated under its key gets its first answer again, with the members `shown_once`
        null: secrets are not kept. An effect that still waits for a second signature answers 202
        (only where the route was declared with `two_sign`).
        """
        client = str(self.actor.client)
        with self.workbench.begin(self.actor) as work:
            answered = idempotency.replay_or_claim(
                work.session, client, self.key, self.fingerprint, work.now
            )
            if answered is not None:
                return answered.response()
            result = effect(work)
            shown: BaseModel
            work.session.flush()
            if isinstance(result, Approval):
                shown, status = self._pending(result, work.now), 202
            else:
                shown, status = present(work, result), status or self.status
            kept = _stored(shown.model_copy(update=dict.fromkeys(shown_once)), status)
            idempotency.store(work.session, client, self.key, self.fingerprint, kept, work.now)
        return _stored(shown, status).response()

    def _pending(self, approval: Approval, now: datetime) -> Pending:
        if not self.two_sign:
            raise RuntimeError(f"declare the route of {approval.action} with two_sign=True")
        return Pending(approval=approval_view(approval, now))


async def asking(request: Request) -> Query:
    """The query of this request. The route's `Access` has let the caller in before."""
    workbench: Workbench = request.app.state.workbench
    return Query(request.state.actor, workbench.clock.now(), workbench.database)


IfMatch = Annotated[
    str | None,
    Header(
        alias="If-Match",
        description='The ETag that you decide on, such as `"3"`: refused with 412 when the'
        " thing has moved on since.",
        json_schema_extra={"pattern": r'^(\*|"[0-9]{1,18}")$'},
    ),
]


async def acting(request: Request) -> Act:
    """The secret command of this request. The route's `Access` has let the caller in before."""
    return Act(request.state.actor, request.scope["route"].status_code or 200)


async def commanding(
    request: Request, idempotency_key: IdempotencyKey, if_match: IfMatch = None
) -> Command:
    """The command of this request. The route's `Access` has let the caller in before."""
    return command_of(request, idempotency_key, if_match, await _body(request))


def command_of(request: Request, key: str, if_match: str | None, call: Any) -> Command:
    """The command of a request; `call` is what was sent, as anything canonical JSON takes."""
    route: APIRoute = request.scope["route"]
    access = declared(route)
    if access is None:
        raise RuntimeError(f"{route.path} was not declared through Router")
    version = _version(if_match)
    if access.needs_version and version is None:
        raise VersionNeeded(
            'Send If-Match with the ETag of what you decide on, one version in quotes such as "3".'
        )
    return Command(
        actor=request.state.actor,
        expected_version=version,
        workbench=request.app.state.workbench,
        key=key,
        fingerprint=idempotency.fingerprint(request.method, request.url.path, call),
        status=route.status_code or 200,
        two_sign=access.two_sign,
    )


Asking = Annotated[Query, Depends(asking)]
"""What an endpoint that reads takes."""

Acting = Annotated[Act, Depends(acting)]
"""What an endpoint takes that writes with a secret in its body."""

Commanding = Annotated[Command, Depends(commanding)]
"""What an endpoint that writes takes."""


async def _body(request: Request) -> Any:
    route: APIRoute = request.scope["route"]
    if route.body_field is not None:
        # StrictRoute has read and judged it.
        return await request.json() if await request.body() else None
    body = await read_body(request, limit=USUAL_LIMIT)
    if body.strip() not in {b"", b"{}"}:
        detail = "This call takes no body."
        raise Invalid(detail, errors=[FieldError("", detail)])
    return None


def _version(if_match: str | None) -> int | None:
    if if_match is None or if_match.strip() == "*":
        return None
    tag = if_match.strip()
    if len(tag) > 2 and tag[0] == tag[-1] == '"' and tag[1:-1].isascii() and tag[1:-1].isdigit():
        return int(tag[1:-1][:18])
    raise StaleVersion(
        'If-Match must be the ETag of what you read, one version in quotes such as "3".'
    )


def _stored(answer: BaseModel, status: int) -> StoredAnswer:
    version = getattr(answer, "version", None)
    headers = {} if version is None else {"etag": f'"{version}"'}
    return StoredAnswer(status, answer.model_dump_json(by_alias=True).encode(), headers)
