"""Reads the file of national rules, or says where it is at fault (DOMAIN §8).

A new rule is a new entry of `data/corridor-rules.json`. What cannot be read is refused at load,
with the JSON pointer to the fault, for a rule misread would judge workers wrongly. Pure values,
but for the built-in file.
"""

from collections.abc import Callable, Mapping
from functools import cache, partial
from importlib.resources import files

from app.employer_pays import categories, document
from app.employer_pays.charge import Form, Gender, Payee, Payer
from app.employer_pays.document import Node
from app.employer_pays.rules import (
    Condition,
    Event,
    FlatCap,
    ItemAllocation,
    PerContractYearCap,
    PeriodicCap,
    Precondition,
    Prohibited,
    Refund,
    RefundWhen,
    Rule,
    RuleBook,
    Shape,
    Side,
    WageMultipleCap,
    WagePercentCap,
)
from app.kernel import places
from app.kernel.money import DECIMALS, Money, UnknownCurrency

_AT_LEAST, _PRO_RATA = "at_least_percent", "pro_rata_with_interest"

_id = document.matching(r"[A-Za-z0-9][A-Za-z0-9-]{0,63}", "a name of letters, digits and hyphens")
_code = document.matching(r"[a-z][a-z0-9_]{0,63}", "a code in small letters")
_region = document.matching(r"[A-Z0-9]{1,3}", "the second half of an ISO 3166-2 code, such as ON")
_form = document.choice(Form)


@cache
def load() -> RuleBook:
    """The rules that come with the service. Raises document.Fault."""
    source = files("app.employer_pays").joinpath("data", "corridor-rules.json")
    return read(source.read_text(encoding="utf-8"))


def read(text: str) -> RuleBook:
    """The rules of a JSON text `{"rules": […], …}`. Raises document.Fault."""
    return read_document(document.parse(text))


def read_document(parsed: object) -> RuleBook:
    """The rules of a JSON value. Raises document.Fault."""
    top = Node(parsed)
    rules = tuple(_rule(entry) for entry in top.nodes("rules"))
    for place, rule in enumerate(rules):
        if rule.id in {earlier.id for earlier in rules[:place]}:
            top.fault(f"rules/{place}/id", f"there is a rule {rule.id} already")
    return RuleBook(rules)


def _rule(entry: Node) -> Rule:
    side = entry.get("side", document.choice(Side))
    shape, condition = _shape_and_condition(entry)
    worker = entry.node("worker") if "worker" in entry else Node({})
    rule = Rule(
        id=entry.get("id", _id),
        country=entry.get("country", _country),
        side=side,
        shape=shape,
        source=entry.get("source", document.text),
        grade=entry.get("grade", _code),
        read_on=entry.get("read_on", document.day),
        recheck_after=entry.get("recheck_after", document.day),
        partners=entry.many_unless(
            "destinations" if side is Side.ORIGIN else "origins", "any", _country
        ),
        region=entry.find("region", _region),
        genders=worker.one_or_many("gender", document.choice(Gender)),
        occupations=worker.one_or_many("occupation", _code),
        except_occupations=entry.find_many("except_occupations", _code) or frozenset(),
        condition=condition,
        covers=entry.many_unless("covers", "all", _category) if "covers" in entry else None,
        excludes=entry.find_many("excludes", _category) or frozenset(),
        payees=entry.find_many("payee", document.choice(Payee, Payee.UNKNOWN)),
        channels=(None if isinstance(shape, Precondition) else entry.find_many("channel", _form)),
        requires_receipt=entry.find("requires_receipt", document.truth) or False,
        effective_from=entry.find("effective_from", document.day),
        effective_to=entry.find("effective_to", document.day),
    )
    entry.find("replaces", document.text)
    worker.finish()
    entry.finish()
    _check(rule, entry)
    return rule


