"""The wire format of decisions, certificates and their public history."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field

from app.certificates.decisions import DecisionType
from app.certificates.facts import Proposal
from app.certificates.flags import Part
from app.certificates.lifecycle import State
from app.certificates.models import FlagOutcome
from app.certificates.reasons import REASONS, Reason
from app.certificates.status import Result
from app.platform.wire import (
    AllowedAction,
    Body,
    CorridorCode,
    CountryCode,
    Day,
    IdText,
    Instant,
    Name,
    Statement,
    View,
)

ReasonCode = Annotated[Reason, Field(strict=False)]
Corridors = Annotated[list[CorridorCode], Field(min_length=1, max_length=200)]
Conditions = Annotated[list[Statement], Field(max_length=50)]
ReasonCodes = Annotated[list[ReasonCode], Field(min_length=1, max_length=10)]
Remedies = Annotated[list[Statement], Field(min_length=1, max_length=50)]

_NUMBER = "7K3M-9QXR-2V8D-4HT9"
_RECOMMENDATION = "The team recommends it; the review found the evidence sufficient."
_REMEDY = "Repay the fees charged to four workers, with proof of each payment."


def _codes(action: str) -> str:
    return f"One of: {', '.join(REASONS[action])}."


class _DecisionBody(Body):
    """A decision as it is sent; what it leaves out, policy supplies or the answer asks for."""

    conditions: Conditions = Field(default=[], description="What the holder must keep to.")

    def proposal(self) -> Proposal:
        """The decision as the domain judges it."""
        said: dict[str, Any] = dict(self)
        for wire, name in (("reason_code", "reasons"), ("suspension", "suspensions")):
            if wire in said:
                only = said.pop(wire)
                said[name] = [] if only is None else [only]
        if "reason_codes" in said:
            said["reasons"] = said.pop("reason_codes")
        given: dict[str, Any] = {
            name: tuple(dict.fromkeys(value)) if isinstance(value, list) else value
            for name, value in said.items()
            if value is not None and name not in {"type", "audit_id"}
        }
        return Proposal(**given)


class _OnAudit(_DecisionBody):
    recommendation: Statement = Field(examples=[_RECOMMENDATION])


class GrantBody(_OnAudit):
    """Issue a certificate on a stage 2 audit."""

    type: Literal["grant"]
    effective_on: Day = Field(
        description="Its first day; today means from this moment.", examples=["2026-03-15"]
    )
    expires_on: Day | None = Field(
        default=None, description="Its last day, inclusive. By default a whole cycle of 36 months."
    )
    corridors: Corridors | None = Field(default=None, description="By default all contracted.")
    reason_codes: ReasonCodes = Field(default=[Reason.STANDARD_MET], description=_codes("issue"))


class RefuseBody(_OnAudit):
    """Refuse what was asked for; closes the audit."""

    type: Literal["refuse"]
    effective_on: Day | None = Field(default=None, description="By default today.")
    reason_codes: ReasonCodes = Field(
        description=_codes("refuse"), examples=[["nonconformities_unresolved"]]
    )


AuditDecisionBody = Annotated[GrantBody | RefuseBody, Field(discriminator="type")]


class _OnCertificate(_DecisionBody):
    recommendation: Statement | None = Field(default=None, examples=[_RECOMMENDATION])


class _Remedied(_OnCertificate):
    remedies: Remedies = Field(
        description="What must be done to be restored.", examples=[[_REMEDY]]
    )
    contact: Name = Field(description="Whom the holder asks.", examples=["Sunita Rai"])
    deadline: Day | None = Field(
        default=None, description="By when, inclusive. By default in 6 months."
    )


class SuspendBody(_Remedied):
    """Suspend, or add a further reason to a suspension. A holder's own request is a reason too."""

    type: Literal["suspend"]
    reason_code: ReasonCode = Field(
        description=_codes("suspend"), examples=["fees_charged_to_workers"]
    )


class SuspendEmergencyBody(_Remedied):
    """Suspend at once, to be confirmed by a decision maker."""

    type: Literal["suspend_emergency"]
    reason_code: ReasonCode = Field(
        description=_codes("suspend_emergency"), examples=["danger_to_workers"]
    )


