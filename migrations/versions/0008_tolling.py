"""Records that stop timers

Revision: 0008, after 0007
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from app.platform.database import Id, UTCDateTime
from migrations.enforcement import enforce_subject

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

JSON_COLUMN = sa.JSON(none_as_null=True).with_variant(
    postgresql.JSONB(none_as_null=True), "postgresql"
)
FIXED = (
    "timers",
    "case_id",
    "reason",
    "statement",
    "began_at",
    "limit_on",
    "limit_at",
    "ended_at",
)


def upgrade() -> None:
    op.create_table(
        "tolling",
        sa.Column("id", Id(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("timers", JSON_COLUMN, nullable=False),
        sa.Column("case_id", Id(), nullable=True),
        sa.Column("reason", sa.String(length=32), nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("began_at", UTCDateTime(), nullable=False),
        sa.Column("limit_on", sa.Date(), nullable=False),
        sa.Column("limit_at", UTCDateTime(), nullable=False),
        sa.Column("ended_at", UTCDateTime(), nullable=True),
        sa.CheckConstraint("state IN ('running', 'ended')", name=op.f("ck_tolling_state")),
        sa.CheckConstraint(
            "reason IN ('disaster', 'epidemic', 'unrest', 'authority_closed', 'service_failure',"
            " 'legal_order')",
            name=op.f("ck_tolling_reason"),
        ),
        sa.CheckConstraint(
            "ended_at IS NULL OR ended_at >= began_at", name=op.f("ck_tolling_span")
        ),
        sa.CheckConstraint("limit_at > began_at", name=op.f("ck_tolling_limit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tolling")),
        info={"fixed": FIXED},
    )
    with op.batch_alter_table("tolling", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_tolling_case_id"), ["case_id"], unique=False)
    enforce_subject(op.get_bind(), "tolling", "tolling", fixed=FIXED)


def downgrade() -> None:
    raise RuntimeError("revisions go forward only: restore a backup instead")