def _check(rule: Rule, entry: Node) -> None:
    """Refuse what contradicts itself."""
    if rule.effective_from and rule.effective_to and rule.effective_to < rule.effective_from:
        entry.fault("effective_to", "is before effective_from")
    if rule.region is not None and rule.side is Side.ORIGIN:
        entry.fault("region", "can be told of the country of destination only")
    if rule.partners is not None and rule.country in rule.partners:
        entry.fault("country", "is at both ends of the corridor")
    if isinstance(rule.shape, ItemAllocation) and rule.covers is not None:
        entry.fault("covers", "is told by allocate already")
    if rule.shape == Precondition() and not rule.requires_receipt:
        entry.fault("", "asks for nothing: give after, channel or requires_receipt")


def _shape_and_condition(entry: Node) -> tuple[Shape, Condition | None]:
    if entry.get("shape", document.text) != "conditional":
        return _shape(entry), None
    inner = entry.node("then")
    shape = _shape(inner)
    inner.finish()
    return shape, entry.get("condition", document.choice(Condition))


def _shape(entry: Node) -> Shape:
    return _SHAPES[entry.get("shape", document.one_of(_SHAPES))](entry)


def _flat_cap(entry: Node) -> Shape:
    return FlatCap(_money(entry, entry.get("currency", _currency)))


def _wage_multiple_cap(entry: Node) -> Shape:
    entry.find("wage_basis", document.text)
    return WageMultipleCap(entry.get("months", document.decimal))


def _wage_percent_cap(entry: Node) -> Shape:
    return WagePercentCap(entry.get("percent", document.percent))


def _per_contract_year_cap(entry: Node) -> Shape:
    return PerContractYearCap(
        entry.get("months_per_year", document.decimal), entry.get("max_months", document.decimal)
    )


def _periodic_cap(entry: Node) -> Shape:
    currency = entry.get("currency", _currency)
    ceilings = []
    for year, row in enumerate(entry.nodes("per_month"), start=1):
        if row.get("year", document.whole) != year:
            row.fault("year", f"must be {year}: every year from the first, in order")
        ceilings.append(_money(row, currency))
        row.finish()
    return PeriodicCap(tuple(ceilings))


def _item_allocation(entry: Node) -> Shape:
    bearers = entry.table("allocate", document.choice(Payer, Payer.UNKNOWN))
    for named in bearers:
        if named not in categories.CODES:
            entry.fault(f"allocate/{named}", "is no cost category")
    return ItemAllocation(bearers)


def _precondition(entry: Node) -> Shape:
    return Precondition(
        after=entry.find("after", document.choice(Event)),
        channels=entry.find_many("channel", _form),
    )


def _refund(entry: Node) -> Shape:
    when = entry.get("when", document.choice(RefundWhen))
    how = entry.get("rule", document.one_of((_AT_LEAST, _PRO_RATA)))
    return Refund(when, entry.get("percent", document.percent) if how == _AT_LEAST else None)


_SHAPES: Mapping[str, Callable[[Node], Shape]] = {
    "prohibited": lambda _: Prohibited(),
    "flat_cap": _flat_cap,
    "wage_multiple_cap": _wage_multiple_cap,
    "wage_percent_cap": _wage_percent_cap,
    "per_contract_year_cap": _per_contract_year_cap,
    "periodic_cap": _periodic_cap,
    "item_allocation": _item_allocation,
    "precondition": _precondition,
    "refund": _refund,
}


def _money(entry: Node, currency: str) -> Money:
    return entry.get("amount", partial(_amount, currency=currency))


def _amount(value: object, *, currency: str) -> Money:
    return Money.parse(document.text(value), currency)


def _currency(value: object) -> str:
    if isinstance(value, str) and value in DECIMALS:
        return value
    raise UnknownCurrency("must be a currency's ISO 4217 code")


def _country(value: object) -> str:
    return places.country(document.text(value))


def _category(value: object) -> str:
    return categories.category(document.text(value))
