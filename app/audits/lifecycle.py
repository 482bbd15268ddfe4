"""The lifecycle of an audit: DOMAIN §6 as a table, with its guards. Pure.

What §6 asks for and nothing checks yet stands in `MISSING_GUARDS`.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from app.access.independence import Conflict, Involvement, bars, conflict_bars
from app.assessors.approval import CompanyApproval
from app.audits.kinds import Acknowledgement, Kind, Readiness
from app.audits.suitability import Needs, checks
from app.audits.team import Candidate, Member
from app.audits.timers import Moved, has_passed, objection_until, times
from app.kernel.dates import day_of
from app.kernel.roles import RECRUITER, Role
from app.lifecycle.machine import BORN, Machine, Rule
from app.scheme.policy import Policy
from app.scheme.standard import Indicator
from app.scheme.tolling import NO_STOPS, Stops

_NAMED = 5
"""How many of a long list a reason names."""


class State(StrEnum):
    """Where an audit is."""

    PLANNED = "planned"
    TEAM_PROPOSED = "team_proposed"
    OBJECTED = "objected"
    CONFIRMED = "confirmed"
    IN_PROGRESS = "in_progress"
    ABORTED = "aborted"
    FIELDWORK_DONE = "fieldwork_done"
    COMMENTING = "commenting"
    REPORT_SUBMITTED = "report_submitted"
    RETURNED = "returned"
    REVIEWED = "reviewed"
    CLOSED = "closed"
    CANCELLED = "cancelled"


NEVER_OPENED = frozenset(
    {State.PLANNED, State.TEAM_PROPOSED, State.OBJECTED, State.CONFIRMED, State.CANCELLED}
)
"""The states of an audit that has not begun: until it has, an unannounced one stays unseen."""

CHECKLIST_OPEN = frozenset({State.IN_PROGRESS, State.FIELDWORK_DONE})
"""While the team answers indicators and issues findings."""

RELEASED = frozenset(
    {State.COMMENTING, State.REPORT_SUBMITTED, State.RETURNED, State.REVIEWED, State.CLOSED}
)
"""From the draft report on: the recruiter may read the answers."""


FINISHES = frozenset({Kind.SURVEILLANCE, Kind.SPECIAL})
"""What a suspended audit company still carries out: it starts nothing new (§5a)."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A team put forward, and why an objection to the team before it is refused, if it is."""

    candidates: tuple[Candidate, ...]
    objection_refused: bool = False

    @property
    def members(self) -> frozenset[Member]:
        """Who would sit where."""
        return frozenset(Member(c.person, c.role) for c in self.candidates)


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the guards ask about: the records first, then what comes with the move itself.

    The inputs of a move are None while nobody has given them, as when its offer is worked out.
    """

    now: datetime
    policy: Policy
    kind: Kind
    case_state: str
    standard: str
    corridors: tuple[str, ...]
    """Of the case."""
    company: CompanyApproval | None
    """Where the audit company's approval stands; None: it never applied."""
    company_conflicts: tuple[Conflict, ...]
    """With the recruiter, of the whole audit company."""
    conflicts: tuple[Conflict, ...]
    """With the recruiter, of the person who acts."""
    unannounced: bool
    confirm_until: date | None
    """The last day to confirm it; None where no notice is due."""
    moves: tuple[Moved, ...]
    team: frozenset[Member]
    seated: tuple[Candidate, ...]
    """The team as the records know it now, while it waits to be confirmed."""
    planners: frozenset[str]
    stage_1: Readiness | None
    """With what the case's last closed stage 1 audit ended, if one is closed."""
    indicators: int
    unanswered: tuple[Indicator, ...]
    without_finding: tuple[str, ...]
    open_comments: int
    person: str | None
    roles: frozenset[Role]
    involvements: Collection[Involvement]

    proposal: Proposal | None = None
    acknowledgement: Acknowledgement | None = None
    readiness: Readiness | None = None
    stops: Stops = NO_STOPS
    """When its timers stand still."""
    decided: bool = False
    """Is the decision on this audit being made in the same transaction?"""

    @property
    def today(self) -> date:
        """The present day in the scheme's zone."""
        return day_of(self.now, self.policy.zone)

    @property
    def needs(self) -> Needs:
        """What this audit asks of each member of its team."""
        return Needs(self.kind, self.standard, self.corridors, self.today, self.policy)


