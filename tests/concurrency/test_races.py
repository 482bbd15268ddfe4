"""Two deciders at once: one wins, the others are told so (DESIGN §3, SECURITY R22)."""

from collections import Counter
from datetime import UTC, datetime
from functools import partial

from app.access.lifecycle import ROLE_GRANT, Facts
from app.access.lifecycle import Kind as OrganisationKind
from app.access.models import Organisation, Person, RoleGrant
from app.audits.kinds import Kind
from app.certificates.models import Decision
from app.kernel.clock import MovableClock, SystemClock
from app.kernel.identifiers import new_id
from app.kernel.roles import SYSTEM, Role
from app.lifecycle import journal
from app.lifecycle.journal import JournalEntry, Workbench
from app.platform.database import Database
from tests.concurrency.contenders import end_role_grant, refuse_audit, without_version_check
from tests.concurrency.race import WON, race
from tests.effort import rounds
from tests.making import access
from tests.making.certificates import world

DECIDERS = 8


def held_grants(database: Database, count: int) -> list[str]:
    facts = Facts(actor=None, person="", role=Role.REVIEWER, kind=OrganisationKind.AUDIT_COMPANY)
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


def test_an_audit_has_one_decision_however_many_decide_at_once(
    database: Database, database_url: str
) -> None:
    """DOMAIN §9, on the whole service: decision, audit and journal stand or fall together."""
    case = world(database, MovableClock(datetime(2026, 3, 2, 9, tzinfo=UTC)))
    audits = [case.reviewed(Kind.RECERTIFICATION) for _ in range(rounds(20, 1_000))]
    with case.scene.workbench.begin(SYSTEM) as work:
        company = work.session.get_one(Organisation, case.people.decider.actor.organisation)
        deciders = [
            access.person(work, company, Role.DECISION_MAKER).actor for _ in range(DECIDERS)
        ]
    database.dispose()
    outcomes = race(database_url, audits, [partial(refuse_audit, actor) for actor in deciders])
    assert outcomes == [Counter({WON: 1, "move-refused": DECIDERS - 1})] * len(audits)
    with database.read() as session:
        decided = session.query(Decision.audit_id).filter(Decision.audit_id.in_(audits)).all()
    assert sorted(row.audit_id for row in decided) == sorted(audits)


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
