"""The machines' tables, written into `lifecycle_rule`: the copy that the database enforces.

Called by `erc migrate` alone (DESIGN §3).
"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from app.lifecycle.journal import LifecycleRule, TwoPersonRule
from app.lifecycle.machine import Machine
from app.platform.database import triggers_paused

_RULE = ("machine", "source", "action", "target")
_TWO = ("machine", "source", "action")


def publish(session: Session, machines: Iterable[Machine[Any]]) -> int:
    """Add the rules that the database does not know yet, in one transaction; the count added.

    Rules that a machine has given up stay: the journal refers to them. Which moves two people
    sign is what the machines say now.
    """
    known = tuple(machines)
    missing, two = _missing(session, known), _two_person(known)
    if missing:
        with triggers_paused(session, LifecycleRule.__tablename__):
            session.execute(insert(LifecycleRule), missing)
    if two != _two_person_known(session, known):
        with triggers_paused(session, TwoPersonRule.__tablename__):
            names = [machine.name for machine in known]
            session.execute(delete(TwoPersonRule).where(TwoPersonRule.machine.in_(names)))
            rows = [dict(zip(_TWO, row, strict=True)) for row in sorted(two)]
            if rows:
                session.execute(insert(TwoPersonRule), rows)
    return len(missing)


def is_published(session: Session, machines: Iterable[Machine[Any]]) -> bool:
    """Does the database enforce what these machines say?"""
    known = tuple(machines)
    missing = _missing(session, known)
    return not missing and _two_person(known) == _two_person_known(session, known)


def _missing(session: Session, machines: Iterable[Machine[Any]]) -> list[dict[str, str]]:
    columns = [getattr(LifecycleRule, name) for name in _RULE]
    known = {tuple(row) for row in session.execute(select(*columns))}
    return [
        dict(zip(_RULE, (machine.name, *move), strict=True))
        for machine in machines
        for move in machine.moves()
        if (machine.name, *move) not in known
    ]


def _two_person(machines: Iterable[Machine[Any]]) -> set[tuple[str, ...]]:
    return {
        (machine.name, source, rule.action)
        for machine in machines
        for rule in machine.rules
        if rule.second
        for source in rule.sources
    }


def _two_person_known(session: Session, machines: Iterable[Machine[Any]]) -> set[tuple[str, ...]]:
    columns = [getattr(TwoPersonRule, name) for name in _TWO]
    names = [machine.name for machine in machines]
    known = select(*columns).where(TwoPersonRule.machine.in_(names))
    return {tuple(row) for row in session.execute(known)}
