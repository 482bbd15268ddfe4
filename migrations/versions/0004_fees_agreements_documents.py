"""Fees paid in parts, agreements with their text, documents

The one payment of an application becomes an invoice of ours and the payments it got.

Revision: 0004, after 0003
"""

import sqlalchemy as sa
from alembic import op

from app.platform.database import Id, UTCDateTime
from migrations.enforcement import enforce_immutable

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "fee_invoice",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("application_id", Id(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("issued_at", UTCDateTime(), nullable=False),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_fee_invoice_amount")),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_fee_invoice_application_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fee_invoice")),
        sa.UniqueConstraint("application_id", name=op.f("uq_fee_invoice_application_id")),
        info={"immutable": True},
    )
    op.create_table(
        "fee_payment",
        sa.Column("id", Id(), nullable=False),
        sa.Column("invoice_id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=64), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", UTCDateTime(), nullable=False),
        sa.Column("recorded_by", Id(), nullable=True),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_fee_payment_amount")),
        sa.ForeignKeyConstraint(
            ["invoice_id"], ["fee_invoice.id"], name=op.f("fk_fee_payment_invoice_id")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["person.id"], name=op.f("fk_fee_payment_recorded_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fee_payment")),
        sa.UniqueConstraint("reference", name=op.f("uq_fee_payment_reference")),
        info={"immutable": True},
    )
    op.create_index(op.f("ix_fee_payment_invoice_id"), "fee_payment", ["invoice_id"])
    op.create_table(
        "agreement",
        sa.Column("id", Id(), nullable=False),
        sa.Column("application_id", Id(), nullable=False),
        sa.Column("audit_company_id", Id(), nullable=False),
        sa.Column("wording", sa.String(length=32), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("opened_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_agreement_application_id")
        ),
        sa.ForeignKeyConstraint(
            ["audit_company_id"], ["organisation.id"], name=op.f("fk_agreement_audit_company_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement")),
        info={"immutable": True},
    )
    op.create_index(op.f("ix_agreement_application_id"), "agreement", ["application_id"])
    op.create_table(
        "application_document",
        sa.Column("id", Id(), nullable=False),
        sa.Column("application_id", Id(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("media_type", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=True),
        sa.Column("effective_until", sa.Date(), nullable=True),
        sa.Column("uploaded_at", UTCDateTime(), nullable=False),
        sa.Column("uploaded_by", Id(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('licence', 'iso_9001', 'capacity_building', 'self_assessment', 'other')",
            name=op.f("ck_application_document_kind"),
        ),
        sa.CheckConstraint(
            "effective_until IS NULL OR effective_from IS NULL"
            " OR effective_until >= effective_from",
            name=op.f("ck_application_document_period"),
        ),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["application.id"],
            name=op.f("fk_application_document_application_id"),
        ),
        sa.ForeignKeyConstraint(
            ["uploaded_by"], ["person.id"], name=op.f("fk_application_document_uploaded_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application_document")),
        info={"immutable": True},
    )
    op.create_index(
        op.f("ix_application_document_application_id"), "application_document", ["application_id"]
    )
    connection = op.get_bind()
    _carry_over(connection)
    op.drop_table("application_payment")
    for table in ("fee_invoice", "fee_payment", "agreement", "application_document"):
        enforce_immutable(connection, table)


def downgrade() -> None:
    raise RuntimeError("a fee paid in parts does not fit one payment: restore a backup instead")


def _carry_over(connection: sa.Connection) -> None:
    """A payment that was recorded becomes an invoice of its amount, paid by it.

    An application that waits for its payment gets the invoice that it would have got.
    """

    def year(instant: str) -> str:
        if connection.dialect.name == "sqlite":
            return f"CAST(substr({instant}, 1, 4) AS INTEGER)"
        return f"CAST(extract(year FROM {instant} AT TIME ZONE 'UTC') AS INTEGER)"

    connection.exec_driver_sql(
        "INSERT INTO fee_invoice (year, application_id, amount_minor, currency, issued_at)"
        f" SELECT {year('recorded_at')}, application_id, amount_minor, currency, recorded_at"
        " FROM application_payment ORDER BY recorded_at, id"
    )
    connection.exec_driver_sql(
        "INSERT INTO fee_payment"
        " (id, invoice_id, reference, amount_minor, currency, received_on, recorded_at)"
        " SELECT p.id, i.id, p.invoice_number, p.amount_minor, p.currency, p.received_on,"
        " p.recorded_at FROM application_payment p"
        " JOIN fee_invoice i ON i.application_id = p.application_id"
    )
    connection.exec_driver_sql(
        "INSERT INTO fee_invoice (year, application_id, amount_minor, currency, issued_at)"
        f" SELECT {year('j.recorded_at')}, a.id, 100000, 'USD', j.recorded_at"
        " FROM application a JOIN journal_entry j"
        " ON j.machine = 'application' AND j.subject = a.id AND j.version = a.version"
        " WHERE a.state = 'submitted' ORDER BY j.recorded_at, a.id"
    )
