"""The routes of the register of conflicts and of the yearly declarations."""

from typing import Annotated

from fastapi import Depends, Response
from fastapi import Query as InQuery

from app.access.http import Asking, Commanding, Router
from app.assessors.conflicts import queries, service
from app.assessors.conflicts.lifecycle import CONFLICT, DECLARERS
from app.assessors.conflicts.schemas import (
    ConflictView,
    DeclarationBody,
    DeclarationView,
    EndBody,
    RecordedConflictBody,
)
from app.assessors.conflicts.views import conflict_shown, conflict_view, declaration_view
from app.platform.pagination import Page, Paging, paging
from app.platform.wire import IdText

router = Router(prefix="/v1")

Paged = Annotated[Paging, Depends(paging)]


@router.command(
    "/declarations",
    action="declaration.make",
    roles=DECLARERS,
    response_model=DeclarationView,
    status_code=201,
)
def declare(commanding: Commanding, body: DeclarationBody) -> Response:
    """Declare your conflicts of interest, or that there are none; once a year at least."""
    return commanding.run(
        lambda work: service.declare(work, [given.new() for given in body.conflicts]),
        lambda work, declaration: declaration_view(work.session, declaration, work.now),
    )


@router.query(
    "/declarations",
    action="declaration.read",
    roles=DECLARERS,
    response_model=Page[DeclarationView],
    operation_id="declarations_list",
)
def list_declarations(
    asking: Asking, paging: Paged, person_id: Annotated[IdText | None, InQuery()] = None
) -> Response:
    """List declarations: officers all, a programme manager those of the company, others own."""
    return asking.answer(
        lambda session: paging.page(
            queries.declarations(session, asking.actor, paging, person_id=person_id),
            position=lambda declaration: (declaration.id,),
            item=lambda declaration: declaration_view(session, declaration, asking.now),
        )
    )


@router.command(
    "/conflicts",
    action="conflict.declare",
    roles=CONFLICT.roles("declare"),
    response_model=ConflictView,
    status_code=201,
)
def record(commanding: Commanding, body: RecordedConflictBody) -> Response:
    """Put a conflict on record; every decision that was touched by it is flagged at once."""
    return commanding.run(
        lambda work: service.record(
            work,
            body.new(),
            body.source,
            person=body.person_id,
            audit_company=body.audit_company_id,
        ),
        conflict_shown,
    )


@router.query(
    "/conflicts",
    action="conflict.read",
    roles=DECLARERS,
    response_model=Page[ConflictView],
    operation_id="conflicts_list",
)
def list_conflicts(
    asking: Asking, paging: Paged, person_id: Annotated[IdText | None, InQuery()] = None
) -> Response:
    """List conflicts: officers all, a programme manager those of the company, others their own."""
    return asking.answer(
        lambda session: paging.page(
            queries.conflicts(session, asking.actor, paging, person_id=person_id),
            position=lambda conflict: (conflict.id,),
            item=lambda conflict: conflict_view(session, asking.actor, conflict, asking.now),
        )
    )


@router.query(
    "/conflicts/{conflict_id}",
    action="conflict.read",
    roles=DECLARERS,
    response_model=ConflictView,
    operation_id="conflicts_read",
)
def read(asking: Asking, conflict_id: IdText) -> Response:
    """Read one conflict, and until when it bars."""
    return asking.answer(
        lambda session: conflict_view(
            session, asking.actor, queries.conflict(session, asking.actor, conflict_id), asking.now
        )
    )


@router.command(
    "/conflicts/{conflict_id}/end",
    action="conflict.end",
    roles=CONFLICT.roles("end"),
    response_model=ConflictView,
)
def end(commanding: Commanding, conflict_id: IdText, body: EndBody) -> Response:
    """Record the last day of a conflict; it bars for 24 months more."""
    return commanding.run(
        lambda work: service.end(
            work, conflict_id, body.until, expected_version=commanding.expected_version
        ),
        conflict_shown,
    )
