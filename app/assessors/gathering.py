"""Fills what the guards of audit companies and auditors look at from the records.

Used by service.py before a move, and by views.py to say what may come next.
"""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.access import queries as access
from app.access.lifecycle import Kind
from app.access.models import Person
from app.assessors import queries
from app.assessors.lifecycle import AuditorFacts, CompanyFacts
from app.assessors.models import AuditCompany, Auditor, Schooling
from app.kernel.dates import day_of
from app.scheme import queries as scheme


def company_facts(session: Session, company: AuditCompany, **given: Any) -> CompanyFacts:
    """What the records say of an audit company; `given` comes with the move itself."""
    return CompanyFacts(
        is_audit_company=access.kind_of(session, company.organisation_id) is Kind.AUDIT_COMPANY,
        standing=queries.company_stands(session, company.organisation_id),
        **given,
    )


def auditor_facts(session: Session, auditor: Auditor, now: datetime, **given: Any) -> AuditorFacts:
    """What the records say of an auditor; `given` comes with the move itself."""
    person = session.get_one(Person, auditor.person_id)
    kinds = {row.kind for row in queries.qualifications(session, auditor.id)}
    return AuditorFacts(
        today=day_of(now, scheme.policy_in_force(session, now).zone),
        of_audit_company=access.kind_of(session, person.organisation_id) is Kind.AUDIT_COMPANY,
        educated=Schooling.EDUCATION in kinds,
        experienced=Schooling.EXPERIENCE in kinds,
        standing=queries.auditor_stands(session, auditor.person_id),
        **given,
    )
