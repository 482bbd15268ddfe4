"""The wire format of recruiters and of what the licence registers say."""

from pydantic import Field

from app.platform.wire import (
    AllowedAction,
    Body,
    Code,
    CountryCode,
    IdText,
    Instant,
    Name,
    View,
)

_NAME = "Seven Kites Manpower"


class NewRecruiter(Body):
    """An organisation to enter as a recruiter."""

    organisation_id: IdText
    name: Name = Field(description="The legal name, in its own script.", examples=[_NAME])
    country: CountryCode = Field(description="Where it is established.")


class Renaming(Body):
    """Another name for a recruiter."""

    name: Name = Field(examples=[_NAME])
    reason_code: Code = Field(examples=["legal_name_changed"])


class RecruiterView(View):
    """A labour recruiter."""

    id: IdText
    state: str = Field(examples=["listed"])
    version: int = Field(examples=[1])
    organisation_id: IdText
    name: str = Field(examples=[_NAME])
    country: CountryCode
    number: str | None = Field(
        description="The public recruiter number, from the first acceptance on.",
        examples=["LRN00012201"],
    )
    allowed_actions: list[AllowedAction]


class RegisterLicenceView(View):
    """What a government's licence register said when it was last imported."""

    country: CountryCode
    licence_number: str | None = Field(examples=["RL-0000"])
    name: str = Field(examples=[_NAME])
    address: str = Field(examples=["12 Station Road, Sylhet"])
    imported_at: Instant
    changed_at: Instant = Field(description="When the register last said something else.")
