"""The routes of repayments."""

from typing import Annotated

from fastapi import Depends, Request, Response
from fastapi import Query as InQuery
from sqlalchemy.orm import Session

from app.access.http import ANYONE_MAY, Asking, Commanding, Query, Router
from app.employer_pays.charges import service as charges
from app.employer_pays.charges.api import noting
from app.employer_pays.checks.api import READERS
from app.employer_pays.checks.queries import is_own
from app.employer_pays.repayment import queries, service
from app.employer_pays.repayment.lifecycle import REPAYMENT, State
from app.employer_pays.repayment.schemas import (
    AttemptBody,
    CodeView,
    ConfirmBody,
    ConfirmedView,
    DisputeBody,
    HeldApartBody,
    IdentifiedView,
    IdentifyBody,
    PaymentBody,
    QuantifyBody,
    RepaymentSummary,
    RepaymentTotalsView,
    RepaymentView,
    ScheduleBody,
    SettleBody,
    VerifyRepaymentBody,
)
from app.employer_pays.repayment.views import (
    confirmed_view,
    repayment_view,
    shown,
    summary,
    totals_view,
)
from app.kernel.errors import NotFound
from app.kernel.roles import AUDITOR, RECRUITER, Role
from app.lifecycle.journal import Workbench
from app.platform.pagination import Page, Paging, paging
from app.platform.problems import documented
from app.platform.throttle import Throttle
from app.platform.wire import IdText

router = Router(prefix="/v1/repayments")

Paged = Annotated[Paging, Depends(paging)]


def _roles(action: str) -> frozenset[Role]:
    """Who may make the move with an account."""
    return REPAYMENT.roles(action) - {Role.WORKER}


@router.command(
    "",
    action="repayment.identify",
    roles=_roles("identify"),
    response_model=IdentifiedView,
    status_code=201,
)
def identify(commanding: Commanding, body: IdentifyBody) -> Response:
    """Begin the repayment of workers to whom something may be owed."""
    return commanding.run(
        lambda work: service.identify(
            work, body.recruiter_id, body.workers, finding_id=body.finding_id
        ),
        lambda _work, found: IdentifiedView(items=[summary(it) for it in found]),
    )


@router.query(
    "/confirm",
    method="POST",
    action="repayment.confirm",
    roles=ANYONE_MAY,
    by_token=False,
    response_model=ConfirmedView,
    responses=documented("not-found", "move-refused", "too-many-requests"),
)
def confirm(request: Request, asking: Asking, body: ConfirmBody) -> Response:
    """Answer as the worker, by code and without an account.

    `agree` to the amount; `received` or `not_received` once it is paid. Said again it changes
    nothing.
    """
    throttle: Throttle = request.app.state.throttle
    throttle.attempt("repayment code", request.client.host if request.client else "")
    workbench: Workbench = request.app.state.workbench
    with workbench.begin(asking.actor) as work:
        answered = confirmed_view(*service.answer(work, body.code, body.answer.value))
    return Response(
        answered.model_dump_json(),
        200,
        {"cache-control": "no-store", "referrer-policy": "no-referrer"},
        "application/json",
    )


@router.query(
    "",
    action="repayment.read",
    roles=READERS,
    response_model=Page[RepaymentSummary],
    responses=documented("not-found"),
    operation_id="repayments_list",
)
def list_repayments(
    asking: Asking,
    paging: Paged,
    recruiter_id: Annotated[IdText, InQuery()],
    state: Annotated[State | None, InQuery()] = None,
    finding_id: Annotated[IdText | None, InQuery()] = None,
) -> Response:
    """List the repayments of a recruiter. Whoever reads from outside it is noted."""

    def page(session: Session) -> Page[RepaymentSummary]:
        if not queries.may_see(session, asking.actor, recruiter_id):
            raise NotFound(f"there is no recruiter {recruiter_id} whose repayments you may see")
        found = queries.repayments(
            session, paging, recruiter_id, state=state, finding_id=finding_id
        )
        _note(session, asking, recruiter_id, len(found[: paging.limit]))
        return paging.page(found, position=lambda it: (it.id,), item=summary)

    return noting(asking, page)


