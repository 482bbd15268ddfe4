"""The routes of the scheme's rules: what everybody is judged by, for everybody to read."""

from typing import Annotated

from fastapi import Path, Request, Response
from fastapi import Query as InQuery
from sqlalchemy.orm import Session

from app.access.http import ANYONE_MAY, Asking, Commanding, Router
from app.kernel.dates import start_of_day
from app.platform.pagination import Page
from app.platform.wire import IdText
from app.scheme import policy, queries, service
from app.scheme.families import POLICIES, RULE_SETS, STANDARDS
from app.scheme.lifecycle import SECOND_SIGNERS, TOLLING
from app.scheme.schemas import (
    PolicyView,
    SimulationBody,
    SimulationView,
    StandardView,
    TollingBody,
    TollingView,
    VersionView,
)
from app.scheme.simulation import Simulator, outcome
from app.scheme.version_routes import Paged, declare
from app.scheme.views import simulation_view, tolling_view

router = Router(prefix="/v1", tags=["scheme"])

declare(router, STANDARDS, name="standard", parameter="code", view=StandardView)
declare(router, POLICIES, name="policy", parameter="version", view=PolicyView)
declare(router, RULE_SETS, name="rule_set", parameter="version", view=VersionView)


@router.query(
    "/policies/{version}/simulate",
    method="POST",
    action="policy.simulate",
    roles=SECOND_SIGNERS,
    response_model=SimulationView,
    operation_id="policies_simulate",
)
def simulate(
    asking: Asking,
    request: Request,
    version: Annotated[str, Path(max_length=32, examples=["2027.1"])],
    body: SimulationBody,
) -> Response:
    """Tell which running deadlines and certificates a policy would move; nothing is kept."""
    simulators: tuple[Simulator, ...] = request.app.state.simulators

    def told(session: Session) -> SimulationView:
        reading = queries.reading(session, asking.actor, POLICIES, version)
        other = policy.read(reading.document)
        begins = start_of_day(body.effective_on, other.zone)
        running = (one for tell in simulators for one in tell(session, other, asking.now))
        return simulation_view(other, outcome(running, begins), begins)

    return asking.answer(told)


@router.query(
    "/tollings",
    action="tolling.read",
    roles=ANYONE_MAY,
    response_model=Page[TollingView],
    operation_id="tollings_list",
)
def list_tollings(
    asking: Asking,
    paging: Paged,
    running: Annotated[bool, InQuery(description="Only those that stop timers now.")] = False,
) -> Response:
    """List the public records that stop or stopped timers, oldest first."""
    return asking.answer(
        lambda session: paging.page(
            queries.tollings(session, paging, running=asking.now if running else None),
            position=lambda tolling: (tolling.id,),
            item=lambda tolling: tolling_view(session, asking.actor, tolling, asking.now),
        )
    )


@router.query(
    "/tollings/{tolling_id}",
    action="tolling.read",
    roles=ANYONE_MAY,
    response_model=TollingView,
    operation_id="tollings_read",
)
def read_tolling(asking: Asking, tolling_id: IdText) -> Response:
    """Read one record: which timers, why, from when and until when."""
    return asking.answer(
        lambda session: tolling_view(
            session, asking.actor, queries.tolling(session, tolling_id), asking.now
        )
    )


@router.command(
    "/tollings",
    action="tolling.start",
    roles=TOLLING.roles("start"),
    response_model=TollingView,
    status_code=201,
    operation_id="tollings_start",
)
def start_tolling(commanding: Commanding, body: TollingBody) -> Response:
    """Stop named timers from now on, of one case or of every case, until a limit."""
    return commanding.run(
        lambda work: service.start_tolling(
            work,
            set(body.timers),
            body.reason,
            body.statement,
            body.limit_on,
            case=body.application_id,
        ),
        lambda work, tolling: tolling_view(work.session, work.actor, tolling, work.now),
    )


@router.command(
    "/tollings/{tolling_id}/end",
    action="tolling.end",
    roles=TOLLING.roles("end"),
    response_model=TollingView,
    operation_id="tollings_end",
)
def end_tolling(commanding: Commanding, tolling_id: IdText) -> Response:
    """Let the timers run on from now."""
    return commanding.run(
        lambda work: service.end_tolling(
            work, tolling_id, expected_version=commanding.expected_version
        ),
        lambda work, tolling: tolling_view(work.session, work.actor, tolling, work.now),
    )
