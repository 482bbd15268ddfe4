"""`erc demo`: an empty database becomes a scheme with four years of history.

Deterministic but for ids, numbers and secrets: the same companies, the same days before today.
"""

import json
import os
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from sqlalchemy import inspect, select

from app.access import models as access_models
from app.access import service as access
from app.access.tokens import Tokens, client_of
from app.demo import accounts, assessors, likenesses, place, rules
from app.demo.accounts import Account
from app.demo.case import Case
from app.demo.cast import Cast, Client
from app.demo.companies import COMPANIES, Fate
from app.demo.stage import Caller, SignIn, Stage
from app.demo.story import life
from app.demo.theatre import in_process, play
from app.kernel.clock import MovableClock
from app.kernel.roles import SYSTEM, Role
from app.lifecycle.journal import Workbench
from app.lifecycle.worker import run_until_idle
from app.main import MACHINES, TASKS, create_app
from app.migration import migrate
from app.platform.database import Database
from app.settings import Settings

Advance = Callable[[int, int | None], None]
"""Told how much is done, and of how much."""

FILE = "demonstration.json"

_BEGINS_BEFORE = {
    Fate.EXPIRED: 1400,
    Fate.WITHDRAWN: 500,
    Fate.TERMINATED: 420,
    Fate.SUSPENDED: 330,
    Fate.VALID: 300,
    Fate.OPEN_MAJOR: 130,
    Fate.FIELDWORK: 110,
    Fate.STAGE_1: 30,
    Fate.CONTRACTED: 25,
    Fate.ACCEPTED: 20,
    Fate.REJECTED: 60,
    Fate.DEFERRED: 15,
    Fate.IN_REVIEW: 9,
    Fate.DRAFT: 3,
    Fate.DROPPED: 380,
    Fate.SUBMITTED: 12,
    Fate.TAKEN_BACK: 40,
    Fate.LAPSED: 90,
}
"""How many days before today a company's story begins."""


@dataclass(frozen=True, slots=True)
class Demonstration:
    """What was made: clients by role, certificates by what verification answers."""

    clients: list[Client]
    people: list[Account]
    api_key: str | None
    """None: an earlier version made the demonstration."""
    certificates: dict[str, list[str]]
    public_url: str
    secrets_file: str

    def as_json(self) -> dict[str, Any]:
        """For machines."""
        return {
            "clients": [asdict(client) for client in self.clients],
            "people": [asdict(account) for account in self.people],
            "api_key": self.api_key,
            "certificates": self.certificates,
        }

    def as_text(self) -> str:
        """For people."""
        url = self.public_url
        valid, suspended = self.certificates["valid"][0], self.certificates["suspended"][0]
        return "\n".join(
            (
                f"API documentation   {url}/docs",
                f"Clients, passwords and an API key lie in {self.secrets_file}",
                "",
                "Try, once it serves:",
                f"  curl -s {url}/v1/verify/{valid}",
                f"  curl -s {url}/v1/verify/{suspended}",
                f"  curl -s {url}/v1/certificates/{suspended}/history",
                "",
            )
        )


def fill(settings: Settings, advance: Advance) -> Demonstration:
    """Make the demonstration, or report the one that is there.

    One that was interrupted begins anew. Raises Conflict where the database holds anything else,
    AlreadyRunning where a server runs on it.
    """
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = settings.data_dir / FILE
    database = Database(settings.database_url)
    try:
        made = _kept(file)
        if made is None or not _is_of(database, made):
            made = _new(database, settings, file, advance)
        else:
            migrate(database, MACHINES)
    finally:
        database.dispose()
    return Demonstration(
        clients=[Client(**client) for client in made["clients"]],
        people=[Account(**account) for account in made.get("people", ())],
        api_key=made.get("api_key"),
        certificates=made["certificates"],
        public_url=settings.public_url,
        secrets_file=str(file),
    )


def _new(database: Database, settings: Settings, file: Path, advance: Advance) -> dict[str, Any]:
    """The secrets are kept before an SQLite database becomes the demonstration.

    Interrupted between the two, the next run finds an empty database and secrets of none.
    """
    if not database.is_sqlite:
        place.check_empty(database)
        made = _made(settings, advance)
        _keep(file, made)
        return made
    with place.beside(database) as aside:
        url = aside.url.render_as_string(hide_password=False)
        made = _made(settings.model_copy(update={"database_url": url}), advance)
        _keep(file, made)
    return made


def _is_of(database: Database, made: dict[str, Any]) -> bool:
    """Whether these are the secrets of this database, and not of one that was here before."""
    wanted = select(access_models.Client.id).where(
        access_models.Client.id == made["clients"][0]["client_id"]
    )
    with database.read() as session:
        there = inspect(session.connection()).has_table(access_models.Client.__tablename__)
        return there and session.scalars(wanted).first() is not None


