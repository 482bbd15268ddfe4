"""The only code that writes certificates: each decision carries out its move, in one transaction.

Immutable decisions, editions, reasons for suspension and the audit's closing stand or fall together
(DOMAIN §9). Recruiter, audit and certificate are locked in the order of their ids, whatever each
is.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import update

from app.access.independence import as_recorded, conflict_bars
from app.assessors.conflicts import queries as register
from app.audits import service as audits
from app.audits.models import Audit
from app.certificates import gathering, queries
from app.certificates.changes import OPENINGS, Change, change_of, completed, effective_at
from app.certificates.decisions import (
    ACTIONS,
    ON_CERTIFICATES,
    DecisionType,
    NotOffered,
    not_checked,
)
from app.certificates.facts import Facts, Proposal
from app.certificates.flags import flag_new
from app.certificates.gathering import Matter
from app.certificates.lifecycle import CERTIFICATE, INDEPENDENT, REFUSAL
from app.certificates.models import Certificate, Decision, Edition, SuspensionReason
from app.kernel.canonical import digest
from app.kernel.dates import day_of
from app.kernel.errors import FieldError, Forbidden, Invalid, StaleVersion
from app.kernel.identifiers import certificate_number, new_id
from app.kernel.roles import Role
from app.lifecycle import journal
from app.lifecycle.approvals import Approval
from app.lifecycle.journal import JournalEntry, NotIndependent, RoleRefused, Subject, Work
from app.lifecycle.machine import BORN, Cause, Guard, Refused, reasons
from app.recruiters.models import Recruiter


def grant(
    work: Work, audit_id: str, proposal: Proposal, *, expected_version: int | None = None
) -> Decision:
    """Issue a certificate on a reviewed stage 2 audit, and close the audit.

    Raises NotFound, RoleRefused, NotIndependent, StaleVersion, MoveRefused with every reason.
    """
    matter = _lock_audit(work, audit_id)
    case = matter.case
    known = completed(DecisionType.GRANT, _facts(work, matter, proposal))
    _needs_role(work, case.audit_company, "issue", CERTIFICATE.roles("issue"))
    _is_current(matter, expected_version)
    certificate = Certificate(
        id=new_id(work.now),
        number=certificate_number(),
        case_id=case.application,
        recruiter_id=case.recruiter,
        recruiter_organisation_id=case.recruiter_organisation,
        audit_company_id=case.audit_company,
        **_pins(matter, known),
    )
    known = gathering.with_taken(
        work.session,
        known,
        matter,
        known.proposal.corridors,
        effective_at(DecisionType.GRANT, known),
    )
    contracted = {"sectors": list(case.sectors), "sites": [asdict(site) for site in case.sites]}
    change = change_of(DecisionType.GRANT, known, contracted, 0)
    made = _carry_out(
        work, _Act(DecisionType.GRANT, matter, known, change, new_id(work.now)), certificate
    )
    if isinstance(made, Approval):
        raise RuntimeError("a grant needs one signature")
    return made


def refuse(
    work: Work, audit_id: str, proposal: Proposal, *, expected_version: int | None = None
) -> Decision:
    """Refuse what was asked for on a reviewed audit, and close the audit.

    Raises NotFound, RoleRefused, NotIndependent, StaleVersion, MoveRefused with every reason.
    """
    matter = _lock_audit(work, audit_id)
    known = completed(DecisionType.REFUSE, _facts(work, matter, proposal))
    _needs_role(work, matter.case.audit_company, REFUSAL.action, REFUSAL.signers)
    _is_current(matter, expected_version)
    if unmet := reasons(REFUSAL.guards, known):
        raise journal.refusal(CERTIFICATE, REFUSAL.action, Refused(Cause.GUARD, unmet))
    audits.close(work, audit_id)
    act = _Act(DecisionType.REFUSE, matter, known, Change(), new_id(work.now))
    return _written(work, act, act.decision(work, REFUSAL.guards))


def decide(
    work: Work,
    number: str,
    decided: DecisionType,
    proposal: Proposal,
    *,
    audit_id: str | None = None,
    expected_version: int | None = None,
) -> Decision | Approval:
    """Carry out any other decision, on the certificate of that number.

    One that names an audit closes it. The first of two signatures answers with an Approval. Raises
    NotOffered, NotFound, Invalid, StaleVersion, RoleRefused, NotIndependent,
    SecondSignatureRefused, and MoveRefused with every reason.
    """
    if decided not in ON_CERTIFICATES:
        raise NotOffered(decided)
    certificate = queries.by_number(work.session, number)
    wanted: list[tuple[type[Subject], str]] = [(Certificate, certificate.id)]
    if decided is DecisionType.RENEW:  # it holds its corridors for longer
        wanted.append((Recruiter, certificate.recruiter_id))
    if audit_id is not None:
        wanted.append((Audit, audit_id))
    journal.lock_all(work, wanted)
    matter = gathering.of_certificate(work.session, work.actor, certificate, audit_id)
    if matter.audit is not None and matter.audit.case != certificate.case_id:
        detail = "Name an audit of this certificate's own case."
        raise Invalid(detail, errors=[FieldError("/audit_id", detail)])
    known = _facts(work, matter, proposal)
    if decided is DecisionType.RENEW:
        known = gathering.renewing(work.session, known)
    known = completed(decided, known)
    if decided is DecisionType.RENEW and known.held is not None:
        known = gathering.with_taken(
            work.session, known, matter, known.held.newest_corridors, work.now
        )
    newest = queries.editions(work.session, certificate.id)[-1]
    change = change_of(decided, known, newest.scope, newest.edition)
    act = _Act(decided, matter, known, change, new_id(work.now))
    return _carry_out(work, act, certificate, expected_version)


@dataclass(frozen=True, slots=True)
class _Act:
    """One decision on its way into the records."""

    decided: DecisionType
    matter: Matter
    known: Facts
    change: Change
    id: str

    def terms(self) -> dict[str, Any]:
        """What two people sign, and what is told of the decision's inputs."""
        proposal = asdict(self.known.proposal)
        return {
            "type": self.decided.value,
            "proposal": {
                name: value.isoformat() if isinstance(value, date) else value
                for name, value in proposal.items()
            },
        }

    def details(self) -> dict[str, Any]:
        """For the journal: ids, codes and instants."""
        told: dict[str, Any] = {"decision": self.id, **self.change.particulars()}
        if self.matter.audit is not None:
            told["audit"] = self.matter.audit.id
        return told

    def decision(
        self,
        work: Work,
        guards: tuple[Guard[Facts], ...],
        certificate: Certificate | None = None,
        signatures: tuple[Mapping[str, str], ...] = (),
    ) -> Decision:
        """The record of it. With two signatures the decision maker's counts as the decider's."""
        person, countersigned_by = work.actor.person, None
        for signature in signatures:
            if signature["role"] == Role.DECISION_MAKER:
                person = signature["person"]
            else:
                countersigned_by = signature["person"]
        if person is None:
            raise Forbidden("A named person decides, not a machine.")
        proposal, audit = self.known.proposal, self.matter.audit
        return Decision(
            id=self.id,
            type=self.decided.value,
            case_id=self.matter.case.application,
            recruiter_organisation_id=self.matter.case.recruiter_organisation,
            audit_company_id=self.matter.case.audit_company,
            audit_id=None if audit is None else audit.id,
            certificate_id=None if certificate is None else certificate.id,
            person_id=person,
            countersigned_by=countersigned_by,
            recommendation=proposal.recommendation,
            reason_codes=[reason.value for reason in proposal.reasons],
            conditions=list(proposal.conditions),
            effective_on=proposal.effective_on,
            independence={
                "outcome": "independent",
                "involved": as_recorded(self.known.involvements),
            },
            completeness={
                "met": [guard.__name__ for guard in guards],
                "not_checked": list(not_checked(self.decided)),
            },
            inputs_hash=digest(
                {
                    **self.terms(),
                    "policy": self.known.policy.version,
                    "audit": None if audit is None else [audit.id, audit.version],
                    "findings": [] if audit is None else [asdict(f) for f in audit.findings],
                    "certificate": None if certificate is None else certificate.id,
                }
            ),
            decided_at=work.now,
        )


