"""The wire format of invitations, and of employers that sign themselves up."""

from typing import Annotated

from pydantic import Field

from app.access.schemas import Email
from app.access.sessions.schemas import Password, Secret
from app.kernel.roles import Role
from app.platform.wire import AllowedAction, Body, CountryCode, IdText, Instant, Name, View

_EMAIL = "amina@example.org"


class NewInvitationBody(Body):
    """Whom to ask in, and as what."""

    email: Email = Field(examples=[_EMAIL])
    roles: Annotated[
        list[Annotated[Role, Field(strict=False)]], Field(min_length=1, max_length=len(Role))
    ] = Field(examples=[["auditor"]])
    organisation_id: IdText | None = Field(
        default=None, description="Your own if it is left out; a scheme manager names another."
    )


class AcceptInvitation(Body):
    """Who enters."""

    token: Secret
    name: Name = Field(examples=["Amina Rahman"])
    password: Password


class InvitationView(View):
    """An invitation; nobody can be shown its token again."""

    id: IdText
    state: str = Field(examples=["open"])
    version: int = Field(examples=[1])
    expired: bool
    organisation_id: IdText
    email: str = Field(examples=[_EMAIL])
    roles: list[Role] = Field(examples=[["auditor"]])
    invited_by: IdText
    invited_at: Instant
    expires_at: Instant
    person_id: IdText | None = Field(description="Who accepted it.")
    allowed_actions: list[AllowedAction]


class NewInvitationView(InvitationView):
    """An invitation just made."""

    token: str | None = Field(
        description="Shown this once; null where the call is repeated under its Idempotency-Key."
    )
    delivery: str = Field(
        examples=["No mail is sent yet: hand the token to the person yourself, in confidence."]
    )


class NewEmployer(Body):
    """An employer that signs itself up, and its first person."""

    organisation: Name = Field(examples=["Quiet Harbour Electronics"])
    country: CountryCode
    name: Name = Field(examples=["Siti Nurhaliza"])
    email: Email = Field(examples=["siti@example.com"])
    password: Password


class SignedUpView(View):
    """The answer to every employer, new here or not."""

    said: str = Field(
        examples=["If this address is new here, the account is ready: sign in with it."]
    )
