"""A tolling stops what the system would end, and lets it run on (DOMAIN §5, §11)."""

from datetime import UTC, date, datetime, timedelta

import pytest

from app.applications import queries as applications
from app.applications import service, timers
from app.applications.lifecycle import State
from app.kernel.clock import MovableClock
from app.kernel.errors import Invalid
from app.kernel.roles import SYSTEM
from app.lifecycle.journal import MoveRefused, RoleRefused, Workbench
from app.scheme import queries
from app.scheme import service as scheme
from app.scheme.models import Reason
from app.scheme.tolling import Timer
from tests.making import applications as making

SECOND = timedelta(seconds=1)
FLOOD = "Floods have closed the labour office."


def test_a_stopped_deferral_lapses_later_and_not_a_second_earlier(
    workbench: Workbench, clock: MovableClock
) -> None:
    """Deferred on 2 March for 60 days: without any stop it lapses after 1 May."""
    with workbench.begin(SYSTEM) as work:
        people = making.cast(work)
    stopped = making.application(workbench, people, State.DEFERRED)
    other = making.application(workbench, people, State.DEFERRED)
    clock.move_to(datetime(2026, 4, 1, tzinfo=UTC))
    with workbench.begin(people.admin.actor) as work, pytest.raises(RoleRefused):
        scheme.start_tolling(
            work, {Timer.APPLICATION_DEFERRAL}, Reason.DISASTER, FLOOD, date(2026, 5, 1)
        )
    with workbench.begin(people.scheme_manager.actor) as work:
        stop = scheme.start_tolling(
            work,
            {Timer.APPLICATION_DEFERRAL},
            Reason.DISASTER,
            FLOOD,
            date(2026, 4, 30),
            case=stopped,
        )

    def by(application: str) -> date:
        with workbench.database.read() as session:
            standing = applications.reading(
                session, people.admin.actor, application, clock.now()
            ).standing
        due = timers.due(
            standing.application.state, standing.since, standing.policy, standing.stops
        )
        assert due is not None
        return due.by

    assert (by(stopped), by(other)) == (date(2026, 5, 31), date(2026, 5, 1))
    clock.move_to(datetime(2026, 4, 11, tzinfo=UTC))
    with workbench.begin(people.scheme_manager.actor) as work:
        ended = scheme.end_tolling(work, stop.id, expected_version=1)
    assert (ended.state, ended.ended_at) == ("ended", clock.now())
    with workbench.begin(people.scheme_manager.actor) as work, pytest.raises(MoveRefused):
        scheme.end_tolling(work, stop.id)
    assert by(stopped) == date(2026, 5, 11), "ten days were stopped"

    clock.move_to(datetime(2026, 5, 2, tzinfo=UTC))
    assert service.fire_due(workbench) == 1, "the other one lapses"
    clock.move_to(datetime(2026, 5, 12, tzinfo=UTC) - SECOND)
    assert service.fire_due(workbench) == 0
    clock.advance(SECOND)
    assert service.fire_due(workbench) == 1


@pytest.mark.parametrize(
    ("limit", "is_right"),
    [
        (date(2026, 3, 1), False),
        (date(2026, 3, 2), True),
        (date(2026, 8, 29), True),
        (date(2026, 8, 30), False),
    ],
)
def test_a_tolling_has_a_limit_within_half_a_year(
    workbench: Workbench, limit: date, is_right: bool
) -> None:
    """180 days from 2 March 2026 are up on 29 August."""
    with workbench.begin(SYSTEM) as work:
        manager = making.cast(work).scheme_manager
    with workbench.begin(manager.actor) as work:
        begin = (work, {Timer.AUDIT_REPORT}, Reason.UNREST, FLOOD, limit)
        if not is_right:
            with pytest.raises(MoveRefused, match="a day from today to 2026-08-29"):
                scheme.start_tolling(*begin)
            return
        scheme.start_tolling(*begin)
        with pytest.raises(Invalid, match="no such application"):
            scheme.start_tolling(*begin, case="0190f0c4-8e2a-7c31-9b53-0d1c2e3f4a5b")
    with workbench.database.read() as session:
        assert Timer.AUDIT_REPORT in queries.stops(session, "any").spans