@router.query(
    "/totals",
    action="repayment.read_totals",
    roles=READERS,
    response_model=RepaymentTotalsView,
    responses=documented("not-found"),
    operation_id="repayments_totals",
)
def totals(asking: Asking, recruiter_id: Annotated[IdText, InQuery()]) -> Response:
    """Read what a recruiter owes its workers in all, to the minor unit."""

    def read(session: Session) -> RepaymentTotalsView:
        if not queries.may_see(session, asking.actor, recruiter_id):
            raise NotFound(f"there is no recruiter {recruiter_id} whose repayments you may see")
        return totals_view(queries.totals(session, recruiter_id))

    return asking.answer(read)


@router.query(
    "/{repayment_id}",
    action="repayment.read",
    roles=READERS,
    response_model=RepaymentView,
    operation_id="repayments_read",
)
def read(asking: Asking, repayment_id: IdText) -> Response:
    """Read one repayment: amount, plan, payments, and the refund that national law wants beside.

    Whoever reads from outside the recruiter is noted.
    """
    with asking.database.write() as session:
        found = queries.repayment(session, asking.actor, repayment_id)
        _note(session, asking, found.recruiter_id, 1, found.id)
        view = repayment_view(session, asking.actor, found, asking.now)
    return Response(view.model_dump_json(), 200, {"etag": f'"{view.version}"'}, "application/json")


@router.command(
    "/{repayment_id}/quantify",
    action="repayment.quantify",
    roles=_roles("quantify"),
    response_model=RepaymentView,
)
def quantify(commanding: Commanding, repayment_id: IdText, body: QuantifyBody) -> Response:
    """Compute what is owed: charges + interest on loans for them − what was repaid."""
    return _quantified(commanding, repayment_id, "quantify", body)


@router.command(
    "/{repayment_id}/requantify",
    action="repayment.requantify",
    roles=_roles("requantify"),
    response_model=RepaymentView,
)
def requantify(commanding: Commanding, repayment_id: IdText, body: QuantifyBody) -> Response:
    """Compute it again on better evidence; payments stay counted."""
    return _quantified(commanding, repayment_id, "requantify", body)


@router.command(
    "/{repayment_id}/trace",
    action="repayment.trace",
    roles=_roles("trace"),
    response_model=RepaymentView,
)
def trace(commanding: Commanding, repayment_id: IdText, body: QuantifyBody) -> Response:
    """The worker was found: what is owed is computed anew."""
    return _quantified(commanding, repayment_id, "trace", body)


@router.command(
    "/{repayment_id}/agree",
    action="repayment.agree",
    roles=_roles("agree"),
    response_model=RepaymentView,
)
def agree(commanding: Commanding, repayment_id: IdText) -> Response:
    """Agree to the amount on the worker's behalf; the worker can do so by code."""
    return commanding.run(
        lambda work: service.agree(
            work, repayment_id, expected_version=commanding.expected_version
        ),
        shown,
    )


@router.command(
    "/{repayment_id}/schedule",
    action="repayment.schedule",
    roles=_roles("schedule"),
    response_model=RepaymentView,
)
def schedule(commanding: Commanding, repayment_id: IdText, body: ScheduleBody) -> Response:
    """Plan the instalments with their days; their sum is exactly what is left."""
    return commanding.run(
        lambda work: service.schedule(
            work, repayment_id, body.plan, expected_version=commanding.expected_version
        ),
        shown,
    )


@router.command(
    "/{repayment_id}/pay_instalment",
    action="repayment.pay_instalment",
    roles=_roles("pay_instalment"),
    response_model=RepaymentView,
)
def pay_instalment(commanding: Commanding, repayment_id: IdText, body: PaymentBody) -> Response:
    """Record a payment that leaves a rest, with its evidence."""
    return commanding.run(
        lambda work: service.pay(
            work,
            repayment_id,
            "pay_instalment",
            body.paid(),
            expected_version=commanding.expected_version,
        ),
        shown,
    )


@router.command(
    "/{repayment_id}/settle",
    action="repayment.settle",
    roles=_roles("settle"),
    response_model=RepaymentView,
)
def settle(commanding: Commanding, repayment_id: IdText, body: SettleBody) -> Response:
    """Record the payment of the exact rest."""
    paid = None if body.payment is None else body.payment.paid()
    return commanding.run(
        lambda work: service.pay(
            work, repayment_id, "settle", paid, expected_version=commanding.expected_version
        ),
        shown,
    )


