"""The application fee: our invoice, and what was received of it, payment by payment. Pure (§5)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import add

from app.kernel.money import Money


@dataclass(frozen=True, slots=True)
class Payment:
    """One amount as it arrived; the bank's reference tells it from every other one."""

    reference: str
    amount: Money
    received_on: date


@dataclass(frozen=True, slots=True)
class Fee:
    """What one application owes under its invoice, and what arrived so far, oldest first."""

    invoice_number: str
    amount: Money
    payments: tuple[Payment, ...] = ()

    @property
    def received(self) -> Money:
        """The sum of the payments."""
        return reduce(add, (paid.amount for paid in self.payments), Money(0, self.amount.currency))

    @property
    def missing(self) -> Money:
        """What is still to come."""
        return Money(max(0, self.amount.minor - self.received.minor), self.amount.currency)

    @property
    def overpaid(self) -> Money:
        """What arrived beyond the fee and is to be paid back."""
        return Money(max(0, self.received.minor - self.amount.minor), self.amount.currency)


def invoice_number(sequence: int, year: int) -> str:
    """`INV-2026-00042`: the running sequence of all invoices, and the year in which it was sent."""
    return f"INV-{year}-{sequence:05}"


def payment_faults(payment: Payment, fee: Fee, today: date, *, known: bool) -> Iterator[str]:
    """Why a payment cannot be recorded; `known`: its reference was recorded before."""
    if known:
        yield f"the payment {payment.reference} is recorded already; each is recorded once"
    if payment.amount.currency != fee.amount.currency:
        yield (
            f"invoice {fee.invoice_number} is in {fee.amount.currency}; {payment.amount} is another"
            " currency: record what the account was credited with"
        )
    if payment.amount.minor == 0:
        yield "a payment of nothing is none"
    if payment.received_on > today:
        yield f"the payment is dated {payment.received_on}, which lies ahead"
