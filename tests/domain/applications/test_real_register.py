"""A row of a real register, under an invented name, through a whole application (DOMAIN §5)."""

import csv
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from app.applications import service
from app.applications.content import Licence, Site
from app.applications.lifecycle import State
from app.applications.models import Application
from app.kernel.clock import MovableClock
from app.kernel.roles import SYSTEM
from app.lifecycle.journal import MoveRefused, Workbench
from app.platform.database import Database
from app.recruiters import queries as recruiters
from tests.making import applications
from tests.making.recruiters import import_register


@pytest.mark.parametrize("templates", ["sqlite"], indirect=True)
def test_a_recruiter_with_a_licence_of_a_real_register_comes_to_its_contract(
    database: Database, shared: Path
) -> None:
    clock = MovableClock(datetime(2026, 3, 2, 9, 30, tzinfo=UTC))
    workbench = Workbench(database, clock)
    register = shared / "data" / "registers" / "bd-recruiting-agencies.csv"
    import_register(workbench, register, "BD")
    with register.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["licence_number"]]
    number = rows[len(rows) // 2]["licence_number"]
    with workbench.begin(SYSTEM) as work:
        people = applications.cast(work, "BD")
    today = clock.now().date()

    def licence(of: str) -> Licence:
        return Licence("BD", of, today - timedelta(days=400), today + timedelta(days=400))

    changes: dict[str, Any] = {
        "corridors": ("BD-MY",),
        "sites": (Site("Head office", "BD", "Dhaka"),),
    }
    stranger = applications.application(
        workbench, people, State.DRAFT, licences=(licence("RL-999999"),), **changes
    )
    with (
        pytest.raises(MoveRefused, match="the register of BD does not name it"),
        workbench.begin(people.staff.actor) as work,
    ):
        service.submit(work, stranger)
    application = applications.application(
        workbench, people, State.CONTRACTED, licences=(licence(number),), **changes
    )
    with database.read() as session:
        assert session.get_one(Application, application).state == "contracted"
        assert recruiters.brief(session, people.recruiter).number == "LRN00012603"
