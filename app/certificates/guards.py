"""The guards of a certificate's moves, each with its reason in words. Pure (DOMAIN §7, §9, §10).

Used by `lifecycle.py` alone. What they look at is in `facts.py`.
"""

from datetime import date, timedelta

from app.access.independence import bars, conflict_bars
from app.certificates.facts import Facts, Held, Opening, OpenReason
from app.certificates.reasons import CAUSES, REASONS, Reason
from app.certificates.status import Result, expiry_date
from app.certificates.timers import restorable_until
from app.kernel.dates import day_of, last_day, start_of_day
from app.lifecycle.machine import Guard

_PLAN_ACCEPTED = frozenset({"plan_accepted", "evidence_submitted", "closed"})
_GRAVE = frozenset({"critical", "major"})


def independent(facts: Facts) -> str | None:
    """Nobody who touched the evidence of the case decides (§3, ISO 17021-1 9.5.1)."""
    return bars(facts.person, facts.involvements)


def unconflicted(facts: Facts) -> str | None:
    """Nobody decides with a conflict of interest, open or of the last 24 months (§3, S2, S3)."""
    found = conflict_bars(facts.conflicts, _today(facts), facts.policy.conflict_months)
    return "; ".join(found) or None


def not_the_granter(facts: Facts) -> str | None:
    """Who decided the grant signs its annulment on neither side (C19)."""
    if facts.held is not None and facts.person in facts.held.granted_by:
        return "this person decided that the certificate be issued; others annul it"
    return None


def not_the_withdrawer(facts: Facts) -> str | None:
    """Who decided the withdrawal does not sign that it be overturned (§3, appeal)."""
    if facts.held is not None and facts.person in facts.held.withdrawn_by:
        return "this person decided the withdrawal; others carry out the ruling against it"
    return None


def reason_for(action: str) -> Guard[Facts]:
    """A reason code of the published list, fit for the action."""

    def reason_given(facts: Facts) -> tuple[str, ...]:
        fitting = REASONS[action]
        listed = ", ".join(fitting)
        if not facts.proposal.reasons:
            return (f"give a reason code: {listed}",)
        return tuple(
            f"{reason} is no reason to {action.replace('_', ' ')}; these are: {listed}"
            for reason in facts.proposal.reasons
            if reason not in fitting
        )

    return reason_given


def recommended(facts: Facts) -> str | None:
    """A decision on an audit states the recommendation that it follows or not (§9)."""
    return None if facts.proposal.recommendation else "state the recommendation"


def rests_on(*kinds: str) -> Guard[Facts]:
    """The decision names a reviewed audit of such a kind (C1, C2, C3)."""
    kind = " or ".join(kinds)

    def audit_reviewed(facts: Facts) -> tuple[str, ...]:
        audit = facts.audit
        if audit is None:
            return (f"name the reviewed {kind} audit that this rests on",)
        reasons = []
        if audit.kind not in kinds:
            reasons.append(f"this rests on a {kind} audit; the audit named is {audit.kind}")
        if audit.state != "reviewed":
            reasons.append(f"the audit is {audit.state}; it is decided on once it is reviewed")
        return tuple(reasons)

    return audit_reviewed


def findings_resolved(facts: Facts) -> tuple[str, ...]:
    """Critical and major closed, minor at least plan_accepted (§7, ISO 17021-1 9.5.2)."""
    found = facts.audit.findings if facts.audit else ()
    reasons = []
    for finding in found:
        if finding.state == "voided":
            continue
        if finding.grade in _GRAVE and finding.state != "closed":
            wanted = "closed"
        elif finding.grade == "minor" and finding.state not in _PLAN_ACCEPTED:
            wanted = "at least plan_accepted"
        else:
            continue
        reasons.append(
            f"the {finding.grade} finding on {finding.criterion} is {finding.state}; it must be"
            f" {wanted}"
        )
    return tuple(reasons)


