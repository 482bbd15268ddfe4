"""The wire format of conflicts of interest and of the yearly declarations."""

from datetime import date
from typing import Annotated

from pydantic import Field

from app.access.independence import Tie
from app.assessors.conflicts.lifecycle import Source, State
from app.assessors.conflicts.service import NewConflict
from app.platform.wire import AllowedAction, Body, Day, IdText, Instant, View


class ConflictBody(Body):
    """A tie to a recruiter."""

    organisation_id: IdText = Field(description="The organisation of the recruiter.")
    tie: Annotated[Tie, Field(strict=False)] = Field(examples=["employment"])
    since: Day = Field(description="Its first day.", examples=["2021-04-01"])
    until: Day | None = Field(
        default=None,
        description="Its last day, inclusive; null while it lasts.",
        examples=["2024-03-31"],
    )

    def new(self) -> NewConflict:
        """As the domain holds it."""
        return NewConflict(self.organisation_id, self.tie, self.since, self.until)


class DeclarationBody(Body):
    """The yearly declaration: every conflict that is not on record yet, or none at all."""

    conflicts: Annotated[list[ConflictBody], Field(max_length=100)] = Field(
        description="Empty: there is nothing (more) to declare."
    )


class RecordedConflictBody(ConflictBody):
    """A conflict of a person or of a whole audit company, as it came to be known."""

    person_id: IdText | None = None
    audit_company_id: IdText | None = Field(
        default=None, description="The organisation of an audit company."
    )
    source: Annotated[Source, Field(strict=False)] = Field(
        description="declared by oneself or for one's own company; else imported or discovered.",
        examples=["discovered"],
    )


class EndBody(Body):
    """When a conflict ended."""

    until: Day = Field(description="Its last day, inclusive.", examples=["2026-03-31"])


class ConflictView(View):
    """A conflict of interest on record."""

    id: IdText
    state: State
    version: int
    person_id: IdText | None
    audit_company_id: IdText | None
    organisation_id: IdText
    tie: Tie
    source: Source
    since: Day
    until: Day | None
    bars_until: date | None = Field(
        description="The last day on which it bars from assignment, review and decision; null"
        " while it is open."
    )
    allowed_actions: list[AllowedAction]


class DeclarationView(View):
    """A declaration as it was made."""

    id: IdText
    person_id: IdText
    declared_at: Instant
    nothing_to_declare: bool
    conflicts: list[IdText]
    counts_until: date = Field(description="The last day on which it counts.")
