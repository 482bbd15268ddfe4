"""The whole service on one screen: its machines, the readers of its journal, its routes, its work.

`create_app` puts them together; nothing is registered anywhere else.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

from fastapi import APIRouter, FastAPI

from app import migration
from app.access import api as access_api
from app.access import approvals_api, route_table, token_endpoint
from app.access import lifecycle as access_lifecycle
from app.access import queries as access_queries
from app.access.api_keys import api as api_keys_api
from app.access.api_keys.lifecycle import API_KEY
from app.access.invitations import api as invitations_api
from app.access.invitations import lifecycle as invitations_lifecycle
from app.access.invitations.lifecycle import INVITATION
from app.access.lifecycle import CLIENT, ORGANISATION, PERSON, ROLE_GRANT
from app.access.openapi import describe_security
from app.access.sessions import api as sessions_api
from app.access.sessions.lifecycle import SESSION
from app.access.sessions.service import forget_old
from app.access.tasks import TaskProvider
from app.access.tokens import Tokens
from app.applications import api as applications_api
from app.applications import document_api, workbook_api
from app.applications import service as applications_service
from app.applications import simulation as applications_simulation
from app.applications import tasks as applications_tasks
from app.applications.lifecycle import APPLICATION
from app.assessors import api as assessors_api
from app.assessors import lifecycle as assessors_lifecycle
from app.assessors import tasks as assessors_tasks
from app.assessors.conflicts import api as conflicts_api
from app.assessors.conflicts import lifecycle as conflicts_lifecycle
from app.assessors.conflicts.lifecycle import CONFLICT
from app.assessors.lifecycle import AUDIT_COMPANY, AUDITOR
from app.audits import api as audits_api
from app.audits import lifecycle as audits_lifecycle
from app.audits import simulation as audits_simulation
from app.audits import tasks as audits_tasks
from app.audits.findings import api as findings_api
from app.audits.findings import lifecycle as findings_lifecycle
from app.audits.findings import simulation as findings_simulation
from app.audits.findings import tasks as findings_tasks
from app.audits.findings.lifecycle import FINDING
from app.audits.lifecycle import AUDIT
from app.certificates import api as certificates_api
from app.certificates import decisions, flags, standing
from app.certificates import lifecycle as certificates_lifecycle
from app.certificates import simulation as certificates_simulation
from app.certificates import tasks as certificates_tasks
from app.certificates.lifecycle import CERTIFICATE
from app.employer_pays import api as employer_pays_api
from app.employer_pays import rule_sets
from app.employer_pays.charges import api as charges_api
from app.employer_pays.checks import api as checks_api
from app.employer_pays.rates import api as rates_api
from app.employer_pays.repayment import api as repayment_api
from app.employer_pays.repayment import tasks as repayment_tasks
from app.employer_pays.repayment.lifecycle import REPAYMENT
from app.lifecycle.journal import Reader, Workbench
from app.lifecycle.machine import Machine
from app.lifecycle.worker import Task, forget_answers
from app.platform import keys, openapi, problem_pages, problems, storage
from app.platform.database import Database
from app.platform.logging import RequestLog
from app.platform.pagination import Cursors
from app.platform.passwords import Passwords
from app.platform.rate_limits import RateLimits
from app.platform.throttle import Throttle
from app.platform.write_probe import can_write, has_room
from app.recruiters import api as recruiters_api
from app.recruiters import look_alikes, register_api
from app.recruiters import tasks as recruiters_tasks
from app.recruiters.lifecycle import RECRUITER_ENTRY
from app.recruiters.look_alike_lifecycle import LOOK_ALIKE
from app.registry import api as registry_api
from app.registry import projection
from app.scheme import api as scheme_api
from app.scheme.families import Checks
from app.scheme.lifecycle import (
    POLICY_VERSION,
    RULE_SET_VERSION,
    STANDARD_VERSION,
    TOLLING,
    VERSIONS,
)
from app.scheme.simulation import Simulator
from app.settings import Settings
from app.web import docs, probes
from app.web.probes import Readiness

MACHINES: tuple[Machine[Any], ...] = (
    ORGANISATION,
    PERSON,
    ROLE_GRANT,
    CLIENT,
    INVITATION,
    SESSION,
    API_KEY,
    STANDARD_VERSION,
    POLICY_VERSION,
    RULE_SET_VERSION,
    TOLLING,
    RECRUITER_ENTRY,
    LOOK_ALIKE,
    AUDIT_COMPANY,
    AUDITOR,
    CONFLICT,
    APPLICATION,
    REPAYMENT,
    AUDIT,
    FINDING,
    CERTIFICATE,
)
"""Every lifecycle. `erc migrate` writes their tables into the database."""

READERS: tuple[Reader, ...] = (standing.follow, projection.follow, flags.follow)
"""Who acts inside the transaction of a move, in this order."""

TASKS: tuple[Task, ...] = (
    applications_service.fire_due,
    look_alikes.compare_imports,
    forget_answers,
    forget_old,
)
"""The work that is not a request."""

TASK_PROVIDERS: tuple[TaskProvider, ...] = (
    recruiters_tasks.waiting,
    assessors_tasks.waiting,
    applications_tasks.waiting,
    repayment_tasks.waiting,
    audits_tasks.waiting,
    findings_tasks.waiting,
    certificates_tasks.waiting,
)
"""Who tells what waits for a caller: one for each room where somebody's turn comes."""

