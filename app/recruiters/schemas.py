"""The wire format of recruiters: entries, and what they state of themselves.

Look-alikes and the governments' registers stand in register_schemas.py.
"""

from functools import partial
from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from app.platform.wire import (
    AllowedAction,
    Body,
    Code,
    CorridorCode,
    CountryCode,
    Day,
    IdText,
    Instant,
    Line,
    Lines,
    Name,
    View,
    said,
)
from app.recruiters import pseudonyms
from app.recruiters.licence_check import Fault
from app.recruiters.licences import NewLicence
from app.recruiters.placement import Gender, NewPlacement
from app.recruiters.profile import (
    Address,
    AddressKind,
    Owner,
    PartnerKind,
    Profile,
    Registration,
    Site,
    TradingName,
    lei,
)
from app.recruiters.pseudonyms import Document, Identity, NameAndBirth, pseudonym
from app.recruiters.register import LONGEST_NUMBER, Status
from app.recruiters.service import NewPartner, Officer

_NAME = "Seven Kites Manpower"
MOST_PLACEMENTS = 10_000
_MOST = 200
_MOST_NAMES = 20
"""Each is compared with each name of every neighbour."""

LicenceNumber = Annotated[str, Line(LONGEST_NUMBER)]
Short = Annotated[str, Line(100)]
Phone = Annotated[str, Field(pattern=r"^\+?[0-9][0-9 ()./-]{4,30}$", examples=["+880 2 5555 0100"])]
Cohort = Annotated[
    str,
    Field(
        pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$",
        examples=["2026-Q1"],
        description="The group in which the workers left: a quarter, a flight.",
    ),
]


_Lei = Annotated[str, AfterValidator(said(lei))]


class NewRecruiter(Body):
    """An organisation to enter as a recruiter."""

    organisation_id: IdText
    name: Name = Field(description="The legal name, in its own script.", examples=[_NAME])
    country: CountryCode = Field(description="Where it is established.")


class Renaming(Body):
    """Another name for a recruiter."""

    name: Name = Field(examples=[_NAME])
    reason_code: Code = Field(examples=["legal_name_changed"])


class Merger(Body):
    """Two entries are one legal entity: the other one goes on for both."""

    into: IdText = Field(description="The entry that goes on.")
    reason_code: Code = Field(examples=["same_legal_entity"])


class LicenceSignalView(View):
    """A licence that its country's register does not show in order."""

    country: CountryCode
    number: str = Field(examples=["RL-0000"])
    fault: Fault
    since: Instant


class RecruiterView(View):
    """A labour recruiter."""

    id: IdText
    state: str = Field(examples=["listed"])
    version: int = Field(examples=[1])
    organisation_id: IdText
    name: str = Field(examples=[_NAME])
    country: CountryCode
    number: str | None = Field(
        description="The public recruiter number, from the first acceptance on.",
        examples=["LRN00012201"],
    )
    merged_into: IdText | None = Field(description="The entry that goes on for this one.")
    licence_signals: list[LicenceSignalView]
    allowed_actions: list[AllowedAction]


class FormerNameView(View):
    """A name that the recruiter had before."""

    name: str = Field(examples=[_NAME])
    until: Instant


class AliasView(View):
    """An entry that was merged into this one, and still answers."""

    id: IdText
    name: str = Field(examples=[_NAME])
    number: str | None = Field(examples=["LRN00012201"])


class TradingNameBody(Body):
    """A name under which the recruiter deals."""

    name: Name = Field(examples=["सात चङ्गा"])
    latin: Name | None = Field(default=None, examples=["Saat Changa"])


class RegistrationBody(Body):
    """A number under which an authority keeps the entity."""

    country: CountryCode
    authority: Name = Field(examples=["Office of the Company Registrar"])
    number: Short = Field(examples=["C-10442"])


class AddressBody(Body):
    """Where the recruiter can be found or written to."""

    kind: Annotated[AddressKind, Field(strict=False)]
    lines: Annotated[str, Lines(500)] = Field(examples=["12 Station Road, Sylhet"])
    country: CountryCode


class OwnerBody(Body):
    """Who owns the recruiter, or belongs to the same group."""

    name: Name = Field(examples=["Kite Holdings"])
    country: CountryCode
    share: int | None = Field(default=None, ge=1, le=100, description="In per cent.")


class SiteBody(Body):
    """Where the recruiter works from."""

    name: Name = Field(examples=["Head office"])
    country: CountryCode
    city: Name = Field(examples=["Sylhet"])


