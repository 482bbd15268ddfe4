"""Blocks of registers' rows apart from those of recruiters, which are few

Revision: 0011, after 0010
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "register_block",
        sa.Column("block", sa.String(length=24), nullable=False),
        sa.Column("owner", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("block", "owner", name=op.f("pk_register_block")),
    )
    op.create_index("ix_register_block_owner", "register_block", ["owner"])
    moved = "FROM look_alike_block WHERE length(owner) > 36"
    op.execute(f"INSERT INTO register_block SELECT block, owner {moved}")
    op.execute(f"DELETE {moved}")


def downgrade() -> None:
    raise RuntimeError("what recruiters stated is not forgotten: restore a backup instead")
