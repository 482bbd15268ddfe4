"""Licences as stated, what registers say of them, and the signals between (DOMAIN §5)."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from app.access.lifecycle import Kind
from app.kernel.clock import MovableClock
from app.kernel.errors import NotFound
from app.kernel.roles import Role
from app.lifecycle import journal
from app.lifecycle.journal import Workbench
from app.recruiters import licences, queries, tasks
from app.recruiters.licences import NewLicence
from app.recruiters.register import Status
from tests.making import access, recruiters
from tests.making.recruiters import import_register, register

HEADER = "licence_country,licence_number,name,address,status,valid_until"


def stated(number: str = "RL-1", status: Status = Status.VALID) -> NewLicence:
    return NewLicence("BD", number, "Bureau of Manpower", status, date(2025, 1, 1), None)


def test_a_licence_that_the_register_disputes_is_signalled_until_it_is_in_order(
    workbench: Workbench, clock: MovableClock, tmp_path: Path
) -> None:
    with workbench.begin(recruiters.SCHEME) as work:
        admin = access.person(work, Kind.RECRUITER, Role.RECRUITER_ADMIN)
        own = recruiters.recruiter(work, admin.actor.organisation, country="BD", name="Kites")
    path = tmp_path / "register.csv"

    def imported(*rows: str) -> list[tuple[str, str]]:
        clock.advance(timedelta(days=1))
        path.write_bytes(register(*rows, header=HEADER))
        import_register(workbench, path, "BD")
        return signals()

    def signals() -> list[tuple[str, str]]:
        with workbench.database.read() as session:
            found = queries.licence_signals(session, own.id)
        return [(signal.number, signal.fault) for signal in found]

    with workbench.begin(admin.actor) as work:
        licences.state(work, own.id, stated())
    assert signals() == []  # no register of the country was ever imported
    assert imported("BD,RL-1,Kites,A,valid,", "BD,RL-2,Boat,B,,") == []
    assert imported("BD,RL-1,Kites,A,suspended,", "BD,RL-2,Boat,B,,") == [("RL-1", "suspended")]
    assert imported("BD,RL-1,Kites,A,suspended,", "BD,RL-2,Boat,B,,") == [("RL-1", "suspended")]
    assert imported("BD,RL-2,Boat,B,,") == [("RL-1", "missing")]
    with workbench.database.read() as session:
        (waiting,) = tasks.waiting(session, admin.actor, clock.now())
        assert "RL-1 of BD: the register of BD does not name it" in waiting.what
        assert waiting.href == f"/v1/recruiters/{own.id}/licences"
    assert imported("BD,RL-1,Kites,A,valid,2026-03-01", "BD,RL-2,Boat,B,,") == [("RL-1", "expired")]
    assert imported("BD,RL-1,Kites,A,valid,2027-03-01", "BD,RL-2,Boat,B,,") == []

    # Stating another licence asks the register at once; one given up has no signal.
    with workbench.begin(admin.actor) as work:
        licences.state(work, own.id, stated("RL-9"))
    assert signals() == [("RL-9", "missing")]
    with workbench.begin(admin.actor) as work:
        licences.state(work, own.id, stated("RL-9", Status.CANCELLED))
    assert signals() == []

    with workbench.database.read() as session:
        moves = journal.history(session, "recruiter", own.id)
        said = queries.register_says(session, "BD", "RL-1")
        before = queries.register_said(session, "BD", "RL-1")
    assert [(m.action, m.role, m.facts.get("code")) for m in moves[1:]] == [
        ("signal_licence", "system", "suspended"),
        ("clear_licence", "system", "suspended"),
        ("signal_licence", "system", "missing"),
        ("clear_licence", "system", "missing"),
        ("signal_licence", "system", "expired"),
        ("clear_licence", "system", "expired"),
        ("signal_licence", "system", "missing"),
        ("clear_licence", "system", "missing"),
    ]
    assert said is not None
    assert (said.status, said.gone_at, said.as_of) == ("valid", None, clock.now())
    assert [(s.status, s.gone_at is None) for s in before] == [
        ("valid", True),
        ("suspended", True),
        ("suspended", False),
        ("valid", True),
    ]
    assert all(s.said_from < s.said_until for s in before)


def test_nobody_states_a_licence_of_another_recruiter(workbench: Workbench) -> None:
    with workbench.begin(recruiters.SCHEME) as work:
        admin = access.person(work, Kind.RECRUITER, Role.RECRUITER_ADMIN)
        other = recruiters.recruiter(work)
    with pytest.raises(NotFound), workbench.begin(admin.actor) as work:
        licences.state(work, other.id, stated())


def test_a_register_that_was_never_imported_says_nothing(workbench: Workbench) -> None:
    with workbench.database.read() as session:
        assert queries.register_says(session, "BD", "RL-1") is None
        assert queries.register_imported_at(session, "BD") is None
