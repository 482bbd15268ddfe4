"""The only code that writes repayments: each move of DOMAIN §8, and what stands beside it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import insert, select

from app.employer_pays.charge import Form
from app.employer_pays.charges.models import ChargeWorker
from app.employer_pays.exchange import Rates
from app.employer_pays.rates import queries as rates
from app.employer_pays.repayment import queries
from app.employer_pays.repayment.amounts import Basis, Instalment, credited
from app.employer_pays.repayment.codes import hash_of, new_code, read_code
from app.employer_pays.repayment.lifecycle import REPAYMENT, Facts, Payment, State
from app.employer_pays.repayment.models import (
    By,
    ContactAttempt,
    DisputedPayment,
    MoneyHeldApart,
    Quantification,
    ReceiptConfirmation,
    Repayment,
    RepaymentCode,
    RepaymentInstalment,
    RepaymentPayment,
)
from app.employer_pays.repayment.quantifying import Quantified, quantified
from app.employer_pays.repayment.queries import Record
from app.kernel.errors import Conflict, FieldError, Invalid, NotFound
from app.kernel.identifiers import new_id
from app.kernel.money import Money
from app.kernel.roles import AUDITOR, RECRUITER, Actor, Role
from app.lifecycle import journal
from app.lifecycle.journal import MoveRefused, RoleRefused, Work
from app.recruiters.models import Recruiter
from app.scheme import queries as scheme

WORKER = Actor(person=None, organisation=None, roles=frozenset({Role.WORKER}))
"""Who holds a code: nobody we know, and nobody else."""


@dataclass(frozen=True, slots=True)
class Paid:
    """Money that went to the worker, with its evidence."""

    amount: Money
    paid_on: date
    form: Form
    evidence_sha256: str


PlanFor = Callable[[Money], Sequence[Instalment]]
"""The instalments for what is left."""


def identify(
    work: Work, recruiter_id: str, pseudonyms: Sequence[str], *, finding_id: str | None = None
) -> list[Repayment]:
    """Begin the repayment of workers of whom something was told. Raises NotFound, Invalid, …

    One that is not verified yet keeps a second one from beginning: Conflict.
    """
    recruiter = journal.lock(work, Recruiter, recruiter_id)
    if not queries.may_see(work.session, work.actor, recruiter.id):
        raise NotFound(f"there is no recruiter {recruiter_id[:36]} whose workers you may see")
    known = set(
        work.session.scalars(
            select(ChargeWorker.pseudonym).where(
                ChargeWorker.recruiter_id == recruiter.id, ChargeWorker.pseudonym.in_(pseudonyms)
            )
        )
    )
    faults = [
        FieldError(f"/workers/{place}", "Nothing is told of a worker of this pseudonym.")
        for place, pseudonym in enumerate(pseudonyms)
        if pseudonym not in known
    ]
    if faults:
        raise Invalid("No repayment was begun; mend each fault.", errors=faults)
    begun = select(Repayment.pseudonym).where(
        Repayment.recruiter_id == recruiter.id,
        Repayment.pseudonym.in_(pseudonyms),
        Repayment.state != State.VERIFIED,
    )
    if waiting := sorted(work.session.scalars(begun)):
        raise Conflict(f"a repayment goes on already for {', '.join(waiting[:3])}")
    roles = queries.roles_on(work.session, work.actor, recruiter.id)
    acting = work.acting_as(replace(work.actor, roles=roles))
    found = []
    for pseudonym in pseudonyms:
        new = Repayment(
            id=new_id(work.now),
            recruiter_id=recruiter.id,
            pseudonym=pseudonym,
            finding_id=finding_id,
        )
        facts = Facts(policy=scheme.policy_in_force(work.session, work.now), now=work.now)
        journal.move(acting, REPAYMENT, new, "identify", facts)
        found.append(new)
    return found


def quantify(
    work: Work,
    repayment_id: str,
    action: str,
    currency: str,
    basis: Basis,
    *,
    expected_version: int | None = None,
) -> Repayment:
    """Compute what is owed: `quantify`, `requantify` on better evidence, or `trace`.

    Raises NotFound, StaleVersion, RoleRefused, MoveRefused with every gap.
    """
    found, record = _locked(work, repayment_id)
    said = quantified(
        work.session,
        found.recruiter_id,
        found.pseudonym,
        currency,
        basis,
        work.now,
    )
    facts = queries.facts(work.session, found, record, work.now, new=said.owed, gaps=said.gaps)
    row = _quantification(work, found, said)
    changes = {"quantification_id": row.id} if row else None
    if row is not None:
        work.session.add(row)
        work.session.flush()
    details = {"basis": basis.value, "currency": currency}
    _move(work, found, action, facts, expected_version, details=details, changes=changes)
    return found


def agree(work: Work, repayment_id: str, *, expected_version: int | None = None) -> Repayment:
    """The auditor agrees to the amount on the worker's behalf. Raises NotFound, …"""
    found, record = _locked(work, repayment_id)
    _move(
        work, found, "agree", queries.facts(work.session, found, record, work.now), expected_version
    )
    return found


