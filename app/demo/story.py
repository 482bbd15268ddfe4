"""What happens to a recruiter, step by step, through the API: from draft to certificate and after.

Each step is one short function; `life` strings them together for one company of the demonstration,
and the chain (chain.py) plays them one by one.
"""

import hashlib
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from app.demo import fees
from app.demo.case import Case
from app.demo.companies import Fate
from app.demo.theatre import Story
from app.kernel.roles import Role
from app.scheme.shipped import first_policy, first_standard

_LICENCE = """%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 100]/Contents 4 0 R\
/Resources<</Font<</F 5 0 R>>>>>>endobj
4 0 obj<</Length 67>>stream
BT /F 14 Tf 20 45 Td (Licence {number:>30}) Tj ET
endstream endobj
5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj
trailer<</Root 1 0 R>>
%%EOF
"""
"""A page that says of which licence it is a copy."""


def _days(count: float) -> timedelta:
    return timedelta(days=count)


def listed(case: Case) -> str:
    """The recruiter enters itself; the id of its record."""
    entered = case.recruiter.post(
        "/v1/recruiters",
        {
            "organisation_id": case.recruiter.organisation,
            "name": case.company.name,
            "country": case.company.country,
        },
    )
    return str(entered["id"])


def draft(case: Case, *, complete: bool = True) -> None:
    """The recruiter begins an application."""
    case.recruiter_id = listed(case)
    company, today = case.company, case.today
    content: dict[str, Any] = {
        "recruiter_id": case.recruiter_id,
        "corridors": list(company.corridors),
        "sectors": list(company.sectors),
        "workers_per_year": company.workers,
    }
    if complete:
        content |= {
            "sites": [{"name": "Head office", "country": company.country, "city": company.city}],
            "licences": [
                {
                    "country": company.country,
                    "number": f"{company.country}-{company.workers:05}",
                    "valid_from": str(today - _days(400)),
                    "valid_until": str(today + _days(2000)),
                }
            ],
            "capacity_building_completed_on": str(today - _days(60)),
            "capacity_building_provider": "Fair Recruitment Academy",
            "self_assessment": {
                "completed_on": str(today - _days(30)),
                "answers": [
                    {
                        "criterion": indicator.criterion,
                        "element": indicator.element,
                        "maturity": 1 + (place + company.workers) % 4,
                    }
                    for place, indicator in enumerate(first_standard().indicators())
                ],
            },
        }
    case.application = case.recruiter.post("/v1/applications", content)["id"]


def give_licence(case: Case) -> None:
    """The recruiter gives a copy of its licence, which shows how it answered one criterion."""
    number = f"{case.company.country}-{case.company.workers:05}"
    copy = _LICENCE.format(number=number).encode("ascii")
    document = case.recruiter.give(
        f"{case.path}/documents?kind=licence&name=licence-{number}.pdf"
        f"&effective_until={case.today + _days(2000)}",
        copy,
        "application/pdf",
    )
    indicator = first_standard().indicators()[0]
    case.recruiter.patch(
        f"{case.path}/self-assessment",
        {
            "completed_on": str(case.today),
            "answers": [
                {
                    "criterion": indicator.criterion,
                    "element": indicator.element,
                    "maturity": 3,
                    "evidence": [document["id"]],
                }
            ],
        },
    )


def pay_in_part(case: Case) -> None:
    """A first part of the fee arrives."""
    case.cast.one(Role.SCHEME_MANAGER).post(
        f"{case.path}/payments",
        {
            "reference": f"FT-{case.today:%y%m%d}-{case.application[-12:]}",
            "amount": {"amount": "400.00", "currency": "USD"},
            "received_on": str(case.today),
        },
    )


def submit(case: Case) -> None:
    """The recruiter hands it in; the fee is invoiced."""
    case.recruiter.post(f"{case.path}/submit")


def clear_payment(case: Case) -> None:
    """The scheme manager finds the fee on the account; the review starts."""
    fee = first_policy().application_fee
    case.cast.one(Role.SCHEME_MANAGER).post(
        f"{case.path}/clear_payment",
        {
            "reference": f"FT-{case.today:%y%m%d}-{case.application[-12:]}",
            "amount": {"amount": fee.amount, "currency": fee.currency},
            "received_on": str(case.today),
        },
    )


def accept(case: Case) -> None:
    """A reviewer accepts; the recruiter number is issued."""
    case.cast.one(Role.APPLICATION_REVIEWER, case.turn % 2).post(f"{case.path}/accept")


def reject(case: Case) -> None:
    """Two reviewers reject."""
    for which in (0, 1):
        case.cast.one(Role.APPLICATION_REVIEWER, which).post(
            f"{case.path}/reject", {"reasons": ["not_eligible"]}
        )


