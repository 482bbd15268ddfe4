"""Versions of the scheme's rules on their way

Revision: 0006, after 0005
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from app.platform.database import Id
from migrations.enforcement import enforce_subject

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

JSON_COLUMN = sa.JSON(none_as_null=True).with_variant(
    postgresql.JSONB(none_as_null=True), "postgresql"
)


def upgrade() -> None:
    connection = op.get_bind()
    for table in ("standard_version", "policy_version", "rule_set_version"):
        protected = {
            "fixed": ("kind", "code"),
            "with_move": ("document", "digest", "effective_on"),
        }
        op.create_table(
            table,
            sa.Column("id", Id(), nullable=False),
            sa.Column("state", sa.String(length=32), nullable=False),
            sa.Column("version", sa.Integer(), nullable=False),
            sa.Column("kind", sa.String(length=32), nullable=False),
            sa.Column("code", sa.String(length=32), nullable=False),
            sa.Column("document", JSON_COLUMN, nullable=False),
            sa.Column("digest", sa.String(length=64), nullable=False),
            sa.Column("effective_on", sa.Date(), nullable=True),
            sa.CheckConstraint(
                "state IN ('drafted', 'published', 'discarded')", name=op.f(f"ck_{table}_state")
            ),
            sa.CheckConstraint(
                "kind IN ('standard', 'policy', 'cost_categories', 'corridor_rules')",
                name=op.f(f"ck_{table}_kind"),
            ),
            sa.CheckConstraint(
                "(state = 'published') = (effective_on IS NOT NULL)",
                name=op.f(f"ck_{table}_published_from_a_day"),
            ),
            sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
            sa.UniqueConstraint("code", name=op.f(f"uq_{table}_code")),
            info=protected,
        )
        enforce_subject(connection, table, table, **protected)


def downgrade() -> None:
    raise RuntimeError("revisions go forward only: restore a backup instead")
