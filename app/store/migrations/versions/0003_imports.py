"""Files of companies: remembered layouts, aliases, imports."""

from __future__ import annotations

import sqlalchemy as sa
import sqlmodel
from alembic import op

from app.store.migrations.columns import record_columns

revision = "0003"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "timesheet_layout",
        *record_columns(),
        sa.Column("company_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("fingerprint", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_timesheet_layout_company_id_company")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_timesheet_layout")),
    )
    with op.batch_alter_table("timesheet_layout", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_timesheet_layout_company_id"), ["company_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_timesheet_layout_fingerprint"), ["fingerprint"], unique=False)
    op.create_table(
        "name_alias",
        *record_columns(),
        sa.Column("company_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("beneficiary_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("key", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("written", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.ForeignKeyConstraint(
            ["beneficiary_id"], ["beneficiary.id"], name=op.f("fk_name_alias_beneficiary_id_beneficiary")
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_name_alias_company_id_company")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_name_alias")),
    )
    with op.batch_alter_table("name_alias", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_name_alias_beneficiary_id"), ["beneficiary_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_name_alias_company_id"), ["company_id"], unique=False)
    op.create_table(
        "timesheet_import",
        *record_columns(),
        sa.Column("company_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("file_name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("sha256", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("months", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("line_count", sa.Integer(), nullable=False),
        sa.Column("total_hours", sa.Integer(), nullable=False),
        sa.Column("left_count", sa.Integer(), nullable=False),
        sa.Column("written", sa.JSON(), nullable=False),
        sa.Column("undone_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_timesheet_import_company_id_company")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_timesheet_import")),
    )
    with op.batch_alter_table("timesheet_import", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_timesheet_import_company_id"), ["company_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_timesheet_import_sha256"), ["sha256"], unique=False)
