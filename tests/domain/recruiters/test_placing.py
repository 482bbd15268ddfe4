"""Placements: the sampling frame of every audit, one or thousands (DOMAIN §6)."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import func, select

from app.access import service as access_service
from app.access.lifecycle import Kind
from app.kernel.errors import Conflict, Invalid, NotFound
from app.kernel.identifiers import new_id
from app.kernel.roles import SYSTEM, Role
from app.lifecycle.journal import Workbench
from app.recruiters import placing, queries, service
from app.recruiters.models import Placement, Recruiter
from app.recruiters.placement import Gender, NewPlacement, Stratum
from app.recruiters.profile import PartnerKind
from app.recruiters.service import NewPartner
from tests.making import access, recruiters
from tests.making.access import Someone
from tests.making.recruiters import SCHEME

ONE = NewPlacement(
    "W-0001", "NP-MY", "Quiet Harbour", None, Gender.FEMALE, "2026-Q1", date(2026, 2, 1)
)


def made(workbench: Workbench) -> tuple[str, Someone]:
    with workbench.begin(SCHEME) as work:
        admin = access.person(work, Kind.RECRUITER, Role.RECRUITER_ADMIN)
        return recruiters.recruiter(work, admin.actor.organisation).id, admin


def stored(workbench: Workbench) -> int:
    with workbench.database.read() as session:
        return session.scalars(select(func.count()).select_from(Placement)).one()


def test_five_thousand_are_recorded_at_once_and_counted_by_stratum(workbench: Workbench) -> None:
    recruiter, admin = made(workbench)
    many = [
        replace(
            ONE,
            worker=f"W-{number:05}",
            corridor=("NP-MY", "NP-QA")[number % 2],
            gender=(Gender.FEMALE, Gender.MALE)[number % 2],
        )
        for number in range(5000)
    ]
    with workbench.begin(admin.actor) as work:
        assert placing.record(work, recruiter, many) == 5000
    with workbench.database.read() as session:
        assert queries.sampling_frame(session, recruiter) == {
            Stratum("NP-MY", "Quiet Harbour", None, "female", "2026-Q1"): 2500,
            Stratum("NP-QA", "Quiet Harbour", None, "male", "2026-Q1"): 2500,
        }

    # Of a merged entry they are the survivor's frame, under the same ids.
    other, _ = made(workbench)
    with workbench.begin(SCHEME) as work:
        service.merge(work, recruiter, other, "same_legal_entity")
    with workbench.database.read() as session:
        assert sum(queries.sampling_frame(session, other).values()) == 5000
    refused = pytest.raises(Conflict, match=f"merged into recruiter {other}")
    with refused, workbench.begin(admin.actor) as work:
        placing.record(work, recruiter, [ONE])


def test_one_that_cannot_be_taken_keeps_all_out_and_is_named(workbench: Workbench) -> None:
    recruiter, admin = made(workbench)
    with workbench.begin(admin.actor) as work:
        partner = service.add_partner(
            work, recruiter, NewPartner(PartnerKind.SUB_AGENT, "River Bend", "NP")
        ).id
    with workbench.begin(admin.actor) as work:
        placing.record(work, recruiter, [ONE, replace(ONE, worker="W-2", partner_id=partner)])
        service.end_partner(work, recruiter, partner)
    with pytest.raises(Invalid) as refused, workbench.begin(admin.actor) as work:
        placing.record(
            work,
            recruiter,
            [
                replace(ONE, worker="W-3"),
                ONE,
                replace(ONE, worker="W-4", arrived_on=date(2026, 3, 3)),
                replace(ONE, worker="W-5", partner_id=partner),
                replace(ONE, worker="W-6"),
                replace(ONE, worker="W-6"),
                replace(ONE, arrived_on=date(2026, 3, 2)),
            ],
        )
    assert [error.pointer for error in refused.value.errors] == [
        "/placements/1",
        "/placements/2/arrived_on",
        "/placements/3/partner_id",
        "/placements/4",
        "/placements/5",
    ]
    assert stored(workbench) == 2


def test_the_recruiter_alone_records_and_the_scheme_and_the_team_read(
    workbench: Workbench,
) -> None:
    """SECURITY S7: nobody else knows whom it placed, not even a company's other auditors."""
    recruiter, admin = made(workbench)
    with workbench.begin(SCHEME) as work:
        other = access.person(work, Kind.RECRUITER, Role.RECRUITER_ADMIN)
        lead = access.person(work, Kind.AUDIT_COMPANY, Role.LEAD_AUDITOR)
        colleague = access.person(work, Kind.AUDIT_COMPANY, Role.LEAD_AUDITOR)
        service.issue_number(work, work.session.get_one(Recruiter, recruiter))
        work.session.flush()
    for actor in (other.actor, SCHEME, lead.actor):
        with pytest.raises(NotFound), workbench.begin(actor) as work:
            placing.record(work, recruiter, [ONE])
    audit = new_id(workbench.clock.now())
    with workbench.begin(SYSTEM) as work:
        access_service.assign(
            work,
            person=lead.person,
            case=new_id(work.now),
            audit=audit,
            recruiter=recruiter,
            role=Role.LEAD_AUDITOR,
        )
    with workbench.database.read() as session:
        for actor in (admin.actor, SCHEME, lead.actor):
            assert queries.sees_placements(session, actor, recruiter).id == recruiter
        for actor in (other.actor, colleague.actor):
            with pytest.raises(NotFound):
                queries.sees_placements(session, actor, recruiter)
    with workbench.begin(SYSTEM) as work:
        access_service.end_assignments(work, audit=audit)
    with workbench.database.read() as session, pytest.raises(NotFound):
        queries.sees_placements(session, lead.actor, recruiter)
