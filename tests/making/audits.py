"""Audits and findings in every state, made through the services by a cast of people."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any, Concatenate, ParamSpec, TypeVar

from app.access.lifecycle import Kind as OrganisationKind
from app.access.models import Organisation
from app.applications.lifecycle import State as ApplicationState
from app.audits import fieldwork, reporting, service
from app.audits.checklist import Draft
from app.audits.findings import service as findings
from app.audits.findings.grades import Grade
from app.audits.findings.lifecycle import Plan
from app.audits.findings.lifecycle import State as FindingState
from app.audits.findings.models import Finding
from app.audits.findings.service import Piece
from app.audits.kinds import (
    RECOMMENDATIONS,
    AbortReason,
    Acknowledgement,
    Kind,
    Readiness,
    Recommendation,
)
from app.audits.lifecycle import State
from app.audits.models import Audit
from app.audits.team import Member
from app.kernel.clock import MovableClock
from app.kernel.roles import SYSTEM, Role
from app.lifecycle.journal import Work, Workbench
from app.scheme.shipped import first_standard
from tests.making import access, applications, assessors
from tests.making.access import Someone

P = ParamSpec("P")
T = TypeVar("T")

SHA256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
PLAN = Plan("An old template.", "Amended.", "A yearly review.", "Head of operations", date.max)


@dataclass(frozen=True, slots=True)
class Cast:
    """Everyone whom an audit meets, and those who have no business with it."""

    case: str
    """An application that has contracted."""
    recruiter: Someone
    recruiter_staff: Someone
    programme_manager: Someone
    lead: Someone
    other_lead: Someone
    auditor: Someone
    expert: Someone
    reviewer: Someone
    second_reviewer: Someone
    decision_maker: Someone
    scheme_manager: Someone
    other_programme_manager: Someone
    other_company_lead: Someone
    other_reviewer: Someone
    other_recruiter: Someone
    employer: Someone
    observer: Someone

    @property
    def auditors(self) -> list[Someone]:
        """Everybody of the company who may sit in a team."""
        return [self.lead, self.other_lead, self.auditor, self.expert]

    @property
    def team(self) -> list[Member]:
        """The team that `Scene.audit` proposes."""
        return [
            Member(self.lead.person, Role.LEAD_AUDITOR),
            Member(self.auditor.person, Role.AUDITOR),
            Member(self.expert.person, Role.TECHNICAL_EXPERT),
        ]


def cast(workbench: Workbench) -> Cast:
    """A contracted recruiter, the people of its audit company, and outsiders."""
    with workbench.begin(SYSTEM) as work:
        people = applications.cast(work)
    case = applications.application(workbench, people, ApplicationState.CONTRACTED)
    with workbench.begin(SYSTEM) as work:
        company = work.session.get_one(Organisation, people.audit_company)
        other = access.organisation(work, OrganisationKind.AUDIT_COMPANY)
        made = Cast(
            case=case,
            recruiter=people.admin,
            recruiter_staff=people.staff,
            programme_manager=people.programme_manager,
            lead=access.person(work, company, Role.LEAD_AUDITOR),
            other_lead=access.person(work, company, Role.LEAD_AUDITOR),
            auditor=access.person(work, company, Role.AUDITOR),
            expert=access.person(work, company, Role.TECHNICAL_EXPERT),
            reviewer=access.person(work, company, Role.REVIEWER),
            second_reviewer=access.person(work, company, Role.REVIEWER),
            decision_maker=access.person(work, company, Role.DECISION_MAKER),
            scheme_manager=people.scheme_manager,
            other_programme_manager=access.person(work, other, Role.PROGRAMME_MANAGER),
            other_company_lead=access.person(work, other, Role.LEAD_AUDITOR),
            other_reviewer=access.person(work, other, Role.REVIEWER),
            other_recruiter=access.person(work, OrganisationKind.RECRUITER, Role.RECRUITER_ADMIN),
            employer=access.machine(work, OrganisationKind.EMPLOYER),
            observer=access.machine(work, OrganisationKind.GOVERNMENT_BODY),
        )
    assessors.ready(workbench, made.auditors)
    return made


@dataclass(frozen=True, slots=True)
class Scene:
    """A cast at work over a database, and the clock."""

    workbench: Workbench
    cast: Cast

    @property
    def clock(self) -> MovableClock:
        """The clock of the scene, to be moved."""
        assert isinstance(self.workbench.clock, MovableClock)
        return self.workbench.clock

    @property
    def today(self) -> date:
        """The day of the scene's clock, in UTC."""
        return self.clock.now().date()

    def wait(self, **by: int) -> None:
        """Let time pass."""
        self.clock.advance(timedelta(**by))

    def act(
        self,
        someone: Someone,
        effect: Callable[Concatenate[Work, P], T],
        *values: P.args,
        **named: P.kwargs,
    ) -> T:
        """What the effect does in a transaction of theirs."""
        with self.workbench.begin(someone.actor) as work:
            return effect(work, *values, **named)

    def prepare(self) -> None:
        """Let everybody whom the cast may propose be approved and declared today."""
        assessors.ready(self.workbench, self.cast.auditors)

    def audit(
        self, state: State = State.PLANNED, kind: Kind = Kind.SURVEILLANCE, **plan: Any
    ) -> str:
        """The id of an audit in that state; `plan` changes what was planned."""
        given: dict[str, Any] = {
            "application_id": self.cast.case,
            "kind": kind,
            "planned_from": self.today + timedelta(days=30),
            "planned_until": self.today + timedelta(days=34),
            "unannounced": False,
            **plan,
        }
        planned = self.act(self.cast.programme_manager, service.plan, **given)
        for step in PATHS[state]:
            step(self, planned.id)
        return planned.id

    def stage_1(self, readiness: Readiness = Readiness.READY) -> str:
        """The id of a stage 1 audit, closed with that readiness."""
        audit = self.audit(State.REVIEWED, Kind.STAGE_1)
        self.act(self.cast.reviewer, service.close_stage_1, audit, readiness)
        return audit

    def finding(
        self,
        state: FindingState = FindingState.ISSUED,
        *,
        audit: str | None = None,
        grade: Grade = Grade.MAJOR,
        criterion: str = "A.1",
    ) -> str:
        """The id of a finding in that state, of an audit in progress."""
        issued = self.act(
            self.cast.auditor,
            findings.issue,
            audit_id=audit or self.audit(State.IN_PROGRESS),
            criterion=criterion,
            element="monitoring",
            grade=grade,
            statement="Two of five agreements leave visa costs open.",
            evidence=[self.piece()],
        )
        for step in FINDING_PATHS[state]:
            step(self, issued.id)
        return issued.id

    def piece(self, *, days: int = 0, kind: str = "document") -> Piece:
        """Evidence that holds from a day so many days after today."""
        return Piece(kind, "Service agreement", SHA256, self.today + timedelta(days=days))

    def stored(self, audit: str) -> Audit:
        """The audit as the database has it."""
        with self.workbench.database.read() as session:
            return session.get_one(Audit, audit)

    def stored_finding(self, finding: str) -> Finding:
        """The finding as the database has it."""
        with self.workbench.database.read() as session:
            return session.get_one(Finding, finding)


