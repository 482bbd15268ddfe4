"""Sessions, invitations, API keys, and counters of attempts

Revision: 0010, after 0009
"""

import sqlalchemy as sa
from alembic import op

from app.platform.database import Id, Json, UTCDateTime
from migrations.enforcement import enforce_subject

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_INVITATION = (
    "organisation_id",
    "email",
    "roles",
    "token_hash",
    "invited_by",
    "expires_at",
    "person_id",
)


def upgrade() -> None:
    op.create_table(
        "rate_limit",
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("until", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_rate_limit")),
    )
    op.create_index(op.f("ix_rate_limit_until"), "rate_limit", ["until"])
    op.create_table(
        "session",
        *_subject("state IN ('open', 'ended')", "session"),
        sa.Column("person_id", Id(), nullable=False),
        sa.Column("opened_at", UTCDateTime(), nullable=False),
        sa.Column("refreshed_at", UTCDateTime(), nullable=False),
        sa.Column("expires_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_session_person_id")),
    )
    op.create_index(op.f("ix_session_person_id"), "session", ["person_id"])
    op.create_table(
        "refresh_token",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("session_id", Id(), nullable=False),
        sa.Column("used_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["session_id"], ["session.id"], name=op.f("fk_refresh_token_session_id")
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_refresh_token")),
    )
    op.create_index(op.f("ix_refresh_token_session_id"), "refresh_token", ["session_id"])
    op.create_table(
        "known_device",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("person_id", Id(), nullable=False),
        sa.Column("seen_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_known_device_person_id")
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_known_device")),
    )
    op.create_index(op.f("ix_known_device_person_id"), "known_device", ["person_id"])
    op.create_table(
        "invitation",
        *_subject("state IN ('open', 'accepted', 'withdrawn')", "invitation"),
        sa.Column("organisation_id", Id(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("roles", Json, nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("invited_by", Id(), nullable=False),
        sa.Column("invited_at", UTCDateTime(), nullable=False),
        sa.Column("expires_at", UTCDateTime(), nullable=False),
        sa.Column("person_id", Id(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_invitation_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["invited_by"], ["person.id"], name=op.f("fk_invitation_invited_by")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_invitation_person_id")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_invitation_token_hash")),
    )
    op.create_index(op.f("ix_invitation_organisation_id"), "invitation", ["organisation_id"])
    op.create_table(
        "api_key",
        *_subject("state IN ('active', 'revoked')", "api_key"),
        sa.Column("key_hash", sa.String(length=64), nullable=False),
        sa.Column("start", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("person_id", Id(), nullable=True),
        sa.Column("organisation_id", Id(), nullable=True),
        sa.Column("scopes", Json, nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("expires_at", UTCDateTime(), nullable=False),
        sa.Column("last_used_at", UTCDateTime(), nullable=True),
        sa.Column("revoked_at", UTCDateTime(), nullable=True),
        sa.CheckConstraint(
            "(person_id IS NULL) <> (organisation_id IS NULL)",
            name=op.f("ck_api_key_acts_for_one"),
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_api_key_person_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_api_key_organisation_id")
        ),
        sa.UniqueConstraint("key_hash", name=op.f("uq_api_key_key_hash")),
    )
    op.create_index(op.f("ix_api_key_person_id"), "api_key", ["person_id"])
    op.create_index(op.f("ix_api_key_organisation_id"), "api_key", ["organisation_id"])

    connection = op.get_bind()
    enforce_subject(
        connection, "session", "session", fixed=("person_id", "opened_at", "expires_at")
    )
    enforce_subject(connection, "invitation", "invitation", fixed=_INVITATION)
    enforce_subject(
        connection,
        "api_key",
        "api_key",
        fixed=("key_hash", "person_id", "organisation_id", "scopes", "expires_at"),
        with_move=("revoked_at",),
    )


def _subject(states: str, table: str) -> tuple[sa.schema.SchemaItem, ...]:
    """The columns of everything that has a lifecycle."""
    return (
        sa.Column("id", Id(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(states, name=op.f(f"ck_{table}_state")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
