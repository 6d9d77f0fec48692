"""What follows a statement: rectification, reminders, pooling, penalties, attestations."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
import sqlmodel
from alembic import op

from app.store.migrations.columns import record_columns

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def _text(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sqlmodel.sql.sqltypes.AutoString(), nullable=nullable)


def _reference(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}"))


def upgrade() -> None:
    op.create_table(
        "rectification",
        *record_columns(),
        _text("statement_id"),
        sa.Column("rectified_on", sa.Date(), nullable=False),
        _text("reason"),
        _reference("rectification", "statement_id", "monthly_statement"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rectification")),
    )
    op.create_index(op.f("ix_rectification_statement_id"), "rectification", ["statement_id"])
    # a plain ALTER TABLE: rebuilding a table of two hundred thousand lines would drop its triggers
    op.execute(
        "ALTER TABLE hour_line ADD COLUMN rectification_id VARCHAR "
        "CONSTRAINT fk_hour_line_rectification_id_rectification REFERENCES rectification (id)"
    )
    op.create_index(op.f("ix_hour_line_rectification_id"), "hour_line", ["rectification_id"])

    op.create_table(
        "reminder",
        *record_columns(),
        _text("company_id"),
        _text("month"),
        sa.Column("reminded_on", sa.Date(), nullable=False),
        _text("channel"),
        _text("note"),
        _reference("reminder", "company_id", "company"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder")),
    )
    op.create_index("ix_reminder_of_company", "reminder", ["company_id", "month", "organisation_id", "deleted_at"])

    op.create_table(
        "pooling_agreement",
        *record_columns(),
        _text("contract_id"),
        _text("reference"),
        sa.Column("signed_on", sa.Date(), nullable=False),
        _text("note"),
        _reference("pooling_agreement", "contract_id", "employment_contract"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pooling_agreement")),
    )
    op.create_index(op.f("ix_pooling_agreement_contract_id"), "pooling_agreement", ["contract_id"])
    op.create_table(
        "pooling_lot",
        *record_columns(),
        _text("agreement_id"),
        _text("lot_id"),
        _reference("pooling_lot", "agreement_id", "pooling_agreement"),
        _reference("pooling_lot", "lot_id", "lot"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pooling_lot")),
    )
    op.create_index(op.f("ix_pooling_lot_agreement_id"), "pooling_lot", ["agreement_id"])

    op.create_table(
        "penalty",
        *record_columns(),
        _text("contract_id"),
        _text("kind"),
        _text("label"),
        sa.Column("amount_cents", sa.Integer(), nullable=False),
        sa.Column("after_notice", sa.Boolean(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=True),
        sa.Column("to_on", sa.Date(), nullable=True),
        sa.Column("notice_on", sa.Date(), nullable=True),
        _reference("penalty", "contract_id", "contract"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_penalty")),
    )
    op.create_index(op.f("ix_penalty_contract_id"), "penalty", ["contract_id"])

    op.create_table(
        "attestation",
        *record_columns(),
        _text("kind"),
        _text("number"),
        _text("contract_id", nullable=True),
        _text("lot_id", nullable=True),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("total_hours", sa.Integer(), nullable=False),
        sa.Column("due_hours", sa.Integer(), nullable=True),
        _text("replaces_id", nullable=True),
        _reference("attestation", "contract_id", "employment_contract"),
        _reference("attestation", "lot_id", "lot"),
        _reference("attestation", "replaces_id", "attestation"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attestation")),
    )
    for name in ("contract_id", "lot_id", "number"):
        op.create_index(op.f(f"ix_attestation_{name}"), "attestation", [name])
