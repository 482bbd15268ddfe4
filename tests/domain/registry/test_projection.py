"""The registry's row follows in the move's own transaction, on both databases (DESIGN §2)."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from app.certificates.lifecycle import State
from app.certificates.reasons import Reason
from app.lifecycle.journal import Work
from app.recruiters import licences
from app.recruiters import service as recruiters
from app.recruiters.licences import NewLicence
from app.recruiters.models import RecruiterStanding
from app.recruiters.register import Status
from app.recruiters.register_command import Options
from app.registry import queries
from app.registry.answer import Row, answer
from app.registry.models import RegistryCertificate
from tests.making.certificates import World, remedied
from tests.making.recruiters import import_register, register


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


def test_a_licence_that_a_register_disputes_warns_whoever_needs_it(
    world: World, tmp_path: Path
) -> None:
    """DOMAIN §10: a licence is valid in every corridor of the scope."""
    number = world.grant()
    workbench = world.scene.workbench
    with workbench.database.read() as session:
        recruiter = session.scalars(select(RegistryCertificate.recruiter_id)).one()
    for country, licence in (("MY", "M-1"), ("SA", "S-1")):
        stated = NewLicence(country, licence, "Ministry", Status.VALID, date(2025, 1, 1), None)
        world.scene.act(world.scene.cast.scheme_manager, licences.state, recruiter, stated)

    def warnings(*rows: str) -> list[str]:
        for country in ("MY", "SA"):
            path = tmp_path / f"{country}.csv"
            path.write_bytes(register(*(row for row in rows if row.startswith(country))))
            options = Options(may_shrink=True)
            import_register(workbench, path, country, options=options)
        kept = row(world, number)
        assert kept is not None
        told = answer(kept, world.clock.now(), public_url="")
        assert told["result"] == "valid"
        return [warning["code"] for warning in told["warnings"]]

    assert warnings("MY,M-1,Himal,A", "SA,S-1,Himal,A") == []
    assert warnings("MY,M-1,Himal,A", "SA,S-2,Other,A") == []  # no corridor leads there
    assert warnings("MY,M-2,Other,A", "SA,S-2,Other,A") == ["licence_missing"]
    with workbench.database.read() as session:
        (kept,) = session.scalars(select(RegistryCertificate))
        assert {s["country"] for s in kept.licence_signals} == {"MY", "SA"}
    assert warnings("MY,M-1,Himal,A", "SA,S-2,Other,A") == []


@pytest.mark.parametrize(
    ("state", "lost"),
    [
        (State.ACTIVE, None),
        (State.SUSPENDED, None),
        (State.TERMINATED, None),
        (State.WITHDRAWN, "withdrawn"),
        (State.ANNULLED, "annulled"),
    ],
)
def test_a_recruiter_stands_as_its_certificate_was_taken_from_it(
    world: World, state: State, lost: str | None
) -> None:
    """DOMAIN §12: a confirmed look-alike of such a recruiter blocks an acceptance."""
    world.certificate(state)
    with world.scene.workbench.database.read() as session:
        found = session.scalars(select(RecruiterStanding)).one_or_none()
    assert (None if found is None else found.lost) == lost


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
