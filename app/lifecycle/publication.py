"""The machines' tables, written into `lifecycle_rule`: the copy that the database enforces.

Called by `erc migrate` alone (DESIGN §3).
"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from app.lifecycle.journal import LifecycleRule
from app.lifecycle.machine import Machine
from app.platform.database import triggers_paused


def publish(session: Session, machines: Iterable[Machine[Any]]) -> int:
    """Add the rules that the database does not know yet, in one transaction; the count added.

    Rules that a machine has given up stay: the journal refers to them.
    """
    known = {
        tuple(rule)
        for rule in session.execute(
            select(
                LifecycleRule.machine,
                LifecycleRule.source,
                LifecycleRule.action,
                LifecycleRule.target,
            )
        )
    }
    missing = [
        {"machine": machine.name, "source": source, "action": action, "target": target}
        for machine in machines
        for source, action, target in machine.moves()
        if (machine.name, source, action, target) not in known
    ]
    if missing:
        with triggers_paused(session, LifecycleRule.__tablename__):
            session.execute(insert(LifecycleRule), missing)
    return len(missing)
