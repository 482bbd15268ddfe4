"""The service over real databases against the model of DOMAIN §5, with a moving clock (R23).

Each walk is one application; the people and the database are shared by all walks of a kind.
"""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from sqlalchemy import event
from sqlalchemy.engine.interfaces import DBAPIConnection

from app.applications import service
from app.applications.content import Content
from app.applications.fee import Payment
from app.applications.lifecycle import RejectionReason
from app.applications.models import Application, DeferralItem
from app.kernel.clock import MovableClock
from app.kernel.errors import DomainError
from app.kernel.identifiers import new_id
from app.kernel.money import Money
from app.kernel.roles import SYSTEM
from app.lifecycle.approvals import Approval
from app.lifecycle.journal import Workbench
from app.platform.database import Database
from tests.databases import Templates
from tests.effort import SOAK, rounds
from tests.making import applications
from tests.making.access import Someone
from tests.making.application_walks import (
    LONG_WALKS,
    OVER,
    START,
    WALKS,
    Model,
    Outcome,
    Step,
    steps,
)
from tests.making.applications import Cast, assessed

REASONS = (RejectionReason.NOT_ELIGIBLE,)


class Ground:
    """A database on which walks are made, one application after another."""

    def __init__(self, url: str) -> None:
        self.database = Database(url)
        if self.database.is_sqlite:
            event.listen(self.database.engine, "connect", _do_not_wait_for_the_disk)
        self.clock = MovableClock(START)
        self.workbench = Workbench(self.database, self.clock)
        with self.workbench.begin(SYSTEM) as work:
            self.people: Cast = applications.cast(work)
            self.others = applications.cast(work)

    def begin(self) -> str:
        """The id of a new draft; the clock is back at the beginning."""
        self.clock.move_to(START)
        with self.workbench.begin(self.people.staff.actor) as work:
            drafted = service.draft(
                work,
                recruiter_id=self.people.recruiter,
                content=applications.content(START.date()),
            )
        return drafted.id

    def state(self, application: str) -> str:
        with self.database.read() as session:
            return session.get_one(Application, application).state

    def fault(self, walk: list[Step]) -> str | None:
        """The first step at which service and model part."""
        model, application = Model(), self.begin()
        for step in steps(model, walk):
            before, found = model.state, Outcome.DONE
            expected = model.take(step)
            try:
                if isinstance(self._take(step, model, application), Approval):
                    found = Outcome.PENDING
            except DomainError as error:
                found = Outcome.REFUSED
                said = error.detail
            else:
                said = "done"
            refused = expected in {Outcome.REFUSED, Outcome.UNSIGNED}
            if found is not (Outcome.REFUSED if refused else expected):
                return f"{step} from {before} at {model.now}: {said}, not {expected}"
            if self.state(application) != model.state:
                return f"{step} from {before}: {self.state(application)}, not {model.state}"
        if model.state not in OVER:
            self._by(self.people.staff, service.withdraw, application)
        return None

    def _take(self, step: Step, model: Model, application: str) -> object:
        people = self.people
        match step.action:
            case "wait" | "edge":
                self.clock.move_to(model.now)
                return None
            case "fire":
                self._fire(application)
                return None
            case "edit":
                return self._by(people.staff, service.edit, application, _changes(step, model))
            case "pay":
                someone = (people.scheme_manager, people.reviewer)[step.who]
                return self._by(someone, service.record_payment, application, self._paid(step))
            case "answer":
                return self._answer(application, step.who)
            case "defer":
                requests = ("A copy of the licence.", "The lease.")
                someone = (people.reviewer, people.admin)[step.who]
                return self._by(someone, service.defer, application, requests)
            case "reject":
                someone = (people.reviewer, people.second_reviewer)[step.who % 2]
                return self._by(someone, service.reject, application, REASONS)
            case "contract":
                someone = (people.admin, people.programme_manager, people.staff)[step.who]
                company = (people.audit_company, self.others.audit_company)[step.much % 2]
                return self._by(someone, service.contract, application, audit_company=company)
        does: dict[str, tuple[Callable[..., object], Someone, Someone]] = {
            "submit": (service.submit, people.staff, people.reviewer),
            "clear_payment": (service.clear_payment, people.scheme_manager, people.reviewer),
            "resume": (service.resume, people.staff, people.reviewer),
            "accept": (service.accept, people.reviewer, people.scheme_manager),
            "withdraw": (service.withdraw, people.admin, people.scheme_manager),
        }
        effect, *either = does[step.action]
        return self._by(either[step.who], effect, application)

    def _by(self, someone: Someone, effect: Callable[..., Any], *values: Any, **named: Any) -> Any:
        with self.workbench.begin(someone.actor) as work:
            return effect(work, *values, **named)

    def _fire(self, application: str) -> None:
        """The worker's turn; that it does nothing to this application is a refusal."""
        before = self.state(application)
        service.fire_due(self.workbench)
        if self.state(application) == before:
            raise DomainError("nothing is due")

    def _answer(self, application: str, place: int) -> Any:
        with self.database.read() as session:
            version = session.get_one(Application, application).version
            item = (
                session.query(DeferralItem)
                .filter_by(application_id=application, deferral=version, place=1 + place % 2)
                .one_or_none()
            )
        item_id = new_id(self.clock.now()) if item is None else item.id
        return self._by(self.people.staff, service.answer_item, application, item_id, "Here.")

    def _paid(self, step: Step) -> Payment:
        reference = new_id(self.clock.now())
        return Payment(reference, Money(step.much, "USD"), self.clock.now().date())


def _changes(step: Step, model: Model) -> dict[str, Any]:
    """The content as of now: whole, lacking something, or with a self-assessment of 300 days."""
    today = model.now.date()
    stated: Content = applications.content(today)
    changes = {
        "licences": stated.licences,
        "capacity_building_completed_on": stated.capacity_building_completed_on,
        "capacity_building_provider": stated.capacity_building_provider,
        "self_assessment": stated.self_assessment,
    }
    if step.who == 1:
        changes["capacity_building_provider"] = None
    if step.who == 2:
        changes["self_assessment"] = assessed(today - timedelta(days=300))
    return changes


def _do_not_wait_for_the_disk(connection: DBAPIConnection, _record: object) -> None:
    connection.execute("PRAGMA synchronous=OFF")


@pytest.fixture
def ground(templates: Templates) -> Iterator[Ground]:
    with templates.database() as url:
        found = Ground(url)
        yield found
        found.database.dispose()


def test_service_and_model_never_part(ground: Ground) -> None:
    walks = LONG_WALKS if SOAK else WALKS

    @settings(
        max_examples=rounds(10, 5_000), suppress_health_check=list(HealthCheck), database=None
    )
    @given(walks)
    def holds(walk: list[Step]) -> None:
        assert ground.fault(walk) is None

    holds()
