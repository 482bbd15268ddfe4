"""Writes the checklist: the answers of a team to the indicators of the pinned standard.

One call answers as many indicators as it likes, up to all, and is stored whole or not at all.
"""

from collections.abc import Sequence

from sqlalchemy import Table

from app.access import service as access_service
from app.access.independence import Way
from app.audits.checklist import Draft, read
from app.audits.lifecycle import CHECKLIST_OPEN
from app.audits.models import Audit, AuditAnswer
from app.audits.moves import facts_of, locked, person_of
from app.audits.team import FITTING
from app.kernel.errors import Conflict, StaleVersion
from app.lifecycle.journal import RoleRefused, Work
from app.platform.database import upsert
from app.scheme import queries as scheme

_ANSWERS: Table = AuditAnswer.__table__  # type: ignore[assignment]


def answer_indicators(
    work: Work, audit_id: str, drafts: Sequence[Draft], *, expected_version: int | None = None
) -> Audit:
    """Store answers; those given before to the same indicators are replaced, others stay.

    Raises NotFound, RoleRefused, StaleVersion, Conflict unless the checklist is open, Invalid
    with every fault.
    """
    audit = locked(work, audit_id)
    if not facts_of(work, audit).roles & FITTING.keys():
        reason = "indicators are answered by the team of the audit"
        raise RoleRefused(reason, reasons=(reason,))
    if expected_version not in (None, audit.version):
        raise StaleVersion(f"version {expected_version} is not current: it is {audit.version}")
    if audit.state not in CHECKLIST_OPEN:
        reason = (
            f"the audit is {audit.state}; indicators are answered while it is"
            f" {' or '.join(sorted(CHECKLIST_OPEN))}"
        )
        raise Conflict(reason, reasons=(reason,))
    person = person_of(work)
    upsert(
        work.session,
        _ANSWERS,
        [
            {
                "audit_id": audit.id,
                "criterion": answer.indicator.criterion,
                "element": answer.indicator.element,
                "work_status": answer.work_status.value,
                "result": answer.result.value,
                "note": answer.note,
                "answered_by": person,
                "answered_at": work.now,
            }
            for answer in read(scheme.standard(work.session, audit.standard), drafts)
        ],
        key=["audit_id", "criterion", "element"],
    )
    access_service.touch(
        work,
        case=audit.application_id,
        audit=audit.id,
        recruiter=audit.recruiter_id,
        way=Way.ANSWER,
    )
    return audit