class ProfileBody(Body):
    """What the recruiter states of itself: the whole of it, in place of what it stated before."""

    latin_name: Name | None = Field(
        default=None, description="The legal name in Latin letters.", examples=[_NAME]
    )
    trading_names: list[TradingNameBody] = Field(default=[], max_length=_MOST_NAMES)
    registrations: list[RegistrationBody] = Field(default=[], max_length=_MOST)
    lei: _Lei | None = Field(
        default=None,
        description="Legal Entity Identifier, ISO 17442.",
        examples=["5493001KJTIIGC8Y1R12"],
        json_schema_extra={"pattern": "^[0-9A-Z]{18}[0-9]{2}$"},
    )
    addresses: list[AddressBody] = Field(default=[], max_length=_MOST)
    phones: list[Phone] = Field(default=[], max_length=_MOST)
    owners: list[OwnerBody] = Field(
        default=[], max_length=_MOST, description="The ownership group: companies and shares."
    )
    sites: list[SiteBody] = Field(default=[], max_length=_MOST)
    corridors: list[CorridorCode] = Field(default=[], max_length=_MOST)
    sectors: list[Code] = Field(default=[], max_length=_MOST, examples=[["construction"]])

    def profile(self) -> Profile:
        """As the domain holds it."""
        return Profile(
            latin_name=self.latin_name,
            trading_names=tuple(TradingName(n.name, n.latin) for n in self.trading_names),
            registrations=tuple(
                Registration(r.country, r.authority, r.number) for r in self.registrations
            ),
            lei=self.lei,
            addresses=tuple(Address(a.kind, a.lines, a.country) for a in self.addresses),
            phones=tuple(self.phones),
            owners=tuple(Owner(o.name, o.country, o.share) for o in self.owners),
            sites=tuple(Site(s.name, s.country, s.city) for s in self.sites),
            corridors=tuple(self.corridors),
            sectors=tuple(self.sectors),
        )


class ProfileView(View):
    """What the recruiter states of itself, and every name by which it is found."""

    recruiter_id: IdText
    revision: int = Field(description="Counts what was stated; 0: nothing yet.")
    stated: ProfileBody
    former_names: list[FormerNameView]
    aliases: list[AliasView]


class OfficerBody(Body):
    """Who holds an office; nothing more is kept of a person."""

    name: Name = Field(examples=["Asha Gurung"])
    office: Code = Field(examples=["managing_director"])
    from_on: Day
    until_on: Day | None = None

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        if self.until_on is not None and self.until_on < self.from_on:
            raise PydanticCustomError("days", "until_on is no earlier than from_on.")
        return self

    def officer(self) -> Officer:
        """As the domain holds it."""
        return Officer(self.name, self.office, self.from_on, self.until_on)


class OfficersBody(Body):
    """All who hold an office, in place of those who were named before."""

    officers: list[OfficerBody] = Field(max_length=_MOST)


class OfficersView(View):
    """Who holds which office: for the recruiter itself and the scheme."""

    recruiter_id: IdText
    officers: list[OfficerBody]


class LicenceBody(Body):
    """A licence as the recruiter states it."""

    country: CountryCode
    number: LicenceNumber = Field(examples=["RL-0000"])
    authority: Name = Field(examples=["Bureau of Manpower"])
    status: Annotated[Status, Field(strict=False)] = Status.VALID
    valid_from: Day
    valid_until: Day | None = Field(
        default=None, description="The last day, inclusive; none: without an end."
    )

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        if self.valid_until is not None and self.valid_until < self.valid_from:
            raise PydanticCustomError("days", "valid_until is no earlier than valid_from.")
        return self

    def licence(self) -> NewLicence:
        """As the domain holds it."""
        return NewLicence(
            self.country, self.number, self.authority, self.status, self.valid_from,
            self.valid_until,
        )  # fmt: skip


class SnapshotView(View):
    """What the country's register said of the licence, and when."""

    listed: bool = Field(description="Does it stand in the register?")
    name: str = Field(examples=[_NAME])
    address: str
    status: Status | None
    valid_until: Day | None
    since: Instant
    until: Instant | None = Field(description="When it said something else; null: it says so now.")