def defer(case: Case) -> None:
    """A reviewer asks for what is missing."""
    case.cast.one(Role.APPLICATION_REVIEWER).post(
        f"{case.path}/defer",
        {"items": [{"request": "The licence number does not match the register: send a copy."}]},
    )


def contract(case: Case) -> None:
    """Both sides sign: the recruiter, and the audit company that it chose."""
    agreed = {"audit_company": case.auditors.id}
    case.recruiter.post(f"{case.path}/contract", agreed)
    case.one(Role.PROGRAMME_MANAGER).post(f"{case.path}/contract", agreed)


def plan(case: Case, kind: str, *, ahead: int = 21, lasts: int = 2) -> str:
    """The programme manager plans an audit and puts a team forward; the lead confirms it."""
    manager, lead = case.one(Role.PROGRAMME_MANAGER), case.one(Role.LEAD_AUDITOR)
    audit = manager.post(
        "/v1/audits",
        {
            "application_id": case.application,
            "kind": kind,
            "planned_from": str(case.today + _days(ahead)),
            "planned_until": str(case.today + _days(ahead + lasts)),
        },
    )["id"]
    team = [(lead, "lead_auditor"), (case.one(Role.AUDITOR), "auditor")]
    manager.post(
        f"/v1/audits/{audit}/propose_team",
        {"members": [{"person_id": member.person, "role": role} for member, role in team]},
    )
    lead.post(f"/v1/audits/{audit}/confirm")
    case.audits[kind] = audit
    return str(audit)


def assess(case: Case, audit: str, *, failing: str | None = None) -> None:
    """The lead auditor opens the audit and answers every indicator in one call."""
    lead = case.one(Role.LEAD_AUDITOR)
    lead.post(f"/v1/audits/{audit}/open")
    lead.put(
        f"/v1/audits/{audit}/answers",
        {
            "answers": [
                {
                    "criterion": indicator.criterion,
                    "element": indicator.element,
                    "work_status": "done",
                    "result": "does_not_conform"
                    if (indicator.criterion, indicator.element) == (failing, "monitoring")
                    else "conforms",
                }
                for indicator in first_standard().indicators()
            ]
        },
    )


def find(case: Case, audit: str, criterion: str, grade: str, statement: str) -> str:
    """The auditor raises a finding; its id."""
    return str(
        case.one(Role.AUDITOR).post(
            "/v1/findings",
            {
                "audit_id": audit,
                "criterion": criterion,
                "element": "monitoring",
                "grade": grade,
                "statement": statement,
                "evidence": [_piece(case, "Minutes of the compliance meeting", case.today)],
            },
        )["id"]
    )


def report(case: Case, audit: str, recommendation: str) -> None:
    """Fieldwork ends, the draft is released, the report is handed in."""
    lead = case.one(Role.LEAD_AUDITOR)
    lead.post(f"/v1/audits/{audit}/close_fieldwork", {"acknowledgement": "signed"})
    lead.post(f"/v1/audits/{audit}/release_draft")
    lead.post(
        f"/v1/audits/{audit}/submit_report",
        {
            "summary": "Files, staff, employers and workers agree: the employer pays.",
            "recommendation": recommendation,
        },
    )


def review(case: Case, audit: str) -> None:
    """A reviewer who took no part passes the report."""
    case.one(Role.REVIEWER).post(f"/v1/audits/{audit}/pass_review")


def close_stage_1(case: Case, audit: str) -> None:
    """The reviewer closes stage 1 with its readiness outcome."""
    case.one(Role.REVIEWER).post(f"/v1/audits/{audit}/close", {"readiness": "ready"})


def respond(case: Case, finding: str) -> None:
    """The recruiter says why, and what it does about it."""
    case.recruiter.post(
        f"/v1/findings/{finding}/respond",
        {
            "root_cause": "Nobody was named to check what sub-agents ask for.",
            "correction": "The sub-agent's contract was ended.",
            "corrective_action": "Every worker is called before departure and asked.",
            "owner": "Head of compliance",
            "due_on": str(case.today + _days(20)),
        },
    )
    case.one(Role.LEAD_AUDITOR).post(f"/v1/findings/{finding}/accept_plan")


def mend(case: Case, finding: str) -> None:
    """The recruiter shows that it is done; the auditor verifies that it works."""
    case.recruiter.post(
        f"/v1/findings/{finding}/submit_evidence",
        {"evidence": [_piece(case, "Call records", case.today)]},
    )
    case.one(Role.AUDITOR).post(
        f"/v1/findings/{finding}/verify",
        {"effectiveness": "Twelve records checked; three workers called again."},
    )


def grant(case: Case) -> None:
    """An independent decision maker issues the certificate."""
    decided = case.one(Role.DECISION_MAKER).post(
        f"/v1/audits/{case.audits['stage_2']}/decisions", grant_terms(case)
    )
    case.number = decided["certificate_number"]


