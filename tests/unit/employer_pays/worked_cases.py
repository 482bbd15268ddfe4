"""Reads worked_cases.txt: one case a line, as a person would write it on paper."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from app.employer_pays.categories import category
from app.employer_pays.charge import (
    Charge,
    EndReason,
    Evidence,
    Form,
    Gender,
    LegalException,
    Payee,
    Payer,
    Placement,
    Worker,
)
from app.employer_pays.exchange import ExchangeRate, Rates, parse_rate
from app.kernel.money import Money
from app.kernel.places import Corridor

_TABLE = Path(__file__).with_name("worked_cases.txt")
_YES = {"yes": True, "no": False, "?": None}


@dataclass(frozen=True)
class WorkedCase:
    """One line: what is given, and what must come out."""

    title: str
    line: int
    placement: Placement
    rates: Rates
    charges: list[Charge]
    employer_pays: list[str]
    national_law: list[str]
    rules: dict[str, tuple[str, str]]
    """By the rule's id: its verdict, and what it is over by."""

    def __str__(self) -> str:
        return f"line {self.line}: {self.title}"


def cases() -> Iterator[WorkedCase]:
    """Every line of the table."""
    title = ""
    for number, line in enumerate(_TABLE.read_text().splitlines(), start=1):
        if line.startswith("== "):
            title = line.removeprefix("== ").partition(":")[0]
        elif line and not line.startswith("#"):
            yield _case(title, number, [cell.strip() for cell in line.split("|")])


def read(line: str) -> WorkedCase:
    """What is given in `corridor | facts | charges`; nothing is said of what comes out."""
    return _case("", 0, [cell.strip() for cell in f"{line} | - | - | -".split("|")])


def money(text: str) -> Money:
    """`BDT165000`."""
    return Money.parse(text[3:], text[:3])


def charge(text: str) -> Charge:
    """`2023-01-20 fee.placement BDT165000 to=recruiter via=cash by=worker shown=receipt`."""
    day, code, amount, *more = text.split()
    told = dict(word.split("=") for word in more)
    assert told.keys() <= {"to", "via", "by", "shown", "repaid"}
    return Charge(
        category=category(code),
        amount=money(amount),
        paid_by=Payer(told.get("by", "worker")),
        charged_on=None if day == "?" else date.fromisoformat(day),
        payee=Payee(told.get("to", "unknown")),
        form=Form(told["via"]) if "via" in told else None,
        evidence=Evidence(told["shown"]) if "shown" in told else None,
        repaid=money(told["repaid"]) if "repaid" in told else None,
    )


def _case(title: str, number: int, cells: list[str]) -> WorkedCase:
    corridor, facts, charges, employer_pays, national_law, rules = cells
    told = [(key, value) for key, _, value in (word.partition("=") for word in facts.split())]
    return WorkedCase(
        title=title,
        line=number,
        placement=_placement(corridor, dict(told), [it for key, it in told if key == "exception"]),
        rates=Rates(_rate(it) for key, it in told if key == "rate"),
        charges=[charge(text) for text in _items(charges, ";")],
        employer_pays=_items(employer_pays, " "),
        national_law=_items(national_law, " "),
        rules=dict(_rule(text) for text in _items(rules, ",")),
    )


def _items(cell: str, separator: str) -> list[str]:
    return [] if cell == "-" else [item.strip() for item in cell.split(separator)]


def _rule(text: str) -> tuple[str, tuple[str, str]]:
    rule, verdict, *over = text.split()
    return rule, (verdict, over[0] if over else "")


def _rate(text: str) -> ExchangeRate:
    found = re.fullmatch(r"(\w+)/(\w+):([\d.]+)@([\d-]+)", text)
    assert found
    base, quote, rate, on = found.groups()
    return ExchangeRate(base, quote, parse_rate(rate), date.fromisoformat(on), "given")


def _placement(corridor: str, told: dict[str, str], exceptions: list[str]) -> Placement:
    days = {
        key: date.fromisoformat(told[key])
        for key in ("arrived", "ended", "wage_on", "signed")
        if key in told
    }
    worker: dict[str, Any] = {
        "gender": Gender(told["gender"]) if "gender" in told else None,
        "occupation": told.get("job"),
        "monthly_wage": money(told["wage"]) if "wage" in told else None,
        "first_month_earnings": money(told["first"]) if "first" in told else None,
        "contract_months": int(told["months"]) if "months" in told else None,
        "contract_signed_on": days.get("signed"),
    }
    return Placement(
        corridor=Corridor.parse(corridor),
        worker=Worker(**worker),
        region=told.get("region"),
        employer_bears_all_costs=_YES[told.get("bears_all", "?")],
        arrived_on=days.get("arrived"),
        first_wage_on=days.get("wage_on"),
        ended_on=days.get("ended"),
        end_reason=EndReason(told["why"]) if "why" in told else None,
        exceptions=tuple(map(_exception, exceptions)),
    )


def _exception(text: str) -> LegalException:
    country, occupation, service, disclosed, first, last = text.split(",")
    return LegalException(
        country=country,
        legal_basis="Order 1",
        worker_category=occupation,
        service_type=service,
        disclosed_before_acceptance=_YES[disclosed],
        valid_from=date.fromisoformat(first),
        valid_until=date.fromisoformat(last) if last else None,
    )
