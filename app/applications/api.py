"""The routes of applications."""

from typing import Annotated

from fastapi import Depends, Response
from fastapi import Query as InQuery

from app.access.http import Asking, Commanding, Router
from app.applications import queries, service
from app.applications.assessment_views import assessed, assessment_view
from app.applications.lifecycle import APPLICATION, State
from app.applications.schemas import (
    AgreementView,
    AnswerBody,
    ApplicationSummary,
    ApplicationView,
    AssessmentBody,
    AssessmentView,
    ContentBody,
    ContractBody,
    DeferralBody,
    NewApplication,
    PaymentBody,
    RejectionBody,
)
from app.applications.views import agreement_view, application_view, shown, summary
from app.kernel.roles import AUDITOR, RECRUITER, Role
from app.platform.pagination import Page, Paging, paging
from app.platform.problems import documented
from app.platform.strict_json import KIBIBYTE
from app.platform.wire import IdText

router = Router(prefix="/v1/applications")

READERS = (
    RECRUITER
    | AUDITOR
    | {
        Role.SCHEME_MANAGER,
        Role.INTEGRITY_OFFICER,
        Role.APPLICATION_REVIEWER,
        Role.APPEAL_PANEL,
        Role.PROGRAMME_MANAGER,
        Role.REVIEWER,
        Role.DECISION_MAKER,
        Role.TECHNICAL_EXPERT,
    }
)
"""Who may ask for applications; each sees only those of `queries`."""

Paged = Annotated[Paging, Depends(paging)]

_CONTENT_LIMIT = 512 * KIBIBYTE


@router.command(
    "",
    action="application.draft",
    roles=APPLICATION.roles("draft"),
    response_model=ApplicationView,
    status_code=201,
    body_limit=_CONTENT_LIMIT,
)
def draft(commanding: Commanding, body: NewApplication) -> Response:
    """Begin an application; it may be completed until it is submitted."""
    return commanding.run(
        lambda work: service.draft(work, recruiter_id=body.recruiter_id, content=body.content()),
        shown,
    )


@router.query(
    "",
    action="application.read",
    roles=READERS,
    response_model=Page[ApplicationSummary],
    operation_id="applications_list",
)
def list_applications(
    asking: Asking,
    paging: Paged,
    state: Annotated[State | None, InQuery()] = None,
    recruiter_id: Annotated[IdText | None, InQuery()] = None,
) -> Response:
    """List the applications that the caller may see, in the order they were drafted."""
    return asking.answer(
        lambda session: paging.page(
            queries.applications(
                session, asking.actor, paging, asking.now, state=state, recruiter_id=recruiter_id
            ),
            position=lambda standing: (standing.application.id,),
            item=lambda standing: summary(standing, asking.now),
        )
    )


@router.query(
    "/{application_id}",
    action="application.read",
    roles=READERS,
    response_model=ApplicationView,
    operation_id="applications_read",
)
def read(asking: Asking, application_id: IdText) -> Response:
    """Read one application: where it stands, whose turn it is, what is missing, by when."""
    return asking.answer(
        lambda session: application_view(
            queries.reading(session, asking.actor, application_id, asking.now), asking.now
        )
    )


@router.command(
    "/{application_id}",
    action="application.edit",
    roles=RECRUITER,
    response_model=ApplicationView,
    method="PATCH",
    body_limit=_CONTENT_LIMIT,
)
def edit(commanding: Commanding, application_id: IdText, body: ContentBody) -> Response:
    """Replace what is sent of the content, in a draft or while a deferral waits."""
    return commanding.run(
        lambda work: service.edit(
            work,
            application_id,
            body.changes(),
            expected_version=commanding.expected_version,
        ),
        shown,
    )


@router.query(
    "/{application_id}/self-assessment",
    action="application.read",
    roles=READERS,
    response_model=AssessmentView,
    operation_id="applications_self_assessment",
)
def read_self_assessment(asking: Asking, application_id: IdText) -> Response:
    """Read the self-assessment: its answers, what is open, what changed, scores and gaps."""
    return asking.answer(
        lambda session: assessment_view(
            session, queries.application(session, asking.actor, application_id), asking.now
        )
    )


@router.command(
    "/{application_id}/self-assessment",
    action="application.edit",
    roles=RECRUITER,
    response_model=AssessmentView,
    method="PUT",
    body_limit=_CONTENT_LIMIT,
)
def replace_self_assessment(
    commanding: Commanding, application_id: IdText, body: AssessmentBody
) -> Response:
    """Answer the whole self-assessment in one call."""
    return commanding.run(
        lambda work: service.assess(
            work,
            application_id,
            body.maturities(),
            completed_on=body.completed_on,
            whole=True,
            expected_version=commanding.expected_version,
        ),
        assessed,
    )


@router.command(
    "/{application_id}/self-assessment",
    action="application.edit",
    roles=RECRUITER,
    response_model=AssessmentView,
    method="PATCH",
    body_limit=_CONTENT_LIMIT,
)
def answer_self_assessment(
    commanding: Commanding, application_id: IdText, body: AssessmentBody
) -> Response:
    """Answer some of the self-assessment; the other answers stay."""
    return commanding.run(
        lambda work: service.assess(
            work,
            application_id,
            body.maturities(),
            completed_on=body.completed_on,
            whole=False,
            expected_version=commanding.expected_version,
        ),
        assessed,
    )