def employer_pays(facts: Facts) -> tuple[str, ...]:
    """Employer-pays checks are clean or remediated (C1, §8).

    The newest check of the recruiter as a whole that saw every source, of `check_valid_days` at
    most, before which everything was recorded: it covers a worker, none bore a cost that is neither
    repaid in full nor held apart, and of none is it unknown who bore one.
    """
    found, days = facts.checked, facts.policy.check_valid_days
    if found is None:
        return ("no employer-pays check of the recruiter as a whole was made by its auditors",)
    reasons = []
    if _today(facts) > found.made_on + timedelta(days=days):
        reasons.append(
            f"the employer-pays check of {found.made_on} is older than {days} days: make a new one"
        )
    if found.outdated:
        reasons.append(
            f"charges were recorded after the employer-pays check of {found.made_on}: make a new"
            " one"
        )
    if not found.workers:
        reasons.append(f"the employer-pays check of {found.made_on} covers no worker")
    if found.unremedied:
        reasons.append(
            f"{found.unremedied} workers bore costs that were neither repaid in full nor held"
            f" apart, as checked on {found.made_on}"
        )
    if found.unclear:
        reasons.append(
            f"of {found.unclear} workers nobody knows who bore a cost, as checked on"
            f" {found.made_on}"
        )
    return tuple(reasons)


def decided_after_the_audit(facts: Facts) -> str | None:
    """No decision is dated before the audit's end (§10)."""
    if facts.audit is None:
        return None
    ended_on = facts.audit.fieldwork_ended_on
    if ended_on is None:
        return "the fieldwork of the audit has not ended"
    if _today(facts) < ended_on:
        return f"the fieldwork ended on {ended_on}, after this decision ({_today(facts)})"
    return None


def contracted(facts: Facts) -> str | None:
    """The agreement is signed by both sides (C1)."""
    return None if facts.contracted else "the agreement is not signed by both sides"


def corridors_contracted(facts: Facts) -> tuple[str, ...]:
    """The scope lies inside the one that was contracted."""
    if not facts.proposal.corridors:
        return ("name at least one corridor",)
    return tuple(
        f"{corridor} is not in the contracted scope"
        for corridor in facts.proposal.corridors
        if corridor not in facts.contracted_corridors
    )


def effective_from_now_on(facts: Facts) -> str | None:
    """Nothing takes effect before it is decided (§9)."""
    effective_on = facts.proposal.effective_on
    if effective_on is None:
        return "name the day from which it takes effect (effective_on)"
    if effective_on < _today(facts):
        return f"{effective_on} lies before the decision ({_today(facts)})"
    return None


def one_cycle_at_most(facts: Facts) -> str | None:
    """Expiry ≤ effective + 36 months (C1)."""
    first = facts.proposal.effective_on
    return None if first is None else _ends_by(facts, first, first)


def one_cycle_on(facts: Facts) -> str | None:
    """The new cycle ends at most 36 months after the prior one (C3, C13)."""
    first, held = facts.proposal.effective_on, facts.held
    if first is None or held is None or held.status.expires_at is None:
        return None
    return _ends_by(facts, first, max(first, day_of(held.status.expires_at, facts.policy.zone)))


def one_cycle_from_the_prior(facts: Facts) -> str | None:
    """After a late restore, expiry counts from the *prior* cycle (C13)."""
    first, held = facts.proposal.effective_on, facts.held
    if first is None or held is None or held.status.expires_at is None:
        return None
    return _ends_by(facts, first, day_of(held.status.expires_at, facts.policy.zone))


def one_certificate_per_corridor(facts: Facts) -> tuple[str, ...]:
    """At most one active, unexpired certificate per recruiter and corridor (§10).

    A suspended one holds its corridors too: nobody leaves a suspension by a second certificate.
    """
    return tuple(
        f"{corridor} is covered by certificate {number} already" for corridor, number in facts.taken
    )


def not_expired(facts: Facts) -> str | None:
    """An expired certificate is not maintained, renewed, restored or given another scope."""
    if facts.held is None or facts.held.status.result is not Result.EXPIRED:
        return None
    return f"the certificate expired on {_last_day(facts.held, facts)}"


def expired_lately(facts: Facts) -> str | None:
    """Only when expired, and within 6 months of it (C13)."""
    held = facts.held
    if held is None or held.status.result is not Result.EXPIRED or held.status.expires_at is None:
        return "the certificate has not expired"
    until = restorable_until(held.status.expires_at, facts.policy)
    if _today(facts) <= until:
        return None
    return f"it could be restored until {until}, {facts.policy.restore_months} months after expiry"


