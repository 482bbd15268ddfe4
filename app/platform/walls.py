"""What only PostgreSQL has: walls that stand whatever a session's settings, and rights of a role.

Called by `erc migrate` after every migration. `serve` and `work` run as a role that owns nothing
and holds no right that a wall refuses anyway (docs/operations.md).
"""

from collections.abc import Callable

from sqlalchemy import text
from sqlalchemy.orm import Session

_LOW = text("""
    SELECT relname, tgname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid
    WHERE relnamespace = 'public'::regnamespace AND NOT tgisinternal AND tgenabled <> 'A'
    ORDER BY relname, tgname
""")
# The bits of tgtype: 4 insert, 8 delete, 16 update. What `refuse` refuses needs no right.
_REFUSED = text("""
    SELECT relname,
        coalesce(bool_or(tgtype & 4 > 0), false) AS insert,
        coalesce(bool_or(tgtype & 16 > 0), false) AS update,
        coalesce(bool_or(tgtype & 8 > 0), false) AS delete
    FROM pg_class LEFT JOIN pg_trigger
        ON tgrelid = pg_class.oid AND NOT tgisinternal AND tgfoid = 'refuse'::regproc
    WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
    GROUP BY relname ORDER BY relname
""")
_MIGRATIONS = "alembic_version"


class UnusableRole(Exception):
    """The role that is to serve cannot, or could do more than it should."""


def raise_walls(session: Session) -> None:
    """Let every trigger of ours fire whatever `session_replication_role` a session sets."""
    if not _is_postgresql(session):
        return
    quote = _quoter(session)
    for table, trigger in session.execute(_LOW).all():
        session.execute(text(f"ALTER TABLE {quote(table)} ENABLE ALWAYS TRIGGER {quote(trigger)}"))


def grant(session: Session, role: str) -> None:
    """Give this role what serving needs, and take every other right on our tables from it.

    Raises UnusableRole: SQLite, no such role, a superuser, the owner of the tables.
    """
    if not _is_postgresql(session):
        raise UnusableRole("--grant-to is for PostgreSQL: an SQLite file has no roles")
    _check(session, role)
    quote = _quoter(session)
    to = quote(role)
    session.execute(text(f"GRANT USAGE ON SCHEMA public TO {to}"))
    session.execute(text(f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {to}"))
    for row in session.execute(_REFUSED).all():
        rights = ["SELECT"]
        if row.relname != _MIGRATIONS:
            rights += [
                name.upper() for name in ("insert", "update", "delete") if not getattr(row, name)
            ]
        session.execute(text(f"GRANT {', '.join(rights)} ON {quote(row.relname)} TO {to}"))
    session.execute(text(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {to}"))


def _check(session: Session, role: str) -> None:
    known = session.execute(
        text("SELECT rolsuper, rolname = current_user AS own FROM pg_roles WHERE rolname = :role"),
        {"role": role},
    ).one_or_none()
    if known is None:
        raise UnusableRole(f"there is no role {role}: make it first, CREATE ROLE … LOGIN")
    if known.rolsuper or known.own:
        raise UnusableRole(
            f"{role} owns the tables or is a superuser: serve as another role, which is neither"
        )


def _is_postgresql(session: Session) -> bool:
    return session.get_bind().dialect.name == "postgresql"


def _quoter(session: Session) -> Callable[[str], str]:
    return session.get_bind().dialect.identifier_preparer.quote