@router.query(
    "/{application_id}/agreement",
    action="application.read",
    roles=READERS,
    response_model=AgreementView,
    operation_id="applications_agreement",
    responses=documented("move-refused"),
)
def read_agreement(
    asking: Asking,
    application_id: IdText,
    audit_company: Annotated[
        IdText | None, InQuery(description="With whom; needed before the first signature.")
    ] = None,
) -> Response:
    """Read the certification agreement before signing it: as it is signed, or as it would be."""
    return asking.answer(
        lambda session: agreement_view(
            *queries.agreement(session, asking.actor, application_id, audit_company, asking.now)
        )
    )


@router.command(
    "/{application_id}/submit",
    action="application.submit",
    roles=APPLICATION.roles("submit"),
    response_model=ApplicationView,
)
def submit(commanding: Commanding, application_id: IdText) -> Response:
    """Hand the application in; a refusal lists everything that is missing."""
    return commanding.run(
        lambda work: service.submit(
            work, application_id, expected_version=commanding.expected_version
        ),
        shown,
    )


@router.command(
    "/{application_id}/payments",
    action="application.record_payment",
    roles=APPLICATION.roles("clear_payment"),
    response_model=ApplicationView,
)
def record_payment(commanding: Commanding, application_id: IdText, body: PaymentBody) -> Response:
    """Record one amount that arrived for the application fee, in part or in full."""
    return commanding.run(
        lambda work: service.record_payment(work, application_id, body.payment()), shown
    )


@router.command(
    "/{application_id}/clear_payment",
    action="application.clear_payment",
    roles=APPLICATION.roles("clear_payment"),
    response_model=ApplicationView,
)
def clear_payment(
    commanding: Commanding, application_id: IdText, body: PaymentBody | None = None
) -> Response:
    """Say that the application fee is there in full; the review starts.

    A payment that is sent along is recorded first; where the sum is short, nothing is.
    """
    payment = None if body is None else body.payment()
    return commanding.run(
        lambda work: service.clear_payment(
            work, application_id, payment, expected_version=commanding.expected_version
        ),
        shown,
    )


@router.command(
    "/{application_id}/defer",
    action="application.defer",
    roles=APPLICATION.roles("defer"),
    response_model=ApplicationView,
    body_limit=_CONTENT_LIMIT,
)
def defer(commanding: Commanding, application_id: IdText, body: DeferralBody) -> Response:
    """Ask the recruiter for what is missing."""
    return commanding.run(
        lambda work: service.defer(
            work,
            application_id,
            [item.request for item in body.items],
            expected_version=commanding.expected_version,
        ),
        shown,
    )


@router.command(
    "/{application_id}/items/{item_id}/answer",
    action="application.answer_item",
    roles=RECRUITER,
    response_model=ApplicationView,
)
def answer_item(
    commanding: Commanding, application_id: IdText, item_id: IdText, body: AnswerBody
) -> Response:
    """Answer one item of the present deferral."""
    return commanding.run(
        lambda work: service.answer_item(work, application_id, item_id, body.answer),
        shown,
    )


@router.command(
    "/{application_id}/resume",
    action="application.resume",
    roles=APPLICATION.roles("resume"),
    response_model=ApplicationView,
)
def resume(commanding: Commanding, application_id: IdText) -> Response:
    """Let the review go on, every item answered in time."""
    return commanding.run(
        lambda work: service.resume(
            work, application_id, expected_version=commanding.expected_version
        ),
        shown,
    )


@router.command(
    "/{application_id}/reject",
    action="application.reject",
    roles=APPLICATION.roles("reject"),
    response_model=ApplicationView,
    two_sign=True,
)
def reject(commanding: Commanding, application_id: IdText, body: RejectionBody) -> Response:
    """Reject it; a second reviewer signs the same reasons within a day."""
    return commanding.run(
        lambda work: service.reject(
            work,
            application_id,
            body.reasons,
            expected_version=commanding.expected_version,
        ),
        shown,
    )


@router.command(
    "/{application_id}/accept",
    action="application.accept",
    roles=APPLICATION.roles("accept"),
    response_model=ApplicationView,
)
def accept(commanding: Commanding, application_id: IdText) -> Response:
    """Accept it: audit time and sampled sites are computed, the recruiter number is issued."""
    return commanding.run(
        lambda work: service.accept(
            work, application_id, expected_version=commanding.expected_version
        ),
        shown,
    )


@router.command(
    "/{application_id}/contract",
    action="application.contract",
    roles=APPLICATION.roles("contract"),
    response_model=ApplicationView,
    two_sign=True,
)
def contract(commanding: Commanding, application_id: IdText, body: ContractBody) -> Response:
    """Sign the agreement: first the recruiter, then the audit company's programme manager.

    Until the second signature the recruiter may name another audit company.
    """
    return commanding.run(
        lambda work: service.contract(
            work,
            application_id,
            audit_company=body.audit_company,
            read=body.agreement_sha256,
            expected_version=commanding.expected_version,
        ),
        shown,
    )


@router.command(
    "/{application_id}/withdraw",
    action="application.withdraw",
    roles=APPLICATION.roles("withdraw"),
    response_model=ApplicationView,
)
def withdraw(commanding: Commanding, application_id: IdText) -> Response:
    """Take the application back, at any time before the contract."""
    return commanding.run(
        lambda work: service.withdraw(
            work, application_id, expected_version=commanding.expected_version
        ),
        shown,
    )