def answers(**changes: str) -> list[Draft]:
    """Every indicator of the standard answered: `conforms`, but for the criteria in `changes`.

    A criterion is written with underscores: `A_1="does_not_conform"`.
    """
    other = {criterion.replace(".", "_").replace("-", "_"): criterion for criterion in _CRITERIA}
    results = {other[name]: result for name, result in changes.items()}
    return [
        Draft(one.criterion, one.element, "done", results.get(one.criterion, "conforms"))
        for one in first_standard().indicators()
    ]


_CRITERIA = tuple(first_standard().criteria)

Step = Callable[[Scene, str], object]


def _by(who: str, effect: Callable[..., object], *values: object, **named: object) -> Step:
    def step(scene: Scene, subject: str) -> object:
        return scene.act(getattr(scene.cast, who), effect, subject, *values, **named)

    return step


def _propose(scene: Scene, audit: str) -> object:
    scene.prepare()
    return scene.act(scene.cast.programme_manager, service.propose_team, audit, scene.cast.team)


def _submit(scene: Scene, audit: str) -> object:
    kind = Kind(scene.stored(audit).kind)
    recommended: Sequence[Recommendation] = RECOMMENDATIONS[kind]
    return scene.act(
        scene.cast.lead,
        reporting.submit_report,
        audit,
        summary="The recruiter bears all costs.",
        recommendation=recommended[0],
    )


CONFIRM = _by("lead", service.confirm)
OPEN = _by("lead", service.open_audit)
ABORT = _by("lead", service.abort, AbortReason.ACCESS_REFUSED)
ANSWER = _by("lead", fieldwork.answer_indicators, answers())
CLOSE_FIELDWORK = _by("lead", service.close_fieldwork, Acknowledgement.SIGNED)
RELEASE = _by("lead", reporting.release_draft)
RETURN = _by("reviewer", service.return_report, ["The sampling is not explained."])
PASS = _by("reviewer", service.pass_review)

_OPENED = (_propose, CONFIRM, OPEN)
_DRAFTED = (*_OPENED, ANSWER, CLOSE_FIELDWORK)
PATHS: Mapping[State, tuple[Step, ...]] = MappingProxyType(
    {
        State.PLANNED: (),
        State.TEAM_PROPOSED: (_propose,),
        State.OBJECTED: (_propose, _by("recruiter", service.object_to_team, "A former employee.")),
        State.CONFIRMED: (_propose, CONFIRM),
        State.IN_PROGRESS: _OPENED,
        State.ABORTED: (*_OPENED, ABORT),
        State.FIELDWORK_DONE: _DRAFTED,
        State.COMMENTING: (*_DRAFTED, RELEASE),
        State.REPORT_SUBMITTED: (*_DRAFTED, RELEASE, _submit),
        State.RETURNED: (*_DRAFTED, RELEASE, _submit, RETURN),
        State.REVIEWED: (*_DRAFTED, RELEASE, _submit, PASS),
        State.CLOSED: (*_DRAFTED, RELEASE, _submit, PASS, _by("decision_maker", service.close)),
        State.CANCELLED: (_by("programme_manager", service.cancel, "The contract ended."),),
    }
)


def _hand_in(scene: Scene, finding: str) -> object:
    return scene.act(scene.cast.recruiter_staff, findings.submit_evidence, finding, [scene.piece()])


RESPOND = _by("recruiter_staff", findings.respond, PLAN)
ACCEPT = _by("lead", findings.accept_plan)
VERIFY = _by("auditor", findings.verify, "Ten agreements of ten are complete.")

FINDING_PATHS: Mapping[FindingState, tuple[Step, ...]] = MappingProxyType(
    {
        FindingState.ISSUED: (),
        FindingState.DISPUTED: (_by("recruiter", findings.dispute, "Settled in March."),),
        FindingState.RESPONDED: (RESPOND,),
        FindingState.PLAN_ACCEPTED: (RESPOND, ACCEPT),
        FindingState.EVIDENCE_SUBMITTED: (RESPOND, ACCEPT, _hand_in),
        FindingState.CLOSED: (RESPOND, ACCEPT, _hand_in, VERIFY),
        FindingState.VOIDED: (_by("reviewer", findings.void, "The wrong company."),),
    }
)