SIMULATORS: tuple[Simulator, ...] = (
    applications_simulation.deadlines,
    audits_simulation.deadlines,
    findings_simulation.deadlines,
    certificates_simulation.deadlines,
)
"""Who tells what another policy would move: one for each room with deadlines."""

RULE_CHECKS: Checks = rule_sets.CHECKS
"""Who tells whether a rule set can be used: the room that reads it, above the one that keeps it."""

MISSING_GUARDS: Mapping[str, tuple[tuple[str, str], ...]] = {
    ROLE_GRANT.name: access_lifecycle.MISSING_GUARDS,
    INVITATION.name: invitations_lifecycle.MISSING_GUARDS,
    **dict.fromkeys(VERSIONS, ()),
    TOLLING.name: (),
    RECRUITER_ENTRY.name: (),
    LOOK_ALIKE.name: (),
    AUDIT_COMPANY.name: assessors_lifecycle.MISSING_GUARDS,
    AUDITOR.name: (),
    CONFLICT.name: conflicts_lifecycle.MISSING_GUARDS,
    AUDIT.name: audits_lifecycle.MISSING_GUARDS,
    FINDING.name: findings_lifecycle.MISSING_GUARDS,
    CERTIFICATE.name: certificates_lifecycle.MISSING_GUARDS,
}
"""What DOMAIN asks of each machine's moves and nobody checks yet: (action, what is asked)."""

NOT_ON_THE_WIRE: Mapping[str, tuple[str, ...]] = {
    CERTIFICATE.name: decisions.NOT_ON_THE_WIRE,
}
"""The moves of each machine's table that nothing carries out yet; other machines have none."""

ROUTERS: tuple[APIRouter, ...] = (
    access_api.router,
    sessions_api.router,
    invitations_api.router,
    api_keys_api.router,
    approvals_api.router,
    token_endpoint.router,
    scheme_api.router,
    recruiters_api.router,
    register_api.router,
    assessors_api.router,
    conflicts_api.router,
    applications_api.router,
    document_api.router,
    workbook_api.router,
    employer_pays_api.router,
    charges_api.router,
    rates_api.router,
    checks_api.router,
    repayment_api.router,
    audits_api.router,
    findings_api.router,
    certificates_api.router,
    registry_api.router,
    registry_api.registry_router,
    probes.router,
    docs.router,
)
"""The rooms' routes."""

API_VERSION = "0.1.0"
DESCRIPTION = "From a labour recruiter's application to a certificate that anyone can verify."


def create_app(settings: Settings) -> FastAPI:
    """The service, ready to be served. Raises UnusableKey, RuntimeError at an undeclared route."""
    return furnish(describe(settings), settings)


def furnish(app: FastAPI, settings: Settings) -> FastAPI:
    """Put a database, keys and a clock behind a service that was only described."""
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    database, held = Database(settings.database_url), keys.load(settings)
    clock = settings.build_clock()
    app.state.settings = settings
    app.state.workbench = Workbench(database, clock, READERS, access_queries.roles_of)
    app.state.tokens = Tokens(held, settings.public_url)
    app.state.cursors = Cursors(held.cursor)
    app.state.storage = storage.build(settings)
    app.state.pseudonym_key = held.pseudonym
    app.state.throttle = Throttle()
    app.state.task_providers = TASK_PROVIDERS
    app.state.passwords = Passwords()
    app.state.rate_limits = RateLimits.over(database)
    app.state.rule_checks = RULE_CHECKS
    app.state.simulators = SIMULATORS
    app.state.readiness = Readiness(
        {
            "clock": lambda: clock.now() is not None,
            "disk": lambda: all(map(has_room, _folders(settings, database))),
            "database": lambda: can_write(database, clock.now()),
            "schema": partial(migration.is_current, database, MACHINES),
        }
    )
    return app


def _folders(settings: Settings, database: Database) -> set[Path]:
    """Where this process writes files: its own folder, and that of an SQLite database."""
    file = database.url.database if database.is_sqlite else None
    return {settings.data_dir, settings.data_dir if file is None else Path(file).parent}


def describe(settings: Settings) -> FastAPI:
    """The service without anything behind it: no database, no keys. For what is drawn from it."""
    app = _Service(
        title="Ethical Recruitment Certification",
        version=API_VERSION,
        description=DESCRIPTION,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
        lifespan=_lifespan,
    )
    app.state.settings = settings
    for router in (*ROUTERS, problem_pages.router):
        app.include_router(router)
    route_table.check(app, undeclared={"/problems", "/problems/{slug}"})
    problems.install(app, public_url=settings.public_url)
    app.add_middleware(RequestLog, public_url=settings.public_url)
    return app


class _Service(FastAPI):
    """FastAPI, whose OpenAPI document is completed with what holds for every route."""

    def openapi(self) -> dict[str, Any]:
        if self.openapi_schema is None:
            description = super().openapi()
            describe_security(description)
            problems.complete(description)
            openapi.tidy(description)
        return super().openapi()


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    yield
    app.state.workbench.database.dispose()