class LicenceView(View):
    """A licence as the recruiter states it, beside what the register says."""

    id: IdText
    recruiter_id: IdText
    country: CountryCode
    number: str = Field(examples=["RL-0000"])
    authority: str
    status: Status
    valid_from: Day
    valid_until: Day | None
    stated_at: Instant
    register_imported_at: Instant | None = Field(
        description="When the country's register was last imported; null: never."
    )
    register_says: list[SnapshotView] = Field(description="Newest first.")
    fault: Fault | None = Field(description="What the register has against it.")


class LicencesView(View):
    """The licences that a recruiter states."""

    items: list[LicenceView]


class PartnerBody(Body):
    """A sub-agent or partner."""

    kind: Annotated[PartnerKind, Field(strict=False)]
    name: Name = Field(examples=["River Bend Agents"])
    country: CountryCode
    entered_as: IdText | None = Field(
        default=None, description="Its own entry, where it is a recruiter too."
    )
    under: IdText | None = Field(
        default=None, description="The partner of yours through whom it works."
    )

    def partner(self) -> NewPartner:
        """As the domain holds it."""
        return NewPartner(self.kind, self.name, self.country, self.entered_as, self.under)


class PartnerView(View):
    """A sub-agent or partner as the recruiter states it."""

    id: IdText
    recruiter_id: IdText
    kind: PartnerKind
    name: str = Field(examples=["River Bend Agents"])
    country: CountryCode
    entered_as: IdText | None
    under: IdText | None
    stated_at: Instant
    ended_at: Instant | None


class PartnersView(View):
    """With whom a recruiter works, or worked."""

    items: list[PartnerView]


class DocumentBody(Body):
    """A worker by an identity document."""

    country: CountryCode = Field(description="Who issued it.")
    number: Short = Field(examples=["A1234567"])


class NameAndBirthBody(Body):
    """A worker where no document is known."""

    name: Name
    born_on: Day


class PlacementBody(Body):
    """One worker, placed with one employer; the worker in one of three ways.

    An identity becomes a pseudonym at once: it is neither stored nor logged.
    """

    pseudonym: (
        Annotated[
            str,
            AfterValidator(said(pseudonyms.given)),
            Field(json_schema_extra={"pattern": pseudonyms.GIVEN_PATTERN}),
        ]
        | None
    ) = Field(default=None, examples=["W-000123"])
    document: DocumentBody | None = None
    name_and_birth: NameAndBirthBody | None = None
    corridor: CorridorCode
    employer: Name = Field(examples=["Quiet Harbour Electronics"])
    partner_id: IdText | None = Field(
        default=None, description="The sub-agent through whom the worker came."
    )
    gender: Annotated[Gender, Field(strict=False)]
    cohort: Cohort
    arrived_on: Day

    @model_validator(mode="after")
    def _names_one_worker(self) -> Self:
        given = (self.pseudonym, self.document, self.name_and_birth)
        if sum(way is not None for way in given) != 1:
            raise PydanticCustomError(
                "worker", "Name the worker by one of pseudonym, document, name_and_birth."
            )
        return self

    def placement(self, key: bytes, recruiter_id: str) -> NewPlacement:
        """As the domain holds it: the worker by pseudonym."""
        make = partial(pseudonym, key, recruiter_id)
        return NewPlacement(
            worker=self.pseudonym or make(self._identity()),
            corridor=self.corridor,
            employer=self.employer,
            partner_id=self.partner_id,
            gender=self.gender,
            cohort=self.cohort,
            arrived_on=self.arrived_on,
        )

    def _identity(self) -> Identity:
        if self.document is not None:
            return Document(self.document.country, self.document.number)
        assert self.name_and_birth is not None  # noqa: S101 (_names_one_worker)
        return NameAndBirth(self.name_and_birth.name, self.name_and_birth.born_on)


class PlacementsBody(Body):
    """Placements, one or thousands: all are recorded, or none."""

    placements: list[PlacementBody] = Field(min_length=1, max_length=MOST_PLACEMENTS)


class RecordedView(View):
    """What was recorded."""

    recorded: int = Field(examples=[5000])
    workers: list[str] = Field(
        description="The pseudonyms, in the order of the call: charges name workers by them."
    )


class PlacementView(View):
    """A worker whom the recruiter placed, by pseudonym."""

    id: IdText
    worker: str = Field(examples=["184838393bdd0d98a73e1201ce7efc7d"])
    corridor: CorridorCode
    employer: str
    partner_id: IdText | None
    gender: Gender
    cohort: str
    arrived_on: Day
    recorded_at: Instant
