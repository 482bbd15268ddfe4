"""Two deciders at once: one wins, the others are told so (DESIGN §3, SECURITY R22)."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from itertools import cycle
from typing import Any

from sqlalchemy import select

from app.access import service as access_service
from app.access.lifecycle import ROLE_GRANT, Facts
from app.access.lifecycle import Kind as OrganisationKind
from app.access.models import Organisation, RoleGrant
from app.audits.kinds import Kind
from app.certificates import queries, service
from app.certificates.decisions import DecisionType
from app.certificates.facts import Proposal
from app.certificates.models import Certificate, Decision
from app.certificates.reasons import Reason
from app.kernel.clock import MovableClock, SystemClock
from app.kernel.identifiers import new_id
from app.kernel.roles import SYSTEM, Actor, Role
from app.lifecycle import journal
from app.lifecycle.approvals import Approval
from app.lifecycle.journal import JournalEntry, Workbench
from app.platform.database import Database
from tests.concurrency.contenders import (
    decide,
    decide_on_what_was_read,
    end_role_grant,
    grant_audit,
    refuse_audit,
    without_version_check,
)
from tests.concurrency.race import WON, Contender, race
from tests.effort import rounds
from tests.making import access
from tests.making.access import Someone
from tests.making.certificates import World, remedied, world

DECIDERS = 8


def held_grants(database: Database, count: int) -> list[str]:
    facts = Facts(actor=None, person="", role=Role.REVIEWER, kind=OrganisationKind.AUDIT_COMPANY)
    made = []
    with Workbench(database, SystemClock()).begin(SYSTEM) as work:
        company = access.organisation(work)
        for number in range(count):
            person = access_service.create_person(
                work, organisation=company.id, name="P", email=f"{number}@example.org"
            )
            grant = RoleGrant(id=new_id(work.now), person_id=person.id, role="reviewer")
            journal.move(work, ROLE_GRANT, grant, "grant", facts)
            made.append(grant.id)
    return made


def begun(database: Database) -> World:
    """A case at work now: a first signature counts for 24 hours."""
    return world(database, MovableClock(SystemClock().now()))


def eight(case: World, like: Someone, role: Role) -> list[Actor]:
    """As many people of that role, in one organisation."""
    with case.scene.workbench.begin(SYSTEM) as work:
        organisation = work.session.get_one(Organisation, like.actor.organisation)
        return [access.person(work, organisation, role).actor for _ in range(DECIDERS)]


def active(case: World, count: int) -> list[str]:
    """Certificates of one case: each holds the corridors for a day of its own."""
    days = [case.today + timedelta(days=number) for number in range(count)]
    audits = [case.audit, *(case.reviewed(Kind.STAGE_2) for _ in days[1:])]
    return [
        case.grant(audit=audit, effective_on=day, expires_on=day)
        for audit, day in zip(audits, days, strict=True)
    ]


def suspenders_and_withdrawers(case: World, how: Callable[..., Any]) -> list[Contender]:
    """Four of each."""
    suspend = Proposal(reasons=(Reason.OBLIGATIONS_UNMET,), **remedied())
    withdraw = Proposal(reasons=(Reason.FRAUD,))
    deciders = eight(case, case.people.decider, Role.DECISION_MAKER)
    case.scene.workbench.database.dispose()
    proposed = cycle((("suspend", suspend), ("withdraw", withdraw)))
    return [partial(how, *said, actor) for said, actor in zip(proposed, deciders, strict=False)]


def moves(database: Database, number: str) -> list[str]:
    """Every action that had an effect, in the journal's order."""
    with database.read() as session:
        certificate = queries.by_number(session, number)
        return [move.action for move in queries.moves(session, certificate.id)]


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
    case = begun(database)
    audits = [case.reviewed(Kind.RECERTIFICATION) for _ in range(rounds(20, 1_000))]
    deciders = eight(case, case.people.decider, Role.DECISION_MAKER)
    database.dispose()
    outcomes = race(database_url, audits, [partial(refuse_audit, actor) for actor in deciders])
    assert outcomes == [Counter({WON: 1, "move-refused": DECIDERS - 1})] * len(audits)
    with database.read() as session:
        decided = session.query(Decision.audit_id).filter(Decision.audit_id.in_(audits)).all()
    assert sorted(row.audit_id for row in decided) == sorted(audits)