def schedule(
    work: Work, repayment_id: str, plan_for: PlanFor, *, expected_version: int | None = None
) -> Repayment:
    """Plan the instalments of what is left. Raises NotFound, …, MoveRefused with each fault."""
    found, record = _locked(work, repayment_id)
    plan = tuple(plan_for(record.left)) if record.left is not None and record.left.minor else ()
    facts = queries.facts(work.session, found, record, work.now, plan=plan)
    _move(work, found, "schedule", facts, expected_version, details={"instalments": len(plan)})
    if plan:
        work.session.execute(
            insert(RepaymentInstalment),
            [
                {
                    "repayment_id": found.id,
                    "scheduled": found.version,
                    "place": place,
                    "due_on": part.due_on,
                    "amount_minor": part.amount.minor,
                }
                for place, part in enumerate(plan)
            ],
        )
    return found


def pay(
    work: Work,
    repayment_id: str,
    action: str,
    paid: Paid | None,
    *,
    expected_version: int | None = None,
) -> Repayment:
    """Record a payment: `pay_instalment`, or `settle` with the one that pays the exact rest.

    Raises NotFound, StaleVersion, RoleRefused, MoveRefused.
    """
    found, record = _locked(work, repayment_id)
    payment = None if paid is None else _payment(work, record, paid)
    facts = queries.facts(work.session, found, record, work.now, payment=payment)
    new_payment = new_id(work.now)
    details = {} if paid is None else {"payment": new_payment}
    _move(work, found, action, facts, expected_version, details=details)
    if paid is not None and payment is not None and payment.credited is not None:
        work.session.add(
            RepaymentPayment(
                id=new_payment,
                repayment_id=found.id,
                paid_version=found.version,
                amount_minor=paid.amount.minor,
                currency=paid.amount.currency,
                credited_minor=payment.credited.minor,
                credited_currency=payment.credited.currency,
                paid_on=paid.paid_on,
                form=paid.form.value,
                evidence_sha256=paid.evidence_sha256,
                recorded_at=work.now,
                recorded_by=_person(work),
            )
        )
    return found


def verify(
    work: Work,
    repayment_id: str,
    *,
    bank_record: str | None = None,
    expected_version: int | None = None,
) -> Repayment:
    """The auditor verifies: the worker confirmed it, or this bank record was checked.

    `bank_record` is its SHA-256. Raises NotFound, StaleVersion, RoleRefused, MoveRefused.
    """
    found, record = _locked(work, repayment_id)
    paid_version = found.version
    facts = queries.facts(work.session, found, record, work.now, bank_record=bank_record)
    details = {"by": By.BANK_RECORD.value if bank_record else By.WORKER.value}
    _move(work, found, "verify", facts, expected_version, details=details)
    if bank_record is not None:
        work.session.add(
            ReceiptConfirmation(
                repayment_id=found.id,
                paid_version=paid_version,
                said_by=By.BANK_RECORD.value,
                evidence_sha256=bank_record,
                recorded_at=work.now,
                recorded_by=_person(work),
            )
        )
    return found


def dispute(
    work: Work,
    repayment_id: str,
    payments: Sequence[str] = (),
    *,
    expected_version: int | None = None,
) -> Repayment:
    """Payments did not reach the worker: they count no more; the last one where none is named.

    Raises NotFound, Invalid, StaleVersion, RoleRefused, MoveRefused.
    """
    found, record = _locked(work, repayment_id)
    _dispute(work, found, record, payments, expected_version)
    return found


