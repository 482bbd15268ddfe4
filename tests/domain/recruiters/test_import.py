"""`erc import register`: every row ends somewhere, and a bad file changes nothing."""

import time
from dataclasses import asdict, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from app.kernel.clock import MovableClock
from app.kernel.errors import Conflict
from app.kernel.places import UnknownCountry
from app.kernel.roles import SYSTEM
from app.lifecycle.journal import JournalEntry, Workbench
from app.platform.database import try_lock
from app.recruiters import queries
from app.recruiters.register import Outcome, UnreadableRegister
from app.recruiters.register_command import Options
from app.recruiters.register_import import RegisterShrunk
from app.recruiters.register_models import RegisterLicence
from app.recruiters.staging import RowReport
from tests.effort import rounds
from tests.making.recruiters import import_register, register


def quietly(done: int, size: int) -> None:
    assert done <= size


Report = tuple[dict[Outcome, int], list[RowReport]]


def run(workbench: Workbench, path: Path, document: bytes | None = None, **options: Any) -> Report:
    if document is not None:
        path.write_bytes(document)
    return import_register(workbench, path, "BD", quietly, replace(Options(), **options))


def known(workbench: Workbench) -> list[tuple[str | None, str, str]]:
    with workbench.database.read() as session:
        asked = select(RegisterLicence).order_by(RegisterLicence.name)
        return [(row.licence_number, row.name, row.address) for row in session.scalars(asked)]


def counts(report: Report) -> dict[str, int]:
    return {outcome.value: count for outcome, count in report[0].items() if count}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "register.csv"


def test_the_real_register_of_bangladesh_is_imported_and_a_second_time_changes_nothing(
    workbench: Workbench, clock: MovableClock, shared: Path
) -> None:
    path = shared / "data" / "registers" / "bd-recruiting-agencies.csv"
    first = run(workbench, path)
    assert counts(first) == {"imported": 507}
    warnings = [row.warning for row in first[1] if row.warning]
    assert sorted(warnings) == [
        "the licence number is missing",
        "the same name stands in line 246",
        "the same name stands in line 50",
    ]
    before = known(workbench)
    assert len(before) == 507

    clock.advance(timedelta(days=1))
    second = run(workbench, path)
    assert counts(second) == {"unchanged": 507}
    assert [row.warning for row in second[1] if row.warning] == warnings
    with workbench.database.read() as session:
        assert session.scalars(select(func.max(RegisterLicence.changed_at))).one() < clock.now()


def test_every_row_ends_somewhere_with_its_line_and_reason(
    workbench: Workbench, path: Path
) -> None:
    run(workbench, path, register("BD,RL-1,One,A", "BD,RL-2,Two,B"))
    report = run(
        workbench,
        path,
        register("BD,RL-1,One,Elsewhere", "BD,RL-2,Two,B", "BD,,Three,C", "NP,RL-4,Four,D"),
    )
    assert counts(report) == {"imported": 1, "updated": 1, "unchanged": 1, "refused": 1}
    assert [asdict(row) for row in report[1]] == [
        {
            "line": line,
            "outcome": outcome,
            "licence_number": number,
            "name": name,
            "reason": reason,
            "warning": warning,
        }
        for line, outcome, number, name, reason, warning in [
            (2, "updated", "RL-1", "One", None, None),
            (3, "unchanged", "RL-2", "Two", None, None),
            (4, "imported", None, "Three", None, "the licence number is missing"),
            (5, "refused", "RL-4", "Four", "licence_country is NP, not BD", None),
        ]
    ]
    assert known(workbench) == [
        ("RL-1", "One", "Elsewhere"),
        (None, "Three", "C"),
        ("RL-2", "Two", "B"),
    ]


def test_an_update_keeps_when_the_licence_was_first_imported(
    workbench: Workbench, path: Path, clock: MovableClock
) -> None:
    first = clock.now()
    run(workbench, path, register("BD,RL-1,One,A"))
    clock.advance(timedelta(days=3))
    run(workbench, path, register("BD,RL-1,One Ltd,A"))
    with workbench.database.read() as session:
        licence = session.scalars(select(RegisterLicence)).one()
    assert (licence.imported_at, licence.changed_at) == (first, clock.now())


def test_licences_that_vanish_are_reported_and_marked_with_the_date_and_may_come_back(
    workbench: Workbench, path: Path, clock: MovableClock
) -> None:
    run(workbench, path, register("BD,RL-1,One,A", "BD,RL-2,Two,B", "BD,,Three,C"))
    clock.advance(timedelta(days=1))
    gone = run(workbench, path, register("BD,RL-2,Two,B", "BD,,Three,C"))
    assert counts(gone) == {"unchanged": 2, "vanished": 1}
    assert gone[1][-1] == RowReport(
        None, Outcome.VANISHED, "RL-1", "One", reason="it is not in the register any more"
    )
    vanished_at = clock.now()
    assert len(known(workbench)) == 3
    with workbench.database.read() as session:
        said = queries.register_says(session, "BD", "RL-1")
        assert said is not None
        assert (said.name, said.gone_at, said.since) == ("One", vanished_at, vanished_at)

    clock.advance(timedelta(days=1))
    again = run(workbench, path, register("BD,RL-2,Two,B", "BD,,Three,C"))
    assert counts(again) == {"unchanged": 2}  # said once
    back = run(workbench, path, register("BD,RL-1,One,A", "BD,RL-2,Two,B", "BD,,Three,C"))
    assert counts(back) == {"updated": 1, "unchanged": 2}
    with workbench.database.read() as session:
        before = queries.register_said(session, "BD", "RL-1")
        assert [(s.gone_at, s.said_until) for s in before] == [
            (None, vanished_at),
            (vanished_at, clock.now()),
        ]
        (same,) = {queries.register_imported_at(session, "BD")}
        assert same == clock.now()


