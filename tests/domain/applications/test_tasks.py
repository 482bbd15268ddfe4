"""What waits for whom in applications (DOMAIN §5), as `GET /v1/me/tasks` tells it."""

from datetime import UTC, datetime

from app.applications import service, tasks
from app.applications.lifecycle import State
from app.lifecycle.journal import Workbench
from tests.making import applications as make
from tests.making.access import Someone
from tests.making.applications import Cast


def told(workbench: Workbench, people: Cast) -> dict[str, str]:
    """For whom of the cast what waits."""
    found = {}
    with workbench.database.read() as session:
        for name in people.__slots__:
            someone = getattr(people, name)
            if isinstance(someone, Someone):
                for item in tasks.waiting(session, someone.actor, workbench.clock.now()):
                    found[name] = item.action
    return found


def test_each_state_waits_for_those_whose_turn_it_is(workbench: Workbench, people: Cast) -> None:
    application = make.application(workbench, people)
    assert told(workbench, people) == {"admin": "submit", "staff": "submit"}
    make.SUBMIT(workbench, people, application)
    assert told(workbench, people) == {"scheme_manager": "clear_payment"}
    make.PATHS[State.IN_REVIEW][-1](workbench, people, application)
    assert told(workbench, people) == {"reviewer": "accept", "second_reviewer": "accept"}
    with workbench.begin(people.reviewer.actor) as work:
        service.reject(work, application, make.REASONS)
    assert told(workbench, people) == {"second_reviewer": "reject"}, "not for whoever signed"
    make.ACCEPT(workbench, people, application)
    assert told(workbench, people) == {"admin": "contract"}, "the company is named by signing"
    make.PATHS[State.CONTRACTED][-2](workbench, people, application)
    assert told(workbench, people) == {"programme_manager": "contract"}
    make.PATHS[State.CONTRACTED][-1](workbench, people, application)
    assert told(workbench, people) == {}


def test_a_deferral_waits_for_the_recruiter_until_its_sixty_days_end(
    workbench: Workbench, people: Cast
) -> None:
    application = make.application(workbench, people, State.DEFERRED)
    with workbench.database.read() as session:
        [item] = tasks.waiting(session, people.staff.actor, workbench.clock.now())
    assert item.href == f"/v1/applications/{application}/resume"
    assert item.due == datetime(2026, 5, 2, tzinfo=UTC), "2 March and 60 days, inclusive"
