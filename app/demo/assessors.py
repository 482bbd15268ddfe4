"""How the demonstration's audit companies and auditors are approved, declare and go on.

Through the API alone. What a case needs of them comes first (`approve`); every other state of their
machines, and one conflict discovered late, come at the end of the story (`life`).
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from app.assessors.competence import languages_of
from app.demo.cast import AuditCompany, Cast
from app.demo.companies import COMPANIES
from app.demo.stage import Caller
from app.demo.theatre import Story
from app.kernel.roles import Role
from app.scheme.audit_kinds import AuditKind
from app.scheme.shipped import first_standard

_OTHER_COMPANIES = (
    ("Level Ground Audit", "IN", ()),
    ("Far Shore Assurance", "GB", ("refuse",)),
    ("Open Ledger Verification", "ZA", ("approve", "suspend")),
    ("Half Moon Inspection", "PH", ("approve", "withdraw")),
)
"""Companies without a case, and what becomes of each; the first one has just applied."""

_REASONS = {
    "approve": "requirements_met",
    "refuse": "impartiality_not_shown",
    "warn": "reports_late",
    "suspend": "audits_deficient",
    "withdraw": "false_information",
}
_SIGNERS = {
    "approve": (Role.SCHEME_MANAGER, 2),
    "refuse": (Role.SCHEME_MANAGER, 1),
    "warn": (Role.INTEGRITY_OFFICER, 1),
    "suspend": (Role.INTEGRITY_OFFICER, 1),
    "withdraw": (Role.INTEGRITY_OFFICER, 2),
}
_HOURS_EACH = 64


def approve(cast: Cast) -> None:
    """Both audit companies are approved, and everybody who audits for them."""
    for company in cast.audit_companies:
        company.approval = _apply(company.one(Role.PROGRAMME_MANAGER))
        _move(cast, company.approval, "approve")
        for auditor in _auditors(company):
            company.auditors[str(auditor.person)] = _approved(cast, auditor)
    declare(cast)


def declare(cast: Cast) -> None:
    """Everybody who audits says that there is nothing to declare, for a year."""
    for company in cast.audit_companies:
        for auditor in _auditors(company):
            auditor.post("/v1/declarations", {"conflicts": []})


def life(cast: Cast) -> Story:
    """From the first approvals to yesterday: hours, declarations, then all that may happen else.

    Starts when the first case does; the days are those of `data.py`.
    """
    yield timedelta(days=870)
    declare(cast)
    for company in cast.audit_companies:
        for auditor in company.auditors.values():
            cast.one(Role.SCHEME_MANAGER).post(
                f"/v1/auditors/{auditor}/audits",
                {"audits": [_elsewhere(cast, place) for place in (0, 1)]},
            )
    yield timedelta(days=320)
    declare(cast)
    yield timedelta(days=200)
    _other_companies(cast)
    _other_auditors(cast)
    _move(cast, cast.audit_companies[1].approval, "warn")


def discover(cast: Cast, recruiter: Caller, reviewer: Caller, lead: Caller) -> None:
    """A conflict of a reviewer is discovered late, and the decision flagged; a lead's has ended."""
    officer = cast.one(Role.INTEGRITY_OFFICER)
    officer.post(
        "/v1/conflicts",
        {
            "person_id": reviewer.person,
            "organisation_id": recruiter.organisation,
            "tie": "consultancy",
            "since": str(cast.stage.now.date() - timedelta(days=900)),
            "source": "discovered",
        },
    )
    ended = str(cast.stage.now.date() - timedelta(days=1200))
    declared = lead.post(
        "/v1/declarations",
        {
            "conflicts": [
                {
                    "organisation_id": recruiter.organisation,
                    "tie": "employment",
                    "since": str(cast.stage.now.date() - timedelta(days=2000)),
                    "until": ended,
                }
            ]
        },
    )
    officer.post(f"/v1/conflicts/{declared['conflicts'][0]}/end", {"until": ended})


def _other_companies(cast: Cast) -> None:
    for name, country, fate in _OTHER_COMPANIES:
        company = _apply(cast.programme_manager(name, country))
        for action in fate:
            _move(cast, company, action)


def _other_auditors(cast: Cast) -> None:
    """One auditor more in every state before and after the approval."""
    first, second = cast.audit_companies
    integrity = cast.one(Role.INTEGRITY_OFFICER)
    for person, steps in (
        (first.one(Role.REVIEWER, 1), 0),
        (first.one(Role.DECISION_MAKER, 1), 1),
        (second.one(Role.REVIEWER, 1), 2),
        (second.one(Role.DECISION_MAKER, 1), 3),
    ):
        _approved(cast, person, steps)
    suspended = _approved(cast, first.one(Role.TECHNICAL_EXPERT))
    integrity.post(f"/v1/auditors/{suspended}/suspend", {"reason_code": "under_investigation"})
    left = _approved(cast, second.one(Role.TECHNICAL_EXPERT))
    integrity.post(f"/v1/auditors/{left}/withdraw", {"reason_code": "own_request"})


def _auditors(company: AuditCompany) -> Sequence[Caller]:
    return (*company.people[Role.LEAD_AUDITOR], *company.people[Role.AUDITOR])


def _apply(manager: Caller) -> str:
    return str(manager.post("/v1/audit-companies")["id"])


def _move(cast: Cast, company: str, action: str) -> None:
    role, signers = _SIGNERS[action]
    for which in range(signers):
        cast.one(role, which).post(
            f"/v1/audit-companies/{company}/{action}", {"reason_code": _REASONS[action]}
        )


def _approved(cast: Cast, person: Caller, steps: int = 4) -> str:
    """A person put forward as an auditor, so many steps on; four are the approval."""
    manager, today = cast.one(Role.SCHEME_MANAGER), cast.stage.now.date()
    auditor = manager.post(
        "/v1/auditors",
        {
            "person_id": person.person,
            "qualifications": [
                {
                    "kind": "education",
                    "title": "LL.M. in labour law",
                    "from_on": "2008-09-01",
                    "until_on": "2010-06-30",
                },
                {"kind": "experience", "title": "Labour inspection", "from_on": "2011-01-10"},
            ],
        },
    )["id"]
    corridors = sorted({corridor for company in COMPANIES for corridor in company.corridors})
    path: tuple[tuple[str, dict[str, Any]], ...] = (
        ("train", {"on": str(today), "title": "Scheme auditor course, 5 days"}),
        ("examine", {"on": str(today), "title": "Written and oral examination"}),
        ("witness", _elsewhere(cast, 0)),
        (
            "approve",
            {
                "kinds": [kind.value for kind in AuditKind],
                "standards": [first_standard().code],
                "corridors": corridors,
                "languages": sorted(set().union(*map(languages_of, corridors))),
            },
        ),
    )
    for action, body in path[:steps]:
        manager.post(f"/v1/auditors/{auditor}/{action}", body)
    return str(auditor)


def _elsewhere(cast: Cast, place: int) -> dict[str, Any]:
    """An audit for another scheme that an integrity officer watched."""
    return {
        "reference": f"Social audit {place + 1} for another scheme",
        "seat": "auditor",
        "ended_on": str(cast.stage.now.date() - timedelta(days=10 * place)),
        "hours": _HOURS_EACH,
        "witnessed_by": cast.one(Role.INTEGRITY_OFFICER).person,
    }