def test_a_file_that_lacks_more_than_half_is_taken_only_where_that_is_said(
    workbench: Workbench, path: Path
) -> None:
    run(workbench, path, register("BD,RL-1,One,A", "BD,RL-2,Two,B", "BD,RL-3,Three,C"))
    with pytest.raises(RegisterShrunk, match="2 of 3 known licences"):
        run(workbench, path, register("BD,RL-1,One,A"))
    with workbench.database.read() as session:
        asked = select(func.count()).where(RegisterLicence.gone_at.is_not(None))
        assert session.scalars(asked).one() == 0
    shrunk = run(workbench, path, register("BD,RL-1,One,A"), may_shrink=True)
    assert counts(shrunk) == {"unchanged": 1, "vanished": 2}


def test_a_dry_run_says_what_would_happen_and_changes_nothing(
    workbench: Workbench, path: Path
) -> None:
    run(workbench, path, register("BD,RL-1,One,A", "BD,RL-2,Two,B"))
    changed = register("BD,RL-1,One,Elsewhere", "BD,RL-3,Three,C")
    dry = run(workbench, path, changed, dry_run=True)
    assert known(workbench) == [("RL-1", "One", "A"), ("RL-2", "Two", "B")]
    assert counts(dry) == {"imported": 1, "updated": 1, "vanished": 1}
    assert run(workbench, path, changed) == dry


def test_a_line_without_end_is_refused(workbench: Workbench, path: Path) -> None:
    with pytest.raises(UnreadableRegister, match="longer than 1048576 bytes"):
        run(workbench, path, b"licence_country," + b"x" * 1_100_000)
    with pytest.raises(UnreadableRegister, match="longer than 1048576 bytes"):
        import_register(workbench, Path("/dev/zero"), "BD", lambda _done, _size: None)


def test_registers_of_two_countries_do_not_meet(workbench: Workbench, path: Path) -> None:
    run(workbench, path, register("BD,RL-1,One,A"))
    path.write_bytes(register("NP,RL-1,One,A"))
    assert counts(import_register(workbench, path, "NP", quietly)) == {"imported": 1}
    assert len(known(workbench)) == 2


def test_an_import_is_no_move_of_anything(workbench: Workbench, path: Path) -> None:
    run(workbench, path, register("BD,RL-1,One,A"))
    with workbench.database.read() as session:
        assert session.scalars(select(func.count()).select_from(JournalEntry)).one() == 0


def test_a_bad_file_changes_nothing_at_all(workbench: Workbench, path: Path) -> None:
    run(workbench, path, register("BD,RL-1,One,A"))
    for document in (
        b"",
        b"\x00\xff",
        b"no,header,here\n",
        register("BD,RL-9,Nine,I", 'BD,RL-8,"Eight'),
        register("BD,RL-9,Nine,I", "BD,RL-8,Caf\u00e9,H").decode().encode("latin-1"),
    ):
        with pytest.raises(UnreadableRegister):
            run(workbench, path, document)
        assert known(workbench) == [("RL-1", "One", "A")]


def test_a_bad_country_changes_nothing(workbench: Workbench, path: Path) -> None:
    path.write_bytes(register("BD,RL-1,One,A"))
    with pytest.raises(UnknownCountry):
        import_register(workbench, path, "BGD", quietly)
    assert known(workbench) == []


def test_a_file_that_cannot_be_read_says_so(workbench: Workbench, tmp_path: Path) -> None:
    for where in ("nowhere.csv", "."):
        with pytest.raises(UnreadableRegister, match="cannot be read"):
            import_register(workbench, tmp_path / where, "BD", quietly)


def test_progress_is_told_in_bytes_up_to_the_whole_file(workbench: Workbench, path: Path) -> None:
    path.write_bytes(register(*(f"BD,RL-{number},Name {number},A" for number in range(1200))))
    told: list[tuple[int, int]] = []
    import_register(workbench, path, "BD", lambda done, size: told.append((done, size)))
    size = path.stat().st_size
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert len(told) == 4
    assert (told[0], told[-1]) == ((0, size), (size, size))


@pytest.mark.parametrize("templates", ["postgresql"], indirect=True)
def test_one_import_of_a_register_at_a_time(workbench: Workbench, path: Path) -> None:
    path.write_bytes(register("BD,RL-1,One,A"))
    with workbench.begin(SYSTEM) as work:
        assert try_lock(work.session, "register of BD")
        with pytest.raises(Conflict, match="another import of the register of BD"):
            run(workbench, path)
    assert counts(run(workbench, path)) == {"imported": 1}


def test_the_time_of_an_import_grows_with_its_rows_and_not_faster(
    workbench: Workbench, path: Path
) -> None:
    size = rounds(10_000, 100_000)
    document = register(*(f"BD,RL-{n},Company {n % 3},{n} Station Road" for n in range(size)))
    began = time.monotonic()
    report = run(workbench, path, document)
    again = run(workbench, path)
    took = time.monotonic() - began
    assert report[0][Outcome.IMPORTED] == again[0][Outcome.UNCHANGED] == size
    assert took < size / 300, f"two imports of {size} rows took {took:.1f} s"
