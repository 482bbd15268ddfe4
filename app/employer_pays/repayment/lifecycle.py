"""The repayment of one worker: DOMAIN §8 as a table, with its guards. Pure."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from app.employer_pays.repayment.amounts import (
    Basis,
    Instalment,
    Owed,
    faults_of_plan,
    left_of,
)
from app.kernel.dates import day_of
from app.kernel.money import Money
from app.kernel.roles import AUDITOR, RECRUITER, Role
from app.lifecycle.machine import BORN, Guard, Machine, Rule
from app.scheme.policy import Policy


class State(StrEnum):
    """Where a repayment stands."""

    IDENTIFIED = "identified"
    QUANTIFIED = "quantified"
    AGREED = "agreed"
    SCHEDULED = "scheduled"
    PART_PAID = "part_paid"
    PAID = "paid"
    VERIFIED = "verified"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True, slots=True)
class Payment:
    """A payment that a move brings."""

    amount: Money
    paid_on: date
    credited: Money | None
    """What it counts for in the repayment's currency; None without that day's rate."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the guards look at: the records, then what the call brings (None: not given)."""

    policy: Policy
    now: datetime
    amount: Money | None = None
    """What is owed, as far as it was quantified."""
    basis: Basis | None = None
    paid: tuple[Money, ...] = ()
    """What counts of it: payments that nobody disputes."""
    attempts: int = 0
    """How often somebody tried to reach the worker since this state began."""
    confirmed: bool = False
    """Has the worker confirmed, by code, that this state's sum arrived?"""
    disputable: int = 0
    """How many payments can still be disputed."""

    new: Owed | None = None
    gaps: tuple[str, ...] = ()
    """For want of what nothing could be quantified."""
    plan: tuple[Instalment, ...] | None = None
    payment: Payment | None = None
    bank_record: str | None = None
    """SHA-256 of the bank record that the auditor checked."""

    @property
    def left(self) -> Money | None:
        """What is still to be paid."""
        return None if self.amount is None else left_of(self.amount, self.paid)

    @property
    def today(self) -> date:
        """The present day in the scheme's zone."""
        return day_of(self.now, self.policy.zone)


def can_be_quantified(facts: Facts) -> tuple[str, ...]:
    """An amount has all its evidence; a missing rate is a named gap, never a guess (§8)."""
    if facts.gaps:
        return tuple(f"missing: {gap}" for gap in facts.gaps)
    if facts.new is None:
        return ("say in which currency the worker is repaid",)
    if not facts.new.amount.minor:
        return ("the worker is owed nothing",)
    return ()


def evidence_is_no_worse(facts: Facts) -> str | None:
    """Better evidence requantifies: an estimate never takes the place of evidence (§8)."""
    if facts.new is None or facts.basis is not Basis.EVIDENCE:
        return None
    if facts.new.basis is Basis.EVIDENCE:
        return None
    return "the amount rests on evidence; an estimate does not replace it"


def currency_is_kept(facts: Facts) -> str | None:
    """Payments stay counted, in the currency they were counted in (§8)."""
    if facts.new is None or facts.amount is None or not facts.paid:
        return None
    if facts.new.amount.currency == facts.amount.currency:
        return None
    return f"payments are counted in {facts.amount.currency}: requantify in it"


def plan_repays_the_rest(facts: Facts) -> tuple[str, ...]:
    """Instalments with dates, whose sum is exactly what is left (§8)."""
    if facts.plan is None or facts.left is None:
        return ("name the instalments with their dates",)
    return tuple(faults_of_plan(facts.plan, facts.left, facts.today))


def payment_is_sound(facts: Facts) -> tuple[str, ...]:
    """A payment was made, with evidence, and its value is known on its day."""
    payment = facts.payment
    if payment is None:
        return ("name the payment and its evidence",)
    faults = []
    if payment.paid_on > facts.today:
        faults.append(f"the payment is dated {payment.paid_on}, which lies ahead")
    if not payment.amount.minor:
        faults.append("a payment is more than nothing")
    if payment.credited is None and facts.amount is not None:
        faults.append(
            f"missing: the exchange rate of {payment.amount.currency} and"
            f" {facts.amount.currency} on {payment.paid_on}"
        )
    return tuple(faults)


def leaves_a_rest(facts: Facts) -> str | None:
    """What pays the rest settles (§8)."""
    after = _left_after(facts)
    if after is None or after > 0:
        return None
    return f"{facts.left} is left: a payment of all of it settles the repayment"


