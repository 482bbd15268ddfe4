"""The first chain, from the journal to the registry

Revision: 0001, after
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from app.platform.database import Id, UTCDateTime
from migrations.enforcement import (
    enforce_immutable,
    enforce_independence,
    enforce_journal,
    enforce_once,
    enforce_subject,
    enforce_unsigned,
)

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

JSON_COLUMN = sa.JSON(none_as_null=True).with_variant(
    postgresql.JSONB(none_as_null=True), "postgresql"
)


def upgrade() -> None:
    op.create_table(
        "approval",
        sa.Column("id", Id(), nullable=False),
        sa.Column("machine", sa.String(length=32), nullable=False),
        sa.Column("subject", Id(), nullable=False),
        sa.Column("subject_version", sa.Integer(), nullable=False),
        sa.Column("action", sa.String(length=32), nullable=False),
        sa.Column("terms", sa.String(length=64), nullable=False),
        sa.Column("first_person", Id(), nullable=False),
        sa.Column("first_role", sa.String(length=32), nullable=False),
        sa.Column("opened_at", UTCDateTime(), nullable=False),
        sa.Column("expires_at", UTCDateTime(), nullable=False),
        sa.Column("second_person", Id(), nullable=True),
        sa.Column("second_role", sa.String(length=32), nullable=True),
        sa.Column("completed_at", UTCDateTime(), nullable=True),
        sa.Column("lapsed_at", UTCDateTime(), nullable=True),
        sa.CheckConstraint(
            "(completed_at IS NULL) = (second_person IS NULL)",
            name=op.f("ck_approval_completed_by_second"),
        ),
        sa.CheckConstraint("second_person <> first_person", name=op.f("ck_approval_two_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval")),
        info={"once": ("second_person", "second_role", "completed_at", "lapsed_at")},
    )
    with op.batch_alter_table("approval", schema=None) as batch_op:
        batch_op.create_index(
            "uq_approval_open",
            ["machine", "subject", "subject_version", "action"],
            unique=True,
            sqlite_where=sa.text("lapsed_at IS NULL"),
            postgresql_where=sa.text("lapsed_at IS NULL"),
        )

    op.create_table(
        "idempotency_key",
        sa.Column("client", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("headers", JSON_COLUMN, nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("client", "key", name=op.f("pk_idempotency_key")),
    )
    with op.batch_alter_table("idempotency_key", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_idempotency_key_created_at"), ["created_at"], unique=False
        )

    op.create_table(
        "journal_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("chain", sa.String(length=64), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_journal_head_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal_head")),
    )
    op.create_table(
        "lifecycle_rule",
        sa.Column("machine", sa.String(length=32), nullable=False),
        sa.Column("source", sa.String(length=32), nullable=False),
        sa.Column("action", sa.String(length=32), nullable=False),
        sa.Column("target", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint(
            "machine", "source", "action", "target", name=op.f("pk_lifecycle_rule")
        ),
    )
    op.create_table(
        "organisation",
        sa.Column("id", Id(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=True),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('scheme_owner', 'scheme_manager', 'audit_company', 'recruiter', 'employer', 'government_body')",
            name=op.f("ck_organisation_kind"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation")),
    )
    op.create_table(
        "register_licence",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("licence_number", sa.String(length=64), nullable=True),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("address", sa.String(length=500), nullable=False),
        sa.Column("imported_at", UTCDateTime(), nullable=False),
        sa.Column("changed_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_register_licence")),
    )
    with op.batch_alter_table("register_licence", schema=None) as batch_op:
        batch_op.create_index(
            "ix_register_licence_number", ["country", "licence_number"], unique=False
        )

    op.create_table(
        "two_person_rule",
        sa.Column("machine", sa.String(length=32), nullable=False),
        sa.Column("source", sa.String(length=32), nullable=False),
        sa.Column("action", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("machine", "source", "action", name=op.f("pk_two_person_rule")),
    )
    op.create_table(
        "write_probe",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("probed_at", UTCDateTime(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_write_probe_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_write_probe")),
    )
    op.create_table(
        "journal_entry",
        sa.Column(
            "position",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("machine", sa.String(length=32), nullable=False),
        sa.Column("subject", Id(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("previous", sa.Integer(), nullable=True),
        sa.Column("source", sa.String(length=32), nullable=False),
        sa.Column("action", sa.String(length=32), nullable=False),
        sa.Column("target", sa.String(length=32), nullable=False),
        sa.Column("effective_at", UTCDateTime(), nullable=False),
        sa.Column("recorded_at", UTCDateTime(), nullable=False),
        sa.Column("actor", Id(), nullable=True),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("reason_code", sa.String(length=64), nullable=True),
        sa.Column("facts", JSON_COLUMN, nullable=False),
        sa.Column("chain", sa.String(length=64), nullable=False),
        sa.CheckConstraint(
            "(version = 1 AND previous IS NULL AND source = '') OR (version > 1 AND previous IS NOT NULL AND previous = version - 1 AND source <> '')",
            name=op.f("ck_journal_entry_succession"),
        ),
        sa.ForeignKeyConstraint(
            ["machine", "source", "action", "target"],
            [
                "lifecycle_rule.machine",
                "lifecycle_rule.source",
                "lifecycle_rule.action",
                "lifecycle_rule.target",
            ],
            name=op.f("fk_journal_entry_machine_source_action_target"),
        ),
        sa.ForeignKeyConstraint(
            ["machine", "subject", "previous", "source"],
            [
                "journal_entry.machine",
                "journal_entry.subject",
                "journal_entry.version",
                "journal_entry.target",
            ],
            name=op.f("fk_journal_entry_machine_subject_previous_source"),
        ),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_journal_entry")),
        sa.UniqueConstraint(
            "machine",
            "subject",
            "version",
            "target",
            name=op.f("uq_journal_entry_machine_subject_version_target"),
        ),
        sa.UniqueConstraint(
            "machine", "subject", "version", name=op.f("uq_journal_entry_machine_subject_version")
        ),
    )
    op.create_table(
        "person",
        sa.Column("id", Id(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("organisation_id", Id(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_person_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("email", name=op.f("uq_person_email")),
    )
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_person_organisation_id"), ["organisation_id"], unique=False
        )

    op.create_table(
        "recruiter",
        sa.Column("id", Id(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("organisation_id", Id(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=True),
        sa.CheckConstraint("state IN ('listed', 'merged')", name=op.f("ck_recruiter_state")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_recruiter_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recruiter")),
        sa.UniqueConstraint("number", name=op.f("uq_recruiter_number")),
        sa.UniqueConstraint("organisation_id", name=op.f("uq_recruiter_organisation_id")),
        info={"fixed": ("organisation_id", "number")},
    )
    op.create_table(
        "application",
        sa.Column("id", Id(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recruiter_id", Id(), nullable=False),
        sa.Column("standard", sa.String(length=32), nullable=False),
        sa.Column("content", JSON_COLUMN, nullable=False),
        sa.Column("audit_company_id", Id(), nullable=True),
        sa.Column("stage_1_days", sa.Integer(), nullable=True),
        sa.Column("stage_2_days", sa.Integer(), nullable=True),
        sa.Column("sites_to_sample", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "state IN ('draft', 'dropped', 'submitted', 'in_review', 'deferred', 'lapsed', 'rejected', 'accepted', 'contracted', 'withdrawn')",
            name=op.f("ck_application_state"),
        ),
        sa.ForeignKeyConstraint(
            ["audit_company_id"], ["organisation.id"], name=op.f("fk_application_audit_company_id")
        ),
        sa.ForeignKeyConstraint(
            ["recruiter_id"], ["recruiter.id"], name=op.f("fk_application_recruiter_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application")),
        info={"fixed": ("recruiter_id", "standard")},
    )
    with op.batch_alter_table("application", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_application_audit_company_id"), ["audit_company_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_application_recruiter_id"), ["recruiter_id"], unique=False
        )

    op.create_table(
        "assignment",
        sa.Column("id", Id(), nullable=False),
        sa.Column("person_id", Id(), nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("case_id", Id(), nullable=False),
        sa.Column("audit_id", Id(), nullable=False),
        sa.Column("recruiter_id", Id(), nullable=False),
        sa.Column("assigned_at", UTCDateTime(), nullable=False),
        sa.Column("ended_at", UTCDateTime(), nullable=True),
        sa.CheckConstraint(
            "role IN ('scheme_manager', 'appeal_panel', 'integrity_officer', 'application_reviewer', 'programme_manager', 'lead_auditor', 'auditor', 'technical_expert', 'reviewer', 'decision_maker', 'recruiter_admin', 'recruiter_staff', 'employer', 'complaint_handler', 'observer', 'worker', 'public', 'system')",
            name=op.f("ck_assignment_role"),
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_assignment_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignment")),
        info={"once": ("ended_at",)},
    )
    with op.batch_alter_table("assignment", schema=None) as batch_op:
        batch_op.create_index("ix_assignment_case_person", ["case_id", "person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_assignment_person_id"), ["person_id"], unique=False)
        batch_op.create_index(
            "uq_assignment_open",
            ["audit_id", "person_id", "role"],
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )

    op.create_table(
        "audit_remark",
        sa.Column("machine", sa.String(length=32), nullable=False),
        sa.Column("subject", Id(), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("salt", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["machine", "subject", "version"],
            ["journal_entry.machine", "journal_entry.subject", "journal_entry.version"],
            name=op.f("fk_audit_remark_machine_subject_version"),
        ),
        sa.PrimaryKeyConstraint("machine", "subject", "version", name=op.f("pk_audit_remark")),
    )
    op.create_table(
        "client",
        sa.Column("id", Id(), nullable=False),
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("person_id", Id(), nullable=True),
        sa.Column("organisation_id", Id(), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("created_by", Id(), nullable=True),
        sa.Column("revoked_at", UTCDateTime(), nullable=True),
        sa.CheckConstraint(
            "(person_id IS NULL) <> (organisation_id IS NULL)", name=op.f("ck_client_acts_for_one")
        ),
        sa.ForeignKeyConstraint(["created_by"], ["person.id"], name=op.f("fk_client_created_by")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_client_organisation_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_client_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_client")),
    )
    with op.batch_alter_table("client", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_client_organisation_id"), ["organisation_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_client_person_id"), ["person_id"], unique=False)

    op.create_table(
        "recruiter_name",
        sa.Column("id", Id(), nullable=False),
        sa.Column("recruiter_id", Id(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("until", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["recruiter_id"], ["recruiter.id"], name=op.f("fk_recruiter_name_recruiter_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recruiter_name")),
    )
    with op.batch_alter_table("recruiter_name", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_recruiter_name_recruiter_id"), ["recruiter_id"], unique=False
        )

    op.create_table(
        "recruiter_number",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("recruiter_id", Id(), nullable=False),
        sa.Column("issued_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["recruiter_id"], ["recruiter.id"], name=op.f("fk_recruiter_number_recruiter_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recruiter_number")),
        sa.UniqueConstraint("recruiter_id", name=op.f("uq_recruiter_number_recruiter_id")),
        info={"immutable": True},
    )
    op.create_table(
        "role_grant",
        sa.Column("id", Id(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("person_id", Id(), nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.CheckConstraint(
            "role IN ('scheme_manager', 'appeal_panel', 'integrity_officer', 'application_reviewer', 'programme_manager', 'lead_auditor', 'auditor', 'technical_expert', 'reviewer', 'decision_maker', 'recruiter_admin', 'recruiter_staff', 'employer', 'complaint_handler', 'observer', 'worker', 'public', 'system')",
            name=op.f("ck_role_grant_role"),
        ),
        sa.CheckConstraint("state IN ('held', 'ended')", name=op.f("ck_role_grant_state")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_role_grant_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_grant")),
        info={"fixed": ("person_id", "role")},
    )
    with op.batch_alter_table("role_grant", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_role_grant_person_id"), ["person_id"], unique=False)
        batch_op.create_index(
            "uq_role_grant_held",
            ["person_id", "role"],
            unique=True,
            sqlite_where=sa.text("state = 'held'"),
            postgresql_where=sa.text("state = 'held'"),
        )

    op.create_table(
        "touch",
        sa.Column("id", Id(), nullable=False),
        sa.Column("person_id", Id(), nullable=False),
        sa.Column("way", sa.String(length=32), nullable=False),
        sa.Column("case_id", Id(), nullable=False),
        sa.Column("audit_id", Id(), nullable=False),
        sa.Column("recruiter_id", Id(), nullable=False),
        sa.Column("touched_at", UTCDateTime(), nullable=False),
        sa.CheckConstraint(
            "way IN ('team', 'answer', 'finding', 'evidence', 'interview', 'report', 'decision_input')",
            name=op.f("ck_touch_way"),
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_touch_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_touch")),
        sa.UniqueConstraint(
            "audit_id", "person_id", "way", name=op.f("uq_touch_audit_id_person_id_way")
        ),
        info={"immutable": True},
    )
    with op.batch_alter_table("touch", schema=None) as batch_op:
        batch_op.create_index("ix_touch_case_person", ["case_id", "person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_touch_person_id"), ["person_id"], unique=False)

    op.create_table(
        "application_payment",
        sa.Column("id", Id(), nullable=False),
        sa.Column("application_id", Id(), nullable=False),
        sa.Column("invoice_number", sa.String(length=64), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", UTCDateTime(), nullable=False),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_application_payment_amount")),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["application.id"],
            name=op.f("fk_application_payment_application_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application_payment")),
        sa.UniqueConstraint("application_id", name=op.f("uq_application_payment_application_id")),
        sa.UniqueConstraint("invoice_number", name=op.f("uq_application_payment_invoice_number")),
        info={"immutable": True},
    )
    op.create_table(
        "audit",
        sa.Column("id", Id(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("application_id", Id(), nullable=False),
        sa.Column("recruiter_id", Id(), nullable=False),
        sa.Column("recruiter_organisation_id", Id(), nullable=False),
        sa.Column("audit_company_id", Id(), nullable=False),
        sa.Column("standard", sa.String(length=32), nullable=False),
        sa.Column("unannounced", sa.Boolean(), nullable=False),
        sa.Column("planned_from", sa.Date(), nullable=False),
        sa.Column("planned_until", sa.Date(), nullable=False),
        sa.Column("planned_by", Id(), nullable=False),
        sa.Column("proposal", sa.Integer(), nullable=False),
        sa.Column("acknowledgement", sa.String(length=32), nullable=True),
        sa.Column("fieldwork_ended_on", sa.Date(), nullable=True),
        sa.Column("readiness", sa.String(length=32), nullable=True),
        sa.CheckConstraint(
            "acknowledgement IN ('signed', 'refused')", name=op.f("ck_audit_acknowledgement")
        ),
        sa.CheckConstraint(
            "kind IN ('stage_1', 'stage_2', 'surveillance', 'recertification', 'special', 'transfer_review')",
            name=op.f("ck_audit_kind"),
        ),
        sa.CheckConstraint(
            "readiness IN ('ready', 'ready_with_concerns', 'not_ready')",
            name=op.f("ck_audit_readiness"),
        ),
        sa.CheckConstraint(
            "state IN ('planned', 'team_proposed', 'objected', 'confirmed', 'in_progress', 'aborted', 'fieldwork_done', 'commenting', 'report_submitted', 'returned', 'reviewed', 'closed', 'cancelled')",
            name=op.f("ck_audit_state"),
        ),
        sa.CheckConstraint("planned_until >= planned_from", name=op.f("ck_audit_planned_days")),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_audit_application_id")
        ),
        sa.ForeignKeyConstraint(
            ["audit_company_id"], ["organisation.id"], name=op.f("fk_audit_audit_company_id")
        ),
        sa.ForeignKeyConstraint(["planned_by"], ["person.id"], name=op.f("fk_audit_planned_by")),
        sa.ForeignKeyConstraint(
            ["recruiter_id"], ["recruiter.id"], name=op.f("fk_audit_recruiter_id")
        ),
        sa.ForeignKeyConstraint(
            ["recruiter_organisation_id"],
            ["organisation.id"],
            name=op.f("fk_audit_recruiter_organisation_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
        info={
            "fixed": (
                "kind",
                "application_id",
                "recruiter_id",
                "recruiter_organisation_id",
                "audit_company_id",
                "standard",
                "unannounced",
                "planned_by",
            )
        },
    )
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_audit_application_id"), ["application_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_audit_audit_company_id"), ["audit_company_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_audit_recruiter_id"), ["recruiter_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_audit_recruiter_organisation_id"),
            ["recruiter_organisation_id"],
            unique=False,
        )

    op.create_table(
        "certificate",
        sa.Column("id", Id(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=19), nullable=False),
        sa.Column("case_id", Id(), nullable=False),
        sa.Column("recruiter_id", Id(), nullable=False),
        sa.Column("recruiter_organisation_id", Id(), nullable=False),
        sa.Column("audit_company_id", Id(), nullable=False),
        sa.CheckConstraint(
            "state IN ('active', 'suspended', 'withdrawn', 'terminated', 'transferred_out', 'annulled')",
            name=op.f("ck_certificate_state"),
        ),
        sa.ForeignKeyConstraint(
            ["audit_company_id"], ["organisation.id"], name=op.f("fk_certificate_audit_company_id")
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["application.id"], name=op.f("fk_certificate_case_id")
        ),
        sa.ForeignKeyConstraint(
            ["recruiter_id"], ["recruiter.id"], name=op.f("fk_certificate_recruiter_id")
        ),
        sa.ForeignKeyConstraint(
            ["recruiter_organisation_id"],
            ["organisation.id"],
            name=op.f("fk_certificate_recruiter_organisation_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate")),
        sa.UniqueConstraint("number", name=op.f("uq_certificate_number")),
        info={
            "fixed": (
                "number",
                "case_id",
                "recruiter_id",
                "recruiter_organisation_id",
                "audit_company_id",
            )
        },
    )
    with op.batch_alter_table("certificate", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_certificate_audit_company_id"), ["audit_company_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_certificate_case_id"), ["case_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_certificate_recruiter_id"), ["recruiter_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_certificate_recruiter_organisation_id"),
            ["recruiter_organisation_id"],
            unique=False,
        )

    op.create_table(
        "deferral_item",
        sa.Column("id", Id(), nullable=False),
        sa.Column("application_id", Id(), nullable=False),
        sa.Column("deferral", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("request", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("answered_at", UTCDateTime(), nullable=True),
        sa.Column("answered_by", Id(), nullable=True),
        sa.CheckConstraint(
            "(answer IS NULL) = (answered_at IS NULL)", name=op.f("ck_deferral_item_answered")
        ),
        sa.ForeignKeyConstraint(
            ["answered_by"], ["person.id"], name=op.f("fk_deferral_item_answered_by")
        ),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_deferral_item_application_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deferral_item")),
        sa.UniqueConstraint(
            "application_id",
            "deferral",
            "place",
            name=op.f("uq_deferral_item_application_id_deferral_place"),
        ),
    )
    op.create_table(
        "audit_answer",
        sa.Column("audit_id", Id(), nullable=False),
        sa.Column("criterion", sa.String(length=32), nullable=False),
        sa.Column("element", sa.String(length=64), nullable=False),
        sa.Column("work_status", sa.String(length=32), nullable=False),
        sa.Column("result", sa.String(length=32), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("answered_by", Id(), nullable=False),
        sa.Column("answered_at", UTCDateTime(), nullable=False),
        sa.CheckConstraint(
            "result IN ('conforms', 'does_not_conform', 'not_applicable', 'not_assessed')",
            name=op.f("ck_audit_answer_result"),
        ),
        sa.CheckConstraint(
            "work_status IN ('to_do', 'in_progress', 'done')",
            name=op.f("ck_audit_answer_work_status"),
        ),
        sa.ForeignKeyConstraint(
            ["answered_by"], ["person.id"], name=op.f("fk_audit_answer_answered_by")
        ),
        sa.ForeignKeyConstraint(["audit_id"], ["audit.id"], name=op.f("fk_audit_answer_audit_id")),
        sa.PrimaryKeyConstraint("audit_id", "criterion", "element", name=op.f("pk_audit_answer")),
    )
    op.create_table(
        "audit_comment",
        sa.Column("id", Id(), nullable=False),
        sa.Column("audit_id", Id(), nullable=False),
        sa.Column("person_id", Id(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.Column("outcome", sa.String(length=32), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("answered_by", Id(), nullable=True),
        sa.Column("answered_at", UTCDateTime(), nullable=True),
        sa.CheckConstraint(
            "outcome <> 'refused' OR reason IS NOT NULL", name=op.f("ck_audit_comment_refusal")
        ),
        sa.CheckConstraint(
            "outcome IN ('accepted', 'refused')", name=op.f("ck_audit_comment_outcome")
        ),
        sa.CheckConstraint(
            "(outcome IS NULL) = (answered_by IS NULL)", name=op.f("ck_audit_comment_answered")
        ),
        sa.ForeignKeyConstraint(
            ["answered_by"], ["person.id"], name=op.f("fk_audit_comment_answered_by")
        ),
        sa.ForeignKeyConstraint(["audit_id"], ["audit.id"], name=op.f("fk_audit_comment_audit_id")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_audit_comment_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_comment")),
    )
    with op.batch_alter_table("audit_comment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_comment_audit_id"), ["audit_id"], unique=False)

    op.create_table(
        "audit_objection",
        sa.Column("audit_id", Id(), nullable=False),
        sa.Column("proposal", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("person_id", Id(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("objected_at", UTCDateTime(), nullable=False),
        sa.Column("refused_because", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["audit_id"], ["audit.id"], name=op.f("fk_audit_objection_audit_id")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_audit_objection_person_id")
        ),
        sa.PrimaryKeyConstraint("audit_id", "proposal", name=op.f("pk_audit_objection")),
    )
    op.create_table(
        "audit_report",
        sa.Column("audit_id", Id(), nullable=False),
        sa.Column("edition", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("recommendation", sa.String(length=32), nullable=False),
        sa.Column("submitted_by", Id(), nullable=False),
        sa.Column("submitted_at", UTCDateTime(), nullable=False),
        sa.CheckConstraint(
            "recommendation IN ('ready', 'ready_with_concerns', 'not_ready', 'grant', 'refuse', 'maintain', 'suspend', 'restore', 'withdraw', 'renew', 'restore_expired', 'extend_scope', 'reduce_scope', 'transfer_in')",
            name=op.f("ck_audit_report_code"),
        ),
        sa.ForeignKeyConstraint(["audit_id"], ["audit.id"], name=op.f("fk_audit_report_audit_id")),
        sa.ForeignKeyConstraint(
            ["submitted_by"], ["person.id"], name=op.f("fk_audit_report_submitted_by")
        ),
        sa.PrimaryKeyConstraint("audit_id", "edition", name=op.f("pk_audit_report")),
    )
    op.create_table(
        "audit_team_member",
        sa.Column("audit_id", Id(), nullable=False),
        sa.Column("proposal", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("person_id", Id(), nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.CheckConstraint(
            "role IN ('lead_auditor', 'auditor', 'technical_expert')",
            name=op.f("ck_audit_team_member_role"),
        ),
        sa.ForeignKeyConstraint(
            ["audit_id"], ["audit.id"], name=op.f("fk_audit_team_member_audit_id")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_audit_team_member_person_id")
        ),
        sa.PrimaryKeyConstraint(
            "audit_id", "proposal", "person_id", name=op.f("pk_audit_team_member")
        ),
    )
    with op.batch_alter_table("audit_team_member", schema=None) as batch_op:
        batch_op.create_index("ix_audit_team_member_person", ["person_id"], unique=False)

    op.create_table(
        "decision",
        sa.Column("id", Id(), nullable=False),
        sa.Column("type", sa.String(length=32), nullable=False),
        sa.Column("case_id", Id(), nullable=False),
        sa.Column("recruiter_organisation_id", Id(), nullable=False),
        sa.Column("audit_company_id", Id(), nullable=False),
        sa.Column("audit_id", Id(), nullable=True),
        sa.Column("certificate_id", Id(), nullable=True),
        sa.Column("person_id", Id(), nullable=False),
        sa.Column("countersigned_by", Id(), nullable=True),
        sa.Column("recommendation", sa.Text(), nullable=True),
        sa.Column("reason_codes", JSON_COLUMN, nullable=False),
        sa.Column("conditions", JSON_COLUMN, nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("independence", JSON_COLUMN, nullable=False),
        sa.Column("completeness", JSON_COLUMN, nullable=False),
        sa.Column("inputs_hash", sa.String(length=64), nullable=False),
        sa.Column("decided_at", UTCDateTime(), nullable=False),
        sa.CheckConstraint(
            "type IN ('grant', 'refuse', 'transfer_in', 'maintain', 'renew', 'suspend', 'suspend_emergency', 'suspend_by_policy', 'confirm_suspension', 'lift_reason', 'restore', 'suspend_corridors', 'restore_corridors', 'withdraw', 'extend_scope', 'reduce_scope', 'restore_expired', 'terminate', 'transfer_out', 'flag_issuer', 'unflag_issuer', 'annul', 'overturn', 'overturn_to_suspended', 'correct')",
            name=op.f("ck_decision_type"),
        ),
        sa.CheckConstraint(
            "audit_id IS NOT NULL OR certificate_id IS NOT NULL",
            name=op.f("ck_decision_on_something"),
        ),
        sa.CheckConstraint("countersigned_by <> person_id", name=op.f("ck_decision_two_people")),
        sa.ForeignKeyConstraint(
            ["audit_company_id"], ["organisation.id"], name=op.f("fk_decision_audit_company_id")
        ),
        sa.ForeignKeyConstraint(["audit_id"], ["audit.id"], name=op.f("fk_decision_audit_id")),
        sa.ForeignKeyConstraint(["case_id"], ["application.id"], name=op.f("fk_decision_case_id")),
        sa.ForeignKeyConstraint(
            ["certificate_id"], ["certificate.id"], name=op.f("fk_decision_certificate_id")
        ),
        sa.ForeignKeyConstraint(
            ["countersigned_by"], ["person.id"], name=op.f("fk_decision_countersigned_by")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_decision_person_id")),
        sa.ForeignKeyConstraint(
            ["recruiter_organisation_id"],
            ["organisation.id"],
            name=op.f("fk_decision_recruiter_organisation_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision")),
        sa.UniqueConstraint("audit_id", name=op.f("uq_decision_audit_id")),
        info={"immutable": True},
    )
    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_decision_audit_company_id"), ["audit_company_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_decision_case_id"), ["case_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_decision_certificate_id"), ["certificate_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_decision_recruiter_organisation_id"),
            ["recruiter_organisation_id"],
            unique=False,
        )

    op.create_table(
        "finding",
        sa.Column("id", Id(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("audit_id", Id(), nullable=False),
        sa.Column("application_id", Id(), nullable=False),
        sa.Column("criterion", sa.String(length=32), nullable=False),
        sa.Column("element", sa.String(length=64), nullable=False),
        sa.Column("grade", sa.String(length=32), nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("issued_by", Id(), nullable=False),
        sa.CheckConstraint(
            "grade IN ('critical', 'major', 'minor', 'observation')", name=op.f("ck_finding_grade")
        ),
        sa.CheckConstraint(
            "state IN ('issued', 'disputed', 'responded', 'plan_accepted', 'evidence_submitted', 'closed', 'voided')",
            name=op.f("ck_finding_state"),
        ),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_finding_application_id")
        ),
        sa.ForeignKeyConstraint(["audit_id"], ["audit.id"], name=op.f("fk_finding_audit_id")),
        sa.ForeignKeyConstraint(["issued_by"], ["person.id"], name=op.f("fk_finding_issued_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding")),
        info={
            "fixed": (
                "audit_id",
                "application_id",
                "criterion",
                "element",
                "statement",
                "issued_by",
            ),
            "with_move": ("grade",),
        },
    )
    with op.batch_alter_table("finding", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_finding_application_id"), ["application_id"], unique=False
        )
        batch_op.create_index("ix_finding_audit_criterion", ["audit_id", "criterion"], unique=False)

    op.create_table(
        "registry_certificate",
        sa.Column("number", sa.String(length=19), nullable=False),
        sa.Column("certificate_id", Id(), nullable=False),
        sa.Column("recruiter_id", Id(), nullable=False),
        sa.Column("recruiter_number", sa.String(length=20), nullable=True),
        sa.Column("holder", sa.String(length=200), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("audit_company", sa.String(length=200), nullable=False),
        sa.Column("editions", JSON_COLUMN, nullable=False),
        sa.Column("timeline", JSON_COLUMN, nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["certificate_id"],
            ["certificate.id"],
            name=op.f("fk_registry_certificate_certificate_id"),
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_registry_certificate")),
        sa.UniqueConstraint("certificate_id", name=op.f("uq_registry_certificate_certificate_id")),
    )
    with op.batch_alter_table("registry_certificate", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_registry_certificate_recruiter_id"), ["recruiter_id"], unique=False
        )

    op.create_table(
        "review",
        sa.Column("id", Id(), nullable=False),
        sa.Column("person_id", Id(), nullable=False),
        sa.Column("case_id", Id(), nullable=False),
        sa.Column("audit_id", Id(), nullable=False),
        sa.Column("audit_version", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=32), nullable=False),
        sa.Column("reasons", JSON_COLUMN, nullable=False),
        sa.Column("involvement", JSON_COLUMN, nullable=False),
        sa.Column("reviewed_at", UTCDateTime(), nullable=False),
        sa.CheckConstraint(
            "outcome IN ('returned', 'passed', 'ready', 'ready_with_concerns', 'not_ready')",
            name=op.f("ck_review_outcome"),
        ),
        sa.ForeignKeyConstraint(["audit_id"], ["audit.id"], name=op.f("fk_review_audit_id")),
        sa.ForeignKeyConstraint(["case_id"], ["application.id"], name=op.f("fk_review_case_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_review_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review")),
        sa.UniqueConstraint(
            "audit_id", "audit_version", name=op.f("uq_review_audit_id_audit_version")
        ),
        info={"immutable": True},
    )
    op.create_table(
        "certificate_edition",
        sa.Column("id", Id(), nullable=False),
        sa.Column("certificate_id", Id(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("decision_id", Id(), nullable=False),
        sa.Column("scope", JSON_COLUMN, nullable=False),
        sa.Column("valid_from", UTCDateTime(), nullable=False),
        sa.Column("valid_until", UTCDateTime(), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.CheckConstraint("edition > 0", name=op.f("ck_certificate_edition_edition")),
        sa.CheckConstraint("valid_until > valid_from", name=op.f("ck_certificate_edition_term")),
        sa.ForeignKeyConstraint(
            ["certificate_id"],
            ["certificate.id"],
            name=op.f("fk_certificate_edition_certificate_id"),
        ),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decision.id"], name=op.f("fk_certificate_edition_decision_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate_edition")),
        sa.UniqueConstraint(
            "certificate_id", "edition", name=op.f("uq_certificate_edition_certificate_id_edition")
        ),
        info={"immutable": True},
    )
    op.create_table(
        "finding_evidence",
        sa.Column("id", Id(), nullable=False),
        sa.Column("finding_id", Id(), nullable=False),
        sa.Column("purpose", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("recorded_by", Id(), nullable=False),
        sa.Column("recorded_at", UTCDateTime(), nullable=False),
        sa.CheckConstraint(
            "purpose IN ('finding', 'correction')", name=op.f("ck_finding_evidence_purpose")
        ),
        sa.ForeignKeyConstraint(
            ["finding_id"], ["finding.id"], name=op.f("fk_finding_evidence_finding_id")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["person.id"], name=op.f("fk_finding_evidence_recorded_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding_evidence")),
    )
    with op.batch_alter_table("finding_evidence", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_finding_evidence_finding_id"), ["finding_id"], unique=False
        )

    op.create_table(
        "finding_plan",
        sa.Column("finding_id", Id(), nullable=False),
        sa.Column("edition", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("root_cause", sa.Text(), nullable=False),
        sa.Column("correction", sa.Text(), nullable=False),
        sa.Column("corrective_action", sa.Text(), nullable=False),
        sa.Column("owner", sa.String(length=200), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("submitted_by", Id(), nullable=False),
        sa.Column("submitted_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["finding_id"], ["finding.id"], name=op.f("fk_finding_plan_finding_id")
        ),
        sa.ForeignKeyConstraint(
            ["submitted_by"], ["person.id"], name=op.f("fk_finding_plan_submitted_by")
        ),
        sa.PrimaryKeyConstraint("finding_id", "edition", name=op.f("pk_finding_plan")),
    )
    op.create_table(
        "finding_verification",
        sa.Column("finding_id", Id(), nullable=False),
        sa.Column("verifier_id", Id(), nullable=False),
        sa.Column("effectiveness", sa.Text(), nullable=False),
        sa.Column("verified_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["finding_id"], ["finding.id"], name=op.f("fk_finding_verification_finding_id")
        ),
        sa.ForeignKeyConstraint(
            ["verifier_id"], ["person.id"], name=op.f("fk_finding_verification_verifier_id")
        ),
        sa.PrimaryKeyConstraint("finding_id", name=op.f("pk_finding_verification")),
    )
    op.create_table(
        "suspension_reason",
        sa.Column("id", Id(), nullable=False),
        sa.Column("certificate_id", Id(), nullable=False),
        sa.Column("decision_id", Id(), nullable=True),
        sa.Column(
            "opened_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("corridor", sa.String(length=5), nullable=True),
        sa.Column("opening", sa.String(length=32), nullable=False),
        sa.Column("remedies", JSON_COLUMN, nullable=False),
        sa.Column("contact", sa.String(length=200), nullable=False),
        sa.Column("deadline", sa.Date(), nullable=False),
        sa.Column("opened_at", UTCDateTime(), nullable=False),
        sa.Column("confirmed_at", UTCDateTime(), nullable=True),
        sa.Column("lifted_at", UTCDateTime(), nullable=True),
        sa.CheckConstraint(
            "opening IN ('decision', 'emergency', 'policy')",
            name=op.f("ck_suspension_reason_opening"),
        ),
        sa.ForeignKeyConstraint(
            ["certificate_id"], ["certificate.id"], name=op.f("fk_suspension_reason_certificate_id")
        ),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decision.id"], name=op.f("fk_suspension_reason_decision_id")
        ),
        sa.ForeignKeyConstraint(
            ["opened_by"], ["journal_entry.position"], name=op.f("fk_suspension_reason_opened_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suspension_reason")),
        info={"once": ("confirmed_at", "lifted_at")},
    )
    with op.batch_alter_table("suspension_reason", schema=None) as batch_op:
        batch_op.create_index(
            "ix_suspension_reason_open",
            ["certificate_id"],
            unique=False,
            sqlite_where=sa.text("lifted_at IS NULL"),
            postgresql_where=sa.text("lifted_at IS NULL"),
        )

    connection = op.get_bind()
    enforce_journal(connection)
    enforce_subject(connection, "application", "application", fixed=("recruiter_id", "standard"))
    enforce_subject(
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
            "unannounced",
            "planned_by",
        ),
    )
    enforce_subject(
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
    )
    enforce_subject(
        connection,
        "finding",
        "finding",
        fixed=("audit_id", "application_id", "criterion", "element", "statement", "issued_by"),
        with_move=("grade",),
    )
    enforce_subject(connection, "recruiter", "recruiter", fixed=("organisation_id", "number"))
    enforce_subject(connection, "role_grant", "role_grant", fixed=("person_id", "role"))
    enforce_once(
        connection, "approval", ("second_person", "second_role", "completed_at", "lapsed_at")
    )
    enforce_once(connection, "assignment", ("ended_at",))
    enforce_once(connection, "suspension_reason", ("confirmed_at", "lifted_at"))
    enforce_unsigned(connection)
    for table in (
        "recruiter_number",
        "touch",
        "application_payment",
        "decision",
        "review",
        "certificate_edition",
    ):
        enforce_immutable(connection, table)
    enforce_independence(connection, "decision", ("person_id", "countersigned_by"))
    enforce_independence(connection, "review")


def downgrade() -> None:
    raise RuntimeError("the first revision has nothing before it: drop the database instead")
