"""The application fee: partial, late, in another currency, too much, twice (DOMAIN §5)."""

from datetime import timedelta

import pytest

from app.applications.fee import Fee, Payment, invoice_number, payment_faults
from app.applications.lifecycle import APPLICATION
from app.kernel.money import Money
from app.kernel.roles import Role
from app.lifecycle.machine import Refused, Rule
from tests.unit.applications.facts import TODAY, facts, fee


def paid(*amounts: str) -> Fee:
    return fee(
        *(
            Payment(f"FT-{place}", Money.parse(amount, "USD"), TODAY)
            for place, amount in enumerate(amounts)
        )
    )


@pytest.mark.parametrize(
    ("amounts", "missing", "overpaid"),
    [
        ((), "1000.00", "0.00"),
        (("400.00",), "600.00", "0.00"),
        (("400.00", "599.99"), "0.01", "0.00"),
        (("400.00", "600.00"), "0.00", "0.00"),
        (("1000.00",), "0.00", "0.00"),
        (("999.99", "0.02"), "0.00", "0.01"),
        (("1000.00", "1000.00"), "0.00", "1000.00"),
    ],
)
def test_the_review_starts_when_the_sum_is_there_to_the_last_cent(
    amounts: tuple[str, ...], missing: str, overpaid: str
) -> None:
    owed = paid(*amounts)
    assert (owed.missing.amount, owed.overpaid.amount) == (missing, overpaid)
    known = facts(state="submitted", fee=owed)
    verdict = APPLICATION.decide("submitted", "clear_payment", {Role.SCHEME_MANAGER}, known)
    if missing == "0.00":
        assert isinstance(verdict, Rule)
    else:
        assert isinstance(verdict, Refused)
        assert ("has not been received" if not amounts else f"{missing} USD are missing") in (
            verdict.reasons[0]
        )


@pytest.mark.parametrize(
    ("amount", "currency", "days", "known", "said"),
    [
        ("1000.00", "USD", 0, False, []),
        ("0.01", "USD", -400, False, []),
        ("5000.00", "USD", 0, False, []),
        ("1000.00", "EUR", 0, False, ["invoice INV-2026-00001 is in USD; 1000.00 EUR is another"]),
        ("0.00", "USD", 0, False, ["a payment of nothing is none"]),
        ("1.00", "USD", 1, False, ["the payment is dated 2026-03-03, which lies ahead"]),
        ("1.00", "USD", 0, True, ["the payment FT-1 is recorded already; each is recorded once"]),
    ],
)
def test_a_payment_is_recorded_as_it_arrived_and_once(
    amount: str, currency: str, days: int, known: bool, said: list[str]
) -> None:
    payment = Payment("FT-1", Money.parse(amount, currency), TODAY + timedelta(days=days))
    found = list(payment_faults(payment, paid("400.00"), TODAY, known=known))
    assert [fault[: len(start)] for fault, start in zip(found, said, strict=True)] == said


def test_invoices_are_numbered_by_one_sequence_and_carry_their_year() -> None:
    assert invoice_number(42, 2026) == "INV-2026-00042"
    assert invoice_number(123_456, 2027) == "INV-2027-123456"