def _made(settings: Settings, advance: Advance) -> dict[str, Any]:
    """Four years of history in the database of these settings, and what came of it."""
    app = create_app(settings)
    workbench: Workbench = app.state.workbench
    if workbench.database.is_sqlite:
        place.do_not_wait_for_the_disk(workbench.database)
    try:
        migrate(workbench.database, MACHINES)
        return _history(app, settings, advance)
    finally:
        workbench.database.dispose()


def _history(app: FastAPI, settings: Settings, advance: Advance) -> dict[str, Any]:
    workbench: Workbench = app.state.workbench
    now = workbench.clock.now()
    today = min(now, now.replace(hour=9, minute=0, second=0, microsecond=0))
    clock = MovableClock(today - timedelta(days=max(_BEGINS_BEFORE.values()) + 1))
    app.state.workbench = replace(workbench, clock=clock)
    with in_process(app, settings.public_url) as http:
        stage = Stage(http, clock.move_to, clock.now(), _sign_in(app))
        cast = _cast(app.state.workbench, stage)
        cases = _play(cast, today, advance)
        likenesses.enter(cast, cases, app.state.workbench)
        certificates = _verified(cast, cases, now)
        signing_in = accounts.enter(cast)
    run_until_idle(workbench, TASKS)
    return {
        "clients": [asdict(client) for client in cast.clients],
        "people": [asdict(account) for account in signing_in.people],
        "api_key": signing_in.api_key,
        "certificates": certificates,
    }


def _sign_in(app: FastAPI) -> SignIn:
    """What the token endpoint does, without a request: it would be every third of them."""
    workbench: Workbench = app.state.workbench
    tokens: Tokens = app.state.tokens

    def token(client_id: str, secret: str) -> str:
        with workbench.database.read() as session:
            client = client_of(session, client_id, secret)
        if client is None:
            raise RuntimeError("the demonstration lost a client's secret")
        return tokens.issue(client, workbench.clock.now())

    return token


def _cast(workbench: Workbench, stage: Stage) -> Cast:
    with workbench.begin(SYSTEM) as work:
        created = access.create_first_administrator(
            work, name="Ada Mbeki", email="administrator@demonstration.example"
        )
    administrator = Caller(stage, "scheme_manager", created.client_id, created.secret)
    cast = Cast(stage, administrator)
    cast.enter()
    assessors.approve(cast)
    return cast


def _play(cast: Cast, today: datetime, advance: Advance) -> list[Case]:
    cases = [
        Case(
            company,
            cast,
            cast.recruiter(company),
            cast.audit_companies[number % 2],
            turn=number // 2,
        )
        for number, company in enumerate(COMPANIES)
    ]
    begins = [
        today - timedelta(days=_BEGINS_BEFORE[case.company.fate] - number % 3)
        for number, case in enumerate(cases)
    ]
    calls = count(1)
    cast.stage.heard = lambda _exchange: advance(next(calls), None)
    first = cast.stage.now
    stories = [
        (first, assessors.life(cast)),
        (first, rules.life(cast)),
        *zip(begins, map(life, cases), strict=True),
    ]
    play(cast.stage, stories, today)
    for late in cases[:1]:
        assessors.discover(
            cast, late.recruiter, late.one(Role.REVIEWER), late.auditors.one(Role.LEAD_AUDITOR, 1)
        )
    deferred = [case for case in cases if case.company.fate is Fate.DEFERRED]
    for case in deferred[:1]:
        rules.prepare(cast, case)
    return cases


def _verified(cast: Cast, cases: list[Case], now: datetime) -> dict[str, list[str]]:
    """Every certificate, by what the public answer for it is today."""
    cast.stage.move_to(now)
    found: dict[str, list[str]] = {"valid": [], "suspended": [], "withdrawn": [], "expired": []}
    for case in cases:
        if case.number:
            answer = cast.anybody().get(f"/v1/verify/{case.number}")
            found.setdefault(answer["result"], []).append(case.number)
    return found


def _kept(file: Path) -> dict[str, Any] | None:
    if not file.exists():
        return None
    kept: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return kept


def _keep(file: Path, made: dict[str, Any]) -> None:
    """Write the file whole or not at all, for its owner alone; it outlives a power cut."""
    written = file.with_name(f"{file.name}.new")
    written.unlink(missing_ok=True)
    descriptor = os.open(written, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as opened:
        json.dump(made, opened, ensure_ascii=False, indent=1)
        opened.flush()
        os.fsync(descriptor)
    written.replace(file)
