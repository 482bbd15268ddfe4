"""Countries (ISO 3166-1 alpha-2) and corridors between them. Anything may import it."""

from dataclasses import dataclass
from typing import Self

from app.kernel.errors import Invalid

_CODES = """
    AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR
    BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ
    EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW
    GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY
    KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV
    MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY
    QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG
    TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM
    ZW
"""
COUNTRIES = frozenset(_CODES.split())
"""The codes officially assigned by ISO 3166-1."""


class UnknownCountry(Invalid):
    """Not an officially assigned ISO 3166-1 alpha-2 code."""


class InvalidCorridor(Invalid):
    """Not two different countries written as `NP-MY`."""


def country(code: str) -> str:
    """The code itself where it is a country's; raises `UnknownCountry`."""
    if code not in COUNTRIES:
        raise UnknownCountry(
            f"{code[:20]!a} is no country; write its ISO 3166-1 alpha-2 code in capitals, such as "
            "NP."
        )
    return code


@dataclass(frozen=True, slots=True, order=True)
class Corridor:
    """Where workers come from and where they go, written `NP-MY` (DOMAIN §2).

    Raises `UnknownCountry`, and `InvalidCorridor` where both are the same.
    """

    origin: str
    destination: str

    def __post_init__(self) -> None:
        if country(self.origin) == country(self.destination):
            raise InvalidCorridor(f"A corridor leads to another country; {self} does not.")

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `NP-MY`; raises `InvalidCorridor` and `UnknownCountry`."""
        origin, hyphen, destination = text.partition("-")
        if not (hyphen and len(origin) == len(destination) == 2):
            raise InvalidCorridor(
                f"{text[:20]!a} is no corridor; write origin and destination as NP-MY."
            )
        return cls(origin, destination)

    def __str__(self) -> str:
        return f"{self.origin}-{self.destination}"