def _lock_audit(work: Work, audit_id: str) -> Matter:
    recruiter = gathering.of_audit(work.session, work.actor, audit_id).case.recruiter
    journal.lock_all(work, [(Recruiter, recruiter), (Audit, audit_id)])
    return gathering.of_audit(work.session, work.actor, audit_id)


def _is_current(matter: Matter, expected_version: int | None) -> None:
    """Raises StaleVersion; role and independence are judged first (DESIGN §5)."""
    version = matter.audit.version if matter.audit is not None else None
    if expected_version not in (None, version):
        raise StaleVersion(
            f"version {expected_version} is not current: the audit is at {version};"
            " read it again and decide on what it says now"
        )


def _facts(work: Work, matter: Matter, proposal: Proposal) -> Facts:
    """What the guards ask about. Raises NotIndependent.

    Whoever touched the evidence, or has a conflict of interest, is told so first, whether or not
    they could decide at all.
    """
    known = gathering.facts(work.session, work.actor, work.now, matter, proposal)
    if known.person is not None and (barred := reasons(INDEPENDENT, known)):
        raise NotIndependent(f"this decision is refused: {'; '.join(barred)}", reasons=barred)
    return known


def _needs_role(
    work: Work, audit_company: str | None, action: str, signers: frozenset[Role]
) -> frozenset[Role]:
    """The roles that the actor has in this case. Raises RoleRefused.

    A decider decides the cases of their own audit company.
    """
    roles = gathering.roles_on(work.actor, audit_company)
    if not signers & roles:
        needed = " or ".join(sorted(signers))
        why = f"{action} needs the role {needed} in this case"
        raise RoleRefused(why, reasons=(why,))
    return roles


