"""The registry's row follows in the move's own transaction, on both databases (DESIGN §2)."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.certificates.lifecycle import State
from app.certificates.reasons import Reason
from app.lifecycle.journal import Work
from app.recruiters import service as recruiters
from app.registry import queries
from app.registry.answer import Row, answer
from app.registry.models import RegistryCertificate
from tests.making.certificates import World, remedied


def row(world: World, number: str, known: int | None = None) -> Row | None:
    """The row, as known so many hours after the start."""
    known_at = None if known is None else world.clock.now() + timedelta(hours=known)
    with world.scene.workbench.database.read() as session:
        return queries.row(session, number, known_at)


def result(world: World, number: str, corridor: str | None = None) -> str:
    kept = row(world, number)
    assert kept is not None
    told: str = answer(kept, world.clock.now(), corridor, public_url="")["result"]
    return told


@pytest.mark.parametrize(
    ("state", "told"),
    [
        (State.ACTIVE, "valid"),
        (State.SUSPENDED, "suspended"),
        (State.WITHDRAWN, "withdrawn"),
        (State.TERMINATED, "terminated"),
    ],
)
def test_the_row_says_what_was_decided(world: World, state: State, told: str) -> None:
    assert result(world, world.certificate(state)) == told


def test_the_row_holds_everything_an_answer_needs_but_the_clock(world: World) -> None:
    number = world.grant()
    kept = row(world, number)
    assert kept is not None
    assert (kept.number, kept.country) == (number, "NP")
    assert kept.recruiter_number is not None
    assert kept.recruiter_number.startswith("LRN")
    assert kept.audit_company.startswith("audit_company")
    assert kept.editions["1"]["valid_from"] == "2026-03-15"
    assert kept.editions["1"]["expires_on"] == "2029-03-14"
    assert kept.editions["1"]["scope"]["corridors"] == ["NP-MY", "NP-QA"]
    world.wait(days=3 * 366)
    assert result(world, number) == "expired", "and no job has run"


def test_each_move_moves_the_row_to_its_position(world: World) -> None:
    number = world.grant()
    terms = remedied(corridors=("NP-MY",))
    world.decide(number, "suspend_corridors", Reason.LICENCE_LAPSED, **terms)
    assert result(world, number, "NP-MY") == "suspended"
    with world.scene.workbench.database.read() as session:
        [kept] = session.scalars(select(RegistryCertificate))
        assert kept.position == queries.data_version(session)
    world.decide(number, "reduce_scope", Reason.HOLDER_REQUEST, corridors=("NP-QA",))
    assert result(world, number, "NP-MY") == "out_of_scope"


def test_a_refused_decision_leaves_the_row_as_it_was(world: World) -> None:
    number = world.grant()
    before = row(world, number)
    with pytest.raises(Exception, match="is refused"):
        world.decide(number, "restore", Reason.REMEDIED)
    assert row(world, number) == before


def test_a_failure_after_the_move_takes_the_row_back_with_it(world: World) -> None:
    number = world.grant()
    workbench = world.scene.workbench

    def fail(_work: Work, _entry: object) -> None:
        raise RuntimeError("the reader after this one")

    failing = replace(workbench, readers=(*workbench.readers, fail))
    broken = replace(world, scene=replace(world.scene, workbench=failing))
    with pytest.raises(RuntimeError, match="the reader after"):
        broken.decide(number, "withdraw", Reason.FRAUD)
    assert result(world, number) == "valid"
    assert world.stored(number).state == "active"


def test_a_renamed_recruiter_has_its_new_name_in_the_next_answer(world: World) -> None:
    number = world.grant()
    with world.scene.workbench.database.read() as session:
        recruiter = session.scalars(select(RegistryCertificate.recruiter_id)).one()
    manager = world.scene.cast.scheme_manager
    world.scene.act(manager, recruiters.rename, recruiter, "हिमाल रोजगार", "name_changed")
    kept = row(world, number)
    assert kept is not None
    assert kept.holder == "हिमाल रोजगार"


def test_what_we_would_have_answered_then_comes_from_the_history(world: World) -> None:
    number = world.grant()
    world.wait(hours=2)
    world.decide(number, "withdraw", Reason.FRAUD)
    now = world.clock.now()
    then = row(world, number, known=-1)
    assert then is not None
    assert answer(then, now, public_url="")["result"] == "valid"
    assert row(world, number, known=-3) is None, "nothing was known of it"
    current = row(world, number, known=0)
    assert current is not None
    assert answer(current, now, public_url="")["result"] == "withdrawn"


def test_an_unknown_number_has_no_row(world: World) -> None:
    assert row(world, "7K3M-9QXR-2V8D-4HT9") is None
