"""The public route of verification: no token.

Each answer is computed from the database. Whoever asks may keep it as long as `max-age` says, a
minute at most and never past the next change that the clock brings: a decision taken meanwhile is
seen that much later (`registry/answer.py`).
"""

import json
from typing import Annotated, Any

from fastapi import Depends, Header, Request, Response
from fastapi import Query as InQuery

from app.access.http import ANYONE_MAY, Asking, Router
from app.kernel.identifiers import NumberError, parse_certificate_number
from app.platform.pagination import Page, Paging, paging
from app.platform.wire import CorridorCode, CountryCode
from app.registry import applicants, by_recruiter, queries
from app.registry.answer import answer, etag, fresh_for, not_found
from app.registry.schemas import AnswerView, ApplicantView, Moment, RecruiterAnswerView
from app.registry.views import applicant_view, recruiter_answer

router = Router(prefix="/v1/verify")
registry_router = Router(prefix="/v1/registry")

_HEADERS: dict[str, Any] = {
    "ETag": {"description": "Names this answer.", "schema": {"type": "string"}},
    "Cache-Control": {
        "description": "For how long the clock alone cannot change it.",
        "schema": {"type": "string"},
    },
}


@router.query(
    "",
    action="certificate.verify",
    roles=ANYONE_MAY,
    response_model=RecruiterAnswerView,
    operation_id="verify_recruiter",
)
def verify_recruiter(
    asking: Asking,
    request: Request,
    recruiter: Annotated[
        str, InQuery(description="A recruiter number.", max_length=40, examples=["LRN00012603"])
    ],
) -> Response:
    """Is this recruiter certified, or an applicant? An unknown number is an answer too."""
    public_url = request.app.state.settings.public_url
    return asking.answer(
        lambda session: recruiter_answer(
            by_recruiter.verify(session, recruiter, asking.now),
            asking.now,
            queries.data_version(session),
            public_url,
        )
    )


@registry_router.query(
    "/applicants",
    action="registry.applicants",
    roles=ANYONE_MAY,
    response_model=Page[ApplicantView],
    operation_id="registry_applicants",
)
def list_applicants(
    asking: Asking,
    paging: Annotated[Paging, Depends(paging)],
    country: Annotated[CountryCode | None, InQuery()] = None,
) -> Response:
    """List the active applicants: accepted for an audit, and not certified."""
    return asking.answer(
        lambda session: paging.page(
            applicants.applicants(session, asking.now, paging, country=country),
            position=lambda found: (found.application,),
            item=applicant_view,
        )
    )


@router.query(
    "/{number}",
    action="certificate.verify",
    roles=ANYONE_MAY,
    response_model=AnswerView,
    operation_id="verify_number",
    responses={
        200: {"headers": _HEADERS},
        304: {"description": "The answer is the one whose ETag was sent.", "headers": _HEADERS},
    },
)
def verify(
    asking: Asking,
    request: Request,
    number: str,
    at: Annotated[
        Moment | None,
        InQuery(description="What was, or will be, true then. A day means its last moment."),
    ] = None,
    known_at: Annotated[
        Moment | None,
        InQuery(description="What we would have answered then. A day means its last moment."),
    ] = None,
    corridor: Annotated[
        CorridorCode | None, InQuery(description="For this corridor alone, such as NP-MY.")
    ] = None,
    if_none_match: Annotated[str | None, Header(alias="If-None-Match")] = None,
) -> Response:
    """Is this certificate valid? An unknown number is an answer too: `not_found`."""
    public_url = request.app.state.settings.public_url
    with asking.database.read() as session:
        version = queries.data_version(session)
        timeline = None
        try:
            known = queries.instant(session, known_at, asking.now)
            row = queries.row(session, parse_certificate_number(number), known)
        except NumberError as error:
            found = not_found(error)
        else:
            if row is None:
                found = not_found()
            else:
                timeline = row.timeline
                asked = queries.instant(session, at, asking.now) or asking.now
                found = answer(row, asked, corridor, public_url=public_url)
    tag = etag(found)
    headers = {
        "ETag": tag,
        "Cache-Control": f"public, max-age={fresh_for(timeline, asking.now)}",
    }
    if _matches(if_none_match, tag):
        return Response(status_code=304, headers=headers)
    checked_at = asking.now.isoformat().replace("+00:00", "Z")
    body = {**found, "checked_at": checked_at, "data_version": version}
    return Response(
        json.dumps(body, ensure_ascii=False, separators=(",", ":")),
        headers=headers,
        media_type="application/json",
    )


def _matches(if_none_match: str | None, tag: str) -> bool:
    """RFC 9110 §13.1.2, by weak comparison."""
    if if_none_match is None:
        return False
    sent = [one.strip().removeprefix("W/") for one in if_none_match.split(",")]
    return tag in sent or "*" in sent