def _carry_out(
    work: Work, act: _Act, certificate: Certificate, expected_version: int | None = None
) -> Decision | Approval:
    action = ACTIONS[act.decided]
    source = certificate.state if certificate.version else BORN
    roles = _needs_role(work, certificate.audit_company_id, action, CERTIFICATE.roles(action))
    entry = journal.record(
        work.acting_as(replace(work.actor, roles=roles)),
        CERTIFICATE,
        certificate,
        action,
        act.known,
        reason=next((reason.value for reason in act.known.proposal.reasons), None),
        effective_at=effective_at(act.decided, act.known),
        expected_version=expected_version,
        details=act.details(),
        terms=act.terms(),
        changes=_pins(act.matter, act.known) if act.decided is DecisionType.RENEW else None,
        as_met_by=lambda person: gathering.facts(
            work.session,
            replace(work.actor, person=person),
            work.now,
            act.matter,
            act.known.proposal,
        ),
    )
    if isinstance(entry, Approval):
        return entry
    guards = CERTIFICATE.rule(source, action).guards
    signatures = tuple(entry.facts.get("signatures", ()))
    decision = _written(work, act, act.decision(work, guards, certificate, signatures))
    _write_change(work, act, certificate, entry)
    if act.matter.audit is not None:
        audits.close(work, act.matter.audit.id)
    return decision


def _pins(matter: Matter, known: Facts) -> dict[str, str]:
    """The rules that a certificate granted or renewed now keeps: its audit's standard, and policy.

    Without an audit the guards refuse it; the standard is then that of the case.
    """
    audited = matter.case if matter.audit is None else matter.audit
    return {"standard": audited.standard, "policy": known.policy.version}


def _written(work: Work, act: _Act, decision: Decision) -> Decision:
    """Flushed at once: editions and reasons refer to it. Raises NotIndependent.

    The journal's head is held by now, and nobody records a conflict beside this: whoever signed is
    asked for theirs once more, the first of two signers too.
    """
    rules = act.known.policy
    today = day_of(work.now, rules.zone)
    signers = [decision.person_id, *filter(None, [decision.countersigned_by])]
    found = register.conflicts_of_people(work.session, signers, act.matter.case.recruiter)
    if barred := [
        reason
        for signer in signers
        for reason in conflict_bars(found[signer], today, rules.conflict_months)
    ]:
        raise NotIndependent(f"this decision is refused: {'; '.join(barred)}", reasons=barred)
    work.session.add(decision)
    work.session.flush()
    flag_new(work, decision)
    return decision


def _write_change(work: Work, act: _Act, certificate: Certificate, entry: JournalEntry) -> None:
    change, proposal = act.change, act.known.proposal
    if (made := change.edition) is not None:
        work.session.add(
            Edition(
                id=new_id(work.now),
                certificate_id=certificate.id,
                edition=made.number,
                decision_id=act.id,
                scope=dict(made.scope),
                valid_from=made.starts,
                valid_until=made.ends,
                effective_on=made.first_day,
                expires_on=made.last_day,
            )
        )
    for identity, corridor in change.opened.items():
        work.session.add(
            SuspensionReason(
                id=identity,
                certificate_id=certificate.id,
                decision_id=act.id,
                opened_by=entry.position,
                code=proposal.reasons[0].value,
                corridor=corridor,
                opening=OPENINGS[act.decided].value,
                remedies=list(proposal.remedies),
                contact=proposal.contact,
                deadline=proposal.deadline,
                opened_at=entry.effective_at,
            )
        )
    for column, ids in (("confirmed_at", change.confirmed), ("lifted_at", change.lifted)):
        if ids:
            work.session.execute(
                update(SuspensionReason)
                .where(SuspensionReason.id.in_(ids))
                .values({column: work.now})
            )
