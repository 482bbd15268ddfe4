"""The routes of decisions and certificates."""

from typing import Annotated

from fastapi import Depends, Response
from fastapi import Query as InQuery
from pydantic import AfterValidator
from sqlalchemy.orm import Session

from app.access.http import ANYONE_MAY, Asking, Commanding, Router
from app.certificates import flags, queries, service
from app.certificates.decisions import DecisionType
from app.certificates.lifecycle import CERTIFICATE
from app.certificates.schemas import (
    AuditDecisionBody,
    CertificateDecisionBody,
    CertificateSummary,
    CertificateView,
    DecisionView,
    FlagView,
    GrantBody,
    MaintainBody,
    ReasonsView,
    RenewBody,
    SettleBody,
    StepView,
)
from app.certificates.views import (
    DECIDERS,
    certificate_view,
    decision_views,
    flag_view,
    reasons_view,
    shown,
    step_view,
    summaries,
)
from app.kernel.identifiers import parse_certificate_number
from app.kernel.roles import AUDITOR, RECRUITER, Role
from app.platform.pagination import Page, Paging, paging
from app.platform.strict_json import KIBIBYTE
from app.platform.wire import IdText, said

router = Router(prefix="/v1")

_TEAM = AUDITOR | {Role.TECHNICAL_EXPERT}
"""They may ask, and are told what bars them: that they touched the evidence."""

_READERS = (
    RECRUITER
    | _TEAM
    | {
        Role.SCHEME_MANAGER,
        Role.INTEGRITY_OFFICER,
        Role.APPLICATION_REVIEWER,
        Role.APPEAL_PANEL,
        Role.PROGRAMME_MANAGER,
        Role.REVIEWER,
        Role.DECISION_MAKER,
    }
)
"""Who may ask for lists; each sees only those of `queries`."""

_FLAG_READERS = frozenset(
    {
        Role.SCHEME_MANAGER,
        Role.INTEGRITY_OFFICER,
        Role.APPEAL_PANEL,
        Role.PROGRAMME_MANAGER,
        Role.DECISION_MAKER,
    }
)

_BODY_LIMIT = 1024 * KIBIBYTE

Paged = Annotated[Paging, Depends(paging)]
Number = Annotated[str, AfterValidator(said(parse_certificate_number))]
"""A certificate's number, in any spelling."""


@router.command(
    "/audits/{audit_id}/decisions",
    action="audit.decide",
    roles=CERTIFICATE.roles("issue") | _TEAM,
    response_model=DecisionView,
    status_code=201,
    body_limit=_BODY_LIMIT,
)
def decide(commanding: Commanding, audit_id: IdText, body: AuditDecisionBody) -> Response:
    """Grant or refuse, on a reviewed audit. The decision closes the audit; a grant issues the
    certificate in the same transaction. Whoever touched the evidence is refused, and told how.
    """
    effect = service.grant if isinstance(body, GrantBody) else service.refuse
    return commanding.run(
        lambda work: effect(
            work, audit_id, body.proposal(), expected_version=commanding.expected_version
        ),
        shown,
    )


@router.command(
    "/certificates/{number}/decisions",
    action="certificate.decide",
    roles=DECIDERS | _TEAM,
    response_model=DecisionView,
    status_code=201,
    two_sign=True,
    needs_version=True,
    body_limit=_BODY_LIMIT,
    operation_id="certificates_decide",
)
def decide_on_certificate(
    commanding: Commanding, number: str, body: CertificateDecisionBody
) -> Response:
    """Decide about a certificate: suspend, restore, withdraw and so on, by `type`.

    `allowed_actions` of the certificate says which are possible, and what each must say. If-Match
    carries the ETag of the certificate as it was read: of two decisions on one view one wins.
    """
    audit_id = body.audit_id if isinstance(body, MaintainBody | RenewBody) else None
    return commanding.run(
        lambda work: service.decide(
            work,
            number,
            DecisionType(body.type),
            body.proposal(),
            audit_id=audit_id,
            expected_version=commanding.expected_version,
        ),
        shown,
    )


