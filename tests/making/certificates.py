"""Certificates in every state, made through the service by a cast of people."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from app.access.models import Organisation
from app.audits.kinds import Kind
from app.audits.lifecycle import State as AuditState
from app.certificates import flags, queries, service, standing
from app.certificates.decisions import DecisionType
from app.certificates.facts import Proposal
from app.certificates.lifecycle import State
from app.certificates.models import Certificate, Decision
from app.certificates.reasons import Reason
from app.certificates.status import Status, status_at
from app.kernel.clock import MovableClock
from app.kernel.roles import SYSTEM, Role
from app.lifecycle.approvals import Approval
from app.lifecycle.journal import Workbench
from app.platform.database import Database
from app.registry import projection
from tests.making import access, audits, charges
from tests.making.access import Someone
from tests.making.audits import Scene

CONTENT = "The report supports it."


@dataclass(frozen=True, slots=True)
class Deciders:
    """Who decides, beside the people of the audit."""

    decider: Someone
    second_decider: Someone
    other_decider: Someone
    integrity: Someone
    panel: Someone


@dataclass(frozen=True, slots=True)
class World:
    """A case whose stage 2 audit is reviewed, everybody in it, and the clock."""

    scene: Scene
    people: Deciders
    audit: str

    @property
    def clock(self) -> MovableClock:
        """The clock, to be moved."""
        return self.scene.clock

    @property
    def today(self) -> date:
        """The day of the clock, in UTC."""
        return self.scene.today

    def wait(self, **by: int) -> None:
        """Let time pass."""
        self.clock.advance(timedelta(**by))

    def grant(self, someone: Someone | None = None, audit: str | None = None, **said: Any) -> str:
        """Grant on the reviewed audit; the certificate's number."""
        decision = self.scene.act(
            someone or self.people.decider, service.grant, audit or self.audit, proposal(**said)
        )
        return self.number_of(decision)

    def number_of(self, decision: Decision) -> str:
        """The number of the certificate that a decision is about."""
        with self.scene.workbench.database.read() as session:
            return session.get_one(Certificate, decision.certificate_id).number

    def decide(
        self,
        number: str,
        decided: str,
        reason: Reason,
        someone: Someone | None = None,
        *,
        audit_id: str | None = None,
        expected_version: int | None = None,
        **said: Any,
    ) -> Decision | Approval:
        """One decision on a certificate, by the usual decider unless told otherwise."""
        return self.scene.act(
            someone or self.people.second_decider,
            service.decide,
            number,
            DecisionType(decided),
            proposal(reasons=(reason,), **said),
            audit_id=audit_id,
            expected_version=expected_version,
        )

    def suspend(self, number: str, reason: Reason = Reason.OBLIGATIONS_UNMET, **said: Any) -> str:
        """Suspend; the id of the new reason."""
        self.decide(number, "suspend", reason, **remedied(**said))
        return self.open_reasons(number)[-1]

    def certificate(self, state: State = State.ACTIVE) -> str:
        """The number of a certificate in that state."""
        number = self.grant()
        if state is State.SUSPENDED:
            self.suspend(number)
        elif state is State.WITHDRAWN:
            self.decide(number, "withdraw", Reason.FRAUD)
        elif state is State.TERMINATED:
            self.decide(number, "terminate", Reason.HOLDER_CEASED)
        elif state is State.ANNULLED:
            for someone in (self.people.second_decider, self.people.integrity):
                self.decide(number, "annul", Reason.ISSUED_IN_ERROR, someone, void_from=self.today)
        return number

    def stored(self, number: str) -> Certificate:
        """The certificate as the database has it."""
        with self.scene.workbench.database.read() as session:
            return queries.by_number(session, number)

    def status(self, number: str, corridor: str | None = None) -> Status:
        """What is true of it now."""
        with self.scene.workbench.database.read() as session:
            timeline = queries.timeline(session, queries.by_number(session, number).id)
        return status_at(timeline, self.clock.now(), corridor)

    def open_reasons(self, number: str) -> list[str]:
        """The ids of the reasons that hold it suspended, oldest first."""
        with self.scene.workbench.database.read() as session:
            found = queries.by_number(session, number)
            return [reason.id for reason in queries.open_reasons(session, found.id)]

    def reviewed(self, kind: Kind) -> str:
        """The id of another reviewed audit of the case, whose interviews found no fees."""
        audit = self.scene.audit(AuditState.REVIEWED, kind)
        charges.clean_check(self.scene, audit)
        return audit


def proposal(**said: Any) -> Proposal:
    """A decision that lacks nothing for a grant but what policy supplies."""
    given: dict[str, Any] = {
        "reasons": (Reason.STANDARD_MET,),
        "recommendation": CONTENT,
        **said,
    }
    return Proposal(**given)


def remedied(**said: Any) -> dict[str, Any]:
    """What a suspension must say."""
    return {"remedies": ("Repay the fees.",), "contact": "Sunita Rai", **said}


def world(database: Database, clock: MovableClock) -> World:
    """A contracted recruiter whose stage 2 audit is reviewed."""
    scene = Scene(workbench(database, clock), audits.cast(workbench(database, clock)))
    scene.stage_1()
    audit = scene.audit(AuditState.REVIEWED, Kind.STAGE_2)
    charges.clean_check(scene, audit)
    with scene.workbench.begin(SYSTEM) as work:
        own = work.session.get_one(Organisation, scene.cast.reviewer.actor.organisation)
        other = work.session.get_one(Organisation, scene.cast.other_reviewer.actor.organisation)
        scheme = work.session.get_one(Organisation, scene.cast.scheme_manager.actor.organisation)
        people = Deciders(
            decider=access.person(work, own, Role.DECISION_MAKER),
            second_decider=access.person(work, own, Role.DECISION_MAKER),
            other_decider=access.person(work, other, Role.DECISION_MAKER),
            integrity=access.person(work, scheme, Role.INTEGRITY_OFFICER),
            panel=access.person(work, scheme, Role.APPEAL_PANEL),
        )
    return World(scene, people, audit)


def workbench(database: Database, clock: MovableClock) -> Workbench:
    """Transactions with the registry's reader in them, as the service has it."""
    return Workbench(database, clock, (standing.follow, projection.follow, flags.follow))
