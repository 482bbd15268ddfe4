"""The lifecycle of a certificate: DOMAIN §10 as a table. Pure.

Its guards are in `guards.py`, what they look at in `facts.py`; what §10 asks for and nothing checks
yet stands in `MISSING_GUARDS`. Expiry (C12) is no move: the clock decides it (`status.py`).
"""

from collections.abc import Collection
from enum import StrEnum

from app.certificates import guards
from app.certificates.facts import Facts
from app.kernel.roles import Role
from app.lifecycle.machine import BORN, Guard, Machine, Rule, Takes


class State(StrEnum):
    """What is stored; what the clock decides is computed from dates (DOMAIN §10)."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    WITHDRAWN = "withdrawn"
    TERMINATED = "terminated"
    TRANSFERRED_OUT = "transferred_out"
    ANNULLED = "annulled"


_DECIDER = frozenset({Role.DECISION_MAKER})
_INTEGRITY = frozenset({Role.INTEGRITY_OFFICER})
_SYSTEM = frozenset({Role.SYSTEM})
_PANEL = frozenset({Role.APPEAL_PANEL})
INDEPENDENT: tuple[Guard[Facts], ...] = (guards.independent, guards.unconflicted)
"""What bars a person from every decision of the case."""
_BIRTH = frozenset({BORN})
_ACTIVE = frozenset({State.ACTIVE})
_SUSPENDED = frozenset({State.SUSPENDED})
_WITHDRAWN = frozenset({State.WITHDRAWN})
_VALID = _ACTIVE | _SUSPENDED
_EVERY = frozenset(State) - {State.ANNULLED}


def _move(
    action: str,
    sources: Collection[str],
    target: State,
    *conditions: Guard[Facts],
    who: frozenset[Role] = _DECIDER,
    second: frozenset[Role] = frozenset(),
    bars: tuple[Guard[Facts], ...] = INDEPENDENT,
    takes: Takes = Takes.AT_ONCE,
) -> Rule[Facts]:
    """A row of the table. Every move of a certificate is public, and has its reason."""
    return Rule(
        action,
        frozenset(sources),
        target,
        who,
        second=second,
        bars=bars,
        guards=(guards.reason_for(action), *conditions),
        public=True,
        takes=takes,
    )


CERTIFICATE: Machine[Facts] = Machine(
    "certificate",
    State,
    [
        _move(  # C1
            "issue",
            _BIRTH,
            State.ACTIVE,
            guards.recommended,
            guards.rests_on("stage_2"),
            guards.findings_resolved,
            guards.employer_pays,
            guards.decided_after_the_audit,
            guards.contracted,
            guards.corridors_contracted,
            guards.effective_from_now_on,
            guards.one_cycle_at_most,
            guards.one_certificate_per_corridor,
            takes=Takes.NOW_OR_LATER,
        ),
        _move(  # C1t
            "transfer_in",
            _BIRTH,
            State.ACTIVE,
            guards.recommended,
            guards.rests_on("transfer_review"),
            guards.contracted,
            guards.one_certificate_per_corridor,
        ),
        _move(  # C2
            "maintain",
            _ACTIVE,
            State.ACTIVE,
            guards.recommended,
            guards.rests_on("surveillance"),
            guards.decided_after_the_audit,
            guards.not_expired,
        ),
        _move(  # C3
            "renew",
            _ACTIVE,
            State.ACTIVE,
            guards.recommended,
            guards.rests_on("recertification"),
            guards.findings_resolved,
            guards.employer_pays,
            guards.decided_after_the_audit,
            guards.not_expired,
            guards.effective_from_now_on,
            guards.before_it_expires,
            guards.editions_in_order,
            guards.one_cycle_on,
            guards.one_certificate_per_corridor,
            takes=Takes.NOW_OR_LATER,
        ),
        _move("suspend", _VALID, State.SUSPENDED, guards.remedy_agreed),  # C4, C4a, C6
        _move(  # C4e, C4a
            "suspend_emergency", _VALID, State.SUSPENDED, guards.remedy_agreed, who=_INTEGRITY
        ),
        _move(  # C5, C4a
            "suspend_by_policy", _VALID, State.SUSPENDED, guards.remedy_agreed, who=_SYSTEM, bars=()
        ),
        _move(  # C5a
            "confirm_suspension", _SUSPENDED, State.SUSPENDED, guards.one_unconfirmed_reason
        ),
        _move("lift_reason", _SUSPENDED, State.SUSPENDED, guards.others_stay_open),  # C7a
        _move(  # C7, C8
            "restore",
            _SUSPENDED,
            State.ACTIVE,
            guards.every_other_reason_lifted,
            guards.not_expired,
            guards.fewer_corridors_if_any,
        ),
        _move(  # C4c
            "suspend_corridors",
            _ACTIVE,
            State.ACTIVE,
            guards.corridors_in_scope,
            guards.remedy_agreed,
        ),
        _move(  # C7c
            "restore_corridors", _ACTIVE, State.ACTIVE, guards.every_corridor_reason_lifted
        ),
        _move("withdraw", _SUSPENDED, State.WITHDRAWN, guards.deadline_has_passed),  # C9
        _move(  # C10
            "extend_scope",
            _ACTIVE,
            State.ACTIVE,
            guards.recommended,
            guards.rests_on("special"),
            guards.decided_after_the_audit,
            guards.not_expired,
            guards.more_corridors,
            guards.corridors_contracted,
            guards.effective_from_now_on,
            guards.editions_in_order,
            guards.one_certificate_per_corridor,
            takes=Takes.NOW_OR_LATER,
        ),
        _move(  # C11
            "reduce_scope",
            _ACTIVE,
            State.ACTIVE,
            guards.not_expired,
            guards.fewer_corridors,
            guards.effective_from_now_on,
            guards.before_it_expires,
            guards.editions_in_order,
            takes=Takes.NOW_OR_LATER,
        ),
        _move(  # C13
            "restore_expired",
            _ACTIVE,
            State.ACTIVE,
            guards.recommended,
            guards.rests_on("recertification"),
            guards.findings_resolved,
            guards.employer_pays,
            guards.decided_after_the_audit,
            guards.expired_lately,
            guards.one_cycle_from_the_prior,
            guards.one_certificate_per_corridor,
        ),
        _move("withdraw", _ACTIVE, State.WITHDRAWN, guards.for_cause),  # C15
        _move("terminate", _VALID, State.TERMINATED),  # C16
        _move("transfer_out", _ACTIVE, State.TRANSFERRED_OUT, guards.nothing_suspended),  # C17
        *(  # C18
            _move(action, {state}, state, who=_INTEGRITY | _SYSTEM, bars=())
            for action in ("flag_issuer", "unflag_issuer")
            for state in (State.ACTIVE, State.SUSPENDED)
        ),
        _move(  # C19
            "annul",
            _EVERY,
            State.ANNULLED,
            guards.void_date_given,
            second=_INTEGRITY,
            bars=(*INDEPENDENT, guards.not_the_granter),
            takes=Takes.NOW_OR_EARLIER,
        ),
        _move(  # C20
            "overturn",
            _WITHDRAWN,
            State.ACTIVE,
            guards.ruled_by_the_panel,
            guards.no_earlier_suspension,
            guards.one_certificate_per_corridor,
            second=_PANEL,
            bars=(*INDEPENDENT, guards.not_the_withdrawer),
            takes=Takes.NOW_OR_EARLIER,
        ),
        _move(  # C20s
            "overturn_to_suspended",
            _WITHDRAWN,
            State.SUSPENDED,
            guards.ruled_by_the_panel,
            guards.earlier_suspension,
            guards.one_certificate_per_corridor,
            second=_PANEL,
            bars=(*INDEPENDENT, guards.not_the_withdrawer),
            takes=Takes.NOW_OR_EARLIER,
        ),
        *(  # C21
            _move(
                "correct",
                {state},
                state,
                who=frozenset({Role.PROGRAMME_MANAGER}),
                second=_DECIDER,
                bars=(),
            )
            for state in (State.ACTIVE, State.SUSPENDED)
        ),
    ],
)
"""In §10's order. An overturn is signed by a decision maker and by a member of the appeal panel,
who vouches that the panel so ruled: §10 asks for two signatures and does not say whose."""

REFUSAL: Rule[Facts] = Rule(
    "refuse",
    frozenset({"reviewed"}),
    "closed",
    _DECIDER,
    bars=INDEPENDENT,
    guards=(
        guards.reason_for("refuse"),
        guards.recommended,
        guards.rests_on("stage_2", "recertification", "transfer_review"),
        guards.decided_after_the_audit,
        guards.effective_from_now_on,
    ),
)
"""A refusal moves no certificate: it closes the audit (§9). Judged as a row of the table is."""

EVERY_DECISION = "every decision"
"""In `MISSING_GUARDS`: asked for of each move that somebody decides, and of a refusal."""

_AS_FOR_ISSUE = (
    "a licence is valid in every corridor of the scope",
    "no critical complaint is open",
    "surveillance obligations are created",
)

MISSING_GUARDS: tuple[tuple[str, str], ...] = (
    (EVERY_DECISION, "the holder is told in the same transaction"),
    (EVERY_DECISION, "the deadline of a decision; passing it opens a suspension decision"),
    *(("issue", asked) for asked in _AS_FOR_ISSUE),
    ("transfer_in", "the pre-transfer review and file"),
    ("transfer_in", "the findings rule of a grant"),
    ("transfer_in", "the same cycle and expiry; both numbers are linked"),
    *(("renew", asked) for asked in _AS_FOR_ISSUE),
    ("suspend_emergency", "confirmed or lifted within 10 days, else a decision is overdue"),
    (
        "suspend_by_policy",
        "what is overdue is overdue, was warned of 60, 30 and 7 days before and is not tolled;"
        " confirmed within 5 days",
    ),
    (
        "confirm_suspension",
        "it comes within 10 days of an emergency suspension, within 5 of one by policy",
    ),
    ("lift_reason", "that the reason is removed was verified"),
    ("restore", "that the last reason is removed was verified"),
    ("restore", "missed surveillance has been done"),
    ("restore", "it names the audit that it rests on, if there was one, and closes it"),
    ("restore_corridors", "that the reasons are removed was verified"),
    ("withdraw", "notice was given"),
    ("extend_scope", "an application review of the extension"),
    ("extend_scope", "the added corridors are on no other certificate of the recruiter"),
    ("restore_expired", "its corridors are on no other certificate of the recruiter"),
    *(("restore_expired", asked) for asked in _AS_FOR_ISSUE[:3]),
    ("terminate", "the holder's own request is on record; its open obligations are shown"),
    ("transfer_out", "the accepting company's pre-transfer review; both numbers are linked"),
    ("transfer_out", "an issuer silent for 10 working days goes to the integrity officer"),
    ("flag_issuer", "the window to transfer: 6 months or until expiry, whichever is first"),
    ("annul", "watchers and holders of receipts from the void period are notified"),
    ("overturn", "the appeal itself was upheld, and the panel's reference is recorded"),
    ("overturn", "its corridors are on no other certificate of the recruiter"),
    ("overturn_to_suspended", "the appeal itself was upheld, and its reference is recorded"),
    ("overturn_to_suspended", "its corridors are on no other certificate of the recruiter"),
    ("correct", "what is corrected changes neither validity nor scope"),
)
"""(action, what DOMAIN §9 and §10 ask for and is not checked yet)."""