def before_it_expires(facts: Facts) -> str | None:
    """A new edition begins while the old one is valid, or as its cycle ends: without a gap."""
    first, held = facts.proposal.effective_on, facts.held
    if first is None or held is None or held.status.expires_at is None:
        return None
    if start_of_day(first, facts.policy.zone) <= held.status.expires_at:
        return None
    return f"{first} leaves a gap: the certificate expires on {_last_day(held, facts)}"


def editions_in_order(facts: Facts) -> str | None:
    """No edition is decided to begin before one that was decided earlier."""
    first, held = facts.proposal.effective_on, facts.held
    if first is None or held is None:
        return None
    latest = day_of(held.newest_begins, facts.policy.zone)
    return f"an edition begins on {latest}; the next one not earlier" if first < latest else None


def remedy_agreed(facts: Facts) -> tuple[str, ...]:
    """A suspension says what must be done, whom to ask, and by when (C4)."""
    reasons = []
    if not facts.proposal.remedies:
        reasons.append("list what the holder must do (remedies)")
    if not facts.proposal.contact:
        reasons.append("name a contact")
    if facts.proposal.deadline is None or facts.proposal.deadline <= _today(facts):
        reasons.append("give a deadline after today")
    return tuple(reasons)


def corridors_in_scope(facts: Facts) -> tuple[str, ...]:
    """Only corridors of the edition in force are suspended (C4c)."""
    if not facts.proposal.corridors:
        return ("name the corridors",)
    scope = facts.held.corridors if facts.held else ()
    return tuple(
        f"{corridor} is not in the certificate's scope"
        for corridor in facts.proposal.corridors
        if corridor not in scope
    )


def fewer_corridors(facts: Facts) -> tuple[str, ...]:
    """What remains is part of the newest scope, and less than it (C11)."""
    scope = facts.held.newest_corridors if facts.held else ()
    remaining = facts.proposal.corridors
    if not remaining:
        return ("name the corridors that remain",)
    if set(remaining) >= set(scope):
        return ("the corridors that remain must be fewer than now",)
    return tuple(f"{c} is not in the certificate's scope" for c in remaining if c not in scope)


def fewer_corridors_if_any(facts: Facts) -> tuple[str, ...]:
    """A restoration may come with a reduced scope (C8)."""
    if not facts.proposal.corridors:
        return ()
    out_of_order = editions_in_order(facts)
    return (*fewer_corridors(facts), *([out_of_order] if out_of_order else []))


def more_corridors(facts: Facts) -> str | None:
    """An extension keeps the scope and adds to it (C10)."""
    scope = set(facts.held.newest_corridors) if facts.held else set()
    return None if scope < set(facts.proposal.corridors) else "name the scope and what is added"


def one_unconfirmed_reason(facts: Facts) -> str | None:
    """An emergency or policy suspension is confirmed once, reason by reason (C5a)."""
    found = _named(facts)
    if isinstance(found, str):
        return found
    if found.opening is Opening.DECISION:
        return f"{found} was opened by a decision and needs no confirmation"
    return f"{found} is confirmed already" if found.confirmed else None


def others_stay_open(facts: Facts) -> str | None:
    """One reason is lifted; the last one goes by `restore` (C7a)."""
    found = _named(facts)
    if isinstance(found, str):
        return found
    if facts.held and not [reason for reason in facts.held.whole() if reason is not found]:
        return f"{found} is the only reason left; restore lifts it"
    return None


def every_other_reason_lifted(facts: Facts) -> tuple[str, ...]:
    """Every reason lifted, the last one here (C7)."""
    whole = facts.held.whole() if facts.held else ()
    named = facts.proposal.suspensions
    if not named:
        open_still = whole if len(whole) > 1 else ()
    else:
        open_still = tuple(reason for reason in whole if reason.id != named[0])
        if len(named) > 1:
            return ("restore lifts one reason, the last",)
        if len(open_still) == len(whole):
            return (f"{named[0]} is no open reason of the whole certificate",)
    return tuple(f"not lifted: {reason}" for reason in open_still)


