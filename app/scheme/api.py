"""The routes of the scheme's rules: what everybody is judged by, for everybody to read."""

from dataclasses import fields
from typing import Annotated

from fastapi import Path, Response

from app.access.http import ANYONE_MAY, Asking, Router
from app.platform.wire import MoneyBody
from app.scheme import queries, shipped
from app.scheme.policy import Policy
from app.scheme.schemas import CriterionView, PolicyView, PrincipleView, StandardView
from app.scheme.standard import Standard

router = Router(prefix="/v1", tags=["scheme"])

Code = Annotated[str, Path(max_length=64, examples=[shipped.STANDARD])]
Version = Annotated[str, Path(max_length=64, examples=[shipped.POLICY])]


@router.query(
    "/standards/{code}",
    action="standard.read",
    roles=ANYONE_MAY,
    response_model=StandardView,
    operation_id="standards_read",
)
def read_standard(asking: Asking, code: Code) -> Response:
    """Read one version of the standard: principles, criteria, elements."""
    return asking.answer(lambda session: standard_view(queries.standard(session, code)))


@router.query(
    "/policies/{version}",
    action="policy.read",
    roles=ANYONE_MAY,
    response_model=PolicyView,
    operation_id="policies_read",
)
def read_policy(asking: Asking, version: Version) -> Response:
    """Read the scheme's timers, fees and limits."""
    return asking.answer(lambda session: policy_view(queries.policy(session, version)))


def standard_view(rules: Standard) -> StandardView:
    """A standard as everybody sees it."""
    return StandardView(
        code=rules.code,
        title=rules.title,
        owner=rules.owner,
        elements=list(rules.elements),
        evidence_streams=list(rules.evidence_streams),
        indicators=len(rules.indicators()),
        principles=[
            PrincipleView(
                code=principle.code,
                kind=principle.kind,
                title=principle.title,
                verified=principle.verified,
                criteria=[
                    CriterionView(
                        code=criterion.code,
                        title=criterion.title,
                        verified=criterion.verified,
                        critical=criterion.critical,
                    )
                    for criterion in principle.criteria
                ],
            )
            for principle in rules.principles
        ],
    )


def policy_view(rules: Policy) -> PolicyView:
    """A policy as everybody sees it."""
    values = {field.name: getattr(rules, field.name) for field in fields(rules)}
    return PolicyView(
        version=rules.version,
        zone=rules.zone_name,
        application_fee=MoneyBody.of(rules.application_fee),
        numbers={name: value for name, value in values.items() if isinstance(value, int)},
        respond_days=dict(rules.respond_days),
        evidence_days=dict(rules.evidence_days),
    )
