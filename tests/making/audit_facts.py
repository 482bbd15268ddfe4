"""Facts under which every move of an audit, or of a finding, is allowed."""

from datetime import UTC, date, datetime
from typing import Any

from app.access.independence import Involvement, Way
from app.assessors.approval import Approval, CompanyApproval, Term
from app.assessors.lifecycle import AuditorState, CompanyState
from app.audits import lifecycle
from app.audits.findings import lifecycle as findings
from app.audits.findings.grades import Grade
from app.audits.kinds import Acknowledgement, Kind, Readiness
from app.audits.lifecycle import Proposal
from app.audits.team import Candidate, Member
from app.audits.timers import Moved
from app.kernel.roles import Role
from app.scheme.shipped import first_policy
from tests.making.assessors import COMPETENCE

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
"""A Tuesday."""


def candidate(person: str, role: Role, **changes: Any) -> Candidate:
    """Somebody of the company against whom nothing stands."""
    given: dict[str, Any] = {
        "of_the_company": True,
        "holds": frozenset({role}),
        "approval": Approval(
            "auditor", person, AuditorState.APPROVED, COMPETENCE, Term(date(2028, 3, 9), ())
        ),
        "declared_on": date(2026, 1, 10),
        **changes,
    }
    return Candidate(person, role, **given)


LEAD = candidate("lead", Role.LEAD_AUDITOR)
AUDITOR = candidate("auditor", Role.AUDITOR)
TOUCHED = (Involvement("lead", frozenset({Way.TEAM})),)


def of_audit(**changes: Any) -> lifecycle.Facts:
    """Nothing stands against any move; the person who acts is independent."""
    given: dict[str, Any] = {
        "now": NOW,
        "policy": first_policy(),
        "kind": Kind.STAGE_2,
        "case_state": "contracted",
        "standard": "iris-1.2",
        "corridors": ("NP-MY", "NP-QA"),
        "company": CompanyApproval(CompanyState.APPROVED),
        "company_conflicts": (),
        "conflicts": (),
        "unannounced": False,
        "confirm_until": date(2026, 3, 20),
        "moves": (Moved("propose_team", NOW),),
        "team": frozenset({Member("former lead", Role.LEAD_AUDITOR)}),
        "seated": (LEAD, AUDITOR),
        "planners": frozenset({"planner"}),
        "stage_1": Readiness.READY,
        "indicators": 120,
        "unanswered": (),
        "without_finding": (),
        "open_comments": 0,
        "person": "reviewer",
        "roles": frozenset(Role),
        "involvements": TOUCHED,
        "proposal": Proposal((LEAD, AUDITOR)),
        "acknowledgement": Acknowledgement.SIGNED,
        "decided": True,
    }
    return lifecycle.Facts(**{**given, **changes})


PLAN = findings.Plan("cause", "correction", "action", "owner", date(2026, 5, 1))


def of_finding(**changes: Any) -> findings.Facts:
    """Nothing stands against any move; the person who acts is independent."""
    given: dict[str, Any] = {
        "now": NOW,
        "policy": first_policy(),
        "audit_state": "in_progress",
        "grade": Grade.MINOR,
        "criterion_is_critical": False,
        "moves": (Moved("issue", NOW),),
        "minors_on_criterion": 3,
        "later_audit": False,
        "person": "reviewer",
        "roles": frozenset(Role),
        "involvements": TOUCHED,
        "conflicts": (),
        "evidence": (date(2026, 3, 10),),
        "plan": PLAN,
        "new_grade": Grade.MAJOR,
        "effectiveness": "ten of ten agreements are complete",
    }
    return findings.Facts(**{**given, **changes})
