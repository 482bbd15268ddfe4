"""Organisations, people and clients have lifecycles; what is there already is journalled

Revision: 0005, after 0004
"""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op
from sqlalchemy.orm import Session

from app.lifecycle.journal import JournalEntry, link
from app.platform.database import Id, Json, UTCDateTime, triggers_paused
from migrations.enforcement import enforce_subject

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_STATES = {
    "organisation": ("active", "closed"),
    "person": ("active", "locked", "left"),
    "client": ("active", "revoked"),
}
_BIRTH = {"organisation": "register", "person": "register", "client": "create"}

_RULE = sa.table(
    "lifecycle_rule",
    *(sa.column(name, sa.String()) for name in ("machine", "source", "action", "target")),
)
_ENTRY = sa.table(
    "journal_entry",
    sa.column("position", sa.BigInteger()),
    sa.column("machine", sa.String()),
    sa.column("subject", Id()),
    sa.column("version", sa.Integer()),
    sa.column("previous", sa.Integer()),
    sa.column("source", sa.String()),
    sa.column("action", sa.String()),
    sa.column("target", sa.String()),
    sa.column("effective_at", UTCDateTime()),
    sa.column("recorded_at", UTCDateTime()),
    sa.column("actor", Id()),
    sa.column("role", sa.String()),
    sa.column("reason_code", sa.String()),
    sa.column("facts", Json),
    sa.column("chain", sa.String()),
)


def upgrade() -> None:
    connection = op.get_bind()
    op.add_column("person", sa.Column("password_hash", sa.String(length=200), nullable=True))
    for table, states in _STATES.items():
        _add_state(table, states)
    with Session(connection) as session:
        _journal_what_is_there(session)
        session.flush()
    op.execute("UPDATE client SET state = 'revoked', version = 2 WHERE revoked_at IS NOT NULL")
    enforce_subject(connection, "organisation", "organisation", fixed=("kind",))
    enforce_subject(
        connection, "person", "person", with_move=("email", "organisation_id", "password_hash")
    )
    enforce_subject(
        connection,
        "client",
        "client",
        fixed=("secret_hash", "person_id", "organisation_id"),
        with_move=("revoked_at",),
    )


def _add_state(table: str, states: tuple[str, ...]) -> None:
    """Every row that is there becomes active, at version 1.

    SQLite would have to build the table anew to forget the defaults, under the feet of all that
    refers to it: they stay there, and a trigger refuses whatever they would let in.
    """
    listed = ", ".join(f"'{state}'" for state in states)
    op.execute(
        f"ALTER TABLE {table} ADD COLUMN state VARCHAR(32) DEFAULT 'active' NOT NULL"
        f" CONSTRAINT ck_{table}_state CHECK (state IN ({listed}))"
    )
    op.execute(f"ALTER TABLE {table} ADD COLUMN version INTEGER DEFAULT 1 NOT NULL")
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"ALTER TABLE {table} ALTER COLUMN state DROP DEFAULT")
        op.execute(f"ALTER TABLE {table} ALTER COLUMN version DROP DEFAULT")


def _journal_what_is_there(session: Session) -> None:
    """Append the birth of each row in its order, and the end of each client that was revoked.

    In force since then, known since now, by nobody whom anybody wrote down.
    """
    moves = [
        (row.created_at, table, row.id, 1, "", _BIRTH[table], "active")
        for table in _STATES
        for row in session.execute(
            sa.select(
                sa.table(table, sa.column("id", Id()), sa.column("created_at", UTCDateTime()))
            )
        )
    ]
    client = sa.table("client", sa.column("id", Id()), sa.column("revoked_at", UTCDateTime()))
    revoked = sa.select(client).where(client.c.revoked_at.is_not(None))
    moves += [
        (row.revoked_at, "client", row.id, 2, "active", "revoke", "revoked")
        for row in session.execute(revoked)
    ]
    if not moves:
        return
    with triggers_paused(session, _RULE.name):
        rules = {(table, *rule) for _, table, _, _, *rule in moves}
        columns = ("machine", "source", "action", "target")
        session.execute(
            sa.insert(_RULE), [dict(zip(columns, rule, strict=True)) for rule in sorted(rules)]
        )
    head = session.execute(sa.text("SELECT position, chain FROM journal_head")).one()
    position, chain, now = head.position, head.chain, datetime.now(UTC)
    for effective_at, machine, subject, version, source, action, target in sorted(moves):
        position += 1
        entry = {
            "position": position,
            "machine": machine,
            "subject": subject,
            "version": version,
            "previous": version - 1 or None,
            "source": source,
            "action": action,
            "target": target,
            "effective_at": effective_at,
            "recorded_at": now,
            "actor": None,
            "role": "system",
            "reason_code": "migrated",
            "facts": {},
        }
        chain = link(chain, JournalEntry(**entry))
        session.execute(sa.insert(_ENTRY), {**entry, "chain": chain})
