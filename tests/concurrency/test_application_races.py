"""Two reviewers at once, one payment cleared many times at once: one effect (DOMAIN §5, R22)."""

from collections import Counter
from functools import partial

from sqlalchemy import select

from app.applications.lifecycle import State
from app.applications.models import Application, FeePayment
from app.kernel.clock import MovableClock, SystemClock
from app.kernel.roles import SYSTEM
from app.lifecycle.journal import JournalEntry, Workbench
from app.platform.database import Database
from tests.concurrency.contenders import move_application
from tests.concurrency.race import WON, race
from tests.effort import rounds
from tests.making import applications

CONTENDERS = 4


def test_one_of_those_who_review_or_clear_at_once_wins(
    database: Database, database_url: str
) -> None:
    workbench = Workbench(database, MovableClock(SystemClock().now()))
    with workbench.begin(SYSTEM) as work:
        people = applications.cast(work)
    many = rounds(4, 300)
    unpaid = [applications.application(workbench, people, State.SUBMITTED) for _ in range(many)]
    reviewed = [applications.application(workbench, people, State.IN_REVIEW) for _ in range(many)]
    database.dispose()
    contenders = [
        partial(move_application, reviewer.actor, people.scheme_manager.actor, action)
        for reviewer, action in (
            (people.reviewer, "accept"),
            (people.second_reviewer, "defer"),
            (people.second_reviewer, "accept"),
            (people.reviewer, "defer"),
        )
    ]
    outcomes = race(database_url, [*unpaid, *reviewed], contenders)
    for told in outcomes:
        late = CONTENDERS - 1
        assert told[WON] == 1
        assert told["move-refused"] + told["conflict"] == late, told
    assert sum(outcomes[many:], Counter())["conflict"] == 0
    with database.read() as session:
        paid = session.scalars(select(FeePayment.reference)).all()
        states = dict(session.execute(select(Application.id, Application.state)).all())
        moved = session.scalars(
            select(JournalEntry.subject).where(JournalEntry.action == "clear_payment")
        ).all()
    assert sorted(paid) == sorted(f"FT-{application}" for application in [*unpaid, *reviewed])
    assert sorted(moved) == sorted([*unpaid, *reviewed])
    assert {states[application] for application in unpaid} == {"in_review"}
    assert {states[application] for application in reviewed} <= {"accepted", "deferred"}
