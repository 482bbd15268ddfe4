"""How a move of this room is made: in the roles one has on the audit, with what one writes to it.

An audit is locked before anything is judged; what the caller may not see does not exist.
Free text stays beside the journal, which holds its salted hash (DESIGN §3). Used by the services
of audits and findings.
"""

import secrets
from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256
from typing import Any, TypeVar

from app.audits.facts import gather
from app.audits.lifecycle import AUDIT, Facts
from app.audits.models import Audit, Remark
from app.audits.queries import seen
from app.kernel.errors import FieldError, Forbidden, Invalid
from app.kernel.roles import Role
from app.lifecycle import journal
from app.lifecycle.journal import RoleRefused, Subject, Work
from app.lifecycle.machine import Machine

F = TypeVar("F")


def make(
    work: Work,
    machine: Machine[F],
    subject: Subject,
    action: str,
    facts: F,
    *,
    roles: frozenset[Role],
    remark: str | None = None,
    reason: str | None = None,
    details: Mapping[str, Any] | None = None,
    changes: Mapping[str, Any] | None = None,
    expected_version: int | None = None,
) -> None:
    """Make one move as somebody who has these roles on this audit.

    `remark` is what they write to it, `reason` a code, `changes` columns that change with it.
    Raises what `journal.record` raises.
    """
    needed = machine.roles(action)
    if needed & work.actor.roles and not needed & roles:
        held = " or ".join(sorted(needed & work.actor.roles))
        why = f"{action} needs somebody who is {held} of this audit"
        raise RoleRefused(why, reasons=(why,))
    carried = dict(details or {})
    salt = secrets.token_hex(16)
    if remark is not None:
        carried["remark"] = sha256(f"{salt}{remark}".encode()).hexdigest()
    entry = journal.move(
        work.acting_as(replace(work.actor, roles=roles)),
        machine,
        subject,
        action,
        facts,
        reason=reason,
        details=carried,
        changes=changes,
        expected_version=expected_version,
    )
    if remark is not None:
        work.session.add(
            Remark(
                machine=entry.machine,
                subject=entry.subject,
                version=entry.version,
                text=remark,
                salt=salt,
            )
        )


def person_of(work: Work) -> str:
    """The person who acts. Raises Forbidden for a machine: audits are the work of people."""
    if work.actor.person is None:
        raise Forbidden("A named person works on an audit, not a machine.")
    return work.actor.person


def locked(work: Work, audit_id: str) -> Audit:
    """The audit, held until the transaction ends. Raises NotFound, also for one not seen."""
    return journal.lock(work, Audit, audit_id, seen(work.actor))


def facts_of(work: Work, audit: Audit, **given: Any) -> Facts:
    """The facts of this audit as the actor meets it; `given` comes with the move."""
    return gather(work.session, audit, work.actor, work.now, **given)


def move(
    work: Work,
    audit: Audit,
    action: str,
    facts: Facts,
    *,
    remark: str | None = None,
    reason: str | None = None,
    details: Mapping[str, Any] | None = None,
    expected_version: int | None = None,
) -> None:
    """Make one move of an audit that is locked. Raises what `journal.record` raises."""
    make(
        work,
        AUDIT,
        audit,
        action,
        facts,
        roles=facts.roles,
        remark=remark,
        reason=reason,
        details=details,
        expected_version=expected_version,
    )


def wrong(pointer: str, detail: str) -> Invalid:
    """A fault of the input at this JSON pointer."""
    return Invalid(detail, errors=[FieldError(pointer, detail)])
