"""The wire format of API keys."""

from typing import Annotated

from pydantic import Field

from app.platform.wire import AllowedAction, Body, IdText, Instant, Name, View

_NAME = "certificate checks of the sourcing team"

Scope = Annotated[str, Field(pattern=r"^[a-z_]{1,32}\.[a-z_]{1,32}$", examples=["recruiter.read"])]


class NewApiKeyBody(Body):
    """A key to make."""

    name: Name = Field(examples=[_NAME])
    scopes: Annotated[
        list[Scope],
        Field(
            min_length=1,
            max_length=50,
            description="The actions of the reading routes that it reaches, as docs and"
            " `x-action` name them. What needs no token needs no scope.",
        ),
    ]
    expires_at: Instant = Field(description="At most a year ahead.")


class LeakedKey(Body):
    """A key that was found where it should not be."""

    api_key: Annotated[str, Field(max_length=128)] = Field(examples=["erc_…"])


class ApiKeyView(View):
    """A key; nobody can be shown it again."""

    id: IdText
    state: str = Field(examples=["active"])
    version: int = Field(examples=[1])
    start: str = Field(description="Its first characters.", examples=["erc_7Kq2"])
    name: str = Field(examples=[_NAME])
    person_id: IdText | None
    organisation_id: IdText | None
    scopes: list[str] = Field(examples=[["recruiter.read"]])
    created_at: Instant
    expires_at: Instant
    expired: bool
    last_used_at: Instant | None = Field(description="The day of its last use, in UTC.")
    revoked_at: Instant | None
    allowed_actions: list[AllowedAction]


class NewApiKeyView(ApiKeyView):
    """A key just made."""

    api_key: str | None = Field(
        description="Shown this once; null where the call is repeated under its Idempotency-Key.",
        examples=["erc_…"],
    )


class ThanksView(View):
    """The answer to whoever found a key, whatever it was."""

    said: str = Field(examples=["If this was a key, it is one no more."])
