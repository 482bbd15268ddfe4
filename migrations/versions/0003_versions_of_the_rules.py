"""Published versions of standard and policy, and the cases that are pinned to them

Revision: 0003, after 0002
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from app.platform.database import UTCDateTime
from migrations.enforcement import enforce_immutable, reinforce_subject

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

JSON_COLUMN = sa.JSON(none_as_null=True).with_variant(
    postgresql.JSONB(none_as_null=True), "postgresql"
)
PINNED = (
    ("audit", "policy", "2026.1"),
    ("certificate", "policy", "2026.1"),
    ("certificate", "standard", "iris-1.2"),
)
"""What is older than this revision was judged under the only versions that there were."""


def upgrade() -> None:
    op.create_table(
        "published_version",
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("effective_from", UTCDateTime(), nullable=False),
        sa.Column("document", JSON_COLUMN, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("published_at", UTCDateTime(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('standard', 'policy', 'cost_categories', 'corridor_rules')",
            name=op.f("ck_published_version_kind"),
        ),
        sa.PrimaryKeyConstraint("kind", "code", name=op.f("pk_published_version")),
        sa.UniqueConstraint(
            "kind", "effective_from", name=op.f("uq_published_version_kind_effective_from")
        ),
        info={"immutable": True},
    )
    connection = op.get_bind()
    enforce_immutable(connection, "published_version")

    op.add_column("application", sa.Column("policy", sa.String(length=32), nullable=True))
    for table, column, first in PINNED:
        op.add_column(
            table, sa.Column(column, sa.String(length=32), nullable=False, server_default=first)
        )
        if connection.dialect.name == "postgresql":
            op.alter_column(table, column, server_default=None)
    _pin_applications(connection)
    reinforce_subject(
        connection, "application", "application", fixed=("recruiter_id", "standard", "policy")
    )
    reinforce_subject(
        connection,
        "audit",
        "audit",
        fixed=(
            "kind",
            "application_id",
            "recruiter_id",
            "recruiter_organisation_id",
            "audit_company_id",
            "standard",
            "policy",
            "unannounced",
            "planned_by",
        ),
    )
    reinforce_subject(
        connection,
        "certificate",
        "certificate",
        fixed=(
            "number",
            "case_id",
            "recruiter_id",
            "recruiter_organisation_id",
            "audit_company_id",
        ),
        with_move=("standard", "policy"),
    )


def _pin_applications(connection: sa.Connection) -> None:
    """Those that were submitted keep the policy that they were submitted under."""
    connection.exec_driver_sql(
        "UPDATE application SET policy = '2026.1' WHERE EXISTS (SELECT 1 FROM journal_entry"
        " WHERE machine = 'application' AND subject = application.id AND action = 'submit')"
    )


def downgrade() -> None:
    raise RuntimeError("revisions go forward only: restore a backup instead")
