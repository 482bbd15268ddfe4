"""Two entries are one legal entity: merged, both keep answering (DESIGN §3, SECURITY S10, R21)."""

from threading import Barrier, Thread

import pytest

from app.access import queries as access_queries
from app.access.lifecycle import Kind
from app.kernel.errors import Conflict, DomainError, NotFound, StaleVersion
from app.kernel.roles import Role
from app.lifecycle import journal
from app.lifecycle.journal import MoveRefused, Workbench
from app.recruiters import look_alikes, queries, service
from app.recruiters.models import Recruiter
from app.recruiters.profile import Profile
from tests.making import access, recruiters
from tests.making.recruiters import SCHEME


def made(workbench: Workbench, name: str) -> tuple[Recruiter, access.Someone]:
    with workbench.begin(SCHEME) as work:
        admin = access.person(work, Kind.RECRUITER, Role.RECRUITER_ADMIN)
        return recruiters.recruiter(work, admin.actor.organisation, name=name), admin


def merged(workbench: Workbench, one: str, into: str, **how: int) -> Recruiter:
    with workbench.begin(SCHEME) as work:
        return service.merge(work, one, into, "same_legal_entity", **how)


def test_a_merged_entry_answers_with_the_one_that_goes_on_and_its_people_lose_their_roles(
    workbench: Workbench,
) -> None:
    (one, old), (other, new) = made(workbench, "Seven Kites"), made(workbench, "Paper Boat")
    (third, _) = made(workbench, "Blue Heron")
    with pytest.raises(StaleVersion):
        merged(workbench, one.id, other.id, expected_version=2)
    found = merged(workbench, one.id, other.id, expected_version=1)
    assert (found.state, found.version, found.merged_into_id) == ("merged", 2, other.id)
    with workbench.database.read() as session:
        assert access_queries.roles_of(session, old.person) == frozenset()
        assert access_queries.roles_of(session, new.person) == {Role.RECRUITER_ADMIN}
        assert queries.brief(session, one.id).merged_into == other.id
        assert queries.survivor(session, one.id).id == other.id
        assert queries.family(session, other.id) == [other.id, one.id]
        assert [alias.name for alias in queries.aliases(session, other.id)] == ["Seven Kites"]
        assert look_alikes.called(session, "seven kites ltd") == {one.id}
        (*_, entry) = journal.history(session, "recruiter", one.id)
    assert (entry.action, entry.facts, entry.reason_code) == (
        "merge",
        {"into": other.id},
        "same_legal_entity",
    )

    # What was merged states nothing more, and merges no more; the next one takes both along.
    with pytest.raises(Conflict, match=f"of recruiter {other.id}"), workbench.begin(SCHEME) as work:
        service.state_profile(work, one.id, Profile())
    with pytest.raises(MoveRefused, match="merge is possible from listed"):
        merged(workbench, one.id, third.id)
    with pytest.raises(MoveRefused, match="name the one that it was merged into"):
        merged(workbench, third.id, one.id)
    merged(workbench, other.id, third.id)
    with workbench.database.read() as session:
        assert queries.survivor(session, one.id).id == third.id
        assert set(queries.family(session, third.id)) == {one.id, other.id, third.id}


def test_an_entry_is_not_merged_into_itself_or_into_nothing(workbench: Workbench) -> None:
    one, admin = made(workbench, "Seven Kites")
    with pytest.raises(MoveRefused, match="not merged into itself"):
        merged(workbench, one.id, one.id)
    with pytest.raises(NotFound):
        merged(workbench, one.id, "0190f0c4-8e2a-7c31-9b53-0d1c2e3f4a5b")
    with workbench.database.read() as session:
        assert access_queries.roles_of(session, admin.person) == {Role.RECRUITER_ADMIN}


def test_two_that_are_merged_into_one_another_at_once_are_not_both(workbench: Workbench) -> None:
    (one, _), (other, _) = made(workbench, "Seven Kites"), made(workbench, "Paper Boat")
    together = Barrier(2)
    outcomes: list[str] = []

    def merge(a: str, b: str) -> None:
        together.wait(10)
        try:
            outcomes.append(merged(workbench, a, b).state)
        except DomainError as error:
            outcomes.append(type(error).__name__)

    threads = [Thread(target=merge, args=pair) for pair in ((one.id, other.id), (other.id, one.id))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["MoveRefused", "merged"]