@router.command(
    "/{repayment_id}/verify",
    action="repayment.verify",
    roles=_roles("verify"),
    response_model=RepaymentView,
)
def verify(commanding: Commanding, repayment_id: IdText, body: VerifyRepaymentBody) -> Response:
    """Verify that all of it arrived: the worker confirmed it, or a bank record was checked."""
    return commanding.run(
        lambda work: service.verify(
            work,
            repayment_id,
            bank_record=body.bank_record_sha256,
            expected_version=commanding.expected_version,
        ),
        shown,
    )


@router.command(
    "/{repayment_id}/dispute",
    action="repayment.dispute",
    roles=_roles("dispute"),
    response_model=RepaymentView,
)
def dispute(commanding: Commanding, repayment_id: IdText, body: DisputeBody) -> Response:
    """Payments did not reach the worker: they count no more."""
    return commanding.run(
        lambda work: service.dispute(
            work, repayment_id, body.payments, expected_version=commanding.expected_version
        ),
        shown,
    )


@router.command(
    "/{repayment_id}/mark_unreachable",
    action="repayment.mark_unreachable",
    roles=_roles("mark_unreachable"),
    response_model=RepaymentView,
)
def mark_unreachable(commanding: Commanding, repayment_id: IdText) -> Response:
    """The worker cannot be reached after recorded attempts; the money stays owed."""
    return commanding.run(
        lambda work: service.mark_unreachable(
            work, repayment_id, expected_version=commanding.expected_version
        ),
        shown,
    )


@router.command(
    "/{repayment_id}/attempts",
    action="repayment.attempt",
    roles=AUDITOR | RECRUITER,
    response_model=RepaymentView,
    status_code=201,
)
def attempt(commanding: Commanding, repayment_id: IdText, body: AttemptBody) -> Response:
    """Record an attempt to reach the worker."""
    return commanding.run(
        lambda work: service.attempt(work, repayment_id, **body.model_dump()), shown
    )


@router.command(
    "/{repayment_id}/hold_apart",
    action="repayment.hold_apart",
    roles=RECRUITER,
    response_model=RepaymentView,
    status_code=201,
)
def hold_apart(commanding: Commanding, repayment_id: IdText, body: HeldApartBody) -> Response:
    """Put an unreachable worker's money aside, exactly what is left of it."""
    return commanding.run(
        lambda work: service.hold_apart(
            work,
            repayment_id,
            body.amount.money(),
            held_on=body.held_on,
            evidence_sha256=body.evidence_sha256,
        ),
        shown,
    )


@router.command(
    "/{repayment_id}/check_held_apart",
    action="repayment.check_held_apart",
    roles=AUDITOR,
    response_model=RepaymentView,
)
def check_held_apart(commanding: Commanding, repayment_id: IdText) -> Response:
    """Say, as the auditor, that you checked the bank record of the money held apart."""
    return commanding.run(lambda work: service.check_held_apart(work, repayment_id), shown)


@router.command(
    "/{repayment_id}/codes",
    action="repayment.give_code",
    roles=AUDITOR,
    response_model=CodeView,
    status_code=201,
)
def give_code(commanding: Commanding, repayment_id: IdText) -> Response:
    """Make a code to hand to the worker, shown once; the recruiter never has it."""
    return commanding.run(
        lambda work: service.give_code(work, repayment_id),
        lambda _work, given: CodeView(repayment_id=given[0].id, code=given[1]),
        shown_once=("code",),
    )


def _quantified(
    commanding: Commanding, repayment_id: str, action: str, body: QuantifyBody
) -> Response:
    return commanding.run(
        lambda work: service.quantify(
            work,
            repayment_id,
            action,
            body.currency,
            body.basis,
            expected_version=commanding.expected_version,
        ),
        shown,
    )


def _note(
    session: Session, asking: Query, recruiter_id: str, rows: int, subject: str | None = None
) -> None:
    if not is_own(session, asking.actor, recruiter_id):
        charges.note_read(
            session,
            asking.actor,
            asking.now,
            what="repayments",
            rows=rows,
            recruiter_id=recruiter_id,
            subject=subject,
        )