def every_corridor_reason_lifted(facts: Facts) -> tuple[str, ...]:
    """Each reason for those corridors is lifted (C7c)."""
    if not facts.proposal.corridors:
        return ("name the corridors",)
    reasons = facts.held.reasons if facts.held else ()
    asked = [reason for reason in reasons if reason.corridor in facts.proposal.corridors]
    suspended = {reason.corridor for reason in asked}
    known = {reason.id for reason in asked}
    return (
        *(
            f"{c} is not suspended by itself"
            for c in facts.proposal.corridors
            if c not in suspended
        ),
        *(f"not lifted: {r}" for r in asked if r.id not in facts.proposal.suspensions),
        *(
            f"{identity} is no open reason of these corridors"
            for identity in facts.proposal.suspensions
            if identity not in known
        ),
    )


def nothing_suspended(facts: Facts) -> tuple[str, ...]:
    """Never transferred while suspended, in a single corridor either (C17)."""
    return tuple(f"not lifted: {reason}" for reason in (facts.held.reasons if facts.held else ()))


def for_cause(facts: Facts) -> str | None:
    """An active certificate is withdrawn for cause only (C15)."""
    if set(facts.proposal.reasons) <= set(CAUSES):
        return None
    return f"a certificate that is not suspended is withdrawn for cause: {', '.join(CAUSES)}"


def deadline_has_passed(facts: Facts) -> str | None:
    """Who withdraws for a deadline shows one that passed (C9)."""
    if Reason.DEADLINE_PASSED not in facts.proposal.reasons or facts.held is None:
        return None
    first = min((reason.deadline for reason in facts.held.whole()), default=None)
    if first is None or first < _today(facts):
        return None
    return f"the first deadline is {first}; it has not passed"


def void_date_given(facts: Facts) -> str | None:
    """An annulment names the day from which the certificate was void (C19)."""
    void_from = facts.proposal.void_from
    if void_from is None:
        return "name the day from which it is void (void_from)"
    if void_from > _today(facts):
        return f"{void_from} lies ahead; an annulment reaches back or takes effect today"
    if facts.held is None:
        return None
    began = min(day_of(facts.held.begins, facts.policy.zone), _today(facts))
    if void_from < began:
        return f"the certificate began on {began}; it cannot be void from {void_from} on"
    return None


def ruled_by_the_panel(facts: Facts) -> str | None:
    """An overturn carries out a ruling of the appeal panel (C20)."""
    return None if facts.proposal.panel_reference else "name the appeal panel's ruling"


def no_earlier_suspension(facts: Facts) -> tuple[str, ...]:
    """Nothing else held it suspended (C20)."""
    return tuple(
        f"not lifted: {reason}; overturn it to suspended"
        for reason in (facts.held.whole() if facts.held else ())
    )


def earlier_suspension(facts: Facts) -> str | None:
    """The earlier suspension still stands (C20s)."""
    if facts.held and facts.held.whole():
        return None
    return "no reason for suspension stood open when it was withdrawn"


def _ends_by(facts: Facts, first: date, cycle_begins: date) -> str | None:
    expires_on, months = facts.proposal.expires_on, facts.policy.cycle_months
    if expires_on is None:
        return "name the last day of validity (expires_on)"
    if expires_on < first:
        return f"{expires_on} lies before the first day, {first}"
    latest = last_day(cycle_begins, months)
    if expires_on <= latest:
        return None
    return f"{expires_on} is too late: {months} months from {cycle_begins} end on {latest}"


def _named(facts: Facts) -> OpenReason | str:
    """The one open reason that the decision names, or what is wrong."""
    reasons = facts.held.reasons if facts.held else ()
    if len(facts.proposal.suspensions) != 1:
        listed = "; ".join(str(reason) for reason in reasons)
        return f"name one open reason: {listed}" if listed else "no reason is open"
    found = [reason for reason in reasons if reason.id == facts.proposal.suspensions[0]]
    return found[0] if found else f"{facts.proposal.suspensions[0]} is no open reason"


def _last_day(held: Held, facts: Facts) -> date | None:
    expires_at = held.status.expires_at
    return expires_at and expiry_date(expires_at, facts.policy.zone)


def _today(facts: Facts) -> date:
    return day_of(facts.now, facts.policy.zone)
