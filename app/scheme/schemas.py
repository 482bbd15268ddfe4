"""The wire format of the scheme's rules."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field

from app.platform.wire import (
    AllowedAction,
    Body,
    Day,
    IdText,
    Instant,
    MoneyBody,
    Statement,
    View,
)
from app.scheme.lifecycle import State, TollingState
from app.scheme.models import Kind, Reason
from app.scheme.standard import Wording
from app.scheme.tolling import Timer

CodeText = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9.-]{0,31}$")]
"""What a version is called: `iris-1.2`, `2026.1`."""

Document = dict[str, Any]
_WORDING = Field(
    description="official: the scheme owner's own words. working wording: ours, of what the"
    " standard is publicly said to require; never to be quoted as the standard's.",
    examples=["official"],
)


class NewVersion(Body):
    """A version to draft; its document calls itself by the same code."""

    code: CodeText = Field(examples=["2027.1"])
    document: Document = Field(description="The whole document; what is left out is not there.")


class NewRuleSet(NewVersion):
    """A rule set to draft."""

    kind: Annotated[Kind, Field(strict=False)] = Field(examples=["corridor_rules"])


class EditBody(Body):
    """What the draft says instead."""

    document: Document


class PublicationBody(Body):
    """From when the version is in force; both signers send the same."""

    effective_on: Day = Field(
        description="Its first day, in the scheme's zone: tomorrow at the earliest.",
        examples=["2027-01-01"],
    )


class VersionSummary(View):
    """A version in a list: what it is called, and when it is in force."""

    code: str = Field(examples=["2026.1"])
    kind: Kind
    state: State
    version: int = Field(description="The count of its moves; 0: it shipped with the service.")
    in_force: bool = Field(description="Is it this version that holds now?")
    effective_on: date | None = Field(description="Its first day, in the scheme's zone.")
    effective_from: Instant | None
    superseded_from: Instant | None = Field(
        description="From when the next published version holds instead."
    )
    published_at: Instant | None


class VersionView(VersionSummary):
    """A version, and what this caller may do with it."""

    document: Document = Field(description="What it says, as published.")
    allowed_actions: list[AllowedAction]


class CriterionView(View):
    """What a principle asks for."""

    code: str = Field(examples=["A.3"])
    title: str = Field(examples=["Does not recruit migrant workers under 18"])
    verified: bool
    wording: Wording = _WORDING
    critical: bool = Field(description="Every nonconformity with it is critical (§7).")


class PrincipleView(View):
    """One of the seven principles."""

    code: str = Field(examples=["A"])
    kind: str = Field(examples=["general"])
    title: str = Field(examples=["Respect for laws, fundamental principles and rights at work"])
    verified: bool
    wording: Wording = _WORDING
    criteria: list[CriterionView]


class StandardView(VersionView):
    """One version of the standard; an indicator is a criterion seen through an element."""

    title: str
    owner: str
    elements: list[str] = Field(examples=[["policies_and_procedures", "communication"]])
    evidence_streams: list[str] = Field(examples=[["document", "worker_interview"]])
    indicators: int = Field(description="Criteria × elements.", examples=[120])
    working_wording: int = Field(
        description="How many of its texts are not the scheme owner's own words.", examples=[21]
    )
    principles: list[PrincipleView]


class PolicyView(VersionView):
    """The scheme's numbers of one version. Days are calendar days unless they say working days."""

    zone: str = Field(description="In which the scheme's dates begin and end.", examples=["UTC"])
    application_fee: MoneyBody


class AddedView(View):
    """A value that one of the two versions has alone."""

    path: str = Field(examples=["/respond_days/observation"])
    value: Any


class ChangedView(View):
    """A value on which the two versions do not agree."""

    path: str = Field(
        description="A JSON pointer; what has a code or an id is named by it.",
        examples=["/principles/A/criteria/A.3/title"],
    )
    before: Any
    after: Any


class DifferenceView(View):
    """What changes from one version to another."""

    from_version: str = Field(examples=["2026.1"])
    to_version: str = Field(examples=["2027.1"])
    added: list[AddedView]
    removed: list[AddedView]
    changed: list[ChangedView]


class SimulationBody(Body):
    """From when the draft would be in force."""

    effective_on: Day = Field(
        description="Its first day, in its own zone; what is overdue is told of its first instant.",
        examples=["2027-01-01"],
    )


class SimulatedCountView(View):
    """How many deadlines of one kind run, and what becomes of them."""

    kind: str = Field(examples=["application"])
    running: int
    moved: int = Field(description="That the publication itself would move.")
    kept: int = Field(
        description="That the version would set otherwise, but whose case keeps its own policy."
    )
    newly_overdue: int = Field(description="Of those that are moved.")


class SimulatedDeadlineView(View):
    """A deadline that the draft would set otherwise."""

    kind: str = Field(examples=["application"])
    subject: str = Field(examples=["/v1/applications/0190f0c4-8e2a-7c31-9b53-0d1c2e3f4a5b"])
    waits_for: str = Field(description="What is to be done until then.", examples=["draft"])
    judged_by: str = Field(description="The policy that sets it now.", examples=["2026.1"])
    moves: bool = Field(
        description="True: the publication moves it. False: its case keeps the policy that it is"
        " pinned to; this is what the draft would set if it did not."
    )
    before: Instant = Field(description="From then on it is too late, as it stands.")
    after: Instant = Field(description="The same by the draft.")
    newly_overdue: bool
    no_longer_overdue: bool


class SimulationView(View):
    """What a draft of the policy would move."""

    policy: str = Field(examples=["2027.1"])
    effective_from: Instant
    counts: list[SimulatedCountView]
    deadlines: list[SimulatedDeadlineView] = Field(
        description="Those that differ, 500 at most: first what moves, newly overdue before others."
    )


class TollingBody(Body):
    """Which timers to stop, why, and until when at the latest."""

    timers: list[Annotated[Timer, Field(strict=False)]] = Field(
        min_length=1, max_length=len(Timer), examples=[["application_deferral"]]
    )
    application_id: IdText | None = Field(
        default=None, description="The case whose timers stand still; left out: every case."
    )
    reason: Annotated[Reason, Field(strict=False)] = Field(examples=["disaster"])
    statement: Statement = Field(
        description="Why, in words that everybody may read: no names.",
        examples=["Floods have closed the labour office of the capital."],
    )
    limit_on: Day = Field(
        description="The last day that it may stop, in the scheme's zone.", examples=["2026-06-30"]
    )


class TollingView(View):
    """A record that stops timers, from one instant until just before another."""

    id: IdText
    state: TollingState
    version: int
    timers: list[Timer]
    scope: Literal["one case", "every case"]
    application_id: IdText | None = Field(description="Shown to those who run the scheme.")
    reason: Reason
    statement: str
    began_at: Instant
    limit_on: date
    limit_at: Instant
    ended_at: Instant | None
    stops_now: bool = Field(description="Not ended, and its limit not reached.")
    allowed_actions: list[AllowedAction]