def recruiter_contracted(facts: Facts) -> str | None:
    """Only a recruiter that has contracted is audited (§6)."""
    if facts.case_state == "contracted":
        return None
    return f"the application is {facts.case_state}; audits are planned once it is contracted"


def company_approved(facts: Facts) -> str | None:
    """The audit company's approval is active; a suspended one finishes surveillance (§5a, §6)."""
    approval = facts.company
    if approval is None:
        return "the audit company has no approval of the scheme"
    if approval.is_active or (approval.may_finish and facts.kind in FINISHES):
        return None
    if not approval.may_finish:
        return f"the audit company is {approval.state}, not approved"
    return (
        f"the audit company is {approval.state}: it finishes surveillance and starts nothing new,"
        f" such as a {facts.kind} audit"
    )


def company_unconflicted(facts: Facts) -> tuple[str, ...]:
    """A company that gave consultancy or training to the recruiter is blocked whole (S3)."""
    return conflict_bars(facts.company_conflicts, facts.today, facts.policy.conflict_months)


def members_suitable(facts: Facts) -> tuple[str, ...]:
    """Each member approved, competent, without conflict, their declaration current (§6)."""
    return _unsuitable(facts.proposal.candidates if facts.proposal else (), facts)


def team_still_suitable(facts: Facts) -> tuple[str, ...]:
    """What was so when the team was proposed is so when it is confirmed (SECURITY S2)."""
    return _unsuitable(facts.seated, facts)


def one_lead_auditor(facts: Facts) -> str | None:
    """A team has exactly one lead."""
    if facts.proposal is None:
        return "propose a team with one lead auditor"
    leads = sum(c.role is Role.LEAD_AUDITOR for c in facts.proposal.candidates)
    return None if leads == 1 else f"a team has exactly one lead auditor, not {leads}"


def people_of_the_company(facts: Facts) -> str | None:
    """The team is made of the audit company's own people."""
    strangers = _people(facts, lambda candidate: not candidate.of_the_company)
    return f"not of the audit company: {strangers}" if strangers else None


def people_hold_their_role(facts: Facts) -> str | None:
    """Whoever takes a seat holds the role for it; a lead auditor may sit as auditor (§3)."""
    unfit = _people(facts, lambda candidate: candidate.of_the_company and not candidate.fits)
    return f"they do not hold the role of their seat: {unfit}" if unfit else None


def not_its_planner_alone(facts: Facts) -> str | None:
    """A programme manager never audits alone what they planned (§3)."""
    if facts.proposal is None or not facts.proposal.candidates:
        return None
    if {candidate.person for candidate in facts.proposal.candidates} <= facts.planners:
        return "whoever planned an audit does not carry it out alone; add somebody to the team"
    return None


def objection_answered(facts: Facts) -> str | None:
    """After an objection: another team, or the objection refused with a reason (§6)."""
    if facts.proposal is None or facts.proposal.objection_refused:
        return None
    if facts.proposal.members == facts.team:
        return "propose another team, or refuse the objection with a reason"
    return None


def announced(facts: Facts) -> str | None:
    """Nobody objects to the team of an unannounced audit (§6)."""
    return (
        "the team of an unannounced audit is not open to objection" if facts.unannounced else None
    )


def inside_the_objection_time(facts: Facts) -> str | None:
    """5 working days after the team was proposed (§6)."""
    until = objection_until(facts.moves, facts.policy, facts.stops)
    if until is None or not has_passed(until, facts.now, facts.policy):
        return None
    return f"objections to this team were possible until {until}"


def announced_in_time(facts: Facts) -> str | None:
    """At least 14 days ahead; unannounced and special (short-notice) audits need no notice (§6)."""
    until = facts.confirm_until
    if until is None or not has_passed(until, facts.now, facts.policy):
        return None
    days = facts.policy.team_notice_days
    return (
        f"an audit is confirmed at least {days} days ahead: this one by {until},"
        f" and today is {day_of(facts.now, facts.policy.zone)}"
    )