def grant_terms(case: Case) -> dict[str, Any]:
    """What the decision says."""
    return {
        "type": "grant",
        "recommendation": "The report supports a certificate.",
        "reason_codes": ["standard_met"],
        "effective_on": str(case.today),
    }


def decide(case: Case, kind: str, reason: str, **terms: Any) -> None:
    """A decision on the certificate as it is read."""
    decider, certificate = case.one(Role.DECISION_MAKER), f"/v1/certificates/{case.number}"
    decider.post(
        f"{certificate}/decisions",
        {"type": kind, "reason_code": reason, **terms},
        version=decider.get(certificate)["version"],
    )


def suspend(case: Case, reason: str = "nonconformities_unresolved") -> None:
    """The certificate is suspended, with what has to be done by when."""
    decide(
        case,
        "suspend",
        reason,
        remedies=["Close every open nonconformity with evidence of its effect."],
        contact="Programme office",
    )


def restore(case: Case) -> None:
    """The one reason is lifted, and with it the suspension."""
    decide(case, "restore", "remedied")


def certified(case: Case) -> Iterator[timedelta]:
    """From the first draft to the certificate, at the pace of a real case."""
    draft(case)
    yield _days(3)
    submit(case)
    yield _days(5)
    clear_payment(case)
    yield _days(9)
    accept(case)
    yield _days(12)
    contract(case)
    yield _days(4)
    yield from _stage_1(case)
    audit = plan(case, "stage_2", lasts=4)
    yield _days(21)
    assess(case, audit, failing="L-B.2")
    fees.interview(case, audit)
    finding = find(
        case, audit, "L-B.2", "major", "Two sub-agents were engaged without due diligence."
    )
    yield _days(4)
    report(case, audit, "grant")
    yield _days(6)
    respond(case, finding)
    review(case, audit)
    if case.company.fate is Fate.OPEN_MAJOR:
        return
    yield _days(20)
    mend(case, finding)
    yield _days(3)
    fees.check(case)
    grant(case)


def life(case: Case) -> Story:
    """A company's story up to its fate."""
    match case.company.fate:
        case Fate.DRAFT | Fate.DROPPED:
            draft(case, complete=False)
        case Fate.SUBMITTED:
            draft(case)
            give_licence(case)
            submit(case)
            yield _days(5)
            pay_in_part(case)
        case Fate.TAKEN_BACK:
            draft(case)
            yield _days(4)
            case.recruiter.post(f"{case.path}/withdraw")
        case (
            Fate.IN_REVIEW
            | Fate.DEFERRED
            | Fate.LAPSED
            | Fate.REJECTED
            | Fate.ACCEPTED
            | Fate.CONTRACTED
        ):
            yield from _reviewed(case)
        case Fate.STAGE_1:
            yield from _reviewed(case)
            plan(case, "stage_1")
        case Fate.FIELDWORK:
            yield from _reviewed(case)
            yield from _stage_1(case)
            audit = plan(case, "stage_2", lasts=4)
            yield _days(21)
            assess(case, audit)
            yield from fees.repaid(case)
        case fate:
            yield from certified(case)
            yield from _after(case, fate)


def _reviewed(case: Case) -> Iterator[timedelta]:
    fate = case.company.fate
    draft(case)
    if fate is Fate.IN_REVIEW:
        give_licence(case)
    yield _days(2)
    submit(case)
    yield _days(1)
    clear_payment(case)
    yield _days(4)
    if fate in (Fate.DEFERRED, Fate.LAPSED):
        defer(case)
    elif fate is Fate.REJECTED:
        reject(case)
    elif fate is not Fate.IN_REVIEW:
        accept(case)
        if fate is not Fate.ACCEPTED:
            yield _days(6)
            contract(case)


def _stage_1(case: Case) -> Iterator[timedelta]:
    audit = plan(case, "stage_1", lasts=0)
    yield _days(21)
    assess(case, audit)
    yield _days(2)
    report(case, audit, "ready")
    yield _days(5)
    review(case, audit)
    close_stage_1(case, audit)
    yield _days(10)


def _after(case: Case, fate: Fate) -> Iterator[timedelta]:
    if fate in (Fate.SUSPENDED, Fate.WITHDRAWN):
        yield _days(40)
        suspend(case)
    if fate is Fate.WITHDRAWN:
        yield _days(30)
        decide(case, "withdraw", "worse_facts")
    if fate is Fate.TERMINATED:
        yield _days(60)
        decide(case, "terminate", "holder_ceased")


def _piece(case: Case, title: str, on: date) -> dict[str, str]:
    content = f"{title} {case.application}".encode()
    return {
        "kind": "document",
        "title": title,
        "sha256": hashlib.sha256(content).hexdigest(),
        "effective_on": str(on),
    }