def pays_the_rest(facts: Facts) -> tuple[str, ...]:
    """The sum is exact, to the minor unit (§8); nothing is paid where nothing is left."""
    if facts.left is None or facts.amount is None:
        return ("the amount is not known",)
    if not facts.left.minor:
        return ("nothing is left to be paid: settle without a payment",) if facts.payment else ()
    faults = payment_is_sound(facts)
    after = _left_after(facts)
    if faults or after is None or after == 0:
        return faults
    word = "missing" if after > 0 else "too much"
    return (f"{facts.left} is left; {Money(abs(after), facts.amount.currency)} {word}",)


def is_confirmed(facts: Facts) -> str | None:
    """The worker's confirmation, or a bank record that the auditor checked (§8)."""
    if facts.confirmed or facts.bank_record:
        return None
    return "the worker has not confirmed it by code, and no checked bank record is given"


def something_to_dispute(facts: Facts) -> str | None:
    """What did not arrive is a payment that was counted."""
    return None if facts.disputable else "no payment is counted that could be disputed"


def was_tried(facts: Facts) -> str | None:
    """Unreachable only after recorded attempts; the money stays owed (§8)."""
    needed = facts.policy.repayment_attempts
    if facts.attempts >= needed:
        return None
    return f"{facts.attempts} attempts to reach the worker are recorded; {needed} are needed"


def as_called_in_full(facts: Facts) -> Facts:
    """These facts, as if the call brought all it has to bring: what is missing beside that?"""
    rest = facts.left
    one = None if rest is None else Payment(rest, facts.today, rest)
    return replace(
        facts,
        new=Owed(*(4 * (Money(1, rest.currency if rest else "USD"),)), Basis.EVIDENCE),
        payment=one if rest is not None and rest.minor else None,
        plan=(Instalment(facts.today, rest),) if rest is not None and rest.minor else (),
        bank_record="given",
    )


def _left_after(facts: Facts) -> int | None:
    if facts.left is None or facts.payment is None or facts.payment.credited is None:
        return None
    return facts.left.minor - facts.payment.credited.minor


_WORKER = frozenset({Role.WORKER})
_QUANTIFIES: tuple[Guard[Facts], ...] = (can_be_quantified,)


def _from(*states: State) -> frozenset[str]:
    return frozenset(state.value for state in states)


REPAYMENT: Machine[Facts] = Machine(
    "repayment",
    State,
    [
        Rule("identify", frozenset({BORN}), State.IDENTIFIED, AUDITOR | RECRUITER),
        Rule(
            "quantify",
            _from(State.IDENTIFIED),
            State.QUANTIFIED,
            AUDITOR | RECRUITER,
            guards=_QUANTIFIES,
        ),
        Rule(
            "requantify",
            _from(State.QUANTIFIED, State.AGREED, State.SCHEDULED, State.PART_PAID, State.PAID),
            State.QUANTIFIED,
            AUDITOR,
            guards=(*_QUANTIFIES, evidence_is_no_worse, currency_is_kept),
        ),
        Rule("agree", _from(State.QUANTIFIED), State.AGREED, AUDITOR | _WORKER),
        Rule(
            "schedule",
            _from(State.AGREED),
            State.SCHEDULED,
            RECRUITER,
            guards=(plan_repays_the_rest,),
        ),
        Rule(
            "pay_instalment",
            _from(State.SCHEDULED, State.PART_PAID),
            State.PART_PAID,
            RECRUITER,
            guards=(payment_is_sound, leaves_a_rest),
        ),
        Rule(
            "settle",
            _from(State.SCHEDULED, State.PART_PAID),
            State.PAID,
            RECRUITER,
            guards=(pays_the_rest,),
        ),
        Rule("verify", _from(State.PAID), State.VERIFIED, AUDITOR, guards=(is_confirmed,)),
        Rule(
            "dispute",
            _from(State.PAID),
            State.PART_PAID,
            AUDITOR | _WORKER,
            guards=(something_to_dispute,),
        ),
        Rule(
            "mark_unreachable",
            _from(
                State.IDENTIFIED,
                State.QUANTIFIED,
                State.AGREED,
                State.SCHEDULED,
                State.PART_PAID,
            ),
            State.UNREACHABLE,
            RECRUITER,
            guards=(was_tried,),
        ),
        Rule(
            "trace",
            _from(State.UNREACHABLE),
            State.QUANTIFIED,
            AUDITOR | RECRUITER,
            guards=_QUANTIFIES,
        ),
    ],
)