def postponed_seldom(facts: Facts) -> str | None:
    """A third postponement counts as a refusal of the audit (§6)."""
    most = facts.policy.max_postponements
    if times(facts.moves, "postpone") < most:
        return None
    return (
        f"this audit was postponed {most} times; one more counts as a refusal of the audit:"
        " hold it or cancel it"
    )


def stage_1_allows_it(facts: Facts) -> str | None:
    """Stage 2 needs a stage 1 closed without a potential major (§6)."""
    if facts.kind is not Kind.STAGE_2:
        return None
    if facts.stage_1 is None:
        return "stage 2 opens after stage 1 is closed, and no stage 1 of this case is"
    if facts.stage_1 is Readiness.NOT_READY:
        return "stage 1 was closed as not ready: a new stage 1 must find the recruiter ready"
    return None


def findings_issued(facts: Facts) -> str | None:
    """A finding stands on every criterion that does not conform (§6)."""
    if not facts.without_finding:
        return None
    return (
        f"answered does_not_conform, but without a finding: {_some(facts.without_finding)};"
        " issue the findings or mend the answers"
    )


def findings_acknowledged(facts: Facts) -> str | None:
    """The recruiter signed the list of findings, or its refusal to is recorded (§6)."""
    if facts.acknowledgement is not None:
        return None
    return "record whether the recruiter signed the list of findings or refused to"


def every_indicator_answered(facts: Facts) -> str | None:
    """Done, with a result, for each indicator of the pinned standard (§6)."""
    if not facts.unanswered:
        return None
    names = [f"{indicator.criterion} {indicator.element}" for indicator in facts.unanswered]
    return f"{len(names)} of {facts.indicators} indicators are unanswered: {_some(names)}"


def every_comment_answered(facts: Facts) -> str | None:
    """Accepted, or refused with a reason (§6)."""
    if not facts.open_comments:
        return None
    plural = "s are" if facts.open_comments > 1 else " is"
    return (
        f"{facts.open_comments} comment{plural} unanswered: accept each, or refuse it with a reason"
    )


def independent(facts: Facts) -> str | None:
    """Nobody who touched the evidence of the case reviews or decides it (§3)."""
    return bars(facts.person, facts.involvements)


def unconflicted(facts: Facts) -> str | None:
    """Nobody reviews or decides with a conflict, open or of the last 24 months (§3)."""
    found = conflict_bars(facts.conflicts, facts.today, facts.policy.conflict_months)
    return "; ".join(found) or None


def closes_as_its_kind_does(facts: Facts) -> str | None:
    """Stage 1 closes with its readiness, by the reviewer; all else with the decision on it (§6)."""
    if facts.kind is not Kind.STAGE_1:
        return (
            None if facts.decided else f"a {facts.kind} audit closes with the decision made on it"
        )
    if Role.REVIEWER not in facts.roles:
        return "a stage_1 audit is closed by the reviewer; no decision is made on it"
    if facts.readiness is None:
        return "say how ready the recruiter is: ready, ready_with_concerns or not_ready"
    return None


def _people(facts: Facts, which: Callable[[Candidate], bool]) -> str:
    candidates = facts.proposal.candidates if facts.proposal else ()
    return ", ".join(candidate.person for candidate in candidates if which(candidate))


_BY_TEAM_GUARDS = frozenset({"of_the_company", "role"})


def _unsuitable(candidates: Collection[Candidate], facts: Facts) -> tuple[str, ...]:
    return tuple(
        f"{candidate.person}: {reason}"
        for candidate in candidates
        for check in checks(candidate, facts.needs)
        if check.name not in _BY_TEAM_GUARDS
        for reason in check.reasons
    )


def _some(names: Collection[str]) -> str:
    shown = list(names)[:_NAMED]
    more = len(names) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more else "")


