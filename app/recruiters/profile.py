"""What a recruiter states of itself as a legal entity, without its people. Pure values."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from pydantic import TypeAdapter

from app.kernel.errors import FieldError, Invalid

_LEI = re.compile("[0-9A-Z]{18}[0-9]{2}")


class InvalidLei(Invalid):
    """Not a Legal Entity Identifier of ISO 17442."""


class PartnerKind(StrEnum):
    """In what way somebody works with a recruiter."""

    SUB_AGENT = "sub_agent"
    BUSINESS_PARTNER = "business_partner"


class AddressKind(StrEnum):
    """What an address is for."""

    REGISTERED = "registered"
    OFFICE = "office"
    POSTAL = "postal"


@dataclass(frozen=True, slots=True)
class TradingName:
    """A name under which it deals, and the same in Latin letters."""

    name: str
    latin: str | None = None


@dataclass(frozen=True, slots=True)
class Registration:
    """A number under which a country's authority keeps the entity: of companies, of taxes."""

    country: str
    authority: str
    number: str


@dataclass(frozen=True, slots=True)
class Address:
    """Where it can be found or written to."""

    kind: AddressKind
    lines: str
    country: str


@dataclass(frozen=True, slots=True)
class Owner:
    """An entity of the ownership group, never a natural person by more than its share."""

    name: str
    country: str
    share: int | None = None
    """In per cent."""


@dataclass(frozen=True, slots=True)
class Site:
    """Where the recruiter works from."""

    name: str
    country: str
    city: str


@dataclass(frozen=True, slots=True)
class Profile:
    """The whole of it; what is not stated is empty."""

    latin_name: str | None = None
    trading_names: tuple[TradingName, ...] = ()
    registrations: tuple[Registration, ...] = ()
    lei: str | None = None
    addresses: tuple[Address, ...] = ()
    phones: tuple[str, ...] = ()
    owners: tuple[Owner, ...] = ()
    sites: tuple[Site, ...] = ()
    corridors: tuple[str, ...] = ()
    sectors: tuple[str, ...] = ()

    def names(self) -> frozenset[str]:
        """Every name it states, in every script."""
        written = [self.latin_name]
        for trading in self.trading_names:
            written += [trading.name, trading.latin]
        return frozenset(name for name in written if name is not None)

    def as_json(self) -> dict[str, Any]:
        """The form in which it is stored."""
        stored: dict[str, Any] = _PROFILE.dump_python(self, mode="json")
        return stored

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> "Profile":
        """What `as_json` wrote."""
        return _PROFILE.validate_python(stored)


_PROFILE = TypeAdapter(Profile)


def lei(text: str) -> str:
    """A Legal Entity Identifier as it is; raises `InvalidLei`.

    Eighteen capital letters and digits, then two check digits: the whole, letters read as 10 to
    35, leaves 1 when divided by 97 (ISO 17442, ISO 7064 MOD 97-10).
    """
    if not _LEI.fullmatch(text):
        detail = "An LEI has 18 digits or capital letters and 2 check digits, without spaces."
        raise InvalidLei(detail, errors=[FieldError("/lei", detail)])
    if int("".join(str(int(symbol, 36)) for symbol in text)) % 97 != 1:
        detail = "The check digits of the LEI do not fit: compare it with its source."
        raise InvalidLei(detail, errors=[FieldError("/lei", detail)])
    return text
