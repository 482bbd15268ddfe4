"""The wire format of what the governments' registers say, and of look-alikes."""

from typing import Annotated

from pydantic import Field

from app.platform.wire import AllowedAction, Body, CountryCode, Day, IdText, Instant, Lines, View
from app.recruiters.look_alike_lifecycle import State
from app.recruiters.register import Status
from app.recruiters.similarity import Why

_NAME = "Seven Kites Manpower"


class RegisterLicenceView(View):
    """What a government's licence register said when it was last imported."""

    country: CountryCode
    licence_number: str | None = Field(examples=["RL-0000"])
    name: str = Field(examples=[_NAME])
    address: str = Field(examples=["12 Station Road, Sylhet"])
    status: Status | None = Field(description="Null: the register does not say.")
    valid_until: Day | None
    imported_at: Instant
    changed_at: Instant = Field(description="When the register last said something else.")
    gone_at: Instant | None = Field(
        description="From this import on the register does not name it any more."
    )


class RecruiterSide(View):
    """One of two recruiters."""

    recruiter_id: IdText
    name: str = Field(examples=[_NAME])
    country: CountryCode
    number: str | None = Field(examples=["LRN00012201"])


class LookAlikeView(View):
    """Two records that may be one company, or one reborn under another name."""

    id: IdText
    state: State
    version: int
    recruiter: RecruiterSide
    other: RecruiterSide | None = Field(description="The other recruiter, where it is one.")
    register_licence: RegisterLicenceView | None = Field(
        description="The row of a government's register, where it is one."
    )
    score: int = Field(description="0 to 100.", examples=[95])
    why: list[Why]
    note: str | None = Field(description="Why it was last ruled so.")
    allowed_actions: list[AllowedAction]


class RulingBody(Body):
    """A ruling on a look-alike."""

    note: Annotated[str, Lines(2000)] = Field(
        description="Why, in words.", examples=["Both share the director and the office."]
    )