_MANAGER = frozenset({Role.PROGRAMME_MANAGER})
_LEAD = frozenset({Role.LEAD_AUDITOR})
_REVIEWER = frozenset({Role.REVIEWER})
_COMPANY = (company_approved, company_unconflicted)
OF_A_TEAM = (*_COMPANY, one_lead_auditor, not_its_planner_alone)
"""What is asked of a team as a whole, beside the checks of each member."""
_TEAM = (*OF_A_TEAM, people_of_the_company, people_hold_their_role, members_suitable)
_INDEPENDENT = (independent, unconflicted)


def _from(*states: State) -> frozenset[str]:
    return frozenset(states)


AUDIT: Machine[Facts] = Machine(
    "audit",
    State,
    [
        Rule(
            "plan",
            frozenset({BORN}),
            State.PLANNED,
            _MANAGER,
            guards=(recruiter_contracted, *_COMPANY),
        ),
        Rule("propose_team", _from(State.PLANNED), State.TEAM_PROPOSED, _MANAGER, guards=_TEAM),
        Rule(
            "object",
            _from(State.TEAM_PROPOSED),
            State.OBJECTED,
            RECRUITER,
            guards=(announced, inside_the_objection_time),
        ),
        Rule(
            "propose_team",
            _from(State.OBJECTED),
            State.TEAM_PROPOSED,
            _MANAGER,
            guards=(*_TEAM, objection_answered),
        ),
        Rule(
            "confirm",
            _from(State.TEAM_PROPOSED),
            State.CONFIRMED,
            _LEAD,
            guards=(announced_in_time, team_still_suitable),
        ),
        Rule(
            "postpone",
            _from(State.CONFIRMED),
            State.CONFIRMED,
            _MANAGER,
            guards=(postponed_seldom,),
        ),
        Rule("open", _from(State.CONFIRMED), State.IN_PROGRESS, _LEAD, guards=(stage_1_allows_it,)),
        Rule("abort", _from(State.IN_PROGRESS), State.ABORTED, _LEAD),
        Rule(
            "close_fieldwork",
            _from(State.IN_PROGRESS),
            State.FIELDWORK_DONE,
            _LEAD,
            guards=(findings_issued, findings_acknowledged),
        ),
        Rule(
            "release_draft",
            _from(State.FIELDWORK_DONE),
            State.COMMENTING,
            _LEAD,
            guards=(every_indicator_answered, findings_issued),
        ),
        Rule(
            "submit_report",
            _from(State.COMMENTING),
            State.REPORT_SUBMITTED,
            _LEAD,
            guards=(every_indicator_answered, every_comment_answered),
        ),
        Rule(
            "return",
            _from(State.REPORT_SUBMITTED),
            State.RETURNED,
            _REVIEWER,
            bars=_INDEPENDENT,
        ),
        Rule(
            "submit_report",
            _from(State.RETURNED),
            State.REPORT_SUBMITTED,
            _LEAD,
            guards=(every_indicator_answered, every_comment_answered),
        ),
        Rule(
            "pass_review",
            _from(State.REPORT_SUBMITTED),
            State.REVIEWED,
            _REVIEWER,
            bars=_INDEPENDENT,
        ),
        Rule(
            "close",
            _from(State.REVIEWED),
            State.CLOSED,
            _REVIEWER | {Role.DECISION_MAKER},
            bars=_INDEPENDENT,
            guards=(closes_as_its_kind_does,),
        ),
        Rule(
            "cancel",
            _from(State.PLANNED, State.TEAM_PROPOSED, State.CONFIRMED),
            State.CANCELLED,
            _MANAGER,
        ),
    ],
)

MISSING_GUARDS: tuple[tuple[str, str], ...] = (
    ("plan", "the due date follows from the cycle calendar"),
    (
        "confirm",
        "the plan covers every criterion; sampled sites and audit days reach their minimum",
    ),
    ("postpone", "the new date lies inside the obligation window, or its timer is tolled"),
    ("close_fieldwork", "the minimum of interviews is reached"),
)
"""(action, what DOMAIN §3 and §6 ask for and is not checked yet)."""
