"""Recruiters complete: what they state, placements, licences, registers' history, look-alikes

Revision: 0007, after 0006
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from app.platform.database import Id, UTCDateTime
from migrations.enforcement import enforce_immutable, enforce_once, enforce_subject

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

JSON_COLUMN = sa.JSON(none_as_null=True).with_variant(
    postgresql.JSONB(none_as_null=True), "postgresql"
)

_ID = {"postgresql": "UUID", "sqlite": "VARCHAR(36)"}
_STATUSES = "'valid', 'suspended', 'expired', 'cancelled'"


def upgrade() -> None:
    connection = op.get_bind()
    _mergers(connection)
    _register(connection)
    op.create_table(
        "look_alike_block",
        sa.Column("block", sa.String(length=24), nullable=False),
        sa.Column("owner", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("block", "owner", name=op.f("pk_look_alike_block")),
    )
    with op.batch_alter_table("look_alike_block", schema=None) as batch_op:
        batch_op.create_index("ix_look_alike_block_owner", ["owner"], unique=False)

    op.create_table(
        "register_history",
        sa.Column("id", Id(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("said_from", UTCDateTime(), nullable=False),
        sa.Column("said_until", UTCDateTime(), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("licence_number", sa.String(length=64), nullable=True),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("address", sa.String(length=500), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("gone_at", UTCDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_register_history")),
        info={"immutable": True},
    )
    with op.batch_alter_table("register_history", schema=None) as batch_op:
        batch_op.create_index("ix_register_history_key", ["key"], unique=False)

    op.create_table(
        "register_import",
        sa.Column("id", Id(), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("imported_at", UTCDateTime(), nullable=False),
        sa.Column("counts", JSON_COLUMN, nullable=False),
        sa.Column("compared_at", UTCDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_register_import")),
        info={"once": ("compared_at",)},
    )
    with op.batch_alter_table("register_import", schema=None) as batch_op:
        batch_op.create_index(
            "ix_register_import_country_at", ["country", "imported_at"], unique=False
        )

    op.create_table(
        "business_partner",
        sa.Column("id", Id(), nullable=False),
        sa.Column("recruiter_id", Id(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("entered_as_id", Id(), nullable=True),
        sa.Column("under_id", Id(), nullable=True),
        sa.Column("stated_at", UTCDateTime(), nullable=False),
        sa.Column("ended_at", UTCDateTime(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('sub_agent', 'business_partner')", name=op.f("ck_business_partner_kind")
        ),
        sa.ForeignKeyConstraint(
            ["entered_as_id"], ["recruiter.id"], name=op.f("fk_business_partner_entered_as_id")
        ),
        sa.ForeignKeyConstraint(
            ["recruiter_id"], ["recruiter.id"], name=op.f("fk_business_partner_recruiter_id")
        ),
        sa.ForeignKeyConstraint(
            ["under_id"], ["business_partner.id"], name=op.f("fk_business_partner_under_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_business_partner")),
        info={"once": ("ended_at",)},
    )
    with op.batch_alter_table("business_partner", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_business_partner_entered_as_id"), ["entered_as_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_business_partner_recruiter_id"), ["recruiter_id"], unique=False
        )

    op.create_table(
        "look_alike",
        sa.Column("id", Id(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recruiter_id", Id(), nullable=False),
        sa.Column("other_id", Id(), nullable=True),
        sa.Column("register_key", sa.String(length=64), nullable=True),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("why", JSON_COLUMN, nullable=False),
        sa.CheckConstraint(
            "state IN ('proposed', 'confirmed', 'dismissed', 'cleared')",
            name=op.f("ck_look_alike_state"),
        ),
        sa.CheckConstraint(
            "(other_id IS NULL) <> (register_key IS NULL)", name=op.f("ck_look_alike_one_other")
        ),
        sa.ForeignKeyConstraint(
            ["other_id"], ["recruiter.id"], name=op.f("fk_look_alike_other_id")
        ),
        sa.ForeignKeyConstraint(
            ["recruiter_id"], ["recruiter.id"], name=op.f("fk_look_alike_recruiter_id")
        ),
        sa.ForeignKeyConstraint(
            ["register_key"], ["register_licence.key"], name=op.f("fk_look_alike_register_key")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_look_alike")),
        info={"fixed": ("recruiter_id", "other_id", "register_key", "score", "why")},
    )
    with op.batch_alter_table("look_alike", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_look_alike_other_id"), ["other_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_look_alike_recruiter_id"), ["recruiter_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_look_alike_register_key"), ["register_key"], unique=False
        )
        batch_op.create_index("ix_look_alike_state", ["state"], unique=False)

    op.create_table(
        "recruiter_licence",
        sa.Column("id", Id(), nullable=False),
        sa.Column("recruiter_id", Id(), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("number", sa.String(length=64), nullable=False),
        sa.Column("authority", sa.String(length=200), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("stated_at", UTCDateTime(), nullable=False),
        sa.Column("replaced_at", UTCDateTime(), nullable=True),
        sa.CheckConstraint(
            "status IN ('valid', 'suspended', 'expired', 'cancelled')",
            name=op.f("ck_recruiter_licence_status"),
        ),
        sa.ForeignKeyConstraint(
            ["recruiter_id"], ["recruiter.id"], name=op.f("fk_recruiter_licence_recruiter_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recruiter_licence")),
        info={"once": ("replaced_at",)},
    )
    with op.batch_alter_table("recruiter_licence", schema=None) as batch_op:
        batch_op.create_index("ix_recruiter_licence_country", ["country"], unique=False)
        batch_op.create_index(
            "uq_recruiter_licence_stated",
            ["recruiter_id", "country", "number"],
            unique=True,
            sqlite_where=sa.text("replaced_at IS NULL"),
            postgresql_where=sa.text("replaced_at IS NULL"),
        )

    op.create_table(
        "recruiter_officer",
        sa.Column("id", Id(), nullable=False),
        sa.Column("recruiter_id", Id(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("office", sa.String(length=64), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["recruiter_id"], ["recruiter.id"], name=op.f("fk_recruiter_officer_recruiter_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recruiter_officer")),
    )
    with op.batch_alter_table("recruiter_officer", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_recruiter_officer_recruiter_id"), ["recruiter_id"], unique=False
        )

    op.create_table(
        "recruiter_profile",
        sa.Column("id", Id(), nullable=False),
        sa.Column("recruiter_id", Id(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("content", JSON_COLUMN, nullable=False),
        sa.Column("stated_at", UTCDateTime(), nullable=False),
        sa.Column("stated_by", Id(), nullable=True),
        sa.ForeignKeyConstraint(
            ["recruiter_id"], ["recruiter.id"], name=op.f("fk_recruiter_profile_recruiter_id")
        ),
        sa.ForeignKeyConstraint(
            ["stated_by"], ["person.id"], name=op.f("fk_recruiter_profile_stated_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recruiter_profile")),
        sa.UniqueConstraint(
            "recruiter_id", "revision", name=op.f("uq_recruiter_profile_recruiter_id_revision")
        ),
        info={"immutable": True},
    )
    op.create_table(
        "recruiter_standing",
        sa.Column("recruiter_id", Id(), nullable=False),
        sa.Column("lost", sa.String(length=32), nullable=False),
        sa.Column("since", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["recruiter_id"], ["recruiter.id"], name=op.f("fk_recruiter_standing_recruiter_id")
        ),
        sa.PrimaryKeyConstraint("recruiter_id", name=op.f("pk_recruiter_standing")),
    )
    op.create_table(
        "licence_signal",
        sa.Column("id", Id(), nullable=False),
        sa.Column("recruiter_id", Id(), nullable=False),
        sa.Column("licence_id", Id(), nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("raised_at", UTCDateTime(), nullable=False),
        sa.Column("cleared_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["licence_id"], ["recruiter_licence.id"], name=op.f("fk_licence_signal_licence_id")
        ),
        sa.ForeignKeyConstraint(
            ["recruiter_id"], ["recruiter.id"], name=op.f("fk_licence_signal_recruiter_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_licence_signal")),
        info={"once": ("cleared_at",)},
    )
    with op.batch_alter_table("licence_signal", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_licence_signal_recruiter_id"), ["recruiter_id"], unique=False
        )
        batch_op.create_index(
            "uq_licence_signal_open",
            ["licence_id"],
            unique=True,
            sqlite_where=sa.text("cleared_at IS NULL"),
            postgresql_where=sa.text("cleared_at IS NULL"),
        )

    op.create_table(
        "look_alike_note",
        sa.Column("id", Id(), nullable=False),
        sa.Column("look_alike_id", Id(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("written_at", UTCDateTime(), nullable=False),
        sa.Column("written_by", Id(), nullable=True),
        sa.ForeignKeyConstraint(
            ["look_alike_id"], ["look_alike.id"], name=op.f("fk_look_alike_note_look_alike_id")
        ),
        sa.ForeignKeyConstraint(
            ["written_by"], ["person.id"], name=op.f("fk_look_alike_note_written_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_look_alike_note")),
        sa.UniqueConstraint(
            "look_alike_id", "version", name=op.f("uq_look_alike_note_look_alike_id_version")
        ),
        info={"immutable": True},
    )
    op.create_table(
        "placement",
        sa.Column("id", Id(), nullable=False),
        sa.Column("recruiter_id", Id(), nullable=False),
        sa.Column("worker", sa.String(length=64), nullable=False),
        sa.Column("corridor", sa.String(length=5), nullable=False),
        sa.Column("employer", sa.String(length=200), nullable=False),
        sa.Column("partner_id", Id(), nullable=True),
        sa.Column("gender", sa.String(length=16), nullable=False),
        sa.Column("cohort", sa.String(length=32), nullable=False),
        sa.Column("arrived_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", UTCDateTime(), nullable=False),
        sa.CheckConstraint(
            "gender IN ('female', 'male', 'other', 'unknown')", name=op.f("ck_placement_gender")
        ),
        sa.ForeignKeyConstraint(
            ["partner_id"], ["business_partner.id"], name=op.f("fk_placement_partner_id")
        ),
        sa.ForeignKeyConstraint(
            ["recruiter_id"], ["recruiter.id"], name=op.f("fk_placement_recruiter_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_placement")),
        sa.UniqueConstraint(
            "recruiter_id",
            "worker",
            "corridor",
            "arrived_on",
            name=op.f("uq_placement_recruiter_id_worker_corridor_arrived_on"),
        ),
        info={"immutable": True},
    )
    with op.batch_alter_table("placement", schema=None) as batch_op:
        batch_op.create_index("ix_placement_recruiter_id_id", ["recruiter_id", "id"], unique=False)

    op.add_column(
        "registry_certificate",
        sa.Column("licence_signals", JSON_COLUMN, server_default="[]", nullable=False),
    )
    enforce_subject(
        connection,
        "look_alike",
        "look_alike",
        fixed=("recruiter_id", "other_id", "register_key", "score", "why"),
    )
    for table in ("recruiter_profile", "placement", "register_history", "look_alike_note"):
        enforce_immutable(connection, table)
    enforce_once(connection, "recruiter_licence", ("replaced_at",))
    enforce_once(connection, "licence_signal", ("cleared_at",))
    enforce_once(connection, "business_partner", ("ended_at",))
    enforce_once(connection, "register_import", ("compared_at",))


def _mergers(connection: sa.Connection) -> None:
    """An entry that was merged names the one that goes on, for good."""
    connection.exec_driver_sql(
        f"ALTER TABLE recruiter ADD COLUMN merged_into_id {_ID[connection.dialect.name]}"
        " CONSTRAINT fk_recruiter_merged_into_id REFERENCES recruiter (id)"
        " CONSTRAINT ck_recruiter_merged_into"
        " CHECK ((state = 'merged') = (merged_into_id IS NOT NULL))"
    )
    op.create_index("ix_recruiter_merged_into_id", "recruiter", ["merged_into_id"])
    if connection.dialect.name == "postgresql":
        for trigger in ("follows_journal", "keeps", "stays"):
            connection.exec_driver_sql(f"DROP TRIGGER recruiter_{trigger} ON recruiter")
    else:
        for trigger in ("birth", "moves", "stays"):
            connection.exec_driver_sql(f"DROP TRIGGER recruiter_{trigger}")
    enforce_subject(
        connection,
        "recruiter",
        "recruiter",
        fixed=("organisation_id", "number", "merged_into_id"),
    )


def _register(connection: sa.Connection) -> None:
    """What a register says beyond name and address, and since when it says nothing any more."""
    connection.exec_driver_sql(
        "ALTER TABLE register_licence ADD COLUMN status VARCHAR(16)"
        f" CONSTRAINT ck_register_licence_status CHECK (status IN ({_STATUSES}))"
    )
    op.add_column("register_licence", sa.Column("valid_until", sa.Date(), nullable=True))
    op.add_column("register_licence", sa.Column("gone_at", UTCDateTime(), nullable=True))


def downgrade() -> None:
    raise RuntimeError("what recruiters stated is not forgotten: restore a backup instead")
