"""The one way to write the journal, and what follows it (DESIGN §3)."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from threading import Event
from typing import Any

import pytest
from sqlalchemy import CheckConstraint, String, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from app.access.lifecycle import ROLE_GRANT
from app.access.models import RoleGrant
from app.kernel.clock import MovableClock
from app.kernel.errors import Conflict, DomainError, NotFound, StaleVersion
from app.kernel.identifiers import new_id
from app.kernel.roles import SYSTEM, Actor, Role
from app.lifecycle import journal, publication, worker
from app.lifecycle.approvals import Approval, SecondSignatureRefused
from app.lifecycle.journal import (
    JournalEntry,
    LifecycleRule,
    MoveRefused,
    NotIndependent,
    RoleRefused,
    Subject,
    Work,
    Workbench,
)
from app.lifecycle.machine import BORN, Machine, Rule, Takes
from app.platform import idempotency
from app.platform.database import Base, Database
from app.platform.idempotency import StoredAnswer
from tests.domain.lifecycle.conftest import FACTS, START, Plain, Small

MANAGER = frozenset({Role.SCHEME_MANAGER})
DECIDER = frozenset({Role.DECISION_MAKER})
OFFICER = frozenset({Role.INTEGRITY_OFFICER})


@dataclass(frozen=True)
class Seal:
    """The facts of a machine that only these tests have."""

    own: bool = False


SEAL = Machine[Seal](
    "seal",
    ("whole", "broken", "kept"),
    [
        Rule("make", frozenset({BORN}), "whole", DECIDER, takes=Takes.NOW_OR_LATER),
        Rule(
            "break",
            frozenset({"whole"}),
            "broken",
            DECIDER,
            second=OFFICER,
            bars=(lambda facts: "it is your own seal" if facts.own else None,),
            takes=Takes.NOW_OR_EARLIER,
        ),
        Rule("keep", frozenset({"whole"}), "kept", DECIDER),
    ],
)


class SealRow(Subject):
    __tablename__ = "seal"
    machine = "seal"
    __table_args__ = (CheckConstraint("state IN ('whole', 'broken', 'kept')", name="state"),)

    label: Mapped[str | None] = mapped_column(String(10))


Base.metadata.remove(SealRow.metadata.tables["seal"])


def person(roles: frozenset[Role]) -> Actor:
    return Actor(new_id(START), None, roles)


@pytest.fixture
def clock(workbench: Workbench) -> MovableClock:
    assert isinstance(workbench.clock, MovableClock)
    return workbench.clock


@pytest.fixture
def seal(workbench: Workbench) -> str:
    """A seal that is whole, in a table made for this test."""
    with workbench.database.engine.begin() as connection:
        SealRow.__table__.create(connection)  # type: ignore[attr-defined]
    with workbench.database.write() as session:
        assert publication.publish(session, [SEAL]) == 3
    with workbench.begin(person(DECIDER)) as work:
        made = SealRow(id=new_id(work.now))
        journal.move(work, SEAL, made, "make", Seal())
        return made.id


def act(workbench: Workbench, seal: str, actor: Actor, action: str, **options: Any) -> Any:
    facts = options.pop("facts", Seal())
    with workbench.begin(actor) as work:
        return journal.record(
            work, SEAL, journal.lock(work, SealRow, seal), action, facts, **options
        )


def test_a_move_is_one_entry_and_one_step(workbench: Workbench, small: Small) -> None:
    with workbench.database.read() as session:
        grant = session.get_one(RoleGrant, small.ended)
        entries = journal.history(session, "role_grant", small.ended)
        assert (grant.state, grant.version) == ("ended", 2)
        assert [(e.action, e.source, e.target, e.version, e.previous) for e in entries] == [
            ("grant", "", "held", 1, None),
            ("end", "held", "ended", 2, 1),
        ]
        assert {(e.recorded_at, e.effective_at, e.role, e.actor) for e in entries} == {
            (START, START, "system", None)
        }


def test_a_stale_version_is_told_so(workbench: Workbench, small: Small) -> None:
    with (
        pytest.raises(StaleVersion, match="version 7 is not current: the role_grant is at 1"),
        workbench.begin(SYSTEM) as work,
    ):
        grant = journal.lock(work, RoleGrant, small.held)
        journal.record(work, ROLE_GRANT, grant, "end", FACTS, expected_version=7)


@pytest.mark.parametrize("subject", ["01a20877-4ef4-7ec8-acb6-6ae5452e2ad4", "nonsense", "\x00"])
def test_an_unknown_subject_is_not_found(subject: str, workbench: Workbench, small: Small) -> None:
    with pytest.raises(NotFound), workbench.begin(SYSTEM) as work:
        journal.lock(work, RoleGrant, subject)


@pytest.mark.parametrize(
    ("error", "roles", "action", "facts"),
    [
        (RoleRefused, OFFICER, "keep", Seal()),
        (NotIndependent, DECIDER, "break", Seal(own=True)),
        (MoveRefused, DECIDER, "make", Seal()),
    ],
)
def test_each_refusal_has_its_name(
    error: type[DomainError],
    roles: frozenset[Role],
    action: str,
    facts: Seal,
    workbench: Workbench,
    seal: str,
) -> None:
    with pytest.raises(error) as refused:
        act(workbench, seal, person(roles), action, facts=facts)
    assert refused.value.reasons


def test_a_lost_race_inside_the_service_is_a_conflict(workbench: Workbench, small: Small) -> None:
    """The compare-and-set finds what slipped past the lock."""
    with pytest.raises(Conflict), workbench.begin(SYSTEM) as work:
        grant = journal.lock(work, RoleGrant, small.held)
        journal.move(work, ROLE_GRANT, grant, "end", FACTS)
        entry = work.entries[-1]
        entry.previous = 1
        journal._move(work, grant, entry, {})


def test_subjects_are_locked_in_order_and_before_the_first_move(
    workbench: Workbench, small: Small
) -> None:
    first, second = sorted((small.held, small.ended))
    with pytest.raises(RuntimeError, match="order"), workbench.begin(SYSTEM) as work:
        journal.lock(work, RoleGrant, second)
        journal.lock(work, RoleGrant, first)
    with pytest.raises(RuntimeError, match="before the first move"), workbench.begin(SYSTEM) as w:
        grant = journal.lock(w, RoleGrant, small.held)
        journal.move(w, ROLE_GRANT, grant, "end", FACTS)
        journal.lock(w, RoleGrant, small.ended)


def test_readers_follow_inside_the_transaction(database: Database, small: Small) -> None:
    heard: list[str] = []

    def listen(_work: Work, entry: JournalEntry) -> None:
        heard.append(entry.action)

    def fail(_work: Work, _entry: JournalEntry) -> None:
        raise RuntimeError("the reader fails")

    def end(workbench: Workbench) -> None:
        with workbench.begin(SYSTEM) as work:
            grant = journal.lock(work, RoleGrant, small.held)
            journal.move(work, ROLE_GRANT, grant, "end", FACTS)

    with pytest.raises(RuntimeError, match="the reader fails"):
        end(Workbench(database, MovableClock(START), (listen, fail)))
    with database.read() as session:
        assert session.get_one(RoleGrant, small.held).state == "held"
    end(Workbench(database, MovableClock(START), (listen,)))
    assert heard == ["end", "end"]


class TestTwoPeople:
    """DOMAIN §9: the second signature within its time, never by the same person."""

    def test_the_first_signature_moves_nothing(self, workbench: Workbench, seal: str) -> None:
        approval = act(workbench, seal, person(DECIDER), "break")
        assert isinstance(approval, Approval)
        assert approval.expires_at == START + timedelta(hours=24)
        with workbench.database.read() as session:
            assert session.get_one(SealRow, seal).state == "whole"

    @pytest.mark.parametrize(("first", "second"), [(DECIDER, OFFICER), (OFFICER, DECIDER)])
    def test_either_side_may_begin(
        self, first: frozenset[Role], second: frozenset[Role], workbench: Workbench, seal: str
    ) -> None:
        one, other = person(first), person(second)
        act(workbench, seal, one, "break")
        entry = act(workbench, seal, other, "break")
        assert entry.target == "broken"
        assert [s["person"] for s in entry.facts["signatures"]] == [one.person, other.person]
        with workbench.database.read() as session:
            waiting = session.scalars(select(Approval)).one()
            assert (waiting.first_person, waiting.second_person) == (one.person, other.person)

    def test_the_same_person_twice_is_refused(self, workbench: Workbench, seal: str) -> None:
        both = person(DECIDER | OFFICER)
        act(workbench, seal, both, "break")
        with pytest.raises(SecondSignatureRefused, match="another person must"):
            act(workbench, seal, both, "break")

    def test_two_of_the_same_side_are_refused(self, workbench: Workbench, seal: str) -> None:
        act(workbench, seal, person(DECIDER), "break")
        with pytest.raises(SecondSignatureRefused, match="needs the role integrity_officer"):
            act(workbench, seal, person(DECIDER), "break")

    def test_a_machine_does_not_sign(self, workbench: Workbench, seal: str) -> None:
        with pytest.raises(SecondSignatureRefused, match="not by a machine"):
            act(workbench, seal, Actor(None, None, DECIDER), "break")

    def test_both_sign_the_same_terms(self, workbench: Workbench, seal: str) -> None:
        act(workbench, seal, person(DECIDER), "break", terms={"void_from": "2026-01-01"})
        with pytest.raises(Conflict, match="other terms"):
            act(workbench, seal, person(OFFICER), "break", terms={"void_from": "2025-01-01"})

    @pytest.mark.parametrize(("late", "done"), [(-1, True), (0, False), (1, False)])
    def test_the_second_signature_has_24_hours(
        self, late: int, done: bool, workbench: Workbench, seal: str, clock: MovableClock
    ) -> None:
        act(workbench, seal, person(DECIDER), "break")
        clock.advance(timedelta(hours=24, seconds=late))
        second = act(workbench, seal, person(OFFICER), "break")
        assert isinstance(second, JournalEntry) is done

    def test_an_expired_signature_opens_anew(
        self, workbench: Workbench, seal: str, clock: MovableClock
    ) -> None:
        act(workbench, seal, person(DECIDER), "break")
        clock.advance(timedelta(hours=25))
        act(workbench, seal, person(OFFICER), "break")
        assert act(workbench, seal, person(DECIDER), "break").target == "broken"

    def test_a_signature_is_for_one_version(self, workbench: Workbench, seal: str) -> None:
        act(workbench, seal, person(DECIDER), "break")
        act(workbench, seal, person(DECIDER), "keep")
        with pytest.raises(MoveRefused, match="the seal is kept"):
            act(workbench, seal, person(OFFICER), "break")

    def test_the_database_refuses_one_person_twice(
        self, workbench: Workbench, seal: str, plain: Plain
    ) -> None:
        act(workbench, seal, person(DECIDER), "break")
        completed = "UPDATE approval SET completed_at = opened_at, second_role = 'x', "
        with pytest.raises(Exception, match="two_people"):
            plain.run(completed + "second_person = first_person")
        assert plain.run(completed + f"second_person = '{new_id(START)}'") == 1

    def test_the_database_lets_nobody_make_the_move_alone(
        self, workbench: Workbench, seal: str, plain: Plain
    ) -> None:
        broken = (
            "INSERT INTO journal_entry (position, machine, subject, version, previous, source,"
            " action, target, effective_at, recorded_at, role, facts, chain) VALUES"
            f" (2, 'seal', '{seal}', 2, 1, 'whole', 'break', 'broken',"
            " '2026-03-01T12:00:00.000000Z', '2026-03-01T12:00:00.000000Z', 'system', '{}', 'x')"
        )
        for signed in (False, True):
            if signed:
                act(workbench, seal, person(DECIDER), "break")
            with pytest.raises(Exception, match="two people sign this move"):
                plain.run(broken)
        completed = "UPDATE approval SET completed_at = opened_at, second_role = 'x', "
        plain.run(completed + f"second_person = '{new_id(START)}'")
        assert plain.run(broken) == 1

    def test_a_signature_counts_no_more_when_its_signer_lost_the_role(
        self, workbench: Workbench, seal: str
    ) -> None:
        """A removed right works at once, between two signatures too (SECURITY R7)."""
        held = {DECIDER}
        watched = replace(
            workbench, rights=lambda _session, _person: frozenset().union(*held, frozenset())
        )
        act(watched, seal, person(DECIDER), "break")
        held.clear()
        second = act(watched, seal, person(OFFICER), "break")
        assert isinstance(second, Approval)
        held.add(OFFICER)
        assert act(watched, seal, person(DECIDER), "break").target == "broken"

    def test_a_move_that_needs_two_is_no_plain_move(self, workbench: Workbench, seal: str) -> None:
        with (
            pytest.raises(RuntimeError, match="second signature"),
            workbench.begin(person(DECIDER)) as work,
        ):
            journal.move(work, SEAL, journal.lock(work, SealRow, seal), "break", Seal())


class TestEffectiveDates:
    """DESIGN §3: who may lie ahead, who may reach back."""

    def test_most_moves_take_effect_at_once(self, workbench: Workbench, seal: str) -> None:
        for shift in (-1, 1):
            with pytest.raises(MoveRefused, match="takes effect at once"):
                act(
                    workbench, seal, person(DECIDER), "keep",
                    effective_at=START + timedelta(seconds=shift),
                )  # fmt: skip

    def test_some_may_reach_back_but_not_ahead(self, workbench: Workbench, seal: str) -> None:
        with pytest.raises(MoveRefused, match="now or earlier"):
            act(workbench, seal, person(DECIDER), "break", effective_at=START + timedelta(days=1))
        yesterday = START - timedelta(days=1)
        act(workbench, seal, person(DECIDER), "break", effective_at=yesterday)
        entry = act(workbench, seal, person(OFFICER), "break", effective_at=yesterday)
        assert (entry.effective_at, entry.recorded_at) == (yesterday, START)


class TestChain:
    def test_the_chain_is_whole(self, workbench: Workbench, small: Small) -> None:
        with workbench.database.read() as session:
            assert journal.first_broken_link(session) is None

    def test_a_foreign_link_is_found(
        self, workbench: Workbench, small: Small, plain: Plain
    ) -> None:
        """A legal row by hand carries no right chain value, and work goes on after it."""
        plain.run(
            "INSERT INTO journal_entry (position, machine, subject, version, previous, source,"
            " action, target, effective_at, recorded_at, role, facts, chain) VALUES"
            f" (8, 'role_grant', '{small.held}', 2, 1, 'held', 'end', 'ended',"
            " '2026-03-01T12:00:00.000000Z', '2026-03-01T12:00:00.000000Z', 'system', '{}', 'x')"
        )
        with workbench.begin(SYSTEM) as work:
            grant = RoleGrant(id=new_id(START), person_id=small.people[2], role="reviewer")
            journal.move(work, ROLE_GRANT, grant, "grant", FACTS)
        with workbench.database.read() as session:
            assert journal.first_broken_link(session) == 8


class TestPublication:
    def test_publishing_again_adds_nothing(self, workbench: Workbench, seal: str) -> None:
        with workbench.database.write() as session:
            assert publication.publish(session, [SEAL, ROLE_GRANT]) == 0

    def test_retired_rules_stay(self, workbench: Workbench, seal: str) -> None:
        fewer = Machine[Seal]("seal", ("whole",), list(SEAL.rules[:1]))
        with workbench.database.write() as session:
            assert publication.publish(session, [fewer]) == 0
            rules = session.scalars(
                select(LifecycleRule.action).where(LifecycleRule.machine == "seal")
            ).all()
            assert sorted(rules) == ["break", "keep", "make"]

    def test_the_rules_are_read_only_again_afterwards(
        self, workbench: Workbench, seal: str
    ) -> None:
        with pytest.raises(IntegrityError), workbench.database.write() as session:
            session.execute(text("INSERT INTO lifecycle_rule VALUES ('seal', 'kept', 'x', 'kept')"))


class TestWorker:
    def test_it_forgets_answers_after_seven_days(
        self, workbench: Workbench, clock: MovableClock
    ) -> None:
        with workbench.database.write() as session:
            idempotency.store(
                session, "client", "key", "f", StoredAnswer(200, b"{}", {}), clock.now()
            )
        clock.advance(timedelta(days=7, seconds=-1))
        assert worker.forget_answers(workbench) == 0
        clock.advance(timedelta(seconds=1))
        assert worker.run_until_idle(workbench, (worker.forget_answers,)) == 1

    def test_it_works_until_nothing_is_due(self, workbench: Workbench) -> None:
        due = [3, 2]

        def task(_workbench: Workbench) -> int:
            return due.pop() if due else 0

        assert worker.run_until_idle(workbench, (task,)) == 5

    def test_one_failing_item_holds_up_no_other(self) -> None:
        def do(item: str) -> bool:
            if item == "poisoned":
                raise RuntimeError(item)
            return item != "idle"

        assert worker.each(["one", "poisoned", "idle", "two"], do) == 2

    def test_a_failing_task_stops_neither_the_others_nor_the_worker(
        self, workbench: Workbench
    ) -> None:
        stop, done = Event(), []

        def failing(_workbench: Workbench) -> int:
            raise RuntimeError("the disk is full")

        def counting(_workbench: Workbench) -> int:
            done.append(1)
            if len(done) == 3:
                stop.set()
            return len(done) % 2

        tasks: tuple[Callable[[Workbench], int], ...] = (failing, counting)
        worker.run(workbench, tasks, stop, every=0.001)
        assert len(done) == 3
