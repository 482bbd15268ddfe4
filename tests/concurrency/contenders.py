"""What races are run for, and the fault that each race must find."""

from collections.abc import Callable

from app.access.lifecycle import ROLE_GRANT, Facts, Kind
from app.access.models import RoleGrant
from app.certificates import service as certificates
from app.certificates.facts import Proposal
from app.certificates.reasons import REASONS
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


def without_version_check() -> None:
    """Planted: deciders act on what they read before, and nothing compares versions."""

    def lock(work: Work, model: type[Subject], subject_id: str) -> Subject:
        return work.session.merge(_seen[subject_id], load=False)

    def move(work: Work, subject: Subject, entry: JournalEntry) -> None:
        subject.state, subject.version = entry.target, entry.version
        work.session.flush()

    journal.lock = lock  # type: ignore[assignment]
    journal._move = move
