"""First schema."""

from __future__ import annotations

import sqlalchemy as sa
import sqlmodel
from alembic import op

from app.store.migrations.columns import record_columns

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "beneficiary",
        *record_columns(),
        sa.Column("file_number", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("last_name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("first_name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("birth_name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("sort_name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("sex", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("birth_date", sa.Date(), nullable=True),
        sa.Column("address", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("postcode", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("town", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("district_code", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("district_generation", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("phone", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("email", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("prescriber_code", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("prescriber_name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("caseworker_name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("caseworker_phone", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("facilitator_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("objectives", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("next_appointment_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("next_appointment_place", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("last_contact_on", sa.Date(), nullable=True),
        sa.Column("archived_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_beneficiary")),
    )
    with op.batch_alter_table("beneficiary", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_beneficiary_file_number"), ["file_number"], unique=False)
        batch_op.create_index(
            "ix_beneficiary_listed",
            ["organisation_id", "deleted_at", "archived_on", "sort_name", "id"],
            unique=False,
        )
        batch_op.create_index(
            "ix_beneficiary_numbered",
            ["organisation_id", "deleted_at", "archived_on", "file_number", "id"],
            unique=False,
        )
        batch_op.create_index(batch_op.f("ix_beneficiary_sort_name"), ["sort_name"], unique=False)

    op.create_table(
        "buyer",
        *record_columns(),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("sort_name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("siret", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("address", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("postcode", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("town", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("phone", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("email", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_buyer")),
    )
    with op.batch_alter_table("buyer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_buyer_name"), ["name"], unique=False)
        batch_op.create_index(batch_op.f("ix_buyer_sort_name"), ["sort_name"], unique=False)

    op.create_table(
        "company",
        *record_columns(),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("sort_name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("siret", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("activity_code", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("address", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("postcode", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("town", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("phone", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("email", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("note", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_company")),
    )
    with op.batch_alter_table("company", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_company_kind"), ["kind"], unique=False)
        batch_op.create_index(batch_op.f("ix_company_siret"), ["siret"], unique=False)
        batch_op.create_index(batch_op.f("ix_company_sort_name"), ["sort_name"], unique=False)

    op.create_table(
        "facilitator",
        *record_columns(),
        sa.Column("last_name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("first_name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("phone", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("email", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("role", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_facilitator")),
    )
    op.create_table(
        "network",
        *record_columns(),
        sa.Column("code", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("territory", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_network")),
    )
    op.create_table(
        "phrase",
        *record_columns(),
        sa.Column("section", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("text", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("hidden", sa.Boolean(), nullable=False),
        sa.Column("uses", sa.Integer(), nullable=False),
        sa.Column("to_follow", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_phrase")),
    )
    op.create_table(
        "reference_entry",
        *record_columns(),
        sa.Column("table", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("code", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("label", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("network_code", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("source", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reference_entry")),
    )
    with op.batch_alter_table("reference_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reference_entry_table"), ["table"], unique=False)

    op.create_table(
        "charter",
        *record_columns(),
        sa.Column("network_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("code", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("minimum_effort_rate", sa.Integer(), nullable=True),
        sa.Column("source", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.ForeignKeyConstraint(["network_id"], ["network.id"], name=op.f("fk_charter_network_id_network")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_charter")),
    )
    with op.batch_alter_table("charter", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_charter_network_id"), ["network_id"], unique=False)

    op.create_table(
        "clause_period",
        *record_columns(),
        sa.Column("beneficiary_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("start_on", sa.Date(), nullable=False),
        sa.Column("end_on", sa.Date(), nullable=True),
        sa.Column("end_reason", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("age_band", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("qualification", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.ForeignKeyConstraint(
            ["beneficiary_id"], ["beneficiary.id"], name=op.f("fk_clause_period_beneficiary_id_beneficiary")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clause_period")),
    )
    with op.batch_alter_table("clause_period", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_clause_period_beneficiary_id"), ["beneficiary_id"], unique=False)

    op.create_table(
        "eligibility_check",
        *record_columns(),
        sa.Column("beneficiary_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("scheme", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("category_code", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("proof_code", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("seen_on", sa.Date(), nullable=True),
        sa.Column("seen_by", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("validated_on", sa.Date(), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("derogation_reason", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("derogation_author", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.ForeignKeyConstraint(
            ["beneficiary_id"],
            ["beneficiary.id"],
            name=op.f("fk_eligibility_check_beneficiary_id_beneficiary"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_eligibility_check")),
    )
    with op.batch_alter_table("eligibility_check", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_eligibility_check_beneficiary_id"), ["beneficiary_id"], unique=False)

    op.create_table(
        "monthly_statement",
        *record_columns(),
        sa.Column("company_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("month", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("state", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("declared_total", sa.Integer(), nullable=True),
        sa.Column("source", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=True),
        sa.Column("validated_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("validated_by", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("paper_code", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("note", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_monthly_statement_company_id_company")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_monthly_statement")),
    )
    with op.batch_alter_table("monthly_statement", schema=None) as batch_op:
        batch_op.create_index(
            "ix_monthly_statement_of_company",
            ["company_id", "month", "organisation_id", "deleted_at", "state", "received_on"],
            unique=False,
        )
        batch_op.create_index(batch_op.f("ix_monthly_statement_month"), ["month"], unique=False)
        batch_op.create_index(batch_op.f("ix_monthly_statement_paper_code"), ["paper_code"], unique=False)
        batch_op.create_index(batch_op.f("ix_monthly_statement_state"), ["state"], unique=False)

    op.create_table(
        "operation",
        *record_columns(),
        sa.Column("buyer_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("sort_name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("reference", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("description", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("address", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("postcode", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("town", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("start_on", sa.Date(), nullable=True),
        sa.Column("end_on", sa.Date(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["buyer_id"], ["buyer.id"], name=op.f("fk_operation_buyer_id_buyer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_operation")),
    )
    with op.batch_alter_table("operation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_operation_buyer_id"), ["buyer_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_operation_sort_name"), ["sort_name"], unique=False)

    op.create_table(
        "organisation",
        *record_columns(),
        sa.Column("network_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("code", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("short_name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("address", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("postcode", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("town", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("phone", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("email", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("footer_line", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("privacy_contact", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("legal_basis", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("logo_attachment_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.ForeignKeyConstraint(["network_id"], ["network.id"], name=op.f("fk_organisation_network_id_network")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation")),
    )
    with op.batch_alter_table("organisation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_organisation_network_id"), ["network_id"], unique=False)

    op.create_table(
        "training_record",
        *record_columns(),
        sa.Column("beneficiary_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("label", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("organiser", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("start_on", sa.Date(), nullable=True),
        sa.Column("end_on", sa.Date(), nullable=True),
        sa.Column("hours", sa.Integer(), nullable=True),
        sa.Column("outcome", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.ForeignKeyConstraint(
            ["beneficiary_id"], ["beneficiary.id"], name=op.f("fk_training_record_beneficiary_id_beneficiary")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training_record")),
    )
    with op.batch_alter_table("training_record", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_training_record_beneficiary_id"), ["beneficiary_id"], unique=False)

    op.create_table(
        "charter_target",
        *record_columns(),
        sa.Column("charter_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("indicator", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("label", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("unit", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("baseline", sa.Integer(), nullable=True),
        sa.Column("target", sa.Integer(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["charter_id"], ["charter.id"], name=op.f("fk_charter_target_charter_id_charter")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_charter_target")),
    )
    with op.batch_alter_table("charter_target", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_charter_target_charter_id"), ["charter_id"], unique=False)

    op.create_table(
        "contact",
        *record_columns(),
        sa.Column("company_id", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("buyer_id", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("operation_id", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("last_name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("first_name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("role_label", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("phone", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("email", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("usual", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["buyer_id"], ["buyer.id"], name=op.f("fk_contact_buyer_id_buyer")),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_contact_company_id_company")),
        sa.ForeignKeyConstraint(["operation_id"], ["operation.id"], name=op.f("fk_contact_operation_id_operation")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact")),
    )
    with op.batch_alter_table("contact", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_contact_buyer_id"), ["buyer_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_contact_company_id"), ["company_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_contact_operation_id"), ["operation_id"], unique=False)

    op.create_table(
        "contract",
        *record_columns(),
        sa.Column("operation_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("reference", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("article", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("amount_cents", sa.Integer(), nullable=True),
        sa.Column("cpv_code", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("notified_on", sa.Date(), nullable=True),
        sa.Column("public_scheme", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("statement_due_day", sa.Integer(), nullable=True),
        sa.Column("penalty_terms", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.ForeignKeyConstraint(["operation_id"], ["operation.id"], name=op.f("fk_contract_operation_id_operation")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contract")),
    )
    with op.batch_alter_table("contract", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_contract_operation_id"), ["operation_id"], unique=False)

    op.create_table(
        "lot",
        *record_columns(),
        sa.Column("contract_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("number", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("amount_cents", sa.Integer(), nullable=True),
        sa.Column("start_on", sa.Date(), nullable=True),
        sa.Column("end_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["contract_id"], ["contract.id"], name=op.f("fk_lot_contract_id_contract")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lot")),
    )
    with op.batch_alter_table("lot", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_lot_contract_id"), ["contract_id"], unique=False)

    op.create_table(
        "employment_contract",
        *record_columns(),
        sa.Column("period_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("beneficiary_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("employer_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("company_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("lot_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("modality", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("type", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("trade_code", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("job_title", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("start_on", sa.Date(), nullable=False),
        sa.Column("end_on", sa.Date(), nullable=True),
        sa.Column("weekly_hours", sa.Integer(), nullable=False),
        sa.Column("planned_hours", sa.Integer(), nullable=True),
        sa.Column("tutor_name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.ForeignKeyConstraint(
            ["beneficiary_id"],
            ["beneficiary.id"],
            name=op.f("fk_employment_contract_beneficiary_id_beneficiary"),
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_employment_contract_company_id_company")),
        sa.ForeignKeyConstraint(
            ["employer_id"], ["company.id"], name=op.f("fk_employment_contract_employer_id_company")
        ),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_employment_contract_lot_id_lot")),
        sa.ForeignKeyConstraint(
            ["period_id"], ["clause_period.id"], name=op.f("fk_employment_contract_period_id_clause_period")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_employment_contract")),
    )
    with op.batch_alter_table("employment_contract", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_employment_contract_beneficiary_id"), ["beneficiary_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_employment_contract_employer_id"), ["employer_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_employment_contract_lot_id"), ["lot_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_employment_contract_period_id"), ["period_id"], unique=False)
        batch_op.create_index(
            "ix_employment_contract_of_company",
            ["company_id", "organisation_id", "deleted_at", "end_on", "start_on"],
            unique=False,
        )
        batch_op.create_index(
            "ix_employment_contract_running",
            ["end_on", "start_on", "organisation_id", "deleted_at", "company_id", "beneficiary_id"],
            unique=False,
        )

    op.create_table(
        "hours_sizing",
        *record_columns(),
        sa.Column("operation_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("lot_id", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("number", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("sized_on", sa.Date(), nullable=False),
        sa.Column("amount_cents", sa.Integer(), nullable=False),
        sa.Column("labour_share", sa.Integer(), nullable=False),
        sa.Column("effort_rate", sa.Integer(), nullable=False),
        sa.Column("hourly_cost_cents", sa.Integer(), nullable=False),
        sa.Column("minimum_effort_rate", sa.Integer(), nullable=False),
        sa.Column("computed_hours", sa.Integer(), nullable=False),
        sa.Column("retained_hours", sa.Integer(), nullable=False),
        sa.Column("retained_reason", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_hours_sizing_lot_id_lot")),
        sa.ForeignKeyConstraint(
            ["operation_id"], ["operation.id"], name=op.f("fk_hours_sizing_operation_id_operation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hours_sizing")),
    )
    with op.batch_alter_table("hours_sizing", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_hours_sizing_lot_id"), ["lot_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_hours_sizing_operation_id"), ["operation_id"], unique=False)

    op.create_table(
        "visit",
        *record_columns(),
        sa.Column("number", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("state", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("operation_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("lot_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("company_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("facilitator_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("planned_on", sa.Date(), nullable=False),
        sa.Column("planned_time", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("started_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("finished_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("place", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("summary", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("summary_edited", sa.Boolean(), nullable=False),
        sa.Column("next_visit_on", sa.Date(), nullable=True),
        sa.Column("free_note", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("section", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("previous_visit_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("corrects_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("correction_reason", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_visit_company_id_company")),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_visit_lot_id_lot")),
        sa.ForeignKeyConstraint(["operation_id"], ["operation.id"], name=op.f("fk_visit_operation_id_operation")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit")),
    )
    with op.batch_alter_table("visit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_visit_company_id"), ["company_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_visit_lot_id"), ["lot_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_visit_number"), ["number"], unique=False)
        batch_op.create_index(batch_op.f("ix_visit_operation_id"), ["operation_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_visit_planned_on"), ["planned_on"], unique=False)
        batch_op.create_index("ix_visit_corrects", ["corrects_id", "state", "deleted_at"], unique=False)
        batch_op.create_index(
            "ix_visit_listed",
            ["state", "planned_on", "planned_time", "id", "organisation_id", "deleted_at"],
            unique=False,
        )

    op.create_table(
        "attendance",
        *record_columns(),
        sa.Column("visit_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("contact_id", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("beneficiary_id", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("employment_contract_id", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("last_name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("first_name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("organisation_name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("role_label", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("presence", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("meeting", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("all_well", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["beneficiary_id"], ["beneficiary.id"], name=op.f("fk_attendance_beneficiary_id_beneficiary")
        ),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_attendance_contact_id_contact")),
        sa.ForeignKeyConstraint(
            ["employment_contract_id"],
            ["employment_contract.id"],
            name=op.f("fk_attendance_employment_contract_id_employment_contract"),
        ),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name=op.f("fk_attendance_visit_id_visit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendance")),
    )
    with op.batch_alter_table("attendance", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_attendance_beneficiary_id"), ["beneficiary_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_attendance_visit_id"), ["visit_id"], unique=False)

    op.create_table(
        "commitment",
        *record_columns(),
        sa.Column("lot_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("company_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("role", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("objective_kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("computed_hours", sa.Integer(), nullable=True),
        sa.Column("due_hours", sa.Integer(), nullable=False),
        sa.Column("retained_reason", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("sizing_id", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("start_on", sa.Date(), nullable=True),
        sa.Column("end_on", sa.Date(), nullable=True),
        sa.Column("clause_state", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_commitment_company_id_company")),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_commitment_lot_id_lot")),
        sa.ForeignKeyConstraint(["sizing_id"], ["hours_sizing.id"], name=op.f("fk_commitment_sizing_id_hours_sizing")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commitment")),
    )
    with op.batch_alter_table("commitment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_commitment_company_id"), ["company_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_commitment_lot_id"), ["lot_id"], unique=False)

    op.create_table(
        "follow_up_note",
        *record_columns(),
        sa.Column("beneficiary_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("noted_on", sa.Date(), nullable=False),
        sa.Column("text", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("next_step", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("next_step_on", sa.Date(), nullable=True),
        sa.Column("visit_id", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.ForeignKeyConstraint(
            ["beneficiary_id"], ["beneficiary.id"], name=op.f("fk_follow_up_note_beneficiary_id_beneficiary")
        ),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name=op.f("fk_follow_up_note_visit_id_visit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow_up_note")),
    )
    with op.batch_alter_table("follow_up_note", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_follow_up_note_beneficiary_id"), ["beneficiary_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_follow_up_note_visit_id"), ["visit_id"], unique=False)

    op.create_table(
        "hour_line",
        *record_columns(),
        sa.Column("statement_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("contract_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("lot_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("month", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("hours", sa.Integer(), nullable=True),
        sa.Column("declared_hours", sa.Integer(), nullable=True),
        sa.Column("difference_reason", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("absence_code", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("accepted_doubts", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("accepted_reason", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("proof_seen", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contract_id"],
            ["employment_contract.id"],
            name=op.f("fk_hour_line_contract_id_employment_contract"),
        ),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_hour_line_lot_id_lot")),
        sa.ForeignKeyConstraint(
            ["statement_id"],
            ["monthly_statement.id"],
            name=op.f("fk_hour_line_statement_id_monthly_statement"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hour_line")),
    )
    with op.batch_alter_table("hour_line", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_hour_line_contract_id"), ["contract_id"], unique=False)
        batch_op.create_index(
            "ix_hour_line_counted", ["lot_id", "deleted_at", "statement_id", "kind", "hours"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_hour_line_month"), ["month"], unique=False)
        batch_op.create_index(batch_op.f("ix_hour_line_statement_id"), ["statement_id"], unique=False)

    op.create_table(
        "observation",
        *record_columns(),
        sa.Column("visit_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("section", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("text", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("detail", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("phrase_id", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("beneficiary_id", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("state", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("to_follow", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["beneficiary_id"], ["beneficiary.id"], name=op.f("fk_observation_beneficiary_id_beneficiary")
        ),
        sa.ForeignKeyConstraint(["phrase_id"], ["phrase.id"], name=op.f("fk_observation_phrase_id_phrase")),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name=op.f("fk_observation_visit_id_visit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_observation")),
    )
    with op.batch_alter_table("observation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_observation_beneficiary_id"), ["beneficiary_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_observation_state"), ["state"], unique=False)
        batch_op.create_index(batch_op.f("ix_observation_visit_id"), ["visit_id"], unique=False)

    op.create_table(
        "signature",
        *record_columns(),
        sa.Column("visit_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("signer_name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("role", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("role_label", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("strokes", sa.JSON(), nullable=False),
        sa.Column("refused", sa.Boolean(), nullable=False),
        sa.Column("refusal_reason", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("signed_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("place", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("device", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name=op.f("fk_signature_visit_id_visit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signature")),
    )
    with op.batch_alter_table("signature", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_signature_visit_id"), ["visit_id"], unique=False)

    op.create_table(
        "action",
        *record_columns(),
        sa.Column("visit_id", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("observation_id", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("beneficiary_id", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("company_id", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("operation_id", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("text", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("owner_name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("state", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["beneficiary_id"], ["beneficiary.id"], name=op.f("fk_action_beneficiary_id_beneficiary")
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_action_company_id_company")),
        sa.ForeignKeyConstraint(
            ["observation_id"], ["observation.id"], name=op.f("fk_action_observation_id_observation")
        ),
        sa.ForeignKeyConstraint(["operation_id"], ["operation.id"], name=op.f("fk_action_operation_id_operation")),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name=op.f("fk_action_visit_id_visit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_action")),
    )
    with op.batch_alter_table("action", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_action_beneficiary_id"), ["beneficiary_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_action_company_id"), ["company_id"], unique=False)
        batch_op.create_index(
            "ix_action_due", ["state", "due_on", "id", "organisation_id", "deleted_at", "visit_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_action_operation_id"), ["operation_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_action_visit_id"), ["visit_id"], unique=False)

    op.create_table(
        "attachment",
        *record_columns(),
        sa.Column("owner_kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("owner_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("media_type", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("caption", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("taken_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("observation_id", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("for_reports", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["observation_id"], ["observation.id"], name=op.f("fk_attachment_observation_id_observation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachment")),
    )
    with op.batch_alter_table("attachment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_attachment_owner_id"), ["owner_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_attachment_sha256"), ["sha256"], unique=False)

    op.create_table(
        "point_review",
        *record_columns(),
        sa.Column("visit_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("observation_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("state", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("note", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.ForeignKeyConstraint(
            ["observation_id"], ["observation.id"], name=op.f("fk_point_review_observation_id_observation")
        ),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name=op.f("fk_point_review_visit_id_visit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_point_review")),
    )
    with op.batch_alter_table("point_review", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_point_review_observation_id"), ["observation_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_point_review_visit_id"), ["visit_id"], unique=False)

    op.create_table(
        "issued_document",
        *record_columns(),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("number", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("record_kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("record_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("recipient", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("issued_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("issued_by", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("content_sha256", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("attachment_id", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.ForeignKeyConstraint(
            ["attachment_id"], ["attachment.id"], name=op.f("fk_issued_document_attachment_id_attachment")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_issued_document")),
    )
    with op.batch_alter_table("issued_document", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_issued_document_number"), ["number"], unique=False)
        batch_op.create_index(batch_op.f("ix_issued_document_record_id"), ["record_id"], unique=False)
