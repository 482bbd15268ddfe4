"""The wire format of access."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from app.access.lifecycle import Kind
from app.kernel.roles import Role
from app.platform.wire import (
    AllowedAction,
    Body,
    Code,
    CountryCode,
    IdText,
    Instant,
    Line,
    Name,
    View,
)

_NAME = "Bridge Assessment Services"
_PERSON = "Amina Rahman"
_EMAIL = "amina@example.org"
_CLIENT = "case management system"

Email = Annotated[str, Line(254)]


class NewOrganisation(Body):
    """An organisation to register."""

    kind: Annotated[Kind, Field(strict=False)]
    name: Name = Field(examples=[_NAME])
    country: CountryCode | None = None


class NewPerson(Body):
    """A person to register in an organisation."""

    organisation_id: IdText
    name: Name = Field(examples=[_PERSON])
    email: Email = Field(examples=[_EMAIL])


class NewRoleGrant(Body):
    """A role to give to a person."""

    person_id: IdText
    role: Annotated[Role, Field(strict=False)]
    reason_code: Code = Field(examples=["appointed"])


class EndRoleGrant(Body):
    """Why a role is taken back."""

    reason_code: Code = Field(examples=["left_the_company"])


class ReasonBody(Body):
    """Why, as a code."""

    reason_code: Code = Field(examples=["credentials_exposed"])


class NewClientBody(Body):
    """A client to make: for yourself, or for your employer or government body, which only reads.

    Without either name it is for whom you act. A scheme manager also names a person who cannot
    sign in yet.
    """

    name: Name = Field(examples=[_CLIENT])
    person_id: IdText | None = None
    organisation_id: IdText | None = None


class OrganisationView(View):
    """An organisation."""

    id: IdText
    state: str = Field(examples=["active"])
    version: int = Field(examples=[1])
    kind: Kind
    name: str = Field(examples=[_NAME])
    country: CountryCode | None
    created_at: Instant
    allowed_actions: list[AllowedAction]


class RoleGrantView(View):
    """One role of one person, held or ended."""

    id: IdText
    state: str = Field(examples=["held"])
    version: int = Field(examples=[1])
    person_id: IdText
    role: Role
    allowed_actions: list[AllowedAction]


class PersonView(View):
    """A person and the roles granted to them; whoever is locked or has left may use none."""

    id: IdText
    state: str = Field(examples=["active"])
    version: int = Field(examples=[1])
    organisation_id: IdText
    name: str = Field(examples=[_PERSON])
    email: str = Field(examples=[_EMAIL])
    can_sign_in: bool = Field(description="Has a password been set?")
    created_at: Instant
    role_grants: list[RoleGrantView]
    allowed_actions: list[AllowedAction]


class ClientView(View):
    """A client; nobody can be shown its secret again."""

    client_id: IdText
    state: str = Field(examples=["active"])
    version: int = Field(examples=[1])
    name: str = Field(examples=[_CLIENT])
    person_id: IdText | None
    organisation_id: IdText | None
    created_at: Instant
    revoked_at: Instant | None
    allowed_actions: list[AllowedAction]


class NewClientView(ClientView):
    """A client just made."""

    client_secret: str | None = Field(
        description="Shown this once; null where the call is repeated under its Idempotency-Key.",
        examples=["T4q0H3…"],
    )


class MeView(View):
    """Who the caller is, and what they may do at this moment."""

    credential: str = Field(
        description="By what you are known: a client, a session or an API key.",
        examples=["client"],
    )
    client_id: IdText = Field(description="The id of that client, session or key.")
    person: PersonView | None
    organisation: OrganisationView
    roles: list[Role] = Field(examples=[["lead_auditor"]])
    clients: list[ClientView] = Field(description="Every client that acts for this caller.")


class TaskOffer(View):
    """Where to act."""

    action: str = Field(examples=["clear_payment"])
    href: str = Field(
        examples=["/v1/applications/0190f0c4-8e2a-7c31-9b53-0d1c2e3f4a5b/clear_payment"]
    )


class TaskView(View):
    """One thing that waits for the caller."""

    kind: str = Field(description="What it is about.", examples=["application"])
    subject: str = Field(examples=["/v1/applications/0190f0c4-8e2a-7c31-9b53-0d1c2e3f4a5b"])
    what: str = Field(examples=["Record the application fee once it is received."])
    due: Instant | None = Field(description="Late from this instant on; null where no time runs.")
    overdue: bool
    offer: TaskOffer


class TokenView(View):
    """An access token (RFC 6749 §5.1)."""

    access_token: str = Field(examples=["eyJhbGciOiJFUzI1NiIsImtpZCI6…"])
    token_type: str = Field(examples=["Bearer"])
    expires_in: int = Field(description="Seconds.", examples=[600])


class TokenRefusalView(View):
    """Why no token is given (RFC 6749 §5.2)."""

    error: str = Field(examples=["invalid_client"])
    error_description: str
    error_uri: str = Field(description="The page of this kind of refusal.")


class Signature(View):
    """Who signed, by role, and when."""

    role: str = Field(examples=["application_reviewer"])
    at: Instant = Field(examples=["2026-03-15T09:30:00Z"])


class ApprovalStatus(StrEnum):
    """What became of a first signature; a lapsed one was taken back, or counts no more."""

    WAITING = "waiting"
    COMPLETED = "completed"
    LAPSED = "lapsed"
    EXPIRED = "expired"


class ApprovalView(View):
    """A move that waits for its second signature: the same request by another person."""

    id: IdText
    action: str = Field(examples=["reject"])
    subject: IdText
    status: ApprovalStatus
    signatures: list[Signature]
    expires_at: Instant = Field(examples=["2026-03-16T09:30:00Z"])


class Pending(View):
    """The answer to a first signature."""

    approval: ApprovalView
