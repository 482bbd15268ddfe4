"""The system's own moves (DOMAIN §5, §11): each exactly once, and never before its time."""

from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread

from app.applications import service
from app.applications.lifecycle import State
from app.applications.models import Application
from app.kernel.clock import MovableClock
from app.lifecycle import journal
from app.lifecycle.journal import Workbench
from tests.making import applications
from tests.making.applications import Cast

SECOND = timedelta(seconds=1)
# Every application below enters its state on 2 March 2026.
OVER = [
    (State.DRAFT, datetime(2027, 3, 3, tzinfo=UTC), "dropped", "drop"),
    (State.DEFERRED, datetime(2026, 5, 2, tzinfo=UTC), "lapsed", "lapse"),
    (State.ACCEPTED, datetime(2026, 6, 1, tzinfo=UTC), "lapsed", "lapse"),
]


def state_of(workbench: Workbench, application: str) -> str:
    with workbench.database.read() as session:
        return session.get_one(Application, application).state


def test_the_second_before_nothing_happens_and_at_the_deadline_it_does_once(
    workbench: Workbench, people: Cast, clock: MovableClock
) -> None:
    start = clock.now()
    for state, over, target, action in OVER:
        clock.move_to(start)
        application = applications.application(workbench, people, state)
        clock.move_to(over - SECOND)
        assert service.fire_due(workbench) == 0
        assert state_of(workbench, application) == state
        clock.move_to(over)
        assert service.fire_due(workbench) == 1
        assert service.fire_due(workbench) == 0
        assert state_of(workbench, application) == target
        with workbench.database.read() as session:
            *_, last = journal.history(session, "application", application)
        assert (last.action, last.role, last.actor) == (action, "system", None)
        assert (last.recorded_at, last.effective_at) == (over, over)


def test_whatever_waits_for_nobody_or_is_only_late_stays(
    workbench: Workbench, people: Cast, clock: MovableClock
) -> None:
    stays = sorted(set(State) - {State.DRAFT, State.DEFERRED, State.ACCEPTED})
    made = [applications.application(workbench, people, state) for state in stays]
    clock.advance(timedelta(days=4000))
    assert service.fire_due(workbench) == 0
    assert [state_of(workbench, application) for application in made] == stays


def test_after_a_long_sleep_everything_due_is_done_in_one_round(
    workbench: Workbench, people: Cast, clock: MovableClock
) -> None:
    made = [
        applications.application(workbench, people, state)
        for state in (State.DRAFT, State.DRAFT, State.DEFERRED, State.ACCEPTED, State.IN_REVIEW)
    ]
    clock.advance(timedelta(days=1000))
    assert service.fire_due(workbench) == 4
    assert [state_of(workbench, application) for application in made] == [
        "dropped",
        "dropped",
        "lapsed",
        "lapsed",
        "in_review",
    ]


def test_a_deferral_that_went_on_in_time_does_not_lapse_later(
    workbench: Workbench, people: Cast, clock: MovableClock
) -> None:
    application = applications.application(workbench, people, State.ACCEPTED)
    with workbench.begin(people.admin.actor) as work:
        service.contract(work, application, audit_company=people.audit_company)
    with workbench.begin(people.programme_manager.actor) as work:
        service.contract(work, application, audit_company=people.audit_company)
    clock.advance(timedelta(days=365))
    assert service.fire_due(workbench) == 0


def test_workers_that_run_at_once_fire_each_due_move_once(
    workbench: Workbench, people: Cast, clock: MovableClock
) -> None:
    for _ in range(3):
        applications.application(workbench, people)
    clock.advance(timedelta(days=400))
    together = Barrier(4)
    fired: list[int] = []

    def work() -> None:
        together.wait(10)
        fired.append(service.fire_due(workbench))

    workers = [Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sum(fired) == 3
    assert len(fired) == 4
