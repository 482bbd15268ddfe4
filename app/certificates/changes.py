"""What a decision changes beside its move: editions, reasons for suspension. Pure.

Used by `service.py`: it completes what policy supplies, works the change out, and writes it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, assert_never

from app.certificates import status
from app.certificates.decisions import DecisionType, NotOffered
from app.certificates.facts import Facts, Opening
from app.certificates.timers import renewed_until
from app.kernel.dates import add_months, day_of, end_of_day, last_day, start_of_day
from app.kernel.identifiers import new_id

OPENINGS: Mapping[DecisionType, Opening] = MappingProxyType(
    {
        DecisionType.SUSPEND: Opening.DECISION,
        DecisionType.SUSPEND_CORRIDORS: Opening.DECISION,
        DecisionType.SUSPEND_EMERGENCY: Opening.EMERGENCY,
    }
)
"""The decisions that open a reason for suspension, and how it counts as opened."""


@dataclass(frozen=True, slots=True)
class NewEdition:
    """What the certificate says from an instant on."""

    number: int
    scope: Mapping[str, Any]
    starts: datetime
    ends: datetime
    first_day: date
    last_day: date
    """Inclusive."""


@dataclass(frozen=True, slots=True)
class Change:
    """What a decision writes beside its move."""

    edition: NewEdition | None = None
    opened: Mapping[str, str | None] = field(default_factory=dict)
    """Ids of new reasons for suspension, each with its corridor or None for all."""
    confirmed: tuple[str, ...] = ()
    lifted: tuple[str, ...] = ()

    def particulars(self) -> dict[str, Any]:
        """What the journal says of it: codes, ids and instants."""
        told: dict[str, Any] = {}
        if self.edition is not None:
            corridors = self.edition.scope["corridors"]
            told |= status.new_edition(self.edition.number, self.edition.ends, corridors)
        if self.opened:
            told |= status.opens(self.opened)
        if self.lifted:
            told |= status.lifts(self.lifted)
        if self.confirmed:
            told["confirmed"] = list(self.confirmed)
        return told


def completed(decided: DecisionType, known: Facts) -> Facts:
    """The facts with what policy supplies where the proposal says nothing.

    A decision takes effect today, an annulment from its void date; a certificate lasts a whole
    cycle and covers all contracted corridors; a suspension's deadline is 6 months (DOMAIN §10).
    """
    proposal, rules, held = known.proposal, known.policy, known.held
    today = day_of(known.now, rules.zone)
    if decided is DecisionType.ANNUL:
        return replace(known, proposal=replace(proposal, effective_on=proposal.void_from))
    first = proposal.effective_on or today
    proposal = replace(proposal, effective_on=first)
    if decided is DecisionType.GRANT:
        proposal = replace(
            proposal,
            expires_on=proposal.expires_on or last_day(first, rules.cycle_months),
            corridors=proposal.corridors or known.contracted_corridors,
        )
    if decided in OPENINGS and proposal.deadline is None:
        proposal = replace(proposal, deadline=add_months(today, rules.suspension_months))
    if held is not None:
        expires_at, whole = held.status.expires_at, held.whole()
        if decided is DecisionType.RENEW and proposal.expires_on is None and expires_at is not None:
            proposal = replace(proposal, expires_on=renewed_until(expires_at, rules))
        if decided is DecisionType.RESTORE and not proposal.suspensions and len(whole) == 1:
            proposal = replace(proposal, suspensions=(whole[0].id,))
    return replace(known, proposal=proposal)


def change_of(
    decided: DecisionType, known: Facts, scope: Mapping[str, Any], edition: int
) -> Change:
    """What the decision would change, if nothing stands against it.

    `scope` is that of the newest edition, whose number is `edition`; for a grant, what was
    contracted, and 0. Raises NotOffered where nothing is built that would carry it out.
    """
    proposal = known.proposal
    reduced = {**scope, "corridors": list(proposal.corridors)}
    match decided:
        case DecisionType.SUSPEND | DecisionType.SUSPEND_EMERGENCY:
            return Change(opened={new_id(known.now): None})
        case DecisionType.SUSPEND_CORRIDORS:
            return Change(opened={new_id(known.now): c for c in proposal.corridors})
        case DecisionType.CONFIRM_SUSPENSION:
            return Change(confirmed=proposal.suspensions)
        case DecisionType.LIFT_REASON | DecisionType.RESTORE_CORRIDORS:
            return Change(lifted=proposal.suspensions)
        case DecisionType.RESTORE:
            made = _same_term(decided, known, reduced, edition + 1) if proposal.corridors else None
            return Change(edition=made, lifted=proposal.suspensions)
        case DecisionType.REDUCE_SCOPE:
            return Change(edition=_same_term(decided, known, reduced, edition + 1))
        case DecisionType.GRANT:
            return Change(edition=_new_term(decided, known, reduced, edition + 1))
        case DecisionType.RENEW:
            return Change(edition=_new_term(decided, known, scope, edition + 1))
        case (
            DecisionType.REFUSE
            | DecisionType.MAINTAIN
            | DecisionType.WITHDRAW
            | DecisionType.TERMINATE
            | DecisionType.ANNUL
        ):
            return Change()
        case (
            DecisionType.TRANSFER_IN
            | DecisionType.TRANSFER_OUT
            | DecisionType.SUSPEND_BY_POLICY
            | DecisionType.EXTEND_SCOPE
            | DecisionType.RESTORE_EXPIRED
            | DecisionType.FLAG_ISSUER
            | DecisionType.UNFLAG_ISSUER
            | DecisionType.OVERTURN
            | DecisionType.OVERTURN_TO_SUSPENDED
            | DecisionType.CORRECT
        ):
            raise NotOffered(decided)
        case _:
            assert_never(decided)


def effective_at(decided: DecisionType, known: Facts) -> datetime:
    """When the move takes effect: at once, or when the day named begins in the scheme's zone."""
    proposal, zone = known.proposal, known.policy.zone
    if decided is DecisionType.ANNUL and proposal.void_from is not None:
        return start_of_day(proposal.void_from, zone)
    if proposal.effective_on is None:
        return known.now
    return max(known.now, start_of_day(proposal.effective_on, zone))


def _new_term(
    decided: DecisionType, known: Facts, scope: Mapping[str, Any], number: int
) -> NewEdition | None:
    expires_on = known.proposal.expires_on
    if expires_on is None:
        return None
    zone, starts = known.policy.zone, effective_at(decided, known)
    return NewEdition(
        number, scope, starts, end_of_day(expires_on, zone), day_of(starts, zone), expires_on
    )


def _same_term(
    decided: DecisionType, known: Facts, scope: Mapping[str, Any], number: int
) -> NewEdition | None:
    ends = known.held.status.expires_at if known.held is not None else None
    if ends is None:
        return None
    zone, starts = known.policy.zone, effective_at(decided, known)
    return NewEdition(
        number, scope, starts, ends, day_of(starts, zone), status.expiry_date(ends, zone)
    )