def mark_unreachable(
    work: Work, repayment_id: str, *, expected_version: int | None = None
) -> Repayment:
    """The worker cannot be reached; the money stays owed. Raises NotFound, …, MoveRefused."""
    found, record = _locked(work, repayment_id)
    facts = queries.facts(work.session, found, record, work.now)
    _move(work, found, "mark_unreachable", facts, expected_version)
    return found


def attempt(
    work: Work, repayment_id: str, *, channel: str, outcome: str, made_on: date
) -> Repayment:
    """Record an attempt to reach the worker, in codes. Raises NotFound, RoleRefused, Invalid."""
    found, record = _locked(work, repayment_id)
    _needs(work, found, RECRUITER | AUDITOR, "record attempts to reach the worker")
    if made_on > queries.facts(work.session, found, record, work.now).today:
        raise _invalid("/made_on", f"{made_on} lies ahead.")
    work.session.add(
        ContactAttempt(
            id=new_id(work.now),
            repayment_id=found.id,
            channel=channel,
            outcome=outcome,
            made_on=made_on,
            recorded_at=work.now,
            recorded_by=_person(work),
        )
    )
    return found


def hold_apart(
    work: Work, repayment_id: str, amount: Money, *, held_on: date, evidence_sha256: str
) -> Repayment:
    """Put an unreachable worker's money aside, all that is left of it, with a bank record.

    Raises NotFound, RoleRefused, MoveRefused, Conflict where it is held apart already.
    """
    found, record = _locked(work, repayment_id)
    _needs(work, found, RECRUITER, "hold the worker's money apart")
    _is_unreachable(found)
    if record.apart is not None:
        raise Conflict("the money is held apart already")
    if record.left is None:
        raise Conflict("nothing is quantified: trace the worker, quantify, and try again")
    if amount != record.left:
        raise _invalid("/amount", f"Hold apart exactly what is left, {record.left}.")
    if held_on > queries.facts(work.session, found, record, work.now).today:
        raise _invalid("/held_on", f"{held_on} lies ahead.")
    work.session.add(
        MoneyHeldApart(
            id=new_id(work.now),
            repayment_id=found.id,
            held_since=found.version,
            amount_minor=amount.minor,
            currency=amount.currency,
            held_on=held_on,
            evidence_sha256=evidence_sha256,
            recorded_at=work.now,
            recorded_by=_person(work),
        )
    )
    return found


def check_held_apart(work: Work, repayment_id: str) -> Repayment:
    """The auditor checked the bank record of the money that is held apart.

    Raises NotFound, RoleRefused, MoveRefused, Conflict where there is none or it was checked.
    """
    found, record = _locked(work, repayment_id)
    _needs(work, found, AUDITOR, "check the money that is held apart")
    _is_unreachable(found)
    if record.apart is None:
        raise Conflict("no money is held apart for this worker")
    if record.apart.checked_at is not None:
        raise Conflict(f"it was checked on {record.apart.checked_at.date()} already")
    record.apart.checked_at, record.apart.checked_by = work.now, _person(work)
    return found


def give_code(work: Work, repayment_id: str) -> tuple[Repayment, str]:
    """A new code for the auditor to hand to the worker; an older one counts no more.

    The recruiter never has it. Raises NotFound, RoleRefused.
    """
    found, _ = _locked(work, repayment_id)
    _needs(work, found, AUDITOR, "hand out codes")
    code = new_code()
    work.session.add(
        RepaymentCode(
            code_hash=hash_of(code),
            repayment_id=found.id,
            issued_at=work.now,
            issued_by=_person(work),
        )
    )
    return found, code


def answer(work: Work, code: str, said: str) -> tuple[Repayment, Record]:
    """What the worker says by code: `agree`, `received`, `not_received`.

    Said again it changes nothing. Raises InvalidCode, NotFound, MoveRefused.
    """
    given = queries.by_code(work.session, hash_of(read_code(code)))
    if given is None:
        raise NotFound("No repayment has this code.")
    found = journal.lock(work, Repayment, given.id)
    record = queries.record(work.session, found)
    by_worker = work.acting_as(WORKER)
    if said == "agree" and found.state != State.AGREED:
        facts = queries.facts(work.session, found, record, work.now)
        journal.move(by_worker, REPAYMENT, found, "agree", facts)
    elif said == "not_received":
        _dispute(by_worker, found, record, (), None)
    elif said == "received":
        _received(work, found, record)
    return found, queries.record(work.session, found)


