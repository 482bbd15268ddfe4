"""Charges, exchange rates, checks and repayments

Revision: 0009, after 0008
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from app.platform.database import Id, UTCDateTime
from migrations.enforcement import enforce_immutable, enforce_once, enforce_subject

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

JSON_COLUMN = sa.JSON(none_as_null=True).with_variant(
    postgresql.JSONB(none_as_null=True), "postgresql"
)


def upgrade() -> None:

    op.create_table(
        "exchange_rate",
        sa.Column("base", sa.String(length=3), nullable=False),
        sa.Column("quote", sa.String(length=3), nullable=False),
        sa.Column("rate_on", sa.Date(), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("rate", sa.String(length=32), nullable=False),
        sa.Column("imported_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint(
            "base", "quote", "rate_on", "source", name=op.f("pk_exchange_rate")
        ),
        info={"immutable": True},
    )
    op.create_table(
        "charge_worker",
        sa.Column("id", Id(), nullable=False),
        sa.Column("recruiter_id", Id(), nullable=False),
        sa.Column("pseudonym", sa.String(length=64), nullable=False),
        sa.Column("source", sa.String(length=32), nullable=False),
        sa.Column("audit_id", Id(), nullable=True),
        sa.Column("employer_id", Id(), nullable=True),
        sa.Column("corridor", sa.String(length=5), nullable=False),
        sa.Column("facts", JSON_COLUMN, nullable=False),
        sa.Column("recorded_at", UTCDateTime(), nullable=False),
        sa.Column("recorded_by", Id(), nullable=True),
        sa.Column("recorded_for", Id(), nullable=True),
        sa.CheckConstraint(
            "source IN ('ledger', 'statement', 'invoice', 'schedule')",
            name=op.f("ck_charge_worker_source"),
        ),
        sa.ForeignKeyConstraint(
            ["employer_id"], ["organisation.id"], name=op.f("fk_charge_worker_employer_id")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["person.id"], name=op.f("fk_charge_worker_recorded_by")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_for"], ["organisation.id"], name=op.f("fk_charge_worker_recorded_for")
        ),
        sa.ForeignKeyConstraint(
            ["recruiter_id"], ["recruiter.id"], name=op.f("fk_charge_worker_recruiter_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_charge_worker")),
        info={"immutable": True},
    )
    op.create_index(op.f("ix_charge_worker_audit_id"), "charge_worker", ["audit_id"], unique=False)
    op.create_index(op.f("ix_charge_worker_corridor"), "charge_worker", ["corridor"], unique=False)
    op.create_index(
        op.f("ix_charge_worker_employer_id"), "charge_worker", ["employer_id"], unique=False
    )
    op.create_index(
        "ix_charge_worker_recruiter_pseudonym",
        "charge_worker",
        ["recruiter_id", "pseudonym"],
        unique=False,
    )
    op.create_table(
        "employer_pays_check",
        sa.Column("id", Id(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("recruiter_id", Id(), nullable=True),
        sa.Column("audit_id", Id(), nullable=True),
        sa.Column("scope", JSON_COLUMN, nullable=False),
        sa.Column("every_source", sa.Boolean(), nullable=False),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.Column("made_by", Id(), nullable=False),
        sa.Column("made_for", Id(), nullable=True),
        sa.Column("inputs", sa.String(length=64), nullable=False),
        sa.Column("rules", sa.String(length=64), nullable=False),
        sa.Column("policy", sa.String(length=32), nullable=False),
        sa.Column("standard", sa.String(length=32), nullable=False),
        sa.Column("workers", sa.Integer(), nullable=False),
        sa.Column("unremedied", sa.Integer(), nullable=False),
        sa.Column("unclear", sa.Integer(), nullable=False),
        sa.Column("result", JSON_COLUMN, nullable=False),
        sa.CheckConstraint(
            "kind IN ('recruiter', 'audit', 'corridor', 'cohort')",
            name=op.f("ck_employer_pays_check_kind"),
        ),
        sa.ForeignKeyConstraint(
            ["made_by"], ["person.id"], name=op.f("fk_employer_pays_check_made_by")
        ),
        sa.ForeignKeyConstraint(
            ["made_for"], ["organisation.id"], name=op.f("fk_employer_pays_check_made_for")
        ),
        sa.ForeignKeyConstraint(
            ["recruiter_id"], ["recruiter.id"], name=op.f("fk_employer_pays_check_recruiter_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_employer_pays_check")),
        info={"immutable": True},
    )
    op.create_index(
        "ix_employer_pays_check_recruiter_made",
        "employer_pays_check",
        ["recruiter_id", "made_at"],
        unique=False,
    )
    op.create_table(
        "legal_exception",
        sa.Column("id", Id(), nullable=False),
        sa.Column("recruiter_id", Id(), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("legal_basis", sa.String(length=400), nullable=False),
        sa.Column("worker_category", sa.String(length=64), nullable=False),
        sa.Column("service_type", sa.String(length=96), nullable=False),
        sa.Column("disclosed_before_acceptance", sa.Boolean(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("supersedes", Id(), nullable=True),
        sa.Column("recorded_at", UTCDateTime(), nullable=False),
        sa.Column("recorded_by", Id(), nullable=True),
        sa.CheckConstraint(
            "valid_until IS NULL OR valid_until >= valid_from",
            name=op.f("ck_legal_exception_period"),
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["person.id"], name=op.f("fk_legal_exception_recorded_by")
        ),
        sa.ForeignKeyConstraint(
            ["recruiter_id"], ["recruiter.id"], name=op.f("fk_legal_exception_recruiter_id")
        ),
        sa.ForeignKeyConstraint(
            ["supersedes"], ["legal_exception.id"], name=op.f("fk_legal_exception_supersedes")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_legal_exception")),
        sa.UniqueConstraint("supersedes", name=op.f("uq_legal_exception_supersedes")),
        info={"immutable": True},
    )
    op.create_index(
        op.f("ix_legal_exception_recruiter_id"), "legal_exception", ["recruiter_id"], unique=False
    )
    op.create_table(
        "quantification",
        sa.Column("id", Id(), nullable=False),
        sa.Column("recruiter_id", Id(), nullable=False),
        sa.Column("pseudonym", sa.String(length=64), nullable=False),
        sa.Column("basis", sa.String(length=32), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("charges_minor", sa.BigInteger(), nullable=False),
        sa.Column("interest_minor", sa.BigInteger(), nullable=False),
        sa.Column("repaid_minor", sa.BigInteger(), nullable=False),
        sa.Column("charges", JSON_COLUMN, nullable=False),
        sa.Column("cohort", JSON_COLUMN, nullable=True),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.Column("made_by", Id(), nullable=False),
        sa.CheckConstraint(
            "basis IN ('evidence', 'cohort_estimate')", name=op.f("ck_quantification_basis")
        ),
        sa.CheckConstraint(
            "amount_minor = charges_minor + interest_minor - repaid_minor",
            name=op.f("ck_quantification_arithmetic"),
        ),
        sa.ForeignKeyConstraint(["made_by"], ["person.id"], name=op.f("fk_quantification_made_by")),
        sa.ForeignKeyConstraint(
            ["recruiter_id"], ["recruiter.id"], name=op.f("fk_quantification_recruiter_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quantification")),
        info={"immutable": True},
    )
    op.create_table(
        "worker_data_read",
        sa.Column("id", Id(), nullable=False),
        sa.Column("person_id", Id(), nullable=True),
        sa.Column("organisation_id", Id(), nullable=True),
        sa.Column("recruiter_id", Id(), nullable=True),
        sa.Column("what", sa.String(length=32), nullable=False),
        sa.Column("subject", Id(), nullable=True),
        sa.Column("row_count", sa.Integer(), nullable=False),
        sa.Column("read_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_worker_data_read_organisation_id"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_worker_data_read_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["recruiter_id"], ["recruiter.id"], name=op.f("fk_worker_data_read_recruiter_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_worker_data_read")),
        info={"immutable": True},
    )
    op.create_index(
        op.f("ix_worker_data_read_recruiter_id"), "worker_data_read", ["recruiter_id"], unique=False
    )
    op.create_table(
        "charge",
        sa.Column("id", Id(), nullable=False),
        sa.Column("worker_id", Id(), nullable=False),
        sa.Column("recruiter_id", Id(), nullable=False),
        sa.Column("pseudonym", sa.String(length=64), nullable=False),
        sa.Column("source", sa.String(length=32), nullable=False),
        sa.Column("employer_id", Id(), nullable=True),
        sa.Column("category", sa.String(length=96), nullable=False),
        sa.Column("payee", sa.String(length=32), nullable=False),
        sa.Column("stage", sa.String(length=32), nullable=True),
        sa.Column("form", sa.String(length=32), nullable=True),
        sa.Column("paid_by", sa.String(length=32), nullable=False),
        sa.Column("charged_on", sa.Date(), nullable=True),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("repaid_minor", sa.BigInteger(), nullable=False),
        sa.Column("evidence", sa.String(length=32), nullable=True),
        sa.Column("reference", sa.String(length=40), nullable=True),
        sa.Column("rate_base", sa.String(length=3), nullable=True),
        sa.Column("rate_quote", sa.String(length=3), nullable=True),
        sa.Column("rate", sa.String(length=32), nullable=True),
        sa.Column("rate_on", sa.Date(), nullable=True),
        sa.Column("rate_source", sa.String(length=200), nullable=True),
        sa.Column("supersedes", Id(), nullable=True),
        sa.Column("recorded_at", UTCDateTime(), nullable=False),
        sa.CheckConstraint(
            "evidence IS NULL OR evidence IN ('bank_record', 'receipt', 'contemporaneous_note', 'worker_testimony', 'cohort_estimate')",
            name=op.f("ck_charge_evidence"),
        ),
        sa.CheckConstraint(
            "form IS NULL OR form IN ('cash', 'bank_transfer', 'mobile_money', 'wage_deduction', 'property', 'in_kind', 'kickback', 'loan_interest')",
            name=op.f("ck_charge_form"),
        ),
        sa.CheckConstraint(
            "paid_by IN ('worker', 'employer', 'recruiter', 'sub_agent', 'government', 'other', 'unknown')",
            name=op.f("ck_charge_paid_by"),
        ),
        sa.CheckConstraint(
            "payee IN ('recruiter', 'sub_agent', 'employer', 'government', 'clinic', 'training_centre', 'carrier', 'lender', 'unknown')",
            name=op.f("ck_charge_payee"),
        ),
        sa.CheckConstraint(
            "source IN ('ledger', 'statement', 'invoice', 'schedule')",
            name=op.f("ck_charge_source"),
        ),
        sa.CheckConstraint(
            "stage IS NULL OR stage IN ('pre_selection', 'pre_departure', 'transit', 'arrival', 'employment', 'return')",
            name=op.f("ck_charge_stage"),
        ),
        sa.CheckConstraint(
            "(rate IS NULL) = (rate_base IS NULL) AND (rate IS NULL) = (rate_quote IS NULL) AND (rate IS NULL) = (rate_on IS NULL) AND (rate IS NULL) = (rate_source IS NULL)",
            name=op.f("ck_charge_rate"),
        ),
        sa.CheckConstraint(
            "amount_minor >= 0 AND repaid_minor >= 0", name=op.f("ck_charge_amounts")
        ),
        sa.ForeignKeyConstraint(
            ["employer_id"], ["organisation.id"], name=op.f("fk_charge_employer_id")
        ),
        sa.ForeignKeyConstraint(
            ["recruiter_id"], ["recruiter.id"], name=op.f("fk_charge_recruiter_id")
        ),
        sa.ForeignKeyConstraint(["supersedes"], ["charge.id"], name=op.f("fk_charge_supersedes")),
        sa.ForeignKeyConstraint(
            ["worker_id"], ["charge_worker.id"], name=op.f("fk_charge_worker_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_charge")),
        sa.UniqueConstraint("supersedes", name=op.f("uq_charge_supersedes")),
        info={"immutable": True},
    )
    op.create_index(op.f("ix_charge_employer_id"), "charge", ["employer_id"], unique=False)
    op.create_index(
        "ix_charge_recruiter_pseudonym", "charge", ["recruiter_id", "pseudonym"], unique=False
    )
    op.create_index(op.f("ix_charge_worker_id"), "charge", ["worker_id"], unique=False)
    op.create_table(
        "checked_worker",
        sa.Column("check_id", Id(), nullable=False),
        sa.Column("place", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("pseudonym", sa.String(length=64), nullable=False),
        sa.Column("detail", JSON_COLUMN, nullable=False),
        sa.ForeignKeyConstraint(
            ["check_id"], ["employer_pays_check.id"], name=op.f("fk_checked_worker_check_id")
        ),
        sa.PrimaryKeyConstraint("check_id", "place", name=op.f("pk_checked_worker")),
        info={"immutable": True},
    )
    op.create_table(
        "repayment",
        sa.Column("id", Id(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recruiter_id", Id(), nullable=False),
        sa.Column("pseudonym", sa.String(length=64), nullable=False),
        sa.Column("finding_id", Id(), nullable=True),
        sa.Column("quantification_id", Id(), nullable=True),
        sa.CheckConstraint(
            "state IN ('identified', 'quantified', 'agreed', 'scheduled', 'part_paid', 'paid', 'verified', 'unreachable')",
            name=op.f("ck_repayment_state"),
        ),
        sa.ForeignKeyConstraint(
            ["quantification_id"],
            ["quantification.id"],
            name=op.f("fk_repayment_quantification_id"),
        ),
        sa.ForeignKeyConstraint(
            ["recruiter_id"], ["recruiter.id"], name=op.f("fk_repayment_recruiter_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_repayment")),
        info={
            "fixed": ("recruiter_id", "pseudonym", "finding_id"),
            "with_move": ("quantification_id",),
        },
    )
    op.create_index(op.f("ix_repayment_finding_id"), "repayment", ["finding_id"], unique=False)
    op.create_index(
        "ix_repayment_recruiter_state", "repayment", ["recruiter_id", "state"], unique=False
    )
    op.create_index(
        "uq_repayment_open",
        "repayment",
        ["recruiter_id", "pseudonym"],
        unique=True,
        sqlite_where=sa.text("state <> 'verified'"),
        postgresql_where=sa.text("state <> 'verified'"),
    )
    op.create_table(
        "charge_answer",
        sa.Column("id", Id(), nullable=False),
        sa.Column("charge_id", Id(), nullable=False),
        sa.Column("employer_id", Id(), nullable=False),
        sa.Column("confirmed", sa.Boolean(), nullable=False),
        sa.Column("answered_at", UTCDateTime(), nullable=False),
        sa.Column("answered_by", Id(), nullable=True),
        sa.ForeignKeyConstraint(
            ["answered_by"], ["person.id"], name=op.f("fk_charge_answer_answered_by")
        ),
        sa.ForeignKeyConstraint(
            ["charge_id"], ["charge.id"], name=op.f("fk_charge_answer_charge_id")
        ),
        sa.ForeignKeyConstraint(
            ["employer_id"], ["organisation.id"], name=op.f("fk_charge_answer_employer_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_charge_answer")),
        info={"immutable": True},
    )
    op.create_index(
        op.f("ix_charge_answer_charge_id"), "charge_answer", ["charge_id"], unique=False
    )
    op.create_table(
        "contact_attempt",
        sa.Column("id", Id(), nullable=False),
        sa.Column("repayment_id", Id(), nullable=False),
        sa.Column("channel", sa.String(length=64), nullable=False),
        sa.Column("outcome", sa.String(length=64), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", UTCDateTime(), nullable=False),
        sa.Column("recorded_by", Id(), nullable=False),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["person.id"], name=op.f("fk_contact_attempt_recorded_by")
        ),
        sa.ForeignKeyConstraint(
            ["repayment_id"], ["repayment.id"], name=op.f("fk_contact_attempt_repayment_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_attempt")),
        info={"immutable": True},
    )
    op.create_index(
        op.f("ix_contact_attempt_repayment_id"), "contact_attempt", ["repayment_id"], unique=False
    )
    op.create_table(
        "money_held_apart",
        sa.Column("id", Id(), nullable=False),
        sa.Column("repayment_id", Id(), nullable=False),
        sa.Column("held_since", sa.Integer(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("evidence_sha256", sa.String(length=64), nullable=False),
        sa.Column("recorded_at", UTCDateTime(), nullable=False),
        sa.Column("recorded_by", Id(), nullable=False),
        sa.Column("checked_at", UTCDateTime(), nullable=True),
        sa.Column("checked_by", Id(), nullable=True),
        sa.CheckConstraint(
            "(checked_at IS NULL) = (checked_by IS NULL)", name=op.f("ck_money_held_apart_checked")
        ),
        sa.ForeignKeyConstraint(
            ["checked_by"], ["person.id"], name=op.f("fk_money_held_apart_checked_by")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["person.id"], name=op.f("fk_money_held_apart_recorded_by")
        ),
        sa.ForeignKeyConstraint(
            ["repayment_id"], ["repayment.id"], name=op.f("fk_money_held_apart_repayment_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_money_held_apart")),
        info={"once": ("checked_at", "checked_by")},
    )
    op.create_index(
        op.f("ix_money_held_apart_repayment_id"), "money_held_apart", ["repayment_id"], unique=False
    )
    op.create_table(
        "receipt_confirmation",
        sa.Column("repayment_id", Id(), nullable=False),
        sa.Column("paid_version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("said_by", sa.String(length=32), nullable=False),
        sa.Column("evidence_sha256", sa.String(length=64), nullable=True),
        sa.Column("recorded_at", UTCDateTime(), nullable=False),
        sa.Column("recorded_by", Id(), nullable=True),
        sa.CheckConstraint(
            "(said_by = 'worker') = (evidence_sha256 IS NULL) AND (said_by = 'worker') = (recorded_by IS NULL)",
            name=op.f("ck_receipt_confirmation_evidence"),
        ),
        sa.CheckConstraint(
            "said_by IN ('worker', 'bank_record')", name=op.f("ck_receipt_confirmation_said_by")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["person.id"], name=op.f("fk_receipt_confirmation_recorded_by")
        ),
        sa.ForeignKeyConstraint(
            ["repayment_id"], ["repayment.id"], name=op.f("fk_receipt_confirmation_repayment_id")
        ),
        sa.PrimaryKeyConstraint(
            "repayment_id", "paid_version", "said_by", name=op.f("pk_receipt_confirmation")
        ),
        info={"immutable": True},
    )
    op.create_table(
        "repayment_code",
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("repayment_id", Id(), nullable=False),
        sa.Column("issued_at", UTCDateTime(), nullable=False),
        sa.Column("issued_by", Id(), nullable=False),
        sa.ForeignKeyConstraint(
            ["issued_by"], ["person.id"], name=op.f("fk_repayment_code_issued_by")
        ),
        sa.ForeignKeyConstraint(
            ["repayment_id"], ["repayment.id"], name=op.f("fk_repayment_code_repayment_id")
        ),
        sa.PrimaryKeyConstraint("code_hash", name=op.f("pk_repayment_code")),
        info={"immutable": True},
    )
    op.create_index(
        op.f("ix_repayment_code_repayment_id"), "repayment_code", ["repayment_id"], unique=False
    )
    op.create_table(
        "repayment_instalment",
        sa.Column("repayment_id", Id(), nullable=False),
        sa.Column("scheduled", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("place", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_repayment_instalment_amount")),
        sa.ForeignKeyConstraint(
            ["repayment_id"], ["repayment.id"], name=op.f("fk_repayment_instalment_repayment_id")
        ),
        sa.PrimaryKeyConstraint(
            "repayment_id", "scheduled", "place", name=op.f("pk_repayment_instalment")
        ),
        info={"immutable": True},
    )
    op.create_table(
        "repayment_payment",
        sa.Column("id", Id(), nullable=False),
        sa.Column("repayment_id", Id(), nullable=False),
        sa.Column("paid_version", sa.Integer(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("credited_minor", sa.BigInteger(), nullable=False),
        sa.Column("credited_currency", sa.String(length=3), nullable=False),
        sa.Column("paid_on", sa.Date(), nullable=False),
        sa.Column("form", sa.String(length=32), nullable=False),
        sa.Column("evidence_sha256", sa.String(length=64), nullable=False),
        sa.Column("recorded_at", UTCDateTime(), nullable=False),
        sa.Column("recorded_by", Id(), nullable=False),
        sa.CheckConstraint(
            "form IN ('cash', 'bank_transfer', 'mobile_money', 'wage_deduction', 'property', 'in_kind', 'kickback', 'loan_interest')",
            name=op.f("ck_repayment_payment_form"),
        ),
        sa.CheckConstraint(
            "amount_minor > 0 AND credited_minor >= 0", name=op.f("ck_repayment_payment_amounts")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["person.id"], name=op.f("fk_repayment_payment_recorded_by")
        ),
        sa.ForeignKeyConstraint(
            ["repayment_id"], ["repayment.id"], name=op.f("fk_repayment_payment_repayment_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_repayment_payment")),
        info={"immutable": True},
    )
    op.create_index(
        op.f("ix_repayment_payment_repayment_id"),
        "repayment_payment",
        ["repayment_id"],
        unique=False,
    )
    op.create_table(
        "disputed_payment",
        sa.Column("payment_id", Id(), nullable=False),
        sa.Column("disputed_at", UTCDateTime(), nullable=False),
        sa.Column("disputed_by", Id(), nullable=True),
        sa.ForeignKeyConstraint(
            ["disputed_by"], ["person.id"], name=op.f("fk_disputed_payment_disputed_by")
        ),
        sa.ForeignKeyConstraint(
            ["payment_id"], ["repayment_payment.id"], name=op.f("fk_disputed_payment_payment_id")
        ),
        sa.PrimaryKeyConstraint("payment_id", name=op.f("pk_disputed_payment")),
        info={"immutable": True},
    )

    connection = op.get_bind()
    enforce_subject(
        connection,
        "repayment",
        "repayment",
        fixed=("recruiter_id", "pseudonym", "finding_id"),
        with_move=("quantification_id",),
    )
    enforce_once(connection, "money_held_apart", ("checked_at", "checked_by"))
    for table in (
        "exchange_rate",
        "charge_worker",
        "employer_pays_check",
        "legal_exception",
        "quantification",
        "worker_data_read",
        "charge",
        "checked_worker",
        "charge_answer",
        "contact_attempt",
        "receipt_confirmation",
        "repayment_code",
        "repayment_instalment",
        "repayment_payment",
        "disputed_payment",
    ):
        enforce_immutable(connection, table)