class SuspendCorridorsBody(_Remedied):
    """Suspend single corridors; the others stay valid."""

    type: Literal["suspend_corridors"]
    reason_code: ReasonCode = Field(description=_codes("suspend_corridors"))
    corridors: Corridors


class ConfirmSuspensionBody(_OnCertificate):
    """Confirm a reason that an integrity officer or policy opened."""

    type: Literal["confirm_suspension"]
    reason_code: ReasonCode = Field(description=_codes("confirm_suspension"))
    suspension: IdText = Field(description="The open reason's id.")


class LiftReasonBody(_OnCertificate):
    """Lift one reason while others stay open."""

    type: Literal["lift_reason"]
    reason_code: ReasonCode = Field(description=_codes("lift_reason"), examples=["remedied"])
    suspension: IdText = Field(description="The open reason's id.")


class RestoreBody(_OnCertificate):
    """Lift the last reason; the certificate is active again, if wanted with fewer corridors."""

    type: Literal["restore"]
    reason_code: ReasonCode = Field(description=_codes("restore"), examples=["remedied"])
    suspension: IdText | None = Field(
        default=None, description="The reason's id; not needed when only one is open."
    )
    corridors: Corridors | None = Field(default=None, description="Those that remain.")


class RestoreCorridorsBody(_OnCertificate):
    """Lift every reason that holds these corridors suspended."""

    type: Literal["restore_corridors"]
    reason_code: ReasonCode = Field(description=_codes("restore_corridors"))
    corridors: Corridors
    suspensions: Annotated[list[IdText], Field(min_length=1, max_length=200)] = Field(
        description="The ids of all their open reasons."
    )


class WithdrawBody(_OnCertificate):
    """Withdraw for ever: a suspended certificate, or an active one for cause."""

    type: Literal["withdraw"]
    reason_code: ReasonCode = Field(description=_codes("withdraw"), examples=["falsified_evidence"])


class TerminateBody(_OnCertificate):
    """The holder gives the certificate up."""

    type: Literal["terminate"]
    reason_code: ReasonCode = Field(description=_codes("terminate"))


class ReduceScopeBody(_OnCertificate):
    """A new edition with fewer corridors."""

    type: Literal["reduce_scope"]
    reason_code: ReasonCode = Field(description=_codes("reduce_scope"))
    corridors: Corridors = Field(description="Those that remain.")
    effective_on: Day | None = Field(default=None, description="By default today.")


class MaintainBody(_OnAudit):
    """Maintain on a surveillance audit, which closes."""

    type: Literal["maintain"]
    audit_id: IdText
    reason_code: ReasonCode = Field(default=Reason.STANDARD_MET, description=_codes("maintain"))


class RenewBody(_OnAudit):
    """A new cycle on a recertification audit, which closes."""

    type: Literal["renew"]
    audit_id: IdText
    reason_code: ReasonCode = Field(default=Reason.STANDARD_MET, description=_codes("renew"))
    effective_on: Day | None = Field(default=None, description="By default today.")
    expires_on: Day | None = Field(
        default=None, description="Inclusive. By default 36 months after the present cycle."
    )


class AnnulBody(_OnCertificate):
    """Declare void from a day on. A decision maker and an integrity officer sign the same body."""

    type: Literal["annul"]
    reason_code: ReasonCode = Field(description=_codes("annul"), examples=["obtained_by_fraud"])
    void_from: Day


CertificateDecisionBody = Annotated[
    SuspendBody
    | SuspendEmergencyBody
    | SuspendCorridorsBody
    | ConfirmSuspensionBody
    | LiftReasonBody
    | RestoreBody
    | RestoreCorridorsBody
    | WithdrawBody
    | TerminateBody
    | ReduceScopeBody
    | MaintainBody
    | RenewBody
    | AnnulBody,
    Field(discriminator="type"),
]


class InvolvedView(View):
    """Somebody who touched the evidence of the case, and how."""

    person: IdText
    ways: list[str] = Field(examples=[["team", "report"]])


