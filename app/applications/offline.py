"""An application that is filled in offline: its workbook handed out, and taken back (DOMAIN §1).

Nothing is saved until all is right, and nothing is overwritten that changed meanwhile.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

from sqlalchemy.orm import Session

from app.applications import queries, service, workbook
from app.applications.content import Content
from app.applications.lifecycle import APPLICATION
from app.applications.models import Application
from app.applications.workbook import Belongs, Proposed
from app.kernel.errors import FieldError, Invalid, StaleVersion
from app.kernel.roles import Actor
from app.lifecycle.journal import Work
from app.lifecycle.machine import reasons
from app.platform.workbook import CellFault
from app.scheme import queries as scheme


@dataclass(frozen=True, slots=True)
class Report:
    """What became of a workbook, or would have become of it."""

    application: Application
    dry_run: bool
    changed: Sequence[str]
    """The parts of the application that the workbook changes."""
    missing: Sequence[str]
    """What the application would still lack to be handed in."""
    faults: Sequence[CellFault]


def hand_out(session: Session, actor: Actor, application_id: str) -> bytes:
    """The workbook of an application, filled in as far as it is. Raises NotFound."""
    application = queries.application(session, actor, application_id)
    former = queries.former_self_assessment(session, application.recruiter_id, application.id)
    return workbook.write(
        Content.from_json(application.content),
        scheme.standard(session, application.standard),
        None if former is None else former.assessment,
        _belongs(application),
    )


def take_back(work: Work, application_id: str, proposed: Proposed, *, dry_run: bool) -> Report:
    """Replace what the application states by what the workbook says; a dry run only reports.

    Raises NotFound, MoveRefused, StaleVersion where the application moved on or changed since the
    workbook was made, Invalid: for the workbook of another application, and, but for a dry run, for
    every fault with its cell.
    """
    application, facts = service.editable(work, application_id)
    _check_belongs(application, proposed.belongs)
    faults = list(proposed.faults)
    content = proposed.content
    if content is not None:
        try:
            service.check_answers(work, application.recruiter_id, content, facts.standard)
        except Invalid as error:
            faults.extend(proposed.place(fault) for fault in error.errors)
    if faults and not dry_run:
        raise Invalid(
            "Nothing was saved: mend each fault in the workbook and send it again.",
            errors=[FieldError(f"/{f.sheet}/{f.cell}", f.detail) for f in faults],
        )
    if content is None or faults:
        return Report(application, dry_run, (), (), faults)
    changed = [
        part.name
        for part in fields(Content)
        if getattr(content, part.name) != getattr(facts.content, part.name)
    ]
    rule = APPLICATION.rule("draft", "submit")
    missing = reasons(rule.guards, replace(facts, state="draft", content=content))
    if not dry_run:
        application.content = content.as_json()
    return Report(application, dry_run, changed, missing, faults)


def _belongs(application: Application) -> Belongs:
    return Belongs(
        application=application.id,
        version=str(application.version),
        standard=application.standard,
        content=workbook.state(Content.from_json(application.content)),
    )


def _check_belongs(application: Application, belongs: Belongs | None) -> None:
    now = _belongs(application)
    if belongs is None or belongs.form != now.form:
        raise Invalid("This workbook was not made here, or by another version: download it again.")
    if belongs.application != now.application:
        raise Invalid("This workbook belongs to another application: download this one's.")
    if belongs.version != now.version:
        raise StaleVersion(
            f"The workbook was made at version {belongs.version[:9]} of the application, which is"
            f" at {now.version} now: download it again and carry over what you filled in."
        )
    if belongs.content != now.content:
        raise StaleVersion(
            "The application was edited since the workbook was made: download it again and carry"
            " over what you filled in."
        )
