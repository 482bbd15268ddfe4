"""What races are run for, and the fault that each race must find."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from app.access.lifecycle import ROLE_GRANT, Facts, Kind
from app.access.models import RoleGrant
from app.applications import service as applications
from app.applications.fee import Payment
from app.applications.models import Application
from app.certificates import service as certificates
from app.certificates.decisions import DecisionType
from app.certificates.facts import Proposal
from app.certificates.models import Certificate
from app.certificates.queries import by_number
from app.certificates.reasons import REASONS
from app.kernel.money import Money
from app.kernel.roles import SYSTEM, Actor, Role
from app.lifecycle import journal
from app.lifecycle.journal import JournalEntry, Subject, Work, Workbench

_seen: dict[str, Subject] = {}


def end_role_grant(workbench: Workbench, grant_id: str) -> Callable[[], object]:
    """End a role that is held: one may, the others come too late."""
    facts = Facts(actor=None, person="", role=Role.REVIEWER, kind=Kind.AUDIT_COMPANY)
    with workbench.database.read() as session:
        _seen[grant_id] = session.get_one(RoleGrant, grant_id)

    def call() -> None:
        with workbench.begin(SYSTEM) as work:
            grant = journal.lock(work, RoleGrant, grant_id)
            journal.record(work, ROLE_GRANT, grant, "end", facts)

    return call


def refuse_audit(actor: Actor, workbench: Workbench, audit_id: str) -> Callable[[], object]:
    """Decide on a reviewed audit: one decision closes it, the others come too late (DOMAIN §9)."""
    said = Proposal(reasons=REASONS["refuse"][:1], recommendation="The report does not support it.")

    def call() -> None:
        with workbench.begin(actor) as work:
            certificates.refuse(work, audit_id, said)

    return call


def grant_audit(actor: Actor, workbench: Workbench, audit_id: str) -> Callable[[], object]:
    """Issue a certificate on a reviewed audit. Who wins gives it up again: the corridors are free
    for the next round.
    """
    said = Proposal(reasons=REASONS["issue"][:1], recommendation="The report supports it.")

    def call() -> None:
        with workbench.begin(actor) as work:
            granted = certificates.grant(work, audit_id, said)
            assert granted.certificate_id is not None
            number = work.session.get_one(Certificate, granted.certificate_id).number
        decide("terminate", Proposal(reasons=REASONS["terminate"][:1]), actor, workbench, number)()

    return call


def decide(
    decided: str, said: Proposal, actor: Actor, workbench: Workbench, number: str
) -> Callable[[], object]:
    """Decide on a certificate as it is by then."""

    def call() -> None:
        with workbench.begin(actor) as work:
            certificates.decide(work, number, DecisionType(decided), said)

    return call


def decide_on_what_was_read(
    decided: str, said: Proposal, actor: Actor, workbench: Workbench, number: str
) -> Callable[[], object]:
    """Decide on a certificate only as it was read (If-Match)."""
    with workbench.database.read() as session:
        version = by_number(session, number).version

    def call() -> None:
        with workbench.begin(actor) as work:
            certificates.decide(work, number, DecisionType(decided), said, expected_version=version)

    return call


def move_application(
    reviewer: Actor, manager: Actor, action: str, workbench: Workbench, application_id: str
) -> Callable[[], object]:
    """Clear the one payment of an application, or, once it is reviewed, accept or defer it."""
    with workbench.database.read() as session:
        submitted = session.get_one(Application, application_id).state == "submitted"
    today = workbench.clock.now().date() - timedelta(days=1)
    paid = Payment(f"FT-{application_id}", Money.parse("1000.00", "USD"), today)

    def call() -> None:
        if submitted:
            with workbench.begin(manager) as work:
                applications.clear_payment(work, application_id, paid)
            return
        with workbench.begin(reviewer) as work:
            if action == "accept":
                applications.accept(work, application_id)
            else:
                applications.defer(work, application_id, ["A copy of the licence."])

    return call


def without_version_check() -> None:
    """Planted: deciders act on what they read before, and nothing compares versions."""

    def lock(work: Work, model: type[Subject], subject_id: str) -> Subject:
        return work.session.merge(_seen[subject_id], load=False)

    def move(work: Work, subject: Subject, entry: JournalEntry, changes: Mapping[str, Any]) -> None:
        for column, value in {**changes, "state": entry.target, "version": entry.version}.items():
            setattr(subject, column, value)
        work.session.flush()

    journal.lock = lock  # type: ignore[assignment]
    journal._move = move