def _received(work: Work, found: Repayment, record: Record) -> None:
    if found.state not in (State.PAID, State.VERIFIED):
        reason = f"the repayment is {found.state}; receipt is confirmed once all of it is paid"
        raise MoveRefused(reason, reasons=(reason,))
    said = any(
        it.said_by == By.WORKER and it.paid_version == found.version for it in record.confirmations
    )
    if said or found.state == State.VERIFIED:
        return
    work.session.add(
        ReceiptConfirmation(
            repayment_id=found.id,
            paid_version=found.version,
            said_by=By.WORKER.value,
            evidence_sha256=None,
            recorded_at=work.now,
            recorded_by=None,
        )
    )
    work.session.flush()


def _dispute(
    work: Work,
    found: Repayment,
    record: Record,
    payments: Sequence[str],
    expected_version: int | None,
) -> None:
    counted = [it.id for it in record.counted]
    if unknown := [it for it in payments if it not in counted]:
        raise _invalid("/payments", f"{unknown[0][:36]} is no payment that is counted.")
    chosen = sorted(set(payments)) or counted[-1:]
    facts = queries.facts(work.session, found, record, work.now)
    details = {"payments": chosen}
    if work.actor is WORKER:
        journal.move(work, REPAYMENT, found, "dispute", facts, details=details)
    else:
        _move(work, found, "dispute", facts, expected_version, details=details)
    work.session.add_all(
        DisputedPayment(payment_id=it, disputed_at=work.now, disputed_by=work.actor.person)
        for it in chosen
    )
    work.session.flush()


def _payment(work: Work, record: Record, paid: Paid) -> Payment:
    """What the payment counts for, with the imported rate of its day where it needs one."""
    if record.amount is None or record.left is None:
        return Payment(paid.amount, paid.paid_on, None)
    currency = record.amount.currency
    table = Rates()
    if paid.amount.currency != currency:
        table = Rates(rates.of_days(work.session, {paid.amount.currency}, {paid.paid_on}))
    worth = credited(paid.amount, currency, record.left, paid.paid_on, table)
    return Payment(paid.amount, paid.paid_on, worth)


def _quantification(work: Work, found: Repayment, said: Quantified) -> Quantification | None:
    if said.owed is None:
        return None
    return Quantification(
        id=new_id(work.now),
        recruiter_id=found.recruiter_id,
        pseudonym=found.pseudonym,
        basis=said.owed.basis.value,
        currency=said.owed.amount.currency,
        amount_minor=said.owed.amount.minor,
        charges_minor=said.owed.charges.minor,
        interest_minor=said.owed.interest.minor,
        repaid_minor=said.owed.repaid.minor,
        charges=list(said.charges),
        cohort=said.cohort,
        made_at=work.now,
        made_by=_person(work),
    )


def _locked(work: Work, repayment_id: str) -> tuple[Repayment, Record]:
    """The repayment, held, and what stands beside it. Raises NotFound."""
    queries.repayment(work.session, work.actor, repayment_id)
    found = journal.lock(work, Repayment, repayment_id)
    return found, queries.record(work.session, found)


def _move(
    work: Work,
    found: Repayment,
    action: str,
    facts: Facts,
    expected_version: int | None,
    **options: Any,
) -> None:
    """One move in the roles that the actor has on this recruiter's repayments."""
    journal.move(
        work.acting_as(replace(work.actor, roles=_roles(work, found))),
        REPAYMENT,
        found,
        action,
        facts,
        expected_version=expected_version,
        **options,
    )


def _roles(work: Work, found: Repayment) -> frozenset[Role]:
    return queries.roles_on(work.session, work.actor, found.recruiter_id)


def _needs(work: Work, found: Repayment, roles: frozenset[Role], what: str) -> None:
    if not roles & _roles(work, found):
        reason = f"to {what} needs the role {' or '.join(sorted(roles))} on this recruiter"
        raise RoleRefused(reason, reasons=(reason,))


def _is_unreachable(found: Repayment) -> None:
    if found.state != State.UNREACHABLE:
        reason = f"the repayment is {found.state}; money is held apart for an unreachable worker"
        raise MoveRefused(reason, reasons=(reason,))


def _person(work: Work) -> str:
    if work.actor.person is None:
        raise RuntimeError("repayments are the work of people")
    return work.actor.person


def _invalid(pointer: str, detail: str) -> Invalid:
    return Invalid(detail, errors=[FieldError(pointer, detail)])
