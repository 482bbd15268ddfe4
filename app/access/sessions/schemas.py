"""The wire format of sessions and passwords."""

from typing import Annotated

from pydantic import Field

from app.platform.wire import AllowedAction, Body, IdText, Instant, View

Secret = Annotated[str, Field(min_length=1, max_length=128)]
Password = Annotated[
    str,
    Field(
        max_length=1024,
        json_schema_extra={"minLength": 12},
        description="At least 12 characters, none of them prescribed.",
        examples=["four words are a password"],
    ),
]


class SignIn(Body):
    """Who wants to sign in."""

    email: Annotated[str, Field(max_length=320)] = Field(examples=["amina@example.org"])
    password: Annotated[str, Field(max_length=1024)]
    device_token: Secret | None = Field(
        default=None,
        description="What an earlier sign-in on this device was given: then a stranger's guesses"
        " do not keep you out.",
    )


class Refresh(Body):
    """The refresh token of the answer before; it is good once."""

    refresh_token: Secret


class ChangePassword(Body):
    """The password that is, and the one that shall be."""

    current_password: Annotated[str, Field(max_length=1024)]
    new_password: Password


class SignedInView(View):
    """A session, and the tokens to use it by; they are shown this once."""

    session_id: IdText
    access_token: str = Field(examples=["eyJhbGciOiJFUzI1NiIsImtpZCI6…"])
    token_type: str = Field(examples=["Bearer"])
    expires_in: int = Field(description="Seconds that the access token is good.", examples=[600])
    refresh_token: str = Field(description="For the next access token; good once.")
    session_expires_at: Instant
    device_token: str | None = Field(
        description="Keep it on this device and send it with the next sign-in; null where one that"
        " is known was sent."
    )


class SessionView(View):
    """One sign-in of yours."""

    id: IdText
    state: str = Field(examples=["open"])
    version: int = Field(examples=[1])
    current: bool = Field(description="Is it the one that you ask by?")
    expired: bool
    opened_at: Instant
    refreshed_at: Instant
    expires_at: Instant
    allowed_actions: list[AllowedAction]


class PasswordChangedView(View):
    """The password is another now."""

    changed: bool
    said: str = Field(examples=["Your other sessions have ended."])