def test_an_audit_is_granted_or_refused_and_never_both(
    database: Database, database_url: str
) -> None:
    """DOMAIN §9: one final decision per audit; a certificate comes of a grant alone."""
    case = begun(database)
    audits = [case.reviewed(Kind.STAGE_2) for _ in range(rounds(20, 1_000))]
    deciders = eight(case, case.people.decider, Role.DECISION_MAKER)
    database.dispose()
    contenders = [
        partial(effect, actor)
        for effect, actor in zip(cycle((grant_audit, refuse_audit)), deciders, strict=False)
    ]
    outcomes = race(database_url, audits, contenders)
    assert outcomes == [Counter({WON: 1, "move-refused": DECIDERS - 1})] * len(audits)
    with database.read() as session:
        decided = session.scalars(select(Decision).where(Decision.audit_id.in_(audits))).all()
        issued = set(session.scalars(select(Certificate.id)))
    assert sorted(decision.audit_id or "" for decision in decided) == sorted(audits)
    assert {d.certificate_id for d in decided if d.type == "grant"} == issued
    assert all(d.certificate_id is None for d in decided if d.type == "refuse")


def test_suspensions_come_before_the_one_withdrawal_or_too_late(
    database: Database, database_url: str
) -> None:
    """Legal in this order alone: each suspension (C4, C4a), then the withdrawal (C9, C15).

    Whoever does not name a version decides on the certificate as it is by then: so every
    suspension that comes first has its effect, one withdrawal has, and nothing after it.
    """
    case = begun(database)
    numbers = active(case, rounds(20, 1_000))
    outcomes = race(database_url, numbers, suspenders_and_withdrawers(case, decide))
    for number, told in zip(numbers, outcomes, strict=True):
        first, *others, last = moves(database, number)
        assert (first, last) == ("issue", "withdraw")
        assert others == ["suspend"] * (told[WON] - 1)
        assert told == Counter({WON: told[WON], "move-refused": DECIDERS - told[WON]})
        assert case.stored(number).state == "withdrawn"
        assert len(case.open_reasons(number)) == len(others)


def test_of_those_who_decide_on_what_they_read_one_wins(
    database: Database, database_url: str
) -> None:
    """With If-Match a suspension and a withdrawal of one version never both happen."""
    case = begun(database)
    numbers = active(case, rounds(20, 1_000))
    outcomes = race(
        database_url, numbers, suspenders_and_withdrawers(case, decide_on_what_was_read)
    )
    assert outcomes == [Counter({WON: 1, "stale-version": DECIDERS - 1})] * len(numbers)
    for number in numbers:
        assert moves(database, number) in (["issue", "suspend"], ["issue", "withdraw"])


def test_an_annulment_is_completed_by_one_second_signature(
    database: Database, database_url: str
) -> None:
    """DOMAIN §10, C19: two people sign, however many come to sign second at once."""
    case = begun(database)
    numbers = active(case, rounds(20, 1_000))
    said = Proposal(reasons=(Reason.ISSUED_IN_ERROR,), void_from=case.today)
    for number in numbers:
        case.scene.act(case.people.second_decider, service.decide, number, DecisionType.ANNUL, said)
    officers = eight(case, case.people.integrity, Role.INTEGRITY_OFFICER)
    database.dispose()
    outcomes = race(
        database_url, numbers, [partial(decide, "annul", said, officer) for officer in officers]
    )
    assert outcomes == [Counter({WON: 1, "move-refused": DECIDERS - 1})] * len(numbers)
    with database.read() as session:
        of_certificates = select(Approval).where(Approval.machine == Certificate.machine)
        signed = session.scalars(of_certificates).all()
        annulled = session.scalars(select(Decision).where(Decision.type == "annul")).all()
    assert all(moves(database, number) == ["issue", "annul"] for number in numbers)
    assert len(signed) == len(annulled) == len(numbers)
    assert {decision.person_id for decision in annulled} == {case.people.second_decider.person}
    seconds = sorted(approval.second_person or "" for approval in signed)
    assert seconds == sorted(decision.countersigned_by or "" for decision in annulled)
    assert set(seconds) <= {officer.person for officer in officers}


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
