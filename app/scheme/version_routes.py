"""The routes that every family of versioned rules has: list, read, compare, draft, publish.

Written once, declared for each family by `api.py`. What is published anyone may read.
"""

from typing import Annotated, Any

from fastapi import Depends, Path, Request, Response
from fastapi import Query as InQuery
from sqlalchemy.orm import Session

from app.access.http import ANYONE_MAY, Asking, Commanding, Router
from app.kernel.roles import Role
from app.platform.pagination import Page, Paging, paging
from app.platform.strict_json import MEBIBYTE
from app.scheme import queries, service
from app.scheme.families import OWN_CHECKS, Checks, Family
from app.scheme.models import Kind
from app.scheme.schemas import (
    DifferenceView,
    EditBody,
    NewRuleSet,
    NewVersion,
    PublicationBody,
    VersionSummary,
    VersionView,
)
from app.scheme.views import difference_view, shown, summary, version_view

Paged = Annotated[Paging, Depends(paging)]


def checks_of(request: Request) -> Checks:
    """Who tells of each kind whether a document can be used; main.py hands over the rule sets'."""
    return {**OWN_CHECKS, **request.app.state.rule_checks}


def declare(
    router: Router, family: Family, *, name: str, parameter: str, view: type[VersionView]
) -> None:
    """Declare the family's routes; `name` is what they are called in actions, such as policy."""
    collection = family.path.removeprefix("/v1")
    one = f"{collection}/{{{parameter}}}"
    plural = collection.removeprefix("/")
    code_in_path = Path(alias=parameter, max_length=32, description="What the version is called.")
    machine = family.machine

    @router.query(
        collection,
        action=f"{name}.read",
        roles=ANYONE_MAY,
        response_model=Page[VersionSummary],
        operation_id=f"{plural}_list",
        summary="List the versions, by code",
    )
    def list_versions(asking: Asking, paging: Paged) -> Response:
        """List the versions by code: the published ones, and for those who sign, the drafts."""
        return asking.answer(
            lambda session: paging.page(
                queries.versions(session, asking.actor, family, paging),
                position=lambda standing: (standing.code,),
                item=lambda standing: summary(standing, asking.now),
            )
        )

    @router.query(
        one,
        action=f"{name}.read",
        roles=ANYONE_MAY,
        response_model=view,
        operation_id=f"{plural}_read",
        summary="Read one version",
    )
    def read(asking: Asking, code: Annotated[str, code_in_path]) -> Response:
        """Read one version: what it says, and when it is in force."""
        return asking.answer(
            lambda session: version_view(
                session,
                asking.actor,
                family,
                queries.reading(session, asking.actor, family, code),
                asking.now,
            )
        )

    @router.query(
        f"{one}/diff",
        action=f"{name}.read",
        roles=ANYONE_MAY,
        response_model=DifferenceView,
        operation_id=f"{plural}_diff",
        summary="Compare two versions",
    )
    def diff(
        asking: Asking,
        code: Annotated[str, code_in_path],
        against: Annotated[
            str | None,
            InQuery(max_length=32, description="The older version; else the one in force."),
        ] = None,
    ) -> Response:
        """Compare the version with another one: what was added, removed, changed, by path."""

        def compared(session: Session) -> DifferenceView:
            after = queries.reading(session, asking.actor, family, code)
            kind = after.standing.kind
            older = against or queries.in_force(session, kind, asking.now)
            return difference_view(queries.reading(session, asking.actor, family, older), after)

        return asking.answer(compared)

    def drafted(commanding: Commanding, request: Request, kind: Kind, body: NewVersion) -> Response:
        return commanding.run(
            lambda work: service.draft(
                work, family, kind, body.code, body.document, checks_of(request)
            ),
            lambda work, version: shown(work, family, version),
        )

    drafting: dict[str, Any] = {
        "action": f"{name}.draft",
        "roles": machine.roles("draft") - {Role.SYSTEM},
        "response_model": view,
        "status_code": 201,
        "body_limit": MEBIBYTE,
        "operation_id": f"{plural}_draft",
        "summary": "Begin a version",
    }
    if len(family.kinds) == 1:

        @router.command(collection, **drafting)
        def draft(commanding: Commanding, request: Request, body: NewVersion) -> Response:
            """Begin a version under a code of its own."""
            return drafted(commanding, request, family.kinds[0], body)

    else:

        @router.command(collection, **drafting)
        def draft_of_kind(commanding: Commanding, request: Request, body: NewRuleSet) -> Response:
            """Begin a version of one kind under a code of its own."""
            return drafted(commanding, request, body.kind, body)

    @router.command(
        f"{one}/edit",
        action=f"{name}.edit",
        roles=machine.roles("edit") - {Role.SYSTEM},
        response_model=view,
        body_limit=MEBIBYTE,
        operation_id=f"{plural}_edit",
        summary="Replace what a draft says",
    )
    def edit(
        commanding: Commanding,
        request: Request,
        code: Annotated[str, code_in_path],
        body: EditBody,
    ) -> Response:
        """Replace what a draft says; a first signature under its publication counts no more."""
        return commanding.run(
            lambda work: service.edit(
                work,
                family,
                code,
                body.document,
                checks_of(request),
                expected_version=commanding.expected_version,
            ),
            lambda work, version: shown(work, family, version),
        )

    @router.command(
        f"{one}/publish",
        action=f"{name}.publish",
        roles=machine.roles("publish"),
        response_model=view,
        two_sign=True,
        operation_id=f"{plural}_publish",
        summary="Publish a draft",
    )
    def publish(
        commanding: Commanding,
        request: Request,
        code: Annotated[str, code_in_path],
        body: PublicationBody,
    ) -> Response:
        """Publish a draft, in force from a day to come; a second person signs the same day."""
        return commanding.run(
            lambda work: service.publish(
                work,
                family,
                code,
                body.effective_on,
                checks_of(request),
                expected_version=commanding.expected_version,
            ),
            lambda work, version: shown(work, family, version),
        )

    @router.command(
        f"{one}/discard",
        action=f"{name}.discard",
        roles=machine.roles("discard"),
        response_model=view,
        operation_id=f"{plural}_discard",
        summary="Give a draft up",
    )
    def discard(commanding: Commanding, code: Annotated[str, code_in_path]) -> Response:
        """Give a draft up; its code stays used."""
        return commanding.run(
            lambda work: service.discard(
                work, family, code, expected_version=commanding.expected_version
            ),
            lambda work, version: shown(work, family, version),
        )
