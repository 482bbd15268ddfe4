"""How recruiters, licences, registers and look-alikes are shown on the wire."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from app.kernel.dates import day_of
from app.kernel.roles import Actor
from app.platform.wire import AllowedAction
from app.recruiters import queries
from app.recruiters.licence_check import RegisterSays, fault
from app.recruiters.lifecycle import RECRUITER_ENTRY, Facts
from app.recruiters.look_alike_lifecycle import LOOK_ALIKE
from app.recruiters.look_alike_lifecycle import Facts as LookAlikeFacts
from app.recruiters.models import BusinessPartner, LookAlike, Placement, Recruiter, RecruiterLicence
from app.recruiters.placement import Gender
from app.recruiters.profile import PartnerKind
from app.recruiters.queries import RecruiterBrief, Signal
from app.recruiters.register import Status
from app.recruiters.register_models import RegisterHistory, RegisterLicence
from app.recruiters.register_schemas import LookAlikeView, RecruiterSide, RegisterLicenceView
from app.recruiters.schemas import (
    AliasView,
    FormerNameView,
    LicenceSignalView,
    LicencesView,
    LicenceView,
    OfficerBody,
    OfficersView,
    PartnersView,
    PartnerView,
    PlacementView,
    ProfileBody,
    ProfileView,
    RecruiterView,
    SnapshotView,
)
from app.scheme import queries as scheme


def recruiter_view(
    session: Session, actor: Actor, recruiter: Recruiter, signals: Sequence[Signal] | None = None
) -> RecruiterView:
    """A recruiter as this actor sees it; `signals` where they are known already."""
    if signals is None:
        signals = queries.licence_signals(session, recruiter.id)
    offers = RECRUITER_ENTRY.allowed(recruiter.state, actor.roles, Facts())
    return RecruiterView(
        id=recruiter.id,
        state=recruiter.state,
        version=recruiter.version,
        organisation_id=recruiter.organisation_id,
        name=recruiter.name,
        country=recruiter.country,
        number=recruiter.number,
        merged_into=recruiter.merged_into_id,
        licence_signals=[
            LicenceSignalView(country=s.country, number=s.number, fault=s.fault, since=s.since)
            for s in signals
        ],
        allowed_actions=[
            AllowedAction(
                action=offer.action,
                href=f"/v1/recruiters/{recruiter.id}/{offer.action}",
                missing=list(offer.missing),
            )
            for offer in offers
        ],
    )


def profile_view(session: Session, recruiter: Recruiter) -> ProfileView:
    """What it states of itself, and every name by which it is found."""
    stated, revision = queries.profile(session, recruiter.id)
    return ProfileView(
        recruiter_id=recruiter.id,
        revision=revision,
        stated=ProfileBody.model_validate(stated.as_json()),
        former_names=[
            FormerNameView(name=former.name, until=former.until)
            for former in queries.former_names(session, recruiter.id)
        ],
        aliases=[
            AliasView(id=alias.id, name=alias.name, number=alias.number)
            for alias in queries.aliases(session, recruiter.id)
        ],
    )


def officers_view(session: Session, actor: Actor, recruiter_id: str) -> OfficersView:
    """Who holds which office, for those who may know."""
    return OfficersView(
        recruiter_id=recruiter_id,
        officers=[
            OfficerBody(
                name=officer.name,
                office=officer.office,
                from_on=officer.from_on,
                until_on=officer.until_on,
            )
            for officer in queries.officers(session, actor, recruiter_id)
        ],
    )


def licences_view(
    session: Session, stated: Iterable[RecruiterLicence], now: datetime
) -> LicencesView:
    """Licences beside what the registers say."""
    return LicencesView(items=[licence_view(session, licence, now) for licence in stated])


def licence_view(session: Session, licence: RecruiterLicence, now: datetime) -> LicenceView:
    """One licence beside every snapshot of it."""
    today = day_of(now, scheme.policy_in_force(session, now).zone)
    imported_at = queries.register_imported_at(session, licence.country)
    said = queries.register_says(session, licence.country, licence.number)
    before = queries.register_said(session, licence.country, licence.number)
    return LicenceView(
        id=licence.id,
        recruiter_id=licence.recruiter_id,
        country=licence.country,
        number=licence.number,
        authority=licence.authority,
        status=Status(licence.status),
        valid_from=licence.valid_from,
        valid_until=licence.valid_until,
        stated_at=licence.stated_at,
        register_imported_at=imported_at,
        register_says=[
            *([] if said is None else [_present(said)]),
            *(_former(snapshot) for snapshot in reversed(before)),
        ],
        fault=None if imported_at is None else fault(said, today),
    )


def _present(said: RegisterSays) -> SnapshotView:
    return SnapshotView(
        listed=said.gone_at is None,
        name=said.name,
        address=said.address,
        status=None if said.status is None else Status(said.status),
        valid_until=said.valid_until,
        since=said.since,
        until=None,
    )


def _former(said: RegisterHistory) -> SnapshotView:
    return SnapshotView(
        listed=said.gone_at is None,
        name=said.name,
        address=said.address,
        status=None if said.status is None else Status(said.status),
        valid_until=said.valid_until,
        since=said.said_from,
        until=said.said_until,
    )


def partner_view(partner: BusinessPartner) -> PartnerView:
    """One partner."""
    return PartnerView(
        id=partner.id,
        recruiter_id=partner.recruiter_id,
        kind=PartnerKind(partner.kind),
        name=partner.name,
        country=partner.country,
        entered_as=partner.entered_as_id,
        under=partner.under_id,
        stated_at=partner.stated_at,
        ended_at=partner.ended_at,
    )


def partners_view(partners: Iterable[BusinessPartner]) -> PartnersView:
    """All of them."""
    return PartnersView(items=[partner_view(partner) for partner in partners])


def placement_view(placement: Placement) -> PlacementView:
    """One placement."""
    return PlacementView(
        id=placement.id,
        worker=placement.worker,
        corridor=placement.corridor,
        employer=placement.employer,
        partner_id=placement.partner_id,
        gender=Gender(placement.gender),
        cohort=placement.cohort,
        arrived_on=placement.arrived_on,
        recorded_at=placement.recorded_at,
    )


def register_licence_view(licence: RegisterLicence) -> RegisterLicenceView:
    """One row of an imported register."""
    return RegisterLicenceView(
        country=licence.country,
        licence_number=licence.licence_number,
        name=licence.name,
        address=licence.address,
        status=None if licence.status is None else Status(licence.status),
        valid_until=licence.valid_until,
        imported_at=licence.imported_at,
        changed_at=licence.changed_at,
        gone_at=licence.gone_at,
    )


def look_alike_views(
    session: Session, actor: Actor, found: Sequence[LookAlike]
) -> Mapping[str, LookAlikeView]:
    """Look-alikes as this actor sees them, by id; their number makes no more queries."""
    ids = {one for link in found for one in (link.recruiter_id, link.other_id) if one is not None}
    sides = {brief.id: _side(brief) for brief in queries.briefs(session, ids).values()}
    rows = queries.register_rows(
        session, {link.register_key for link in found if link.register_key is not None}
    )
    notes = queries.look_alike_notes(session, [link.id for link in found])
    return {
        link.id: LookAlikeView(
            id=link.id,
            state=link.state,
            version=link.version,
            recruiter=sides[link.recruiter_id],
            other=None if link.other_id is None else sides[link.other_id],
            register_licence=None
            if link.register_key is None
            else register_licence_view(rows[link.register_key]),
            score=link.score,
            why=link.why,
            note=notes.get(link.id),
            allowed_actions=[
                AllowedAction(
                    action=offer.action,
                    href=f"/v1/look-alikes/{link.id}/{offer.action}",
                    missing=list(offer.missing),
                )
                for offer in LOOK_ALIKE.allowed(
                    link.state, actor.roles, LookAlikeFacts(note="the call brings it")
                )
            ],
        )
        for link in found
    }


def _side(brief: RecruiterBrief) -> RecruiterSide:
    return RecruiterSide(
        recruiter_id=brief.id, name=brief.name, country=brief.country, number=brief.number
    )
