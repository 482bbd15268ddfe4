"""Two deciders at once: one wins, the others are told so (DESIGN §3, SECURITY R22)."""

from collections import Counter

from app.access.lifecycle import ROLE_GRANT, Facts, Kind
from app.access.models import Organisation, Person, RoleGrant
from app.kernel.clock import SystemClock
from app.kernel.identifiers import new_id
from app.kernel.roles import SYSTEM, Role
from app.lifecycle import journal
from app.lifecycle.journal import JournalEntry, Workbench
from app.platform.database import Database
from tests.concurrency.contenders import end_role_grant, without_version_check
from tests.concurrency.race import WON, race
from tests.effort import rounds

DECIDERS = 8


def held_grants(database: Database, count: int) -> list[str]:
    facts = Facts(actor=None, person="", role=Role.REVIEWER, kind=Kind.AUDIT_COMPANY)
    made = []
    with Workbench(database, SystemClock()).begin(SYSTEM) as work:
        company = Organisation(
            id=new_id(work.now), kind="audit_company", name="A", country="BD", created_at=work.now
        )
        work.session.add(company)
        work.session.flush()
        for number in range(count):
            person = Person(
                id=new_id(work.now), name="P", email=f"{number}@example.org",
                organisation_id=company.id, created_at=work.now,
            )  # fmt: skip
            work.session.add(person)
            work.session.flush()
            grant = RoleGrant(id=new_id(work.now), person_id=person.id, role="reviewer")
            journal.move(work, ROLE_GRANT, grant, "grant", facts)
            made.append(grant.id)
    return made


def test_of_eight_deciders_exactly_one_wins_each_round(
    database: Database, database_url: str
) -> None:
    prizes = held_grants(database, rounds(30, 1_000))
    outcomes = race(database_url, prizes, [end_role_grant] * DECIDERS)
    assert outcomes == [Counter({WON: 1, "move-refused": DECIDERS - 1})] * len(prizes)
    with database.read() as session:
        ends = session.query(JournalEntry.subject).filter(JournalEntry.action == "end").all()
    assert sorted(end.subject for end in ends) == sorted(prizes)


def test_the_race_goes_red_when_the_version_check_is_taken_out(
    database: Database, database_url: str
) -> None:
    """The database's own wall then stops the second decider, who is told nothing of use."""
    prizes = held_grants(database, 10)
    outcomes = race(database_url, prizes, [end_role_grant] * DECIDERS, plant=without_version_check)
    red = [outcome for outcome in outcomes if outcome != {WON: 1, "move-refused": DECIDERS - 1}]
    assert len(red) >= 9
    assert all(outcome[WON] == 1 for outcome in outcomes)
    assert any(outcome["IntegrityError"] for outcome in outcomes)
