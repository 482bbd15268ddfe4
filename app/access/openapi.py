"""What the OpenAPI document says of every route that `http.py` declares."""

from collections.abc import Callable
from typing import Any

from app.access.guard import Access
from app.kernel.roles import Role
from app.platform import problems

_OF_EVERY_COMMAND = (
    "idempotency-key-missing",
    "not-independent",
    "conflict",
    "move-refused",
    "idempotency-in-flight",
    "stale-version",
    "body-too-slow",
    "body-too-large",
    "idempotency-key-reused",
)

_STRING = {"type": "string"}


def describe_security(description: dict[str, Any]) -> None:
    """Write into an OpenAPI document how callers show who they are."""
    description.setdefault("components", {})["securitySchemes"] = {
        "access_token": {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "JWT",
            "description": "An access token from `POST /v1/oauth/token` or `POST /v1/sessions`,"
            " good for ten minutes.",
        },
        "api_key": {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "erc_…",
            "description": "An API key, where its scopes name the route's action. It only reads.",
        },
        "client_secret": {
            "type": "http",
            "scheme": "basic",
            "description": "A client's id and secret.",
        },
    }


def resource_of(path: str) -> str:
    """The collection that a path is about: `role_grants` of `/v1/role-grants/{id}/end`."""
    segments = [segment for segment in path.split("/") if segment and "{" not in segment]
    return segments[1 if segments[0] == "v1" and len(segments) > 1 else 0].replace("-", "_")


def summary(endpoint: Callable[..., Any]) -> str | None:
    """The first line of the endpoint's docstring."""
    first = (endpoint.__doc__ or "").strip().partition("\n")[0]
    return first.removesuffix(".") or None


def security(access: Access) -> list[dict[str, list[str]]]:
    """Which of these credentials the route takes."""
    if not access.by_token:
        return [{}]
    signed: list[dict[str, list[str]]] = [{"access_token": []}]
    if not access.writes:
        signed.append({"api_key": []})
    return [{}, *signed] if Role.PUBLIC in access.roles else signed


def versioned(response_model: Any) -> dict[str, Any]:
    """The ETag that the answer carries, where the model has a version."""
    if "version" not in getattr(response_model, "model_fields", {}):
        return {}
    said = "The version in quotes, for If-Match."
    return {"headers": {"ETag": {"description": said, "required": True, "schema": _STRING}}}


def refusals(access: Access, path: str, *, writes: bool) -> dict[int | str, dict[str, Any]]:
    """The refusals of such a route, for OpenAPI; `problems.complete` adds those of every body."""
    slugs = ["unauthenticated", "too-many-requests"]
    if Role.PUBLIC not in access.roles:
        slugs += ["role-required", "forbidden", "beyond-the-key"]
    if "{" in path or writes:
        slugs += ["not-found"]
    if writes:
        slugs += _OF_EVERY_COMMAND
    if access.needs_version:
        slugs += ["version-needed"]
    if access.two_sign:
        slugs += ["second-signature-refused"]
    return problems.documented(*slugs)