@router.query(
    "/decisions",
    action="decision.read",
    roles=_READERS,
    response_model=Page[DecisionView],
    operation_id="decisions_list",
)
def list_decisions(
    asking: Asking,
    paging: Paged,
    audit_id: Annotated[IdText | None, InQuery()] = None,
    certificate: Annotated[
        Number | None, InQuery(max_length=64, description="A certificate's number.")
    ] = None,
) -> Response:
    """List the decisions in the caller's cases, in the order in which they were made."""

    def page(session: Session) -> Page[DecisionView]:
        found = queries.decisions(
            session, asking.actor, paging, audit_id=audit_id, number=certificate
        )
        views = decision_views(session, asking.actor, found)
        return paging.page(views, position=lambda view: (view.id,), item=lambda view: view)

    return asking.answer(page)


@router.query(
    "/decision-flags",
    action="decision_flag.read",
    roles=_FLAG_READERS,
    response_model=Page[FlagView],
    operation_id="decision_flags_list",
)
def list_flags(
    asking: Asking, paging: Paged, settled: Annotated[bool | None, InQuery()] = None
) -> Response:
    """List the decisions that somebody with a conflict touched, by when that came on record."""
    return asking.answer(
        lambda session: paging.page(
            flags.flags(session, asking.actor, paging, settled=settled),
            position=lambda flag: (flag.id,),
            item=flag_view,
        )
    )


@router.query(
    "/decision-flags/{flag_id}",
    action="decision_flag.read",
    roles=_FLAG_READERS,
    response_model=FlagView,
    operation_id="decision_flags_read",
)
def read_flag(asking: Asking, flag_id: IdText) -> Response:
    """Read one flag, and what came of it."""
    return asking.answer(lambda session: flag_view(flags.flag(session, asking.actor, flag_id)))


@router.command(
    "/decision-flags/{flag_id}/settle",
    action="decision_flag.settle",
    roles={Role.INTEGRITY_OFFICER},
    response_model=FlagView,
)
def settle_flag(commanding: Commanding, flag_id: IdText, body: SettleBody) -> Response:
    """Say what follows from a flag; the decision itself is never changed."""
    return commanding.run(
        lambda work: flags.settle(work, flag_id, body.outcome), lambda _, flag: flag_view(flag)
    )


@router.query(
    "/certificates",
    action="certificate.list",
    roles=_READERS,
    response_model=Page[CertificateSummary],
    operation_id="certificates_list",
)
def list_certificates(asking: Asking, paging: Paged) -> Response:
    """List the certificates of the caller's cases, in the order in which they were issued."""

    def page(session: Session) -> Page[CertificateSummary]:
        found = queries.certificates(session, asking.actor, paging)
        views = summaries(session, found, asking.now)
        return paging.page(views, position=lambda view: (view.id,), item=lambda view: view)

    return asking.answer(page)


@router.query(
    "/certificates/{number}",
    action="certificate.read",
    roles=ANYONE_MAY,
    response_model=CertificateView,
    operation_id="certificates_read",
)
def read(asking: Asking, number: str) -> Response:
    """Read one certificate by its number, in any spelling."""
    return asking.answer(
        lambda session: certificate_view(
            session, asking.actor, queries.by_number(session, number), asking.now
        )
    )


@router.query(
    "/certificates/{number}/history",
    action="certificate.history",
    roles=ANYONE_MAY,
    response_model=Page[StepView],
    operation_id="certificates_history",
)
def history(asking: Asking, paging: Paged, number: str) -> Response:
    """What happened to a certificate: in which roles, what, when, why; oldest first."""
    return asking.answer(
        lambda session: paging.page(
            queries.history(session, queries.by_number(session, number), paging),
            position=lambda entry: (entry.version,),
            item=step_view,
        )
    )


@router.query(
    "/reason-codes",
    action="reason_code.read",
    roles=ANYONE_MAY,
    response_model=ReasonsView,
    operation_id="reason_codes_list",
)
def list_reasons(asking: Asking) -> Response:
    """Every reason code that a decision may give, and what it means."""
    return asking.answer(lambda _: reasons_view())
