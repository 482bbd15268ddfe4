"""Applications in every state, made through the service by a cast of people."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any

from app.access.lifecycle import Kind
from app.applications import service
from app.applications.content import Content, Licence, Maturity, SelfAssessment, Site
from app.applications.fee import Payment
from app.applications.lifecycle import RejectionReason, State
from app.applications.models import Application
from app.kernel.clock import MovableClock
from app.kernel.money import Money
from app.kernel.roles import SYSTEM, Role
from app.lifecycle.journal import Work, Workbench
from app.scheme.shipped import first_standard
from tests.making import access, assessors, recruiters
from tests.making.access import Someone


@dataclass(frozen=True, slots=True)
class Cast:
    """Everyone whom an application meets."""

    recruiter: str
    recruiter_organisation: str
    admin: Someone
    staff: Someone
    scheme_manager: Someone
    reviewer: Someone
    second_reviewer: Someone
    programme_manager: Someone

    @property
    def audit_company(self) -> str:
        """The organisation of the programme manager."""
        return str(self.programme_manager.actor.organisation)


def cast(work: Work, country: str = "NP") -> Cast:
    """A recruiter with its people, the scheme's people, an approved audit company, an auditor."""
    system = work.acting_as(SYSTEM)
    company = access.organisation(system, Kind.RECRUITER, country)
    scheme = access.organisation(system, Kind.SCHEME_MANAGER)
    auditors = access.organisation(system)
    manager = access.person(work, auditors, Role.PROGRAMME_MANAGER)
    officers = assessors.Officers(work)
    assessors.company(work, officers, manager)
    assessors.auditor(work, officers, access.person(work, auditors, Role.AUDITOR).person)
    return Cast(
        recruiter=recruiters.recruiter(work, company.id, country=country).id,
        recruiter_organisation=company.id,
        admin=access.person(work, company, Role.RECRUITER_ADMIN),
        staff=access.person(work, company, Role.RECRUITER_STAFF),
        scheme_manager=access.person(work, scheme, Role.SCHEME_MANAGER),
        reviewer=access.person(work, scheme, Role.APPLICATION_REVIEWER),
        second_reviewer=access.person(work, scheme, Role.APPLICATION_REVIEWER),
        programme_manager=manager,
    )


def assessed(on: date, *, but: int = 0, maturity: int = 3) -> SelfAssessment:
    """A self-assessment that answers every indicator; all `but` the last ones."""
    indicators = first_standard().indicators()
    return SelfAssessment(
        on,
        tuple(
            Maturity(indicator.criterion, indicator.element, maturity)
            for indicator in indicators[: len(indicators) - but]
        ),
    )


def content(today: date, **changes: Any) -> Content:
    """A complete application on that day, of a recruiter in Nepal."""
    complete: dict[str, Any] = {
        "corridors": ("NP-MY", "NP-QA"),
        "sectors": ("construction",),
        "sites": (Site("Head office", "NP", "काठमाडौं"), Site("Branch", "NP", "पोखरा")),
        "workers_per_year": 260,
        "licences": (
            Licence("NP", "1203/076/77", today - timedelta(days=400), today + timedelta(days=400)),
        ),
        "capacity_building_completed_on": today - timedelta(days=90),
        "capacity_building_provider": "IOM Nepal",
        "self_assessment": assessed(today - timedelta(days=30)),
    }
    return Content(**{**complete, **changes})


def payment(today: date, reference: str = "FT-1", amount: str = "1000.00") -> Payment:
    """The fee, received the day before."""
    return Payment(reference, Money.parse(amount, "USD"), today - timedelta(days=1))


Step = Callable[[Workbench, Cast, str], object]


def _by(who: str, effect: Callable[..., object], *values: object, **named: object) -> Step:
    def step(workbench: Workbench, people: Cast, application: str) -> object:
        someone: Someone = getattr(people, who)
        with workbench.begin(someone.actor) as work:
            return effect(work, application, *values, **named)

    return step


def _pay(workbench: Workbench, people: Cast, application: str) -> object:
    paid = payment(workbench.clock.now().date(), reference=f"FT-{application}")
    return _by("scheme_manager", service.clear_payment, paid)(workbench, people, application)


def _sign(who: str) -> Step:
    def step(workbench: Workbench, people: Cast, application: str) -> object:
        signing = _by(who, service.contract, audit_company=people.audit_company)
        return signing(workbench, people, application)

    return step


def _wait(days: int) -> Step:
    def step(workbench: Workbench, people: Cast, application: str) -> object:
        assert isinstance(workbench.clock, MovableClock)
        workbench.clock.advance(timedelta(days=days))
        return service.fire_due(workbench)

    return step


REASONS = (RejectionReason.NOT_ELIGIBLE,)
SUBMIT = _by("staff", service.submit)
DEFER = _by("reviewer", service.defer, ("A copy of the licence.", "The lease of the branch."))
ACCEPT = _by("reviewer", service.accept)
WITHDRAW = _by("staff", service.withdraw)

_REVIEWED = (SUBMIT, _pay)
PATHS: Mapping[State, tuple[Step, ...]] = MappingProxyType(
    {
        State.DRAFT: (),
        State.DROPPED: (_wait(367),),
        State.SUBMITTED: (SUBMIT,),
        State.IN_REVIEW: _REVIEWED,
        State.DEFERRED: (*_REVIEWED, DEFER),
        State.LAPSED: (*_REVIEWED, DEFER, _wait(61)),
        State.REJECTED: (
            *_REVIEWED,
            _by("reviewer", service.reject, REASONS),
            _by("second_reviewer", service.reject, REASONS),
        ),
        State.ACCEPTED: (*_REVIEWED, ACCEPT),
        State.CONTRACTED: (*_REVIEWED, ACCEPT, _sign("admin"), _sign("programme_manager")),
        State.WITHDRAWN: (WITHDRAW,),
    }
)


def application(
    workbench: Workbench, people: Cast, state: State = State.DRAFT, **changes: Any
) -> str:
    """The id of an application in that state; `changes` are of its content."""
    with workbench.begin(people.staff.actor) as work:
        drafted: Application = service.draft(
            work, recruiter_id=people.recruiter, content=content(work.now.date(), **changes)
        )
    for step in PATHS[state]:
        step(workbench, people, drafted.id)
    return drafted.id
