"""Which rules are in force, and that a published version stays as it is (DOMAIN §4, §11)."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from app.applications import queries as applications
from app.applications import service
from app.applications.lifecycle import State
from app.applications.models import Application
from app.kernel.clock import MovableClock
from app.kernel.errors import NotFound
from app.kernel.roles import SYSTEM
from app.lifecycle.journal import MoveRefused, Workbench
from app.platform.database import Database
from app.scheme import queries
from app.scheme.shipped import POLICY, STANDARD, first_policy, first_standard
from tests.making import applications as making
from tests.making import scheme

SECOND = timedelta(seconds=1)


def test_the_shipped_versions_are_in_force_and_read_back_as_they_ship(database: Database) -> None:
    now = datetime(2026, 3, 2, tzinfo=UTC)
    with database.read() as session:
        assert queries.policy_in_force(session, now) == first_policy()
        assert queries.standard_in_force(session, now) == first_standard()
        assert queries.policy(session, POLICY) is queries.policy(session, POLICY)
        assert queries.standard(session, STANDARD).code == STANDARD
        assert queries.published_policies(session) == [first_policy()]
        with pytest.raises(NotFound, match=r"no policy is in force on 2018-12-31"):
            queries.policy_in_force(session, datetime(2018, 12, 31, 23, 59, 59, tzinfo=UTC))
        with pytest.raises(NotFound, match="there is no standard iris-9"):
            queries.standard(session, "iris-9")


def test_a_version_is_in_force_from_the_first_instant_of_its_day_in_its_zone(
    database: Database,
) -> None:
    """Kathmandu is 5 hours 45 minutes ahead of UTC."""
    begins = datetime(2026, 6, 30, 18, 15, tzinfo=UTC)
    with database.write() as session:
        rules = scheme.policy(zone_name="Asia/Kathmandu", review_days=20)
        scheme.published(session, rules, date(2026, 7, 1))
        assert queries.policy_in_force(session, begins - SECOND).version == POLICY
        assert queries.policy_in_force(session, begins) == rules


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE published_version SET code = 'other'",
        "UPDATE published_version SET effective_on = '2030-01-01'",
        "DELETE FROM published_version",
        "DELETE FROM published_version WHERE kind = 'policy'",
    ],
)
def test_the_database_keeps_a_published_version_as_it_is(database: Database, change: str) -> None:
    with (
        pytest.raises(DBAPIError, match="published_version rows are never changed"),
        database.engine.begin() as connection,
    ):
        connection.execute(text(change))


def test_a_submitted_application_keeps_its_policy_and_a_draft_follows(
    workbench: Workbench, clock: MovableClock
) -> None:
    with workbench.begin(SYSTEM) as work:
        people = making.cast(work)
        changed = scheme.policy(deferral_days=10, application_draft_months=6)
        scheme.published(work.session, changed, date(2026, 3, 10))
    submitted = making.application(workbench, people, State.DEFERRED)
    draft = making.application(workbench, people)

    clock.move_to(datetime(2026, 3, 10, tzinfo=UTC))
    with workbench.database.read() as session:
        pins = dict(session.execute(select(Application.id, Application.policy)).all())
        assert pins == {submitted: POLICY, draft: None}
        asked = (people.admin.actor, submitted, clock.now())
        assert applications.reading(session, *asked).standing.policy == first_policy()
        asked = (people.admin.actor, draft, clock.now())
        assert applications.reading(session, *asked).standing.policy == changed

    clock.move_to(datetime(2026, 3, 20, tzinfo=UTC))  # 18 days after the deferral
    assert service.fire_due(workbench) == 0, "it has 60 days, not 10"
    clock.move_to(datetime(2026, 9, 3, tzinfo=UTC))  # half a year after the draft, and a day
    with workbench.begin(people.staff.actor) as work, pytest.raises(MoveRefused):
        service.submit(work, draft)
    assert service.fire_due(workbench) == 2, "the draft is dropped, the deferral lapses"