class IndependenceView(View):
    """The computed set that the decider must not be in."""

    outcome: str = Field(examples=["independent"])
    involved: list[InvolvedView]


class CompletenessView(View):
    """Which conditions were checked and met, and which this version does not check yet."""

    met: list[str] = Field(examples=[["recommended", "findings_resolved"]])
    not_checked: list[str]


class FlagView(View):
    """A conflict came on record of somebody who had touched a decision."""

    id: IdText
    decision_id: IdText
    conflict_id: IdText
    parts: list[Part] = Field(description="How they touched it.", examples=[["reviewed"]])
    stood: bool = Field(description="Did the conflict bar when it was decided, known or not?")
    flagged_at: Instant
    settled_at: Instant | None
    outcome: FlagOutcome | None


class SettleBody(Body):
    """What follows from a flag."""

    outcome: Annotated[FlagOutcome, Field(strict=False)] = Field(examples=["no_effect"])


class DecisionView(View):
    """A decision; it is never changed."""

    id: IdText
    type: DecisionType
    audit_id: IdText | None
    certificate_number: str | None = Field(examples=[_NUMBER])
    case_id: IdText = Field(description="The application that the case began with.")
    recommendation: str | None
    reason_codes: list[Reason]
    conditions: list[str]
    effective_on: Day
    decided_at: Instant
    independence: IndependenceView | None = Field(
        description="Shown to the scheme and the audit company."
    )
    completeness: CompletenessView
    inputs_hash: str = Field(description="SHA-256 over what the decision was shown.")
    flags: list[FlagView] | None = Field(
        description="Conflicts that became known of people who touched it; shown to the scheme and"
        " the audit company."
    )


class SiteView(View):
    """A site in the scope."""

    name: str
    country: CountryCode
    city: str


class ScopeView(View):
    """Corridors × sectors × sites."""

    corridors: list[CorridorCode]
    sectors: list[str]
    sites: list[SiteView]


class SuspensionView(View):
    """A reason that is not lifted. What it asks of the holder is shown to the holder alone, and
    to those who decide."""

    id: IdText
    reason_code: str
    corridor: CorridorCode | None = Field(description="null: the whole certificate.")
    opened_at: Instant
    confirmed_at: Instant | None
    deadline: date | None
    remedies: list[str] | None
    contact: str | None


class CertificateSummary(View):
    """A certificate in a list, as it is now."""

    id: IdText
    number: str = Field(examples=[_NUMBER])
    state: State
    version: int
    status: Result = Field(description="What is true now: the state, and what the clock decides.")
    status_since: Instant | None
    reason_code: str | None
    edition: int
    holder: str = Field(examples=["सगरमाथा रोजगार"])
    recruiter_id: IdText
    audit_company: str
    scope: ScopeView
    standard: str = Field(description="What it was audited against.", examples=["iris-1.2"])
    policy: str = Field(
        description="The version in force when it was granted or last renewed.",
        examples=["2026.1"],
    )
    effective_on: Day = Field(description="The first day of this edition.")
    expires_on: Day = Field(description="The last day of this edition, inclusive.")


class CertificateView(CertificateSummary):
    """One certificate: what holds it suspended, and what the caller may decide about it."""

    suspensions: list[SuspensionView]
    history: str = Field(examples=[f"/v1/certificates/{_NUMBER}/history"])
    verify: str = Field(examples=[f"/v1/verify/{_NUMBER}"])
    allowed_actions: list[AllowedAction]


class StepView(View):
    """One move of the public history: what, when, why, in which roles; never who."""

    position: int
    action: str = Field(examples=["suspend"])
    source: str = Field(description="Empty for the first move.", examples=["active"])
    target: str = Field(examples=["suspended"])
    role: str = Field(examples=["decision_maker"])
    second_role: str | None = Field(description="The role of who signed second, if two did.")
    reason_code: str | None = Field(examples=["fees_charged_to_workers"])
    effective_at: Instant
    recorded_at: Instant


class ReasonView(View):
    """A reason code, what it means, and for which decisions it may be given."""

    code: Reason
    meaning: str
    decisions: list[DecisionType]


class ReasonsView(View):
    """Every reason code."""

    items: list[ReasonView]
