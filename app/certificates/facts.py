"""What the guards of a certificate look at: what is known, and what the decision proposes. Pure.

Filled by `service.py` from the records, read by `lifecycle.py` alone.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from app.access.independence import Conflict, Involvement
from app.certificates.reasons import Reason
from app.certificates.status import Status
from app.scheme.policy import Policy


class Opening(StrEnum):
    """How a reason for suspension was opened; all but a decision's have to be confirmed."""

    DECISION = "decision"
    EMERGENCY = "emergency"
    POLICY = "policy"


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenReason:
    """A reason that holds the certificate, or one corridor, suspended and is not lifted."""

    id: str
    code: str
    corridor: str | None
    opening: Opening
    opened_at: datetime
    deadline: date
    confirmed: bool = False

    def __str__(self) -> str:
        where = f" for {self.corridor}" if self.corridor else ""
        return f"{self.code}{where}, open since {self.opened_at.date()} ({self.id})"


@dataclass(frozen=True, slots=True)
class Finding:
    """A finding as the rule for a grant sees it."""

    criterion: str
    grade: str
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Audited:
    """The audit that a decision rests on."""

    kind: str
    state: str
    fieldwork_ended_on: date | None
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """The recruiter's newest employer-pays check that saw every source."""

    made_on: date
    workers: int
    unremedied: int
    """Workers who bore a cost that is neither repaid in full nor held apart for them."""
    unclear: int
    """Workers of whom nobody knows who bore a cost."""
    outdated: bool
    """Was more recorded of its workers since?"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """The certificate as it is now, as far as it exists."""

    status: Status
    corridors: tuple[str, ...]
    """Of the edition in force."""
    newest_corridors: tuple[str, ...]
    """Of the newest edition, which may lie ahead."""
    begins: datetime
    """When its first edition began."""
    newest_begins: datetime
    reasons: tuple[OpenReason, ...] = ()
    granted_by: frozenset[str] = frozenset()
    """Who decided that it be issued."""
    withdrawn_by: frozenset[str] = frozenset()
    """Who decided the withdrawal that stands."""

    def whole(self) -> tuple[OpenReason, ...]:
        """The open reasons that hold the whole certificate suspended."""
        return tuple(reason for reason in self.reasons if reason.corridor is None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What a decision says; empty while somebody only asks what it would need."""

    reasons: tuple[Reason, ...] = ()
    recommendation: str | None = None
    conditions: tuple[str, ...] = ()
    effective_on: date | None = None
    expires_on: date | None = None
    corridors: tuple[str, ...] = ()
    remedies: tuple[str, ...] = ()
    contact: str | None = None
    deadline: date | None = None
    suspensions: tuple[str, ...] = ()
    """Ids of the reasons that it confirms or lifts."""
    void_from: date | None = None
    panel_reference: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Everything a guard may ask about."""

    now: datetime
    policy: Policy
    person: str | None
    involvements: Collection[Involvement]
    """The computed set of the case."""
    conflicts: tuple[Conflict, ...]
    """With the recruiter, of the person who acts and of their whole audit company."""
    contracted: bool
    contracted_corridors: tuple[str, ...]
    audit: Audited | None = None
    checked: Checked | None = None
    """None: no such check was made."""
    held: Held | None = None
    """None for a certificate that is to be born."""
    taken: tuple[tuple[str, str], ...] = ()
    """(corridor, number) of the recruiter's other certificates that hold a proposed corridor."""
    proposal: Proposal = Proposal()
